"""Patterns of missing cells: rows grouped by which of their columns are there, with each group's moments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.moments import Floats, as_matrix


@dataclass(frozen=True, eq=False)
class Patterns:
    """The P patterns that occur among n rows of k columns; rows without any value are counted and left out.

    names: the k columns. observed: (P, k), true where the pattern has a value; the fullest pattern first.
    count: rows of each pattern, (P,). mean: (P, k), 0 where missing.
    cross: (P, k, k), mean products about the pattern's mean (divisor ``count``), 0 where missing.
    member: the pattern of each row, (n,); -1 for a row without any value. empty: how many such rows.
    """

    names: tuple[str, ...]
    observed: npt.NDArray[np.bool_]
    count: Floats
    mean: Floats
    cross: Floats
    member: npt.NDArray[np.int64]
    empty: int

    @property
    def n(self) -> int:
        """Rows with one value or more."""
        return int(self.count.sum())


def patterns_of(rows: pd.DataFrame | Floats, names: Sequence[str] | None = None) -> Patterns:
    """Group rows (n, k) by which cells are missing (NaN or infinite).

    Patterns come with the most values first, then in the order of the columns that they miss, so that they depend on
    the data alone and not on the order of the rows.

    >>> found = patterns_of(np.array([[1.0, 2.0], [3.0, np.nan], [5.0, 6.0]]))
    >>> found.observed.tolist(), found.count.tolist(), found.mean.tolist()
    ([[True, True], [True, False]], [2.0, 1.0], [[3.0, 4.0], [3.0, 0.0]])
    """
    matrix, names = as_matrix(rows, names)
    there = np.isfinite(matrix)
    k = there.shape[1]
    kinds, member = np.unique(there, axis=0, return_inverse=True)
    member = member.reshape(len(matrix))
    order = np.lexsort((*(~kinds.T), -kinds.sum(axis=1))) if k else np.arange(len(kinds))
    order = order[kinds[order].any(axis=1)]
    place = np.full(len(kinds), -1, dtype=np.int64)
    place[order] = np.arange(len(order))
    member = place[member] if len(matrix) else np.empty(0, dtype=np.int64)
    observed = kinds[order]
    count = np.bincount(member[member >= 0], minlength=len(order)).astype(np.float64)
    mean, cross = np.zeros((len(order), k)), np.zeros((len(order), k, k))
    ends = (member < 0).sum() + np.cumsum(count).astype(np.int64)
    by_pattern = np.argsort(member, kind="stable")
    for p, end in enumerate(ends):
        own = by_pattern[end - int(count[p]) : end]
        cells = np.flatnonzero(observed[p])
        values = matrix[np.ix_(own, cells)]
        mean[p, cells] = values.mean(axis=0)
        if len(own) > 1:
            apart = values - mean[p, cells]
            cross[p][np.ix_(cells, cells)] = apart.T @ apart / len(own)
    return Patterns(names, observed, count, mean, cross, member, int((member < 0).sum()))
