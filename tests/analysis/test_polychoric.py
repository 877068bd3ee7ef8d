"""Polychoric correlations and the bivariate normal distribution under them, against R and against known tables."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.polychoric import MOST, bivariate_normal_cdf, categories, polychoric, polychoric_tables
from tests.support.reference import cases, data


@pytest.mark.oracle
def test_the_bivariate_normal_is_that_of_mvtnorm() -> None:
    wanted = cases("correlation", "bvn")[0].numbers
    assert len(wanted) == 46
    points = np.array([[float(x) for x in target.split()] for target, _, _ in wanted])
    found = bivariate_normal_cdf(*points.T)
    np.testing.assert_allclose(found, list(wanted.values()), atol=2e-15)


@pytest.mark.oracle
@pytest.mark.parametrize("case", [c for c in cases("correlation") if "polychoric" in c.case], ids=str)
def test_polychor_itself_agrees_within_its_own_precision(case) -> None:
    """``polychor(ML = FALSE)`` stops its search at about 1e-4; the refined values are held in test_correlation."""
    frame = data(case.input)[case.options["items"]]
    if case.options["missing"] == "listwise":
        frame = frame.dropna()
    found, names = polychoric(frame.to_numpy()), list(frame.columns)
    count = 0
    for (pair, _, statistic), value in case.numbers.items():
        i, j = (names.index(name) for name in pair.split("~"))
        if statistic == "polychor":
            assert found.r[i, j] == pytest.approx(value, abs=1e-4)
            count += 1
        if statistic == "polychor_se":
            assert found.se[i, j] == pytest.approx(value, rel=1e-3)
            count += 1
    assert count == 30


def test_a_table_of_halves_has_the_tetrachoric_of_sheppard() -> None:
    """With both cuts at zero P(both below) = 1/4 + asin(r) / (2 pi), so r = sin(2 pi (p - 1/4)) (Sheppard 1899)."""
    shares = np.array([0.05, 0.2, 0.25, 0.3, 0.45])
    tables = np.array([[[p, 0.5 - p], [0.5 - p, p]] for p in shares]) * 1000
    r, se, edge = polychoric_tables(tables)
    np.testing.assert_allclose(r, np.sin(2 * np.pi * (shares - 0.25)), atol=1e-12)
    assert not edge.any()
    assert (se > 0).all()


def test_expected_tables_give_back_their_correlation() -> None:
    inner = np.array([-np.inf, -1.2, -0.1, 0.9, np.inf])
    cuts = np.clip(inner, -40, 40)
    for rho in (-0.98, -0.5, 0.0, 0.3, 0.9, 0.99):
        corners = bivariate_normal_cdf(cuts[:, None], cuts[None, :], np.array(rho))
        table = np.diff(np.diff(corners, axis=0), axis=1)
        r, _, _ = polychoric_tables(1e4 * np.maximum(table, 0)[None])
        assert r[0] == pytest.approx(rho, abs=1e-7)


def test_empty_cells_end_at_the_bound_and_say_so() -> None:
    tables = np.array(
        [[[10.0, 0], [0, 10]], [[0, 10], [10, 0]], [[10, 5], [5, 10]], [[10, 5], [0, 0]], [[1, 7], [0, 1]]]
    )
    r, se, edge = polychoric_tables(tables)
    assert r[[0, 1]].tolist() == [MOST, -MOST]
    assert edge.tolist() == [True, True, False, False, True]
    assert np.isnan(r[3])
    assert np.isnan(se[[0, 1, 3, 4]]).all()


def test_empty_rows_and_columns_change_nothing() -> None:
    small = np.array([[[10.0, 5, 1], [4, 9, 6]]])
    wide = np.zeros((1, 5, 5))
    wide[0, 1, [0, 2, 3]], wide[0, 4, [0, 2, 3]] = small[0]
    for a, b in zip(polychoric_tables(small), polychoric_tables(wide), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12)


@settings(deadline=None, max_examples=30)
@given(seed=st.integers(0, 2**32 - 1), categories_=st.integers(2, 7))
def test_labels_order_and_direction(seed: int, categories_: int) -> None:
    rng = np.random.default_rng(seed)
    common = rng.normal(size=(150, 1))
    rows = np.clip(np.round(1.2 * (common + rng.normal(size=(150, 3)))), -3, 3)
    rows = np.clip(rows, None, categories_ - 4)
    rows[rng.random(rows.shape) < 0.05] = np.nan
    first = polychoric(rows)
    np.testing.assert_allclose(polychoric(np.exp(rows) * 7).r, first.r, atol=1e-10)
    order = rng.permutation(len(rows))
    np.testing.assert_allclose(polychoric(rows[order]).r, first.r, atol=1e-10)
    np.testing.assert_allclose(polychoric(rows[:, ::-1]).r, first.r[::-1, ::-1], atol=1e-9)
    turned = polychoric(rows * [1, -1, 1])
    np.testing.assert_allclose(turned.r[0], first.r[0] * [1, -1, 1], atol=1e-9)
    assert (first.r == first.r.T).all()


def test_missing_cells_leave_out_their_pairs_only() -> None:
    frame = data("ordinal")[["q1", "q2", "q3"]]
    found = polychoric(frame.to_numpy())
    two = polychoric(frame[["q1", "q3"]].dropna().to_numpy())
    assert found.r[0, 2] == two.r[0, 1]
    assert found.n[0, 2] == len(frame[["q1", "q3"]].dropna())
    assert categories(frame.to_numpy()) == [5, 5, 5]
