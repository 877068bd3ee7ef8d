"""Moderation between the factors behind scales: products of items as indicators of the product of two factors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, product
from typing import Literal

import numpy as np
import pandas as pd
from scipy import special

from analysis.cfa import covariance_of
from analysis.cfa.data import Data, from_moments, with_rows
from analysis.cfa.fit import fit_of, free, saturated_size
from analysis.cfa.likelihood import Matrix, implied
from analysis.cfa.model import FACTOR, INTERCEPT, LOADING, RESIDUAL, SLOPE, Cells, Group, Model
from analysis.cfa.parts import by_delta
from analysis.cfa.robust import Robust
from analysis.cfa.solve import NotFitted, Solution, solve
from analysis.errors import UnsuitableError
from analysis.moderation.design import LARGEST
from analysis.moderation.result_latent import Factor, LatentModeration, LatentTerm
from analysis.moments import Floats, complete, moments
from analysis.regression.design import is_category, numbers_of
from analysis.reliability.onefactor import OneFactor, one_factor
from analysis.result import NotApplicable

Pairs = Literal["matched", "all"]
MOST = 90
"""More items and products than this make a matrix that no sample of people can fill."""
STARTS = (0.5, 0.3, 0.8)
"""Shares of an item's variance that a factor is begun with."""
Names = Sequence[tuple[str, str]]


def latent_moderation(
    items: pd.DataFrame, scales: Mapping[str, Sequence[str]], outcome: str, predictor: str, moderator: str,
    covariates: Sequence[str] = (), *, pairs: Pairs = "matched", level: float = 0.95,
) -> LatentModeration | NotApplicable:  # fmt: skip
    """Regress the factor of one scale on those of two others and on their product.

    items: one row a case, with a column an item, as scored, and a column a covariate (numbers); complete rows are used.
    scales: the items of outcome, predictor and moderator. pairs: 'matched' (each item of the shorter scale with one of
    the longer, those of the highest loadings first; Marsh, Wen & Hau 2004), or 'all' (every item with every other, and
    the residuals of products that share an item correlate). level: of intervals.

    Items are centred at their means, multiplied, and the products centred once more (double mean centring; Lin, Wen,
    Marsh & Lin 2010), as ``semTools::indProd(doubleMC = TRUE)``; the factor of a product is measured by them, in the
    unit of the product of the two factors' first items. Normal likelihood with Huber and White's errors, as products
    are not normal: ``lavaan::sem(estimator = "MLR")``. beta of the product is that of the product of the standardised
    factors, b · sd(x) sd(w) / sd(y), with its error by the delta method.

    Returns NotApplicable where a scale has fewer than two items, the model is not identified or does not converge.
    """
    try:
        made = _built(items, scales, (outcome, predictor, moderator), covariates, pairs)
        solution, covariance, errors = _solved(*made[:2])
    except UnsuitableError as reason:
        return NotApplicable(LatentModeration.kind, outcome, str(reason))
    return _told(
        solution, covariance, errors, made, (outcome, predictor, moderator), covariates, pairs, level, len(items)
    )


Built = tuple[Model, Data, tuple[tuple[str, str], ...], Mapping[str, str]]


def _built(
    items: pd.DataFrame, scales: Mapping[str, Sequence[str]], names: tuple[str, str, str], covariates: Sequence[str],
    pairs: Pairs,
) -> Built:  # fmt: skip
    """The model and its data, the pairs of items, and the item whose unit each factor has."""
    used = [item for name in names for item in scales[name]]
    for name in names:
        if len(scales[name]) < 2:
            raise UnsuitableError(f"{name} has one item, and a factor is measured by two or more")
    if twice := sorted({item for item in used if used.count(item) > 1}):
        raise UnsuitableError(f"{', '.join(twice)} belongs to more than one of the scales")
    for name in (*used, *covariates):
        if name not in items.columns:
            raise UnsuitableError(f"there is no variable {name} in the data")
        if is_category(items[name]):
            raise UnsuitableError(f"{name} holds categories, and a number is needed here")
    for name in covariates:
        if name in used:
            raise UnsuitableError(f"{name} is an item of a scale, and cannot be a covariate as well")
    columns = [*used, *covariates]
    rows = complete(np.column_stack([numbers_of(items[name]) for name in columns]))
    if len(rows) < 3:
        raise UnsuitableError(f"there are too few cases: {len(rows)} complete")
    if float(np.abs(rows).max(initial=0)) > LARGEST:
        raise UnsuitableError("the numbers are too large to work with; measure them in larger units")
    rows = rows - rows.mean(axis=0)
    at = {name: rows[:, i] for i, name in enumerate(columns)}
    y, x, w = (_by_loading(scales[name], at) for name in names)
    chosen = tuple(zip(x, w, strict=False)) if pairs == "matched" else tuple(product(x, w))
    if len(columns) + len(chosen) > MOST:
        raise UnsuitableError(f"{len(chosen)} products of items are too many: match the items in pairs instead")
    products = [f"{a}:{b}" for a, b in chosen]
    made = np.column_stack([at[a] * at[b] for a, b in chosen])
    whole = np.hstack([rows, made - made.mean(axis=0)])
    data = from_moments([moments(whole, [*columns, *products])])
    if isinstance(data, str):
        raise UnsuitableError(data)
    data = with_rows(data, [whole])
    units = {names[0]: y[0], names[1]: x[0], names[2]: w[0]}
    return _model(scales, names, covariates, chosen, units, data, pairs == "all"), data, chosen, units


def _by_loading(scale: Sequence[str], at: Mapping[str, Floats]) -> list[str]:
    """The items of a scale by their loadings on its one factor, the highest first; as they stand where it has none."""
    rows = np.column_stack([at[item] for item in scale])
    found = one_factor(np.cov(rows.T)) if len(scale) > 2 and (rows.std(axis=0) > 0).all() else None
    if not isinstance(found, OneFactor):
        return list(scale)
    order = np.argsort(-np.abs(found.standardised).round(9), kind="stable")
    return [scale[i] for i in order]


def _model(
    scales: Mapping[str, Sequence[str]], names: tuple[str, str, str], covariates: Sequence[str], chosen: Names,
    units: Mapping[str, str], data: Data, sharing: bool,
) -> Model:  # fmt: skip
    """Four factors (the product's third), each in the unit of one item, and covariates that stand for themselves."""
    outcome, predictor, moderator = names
    interaction = f"{predictor}:{moderator}"
    factors = (predictor, moderator, interaction, *covariates, outcome)
    place, item = {n: i for i, n in enumerate(factors)}, {n: i for i, n in enumerate(data.items)}
    members = {name: list(scales[name]) for name in (predictor, moderator, outcome)}
    members[interaction] = [f"{a}:{b}" for a, b in chosen]
    p, m = len(item), len(factors)
    load = np.zeros((p, m))
    found: list[tuple[int, int, int]] = []
    for name, own in members.items():
        first = f"{units[predictor]}:{units[moderator]}" if name == interaction else units[name]
        scale = data.scale[item[first]]
        # items are fitted with a variance of 1: the product's unit is that of the two items before
        known = data.scale[item[units[predictor]]] * data.scale[item[units[moderator]]] / scale
        load[item[first], place[name]] = known if name == interaction else 1.0
        found += [(LOADING, item[each], place[name]) for each in own if each != first]
    for name in covariates:
        load[item[name], place[name]] = 1.0
    found += [(RESIDUAL, i, i) for n, i in item.items() if n not in covariates]
    if sharing:
        for (a, b), (c, d) in combinations(chosen, 2):
            if a == c or b == d:
                found.append((RESIDUAL, item[f"{c}:{d}"], item[f"{a}:{b}"]))
    found += [(SLOPE, place[outcome], j) for j in range(m - 1)]
    found += [(FACTOR, i, j) for i in range(m - 1) for j in range(i + 1)] + [(FACTOR, m - 1, m - 1)]
    found += [(INTERCEPT, i, 0) for i in range(p)]
    fixed = (load, np.zeros((m, m)), np.zeros((m, m)), np.zeros((p, p)), np.zeros((p, 1)), np.zeros((m, 1)))
    parts = [np.array(part, dtype=np.intp) for part in zip(*found, strict=True)]
    group = Group(Cells(parts[0], parts[1], parts[2]), np.arange(len(found)), fixed)
    return Model(data.items, factors, (group,), len(found), {name: tuple(own) for name, own in members.items()})


def _solved(model: Model, data: Data) -> tuple[Solution, Floats, Robust | None]:
    """The maximum, from one start or another, the robust covariance of the parameters, and what the fit needs of it."""
    short = free(model, data, False) - saturated_size(data, False)
    if short > 0:
        raise UnsuitableError(f"the model is not identified: it has {short} more parameters than the data have moments")
    reason = ""
    for share in STARTS:
        found = solve(model, data.samples, _start(model, share))
        if isinstance(found, NotFitted):
            reason = reason or found.reason
            continue
        try:
            return found, *covariance_of(found, data, "mlr", False)
        except np.linalg.LinAlgError:
            reason = "the information about the parameters is singular, so there are no errors"
    raise UnsuitableError(reason)


def _start(model: Model, share: float) -> Floats:
    group = model.groups[0]
    cells, load = group.cells, group.fixed[LOADING]
    known = load.max(axis=0)
    values = np.zeros(model.size)
    for c in range(len(cells)):
        which, row, column = int(cells.matrix[c]), int(cells.row[c]), int(cells.column[c])
        if which == LOADING:
            values[c] = known[column]
        elif which == RESIDUAL and row == column:
            values[c] = 1 - share
        elif which == FACTOR and row == column:
            single = np.count_nonzero(load[:, row]) == 1 and not (cells.column[cells.matrix == LOADING] == row).any()
            values[c] = 1.0 if single else share / known[row] ** 2
    return values


def _told(
    solution: Solution, covariance: Floats, errors: Robust | None, made: Built, names: tuple[str, str, str],
    covariates: Sequence[str], pairs: Pairs, level: float, cases: int,
) -> LatentModeration:  # fmt: skip
    """The numbers in the units of the items, and standardised."""
    model, data, chosen, units = made
    outcome, predictor, moderator = names
    interaction = f"{predictor}:{moderator}"
    terms = (predictor, moderator, interaction, *covariates)
    group, m = model.groups[0], len(model.factors)
    at_slopes = np.flatnonzero(group.cells.matrix == SLOPE)
    unit = {name: float(data.scale[data.items.index(units.get(name, name))]) for name in (*names, *covariates)}
    unit[interaction] = unit[predictor] * unit[moderator]
    times = np.array([unit[outcome] / unit[term] for term in terms])

    def numbers(values: Matrix) -> Matrix:
        at = implied(group, values)
        sd = np.sqrt(np.diagonal(at.spread, axis1=-2, axis2=-1))
        gamma = values[..., at_slopes]
        own = sd[..., : m - 1].copy()
        own[..., 2] = sd[..., 0] * sd[..., 1]
        beta = gamma * own / sd[..., m - 1 :]
        b = gamma * times
        ends = np.array([-1.0, 0.0, 1.0])
        steep = b[..., 0:1] + ends * b[..., 2:3] * sd[..., 1:2] * unit[moderator]
        steep_beta = beta[..., 0:1] + ends * beta[..., 2:3]
        left = 1 - values[..., _residual(group, m - 1)] / sd[..., m - 1] ** 2
        spreads = sd[..., [0, 1, m - 1]] * np.array([unit[predictor], unit[moderator], unit[outcome]])
        return np.concatenate([b, beta, steep, steep_beta, left[..., None], spreads], axis=-1)

    value, se = by_delta(numbers, solution.values, covariance)
    k = len(terms)
    critical = float(special.ndtri((1 + level) / 2))

    def term(name: str, i: int, j: int) -> LatentTerm:
        z = value[i] / se[i] if se[i] > 0 else np.nan
        ends = [value[i] - critical * se[i], value[i] + critical * se[i]]
        standard = [value[j], se[j], value[j] - critical * se[j], value[j] + critical * se[j]]
        return LatentTerm(name, *map(float, (value[i], se[i], z, 2 * special.ndtr(-abs(z)), *ends, *standard)))

    found = tuple(term(name, i, k + i) for i, name in enumerate(terms))
    slopes = tuple(term(name, 2 * k + i, 2 * k + 3 + i) for i, name in enumerate(("low", "mean", "high")))
    fit = fit_of(solution, data, False, errors)
    improper = [
        data.items[int(group.cells.row[c])] for c in np.flatnonzero(group.cells.matrix == RESIDUAL)
        if group.cells.row[c] == group.cells.column[c] and solution.values[c] < 0
    ]  # fmt: skip
    spreads = dict(zip((predictor, moderator, outcome), value[-3:].tolist(), strict=True))
    return LatentModeration(
        outcome=outcome, predictor=predictor, moderator=moderator, covariates=tuple(covariates), pairing=pairs,
        pairs=chosen, level=level, n=int(data.n), dropped=cases - int(data.n), r2=float(value[-4]), terms=found,
        slopes=slopes, fit=fit, factors=tuple(Factor(name, units[name], spreads[name]) for name in names),
        notes=_notes(improper),
    )  # fmt: skip


def _residual(group: Group, factor: int) -> int:
    cells = group.cells
    (found,) = np.flatnonzero((cells.matrix == FACTOR) & (cells.row == factor) & (cells.column == factor))
    return int(found)


def _notes(improper: Sequence[str]) -> tuple[str, ...]:
    notes = ["Products are of items centred at their means, and centred once more (double mean centring)."]
    if improper:
        notes.append(f"The residual variance of {', '.join(improper)} is negative; the model may be wrong.")
    return tuple(notes)
