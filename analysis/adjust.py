"""Correction of p values over a family of tests."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from analysis.errors import AnalysisError
from analysis.moments import Floats

METHODS = ("none", "bonferroni", "holm", "hochberg", "bh", "by")


def adjust(p: npt.ArrayLike, method: str) -> Floats:
    """Adjusted p values, shape (m,), as R's ``p.adjust``; NaN stays NaN and does not count among the tests.

    method: 'none'; 'bonferroni' m p; 'holm' (1979); 'hochberg' (1988); 'bh' Benjamini & Hochberg (1995), also called
    'fdr'; 'by' Benjamini & Yekutieli (2001). Raises AnalysisError for any other.

    >>> adjust([0.01, 0.04, 0.03], "holm").tolist()
    [0.03, 0.06, 0.06]
    """
    given = np.asarray(p, dtype=np.float64)
    name = {"fdr": "bh"}.get(method.lower(), method.lower())
    if name not in METHODS:
        raise AnalysisError(f"No such correction: '{method}'. Choose one of {', '.join(METHODS)}.")
    found = given.copy()
    tested = np.isfinite(given)
    m = int(tested.sum())
    if name == "none" or m == 0:
        return found
    values = given[tested]
    up = np.argsort(values, kind="stable")
    rank = np.arange(1, m + 1)
    if name == "bonferroni":
        adjusted = m * values
    else:
        ordered = values[up]
        if name == "holm":
            steps = np.maximum.accumulate((m - rank + 1) * ordered)
        else:
            factor = m - rank + 1.0 if name == "hochberg" else m / rank
            if name == "by":
                factor = factor * float(np.sum(1 / rank))
            steps = np.minimum.accumulate((factor * ordered)[::-1])[::-1]
        adjusted = np.empty(m)
        adjusted[up] = steps
    found[tested] = np.minimum(adjusted, 1.0)
    return found
