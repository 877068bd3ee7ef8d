"""Coefficients of reliability in closed form, from covariances or correlations."""

from __future__ import annotations

from math import nan

import numpy as np
from scipy import special, stats

from analysis.moments import Floats

ROUNDING = 1e-12
"""A variance below this share of what it is made of is rounding."""


def alpha_of(cov: Floats) -> Floats:
    """Cronbach's alpha of covariances (..., k, k): k / (k - 1) (1 - trace / sum) (Cronbach 1951)."""
    k = cov.shape[-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        return k / (k - 1) * (1 - np.trace(cov, axis1=-2, axis2=-1) / cov.sum(axis=(-2, -1)))


def feldt_interval(alpha: float, n: int, k: int, level: float = 0.95) -> tuple[float, float]:
    """Feldt's interval of alpha for n cases and k items.

    1 - (1 - alpha) F at the (1 +/- level) / 2 quantiles, with n - 1 and (n - 1)(k - 1) degrees of freedom (Feldt,
    Woodruff & Salih 1987); as ``psych::alpha.ci``.
    """
    df = (n - 1, (n - 1) * (k - 1))
    # the upper quantile through isf: no precision is lost in 1 - p
    high, low = stats.f.isf((1 - level) / 2, *df), stats.f.ppf((1 - level) / 2, *df)
    return float(1 - (1 - alpha) * high), float(1 - (1 - alpha) * low)


def logit_interval(value: float, error: float, level: float = 0.95) -> tuple[float, float]:
    """The interval of a share within 0 and 1 from its error, on the logit scale (Raykov & Marcoulides 2011)."""
    if not (0 < value < 1 and error > 0):
        return nan, nan
    half = float(special.ndtri((1 + level) / 2)) * error / (value * (1 - value))
    return float(special.expit(special.logit(value) - half)), float(special.expit(special.logit(value) + half))


def guttman_lambdas(r: Floats) -> tuple[float, float]:
    """Guttman's lambda 2 and lambda 6 (1945) of a correlation matrix (k, k), as ``psych::guttman`` has them.

    lambda2 = (sum of r_ij + sqrt(k / (k - 1) sum of r_ij^2)) / total over i != j; lambda6 = 1 - sum(1 - smc) / total,
    with squared multiple correlations from the (where need be generalised) inverse, held within 0 and 1.
    """
    k, total = len(r), float(r.sum())
    if abs(total) <= ROUNDING * k:
        return nan, nan
    off = r - np.eye(k)
    lambda2 = (float(off.sum()) + np.sqrt(k / (k - 1) * float((off**2).sum()))) / total
    with np.errstate(divide="ignore", invalid="ignore"):
        smc = 1 - 1 / np.diag(np.linalg.pinv(r, rcond=1.4901161193847656e-08, hermitian=True))
    return float(lambda2), float(1 - (k - np.clip(smc, 0.0, 1.0).sum()) / total)


def r_drop_of(cov: Floats) -> Floats:
    """Correlation of each item with the sum of the others, shape (k,), from covariances."""
    variance = np.diag(cov)
    covariance = cov.sum(axis=1) - variance
    rest = cov.sum() - 2 * cov.sum(axis=1) + variance
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(rest > ROUNDING * variance.sum(), covariance / np.sqrt(variance * rest), np.nan)


def alpha_if_dropped_of(cov: Floats) -> Floats:
    """Alpha of the other items, for each item, shape (k,)."""
    k = len(cov)
    if k < 3:
        return np.full(k, np.nan)
    return np.array([float(alpha_of(np.delete(np.delete(cov, i, 0), i, 1))) for i in range(k)])
