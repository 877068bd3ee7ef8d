"""Logistic regression: the probability of one of two answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special

from analysis.errors import UnsuitableError
from analysis.likelihood import basis
from analysis.likelihood.fit import Model, fit
from analysis.likelihood.result import Logistic
from analysis.regression.design import Errors, Vector, is_category
from analysis.result import NotApplicable


def logistic(
    frame: pd.DataFrame,
    outcome: str,
    blocks: Sequence[Sequence[str]],
    errors: Errors = "classical",
    level: float = 0.95,
) -> Logistic | NotApplicable:
    """Regress the log odds of one of the outcome's two values on the predictors of ``blocks``.

    frame, blocks, level: as of ``analysis.regression.regression``; rows with a missing value are left out.
    outcome: a number with two values, of which the higher is the event, or a category of two that occur (the later).
    errors: 'classical' (model-based), 'HC3' or ``{'cluster': column}`` (CR1).

    ℓ = Σ y log π + (1 − y) log(1 − π), π = 1 / (1 + exp(−xᵀb)); tests and intervals are Wald's. Returns NotApplicable
    with the reason where the outcome has not two values, where predictors separate its values (Albert & Anderson 1984,
    Biometrika 71), where a predictor is constant or collinear, or too few cases are complete.

    >>> data = pd.DataFrame({"x": [0.0, 0, 0, 0, 1, 1, 1, 1], "y": [0, 0, 0, 1, 0, 1, 1, 1]})
    >>> found = logistic(data, "y", [["x"]])
    >>> round(found.coefficient("x").ratio, 6)
    9.0
    """
    names: list[str] = []

    def coded(design_frame: pd.DataFrame) -> pd.DataFrame:
        made, labels = two_values(design_frame, outcome)
        names[:] = labels
        return made

    found = fit(frame, outcome, blocks, errors, level, MODEL, coded)
    if isinstance(found, NotApplicable):
        return found
    share = found.columns.y.mean()
    return Logistic(**found.common, event=names[1], share=float(share))


def two_values(frame: pd.DataFrame, outcome: str) -> tuple[pd.DataFrame, list[str]]:
    """The complete rows with the outcome as 0 and 1, and what those stand for."""
    column = frame[outcome]
    if is_category(column):
        known = pd.Categorical(column)
        held = [c for c in known.categories if (known == c).any()]
        labels = [str(c) for c in held]
        codes = pd.Series(pd.Categorical(column, categories=held).codes, index=frame.index)
        numbers = codes.astype(np.float64).where(codes >= 0)
    else:
        given = column.to_numpy(dtype=np.float64, na_value=np.nan)
        held = sorted(set(given[np.isfinite(given)].tolist()))
        labels = [f"{value:g}" for value in held]
        numbers = pd.Series(np.where(np.isfinite(given), given == held[-1] if held else False, np.nan), frame.index)
    if len(held) != 2:
        raise UnsuitableError(f"a logistic regression needs an outcome of two values, and {outcome} has {len(held)}")
    return frame.assign(**{outcome: numbers.astype(np.float64)}), labels


def at(z: Vector, y: Vector) -> basis.Fit:
    """The maximum for these columns."""

    def point(values: Vector) -> basis.Point:
        eta = z @ values
        chance = special.expit(eta)
        loglik = float(np.sum(np.where(y > 0, special.log_expit(eta), special.log_expit(-eta))))
        weight = chance * (1 - chance)
        return loglik, z.T @ (y - chance), (z.T * weight) @ z

    start = np.zeros(z.shape[1])
    start[0] = special.logit(y.mean())
    values, (loglik, _, information) = basis.newton(start, point)
    eta = z @ values
    chance = special.expit(eta)
    scores = z * (y - chance)[:, None]
    leverage = chance * (1 - chance) * np.einsum("ij,ij->i", z @ np.linalg.inv(information), z)
    return basis.Fit(values, loglik, information, scores, leverage, bool(np.ptp(eta) > basis.FAR))


def null(y: Vector) -> float:
    """Log-likelihood of the intercept alone."""
    share = float(y.mean())
    return float(len(y) * (special.xlogy(share, share) + special.xlog1py(1 - share, -share)))


def separation(columns: basis.Columns) -> None:
    """Refuse predictors that separate the two values."""
    sign = np.where(columns.y > 0, 1.0, -1.0)[:, None]
    rows = sign * np.column_stack([np.ones(len(sign)), basis.standard(columns.design)])
    basis.separated(columns.design, rows, np.empty((0, rows.shape[1])), ("", *columns.design.terms))


MODEL = Model("logistic", at, null, separation)
