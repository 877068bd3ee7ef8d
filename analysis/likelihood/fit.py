"""From a frame to a fitted model with errors, blocks and its fit: what the three models do alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import UnsuitableError
from analysis.likelihood import basis
from analysis.likelihood.basis import Columns, Fit
from analysis.likelihood.result import Step
from analysis.regression.design import Errors, Vector, build_for, complete, errors_and_cluster
from analysis.regression.result import INTERCEPT
from analysis.result import NotApplicable


@dataclass(frozen=True)
class Model:
    """One kind: its fit to columns and an outcome, ℓ of the intercept alone, and its check of separation.

    extra: parameters beside the coefficients that count in AIC. thresholds: how many coefficients stand before the
    predictors, in place of an intercept, for an outcome; None where there is an intercept.
    """

    kind: str
    at: Callable[[Vector, Vector], Fit]
    null: Callable[[Vector], float]
    separation: Callable[[Columns], None]
    extra: int = 0
    thresholds: Callable[[Vector], int] | None = None


@dataclass(frozen=True)
class Found:
    """A fitted model: what every kind's result has, the columns it was fitted to, and the fit of the last step."""

    common: dict[str, Any]
    columns: Columns
    last: Fit


def fit(
    frame: pd.DataFrame, outcome: str, blocks: Sequence[Sequence[str]], errors: Errors, level: float, model: Model,
    coded: Callable[[pd.DataFrame], pd.DataFrame], named: Callable[[], Sequence[str]] = lambda: (),
) -> Found | NotApplicable:  # fmt: skip
    """Fit the model of every block, and put together what all kinds have.

    coded: the frame with the outcome as numbers from 0. named: the thresholds' names once ``coded`` has run. Raises
    ValueError for errors or a level that do not exist.
    """
    known = ("classical", "cluster") if model.kind == "ordinal" else ("classical", "HC3", "cluster")
    name, cluster = errors_and_cluster(errors, known)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    try:
        predictors = [variable for block in blocks for variable in block]
        (held,), _ = complete([frame], [outcome, *predictors, *([] if cluster is None else [cluster])])
        design = build_for(coded(held), outcome, blocks, cluster)
        columns = basis.columns(design)
        fits = [_fitted(columns, end, model) for end in design.ends]
        common = _common(columns, fits, model, name, level, tuple(named()))
    except UnsuitableError as reason:
        return NotApplicable(model.kind, outcome, str(reason))
    common |= {
        "outcome": outcome, "errors": name, "cluster": cluster, "n_clusters": design.n_clusters if cluster else None,
        "level": level, "n": design.n, "dropped": len(frame) - design.n, "references": dict(design.references),
        "notes": design.notes,
    }  # fmt: skip
    return Found(common, columns, fits[-1])


def _fitted(columns: Columns, end: int, model: Model) -> Fit:
    """The fit of the model up to a step; where it has no maximum, or one that is suspect, separation is looked for."""
    try:
        found = model.at(columns.z[:, : end + 1], columns.y)
    except UnsuitableError:
        model.separation(columns)
        raise
    if found.far:
        model.separation(columns)
    return found


def _covariance(columns: Columns, found: Fit, name: str) -> Vector:
    """Covariance of a step's coefficients of z."""
    if name == "HC3":
        return basis.weighted(found.information, found.scores, found.leverage)
    if name == "cluster":
        return basis.sandwich(found.information, found.scores, columns.design)
    return np.asarray(np.linalg.inv(found.information))


def _common(
    columns: Columns, fits: list[Fit], model: Model, name: str, level: float, thresholds: tuple[str, ...]
) -> dict[str, Any]:
    design, n = columns.design, len(columns.y)
    k = len(design.terms)
    before = 1 if model.thresholds is None else model.thresholds(columns.y)
    steps, start = [], 0
    nothing = model.null(columns.y)
    loglik = nothing
    for place, (end, found) in enumerate(zip(design.ends, fits, strict=True)):
        part = slice(before + start, before + end)
        inner = _covariance(columns, found, name)[part, part]
        chi2 = 2 * (found.loglik - loglik) if name == "classical" else basis.wald(found.values[part], inner)
        terms = design.terms[start:end]
        steps.append(Step(f"block{place + 1}", terms, chi2, end - start, float(special.chdtrc(end - start, chi2))))
        start, loglik = end, found.loglik
    last = fits[-1]
    covariance = _covariance(columns, last, name)
    back = np.zeros((before + k, before + k))
    if model.thresholds is None:
        back, terms = columns.back, (INTERCEPT, *design.terms)
    else:
        # θ − zᵀγ = (θ + shift) − xᵀb: what centring took from the predictors goes to the thresholds.
        back[:before, :before] = np.eye(before)
        back[:before, before:] = -columns.back[0, 1:]
        back[before:, before:] = columns.back[1:, 1:]
        terms = (*thresholds, *design.terms)
    b = back @ last.values
    whole = back @ covariance @ back.T
    ratio = 2 * (last.loglik - nothing)
    chi2 = ratio if name == "classical" else basis.wald(last.values[before:], covariance[before:, before:])
    snell = -np.expm1(-ratio / n)
    return {
        "loglik": last.loglik, "aic": 2 * (len(last.values) + model.extra) - 2 * last.loglik, "chi2": chi2,
        "df": k, "p": float(special.chdtrc(k, chi2)), "r2_mcfadden": 1 - last.loglik / nothing,
        "r2_nagelkerke": float(snell / -np.expm1(2 * nothing / n)),
        "coefficients": basis.estimates(terms, b, whole, level), "steps": tuple(steps), "covariance": whole,
    }  # fmt: skip
