"""Chromium for the browser tests: where there is none they skip and say so, except under CI, where they fail."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from survey.store import Store, open_store
from tests.support import browser as support


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each test opens its own context."""
    if support.find_chromium() is None:
        reason = "browser tests need Chrome or Chromium, and none was found (Debian: apt-get install chromium)"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with support.browser() as running:
        yield running


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A new database for one module, whose own fixture ``store`` puts into it what its tests need."""
    opened = open_store(f"sqlite:///{tmp_path_factory.mktemp('db') / 'survey.db'}")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def server(store: Store) -> Iterator[support.Server]:
    """The app on the module's database."""
    running = support.Server(store.url).start()
    yield running
    running.stop()


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A desktop page of its own; an uncaught error in it fails the test."""
    context = chromium.new_context(viewport=support.DESKTOP)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert not errors


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """A phone's page: 360 px wide, by touch."""
    context = chromium.new_context(viewport=support.PHONE, has_touch=True, is_mobile=True, device_scale_factor=2)
    yield context.new_page()
    context.close()
