"""Screening: every index against base R, rules in order, what cannot be had and why, and what changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import PlanDataError
from analysis.findings import Findings
from analysis.names import KINDS
from analysis.plan import check_plan, load_plan
from analysis.result import NotApplicable, Result
from analysis.run import run
from analysis.screening import indices, rated_items
from analysis.screening import indices as of_dataset
from analysis.screening.indices import duplicated, even_odd, irv, longstring, mahalanobis_p, psychometric
from analysis.screening.result import INDICES, Robustness, Screening
from survey.dataset.model import Dataset
from survey.dataset.read import read_frame
from survey.instrument.load import load, shipped
from tests.support.reference import cases, data, differences

SCALES = "\n".join(
    f"  s{s}: {{label: s{s}, items: [c{4 * s - 3}, c{4 * s - 2}, c{4 * s - 1}, -c{4 * s}], min_answered: 1}}"
    for s in range(1, 5)
)
INSTRUMENT = load(
    f"""
format: twofold/1
id: careless
version: 1.0.0
formats: {{f: {{type: likert, from: 1, labels: [a, b, c, d, e]}}}}
items: {{{", ".join(f"c{i}: {{format: f}}" for i in range(1, 17))}, att: {{format: f}}}}
scales:
{SCALES}
checks: {{att: {{item: att, pass: 4}}}}
""",
    "careless.yaml",
)
HEAD = "format: twofold-plan/1\ninstrument: careless\n"
PLAN = f"""{HEAD}exclude:
  - {{checks_failed: {{at_least: 1}}}}
  - {{longstring: {{above: 6}}, and: {{irv: {{below: 1.2}}}}}}
  - {{duplicate: true}}
  - {{mahalanobis_p: {{below: 0.001}}}}
reliability: {{scales: [s1], resamples: 50}}
analyses:
  - {{kind: screening}}
  - {{id: H1, kind: regression, outcome: s1, blocks: [[s2]], tier: primary, expect: positive}}
"""


def dataset(frame: pd.DataFrame | None = None) -> Dataset:
    given_ = data("careless") if frame is None else frame
    text = given_.astype(object).where(given_.notna(), None)
    return read_frame(text, INSTRUMENT, "careless.csv")


@pytest.fixture(scope="module")
def findings() -> Findings:
    return run(load_plan(PLAN, "plan.yaml", INSTRUMENT), dataset())


def screening(findings: Findings) -> Screening:
    (found,) = [r for f in findings.analyses for r in f.results if isinstance(r, Screening)]
    return found


@pytest.mark.oracle
def test_every_index_of_every_respondent_is_that_of_r(findings: Findings) -> None:
    case, rules, _ = cases("screening")
    found = screening(findings)
    apart = [number for number in found.numbers() if number.statistic in ("excluded", "reason")]
    others = [number for number in found.numbers() if number not in apart]
    assert differences(others, case.numbers, 1e-9, of=case) == []
    assert differences(apart, rules.numbers, 0, of=rules) == []
    assert (found.items, found.n) == (16, 70)
    assert found.synonyms >= 3
    assert found.antonyms >= 3


@pytest.mark.oracle
def test_what_exclusion_changes_is_that_of_r(findings: Findings) -> None:
    case = cases("screening")[2]
    (found,) = [r for f in findings.analyses for r in f.results if isinstance(r, Robustness)]
    assert differences(found.numbers(), case.numbers, 1e-10, of=case) == []
    assert found.frame()["analysis"].tolist() == ["reliability", "H1"]


def test_a_result_names_its_numbers_as_the_list_of_kinds_does(findings: Findings) -> None:
    found = screening(findings)
    assert isinstance(found, Result)
    table = findings.frame()
    own = table[table["kind"] == "screening"]
    assert set(own["statistic"]) == set(KINDS["screening"])
    assert set(INDICES) < set(KINDS["screening"])
    assert not table.duplicated(["analysis", "kind", "target", "term", "statistic"]).any()
    frame = found.frame()
    assert frame["excluded"].sum() == found.excluded == findings.n_read - findings.n_used
    assert [count for _, count in findings.excluded] == [first for _, first, _ in found.rules]
    assert all(first <= alone for _, first, alone in found.rules)
    spread = {one.index: one for one in found.spreads()}
    assert spread["longstring"].high == found.values["longstring"].max()
    assert spread["irv"].mean == pytest.approx(found.values["irv"].mean())
    assert spread["irv"].sd == pytest.approx(found.values["irv"].std())
    assert (spread["irv"].n, spread["irv"].low) == (69, found.values["irv"].min())


def test_reasons_are_said_in_words(findings: Findings) -> None:
    assert [words for words, _ in findings.excluded] == [
        "an instructed item failed",
        "a run of the same answer above 6, and variability of answers below 1.2",
        "the same answers as another respondent",
        "p of the Mahalanobis distance below 0.001",
    ]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("{longstring: {above: 10}}", "longstring never excludes by itself"),
        ("{longstring: {above: 10}, and: {longstring: {above: 5}}}", "joined with itself"),
        ("{longstring: {above: 10}, and: {}}", "'and' holds one index"),
        ("{longstring: {above: 10}, irv: {below: 1}}", "a rule of exclusion holds one index"),
        ("{longstring: {above: 10}, and: {irv: {below: 1}, even_odd: {below: 0}}}", "'and' holds one index"),
        ("{irv: {below: 1}, and: {checks_failed: {at_least: 9}}}", "can never be reached"),
        ("{}", "a rule of exclusion holds one index"),
        ("{psychsyn: {below: 2}}", "below"),
        ("{duplicate: false}", "duplicate"),
    ],
)
def test_rules_that_cannot_be_are_refused_in_words(rule: str, said: str) -> None:
    plans = (
        f"{HEAD}exclude: [{rule}]\nanalyses: [{{kind: descriptives, variables: [s1]}}]\n",
        f"{HEAD}analyses: [{{kind: screening, rules: [{rule}]}}]\n",
    )
    for text in plans:
        problems = check_plan(text, "plan.yaml", INSTRUMENT)
        assert any(said in str(problem) for problem in problems), problems


def test_a_condition_chooses_among_everyone_who_was_read() -> None:
    text = f"{PLAN}  - {{id: some, kind: screening, where: c1 > 2}}\n"
    found = run(load_plan(text, "plan.yaml", INSTRUMENT), dataset())
    (some,) = [r for f in found.analyses if f.id == "some" for r in f.results if isinstance(r, Screening)]
    wanted = data("careless")["c1"] > 2
    assert some.n == wanted.sum() > 20
    assert some.excluded > 0
    assert set(some.values.index) == {str(i + 1) for i in np.flatnonzero(wanted)}
    empty = run(load_plan(f"{HEAD}analyses: [{{kind: screening, where: c1 > 5}}]\n", "p", INSTRUMENT), dataset())
    assert isinstance(empty.analyses[0].results[0], NotApplicable)


def test_rules_of_screening_itself_leave_nobody_out() -> None:
    text = (
        f"{HEAD}analyses:\n  - {{kind: screening, rules: [{{even_odd: {{below: 0.3}}}}, {{psychant: {{above: 0}}}}]}}\n"
    )
    found = run(load_plan(text, "plan.yaml", INSTRUMENT), dataset())
    assert found.n_used == found.n_read == 70
    one = screening(found)
    assert one.excluded > 0
    known = one.values["even_odd"]
    assert one.rules[0][2] == (known < 0.3).sum()
    assert (one.reason[known < 0.3] == 1).all()


def test_an_index_that_the_data_lack_is_named_and_refused_as_a_rule() -> None:
    few = data("careless")[[f"c{i}" for i in range(1, 17)]]
    flat = few.assign(c2=few["c1"])
    found = of_dataset(dataset(flat))
    assert "att" in found.absent["attention_failed"]
    assert "seconds_per_item" in found.absent["seconds_per_item"]
    assert "singular" in found.absent["mahalanobis_p"]
    assert set(found.values.columns) == set(INDICES) - set(found.absent)
    text = f"{HEAD}exclude: [{{mahalanobis_p: {{below: 0.01}}}}]\nanalyses: [{{kind: descriptives, variables: [s1]}}]\n"
    with pytest.raises(PlanDataError, match=r"a rule for 'mahalanobis_p'.*singular.*Take that rule out"):
        run(load_plan(text, "plan.yaml", INSTRUMENT), dataset(flat))


def test_an_instrument_without_ratings_has_no_index_of_answers() -> None:
    plain = load(
        "format: twofold/1\nid: o\nversion: 1.0.0\nformats: {n: {type: number}}\nitems: {a: {format: n}}\nscales: {}\n",
        "o",
    )
    text = "format: twofold-plan/1\ninstrument: o\nanalyses: [{kind: screening}]\n"
    made = run(load_plan(text, "p", plain), read_frame(pd.DataFrame({"a": ["1", "2"]}), plain, "o.csv"))
    found = screening(made)
    assert found.values.empty
    assert any("fewer than two items" in note for note in found.notes)
    assert [n.statistic for n in found.numbers()] == ["n", "excluded", "reason", "excluded", "reason"]
    assert not any(isinstance(r, NotApplicable) for f in made.analyses for r in f.results)


def test_the_order_of_items_is_that_of_the_pages() -> None:
    items = rated_items(shipped("two-supports"))
    on_pages = [i for page in shipped("two-supports").pages for i in page.items]
    assert list(items) == [i for i in on_pages if i in items]
    assert not {"att1", "att2", "age", "closeness"} & set(items)
    assert {"ins1", "str8"} <= set(items)


def test_runs_end_at_a_missing_answer_and_nothing_is_nothing() -> None:
    none = np.nan
    rows = np.array([[1, 1, 1, 2.0], [3, 3, none, 3], [none] * 4, [1, 2, 3, 4]])
    assert longstring(rows).tolist()[:2] == [3.0, 2.0]
    assert np.isnan(longstring(rows)[2])
    assert longstring(rows)[3] == 1
    assert np.isnan(irv(rows)[2])
    assert irv(np.array([[5.0, none]]))[0] != irv(np.array([[5.0, none]]))[0]
    assert np.isnan(mahalanobis_p(np.ones((5, 3)))).all()
    assert duplicated(np.array([[1, none], [1, none], [none, none], [none, none], [2, 1.0]])).tolist() == [
        False, True, False, False, False,
    ]  # fmt: skip
    assert np.isnan(even_odd([rows[:, :2], rows[:, 2:]])).all()
    assert even_odd([]).shape == (0,)
    assert psychometric(rows, np.eye(4)) == (pytest.approx(np.full(4, none), nan_ok=True), 0)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_respondents_and_the_origin_of_answers_change_nothing(seed: int) -> None:
    frame, rng = data("careless").drop(columns="att"), np.random.default_rng(seed)
    order = rng.permutation(len(frame))
    first = indices(dataset(frame)).values
    moved = indices(dataset(frame.iloc[order].reset_index(drop=True))).values
    for name in first.columns:
        ours = moved[name].to_numpy()
        if name == "duplicate":
            assert ours.sum() == first[name].sum()
            continue
        np.testing.assert_allclose(ours, first[name].to_numpy()[order], rtol=1e-8, atol=1e-10, err_msg=name)
    answers: Any = frame.filter(like="c").filter(regex=r"^c\d+$").to_numpy()
    for index in (longstring, irv, mahalanobis_p):
        np.testing.assert_allclose(index(answers * 3.0 - 7), index(answers) * (3 if index is irv else 1), rtol=1e-7)
