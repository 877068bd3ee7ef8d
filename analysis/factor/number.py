"""How many factors: parallel analysis and the minimum average partial."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.factor.extract import reduced_eigenvalues
from analysis.moments import Floats, to_correlation

By = Literal["components", "factors"]

CELLS = 2**20
"""Numbers held at once while drawing (8 MB)."""


@dataclass(frozen=True, eq=False)
class Parallel:
    """Eigenvalues of the data beside those of normal data without any correlation, by rank; each shape (k,).

    simulated: their mean. percentile: the share ``quantile`` of them lies below it. n_factors: how many observed ones,
    from the first on, exceed the percentile.
    """

    observed: Floats
    simulated: Floats
    percentile: Floats
    n_factors: int
    draws: int
    quantile: float


def eigenvalues(r: Floats) -> Floats:
    """Eigenvalues of (..., k, k) in falling order."""
    return np.asarray(np.linalg.eigvalsh(r)[..., ::-1], dtype=np.float64)


def parallel_analysis(
    r: Floats, n: float, draws: int = 1000, seed: int = 0, quantile: float = 0.95, *, by: By = "components"
) -> Parallel:  # fmt: skip
    """Horn's parallel analysis (1965) of a correlation matrix (k, k) of n cases, by principal components.

    by: 'factors' takes eigenvalues of the correlations with the communalities of one factor on the diagonal instead
    (``reduced_eigenvalues``); as ``psych::fa.parallel(fa = 'fa')``.

    Covariances of n normal cases are Wishart with n - 1 degrees of freedom, and are drawn as such by their triangular
    root (Bartlett 1933): the cost does not depend on n. As ``psych::fa.parallel(fa = 'pc')``, which draws the cases
    themselves, 20 times.
    """
    k, of = len(r), eigenvalues if by == "components" else reduced_eigenvalues
    generator = np.random.Generator(np.random.SFC64(seed))
    chunk = max(1, CELLS // k**2)
    found = np.empty((draws, k))
    below = np.tril_indices(k, -1)
    for start in range(0, draws, chunk):
        size = min(chunk, draws - start)
        root = np.zeros((size, k, k))
        root[:, below[0], below[1]] = generator.normal(size=(size, len(below[0])))
        root[:, range(k), range(k)] = np.sqrt(generator.chisquare(n - 1 - np.arange(k), size=(size, k)))
        found[start : start + size] = of(to_correlation(root @ root.swapaxes(1, 2)))
    observed, limit = of(r[None])[0], np.quantile(found, quantile, axis=0)
    number = int(np.argmin(np.append(observed > limit, False)))
    return Parallel(observed, found.mean(axis=0), limit, number, draws, quantile)


def average_partials(r: Floats) -> Floats:
    """Velicer's (1976) average squared partial correlation after 1, 2, … k - 1 components, shape (k - 1,).

    The number of factors is where it is least; as ``psych::vss(...)$map``. NaN where a component leaves an item
    without variance.
    """
    k = len(r)
    values, vectors = np.linalg.eigh(r)
    components = (vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1]
    found = np.empty(k - 1)
    for m in range(1, k):
        left = r - components[:, :m] @ components[:, :m].T
        partial = to_correlation(left) if (np.diag(left) > 1e-12).all() else np.full((k, k), np.nan)
        found[m - 1] = (np.sum(partial**2) - k) / (k * (k - 1))
    return found
