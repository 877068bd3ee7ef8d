"""Linear structural models of observed and latent variables, on the likelihood that factor models are fitted by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from analysis.cfa import inverse_of
from analysis.cfa.assemble import two_sided
from analysis.cfa.data import Data, from_patterns
from analysis.cfa.fit import Fit, fit_of, free, saturated_size
from analysis.cfa.likelihood import Implied, implied
from analysis.cfa.model import FACTOR, INTERCEPT, LOADING, MEAN, RESIDUAL, SLOPE, Cells, Group, Model
from analysis.cfa.parts import standardised
from analysis.cfa.solve import NotFitted, Solution, observed_information, solve
from analysis.moments import Floats, as_matrix

Pair = tuple[str, str]


@dataclass
class Draft:
    """A model as it is written down, before it has numbers.

    items: observed variables. factors: what stands behind them; an observed variable that others depend on, or that
    depends on others, is the one factor of its item. loading: (item, factor) to a fixed loading. slopes: (outcome,
    predictor) to the name of a parameter; equal names are one parameter. covariances: (factor, factor) likewise, a
    variance where both are the same. residuals: item to the name of its residual variance. means: factors with a mean.
    intercepts: items with an intercept. start: values to begin from, of items with a variance of 1; else 0. unit: the
    item whose unit a factor has.
    """

    items: tuple[str, ...]
    factors: tuple[str, ...]
    loading: dict[Pair, float] = field(default_factory=dict)
    slopes: dict[Pair, str] = field(default_factory=dict)
    covariances: dict[Pair, str] = field(default_factory=dict)
    residuals: dict[str, str] = field(default_factory=dict)
    means: tuple[str, ...] = ()
    intercepts: tuple[str, ...] = ()
    start: dict[str, float] = field(default_factory=dict)
    unit: dict[str, str] = field(default_factory=dict)

    def model(self) -> tuple[Model, tuple[str, ...]]:
        """The matrices, and the names of the parameters in their order."""
        names: dict[str, int] = {}
        item = {name: i for i, name in enumerate(self.items)}
        factor = {name: i for i, name in enumerate(self.factors)}
        found: list[tuple[int, int, int, int]] = []

        def add(matrix: int, row: int, column: int, name: str) -> None:
            found.append((matrix, row, column, names.setdefault(name, len(names))))

        for (outcome, predictor), name in self.slopes.items():
            add(SLOPE, factor[outcome], factor[predictor], name)
        for (one, two), name in self.covariances.items():
            add(FACTOR, factor[one], factor[two], name)
        for one, name in self.residuals.items():
            add(RESIDUAL, item[one], item[one], name)
        for one in self.intercepts:
            add(INTERCEPT, item[one], 0, f"{one}~1")
        for one in self.means:
            add(MEAN, factor[one], 0, f"{one}~1")
        p, m = len(item), len(factor)
        load = np.zeros((p, m))
        for (one, two), value in self.loading.items():
            load[item[one], factor[two]] = value
        fixed = (load, np.zeros((m, m)), np.zeros((m, m)), np.zeros((p, p)), np.zeros((p, 1)), np.zeros((m, 1)))
        parts = [np.array(part, dtype=np.intp) for part in zip(*found, strict=True)]
        group = Group(Cells(parts[0], parts[1], parts[2]), parts[3], fixed)
        return Model(self.items, self.factors, (group,), len(names), {}), tuple(names)


@dataclass(frozen=True)
class Estimate:
    """One free cell in the units of the variables: b, its error, z and p; beta is standardised, NaN of means."""

    b: float
    se: float
    z: float
    p: float
    beta: float


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted model: its fit, and the estimate of each slope, covariance, residual variance and mean.

    improper: names of what has a negative variance or makes impossible correlations; empty where all is well.
    """

    fit: Fit
    slopes: Mapping[Pair, Estimate]
    covariances: Mapping[Pair, Estimate]
    residuals: Mapping[str, Estimate]
    means: Mapping[str, Estimate]
    improper: tuple[str, ...]


def observed(frame: pd.DataFrame, alike: Sequence[Sequence[str]]) -> Data | str:
    """The columns of a frame for full information maximum likelihood; those of one family share their unit."""
    matrix, names = as_matrix(frame)
    matrix = np.where(np.isfinite(matrix), matrix, np.nan)
    return from_patterns(names, [matrix], [[names.index(name) for name in family] for family in alike])


def fit(draft: Draft, data: Data) -> Fitted | NotFitted:
    """Maximise the likelihood of all observed values; errors from the observed information, as ``lavaan`` has them
    with ``missing = "fiml"`` and ``fixed.x = FALSE``."""
    model, names = draft.model()
    short = free(model, data, True) - saturated_size(data, True)
    if short > 0:
        return NotFitted(f"the model is not identified: it has {short} more parameters than the data have moments")
    begin = np.array([draft.start.get(name, 0.0) for name in names])
    for i, one in enumerate(draft.items):
        if one in draft.intercepts:
            begin[names.index(f"{one}~1")] = data.mean[0][i]
    solution = solve(model, data.samples, begin)
    if isinstance(solution, NotFitted):
        return solution
    try:
        covariance = inverse_of(observed_information(model, data.samples, solution.values))
    except np.linalg.LinAlgError:
        return NotFitted("the information about the parameters is singular, so there are no errors")
    return _told(draft, data, solution, covariance)


def _told(draft: Draft, data: Data, solution: Solution, covariance: Floats) -> Fitted:
    group = solution.model.groups[0]
    cells, at = group.cells, implied(group, solution.values)
    own, errors = solution.values[group.parameter], np.sqrt(np.maximum(np.diag(covariance), 0.0))[group.parameter]
    beta = _standardised(cells, at, own)
    unit = np.array([data.scale[draft.items.index(draft.unit[name])] for name in draft.factors])
    centre = np.array([data.centre[draft.items.index(draft.unit[name])] for name in draft.factors])
    slopes: dict[Pair, Estimate] = {}
    covariances: dict[Pair, Estimate] = {}
    residuals: dict[str, Estimate] = {}
    means: dict[str, Estimate] = {}
    for c in range(len(cells)):
        which, row, column = int(cells.matrix[c]), int(cells.row[c]), int(cells.column[c])
        value, error, std = float(own[c]), float(errors[c]), float(beta[c])
        if which == SLOPE:
            pair = draft.factors[row], draft.factors[column]
            slopes[pair] = _estimate(value, error, std, unit[row] / unit[column])
        elif which == FACTOR:
            pair = draft.factors[row], draft.factors[column]
            covariances[pair] = _estimate(value, error, std, unit[row] * unit[column])
        elif which == RESIDUAL:
            residuals[draft.items[row]] = _estimate(value, error, std, data.scale[row] ** 2)
        elif which == INTERCEPT:
            means[draft.items[row]] = _estimate(value, error, std, data.scale[row], data.centre[row])
        else:
            name = draft.factors[row]
            # a mean that the items share has their centre; a change of them has none
            level = centre[row] if all(v == 1 for (_, f), v in draft.loading.items() if f == name) else 0.0
            means[name] = _estimate(value, error, std, unit[row], level)
    improper = [one for (one, two), found in covariances.items() if one == two and found.b < 0]
    improper += [one for one, found in residuals.items() if found.b < 0]
    improper += [f"{one} with {two}" for (one, two), found in covariances.items() if one != two and abs(found.beta) > 1]
    return Fitted(fit_of(solution, data, True), slopes, covariances, residuals, means, tuple(improper))


def _standardised(cells: Cells, at: Implied, own: Floats) -> Floats:
    """Slopes in standard deviations; covariances as correlations (of what is left); NaN elsewhere."""
    with np.errstate(invalid="ignore"):  # a variance below zero has no root: NaN, and said to be improper
        found = np.where(np.isin(cells.matrix, (SLOPE, LOADING)), standardised(cells, at, own), np.nan)
    diagonal = {
        int(cells.row[c]): float(own[c]) for c in range(len(cells))
        if cells.matrix[c] == FACTOR and cells.row[c] == cells.column[c]
    }  # fmt: skip
    for c in np.flatnonzero(cells.matrix == FACTOR):
        row, column = int(cells.row[c]), int(cells.column[c])
        product = diagonal.get(row, np.nan) * diagonal.get(column, np.nan)
        if product > 0 and row != column:
            found[c] = own[c] / np.sqrt(product)
    return found


def _estimate(value: float, error: float, beta: float, times: float, plus: float = 0.0) -> Estimate:
    b, se = value * times + plus, error * times
    z = b / se if se > 0 else float("nan")
    return Estimate(float(b), float(se), float(z), two_sided(float(z)), beta)
