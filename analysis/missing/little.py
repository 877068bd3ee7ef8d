"""Little's test that values are missing completely at random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from analysis.errors import UnsuitableError
from analysis.missing.em import Saturated, inverses, parts_of


@dataclass(frozen=True)
class Little:
    """The test: chi2 with df degrees of freedom, and how many patterns of missing cells it compares."""

    chi2: float
    df: float
    p: float
    patterns: int


def little_test(found: Saturated) -> Little:
    """Test whether the patterns' means differ by more than chance from the ML means of all.

    chi2 = sum over patterns of n_p d_p' W_p d_p with d_p the mean of what pattern p has less the ML mean, W_p the
    inverse of the ML covariance (divisor n); df = sum of the patterns' numbers of columns, less k (Little 1988, JASA
    83, eq. 5). A small p says that the missing values depend on observed ones: not completely at random.

    Raises UnsuitableError where all rows miss the same cells.
    """
    patterns = found.patterns
    if len(patterns.count) < 2:
        raise UnsuitableError("all cases have the same values missing" if patterns.empty else "no value is missing")
    chi2 = 0.0
    for part in parts_of(patterns):
        observed = patterns.observed[part]
        w, _ = inverses(observed, found.covariance)
        d = np.where(observed, patterns.mean[part] - found.moments.mean, 0.0)
        chi2 += float(patterns.count[part] @ np.einsum("pi,pij,pj->p", d, w, d))
    df = float(patterns.observed.sum() - len(patterns.names))
    return Little(chi2, df, float(special.chdtrc(df, chi2)), len(patterns.count))
