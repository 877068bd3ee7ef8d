"""Maximum-likelihood mean and covariance of normal variables with missing cells (FIML of the saturated model)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.errors import UnsuitableError
from analysis.missing.patterns import Patterns, patterns_of
from analysis.moments import Floats, Moments, as_matrix

TOLERANCE = 1e-11
"""EM has converged when one step moves no mean or covariance by more, in units of the columns' own spread."""
MOST_STEPS = 5000
COLLINEAR = 1e-9
"""Correlations with an eigenvalue below this say that a column is a sum of others."""
CELLS = 4_000_000
"""Cells of the k by k matrices of patterns held at once (32 MB)."""


@dataclass(frozen=True, eq=False)
class Saturated:
    """The normal distribution that makes the observed cells most likely.

    moments: n is the rows with one value or more; mean is the ML estimate; cov has divisor n - 1 like all ``Moments``
        (the ML estimate times n / (n - 1)), so that complete data give the plain moments.
    loglik: of the observed cells, constants included, as ``lavaan::logLik`` of the saturated model.
    patterns: what was missing together. steps: of EM.
    """

    moments: Moments
    loglik: float
    patterns: Patterns
    steps: int

    @property
    def covariance(self) -> Floats:
        """The ML covariances (k, k), divisor n, as lavaan and ``mice`` know them."""
        n = float(self.moments.n)
        return self.moments.cov * ((n - 1) / n)


def em_moments(rows: pd.DataFrame | Floats, names: Sequence[str] | None = None) -> Saturated:
    """Mean and covariance by maximum likelihood from all observed cells, missing at random.

    rows: (n, k), NaN where missing; a row without any value says nothing and is left out of n.

    EM (Dempster, Laird & Rubin 1977; Little & Rubin 2002, section 11.2) on the moments of each pattern of missing
    cells, so that a step costs the same for any number of rows: with W_p the inverse of the covariance of the cells
    that pattern p has (0 elsewhere), d_p its mean less the model's, G_p = cross_p + d_p d_p',

        mean <- mean + S g,   g = sum n_p W_p d_p / n
        S    <- S + S A S - S g g' S,   A = sum n_p (W_p G_p W_p - W_p) / n.

    Steps are extrapolated (SQUAREM; Varadhan & Roland 2008) where that does not lower the likelihood.

    Raises UnsuitableError, whose message completes 'not applicable, because …': a column without values or without
    variance, two columns never seen together, too few rows, columns that are sums of others, no convergence.

    >>> data = np.array([[1.0, 2.0], [2.0, 3.0], [3.0, 5.0], [4.0, np.nan]])
    >>> found = em_moments(data)
    >>> found.moments.mean.round(4).tolist(), round(found.loglik, 4)
    ([2.5, 4.0833], -6.0433)
    """
    matrix, names = as_matrix(rows, names)
    matrix = np.where(np.isfinite(matrix), matrix, np.nan)
    _can(matrix, names)
    origin, scale = np.nanmean(matrix, axis=0), np.nanstd(matrix, axis=0)
    patterns = patterns_of((matrix - origin) / scale, names)
    mean, cov, loglik, steps = _climb(patterns)
    whole = bool((np.diag(cov) > 0).all())
    if whole and float(np.linalg.eigvalsh(_correlation(cov))[0]) < COLLINEAR:
        raise UnsuitableError(f"some of {', '.join(names)} can be told exactly from others of them")
    if not (whole and np.isfinite(loglik)):
        raise UnsuitableError("the likelihood of the observed values has no maximum: too few for what is missing")
    n = float(patterns.n)
    loglik -= float(patterns.count @ (patterns.observed @ np.log(scale)))
    unbiased = cov * np.outer(scale, scale) * (n / (n - 1))
    found = Moments(np.array(n), origin + scale * mean, (unbiased + unbiased.T) / 2, names)
    return Saturated(found, loglik, _rescaled(patterns, origin, scale), steps)


def _can(matrix: Floats, names: tuple[str, ...]) -> None:
    """Refuse data for which the likelihood has no maximum."""
    there = np.isfinite(matrix)
    if not names:
        raise UnsuitableError("no variable is named")
    empty = [names[i] for i in np.flatnonzero(there.sum(axis=0) == 0)]
    if empty:
        raise UnsuitableError(f"no case has a value of {', '.join(empty)}")
    low, high = np.nanmin(matrix, axis=0), np.nanmax(matrix, axis=0)
    flat = [name for name, least, most in zip(names, low, high, strict=True) if least == most]
    if flat:
        raise UnsuitableError(f"{', '.join(flat)} {'is' if len(flat) == 1 else 'are'} constant")
    together = there.T.astype(np.float64) @ there
    apart = [f"{names[i]} and {names[j]}" for i, j in np.argwhere(np.triu(together == 0))]
    if apart:
        raise UnsuitableError(f"no case has both {'; or both '.join(apart)}")
    n = int(there.any(axis=1).sum())
    if n <= len(names):
        raise UnsuitableError(f"{len(names)} variables need more than {len(names)} cases, and there are {n}")


def _correlation(cov: Floats) -> Floats:
    sd = np.sqrt(np.diag(cov))
    return cov / np.outer(sd, sd)


def parts_of(patterns: Patterns) -> Iterator[slice]:
    """Patterns in parts whose k by k matrices can be held at once."""
    size = max(1, CELLS // max(1, len(patterns.names)) ** 2)
    for start in range(0, len(patterns.count), size):
        yield slice(start, start + size)


def inverses(observed: npt.NDArray[np.bool_], cov: Floats) -> tuple[Floats, Floats]:
    """Inverse of the covariance of each pattern's cells, 0 elsewhere, (P, k, k), and its log determinant, (P,).

    Missing rows and columns are those of the identity while the inverse is taken: all patterns in one batch. Raises
    LinAlgError where a covariance is not positive definite.
    """
    both = observed[:, :, None] & observed[:, None, :]
    k = cov.shape[0]
    filled = np.where(both, cov, 0.0)
    filled[:, range(k), range(k)] += ~observed
    root = np.linalg.cholesky(filled)
    log_determinant = 2 * np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    return np.where(both, np.linalg.inv(filled), 0.0), log_determinant


def _step(patterns: Patterns, mean: Floats, cov: Floats) -> tuple[Floats, Floats, float]:
    """One step of EM, and the log-likelihood before it."""
    k = len(mean)
    g, a, total = np.zeros(k), np.zeros((k, k)), 0.0
    for part in parts_of(patterns):
        observed, count = patterns.observed[part], patterns.count[part]
        w, log_determinant = inverses(observed, cov)
        d = np.where(observed, patterns.mean[part] - mean, 0.0)
        spread = patterns.cross[part] + d[:, :, None] * d[:, None, :]
        ws = w @ spread
        g += count @ np.einsum("pij,pj->pi", w, d)
        a += np.tensordot(count, ws @ w - w, axes=1)
        fit = np.einsum("pii->p", ws) + log_determinant + observed.sum(axis=1) * np.log(2 * np.pi)
        total -= 0.5 * float(count @ fit)
    shift = cov @ g / patterns.n
    after = cov + cov @ a @ cov / patterns.n - np.outer(shift, shift)
    return mean + shift, (after + after.T) / 2, total


def _climb(patterns: Patterns) -> tuple[Floats, Floats, float, int]:
    """Steps of EM, extrapolated, until none moves; mean, ML covariance, log-likelihood, number of steps.

    The log-likelihood is -inf where a step came upon a covariance that is not positive definite: there is no maximum.
    """
    k = len(patterns.names)
    mean, cov = np.zeros(k), np.eye(k)
    best, safe = -np.inf, None
    for step in range(MOST_STEPS):
        try:
            mean1, cov1, loglik = _step(patterns, mean, cov)
        except np.linalg.LinAlgError:
            mean1, cov1, loglik = mean, cov, -np.inf
        if safe is not None and not loglik >= best:
            (mean, cov), safe = safe, None
            continue
        moved = max(np.abs(mean1 - mean).max(), np.abs(cov1 - cov).max())
        if not np.isfinite(moved):
            break
        if moved < TOLERANCE:
            return mean, cov, loglik, step + 1
        best = loglik
        try:
            mean2, cov2, _ = _step(patterns, mean1, cov1)
        except np.linalg.LinAlgError:
            return mean1, cov1, -np.inf, step + 1
        first = np.concatenate([mean1 - mean, (cov1 - cov).ravel()])
        second = np.concatenate([mean2 - mean1, (cov2 - cov1).ravel()]) - first
        bend = float(np.linalg.norm(second))
        length = max(1.0, float(np.linalg.norm(first)) / bend) if bend > 0 else 1.0
        far = 2 * length * first + length**2 * second
        safe = (mean2, cov2)
        mean, cov = mean + far[:k], cov + far[k:].reshape(k, k)
    raise UnsuitableError(f"the likelihood of the observed values has no maximum that {MOST_STEPS} steps of EM reach")


def _rescaled(patterns: Patterns, origin: Floats, scale: Floats) -> Patterns:
    """The patterns in the units of the columns."""
    mean = np.where(patterns.observed, origin + scale * patterns.mean, 0.0)
    cross = patterns.cross * np.outer(scale, scale)
    return Patterns(
        patterns.names, patterns.observed, patterns.count, mean, cross, patterns.member, patterns.empty
    )  # fmt: skip
