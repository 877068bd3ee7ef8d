"""What leaves the researcher's pages: tables in every format, links, archives."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analysis.plan import load_plan
from analysis.regression import regression
from analysis.run import run
from analysis.scoring import score
from reports import verbs
from reports.table import Table
from reports.write import FORMATS
from survey.dataset.read import read_data
from survey.instrument.load import shipped, shipped_text
from survey.store import Store
from tests.views.researcher_support import fill, people, simulated, temporary_store
from views.researcher.archive import data_file, report_archive
from views.researcher.counts import counts_of
from views.researcher.show import csv_text, plain
from views.researcher.source import study_source
from views.tables import OFFERED, tabbed


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


@pytest.fixture(scope="module")
def table() -> Table:
    return verbs.table(regression(score(simulated()).frame, "stress", [["demands"], ["psychosocial"]]))


def test_every_format_on_offer_can_be_written() -> None:
    assert set(OFFERED) <= set(FORMATS)


def test_a_table_as_text_has_tabs_and_the_numbers_that_people_see(table: Table) -> None:
    lines = tabbed(table).splitlines()
    assert any(line.count("\t") >= 5 for line in lines)
    assert any(line.lstrip("\t ").startswith("demands") for line in lines)


def test_a_table_is_shown_with_its_buttons(table: Table) -> None:
    def script(table):  # AppTest runs its source as a file of its own, where no annotation is known
        from views.tables import show_tables

        show_tables((table, table), "t")

    page = AppTest.from_function(script, default_timeout=30, kwargs={"table": table}).run()
    assert not page.exception
    assert [b.label for b in page.get("download_button")] == [*OFFERED.values()] * 2


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_a_list_for_a_spreadsheet_holds_no_formula(cell: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_text(("label",), [(cell,)]))))
    assert rows[1][0] == f"'{cell}"


@pytest.mark.parametrize("text", ["*bold*", "[a](javascript:x)", "<b>", "$x$", ":red[x]", "# no heading", "1. no list"])
def test_what_people_type_is_never_markup(text: str) -> None:
    shown = plain(text)
    assert shown.replace("\\", "") == text
    assert all(shown[i - 1] == "\\" for i, c in enumerate(shown) if c in "*[]<>$:#.")


def test_the_data_archive_reads_back_to_the_same_answers(tmp_path: Path) -> None:
    content = data_file(simulated(), "bundle")
    assert content == data_file(simulated(), "bundle"), "the same data give the same bytes"
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    back = read_data(tmp_path, shipped("two-supports"))
    assert back.respondents.equals(simulated().respondents[back.respondents.columns])
    assert "codebook.html" in {path.name for path in tmp_path.iterdir()}


def test_the_report_archive_holds_the_whole_folder() -> None:
    instrument = shipped("two-supports")
    analysis = "{id: R, kind: regression, outcome: stress, blocks: [[demands]], errors: HC3}"
    text = f"format: twofold-plan/1\ninstrument: two-supports\nanalyses:\n  - {analysis}\n"
    findings = run(load_plan(text, "plan", instrument), simulated())
    names = zipfile.ZipFile(io.BytesIO(report_archive(findings))).namelist()
    assert {"results.csv", "report.html", "manifest.json", "codebook.html"} <= set(names)
    assert any(name.startswith("tables/") for name in names)


def test_what_is_kept_is_made_anew_when_somebody_answers(store: Store) -> None:
    people(store)
    store.studies.create("s", shipped_text("two-supports"), "S")
    store.studies.set_status("s", "live")
    empty = study_source("s", "live")
    assert counts_of(store.studies.get("s")).completed == 0
    assert empty.dataset.respondents.empty
    store.respond.load_simulated("s", simulated())
    full = study_source("s", "live")
    assert full.key != empty.key
    assert len(full.dataset.respondents) == 120
    assert counts_of(store.studies.get("s")).completed == 120
    assert study_source("s", "live").key == full.key
    fill(store, "other")
    assert study_source("other", "live").key != full.key
