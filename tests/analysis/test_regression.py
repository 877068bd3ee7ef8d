"""Regression held to R, statsmodels, pingouin and NIST, and to what must not matter."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.regression import INTERCEPT, Regression, regression
from analysis.regression.design import TILE
from analysis.result import NotApplicable
from tests.support.reference import FOLDER, Case, cases, data, differences

CASES = cases("regression")


def fitted(frame: pd.DataFrame, outcome: str, blocks: list[list[str]], **options: Any) -> Regression:
    found = regression(frame, outcome, blocks, **options)
    assert isinstance(found, Regression), found
    return found


def reason(frame: pd.DataFrame, outcome: str, blocks: list[list[str]], **options: Any) -> str:
    found = regression(frame, outcome, blocks, **options)
    assert isinstance(found, NotApplicable), found
    assert found.numbers()[0].statistic == "not_applicable"
    assert found.target == outcome
    return found.reason


def sample(n: int = 60, k: int = 3, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((n, k)), columns=[f"x{i}" for i in range(k)])
    frame["y"] = frame.sum(axis=1) + rng.standard_normal(n) * (1 + frame["x0"].abs())
    frame["group"] = [f"g{i // 6}" for i in range(n)]
    return frame


def case_data(case: Case) -> pd.DataFrame:
    return pd.read_csv(FOLDER / "longley.csv") if case.input == "longley" else data(case.input)


@pytest.mark.oracle
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_number_is_r_s(case: Case) -> None:
    options: Mapping[str, Any] = case.options
    blocks = [[block] if isinstance(block, str) else list(block) for block in options["blocks"]]
    found = fitted(
        case_data(case), options["outcome"], blocks, errors=options["errors"], level=options["level"], diagnostics=True
    )
    # R's own digits run out with Longley's data: lm() does not centre, and its condition is about 10^9.
    tolerance = 1e-6
    assert not differences(found.numbers(), case.numbers, tolerance, around=1e-9, of=case)


@pytest.mark.oracle
def test_longley_is_as_nist_certifies_it() -> None:
    """NIST Statistical Reference Datasets, Longley: certified values of a problem of higher difficulty."""
    from statsmodels.datasets import longley

    frame = longley.load_pandas().data.astype(float)
    names = [name for name in frame.columns if name != "TOTEMP"]
    found = fitted(frame, "TOTEMP", [names], errors="classical")
    b = [-3482258.63459582, 15.0618722713733, -0.358191792925910e-01, -2.02022980381683, -1.03322686717359,
         -0.511041056535807e-01, 1829.15146461355]  # fmt: skip
    se = [890420.383607373, 84.9149257747669, 0.334910077722432e-01, 0.488399681651699, 0.214274163161675,
          0.226073200069370, 455.478499142212]  # fmt: skip
    np.testing.assert_allclose([row.b for row in found.coefficients], b, rtol=1e-10)
    np.testing.assert_allclose([row.se for row in found.coefficients], se, rtol=1e-10)
    np.testing.assert_allclose([found.sigma, found.r2], [304.854073561965, 0.995479004577296], rtol=1e-11)


def test_predictors_far_from_zero_keep_their_digits() -> None:
    """Integers near 10^9, against exact fractions."""
    x = [10**9 + i for i in range(12)]
    z = [10**9 + (i * i) % 7 for i in range(12)]
    y = [10**6 + 3 * i + (i * 5) % 4 for i in range(12)]
    columns = [[Fraction(1)] * 12, [Fraction(v) for v in x], [Fraction(v) for v in z]]
    left = [[sum(a * b for a, b in zip(p, q, strict=True)) for q in columns] for p in columns]
    right = [sum(a * b for a, b in zip(p, y, strict=True)) for p in columns]
    for i in range(3):
        for j in range(3):
            if j != i:
                factor = left[j][i] / left[i][i]
                left[j] = [a - factor * b for a, b in zip(left[j], left[i], strict=True)]
                right[j] -= factor * right[i]
    exact = [float(right[i] / left[i][i]) for i in range(3)]
    found = fitted(pd.DataFrame({"x": x, "z": z, "y": y}, dtype=float), "y", [["x", "z"]], errors="classical")
    np.testing.assert_allclose([row.b for row in found.coefficients], exact, rtol=1e-9)


def test_nearly_collinear_predictors_go_by_qr_and_agree_with_a_shifted_problem() -> None:
    """The same model written with x and x + d/1000 000 or with x and d: coefficients follow by algebra."""
    frame = sample(200)
    frame["near"] = frame["x0"] + 1e-6 * frame["x1"]
    plain = fitted(frame, "y", [["x0", "x1"]], errors="HC3")
    tight = fitted(frame, "y", [["x0", "near"]], errors="HC3")
    assert tight.coefficient("near").b * 1e-6 == pytest.approx(plain.coefficient("x1").b, rel=1e-6)
    assert tight.coefficient("near").se * 1e-6 == pytest.approx(plain.coefficient("x1").se, rel=1e-6)
    assert tight.r2 == pytest.approx(plain.r2, rel=1e-9)
    assert tight.coefficient("near").vif > 1e10


@pytest.mark.parametrize("errors", ["classical", "HC3", {"cluster": "group"}], ids=str)
def test_statsmodels_agrees(errors: str | dict[str, str]) -> None:
    import statsmodels.api as sm

    frame = sample(120, 4, seed=5)
    names = ["x0", "x1", "x2", "x3"]
    found = fitted(frame, "y", [names], errors=errors)
    model = sm.OLS(frame["y"], sm.add_constant(frame[names]))
    if errors == "classical":
        expected = model.fit()
    elif errors == "HC3":
        expected = model.fit(cov_type="HC3", use_t=True)
    else:
        codes = frame["group"].factorize()[0]
        expected = model.fit(cov_type="cluster", cov_kwds={"groups": codes}, use_t=True)
    table = found.frame()
    np.testing.assert_allclose(table["b"], expected.params, rtol=1e-10)
    np.testing.assert_allclose(table["se"], expected.bse, rtol=1e-10)
    np.testing.assert_allclose(table["p"], expected.pvalues, rtol=1e-8)
    np.testing.assert_allclose(table[["ci_low", "ci_high"]], expected.conf_int(), rtol=1e-9)
    np.testing.assert_allclose(found.covariance, expected.cov_params(), rtol=1e-9)
    assert found.f == pytest.approx(float(np.squeeze(expected.fvalue)), rel=1e-9)


def test_pingouin_agrees() -> None:
    import pingouin

    frame = pingouin.read_dataset("mediation")
    found = fitted(frame, "Y", [["X", "M"]], errors="classical")
    expected = pingouin.linear_regression(frame[["X", "M"]], frame["Y"])
    np.testing.assert_allclose(found.frame()["b"], expected["coef"], rtol=1e-6)
    np.testing.assert_allclose(found.frame()["se"], expected["se"], rtol=1e-6)
    assert found.adj_r2 == pytest.approx(expected["adj_r2"].iloc[0], rel=1e-6)


NUMBERS = st.floats(min_value=0.05, max_value=20.0)


@settings(max_examples=40, deadline=None)
@given(
    scale=NUMBERS,
    shift=st.floats(-1e4, 1e4),
    turn=st.booleans(),
    seed=st.integers(0, 10_000),
    errors=st.sampled_from(["classical", "HC3", "cluster", "cr2"]),
)
def test_units_order_and_origin_do_not_matter(scale: float, shift: float, turn: bool, seed: int, errors: str) -> None:
    kind: Any = {errors: "group"} if errors in ("cluster", "cr2") else errors
    frame = sample(48, 3, seed)
    plain = fitted(frame, "y", [["x0"], ["x1", "x2"]], errors=kind, diagnostics=True)
    factor = -scale if turn else scale
    other = frame.assign(x1=factor * frame["x1"] + shift, y=2.0 * frame["y"] - 7.0)
    other = other.sample(frac=1, random_state=seed)
    moved = fitted(other, "y", [["x0"], ["x2", "x1"]], errors=kind, diagnostics=True)
    one, two = plain.coefficient("x1"), moved.coefficient("x1")
    assert two.b * factor / 2 == pytest.approx(one.b, rel=1e-7, abs=1e-9)
    assert two.se * scale / 2 == pytest.approx(one.se, rel=1e-7)
    assert two.p == pytest.approx(one.p, rel=1e-6)
    assert two.beta == pytest.approx(-one.beta if turn else one.beta, rel=1e-7, abs=1e-9)
    assert (two.sr2, two.vif) == (pytest.approx(one.sr2, rel=1e-7, abs=1e-12), pytest.approx(one.vif, rel=1e-7))
    assert (moved.r2, moved.f, moved.p) == (
        pytest.approx(plain.r2, rel=1e-9),
        pytest.approx(plain.f, rel=1e-7),
        pytest.approx(plain.p, rel=1e-6),
    )
    assert moved.blocks[1].f_change == pytest.approx(plain.blocks[1].f_change, rel=1e-7)
    assert two.robustness_value == pytest.approx(one.robustness_value, rel=1e-7, abs=1e-12)
    assert (moved.r2_low, moved.r2_high) == pytest.approx((plain.r2_low, plain.r2_high), rel=1e-7, abs=1e-12)
    assert plain.diagnostics is not None
    assert moved.diagnostics is not None
    for name in ("bp_p", "reset_p", "shapiro_p", "max_cook", "max_leverage"):
        assert getattr(moved.diagnostics, name) == pytest.approx(getattr(plain.diagnostics, name), rel=1e-6, abs=1e-12)


def test_names_of_variables_do_not_matter() -> None:
    frame = sample()
    other = frame.rename(columns={"x0": "a b", "x1": "class", "y": "out[1]"})
    one = fitted(frame, "y", [["x0", "x1"]]).frame().drop(columns="term")
    two = fitted(other, "out[1]", [["a b", "class"]]).frame().drop(columns="term")
    pd.testing.assert_frame_equal(one, two)


def test_more_rows_than_a_tile_with_gaps_are_as_one_matrix() -> None:
    rng = np.random.default_rng(3)
    n = 2 * TILE + 777
    frame = pd.DataFrame(rng.standard_normal((n, 3)), columns=["a", "b", "c"])
    frame["y"] = frame["a"] - frame["b"] + rng.standard_normal(n)
    frame.loc[rng.random(n) < 0.2, "a"] = np.nan
    frame.loc[:TILE, "b"] = np.nan
    kept = frame.dropna().to_numpy()
    x = np.column_stack([np.ones(len(kept)), kept[:, :3]])
    inverse = np.linalg.inv(x.T @ x)
    b = inverse @ x.T @ kept[:, 3]
    free = (kept[:, 3] - x @ b) / (1 - np.einsum("ij,jk,ik->i", x, inverse, x))
    se = np.sqrt(np.diag(inverse @ (x.T * free**2) @ x @ inverse))
    found = fitted(frame, "y", [["a", "b", "c"]])
    assert (found.n, found.dropped) == (len(kept), n - len(kept))
    np.testing.assert_allclose(found.frame()[["b", "se"]], np.column_stack([b, se]), rtol=1e-9)


def test_a_category_is_against_the_first_choice_that_occurs_and_says_what_is_left_out() -> None:
    frame = sample()
    levels = ["none", "male", "female", "other"]
    frame["gender"] = pd.Categorical(["male", "female", "female"] * 20, categories=levels)
    found = fitted(frame, "y", [["x0", "gender"]])
    assert [row.term for row in found.coefficients] == [INTERCEPT, "x0", "gender[female]"]
    assert found.references == {"gender": "male"}
    assert "none, other" in found.notes[0]


def test_infinite_values_and_missing_clusters_count_as_missing() -> None:
    frame = sample()
    frame.loc[3, "x0"] = -np.inf
    frame.loc[5, "group"] = None
    found = fitted(frame, "y", [["x0"]], errors={"cluster": "group"})
    assert (found.n, found.dropped, found.n_clusters, found.df) == (58, 2, 10, 9)


KINDS_OF_COLUMN = ("plain", "constant", "zero", "empty", "gaps", "infinite", "tiny", "huge", "far", "copy", "binary",
                   "whole", "true", "text", "rare", "one_text", "nullable")  # fmt: skip


def column_of(kind: str, n: int, rng: np.random.Generator) -> pd.Series:
    """Columns that go wrong in every way that we could think of."""
    x = rng.standard_normal(n)
    made: dict[str, Any] = {
        "plain": x, "constant": np.full(n, 0.1), "zero": np.zeros(n), "empty": np.full(n, np.nan), "tiny": x * 1e-60,
        "gaps": np.where(rng.random(n) < 0.3, np.nan, x), "infinite": np.where(rng.random(n) < 0.1, np.inf, x),
        "huge": x * 1e60, "far": x + 1e9, "copy": np.arange(n) * 1.0, "binary": (x > 0) * 1.0,
        "whole": rng.integers(0, 5, n), "true": x > 0, "text": rng.choice(["b", "a", "c"], n),
        "rare": np.where(np.arange(n) == 0, "only", "rest"), "one_text": np.full(n, "same"),
        "nullable": pd.array([None if v < -1 else round(v) for v in x], dtype="Int64"),
    }  # fmt: skip
    return pd.Series(made[kind])


@settings(max_examples=300, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(KINDS_OF_COLUMN), min_size=1, max_size=4),
    outcome=st.sampled_from(KINDS_OF_COLUMN),
    n=st.integers(0, 30),
    seed=st.integers(0, 1000),
    errors=st.sampled_from(["classical", "HC3", "cluster", "cr2"]),
)
@pytest.mark.filterwarnings("error")
def test_whatever_the_columns_it_is_a_result_or_a_reason(
    kinds: list[str], outcome: str, n: int, seed: int, errors: str
) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({f"{kind}{i}": column_of(kind, n, rng) for i, kind in enumerate(kinds)})
    frame["y"] = column_of(outcome, n, rng)
    frame["team"] = [f"t{i // 4}" for i in range(n)]
    kind: Any = {errors: "team"} if errors in ("cluster", "cr2") else errors
    found = regression(frame, "y", [[name] for name in frame.columns[:-2]], kind, diagnostics=True)
    if isinstance(found, NotApplicable):
        assert found.reason
    else:
        assert all(np.isfinite(number.value) for number in found.numbers()), found.frame()
        assert all(0 <= number.value <= 1 for number in found.numbers() if number.statistic in ("p", "r2", "p_change"))


def test_more_coefficients_than_clusters_have_no_joint_test() -> None:
    frame = sample(30, 5)
    found = fitted(frame, "y", [["x0"], ["x1", "x2", "x3", "x4"]], errors={"cluster": "group"})
    names = {(n.term, n.statistic) for n in found.numbers()}
    assert ("", "f") not in names
    assert ("block1", "f_change") in names
    assert any("No joint F test" in note for note in found.notes)


def test_where_scores_cancel_out_there_is_no_error_and_a_note() -> None:
    """Two clusters, and a 0/1 predictor whose ones lie in one of them: its residuals add up to zero there."""
    frame = pd.DataFrame({"x": [1.0, 1, 1, 0, 0, 0], "y": [1.0, 4, 2, 3, 3, 9], "team": list("aaabbb")})
    found = fitted(frame, "y", [["x"]], errors={"cluster": "team"})
    assert np.isnan(found.coefficient("x").se)
    assert ("x", "b") in {(n.term, n.statistic) for n in found.numbers()}
    assert ("x", "se") not in {(n.term, n.statistic) for n in found.numbers()}
    assert any("No error can be had for (intercept), x" in note for note in found.notes)


def test_results_are_frozen_tidy_and_complete() -> None:
    found = fitted(sample(), "y", [["x0"], ["x1"]])
    with pytest.raises(AttributeError):
        found.r2 = 1.0  # type: ignore[misc]
    assert list(found.frame().columns) == ["term", "b", "se", "t", "p", "ci_low", "ci_high", "beta", "sr2", "vif",
                                           "robustness_value"]  # fmt: skip
    assert found.block_frame()["r2"].tolist() == pytest.approx([b.r2 for b in found.blocks])
    assert found.blocks[-1].r2 == pytest.approx(found.r2)
    assert "HC3" in found.method
    keys = [(n.target, n.term, n.statistic) for n in found.numbers()]
    assert len(keys) == len(set(keys))
    with pytest.raises(KeyError):
        found.coefficient("nobody")


def test_what_cannot_be_done_says_why() -> None:
    frame = sample()
    frame["constant"] = 0.1
    frame["sum"] = frame["x0"] + frame["x1"]
    frame["double"] = 3 * frame["x2"] - 4
    frame["text"] = "one"
    frame["alone"] = ["a"] + ["b", "c"] * 29 + ["b"]
    frame["exact"] = 2 * frame["x0"] - frame["x1"]
    frame["empty"] = np.nan
    assert "constant" in reason(frame, "y", [["x0", "constant"]])
    assert "outcome" in reason(frame, "constant", [["x0"]])
    assert "sum is collinear: it is an exact combination of x0 and x1" in reason(frame, "y", [["x0", "x1", "sum"]])
    assert "double is collinear: it is an exact combination of x2" in reason(frame, "y", [["x2"], ["double"]])
    assert "only one occurs" in reason(frame, "y", [["text"]])
    assert "leverage of 1" in reason(frame.assign(alone=["a"] + ["b"] * 59), "y", [["x0", "alone"]])
    assert "exactly" in reason(frame, "exact", [["x0", "x1"]])
    assert "too few cases: no complete cases" in reason(frame, "y", [["empty"]])
    assert "too few cases: 4" in reason(frame.head(4), "y", [["x0", "x1", "x2"]])
    assert "two clusters" in reason(frame.assign(group="g"), "y", [["x0"]], errors={"cluster": "group"})
    assert "no variable nobody" in reason(frame, "y", [["nobody"]])
    assert "both the outcome" in reason(frame, "y", [["y"]])
    assert "more than once" in reason(frame, "y", [["x0"], ["x0"]])
    assert "no predictor" in reason(frame, "y", [])
    assert "no predictors" in reason(frame, "y", [["x0"], []])
    assert "categories" in reason(frame, "text", [["x0"]])


def test_the_case_that_decides_alone_is_named_by_its_category() -> None:
    frame = sample(30)
    frame["role"] = ["lead"] + ["other"] * 29
    assert "the only one with role[other]" not in reason(frame, "y", [["x0", "role"]])
    frame["role"] = ["other"] * 29 + ["unique"]
    assert "the only one with role[unique]" in reason(frame, "y", [["x0", "role"]])
    assert isinstance(regression(frame, "y", [["x0", "role"]], errors="classical"), Regression)


@pytest.mark.parametrize("errors", ["hc3", "cr2", {"cr3": "group"}, {}])
def test_errors_that_do_not_exist_are_refused(errors: Any) -> None:
    with pytest.raises(ValueError, match="classical"):
        regression(sample(), "y", [["x0"]], errors=errors)


@pytest.mark.parametrize("level", [0.0, 1.0, 95])
def test_a_level_outside_of_0_and_1_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="level"):
        regression(sample(), "y", [["x0"]], level=level)


RUNS = 10_000
BAND = 3.29 * (0.05 * 0.95 / RUNS) ** 0.5
"""Half the width of the 99.9 % binomial band of a share of .05 in so many runs: .0072."""


def rates(errors: str, spread: float, n: int, runs: int = RUNS) -> tuple[float, float]:
    """Shares of rejections of a true null, and of intervals that miss the truth; seed fixed beforehand."""
    rng = np.random.default_rng(20160930)
    rejected = missed = 0
    for _ in range(runs):
        x = rng.standard_normal((n, 2))
        y = 0.3 * x[:, 0] + rng.standard_normal(n) * np.exp(spread * x[:, 1])
        table = fitted(pd.DataFrame(np.column_stack([x, y]), columns=["a", "b", "y"]), "y", [["a", "b"]], errors=errors)
        rejected += table.coefficient("b").p < 0.05
        missed += not table.coefficient("a").ci_low < 0.3 < table.coefficient("a").ci_high
    return rejected / runs, missed / runs


@pytest.mark.parametrize(("errors", "spread", "n"), [("classical", 0.0, 12), ("HC3", 0.3, 150)])
def test_errors_keep_their_level_and_coverage(errors: str, spread: float, n: int) -> None:
    """Classical errors with equal variances are exact at any n; HC3 holds where the variance grows with x."""
    rejected, missed = rates(errors, spread, n)
    assert abs(rejected - 0.05) < BAND
    assert abs(missed - 0.05) < BAND


def test_classical_errors_fail_where_hc3_holds() -> None:
    """So the test above can fail: at 1,000 runs the band is .023 wide to either side."""
    assert rates("classical", 0.5, 150, 1000)[0] > 0.05 + 0.023


def test_cr2_of_clusters_of_one_is_hc2_and_a_cluster_that_decides_alone_is_left_out() -> None:
    import statsmodels.api as sm

    frame = sample(40).assign(one=[f"p{i}" for i in range(40)])
    found = fitted(frame, "y", [["x0", "x1"]], errors={"cr2": "one"})
    expected = sm.OLS(frame["y"], sm.add_constant(frame[["x0", "x1"]])).fit(cov_type="HC2", use_t=True)
    np.testing.assert_allclose(found.covariance, expected.cov_params(), rtol=1e-9)
    alone = frame.assign(role=["lead"] * 6 + ["other"] * 34)
    assert fitted(alone, "y", [["x0", "role"]], errors={"cr2": "group"}).coefficient("x0").se > 0


def test_pooled_cr2_of_sets_that_agree_is_that_of_any() -> None:
    from analysis.missing.pooled import pooled_regression

    frame = sample()
    one = fitted(frame, "y", [["x0"], ["x1"]], errors={"cr2": "group"})
    pooled = pooled_regression([frame, frame.copy(), frame.copy()], "y", [["x0"], ["x1"]], {"cr2": "group"})
    assert isinstance(pooled, Regression)
    for a, b in zip(one.coefficients, pooled.coefficients, strict=True):
        assert (b.b, b.se, b.p, b.df) == pytest.approx((a.b, a.se, a.p, a.df))
        assert b.robustness_value == pytest.approx(a.robustness_value, nan_ok=True)
    b, v = np.array([row.b for row in one.coefficients[1:]]), one.covariance[1:, 1:]
    assert pooled.f == pytest.approx(b @ np.linalg.solve(v, b) / 2)
    assert pooled.df2 == pytest.approx(min(row.df for row in one.coefficients[1:]))


def test_the_interval_of_r2_is_there_for_very_many_cases() -> None:
    """Far tails of the noncentral F with a large λ are nothing to scipy; the interval must still shrink by √n."""
    from analysis.regression.diagnostics import r2_interval

    widths = []
    for n in (10_000, 100_000, 1_000_000):
        low, high = r2_interval(0.138, 1, n, 0.95)
        assert low < 0.138 < high
        widths.append(high - low)
    assert widths[0] / widths[1] == pytest.approx(10**0.5, rel=0.01)
    assert widths[1] / widths[2] == pytest.approx(10**0.5, rel=0.01)
