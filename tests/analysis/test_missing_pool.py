"""Pooling over imputed data sets, held to mice on the same completed sets; identical sets change nothing."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.correlation import Correlation, correlation
from analysis.descriptives import Descriptives, descriptives
from analysis.errors import UnsuitableError
from analysis.missing.pool import Estimates, joint_test, pool_r2, rubin
from analysis.missing.pooled import pooled_correlation, pooled_descriptives, pooled_regression
from analysis.regression import Regression, fitted, regression
from analysis.result import NotApplicable
from tests.support.reference import FOLDER, SHARED, Case, cases, differences


def completed() -> list[pd.DataFrame]:
    long = pd.read_csv(FOLDER / "imputed.csv").astype({"x": float, "w": float, "y": float})
    return [part.reset_index(drop=True) for _, part in long.groupby("imputation")]


def blocks_of(case: Case) -> list[list[str]]:
    return [[block] if isinstance(block, str) else list(block) for block in case.options["blocks"]]


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("pooling", "regression"), ids=str)
def test_pooled_regressions_are_those_of_mice(case: Case) -> None:
    found = pooled_regression(completed(), "y", blocks_of(case), case.options["errors"], case.options["level"])
    assert isinstance(found, Regression)
    assert differences(found.numbers(), case.numbers, 1e-9, of=case) == []
    assert found.missing == "mi"
    assert found.imputations == 8
    assert "pooled over 8 imputed data sets" in found.method
    assert found.df_of(found.coefficients[1]) == found.coefficients[1].df
    singles = [regression(frame, "y", blocks_of(case), case.options["errors"]) for frame in completed()]
    sigmas = [one.sigma for one in singles if isinstance(one, Regression)]
    assert found.sigma == pytest.approx(np.sqrt(np.mean(np.square(sigmas))))
    assert found.df == min(row.df for row in found.coefficients)
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), [row.se for row in found.coefficients])
    assert list(found.frame().columns)[-3:] == ["df", "riv", "fmi"]


@pytest.mark.oracle
def test_pooled_correlations_are_those_of_mice() -> None:
    case = cases("pooling", "correlation")[0]
    found = pooled_correlation([frame[list(case.options["variables"])] for frame in completed()])
    assert isinstance(found, Correlation)
    assert differences(found.numbers(), case.numbers, 1e-9, of=case) == []
    assert found.missing == "mi"


@pytest.mark.oracle
def test_pooled_descriptives_are_those_of_r() -> None:
    case = cases("pooling", "descriptives")[0]
    gaps = pd.read_csv(FOLDER / "gaps.csv")
    names = list(case.options["variables"])
    missing = {name: int(gaps[name].isna().sum()) for name in names}
    found = pooled_descriptives([frame[names] for frame in completed()], missing)
    assert isinstance(found, Descriptives)
    assert differences(found.numbers(), case.numbers, 1e-9, of=case) == []


@pytest.mark.oracle
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here")
def test_nhanes_is_pooled_as_by_mice() -> None:
    folder = SHARED / "12_nhanes_rubin"
    wanted = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    long = pd.read_csv(folder / "imputed20.csv")
    frames = [part.reset_index(drop=True) for _, part in long.groupby(".imp")]
    found = pooled_regression(frames, "chl", [["age"], ["bmi"]], "classical")
    assert isinstance(found, Regression)
    for row, pooled, summary in zip(found.coefficients, wanted["pooled"], wanted["summary"], strict=True):
        ours = [row.b, row.se**2, row.df, row.riv, row.fmi, row.t, row.p, row.ci_low, row.ci_high]
        theirs = [pooled[name] for name in ("estimate", "t", "df", "riv", "fmi")]
        theirs += [summary[name] for name in ("statistic", "p.value", "2.5 %", "97.5 %")]
        np.testing.assert_allclose(ours, theirs, rtol=1e-9)
    assert found.r2 == pytest.approx(wanted["pool_r2"][0]["est"], rel=1e-9)
    (test,) = wanted["D1_bmi"]
    block = found.blocks[1]
    np.testing.assert_allclose(
        [block.f_change, block.df1_change, block.df2_change, block.p_change],
        [test["F.value"], test["df1"], test["df2"], test["P(>F)"]],
        rtol=1e-9,
    )


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), m=st.integers(2, 7))
def test_identical_sets_give_the_single_result(seed: int, m: int) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(30, 3)), columns=["x", "w", "y"])
    single = regression(frame, "y", [["x"], ["w"]], "HC3")
    pooled = pooled_regression([frame] * m, "y", [["x"], ["w"]], "HC3")
    assert isinstance(single, Regression)
    assert isinstance(pooled, Regression)
    ours = {(n.target, n.term, n.statistic): n.value for n in pooled.numbers()}
    for number in single.numbers():
        if number.statistic in ("r2_low", "r2_high", "f2_low", "f2_high"):
            continue  # the noncentral interval is of one data set alone
        key = (number.target, number.term, number.statistic)
        assert ours.pop(key) == pytest.approx(number.value, rel=1e-8, abs=1e-12), key
    assert {key[2] for key in ours} == {"df", "riv", "fmi"}
    assert all(value == {"df": 27.0}.get(key[2], 0.0) for key, value in ours.items())
    r, pooled_r = correlation(frame), pooled_correlation([frame] * m)
    assert isinstance(r, Correlation)
    assert isinstance(pooled_r, Correlation)
    for one, other in zip(r.pairs, pooled_r.pairs, strict=True):
        assert (other.r, other.n) == (one.r, one.n)
        assert (other.ci_low, other.ci_high) == pytest.approx((one.ci_low, one.ci_high), rel=1e-9)
    d, pooled_d = descriptives(frame), pooled_descriptives([frame] * m)
    assert isinstance(d, Descriptives)
    assert isinstance(pooled_d, Descriptives)
    assert d.frame().iloc[:, 1:].to_numpy() == pytest.approx(pooled_d.frame().iloc[:, 1:].to_numpy(), rel=1e-12)


def test_order_of_the_sets_does_not_matter() -> None:
    frames = completed()
    one = pooled_regression(frames, "y", [["x", "w"]])
    other = pooled_regression(frames[::-1], "y", [["x", "w"]])
    assert [n.value for n in one.numbers()] == pytest.approx([n.value for n in other.numbers()], rel=1e-12)


def estimates(values: list[list[float]], df: float = np.inf) -> list[Estimates]:
    names = tuple("abcdef"[: len(values[0])])
    return [Estimates(names, np.array(v), np.eye(len(v)) * 0.5, df) for v in values]


def test_infinite_df_are_rubins_and_lis() -> None:
    sets = estimates([[1.0, 2.0], [1.5, 1.0], [0.5, 1.8], [1.2, 2.2]])
    pooled = rubin(sets)
    share = 1.25 * pooled.between / (0.5 + 1.25 * pooled.between)
    np.testing.assert_allclose(pooled.df, 3 / share**2)
    joint = joint_test(sets, ["a", "b"])
    r = joint.riv
    assert r == pytest.approx(1.25 * (pooled.between / 0.5).sum() / 2)
    assert joint.f == pytest.approx(float((pooled.estimate**2 / 0.5).sum()) / 2 / (1 + r))
    assert joint.df2 == pytest.approx(4 + 2 * (1 + (1 - 2 / 6) / r) ** 2)
    few = joint_test(estimates([[1.0], [1.4]]), ["a"])
    assert few.df2 == rubin(estimates([[1.0], [1.4]])).df[0]
    small = joint_test(estimates([[1.0, 2.0], [1.4, 1.0]]), ["a", "b"])
    assert small.df2 == pytest.approx(2 * 1.5 * (1 + 1 / small.riv) ** 2 / 2)
    assert joint_test(estimates([[1.0, 2.0], [1.4, 1.0]], df=6.0), ["a", "b"]).df2 <= 6
    crowded = joint_test(estimates([[1.0, 2.0], [3.5, -1.0], [0.5, 4.8], [-1.2, 2.2]], df=5.0), ["a", "b"])
    assert np.isfinite(crowded.df2)
    assert crowded.df2 > 0


def test_what_cannot_be_pooled_is_said() -> None:
    with pytest.raises(UnsuitableError, match="two imputations or more"):
        rubin(estimates([[1.0]]))
    with pytest.raises(UnsuitableError, match="not the same terms"):
        rubin([*estimates([[1.0]]), *estimates([[1.0, 2.0]])])
    assert np.isnan(joint_test(estimates([[1.0, 2.0], [1.1, 2.0]], df=1.0), ["a", "b"]).f)
    assert pool_r2([-0.1, 0.1]) == 0.0
    frames = completed()
    lacking = pooled_regression(frames, "y", [["nobody"]])
    assert isinstance(lacking, NotApplicable)
    assert lacking.reason == "there is no variable nobody in the data"
    flat = pooled_regression([frame.assign(x=1.0) for frame in frames], "y", [["x"]])
    assert isinstance(flat, NotApplicable)
    assert "x is constant" in flat.reason
    r = pooled_correlation([frame.assign(x=1.0)[["x", "y"]] for frame in frames])
    assert isinstance(r, Correlation)
    assert r.pairs[0].reason == "x is constant"


def test_rows_that_still_lack_a_value_are_left_out_of_every_set() -> None:
    frames = completed()
    frames[0] = frames[0].copy()
    frames[2] = frames[2].copy()
    frames[0].loc[3, "x"] = np.nan
    frames[2].loc[7, "x"] = np.nan
    found = pooled_regression(frames, "y", [["x"]])
    assert isinstance(found, Regression)
    assert (found.n, found.dropped) == (len(frames[0]) - 2, 2)
    single = fitted(frames[1].drop(index=[3, 7]), "y", [["x"]], "HC3")
    assert (single.estimates().df == np.full(2, found.n - 2)).all()
