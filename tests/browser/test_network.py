"""The worked network, an ego with A, B, C, D and ties A–B and B–C, entered by mouse and keyboard in both renderers."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from survey.store import Session, Store
from tests.support import browser as b
from tests.support.accessible import violations

pytestmark = pytest.mark.browser

TEXT = (b.ROOT / "tests" / "support" / "network.yaml").read_text("utf-8")
SHORT = TEXT.replace("[closeness, contact, context, role, years]", "[closeness, role]").replace(
    " and contact >= 4", " and 'peer' in role"
)
NAMES = ("A", "B", "C", "D")
PAIRS = [("T1", "T2"), ("T1", "T3"), ("T1", "T4"), ("T2", "T3"), ("T2", "T4"), ("T3", "T4")]
TIED = {("T1", "T2"): 2.0, ("T2", "T3"): 1.0}


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    empty_store.studies.create("network", SHORT)
    empty_store.studies.set_status("network", "live")
    return empty_store


def session(store: Store, page: Page) -> Session:
    token = re.search(r"(?:/s/|[?&]s=)([^?&]+)", page.url)
    assert token, page.url
    found = store.respond.enter(token.group(1))
    assert found is not None
    return found


def looked_at(page: Page) -> None:
    """What every screen must be: without a violation, and as wide as the screen."""
    assert violations(page) == [], b.page_id(page)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    small = page.locator(".tf button:visible, .tf .tf-node circle, .tf .tf-option, .tf input[type=text]:visible").all()
    boxes = [(one.evaluate("(node) => node.outerHTML")[:90], one.bounding_box()) for one in small]
    assert not [(html, box) for html, box in boxes if box and min(box["width"], box["height"]) < 43.5], b.page_id(page)


def by_mouse(page: Page) -> None:
    """Draw a tie: press two people, then the level."""

    def person(tie: str) -> None:
        page.locator(f".tf-node[data-tie={tie}] circle").click()

    for (one, other), level in TIED.items():
        person(one)
        person(other)
        page.locator(".tf-level-row button").nth(int(level)).click()
    page.get_by_role("button", name="None of the others know each other").click()


def by_keyboard(page: Page) -> None:
    """Draw a tie: Tab into the circle, arrows to a person, Enter; and so on."""
    press = page.keyboard.press
    while not page.evaluate("document.activeElement.matches('.tf-node')"):
        press("Tab")
    focused = "document.activeElement.dataset.tie"
    for (one, other), level in TIED.items():
        for tie in (one, other):
            while page.evaluate(focused) != tie:
                press("ArrowRight")
            press("Enter")
        assert "Do these two know each other?" in page.locator(".tf-drawing-said").inner_text()
        for _ in range(int(level)):
            press("ArrowRight")
        press("Enter")
        assert page.evaluate(focused) == one, "the focus comes back to where the tie began"
    while not page.evaluate("document.activeElement.textContent === 'None of the others know each other'"):
        press("Tab")
    press("Enter")
    assert page.locator(".tf-drawing-said").inner_text() == "Pairs still open: 0"


def in_the_list(page: Page) -> None:
    """Answer pair by pair in the list, by keyboard; what is left open is none."""
    for a, c in TIED:
        page.locator(f'[data-item="ties.between.{a}.{c}"] input').first.focus()
        page.keyboard.press("Space")
        for _ in range(int(TIED[a, c])):
            page.keyboard.press("ArrowDown")
    page.locator("input[name=_rest]").focus()
    page.keyboard.press("Space")


def in_the_list_by_mouse(page: Page) -> None:
    """The same by mouse."""
    for (a, c), level in TIED.items():
        page.locator(f'[data-item="ties.between.{a}.{c}"] label').nth(int(level)).click()
    page.locator("label:has(input[name=_rest])").click()


WAYS: dict[str, tuple[Callable[..., None], dict[str, int], Callable[[Page], None]]] = {
    "streamlit by mouse": (b.open_survey, b.DESKTOP, by_mouse),
    "streamlit by keyboard": (b.open_survey, b.PHONE, by_keyboard),
    "plain by keyboard": (b.open_plain, b.PHONE, in_the_list),
    "plain by mouse": (b.open_plain, b.DESKTOP, in_the_list_by_mouse),
}


@pytest.mark.parametrize("way", list(WAYS))
def test_the_worked_network_comes_out_tie_by_tie(chromium: Browser, server: b.Server, store: Store, way: str) -> None:
    open_, size, draw = WAYS[way]
    keyboard = "keyboard" in way
    context = chromium.new_context(viewport=size)  # type: ignore[arg-type]
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    open_(page, server, study="network")
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)
    while (name := b.page_id(page)).startswith("people"):
        if name in ("people.g1", "people.about.T1", "people.between"):
            looked_at(page)
        if name == "people.between":
            draw(page)
        else:
            tie = name.split(".")[-1]
            given: dict[str, b.Value] = {f"ties.{tie}.closeness": 2, f"ties.{tie}.role": ["peer"], "ties.g1": NAMES}
            given |= {"ties.g2": ["a"]}
            shown = [str(one.get_attribute("data-item")) for one in page.locator("[data-item]").all()]
            if name == "people.same":
                b.answer_page(page, {shown[0]: "yes"})
            elif keyboard:
                b.tab_into(page)
                for item in shown:
                    b.answer_by_keyboard(page, item, given[item])
            else:
                b.answer_page(page, given)
        b.press_next(page)
    assert errors == []
    assert b.heading(page) == "Thank you"
    found = session(store, page)
    assert found.completed
    assert {pair: found.answers[f"ties.between.{pair[0]}.{pair[1]}"] for pair in PAIRS} == {
        pair: TIED.get(pair, 0.0) for pair in PAIRS
    }
    data = store.results.dataset("network")
    ties = data.ties[data.ties["id"] == str(found.response_id)]
    assert ties[["tie", "g1", "g2", "closeness", "role.peer", "role.friend", "weak", "strong"]].values.tolist() == [
        [f"T{i}", 1.0, float(i == 1), 2.0, 1.0, 0.0, 1.0, 0.0] for i in (1, 2, 3, 4)
    ]
    between = data.between[data.between["id"] == str(found.response_id)]
    assert between[["tie_a", "tie_b", "level"]].values.tolist() == [[*pair, TIED.get(pair, 0.0)] for pair in PAIRS]
    assert store.respond.names(found)["ties"] == {"T1": "A", "T2": "B", "T3": "C", "T4": "D", "T5": "a"}
    context.close()


def test_what_is_in_the_box_counts_and_a_reload_in_the_middle_loses_nothing(
    chromium: Browser, server: b.Server, store: Store
) -> None:
    page = chromium.new_page(viewport=b.PHONE)  # type: ignore[arg-type]
    b.open_survey(page, server, study="network")
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)
    b.answer_page(page, {"ties.g1": ["Sam"]})
    page.locator(".tf-name-box input").fill("Ann")
    page.reload()
    b.settled(page)
    assert [one.input_value() for one in page.locator("ul.tf-names input").all()] == ["Sam", "Ann"]
    page.locator(".tf-name-box input").fill("Bo")
    b.press_next(page)
    page.locator(".tf-earlier input").nth(1).check()
    b.press_next(page)
    assert b.page_id(page) == "people.about.T1"
    assert store.respond.names(session(store, page))["ties"] == {"T1": "Sam", "T2": "Ann", "T3": "Bo"}
    assert session(store, page).answers["ties.g2"] == ("T2",)
    b.press_back(page)
    b.press_back(page)
    page.get_by_role("button", name="Remove Sam").click()
    b.press_next(page)
    b.press_next(page)
    assert b.page_id(page) == "people.about.T2"
    page.context.close()
