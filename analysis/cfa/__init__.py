"""Confirmatory factor analysis: scales as factors, by maximum likelihood on moments, as ``lavaan::cfa`` fits them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import pandas as pd

from analysis.cfa.assemble import Estimates, assemble
from analysis.cfa.data import Data, from_moments, from_patterns, with_rows
from analysis.cfa.fit import change, fit_of, free, saturated_size
from analysis.cfa.model import Model, measurement
from analysis.cfa.ordinal import (
    covariance_of_weighted,
    of_correlations,
    solve_weighted,
    weighted_modifications,
    with_residuals,
)
from analysis.cfa.parts import modifications
from analysis.cfa.point import point_of
from analysis.cfa.polychorics import polychorics
from analysis.cfa.result import CFA, Rival
from analysis.cfa.robust import Robust, robust
from analysis.cfa.solve import NotFitted, Solution, observed_information, solve, starts
from analysis.cfa.weighted import fit_of_weighted, target_of, weighted_change
from analysis.errors import AnalysisError
from analysis.moments import Floats, Moments, as_matrix, complete, moments
from analysis.result import NotApplicable

Estimator = Literal["ml", "mlr", "fiml", "wlsmv"]
ESTIMATORS: tuple[str, ...] = ("ml", "mlr", "fiml", "wlsmv")
Scales = Mapping[str, Sequence[str]]


def cfa(
    items: pd.DataFrame,
    scales_: Scales,
    *,
    estimator: Estimator = "ml",
    missing: Literal["listwise", "fiml"] = "listwise",
    higher: str = "",
    method: Sequence[str] = (),
    method_name: str = "method",
    rival: bool = False,
    level: float = 0.95,
) -> CFA | NotApplicable:
    """Fit the model in which each scale is a factor with a variance of 1, and factors correlate.

    items: rows (n, p) with a column an item, as scored. scales_: each scale's items. estimator: 'ml' (normal
    likelihood, expected information), 'mlr' (the same estimates, Huber-White errors and Yuan and Bentler's test),
    'fiml' (normal likelihood of all answers, observed information), 'wlsmv' (ordered categories: least squares on
    polychoric correlations, weighted by their variances, with the scaled and shifted test). missing: 'fiml' lets
    'mlr' use all answers. higher: name of a second-order factor. method: items that share a method factor without
    correlation with the scales (reversed ones, or a marker's). rival: whether one factor for all is fitted beside it.
    level: of intervals.

    Returns NotApplicable where the model is not identified, does not converge or the data are singular; raises
    AnalysisError for an unknown option or column. Equal to ``lavaan::cfa(std.lv = TRUE)`` with the same estimator.
    """
    if estimator not in ESTIMATORS or missing not in ("listwise", "fiml"):
        raise AnalysisError(f"There is no estimator '{estimator}' with missing='{missing}'.")
    model = measurement(scales_, higher=higher, method=method_name if method else "", marked=method)
    if absent := [item for item in model.items if item not in items.columns]:
        raise AnalysisError(f"The data have no column {', '.join(absent)}.")
    try:
        matrix, _ = as_matrix(items[list(model.items)])
    except AnalysisError as error:
        return NotApplicable("cfa", "", str(error).rstrip(".")[:1].lower() + str(error).rstrip(".")[1:])
    matrix = np.where(np.isfinite(matrix), matrix, np.nan)
    narrow = _one_factor(model, scales_, method, method_name) if rival else None
    if estimator == "wlsmv":
        found = _ordinal(complete(matrix), model, narrow, level)
        return found if isinstance(found, NotApplicable) else replace(found, dropped=len(matrix) - found.fit.n)
    full = estimator == "fiml" or missing == "fiml"
    data = from_patterns(model.items, [matrix]) if full else _listwise(model, matrix)
    if isinstance(data, str):
        return NotApplicable("cfa", "", data)
    found = _fitted(data, model, narrow, estimator, full, level)
    return found if isinstance(found, NotApplicable) else replace(found, dropped=len(matrix) - found.fit.n)


def cfa_of(
    of: Moments,
    scales_: Scales,
    *,
    higher: str = "",
    method: Sequence[str] = (),
    method_name: str = "method",
    rival: bool = False,
    level: float = 0.95,
) -> CFA | NotApplicable:
    """The same by maximum likelihood from moments alone: of chunks put together, or of a published table."""
    model = measurement(scales_, higher=higher, method=method_name if method else "", marked=method)
    data = from_moments([of.take(model.items)])
    if isinstance(data, str):
        return NotApplicable("cfa", "", data)
    narrow = _one_factor(model, scales_, method, method_name) if rival else None
    return _fitted(data, model, narrow, "ml", False, level)


def _listwise(model: Model, matrix: Floats) -> Data | str:
    rows = complete(matrix)
    data = from_moments([moments(rows, model.items)])
    return data if isinstance(data, str) else with_rows(data, [rows])


def _one_factor(model: Model, scales_: Scales, method: Sequence[str], name: str) -> Model | None:
    """The rival: all items on one factor (a method factor stays); None where there is one factor already."""
    if len(scales_) < 2:
        return None
    return measurement({"one factor": model.items}, method=name if method else "", marked=method)


def estimate(data: Data, model: Model, means: bool) -> Solution | NotFitted:
    """Fit a model from one start and, where that fails, from the others."""
    short = free(model, data, means) - saturated_size(data, means)
    if short > 0:
        return NotFitted(f"the model is not identified: it has {short} more parameters than the data have moments")
    failed = NotFitted("there is nothing to start from")
    for start in starts(model, data.mean, data.cov):
        found = solve(model, data.samples, start)
        if isinstance(found, Solution):
            return found
        failed = found
    return failed


def covariance_of(solution: Solution, data: Data, estimator: str, full: bool) -> tuple[Floats, Robust | None]:
    """Covariance of the parameters by the estimator's own information, and robust errors where it has them."""
    if estimator == "mlr":
        errors = robust(solution, data.samples, data.rows)
        return errors.covariance, errors
    if full:
        return inverse_of(observed_information(solution.model, data.samples, solution.values)), None
    return inverse_of(solution.information), None


def inverse_of(told: Floats) -> Floats:
    """The inverse of an information matrix."""
    found: Floats = np.linalg.inv(told).astype(np.float64)
    return found


def _fitted(
    data: Data, model: Model, narrow: Model | None, estimator: str, full: bool, level: float
) -> CFA | NotApplicable:
    solution = estimate(data, model, full)
    if isinstance(solution, NotFitted):
        return NotApplicable("cfa", "", solution.reason)
    try:
        covariance, errors = covariance_of(solution, data, estimator, full)
        fit = fit_of(solution, data, full, errors)
    except np.linalg.LinAlgError:
        return NotApplicable("cfa", "", "the information about the parameters is singular, so there are no errors")
    other, reason = None, ""
    if narrow is not None:
        second = estimate(data, narrow, full)
        if isinstance(second, NotFitted):
            reason = second.reason
        else:
            worse = fit_of(second, data, full, covariance_of(second, data, estimator, full)[1])
            other = Rival(worse, change(worse, fit), point_of(narrow, second.values, data))
    made = Estimates(model, data, solution.values, covariance, fit, modifications(solution, data))
    found = assemble(made, estimator, full, level, other, reason)
    return replace(found, point=point_of(model, solution.values, data))


def _ordinal(rows: Floats, model: Model, narrow: Model | None, level: float) -> CFA | NotApplicable:
    """The same by weighted least squares on polychoric correlations of complete rows."""
    if len(rows) < 3:
        return NotApplicable("cfa", "", f"there are {len(rows)} complete cases; 3 or more are needed")
    data = polychorics(rows)
    if isinstance(data, str):
        return NotApplicable("cfa", "", data)
    model = of_correlations(model)
    target = target_of([data], thresholds=False)
    solution = solve_weighted(model, data, target)
    if isinstance(solution, NotFitted):
        return NotApplicable("cfa", "", solution.reason)
    fit = fit_of_weighted(solution, [data], target)
    other, reason = None, ""
    if narrow is not None:
        second = solve_weighted(of_correlations(narrow), data, target)
        if isinstance(second, NotFitted):
            reason = second.reason
        else:
            worse = fit_of_weighted(second, [data], target)
            other = Rival(worse, weighted_change(second, solution, target, worse, fit))
    k = len(data.r)
    unit = Data(model.items, (), (np.zeros(k),), (data.r,), np.zeros(k), np.ones(k), np.nan)
    made = Estimates(
        with_residuals(model, solution), unit, solution.values, covariance_of_weighted(solution, data), fit,
        weighted_modifications(model, solution, data), True,
    )  # fmt: skip
    return assemble(made, "wlsmv", False, level, other, reason)
