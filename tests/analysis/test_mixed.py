"""Mixed models held to lme4 and lmerTest, and to what must not matter."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.missing.pool import Estimates, rubin
from analysis.mixed import INTERCEPT, Mixed, engine, mixed
from analysis.mixed.pooled import pooled_mixed
from analysis.result import NotApplicable
from tests.support import proof
from tests.support.reference import FOLDER, SHARED, Case, cases, data, differences, document

CASES = cases("mixed", "mixed")
ITERATED = ("b", "se", "t", "ci_low", "ci_high", "beta", "var_group", "var_slope", "slope_r", "var_resid", "icc",
            "r2_marginal", "r2_conditional", "df", "p")  # fmt: skip


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(FOLDER / f"{name}.csv") if (FOLDER / f"{name}.csv").exists() else data(name)


def fitted(frame: pd.DataFrame, *of: Any, **options: Any) -> Mixed:
    found = mixed(frame, *of, **options)
    assert isinstance(found, Mixed), found
    return found


def reason(frame: pd.DataFrame, *of: Any, **options: Any) -> str:
    found = mixed(frame, *of, **options)
    assert isinstance(found, NotApplicable), found
    return found.reason


def of_case(case: Case) -> Mixed:
    o = case.options
    return fitted(read(case.input), o["outcome"], o["fixed"], o["group"], o["slope"], o["within_between"],
                  level=o["level"])  # fmt: skip


@pytest.mark.oracle
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_number_is_lme4_s(case: Case) -> None:
    found = of_case(case)
    looser = dict.fromkeys(ITERATED, 1e-4) | {"loglik": 1e-8}
    assert not differences(found.numbers(), case.numbers, 1e-6, looser, of=case)
    wanted = document("mixed")["groups"][case.case]
    rows = {group.name: group for group in found.groups}
    assert len(rows) == len(wanted["groups"])
    spread = max(np.abs(wanted["intercept"]).max(), 1e-6)
    for name, at, error in zip(wanted["groups"], wanted["intercept"], wanted["se"], strict=True):
        assert rows[name].intercept == pytest.approx(at, rel=2e-4, abs=1e-4 * spread)
        assert rows[name].se == pytest.approx(error, rel=2e-4, abs=1e-4 * spread)


@pytest.mark.oracle
def test_the_likelihood_is_never_lower_than_lme4_s() -> None:
    for case in CASES:
        (theirs,) = [value for (_, _, name), value in case.numbers.items() if name == "loglik"]
        assert of_case(case).loglik >= theirs - 1e-8


@pytest.mark.oracle
@pytest.mark.skipif(not (SHARED / "10_sleepstudy_lmm").exists(), reason="the shared data are not here")
def test_sleep_study() -> None:
    folder = SHARED / "10_sleepstudy_lmm"
    frame, values = pd.read_csv(folder / "data.csv"), json.loads((folder / "values.json").read_text())
    for name, slope in (("intercept", ""), ("slope", "Days")):
        found = fitted(frame, "Reaction", ["Days"], "Subject", slope)
        wanted = values[name]
        pairs = [("loglik", found.loglik, -wanted["reml"] / 2, 1e-8)]
        for row, term in zip(wanted["fixed"], (INTERCEPT, "Days"), strict=True):
            ours = found.effect(term)
            pairs += [("b", ours.b, row["Estimate"], 1e-6), ("se", ours.se, row["Std. Error"], 1e-4)]
            pairs += [("df", ours.df, row["df"], 1e-4), ("t", ours.t, row["t value"], 1e-4)]
        variances = [row["vcov"] for row in wanted["vc"]]
        pairs += [
            ("var_group", found.var_group, variances[0], 1e-4),
            ("var_resid", found.var_resid, variances[-1], 1e-4),
        ]
        if slope:
            pairs.append(("var_slope", found.var_slope, variances[1], 1e-4))
            pairs.append(("slope_r", found.slope_r, wanted["vc"][2]["sdcor"], 1e-4))
        for statistic, ours_, theirs, tolerance in pairs:
            off = proof.relative(ours_, theirs, 1e-9)
            proof.compared("mixed", statistic, "sleepstudy", off, tolerance, committed=False)
        for group, row in zip(found.groups[:3], wanted["ranef_first3"], strict=True):
            assert group.intercept == pytest.approx(row["(Intercept)"], rel=1e-4)


def sample(groups: int = 12, size: int = 6, seed: int = 3, spread: float = 0.8) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    team = np.repeat(np.arange(groups), size)
    x = 0.5 * rng.normal(size=groups)[team] + rng.normal(size=groups * size)
    y = 2 + 0.4 * x + spread * rng.normal(size=groups)[team] + rng.normal(size=groups * size)
    w = rng.normal(size=groups)[team]
    return pd.DataFrame({"team": [f"t{code:02d}" for code in team], "x": x, "w": w, "y": y})


def numbers(found: Mixed) -> dict[tuple[str, str], float]:
    return {(number.term, number.statistic): number.value for number in found.numbers()}


def test_derivatives_are_those_of_the_deviance() -> None:
    """Gradient and Hessian of −2 log L(Λ, σ), against differences of the formula with whole matrices."""
    frame = sample(6, 5)
    x = np.column_stack([np.ones(30), frame["x"], frame["w"]])
    y, codes = frame["y"].to_numpy(), pd.factorize(frame["team"])[0]
    given = engine.sums(x, y, codes, frame[["x"]].to_numpy())
    state = engine.at(given, np.array([[0.7, 0.0], [0.2, 0.5]]))
    found = engine.derivatives(state)
    basis = np.linalg.qr(x)[0]
    left = (y - basis @ (basis.T @ y)) / given.scale
    z = np.column_stack([np.ones(30), (x[:, 1] - x[:, 1].mean()) / x[:, 1].std()])
    same = codes[:, None] == codes[None, :]

    def deviance(parameters: np.ndarray) -> float:
        a, b, c, sigma = parameters
        lower = np.array([[a, 0], [b, c]])
        v = sigma**2 * (np.eye(30) + same * (z @ lower @ lower.T @ z.T))
        inverse = np.linalg.inv(v)
        inner = basis.T @ inverse @ basis
        p = inverse - inverse @ basis @ np.linalg.inv(inner) @ basis.T @ inverse
        return float(np.linalg.slogdet(v)[1] + np.linalg.slogdet(inner)[1] + left @ p @ left)

    at = np.array([0.7, 0.2, 0.5, np.sqrt(state.sigma2)])
    h = 1e-4 * np.eye(4)
    slope = [(deviance(at + h[i]) - deviance(at - h[i])) / 2e-4 for i in range(4)]
    np.testing.assert_allclose(found.gradient, slope, rtol=1e-5, atol=1e-5)
    curve = [
        [
            (deviance(at + h[i] + h[j]) - deviance(at + h[i] - h[j]) - deviance(at - h[i] + h[j])
             + deviance(at - h[i] - h[j])) / 4e-8
            for j in range(4)
        ]
        for i in range(4)
    ]  # fmt: skip
    np.testing.assert_allclose(found.hessian, curve, rtol=1e-3, atol=1e-3)


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    shift=st.floats(-1e3, 1e3),
    scale=st.floats(0.01, 100),
    slope=st.booleans(),
)
def test_shift_scale_and_order_do_not_matter(seed: int, shift: float, scale: float, slope: bool) -> None:
    frame = sample(seed=seed)
    plain = fitted(frame, "y", ["x", "w"], "team", "x" if slope else "")
    moved = frame.assign(y=scale * frame["y"] + shift).sample(frac=1.0, random_state=seed)
    moved["team"] = "n" + moved["team"]
    other = fitted(moved, "y", ["x", "w"], "team", "x" if slope else "")
    b, a = plain.effect("x"), other.effect("x")
    assert a.b == pytest.approx(scale * b.b, rel=1e-5, abs=1e-6 * scale)
    assert a.se == pytest.approx(scale * b.se, rel=1e-4)
    assert a.t == pytest.approx(b.t, rel=1e-4, abs=1e-5)
    assert other.var_resid == pytest.approx(scale**2 * plain.var_resid, rel=1e-4)
    assert other.icc == pytest.approx(plain.icc, rel=1e-3, abs=1e-5)
    if not plain.singular and not other.singular:
        assert a.df == pytest.approx(b.df, rel=1e-3)


def test_a_moved_predictor_moves_the_intercept_alone() -> None:
    frame = sample()
    plain, moved = (fitted(f, "y", ["x"], "team", "x") for f in (frame, frame.assign(x=frame["x"] + 1000)))
    assert moved.effect("x").b == pytest.approx(plain.effect("x").b, rel=1e-6)
    assert moved.var_slope == pytest.approx(plain.var_slope, rel=1e-5)
    assert moved.loglik == pytest.approx(plain.loglik, abs=1e-7)
    assert moved.r2_conditional == pytest.approx(plain.r2_conditional, rel=1e-6)


def test_equal_groups_have_the_anova_s_variances() -> None:
    """Without predictors of its own, balanced REML is (MSB − MSW) / size, and df of the mean is groups − 1."""
    frame = sample(10, 7)
    frame["z"] = np.tile(np.arange(7) - 3.0, 10)
    found = fitted(frame, "y", ["z"], "team")
    sizes = frame.groupby("team")["y"]
    left = frame["y"] - sizes.transform("mean")
    left = left - frame["z"] * float(left @ frame["z"] / (frame["z"] @ frame["z"]))
    within = float(left @ left) / (70 - 10 - 1)
    between = 7 * float(sizes.mean().var(ddof=1))
    assert found.var_resid == pytest.approx(within, rel=1e-9)
    assert found.var_group == pytest.approx((between - within) / 7, rel=1e-8)
    assert found.effect(INTERCEPT).df == pytest.approx(9, rel=1e-6)
    assert found.effect("z").df == pytest.approx(59, rel=1e-6)


def test_the_contextual_effect_is_between_less_within() -> None:
    found = fitted(sample(), "y", ["x", "w"], "team", within_between=["x"])
    within, between, both = (found.effect(f"x[{which}]") for which in ("within", "between", "contextual"))
    assert both.b == pytest.approx(between.b - within.b, rel=1e-12)
    assert both.t == pytest.approx(both.b / both.se)
    assert (within.share_within, between.share_within) == pytest.approx((1, 0), abs=1e-9)
    named = [test.term for test in found.tests(["x"])]
    assert named == ["x[within]", "x[between]"]
    assert [test.term for test in found.tests(["x[contextual]"])] == ["x[contextual]"]
    assert found.tests(["x[contextual]"])[0].p == both.p


def test_no_variance_between_groups_is_said_and_is_the_regression() -> None:
    from analysis.regression import Regression, regression

    frame = sample(spread=0.0)
    frame["y"] -= frame.groupby("team")["y"].transform("mean")
    found = fitted(frame, "y", ["x"], "team")
    assert found.singular
    assert found.var_group == 0
    assert found.icc == 0
    assert found.r2_marginal == found.r2_conditional
    assert "variance between groups of team is 0 (a singular fit)" in found.notes[0]
    plain = regression(frame, "y", [["x"]], "classical")
    assert isinstance(plain, Regression)
    for name in ("b", "se", "p"):
        assert getattr(found.effect("x"), name) == pytest.approx(getattr(plain.coefficient("x"), name), rel=1e-8)
    assert found.effect("x").df == pytest.approx(plain.df)
    assert all(group.intercept == 0 and group.se == 0 for group in found.groups)


def test_a_slope_that_does_not_vary_is_said() -> None:
    found = of_case(next(case for case in CASES if case.case == "a slope that does not vary"))
    assert found.singular
    assert "singular" in found.notes[-1]
    assert "leave it out" in found.notes[-1]


def test_what_cannot_be_done_is_said_in_words() -> None:
    frame = sample()
    assert "there is 1" in reason(frame.assign(team="a"), "y", ["x"], "team")
    assert "there are none" in reason(frame.assign(team=None), "y", ["x"], "team")
    assert "has a single case" in reason(frame.assign(team=np.arange(72)), "y", ["x"], "team")
    assert reason(frame.assign(y=1.0), "y", ["x"], "team") == "y is constant"
    assert "x is constant" in reason(frame.assign(x=2.0), "y", ["x"], "team")
    assert "repeat each other" in reason(frame.assign(v=2 * frame["x"] - 1), "y", ["x", "v"], "team")
    assert "reproduce the outcome" in reason(frame.assign(y=2 * frame["x"]), "y", ["x"], "team")
    assert "no part within" in reason(frame, "y", ["w"], "team", within_between=["w"])
    apart = frame["x"] - frame.groupby("team")["x"].transform("mean")
    assert "no part between" in reason(frame.assign(x=apart), "y", ["x"], "team", within_between=["x"])
    assert "slopes cannot vary" in reason(frame, "y", ["w"], "team", "w")
    assert "not among the fixed" in reason(frame, "y", ["w"], "team", "x")
    assert "holds categories" in reason(frame.assign(k=["a", "b"] * 36), "y", ["k"], "team", "k")
    few = frame.head(4).assign(team=list("aabb"))
    assert "cannot carry 2 coefficients" in reason(few, "y", ["x"], "team", "x")
    assert "too few complete cases" in reason(few.assign(w=[1.0, 2, 4, 3]), "y", ["x", "w"], "team")
    with pytest.raises(ValueError, match="level"):
        mixed(frame, "y", ["x"], "team", level=1.0)


def test_groups_that_differ_beyond_measure_are_said() -> None:
    frame = sample()
    frame["y"] = frame.groupby("team")["x"].transform("mean") * 1e7 + 1e-6 * frame["x"]
    assert "so little" in reason(frame, "y", ["x"], "team")


def test_rows_with_gaps_are_left_out_and_counted() -> None:
    frame = sample()
    frame.loc[[0, 5], "x"] = np.nan
    frame.loc[9, "team"] = None
    found = fitted(frame, "y", ["x"], "team")
    assert (found.n, found.dropped, found.n_groups) == (69, 3, 12)
    assert (found.size_min, found.size_max) == (4, 6)
    assert numbers(found) == numbers(fitted(frame.dropna(), "y", ["x"], "team"))


@pytest.mark.oracle
def test_pooled_numbers_are_mice_s() -> None:
    (case,) = cases("mixed", "mixed_pooled")
    whole = read("nested").dropna(subset=["y", "x", "w"])
    move = np.sin(np.arange(1, len(whole) + 1))
    frames = [whole.assign(x=whole["x"] + 0.2 * i * move) for i in range(1, 5)]
    found = pooled_mixed(frames, "y", ["x", "w"], "team")
    assert isinstance(found, Mixed)
    ours = [number for number in found.numbers() if (number.target, number.term, number.statistic) in case.numbers]
    assert not differences(ours, case.numbers, 1e-4, of=replace(case, kind="mixed"))


def test_pooling_follows_rubin_s_rules_term_by_term() -> None:
    """Against mice's own formulas by hand, which tests/reference/pooling.R holds ``rubin`` to."""
    rng = np.random.default_rng(5)
    frames = []
    for _ in range(4):
        one = sample()
        one.loc[:9, "x"] += rng.normal(scale=0.7, size=10)
        frames.append(one)
    pooled = pooled_mixed(frames, "y", ["x", "w"], "team", within_between=["x"])
    assert isinstance(pooled, Mixed)
    each = [fitted(frame, "y", ["x", "w"], "team", within_between=["x"]) for frame in frames]
    for term in ("x[within]", "x[contextual]", INTERCEPT):
        rows = [one.effect(term) for one in each]
        df = float(np.mean([row.df for row in rows]))
        by_hand = rubin([Estimates(("b",), np.array([r.b]), np.array([[r.se**2]]), df) for r in rows])
        ours = pooled.effect(term)
        wanted = [float(x[0]) for x in (by_hand.estimate, by_hand.se, by_hand.df, by_hand.p, by_hand.riv, by_hand.fmi)]
        assert [ours.b, ours.se, ours.df, ours.p, ours.riv, ours.fmi] == pytest.approx(wanted, rel=1e-12)
    assert pooled.var_group == pytest.approx(np.mean([one.var_group for one in each]))
    assert pooled.r2_conditional == pytest.approx(np.mean([one.r2_conditional for one in each]))
    assert np.isnan(pooled.loglik)
    assert pooled.imputations == 4
    assert "pooled over 4" in pooled.method
    assert ("", "loglik") not in numbers(pooled)
    assert pooled.groups[0].se > min(one.groups[0].se for one in each)
    assert isinstance(pooled_mixed([frames[0].assign(y=1.0)] * 2, "y", ["x"], "team"), NotApplicable)


def test_frames_hold_the_rows_of_the_table() -> None:
    found = fitted(sample(), "y", ["x"], "team", within_between=["x"])
    frame = found.frame()
    assert list(frame["term"]) == [INTERCEPT, "x[within]", "x[between]", "x[contextual]"]
    assert list(frame.columns) == ["term", "b", "se", "df", "t", "p", "ci_low", "ci_high", "beta"]
    assert len(found.group_frame()) == 12
    with pytest.raises(KeyError):
        found.effect("z")
