"""What every test shares: under continuous integration nothing may be skipped in silence."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

ALLOWED_SKIP = "shared"
"""Tests against data that live beside the project skip, with this word in the reason, where that folder is absent."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn a skip into a failure in CI: a check that did not run is not a check that passed."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if ALLOWED_SKIP not in reason:
            report.outcome = "failed"
            report.longrepr = f"skipped under CI: {reason}"
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: quick tests tell sooner, and Playwright's event loop lives on once its fixture began."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
