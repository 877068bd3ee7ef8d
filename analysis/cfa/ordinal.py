"""Ordered answers: factors of the normal variables behind them, by weighted least squares on polychorics."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import nan, sqrt

import numpy as np

from analysis.cfa.fit import Fit, chi2_p, comparative, rmsea_interval, rmsea_of
from analysis.cfa.likelihood import Slopes, implied, slopes
from analysis.cfa.model import FACTOR, LOADING, RESIDUAL, SLOPE, Cells, Group, Model, others
from analysis.cfa.parts import Modification
from analysis.cfa.polychorics import Polychorics
from analysis.cfa.solve import NotFitted
from analysis.moments import Floats

STEPS = 500
PRECISION = 1e-24
"""Converged where the next step promises less than this in the fit function."""
RUNAWAY = 50.0
SINGULAR = 1e-9


@dataclass(frozen=True, eq=False)
class Weighted:
    """A model fitted by weighted least squares: ``values`` (size,), their robust ``covariance``, the ``minimum`` of
    the fit function, and the sum of the eigenvalues of U Gamma and of their squares, which the test rests on."""

    model: Model
    values: Floats
    covariance: Floats
    minimum: float
    trace: float
    squares: float


def of_correlations(model: Model) -> Model:
    """The model without residual variances and means: of normal variables that each have a variance of 1."""
    group = model.groups[0]
    kept = np.isin(group.cells.matrix, (LOADING, SLOPE, FACTOR))
    cells = Cells(group.cells.matrix[kept], group.cells.row[kept], group.cells.column[kept])
    return replace(model, groups=(Group(cells, np.arange(len(cells)), group.fixed),), size=len(cells))


def with_residuals(found: Weighted) -> Model:
    """The fitted model with what is left of each item's variance of 1 as its residual, fixed."""
    group = found.model.groups[0]
    fixed = list(group.fixed)
    fixed[RESIDUAL] = np.diag(1 - np.diag(implied(group, found.values).sigma))
    return replace(found.model, groups=(Group(group.cells, group.parameter, tuple(fixed)),))


def solve_weighted(model: Model, data: Polychorics) -> Weighted | NotFitted:
    """Minimise sum (r - rho)^2 / v over the correlations below the diagonal, v their asymptotic variances.

    Gauss-Newton steps with Marquardt's damping. model: as ``of_correlations`` gives it.
    """
    group, weight = model.groups[0], 1 / np.diag(data.spread)
    target = data.r[data.row, data.column]
    if model.size > len(target):
        short = model.size - len(target)
        return NotFitted(f"the model is not identified: it has {short} more parameters than there are correlations")

    def away(values: Floats) -> tuple[Floats, float]:
        apart = target - implied(group, values).sigma[data.row, data.column]
        return apart, float(weight @ apart**2)

    values = _start(model, data.r)
    apart, now = away(values)
    damping, steps = 0.0, 0
    while steps < STEPS:
        steps += 1
        delta = _delta(group, values, data)
        told, slope = delta.T @ (weight[:, None] * delta), delta.T @ (weight * apart)
        try:
            move = np.linalg.solve(told + damping * np.diag(np.diag(told)), slope)
        except np.linalg.LinAlgError:
            return _not_identified()
        promised = float(slope @ move)
        if promised <= PRECISION * max(1.0, now):
            return _weighted(model, values, now, delta, data)
        there_apart, there = away(values + move)
        if there > now and promised > 1e-14 * max(1.0, now):
            damping = max(10 * damping, 1e-4)
            if damping > 1e12:
                break
            continue
        values, apart, now = values + move, there_apart, there
        damping = damping / 10 if damping > 1e-8 else 0.0
        if np.abs(values).max() > RUNAWAY:
            break
    return NotFitted("the weighted least squares fit did not converge: the data do not determine the model")


def _not_identified() -> NotFitted:
    return NotFitted("the model is not identified: the data leave some of its parameters open")


def _delta(group: Group, values: Floats, data: Polychorics) -> Floats:
    """Derivatives of the modelled correlations in the parameters, (pairs, size)."""
    return _below(slopes(group.cells, implied(group, values)), data)


def _below(by: Slopes, data: Polychorics) -> Floats:
    """Derivatives of the correlations below the diagonal, (pairs, c)."""
    u, v = by.u, by.v
    found: Floats = by.weight * (u[:, data.row] * v[:, data.column] + v[:, data.row] * u[:, data.column]).T
    return found


def _start(model: Model, r: Floats) -> Floats:
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


def _weighted(model: Model, values: Floats, now: float, delta: Floats, data: Polychorics) -> Weighted | NotFitted:
    weight = 1 / np.diag(data.spread)
    told = delta.T @ (weight[:, None] * delta)
    scale = np.sqrt(np.diag(told))
    if not (scale > 0).all() or np.linalg.eigvalsh(told / scale / scale[:, None])[0] < SINGULAR:
        return _not_identified()
    inverse = np.linalg.inv(told)
    pull = inverse @ (delta.T * weight)
    covariance = pull @ data.spread @ pull.T / (data.n - 1)
    left = np.diag(weight) - (weight[:, None] * delta) @ pull
    product = left @ data.spread
    return Weighted(model, values, covariance, now, float(np.trace(product)), float(np.sum(product * product.T)))


def shifted(chi2: float, df: int, trace: float, squares: float) -> tuple[float, float]:
    """The scaled and shifted chi-squared (Asparouhov & Muthen 2010) and its factor, as lavaan names it (1 / a)."""
    if df <= 0:
        return 0.0, nan
    a = sqrt(df / squares)
    return chi2 * a + df - a * trace, 1 / a


def fit_of_weighted(found: Weighted, data: Polychorics) -> Fit:
    """All indices of a fitted model, with and without the scaled test; the baseline has no correlation at all."""
    pairs, n = len(data.row), data.n
    df = pairs - found.model.size
    r, weight = data.r[data.row, data.column], 1 / np.diag(data.spread)
    chi2, base = ((n - 1) * found.minimum if df > 0 else 0.0), (n - 1) * float(weight @ r**2)
    cfi, tli = comparative(chi2, df, base, pairs)
    low, high = rmsea_interval(chi2, df, n - 1)
    alone = weight[:, None] * data.spread
    scaled, factor = shifted(chi2, df, found.trace, found.squares)
    scaled_base, _ = shifted(base, pairs, float(np.trace(alone)), float(np.sum(alone * alone.T)))
    scaled_cfi, scaled_tli = comparative(scaled, df, scaled_base, pairs)
    scaled_low, scaled_high = rmsea_interval(scaled, df, n - 1)
    apart = r - implied(found.model.groups[0], found.values).sigma[data.row, data.column]
    k = len(data.r)
    return Fit(
        n=n, parameters=found.model.size, chi2=chi2, df=df, p=chi2_p(chi2, df), baseline_chi2=base, baseline_df=pairs,
        cfi=cfi, tli=tli, rmsea=rmsea_of(chi2, df, n - 1), rmsea_low=low, rmsea_high=high,
        srmr=sqrt(float(apart @ apart) / (k * (k + 1) / 2)), scaling=factor, chi2_scaled=scaled,
        p_scaled=chi2_p(scaled, df), cfi_scaled=scaled_cfi, tli_scaled=scaled_tli,
        rmsea_scaled=rmsea_of(scaled, df, n - 1), rmsea_scaled_low=scaled_low, rmsea_scaled_high=scaled_high,
        baseline_scaled=scaled_base,
    )  # fmt: skip


def weighted_change(narrow: Weighted, wide: Weighted, data: Polychorics) -> tuple[float, float]:
    """The scaled and shifted difference test of two nested models (Satorra 2000; Asparouhov & Muthen 2006), with its p.

    With D the derivatives of the correlations in the wide model's parameters, P = D' W D, and A what the narrow model
    forbids (orthogonal to (D'D)^-1 D' D0, D0 those of the narrow one), U = W D P^-1 A' (A P^-1 A')^-1 A P^-1 D' W; the
    difference is scaled by the traces of U Gamma and of its square, as ``lavTestLRT(method = "satorra.2000")`` does.
    NaN where the models are not nested in this sense.
    """
    df = wide.model.size - narrow.model.size
    apart = (data.n - 1) * (narrow.minimum - wide.minimum)
    weight = 1 / np.diag(data.spread)
    group = wide.model.groups[0]
    delta, less = _delta(group, wide.values, data), _delta(narrow.model.groups[0], narrow.values, data)
    held = np.linalg.lstsq(delta, less, rcond=None)[0]
    left, values, _ = np.linalg.svd(held, full_matrices=True)
    if df <= 0 or values[-1] < SINGULAR * values[0]:
        return nan, nan
    a = left[:, held.shape[1] :].T
    inverse = np.linalg.inv(delta.T @ (weight[:, None] * delta))
    inner = inverse @ a.T @ np.linalg.solve(a @ inverse @ a.T, a @ inverse)
    reach = weight[:, None] * delta
    product = reach @ inner @ reach.T @ data.spread
    scaled, _ = shifted(apart, df, float(np.trace(product)), float(np.sum(product * product.T)))
    return scaled, chi2_p(scaled, df)


def weighted_modifications(found: Weighted, data: Polychorics) -> tuple[Modification, ...]:
    """Modification indices of fixed loadings and residual covariances, from the weighted fit function as in lavaan."""
    model, group = found.model, found.model.groups[0]
    cells = others(model, group)
    if not len(cells):
        return ()
    weight = 1 / np.diag(data.spread)
    at = implied(group, found.values)
    new, old = _below(slopes(cells, at), data), _delta(group, found.values, data)
    apart = data.r[data.row, data.column] - at.sigma[data.row, data.column]
    score = new.T @ (weight * apart) * (data.n - 1) / data.n
    told = old.T @ (weight[:, None] * old)
    across = new.T @ (weight[:, None] * old)
    alone = np.einsum("pc,p,pc->c", new, weight, new)
    left = alone - np.einsum("cq,cq->c", across, np.linalg.solve(told, across.T).T)
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
