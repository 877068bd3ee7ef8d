"""The bootstrap: exact draws, the same numbers for any number of workers, and the intervals of R's boot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from threadpoolctl import ThreadpoolController

from analysis import resample
from analysis.errors import AnalysisError
from analysis.moments import Moments, moments, weighted_moments
from analysis.reliability import alpha_of, reliability
from analysis.resample import bca, jackknife, percentile, resample_moments, resample_sums, studentised, sums_by_group
from tests.support.proof import compared
from tests.support.reference import cases, data, document

ITEMS = [f"q{i}" for i in range(1, 7)]


@pytest.fixture(scope="module")
def rows() -> np.ndarray:
    return np.random.default_rng(3).normal(size=(90, 3)) + 5


@pytest.mark.parametrize("workers", [2, 3, 7])
def test_workers_never_change_a_bit(rows: np.ndarray, workers: int) -> None:
    one = resample_sums(rows, 1100, 42)
    assert one.shape == (1100, 3)
    assert one.tobytes() == resample_sums(rows, 1100, 42, workers=workers).tobytes()


def test_blas_has_one_thread_while_anybody_resamples() -> None:
    controller = ThreadpoolController()
    before = {one.num_threads for one in controller.lib_controllers}
    with resample.one_thread():
        with resample.one_thread():
            pass
        assert {one.num_threads for one in controller.lib_controllers} == {1}
    assert {one.num_threads for one in controller.lib_controllers} == before


def test_more_resamples_begin_with_the_same_ones(rows: np.ndarray) -> None:
    assert resample_sums(rows, 1000, 1)[:600].tobytes() != resample_sums(rows, 1000, 2)[:600].tobytes()
    np.testing.assert_allclose(resample_sums(rows, 1000, 1)[:600], resample_sums(rows, 600, 1), rtol=1e-12)


def test_columns_made_on_the_fly_give_the_same_numbers(rows: np.ndarray) -> None:
    many = np.tile(rows, (200, 1))
    whole = resample_sums(many, 260, 9)
    by_tile = resample_sums(lambda tile: many[tile], 260, 9, rows=len(many))
    assert by_tile.tobytes() == whole.tobytes()


def test_whole_groups_are_drawn() -> None:
    groups = np.repeat(["b", "a", "c"], [3, 1, 2])
    columns = np.column_stack([np.ones(6), groups == "a", groups == "b", groups == "c"]).astype(float)
    assert sums_by_group(columns, groups)[:, 0].tolist() == [1.0, 3.0, 2.0]
    sums = resample_sums(columns, 500, 4, groups=groups)
    times = sums[:, 1:] / [1, 3, 2]
    assert (times == times.round()).all()
    assert (times.sum(axis=1) == 3).all()
    assert len(np.unique(sums[:, 0])) > 3


def test_resampled_moments_are_those_of_counted_rows(rows: np.ndarray) -> None:
    def statistic(m: Moments) -> np.ndarray:
        return np.column_stack([m.n, m.mean[:, 0], m.cov[:, 0, 1]])

    found = resample_moments(rows, statistic, 300, 8)
    counts = resample_sums(np.eye(len(rows)), 300, 8)
    wanted = weighted_moments(rows, counts)
    np.testing.assert_allclose(found.values, statistic(wanted), rtol=1e-10)
    np.testing.assert_allclose(found.estimate, [90, rows[:, 0].mean(), np.cov(rows.T)[0, 1]], rtol=1e-12)
    np.testing.assert_allclose(found.left_out[5, 2], np.cov(np.delete(rows, 5, axis=0).T)[0, 1], rtol=1e-10)
    assert found.left_out.shape == (90, 3)


def test_resampled_moments_of_groups_leave_out_missing_rows(rows: np.ndarray) -> None:
    holed = rows.copy()
    holed[4, 1] = np.nan
    groups = np.arange(len(rows)) % 9

    def variance(m: Moments) -> np.ndarray:
        return m.cov[:, 0, :1]

    found = resample_moments(holed, variance, 260, 8, groups=groups, workers=2)
    keep = np.arange(len(rows)) != 4
    assert found.left_out.shape == (9, 1)
    np.testing.assert_allclose(found.left_out[2, 0], rows[keep & (groups != 2), 0].var(ddof=1), rtol=1e-10)
    low, high = found.interval(0, method="bca").low, found.interval(0, method="bca").high
    assert low < found.estimate[0] < high
    with pytest.raises(AnalysisError, match="percentile"):
        found.interval(0, method="normal")


def test_jackknife_leaves_out_each_row_or_group(rows: np.ndarray) -> None:
    def mean(sums: np.ndarray) -> np.ndarray:
        return sums[:, 1] / sums[:, 0]

    columns = np.column_stack([np.ones(len(rows)), rows[:, 0]])
    left_out = jackknife(columns, mean)
    np.testing.assert_allclose(left_out[7], np.delete(rows[:, 0], 7).mean(), rtol=1e-12)
    groups = np.arange(len(rows)) // 30
    np.testing.assert_allclose(jackknife(columns, mean, groups=groups)[1], rows[groups != 1, 0].mean(), rtol=1e-12)
    by_tile = jackknife(lambda tile: columns[tile], mean, rows=len(rows))
    assert by_tile.tobytes() == left_out.tobytes()


@pytest.mark.oracle
def test_intervals_of_given_replicates_are_those_of_boot() -> None:
    given = document("resample")
    values, left_out = np.array(given["values"]), np.array(given["left_out"])
    wanted = cases("resample", "given")[0].numbers
    assert len(wanted) == 18

    def error(alpha: np.ndarray) -> np.ndarray:
        return (1 - alpha) * np.sqrt(2 * 6 / (5 * (len(left_out) - 1)))

    for (level, side, method), value in wanted.items():
        confidence = float(level)
        if method == "percentile":
            found = percentile(values, confidence)
        elif method == "bca":
            found = bca(values, given["estimate"], left_out, confidence)
        else:
            whole = given["estimate"]
            found = studentised(values, error(values), whole, float(error(whole)), confidence)
        assert getattr(found, side) == pytest.approx(value, rel=1e-10)
        assert (found.method, found.level, found.resamples, found.failed) == (method, confidence, 999, 0)


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("resample", "bounds"), ids=str)
@pytest.mark.parametrize("method", ["percentile", "bca"])
def test_bounds_of_alpha_lie_within_monte_carlo_error_of_boot(case, method: str) -> None:
    """R ran boot.ci 40 times with 5,000 resamples: its mean bound, and the sd of a single run, are committed.

    Our run of 5,000 has the same error, so the difference has variance sd^2 (1 + 1/40); the band is 3.5 of its roots.
    """
    frame = data("ordinal").dropna()
    groups = frame["team"] if case.case == "whole teams" else None
    found = reliability(
        frame[ITEMS], scale="s", resamples=5000, seed=20160930, interval=method, groups=groups, ordinal=False
    )
    for side, ours in (("low", found.alpha_boot_low), ("high", found.alpha_boot_high)):
        wanted, sd = (case.numbers["alpha", "", f"{method}_{side}{end}"] for end in ("", "_sd"))
        errors = abs(ours - wanted) / (sd * np.sqrt(1 + 1 / 40))
        compared("reliability", f"alpha_boot_{side}", "ordinal", errors, 3.5, by="Monte-Carlo errors")


@pytest.mark.oracle
def test_our_jackknife_is_that_of_boot() -> None:
    frame = data("ordinal")[ITEMS].dropna().to_numpy()
    found = resample_moments(frame, lambda m: alpha_of(m.cov)[:, None], 10, 1)
    np.testing.assert_allclose(found.left_out[:, 0], document("resample")["left_out"], rtol=1e-10)
    assert found.estimate[0] == pytest.approx(document("resample")["estimate"], rel=1e-12)


def test_failed_resamples_are_counted_and_left_out() -> None:
    values = np.concatenate([np.linspace(0, 1, 999), [np.nan, np.inf, -np.inf]])
    found = percentile(values)
    assert (found.failed, found.resamples) == (3, 1002)
    assert found.low == pytest.approx(percentile(values[:999]).low)
    assert bca(values, 0.5, np.array([0.1, 0.5, 0.7])).failed == 3


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: bca(np.ones(9), 0.0, np.arange(3.0)), "one side"),
        (lambda: bca(np.arange(9.0), 4.0, np.ones(3)), "no case has any influence"),
        (lambda: bca(np.full(9, np.nan), 4.0, np.arange(3.0)), "no resample"),
        (lambda: bca(np.arange(9.0), 4.0, np.array([1.0, np.nan])), "left out"),
        (lambda: percentile(np.full(9, np.nan)), "No resample"),
        (lambda: percentile(np.arange(9.0)), "more resamples"),
        (lambda: studentised(np.arange(9.0), np.zeros(9), 4.0, 1.0), "No resample"),
        (lambda: studentised(np.arange(999.0), np.ones(999), 5.0, np.nan), "not finite"),
    ],
)
def test_what_has_no_interval_says_why(make: Callable[[], resample.Interval], said: str) -> None:
    assert said in make().note


def test_mistakes_are_named(rows: np.ndarray) -> None:
    with pytest.raises(AnalysisError, match="1 or more"):
        resample_sums(rows, 0, 1)
    with pytest.raises(AnalysisError, match="no row"):
        resample_sums(rows[:0], 10, 1)
    with pytest.raises(AnalysisError, match="no complete row"):
        resample_moments(np.full((3, 2), np.nan), lambda m: m.mean, 10, 1)
    with pytest.raises(AnalysisError, match="group labels"):
        sums_by_group(rows, [1, 2])
    with pytest.raises(AnalysisError, match="as an array"):
        resample_sums(lambda tile: rows[tile], 10, 1, rows=90, groups=np.arange(90))
    with pytest.raises(AnalysisError, match="as an array"):
        jackknife(lambda tile: rows[tile], lambda sums: sums[:, 0], rows=90, groups=np.arange(90))
    with pytest.raises(AnalysisError, match="leave out"):
        jackknife(rows[:0], lambda sums: sums[:, 0])


def test_moments_of_resamples_do_not_depend_on_where_zero_is(rows: np.ndarray) -> None:
    near = resample_moments(rows, lambda m: m.cov[:, 0, :2], 250, 1)
    far = resample_moments(rows + 1e6, lambda m: m.cov[:, 0, :2], 250, 1)
    np.testing.assert_allclose(near.values, far.values, rtol=1e-7, atol=1e-9)
    assert moments(rows).names == ("x1", "x2", "x3")
