"""Thresholds and polychoric correlations with their asymptotic covariance, which weighted least squares needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from analysis.moments import Floats
from analysis.polychoric import FAR, MOST_CATEGORIES, TINY, bivariate_normal_cdf, bivariate_normal_density, polychoric

TILE = 4096
"""Cases whose scores are held in memory at once."""
Codes = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Polychorics:
    """Thresholds and polychoric correlations r (k, k) of n cases, with the asymptotic covariance of both.

    thresholds: (t,), of normal variables with mean 0 and variance 1; item: (t,), whose each is. row, column: of each
    pair below the diagonal, row > column. whole: (t + pairs, t + pairs), the covariance of sqrt(n) times the
    thresholds and the correlations.
    """

    n: int
    r: Floats
    row: Codes
    column: Codes
    thresholds: Floats
    item: Codes
    whole: Floats

    @property
    def spread(self) -> Floats:
        """The covariance of sqrt(n) times the correlations alone, (pairs, pairs)."""
        first = len(self.item)
        return self.whole[first:, first:]


@dataclass(frozen=True, eq=False)
class _Item:
    """One item: codes 0, 1, … of its cases, thresholds with both ends, and each category's share."""

    codes: Codes
    cuts: Floats
    shares: Floats


def polychorics(matrix: Floats) -> Polychorics | str:
    """Thresholds, correlations and their covariance from complete rows (n, k); a reason in words where there are none.

    Two steps as in ``analysis.polychoric``. The covariance is B^-1 (sum of s s') B^-T of the stacked scores s of
    thresholds and correlations, B their derivatives by outer products (Muthen 1984), as lavaan has it.
    """
    n, k = matrix.shape
    items = [_item(column) for column in matrix.T]
    if any(len(item.shares) > MOST_CATEGORIES for item in items):
        return f"an item has more than {MOST_CATEGORIES} different values: it is a number and no ordered answer"
    if any(len(item.shares) < 2 for item in items):
        return "an item is constant"
    found = polychoric(matrix)
    if found.edge.any():
        return "a polychoric correlation lies at its bound: answers to one item nearly determine those to another"
    row, column = np.tril_indices(k, -1)
    first = np.concatenate([[0], np.cumsum([len(item.shares) - 1 for item in items])]).astype(np.intp)
    single = [_threshold_scores(item) for item in items]
    double = [_pair_scores(items[i], items[j], float(found.r[i, j])) for i, j in zip(row, column, strict=True)]
    size = int(first[-1])
    bread = np.zeros((size + len(row), size + len(row)))
    for j, item in enumerate(items):
        here = slice(first[j], first[j + 1])
        counts = item.shares * n
        bread[here, here] = (single[j].T * counts) @ single[j]
    for at, (i, j) in enumerate(zip(row.tolist(), column.tolist(), strict=True)):
        counts = _table(items[i], items[j])
        own, by_row, by_column = double[at]
        bread[size + at, size + at] = float(np.sum(counts * own**2))
        bread[size + at, first[i] : first[i + 1]] = np.einsum("ab,ab,abt->t", counts, own, by_row)
        bread[size + at, first[j] : first[j + 1]] = np.einsum("ab,ab,abt->t", counts, own, by_column)
    meat = np.zeros_like(bread)
    for begin in range(0, n, TILE):
        part = slice(begin, begin + TILE)
        scores = [table[item.codes[part]] for table, item in zip(single, items, strict=True)]
        scores += [
            double[at][0][items[i].codes[part], items[j].codes[part]][:, None]
            for at, (i, j) in enumerate(zip(row, column, strict=True))
        ]
        together = np.hstack(scores)
        meat += together.T @ together
    inverse = np.linalg.inv(bread)
    cuts = np.concatenate([item.cuts[1:-1] for item in items])
    whose = np.repeat(np.arange(k), np.diff(first))
    return Polychorics(n, found.r, row, column, cuts, whose, n * inverse @ meat @ inverse.T)


def _item(answers: Floats) -> _Item:
    values, codes = np.unique(answers, return_inverse=True)
    shares = np.bincount(codes.reshape(-1), minlength=len(values)) / len(answers)
    inner = special.ndtri(np.cumsum(shares)[:-1])
    return _Item(codes.reshape(-1), np.concatenate([[-FAR], inner, [FAR]]), shares)


def _table(one: _Item, two: _Item) -> Floats:
    """Counts of both answers together."""
    width = len(two.shares)
    flat = np.bincount(one.codes * width + two.codes, minlength=len(one.shares) * width)
    return flat.reshape(len(one.shares), width).astype(np.float64)


def _step(size: int) -> Floats:
    """Whether a threshold (t) bounds a category (a) from above (1) or from below (-1): (a, t)."""
    return np.eye(size, size - 1) - np.eye(size, size - 1, -1)


def _normal(x: Floats) -> Floats:
    found: Floats = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    return found


def _threshold_scores(item: _Item) -> Floats:
    """Derivative of each category's log-share in each threshold, (a, t)."""
    return _step(len(item.shares)) * _normal(item.cuts[1:-1]) / item.shares[:, None]


def _pair_scores(one: _Item, two: _Item, rho: float) -> tuple[Floats, Floats, Floats]:
    """Derivatives of each cell's log-probability (a, b) in the correlation and in the thresholds of either item."""
    h, k, r = one.cuts[:, None], two.cuts[None, :], np.array(rho)
    corners = bivariate_normal_cdf(h, k, r)
    p = np.maximum(np.diff(np.diff(corners, axis=0), axis=1), TINY)
    own = np.diff(np.diff(bivariate_normal_density(h, k, r), axis=0), axis=1) / p
    left = np.sqrt((1 - rho) * (1 + rho))
    inner, other = one.cuts[1:-1], two.cuts[1:-1]
    # the share of the other item's categories among cases at a threshold
    along = np.diff(special.ndtr((two.cuts[:, None] - rho * inner) / left), axis=0)
    across = np.diff(special.ndtr((one.cuts[:, None] - rho * other) / left), axis=0)
    by_row = _step(len(one.shares))[:, None, :] * (_normal(inner) * along)[None] / p[:, :, None]
    by_column = _step(len(two.shares))[None] * (_normal(other) * across)[:, None, :] / p[:, :, None]
    return own, by_row, by_column
