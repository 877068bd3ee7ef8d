"""Factors of a correlation matrix by minimum residuals or by maximum likelihood, exactly to the minimum."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from analysis.moments import Floats

SMALLEST = 0.005
"""The smallest uniqueness that is looked for, as in ``psych::fa`` and ``factanal``: at it stands a Heywood case."""
GRADIENT = 1e-10
STEPS = 500
STARTS, SEED = 10, 20160930
"""Random starts where the first leads to a Heywood case."""
Method = Literal["minres", "ml"]


@dataclass(frozen=True, eq=False)
class Extraction:
    """Unrotated loadings (k, m) of m factors, and what is left of each item.

    unique: (k,), between ``SMALLEST`` and 1. heywood: places of the items whose uniqueness stands at the lower bound.
    converged: whether every derivative is zero to ``GRADIENT``, or points out of the bounds. value: of the function
    that was minimised.
    """

    loadings: Floats
    unique: Floats
    heywood: tuple[int, ...]
    converged: bool
    value: float


def degrees_of_freedom(k: int, m: int) -> int:
    """Of a model of m factors of k items: ((k - m)^2 - (k + m)) / 2; below zero it is not identified."""
    return ((k - m) ** 2 - (k + m)) // 2


def extract(r: Floats, m: int, method: Method = "minres") -> Extraction:
    """Fit m factors to a correlation matrix (k, k).

    minres: minimises the sum of squared residual correlations (Harman & Jones 1966), as ``psych::fa(fm = 'minres')``.
    ml: maximises the likelihood (Joereskog 1967), as ``psych::fa(fm = 'ml')`` and ``factanal``. Both are minimised
    over the uniquenesses by Newton steps with the exact second derivatives, held within their bounds; where that leads
    to a Heywood case, from random starts as well, since there may then be a lower minimum. psych itself stops at about
    1e-4 from the minimum.
    """
    start = np.clip((1 if method == "minres" else 1 - 0.5 * m / len(r)) / np.diag(np.linalg.inv(r)), SMALLEST, 1.0)
    found = _from(r, m, method, start)
    if found.heywood:
        generator = np.random.default_rng(SEED)
        for _ in range(STARTS):
            other = _from(r, m, method, generator.uniform(0.1, 0.9, len(r)))
            found = other if other.converged and other.value < found.value * (1 - 1e-6) else found
    return found


def _from(r: Floats, m: int, method: Method, start: Floats) -> Extraction:
    """The minimum to which one start leads."""
    if method == "minres":
        unique, value, done = _newton(lambda u: _minres(r, u, m), start, SMALLEST, 1.0)
        values, vectors = np.linalg.eigh(r - np.diag(unique))
        loadings = vectors[:, ::-1][:, :m] * np.sqrt(np.maximum(values[::-1][:m], 0.0))
    else:
        logs, value, done = _newton(lambda u: _likelihood(r, u, m), np.log(start), float(np.log(SMALLEST)), 0.0)
        unique = np.exp(logs)
        scale = np.sqrt(unique)
        values, vectors = np.linalg.eigh(r / np.outer(scale, scale))
        loadings = scale[:, None] * vectors[:, ::-1][:, :m] * np.sqrt(np.maximum(values[::-1][:m] - 1, 0.0))
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    at_bound = tuple(int(i) for i in np.flatnonzero(unique <= SMALLEST * (1 + 1e-9)))
    return Extraction(loadings, unique, at_bound, done, value)


def _parts(values: Floats, vectors: Floats, m: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Eigenvalues and vectors left over (the k - m smallest), and those of the m factors."""
    left = len(values) - m
    return values[:left], vectors[:, :left], values[left:], vectors[:, left:]


def _minres(r: Floats, unique: Floats, m: int) -> tuple[float, Floats, Floats]:
    """Half the sum of squares of the eigenvalues left over of R - diag(u); its derivatives in u, first and second."""
    rest, v, kept, w = _parts(*np.linalg.eigh(r - np.diag(unique)), m)
    share = rest[:, None] / (rest[:, None] - kept[None, :])
    cross = (((v[:, None] * v) @ share) * (w[:, None] * w)).sum(axis=-1)
    return float(rest @ rest) / 2, -(v**2) @ rest, (v @ v.T) ** 2 + 2 * cross


def _likelihood(r: Floats, logs: Floats, m: int) -> tuple[float, Floats, Floats]:
    """Sum of e - log e - 1 over the eigenvalues e left over of U^-1/2 R U^-1/2; derivatives in log u."""
    scale = np.exp(-logs / 2)
    rest, v, kept, w = _parts(*np.linalg.eigh(r * np.outer(scale, scale)), m)
    share = (rest[:, None] - 1) * (rest[:, None] + kept[None, :]) / (rest[:, None] - kept[None, :])
    cross = (((v[:, None] * v) @ share) * (w[:, None] * w)).sum(axis=-1)
    value = float(np.sum(rest - np.log(rest) - 1))
    return value, v**2 @ (1 - rest), (v @ (rest[:, None] * v.T)) * (v @ v.T) + cross


def _newton(
    fit: Callable[[Floats], tuple[float, Floats, Floats]], start: Floats, low: float, high: float
) -> tuple[Floats, float, bool]:
    """The minimum within bounds by projected Newton steps (Bertsekas 1982), halved until the function falls."""
    at = start
    value, slope, bend = fit(at)
    for _ in range(STEPS):
        held = ((at <= low) & (slope > 0)) | ((at >= high) & (slope < 0))
        free = ~held
        if not free.any() or np.abs(slope[free]).max() < GRADIENT:
            return at, value, True
        move = np.zeros(len(at))
        move[free] = _downhill(bend[np.ix_(free, free)], slope[free])
        size, found = 1.0, False
        while size > 1e-10:
            tried = np.clip(at - size * move, low, high)
            new = fit(tried)
            if new[0] <= value - 1e-4 * float(slope @ (at - tried)) + 1e-15 * abs(value):
                found = True
                break
            size /= 2
        if not found or bool(np.all(tried == at)):
            return at, value, bool(np.abs(slope[free]).max() < 1e-7)
        at, (value, slope, bend) = tried, new
    return at, value, False


def _downhill(bend: Floats, slope: Floats) -> npt.NDArray[np.float64]:
    """The Newton step, with curvatures that are not positive turned so that it leads down."""
    values, vectors = np.linalg.eigh(bend)
    curve = np.maximum(np.abs(values), 1e-8 * max(float(np.abs(values).max()), 1.0))
    return vectors @ ((vectors.T @ slope) / curve)
