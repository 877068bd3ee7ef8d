"""Every trap that respondents' browsers are known to lay, one test each, against the real server and database."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from survey.store import Store
from tests.support import browser as b

pytestmark = pytest.mark.browser
LITTLE = (b.ROOT / "tests" / "support" / "little.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    for slug, status in (("little", "live"), ("ended", "live"), ("unborn", None)):
        empty_store.studies.create(slug, LITTLE)
        if status:
            empty_store.studies.set_status(slug, status)
    empty_store.studies.set_status("ended", "closed")
    return empty_store


def begin(page: Page, server: b.Server, **employed: str) -> str:
    """Consent and go on to the first page of questions; the token in its address."""
    b.open_survey(page, server, study="little")
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)
    assert b.page_id(page) == "about"
    return token(page)


def to_support(page: Page, server: b.Server, employed: str = "no") -> str:
    """As far as the matrix; the token."""
    found = begin(page, server)
    b.answer_page(page, {"employed": employed})
    b.press_next(page)
    assert b.page_id(page) == "support"
    return found


def token(page: Page) -> str:
    found = re.search(r"[?&]s=([^&]+)", page.url)
    assert found, page.url
    return found.group(1)


def saved(store: Store, personal: str) -> dict[str, object]:
    session = store.respond.enter(personal)
    assert session is not None
    return dict(session.answers)


def submissions(store: Store, personal: str) -> int:
    session = store.respond.enter(personal)
    assert session is not None
    return session.sequence


# --- the whole way ---------------------------------------------------------------------------------------------------


def test_a_respondent_answers_every_kind_of_question_and_the_database_has_it(
    page: Page, server: b.Server, store: Store
) -> None:
    personal = begin(page, server)
    b.answer_page(page, {"employed": "yes", "weekly": "37,5", "ways": ["mail", "talk"]})
    b.press_next(page)
    b.answer_page(page, {"s1": 4, "s2": 5, "s3": 1})
    b.press_next(page)
    b.answer_page(page, {"tenure": 3, "boss": 2})
    b.press_next(page)
    assert "encrypted" in page.locator(".tf").inner_text()
    b.answer_page(page, {"ties.g1": ["AB", "Mo"]})
    b.press_next(page)
    b.answer_page(page, {"remark": "It's “fine” & <i>short</i>\nreally"})
    b.press_next(page)
    assert b.heading(page) == "Thank you"
    assert page.evaluate("Object.keys(sessionStorage).filter((key) => key.startsWith('twofold/'))") == []
    assert saved(store, personal) == {
        "consent": "yes",
        "employed": "yes",
        "weekly": 37.5,
        "ways": ("mail", "talk"),
        "s1": 4.0,
        "s2": 5.0,
        "s3": 1.0,
        "tenure": 3.0,
        "boss": 2.0,
        "ties.g1": ("T1", "T2"),
        "ties.last": 2.0,
        "ties.alike": (),
        "ties.asked": ("T1", "T2"),
        "ties.chance.T1": 1.0,
        "ties.chance.T2": 1.0,
        "remark": "It's “fine” & <i>short</i>\nreally",
    }
    session = store.respond.enter(personal)
    assert session is not None
    assert store.respond.names(session) == {"ties": {"T1": "AB", "T2": "Mo"}}
    assert session.completed
    page.reload()
    b.settled(page)
    assert b.heading(page) == "Thank you"


def test_whoever_declines_is_thanked_and_may_change_their_mind(page: Page, server: b.Server, store: Store) -> None:
    b.open_survey(page, server, study="little")
    b.answer_page(page, {"consent": "no"})
    b.press_next(page)
    assert b.heading(page) == "Thank you for telling us"
    personal = token(page)
    assert saved(store, personal) == {"consent": "no"}
    b.press_back(page)
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)
    assert b.page_id(page) == "about"


# --- restart, reload, devices ----------------------------------------------------------------------------------------


def test_after_a_kill_the_picks_are_there_and_the_first_next_is_not_swallowed(
    page: Page, server: b.Server, store: Store
) -> None:
    personal = to_support(page, server)
    b.answer_page(page, {"s1": 2, "s2": 3, "s3": 4})
    server.kill()
    banner = page.locator(".tf-connection.tf-shown")
    expect(banner).to_contain_text("The connection is lost. Your answers on earlier pages are saved", timeout=20_000)
    expect(page.locator("[data-press=next]")).to_have_attribute("aria-disabled", "true")
    page.wait_for_timeout(4000)  # by now Streamlit would have covered the page with a dialog for developers
    assert page.locator("[role=dialog]").count() == 0
    b.answer_page(page, {"s3": 5})
    page.locator("[data-press=next]").click(force=True)  # goes nowhere, and loses nothing
    server.start()
    b.settled(page, timeout=60_000)
    assert b.value_of(page, "s1") == "2"
    b.press_next(page)
    page.locator('.tf[data-page="people.g1"]').wait_for(timeout=20_000)
    assert {k: v for k, v in saved(store, personal).items() if k.startswith("s")} == {"s1": 2.0, "s2": 3.0, "s3": 5.0}


def test_a_restart_before_consent_is_saved_makes_one_response(page: Page, server: b.Server, store: Store) -> None:
    before = store.results.counts("little").started
    b.open_survey(page, server, study="little")
    assert "v=" in page.url
    b.answer_page(page, {"consent": "yes"})
    server.kill()
    expect(page.locator(".tf-connection.tf-shown")).to_be_visible(timeout=20_000)
    server.start()
    b.settled(page, timeout=60_000)
    assert b.value_of(page, "consent") == "yes"
    b.press_next(page)
    b.travel(page, "back")
    b.press_next(page)
    assert b.page_id(page) == "about"
    assert store.results.counts("little").started == before + 1


def test_reload_in_the_middle_of_a_page_keeps_page_and_picks(page: Page, server: b.Server) -> None:
    to_support(page, server)
    b.answer_page(page, {"s1": 5})
    page.reload()
    b.settled(page)
    assert b.page_id(page) == "support"
    assert b.value_of(page, "s1") == "5"
    assert b.value_of(page, "s2") is None


def test_another_device_goes_on_where_the_first_one_stopped(chromium: Browser, page: Page, server: b.Server) -> None:
    personal = to_support(page, server)
    other = chromium.new_context(viewport=b.PHONE)
    elsewhere = other.new_page()
    b.open_survey(elsewhere, server, token=personal)
    assert b.page_id(elsewhere) == "support"
    b.press_back(elsewhere)
    assert b.value_of(elsewhere, "employed") == "no"
    other.close()


def test_the_link_to_continue_later_is_shown_and_copied(page: Page, server: b.Server) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    personal = begin(page, server)
    page.get_by_text("Your link to continue later").click()
    assert page.locator("#tf-link").input_value() == f"{server.url}/?s={personal}"
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{server.url}/?s={personal}"


# --- pressing too often, in two places, or backwards -----------------------------------------------------------------


def test_a_double_click_saves_once(page: Page, server: b.Server, store: Store) -> None:
    personal = begin(page, server)
    b.answer_page(page, {"employed": "no"})
    page.locator("[data-press=next]").dblclick()
    page.wait_for_url("**p=support")
    b.settled(page)
    assert b.page_id(page) == "support"
    assert submissions(store, personal) == 2
    # Where the page comes between the two clicks, the second one falls on whatever stands there now.
    second = """(input) => {
        input.closest('.tf').parentElement.twofold.arrived = Date.now();
        input.dispatchEvent(new MouseEvent('click', { detail: 2, bubbles: true, cancelable: true }));
        return input.checked;
    }"""
    assert page.locator(".tf-row input").first.evaluate(second) is False
    page.locator(".tf-row input").first.check()


def test_the_tab_that_fell_behind_is_told_and_refreshed(page: Page, server: b.Server, store: Store) -> None:
    personal = to_support(page, server)
    other = page.context.new_page()
    b.open_survey(other, server, token=personal)
    b.answer_page(other, {"s1": 1, "s2": 1, "s3": 1})
    b.press_next(other)
    b.answer_page(page, {"s1": 5, "s2": 5, "s3": 5})
    b.press_next(page)
    expect(page.get_by_role("alert")).to_contain_text("You had gone further in another tab")
    assert b.page_id(page) == "support"
    assert b.value_of(page, "s1") == "1"
    b.answer_page(page, {"s1": 2})
    b.press_next(page)
    assert b.page_id(page) == "people.g1"
    assert saved(store, personal)["s1"] == 2.0
    assert saved(store, personal)["s2"] == 1.0


def test_the_browsers_back_button_stays_in_the_survey(page: Page, server: b.Server) -> None:
    to_support(page, server)
    b.travel(page, "back")
    assert b.page_id(page) == "about"
    assert b.value_of(page, "employed") == "no"
    b.travel(page, "back")
    assert b.page_id(page) == "consent"
    b.travel(page, "forward")
    assert b.page_id(page) == "about"


def test_a_changed_answer_hides_and_unhides_a_page_without_losing_it(
    page: Page, server: b.Server, store: Store
) -> None:
    personal = to_support(page, server, employed="yes")
    b.answer_page(page, {"s1": 1, "s2": 1, "s3": 1})
    b.press_next(page)
    assert b.page_id(page) == "work"
    b.answer_page(page, {"tenure": 7, "boss": 3})
    b.press_next(page)
    for employed, following in (("no", "people.g1"), ("yes", "work")):
        while b.page_id(page) != "about":
            b.press_back(page)
        b.answer_page(page, {"employed": employed})
        b.press_next(page)
        b.press_next(page)
        assert b.page_id(page) == following
    assert b.value_of(page, "tenure") == "7"
    assert saved(store, personal)["tenure"] == 7.0


# --- asking ----------------------------------------------------------------------------------------------------------


def test_softly_asked_questions_are_marked_once_and_may_stay_empty(page: Page, server: b.Server, store: Store) -> None:
    personal = to_support(page, server)
    b.answer_page(page, {"s2": 3})
    b.press_next(page)
    assert b.page_id(page) == "support"
    expect(page.get_by_role("alert")).to_have_text(re.compile("^2 questions are not answered yet"))
    assert page.locator(".tf-marked").count() == 2
    assert page.evaluate("document.activeElement.closest('[data-item]').classList.contains('tf-marked')")
    expect(page.locator("[data-press=next]")).to_have_text("Continue without answering")
    b.press_next(page)
    assert b.page_id(page) == "people.g1"
    answers = saved(store, personal)
    assert (answers["s1"], answers["s2"], answers["s3"]) == ("skipped", 3.0, "skipped")


def test_required_questions_hold_the_page_and_wrong_numbers_are_explained(page: Page, server: b.Server) -> None:
    to_support(page, server, employed="yes")
    b.press_next(page)
    b.press_next(page)
    assert b.page_id(page) == "work"
    b.answer_page(page, {"tenure": "7.5"})
    for _ in range(2):
        b.press_next(page)
        assert b.page_id(page) == "work"
    expect(b.box(page, "tenure")).to_contain_text("Please give a whole number.")
    expect(b.box(page, "boss")).to_contain_text("Please answer this question to go on.")
    assert page.evaluate("document.activeElement.name") == "tenure"
    assert b.value_of(page, "tenure") == "7.5"
    b.answer_page(page, {"tenure": "61"})
    b.press_next(page)
    expect(b.box(page, "tenure")).to_contain_text("at most 60")
    b.answer_page(page, {"tenure": "7", "boss": 1})
    assert page.locator(".tf-marked").count() == 0
    b.press_next(page)
    assert b.page_id(page) == "people.g1"


def test_none_of_these_excludes_the_others(page: Page, server: b.Server) -> None:
    begin(page, server)
    b.answer_page(page, {"ways": ["mail", "talk"]})
    b.box(page, "ways").locator("input[value=none]").check()
    assert b.value_of(page, "ways") == ["none"]
    b.box(page, "ways").locator("input[value=mail]").check()
    assert b.value_of(page, "ways") == ["mail"]


def test_links_that_lead_nowhere_are_explained(page: Page, server: b.Server) -> None:
    for query, words in (
        ("s=nothing", "We cannot find this page"),
        ("study=nothing", "We cannot find this page"),
        ("preview=little", "We cannot find this page"),
        ("study=unborn", "Not open yet"),
        ("study=ended", "This study has ended"),
    ):
        page.goto(f"{server.url}/?{query}")
        b.settled(page)
        assert b.heading(page) == words, query


def test_a_researcher_previews_a_draft_and_nothing_is_saved(page: Page, server: b.Server, store: Store) -> None:
    code = store.accounts.setup_code()
    assert code is not None
    owner = store.accounts.create_owner(code, "Owner of tests", "a long pass phrase")
    page.goto(f"{server.url}/auth/enter?code={store.accounts.enter_code(owner)}")
    page.goto(f"{server.url}/?preview=unborn")
    b.settled(page)
    expect(page.locator(".tf-preview")).to_have_text("Preview: nothing is saved")
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)
    assert b.page_id(page) == "about"
    b.travel(page, "back")
    assert b.page_id(page) == "consent"
    counts = store.results.counts("unborn")
    assert (counts.opened, counts.started) == (0, 0)
