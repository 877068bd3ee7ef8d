"""Results that would tell too few people apart are not given where a study protects them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis.comparison import compare_groups
from analysis.comparison.result import Comparison
from analysis.invariance import Invariance
from analysis.plan import load_plan
from analysis.result import NotApplicable
from analysis.run import run
from analysis.withheld import all_withheld, reason, too_few, withheld
from survey.dataset.model import Dataset
from survey.instrument.load import load

TEXT = """\
format: twofold/1
id: small
version: 1.0.0
formats:
  many: {type: number}
  kind: {type: choice, choices: {a: {label: A}, b: {label: B}}}
items: {days: {format: many}, kind: {format: kind}, age: {format: many}}
scales: {}
"""
PLAN = """\
format: twofold-plan/1
instrument: small
seed: 1
analyses:
  - {id: C, kind: compare, outcome: days, by: kind}
  - {id: W, kind: compare, outcome: days, by: kind, where: age >= 30}
  - {id: D, kind: descriptives, variables: [days]}
  - {id: F, kind: descriptives, variables: [days], where: age < 20}
"""


def dataset(smallest: int, few: int) -> Dataset:
    """Twenty people of kind a, ``few`` of kind b; three are younger than 20, eleven at least 30."""
    count = 20 + few
    index = pd.Index([f"p{n:02d}" for n in range(count)], name="id")
    ages = [19.0] * 3 + [25.0] * (count - 14) + [40.0] * 11
    frame = pd.DataFrame(
        {"days": [float(n % 7) for n in range(count)], "kind": ["a"] * 20 + ["b"] * few, "age": ages}, index=index
    )
    missing = pd.DataFrame("", index, list(frame.columns))
    return Dataset(load(TEXT, "small"), frame, missing, "study small", smallest_group=smallest)


def told(smallest: int, few: int) -> dict[str, str]:
    """By analysis: why it is not given, or ''."""
    data = dataset(smallest, few)
    findings = run(load_plan(PLAN, "plan", data.instrument), data)
    reasons = {}
    for finding in findings.analyses:
        first = finding.results[0]
        reasons[finding.id] = first.reason if isinstance(first, NotApplicable) else ""
    return reasons


def test_a_comparison_needs_enough_people_in_each_group() -> None:
    assert told(0, 4) == {"C": "", "W": "", "D": "", "F": ""}
    assert told(5, 4) == {"C": reason(5), "W": reason(5), "D": "", "F": reason(5)}
    assert told(5, 6) == {"C": "", "W": "", "D": "", "F": reason(5)}
    assert told(7, 6)["C"] == reason(7)


def test_the_reason_says_how_many() -> None:
    assert reason(5) == "this study gives no result that tells fewer than 5 people apart from the others"


@pytest.mark.parametrize(
    ("chosen", "everybody", "few"),
    [(0, 50, False), (1, 50, True), (4, 50, True), (5, 50, False), (45, 50, False), (46, 50, True), (50, 50, False)],
)
def test_neither_a_few_nor_all_but_a_few(chosen: int, everybody: int, few: bool) -> None:
    assert bool(too_few(chosen, everybody, 5)) == few


def test_models_over_groups_need_enough_people_in_each() -> None:
    made = Invariance(("s",), ("q1",), ("a", "b"), (40, 4), 0, (), (), "ml", "team")
    assert withheld(made, 5) == NotApplicable("invariance", "team", reason(5))
    assert withheld(replace(made, sizes=(40, 5)), 5).sizes == (40, 5)  # type: ignore[union-attr]
    assert withheld(replace(made, waves=True), 5) != NotApplicable("invariance", "team", reason(5))
    assert withheld(made, 0) is made


def test_other_results_are_as_they_are() -> None:
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5, 6, 7, 9], "by": ["a"] * 4 + ["b"] * 4})
    found = compare_groups([frame], "x", "by")
    assert isinstance(found, Comparison)
    assert all_withheld([found, "other"], 4) == (found, "other")
    assert all_withheld([found, "other"], 5) == (NotApplicable("compare", "x", reason(5)), "other")
