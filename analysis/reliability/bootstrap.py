"""The bootstrap of alpha: k + 2 sums a resample suffice where cases are complete."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from analysis.moments import Floats, column_means
from analysis.reliability.formulas import ROUNDING
from analysis.resample import Columns, Interval, bca, jackknife, percentile, resample_sums


@dataclass(frozen=True)
class AlphaInterval:
    """Bounds of alpha, how many resamples had none, and what there is to say of it."""

    low: float
    high: float
    failed: int
    notes: tuple[str, ...]


def bootstrap_alpha(
    matrix: Floats,
    alpha: float,
    resamples: int,
    seed: int,
    level: float,
    method: str,
    pairwise: bool,
    groups: npt.ArrayLike | None,
    workers: int,
) -> AlphaInterval:
    """The bootstrap interval of alpha from rows (n, k); 'bca' takes its acceleration from the jackknife.

    The sum of the items' variances needs the k sums and one sum of squares over all items; the variance of the total
    needs one more. Means are taken off first, so that nothing is lost where they are large. Pairwise, the counts, sums
    and products of every pair are resampled.
    """
    statistic: Callable[[Floats], Floats] = _alpha
    columns: Floats | Columns = _columns(matrix)
    if pairwise and not np.isfinite(matrix).all():
        statistic = partial(_pairwise_alpha, k=matrix.shape[1])
        columns = _pairwise_columns(matrix)
        if groups is not None:
            columns = columns(slice(None))
    n = len(matrix)
    values = resample_sums(columns, resamples, seed, rows=n, groups=groups, workers=workers, transform=statistic)
    if method == "bca":
        found = bca(values, alpha, jackknife(columns, statistic, rows=n, groups=groups), level)
    else:
        found = percentile(values, level)
    return AlphaInterval(found.low, found.high, found.failed, _notes(found, groups))


def _columns(matrix: Floats) -> Floats:
    """The columns whose sums give alpha: 1, the items, the sum of their squares, the square of their sum."""
    apart = matrix - column_means(matrix)
    squares = np.einsum("ij,ij->i", apart, apart)
    return np.column_stack([np.ones(len(apart)), apart, squares, apart.sum(axis=1) ** 2])


def _alpha(sums: Floats) -> Floats:
    """Alpha from sums (b, k + 3) of ``_columns``; NaN where the total has no variance."""
    n, items, squares, square = sums[:, 0], sums[:, 1:-2], sums[:, -2], sums[:, -1]
    k = items.shape[1]
    with np.errstate(divide="ignore", invalid="ignore"):
        trace = squares - np.einsum("ij,ij->i", items, items) / n
        total = square - items.sum(axis=1) ** 2 / n
        found = k / (k - 1) * (1 - trace / total)
    return np.where(total > ROUNDING * np.abs(squares), found, np.nan)


def _pairwise_columns(matrix: Floats) -> Columns:
    """Counts, sums of i where j is answered, and products, of every pair: 3 k^2 columns, made for a slice of rows."""
    answered = np.isfinite(matrix)
    count = np.maximum(answered.sum(axis=0), 1)
    mean = np.where(answered, matrix, 0.0).sum(axis=0) / count
    apart = np.where(answered, matrix - mean, 0.0)
    there = answered.astype(np.float64)

    def columns(rows: slice) -> Floats:
        pairs = [(there[rows], there[rows]), (apart[rows], there[rows]), (apart[rows], apart[rows])]
        return np.concatenate([(a[:, :, None] * b[:, None, :]).reshape(len(a), -1) for a, b in pairs], axis=1)

    return columns


def _pairwise_alpha(sums: Floats, k: int) -> Floats:
    """Alpha from sums (b, 3 k^2) of ``_pairwise_columns``."""
    pairs, own, products = sums.reshape(len(sums), 3, k, k).swapaxes(0, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        cov = (products - own * own.swapaxes(1, 2) / pairs) / (pairs - 1)
        trace, total = np.trace(cov, axis1=1, axis2=2), cov.sum(axis=(1, 2))
        found = k / (k - 1) * (1 - trace / total)
    return np.where(total > ROUNDING * trace, found, np.nan)


def _notes(found: Interval, groups: npt.ArrayLike | None) -> tuple[str, ...]:
    notes = []
    if groups is not None:
        drawn = len(np.unique(np.asarray(groups)))
        notes.append(f"The bootstrap drew whole groups ({drawn} of them), since members of a group are alike.")
    if found.note:
        notes.append(found.note)
    if found.failed:
        notes.append(f"{found.failed} of {found.resamples} resamples had no variance and gave no alpha.")
    return tuple(notes)
