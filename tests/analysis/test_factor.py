"""Exploratory factors: every number against R, what cannot be had and why, and what must change nothing."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.factor import Factor, factor, factor_of_moments
from analysis.factor.extract import degrees_of_freedom, extract
from analysis.factor.number import average_partials, parallel_analysis
from analysis.factor.rotate import Rotation, arranged, explained, oblimin, varimax
from analysis.moments import moments, moments_from_correlation
from analysis.names import KINDS
from analysis.result import NotApplicable, Result
from tests.support.proof import compared
from tests.support.reference import SHARED, Case, cases, data, differences

ITERATIVE = ("loading", "communality", "factor_r", "variance_share")
CHANCE = ("parallel_simulated", "parallel_percentile")


def done(items: pd.DataFrame, n_factors: int | None = None, **options: object) -> Factor:
    found = factor(items, n_factors, **options)  # type: ignore[arg-type] # options come from a file
    assert isinstance(found, Factor)
    return found


@pytest.fixture(scope="module")
def nine() -> pd.DataFrame:
    return data("tests")


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("factor"), ids=str)
def test_every_number_is_that_of_r(case: Case) -> None:
    if case.input == "bfi" and not SHARED.exists():
        pytest.skip("needs the shared data")
    options = dict(case.options)
    found = done(data(case.input)[options.pop("items")], seed=20160930, **options)
    apart = (*CHANCE, *(f"{name}_sd" for name in CHANCE), "loading_psych")
    numbers = [number for number in found.numbers() if number.statistic not in CHANCE]
    wanted = {key: value for key, value in case.numbers.items() if key[2] not in apart}
    of = None if case.input == "bfi" else case
    # R's optimise() finds the place of a maximum to about the root of the machine's precision, and no better
    closed = 1e-6 if case.options["correlation"] == "polychoric" else 1e-9
    fitted = {key: value for key, value in wanted.items() if key[2] in ITERATIVE}
    rest = {key: value for key, value in wanted.items() if key[2] not in ITERATIVE}
    assert differences([n for n in numbers if n.statistic not in ITERATIVE], rest, closed, of=of) == []
    # GPArotation goes on to a gradient of 1e-8 where rounding lets it; a loading near zero is as uncertain as any other
    assert differences([n for n in numbers if n.statistic in ITERATIVE], fitted, 1e-6, around=1.0, of=of) == []
    for key, value in case.numbers.items():
        if key[2] == "loading_psych":  # psych itself stops a little before the minimum
            ours = next(n.value for n in found.numbers() if (n.target, n.term, n.statistic) == (*key[:2], "loading"))
            assert ours == pytest.approx(value, abs=2e-3)
    for key, value in case.numbers.items():
        if key[2] in CHANCE:
            # 40 runs of 1,000 draws in R against one of ours: its error is that of one run, and a little more
            ours = next(n.value for n in found.numbers() if (n.target, n.term, n.statistic) == key)
            error = case.numbers[key[0], key[1], f"{key[2]}_sd"] * np.sqrt(1 + 1 / 40)
            compared("factor", key[2], case.input, abs(ours - value) / error, 4.5, by="Monte-Carlo errors")


def test_a_result_names_its_numbers_as_the_list_of_kinds_does(nine: pd.DataFrame) -> None:
    found = done(nine, 3)
    assert isinstance(found, Result)
    numbers = found.numbers()
    assert {number.statistic for number in numbers} == set(KINDS["factor"])
    assert len({(n.target, n.term, n.statistic) for n in numbers}) == len(numbers)
    frame = found.frame()
    assert frame.columns.tolist() == ["item", "F1", "F2", "F3", "communality", "kmo"]
    assert frame.loc[3, "F1"] == found.loadings[3][0]
    ranks = found.parallel_frame()
    assert ranks.columns.tolist() == ["rank", "observed", "simulated", "percentile"]
    assert ranks["observed"].sum() == pytest.approx(9)
    assert sum(found.variance) * 9 == pytest.approx(sum(found.communality))
    with pytest.raises(FrozenInstanceError):
        found.n = 3  # type: ignore[misc] # that is the point


def test_the_number_of_factors_is_that_of_the_parallel_analysis_where_none_is_given(nine: pd.DataFrame) -> None:
    found = done(nine)
    assert (found.n_factors, len(found.factors)) == (2, 2)
    assert found.loadings == done(nine, 2).loadings
    assert any("were left out because an answer was missing" in note for note in found.notes)


def test_moments_of_a_published_table_give_the_same(nine: pd.DataFrame) -> None:
    m = moments(nine)
    from_table = moments_from_correlation(m.correlation, float(m.n), m.sd, m.names, m.mean)
    one, two = done(nine, 3, seed=4), factor_of_moments(from_table, 3, seed=4)
    assert isinstance(two, Factor)
    for a, b in zip(one.numbers(), two.numbers(), strict=True):
        assert (a.target, a.term, a.statistic) == (b.target, b.term, b.statistic)
        assert b.value == pytest.approx(a.value, rel=1e-6, abs=1e-8)
    assert two.n_read == one.n
    for table, reason in (
        (moments_from_correlation(np.eye(2), 50, [1, 1], ["a", "b"]), "3 or more are needed"),
        (moments_from_correlation(np.eye(3), 3, [1, 1, 1], list("abc")), "need more than 3"),
        (moments_from_correlation(np.ones((3, 3)), 50, [1, 1, 1], list("abc")), "singular"),
        (moments_from_correlation(np.eye(3), 50, [1, 0, 1], list("abc")), "item b is constant"),
    ):
        refused = factor_of_moments(table)
        assert isinstance(refused, NotApplicable)
        assert reason in refused.reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda f: f.assign(visual=3.0), "item visual is constant"),
        (lambda f: f.assign(visual=3.0, cubes=1.0), "items visual, cubes are constant"),
        (lambda f: f.head(2), "2 cases with every answer needed"),
        (lambda f: f.head(0), "without any answer"),
        (lambda f: f.assign(cubes=np.nan), "item cubes without any answer"),
        (lambda f: f.assign(again=f["visual"] + f["cubes"]), "singular"),
        (lambda f: f.assign(visual="x"), "column 'visual' holds something that is not a number"),
        (lambda f: f[["visual", "cubes"]], "there are 2 items; 3 or more are needed"),
        (lambda f: f[["visual", "visual", "cubes"]], "named twice"),
    ],
)
def test_what_cannot_be_factored_says_why(change, reason: str, nine: pd.DataFrame) -> None:
    found = factor(change(nine.dropna()), 1)
    assert isinstance(found, NotApplicable)
    assert reason in found.reason


def test_correlations_that_cannot_be_had_say_why(nine: pd.DataFrame) -> None:
    wide = factor(nine, 1, correlation="polychoric")
    assert isinstance(wide, NotApplicable)
    assert "more than 20 values" in wide.reason
    rng = np.random.default_rng(3)
    binary = pd.DataFrame({"a": [0, 1] * 20, "b": [0, 1] * 20, "c": rng.integers(0, 2, 40)}).astype(float)
    empty = factor(binary, 1, correlation="polychoric")
    assert isinstance(empty, NotApplicable)
    assert "too empty" in empty.reason
    holed = pd.DataFrame(rng.normal(size=(40, 3)), columns=list("abc"))
    holed.loc[:19, "a"] = np.nan
    holed.loc[20:, "b"] = 1.0
    apart = factor(holed, 1, missing="pairwise")
    assert isinstance(apart, NotApplicable)
    assert "constant among the cases that answered both" in apart.reason
    clash = np.array([[1, 0.9, -0.9], [0.9, 1, 0.9], [-0.9, 0.9, 1]])
    not_definite = factor_of_moments(moments_from_correlation(clash, 50, [1, 1, 1], list("abc")))
    assert isinstance(not_definite, NotApplicable)
    assert "not positive definite" in not_definite.reason


def test_factors_that_cannot_be_had_leave_the_rest(nine: pd.DataFrame) -> None:
    many = done(nine, 6)
    assert "at most 5" in many.reason
    assert many.loadings == ()
    assert many.kmo > 0.5
    assert [n.statistic for n in many.numbers()][-1] == "not_applicable"
    assert many.frame()["communality"].isna().all()
    none = done(pd.DataFrame(np.random.default_rng(5).normal(size=(100, 5)), columns=list("abcde")))
    assert none.n_factors == 0
    assert "suggests none" in none.reason
    for options in ({"method": "pa"}, {"rotate": "promax"}, {"correlation": "phi"}, {"draws": 0}, {"n_factors": 0}):
        with pytest.raises(AnalysisError):
            factor(nine, **options)  # type: ignore[arg-type] # wrong on purpose


def test_heywood_cases_are_named() -> None:
    found = done(data("penguins")[["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"]], 1)
    assert found.heywood == ("flipper_length_mm",)
    assert any("Heywood case: nothing of item flipper_length_mm" in note for note in found.notes)


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_an_exact_model_is_found_exactly(method: str) -> None:
    pattern = np.zeros((9, 3))
    pattern[range(9), np.repeat(range(3), 3)] = [0.8, 0.7, 0.6, 0.9, 0.5, 0.7, 0.6, 0.8, 0.9]
    phi = np.array([[1, 0.4, 0.2], [0.4, 1, 0.3], [0.2, 0.3, 1]])
    r = pattern @ phi @ pattern.T
    np.fill_diagonal(r, 1.0)
    found = extract(r, 3, method)  # type: ignore[arg-type] # a text
    assert found.converged
    assert found.value < 1e-15
    rotated = arranged(oblimin(found.loadings))
    order = np.argsort(-explained(pattern, phi))
    np.testing.assert_allclose(rotated.loadings, pattern[:, order], atol=1e-7)
    np.testing.assert_allclose(rotated.factor_r, phi[np.ix_(order, order)], atol=1e-7)
    assert rotated.converged


def test_varimax_makes_its_criterion_as_large_as_can_be(nine: pd.DataFrame) -> None:
    loadings = extract(moments(nine).correlation, 3).loadings

    def criterion(pattern: np.ndarray) -> float:
        squares = (pattern / np.sqrt((pattern**2).sum(axis=1, keepdims=True))) ** 2
        return float(squares.var(axis=0).sum())

    best = criterion(varimax(loadings).loadings)
    rng = np.random.default_rng(1)
    for _ in range(300):
        assert criterion(loadings @ np.linalg.qr(rng.normal(size=(3, 3)))[0]) <= best + 1e-12


def test_a_rotation_that_found_a_better_start_says_so(monkeypatch: pytest.MonkeyPatch, nine: pd.DataFrame) -> None:
    monkeypatch.setattr(
        "analysis.factor.oblimin", lambda loadings: Rotation(loadings, np.eye(3), converged=False, better=True)
    )
    notes = " ".join(done(nine, 3).notes)
    assert "rotation did not converge" in notes
    assert "best of several starts" in notes


def test_degrees_of_freedom() -> None:
    assert [degrees_of_freedom(9, m) for m in (1, 3, 5, 6)] == [27, 12, 1, -3]
    assert degrees_of_freedom(25, 5) == 185


def test_parallel_analysis_is_that_of_drawn_cases() -> None:
    """Wishart draws against eigenvalues of cases drawn one by one, at few cases, where they would differ most."""
    n, k, runs = 12, 5, 4000
    rng = np.random.default_rng(7)
    slow = np.array([np.linalg.eigvalsh(np.corrcoef(rng.normal(size=(n, k)).T))[::-1] for _ in range(runs)])
    found = parallel_analysis(np.eye(k), n, runs, 3)
    error = slow.std(axis=0) * np.sqrt(2 / runs)
    assert np.abs((found.simulated - slow.mean(axis=0)) / error).max() < 4
    spread = np.array([np.quantile(part, 0.95, axis=0) for part in np.split(slow, 20)]).std(axis=0, ddof=1)
    assert np.abs((found.percentile - np.quantile(slow, 0.95, axis=0)) / spread).max() < 4 * np.sqrt(2 / 20)
    assert (found.draws, found.quantile) == (runs, 0.95)
    again = parallel_analysis(np.eye(k), n, runs, 3)
    assert again.simulated.tobytes() == found.simulated.tobytes()
    assert parallel_analysis(np.eye(k), n, runs, 4).simulated[0] != found.simulated[0]


def test_parallel_analysis_goes_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analysis.factor.number.CELLS", 100)
    found = parallel_analysis(np.eye(4), 30, 205, 1)
    assert found.simulated.sum() == pytest.approx(4)


def test_average_partials_of_a_component_that_leaves_nothing() -> None:
    r = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.5], [0.0, 0.5, 1.0]])
    found = average_partials(r)
    assert np.isfinite(found[0])
    assert np.isnan(found[1])


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([0.01, 3.0, 1000.0]),
    shift=st.sampled_from([-7.0, 0.0, 1e4]),
    method=st.sampled_from(["minres", "ml"]),
)
def test_what_must_change_nothing(seed: int, scale: float, shift: float, method: str) -> None:
    """Shifting, scaling, reordering and relabelling; a turned item turns its loadings."""
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(200, 2)).repeat(4, axis=1)
    items = pd.DataFrame(common + 0.8 * rng.normal(size=(200, 8)), columns=list("abcdefgh"))
    order = rng.permutation(8)
    first = done(items, 2, method=method, draws=20)
    moved = (items * scale + shift).assign(c=-items["c"]).iloc[rng.permutation(200), order]
    second = done(moved.set_axis([f"i{name}" for name in moved.columns], axis=1), 2, method=method, draws=20)
    sign = np.where(items.columns == "c", -1.0, 1.0)
    ours, theirs = np.array(first.loadings) * sign[:, None], np.empty((8, 2))
    theirs[order] = np.array(second.loadings)
    # the factors may change places where they explain nearly the same
    cross = np.abs(ours.T @ theirs)
    theirs = theirs if cross[0, 0] > cross[0, 1] else theirs[:, ::-1]
    np.testing.assert_allclose(theirs, ours, atol=1e-6)
    assert second.items == tuple(f"i{items.columns[i]}" for i in order)
    for name in ("kmo", "bartlett_chi2", "bartlett_p"):
        assert getattr(second, name) == pytest.approx(getattr(first, name), rel=1e-8)
    np.testing.assert_allclose(second.map, first.map, rtol=1e-7)
    np.testing.assert_allclose(abs(second.factor_r[0][1]), abs(first.factor_r[0][1]), atol=1e-6)
    np.testing.assert_allclose([rank.observed for rank in second.parallel], [r.observed for r in first.parallel])


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 2**32 - 1), n=st.integers(0, 14), k=st.integers(1, 6), kind=st.integers(0, 5))
def test_no_input_raises(seed: int, n: int, k: int, kind: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, 3, size=(n, k)).astype(float)
    if kind == 1:
        rows[:, 0] = 2.0
    if kind == 2 and k > 1:
        rows[:, 0] = rows[:, 1]
    if kind == 3:
        rows[rng.random(rows.shape) < 0.4] = np.nan
    if kind == 4:
        rows[:] = np.nan
    if kind == 5 and n:
        rows[0, 0] = np.inf
    frame = pd.DataFrame(rows, columns=[f"i{j}" for j in range(k)])
    for options in ({}, {"n_factors": 2, "method": "ml"}, {"missing": "pairwise"}, {"correlation": "polychoric"}):
        found = factor(frame, draws=5, **options)  # type: ignore[arg-type] # a mixed bag
        assert isinstance(found, Factor | NotApplicable)
        if isinstance(found, NotApplicable):
            assert found.reason
