"""Ordered answers over groups or waves: normal variables cut at thresholds, and what is held equal of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from analysis.cfa.likelihood import Implied, implied, slopes
from analysis.cfa.model import FACTOR, INTERCEPT, LOADING, MEAN, RESIDUAL, SLOPE, Cells, Equal, Group, Model, Places
from analysis.cfa.polychorics import Polychorics
from analysis.cfa.solve import NotFitted
from analysis.cfa.weighted import Solved, Target, least_squares
from analysis.moments import Floats

LEAST = 1e-6
"""A variance below this is none."""


@dataclass(frozen=True, eq=False)
class Ordered:
    """A model of the normal variables behind ordered answers, and the thresholds at which they are cut.

    model: its parameters and, behind them, the thresholds; residual variances are 1 where they are not free. item:
    (t,), of each threshold the place of its item. cuts: each group's parameter of each threshold, (t,).
    """

    model: Model
    item: Places
    cuts: tuple[Places, ...]


def with_thresholds(model: Model, equal: Equal | None, counts: Sequence[int], waves: int = 1) -> Ordered:
    """The same factors behind ordered answers, identified as Wu & Estabrook (2016) say (theta parameterisation).

    model: as ``measurement`` or ``longitudinal`` gives it for ``equal``. counts: thresholds of each item, (p,), those
    of every wave behind one another. Of an item whose loadings are held equal, so are its thresholds; after the first
    group or wave its intercept is then free until intercepts are held equal (at 0), and its residual variance until
    residuals are (at 1), unless it has two answers only: one threshold leaves no residual variance to tell. All other
    intercepts are 0 and residual variances 1.
    """
    equal = equal or Equal()
    p = len(model.items)
    each = p // waves
    names = [name.rpartition("@")[0] if waves > 1 else name for name in model.items[:each]]
    held = np.array([equal.loadings and name not in equal.free for name in names])
    item = np.repeat(np.arange(p), counts)
    step = np.concatenate([np.arange(count) for count in counts])
    groups, number = [], 0
    known: dict[tuple[object, ...], int] = {}
    for g, group in enumerate(model.groups):
        cells = group.cells
        wave = cells.row // each + g
        own = (wave > 0) & held[cells.row % each]
        level = (cells.matrix == INTERCEPT) & own & (not equal.intercepts)
        told = np.array([count > 1 for count in counts])[cells.row % p]
        spread = (cells.matrix == RESIDUAL) & (
            (cells.row != cells.column) | (own & told & (not equal.residuals))
        )  # fmt: skip
        kept = np.isin(cells.matrix, (LOADING, SLOPE, FACTOR, MEAN)) | level | spread
        fixed = list(group.fixed)
        fixed[RESIDUAL] = np.eye(p)
        parameter = np.array([known.setdefault(("model", k), len(known)) for k in group.parameter[kept].tolist()])
        part = Cells(cells.matrix[kept], cells.row[kept], cells.column[kept])
        groups.append(Group(part, parameter.astype(np.intp), tuple(fixed)))
    cuts = []
    for g in range(len(model.groups)):
        keys = [
            (i % each, s, "all" if held[i % each] else (g, i // each))
            for i, s in zip(item.tolist(), step.tolist(), strict=True)
        ]
        cuts.append(np.array([known.setdefault(("cut", *key), len(known)) for key in keys], dtype=np.intp))
    number = len(known)
    return Ordered(replace(model, groups=tuple(groups), size=number), item, tuple(cuts))


def solve_ordered(of: Ordered, data: Sequence[Polychorics], target: Target) -> Solved | NotFitted:
    """Fit thresholds and correlations of all groups by weighted least squares."""
    moments = sum(len(one) for one in target.moments)
    if of.model.size > moments:
        short = of.model.size - moments
        return NotFitted(
            f"the model is not identified: it has {short} more parameters than there are thresholds and correlations"
        )
    row, column = data[0].row, data[0].column

    def modelled(values: Floats) -> Floats:
        found = []
        for group, cuts in zip(of.model.groups, of.cuts, strict=True):
            at = implied(group, values)
            variance = np.diag(at.sigma)
            if variance.min() < LEAST:
                return np.full(moments, np.nan)
            d = 1 / np.sqrt(variance)
            found += [(values[cuts] - at.mu[of.item]) * d[of.item], at.sigma[row, column] * d[row] * d[column]]
        return np.concatenate(found)

    def derivatives(values: Floats) -> Floats:
        return np.vstack([
            _slopes(of, group, cuts, implied(group, values), values, (row, column))
            for group, cuts in zip(of.model.groups, of.cuts, strict=True)
        ])  # fmt: skip

    return least_squares(target, _start(of, data), modelled, derivatives)


def _slopes(
    of: Ordered, group: Group, cuts: Places, at: Implied, values: Floats, pair: tuple[Places, Places]
) -> Floats:
    """Derivatives of one group's thresholds and correlations, on variances of 1, in the parameters."""
    row, column = pair
    by = slopes(group.cells, at)
    d = 1 / np.sqrt(np.diag(at.sigma))
    grown = (2 * by.weight[:, None] * by.u * by.v * d**2).T
    u, v = by.u * d, by.v * d
    r = (at.sigma * np.outer(d, d))[row, column]
    whole = (by.weight[:, None] * (u[:, row] * v[:, column] + v[:, row] * u[:, column])).T
    whole -= r[:, None] * (grown[row] + grown[column]) / 2
    level = (values[cuts] - at.mu[of.item]) * d[of.item]
    moved = -d[of.item][:, None] * by.mu.T[of.item] - level[:, None] * grown[of.item] / 2
    found = np.zeros((len(level) + len(r), of.model.size))
    np.add.at(found.T, group.parameter, np.vstack([moved, whole]).T)
    found[np.arange(len(level)), cuts] += d[of.item]
    return found


def _start(of: Ordered, data: Sequence[Polychorics]) -> Floats:
    """Loadings of .7 in correlations, in the direction of each factor's first item, and the thresholds that are seen.

    Of one that groups or waves share, the mean of theirs.
    """
    model, values = of.model, np.zeros(of.model.size)
    load = 0.7 / sqrt(1 - 0.49)
    for one, group in zip(data, model.groups, strict=True):
        cells = group.cells
        for c in range(len(cells)):
            if cells.matrix[c] == LOADING:
                first = model.items.index(model.members[model.factors[int(cells.column[c])]][0])
                values[group.parameter[c]] = load if one.r[first, cells.row[c]] >= 0 else -load
            elif cells.matrix[c] in (FACTOR, RESIDUAL) and cells.row[c] == cells.column[c]:
                values[group.parameter[c]] = 1.0
    total, count = np.zeros(model.size), np.zeros(model.size)
    for one, cuts in zip(data, of.cuts, strict=True):
        np.add.at(total, cuts, one.thresholds * sqrt(1 + load**2))
        np.add.at(count, cuts, 1.0)
    values[count > 0] = total[count > 0] / count[count > 0]
    return values
