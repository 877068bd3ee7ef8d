"""The studentized range: how far the largest of k means lies above the smallest, in their own standard errors."""

from __future__ import annotations

from functools import lru_cache
from math import inf, isinf, log

import numpy as np
from scipy import optimize, special, stats

from analysis.moments import Floats

NODES = 160
"""Of Gauss and Legendre's rule in each of the two dimensions: with 240 nothing changes before the eleventh digit."""
EDGE = 9.0
"""Normal densities beyond this are below 1e-18."""
RARE = 1e-22
"""The scale is integrated between its quantiles here and there."""


@lru_cache(maxsize=4)
def _rule() -> tuple[Floats, Floats]:
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    return np.asarray(nodes), np.asarray(weights)


def _beyond(width: Floats, k: int) -> Floats:
    """P(range of k standard normals > width), for an array of widths.

    k ∫ φ(z) [Φ(z)ᵏ⁻¹ − (Φ(z) − Φ(z − w))ᵏ⁻¹] dz, whose bracket is factored, so that small tails keep their digits.
    """
    nodes, weights = _rule()
    z = EDGE * nodes[:, None]
    below = special.ndtr(z)
    far = special.ndtr(z - width[None, :])
    between = below - far
    total = np.zeros_like(between)
    for i in range(k - 1):
        total += below**i * between ** (k - 2 - i)
    density = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    return np.asarray(k * EDGE * (weights[:, None] * density * far * total).sum(axis=0))


def tukey_p(q: float, k: int, df: float) -> float:
    """P(Q > q) of the studentized range of k means with df degrees of freedom; as ``ptukey(lower.tail = FALSE)``.

    The range of k normals is averaged over the scale s = χ/√df, on the axis of log s.

    >>> round(tukey_p(3.5, 3, 20), 5)
    0.05589
    """
    if not q > 0:
        return 1.0
    if isinf(df):
        return float(_beyond(np.array([q]), k)[0])
    low, high = (float(np.sqrt(x / df)) for x in (stats.chi2.ppf(RARE, df), stats.chi2.isf(RARE, df)))
    nodes, weights = _rule()
    half = (log(high) - log(low)) / 2
    s = np.exp(log(low) + half * (nodes + 1))
    density = np.exp(
        df / 2 * np.log(df) - special.gammaln(df / 2) - (df / 2 - 1) * np.log(2) + df * np.log(s) - df * s**2 / 2
    )
    return float(min(half * (weights * density * _beyond(q * s, k)).sum(), 1.0))


def tukey_q(level: float, k: int, df: float) -> float:
    """The q that the studentized range exceeds with probability 1 − level; as ``qtukey``."""
    high = 4.0
    while tukey_p(high, k, df) > 1 - level:
        high *= 2
        if high > 1e6:
            return inf
    return float(optimize.brentq(lambda q: tukey_p(q, k, df) - (1 - level), 0.0, high, xtol=1e-10))
