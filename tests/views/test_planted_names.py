"""Names that a respondent writes of other people: on that respondent's own pages, and nowhere else at all."""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from analysis.plan import load_plan
from analysis.run import run
from reports.export import FORMATS
from survey.instrument.load import shipped_plan_text, shipped_text
from survey.store import Store, User, schema
from survey.store.respond import Respond
from tests.support.terminal import twofold
from tests.views.researcher_support import PASSWORD, open_page, simulated, temporary_store
from tests.views.test_plain_survey import Browser
from views.plain import survey
from views.researcher.archive import apart_archive, data_file, report_archive
from views.researcher.places import PLACES

NAMES = ("Zebulon Quillander", "Ysolde Vaneforth", "zebulon quillander", "Quorra Wimberlake")
STUDY = "demo"


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as made:
        yield made


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A study with a plan, a hundred and twenty others, and one respondent who has written names."""
    for opened in temporary_store(tmp_path_factory.mktemp("planted"), patch):
        opened.studies.create(STUDY, shipped_text("two-supports"), "Demo")
        opened.studies.set_plan(STUDY, shipped_plan_text("two-supports"))
        opened.plans.lock(STUDY, "before anybody")
        opened.studies.set_status(STUDY, "live")
        opened.respond.load_simulated(STUDY, simulated())
        patch.setattr(survey, "store", lambda opened=opened: opened)
        yield opened


@pytest.fixture(scope="module")
def owner(store: Store) -> User:
    """Who may see most."""
    return store.accounts.create_owner(store.accounts.setup_code() or "", "Ada", PASSWORD)


@pytest.fixture(scope="module")
def own_pages(store: Store) -> list[str]:
    """All that the respondent was shown, until the last page."""
    there = Browser().open(f"/study/{STUDY}").send({"consent": "yes"})
    lists = {"people.g1": NAMES[:2], "people.g2": NAMES[2:3], "people.g3": NAMES[3:]}
    shown = [there.text]
    for _ in range(60):
        if 'data-press="next"' not in there.text:
            return shown
        page = there.page
        given: dict[str, object] = {}
        if page in lists:
            given = {f"ties.{page.rsplit('.', 1)[1]}": list(lists[page])}
        elif page == "people.same":
            given = {"ties.same.T1.T3": "yes"}
        there.send(given)
        shown.append(there.text)
        if there.page == page:  # asked once for what was left out
            there.send({})
            shown.append(there.text)
    raise AssertionError(f"the way does not end: {there.page}")


def planted(text: str) -> list[str]:
    """Which of the names, or of their parts, are in a text."""
    parts = {part for name in NAMES for part in name.lower().split()}
    assert min(map(len, parts)) >= 6, "shorter ones are met by chance in the bytes of a picture"
    return sorted(part for part in parts if part in text.lower())


def inside(content: bytes) -> str:
    """The text of a file; of an archive, that of everything in it, archives within it too."""
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join([name + inside(archive.read(name)) for name in archive.namelist()])
    return content.decode("utf-8", "replace")


def test_the_respondents_own_pages_hold_the_names(own_pages: list[str]) -> None:
    said = "\n".join(own_pages)
    assert planted(said) == ["quillander", "quorra", "vaneforth", "wimberlake", "ysolde", "zebulon"]
    assert planted(own_pages[0]) == []


def test_in_the_database_they_are_nowhere_in_plain(store: Store, own_pages: list[str]) -> None:
    tables = store.database.read(
        lambda connection: {
            table.name: str([tuple(row) for row in connection.execute(select(table))])
            for table in schema.metadata.sorted_tables
        }
    )
    assert len(tables) > 10
    assert not {name: planted(text) for name, text in tables.items() if planted(text)}
    assert store.database.read(lambda c: len(c.execute(select(schema.tie_name)).all())) == len(NAMES)


def test_no_export_and_no_report_holds_them(store: Store, own_pages: list[str], tmp_path: Path) -> None:
    dataset = store.results.dataset(STUDY)
    mine = re.search(r"/s/([^?\"]+)", own_pages[1])
    assert mine is not None
    session = store.respond.enter(mine.group(1))
    assert session is not None
    assert (dataset.ties["id"] == str(session.response_id)).sum() == 3
    plan = load_plan(
        str(shipped_plan_text("two-supports")).replace("resamples: 5000", "resamples: 200"), "plan", dataset.instrument
    )
    plan = plan.model_copy(update={"missing": None, "robustness": None})
    findings = run(plan, dataset)
    for archive in (*(data_file(dataset, to) for to in FORMATS), apart_archive(dataset), report_archive(findings)):
        text = inside(archive)
        assert "respondents.csv" in text or "results.csv" in text or ".csv" in text
        assert planted(text) == []
    out = tmp_path / "out"
    done = twofold("export", STUDY, "--to", "csv", "--out", str(out), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert planted(done.stdout + done.stderr) == []
    written = {path.name: inside(path.read_bytes()) for path in out.rglob("*") if path.is_file()}
    assert {"ties.csv", "respondents.csv", "between.csv"} <= set(written)
    assert not {name: planted(text) for name, text in written.items() if planted(text)}


@pytest.mark.parametrize("path", [place.path for place in PLACES])
def test_no_researchers_page_holds_them(
    owner: User, own_pages: list[str], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(path, owner, monkeypatch, study=STUDY)
    text = everything(page)
    assert len(text) > 100
    assert planted(text) == []


def everything(page: AppTest) -> str:
    """All that a page sends to the browser, tables included."""
    return "\n".join(str(getattr(node, "proto", "")) for node in page._tree)


def test_a_fault_while_names_are_saved_says_none_of_them(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = Browser().open(f"/study/{STUDY}").send({"consent": "yes"})
    while there.page != "people.g1":
        page = there.page
        there.send({})
        if there.page == page:
            there.send({})

    def fails(*arguments: object, **named: object) -> None:
        raise RuntimeError("the disc is full")

    monkeypatch.setattr(Respond, "submit", fails)
    with caplog.at_level(logging.DEBUG):
        there.send({"ties.g1": [NAMES[0]]})
    assert there.answer.status_code == 503 or there.answer.status_code == 500
    assert "the disc is full" in caplog.text
    assert planted(caplog.text) == []
