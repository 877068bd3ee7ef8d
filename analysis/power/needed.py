"""The n that reaches a power: closed forms, and a curve through simulated powers."""

from __future__ import annotations

from collections.abc import Sequence
from math import nan, sqrt

import numpy as np
from scipy import stats


def power_of_f2(u: int, v: int, f2: float, alpha: float = 0.05) -> float:
    """Power of an F test with u and v degrees of freedom in a linear model with normal errors (as ``pwr.f2.test``).

    f2: Cohen's (1988) f² of what is tested beyond the rest, (R² − R²rest) / (1 − R²); noncentrality f² (u + v + 1).
    For one coefficient among k predictors u is 1 and v is n − k − 1. NaN where v is below 1.

    >>> round(power_of_f2(3, 73, 0.15), 4)
    0.8018
    """
    if v < 1:
        return nan
    return float(stats.ncf.sf(stats.f.isf(alpha, u, v), u, v, f2 * (u + v + 1)))


def power_of_correlation(n: int, r: float, alpha: float = 0.05) -> float:
    """Power of the two-sided test of a correlation, by Fisher's z as ``pwr.r.test`` approximates it (Cohen 1988).

    >>> round(power_of_correlation(50, 0.3), 3)
    0.572
    """
    if n < 4:
        return nan
    t = stats.t.isf(alpha / 2, n - 2)
    bound = np.arctanh(sqrt(t**2 / (t**2 + n - 2)))
    z = np.arctanh(abs(r)) + abs(r) / (2 * (n - 1))
    return float(stats.norm.cdf((z - bound) * sqrt(n - 3)) + stats.norm.cdf((-z - bound) * sqrt(n - 3)))


def needed(ns: Sequence[int], hits: Sequence[int], runs: int, target: float) -> tuple[float, float, float, str]:
    """The n at which power reaches ``target``, its 95 % interval by Monte-Carlo error, and where it lies if not here.

    hits: supported runs of ``runs`` at each of ``ns``. A probit line over √n is fitted by maximum likelihood: of a
    test whose statistic is normal with a mean that grows with √n, power is just that (but for the far tail). Beyond
    the n simulated nothing is said but 'more' or 'fewer': no extrapolation.
    """
    share = np.asarray(hits, dtype=np.float64) / runs
    if len(ns) < 2:
        return nan, nan, nan, "fewer" if share[0] >= target else "more"
    x = np.column_stack([np.ones(len(ns)), np.sqrt(np.asarray(ns, dtype=np.float64))])
    b, covariance = _probit(x, np.asarray(hits, dtype=np.float64), runs)
    if not b[1] > 0:
        return nan, nan, nan, "more" if share.max() < target else "fewer"
    goal = float(stats.norm.ppf(target))
    root = (goal - b[0]) / b[1]
    low_end, high_end = sqrt(min(ns)), sqrt(max(ns))
    if root > high_end:
        return nan, nan, nan, "more"
    if root < low_end:
        return nan, nan, nan, "fewer"
    gradient = np.array([-1 / b[1], -(goal - b[0]) / b[1] ** 2])
    error = sqrt(float(gradient @ covariance @ gradient))
    return float(root**2), float(max(root - 1.96 * error, 0) ** 2), float((root + 1.96 * error) ** 2), ""


def _probit(x: np.ndarray, hits: np.ndarray, runs: int) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and their covariance, by Fisher scoring from a start between the shares (half a run is added)."""
    share = (hits + 0.5) / (runs + 1)
    b = np.linalg.lstsq(x, stats.norm.ppf(share), rcond=None)[0]
    information = np.eye(2)
    for _ in range(50):
        eta = np.clip(x @ b, -7, 7)
        p, density = stats.norm.cdf(eta), stats.norm.pdf(eta)
        weight = runs * density**2 / (p * (1 - p))
        information = x.T @ (weight[:, None] * x)
        step = np.linalg.solve(information, x.T @ (density * (hits - runs * p) / (p * (1 - p))))
        b = b + step
        if np.abs(step).max() < 1e-10:
            break
    return b, np.linalg.inv(information)
