"""Correlations: every number against R, corrected p values, perfect and impossible pairs, and invariances."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.adjust import adjust
from analysis.correlation import Correlation, correlation, r_test
from analysis.errors import AnalysisError
from analysis.names import CLAIM, KINDS, POOLED
from analysis.result import NotApplicable, Result
from tests.support.reference import Case, cases, data, differences, document

FEW = pd.DataFrame({"a": [1.0, 2, 7, 9], "b": [2.0, 1, 8, 7]})
SEARCHED = {"r": 1e-6, "ci_low": 1e-5, "ci_high": 1e-5, "p": 1e-4, "p_adjusted": 1e-4}
"""R's search and second difference are good to about 3e-8, whatever the size of r; a bound near 0, and a p of 1e-20,
magnify that."""


def done(frame: pd.DataFrame, *args: object, **options: object) -> Correlation:
    found = correlation(frame, *args, **options)  # type: ignore[arg-type] # options come from a file
    assert isinstance(found, Correlation)
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("correlation", "correlation"), ids=str)
def test_every_number_is_that_of_r(case: Case) -> None:
    options = dict(case.options)
    items = options.pop("items")
    options["reliability"] = options["reliability"] or None
    frame = FEW if case.input == "few" else data(case.input)
    if case.case.startswith("three"):
        frame = frame.head(3)
    found = done(frame[items], **options)
    wanted = {key: value for key, value in case.numbers.items() if not key[2].startswith("polychor")}
    looser = SEARCHED if options["method"] == "polychoric" else None
    assert differences(found.numbers(), wanted, 1e-10, looser, of=case) == []


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("correlation", "adjust"), ids=str)
def test_corrections_are_those_of_p_adjust(case: Case) -> None:
    given_ = [np.nan if p is None else p for p in document("correlation")["given"]]
    found = adjust(given_, case.case)
    np.testing.assert_allclose(found, list(case.numbers.values()), rtol=1e-12)


def test_partial_correlations_that_cannot_be_had_say_why() -> None:
    frame = data("ordinal")[["q1", "q2", "q3", "q4"]].dropna()
    same = done(frame.assign(z=frame["q1"] * 2 + 1), partial=["z"])
    assert same.variables == ("q1", "q2", "q3", "q4")
    assert [pair.reason for pair in same.pairs if "q1" in (pair.a, pair.b)] == [
        "what is held constant leaves nothing of one of them"
    ] * 3
    assert all(np.isfinite(pair.r) for pair in same.pairs if "q1" not in (pair.a, pair.b))
    flat = done(frame.assign(z=1.0), partial=["z"])
    assert "z, which is held constant, is constant already" in flat.notes[0]
    few = done(frame.head(4), partial=["q3", "q4"])
    assert "only 4 cases have both and all that is held constant" in few.pairs[0].reason
    twice = done(frame.assign(z=frame["q4"] * 3), partial=["q4", "z"])  # the second adds nothing but its degree
    once = done(frame, partial=["q4"])
    assert [pair.r for pair in twice.pairs] == pytest.approx([pair.r for pair in once.pairs], rel=1e-9)
    assert twice.partial == ("q4", "z")
    for options, reason in (
        ({"partial": ["none"]}, "no variable none"),
        ({"partial": ["q1", "q2", "q3"]}, "2 variables"),
    ):
        refused = correlation(frame, **options)  # type: ignore[arg-type] # a mixed bag
        assert isinstance(refused, NotApplicable)
        assert reason in refused.reason
    with pytest.raises(AnalysisError, match="cannot be partial"):
        correlation(frame, "polychoric", partial=["q1"])


def test_smallest_p_values_keep_their_precision() -> None:
    """The penguins' p values lie near 1e-100, where 1 - cdf would give 0."""
    found = done(data("penguins")[["flipper_length_mm", "body_mass_g"]])
    assert 0 < found.pairs[0].p < 1e-100


def test_a_result_names_its_numbers_as_the_list_of_kinds_does() -> None:
    frame = data("ordinal")[["q1", "q2", "q3"]]
    found = done(frame, "spearman", "holm", {"q1": 0.8, "q2": 0.7})
    assert isinstance(found, Result)
    assert {number.statistic for number in found.numbers()} == set(KINDS["correlation"]) - {*CLAIM, *POOLED}
    assert [pair.name for pair in found.pairs] == ["q1~q2", "q1~q3", "q2~q3"]
    assert found.pairs[1].r_disattenuated is None
    table = found.frame()
    assert table.columns.tolist() == ["a", "b", "r", "p", "ci_low", "ci_high", "n", "p_adjusted", "r_disattenuated"]
    assert "p_adjusted" not in done(frame).frame()
    matrix = found.matrix()
    assert matrix.loc["q3", "q1"] == matrix.loc["q1", "q3"] == found.pairs[1].r
    assert matrix.loc["q2", "q2"] == 1.0
    assert np.isnan(found.matrix("p").loc["q2", "q2"])
    assert [pair.name for pair in done(frame[["q3", "q1"]]).pairs] == ["q3~q1"]


@pytest.mark.parametrize("method", ["pearson", "spearman"])
def test_perfect_correlations(method: str) -> None:
    x = np.array([0.1, 0.2, 0.3, 0.7, 1.9])
    found = done(pd.DataFrame({"x": x, "y": 3 * x + 1, "z": -x}), method)
    for pair, sign in zip(found.pairs, (1, -1, -1), strict=True):
        assert pair.r == pytest.approx(sign, abs=1e-15)
        assert pair.p < 1e-10
        assert pair.ci_low == pytest.approx(sign, abs=1e-6)
        assert pair.ci_high == pytest.approx(sign, abs=1e-6)
        assert np.isfinite([pair.ci_low, pair.ci_high]).all()


def test_pairs_that_cannot_be_had_say_why() -> None:
    frame = pd.DataFrame(
        {"x": [1.0, 2, 3, 4], "flat": [5.0] * 4, "gap": [1.0, 2, np.nan, np.nan], "none": [np.nan] * 4}
    )
    for method in ("pearson", "spearman"):
        found = done(frame, method)
        assert np.isnan(found.pairs[0].r)
        assert found.pairs[1].n == 2
        assert np.isnan([found.pairs[1].r, found.pairs[1].p, found.pairs[2].r]).all()
        rows = [(number.statistic, number.value) for number in found.numbers() if number.target == "x~gap"]
        assert rows[0] == ("n", 2)
        assert rows[1][0] == "not_applicable"
        assert len(rows) == 2
        said = " ".join(found.notes)
        for part in (
            "x~flat is not applicable, because flat is constant",
            "x~gap",
            "only 2 cases have both",
            "x~none, flat~none, gap~none",
        ):
            assert part in said
    corrected = done(frame.assign(y=[2.0, 1, 4, 3]), adjust="holm")
    tested = [pair for pair in corrected.pairs if np.isfinite(pair.p)]
    assert [pair.p_adjusted for pair in tested] == [pair.p for pair in tested]  # one test is left: nothing to correct
    polychoric = done(
        frame.assign(many=np.arange(4.0)).loc[[0, 1, 2, 3] * 8].assign(wide=np.arange(32.0)), "polychoric"
    )
    assert any("more than 20 values" in note for note in polychoric.notes)
    assert any("flat is constant" in note for note in polychoric.notes)
    assert any("at its bound" in note for note in polychoric.notes)


def test_what_cannot_be_correlated_at_all() -> None:
    one = correlation(FEW[["a"]])
    twice = correlation(pd.DataFrame([[1.0, 2.0], [2.0, 3.0]], columns=["a", "a"]))
    words = correlation(FEW.assign(w="x"))
    for found, reason in ((one, "2 variables"), (twice, "named twice"), (words, "column 'w' holds")):
        assert isinstance(found, NotApplicable)
        assert reason in found.reason
    for options in ({"method": "kendall"}, {"adjust": "sidak"}, {"missing": "fiml"}):
        with pytest.raises(AnalysisError):
            correlation(FEW, **options)
    with pytest.raises(AnalysisError, match="sidak"):
        adjust([0.1], "sidak")


def test_disattenuation_names_what_is_odd() -> None:
    found = done(FEW, reliability={"a": 0.3, "b": 0.4})
    assert found.pairs[0].r_disattenuated == pytest.approx(found.pairs[0].r / np.sqrt(0.12))
    assert any("exceeds 1" in note for note in found.notes)
    below = done(FEW, reliability={"a": -0.3, "b": 0.4})
    assert np.isnan(below.pairs[0].r_disattenuated or 0.0)
    assert any("not positive" in note for note in below.notes)


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 2**32 - 1),
    method=st.sampled_from(["pearson", "spearman", "polychoric"]),
    scale=st.sampled_from([0.01, -3.0, 1e5]),
)
def test_invariances(seed: int, method: str, scale: float) -> None:
    rng = np.random.default_rng(seed)
    rows = np.clip(np.round(rng.normal(size=(60, 1)) + rng.normal(size=(60, 3))), -2, 2)
    rows[rng.random(rows.shape) < 0.05] = np.nan
    frame = pd.DataFrame(rows, columns=list("abc"))
    first = done(frame, method)
    moved = done(frame.assign(a=frame["a"] * scale + 5).iloc[rng.permutation(60)], method)
    sign = [np.sign(scale), np.sign(scale), 1.0]
    for one, two, s in zip(first.pairs, moved.pairs, sign, strict=True):
        assert two.n == one.n
        np.testing.assert_allclose(two.r, s * one.r, rtol=1e-9, atol=1e-9)
        bounds = (one.ci_low, one.ci_high) if s > 0 else (-one.ci_high, -one.ci_low)
        np.testing.assert_allclose([two.p, two.ci_low, two.ci_high], [one.p, *bounds], rtol=1e-7, atol=1e-8)


def test_listwise_drops_and_says_so() -> None:
    frame = data("ordinal")[["q1", "q2", "q3"]]
    found = done(frame, missing="listwise")
    assert {pair.n for pair in found.pairs} == {len(frame.dropna())}
    assert "left out (listwise)" in found.notes[0]
    whole = done(frame.dropna(), missing="listwise")
    assert whole.pairs == found.pairs
    assert whole.notes == ()


def test_type_one_error_and_coverage_of_r() -> None:
    """10,000 samples of 40, seed fixed beforehand: within the 99.9 % binomial band around the nominal rates."""
    rng = np.random.default_rng(20160930)
    runs, n, rho = 10_000, 40, 0.4
    band = 3.29 * np.sqrt(0.05 * 0.95 / runs)
    for true in (0.0, rho):
        x, e = rng.normal(size=(2, runs, n))
        y = true * x + np.sqrt(1 - true**2) * e
        x, y = x - x.mean(axis=1, keepdims=True), y - y.mean(axis=1, keepdims=True)
        r = (x * y).sum(axis=1) / np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
        p, low, high = r_test(r, np.full(runs, float(n)))
        if true == 0:
            assert abs(np.mean(p < 0.05) - 0.05) < band
        assert abs(np.mean((low <= true) & (true <= high)) - 0.95) < band
