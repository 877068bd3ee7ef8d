"""Screening as table, figure and sentence: how many, how much, and never who."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.findings import Findings
from analysis.plan import load_plan
from analysis.run import run
from analysis.screening.result import Difference, Robustness, Screening
from reports.contents import document
from reports.document import Exhibit, Picture
from reports.figure import Bars
from reports.labels import labels_of
from reports.table import Value, shown
from reports.text import plain
from reports.verbs import figure, sentence, table, tables
from reports.write import FORMATS, render
from survey.dataset.read import read_data
from survey.instrument.load import shipped
from tests.support.study import PATH

PLAN = """
format: twofold-plan/1
instrument: two-supports
exclude: [{checks_failed: {at_least: 2}}, {longstring: {above: 7}, and: {irv: {below: 0.7}}}]
reliability: {scales: [stress]}
analyses:
  - {kind: screening}
  - {id: H1, kind: regression, outcome: stress, blocks: [[psychosocial]], expect: negative}
"""


@pytest.fixture(scope="module")
def findings() -> Findings:
    instrument = shipped("two-supports")
    return run(load_plan(PLAN, "plan.yaml", instrument), read_data(PATH, instrument))


@pytest.fixture(scope="module")
def results(findings: Findings) -> tuple[Screening, Robustness]:
    (finding,) = [finding for finding in findings.analyses if finding.kind == "screening"]
    screening, robust = finding.results
    assert isinstance(screening, Screening)
    assert isinstance(robust, Robustness)
    return screening, robust


def test_three_tables_tell_spread_rules_and_difference(
    results: tuple[Screening, Robustness], findings: Findings
) -> None:
    screening, robust = results
    spread, rules, change = tables(list(results), labels=labels_of(findings.instrument, "en"))
    assert plain(spread.title) == "Indices of Careless Answering"
    assert [shown(row.cells[0]) for row in spread.rows][:3] == [
        "Instructed items failed", "Seconds an item", "Longest run of one answer",
    ]  # fmt: skip
    values = [cell.value for row in spread.rows for cell in row.cells if isinstance(cell, Value)]
    wanted = [v for one in screening.spreads() for v in (one.n, one.mean, one.sd, one.low, one.high)]
    np.testing.assert_array_equal(values, wanted)
    counts = [[cell.value for cell in row.cells if isinstance(cell, Value)] for row in rules.rows]
    assert counts == [*[[first, alone] for _, first, alone in screening.rules], [screening.excluded]]
    assert screening.excluded > 0
    numbers = [[cell.value for cell in row.cells if isinstance(cell, Value)] for row in change.rows]
    assert numbers == [[row.estimate, row.n, row.everyone, row.n_everyone] for row in robust.rows]
    assert [shown(row.cells[1]) for row in change.rows] == ["Stress", "Stress: Psychosocial support"]


def test_sentences_say_how_many(results: tuple[Screening, Robustness]) -> None:
    screening, robust = results
    text = sentence(screening)
    assert text.startswith(f"Of 480 respondents, the rules exclude {screening.excluded}: ")
    assert "2 or more instructed items failed" in text
    assert "With everyone included, the 2 estimates differ by ." in sentence(robust)
    assert "None changes its sign." in sentence(robust)
    turned = Robustness((Difference("a", "y", "x", "b", 0.1, 9, -0.2, 10),))
    assert "1 change their sign." in sentence(turned)
    assert "none of these" in sentence(Robustness((Difference("a", "y", "x", "b", 0.1, 9, np.nan, 0),)))
    assert figure(robust) is None


def test_the_report_shows_no_id(findings: Findings) -> None:
    made = document(findings)
    ids = set(findings.scored.dataset.respondents.index)
    for block in made.blocks:
        if isinstance(block, Exhibit):
            cells = {shown(cell) for row in block.table.rows for cell in row.cells}
            assert not cells & {name for name in ids if not name.isdigit()}
    names = [block.table.name for block in made.blocks if isinstance(block, Exhibit)]
    assert {"flow", "screening", "rules", "robustness"} <= set(names)
    assert {"longstring"} <= {block.figure.name for block in made.blocks if isinstance(block, Picture)}


def test_the_longest_strings_of_all_are_drawn(findings: Findings) -> None:
    longest = figure(next(r for f in findings.analyses for r in f.results if isinstance(r, Screening)))
    assert isinstance(longest, Bars)
    assert sum(longest.counts) == 480


@pytest.mark.parametrize("ending", FORMATS)
def test_every_writer_takes_them(results: tuple[Screening, Robustness], ending: str) -> None:
    for result in results:
        assert len(render(table(result), ending)) > 100
