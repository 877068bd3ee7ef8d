"""What every test shares: under continuous integration nothing may be skipped in silence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import proof

ALLOWED_SKIP = "shared"
"""Tests against data that live beside the project skip, with this word in the reason, where that folder is absent."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where what the oracle tests compared is written: as the page (.md), or as data (.json)."""
    parser.addoption("--proof", type=Path, metavar="FILE", help="write what oracle tests compared (.md, .json)")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write it, unless a test failed: a page of half the comparisons would look like a whole one."""
    path: Path | None = session.config.getoption("--proof")
    if path is not None and exitstatus == 0:
        if path.suffix == ".json":
            proof.dump(path)
        else:
            path.write_text(proof.page(proof.seen()), encoding="utf-8")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """What a test compared before it failed is not proved."""
    before = len(proof.seen())
    try:
        return (yield)
    except BaseException:
        proof.forget(before)
        raise


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
    """The test of the proof after all that it is made of; browser tests last.

    Quick tests tell sooner, and Playwright's event loop lives on once its fixture began.
    """
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, item.path.name == "test_proof.py"))
