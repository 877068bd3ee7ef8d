"""Polychoric correlations of ordered categories: two steps, all pairs at once, to machine precision."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.moments import Floats

MOST = 0.9999
"""The largest correlation that is looked for, as in ``polycor::polychor``."""
MOST_CATEGORIES = 20
"""More distinct values than this are no ordered categories but a number."""
FAR = 40.0
"""A threshold that stands for infinity: nothing of the normal distribution lies beyond it in double precision."""
TINY = 1e-15


@dataclass(frozen=True, eq=False)
class Polychoric:
    """Polychoric correlations of k columns.

    r: (k, k), 1 on the diagonal, NaN where a pair has fewer than two categories on a side. se: (k, k) with the
    thresholds taken as known. n: (k, k) cases of each pair. edge: (k, k), true where the likelihood rises up to the
    largest correlation that is looked for (.9999): the estimate is then a bound and has no standard error.
    """

    r: Floats
    se: Floats
    n: Floats
    edge: npt.NDArray[np.bool_]


def bivariate_normal_cdf(h: Floats, k: Floats, rho: Floats) -> Floats:
    """P(X < h, Y < k) of the standard bivariate normal with correlation rho; arrays broadcast.

    By Owen's T function (Owen 1956, eq. 2.1; scipy's follows Patefield & Tandy 2000), accurate to about 1e-16:
    Phi2 = (Phi(h) + Phi(k)) / 2 - T(h, (k - rho h) / (h s)) - T(k, (h - rho k) / (k s)) - d, s = sqrt(1 - rho^2),
    d = 1/2 where h and k have different signs, else 0.
    """
    h, k, rho = np.broadcast_arrays(h, k, rho)
    scale = np.sqrt((1 - rho) * (1 + rho))
    with np.errstate(divide="ignore", invalid="ignore"):
        first = np.where(h == 0, np.copysign(0.25, k), special.owens_t(h, (k - rho * h) / (h * scale)))
        second = np.where(k == 0, np.copysign(0.25, h), special.owens_t(k, (h - rho * k) / (k * scale)))
    opposite = (h * k < 0) | ((h * k == 0) & (h + k < 0))
    found = (special.ndtr(h) + special.ndtr(k)) / 2 - first - second - np.where(opposite, 0.5, 0.0)
    return np.where((h == 0) & (k == 0), 0.25 + np.arcsin(rho) / (2 * np.pi), found)


def bivariate_normal_density(h: Floats, k: Floats, rho: Floats) -> Floats:
    """Density of the standard bivariate normal, which is also the derivative of its distribution function in rho."""
    left = (1 - rho) * (1 + rho)
    return np.exp(-(h * h - 2 * rho * h * k + k * k) / (2 * left)) / (2 * np.pi * np.sqrt(left))


def _cells(corners: Floats) -> Floats:
    """Probabilities of cells (..., r, c) from the distribution function at their corners (..., r + 1, c + 1)."""
    return np.diff(np.diff(corners, axis=-1), axis=-2)


def _slopes(table: Floats, rows: Floats, columns: Floats, rho: Floats) -> tuple[Floats, Floats]:
    """First derivative of the log-likelihood in rho, and the expected information; one for each pair."""
    h, k, r = rows[:, :, None], columns[:, None, :], rho[:, None, None]
    p = np.maximum(_cells(bivariate_normal_cdf(h, k, r)), TINY)
    change = _cells(bivariate_normal_density(h, k, r)) / p
    total = table.sum(axis=(1, 2))
    return (table * change).sum(axis=(1, 2)), total * (p * change**2).sum(axis=(1, 2))


def _fit(table: Floats, rows: Floats, columns: Floats, rho: Floats) -> Floats:
    """Log-likelihood of each table at its correlation."""
    p = np.maximum(_cells(bivariate_normal_cdf(rows[:, :, None], columns[:, None, :], rho[:, None, None])), TINY)
    return (table * np.log(p)).sum(axis=(1, 2))


def _curvature(table: Floats, rows: Floats, columns: Floats, rho: Floats) -> Floats:
    """Observed information: minus the second derivative of the log-likelihood in rho."""
    h, k, r = rows[:, :, None], columns[:, None, :], rho[:, None, None]
    left = (1 - r) * (1 + r)
    p = np.maximum(_cells(bivariate_normal_cdf(h, k, r)), TINY)
    density = bivariate_normal_density(h, k, r)
    first = _cells(density) / p
    bend = (r * left + h * k * (1 + r * r) - r * (h * h + k * k)) / left**2
    return -(table * (_cells(density * bend) / p - first**2)).sum(axis=(1, 2))


def _thresholds(margin: Floats) -> Floats:
    """Normal quantiles of the cumulated shares of each margin (m, c), with 'infinity' at both ends: (m, c + 1)."""
    share = np.cumsum(margin, axis=1) / margin.sum(axis=1, keepdims=True)
    inner = np.clip(special.ndtri(np.clip(share[:, :-1], 0.0, 1.0)), -FAR, FAR)
    ends = np.full((len(margin), 1), FAR)
    return np.concatenate([-ends, inner, ends], axis=1)


def polychoric_tables(tables: Floats) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Polychoric correlation of each table of counts (m, r, c): correlations, standard errors, and whether at an edge.

    Two steps (Olsson 1979), as ``polycor::polychor(ML = FALSE)``: thresholds from the margins, then the correlation
    that makes the table likeliest, here the root of the derivative of the log-likelihood by safeguarded Fisher scoring
    to 1e-12 (R's own search stops at about 1e-4). The standard error is from the observed information in rho alone, as
    ``polychor(std.err = TRUE, ML = FALSE)`` has it. Empty rows and columns do no harm. NaN where a margin has a single
    category.
    """
    margin_rows, margin_columns = tables.sum(axis=2), tables.sum(axis=1)
    able = ((margin_rows > 0).sum(axis=1) > 1) & ((margin_columns > 0).sum(axis=1) > 1)
    r, se = np.full(len(tables), np.nan), np.full(len(tables), np.nan)
    edge = np.zeros(len(tables), dtype=np.bool_)
    if not able.any():
        return r, se, edge
    table = tables[able]
    rows, columns = _thresholds(margin_rows[able]), _thresholds(margin_columns[able])
    found, at_edge = _solve(table, rows, columns)
    r[able], edge[able] = found, at_edge
    with np.errstate(divide="ignore", invalid="ignore"):
        se[able] = np.where(at_edge, np.nan, 1 / np.sqrt(_curvature(table, rows, columns, found)))
    return r, se, edge


def _solve(table: Floats, rows: Floats, columns: Floats) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """Roots of the likelihood's derivative: scoring steps within a bracket that shrinks, bisection where they leave."""
    low, high = np.full(len(table), -MOST), np.full(len(table), MOST)
    rho = np.zeros(len(table))
    open_ = np.arange(len(table))
    for _ in range(200):
        slope, information = _slopes(table[open_], rows[open_], columns[open_], rho[open_])
        rising = slope > 0
        low[open_] = np.where(rising, rho[open_], low[open_])
        high[open_] = np.where(rising, high[open_], rho[open_])
        with np.errstate(divide="ignore", invalid="ignore"):
            step = rho[open_] + slope / information
        inside = (step > low[open_]) & (step < high[open_])
        new = np.where(inside, step, (low[open_] + high[open_]) / 2)
        moved = np.abs(new - rho[open_])
        rho[open_] = new
        open_ = open_[moved > 1e-12]
        if not len(open_):
            break
    # where a cell is empty the likelihood may rise so little towards the bound that its slope is lost in rounding
    bound = np.where(rho < 0, -MOST, MOST)
    edge = _fit(table, rows, columns, bound) >= _fit(table, rows, columns, rho) - 1e-9
    return np.where(edge, np.copysign(MOST, rho), rho), edge


def _codes(matrix: Floats) -> tuple[npt.NDArray[np.intp], list[int]]:
    """Each column's values as ranks 0, 1, … of its distinct values; -1 where missing; and how many there are."""
    codes = np.full(matrix.shape, -1, dtype=np.intp)
    sizes = []
    for j, column in enumerate(matrix.T):
        answered = np.isfinite(column)
        values, code = np.unique(column[answered], return_inverse=True)
        codes[answered, j] = code.reshape(-1)
        sizes.append(len(values))
    return codes, sizes


def categories(matrix: Floats) -> list[int]:
    """Number of distinct values of each column (n, k), missing cells aside."""
    return [len(np.unique(column[np.isfinite(column)])) for column in matrix.T]


def polychoric(matrix: Floats) -> Polychoric:
    """Polychoric correlations of ordered categories (n, k); a missing cell leaves out its row for its pairs alone.

    Only the order of the values counts. Columns should have no more than ``MOST_CATEGORIES`` values: the caller sees
    to that.
    """
    k = matrix.shape[1]
    codes, sizes = _codes(matrix)
    widest = max(sizes, default=0)
    pairs = list(combinations(range(k), 2))
    tables = np.zeros((len(pairs), max(widest, 1), max(widest, 1)))
    for at, (i, j) in enumerate(pairs):
        both = (codes[:, i] >= 0) & (codes[:, j] >= 0)
        flat = codes[both, i] * widest + codes[both, j]
        tables[at] = np.bincount(flat, minlength=max(widest, 1) ** 2).reshape(tables.shape[1:])
    found, errors, at_edge = polychoric_tables(tables)
    r, se, n, edge = np.eye(k), np.zeros((k, k)), np.zeros((k, k)), np.zeros((k, k), dtype=np.bool_)
    for at, (i, j) in enumerate(pairs):
        r[i, j] = r[j, i] = found[at]
        se[i, j] = se[j, i] = errors[at]
        n[i, j] = n[j, i] = tables[at].sum()
        edge[i, j] = edge[j, i] = at_edge[at]
    n[range(k), range(k)] = np.isfinite(matrix).sum(axis=0)
    return Polychoric(r, se, n, edge)
