"""Respondents' pages among strangers: shared computers, addresses passed on, forged presses, odd browsers and texts."""

from __future__ import annotations

import signal
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.store import Session, Store
from tests.support import browser as b

pytestmark = pytest.mark.browser
LITTLE = (b.ROOT / "tests" / "support" / "little.yaml").read_text("utf-8")
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk"
MANY = ", ".join(f"c{i}: {{label: {{en: 😀 {LONG} {i}, ar: 😀 {i}}}}}" for i in range(30))
WIDE = f"""
format: twofold/1
id: wide
version: 1.0.0
languages: [ar, en]
formats:
  nine: {{type: likert, from: 1, labels: {{en: [{", ".join(f"Extraordinarily bad {i}" for i in range(9))}],
                                          ar: [{", ".join("سيئ" for _ in range(9))}]}}}}
  ten: {{type: likert, from: 0, labels: {{en: [{", ".join(f"'{i}'" for i in range(11))}],
                                         ar: [{", ".join(f"'{i}'" for i in range(11))}]}}}}
  many: {{type: choice, choices: {{{MANY}}}}}
items:
  a: {{text: {{en: '{LONG} {LONG} {LONG} {LONG}', ar: نص}}, format: nine}}
  b: {{text: {{en: '1 < 2 & "x"', ar: نص}}, format: nine}}
  c: {{text: {{en: How far?, ar: نص}}, format: ten}}
  d: {{text: {{en: How near?, ar: نص}}, format: ten}}
  e: {{text: {{en: Which?, ar: نص}}, format: many}}
scales: {{}}
pages:
  - {{id: consent, type: consent, text: {{en: Please., ar: مرحبا}}, required: true}}
  - {{id: long, title: {{en: {LONG}, ar: شبكة}}, items: [a, b], layout: matrix}}
  - {{id: tall, items: [c, d], layout: matrix}}
  - {{id: many, items: [e]}}
  - {{id: end, type: feedback, text: {{en: That was all., ar: شكرا}}}}
"""
PRESSED = "document.querySelector('.tf').parentElement.twofold.press.id"
SPILT = """() => [...document.querySelectorAll('.tf-label, .tf-q, .tf h1, .tf-matrix-head span, .tf p')]
    .filter((node) => node.clientWidth > 2 && node.scrollWidth > node.clientWidth + 1)
    .map((node) => node.textContent)"""
SMALL = """() => [...document.querySelectorAll('.tf-option')].map((node) => node.getBoundingClientRect())
    .filter((place) => Math.min(place.width, place.height) < 44)"""


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    for slug, text, title in (
        ("little", LITTLE, "Little"),
        ("ending", LITTLE, "Ending"),
        ("wide", WIDE, "<img src=x onerror='window.hacked=1'><script>window.hacked=1</script>"),
    ):
        empty_store.studies.create(slug, text, title)
        empty_store.studies.set_status(slug, "live")
    return empty_store


def consent(page: Page, server: b.Server, study: str = "little") -> str:
    """Begin a study and consent; the token in the address."""
    b.open_survey(page, server, study=study)
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)
    return page.url.split("s=")[1].split("&")[0]


def forge(shown: Page, /, **press: Any) -> None:
    """Send a press of our own making down the page's own line, and wait for what comes."""
    raw = {"id": "forged", "action": "next", "sequence": 1, "insist": True, "elapsed": 0, "answers": {}, **press}
    shown.evaluate("(raw) => document.querySelector('.tf').parentElement.twofold.send(raw)", raw)
    shown.wait_for_timeout(300)
    b.settled(shown)


def test_the_next_person_at_a_shared_computer_begins_anew(page: Page, server: b.Server, store: Store) -> None:
    before = store.results.counts("little").started
    b.open_survey(page, server, study="little")
    first_address = page.url  # what the browser's history offers to whoever types the link
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)
    while not b.page_id(page).endswith("thanks"):
        b.answer_page(page, {"employed": "no", "s1": 5, "ties.g1": ["AB"]})
        b.press_next(page)
        if page.locator(".tf-marked").count():
            b.press_next(page)
    for address in (f"{server.url}/?study=little", first_address):
        page.goto(address)
        b.settled(page)
        assert b.page_id(page) == "consent"
        assert b.value_of(page, "consent") is None
        assert "s=" not in page.url
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)
    assert b.value_of(page, "employed") is None
    assert store.results.counts("little").started == before + 2


def test_an_address_that_is_passed_on_makes_a_response_of_its_own(
    chromium: Browser, page: Page, server: b.Server, store: Store
) -> None:
    b.open_survey(page, server, study="little")
    passed_on = page.url
    before = store.results.counts("little").started
    b.answer_page(page, {"consent": "yes"})
    page.reload()  # in the browser that began it, the same address leads to the same page
    b.settled(page)
    assert (page.url, b.value_of(page, "consent")) == (passed_on, "yes")
    b.press_next(page)
    other = chromium.new_context()
    friend = other.new_page()
    friend.goto(passed_on)
    b.settled(friend)
    assert b.value_of(friend, "consent") is None
    b.answer_page(friend, {"consent": "yes"})
    b.press_next(friend)
    assert store.results.counts("little").started == before + 2
    other.close()
    b.travel(page, "back")
    page.reload()
    b.settled(page)
    assert b.value_of(page, "consent") == "yes"


def test_a_study_that_closes_in_the_middle_says_so_and_keeps_what_was_saved(
    page: Page, server: b.Server, store: Store
) -> None:
    personal = consent(page, server, "ending")
    b.answer_page(page, {"employed": "no"})
    b.press_next(page)
    store.studies.set_status("ending", "closed")
    b.answer_page(page, {"s1": 1, "s2": 1, "s3": 1})
    b.press_next(page)
    assert b.heading(page) == "This study has ended"
    assert "The answers you gave until then are saved" in page.locator(".tf").inner_text()
    page.reload()
    b.settled(page)
    assert b.heading(page) == "This study has ended"
    session = store.respond.enter(personal)
    assert session is not None
    assert "s1" not in session.answers


def test_a_browser_that_keeps_nothing_can_answer(chromium: Browser, server: b.Server, store: Store) -> None:
    context = chromium.new_context()
    context.add_init_script(
        """const no = { get() { throw new DOMException('no', 'SecurityError'); } };
        Object.defineProperty(window, 'sessionStorage', no);
        Object.defineProperty(document, 'cookie', { get: () => '', set: () => undefined });"""
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    personal = consent(page, server)
    b.answer_page(page, {"employed": "no"})
    b.press_next(page)
    assert b.page_id(page) == "support"
    page.reload()
    b.settled(page)
    assert b.page_id(page) == "support"
    session = store.respond.enter(personal)
    assert session is not None
    assert session.answers["employed"] == "no"
    assert not errors
    context.close()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="only where a process can be halted")
def test_while_the_server_thinks_the_button_says_that_it_is_saving(page: Page, server: b.Server) -> None:
    consent(page, server)
    b.answer_page(page, {"employed": "no"})
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    try:
        button = page.locator("[data-press=next]")
        button.click()
        expect(button).to_have_text("Saving…")
        expect(button).to_have_attribute("aria-disabled", "true")
        pressed = page.evaluate(PRESSED)
        button.click(force=True)
        assert page.evaluate(PRESSED) == pressed  # the second press is not sent at all
    finally:
        server.process.send_signal(signal.SIGCONT)
    page.wait_for_url("**p=support")
    b.settled(page)
    expect(page.locator("[data-press=next]")).to_have_text("Next")


def test_forged_presses_save_nothing_that_the_page_did_not_ask(page: Page, server: b.Server, store: Store) -> None:
    personal = consent(page, server)

    def stored() -> Session:
        found = store.respond.enter(personal)
        assert found is not None
        return found

    for forged in (
        {"page": "work", "answers": {"tenure": "3", "boss": "1"}},  # hidden, and not reached
        {"page": "support", "answers": {"s1": "5"}},  # not reached
        {"page": "about", "sequence": 7, "answers": {"employed": "yes"}},  # ahead of the log
        {"page": "about", "answers": {"employed": "<script>"}},
        {"page": "about", "answers": {"employed": {"$gt": ""}}},
        {"page": "about", "answers": [["employed", "yes"]], "sequence": "1"},
        {"page": "consent", "sequence": 0, "answers": {"consent": "no"}},  # another body under a number that is taken
        {"page": "__proto__"},
    ):
        forge(page, **{**forged, "id": str(forged)})
        session = stored()
        saved = {name: value for name, value in session.answers.items() if value != "skipped"}
        assert saved == {"consent": "yes"}, forged
        assert set(session.submitted) <= {"consent", "about"}, forged  # an empty page may be sent, by hand or without
    others = {"employed": "no", "s1": "5", "consent": "no"}  # of this page, of another one, of one before
    forge(page, page="about", id="more", sequence=stored().sequence, answers=others)
    answers = stored().answers
    assert (answers["employed"], answers["consent"]) == ("no", "yes")
    assert "s1" not in answers


def test_researchers_pages_are_not_there_for_others(page: Page, server: b.Server) -> None:
    for path in ("study", "data", "results", "upload", "plan", "account"):
        page.goto(f"{server.url}/{path}?study=little")
        b.settled(page)
        assert b.page_id(page) == "consent", path
        page.goto(f"{server.url}/{path}?name=little")
        b.settled(page)
        assert b.heading(page) == "For researchers", path


@pytest.mark.parametrize("language", ["en", "ar"])
def test_wide_scales_long_words_and_other_scripts_fit(chromium: Browser, server: b.Server, language: str) -> None:
    said = [language, "rtl" if language == "ar" else "ltr"]
    for size in (b.PHONE, b.DESKTOP):
        context = chromium.new_context(viewport=size)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(f"{server.url}/?study=wide&lang={language}")
        b.settled(page)
        b.answer_page(page, {"consent": "yes"})
        b.press_next(page)
        assert f"lang={language}" in page.url
        for expected in ("long", "tall", "many"):
            assert b.page_id(page) == expected
            assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == said
            ours = page.locator(".tf-steps [data-press=next]")
            assert ours.get_attribute("lang") == "en"  # until our phrases are translated too
            assert page.evaluate(SPILT) == []
            assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= size["width"]
            assert page.evaluate(SMALL) == []
            b.press_next(page)
        assert page.evaluate("window.hacked") is None
        assert page.locator(".tf img, .tf script").count() == 0
        assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == said
        expect(page.locator(".tf-prose")).to_have_text("شكرا" if language == "ar" else "That was all.")
        context.close()
