"""Rotation of factors to simple structure: oblimin (oblique) and varimax (orthogonal)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.moments import Floats

STARTS = 10
"""Random starts beside the unrotated one, since a criterion may have several minima."""
SEED = 20160930
ROUGH, FINE = 1e-5, 1e-11
"""The largest derivative at which a search among starts stops, and that at which the best is done."""
STEPS, POLISH = 2000, 20
DIFFERENCE = 1e-5
LENGTHS = np.array([1.0, 2.0, 0.5, 0.2, 0.05])
"""Steps tried at once, as shares of the quasi-Newton step."""


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
    generator = np.random.default_rng(SEED)
    turns = np.stack([np.eye(m), *(np.linalg.qr(generator.normal(size=(m, m)))[0] for _ in range(STARTS))])
    values, found = _descend(loadings, turns, ROUGH)
    best = 0
    for start in range(1, len(turns)):
        best = start if values[start] < values[best] * (1 - 1e-6) else best
    turn, converged = _polish(loadings, found[best])
    return Rotation(_turned(loadings, turn), turn.T @ turn, converged, best > 0)


def _turned(loadings: Floats, turn: Floats) -> Floats:
    """A T^-T: the pattern where the axes are the columns of T."""
    return np.asarray(np.linalg.solve(turn, loadings.T).T, dtype=np.float64)


def _slopes(flat: Floats, loadings: Floats) -> tuple[Floats, Floats]:
    """The quartimin criterion (s,) and its derivatives (s, m m) at s matrices whose columns, brought to length 1, are
    the axes."""
    m = loadings.shape[1]
    columns = flat.reshape(-1, m, m)
    length = np.sqrt((columns**2).sum(axis=1, keepdims=True))
    turn = columns / length
    back = np.linalg.inv(turn)
    pattern = back @ loadings.T
    squares = pattern**2
    others = squares.sum(axis=1, keepdims=True) - squares
    of_turn = -back.swapaxes(1, 2) @ ((pattern * others) @ pattern.swapaxes(1, 2))
    projected = (of_turn - turn * (turn * of_turn).sum(axis=1, keepdims=True)) / length
    return np.sum(squares * others, axis=(1, 2)) / 4, projected.reshape(flat.shape)


def _axes(flat: Floats, m: int) -> Floats:
    columns = flat.reshape(m, m)
    return np.asarray(columns / np.sqrt((columns**2).sum(axis=0)), dtype=np.float64)


def _descend(loadings: Floats, starts: Floats, small: float) -> tuple[Floats, Floats]:
    """A minimum of the criterion from each start (s, m, m): values (s,) and axes, all by quasi-Newton steps (BFGS) at
    once; of the step lengths tried in each turn the best is taken."""
    count, m = len(starts), loadings.shape[1]
    at, size = starts.reshape(count, -1).copy(), m * m
    value, slope = _slopes(at, loadings)
    inverse, fresh = np.tile(np.eye(size), (count, 1, 1)), np.ones(count, dtype=np.bool_)
    scale = np.ones(count)
    for _ in range(STEPS):
        live = np.flatnonzero((np.abs(slope).max(axis=1) > small) & (scale > 1e-12))
        if not len(live):
            break
        move = -(inverse[live] @ slope[live][:, :, None])[:, :, 0]
        down = np.sum(move * slope[live], axis=1)
        lengths = scale[live, None] * LENGTHS
        tried = at[live][:, None] + lengths[:, :, None] * move[:, None]
        values, slopes = _slopes(tried.reshape(-1, size), loadings)
        values, slopes = values.reshape(lengths.shape), slopes.reshape(tried.shape)
        enough = values <= value[live, None] + 1e-4 * lengths * down[:, None]
        pick = np.where(enough, values, np.inf).argmin(axis=1)
        found = enough[np.arange(len(live)), pick]
        lost = live[~found]
        inverse[lost] = np.where(fresh[lost, None, None], inverse[lost], np.eye(size))
        scale[lost] = np.where(fresh[lost], scale[lost] * LENGTHS.min(), 1.0)
        fresh[lost] = True
        pick, went = pick[found], live[found]
        if not len(went):
            continue
        step, new = lengths[found, pick][:, None] * move[found], slopes[found, pick]
        turn = new - slope[went]
        along, length = np.sum(step * turn, axis=1), np.sum(turn**2, axis=1)
        first = fresh[went] & (along > 0)
        inverse[went[first]] = (along / np.maximum(length, 1e-300))[first, None, None] * np.eye(size)
        known = along > 1e-10 * np.sqrt(length * np.sum(step**2, axis=1))
        told, step_, turn_ = went[known], step[known], turn[known]
        pull = (inverse[told] @ turn_[:, :, None])[:, :, 0]
        share = 1 / along[known]
        both = step_[:, :, None] * pull[:, None]
        ahead = (1 + share * np.sum(turn_ * pull, axis=1)) * share
        inverse[told] += ahead[:, None, None] * step_[:, :, None] * step_[:, None] - share[:, None, None] * (
            both + both.swapaxes(1, 2)
        )
        fresh[told] = False
        scale[went] = 1.0
        at[went], value[went], slope[went] = at[went] + step, values[found, pick], new
    return value, np.stack([_axes(one, m) for one in at])


def _polish(loadings: Floats, turn: Floats) -> tuple[Floats, bool]:
    """The minimum itself, by Newton's steps; after more of the descent where they lead away."""
    found, done = _exactly(loadings, turn)
    if done:
        return found, True
    return _exactly(loadings, _descend(loadings, turn[None], FINE**0.75)[1][0])


def _exactly(loadings: Floats, turn: Floats) -> tuple[Floats, bool]:
    """Newton's steps with second derivatives from differences of the first; whether they ended at a minimum."""
    m = loadings.shape[1]
    steps = DIFFERENCE * np.eye(m * m)
    for _ in range(POLISH):
        at = turn.ravel()
        around = _slopes(np.concatenate([at[None], at + steps, at - steps]), loadings)[1]
        slope, (ahead, behind) = around[0], around[1:].reshape(2, m * m, m * m)
        if np.abs(slope).max() < FINE:
            return turn, True
        bend = (ahead - behind) / (2 * DIFFERENCE)
        values, vectors = np.linalg.eigh((bend + bend.T) / 2)
        # lengths of columns change nothing: there the curvature is zero, and no step is taken
        kept = np.abs(values) > 1e-7 * np.abs(values).max()
        if (values[kept] < 0).any():
            break
        move = vectors[:, kept] @ ((vectors[:, kept].T @ slope) / values[kept])
        if not np.isfinite(move).all() or np.abs(move).max() > 0.1:
            break
        turn = _axes(at - move, m)
    return turn, bool(np.abs(_slopes(turn.reshape(1, -1), loadings)[1]).max() < 1e-7)


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
