"""Rotation of factors to simple structure: oblimin (oblique) and varimax (orthogonal)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.moments import Floats

STARTS = 10
"""Random starts beside the unrotated one, since a criterion may have several minima."""
SEED = 20160930
ROUGH, FINE = 1e-5, 1e-10
"""Length of the projected gradient at which a search among starts stops, and that at which the best is done."""
STEPS = 20_000
ROUNDING = 1e-11


@dataclass(frozen=True, eq=False)
class Rotation:
    """Rotated loadings (k, m) and the correlations of the factors (m, m).

    converged: whether the gradient is zero to ``FINE``. better: whether a random start led to a lower criterion than
    the unrotated factors did.
    """

    loadings: Floats
    factor_r: Floats
    converged: bool = True
    better: bool = False


def oblimin(loadings: Floats) -> Rotation:
    """Direct oblimin with gamma 0 (quartimin), without normalising rows, as ``psych::fa`` calls ``GPArotation``.

    Minimises the sum over pairs of factors of sum_i l_ij^2 l_ik^2 (Jennrich & Sampson 1966) by gradient projection
    (Jennrich 2002), from the unrotated loadings and from ``STARTS`` random rotations; the lowest minimum is taken.
    """
    m = loadings.shape[1]
    if m < 2:
        return Rotation(loadings, np.eye(m))
    first, _ = _project(loadings, np.eye(m), ROUGH)
    lowest, best = _criterion(_turned(loadings, first))[0], first
    generator, better = np.random.default_rng(SEED), False
    for _ in range(STARTS):
        start = np.linalg.qr(generator.normal(size=(m, m)))[0]
        found, _ = _project(loadings, start, ROUGH)
        value = _criterion(_turned(loadings, found))[0]
        if value < lowest * (1 - 1e-6):
            lowest, best, better = value, found, True
    turn, converged = _project(loadings, best, FINE)
    return Rotation(_turned(loadings, turn), turn.T @ turn, converged, better)


def _turned(loadings: Floats, turn: Floats) -> Floats:
    """A T^-T: the pattern where the axes are the columns of T."""
    return np.asarray(np.linalg.solve(turn, loadings.T).T, dtype=np.float64)


def _criterion(pattern: Floats) -> tuple[float, Floats]:
    """The quartimin criterion and its derivative in the pattern."""
    squares = pattern**2
    others = squares.sum(axis=1, keepdims=True) - squares
    return float(np.sum(squares * others)) / 4, pattern * others


def _project(loadings: Floats, turn: Floats, small: float) -> tuple[Floats, bool]:
    """Gradient projection over matrices with columns of length 1."""
    pattern = _turned(loadings, turn)
    value, slope = _criterion(pattern)
    step = 1.0
    for _ in range(STEPS):
        slope_of_turn = -np.linalg.solve(turn.T, (pattern.T @ slope).T)
        projected = slope_of_turn - turn * (turn * slope_of_turn).sum(axis=0)
        length = float(np.sqrt(np.sum(projected**2)))
        if length < small:
            return turn, True
        # so near the minimum that a fall is lost in rounding the last step, which was a good one, is kept
        near = length**2 * step < ROUNDING * max(value, 1.0)
        step = step if near else 2 * step
        for _ in range(30):
            tried = turn - step * projected
            tried = tried / np.sqrt((tried**2).sum(axis=0))
            pattern = _turned(loadings, tried)
            new, slope = _criterion(pattern)
            if near or value - new > 0.5 * length**2 * step:
                break
            step /= 2
        turn, value = tried, new
    return turn, False


def varimax(loadings: Floats) -> Rotation:
    """Varimax with Kaiser's normalisation of rows (Kaiser 1958), as R's ``varimax``, to its maximum.

    Pairs of factors are turned by the best angle, again and again, until none turns by more than 1e-12.
    """
    m = loadings.shape[1]
    length = np.sqrt((loadings**2).sum(axis=1))
    turned = loadings / np.where(length > 0, length, 1.0)[:, None]
    k = len(turned)
    for _ in range(STEPS):
        widest = 0.0
        for i in range(m):
            for j in range(i + 1, m):
                x, y = turned[:, i].copy(), turned[:, j].copy()
                u, v = x * x - y * y, 2 * x * y
                top = 2 * float(u @ v) - 2 * float(u.sum() * v.sum()) / k
                base = float(u @ u - v @ v) - float(u.sum() ** 2 - v.sum() ** 2) / k
                angle = np.arctan2(top, base) / 4
                turned[:, i], turned[:, j] = (
                    x * np.cos(angle) + y * np.sin(angle),
                    y * np.cos(angle) - x * np.sin(angle),
                )
                widest = max(widest, abs(angle))
        if widest < 1e-12:
            return Rotation(turned * length[:, None], np.eye(m))
    return Rotation(turned * length[:, None], np.eye(m), False)


def arranged(rotation: Rotation) -> Rotation:
    """The factors in the order of the variance that they explain, each with loadings that sum to more than zero."""
    sign = np.where(rotation.loadings.sum(axis=0) < 0, -1.0, 1.0)
    loadings, factor_r = rotation.loadings * sign, rotation.factor_r * np.outer(sign, sign)
    order = np.argsort(-explained(loadings, factor_r), kind="stable")
    return Rotation(loadings[:, order], factor_r[np.ix_(order, order)], rotation.converged, rotation.better)


def explained(loadings: Floats, factor_r: Floats) -> Floats:
    """The variance that each factor explains, shape (m,), in units of one item; they sum to the communalities."""
    return np.diag(factor_r @ loadings.T @ loadings)
