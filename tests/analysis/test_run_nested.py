"""Analyses of what comes in groups, from a plan on simulated respondents to findings."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.mixed import Mixed, mixed
from analysis.plan import check_plan, load_plan
from analysis.run import run
from analysis.scoring import score
from analysis.simulate import simulate
from survey.instrument.load import shipped

INSTRUMENT = shipped("two-supports")
DATA = simulate(INSTRUMENT, 200, 11).dataset
HEAD = "format: twofold-plan/1\ninstrument: two-supports\n"
MIXED = """\
analyses:
  - {id: M, kind: mixed, outcome: stress, fixed: [demands, gender], group: team, within_between: [demands],
     tests: ['demands[within]'], expect: positive, tier: primary}
"""


def said(text: str) -> list[str]:
    return [f"{p.what} {p.remedy}".strip() for p in check_plan(HEAD + text, "plan.yaml", INSTRUMENT)]


def found(text: str) -> Any:
    (finding,) = run(load_plan(HEAD + text, "plan.yaml", INSTRUMENT), DATA).analyses
    return finding


def test_a_mixed_model_is_run_and_its_claim_judged() -> None:
    finding = found(MIXED)
    (result,) = finding.results
    assert isinstance(result, Mixed)
    frame = score(DATA).frame
    again = mixed(frame, "stress", ["demands", "gender"], "team", within_between=["demands"])
    assert isinstance(again, Mixed)
    assert result.numbers() == again.numbers()
    assert finding.claim is not None
    assert finding.claim.p == result.effect("demands[within]").p
    assert [term.split("[")[0] for term in result.frame()["term"]][:3] == ["(intercept)", "demands", "demands"]


def test_a_mixed_model_is_pooled_over_imputations() -> None:
    pooled = found("missing: {mi: {imputations: 2, iterations: 1}}\n" + MIXED).results[0]
    assert isinstance(pooled, Mixed)
    alone = found(MIXED).results[0]
    assert (pooled.missing, pooled.imputations) == ("mi", 2)
    assert pooled.n > alone.n
    assert pooled.effect("demands[within]").fmi > 0
    assert pooled.effect("demands[within]").b == pytest.approx(alone.effect("demands[within]").b, abs=0.1)


def test_what_a_mixed_model_cannot_have_is_said_with_a_remedy() -> None:
    one = "analyses:\n  - {{kind: mixed, outcome: {}, fixed: [{}], group: {}{}}}\n"
    assert said(one.format("gender", "age", "team", ""))[0].startswith("'gender' holds categories")
    assert said(one.format("stress", "stress", "team", "")) == [
        "'stress' is the outcome, and cannot be a predictor as well. Leave it out of 'fixed'."
    ]
    assert said(one.format("stress", "age, team", "team", ""))[0].startswith("'team' is the group")
    assert said(one.format("stress", "age, age", "team", "")) == ["'age' is named twice. Name it once."]
    assert said(one.format("stress", "age", "gender", ""))[0].startswith("'gender' is no field that groups")
    assert said(one.format("stress", "age", "team", ", slopes: [demands]")) == [
        "'demands' is not among the predictors. Name one of the predictors in 'fixed', or add it there."
    ]
    assert said(one.format("stress", "age, gender", "team", ", within_between: [gender]"))[0].startswith("'gender' hol")
    assert said(one.format("stress", "age", "team", ", within_between: [age, age]")) == [
        "'age' is named twice. Name it once."
    ]
    assert len(said(one.format("stress", "age, demands", "team", ", slopes: [age, demands]"))) == 1
    assert said(one.format("stress", "age", "team", ", tests: ['age[within]']"))[0].startswith("'age[within]' is no")
    assert "has no mixed models" in said("missing: fiml\n" + one.format("stress", "age", "team", ""))[0]
