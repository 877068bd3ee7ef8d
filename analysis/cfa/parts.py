"""What a fitted model says of items and factors: standardised values, validity, and modification indices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from analysis.cfa.data import Data
from analysis.cfa.likelihood import Implied, Matrix, expected, expected_of_each, implied, pull_back, pulls, slopes
from analysis.cfa.model import LOADING, SLOPE, Cells, Group, Model, others
from analysis.cfa.solve import Solution
from analysis.moments import Floats, to_correlation


def standardised(cells: Cells, at: Implied, own: Matrix, unit: bool = False) -> Matrix:
    """Loadings and slopes in standard deviations of factors and items that the model implies, (c,); others 0.

    unit: the items have a variance of 1 whatever the parameters.
    """
    found = np.zeros(own.shape, dtype=own.dtype)
    spread = np.sqrt(_diagonal(at.spread))
    spread_of_items = np.ones(at.sigma.shape[:-1]) if unit else np.sqrt(_diagonal(at.sigma))
    for which, below in ((LOADING, spread_of_items), (SLOPE, spread)):
        here = cells.matrix == which
        if here.any():
            found[..., here] = own[..., here] * spread[..., cells.column[here]] / below[..., cells.row[here]]
    return found


def _diagonal(of: Matrix) -> Matrix:
    return np.diagonal(of, axis1=-2, axis2=-1)


def factor_correlations(at: Implied) -> Matrix:
    """Correlations of the factors (..., m, m) that the model implies."""
    sd = np.sqrt(_diagonal(at.spread))
    return at.spread / (sd[..., :, None] * sd[..., None, :])


def by_delta(function: Callable[[Matrix], Matrix], values: Floats, covariance: Floats) -> tuple[Floats, Floats]:
    """A function of the parameters and its standard errors by the delta method, with exact derivatives.

    function: from parameters (s, size) to (s, q), every row by itself.
    """
    step = 1e-30
    moved = values + step * 1j * np.concatenate([np.zeros((1, len(values))), np.eye(len(values))])
    found = function(moved)
    slopes_ = found[1:].imag.T / step
    spread = np.sum((slopes_ @ covariance) * slopes_, axis=1)
    return found[0].real, np.sqrt(np.maximum(spread, 0.0))


def solution_of(group: Group, unit: bool = False) -> Callable[[Matrix], Matrix]:
    """The standardised solution and the correlations of factors of one group, as one vector of the parameters."""

    def function(values: Matrix) -> Matrix:
        at = implied(group, values)
        row, column = np.tril_indices(at.spread.shape[-1], -1)
        return np.concatenate(
            [
                standardised(group.cells, at, values[..., group.parameter], unit),
                factor_correlations(at)[..., row, column],
            ],
            axis=-1,
        )

    return function


@dataclass(frozen=True)
class Validity:
    """Convergent validity of one scale.

    ave: average variance extracted (Fornell & Larcker 1981), the share of the items' variance that is the factor's.
    cr: composite reliability, the share of the variance of the sum of the items, as the model implies it. cr_observed:
    the same over the variance that the sum has in the data.
    """

    scale: str
    ave: float
    cr: float
    cr_observed: float


def validity(model: Model, at: Implied, cov: Floats) -> tuple[Validity, ...]:
    """AVE and composite reliability of each scale, in the units of the items: ``at`` and ``cov`` are in them."""
    found = []
    for name in model.first_order:
        where = [model.items.index(item) for item in model.members[name]]
        on = model.factors.index(name)
        loading, variance = at.loading[where, on].real, float(at.spread[on, on].real)
        block = at.sigma.real[np.ix_(where, where)]
        true = float(loading.sum() ** 2) * variance
        found.append(
            Validity(
                name,
                float(loading @ loading) * variance / float(np.trace(block)),
                true / float(block.sum()),
                true / float(cov[np.ix_(where, where)].sum()),
            )
        )
    return tuple(found)


def heterotrait(
    cov: Floats, items: Sequence[str], scales: Mapping[str, Sequence[str]]
) -> dict[tuple[str, str], tuple[float, float]]:
    """HTMT and HTMT2 of each pair of scales of two items or more that share none, from the items' covariances.

    HTMT (Henseler, Ringle & Sarstedt 2015): the mean absolute correlation between the scales over the geometric mean of
    those within each. HTMT2 (Roemer, Schuberth & Henseler 2021) takes geometric means of all correlations.
    """
    r = np.abs(to_correlation(cov))
    place = {item: i for i, item in enumerate(items)}
    within = {}
    for name, members in scales.items():
        where = [place[item] for item in members]
        within[name] = r[np.ix_(where, where)][np.tril_indices(len(where), -1)]
    found = {}
    for one, two in combinations(scales, 2):
        if not len(within[one]) or not len(within[two]) or set(scales[one]) & set(scales[two]):
            continue
        between = r[np.ix_([place[i] for i in scales[one]], [place[i] for i in scales[two]])]
        arithmetic = between.mean() / np.sqrt(within[one].mean() * within[two].mean())
        with np.errstate(divide="ignore"):
            geometric = np.exp(np.log(between).mean() - (np.log(within[one]).mean() + np.log(within[two]).mean()) / 2)
        found[one, two] = (float(arithmetic), float(geometric))
    return found


@dataclass(frozen=True)
class Modification:
    """What would happen if one parameter that is fixed at 0 were freed.

    target, term: scale and item of a loading; of a residual covariance the pair of items and ''. mi: the fall of
    chi-squared to expect (score test, Soerbom 1989). epc: the value it would take; sepc: the same, standardised.
    """

    target: str
    term: str
    mi: float
    epc: float
    sepc: float


def modifications(solution: Solution, data: Data) -> tuple[Modification, ...]:
    """Modification indices of all fixed loadings and residual covariances of a model of one group."""
    model, group, sample = solution.model, solution.model.groups[0], data.samples[0]
    cells = others(model, group)
    if not len(cells):
        return ()
    at = solution.implied()[0]
    new, old = slopes(cells, at), slopes(group.cells, at)
    score = -pull_back(cells, at, *pulls(sample, at.sigma, at.mu)) / 2
    across = np.zeros((len(cells), model.size))
    np.add.at(across.T, group.parameter, expected(sample, new, old, at.sigma).T)
    alone = expected_of_each(sample, new, at.sigma)
    left = alone - np.einsum("cq,cq->c", across, np.linalg.solve(solution.information, across.T).T)
    found = []
    sd = np.sqrt(np.diag(at.sigma).real)
    spread = np.sqrt(np.diag(at.spread).real)
    unique = np.sqrt(np.abs(np.diag(at.sigma - at.reach @ at.loading.T).real))
    for c in range(len(cells)):
        row, column = int(cells.row[c]), int(cells.column[c])
        if not left[c] > 1e-10 * alone[c]:
            continue
        mi, epc = float(score[c] ** 2 / left[c]), float(score[c] / left[c])
        if cells.matrix[c] == LOADING:
            target, term = model.factors[column], model.items[row]
            units, std = data.scale[row], spread[column] / sd[row]
        else:
            target, term = f"{model.items[column]}~{model.items[row]}", ""
            units, std = data.scale[row] * data.scale[column], 1 / (unique[row] * unique[column])
        found.append(Modification(target, term, mi, float(epc * units), float(epc * std)))
    return tuple(found)
