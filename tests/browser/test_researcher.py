"""A researcher's first hour in a real browser: set-up, a study, its launch, an analysis, a table for Word, and out."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analysis.simulate import simulate
from survey.instrument.load import shipped, shipped_plan_text, shipped_text
from survey.store import Store
from tests.support import browser as b
from tests.support.accessible import violations
from tests.survey.store_support import TEXT, go_through

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery"
PATHS = ("", "new", "study?name=filled", "study?name=draft", "edit?name=draft",
         "data?name=filled", "results?name=filled",
         "results?name=filled&view=Correlations", "results?name=filled&view=Regression",
         "results?name=filled&view=Missing+values", "upload", "plan?name=filled",
         "account")  # fmt: skip


@pytest.fixture(scope="module")
def store(empty_store: Store) -> Store:
    return empty_store


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport=b.DESKTOP, permissions=["clipboard-read", "clipboard-write"])  # type: ignore[arg-type]
    yield opened
    opened.close()


def rested(page: Page) -> None:
    """Wait until Streamlit has nothing left to do and has drawn it."""
    page.wait_for_function(
        """() => { const app = document.querySelector('[data-testid=stApp]');
        return app && app.dataset.testScriptState === 'notRunning' && app.dataset.testConnectionState === 'CONNECTED'
        && document.querySelector('[data-testid=stMain] h1'); }""",
        timeout=30_000,
    )
    page.wait_for_timeout(300)


def pick(page: Page, label: str, option: str) -> None:
    """Choose in a select box or a multiple one by typing."""
    box = page.get_by_role("combobox", name=label).first
    box.click()
    box.fill(option)
    page.get_by_role("option").first.click()
    page.keyboard.press("Tab")
    rested(page)


def test_from_the_set_up_link_to_a_table_in_word(store: Store, server: b.Server, context: BrowserContext) -> None:
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))

    page.goto(server.url + (store.accounts.setup_path() or ""))
    page.get_by_label("Name to sign in with").fill("Ada")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_role("button", name="Create the owner's account").click()
    rested(page)
    expect(page.get_by_role("heading", name="No study yet")).to_be_visible()

    page.get_by_role("button", name="Create your first study").click()
    page.get_by_role("textbox", name="Title of the study").fill("Support at work")
    page.keyboard.press("Tab")
    rested(page)
    page.get_by_role("button", name="Create the study").click()
    expect(page.get_by_role("heading", name="Support at work")).to_be_visible(timeout=20_000)
    rested(page)
    assert store.studies.get("support-at-work").status == "draft"

    page.get_by_role("button", name="Launch", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("count as live answers")
    expect(dialog.get_by_role("button", name="Launch")).to_be_disabled()
    for label, words in (
        ("Who approved it", "REC 2026/12"),
        ("Whom respondents can turn to", "The study's team"),
        ("By whom", "Three people discussed it"),
    ):
        dialog.get_by_role("textbox", name=re.compile(label)).fill(words)
        page.keyboard.press("Tab")
        rested(page)
    expect(dialog.get_by_role("button", name="Launch")).to_be_disabled()
    pick(page, "How the translation was reviewed", "Discussed")
    dialog.get_by_role("button", name="Launch").click()
    expect(page.get_by_text("The study is live.")).to_be_visible(timeout=20_000)
    assert store.studies.get("support-at-work").status == "live"
    said = [(one.kind, one.words) for one in store.assurances.list("support-at-work")]
    assert said == [("ethics", "REC 2026/12"), ("distress", "The study's team"),
                    ("translation", "Three people discussed it")]  # fmt: skip

    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{server.url}/?study=support-at-work"

    store.respond.load_simulated("support-at-work", simulate(shipped("two-supports"), 150, 3).dataset)
    store.plans.lock("support-at-work", "at 150 simulated respondents")
    expect(page.get_by_test_id("stMetricValue").nth(2)).to_have_text("150", timeout=15_000)

    page.goto(f"{server.url}/results?name=support-at-work&view=Regression")
    rested(page)
    pick(page, "Outcome", "Stress")
    pick(page, "Predictors", "Demands")
    table = page.locator(".apa table")
    expect(table).to_contain_text("Demands")
    expect(table).not_to_contain_text("Psychosocial support")
    pick(page, "Predictors", "Psychosocial support")
    expect(table).to_contain_text("Psychosocial support")
    pick(page, "Predictors", "Negative affectivity")  # from three predictors on there is a picture
    expect(table).to_contain_text("Negative affectivity")
    before = table.inner_text()
    page.get_by_text("classical", exact=True).click()
    expect(page.locator(".apa")).not_to_contain_text("HC3", timeout=10_000)
    assert table.inner_text() != before
    expect(page.get_by_test_id("stPlotlyChart")).to_have_count(1, timeout=20_000)  # the old one fades away first
    expect(page.get_by_test_id("stPlotlyChart")).to_be_visible(timeout=20_000)

    page.get_by_role("button", name=re.compile("^Copy for Word")).click()
    expect(page.get_by_role("status").filter(has_text="Copied")).to_be_visible()
    copied = page.evaluate(
        """async () => { const item = (await navigator.clipboard.read())[0];
        return [await (await item.getType('text/html')).text(), await (await item.getType('text/plain')).text()]; }"""
    )
    assert "Regression Predicting Stress" in copied[0]
    assert "Times New Roman" in copied[0]
    assert "\t" in copied[1]

    page.get_by_role("button", name="Download").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Word (.docx)").click()
    content = Path(waiting.value.path()).read_bytes()
    assert waiting.value.suggested_filename.endswith(".docx")
    assert "Demands" in "".join(c.text for row in Document(io.BytesIO(content)).tables[0].rows for c in row.cells)
    page.keyboard.press("Escape")

    page.goto(f"{server.url}/data?name=support-at-work")
    rested(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download the data").click()
    names = zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())).namelist()
    assert {"respondents.csv", "missing.csv", "codebook.html", "instrument.yaml"} <= set(names)

    page.goto(f"{server.url}/account")
    rested(page)
    kept = context.cookies()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/auth/login")
    page.goto(f"{server.url}/data")
    expect(page.get_by_text("Sign in").first).to_be_visible(timeout=20_000)
    expect(page.get_by_role("heading", name="Data")).to_have_count(0)
    context.add_cookies(kept)  # type: ignore[arg-type]
    page.goto(f"{server.url}/data")
    expect(page.get_by_text("Sign in").first).to_be_visible(timeout=20_000)
    assert not errors


def test_data_collected_elsewhere_open_in_the_explorer(store: Store, server: b.Server, context: BrowserContext) -> None:
    frame = simulate(shipped("two-supports"), 80, 5).dataset.respondents
    columns = [f"{scale}{i}" for scale in ("dem", "str") for i in range(1, 5)]
    table = frame[columns].to_csv(index=False).encode()
    page = context.new_page()
    page.goto(server.url + store.accounts.demo_path())
    rested(page)
    page.goto(f"{server.url}/upload")
    rested(page)
    page.locator("input[type=file]").set_input_files({"name": "elsewhere.csv", "mimeType": "text/csv", "buffer": table})
    expect(page.get_by_text("80 rows and 8 columns.")).to_be_visible(timeout=20_000)
    rested(page)
    page.get_by_role("button", name="Open in the explorer").click()
    expect(page.get_by_role("heading", name="Results")).to_be_visible(timeout=20_000)
    expect(page.locator(".apa table").first).to_contain_text("dem", timeout=20_000)
    expect(page.locator(".apa table").first).to_contain_text("str")


@pytest.mark.parametrize(("size", "scheme"), [(b.DESKTOP, "light"), (b.PHONE, "dark"), (b.PHONE, "light")])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    size: dict[str, int], scheme: str, store: Store, server: b.Server, chromium: Browser
) -> None:
    if "filled" not in {study.slug for study in store.studies.list()}:
        store.studies.create("filled", shipped_text("two-supports"), "A study of support at work with a long title")
        store.studies.create("draft", shipped_text("two-supports"), "A draft")
        store.studies.set_plan("filled", shipped_plan_text("two-supports"))
        store.plans.lock("filled", "at 60 simulated respondents")
        store.studies.set_status("filled", "live")
        store.respond.load_simulated("filled", simulate(shipped("two-supports"), 60, 4).dataset)
    context = chromium.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    setup = store.accounts.setup_path()
    signed_out = ["/auth/login", "/auth/enter?code=none", "/auth/setup?code=none", *([setup] if setup else [])]
    for path in signed_out:
        page.goto(f"{server.url}{path}")
        assert violations(page) == [], path
    page.goto(server.url + store.accounts.demo_path())
    rested(page)
    for path in PATHS:
        page.goto(f"{server.url}/{path}")
        rested(page)
        assert violations(page) == [], path
        over = page.evaluate(
            """() => { const main = document.querySelector('[data-testid=stMain]');
            const page = document.documentElement;
            return Math.max(main.scrollWidth - main.clientWidth, page.scrollWidth - innerWidth); }"""
        )
        assert over <= 0, path
    for path in ("/auth/password", "/auth/logout"):
        page.goto(f"{server.url}{path}")
        assert violations(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path
    context.close()


def test_erasing_a_person_names_what_goes_and_then_says_that_it_is_done(
    store: Store, server: b.Server, context: BrowserContext
) -> None:
    store.studies.create("small", TEXT, "Small")
    store.studies.set_status("small", "live")
    [(_, token)] = store.invitations.create("small", [("p01", {})])
    session = store.respond.enter(token)
    assert session is not None
    go_through(store, session)
    go_through(store, store.respond.begin("small", "another"))
    page = context.new_page()
    page.goto(server.url + store.accounts.demo_path())
    rested(page)
    page.goto(f"{server.url}/study?name=small")
    rested(page)
    page.get_by_text("Data protection: days, erasing").click()
    page.get_by_role("textbox", name="Their address, the label or id").fill("p01")
    page.get_by_role("button", name="Look them up").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("pages of answers: 8")
    dialog.get_by_role("button", name="Erase it").click()
    expect(page.get_by_text("Erased. What remains is a count")).to_be_visible(timeout=20_000)
    assert [(one.kind, one.finished) for one in store.erasures.list("small")] == [("person", True)]
    assert store.results.counts("small").started == 1
