"""Fisher scoring: the parameters of a measurement model at which the normal likelihood is largest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.cfa.likelihood import (
    Implied,
    Matrix,
    Sample,
    curvature,
    deviance,
    expected,
    implied,
    observed,
    pull_back,
    pulls,
    slopes,
)
from analysis.cfa.model import FACTOR, INTERCEPT, LOADING, RESIDUAL, SLOPE, Group, Model
from analysis.moments import Floats

STEPS = 300
SLOW = 30
"""After so many steps Newton's are tried from afar as well, wherever the observed information allows a descent."""
SHORT, PATIENCE = 1e-3, 15
"""So many steps in a row cut to less than this share: the fit creeps along an edge that has no maximum."""
PRECISION = 1e-20
"""Converged where the next step promises less than this share of the number of cases in deviance."""
ENOUGH = 1e-12
"""The same where rounding stops the descent sooner."""
NEAR = 1e-3
"""Below this share of the cases, Newton's steps with the observed information take over."""
RUNAWAY = 1e3
"""A parameter beyond this, of standardised items, is on its way to infinity: there is no maximum there."""
SINGULAR = 1e-9
"""Smallest eigenvalue of the information, scaled to a diagonal of 1, that identifies every parameter."""


@dataclass(frozen=True)
class NotFitted:
    """Why a model has no estimate; ``reason`` completes 'not applicable, because …'."""

    reason: str


@dataclass(frozen=True, eq=False)
class Solution:
    """A fitted model: ``values`` (size,), the ``deviance`` there, the expected ``information`` (size, size) of all
    cases, the Newton ``decrement`` in deviance, and the number of ``steps``."""

    model: Model
    values: Floats
    deviance: float
    information: Floats
    decrement: float
    steps: int

    def implied(self) -> tuple[Implied, ...]:
        """What each group's parameters imply."""
        return tuple(implied(group, self.values) for group in self.model.groups)


def _total(model: Model, samples: Sequence[Sample], values: Floats) -> float:
    found = 0.0
    for group, sample in zip(model.groups, samples, strict=True):
        at = implied(group, values)
        found += deviance(sample, at.sigma, at.mu)
    return found


def gradient(model: Model, samples: Sequence[Sample], values: Matrix) -> Matrix:
    """Derivatives of the deviance in the parameters (size,); complex where the values are."""
    found = np.zeros(model.size, dtype=values.dtype)
    for group, sample in zip(model.groups, samples, strict=True):
        at = implied(group, values)
        np.add.at(found, group.parameter, pull_back(group.cells, at, *pulls(sample, at.sigma, at.mu)))
    return found


def expected_information(model: Model, samples: Sequence[Sample], values: Floats) -> Floats:
    """Expected information of all cases about the parameters (size, size)."""
    found = np.zeros((model.size, model.size))
    for group, sample in zip(model.groups, samples, strict=True):
        at = implied(group, values)
        by = slopes(group.cells, at)
        np.add.at(found, np.ix_(group.parameter, group.parameter), expected(sample, by, by, at.sigma))
    return found


def observed_information(model: Model, samples: Sequence[Sample], values: Floats) -> Floats:
    """Minus the second derivatives of the log-likelihood (size, size).

    Where factors load on factors, the part that comes from the curvature of Sigma and mu is the derivative of the
    analytic gradient along the imaginary axis (Squire & Trapp 1998): exact, for nothing is subtracted.
    """
    found = np.zeros((model.size, model.size))
    step = 1e-30
    for group, sample in zip(model.groups, samples, strict=True):
        at = implied(group, values)
        by = slopes(group.cells, at)
        fixed = pulls(sample, at.sigma, at.mu)
        own = observed(sample, by, at)
        curved = ~np.isin(group.cells.matrix, (RESIDUAL, INTERCEPT))
        if not (group.cells.matrix == SLOPE).any():
            own += curvature(group.cells, at, *fixed) / 2
            curved[:] = False
        np.add.at(found, np.ix_(group.parameter, group.parameter), own)
        for parameter in np.unique(group.parameter[curved]):
            moved = values.astype(np.complex128)
            moved[parameter] += step * 1j
            slope = pull_back(group.cells, implied(group, moved), *fixed)
            np.add.at(found[:, parameter], group.parameter, slope.imag / step / 2)
    return (found + found.T) / 2


def solve(model: Model, samples: Sequence[Sample], start: Floats) -> Solution | NotFitted:
    """Maximise the likelihood from ``start`` by Fisher scoring with step halving.

    The items should be on one scale (variances near 1). Returns NotFitted where the likelihood has no maximum that
    can be found, or where the information at it leaves a parameter open.
    """
    n = sum(sample.n for sample in samples)
    values, now = start, _total(model, samples, start)
    if not np.isfinite(now):
        return NotFitted("the covariances are singular: an item follows exactly from others, or cases are too few")
    near, best, short = False, np.inf, 0
    for step in range(1, STEPS + 1):
        slope = gradient(model, samples, values)
        told = _curve(model, samples, values, near, step > SLOW)
        try:
            move = step_of(model, told, slope / 2)
        except np.linalg.LinAlgError:
            return _open()
        decrement = float(slope @ move)
        if near and not 0 <= decrement < best:
            # rounding has the last word, or Newton's step led away; in the second case scoring goes on
            if best <= ENOUGH * n:
                return _checked(model, samples, values, now, best, step)
            near = False
            continue
        if not np.isfinite(decrement) or decrement < -1e-8 * n:
            return _open()
        if decrement <= PRECISION * n:
            return _checked(model, samples, values, now, decrement, step)
        best = decrement if near else np.inf
        size, there = 1.0, _total(model, samples, values - move)
        while not there <= now + 1e-12 * abs(now) and size > 1e-10:
            size /= 2
            there = _total(model, samples, values - size * move)
        short = short + 1 if size < SHORT else 0
        if size <= 1e-10 or short > PATIENCE:
            break
        values, now = values - size * move, there
        if np.abs(values).max() > RUNAWAY:
            break
        near = near or (decrement < NEAR * n and size == 1.0)
    return NotFitted("the maximum likelihood fit did not converge: the data do not determine the model")


LARGE = 300
"""From so many parameters on, those of one group alone are eliminated first."""


def step_of(model: Model, told: Floats, slope: Floats) -> Floats:
    """Solve information x step = slope; over many groups by the Schur complement of the parameters that they share.

    Parameters of one group alone meet none of another group's, so that the cost grows with the number of groups and
    not with its cube.
    """
    if len(model.groups) == 1 or model.size < LARGE:
        whole: Floats = np.linalg.solve(told, slope).astype(np.float64)
        return whole
    uses = np.zeros(model.size, dtype=np.intp)
    for group in model.groups:
        uses[np.unique(group.parameter)] += 1
    shared = np.flatnonzero(uses > 1)
    left, right = told[np.ix_(shared, shared)].copy(), slope[shared].copy()
    parts = []
    for group in model.groups:
        own = np.unique(group.parameter)
        own = own[uses[own] == 1]
        across = told[np.ix_(own, shared)]
        solved = np.linalg.solve(told[np.ix_(own, own)], np.column_stack([across, slope[own]]))
        left -= across.T @ solved[:, :-1]
        right -= across.T @ solved[:, -1]
        parts.append((own, solved))
    found = np.empty(model.size)
    found[shared] = np.linalg.solve(left, right) if len(shared) else right
    for own, solved in parts:
        found[own] = solved[:, -1] - solved[:, :-1] @ found[shared]
    return found


def _curve(model: Model, samples: Sequence[Sample], values: Floats, near: bool, slow: bool) -> Floats:
    """The observed information near the maximum, and on a slow way where it allows a descent; else the expected one."""
    if near:
        return observed_information(model, samples, values)
    if slow:
        told = observed_information(model, samples, values)
        try:
            np.linalg.cholesky(told)
        except np.linalg.LinAlgError:
            pass
        else:
            return told
    return expected_information(model, samples, values)


def _open() -> NotFitted:
    return NotFitted("the model is not identified: the data leave some of its parameters open")


def _least(scaled: Floats) -> float:
    """The smallest eigenvalue of an information matrix scaled to 1; of a large one a bound by its last pivots."""
    if len(scaled) < LARGE:
        return float(np.linalg.eigvalsh(scaled)[0])
    try:
        return float(np.diag(np.linalg.cholesky(scaled)).min() ** 2)
    except np.linalg.LinAlgError:
        return 0.0


def _checked(
    model: Model, samples: Sequence[Sample], values: Floats, now: float, decrement: float, steps: int
) -> Solution | NotFitted:
    told = expected_information(model, samples, values)
    scale = np.sqrt(np.diag(told))
    if not (scale > 0).all():
        return _open()
    if _least(told / scale / scale[:, None]) < SINGULAR:
        return _open()
    return Solution(model, values, now, told, decrement, steps)


def starts(model: Model, means: Sequence[Floats], covs: Sequence[Floats]) -> tuple[Floats, ...]:
    """Values to begin from, of items on one scale: loadings from the main component of each factor's items, or .7."""
    pooled = np.asarray(covs).mean(axis=0)
    found = []
    for flat in (False, True):
        begin = np.zeros(model.size)
        for g, group in enumerate(model.groups):
            for at in range(len(group.cells)):
                begin[group.parameter[at]] = _begin(model, group, at, pooled, means[g], covs[g], flat)
        found.append(begin)
    return tuple(found)


def _begin(model: Model, group: Group, at: int, pooled: Floats, mean: Floats, cov: Floats, flat: bool) -> float:
    which, row, column = (int(part[at]) for part in (group.cells.matrix, group.cells.row, group.cells.column))
    if which == LOADING:
        name = model.factors[column]
        if name == model.method:
            return 0.3 * float(np.sqrt(pooled[row, row]))
        places = [model.items.index(item) for item in model.members[name]]
        own = places.index(row)
        size = float(np.sqrt(pooled[row, row]))
        if flat or len(places) < 2:
            # as lavaan does, the first item points up and the others go with or against it
            return size * (0.7 if own == 0 or pooled[places[0], row] >= 0 else -0.7)
        sd = np.sqrt(np.diag(pooled)[places])
        values, vectors = np.linalg.eigh(pooled[np.ix_(places, places)] / sd / sd[:, None])
        main = vectors[:, -1] * np.sqrt(max(values[-1] - 0.3, 0.1))
        share = float(np.clip(main[own] if main[0] >= 0 else -main[own], -0.95, 0.95))
        return size * (share if abs(share) > 0.05 else 0.05)
    if which == SLOPE:
        return 0.7
    if which == FACTOR:
        return 1.0 if row == column else 0.0
    if which == RESIDUAL:
        return 0.5 * float(cov[row, row]) if row == column else 0.0
    if which == INTERCEPT:
        return float(mean[row])
    return 0.0
