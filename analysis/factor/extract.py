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
AT_ONCE = 4
"""Halvings of a step that are tried at once."""
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
    found = _from(r, m, method, start[None])[0]
    if found.heywood:
        generator = np.random.default_rng(SEED)
        for other in _from(r, m, method, generator.uniform(0.1, 0.9, (STARTS, len(r)))):
            found = other if other.converged and other.value < found.value * (1 - 1e-6) else found
    return found


def _from(r: Floats, m: int, method: Method, starts: Floats) -> list[Extraction]:
    """The minimum to which each start (s, k) leads."""
    if method == "minres":
        minima = _newton(lambda u, which: _minres(r, u, m), starts, SMALLEST, 1.0)
    else:
        minima = _newton(lambda u, which: _likelihood(r, u, m), np.log(starts), float(np.log(SMALLEST)), 0.0)
    return [_made(r, m, method, at, float(value), bool(done)) for at, value, done in zip(*minima, strict=True)]


def _made(r: Floats, m: int, method: Method, at: Floats, value: float, done: bool) -> Extraction:
    """The factors where the uniquenesses, or their logarithms, are ``at``."""
    if method == "minres":
        unique = at
        values, vectors = np.linalg.eigh(r - np.diag(unique))
        loadings = vectors[:, ::-1][:, :m] * np.sqrt(np.maximum(values[::-1][:m], 0.0))
    else:
        unique = np.exp(at)
        scale = np.sqrt(unique)
        values, vectors = np.linalg.eigh(r / np.outer(scale, scale))
        loadings = scale[:, None] * vectors[:, ::-1][:, :m] * np.sqrt(np.maximum(values[::-1][:m] - 1, 0.0))
    loadings = loadings * np.where(loadings.sum(axis=0) < 0, -1.0, 1.0)
    at_bound = tuple(int(i) for i in np.flatnonzero(unique <= SMALLEST * (1 + 1e-9)))
    return Extraction(loadings, unique, at_bound, done, value)


Derived = tuple[Floats, Floats, Floats]
"""A function at s points, (s,), and its derivatives, first (s, k) and second (s, k, k)."""
Fit = Callable[[Floats, npt.NDArray[np.intp]], Derived]
"""What is minimised, of points and the places of the starts that they come from."""


def reduced_eigenvalues(r: Floats) -> Floats:
    """Eigenvalues (s, k), falling, of correlations (s, k, k) with the communalities of one minres factor on the
    diagonal: by what ``psych::fa.parallel(fa = 'fa')`` judges how many factors there are."""
    k = r.shape[1]
    starts = np.clip(1 / np.diagonal(np.linalg.inv(r), axis1=1, axis2=2), SMALLEST, 1.0)
    unique, _, _ = _newton(lambda u, which: _minres(r[which], u, 1), starts, SMALLEST, 1.0)
    left = r.copy()
    left[:, range(k), range(k)] -= unique
    return np.asarray(np.linalg.eigvalsh(left)[:, ::-1], dtype=np.float64)


def _parts(values: Floats, vectors: Floats, m: int) -> tuple[Floats, Floats, Floats, Floats]:
    """Eigenvalues and vectors left over (the k - m smallest), and those of the m factors."""
    left = values.shape[1] - m
    return values[:, :left], vectors[:, :, :left], values[:, left:], vectors[:, :, left:]


def _cross(v: Floats, share: Floats, w: Floats) -> Floats:
    """Sum over both kinds of vectors, (s, k, k)."""
    s, k = v.shape[:2]
    kept = w[:, :, None] * w[:, None]
    mixed = (v[:, :, None] * v[:, None]).reshape(s, k * k, -1) @ share
    return (mixed * kept.reshape(s, k * k, -1)).sum(axis=-1).reshape(s, k, k)


def _minres(r: Floats, unique: Floats, m: int) -> Derived:
    """Half the sum of squares of the eigenvalues left over of R - diag(u); its derivatives in u. r: one for all points,
    (k, k), or one for each."""
    k = unique.shape[1]
    reduced = np.repeat(r[None], len(unique), axis=0) if r.ndim == 2 else r.copy()
    reduced[:, range(k), range(k)] -= unique
    rest, v, kept, w = _parts(*np.linalg.eigh(reduced), m)
    share = rest[:, :, None] / (rest[:, :, None] - kept[:, None, :])
    slope = -((v**2) @ rest[:, :, None])[:, :, 0]
    return np.sum(rest**2, axis=1) / 2, slope, (v @ v.swapaxes(1, 2)) ** 2 + 2 * _cross(v, share, w)


def _likelihood(r: Floats, logs: Floats, m: int) -> Derived:
    """Sum of e - log e - 1 over the eigenvalues e left over of U^-1/2 R U^-1/2; derivatives in log u."""
    scale = np.exp(-logs / 2)
    rest, v, kept, w = _parts(*np.linalg.eigh(r * scale[:, :, None] * scale[:, None]), m)
    share = (rest[:, :, None] - 1) * (rest[:, :, None] + kept[:, None, :]) / (rest[:, :, None] - kept[:, None, :])
    value = np.sum(rest - np.log(rest) - 1, axis=1)
    turned = v.swapaxes(1, 2)
    slope = ((v**2) @ (1 - rest)[:, :, None])[:, :, 0]
    return value, slope, (v @ (rest[:, :, None] * turned)) * (v @ turned) + _cross(v, share, w)


def _newton(fit: Fit, starts: Floats, low: float, high: float) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """The minimum within bounds from each start (s, k): projected Newton steps (Bertsekas 1982), halved until the
    function falls. Places (s, k), values (s,), and whether each converged."""
    at = starts.copy()
    value, slope, bend = fit(at, np.arange(len(at)))
    done, open_ = np.zeros(len(at), dtype=np.bool_), np.arange(len(at))
    for _ in range(STEPS):
        pull, here = slope[open_], at[open_]
        free = ~(((here <= low) & (pull > 0)) | ((here >= high) & (pull < 0)))
        most = np.where(free, np.abs(pull), 0.0).max(axis=1)
        done[open_[most < GRADIENT]] = True
        going = most >= GRADIENT
        open_, free = open_[going], free[going]
        if not len(open_):
            break
        move = _downhill(bend[open_], slope[open_], free)
        fell, tried, new = _shortened(fit, open_, at[open_], value[open_], slope[open_], move, low, high)
        done[open_[~fell]] = most[going][~fell] < 1e-7
        open_ = open_[fell]
        at[open_] = tried[fell]
        value[open_], slope[open_], bend[open_] = (part[fell] for part in new)
    return at, value, done


def _shortened(
    fit: Fit,
    which: npt.NDArray[np.intp],
    at: Floats,
    value: Floats,
    slope: Floats,
    move: Floats,
    low: float,
    high: float,
) -> tuple[npt.NDArray[np.bool_], Floats, Derived]:
    """Which points (s,) a step, halved where need be, brings down; where to, and the function there."""
    count, k = at.shape
    found, tried = np.zeros(count, dtype=np.bool_), at.copy()
    new = (np.empty(count), np.empty((count, k)), np.empty((count, k, k)))
    size, tries = 1.0, 1
    while not found.all() and size > 1e-10:
        left = np.flatnonzero(~found)
        sizes = size * 0.5 ** np.arange(tries)
        there = np.clip(at[left, None] - sizes[:, None] * move[left, None], low, high)
        made = fit(there.reshape(-1, k), np.repeat(which[left], tries))
        promised = np.sum(slope[left, None] * (at[left, None] - there), axis=2)
        most = value[left, None] - 1e-4 * promised + 1e-15 * np.abs(value[left, None])
        down = (made[0].reshape(len(left), tries) <= most) & (there != at[left, None]).any(axis=2)
        pick = down.argmax(axis=1)
        rows = np.flatnonzero(down.any(axis=1))
        fell = left[rows]
        found[fell], tried[fell] = True, there[rows, pick[rows]]
        for part, whole in zip(new, made, strict=True):
            part[fell] = whole.reshape(len(left), tries, *whole.shape[1:])[rows, pick[rows]]
        size, tries = sizes[-1] / 2, AT_ONCE
    return found, tried, new


def _downhill(bend: Floats, slope: Floats, free: npt.NDArray[np.bool_]) -> Floats:
    """The Newton step of what is free, with curvatures that are not positive turned so that it leads down."""
    k = slope.shape[1]
    held = np.where(free[:, :, None] & free[:, None], bend, 0.0)
    held[:, range(k), range(k)] += np.where(free, 0.0, 1.0)
    values, vectors = np.linalg.eigh(held)
    curve = np.abs(values)
    curve = np.maximum(curve, 1e-8 * np.maximum(curve.max(axis=1, keepdims=True), 1.0))
    turned = vectors.swapaxes(1, 2) @ np.where(free, slope, 0.0)[:, :, None]
    found: Floats = (vectors @ (turned / curve[:, :, None]))[:, :, 0]
    return found
