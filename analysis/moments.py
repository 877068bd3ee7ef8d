"""Second moments, the engine room: (n, mean, covariance) of columns, one set or a batch, that add up over parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import AnalysisError

Floats = npt.NDArray[np.float64]
ROUNDING = 1e-12
"""A sum of squares about the mean below this share of that about the origin is rounding: the column is constant."""


@dataclass(frozen=True, eq=False)
class Moments:
    """Number of rows, means and covariances of k columns; a batch where the arrays have leading axes.

    n: rows behind the numbers, shape (...). Of pairwise moments: all rows read, complete or not.
    mean: shape (..., k), in the units of the columns.
    cov: shape (..., k, k), divisor n - 1; NaN where n < 2. A constant column has a row of exact zeros.
    names: the k columns.
    pairs: only for pairwise moments, the rows behind each covariance, shape (..., k, k). Such moments do not add up.
    """

    n: Floats
    mean: Floats
    cov: Floats
    names: tuple[str, ...]
    pairs: Floats | None = None

    def __post_init__(self) -> None:
        k = len(self.names)
        if self.mean.shape != (*self.n.shape, k) or self.cov.shape != (*self.n.shape, k, k):
            raise AnalysisError(
                f"Moments of {k} columns need mean (..., {k}) and cov (..., {k}, {k}); "
                f"got {self.mean.shape} and {self.cov.shape} for n {self.n.shape}."
            )

    @property
    def sd(self) -> Floats:
        """Standard deviations, shape (..., k)."""
        return np.sqrt(np.diagonal(self.cov, axis1=-2, axis2=-1))

    @property
    def scatter(self) -> Floats:
        """Sums of squares and products about the mean, shape (..., k, k); zeros where n < 2."""
        few = (self.n < 2)[..., None, None]
        return np.where(few, 0.0, self.cov * (self.n - 1)[..., None, None])

    @property
    def correlation(self) -> Floats:
        """Correlations, shape (..., k, k): 1 on the diagonal, NaN where a column is constant."""
        return to_correlation(self.cov)

    @property
    def constant(self) -> tuple[str, ...]:
        """Names of the columns without variance (in any part of the batch)."""
        flat = (np.diagonal(self.cov, axis1=-2, axis2=-1) <= 0).reshape(-1, len(self.names)).any(axis=0)
        return tuple(self.names[i] for i in np.flatnonzero(flat))

    def batch(self) -> Moments:
        """The same moments as a batch of one, for functions that take a batch."""
        pairs = None if self.pairs is None else self.pairs[None]
        return Moments(self.n[None], self.mean[None], self.cov[None], self.names, pairs)

    def take(self, names: Sequence[str]) -> Moments:
        """The moments of some of the columns, in the order given."""
        where = [self.names.index(name) for name in names]
        pairs = None if self.pairs is None else self.pairs[..., where, :][..., where]
        return Moments(self.n, self.mean[..., where], self.cov[..., where, :][..., where], tuple(names), pairs)

    def __add__(self, other: Moments) -> Moments:
        """The moments of both sets of rows together.

        Chan, Golub & LeVeque (1979): the scatters add up, and so does the product of the difference of the means,
        d d' n1 n2 / (n1 + n2). No large sums are ever subtracted, so that parts equal the whole to about 1e-12.
        """
        if self.names != other.names:
            raise AnalysisError(f"Moments of different columns do not add up: {self.names} and {other.names}.")
        if self.pairs is not None or other.pairs is not None:
            raise AnalysisError("Pairwise moments do not add up; take them from all rows at once.")
        n = self.n + other.n
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(n > 0, other.n / n, 0.0)
            apart = np.where((other.n > 0)[..., None], other.mean, 0.0) - np.where(
                (self.n > 0)[..., None], self.mean, 0.0
            )
            own = np.where((self.n > 0)[..., None], self.mean, 0.0)
            mean = np.where((self.n > 0)[..., None], own + share[..., None] * apart, other.mean)
            between = (self.n * share)[..., None, None] * apart[..., :, None] * apart[..., None, :]
        return _from_scatter(n, mean, self.scatter + other.scatter + between, self.names)


def to_correlation(cov: Floats) -> Floats:
    """Correlations of covariances (..., k, k): exactly 1 on the diagonal, within [-1, 1], NaN where constant."""
    sd = np.sqrt(np.diagonal(cov, axis1=-2, axis2=-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        r = np.clip(cov / sd[..., :, None] / sd[..., None, :], -1.0, 1.0)
    k = cov.shape[-1]
    r[..., range(k), range(k)] = np.where(sd > 0, 1.0, np.nan)
    return r


def _from_scatter(n: Floats, mean: Floats, scatter: Floats, names: tuple[str, ...]) -> Moments:
    with np.errstate(invalid="ignore", divide="ignore"):
        cov = np.where((n < 2)[..., None, None], np.nan, scatter / (n - 1)[..., None, None])
    return Moments(n, mean, cov, names)


def as_matrix(rows: pd.DataFrame | Floats, names: Sequence[str] | None = None) -> tuple[Floats, tuple[str, ...]]:
    """Rows as a float64 matrix (n, k) and the names of its columns; an error names the column that is no number."""
    if isinstance(rows, pd.DataFrame):
        found = tuple(str(name) for name in rows.columns)
        columns = []
        for position, name in enumerate(found):
            try:
                columns.append(rows.iloc[:, position].to_numpy(dtype=np.float64, na_value=np.nan))
            except (TypeError, ValueError) as error:
                raise AnalysisError(f"Column '{name}' holds something that is not a number.") from error
        matrix = np.column_stack(columns) if columns else np.empty((len(rows), 0))
    else:
        matrix = np.asarray(rows, dtype=np.float64)
        if matrix.ndim != 2:
            raise AnalysisError(f"Rows must be a table of two dimensions; got {matrix.ndim}.")
        found = tuple(f"x{i + 1}" for i in range(matrix.shape[1]))
    return matrix, found if names is None else tuple(names)


def complete(matrix: Floats) -> Floats:
    """The rows without a missing or infinite cell."""
    return matrix[np.isfinite(matrix).all(axis=1)]


def column_means(matrix: Floats) -> Floats:
    """Means of the columns (n, k) without missing cells; that of a constant column is exactly its value."""
    if not len(matrix):
        return np.zeros(matrix.shape[1])
    mean = matrix.mean(axis=0)
    flat = matrix.min(axis=0) == matrix.max(axis=0)
    mean[flat] = matrix[0, flat]
    return mean


def moments(rows: pd.DataFrame | Floats, names: Sequence[str] | None = None) -> Moments:
    """Moments of the complete rows (listwise deletion).

    rows: (n, k). Rows with a missing cell are left out; ``len(rows) - result.n`` tells how many.
    The mean is taken first and the products of deviations after it (two passes), divisor n - 1.
    """
    matrix, names = as_matrix(rows, names)
    matrix = complete(matrix)
    n, k = matrix.shape
    if n == 0:
        return Moments(np.array(0.0), np.full(k, np.nan), np.full((k, k), np.nan), names)
    mean = column_means(matrix)
    apart = matrix - mean
    return _from_scatter(np.array(float(n)), mean, apart.T @ apart, names)


def pairwise_moments(rows: pd.DataFrame | Floats, names: Sequence[str] | None = None) -> Moments:
    """Moments that use every pair of answers, as R's ``cov(use = 'pairwise')`` does.

    Each covariance is that of the rows complete on the pair, about their own means, divisor n_ij - 1; each mean is that
    of all answers to the item. n is the number of all rows, as ``psych::alpha`` takes it. The matrix need not be
    positive definite.
    """
    matrix, names = as_matrix(rows, names)
    matrix = np.where(np.isfinite(matrix), matrix, np.nan)
    k = matrix.shape[1]
    answered = np.isfinite(matrix)
    count = answered.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(count > 0, np.nansum(matrix, axis=0) / count, np.nan)
    lowest = np.min(matrix, axis=0, initial=np.inf, where=answered)
    flat = (count > 0) & (lowest == np.max(matrix, axis=0, initial=-np.inf, where=answered))
    mean[flat] = lowest[flat]
    sums = answered.astype(np.float64)
    apart = np.where(answered, matrix - mean, 0.0)
    cov, pairs = _pairwise_cov(sums.T @ sums, apart.T @ sums, apart.T @ apart)
    return Moments(np.array(float(len(matrix))), mean.reshape(k), cov, names, pairs)


def _pairwise_cov(pairs: Floats, sums: Floats, products: Floats) -> tuple[Floats, Floats]:
    """Covariances from pairwise counts n_ij, sums of i where j is answered, and products; shapes (..., k, k)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        cov = (products - sums * np.swapaxes(sums, -1, -2) / pairs) / (pairs - 1)
    return np.where(pairs > 1, cov, np.nan), pairs


def pairwise_correlation(matrix: Floats) -> Floats:
    """Correlations (k, k), each from the rows complete on its pair, standard deviations too; R's ``cor(use =
    'pairwise')``. It differs from ``pairwise_moments(...).correlation``, whose standard deviations are of all answers.
    """
    k = matrix.shape[1]
    r = np.eye(k)
    for i in range(k):
        for j in range(i):
            both = matrix[np.isfinite(matrix[:, i]) & np.isfinite(matrix[:, j])][:, [i, j]]
            r[i, j] = r[j, i] = moments(both).correlation[0, 1]
    return r


def weighted_moments(
    rows: pd.DataFrame | Floats, weights: npt.ArrayLike, names: Sequence[str] | None = None
) -> Moments:
    """Moments of rows that each stand for a number of cases, as in a table of frequencies or a bootstrap resample.

    rows: (n, k) without missing cells. weights: counts (n,) or a batch (B, n); zero leaves a row out.
    The result equals that of the rows repeated so often; a batch gives moments with leading axis B.
    """
    matrix, names = as_matrix(rows, names)
    counts = np.asarray(weights, dtype=np.float64)
    if counts.shape[-1] != len(matrix):
        raise AnalysisError(f"There are {len(matrix)} rows but {counts.shape[-1]} weights.")
    if not np.isfinite(matrix).all():
        raise AnalysisError("Weighted moments need rows without missing cells.")
    if (counts < 0).any() or not np.isfinite(counts).all():
        raise AnalysisError("Weights must be counts: finite and not negative.")
    origin = column_means(matrix)
    return from_sums(counts @ products_of(matrix - origin), origin, names)


def products_of(apart: Floats) -> Floats:
    """Columns whose weighted sums give moments: 1, the k columns, and their k(k+1)/2 products; shape (n, ...)."""
    k = apart.shape[1]
    i, j = np.triu_indices(k)
    columns = np.empty((len(apart), 1 + k + len(i)))
    columns[:, 0] = 1.0
    columns[:, 1 : 1 + k] = apart
    np.multiply(apart[:, i], apart[:, j], out=columns[:, 1 + k :])
    return columns


def from_sums(sums: Floats, origin: Floats, names: tuple[str, ...]) -> Moments:
    """Moments from weighted sums of ``products_of(rows - origin)``, shape (..., 1 + k + k(k+1)/2).

    origin, shape (k,), should lie near the mean: then little is lost when the square of the sum is subtracted.
    """
    k = len(names)
    n = np.asarray(sums[..., 0])
    with np.errstate(invalid="ignore", divide="ignore"):
        near = sums[..., 1 : 1 + k] / n[..., None]
    i, j = np.triu_indices(k)
    scatter = np.empty((*n.shape, k, k))
    with np.errstate(invalid="ignore"):
        upper = sums[..., 1 + k :] - n[..., None] * near[..., i] * near[..., j]
    scatter[..., i, j] = upper
    scatter[..., j, i] = upper
    squares = sums[..., 1 + k :][..., i == j]
    flat = np.diagonal(scatter, axis1=-2, axis2=-1) <= ROUNDING * squares
    scatter[flat[..., :, None] | flat[..., None, :]] = 0.0
    return _from_scatter(n, origin + near, scatter, names)


def moments_from_correlation(
    r: npt.ArrayLike, n: float, sd: npt.ArrayLike, names: Sequence[str], mean: npt.ArrayLike | None = None
) -> Moments:
    """Moments from a published correlation matrix (k, k), the number of cases and standard deviations (k,).

    Means are 0 where none are given. Raises AnalysisError where the matrix is not square, symmetric, with ones on its
    diagonal and values within [-1, 1].
    """
    matrix, scale = np.asarray(r, dtype=np.float64), np.asarray(sd, dtype=np.float64)
    k = len(names)
    if matrix.shape != (k, k) or scale.shape != (k,):
        raise AnalysisError(f"{k} names need a {k} by {k} correlation matrix and {k} standard deviations.")
    if not np.allclose(matrix, matrix.T, atol=1e-8) or not np.allclose(np.diag(matrix), 1.0, atol=1e-8):
        raise AnalysisError("A correlation matrix is symmetric and has ones on its diagonal; this one is or has not.")
    if (np.abs(matrix) > 1 + 1e-8).any() or (scale < 0).any():
        raise AnalysisError("Correlations lie within [-1, 1] and standard deviations are not negative.")
    middle = np.zeros(k) if mean is None else np.asarray(mean, dtype=np.float64)
    return Moments(np.array(float(n)), middle, matrix * np.outer(scale, scale), tuple(names))
