"""The respondent's own result in both renderers: drawn, listed, by keyboard, on a phone, in the dark, as a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from survey.store import Session, Store
from tests.support import browser as b
from tests.support.accessible import violations
from tests.support.finished import finished, short

pytestmark = pytest.mark.browser

NAMES = ("Quillon", "Brisetta", "Mo & <i>K</i>", "Zephyrine", "Torvald")


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    empty_store.studies.create("two", short())
    empty_store.studies.set_status("two", "live")
    return empty_store


@pytest.fixture(scope="module")
def session(store: Store) -> Session:
    return finished(store, "two", "one")


@pytest.fixture(scope="module")
def server(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[b.Server]:
    running = b.Server(store.url, log=tmp_path_factory.mktemp("log") / "server.log").start()
    yield running
    running.stop()


def address(side: str, token: str, language: str) -> str:
    return f"/s/{token}?lang={language}" if side == "html" else f"/?s={token}&lang={language}"


def opened(page: Page, server: b.Server, session: Session, side: str, language: str) -> None:
    page.goto(server.url + address(side, session.token, language))
    page.locator("svg[role=img]").wait_for()


@pytest.mark.parametrize("side", ["html", "streamlit"])
@pytest.mark.parametrize(("size", "dark", "language"), [("phone", True, "fr"), ("desktop", False, "en")])
def test_all_of_it_is_there_for_everybody(
    chromium: Browser, server: b.Server, session: Session, side: str, size: str, dark: bool, language: str
) -> None:
    context = chromium.new_context(
        viewport=b.PHONE if size == "phone" else b.DESKTOP, color_scheme="dark" if dark else "light"
    )
    page = context.new_page()
    opened(page, server, session, side, language)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    drawing = page.locator("svg[role=img]")
    box = drawing.bounding_box()
    assert box is not None
    assert box["width"] > 200
    assert drawing.get_attribute("aria-label")
    listed = page.locator("li bdi").all_text_contents()
    assert sorted(listed) == sorted(NAMES)
    assert drawing.locator("path.tie, path.tf-known").count() == 6
    assert page.locator("h2, h3, h4").count() == 8
    heading = "Your own result" if language == "en" else "Votre résultat personnel"
    assert page.get_by_role("heading", name=heading).count() == 1
    # What is written is large enough to be read, also on a phone.
    sizes = page.eval_on_selector_all(
        "svg[role=img] text", "all => all.map((one) => one.getBoundingClientRect().height)"
    )
    assert min(sizes) > 11
    context.close()


@pytest.mark.parametrize("side", ["html", "streamlit"])
def test_by_keyboard_to_the_file_and_back_to_the_answers(
    page: Page, server: b.Server, session: Session, side: str
) -> None:
    opened(page, server, session, side, "en")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Keep this as a PDF":
            break
    assert page.evaluate("document.activeElement.textContent") == "Keep this as a PDF"
    assert page.evaluate("document.activeElement.getBoundingClientRect().height") >= 44
    with page.expect_download() as started:
        page.keyboard.press("Enter")
    assert started.value.suggested_filename == "result.pdf"
    path = started.value.path()
    assert path is not None
    assert Path(path).read_bytes().startswith(b"%PDF-1.7")
    page.get_by_role("button", name="Change an answer").click()
    page.get_by_text("Do these two know each other?").first.wait_for()


def test_the_servers_log_knows_neither_names_nor_links(page: Page, server: b.Server, session: Session) -> None:
    for side in ("html", "streamlit"):
        opened(page, server, session, side, "en")
    assert page.request.get(f"{server.url}/s/{session.token}/result.pdf").status == 200
    assert server.log is not None
    log = server.log.read_text("utf-8")
    assert [word for word in (*NAMES, session.token) if word in log] == []
