"""Respondents' pages for everybody: phones, keyboards, screen readers, dark rooms, strict browsers."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from survey.store import Store
from tests.support import browser as b

pytestmark = pytest.mark.browser
LITTLE = (b.ROOT / "tests" / "support" / "little.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    empty_store.studies.create("little", LITTLE)
    empty_store.studies.set_status("little", "live")
    return empty_store


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
    "ties.g1": ["AB"],
    "remark": "fine",
}


def through(page: Page, server: b.Server) -> Iterator[str]:
    """Every page of the survey one after the other, and what stands at its end; each is ready to be looked at."""
    b.open_survey(page, server, study="little")
    while b.page_id(page) in ("consent", "about", "support", "work", "people.g1", "end"):
        yield b.page_id(page)
        if b.page_id(page) in ("about", "support", "work"):
            wrong = {"weekly": "many"} if b.page_id(page) == "about" else {}
            b.answer_page(page, wrong)
            b.press_next(page)
            yield f"{b.page_id(page)} with problems"
        b.answer_page(page, ANSWERS)
        b.press_next(page)
    yield "thanks"


def overflow(page: Page) -> int:
    return int(
        page.evaluate(
            """() => Math.max(...[document.documentElement, document.querySelector('[data-testid=stMain]')]
            .map((node) => node.scrollWidth - node.clientWidth))"""
        )
    )


def small_targets(page: Page) -> list[str]:
    """What is to be pressed or written in and is less than 44 pixels wide or high."""
    targets = page.locator(".tf-option, .tf-button, .tf input[type=text], .tf textarea, .tf summary")
    seen = [(target, box) for target in targets.all() if target.is_visible() and (box := target.bounding_box())]
    assert seen
    return [str(target) for target, box in seen if min(box["width"], box["height"]) < 44]


@pytest.mark.parametrize(("size", "scheme"), [(b.PHONE, "light"), (b.DESKTOP, "dark")], ids=["phone", "desktop"])
def test_each_page_is_accessible_fits_has_large_targets_and_is_ours_alone(
    chromium: Browser, server: b.Server, size: dict[str, int], scheme: str
) -> None:
    context = chromium.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda entry: errors.append(entry.text) if entry.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    for name in through(page, server):
        found = Axe().run(page)
        assert found.violations_count == 0, f"{name}: {found.generate_report()}"
        assert overflow(page) <= 0, name
        assert small_targets(page) == [], name
        for chrome in ("stToolbar", "stHeader", "stSidebar", "stMainMenu", "stAppDeployButton", "stStatusWidget"):
            assert page.locator(f"[data-testid={chrome}]:visible").count() == 0, chrome
        assert "Streamlit" not in page.title()
        assert page.locator("footer:visible").count() == 0
    for query in ("?s=nothing", ""):
        page.goto(f"{server.url}/{query}")
        b.settled(page)
        assert Axe().run(page).violations_count == 0
    assert not errors
    context.close()


def test_a_phone_starts_each_page_at_its_top_with_the_heading_focused(phone: Page, server: b.Server) -> None:
    for name in through(phone, server):
        if name == "support":
            # Where all is answered the finger is at the bottom, on Next.
            assert phone.evaluate("document.activeElement.tagName") == "H1"
            assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
            b.answer_page(phone, ANSWERS)
            phone.locator("[data-press=next]").scroll_into_view_if_needed()
            assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") > 300
            b.press_next(phone)
            break
    assert b.page_id(phone) == "work"
    assert phone.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
    assert phone.evaluate("document.activeElement.textContent") == "Your work"


def test_a_survey_by_keyboard_alone(page: Page, server: b.Server, store: Store) -> None:
    b.open_survey(page, server, study="little")
    while b.page_id(page) in ("consent", "about", "support", "work", "people.g1", "end"):
        b.tab_into(page)
        for shown in [str(box.get_attribute("data-item")) for box in page.locator(".tf [data-item]").all()]:
            assert page.evaluate("document.activeElement.closest('[data-item]')?.dataset.item") == shown
            ring = page.evaluate("getComputedStyle(document.activeElement).outline")
            assert "solid 3px" in ring
            b.answer_by_keyboard(page, shown, ANSWERS[shown])
        b.press_next_by_keyboard(page)
    session = store.respond.enter(page.url.split("s=")[1].split("&")[0])
    assert session is not None
    assert session.completed
    assert session.answers["s1"] == 4.0
    assert session.answers["ways"] == ("talk",)


def test_the_matrix_is_real_radios_named_for_those_who_do_not_see_it(page: Page, server: b.Server) -> None:
    for name in through(page, server):
        if name == "support":
            break
    group = page.get_by_role("radiogroup", name="Somebody would help me & mean it (1 < 2).")
    expect(group).to_be_visible()
    assert group.get_by_role("radio").count() == 5
    group.get_by_role("radio", name="Strongly agree").check()
    assert b.value_of(page, "s1") == "5"
    page.keyboard.press("ArrowLeft")
    assert b.value_of(page, "s1") == "4"
    done = page.get_by_role("progressbar", name="Your progress")
    assert done.get_attribute("aria-valuetext") == "31 % complete"


def test_the_theme_follows_the_reader(chromium: Browser, server: b.Server) -> None:
    for scheme, paper in (("light", "rgb(251, 250, 247)"), ("dark", "rgb(18, 24, 27)")):
        context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
        page = context.new_page()
        b.open_survey(page, server, study="little")
        assert page.evaluate("getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor") == paper
        assert "Source Serif" in page.evaluate("getComputedStyle(document.querySelector('.tf h1')).fontFamily")
        assert page.evaluate("document.documentElement.lang") == "en"
        assert page.evaluate("document.documentElement.dir") == "ltr"
        context.close()


def test_headers_and_closed_doors(page: Page, server: b.Server) -> None:
    answer = page.request.get(server.url)
    headers = answer.headers
    policy = headers["content-security-policy"]
    assert "script-src 'self' 'sha256-" in policy
    assert "unsafe-eval" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "strict-transport-security" not in headers  # this is not https
    assert headers["content-encoding"] == "gzip"
    assert page.request.get(f"{server.url}/_stcore/metrics").status == 404
    host = page.request.get(f"{server.url}/_stcore/host-config")
    assert host.headers["x-content-type-options"] == "nosniff"
    assert json.loads(host.text())["allowedOrigins"] == []


OTHERS = """
format: twofold/1
id: others
version: 1.0.0
formats:
  mood: {type: slider, min: 0, max: 100, labels: {en: [Low, High]}}
  day: {type: date, min: '2000-01-01'}
  order: {type: rank, choices: {a: {label: {en: Advice}}, b: {label: {en: Comfort}}, c: {label: {en: News}}}}
  ynu: {type: choice, choices: {'yes': {label: {en: 'Yes'}}, 'no': {label: {en: 'No'}}, unsure: {label: {en: Unsure}}}}
items:
  mood: {text: {en: How are you?}, format: mood}
  still: {text: {en: And yesterday?}, format: mood}
  since: {text: {en: Since when?}, format: day}
  first: {text: {en: What comes first?}, format: order}
  ck1: {text: {en: A friend}, format: ynu}
  ck2: {text: {en: A mentor}, format: ynu}
scales: {}
pages:
  - {id: consent, type: consent, text: {en: Please.}, required: true}
  - {id: kinds, title: {en: Kinds}, items: [mood, still, since, first]}
  - {id: list, title: {en: List}, items: [ck1, ck2], layout: matrix}
"""


def test_sliders_dates_ranks_and_a_grid_of_choices(page: Page, server: b.Server, store: Store) -> None:
    store.studies.create("others", OTHERS)
    store.studies.set_status("others", "live")
    b.open_survey(page, server, study="others")
    b.answer_page(page, {"consent": "yes"})
    b.press_next(page)
    assert Axe().run(page).violations_count == 0
    assert overflow(page) <= 0
    b.box(page, "mood").locator("input").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    b.answer(page, "since", "2024-02-29")
    places = b.box(page, "first").get_by_role("combobox")
    places.nth(0).select_option("2")
    places.nth(1).select_option("2")
    b.press_next(page)
    expect(b.box(page, "first")).to_contain_text("Please give each a place of its own.")
    for choice, place in enumerate(("2", "1", "3")):
        places.nth(choice).select_option(place)
    b.press_next(page)
    assert b.page_id(page) == "list"
    assert Axe().run(page).violations_count == 0
    assert page.locator(".tf-matrix [role=radiogroup]").count() == 2
    b.answer_page(page, {"ck1": "yes", "ck2": "unsure"})
    b.press_next(page)
    assert b.heading(page) == "Thank you"
    session = store.respond.enter(page.url.split("s=")[1].split("&")[0])
    assert session is not None
    expected = {"mood": 53.0, "still": "skipped", "since": "2024-02-29", "first": ("b", "a", "c")}
    assert {name: session.answers[name] for name in expected} == expected
    assert (session.answers["ck1"], session.answers["ck2"]) == ("yes", "unsure")
