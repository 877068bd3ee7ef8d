"""An author at work in a real browser: help at the line, mistakes, jumps both ways, previews in frames, saving."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from survey.files.document import scan_yaml
from survey.instrument.load import shipped_text
from survey.store import Store
from tests.browser.test_researcher import rested
from tests.support import browser as b
from tests.support.accessible import violations
from views.components import editor_path

pytestmark = pytest.mark.browser
EVERY = (Path(__file__).resolve().parent.parent / "support" / "every_key.yaml").read_text("utf-8")
LITTLE = (Path(__file__).resolve().parent.parent / "support" / "little.yaml").read_text("utf-8")


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    empty_store.accounts.create_owner(empty_store.accounts.setup_code() or "", "Ada", "correct horse battery")
    return empty_store


def open_editor(page: Page, server: b.Server, store: Store, slug: str) -> Locator:
    store.studies.create(slug, LITTLE, slug.capitalize())
    page.goto(server.url + store.accounts.demo_path())
    rested(page)
    page.goto(f"{server.url}/edit?name={slug}")
    rested(page)
    area = page.get_by_label("The questionnaire as YAML")
    expect(area).to_have_value(re.compile("format: twofold/1"))
    return area


def put_caret(area: Locator, after: str) -> None:
    """The caret right after these words."""
    area.evaluate(
        """(area, after) => { const at = area.value.indexOf(after) + after.length; area.focus();
        area.setSelectionRange(at, at); area.dispatchEvent(new Event('click')); }""",
        after,
    )


def test_a_mistake_leads_to_its_line_and_its_page_and_mending_it_saves(
    page: Page, server: b.Server, store: Store
) -> None:
    area = open_editor(page, server, store, "mend")
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_be_visible()

    put_caret(area, "items: [tenure, ")
    page.keyboard.type("nobody, ")
    problem = page.get_by_label("Mistakes").get_by_role("listitem")
    expect(problem).to_contain_text("Item 'nobody' in page 'work' is not defined.", timeout=10_000)
    expect(page.locator(".gutter .bad")).to_have_text(re.compile(r"^\d+$"))
    line = int(page.locator(".gutter .bad").inner_text())
    assert "nobody" in LITTLE.replace("[tenure, ", "[tenure, nobody, ").splitlines()[line - 1]
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("so nothing was changed")).to_be_visible()

    put_caret(area, "format: ")
    problem.get_by_role("button", name=f"Line {line}").click()
    assert area.evaluate("a => a.value.slice(0, a.selectionStart).split('\\n').length") == line
    problem.get_by_role("button", name="Page work").click()
    expect(frame.get_by_role("heading", name="Your work")).to_be_visible(timeout=10_000)

    put_caret(area, "nobody, ")
    for _ in "nobody, ":
        page.keyboard.press("Backspace")
    put_caret(area, "title: {en: Your work")
    page.keyboard.type(" life")
    expect(page.get_by_text("No mistakes.")).to_be_visible(timeout=10_000)
    expect(frame.get_by_role("heading", name="Your work life")).to_be_visible(timeout=10_000)
    assert "Your work life" not in store.studies.instrument_text("mend"), "not before it is saved"
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Not saved yet.")).to_have_count(0, timeout=10_000)
    assert "Your work life" in store.studies.instrument_text("mend")


def test_help_by_keyboard_says_what_a_key_means_and_puts_in_what_may_stand_there(
    page: Page, server: b.Server, store: Store
) -> None:
    area = open_editor(page, server, store, "help")
    help_ = page.get_by_role("region", name="Help with this line")
    put_caret(area, "show_i")
    expect(help_).to_contain_text("show_if")
    expect(help_).to_contain_text("A condition over items of earlier pages; the page is shown only where it holds.")
    put_caret(area, "order: random, require: soft")
    page.keyboard.type(", ref")
    page.keyboard.press("Control+ ")
    expect(page.get_by_role("button", name="refusable:", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(area).to_be_focused()
    page.keyboard.press("Control+ ")
    page.keyboard.press("Enter")
    expect(area).to_be_focused()
    page.keyboard.type("tr")
    page.keyboard.press("Control+ ")
    page.keyboard.press("Enter")
    expect(area).to_have_value(re.compile(r"require: soft, refusable: true\}"))
    page.keyboard.press("Tab")
    expect(area).not_to_be_focused()

    page.get_by_text("Every key, and what it means").click()
    page.get_by_label("Search the keys").fill("most names accepted")
    expect(page.locator(".ed dl dt")).to_have_text("max in networks › NAME › generators › NAME")


def test_the_caret_is_placed_in_every_style_of_yaml(page: Page, server: b.Server) -> None:
    page.goto(f"{server.url}/auth/login")
    texts = {
        "pages:\n  - id: a\n  - id: b\n    ti": "pages 1 key ti",
        "pages:\n- id: a\n- {id: b, title: {en: x, fr": "pages 1 title key fr",
        "items:\n  a: {text: 'it''s {', format: ag": "items a format value ag",
        "formats:\n  f:\n    type: likert\n    la": "formats f key la",
        "pages:\n  - text: |-\n      items: [a\n    show_if: x == 1 and y": "pages 0 show_if value x == 1 and y",
        "scales:\n  s:\n    items: [a,\n      -b, c": "scales s items 2 value c",
        "title: x # a {comment\nno": "key no",
        "a:\n  b: 1\nc:\n  ": "c key ",
    }
    found = page.evaluate(
        """async ([path, texts]) => { const { caretAt } = await import(path);
        return texts.map((text) => { const lines = text.split('\\n');
          const at = caretAt(lines, lines.length - 1, lines[lines.length - 1].length);
          return [...at.path, at.place, at.word].join(' '); }); }""",
        [editor_path(), list(texts)],
    )
    assert found == list(texts.values())
    assert page.evaluate(
        "async (path) => (await import(path)).caretAt(['a: |', '  words'], 1, 3)", editor_path()
    ) is None  # fmt: skip


@pytest.mark.parametrize(
    "text", [shipped_text("two-supports"), EVERY, shipped_text("pss-10")], ids=["ships", "every", "ready"]
)
def test_the_caret_finds_every_key_where_the_reader_of_files_does(page: Page, server: b.Server, text: str) -> None:
    """The editor's own reading of YAML, line by line while it is being typed, is held to that of whole files."""
    keys = scan_yaml(text, "x")[0].keys
    page.goto(f"{server.url}/auth/login")
    found = page.evaluate(
        """async ([path, text, places]) => { const { caretAt } = await import(path); const lines = text.split('\\n');
        return places.map(([line, column, key]) => {
          const at = lines[line - 1].indexOf(':', column - 1 + key.length) + 1;
          return caretAt(lines, line - 1, at)?.path.map(String) ?? null; }); }""",
        [editor_path(), text, [[line, column, str(path[-1])] for path, (line, column) in keys.items()]],
    )
    assert len(found) > 20
    assert found == [[str(part) for part in path] for path in keys]


def test_any_page_is_shown_in_both_versions_and_one_goes_on_from_there(
    page: Page, server: b.Server, store: Store
) -> None:
    area = open_editor(page, server, store, "look")
    put_caret(area, "id: work")
    page.get_by_role("button", name="Show the page of this line").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", name="Your work")).to_be_visible(timeout=10_000)
    assert frame.locator("html").evaluate("() => innerWidth") == 358  # less the frame's own line, two pixels
    page.get_by_text("Desktop", exact=True).click()
    expect(frame.locator("html")).to_be_visible()
    page.wait_for_function("() => true")
    rested(page)
    assert frame.locator("html").evaluate("() => innerWidth") == 958
    frame.get_by_role("button", name="Back").click()
    expect(frame.locator("main")).to_have_attribute("data-page", "support", timeout=10_000)
    page.get_by_text("Full version", exact=True).click()
    expect(frame.get_by_role("heading", name="Your work")).to_be_visible(timeout=20_000)
    expect(frame.locator(".tf-preview")).to_be_visible()
    page.get_by_role("button", name="Go to its line").click()
    expect(area).to_be_focused()
    at = area.evaluate("a => a.value.slice(0, a.selectionStart).split('\\n').length")
    assert "id: work" in LITTLE.splitlines()[at - 1]
    assert store.results.counts("look").started == 0


@pytest.mark.parametrize(("size", "scheme"), [(b.DESKTOP, "dark"), (b.PHONE, "light")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    size: dict[str, int], scheme: str, store: Store, server: b.Server, chromium: Browser
) -> None:
    context = chromium.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    area = open_editor(page, server, store, f"axe-{scheme}")
    put_caret(area, "items: [tenure, ")
    page.keyboard.type("nobody, ")
    expect(page.get_by_label("Mistakes")).to_be_visible(timeout=10_000)
    page.get_by_text("Every key, and what it means").click()
    rested(page)
    assert violations(page) == []
    over = page.evaluate(
        """() => { const main = document.querySelector('[data-testid=stMain]');
        return Math.max(main.scrollWidth - main.clientWidth, document.documentElement.scrollWidth - innerWidth); }"""
    )
    assert over <= 0
    context.close()
