"""Models of ties held to geepack, lmer and glmer, and to what must not matter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis.plan import check_plan, load_plan
from analysis.result import NotApplicable
from analysis.run import run
from analysis.scoring import score
from analysis.simulate import simulate
from analysis.tie import INTERCEPT, Ties, tie_frame, tie_model
from survey.instrument.load import shipped
from tests.support.reference import FOLDER, Case, cases, differences

INSTRUMENT = shipped("two-supports")
DATA = simulate(INSTRUMENT, 150, 9).dataset
HEAD = "format: twofold-plan/1\ninstrument: two-supports\n"
CASES = [*cases("tie"), *cases("tie_products")]


def read(name: str) -> pd.DataFrame:
    frame = pd.read_csv(FOLDER / f"{name}.csv")
    return frame[frame["interpreted"] == 1] if name == "network_ties" else frame


def fitted(frame: pd.DataFrame, *of: Any, **options: Any) -> Ties:
    found = tie_model(frame, *of, **options)
    assert isinstance(found, Ties), found
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_number_is_r_s(case: Case) -> None:
    options = dict(case.options)
    found = fitted(read(case.input), options.pop("outcome"), options.pop("predictors"), **options)
    looser = {"loglik": 1e-7} if found.model == "conditional" else {}
    assert not differences(found.numbers(), case.numbers, 1e-4, looser, of=case)


def sample(groups: int = 40, size: int = 5, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    member = np.repeat(np.arange(groups), size)
    x = rng.normal(size=len(member)) + 0.5 * rng.normal(size=groups)[member]
    u = 0.8 * rng.normal(size=groups)[member]
    y = x + u + rng.normal(size=len(member))
    yes = (rng.random(len(member)) < 1 / (1 + np.exp(-0.7 * x - u))).astype(float)
    return pd.DataFrame({"id": member, "x": x, "w": rng.normal(size=groups)[member], "y": y, "yes": yes})


@pytest.mark.parametrize("model", ["marginal", "conditional"])
@pytest.mark.parametrize("family", ["gaussian", "binomial"])
def test_order_units_and_names_do_not_matter(model: str, family: str) -> None:
    frame = sample()
    outcome = "y" if family == "gaussian" else "yes"
    plain = fitted(frame, outcome, ["x", "w"], model=model, family=family, centred=["x"])
    moved = frame.assign(x=10 * frame["x"] + 500, id="r" + frame["id"].astype(str)).sample(frac=1, random_state=2)
    other = fitted(moved, outcome, ["x", "w"], model=model, family=family, centred=["x"])
    for term in ("x[within]", "x[between]"):
        assert 10 * other.term(term).b == pytest.approx(plain.term(term).b, rel=1e-5)
        assert other.term(term).z == pytest.approx(plain.term(term).z, rel=1e-5)
    assert other.term("w").p == pytest.approx(plain.term("w").p, rel=1e-4)
    with pytest.raises(KeyError):
        plain.term("x")


def test_the_two_numbers_differ_and_say_which_they_are() -> None:
    marginal = fitted(sample(), "yes", ["x"], family="binomial")
    conditional = fitted(sample(), "yes", ["x"], family="binomial", model="conditional")
    assert abs(conditional.term("x").b) > abs(marginal.term("x").b)
    assert "marginal" in marginal.method
    assert "conditional" in conditional.method
    assert np.isnan(marginal.var_group)
    assert np.isnan(conditional.correlation)


def test_odds_from_counts_are_those_of_so_many_yes_and_no() -> None:
    """A marginal model of counts of four has the coefficients of the four answers written out one by one."""
    rng = np.random.default_rng(3)
    frame = sample(30, 4)
    frame["k"] = rng.binomial(4, 1 / (1 + np.exp(-frame["x"]))) + 1.0
    counted = fitted(frame, "k", ["x"], family="ordinal", levels=5, lowest=1.0)
    assert counted.term("x").odds_ratio == pytest.approx(np.exp(counted.term("x").b))
    assert np.isnan(counted.term(INTERCEPT).odds_ratio)
    assert 0.7 < counted.term("x").b < 1.3


def test_no_variance_between_respondents_is_said() -> None:
    frame = sample()
    rng = np.random.default_rng(8)
    frame["flat"] = np.tile([0.0, 1, 0, 1, 1], 40)
    frame["x"] = rng.normal(size=200)
    found = fitted(frame, "flat", ["x"], family="binomial", model="conditional")
    assert found.var_group == 0
    assert any("variance between respondents is 0" in note for note in found.notes)


def reason(*of: Any, **options: Any) -> str:
    found = tie_model(*of, **options)
    assert isinstance(found, NotApplicable), found
    return found.reason


def test_what_cannot_be_done_is_said_in_words() -> None:
    frame = sample()
    assert "is 1" in reason(frame.assign(id=1), "y", ["x"])
    assert "has a single case" in reason(frame.assign(id=np.arange(200)), "y", ["x"])
    assert reason(frame.assign(yes=1.0), "yes", ["x"], family="binomial") == "yes is constant"
    assert "not 0 or 1" in reason(frame, "y", ["x"], family="binomial")
    assert "not one of 5 steps" in reason(frame, "y", ["x"], family="ordinal", levels=5)
    assert "repeat each other" in reason(frame.assign(v=2 * frame["x"]), "y", ["x", "v"])
    apart = frame.assign(yes=(frame["x"] > 0.1).astype(float))
    for model in ("marginal", "conditional"):
        assert "separate the outcome" in reason(apart, "yes", ["x"], family="binomial", model=model)
    assert "reproduce the outcome" in reason(frame.assign(y=frame["x"] * 2), "y", ["x"], model="conditional")


def test_ties_of_a_plan_are_those_asked_about_with_what_is_derived() -> None:
    frame = tie_frame(score(DATA), "ties", {"out": "context != 'my_department'"}, None)
    asked = DATA.ties[DATA.ties["interpreted"] == 1]
    assert len(frame) == len(asked)
    known = asked["context"].notna().to_numpy()
    assert (frame["out"].to_numpy()[known] == (asked["context"] != "my_department").to_numpy()[known]).all()
    assert frame.loc[~known, "out"].isna().all()
    some = tie_frame(score(DATA), "ties", {}, "g3 == 1")
    assert len(some) == int((asked["g3"] == 1).sum())
    text = """\
analyses:
  - {id: T, kind: tie, outcome: out, predictors: [closeness, years, context, age], family: binomial, only: g3 == 0,
     derive: {out: novelty >= 3}, tests: ['closeness[within]'], tier: primary, expect: positive}
  - {id: U, kind: tie, outcome: private_worry, predictors: [closeness, similar_family], family: ordinal,
     model: conditional}
  - {id: V, kind: tie, outcome: novelty, predictors: [closeness, weak], centre: false}
"""
    assert check_plan(HEAD + text, "plan.yaml", INSTRUMENT) == []
    findings = run(load_plan(HEAD + "missing: {mi: {imputations: 2, iterations: 1}}\n" + text, "p", INSTRUMENT), DATA)
    first, second, third = (one.results[0] for one in findings.analyses)
    for result in (first, second, third):
        assert isinstance(result, Ties), result
    assert findings.analyses[0].claim is not None
    assert findings.analyses[0].claim.p == first.term("closeness[within]").p
    assert any("not imputed" in note for note in first.notes)
    assert "context[not_work]" in set(first.frame()["term"])
    assert "age" in set(first.frame()["term"])
    assert second.term("closeness[within]").b > 0
    assert set(third.frame()["term"]) == {INTERCEPT, "closeness", "weak"}


def test_mistakes_in_a_plan_are_named() -> None:
    def said(rest: str) -> list[str]:
        text = f"{HEAD}analyses:\n  - {{kind: tie, {rest}}}\n"
        return [f"{p.what} {p.remedy}" for p in check_plan(text, "plan.yaml", INSTRUMENT)]

    assert said("outcome: closnes, predictors: [years]")[0].startswith("there is no variable 'closnes'. Did you mean")
    assert said("outcome: context, predictors: [years]")[0].startswith("'context' holds categories")
    assert said("outcome: stress, predictors: [years]")[0].startswith("there is no variable 'stress'")
    assert said("outcome: closeness, predictors: [closeness]")[0].startswith("'closeness' is the outcome")
    assert said("outcome: closeness, predictors: [years, years]") == ["'years' is named twice. Name it once."]
    assert "no network 'tie'" in said("network: tie, outcome: closeness, predictors: [years]")[0]
    assert "already a variable" in said("outcome: closeness, predictors: [years], derive: {stress: closeness + 1}")[0]
    assert "not a choice of 'context'" in said(
        "outcome: o, predictors: [years], derive: {o: context == 'home'}")[0]  # fmt: skip
    assert "not a condition" in said("outcome: closeness, predictors: [years], only: years + 1")[0]
    assert said("outcome: closeness, predictors: [years], tests: [age]")[0].startswith("'age' is no term")


def test_an_ordinal_outcome_needs_steps() -> None:
    text = "analyses:\n  - {kind: tie, outcome: years, predictors: [closeness], family: ordinal}\n"
    (finding,) = run(load_plan(HEAD + text, "p", INSTRUMENT), DATA).analyses
    (result,) = finding.results
    assert isinstance(result, NotApplicable)
    assert "scale of steps" in result.reason


WAVES = simulate(INSTRUMENT, 900, 5, waves=3, clean=True).dataset
EXCHANGE = """\
analyses:
  - {id: L, kind: tie, outcome: closeness@next, predictors: [closeness, given, received, 'given:received'],
     derive: {given: given_ins >= 1 or given_psy >= 1, received: received_ins >= 1 or received_psy >= 1}, centre: false,
     model: MODEL, tests: ['given:received'], expect: positive}
"""


def lagged() -> pd.DataFrame:
    """The same by hand: ties asked about in a wave, beside what was said of them in the next."""
    table = WAVES.ties[WAVES.ties["interpreted"] == 1]
    key = pd.DataFrame(table["id"].str.split("@").tolist(), columns=["who", "wave"], index=table.index)
    said = [
        {"who": w, "wave": int(v), "tie": t, "closeness": c}
        for w, v, t, c in zip(key["who"], key["wave"], table["tie"], table["closeness"], strict=True)
    ]
    now = pd.DataFrame(said)
    then = now.assign(wave=now["wave"] - 1).rename(columns={"closeness": "later"})
    return now.merge(then, on=["who", "wave", "tie"], how="left")


def test_a_tie_is_followed_into_the_next_wave_by_its_id() -> None:
    frame = tie_frame(score(WAVES), "ties", {}, None, "closeness")
    by_hand = lagged()
    assert len(frame) == len(by_hand)
    np.testing.assert_array_equal(frame["closeness@next"], by_hand["later"])
    assert 0 < frame["closeness@next"].notna().sum() < len(frame)
    assert set(frame["person"]) == set(by_hand["who"])
    first = tie_frame(score(WAVES), "ties", {}, "g3 == 1", "closeness")
    assert first["closeness@next"].notna().any()
    assert len(first) == int((WAVES.ties["interpreted"].eq(1) & WAVES.ties["g3"].eq(1)).sum())


@pytest.mark.parametrize("model", ["marginal", "conditional"])
def test_exchange_is_told_of_ties_a_wave_later(model: str) -> None:
    text = HEAD + EXCHANGE.replace("MODEL", model)
    assert check_plan(text, "plan.yaml", INSTRUMENT) == []
    (finding,) = run(load_plan(text, "p", INSTRUMENT), WAVES).analyses
    (found,) = finding.results
    assert isinstance(found, Ties), found
    assert found.n_groups <= 900
    # the simulator adds .10 of a standard deviation, which is about a step of closeness
    product = found.term("given:received")
    assert abs(product.b - 0.11) < 3 * product.se < 0.2
    assert 0.5 < found.term("closeness").b < 0.62
    assert finding.claim is not None
    assert finding.claim.p == found.term("given:received").p
    assert any("were asked about again in the next" in note for note in found.notes)
    (one,) = run(load_plan(text, "p", INSTRUMENT), DATA).analyses
    assert isinstance(one.results[0], NotApplicable)
    assert "one wave" in one.results[0].reason


def test_products_of_ties_are_checked() -> None:
    def said(rest: str) -> list[str]:
        text = f"{HEAD}analyses:\n  - {{kind: tie, {rest}}}\n"
        return [f"{p.what} {p.remedy}" for p in check_plan(text, "plan.yaml", INSTRUMENT)]

    assert (
        said("outcome: novelty, predictors: [closeness, 'closeness:closeness'], tests: ['closeness:closeness']") == []
    )
    assert said("outcome: closeness@next, predictors: [closeness, 'given_psy:received_psy']") == []
    assert "there is no variable 'givn'" in said("outcome: novelty, predictors: ['givn:years']")[0]
    assert "holds categories" in said("outcome: novelty, predictors: ['context:years']")[0]
    assert "more than two" in said("outcome: novelty, predictors: ['closeness:years:given_psy']")[0]
    assert "no variable 'closenes'" in said("outcome: closenes@next, predictors: [years]")[0]
    frame = sample()
    assert reason(frame, "y", ["x", "x:q"]) == "there is no variable q in the data"
    assert "a product needs numbers" in reason(frame.assign(k="a"), "y", ["x", "x:k"])
