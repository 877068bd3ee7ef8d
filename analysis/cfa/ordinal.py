"""Ordered answers of one group: factors of the normal variables behind them, fitted to polychoric correlations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from analysis.cfa.likelihood import Slopes, implied, slopes
from analysis.cfa.model import FACTOR, LOADING, RESIDUAL, SLOPE, Cells, Group, Model, others
from analysis.cfa.parts import Modification
from analysis.cfa.polychorics import Polychorics
from analysis.cfa.solve import NotFitted
from analysis.cfa.weighted import Solved, Target, least_squares
from analysis.moments import Floats


def of_correlations(model: Model) -> Model:
    """The model without residual variances and means: of normal variables that each have a variance of 1."""
    group = model.groups[0]
    kept = np.isin(group.cells.matrix, (LOADING, SLOPE, FACTOR))
    cells = Cells(group.cells.matrix[kept], group.cells.row[kept], group.cells.column[kept])
    return replace(model, groups=(Group(cells, np.arange(len(cells)), group.fixed),), size=len(cells))


def with_residuals(model: Model, found: Solved) -> Model:
    """The fitted model with what is left of each item's variance of 1 as its residual, fixed."""
    group = model.groups[0]
    fixed = list(group.fixed)
    fixed[RESIDUAL] = np.diag(1 - np.diag(implied(group, found.values).sigma))
    return replace(model, groups=(Group(group.cells, group.parameter, tuple(fixed)),))


def solve_weighted(model: Model, data: Polychorics, target: Target) -> Solved | NotFitted:
    """Minimise sum (r - rho)^2 / v over the correlations below the diagonal, v their asymptotic variances.

    model: as ``of_correlations`` gives it.
    """
    group, pairs = model.groups[0], len(data.row)
    if model.size > pairs:
        short = model.size - pairs
        return NotFitted(f"the model is not identified: it has {short} more parameters than there are correlations")
    return least_squares(
        target,
        start(model, data.r),
        lambda values: implied(group, values).sigma[data.row, data.column],
        lambda values: _below(slopes(group.cells, implied(group, values)), data),
    )


def covariance_of_weighted(found: Solved, data: Polychorics) -> Floats:
    """The robust covariance of the parameters, (size, size)."""
    inverse = np.linalg.inv(found.bread)
    covariance: Floats = inverse @ found.meat @ inverse / (data.n - 1)
    return covariance


def _below(by: Slopes, data: Polychorics) -> Floats:
    """Derivatives of the correlations below the diagonal, (pairs, c)."""
    u, v = by.u, by.v
    found: Floats = by.weight * (u[:, data.row] * v[:, data.column] + v[:, data.row] * u[:, data.column]).T
    return found


def start(model: Model, r: Floats) -> Floats:
    """Loadings of .7 in the direction of each factor's first item, factors without correlation."""
    cells = model.groups[0].cells
    values = np.zeros(model.size)
    for c in range(model.size):
        if cells.matrix[c] == LOADING:
            name = model.factors[int(cells.column[c])]
            if name == model.method:
                values[c] = 0.3
                continue
            first = model.items.index(model.members[name][0])
            values[c] = 0.7 if r[first, cells.row[c]] >= 0 else -0.7
        elif cells.matrix[c] == SLOPE:
            values[c] = 0.7
        elif cells.row[c] == cells.column[c]:
            values[c] = 1.0
    return values


def weighted_modifications(model: Model, found: Solved, data: Polychorics) -> tuple[Modification, ...]:
    """Modification indices of fixed loadings and residual covariances, from the weighted fit function as in lavaan."""
    group = model.groups[0]
    cells = others(model, group)
    if not len(cells):
        return ()
    weight = 1 / np.diag(data.spread)
    at = implied(group, found.values)
    new, old = _below(slopes(cells, at), data), found.delta
    score = new.T @ (weight * found.apart) * (data.n - 1) / data.n
    across = new.T @ (weight[:, None] * old)
    alone = np.einsum("pc,p,pc->c", new, weight, new)
    left = alone - np.einsum("cq,cq->c", across, np.linalg.solve(found.bread, across.T).T)
    unique = np.sqrt(np.abs(1 - np.diag(at.sigma)))
    spread = np.sqrt(np.diag(at.spread))
    made = []
    for c in range(len(cells)):
        if not left[c] > 1e-10 * alone[c]:
            continue
        row, column = int(cells.row[c]), int(cells.column[c])
        mi, epc = float(data.n * score[c] ** 2 / left[c]), float(score[c] / left[c])
        if cells.matrix[c] == LOADING:
            made.append(Modification(model.factors[column], model.items[row], mi, epc, float(epc * spread[column])))
        else:
            pair = f"{model.items[column]}~{model.items[row]}"
            made.append(Modification(pair, "", mi, epc, float(epc / (unique[row] * unique[column]))))
    return tuple(made)
