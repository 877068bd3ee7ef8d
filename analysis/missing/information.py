"""Sampling covariance of maximum-likelihood moments, from the observed information."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.errors import UnsuitableError
from analysis.missing.em import Saturated, inverses, parts_of
from analysis.moments import Floats

MOST_VARIABLES = 60
"""The information of k variables has k² by k² cells on its way: 100 MB at 60."""


@dataclass(frozen=True, eq=False)
class Precision:
    """How exactly the moments are known, on variables of mean 0 and variance 1.

    sd: ML standard deviations (k,), which turn the standardised moments back. correlation: ML, (k, k).
    covariance: of the k means and the k (k + 1) / 2 entries of the standardised covariance matrix, upper triangle row
        by row, shape (q, q); the inverse of the observed information.
    """

    names: tuple[str, ...]
    sd: Floats
    correlation: Floats
    covariance: Floats

    def place(self, i: int, j: int) -> int:
        """Where the covariance of variables i and j stands among the q parameters."""
        k, low, high = len(self.names), min(i, j), max(i, j)
        return k + low * k - low * (low - 1) // 2 + high - low


def precision(found: Saturated) -> Precision:
    """Invert the observed information of the saturated model (Savalei & Rosseel 2022; ``lavaan``, observed, Hessian).

    With d1, d2 directions of the covariance matrix, V = W G W and U = V - W/2 the curvature of a pattern is
    n_p/2 [tr(d1 W d2 U) + tr(d1 U d2 W)]; of the mean it is n_p W; of mean and covariance n_p W d1 W d_p.

    Raises UnsuitableError with more than 60 variables, or where the information has no inverse.
    """
    names = found.moments.names
    k = len(names)
    if k > MOST_VARIABLES:
        raise UnsuitableError(f"maximum likelihood takes {MOST_VARIABLES} variables at most, and there are {k}")
    sd = np.sqrt(np.diag(found.covariance))
    correlation = found.covariance / np.outer(sd, sd)
    patterns = found.patterns
    means, mixed, curve = np.zeros((k, k)), np.zeros((k, k, k)), np.zeros((k * k, k * k))
    for part in parts_of(patterns):
        observed, count = patterns.observed[part], patterns.count[part]
        w, _ = inverses(observed, correlation)
        d = np.where(observed, (patterns.mean[part] - found.moments.mean) / sd, 0.0)
        spread = patterns.cross[part] / np.outer(sd, sd) + d[:, :, None] * d[:, None, :]
        means += np.tensordot(count, w, axes=1)
        mixed += np.einsum("p,pia,pb->iab", count, w, np.einsum("pij,pj->pi", w, d), optimize=True)
        u = w @ spread @ w - w / 2
        curve += (w * (count / 2)[:, None, None]).reshape(len(w), -1).T @ u.reshape(len(w), -1)
    a, b = np.triu_indices(k)
    half = np.where(a == b, 0.5, 1.0)
    four = (curve + curve.T).reshape(k, k, k, k).transpose(3, 0, 1, 2)
    four = four + four.transpose(1, 0, 2, 3)
    four = four + four.transpose(0, 1, 3, 2)
    cross = (mixed + mixed.transpose(0, 2, 1))[:, a, b] * half
    covariances = four[a[:, None], b[:, None], a, b] * np.outer(half, half)
    information = np.block([[means, cross], [cross.T, covariances]])
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        raise UnsuitableError("the observed values say too little: the information has no inverse") from None
    return Precision(names, sd, correlation, np.linalg.inv(information))
