"""Imputation: the draws are what they are said to be, runs repeat to the last bit, and known truth is recovered."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.imputation import Imputations, impute
from analysis.imputation.chain import chains
from analysis.imputation.draws import category_draw, match, posterior_draw
from analysis.imputation.planned import imputed, products_of
from analysis.imputation.recipe import Computed, Recipe, Variable
from analysis.missing.pooled import pooled_regression
from analysis.plan import load_plan
from analysis.plan.load import check_plan
from analysis.regression import Regression
from analysis.run import run
from analysis.scoring import Scored, derived, scale_score, score
from analysis.simulate import simulate
from survey.dataset.model import Dataset
from survey.instrument.load import shipped
from tests.support.missing_coverage import fill, missing_at_random

INSTRUMENT = shipped("two-supports")
DATA = simulate(INSTRUMENT, 240, 7).dataset
DERIVE = {"log_online": "log1p(online)", "has_mentor": "mentor != 'no'"}
MODEL = ("stress", "demands", "psychosocial", "log_online", "has_mentor", "gender", "age", "mentor_psychosocial")
HEAD = "format: twofold-plan/1\ninstrument: two-supports\n"


@pytest.fixture(scope="module")
def scored() -> Scored:
    return score(DATA, DERIVE)


@pytest.fixture(scope="module")
def made(scored: Scored) -> Imputations:
    return impute(scored, DERIVE, MODEL, imputations=3, iterations=3, seed=5)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(1, 40), ties=st.booleans())
def test_donors_are_among_the_nearest(seed: int, n: int, ties: bool) -> None:
    rng = np.random.default_rng(seed)
    seen, wanted = rng.normal(size=n), rng.normal(size=25) * 2
    if ties:
        seen, wanted = seen.round(), wanted.round()
    found = match(seen, wanted, 5, rng)
    distance = np.abs(seen - wanted[:, None])
    furthest = np.sort(distance, axis=1)[:, min(5, n) - 1]
    assert (distance[np.arange(25), found] <= furthest + 1e-12).all()


def test_each_of_the_nearest_gives_as_often() -> None:
    seen = np.arange(20.0)
    found = match(seen, np.full(20_000, 9.4), 5, np.random.default_rng(1))
    counts = np.bincount(found, minlength=20)
    assert set(np.flatnonzero(counts)) == {7, 8, 9, 10, 11}
    assert (np.abs(counts[7:12] / 20_000 - 0.2) < 0.012).all()
    alike = match(np.zeros(40), np.zeros(20_000), 5, np.random.default_rng(2))
    several = {int(match(np.zeros(40), np.zeros(1), 5, np.random.default_rng(seed))[0]) for seed in range(300)}
    assert len(set(alike)) == 5
    assert len(several) == 40


def test_coefficients_are_drawn_from_their_posterior() -> None:
    rng = np.random.default_rng(4)
    x = np.column_stack([np.ones(60), rng.normal(size=(60, 2))])
    y = x @ [1.0, 0.5, -0.3] + rng.normal(size=60)
    drawn = np.stack([posterior_draw(x.T @ x, x.T @ y, float(y @ y), 57, rng) for _ in range(4000)])
    estimate, *_ = np.linalg.lstsq(x, y)
    assert drawn[:, :, 0] == pytest.approx(np.tile(estimate, (4000, 1)), rel=1e-3)
    variance = np.sum((y - x @ estimate) ** 2) / 57 * np.linalg.inv(x.T @ x) * 57 / 55
    assert drawn[:, :, 1].mean(axis=0) == pytest.approx(estimate, abs=0.01)
    assert np.cov(drawn[:, :, 1].T) == pytest.approx(variance, abs=0.1 * float(variance.max()))


def test_categories_come_by_their_chances_and_perfect_predictors_do_no_harm() -> None:
    rng = np.random.default_rng(6)
    x = np.column_stack([np.ones(3000), rng.normal(size=3000)])
    scores = np.column_stack([np.zeros(3000), x @ [0.5, 1.0], x @ [-0.5, -1.0]])
    codes = np.argmax(scores + rng.gumbel(size=scores.shape), axis=1)
    found, mode = category_draw(x, codes, 3, x, rng)
    assert mode == pytest.approx([0.5, 1.0, -0.5, -1.0], abs=0.2)
    assert np.bincount(found) / 3000 == pytest.approx(np.bincount(codes) / 3000, abs=0.04)
    again, _ = category_draw(x, codes, 3, x, np.random.default_rng(1), mode)
    assert (np.bincount(again) > 0).all()
    apart, edge = category_draw(x, (x[:, 1] > 0).astype(np.int64), 2, x, rng)
    assert np.isfinite(edge).all()
    assert np.mean(apart == (x[:, 1] > 0)) > 0.9


def test_any_number_of_workers_gives_the_same_bits_and_more_imputations_only_add() -> None:
    rng = np.random.default_rng(8)
    rows = rng.normal(size=(60, 3)) @ (np.eye(3) + 0.5)
    rows[rng.random(rows.shape) < 0.2] = np.nan
    names = ("a", "b", "c")
    recipe = Recipe(
        tuple(Variable(name, rows[:, i]) for i, name in enumerate(names)), (),
        {name: tuple(other for other in names if other != name) for name in names}, iterations=4,
    )  # fmt: skip
    shares: list[float] = []
    one = chains(recipe, 4, 3, progress=shares.append)
    for other in (chains(recipe, 4, 3, workers=3), chains(recipe, 6, 3)[:4]):
        for ours, theirs in zip(one, other, strict=True):
            assert all(np.array_equal(ours[name], theirs[name]) for name in names)
    assert not np.array_equal(one[0]["a"], one[1]["a"])
    assert not np.array_equal(one[0]["a"], chains(recipe, 1, 4)[0]["a"])
    assert shares == [0.0, 0.25, 0.5, 0.75]


def test_only_gaps_are_filled_and_with_what_somebody_answered(scored: Scored, made: Imputations) -> None:
    assert len(made.sets) == 3
    assert made.gaps > 0
    assert 0 < made.share < 0.1
    assert {made.methods["gender"], made.methods["age"]} == {"multinomial regression", "predictive mean matching"}
    for one in made.sets:
        assert one.frame.index.equals(scored.frame.index)
        for name in made.methods:
            before, after = scored.frame[name], one.frame[name]
            known = before.notna()
            assert (after[known] == before[known]).all()
            assert set(after.dropna().unique()) <= set(before.dropna().unique())
        assert one.frame[["stress", "demands", "gender", "age", "log_online"]].notna().all(axis=None)


def test_scores_and_derived_variables_are_computed_from_the_imputed_answers(made: Imputations) -> None:
    for one in made.sets:
        stress = scale_score(one.items("stress"), INSTRUMENT.scales["stress"])
        assert (one.frame["stress"] == stress).all()
        assert one.items("stress").notna().all(axis=None)
        for name, text in DERIVE.items():
            np.testing.assert_array_equal(one.frame[name], derived(text, one.frame))


def test_what_did_not_apply_stays_missing(scored: Scored, made: Imputations) -> None:
    items = [key.lstrip("-") for key in INSTRUMENT.scales["mentor_psychosocial"].items]
    reasons = DATA.missing[items].reindex(scored.frame.index)
    beside = reasons.isin(["not_shown", "does_not_apply"])
    assert beside.to_numpy().any()
    for one in made.sets:
        assert (one.keyed[items].isna() == beside).all(axis=None)


def test_the_order_of_rows_and_the_plan_s_seed_decide_alone() -> None:
    text = HEAD + "missing: {mi: {imputations: 3, iterations: 2}}\nseed: 4\nanalyses:\n"
    text += "  - {id: d, kind: descriptives, variables: [stress]}\n"
    text += "  - {id: r, kind: regression, outcome: stress, blocks: [[demands], [age]], where: age >= 30}\n"
    plan = load_plan(text, "p.yaml", INSTRUMENT)
    turn = np.random.default_rng(1).permutation(len(DATA.respondents))
    turned = replace(DATA, respondents=DATA.respondents.iloc[turn], missing=DATA.missing.iloc[turn])
    first, other = run(plan, DATA), run(plan, turned)
    pd.testing.assert_frame_equal(first.frame(), other.frame(), check_exact=True)
    reseeded = run(load_plan(text.replace("seed: 4", "seed: 5"), "p.yaml", INSTRUMENT), DATA).frame()
    assert (reseeded["value"] != first.frame()["value"]).any()
    (model,) = first.analyses[1].results
    assert isinstance(model, Regression)
    assert model.n == int((score(DATA).frame["age"] >= 30).sum())
    assert model.listwise is not None
    assert model.listwise.n < model.n
    assert first.imputed is not None
    assert {"df", "riv", "fmi"} <= set(first.frame()["statistic"])


ALONE = {"bp_p", "reset_p", "shapiro_p", "max_cook", "max_leverage", "r2_low", "r2_high", "f2_low", "f2_high"}


def test_without_a_gap_imputing_changes_nothing() -> None:
    whole = DATA.respondents.copy()
    for name in whole.columns:
        if whole[name].notna().any():
            whole[name] = whole[name].fillna(whole[name].mode().iloc[0])
    dataset = Dataset(INSTRUMENT, whole, DATA.missing.iloc[:, :0], "whole")
    body = "analyses:\n  - {kind: regression, outcome: stress, blocks: [[demands, age]]}\n"
    plain = run(load_plan(HEAD + body, "p", INSTRUMENT), dataset).frame()
    filled = run(load_plan(HEAD + "missing: mi\n" + body, "p", INSTRUMENT), dataset).frame()
    both = plain.merge(filled, on=list(plain.columns[:5]), suffixes=("", "_mi"))
    # What residuals say of one data set, and the interval of R², are not pooled.
    assert set(plain["statistic"]) - set(both["statistic"]) <= ALONE
    assert len(both) == len(plain[~plain["statistic"].isin(ALONE)])
    np.testing.assert_allclose(both["value"], both["value_mi"], rtol=1e-9)


def test_intervals_hold_the_truth_where_complete_cases_mislead() -> None:
    found = missing_at_random(60, 20160930)
    band = 3.29 * np.sqrt(0.95 * 0.05 / found.runs)
    assert abs(found.pooled - 0.95) <= band
    assert found.listwise_bias < -0.05
    assert abs(found.pooled_bias) < abs(found.listwise_bias) / 2
    assert 0.3 < found.missing < 0.5


def test_an_interaction_is_kept_where_the_model_has_it() -> None:
    rng = np.random.default_rng(12)
    n = 3000
    x, w = rng.normal(size=(2, n))
    y = 0.4 * x + 0.3 * w + 0.4 * x * w + rng.normal(size=n)
    x[rng.random(n) < 1 / (1 + np.exp(0.5 - w))] = np.nan
    frame = pd.DataFrame({"x": x, "w": w, "y": y})

    def slope(sets: list[pd.DataFrame]) -> float:
        found = pooled_regression([one.assign(xw=one["x"] * one["w"]) for one in sets], "y", [["x", "w", "xw"]])
        assert isinstance(found, Regression)
        return found.coefficient("xw").b

    variables = tuple(Variable(name, frame[name].to_numpy()) for name in frame.columns)
    computed = (Computed("yw", ("y", "w"), lambda values: values["y"] * values["w"]),)
    recipe = Recipe(variables, computed, {"x": ("w", "y", "yw"), "w": ("x", "y"), "y": ("x", "w")}, iterations=1)
    compatible = []
    for drawn in chains(recipe, 5, 1):
        compatible.append(frame.assign(x=frame["x"].to_numpy(copy=True)))
        compatible[-1].loc[frame["x"].isna(), "x"] = drawn["x"]
    assert slope(compatible) == pytest.approx(0.4, abs=0.06)
    assert slope(fill(frame, 5, 1, 1)) < 0.33


def test_products_of_a_plan_are_found() -> None:
    text = HEAD + "missing: {mi: {imputations: 4, iterations: 2}}\n"
    text += "derive: {sd: stress * demands, aa: age * age, ab: age + age}\nanalyses:\n"
    text += "  - {kind: regression, outcome: psychosocial, blocks: [[stress, demands], [sd, aa, ab]]}\n"
    plan = load_plan(text, "p.yaml", INSTRUMENT)
    assert list(products_of(plan)) == [
        ("stress", "psychosocial", "demands"),
        ("demands", "psychosocial", "stress"),
        ("age", "psychosocial", "age"),
    ]
    dataset = simulate(INSTRUMENT, 80, 3).dataset
    found = imputed(plan, score(dataset, plan.derive))
    assert found is not None
    assert len(found.sets) == 4
    assert imputed(plan.model_copy(update={"missing": None}), score(dataset, plan.derive)) is None


def test_an_imputation_that_fails_ends_only_what_would_be_pooled(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise np.linalg.LinAlgError("too alike")

    monkeypatch.setattr("analysis.imputation.planned.impute", fails)
    text = HEAD + "missing: mi\nanalyses:\n  - {kind: regression, outcome: stress, blocks: [[age]]}\n"
    text += (
        "  - {kind: reliability, scales: [stress], missing: listwise}\n  - {kind: missing, variables: [stress, age]}\n"
    )
    found = run(load_plan(text, "p.yaml", INSTRUMENT), DATA)
    ((name, reason),) = found.failures()
    assert (name, reason.target, reason.reason) == ("regression", "stress", "the imputation failed: too alike")
    assert found.imputed is None


def test_descriptives_alone_are_imputed_too() -> None:
    text = HEAD + "missing: {mi: {imputations: 3, iterations: 2}}\n"
    text += "analyses: [{kind: descriptives, variables: [stress, age]}]\n"
    found = run(load_plan(text, "p.yaml", INSTRUMENT), DATA)
    assert not found.failures()
    table = found.frame().set_index(["target", "statistic"])["value"]
    assert table["age", "n"] == len(DATA.respondents)
    assert table["age", "missing"] == score(DATA).frame["age"].isna().sum()


def test_predictors_that_say_the_same_or_nothing_do_no_harm() -> None:
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(40), np.zeros(40), *[rng.normal(size=40)] * 2])
    drawn = posterior_draw(x.T @ x, x.T @ x[:, 3], float(x[:, 3] @ x[:, 3]), 36, rng)
    assert np.isfinite(drawn).all()
    assert x @ drawn[:, 0] == pytest.approx(x[:, 3], abs=1e-3)


def test_nothing_to_learn_from_and_too_many_groups_are_said(scored: Scored) -> None:
    dataset = replace(DATA, respondents=DATA.respondents.assign(age=np.nan))
    found = impute(score(dataset), {}, ("stress", "age", "team"), imputations=2, iterations=1)
    assert "Nobody has a value of age: nothing could be imputed." in found.notes
    assert any(note.startswith("team has one category or more than 12") for note in found.notes)
    assert found.sets[0].frame["age"].isna().all()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("{kind: regression, outcome: stress, blocks: [[age]]}", "5:12 'missing: fiml' gives classical errors alone"),
        (
            "{kind: regression, outcome: stress, blocks: [[age]], errors: HC3}",
            "5:66 'missing: fiml' gives classical errors alone, and this regression asks for others.",
        ),
        (
            "{kind: correlation, variables: [stress, age], method: spearman}",
            "5:59 'missing: fiml' gives Pearson correlations alone, and this one is 'spearman'.",
        ),
        (
            "{kind: correlation, variables: [stress, age], partial: [demands]}",
            "5:51 'missing: fiml' gives no partial correlations.",
        ),
    ],
)
def test_what_maximum_likelihood_cannot_do_is_refused_with_its_place(body: str, expected: str) -> None:
    text = HEAD + f"missing: fiml\nanalyses:\n  - {body}\n"
    (problem,) = check_plan(text, "p.yaml", INSTRUMENT)
    assert f"{problem.line}:{problem.column} {problem.what}".startswith(expected)
    assert "impute: 'missing: {mi: {imputations: 20}}'" in problem.remedy


def test_maximum_likelihood_of_a_plan() -> None:
    body = "{id: r, kind: regression, outcome: stress, blocks: [[demands]], errors: classical, tests: [demands]}"
    text = HEAD + f"missing: fiml\nanalyses:\n  - {body}\n  - {{kind: correlation, variables: [stress, age]}}\n"
    found = run(load_plan(text, "p.yaml", INSTRUMENT), DATA)
    assert not found.failures()
    assert {one.missing for f in found.analyses for one in f.results if hasattr(one, "missing")} == {"fiml"}
    claim = found.analyses[0].claim
    assert claim is not None
    assert claim.supported
