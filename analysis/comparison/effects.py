"""Sizes of differences with noncentral intervals, ranks, and the Bayes factor of two groups."""

from __future__ import annotations

from math import exp, inf, isfinite, isnan, lgamma, log, nan, pi, sqrt
from typing import Any

import numpy as np
from scipy import integrate, optimize, special, stats

from analysis.moments import Floats
from analysis.regression.diagnostics import noncentral

RSCALE = 0.707
"""The scale of the prior, Cauchy's, on the standardised difference, as in pingouin."""
EXACT = 50
"""Groups of fewer than this, without ties, have an exact Mann-Whitney test, as in R."""
LARGE = 700.0
"""The logarithm of a Bayes factor beyond which it is no number any more."""


def hedges(df: float) -> float:
    """What makes d unbiased: Γ(df/2) / (√(df/2) Γ((df − 1)/2)) (Hedges 1981)."""
    return exp(lgamma(df / 2) - lgamma((df - 1) / 2)) / sqrt(df / 2) if df > 1 else nan


def noncentral_t(t: float, df: float, level: float) -> tuple[float, float]:
    """Interval of the noncentrality of a t: the values that put it at the upper and the lower tail (Steiger 2004).

    >>> [round(bound, 3) for bound in noncentral_t(2.0, 18, 0.95)]
    [-0.089, 4.04]
    """
    tail = (1 - level) / 2
    return _shift(t, df, 1 - tail), _shift(t, df, tail)


def _shift(t: float, df: float, probability: float) -> float:
    """The noncentrality at which P(T ≤ t) is this probability."""

    def distance(value: float) -> float:
        # below zero the distribution is turned round, where its tails keep their digits
        found = float(special.nctdtr(df, value, t)) if t >= 0 else 1 - float(special.nctdtr(df, -value, -t))
        if isnan(found):
            found = float(value < t)
        return found - probability

    reach = 10.0 + abs(t)
    low, high = t - reach, t + reach
    if not (distance(low) > 0 > distance(high)):
        return nan
    return float(optimize.brentq(distance, low, high, xtol=1e-12, rtol=1e-13))


def explained(share: float, df1: float, df2: float, level: float) -> tuple[float, float]:
    """Interval of a share of variance by the noncentral F that it belongs to: λ / (λ + df2), as ``effectsize`` does."""
    if not 0 <= share < 1:
        return nan, nan
    low, high = noncentral(share / df1 / ((1 - share) / df2), df1, df2, level)
    return low / (low + df2), high / (high + df2)


def ranks(one: Floats, two: Floats) -> tuple[float, float, float]:
    """U of the first group, its two-sided p and the rank-biserial correlation 2U / (n₁ n₂) − 1.

    Exact for small groups without ties, else normal with correction for ties and continuity: as ``wilcox.test``.
    """
    both = np.concatenate([one, two])
    ties = len(np.unique(both)) < len(both)
    method: Any = "exact" if max(len(one), len(two)) < EXACT and not ties else "asymptotic"
    if (both == both[0]).all():
        return len(one) * len(two) / 2, nan, 0.0
    found: Any = stats.mannwhitneyu(one, two, method=method)
    u = float(found.statistic)
    return u, float(found.pvalue), 2 * u / (len(one) * len(two)) - 1


def bayes_factor(t: float, n1: int, n2: int, rscale: float = RSCALE) -> float:
    """How many times as likely the data are where the means differ as where they do not (JZS).

    Rouder, Speckman, Sun, Morey & Iverson (2009, eq. 1), with Student's t and a Cauchy prior of scale r = .707 on the
    standardised difference; as ``BayesFactor::ttestBF`` and ``pingouin.bayesfactor_ttest``. The integral is over log g.

    >>> round(bayes_factor(3.5, 20, 20), 3)
    26.743
    """
    df, n = n1 + n2 - 2, n1 * n2 / (n1 + n2)
    without = -(df + 1) / 2 * log(1 + t**2 / df)

    def logarithm(u: float) -> float:
        g = exp(u)
        wide = 1 + n * g * rscale**2
        return (
            -log(wide) / 2 - (df + 1) / 2 * log(1 + t**2 / (wide * df)) - log(2 * pi) / 2 - u / 2 - 1 / (2 * g)
            - without
        )  # fmt: skip

    grid = np.linspace(-6.0, 40.0, 461)
    heights = [logarithm(u) for u in grid]
    top = max(heights)
    peak = float(grid[int(np.argmax(heights))])
    area = sum(
        integrate.quad(lambda u: exp(max(logarithm(u) - top, -745.0)), a, b, epsabs=0, epsrel=1e-10, limit=200)[0]
        for a, b in ((-6.5, peak), (peak, peak + 8), (peak + 8, peak + 100))
    )
    value = top + log(area)
    return exp(value) if isfinite(value) and value < LARGE else inf
