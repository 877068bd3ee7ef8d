"""EM moments: held to R, equal to plain moments where nothing is missing, and a reason where there is no maximum."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import UnsuitableError
from analysis.missing.em import Saturated, em_moments
from analysis.missing.patterns import patterns_of
from analysis.moments import moments
from analysis.result import Number
from tests.support.reference import SHARED, Case, cases, data, differences


def holed(seed: int, n: int = 60, k: int = 4, share: float = 0.2) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, k)) @ (np.eye(k) + 0.5) * [1.0, 10.0, 0.1, 3.0][:k] + 5.0
    rows[rng.random(rows.shape) < share] = np.nan
    return rows


def numbers_of(found: Saturated) -> list[Number]:
    names = found.moments.names
    numbers = [Number(name, "", "mean", float(found.moments.mean[i])) for i, name in enumerate(names)]
    numbers += [
        Number(a, b, "cov", float(found.covariance[i, j])) for i, a in enumerate(names) for j, b in enumerate(names)
    ]
    return [*numbers, Number("", "", "loglik", found.loglik), Number("", "", "n", float(found.moments.n))]


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("missing", "moments"), ids=str)
def test_moments_and_likelihood_are_those_of_r(case: Case) -> None:
    found = em_moments(data(case.input)[list(case.options["variables"])])
    assert differences(numbers_of(found), case.numbers, 1e-9) == []


@pytest.mark.oracle
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here")
def test_moments_of_airquality_are_those_of_r() -> None:
    folder = SHARED / "13_airquality_mcar"
    wanted = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    found = em_moments(pd.read_csv(folder / "data.csv"))
    np.testing.assert_allclose(found.moments.mean, wanted["em_mean"], rtol=1e-10)
    np.testing.assert_allclose(found.covariance, wanted["em_cov_ml"]["values"], rtol=1e-9)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1))
def test_without_gaps_they_are_the_plain_moments(seed: int) -> None:
    rows = holed(seed, share=0.0)
    found, plain = em_moments(rows), moments(rows)
    np.testing.assert_allclose(found.moments.mean, plain.mean, rtol=1e-12)
    np.testing.assert_allclose(found.moments.cov, plain.cov, rtol=1e-11, atol=1e-12)
    assert found.moments.n == plain.n


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_order_units_and_names_do_not_matter(seed: int) -> None:
    rows = holed(seed)
    rng = np.random.default_rng(seed)
    turn, swap = rng.permutation(len(rows)), rng.permutation(rows.shape[1])
    first = em_moments(rows)
    other = em_moments(rows[turn][:, swap] * 7.0 - 3.0)
    np.testing.assert_allclose(other.moments.mean, first.moments.mean[swap] * 7 - 3, rtol=1e-8)
    np.testing.assert_allclose(other.moments.cov, first.moments.cov[np.ix_(swap, swap)] * 49, rtol=1e-6, atol=1e-9)
    cells = np.isfinite(rows).sum()
    assert other.loglik == pytest.approx(first.loglik - cells * np.log(7.0), rel=1e-9)


def test_the_maximum_is_one() -> None:
    rows = holed(3)
    found = em_moments(rows)

    def loglik(mean: np.ndarray, cov: np.ndarray) -> float:
        total = 0.0
        for row in rows:
            o = np.isfinite(row)
            if o.any():
                d, s = (row - mean)[o], cov[np.ix_(o, o)]
                total -= 0.5 * (o.sum() * np.log(2 * np.pi) + np.linalg.slogdet(s)[1] + d @ np.linalg.solve(s, d))
        return total

    top = loglik(found.moments.mean, found.covariance)
    assert top == pytest.approx(found.loglik, rel=1e-12)
    rng = np.random.default_rng(0)
    for _ in range(20):
        nudge = rng.normal(size=4) * 1e-3 * found.moments.sd
        stretch = np.eye(4) + rng.normal(size=(4, 4)) * 1e-3
        assert loglik(found.moments.mean + nudge, found.covariance) < top
        assert loglik(found.moments.mean, stretch @ found.covariance @ stretch.T) < top


def test_rows_without_values_are_left_out() -> None:
    rows = holed(5)
    found = em_moments(np.vstack([rows, np.full((7, 4), np.nan)]))
    plain = em_moments(rows)
    assert found.moments.n == plain.moments.n
    assert found.patterns.empty == plain.patterns.empty + 7
    assert found.loglik == plain.loglik


def test_patterns_hold_the_moments_of_their_rows() -> None:
    rows = holed(8)
    found = patterns_of(rows)
    assert found.n + found.empty == len(rows)
    for p, observed in enumerate(found.observed):
        own = rows[found.member == p]
        assert found.count[p] == len(own)
        assert (np.isfinite(own) == observed).all()
        cells = own[:, observed]
        np.testing.assert_allclose(found.mean[p, observed], cells.mean(axis=0))
        np.testing.assert_allclose(found.cross[p][np.ix_(observed, observed)], np.cov(cells.T, ddof=0).reshape(
            observed.sum(), observed.sum()), atol=1e-12)  # fmt: skip
        assert (found.mean[p, ~observed] == 0).all()
        assert (found.cross[p, ~observed] == 0).all()
    assert (np.diff(found.observed.sum(axis=1)) <= 0).all()


def test_reasons_are_in_words() -> None:
    rows, whole = holed(1), holed(1, share=0.0)
    gone, flat, apart = rows.copy(), rows.copy(), rows.copy()
    gone[:, 1] = np.nan
    flat[:, 2] = np.where(np.isnan(flat[:, 2]), np.nan, 4.0)
    apart[::2, 0], apart[1::2, 3] = np.nan, np.nan
    summed = np.column_stack([rows, np.nan_to_num(rows[:, 0]) + np.nan_to_num(rows[:, 1])])
    summed[:, :2] = np.nan_to_num(summed[:, :2])
    for bad, said in [
        (gone, "no case has a value of x2"),
        (flat, "x3 is constant"),
        (apart, "no case has both x1 and x4"),
        (summed, "can be told exactly from others"),
        (whole[:4], "4 variables need more than 4 cases, and there are 4"),
        (rows[:, :0], "no variable is named"),
    ]:
        with pytest.raises(UnsuitableError, match=said):
            em_moments(bad)


def test_a_likelihood_without_a_maximum_is_no_result() -> None:
    frame = pd.DataFrame({"x": [1.0, np.nan, 3.0, np.nan, 2.5], "y": [2.0, 1.0, np.nan, 4.0, 3.0], "z": np.arange(5.0)})
    with pytest.raises(UnsuitableError, match="has no maximum"):
        em_moments(frame)
