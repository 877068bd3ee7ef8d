"""What a regression's residuals say against it, and what its R² may be: tests that are looked at, never acted upon."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan, sqrt

import numpy as np
from scipy import optimize, special, stats

from analysis.regression.design import Design, Vector
from analysis.regression.engine import Basis, steps

MOST_NORMAL = 5000
"""Royston's approximation of Shapiro and Wilk's test goes no further."""


@dataclass(frozen=True)
class Diagnostics:
    """Of the model with all blocks; nan where a number does not exist.

    bp_p: that the residuals' variance does not go with the predictors (Breusch & Pagan 1979, studentised by Koenker
    1981; ``lmtest::bptest``). reset_p: that squares and cubes of the fitted values add nothing (Ramsey 1969;
    ``lmtest::resettest``). shapiro_p: that residuals are normal (Shapiro & Wilk 1965; of 3 to 5,000 cases). max_cook:
    the largest of Cook's (1977) distances. max_leverage: the largest leverage.
    """

    bp_p: float
    reset_p: float
    shapiro_p: float
    max_cook: float
    max_leverage: float


def diagnose(design: Design, basis: Basis) -> Diagnostics:
    """The tests, from one more pass over the rows."""
    k, n = len(design.terms), basis.n
    turned = np.empty((k, n))
    residual = np.empty(n)
    position = 0
    for tile, residuals in steps(design, basis):
        rows = slice(position, position + tile.shape[1])
        turned[:, rows], residual[rows] = tile, residuals[-1]
        position = rows.stop
    leverage = 1 / n + np.einsum("ij,ij->j", turned, turned)
    free = 1 - leverage
    variance = float(residual @ residual) / (n - k - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        cook = residual**2 * leverage / free**2 / ((k + 1) * variance)
    fitted = basis.w @ turned
    return Diagnostics(
        _breusch_pagan(turned, residual), _reset(turned, residual, fitted), _shapiro(residual),
        float(cook.max()) if np.isfinite(cook).all() else nan, float(leverage.max()),
    )  # fmt: skip


def _breusch_pagan(turned: Vector, residual: Vector) -> float:
    """n R² of the squared residuals upon the predictors, as chi² with k degrees of freedom."""
    square = residual**2
    square = square - square.mean()
    total = float(square @ square)
    if total == 0:
        return nan
    explained = float(np.sum((turned @ square) ** 2))
    return float(special.chdtrc(len(turned), len(residual) * explained / total))


def _reset(turned: Vector, residual: Vector, fitted: Vector) -> float:
    """F of the second and third powers of the fitted values, freed of the predictors."""
    n, k = len(residual), len(turned)
    spread = float(fitted.std())
    if spread == 0:  # a slope of exactly 0 gives everybody the same fitted value, whose powers say nothing
        return nan
    scaled = fitted / spread
    powers = np.vstack([scaled**2, scaled**3])
    powers -= powers.mean(axis=1, keepdims=True)
    size = np.sqrt(np.sum(powers**2, axis=1))
    powers = powers - (powers @ turned.T) @ turned
    df2 = n - k - 3
    basis, triangle = np.linalg.qr(powers.T)
    # A fitted value that has but two or three values has powers that are combinations of the predictors.
    if df2 < 1 or (np.abs(np.diag(triangle)) < 1e-7 * size).any():
        return nan
    explained = float(np.sum((residual @ basis) ** 2))
    rest = float(residual @ residual) - explained
    if rest <= 0:
        return nan
    return float(special.fdtrc(2, df2, explained / 2 / (rest / df2)))


def _shapiro(residual: Vector) -> float:
    if not 3 <= len(residual) <= MOST_NORMAL:
        return nan
    return float(stats.shapiro(residual / np.abs(residual).max()).pvalue)


def noncentral(f: float, df1: float, df2: float, level: float) -> tuple[float, float]:
    """Interval of the noncentrality λ of an F: the values that put it at the upper and the lower tail.

    Steiger (2004), Psychological Methods 9; a bound is 0 where even λ = 0 puts F lower. As the noncentral intervals of
    MBESS and effectsize.
    """
    tail = (1 - level) / 2
    return _lambda(f, df1, df2, 1 - tail), _lambda(f, df1, df2, tail)


def _lambda(f: float, df1: float, df2: float, probability: float) -> float:
    """λ with P(F ≤ f) = probability."""
    if not f > 0 or special.fdtr(df1, df2, f) <= probability:
        return 0.0

    def distance(value: float) -> float:
        found = float(special.ncfdtr(df1, df2, value, f))
        if isnan(found):  # far out in a tail of large λ, where the series ends in nothing
            found = float(value < f * df1)
        return found - probability

    high = max(f * df1, 1.0)
    while distance(high) > 0:
        high *= 2
        if high > 1e9:
            return nan
    return float(optimize.brentq(distance, 0.0, high, xtol=1e-12, rtol=1e-12))


def r2_interval(r2: float, k: int, n: int, level: float) -> tuple[float, float]:
    """Interval of R² with fixed predictors and normal errors of one variance: λ / (λ + n) (Steiger 2004, eq. 17).

    As ``MBESS::ci.R2(Random.Predictors = FALSE)``.

    >>> [round(bound, 4) for bound in r2_interval(0.3, 3, 100, 0.95)]
    [0.1402, 0.4153]
    """
    df2 = n - k - 1
    low, high = noncentral(r2 / k / ((1 - r2) / df2), k, df2, level)
    return low / (low + n), high / (high + n)


def robustness_value(partial_f2: float) -> float:
    """How strong an unmeasured confounder must be to explain a coefficient away.

    The share of the rest of the predictor's and of the outcome's variance that it would have to explain, alike, to
    bring the estimate to 0: (√(f⁴ + 4f²) − f²) / 2, with Cohen's partial f² of the term (Cinelli & Hazlett 2020, JRSS B
    82, eq. 18 with q = 1).

    >>> round(robustness_value(0.0223), 4)
    0.1386
    """
    if partial_f2 == inf:
        return 1.0
    return (sqrt(partial_f2**2 + 4 * partial_f2) - partial_f2) / 2
