"""Moments: against R, additive over parts, and the same whether rows are counted or repeated."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.moments import (
    Moments,
    as_matrix,
    moments,
    moments_from_correlation,
    pairwise_correlation,
    pairwise_moments,
    to_correlation,
    weighted_moments,
)
from analysis.result import Number
from tests.support.reference import cases, data, differences

ITEMS = [f"q{i}" for i in range(1, 7)]


def numbers_of(m: Moments, correlation: np.ndarray | None) -> list[Number]:
    found = [Number(name, "", "mean", float(m.mean[i])) for i, name in enumerate(m.names)]
    for i, a in enumerate(m.names):
        for j, b in enumerate(m.names):
            found.append(Number(a, b, "cov", float(m.cov[i, j])))
            if correlation is not None:
                found.append(Number(a, b, "cor", float(correlation[i, j])))
    return found


@pytest.mark.oracle
def test_pairwise_moments_are_those_of_r() -> None:
    wanted = cases("correlation", "moments")[0].numbers
    frame = data("ordinal")[ITEMS]
    found = pairwise_moments(frame)
    assert differences(numbers_of(found, pairwise_correlation(frame.to_numpy())), wanted, 1e-12) == []
    assert found.n == 300
    assert found.pairs is not None
    assert found.pairs[0, 1] == frame[["q1", "q2"]].notna().all(axis=1).sum()


@pytest.mark.oracle
def test_counted_moments_are_those_of_r() -> None:
    wanted = cases("correlation", "moments")[1].numbers
    frame = data("ordinal")[ITEMS].dropna()
    counts = np.resize([0, 1, 2, 5], len(frame))
    found = weighted_moments(frame, counts)
    ours = [Number("", "", "n", float(found.n)), *numbers_of(found, None)]
    assert differences(ours, wanted, 1e-12) == []


def test_listwise_is_numpys_covariance_of_the_complete_rows() -> None:
    frame = data("ordinal")[ITEMS]
    found, whole = moments(frame), frame.dropna().to_numpy()
    assert found.n == len(whole) == 261
    np.testing.assert_allclose(found.mean, whole.mean(axis=0), rtol=1e-13)
    np.testing.assert_allclose(found.cov, np.cov(whole.T), rtol=1e-12)
    np.testing.assert_allclose(found.correlation, np.corrcoef(whole.T), rtol=1e-12)
    np.testing.assert_allclose(found.sd, whole.std(axis=0, ddof=1), rtol=1e-13)


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 2**32 - 1),
    sizes=st.lists(st.integers(0, 40), min_size=1, max_size=6),
    shift=st.sampled_from([0.0, 1.0, 1e6]),
)
def test_parts_add_up_to_the_whole(seed: int, sizes: list[int], shift: float) -> None:
    rows = np.random.default_rng(seed).normal(size=(sum(sizes), 3)) + shift
    parts = [moments(part) for part in np.split(rows, np.cumsum(sizes)[:-1])]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    whole = moments(rows)
    assert total.n == whole.n
    np.testing.assert_allclose(total.mean, whole.mean, rtol=1e-12)
    np.testing.assert_allclose(total.cov, whole.cov, rtol=1e-12, atol=1e-12 * max(shift, 1.0))


def test_a_batch_adds_up_like_its_members() -> None:
    rng = np.random.default_rng(5)
    rows, counts = rng.normal(size=(30, 2)), rng.integers(0, 3, size=(4, 30))
    batch = weighted_moments(rows, counts)
    both = batch + batch
    for one, two, each in zip(batch.cov, both.cov, counts, strict=True):
        np.testing.assert_allclose(one, np.cov(np.repeat(rows, each, axis=0).T), rtol=1e-12)
        np.testing.assert_allclose(two, np.cov(np.repeat(rows, 2 * each, axis=0).T), rtol=1e-12)


def test_a_constant_column_has_exactly_no_variance() -> None:
    rows = np.column_stack([np.full(7, 0.1), np.arange(7.0)])
    for found in (moments(rows), pairwise_moments(rows), weighted_moments(rows, np.ones(7))):
        assert found.cov[0].tolist() == [0.0, 0.0]
        assert found.mean[0] == 0.1
        assert found.constant == ("x1",)
        assert np.isnan(found.correlation[0]).all()
        assert found.correlation[1, 1] == 1.0
    # constant in a resample only: rows 2 and 3 are alike in the first column
    lucky = weighted_moments(np.array([[1.1, 0.0], [3.3, 1.0], [3.3, 5.0]]), np.array([[0, 2, 1], [1, 1, 1]]))
    assert lucky.cov[0, 0].tolist() == [0.0, 0.0]
    assert lucky.cov[1, 0, 0] > 0


def test_few_rows_have_no_covariance_but_still_add_up() -> None:
    rows = np.array([[1.0, 2.0], [4.0, 3.0]])
    assert np.isnan(moments(rows[:1]).cov).all()
    assert np.isnan(moments(rows[:0]).mean).all()
    np.testing.assert_allclose((moments(rows[:1]) + moments(rows[1:])).cov, np.cov(rows.T))
    np.testing.assert_allclose((moments(rows[:0]) + moments(rows)).cov, np.cov(rows.T))
    np.testing.assert_allclose((moments(rows) + moments(rows[:0])).mean, rows.mean(axis=0))


def test_a_published_correlation_matrix_becomes_moments() -> None:
    found = moments_from_correlation([[1, 0.5], [0.5, 1]], 100, [2.0, 3.0], ["a", "b"])
    assert found.cov.tolist() == [[4.0, 3.0], [3.0, 9.0]]
    assert found.mean.tolist() == [0.0, 0.0]
    assert found.take(["b", "a"]).cov.tolist() == [[9.0, 3.0], [3.0, 4.0]]
    assert found.batch().cov.shape == (1, 2, 2)
    for r, sd in (([[1, 0.5], [0.4, 1]], [1, 1]), ([[1, 1.5], [1.5, 1]], [1, 1]), ([[1, 0], [0, 1]], [1, -1])):
        with pytest.raises(AnalysisError):
            moments_from_correlation(r, 10, sd, ["a", "b"])
    with pytest.raises(AnalysisError, match="2 names"):
        moments_from_correlation(np.eye(3), 10, np.ones(3), ["a", "b"])


def test_what_cannot_be_used_is_refused_with_a_reason() -> None:
    with pytest.raises(AnalysisError, match="'b'"):
        as_matrix(pd.DataFrame({"a": [1.0], "b": ["x"]}))
    with pytest.raises(AnalysisError, match="two dimensions"):
        as_matrix(np.ones(3))
    with pytest.raises(AnalysisError, match="3 rows but 2"):
        weighted_moments(np.ones((3, 1)), [1, 1])
    with pytest.raises(AnalysisError, match="missing"):
        weighted_moments(np.full((2, 1), np.nan), [1, 1])
    with pytest.raises(AnalysisError, match="counts"):
        weighted_moments(np.ones((2, 1)), [1, -1])
    with pytest.raises(AnalysisError, match="do not add up"):
        pairwise_moments(np.eye(3)) + pairwise_moments(np.eye(3))
    with pytest.raises(AnalysisError, match="different columns"):
        moments(np.eye(3)) + moments(np.eye(3), ["a", "b", "c"])
    with pytest.raises(AnalysisError, match="need mean"):
        Moments(np.array(3.0), np.zeros(2), np.zeros((3, 3)), ("a", "b"))


def test_a_perfect_correlation_stays_within_one() -> None:
    x = np.array([0.1, 0.2, 0.3, 0.7])
    assert np.abs(to_correlation(np.cov(np.column_stack([x, 3 * x, -x]).T))).max() == 1.0
