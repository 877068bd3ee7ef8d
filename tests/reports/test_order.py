"""The order of a report: what was claimed first, primary before secondary, appendices last; and the table of tests."""

from __future__ import annotations

from math import isinf

import pytest

from analysis.findings import Findings
from analysis.plan import load_plan
from analysis.run import run
from reports.contents import document
from reports.document import Bullets, Document, Exhibit, Heading, Paragraph
from reports.labels import labels_of
from reports.table import Interval, Table, Value, shown
from reports.tested import table_of_tests, told_whole
from reports.text import plain
from survey.dataset.read import read_data
from survey.instrument.load import shipped
from tests.support.study import PATH

PLAN = """
format: twofold-plan/1
instrument: two-supports
derive: {lonline: log1p(online)}
analyses:
  - {id: S1, kind: regression, outcome: stress, blocks: [[lonline]], tier: secondary}
  - {id: S2, kind: regression, outcome: stress, blocks: [[demands, age]], tests: [demands], tier: secondary}
  - {id: S3, kind: correlation, variables: [stress, demands], tier: secondary, expect: positive}
  - {id: S4, kind: contrast, outcome: stress, blocks: [[demands, marker]], terms: [demands, marker], tier: secondary}
  - {id: P1, kind: regression, outcome: stress, blocks: [[demands]], tier: primary, expect: positive}
  - {id: X1, kind: mixed, outcome: stress, fixed: [demands], group: person, wave: all, tier: secondary}
  - {id: D1, kind: descriptives, variables: [stress, demands]}
reliability: {scales: [stress, demands]}
"""


@pytest.fixture(scope="module")
def findings() -> Findings:
    instrument = shipped("two-supports")
    return run(load_plan(PLAN, "plan.yaml", instrument), read_data(PATH, instrument))


@pytest.fixture(scope="module")
def made(findings: Findings) -> Document:
    return document(findings)


def named(made: Document, name: str) -> Table:
    return next(table for table in made.tables if table.name == name)


def test_sections_stand_in_the_order_of_their_weight(made: Document) -> None:
    heads = [block.text for block in made.blocks if isinstance(block, Heading) and block.level == 1]
    assert heads == [
        "Main findings", "Method", "Participants", "Measures", "Primary tests", "Secondary tests",
        "What could not be analysed", "Appendix A: Models of the secondary tests",
        "Appendix B: Diagnostics of the regressions", "Appendix C: Scales and items",
        "Appendix D: How the numbers can be made again",
    ]  # fmt: skip


def test_claims_stand_by_tier(made: Document) -> None:
    rows = named(made, "claims").rows
    assert [shown(row.cells[0]) for row in rows if row.kind == "section"] == ["Primary claims", "Secondary claims"]
    assert shown(rows[1].cells[0]).startswith("P1: ")


def test_the_table_of_tests_has_each_number_of_its_model(findings: Findings, made: Document) -> None:
    rows = {shown(row.cells[0]).partition(":")[0]: row for row in named(made, "tests-secondary").rows}
    assert set(rows) == {"S1", "S2", "S3", "S4"}
    for finding in findings.analyses:
        if finding.id not in rows or finding.claim is None:
            continue
        (test,) = finding.claim.tests
        numbers = {n.statistic: n.value for n in finding.results[0].numbers() if n.term in ("", test.term)}
        cells = rows[finding.id].cells
        told = [cell.value if isinstance(cell, Value) else None for cell in cells]
        assert told[1] == numbers["n"]
        assert told[2] == numbers.get("b", numbers.get("r"))
        assert told[3] == numbers.get("se")
        assert cells[4] == Interval(numbers["ci_low"], numbers["ci_high"], cells[2].style)  # type: ignore[union-attr]
        assert told[5] == (test.estimate if test.symbol == "β" else None)
        assert told[7] == (None if isinf(test.df) else test.df)
        assert told[8] == test.p


def test_what_a_row_and_a_sentence_hold_has_no_table_of_its_own(findings: Findings, made: Document) -> None:
    whole = {finding.id for finding in findings.analyses if finding.tier == "secondary" and told_whole(finding)}
    assert whole == {"S1", "S4"}
    models = {block.id for block in made.blocks if isinstance(block, Heading) and block.id.startswith("model-")}
    assert models == {"model-S2", "model-S3"}
    text = " ".join(plain(block.text) for block in made.blocks if isinstance(block, Paragraph))
    assert "log(1 + Online) accounted for" in text
    assert "Together the predictors accounted" not in text.partition("S2")[0].partition("S1")[2]


def test_what_failed_is_said_once(made: Document) -> None:
    told = [plain(item) for block in made.blocks if isinstance(block, Bullets) for item in block.items]
    assert sum("Not applicable" in item for item in told) == 1
    assert any(item.startswith("X1: Mixed model of Stress.") for item in told)
    assert not any(isinstance(block, Heading) and block.text.startswith("X1") for block in made.blocks)


def test_derived_variables_are_called_in_words(made: Document) -> None:
    (row,) = named(made, "derived").rows
    assert [shown(cell) for cell in row.cells] == ["log(1 + Online)", "lonline", "log1p(online)"]


def test_no_claims_no_table_of_tests(findings: Findings) -> None:
    none = [finding for finding in findings.analyses if finding.claim is None]
    assert table_of_tests(none, "secondary", labels_of(findings.instrument), 0.05) is None
    exhibits = [block for block in document(findings).blocks if isinstance(block, Exhibit)]
    assert len({block.table.number for block in exhibits}) == len(exhibits)
