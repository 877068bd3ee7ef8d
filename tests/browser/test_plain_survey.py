"""The survey as plain HTML in a real browser: by keyboard, on a phone, without JavaScript, with the line down."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from survey.store import Session, Store
from tests.support import browser as b

pytestmark = pytest.mark.browser
ANSWERS: dict[str, b.Value] = {
    "consent": "yes",
    "employed": "yes",
    "weekly": "40",
    "ways": ["talk"],
    "s1": 4,
    "s2": 5,
    "s3": 2,
    "tenure": "3",
    "boss": 2,
    "ties.g1": ["AB", "Mo"],
    "remark": "fine",
}
NAMED = {
    "ties.g1": ("T1", "T2"),
    "ties.last": 2.0,
    "ties.alike": (),
    "ties.asked": ("T1", "T2"),
    "ties.chance.T1": 1.0,
    "ties.chance.T2": 1.0,
}
SAVED = {**ANSWERS, "weekly": 40.0, "ways": ("talk",), "tenure": 3.0, **NAMED}


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    for slug in ("little", "formats"):
        empty_store.studies.create(slug, (b.ROOT / "tests" / "support" / f"{slug}.yaml").read_text("utf-8"))
        empty_store.studies.set_status(slug, "live")
    return empty_store


def session(store: Store, page: Page) -> Session:
    token = re.search(r"(?:/s/|[?&]s=)([^?&]+)", page.url)
    assert token, page.url
    found = store.respond.enter(token.group(1))
    assert found is not None
    return found


def begin(page: Page, server: b.Server, slug: str = "little") -> None:
    b.open_plain(page, server, study=slug)
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)


def kept(page: Page) -> list[str]:
    return list(page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('twofold/'))"))


def looked_at(page: Page, name: str) -> None:
    """What every page must be: without a violation, as wide as the screen, with targets for fingers."""
    found = Axe().run(page)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, name
    targets = page.locator(".option, button:visible, input[type=text]:visible, textarea, summary, select")
    boxes = [box for one in targets.all() if (box := one.bounding_box())]
    assert boxes or name == "nothing"
    assert all(min(box["width"], box["height"]) >= 44 for box in boxes), name


@pytest.mark.parametrize(("size", "scheme"), [(b.PHONE, "light"), (b.DESKTOP, "dark")], ids=["phone", "desktop"])
def test_each_page_is_accessible_fits_and_says_nothing_to_the_console(
    chromium: Browser, server: b.Server, store: Store, size: dict[str, int], scheme: str
) -> None:
    context = chromium.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    b.open_plain(page, server, study="little")
    while page.locator("[data-press=next]").count():
        name = b.page_id(page)
        looked_at(page, name)
        if name in ("about", "support", "work"):
            b.answer_page(page, {"weekly": "many"} if name == "about" else {})
            b.press_next(page)
            assert b.page_id(page) == name
            looked_at(page, f"{name} with problems")
            marked = page.locator(".marked").first
            expect(marked).to_be_in_viewport()
            assert page.evaluate("Boolean(document.activeElement.closest('.marked'))"), name
        b.answer_page(page, ANSWERS)
        b.press_next(page)
    looked_at(page, "thanks")
    assert b.heading(page) == "Thank you"
    assert session(store, page).answers == SAVED
    assert kept(page) == []
    page.goto(f"{server.url}/s/nothing")
    looked_at(page, "nothing")
    assert [text for text in errors if "422" not in text and "404" not in text] == []
    context.close()


def test_by_keyboard_alone(phone: Page, server: b.Server, store: Store) -> None:
    b.open_plain(phone, server, study="little")
    while b.page_id(phone) in ("consent", "about", "support", "work", "people.g1", "end"):
        if b.page_id(phone) != "consent":
            assert phone.evaluate("document.activeElement.tagName") == "H1"
            assert phone.evaluate("window.scrollY") == 0
        b.tab_into(phone)
        for item in [str(one.get_attribute("data-item")) for one in phone.locator("[data-item]").all()]:
            b.answer_by_keyboard(phone, item, ANSWERS[item])
        b.press_next_by_keyboard(phone)
    assert session(store, phone).answers == SAVED


def test_without_javascript(chromium: Browser, server: b.Server, store: Store) -> None:
    context = chromium.new_context(viewport=b.PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.url}/study/formats")
    given: dict[str, b.Value] = {"l1": 2, "n1": "7", "c1": "no", "m1": ["mail", "talk"], "s1": "31", "d1": "2024-02-29"}
    given |= {"t1": "one\ntwo", "t2": "w", "r1": ["calm", "pay", "time"]}
    for answers in ({"consent": "yes"}, {**given, "n1": "many"}, {"n1": "7"}):
        b.answer_page(page, answers)
        with page.expect_navigation():
            page.locator("[data-press=next]").click()
    assert "Thank you" in page.inner_text("main")
    found = session(store, page).answers
    assert found == {
        "consent": "yes", "l1": 2.0, "n1": 7.0, "c1": "no", "m1": ("mail", "talk"), "s1": 31.0, "d1": "2024-02-29",
        "t1": "one\ntwo", "t2": "w", "r1": ("calm", "pay", "time"),
    }  # fmt: skip
    with page.expect_navigation():
        page.locator("[data-press=back]").click()
    assert [b.value_of(page, item) for item in ("l1", "t1", "s1")] == ["2", "one\ntwo", "31"]
    page.go_back()
    page.go_back()
    assert b.page_id(page) == "all"
    context.close()


def test_who_has_no_javascript_is_led_to_the_lighter_version(chromium: Browser, server: b.Server, store: Store) -> None:
    _, token = store.invitations.create("little", 1)[0]
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    for query, path in ((f"s={token}", f"/s/{token}"), ("study=little", "/study/little")):
        page.goto(f"{server.url}/?{query}")
        page.wait_for_url(f"{server.url}{path}?**")
        assert b.page_id(page) == "consent"
    context.close()


def offline(context: BrowserContext, away: bool) -> None:
    context.set_offline(away)


def test_while_the_line_is_down_the_page_says_so_and_sends_again(page: Page, server: b.Server, store: Store) -> None:
    begin(page, server)
    b.answer_page(page, {"employed": "no", "weekly": "12"})
    offline(page.context, True)
    page.locator("[data-press=next]").click()
    expect(page.locator(".line")).to_contain_text("The connection is lost")
    assert b.value_of(page, "weekly") == "12"
    assert session(store, page).sequence == 1
    offline(page.context, False)
    b.settled(page)
    assert b.page_id(page) == "support"
    assert session(store, page).sequence == 2
    assert session(store, page).answers["weekly"] == 12.0


def test_a_server_that_dies_while_a_page_is_sent_loses_nothing(page: Page, server: b.Server, store: Store) -> None:
    begin(page, server)
    b.answer_page(page, {"employed": "no"})
    b.kill_server(server)
    page.locator("[data-press=next]").click()
    expect(page.locator(".line")).to_contain_text("The connection is lost")
    server.start()
    b.settled(page, 40_000)
    assert b.page_id(page) == "support"
    assert session(store, page).sequence == 2


def test_an_answer_whose_acknowledgement_was_lost_is_there_once(page: Page, server: b.Server, store: Store) -> None:
    begin(page, server)
    b.answer_page(page, {"employed": "no"})
    lost = []

    def lose(route: object) -> None:
        if not lost:
            lost.append(route.fetch(max_redirects=0).status)  # type: ignore[attr-defined]
            route.abort("connectionreset")  # type: ignore[attr-defined]
        else:
            route.continue_()  # type: ignore[attr-defined]

    page.route(lambda url: "/s/" in url, lose)
    page.locator("[data-press=next]").click()
    page.wait_for_function("() => document.querySelector('main').dataset.page === 'support'")
    assert lost == [204]
    assert session(store, page).sequence == 2


def test_picks_not_sent_outlive_a_reload_and_go_once_they_are_saved(page: Page, server: b.Server) -> None:
    b.open_plain(page, server, study="formats")
    b.answer(page, "consent", "yes")
    page.reload()
    assert b.value_of(page, "consent") == "yes"
    b.press_next(page)
    picks: dict[str, b.Value] = {"l1": 2, "n1": "9", "m1": ["mail"], "s1": "70", "d1": "2024-02-29", "t1": "so\nfar"}
    b.answer_page(page, {**picks, "r1": ["calm"]})
    page.reload()
    assert {item: b.value_of(page, item) for item in picks} == {**picks, "l1": "2"}
    assert page.locator('[name="r1.calm"]').input_value() == "1"
    b.press_back(page)
    b.press_next(page)
    assert b.value_of(page, "t1") == "so\nfar"
    page.locator('[name="r1.calm"]').select_option("")
    b.press_next(page)
    assert b.heading(page) == "Thank you"
    assert kept(page) == []


def test_answers_saved_elsewhere_win_over_picks_kept_here(page: Page, chromium: Browser, server: b.Server) -> None:
    begin(page, server)
    b.answer_page(page, {"employed": "yes"})
    context = chromium.new_context()
    other = context.new_page()
    other.goto(page.url)
    b.answer_page(other, {"employed": "no", "weekly": "3"})
    b.press_next(other)
    b.press_next(page)
    expect(page.locator(".notice")).to_contain_text("another tab")
    assert (b.value_of(page, "employed"), b.value_of(page, "weekly")) == ("no", "3")
    context.close()


def test_a_double_click_is_one_press_and_picks_nothing_on_the_next_page(
    page: Page, server: b.Server, store: Store
) -> None:
    begin(page, server)
    page.locator("[data-press=next]").dblclick()
    b.settled(page)
    page.wait_for_function("() => document.querySelector('main').dataset.page === 'support'")
    assert session(store, page).sequence == 2
    assert page.locator("input:checked").count() == 0


def test_the_second_tap_of_a_finger_picks_nothing_on_the_next_page(
    chromium: Browser, server: b.Server, store: Store
) -> None:
    context = chromium.new_context(viewport=b.PHONE, has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = context.new_page()
    begin(page, server)
    page.locator("[data-press=next]").scroll_into_view_if_needed()
    page.wait_for_timeout(600)
    target = page.locator("[data-press=next]").bounding_box()
    assert target is not None
    x, y = target["x"] + target["width"] / 2, target["y"] + target["height"] / 2
    # A circle stands where the button stood, whatever the page looks like: the second tap would pick it.
    page.add_init_script(
        f"""addEventListener('DOMContentLoaded', () => {{
          const radio = document.querySelector('[data-item=s1] input');
          const place = 'position: fixed; z-index: 9; left: 0; width: 100%; height: 80px; top: {y - 40}px';
          if (radio) radio.closest('label').style.cssText = place;
        }})"""
    )
    page.touchscreen.tap(x, y)
    page.wait_for_function("() => document.querySelector('main').dataset.page === 'support'")
    page.touchscreen.tap(x, y)
    b.settled(page)
    assert page.locator("input:checked").count() == 0
    page.wait_for_timeout(600)
    page.touchscreen.tap(x, y)
    assert page.locator("input:checked").count() == 1
    assert session(store, page).sequence == 2
    context.close()


def test_a_slider_starts_nowhere(page: Page, server: b.Server, store: Store) -> None:
    begin(page, server, "formats")
    line = page.locator("[data-item=s1] input[type=range]")
    assert line.get_attribute("aria-valuetext") == "Not chosen yet"
    assert "untouched" in str(line.get_attribute("class"))
    assert b.value_of(page, "s1") == ""
    line.focus()
    page.keyboard.press("ArrowRight")
    assert b.value_of(page, "s1") == "51"
    assert line.get_attribute("aria-valuetext") is None
    b.answer(page, "s1", "64")
    assert line.input_value() == "64"
    b.press_next(page)
    assert session(store, page).answers["s1"] == 64.0


def test_none_of_these_excludes_the_others(page: Page, server: b.Server) -> None:
    begin(page, server)
    ticks = page.locator("[data-item=ways] input")
    ticks.nth(0).check()
    ticks.nth(2).check()
    assert b.value_of(page, "ways") == ["none"]
    ticks.nth(1).check()
    assert b.value_of(page, "ways") == ["talk"]


def test_the_browsers_own_back_and_forward(page: Page, server: b.Server) -> None:
    begin(page, server)
    b.answer_page(page, {"employed": "no"})
    b.press_next(page)
    b.travel(page, "back")
    assert (b.page_id(page), b.value_of(page, "employed")) == ("about", "no")
    b.travel(page, "back")
    assert (b.page_id(page), b.value_of(page, "consent")) == ("consent", "yes")
    b.travel(page, "forward")
    assert b.page_id(page) == "about"


def test_a_respondent_changes_sides_midway_and_back(page: Page, server: b.Server, store: Store) -> None:
    begin(page, server)
    b.answer_page(page, {"employed": "no", "weekly": "8"})
    b.press_next(page)
    page.get_by_role("link", name="Full version of this page").click()
    b.settled(page)
    assert page.locator("[data-testid=stApp]").count() == 1
    assert b.page_id(page) == "support"
    b.answer_page(page, {"s1": 4, "s2": 5, "s3": 1})
    b.press_next(page)
    assert b.page_id(page) == "people.g1"
    page.get_by_role("link", name="Lighter version of this page").click()
    page.wait_for_url("**/s/**")
    b.settled(page)
    assert page.locator("[data-testid=stApp]").count() == 0
    assert b.page_id(page) == "people.g1"
    b.press_back(page)
    assert b.value_of(page, "s2") == "5"
    assert session(store, page).sequence == 3


def test_a_matrix_is_a_table_on_a_desktop_and_stands_one_below_the_other_on_a_phone(
    page: Page, phone: Page, server: b.Server
) -> None:
    tops = {}
    for opened in (page, phone):
        begin(opened, server)
        b.press_next(opened)
        assert opened.locator("table").count() == 1
        boxes = [one.bounding_box() for one in opened.locator("[data-item=s1] input").all()]
        tops[opened] = len({round(box["y"]) for box in boxes if box})
        radio = opened.locator("[data-item=s1] input").first
        assert (
            opened.get_by_role("radio", name="Somebody would help me & mean it (1 < 2). Strongly disagree").count() == 1
        )
        assert radio.get_attribute("aria-labelledby") == "q-s1 c1"
    assert tops == {page: 1, phone: 5}
