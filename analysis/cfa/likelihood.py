"""The normal likelihood of a measurement model: what it implies, its gradient and its information, group by group."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from analysis.cfa.model import FACTOR, INTERCEPT, LOADING, MEAN, RESIDUAL, SLOPE, SYMMETRIC, Cells, Group
from analysis.moments import Floats

Matrix = npt.NDArray[Any]
"""Real, or complex where a derivative is taken by a step along the imaginary axis."""


@dataclass(frozen=True, eq=False)
class Implied:
    """What parameters imply in one group: Sigma (p, p), mu (p,), and the products that derivatives need.

    lead: Λ A (p, m). reach: Λ A Ψ A' (p, m). spread: A Ψ A' (m, m), the factors' covariances. middle: A α (m,).
    """

    sigma: Matrix
    mu: Matrix
    lead: Matrix
    reach: Matrix
    spread: Matrix
    middle: Matrix
    loading: Matrix


def matrices(group: Group, values: Matrix) -> tuple[Matrix, ...]:
    """Λ, B, Ψ, Θ, ν, α of one group at the parameters ``values`` (..., size)."""
    lead = values.shape[:-1]
    cells = group.cells
    own = values[..., group.parameter]
    found = []
    for which, fixed in enumerate(group.fixed):
        part = np.empty((*lead, *fixed.shape), dtype=values.dtype)
        part[...] = fixed
        here = cells.matrix == which
        if here.any():
            row, column = cells.row[here], cells.column[here]
            part[..., row, column] = own[..., here]
            if which in SYMMETRIC:
                part[..., column, row] = own[..., here]
        found.append(part)
    return tuple(found)


def implied(group: Group, values: Matrix) -> Implied:
    """Sigma and mu that parameters (..., size) imply in one group."""
    loading, slope, factor, residual, intercept, mean = matrices(group, values)
    if slope.any():
        along = np.linalg.inv(np.eye(slope.shape[-1]) - slope)
        lead, spread, middle = loading @ along, along @ factor @ along.swapaxes(-1, -2), along @ mean
    else:
        lead, spread, middle = loading, factor, mean
    reach = loading @ spread
    return Implied(
        reach @ loading.swapaxes(-1, -2) + residual, (intercept + loading @ middle)[..., 0], lead, reach, spread,
        middle[..., 0], loading,
    )  # fmt: skip


def pull_back(cells: Cells, at: Implied, by_sigma: Matrix, by_mu: Matrix) -> Matrix:
    """Derivatives in the cells (c,) of a function whose derivatives in Sigma (symmetric) and mu are given."""
    found = np.empty(len(cells), dtype=at.reach.dtype)
    through = by_sigma @ at.reach
    lead = at.lead.T @ by_mu
    off = np.where(cells.row == cells.column, 1.0, 2.0)
    for which, whole in (
        (LOADING, lambda: 2 * through + np.outer(by_mu, at.middle)),
        (SLOPE, lambda: 2 * at.lead.T @ through + np.outer(lead, at.middle)),
        (FACTOR, lambda: at.lead.T @ by_sigma @ at.lead),
        (RESIDUAL, lambda: by_sigma),
        (INTERCEPT, lambda: by_mu[:, None]),
        (MEAN, lambda: lead[:, None]),
    ):
        here = cells.matrix == which
        if here.any():
            part = whole()[cells.row[here], cells.column[here]]
            found[here] = part * off[here] if which in SYMMETRIC else part
    return found


@dataclass(frozen=True, eq=False)
class Slopes:
    """Derivatives of Sigma and mu in c cells: dSigma = weight (u v' + v u'), shapes (c, p); dmu (c, p)."""

    u: Floats
    v: Floats
    weight: Floats
    mu: Floats


def slopes(cells: Cells, at: Implied) -> Slopes:
    """How Sigma and mu move with each cell; every derivative of Sigma is of rank two."""
    p, c = len(at.mu), len(cells)
    u, v, mu, weight = np.zeros((c, p)), np.zeros((c, p)), np.zeros((c, p)), np.ones(c)
    unit = np.eye(p)
    for which in range(6):
        here = np.flatnonzero(cells.matrix == which)
        row, column = cells.row[here], cells.column[here]
        if which == LOADING:
            u[here], v[here] = unit[row], at.reach.T[column]
            mu[here] = unit[row] * at.middle[column][:, None]
        elif which == SLOPE:
            u[here], v[here] = at.lead.T[row], at.reach.T[column]
            mu[here] = at.lead.T[row] * at.middle[column][:, None]
        elif which == FACTOR:
            u[here], v[here] = at.lead.T[row], at.lead.T[column]
        elif which == RESIDUAL:
            u[here], v[here] = unit[row], unit[column]
        elif which == INTERCEPT:
            mu[here] = unit[row]
        else:
            mu[here] = at.lead.T[row]
        if which in SYMMETRIC:
            weight[here] = np.where(row == column, 0.5, 1.0)
    return Slopes(u, v, weight, mu)


def information(one: Slopes, two: Slopes, inverse: Floats) -> Floats:
    """Expected information of one case between two sets of cells, (c1, c2): tr(V dS V dS) / 2 + dmu' V dmu."""
    left_u, left_v = one.u @ inverse, one.v @ inverse
    both = (left_u @ two.u.T) * (left_v @ two.v.T) + (left_u @ two.v.T) * (left_v @ two.u.T)
    return one.weight[:, None] * two.weight * both + one.mu @ inverse @ two.mu.T


def case_scores(by: Slopes, apart: Floats, inverse: Floats) -> Floats:
    """Derivatives of each case's log-likelihood in the cells, (n, c), from deviations (n, p) and Sigma's inverse."""
    z = apart @ inverse
    level = np.einsum("cp,cp->c", by.u @ inverse, by.v)
    found: Floats = by.weight * ((z @ by.u.T) * (z @ by.v.T) - level) + z @ by.mu.T
    return found


def information_of_each(by: Slopes, inverse: Floats) -> Floats:
    """Expected information of one case about each cell by itself, (c,): the diagonal of ``information``."""
    left_u, left_v = by.u @ inverse, by.v @ inverse
    uu, vv, uv = (np.sum(a * b, axis=1) for a, b in ((left_u, by.u), (left_v, by.v), (left_u, by.v)))
    found: Floats = by.weight**2 * (uu * vv + uv**2) + np.sum((by.mu @ inverse) * by.mu, axis=1)
    return found


@dataclass(frozen=True, eq=False)
class Pattern:
    """Cases that answered the same items, ``where`` of the p: n, their mean and covariance (divisor n)."""

    n: float
    mean: Floats
    cov: Floats
    where: npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Sample:
    """What one group's cases say: complete data are one pattern. ``n`` counts all cases."""

    n: float
    patterns: tuple[Pattern, ...]


def deviance(sample: Sample, sigma: Floats, mu: Floats) -> float:
    """-2 log-likelihood of a group without n p log(2 pi); infinite where Sigma is not positive definite."""
    total = 0.0
    for pattern in sample.patterns:
        at = np.ix_(pattern.where, pattern.where)
        try:
            lower = np.linalg.cholesky(sigma[at])
        except np.linalg.LinAlgError:
            return np.inf
        half = np.linalg.solve(lower, pattern.cov)
        apart = np.linalg.solve(lower, pattern.mean - mu[pattern.where])
        trace = np.trace(np.linalg.solve(lower, half.T))
        total += pattern.n * (2 * np.log(np.diag(lower)).sum() + trace + apart @ apart)
    return float(total)


def pulls(sample: Sample, sigma: Matrix, mu: Matrix) -> tuple[Matrix, Matrix]:
    """Derivatives of the deviance of a group in Sigma and mu."""
    p = len(mu)
    by_sigma, by_mu = np.zeros((p, p), dtype=sigma.dtype), np.zeros(p, dtype=sigma.dtype)
    for pattern in sample.patterns:
        at = np.ix_(pattern.where, pattern.where)
        inverse = np.linalg.inv(sigma[at])
        apart = pattern.mean - mu[pattern.where]
        about = pattern.cov + np.outer(apart, apart)
        by_sigma[at] += pattern.n * (inverse - inverse @ about @ inverse)
        by_mu[pattern.where] -= 2 * pattern.n * (inverse @ apart)
    return by_sigma, by_mu


def expected(sample: Sample, one: Slopes, two: Slopes, sigma: Floats) -> Floats:
    """Expected information of a group between two sets of cells; each pattern counts for the items it has."""
    total = np.zeros((len(one.weight), len(two.weight)))
    p = len(sigma)
    for pattern in sample.patterns:
        inverse = np.zeros((p, p))
        at = np.ix_(pattern.where, pattern.where)
        inverse[at] = np.linalg.inv(sigma[at])
        total += pattern.n * information(one, two, inverse)
    return total


def curvature(cells: Cells, at: Implied, by_sigma: Floats, by_mu: Floats) -> Floats:
    """Second derivatives (c, c) of tr(G Sigma) + g' mu in the cells of a model without slopes, G and g held fixed."""
    found = np.zeros((len(cells), len(cells)))
    load, factor, mean = (np.flatnonzero(cells.matrix == which) for which in (LOADING, FACTOR, MEAN))
    item, on = cells.row[load], cells.column[load]
    found[np.ix_(load, load)] = 2 * by_sigma[np.ix_(item, item)] * at.spread[np.ix_(on, on)]
    along = by_sigma @ at.lead
    row, column = cells.row[factor], cells.column[factor]
    mixed = 2 * (along[np.ix_(item, row)] * (on[:, None] == column))
    mixed += 2 * (along[np.ix_(item, column)] * (on[:, None] == row)) * (row != column)
    found[np.ix_(load, factor)], found[np.ix_(factor, load)] = mixed, mixed.T
    moved = by_mu[item][:, None] * (on[:, None] == cells.row[mean])
    found[np.ix_(load, mean)], found[np.ix_(mean, load)] = moved, moved.T
    return found


def expected_of_each(sample: Sample, by: Slopes, sigma: Floats) -> Floats:
    """The diagonal of ``expected(sample, by, by, sigma)``."""
    total, p = np.zeros(len(by.weight)), len(sigma)
    for pattern in sample.patterns:
        inverse = np.zeros((p, p))
        at = np.ix_(pattern.where, pattern.where)
        inverse[at] = np.linalg.inv(sigma[at])
        total += pattern.n * information_of_each(by, inverse)
    return total


def observed(sample: Sample, by: Slopes, at: Implied) -> Floats:
    """Observed information of a group between cells, but for the curvature of Sigma and mu: (c, c).

    Half the second derivative of the deviance along straight lines in Sigma and mu:
    tr(dS V dS K) - tr(V dS V dS) / 2 + dmu' V dmu + dmu' V dS V d + d' V dS V dmu, K = V (C + d d') V, d = mean - mu.
    """
    c, p = by.u.shape
    total = np.zeros((c, c))
    for pattern in sample.patterns:
        where = np.ix_(pattern.where, pattern.where)
        inverse, curve, apart = np.zeros((p, p)), np.zeros((p, p)), np.zeros(p)
        inverse[where] = np.linalg.inv(at.sigma[where])
        apart[pattern.where] = pattern.mean - at.mu[pattern.where]
        about = np.zeros((p, p))
        about[where] = pattern.cov + np.outer(apart[pattern.where], apart[pattern.where])
        curve = inverse @ about @ inverse
        vu, vv, ku, kv = by.u @ inverse, by.v @ inverse, by.u @ curve, by.v @ curve
        both = (vv @ by.u.T) * (ku @ by.v.T) + (vv @ by.v.T) * (ku @ by.u.T)
        both += (vu @ by.u.T) * (kv @ by.v.T) + (vu @ by.v.T) * (kv @ by.u.T)
        pulled = inverse @ apart
        turned = by.weight[:, None] * (vu * (by.v @ pulled)[:, None] + vv * (by.u @ pulled)[:, None]) @ by.mu.T
        total += pattern.n * (
            by.weight[:, None] * by.weight * both
            - information(by, by, inverse)
            + 2 * by.mu @ inverse @ by.mu.T
            + turned
            + turned.T
        )
    return total
