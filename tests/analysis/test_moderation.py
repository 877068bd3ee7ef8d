"""Moderation held to R and to PROCESS as PyProcessMacro computes it, and to what must not matter."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.moderation import Moderation, moderation, pooled_moderation
from analysis.moderation.region import Line, roots
from analysis.regression import Regression, regression
from analysis.result import NotApplicable
from analysis.scoring import score
from survey.dataset.read import read_data
from survey.instrument.load import shipped
from tests.analysis.test_regression import column_of
from tests.support import proof
from tests.support.reference import FOLDER, Case, cases, data, differences, document

CASES = [*cases("moderation"), *cases("moderation_cr2")]
PROCESS = [one for one in document("process")["cases"] if one["model"] <= 3]


@cache
def study() -> pd.DataFrame:
    """The simulated study's scores, of everyone; categories as text, as R has them."""
    frame = score(read_data(FOLDER / "study.csv", shipped("two-supports")), {}).frame
    return frame.assign(**{name: frame[name].astype(object) for name in ("gender", "team")})


def case_data(case: Case) -> pd.DataFrame:
    return study() if case.input == "study" else data(case.input)


def fitted(frame: pd.DataFrame, outcome: str, x: str, w: list[str], *more: Any, **options: Any) -> Moderation:
    found = moderation(frame, outcome, x, w, *more, **options)
    assert isinstance(found, Moderation), found
    return found


def reason(frame: pd.DataFrame, outcome: str, x: str, w: list[str], *more: Any, **options: Any) -> str:
    found = moderation(frame, outcome, x, w, *more, **options)
    assert isinstance(found, NotApplicable), found
    assert found.target == outcome
    return found.reason


def sample(n: int = 80, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((n, 4)), columns=["x", "w", "z", "c"])
    frame["y"] = 0.4 * frame["x"] + 0.2 * frame["w"] - 0.4 * frame["x"] * frame["w"] + rng.standard_normal(n)
    frame["two"] = (frame["z"] > 0) * 1.0
    frame["kind"] = pd.Categorical(rng.choice(["b", "a", "c"], n), categories=["b", "a", "c"])
    frame["team"] = [f"t{i // 8}" for i in range(n)]
    return frame


@pytest.mark.oracle
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_number_is_r_s(case: Case) -> None:
    o = case.options
    found = fitted(
        case_data(case), o["outcome"], o["predictor"], o["moderators"], o["covariates"], errors=o["errors"],
        three_way=o["three_way"], probe=o["probe"], level=o["level"],
    )  # fmt: skip
    assert not differences(found.numbers(), case.numbers, 1e-6, of=case)


@pytest.mark.oracle
@pytest.mark.parametrize("case", PROCESS, ids=lambda c: c["case"])
def test_process_agrees(case: dict[str, Any]) -> None:
    """Every coefficient, conditional effect and Johnson–Neyman bound of PyProcessMacro 2.2."""
    frame = data(case["data"]).rename(columns={"W1": "V1"})
    x, w = case["x"], case["moderators"]
    found = fitted(
        frame, case["y"], x, w, case["covariates"], errors=case["errors"], three_way=case["model"] == 3,
        probe=case["probe"],
    )  # fmt: skip
    ours = {(n.term, n.statistic): n.value for n in found.numbers()}
    shift = {x: found.centres[x], **{name: found.centres[name] for name in w}}
    for row in case["outcome"]:
        term = row["term"].replace("*", ":").replace("Cons", "(intercept)")
        for name, value in row.items():
            if name != "term":
                off = proof.relative(ours[term, name], value, 1e-3)
                proof.compared("moderation", name, f"{case['data']} (PROCESS)", off, 1e-6)
    assert len(case["direct"]) == len(found.slopes)
    for slope in found.slopes:
        at = [value - shift[name] for name, value in zip(w, slope.at, strict=True)]
        (row,) = [r for r in case["direct"] if np.allclose([r["at"][name] for name in w], at, atol=1e-9)]
        for name in ("slope", "se", "t", "p", "ci_low", "ci_high"):
            off = proof.relative(getattr(slope, name), row[name], 1e-3)
            proof.compared("moderation", name, f"{case['data']} (PROCESS)", off, 1e-6)
    if "region" in case:
        bounds = [bound - shift[w[0]] for region in found.regions for bound in region.bounds]
        np.testing.assert_allclose(bounds, case["region"], rtol=1e-4, atol=1e-6)


def test_bounds_are_where_the_interval_of_the_slope_meets_zero() -> None:
    """Refit with the moderator moved to each bound: the interval of the slope ends at zero there."""
    frame = sample(300, 3)
    for errors in ("classical", "HC3", {"cluster": "team"}, {"cr2": "team"}, {"cr2": "few"}):
        frame["few"] = frame["team"].str.slice(1).astype(int) % 6
        found = fitted(frame, "y", "x", ["w"], ["c"], errors=errors)
        (region,) = found.regions
        assert region.bounds
        for bound in region.bounds:
            moved = frame.assign(w=frame["w"] - bound)
            moved["xw"] = moved["x"] * moved["w"]
            again = regression(moved, "y", [["x", "w", "xw", "c"]], errors)
            assert isinstance(again, Regression)
            row = again.coefficient("x")
            assert min(abs(row.ci_low), abs(row.ci_high)) == pytest.approx(0, abs=1e-10)
        assert sum(segment.share for segment in region.segments) == pytest.approx(1)
        for before, after in zip(region.segments, region.segments[1:], strict=False):
            assert before.significant is not after.significant
            assert before.high == after.low


def test_slopes_are_those_of_a_model_moved_to_each_level() -> None:
    frame = sample()
    found = fitted(frame, "y", "x", ["w", "z"], ["c"], three_way=True, probe="percentiles")
    for slope in found.slopes:
        moved = frame.assign(w=frame["w"] - slope.at[0], z=frame["z"] - slope.at[1])
        moved = moved.assign(xw=moved.x * moved.w, xz=moved.x * moved.z, wz=moved.w * moved.z)
        moved["xwz"] = moved.x * moved.w * moved.z
        again = regression(moved, "y", [["x", "w", "z", "xw", "xz", "wz", "xwz", "c"]])
        assert isinstance(again, Regression)
        row = again.coefficient("x")
        np.testing.assert_allclose((slope.slope, slope.se, slope.p), (row.b, row.se, row.p), rtol=1e-9)


def test_slopes_of_categories_are_those_of_each_category_alone() -> None:
    """With no covariate, a model with all products is as many models as there are categories."""
    frame = sample(120)
    found = fitted(frame, "y", "x", ["kind"], errors="classical")
    assert [slope.term for slope in found.slopes] == ["kind=b", "kind=a", "kind=c"]
    assert found.regions == ()
    for slope in found.slopes:
        part = frame[frame["kind"] == slope.term[-1]]
        assert slope.slope == pytest.approx(np.polyfit(part["x"], part["y"], 1)[0], rel=1e-9)
        assert np.isnan(slope.at[0])
    assert found.interaction == ("x:kind[a]", "x:kind[c]")
    assert [test.term for test in found.tests(None)] == ["x:kind[a]", "x:kind[c]"]
    assert [test.term for test in found.tests(["x:kind"])] == ["x:kind[a]", "x:kind[c]"]


def test_a_moderator_with_two_values_is_named_and_probed_at_both() -> None:
    frame = sample()
    found = fitted(frame, "y", "x", ["two"])
    assert found.two_values == {"two": (0.0, 1.0)}
    assert [slope.term for slope in found.slopes] == ["two=0", "two=1"]
    assert found.regions == ()
    assert found.band is None
    assert any("two has two values, 0 and 1" in note for note in found.notes)
    for slope in found.slopes:
        part = frame[frame["two"] == slope.at[0]]
        assert slope.slope == pytest.approx(np.polyfit(part["x"], part["y"], 1)[0], rel=1e-9)
    assert [row.term for row in found.squares.coefficients if row.term.endswith("^2")] == ["x^2"]  # type: ignore[union-attr] # x is continuous


@settings(max_examples=20, deadline=None)
@given(
    scale=st.floats(0.05, 20), shift=st.floats(-100, 100), turn=st.booleans(), seed=st.integers(0, 1000),
    errors=st.sampled_from(["classical", "HC3", "cluster"]), three=st.booleans(),
)  # fmt: skip
def test_units_origin_and_order_do_not_matter(
    scale: float, shift: float, turn: bool, seed: int, errors: str, three: bool
) -> None:
    frame = sample(72, seed)
    kind: Any = {"cluster": "team"} if errors == "cluster" else errors
    w = ["w", "z"] if three else ["w"]
    plain = fitted(frame, "y", "x", w, ["c"], errors=kind, three_way=three)
    factor = -scale if turn else scale
    other = frame.assign(w=factor * frame["w"] + shift, y=3 * frame["y"] + 5, x=2 * frame["x"] - 4)
    moved = fitted(other.sample(frac=1, random_state=seed), "y", "x", w, ["c"], errors=kind, three_way=three)
    known = {slope.levels: slope for slope in moved.slopes}
    swap = {"low": "high", "high": "low", "mean": "mean"} if turn else {n: n for n in ("low", "mean", "high")}
    for slope in plain.slopes:
        again = known[(swap[slope.levels[0]], *slope.levels[1:])]
        assert again.slope == pytest.approx(slope.slope * 3 / 2, rel=1e-7, abs=1e-9)
        assert again.p == pytest.approx(slope.p, rel=1e-6)
        assert again.at[0] == pytest.approx(factor * slope.at[0] + shift, rel=1e-7, abs=1e-7)
        assert again.beta == pytest.approx(slope.beta, rel=1e-7, abs=1e-9)
    for one, two in zip(plain.changes, moved.changes, strict=True):
        assert two.r2_change == pytest.approx(one.r2_change, rel=1e-6, abs=1e-10)
        assert two.p_change == pytest.approx(one.p_change, rel=1e-5)
    row, there = plain.model.coefficient(plain.interaction[-1]), moved.model.coefficient(moved.interaction[-1])
    assert there.beta == pytest.approx(-row.beta if turn else row.beta, rel=1e-7, abs=1e-9)
    if not three:
        bounds = sorted(factor * bound + shift for bound in plain.regions[0].bounds)
        assert list(moved.regions[0].bounds) == pytest.approx(bounds, rel=1e-6, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(
    b=st.floats(-5, 5), c=st.floats(-5, 5), r=st.floats(-0.95, 0.95), s=st.floats(0.01, 3), t=st.floats(0.01, 3),
    critical=st.floats(1.5, 4),
)  # fmt: skip
def test_roots_solve_their_equation(b: float, c: float, r: float, s: float, t: float, critical: float) -> None:
    line = Line(b, c, s * s, r * s * t, t * t)
    for m in roots(line, critical):
        if np.isfinite(m) and abs(m) < 1e6:
            left = (b + c * m) ** 2
            right = critical**2 * (s * s + 2 * m * r * s * t + m * m * t * t)
            assert left == pytest.approx(right, rel=1e-6, abs=1e-9)


COLUMNS = ("plain", "constant", "empty", "gaps", "infinite", "tiny", "huge", "far", "copy", "two", "text", "rare")


@settings(max_examples=60, deadline=None)
@given(
    kinds=st.lists(st.sampled_from(COLUMNS), min_size=3, max_size=4), n=st.integers(0, 40), seed=st.integers(0, 500),
    errors=st.sampled_from(["classical", "HC3", "cluster"]), three=st.booleans(),
)  # fmt: skip
@pytest.mark.filterwarnings("error")
def test_whatever_the_columns_it_is_a_result_or_a_reason(
    kinds: list[str], n: int, seed: int, errors: str, three: bool
) -> None:
    rng = np.random.default_rng(seed)
    names = {"two": "binary"}
    frame = pd.DataFrame({f"v{i}": column_of(names.get(k, k), n, rng) for i, k in enumerate(kinds)})
    frame["y"] = rng.standard_normal(n)
    frame["team"] = [f"t{i // 4}" for i in range(n)]
    kind: Any = {"cluster": "team"} if errors == "cluster" else errors
    w = list(frame.columns[1:-2])
    found = moderation(frame, "y", "v0", w[:2] if three else w[:1], errors=kind, three_way=three)
    if isinstance(found, NotApplicable):
        assert found.reason
    else:
        assert all(np.isfinite(number.value) for number in found.numbers())
        keys = [(number.target, number.term, number.statistic) for number in found.numbers()]
        assert len(keys) == len(set(keys))


def test_what_cannot_be_done_says_why() -> None:
    frame = sample().assign(flat=1.0, sum=lambda d: d["x"] + d["w"], empty=np.nan)
    assert "flat is constant" in reason(frame, "y", "x", ["flat"])
    assert "no complete case" in reason(frame, "y", "x", ["empty"])
    assert "collinear" in reason(frame, "y", "x", ["w"], ["sum"])
    assert "categories" in reason(frame, "y", "kind", ["w"])
    assert "more than one role" in reason(frame, "y", "x", ["x"])
    assert "no variable nobody" in reason(frame, "y", "x", ["nobody"])
    assert "two moderators" in reason(frame, "y", "x", ["w"], three_way=True)
    assert "one or two moderators" in reason(frame, "y", "x", ["w", "z", "c"])
    assert "too few cases" in reason(frame.head(4), "y", "x", ["w"])


def test_rows_with_gaps_are_left_out_before_anything_is_centred() -> None:
    frame = sample()
    gaps = frame.copy()
    gaps.loc[:9, "c"] = np.nan
    found, known = fitted(gaps, "y", "x", ["w"], ["c"]), fitted(frame.loc[10:], "y", "x", ["w"], ["c"])
    assert (found.model.n, found.model.dropped) == (70, 10)
    assert found.centres == known.centres
    assert found.numbers() == known.numbers()


def test_the_same_data_imputed_twice_are_the_data_themselves() -> None:
    frame = sample()
    whole = fitted(frame, "y", "x", ["w"], ["c"])
    pooled = pooled_moderation([frame, frame, frame], "y", "x", ["w"], ["c"])
    assert isinstance(pooled, Moderation)
    ours = {(n.term, n.statistic): n.value for n in pooled.numbers()}
    for number in whole.numbers():
        assert ours[number.term, number.statistic] == pytest.approx(number.value, rel=1e-8), number
    assert all(slope.fmi == 0 for slope in pooled.slopes)


def test_slopes_with_cr2_errors_keep_their_own_degrees_of_freedom_when_pooled() -> None:
    frame = sample()
    for three in (False, True):
        moderators = ["w", "z"] if three else ["w"]
        whole = fitted(frame, "y", "x", moderators, errors={"cr2": "team"}, three_way=three)
        pooled = pooled_moderation([frame, frame], "y", "x", moderators, errors={"cr2": "team"}, three_way=three)
        assert isinstance(pooled, Moderation)
        assert len({slope.df for slope in whole.slopes}) == len(whole.slopes)
        assert [s.df for s in pooled.slopes] == pytest.approx([s.df for s in whole.slopes])
        assert [s.p for s in pooled.slopes] == pytest.approx([s.p for s in whole.slopes])
        assert whole.changes[0].p_change == pytest.approx(whole.model.blocks[-1].p_change)


def test_pooled_slopes_are_rubin_s_of_the_slopes_of_each_set() -> None:
    """Centres of all sets together, so that a slope at a level is at one value of the moderator in all sets."""
    rng = np.random.default_rng(5)
    frame = sample(100)
    sets = [frame.assign(w=frame["w"] + 0.3 * rng.standard_normal(100)) for _ in range(6)]
    pooled = pooled_moderation(sets, "y", "x", ["w"])
    assert isinstance(pooled, Moderation)
    for slope in pooled.slopes:
        each = []
        for one in sets:
            moved = one.assign(w=one["w"] - slope.at[0])
            moved["xw"] = moved["x"] * moved["w"]
            again = regression(moved, "y", [["x", "w", "xw"]])
            assert isinstance(again, Regression)
            each.append((again.coefficient("x").b, again.coefficient("x").se))
        b, se = np.array(each).T
        total = np.mean(se**2) + (1 + 1 / 6) * b.var(ddof=1)
        np.testing.assert_allclose((slope.slope, slope.se), (b.mean(), np.sqrt(total)), rtol=1e-9)
        assert slope.df < 96
        assert 0 < slope.fmi < 1
    assert {n.statistic for n in pooled.numbers() if n.term == "low"} >= {"df", "riv", "fmi"}


def test_tests_of_claims_name_products_coefficients_and_slopes() -> None:
    found = fitted(sample(), "y", "x", ["w"], ["c"])
    (product,) = found.tests(None)
    assert (product.term, product.symbol, product.target) == ("x:w", "β", "y")
    assert product.p == found.model.coefficient("x:w").p
    assert [test.term for test in found.tests(["low", "c", "x:w"])] == ["c", "x:w", "low"]
    low = found.tests(["low"])[0]
    assert (low.estimate, low.p) == (found.slopes[0].beta, found.slopes[0].p)
    table = found.slope_frame()
    assert table["term"].tolist() == ["low", "mean", "high"]
    assert table["slope"].tolist() == [slope.slope for slope in found.slopes]
    assert found.frame()["term"].tolist() == ["(intercept)", "c", "x", "w", "x:w"]
    assert replace(found, notes=()).level == 0.95


def test_pictures_pass_through_what_the_model_says() -> None:
    frame = sample()
    found = fitted(frame, "y", "x", ["w"], ["c", "kind"])
    middle = found.lines[1]
    assert middle.y[-1] - middle.y[0] == pytest.approx(found.slopes[1].slope * (middle.x[-1] - middle.x[0]))
    assert all(low < y < high for low, y, high in zip(middle.low, middle.y, middle.high, strict=True))
    at = float(np.interp(frame["x"].mean(), middle.x, middle.y))
    product = found.model.coefficient("x:w").b * float(np.cov(frame["x"], frame["w"], ddof=0)[0, 1])
    assert at == pytest.approx(frame["y"].mean() - product, abs=1e-9)
    assert found.band is not None
    assert (found.band.least, found.band.most) == (frame["w"].min(), frame["w"].max())
    for slope in found.slopes:
        assert found.band.at(slope.at[0]) == pytest.approx((slope.slope, slope.ci_low, slope.ci_high), rel=1e-9)
    for bound in found.regions[0].bounds:
        assert min(abs(end) for end in found.band.at(bound)[1:]) == pytest.approx(0, abs=1e-9)
