"""Rotation of factors to simple structure: oblimin (oblique) and varimax (orthogonal)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from analysis.moments import Floats

STARTS = 10
"""Random starts beside the unrotated one, since a criterion may have several minima."""
SEED = 20160930
ROUGH, FINE = 1e-5, 1e-11
"""The largest derivative at which a search among starts stops, and that at which the best is done."""
STEPS, POLISH = 2000, 20
DIFFERENCE = 1e-5


@dataclass(frozen=True, eq=False)
class Rotation:
    """Rotated loadings (k, m) and the correlations of the factors (m, m).

    converged: whether every derivative is zero (to 1e-7 or better). better: whether a random start led to a lower
    criterion than the unrotated factors did.
    """

    loadings: Floats
    factor_r: Floats
    converged: bool = True
    better: bool = False


def oblimin(loadings: Floats) -> Rotation:
    """Direct oblimin with gamma 0 (quartimin), without normalising rows, as ``psych::fa`` calls ``GPArotation``.

    Minimises the sum over pairs of factors of sum_i l_ij^2 l_ik^2 (Jennrich & Sampson 1966), from the unrotated
    loadings and from ``STARTS`` random rotations; the lowest minimum is taken. Gradient projection (Jennrich 2002), as
    R has it, creeps where the items have one factor in truth, and R stops it after 1,000 steps.
    """
    m = loadings.shape[1]
    if m < 2:
        return Rotation(loadings, np.eye(m))
    lowest, best = _descend(loadings, np.eye(m), ROUGH)
    generator, better = np.random.default_rng(SEED), False
    for _ in range(STARTS):
        value, found = _descend(loadings, np.linalg.qr(generator.normal(size=(m, m)))[0], ROUGH)
        if value < lowest * (1 - 1e-6):
            lowest, best, better = value, found, True
    turn, converged = _polish(loadings, best)
    return Rotation(_turned(loadings, turn), turn.T @ turn, converged, better)


def _turned(loadings: Floats, turn: Floats) -> Floats:
    """A T^-T: the pattern where the axes are the columns of T."""
    return np.asarray(np.linalg.solve(turn, loadings.T).T, dtype=np.float64)


def _criterion(pattern: Floats) -> tuple[float, Floats]:
    """The quartimin criterion and its derivative in the pattern."""
    squares = pattern**2
    others = squares.sum(axis=1, keepdims=True) - squares
    return float(np.sum(squares * others)) / 4, pattern * others


def _slope(flat: Floats, loadings: Floats) -> tuple[float, Floats]:
    """The criterion and its derivative in a matrix whose columns, brought to length 1, are the axes."""
    m = loadings.shape[1]
    columns = flat.reshape(m, m)
    length = np.sqrt((columns**2).sum(axis=0))
    turn = columns / length
    pattern = _turned(loadings, turn)
    value, slope = _criterion(pattern)
    of_turn = -np.linalg.solve(turn.T, (pattern.T @ slope).T)
    projected = (of_turn - turn * (turn * of_turn).sum(axis=0)) / length
    return value, projected.ravel()


def _axes(flat: Floats, m: int) -> Floats:
    columns = flat.reshape(m, m)
    return np.asarray(columns / np.sqrt((columns**2).sum(axis=0)), dtype=np.float64)


def _descend(loadings: Floats, start: Floats, small: float) -> tuple[float, Floats]:
    """A minimum of the criterion by quasi-Newton steps (BFGS): its value and the axes."""
    found = optimize.minimize(  # type: ignore[call-overload] # the stubs take no function that gives its slope as well
        lambda flat: _slope(flat, loadings),
        start.ravel(),
        method="BFGS",
        jac=True,
        options={"gtol": small, "maxiter": STEPS},
    )
    return float(found.fun), _axes(found.x, loadings.shape[1])


def _polish(loadings: Floats, turn: Floats) -> tuple[Floats, bool]:
    """The minimum itself, by Newton steps with second derivatives from differences of the first."""
    m = loadings.shape[1]
    _, turn = _descend(loadings, turn, FINE**0.75)
    for _ in range(POLISH):
        at = turn.ravel()
        _, slope = _slope(at, loadings)
        if np.abs(slope).max() < FINE:
            return turn, True
        steps = DIFFERENCE * np.eye(m * m)
        bend = np.array([(_slope(at + h, loadings)[1] - _slope(at - h, loadings)[1]) / (2 * DIFFERENCE) for h in steps])
        # lengths of columns change nothing: there the curvature is zero, and the pseudo-inverse takes no step
        move = np.linalg.pinv((bend + bend.T) / 2, rcond=1e-7, hermitian=True) @ slope
        if not np.isfinite(move).all() or np.abs(move).max() > 0.1:
            break
        turn = _axes(at - move, m)
    return turn, bool(np.abs(_slope(turn.ravel(), loadings)[1]).max() < 1e-7)


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
