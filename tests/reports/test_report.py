"""The report folder on simulated data: what is in it, that it is the same twice, and that it is never half there."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import docx
import openpyxl
import pytest

from analysis.findings import Findings
from analysis.plan.load import load_plan
from analysis.reliability import Reliability
from analysis.run import run
from analysis.simulate import simulate
from reports import report as module
from reports.codebook import codebook
from reports.composer import options_for
from reports.contents import document
from reports.document import Facts
from reports.errors import ExportError
from reports.export import export
from reports.labels import labels_of
from reports.report import OUTPUTS, results_csv, write_report
from reports.text import plain
from survey.assurance import Assurance
from survey.dataset.model import Dataset
from survey.dataset.read import read_data
from survey.instrument.load import shipped
from tests.reports.test_cherries import FOUND

PLAN = """
format: twofold-plan/1
instrument: two-supports
derive: {log_online: log1p(online)}
exclude: [{checks_failed: {at_least: 2}}, {seconds_per_item: {below: 2}}]
reliability: {scales: [psychosocial, stress], resamples: 250}
analyses:
  - {kind: descriptives, variables: [psychosocial, stress]}
  - {kind: correlation, variables: [psychosocial, demands, stress], adjust: holm}
  - {id: H1, kind: regression, outcome: stress, blocks: [[age], [demands, psychosocial]], tier: primary,
     tests: [psychosocial], expect: negative}
  - {id: H2, kind: regression, outcome: stress, blocks: [[log_online]], where: online < 0}
"""
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    return simulate(shipped("two-supports"), 160, 5).dataset


@pytest.fixture(scope="module")
def findings(dataset: Dataset) -> Findings:
    return run(load_plan(PLAN, "plan.yaml", dataset.instrument), dataset)


@pytest.fixture(scope="module")
def folder(findings: Findings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "out"
    write_report(findings, path, now=NOW, inputs={"plan.yaml": PLAN.encode()})
    return path


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.text: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        self.tags.append(tag)
        if known.get("id"):
            self.ids.append(known["id"] or "")
        if tag == "a":
            self.links.append(known.get("href") or "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _page(path: Path) -> _Page:
    page = _Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def test_the_folder_holds_what_it_should(folder: Path) -> None:
    assert {path.name for path in folder.iterdir()} == set(OUTPUTS)
    tables = {path.suffix for path in (folder / "tables").iterdir()}
    assert tables == {".docx", ".xlsx", ".csv", ".html", ".tex", ".md"}
    assert {path.suffix for path in (folder / "figures").iterdir()} == {".svg", ".png"}


def test_a_report_on_a_study_says_how_it_was_run(findings: Findings) -> None:
    with_method = document(findings, participation=FOUND)
    headings = [block.text for block in with_method.contents]
    assert headings[:2] == ["Main findings", "Method"]
    assert any(text.startswith("Appendix") and text.endswith("Survey method (CHERRIES)") for text in headings)
    assert "cherries" in [table.name for table in with_method.tables]
    assert "cherries" not in [table.name for table in document(findings).tables]


def test_results_csv_is_every_number_at_full_precision(folder: Path, findings: Findings) -> None:
    with (folder / "results.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["analysis", "kind", "target", "term", "statistic", "value"]
    keys = [tuple(row[:5]) for row in rows[1:]]
    assert len(keys) == len(set(keys))
    frame = findings.frame()
    assert len(frame) == len(rows) - 1
    for row, value in zip(rows[1:], frame["value"].tolist(), strict=True):
        assert (row[5] == "") == (row[4] == "not_applicable")
        assert not row[5] or float(row[5]) == value


def test_the_same_findings_give_the_same_files(findings: Findings, folder: Path, tmp_path: Path) -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    write_report(findings, tmp_path / "again", now=later)
    for path in sorted(folder.rglob("*")):
        other = tmp_path / "again" / path.relative_to(folder)
        if path.is_file() and path.name not in ("manifest.json", "report.html", "report.docx", "report.pdf"):
            assert other.read_bytes() == path.read_bytes(), path.name
    first = (folder / "report.html").read_text(encoding="utf-8").replace("23 November 2026, 12:00 UTC", "")
    second = (tmp_path / "again" / "report.html").read_text(encoding="utf-8")
    assert first == second.replace("1 January 2027, 00:00 UTC", "")


def test_the_manifest_has_the_hash_of_every_file(folder: Path, findings: Findings) -> None:
    content = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(content["outputs"]) == files - {"manifest.json"}
    for name, digest in content["outputs"].items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest
    assert content["inputs"]["plan.yaml"] == hashlib.sha256(PLAN.encode()).hexdigest()
    assert content["made"] == "2026-11-23T12:00:00+00:00"
    assert content["seed"] == findings.seed
    assert content["plan"]["analyses"][2]["id"] == "H1"
    assert {"python", "numpy", "scipy", "pandas"} <= set(content["versions"])
    assert content["respondents"]["used"] == findings.n_used


def test_the_page_is_whole_in_itself_and_its_links_lead_somewhere(folder: Path) -> None:
    page = _page(folder / "report.html")
    source = (folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r'(src|href)="(https?:)?//', source)
    assert "script" not in page.tags
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links} <= set(page.ids)
    assert page.tags.count("h1") == 1


def test_the_page_says_what_a_reader_must_know(folder: Path, findings: Findings) -> None:
    text = " ".join("".join(_page(folder / "report.html").text).replace("\u00a0", " ").split())
    assert "lock not verifiable" in text
    assert "unvalidated" in text
    assert f"{findings.n_read} respondents were read" in text
    assert "Left out: 2 or more instructed items failed" in text
    assert "Not applicable, because" in text
    assert "H1: Stress with Psychosocial support" in text
    assert "HC3" in text
    assert "nan" not in re.findall(r"[a-z]+", text.lower())
    for name in ("Main findings", "Method", "Participants", "Measures", "Primary tests", "Appendix A"):
        assert name in text


def test_word_holds_the_same_tables_as_the_page(folder: Path, findings: Findings) -> None:
    report = document(findings)
    word = docx.Document(BytesIO((folder / "report.docx").read_bytes()))
    assert len(word.tables) == len(report.tables)
    assert len(word.inline_shapes) == len(report.pictures)
    headings = [p.text for p in word.paragraphs if p.style is not None and str(p.style.name).startswith("Heading")]
    assert headings[0] == "Main findings"
    assert [table.number for table in report.tables] == list(range(1, len(report.tables) + 1))


def test_excel_holds_every_table(folder: Path, findings: Findings) -> None:
    book = openpyxl.load_workbook(folder / "tables" / "all-tables.xlsx")
    assert book.sheetnames == [f"Table {table.number}" for table in document(findings).tables]


def test_an_earlier_report_is_replaced_and_other_files_stay(findings: Findings, tmp_path: Path) -> None:
    target = tmp_path / "out"
    write_report(findings, target, only=["results.csv", "tables"], now=NOW)
    (target / "notes.txt").write_text("mine", encoding="utf-8")
    (target / "tables" / "mine.txt").write_text("mine", encoding="utf-8")
    write_report(findings, target, only=["results.csv"], now=NOW)
    assert {path.name for path in target.iterdir()} == {"results.csv", "manifest.json", "notes.txt", "tables"}
    assert [path.name for path in (target / "tables").iterdir()] == ["mine.txt"]


def test_a_report_that_fails_leaves_the_old_one_whole(
    findings: Findings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "out"
    write_report(findings, target, only=["results.csv"], now=NOW)
    before = {path.name: path.read_bytes() for path in target.iterdir()}

    def broken(*_: object) -> str:
        raise OSError("no space left")

    monkeypatch.setattr(module, "results_csv", broken)
    with pytest.raises(OSError, match="no space"):
        write_report(findings, target, only=["results.csv"], now=NOW)
    assert {path.name: path.read_bytes() for path in target.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_unknown_part_is_refused(findings: Findings, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"report\.odt"):
        write_report(findings, tmp_path / "out", only=["report.odt"])
    assert results_csv(findings).startswith("analysis,kind,")


def test_planned_and_exploratory_stand_apart(findings: Findings) -> None:
    from dataclasses import replace

    unplanned = replace(findings.analyses[-2], id="E1", planned=False)
    texts = [
        block.text if isinstance(block.text, str) else plain(block.text)
        for block in document(replace(findings, analyses=(*findings.analyses, unplanned))).blocks
        if hasattr(block, "text")
    ]
    assert texts.index("Primary tests") < texts.index("Exploratory analyses")
    assert any("were not in the plan" in text for text in texts)


def test_missing_values_and_moments_are_those_of_the_analyses(dataset: Dataset) -> None:
    text = """
format: twofold-plan/1
instrument: two-supports
missing: listwise
analyses:
  - {id: R, kind: reliability, scales: [stress], missing: pairwise}
  - {id: W, kind: reliability, scales: [stress], where: stress > 1}
  - {id: C, kind: correlation, variables: [psychosocial, demands, stress]}
"""
    made = run(load_plan(text, "plan.yaml", dataset.instrument), dataset)
    report = document(made)
    facts = next(block.rows for block in report.blocks if isinstance(block, Facts))
    assert plain(dict(facts)["Missing values"]) == "Reliability pairwise or listwise; correlations listwise"
    whole = made.scored.frame[["psychosocial", "demands", "stress"]].dropna()
    assert len(whole) < len(made.scored.frame)
    shown = options_for(made.analyses[2], made, labels_of(dataset.instrument))
    assert shown.moments["stress"] == pytest.approx((whole["stress"].mean(), whole["stress"].std()))
    first = made.analyses[0].results[0]
    assert isinstance(first, Reliability)
    assert shown.reliability == {"stress": first.alpha}


def test_the_codebook_names_whose_wordings_are_used() -> None:
    text = codebook(shipped("ucla-3"))
    assert "Russell, D. W. (1996)." in text
    assert "Wording: Daniel W. Russell, whose permission is needed." in text
    assert "Wording:" not in codebook(shipped("two-supports"))


def test_the_codebook_tells_how_translations_were_reviewed() -> None:
    day = datetime(2026, 3, 1, tzinfo=UTC)
    said = [
        Assurance("translation", "fr", "committee", "Three <people>.", "lead", day),
        Assurance("ethics", "", "approved", "REC 2026/12", "lead", day),
    ]
    text = codebook(shipped("two-supports"), said=said)
    assert "<p>Translation <code>fr</code>: discussed in a committee: Three &lt;people&gt;.</p>" in text
    assert "REC 2026/12" not in text
    assert "Translation <code>" not in codebook(shipped("two-supports"))


def test_the_codebook_has_every_item_with_its_answers(dataset: Dataset) -> None:
    text = codebook(dataset)
    for name, item in dataset.instrument.items.items():
        assert f'id="{name}"' in text, name
        assert item.format in dataset.instrument.formats
    assert "Instrumental support (instrumental, reversed)" in text
    assert "Strongly disagree" in text
    assert "skipped" in text or "not shown" in text
    assert "answered" not in codebook(dataset.instrument).split('id="variables"')[1].split("</style>")[0]


def test_an_export_reads_back(dataset: Dataset, tmp_path: Path) -> None:
    written = export(dataset, "csv", tmp_path / "data")
    assert {"respondents.csv", "missing.csv", "codebook.html"} <= {path.name for path in written}
    again = read_data(tmp_path / "data", dataset.instrument)
    assert len(again.respondents) == len(dataset.respondents)
    with pytest.raises(ExportError, match="stata"):
        export(dataset, "stata", tmp_path / "x")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ExportError, match="is a file"):
        export(dataset, "csv", tmp_path / "file")
