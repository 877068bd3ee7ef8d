"""Beside the claims: what is too small to matter, and what other choices would have given."""

from __future__ import annotations

import math
from typing import Any

import pytest
from scipy import stats

import analysis.result as results
from analysis.claims import Claim
from analysis.findings import Findings
from analysis.imputation import Imputations, impute
from analysis.plan import check_plan, load_plan
from analysis.run import run
from analysis.scoring import Scored
from analysis.simulate import simulate
from analysis.specifications import Specification, Specifications, bounds
from reports import verbs
from reports.claims import claims_table
from reports.contents import document
from reports.labels import IDS
from survey.instrument.load import shipped

INSTRUMENT = shipped("two-supports")
DATA = simulate(INSTRUMENT, 300, 2, networks=False).dataset
HEAD = """\
format: twofold-plan/1
instrument: two-supports
exclude: [{checks_failed: {at_least: 2}}, {seconds_per_item: {below: 2}}]
missing: listwise
"""
ROBUST = (
    "robustness: {missing: [listwise, mi], covariates: {without: [], more: [age, demands]}, errors: [planned, HC3]}\n"
)
H1 = "{id: H1, kind: regression, outcome: stress, blocks: [[demands, psychosocial]], tests: [psychosocial], \
errors: classical, tier: primary, expect: negative}"
H2 = "{id: H2, kind: correlation, variables: [stress, marker], tier: primary}"
H3 = "{id: H3, kind: regression, outcome: health, blocks: [[stress]], expect: negative}"
ANALYSES = f"analyses:\n  - {H1}\n  - {H2}\n  - {H3}\n"


def found(more: str, analyses: str = ANALYSES) -> Findings:
    text = (
        HEAD.replace("missing: listwise\n", "" if "missing: {mi" in more else "missing: listwise\n") + more + analyses
    )
    return run(load_plan(text, "plan", INSTRUMENT), DATA)


@pytest.fixture(scope="module")
def robust() -> Findings:
    return found(ROBUST)


def table(findings: Findings, name: str) -> Specifications:
    (one,) = [r for f in findings.analyses if f.id == name for r in f.results if isinstance(r, Specifications)]
    return one


def test_each_primary_claim_gets_every_combination_and_no_secondary_one(robust: Findings) -> None:
    assert len(table(robust, "H1").rows) == 2 * 2 * 2 * 2
    assert len(table(robust, "H2").rows) == 2 * 2, "a correlation takes neither covariates nor other errors"
    assert not [r for f in robust.analyses if f.id == "H3" for r in f.results if isinstance(r, Specifications)]
    assert [row.planned for row in table(robust, "H1").rows].count(True) == 1
    names = [row.name for row in table(robust, "H1").rows]
    assert len(set(names)) == len(names)


def test_the_planned_row_is_the_analysis_itself(robust: Findings) -> None:
    (row,) = [row for row in table(robust, "H1").rows if row.planned]
    claim = robust.analyses[0].claim
    assert claim is not None
    assert (row.estimate, row.p) == (claim.tests[0].estimate, claim.p)
    assert row.n == {n.statistic: n.value for n in robust.analyses[0].results[0].numbers() if not n.term}["n"]
    assert row.term == "psychosocial"


@pytest.mark.parametrize(
    ("name", "plan"),
    [
        ("everyone|listwise|without|planned", H1),
        ("everyone|listwise|more|HC3", H1.replace("[[demands,", "[[age], [demands,").replace("classical", "HC3")),
    ],
)
def test_a_row_is_what_a_plan_of_its_own_would_give(name: str, plan: str, robust: Findings) -> None:
    text = HEAD.replace("exclude:", "# ") + f"analyses: [{plan}]\n"
    claim = run(load_plan(text, "plan", INSTRUMENT), DATA).analyses[0].claim
    (row,) = [row for row in table(robust, "H1").rows if row.name == name]
    assert claim is not None
    assert row.estimate == pytest.approx(claim.tests[0].estimate, rel=1e-12)
    assert row.p == pytest.approx(claim.p, rel=1e-12)
    df, se = claim.tests[0].df, claim.tests[0].se
    assert row.high - row.low == pytest.approx(2 * stats.t.isf(0.025, df) * se, rel=1e-12)


def test_results_and_the_report_have_it(robust: Findings) -> None:
    frame = robust.frame()
    assert not frame.duplicated(["analysis", "kind", "target", "term", "statistic"]).any()
    rows = frame[frame["statistic"] == "spec_p"]
    assert set(rows["analysis"]) == {"H1", "H2"}
    assert len(rows) == 20
    assert {table.name for table in document(robust).tables} >= {"specifications-H1", "specifications-H2"}
    one = table(robust, "H1")
    assert f"Under {len(one.rows)} combinations" in verbs.sentence(one)
    assert verbs.figure(one) is not None
    assert one.holding == sum(row.p < 0.05 and row.estimate < 0 for row in one.rows)
    assert len(one.frame()) == len(one.rows)
    assert one.tests(None) == ()


def test_what_cannot_be_done_is_a_row_with_its_reason() -> None:
    broken = ANALYSES.replace("[[demands, psychosocial]]", "[[demands, psychosocial, twice]]")
    findings = found("derive: {twice: 2 * demands}\nrobustness: {}\n", broken)
    rows = table(findings, "H1").rows
    assert all(row.reason and row.n == 0 and math.isnan(row.p) for row in rows)
    assert "under none of" in verbs.sentence(table(findings, "H1"))


def test_what_is_smaller_than_the_smallest_effect_of_interest_is_tested_beside_every_claim() -> None:
    findings = found("smallest: {beta: 0.10}\n")
    for finding in findings.analyses:
        claim = finding.claim
        assert isinstance(claim, Claim)
        assert claim.smallest == (0.10,)
        assert claim.p_equivalent == max(test.p_equivalent(0.10) for test in claim.tests)
    frame = findings.frame()
    assert set(frame[frame["statistic"] == "p_equivalent"]["analysis"]) == {"H1", "H2", "H3"}
    judged = [f.claim for f in findings.analyses if f.claim is not None]
    assert "p_equivalent" in [column.key for column in claims_table(judged, IDS).columns]
    bare = [f.claim for f in found("").analyses if f.claim is not None]
    assert "p_equivalent" not in [column.key for column in claims_table(bare, IDS).columns]
    assert [claim.p_family for claim in judged] == [claim.p_family for claim in bare]


def test_of_a_product_the_share_of_variance_counts() -> None:
    """The coefficient that would explain .005: at the margin itself the one-sided p is one half."""
    own = "analyses: [{id: M, kind: moderation, outcome: stress, predictor: demands, moderator: psychosocial, \
tier: primary}]\n"
    claim = found("smallest: {beta: 0.10, r2_change: 0.005}\n", own).analyses[0].claim
    assert claim is not None
    numbers = {(n.term, n.statistic): n.value for n in found("", own).analyses[0].results[0].numbers()}
    share = numbers.get(("demands:psychosocial", "sr2"), numbers.get(("demands:psychosocial", "r2_change"), math.nan))
    beta = claim.tests[0].estimate
    assert claim.smallest[0] == pytest.approx(abs(beta) * math.sqrt(0.005 / share), rel=1e-12)
    assert claim.p_equivalent == claim.tests[0].p_equivalent(claim.smallest[0])
    exact = found(f"smallest: {{r2_change: {share!r}}}\n", own).analyses[0].claim
    assert exact is not None
    assert exact.p_equivalent == pytest.approx(0.5)
    none = found("smallest: {beta: 0.10}\n", own).analyses[0].claim
    assert none is not None
    assert math.isnan(none.p_equivalent)


def test_intervals_of_correlations_go_by_fisher_s_z() -> None:
    low, high = bounds(results.Test("a~b", "", "r", 0.3, 0.0, se=0.1, fisher=True), 0.95)
    assert math.atanh(high) - math.atanh(0.3) == pytest.approx(1.959964 * 0.1, rel=1e-6)
    assert math.atanh(0.3) - math.atanh(low) == pytest.approx(1.959964 * 0.1, rel=1e-6)
    assert all(math.isnan(end) for end in bounds(results.Test("a", "", "β", 0.3, 0.0), 0.95))


def test_plans_name_covariates_that_exist_and_run_no_code() -> None:
    for bad in ("nosuch", "__import__('os')", "age; import os", "{{7*7}}"):
        text = HEAD + f'robustness: {{covariates: {{more: ["{bad}"]}}}}\n' + ANALYSES
        (problem, *_) = check_plan(text, "plan", INSTRUMENT)
        assert f"no variable '{bad}'" in problem.what
    for key in ("smallest: {beta: __import__('os').getpid()}", "smallest: {beta: -1}", "robustness: {errors: [eval]}"):
        assert check_plan(HEAD + key + "\n" + ANALYSES, "plan", INSTRUMENT)


def test_the_sign_counts_as_the_claim_says() -> None:
    row = Specification("excluded", "listwise", "x", "HC3", True, "t", "β", 10, 0.2, 0.1, 0.3, 0.001)
    for expect, holds in (("positive", 1), ("negative", 0), ("difference", 1)):
        assert Specifications("a", "y", expect, 0.05, (row,)).holding == holds


def test_a_contrast_of_outcomes_has_its_cases() -> None:
    contrast = (
        "{id: H4, kind: contrast, outcomes: [stress, health], blocks: [[demands]], terms: [demands], tier: primary}"
    )
    findings = found("robustness: {errors: [planned, classical]}\n", f"analyses:\n  - {contrast}\n")
    (cases,) = [n.value for n in findings.analyses[0].results[0].numbers() if n.statistic == "n"]
    assert cases == 248
    assert [row.n for row in table(findings, "H4").rows] == [248, 248, 269, 269]


def test_nothing_is_imputed_twice_and_the_planned_row_is_the_claim_to_the_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def counted(scored: Scored, *arguments: Any, **options: Any) -> Imputations:
        sizes.append(len(scored.frame))
        return impute(scored, *arguments, **options)

    monkeypatch.setattr("analysis.imputation.planned.impute", counted)
    rules = "exclude: [{seconds_per_item: {below: 2}}]\nmissing: {mi: {imputations: 2, iterations: 1}}\n"
    robustness = "robustness: {missing: [mi, listwise], covariates: {without: [], more: [tenure]}}\n"
    screening = "  - {kind: screening}\n"
    plan = load_plan(HEAD.partition("exclude")[0] + rules + robustness + ANALYSES + screening, "plan", INSTRUMENT)
    findings = run(plan, simulate(INSTRUMENT, 150, 3).dataset)
    assert sizes == [findings.n_used, findings.n_read]
    assert findings.n_used < findings.n_read
    for finding in findings.analyses:
        if finding.claim is not None and finding.tier == "primary":
            (own,) = [row for row in table(findings, finding.id).rows if row.planned]
            assert own.p == max(test.p for test in finding.claim.tests)
