"""Every page of the shipped questionnaire, in both renderers: axe-core, names for screen readers, no page too wide."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page

from survey.instrument.load import shipped, shipped_text
from survey.madeup.lead import places
from survey.store import Store
from tests.browser.test_researcher import rested
from tests.support import browser as b
from tests.support.accessible import violations

pytestmark = pytest.mark.browser
INSTRUMENT = shipped("two-supports")
PLACES = [place.id for place in places(INSTRUMENT, 0) if place.barred is None]
NAMELESS = """
() => [...document.querySelectorAll('input:not([type=hidden]), select, textarea, button, a[href]')]
  .filter(e => e.checkVisibility() && !(e.labels?.length || e.ariaLabel || e.title || e.innerText?.trim()
    || e.getAttribute('aria-labelledby')))
  .map(e => e.outerHTML.slice(0, 120))
"""


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    empty_store.accounts.create_owner(empty_store.accounts.setup_code() or "", "Ada", "correct horse battery")
    empty_store.studies.create("all", shipped_text("two-supports"))
    return empty_store


def wrong_with(page: Page) -> list[str]:
    """What a stranger with a screen reader or a small screen would stumble over."""
    found = violations(page) + [f"no name: {html}" for html in page.evaluate(NAMELESS)]
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return found + ([f"{wide} px too wide"] if wide > 0 else [])


@pytest.mark.parametrize(("side", "scheme", "language"), [("plain", "dark", "fr"), ("full", "light", "en")])
def test_no_page_holds_anybody_up(
    chromium: Browser, server: b.Server, store: Store, side: str, scheme: str, language: str
) -> None:
    context = chromium.new_context(viewport=b.PHONE, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(server.url + store.accounts.demo_path())
    rested(page)
    assert len(PLACES) > 20
    wrong: dict[str, list[str]] = {}
    for place in PLACES:
        query = f"at={quote(place)}&lang={language}"
        page.goto(f"{server.url}/preview/all?{query}" if side == "plain" else f"{server.url}/?preview=all&{query}")
        if side == "full":
            b.settled(page)
        assert page.locator("h1").first.inner_text().strip(), place
        if found := wrong_with(page):
            wrong[place] = found
    context.close()
    assert wrong == {}


@pytest.mark.parametrize(("side", "scheme", "language"), [("plain", "light", "en"), ("full", "dark", "fr")])
def test_leaving_a_study_by_keyboard(
    chromium: Browser, server: b.Server, store: Store, side: str, scheme: str, language: str
) -> None:
    if store.studies.get("all").status == "draft":
        store.studies.set_status("all", "live")
    [(_, token)] = store.invitations.create("all", 1)
    context = chromium.new_context(viewport=b.PHONE, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{server.url}/{f's/{token}?' if side == 'plain' else f'?s={token}&'}lang={language}")
    b.settled(page)
    wrong = {"first": wrong_with(page)}
    page.locator(f'a[href^="/s/{token}/leave"]').press("Enter")
    for way, at in (("stop", "ways"), ("delete", "ways left")):
        page.locator(f'a[href*="do={way}"]').wait_for()
        wrong[at] = wrong_with(page)
        page.locator(f'a[href*="do={way}"]').press("Enter")
        page.locator("#leave button").wait_for()
        wrong[way] = wrong_with(page)
        page.locator("#leave button").press("Enter")
        page.wait_for_url("**/left/**")
        wrong[f"left by {way}"] = wrong_with(page)
        assert b.page_id(page) == f"message/left_{way}"
        if way == "stop":
            page.goto(f"{server.url}/{f's/{token}?' if side == 'plain' else f'?s={token}&'}lang={language}")
            b.settled(page)
            assert b.page_id(page) == "message/stopped"
            wrong["stopped"] = wrong_with(page)
            page.locator(f'a[href^="/s/{token}/leave"]').press("Enter")
    context.close()
    assert {place: found for place, found in wrong.items() if found} == {}
    assert store.respond.enter(token) is None
