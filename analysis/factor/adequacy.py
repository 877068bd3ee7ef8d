"""Whether correlations are worth factoring: Kaiser, Meyer and Olkin's measure, and Bartlett's test."""

from __future__ import annotations

import numpy as np
from scipy import stats

from analysis.moments import Floats, to_correlation


def sampling_adequacy(r: Floats) -> tuple[float, Floats]:
    """The Kaiser–Meyer–Olkin measure of a regular correlation matrix (k, k): overall, and of each item (k,).

    Sum of squared correlations over that sum plus the sum of squared partial correlations (Kaiser & Rice 1974); as
    ``psych::KMO``.
    """
    partial = to_correlation(np.asarray(np.linalg.inv(r), dtype=np.float64))
    k = len(r)
    partial[range(k), range(k)] = 0.0
    own, others = ((r - np.eye(k)) ** 2).sum(axis=0), (partial**2).sum(axis=0)
    return float(own.sum() / (own.sum() + others.sum())), own / (own + others)


def bartlett_sphericity(r: Floats, n: float) -> tuple[float, float, float]:
    """Bartlett's test that all correlations are zero: chi-square, degrees of freedom, p.

    -log det R (n - 1 - (2 k + 5) / 6) on k (k - 1) / 2 (Bartlett 1951); as ``psych::cortest.bartlett``.
    """
    k = len(r)
    chi2 = -float(np.linalg.slogdet(r)[1]) * (n - 1 - (2 * k + 5) / 6)
    df = k * (k - 1) / 2
    return chi2, df, float(stats.chi2.sf(chi2, df))
