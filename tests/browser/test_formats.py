"""Every kind of answer and each language as people meet them: by keyboard, on a phone, in both renderers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.store import Store
from tests.support import browser as b
from tests.support.accessible import violations

pytestmark = pytest.mark.browser
SUPPORT = b.ROOT / "tests" / "support"
OUT = "require: hard, screen_out: {when: hours == 0, title: {en: Sorry, fr: Désolé}, text: {en: No hours., fr: Rien.}}}"


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    every = (SUPPORT / "every_format.yaml").read_text("utf-8").replace("require: hard}", OUT)
    for slug, text in (("every", every), ("hebrew", (SUPPORT / "hebrew.yaml").read_text("utf-8"))):
        empty_store.studies.create(slug, text)
        empty_store.studies.set_status(slug, "live")
    return empty_store


def tab_to(page: Page, css: str, patience: int = 14) -> None:
    for _ in range(patience):
        page.keyboard.press("Tab")
        if page.evaluate("(css) => document.activeElement.matches(css)", css):
            return
    raise AssertionError(f"{css} could not be reached by Tab")


def sent(page: Page) -> None:
    tab_to(page, "[data-press=next]")
    page.keyboard.press("Enter")
    b.settled(page)


def test_every_format_by_keyboard_alone(page: Page, server: b.Server, store: Store) -> None:
    b.open_survey(page, server, study="every")
    tab_to(page, "[name=consent]")
    page.keyboard.press("Space")
    sent(page)
    tab_to(page, "[name=place]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tab_to(page, "[name='place.other_text']")
    page.keyboard.type("On a boat")
    tab_to(page, "[name=ways][value=mail]")
    page.keyboard.press("Space")
    tab_to(page, "[name=ways][value=none]")
    page.keyboard.press("Space")
    assert b.value_of(page, "ways") == ["none"]
    tab_to(page, "[name=hours]")
    page.keyboard.type("37,5")
    sent(page)
    tab_to(page, "[name=calm]")
    page.keyboard.press("ArrowUp")  # from the first to the last: 'this does not apply to me'
    tab_to(page, "[name=tense]")
    page.keyboard.press("Space")
    sent(page)
    slider = page.locator("[data-item=mood] [type=range]")
    expect(slider).to_have_attribute("aria-valuetext", "Not chosen yet")
    tab_to(page, "[type=range]")
    page.keyboard.press("ArrowRight")
    tab_to(page, "[name=began]")
    page.keyboard.type("02292020")
    tab_to(page, "[name=called]")
    page.keyboard.type("gone in a moment")
    tab_to(page, "[name='called!'][value=refused]")
    page.keyboard.press("Space")
    assert page.locator("[name=called]").input_value() == ""
    for code, place in (("pay", "2"), ("time", "1"), ("people", "3")):
        tab_to(page, f"[name='matters.{code}']")
        page.keyboard.type(place)
    tab_to(page, "[name=remark]")
    page.keyboard.type("fine")
    sent(page)
    assert b.page_id(page).endswith("thanks")
    data = store.results.dataset("every")
    found = data.respondents[data.respondents["place.other_text"] == "On a boat"]
    assert len(found) == 1
    row, missing = found.iloc[0], data.missing.loc[found.index[0]]
    assert (row["ways.none"], row["ways.mail"], row["hours"], row["tense"], row["mood"]) == (1, 0, 37.5, 1, 51)
    assert (row["began"], row["remark"], row["standing"]) == ("2020-02-29", "fine", "completed")
    assert [row[f"matters.{code}"] for code in ("pay", "time", "people")] == [2, 1, 3]
    assert (missing["calm"], missing["called"]) == ("does_not_apply", "refused")


WIDTHS = """() => Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]
    .filter(Boolean).map((node) => node.scrollWidth - node.clientWidth))"""


def looked_at(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate(WIDTHS) <= 0


@pytest.mark.parametrize(("study", "language", "scheme"), [("every", "fr-CH", "dark"), ("hebrew", "he-IL", "light")])
def test_on_a_phone_each_page_is_sound_in_its_language(
    chromium: Browser, server: b.Server, study: str, language: str, scheme: str
) -> None:
    context = chromium.new_context(viewport=b.PHONE, locale=language, color_scheme=scheme, has_touch=True)  # type: ignore[arg-type]
    page = context.new_page()
    b.open_survey(page, server, study=study)
    base = language.split("-")[0]
    html = page.locator("html")
    expect(html).to_have_attribute("lang", base)
    expect(html).to_have_attribute("dir", "rtl" if base == "he" else "ltr")
    looked_at(page)
    b.answer(page, "consent", "yes")
    page.locator(".tf-languages button[lang=en]").click()
    expect(html).to_have_attribute("lang", "en")
    b.settled(page)
    assert b.value_of(page, "consent") == "yes"
    page.locator(f".tf-languages button[lang={base}]").click()
    expect(html).to_have_attribute("lang", base)
    b.settled(page)
    b.press_next(page)
    if study == "every":
        b.press_next(page)
        looked_at(page)
        b.answer_page(page, {"place": "office", "ways": ["none"], "hours": "1,5"})
        b.press_next(page)
    looked_at(page)
    b.press_next(page)
    if study == "hebrew":
        b.press_next(page)
    b.press_next(page)
    looked_at(page)
    context.close()


@pytest.mark.parametrize("script", [True, False])
def test_plain_pages_are_sound_and_closed_early_with_the_authors_words(
    chromium: Browser, server: b.Server, store: Store, script: bool
) -> None:
    context = chromium.new_context(viewport=b.PHONE, locale="en-GB", java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{server.url}/study/every")
    page.locator("input[value=yes]").check()
    page.locator("[data-press=next]").click()
    page.locator("main[data-page=work]").wait_for()
    page.locator("[data-item=place] input[value=else]").check()
    expect(page.locator("[name='place.other_text']")).to_be_visible()
    page.locator("[data-item=place] input[value=home]").check()
    expect(page.locator("[name='place.other_text']")).to_be_hidden()
    page.locator("[data-item=ways] input[value=none]").check()
    page.locator("[name=hours]").fill("0")
    page.locator(".languages button[lang=fr]").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator("[name=hours]")).to_have_value("0")
    if script:
        looked_at(page)
    before = store.results.counts("every").screened_out
    page.locator("[data-press=next]").click()
    expect(page.locator("h1")).to_have_text("Désolé")
    assert page.locator("form").count() == 0
    if script:
        looked_at(page)
    assert store.results.counts("every").screened_out == before + 1
    page.goto(page.url.split("?")[0] + "?p=work")
    expect(page.locator("h1")).to_have_text("Désolé")
    context.close()
