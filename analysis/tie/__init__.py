"""Models of ties within respondents: which ties give what, marginal or conditional."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import exp, inf, nan, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analysis.errors import UnsuitableError
from analysis.mixed import Mixed, Model, mixed, prepare
from analysis.regression.result import INTERCEPT
from analysis.result import NotApplicable
from analysis.tie import engine
from analysis.tie.frame import tie_frame
from analysis.tie.result import Term, Ties

__all__ = ["INTERCEPT", "Term", "Ties", "tie_frame", "tie_model"]

Floats = npt.NDArray[np.float64]


def tie_model(
    frame: pd.DataFrame, outcome: str, predictors: Sequence[str], *, model: str = "marginal",
    family: str = "gaussian", levels: int = 2, lowest: float = 0.0, centred: Sequence[str] = (), network: str = "",
    group: str = "id", level: float = 0.95,
) -> Ties | NotApplicable:  # fmt: skip
    """A model of one outcome of ties.

    frame: one row a tie; ``group`` says whose it is. model: 'marginal' or 'conditional'. family: 'gaussian';
        'binomial' (0 and 1); 'ordinal': an answer of ``levels`` steps from ``lowest``, as the number of steps taken out
        of levels - 1 (a logistic model of each step). centred: predictors that enter as the respondent's mean,
        ``x[between]``, and the deviation from it, ``x[within]``; those that do not vary within respondents stay whole.
    predictors: columns, or products of two, ``a:b`` (``a:a`` is the square): of deviations from the respondent's mean
        where the column is centred so, else from the mean of all ties.

    Marginal: Liang and Zeger's (1986) estimating equations, exchangeable, robust errors, as geepack. Conditional:
    ``analysis.mixed`` for numbers, else a logistic model with normal intercepts by Laplace's approximation, as
    ``lme4::glmer``. Ties with a missing value are left out. Returns ``Ties``, or ``NotApplicable`` with the reason: one
    respondent, one tie each, an outcome that is constant or can be told without error, predictors that repeat others.
    """
    whole = len(frame)
    try:
        frame = _multiplied(frame, outcome, predictors, centred, group)
        both = _both(frame, centred, group)
        made = prepare(frame, outcome, predictors, group, "", both)
        trials = 0.0 if family == "gaussian" else 1.0 if family == "binomial" else float(levels - 1)
        y = made.y if not trials else (made.y - (lowest if family == "ordinal" else 0.0)) / trials
        if trials and (((y < 0) | (y > 1)).any() or not np.allclose(y * trials, np.round(y * trials))):
            raise UnsuitableError(f"{outcome} is not {'0 or 1' if family == 'binomial' else f'one of {levels} steps'}")
        if model == "conditional" and not trials:
            found = _numbers(frame, outcome, predictors, both, network, group, level)
            return replace(found, dropped=whole - found.n) if isinstance(found, Ties) else found
        scale = made.x.std(axis=0)
        scale[0] = 1.0
        centre = made.x.mean(axis=0)
        centre[0] = 0.0
        x = (made.x - centre) / scale
        fit = (engine.marginal if model == "marginal" else engine.conditional)(x, y, made.codes, trials)
    except UnsuitableError as reason:
        return NotApplicable(Ties.kind, outcome, str(reason))
    except np.linalg.LinAlgError:
        return NotApplicable(Ties.kind, outcome, "the estimates could not be found: the predictors tell too little")
    back = np.diag(1 / scale)
    back[0, 1:] = -centre[1:] / scale[1:]
    notes = [*made.design.notes]
    if fit.variance == 0:
        notes.append("The estimated variance between respondents is 0: the model is a logistic regression.")
    return Ties(
        outcome=outcome, network=network, model=model, family=family, level=level, n=made.design.n,
        n_groups=made.design.n_clusters, dropped=whole - made.design.n,
        terms=_terms(made, back @ fit.b, back @ fit.covariance @ back.T, family, level), correlation=fit.correlation,
        var_group=fit.variance, loglik=fit.loglik, centred=both,
        references=dict(made.design.references), notes=tuple(notes),
    )  # fmt: skip


def _multiplied(
    frame: pd.DataFrame, outcome: str, predictors: Sequence[str], centred: Sequence[str], group: str
) -> pd.DataFrame:
    """The complete ties with a column for each product; the frame itself where there is none."""
    products = [name for name in predictors if ":" in name and name not in frame.columns]
    if not products:
        return frame
    parts = {name: name.split(":") for name in products}
    single = [name for name in predictors if name not in products]
    used = list(dict.fromkeys([outcome, *single, *(part for two in parts.values() for part in two), group]))
    if absent := [name for name in used if name not in frame.columns]:
        raise UnsuitableError(f"there is no variable {absent[0]} in the data")
    kept = frame[used].dropna()
    for name in {part for two in parts.values() for part in two}:
        if not pd.api.types.is_numeric_dtype(kept[name].dtype):
            raise UnsuitableError(f"{name} holds categories, and a product needs numbers")
    within = _both(kept, centred, group)

    def apart(name: str) -> pd.Series:
        mean = kept.groupby(group)[name].transform("mean") if name in within else kept[name].mean()
        return kept[name] - mean

    return kept.assign(**{name: apart(first) * apart(second) for name, (first, second) in parts.items()})


def _both(frame: pd.DataFrame, centred: Sequence[str], group: str) -> tuple[str, ...]:
    """Those of the predictors that vary within respondents and between them."""
    found = []
    for name in centred:
        held = frame[[name, group]].dropna()
        means = held.groupby(group)[name].transform("mean")
        if len(held) and (held[name] - means).std() > 1e-9 < means.std():
            found.append(name)
    return tuple(found)


def _terms(made: Model, b: Floats, covariance: Floats, family: str, level: float) -> tuple[Term, ...]:
    z_level = float(special.ndtri((1 + level) / 2))
    sd_y = float(made.y.std(ddof=1))
    rows = []
    for i, name in enumerate(made.terms):
        value, se = float(b[i]), sqrt(float(covariance[i, i]))
        z = value / se
        odds = nan if family == "gaussian" or name == INTERCEPT else exp(value)
        unit = nan if name == INTERCEPT else float(made.x[:, i].std(ddof=1)) / sd_y
        p = float(2 * special.ndtr(-abs(z)))
        rows.append(Term(name, value, se, z, p, value - z_level * se, value + z_level * se, inf, odds, unit))
    return tuple(rows)


def _numbers(
    frame: pd.DataFrame, outcome: str, predictors: Sequence[str], centred: Sequence[str], network: str, group: str,
    level: float,
) -> Ties | NotApplicable:  # fmt: skip
    """The conditional model of a number: a linear mixed model."""
    found = mixed(frame, outcome, predictors, group, "", centred, level)
    if not isinstance(found, Mixed):
        return NotApplicable(Ties.kind, outcome, found.reason)
    terms = tuple(
        Term(row.term, row.b, row.se, row.t, row.p, row.ci_low, row.ci_high, row.df, nan, row.unit)
        for row in found.effects
    )
    return Ties(
        outcome=outcome, network=network, model="conditional", family="gaussian", level=level, n=found.n,
        n_groups=found.n_groups, dropped=found.dropped, terms=terms, var_group=found.var_group, loglik=found.loglik,
        centred=tuple(centred), references=found.references, notes=found.notes,
    )  # fmt: skip
