"""A contact's name and address: with recruiters and owners alone, and nowhere that an analyst can reach."""

from __future__ import annotations

import gzip
import io
import logging
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from analysis.plan import load_plan
from analysis.run import run
from reports.export import FORMATS
from survey.access import PAGES
from survey.errors import SurveyError
from survey.mail.people import NewContact
from survey.store import Store, User, schema
from survey.store.backup import back_up
from survey.store.respond import Respond
from tests.support.terminal import twofold
from tests.views.researcher_support import fill, open_page, people, temporary_store
from tests.views.test_plain_survey import Browser
from views.plain import survey
from views.researcher.archive import apart_archive, data_file, report_archive

SIGNS = ("planted-name-7", "planted-address-7", "planted-group-7")
STUDY = "demo"
PLAN = """\
format: twofold-plan/1
instrument: two-supports
seed: 1
analyses: [{id: D, kind: descriptives, variables: [stress, demands]}]
"""


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as made:
        yield made


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("contacts")


@pytest.fixture(scope="module")
def store(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A study with a hundred and twenty answers, one person of whom everything is planted, and their first pages."""
    for opened in temporary_store(folder, patch):
        fill(opened)
        words = {"name": "planted-name-7", "about": "planted-group-7"}
        opened.contacts.add(STUDY, [NewContact(1, "planted-address-7@example.org", None, words, {})], "Ada")
        patch.setattr(survey, "store", lambda opened=opened: opened)
        token = opened.contacts.list(STUDY)[0].token
        there = Browser().open(f"/s/{token}").send({"consent": "yes"})
        assert there.answer.status_code == 200
        yield opened


@pytest.fixture(scope="module")
def users(store: Store) -> dict[str, User]:
    return people(store)


def planted(text: str) -> list[str]:
    """Which of what was planted is in a text."""
    return [sign for sign in SIGNS if sign in text.lower()]


def inside(content: bytes) -> str:
    """The text of a file, of everything in an archive, and of what is packed."""
    if content[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join([name + inside(archive.read(name)) for name in archive.namelist()])
    return inside(gzip.decompress(content)) if content[:2] == b"\x1f\x8b" else content.decode("latin-1")


def everything(page: AppTest) -> str:
    """All that a page sends to the browser, tables included."""
    return "\n".join(str(getattr(node, "proto", "")) for node in page._tree)


def test_who_may_see_them_does(store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the tests below would find nothing whatever the pages showed."""
    page = open_page("people", users["recruiter"], monkeypatch, name=STUDY)
    page.toggle(key="show_addresses").set_value(True)
    shown = page.run().dataframe[0].value.to_csv()
    assert planted(shown) == ["planted-name-7", "planted-address-7"]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_shows_them_to_an_analyst(
    store: Store, users: dict[str, User], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = everything(open_page(path, users["analyst"], monkeypatch, name=STUDY))
    assert len(text) > 100
    assert planted(text) == []


def test_no_export_and_no_report_holds_them(store: Store, tmp_path: Path) -> None:
    dataset = store.results.dataset(STUDY)
    assert len(dataset.respondents) == 121
    findings = run(load_plan(PLAN, "plan", dataset.instrument), dataset)
    for archive in (*(data_file(dataset, to) for to in FORMATS), apart_archive(dataset), report_archive(findings)):
        assert ".csv" in inside(archive)
        assert planted(inside(archive)) == []
    done = twofold("export", STUDY, "--to", "csv", "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    written = {path.name: inside(path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()}
    assert {"respondents.csv", "missing.csv"} <= set(written)
    assert not {name for name, text in written.items() if planted(text)}
    assert planted(done.stdout + done.stderr) == []


@pytest.mark.parametrize(
    "command",
    [
        ("audit",),
        ("study", "list"),
        ("invite", "list", STUDY, "--addresses"),
        ("invite", "merge", STUDY, "--out", "m.csv"),
        ("erase", STUDY, "--person", "planted-nobody"),
    ],
    ids=" ".join,
)
def test_no_command_tells_them_without_the_key(store: Store, tmp_path: Path, command: tuple[str, ...]) -> None:
    done = twofold(*command, cwd=tmp_path, TWOFOLD_KEY="")
    assert planted(done.stdout + done.stderr) == []
    assert "Traceback" not in done.stderr
    assert not [path for path in tmp_path.rglob("*.csv") if planted(inside(path.read_bytes()))]
    if command[0] in ("invite", "erase"):
        assert done.returncode == 2


def test_the_bytes_of_the_database_and_of_a_backup_hold_them_nowhere_in_plain(store: Store, folder: Path) -> None:
    back_up(store.database, folder / "backup.zip")
    files = [path for path in folder.iterdir() if path.is_file()]
    assert {"test.db", "backup.zip"} <= {path.name for path in files}
    assert not [path.name for path in files if planted(inside(path.read_bytes()))]
    tables = store.database.read(
        lambda connection: {
            table.name: str([tuple(row) for row in connection.execute(select(table))])
            for table in schema.metadata.sorted_tables
        }
    )
    assert not [name for name, text in tables.items() if planted(text)]


def test_what_goes_wrong_tells_them_to_no_log(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*arguments: object, **named: object) -> None:
        raise RuntimeError("the disc is full")

    monkeypatch.setattr(Respond, "submit", fails)
    with caplog.at_level(logging.DEBUG):
        there = Browser().open(f"/s/{store.contacts.list(STUDY)[0].token}").send({})
        there.send({})  # asked once for what was left out
        with pytest.raises(SurveyError) as refused:
            store.contacts.add(STUDY, [NewContact(1, "planted-address-7@example.org", None, {}, {"none": "x"})])
    assert "the disc is full" in caplog.text
    assert planted(caplog.text + str(refused.value)) == []
