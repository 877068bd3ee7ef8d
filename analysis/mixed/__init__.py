"""Linear mixed models for respondents in groups: random intercepts exactly, and one random slope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analysis.errors import UnsuitableError
from analysis.mixed import engine
from analysis.mixed.parts import BETWEEN, CONTEXTUAL, WITHIN, part
from analysis.mixed.result import Effect, Group, Mixed
from analysis.regression.design import Design, build
from analysis.regression.engine import COLLINEAR
from analysis.regression.result import INTERCEPT
from analysis.resample import one_thread
from analysis.result import NotApplicable

__all__ = ["INTERCEPT", "Effect", "Group", "Mixed", "mixed"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Model:
    """The columns of one mixed model: complete cases, parts of predictors apart."""

    design: Design
    terms: tuple[str, ...]
    x: Floats
    y: Floats
    codes: npt.NDArray[np.int64]
    labels: tuple[str, ...]
    slope: str


def mixed(
    frame: pd.DataFrame,
    outcome: str,
    fixed: Sequence[str],
    group: str,
    slope: str = "",
    within_between: Sequence[str] = (),
    level: float = 0.95,
) -> Mixed | NotApplicable:
    """A linear mixed model of ``outcome`` with random intercepts by ``group``, fitted by REML.

    frame: one row a case. fixed: predictors; categories become 0/1 columns as in a regression. group: a column that
        tells groups apart. slope: one numeric predictor whose slope varies over groups, with the covariance of slopes
        and intercepts. within_between: numeric predictors that enter as their group's mean, ``x[between]``, and the
        deviation from it, ``x[within]``; the difference of their coefficients is ``x[contextual]``. A varying slope
        of such a predictor is that of its deviation.

    Rows with a missing value in the model are left out. Returns a ``Mixed``, or ``NotApplicable`` with the reason: one
    group, no group of two, a constant outcome, predictors that repeat each other or reproduce the outcome.

    The likelihood is Bates et al.'s (2015), σ² and β profiled out; df are Satterthwaite's as lmerTest has them; R² are
    Nakagawa and Schielzeth's (2013), with Johnson's (2014) mean random variance for slopes: marginal σ²_f / (σ²_f +
    σ²_r + σ²_e), conditional (σ²_f + σ²_r) / (…); icc = σ²_r / (σ²_r + σ²_e).

    >>> rng = np.random.default_rng(1)
    >>> team = np.repeat(np.arange(20), 5)
    >>> data = pd.DataFrame({"team": team, "x": rng.normal(size=100)})
    >>> data["y"] = data["x"] + rng.normal(size=20)[team] + rng.normal(size=100)
    >>> round(mixed(data, "y", ["x"], "team").effect("x").b, 2)
    0.91
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    try:
        model = prepare(frame, outcome, fixed, group, slope, within_between)
        column = model.x[:, [model.terms.index(model.slope)]] if slope else np.empty((len(model.y), 0))
        with one_thread():
            sums = engine.sums(model.x, model.y, model.codes, column)
            state = engine.solve(sums)
            found = engine.derivatives(state)
    except UnsuitableError as reason:
        return NotApplicable(Mixed.kind, outcome, str(reason))
    return _result(model, group, within_between, sums, state, found, level)


def prepare(
    frame: pd.DataFrame, outcome: str, fixed: Sequence[str], group: str, slope: str, within_between: Sequence[str]
) -> Model:
    """The columns of the model; raises UnsuitableError where the data cannot carry it."""
    for name in (*within_between, *([slope] if slope else [])):
        if name not in fixed:
            raise UnsuitableError(f"{name} is not among the fixed predictors")
        if name in frame.columns and not pd.api.types.is_numeric_dtype(frame[name].dtype):
            raise UnsuitableError(f"{name} holds categories, and a number is needed here")
    design = build(frame, outcome, [list(fixed)], group)
    rows = slice(None) if design.keep is None else design.keep
    columns = [np.asarray(column[rows], dtype=np.float64) for column in design.columns]
    y, codes = columns.pop(), np.asarray(design.clusters)
    n, count = design.n, design.n_clusters
    if count < 2:
        raise UnsuitableError(f"groups of {group} must be two or more, and there {'is 1' if count else 'are none'}")
    if count == n:
        raise UnsuitableError(f"every group ({group}) has a single case: groups and residuals cannot be told apart")
    if y.min() == y.max():
        raise UnsuitableError(f"{outcome} is constant")
    sizes = np.bincount(codes)
    terms: list[str] = [INTERCEPT]
    x: list[Floats] = [np.ones(n)]
    for name, values in zip(design.terms, columns, strict=True):
        if values.min() == values.max():
            raise UnsuitableError(f"{name} is constant among the complete cases")
        if name not in within_between:
            terms, x = [*terms, name], [*x, values]
            continue
        means = (np.bincount(codes, values) / sizes)[codes]
        apart = values - means
        spread = float(values.std())
        if apart.std() < 1e-9 * spread:
            raise UnsuitableError(f"{name} does not vary within groups of {group}: it has no part within them")
        if means.std() < 1e-9 * spread:
            raise UnsuitableError(f"{name} has the same mean in all groups of {group}: it has no part between them")
        terms += [part(name, WITHIN), part(name, BETWEEN)]
        x += [apart, means]
    held = part(slope, WITHIN) if slope in within_between else slope
    random = 2 if slope else 1
    if slope and not _varies(x[terms.index(held)], codes):
        raise UnsuitableError(f"{slope} does not vary within two groups of {group} or more: slopes cannot vary")
    if n <= random * count:
        what = f"{n} cases cannot carry {random} coefficients for each of {count} groups of {group}"
        raise UnsuitableError(what)
    if n <= len(terms) + random:
        raise UnsuitableError(f"there are too few complete cases: {n} for {len(terms)} coefficients")
    if told := _repeated(terms, np.column_stack(x)):
        raise UnsuitableError(told)
    values, labels = frame[group][rows].astype(object).to_numpy(), np.empty(count, dtype=object)
    labels[codes] = values
    return Model(design, tuple(terms), np.column_stack(x), y, codes, tuple(map(_plain, labels)), held)


def _repeated(terms: Sequence[str], x: Floats) -> str:
    """Which column is a combination of those before it, in words; '' where none is. The first is the constant."""
    z = x[:, 1:] - x[:, 1:].mean(axis=0)
    z = z / np.sqrt((z**2).sum(axis=0))
    triangle = np.linalg.qr(z, mode="r")
    for i, left in enumerate(np.abs(np.diag(triangle))):
        if left < COLLINEAR:
            weights = np.linalg.lstsq(z[:, :i], z[:, i], rcond=None)[0]
            others = [terms[1 + j] for j in np.flatnonzero(np.abs(weights) > 1e-5).tolist()]
            named = f"{terms[1 + i]} is an exact combination of {' and '.join(others) or 'the others'}"
            return f"the predictors repeat each other: {named}; leave one of them out"
    return ""


def _plain(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _varies(values: Floats, codes: npt.NDArray[np.int64]) -> bool:
    """Whether a predictor varies within two groups or more."""
    sizes = np.bincount(codes)
    apart = values - (np.bincount(codes, values) / sizes)[codes]
    moved = np.bincount(codes, apart**2) > 1e-18 * values.var() * sizes
    return int(moved.sum()) >= 2


def _result(
    model: Model, group: str, within_between: Sequence[str], sums: engine.Sums, state: engine.State,
    found: engine.Derivatives, level: float,
) -> Mixed:  # fmt: skip
    """All the numbers, in the units of the data."""
    back = np.linalg.inv(sums.triangle)
    b = back @ (sums.begun + state.beta * sums.scale)
    s2 = state.sigma2 * sums.scale**2
    moved = sums.move @ state.lower
    random = moved @ moved.T * s2
    sd_y = float(model.y.std(ddof=1))
    sizes = np.bincount(model.codes)

    def effect(term: str, contrast: Floats, unit: float, share: float) -> Effect:
        value, turned = float(contrast @ b), back.T @ contrast
        se = sums.scale * sqrt(float(turned @ found.covariance @ turned))
        df = engine.degrees(found, turned)
        t = value / se
        half = float(special.stdtrit(df, (1 + level) / 2)) * se
        p = float(2 * special.stdtr(df, -abs(t)))
        return Effect(term, value, se, df, t, p, value - half, value + half, value * unit, unit, share)

    effects = []
    for i, term in enumerate(model.terms):
        column = model.x[:, i]
        unit = nan if term == INTERCEPT else float(column.std(ddof=1)) / sd_y
        share = nan
        if term != INTERCEPT:
            apart = column - (np.bincount(model.codes, column) / sizes)[model.codes]
            share = float(apart.var() / column.var())
        effects.append(effect(term, np.eye(len(b))[i], unit, share))
    contextual = []
    for name in within_between:
        contrast = np.zeros(len(b))
        contrast[model.terms.index(part(name, BETWEEN))] = 1.0
        contrast[model.terms.index(part(name, WITHIN))] = -1.0
        contextual.append(effect(part(name, CONTEXTUAL), contrast, nan, nan))
    var_slope, slope_r, var_random = nan, nan, float(random[0, 0])
    if model.slope:
        column = model.x[:, model.terms.index(model.slope)]
        var_slope = float(random[1, 1])
        var_random = float(random[0, 0] + 2 * random[0, 1] * column.mean() + var_slope * (column**2).mean())
        spreads = sqrt(float(random[0, 0]) * var_slope)
        slope_r = float(np.clip(random[0, 1] / spreads, -1, 1)) if spreads > 0 else nan
    var_fixed = float((model.x @ b).var(ddof=1))
    whole = var_fixed + var_random + s2
    singular = bool(np.abs(np.diag(state.lower)).min() < engine.SINGULAR)
    u = (state.b[:, :, -1] - state.b[:, :, :-1] @ state.beta) * sums.scale
    relative = state.lower @ state.lower.T
    own = (u @ relative @ sums.move.T)[:, 0]
    unsure = sums.move @ (relative - relative @ state.k @ relative) @ sums.move.T
    errors = np.sqrt(np.maximum(unsure[:, 0, 0] * s2, 0.0))
    groups = tuple(
        Group(label, int(size), float(at), float(error))
        for label, size, at, error in zip(model.labels, sizes, own, errors, strict=True)
    )
    design = model.design
    return Mixed(
        outcome=design.outcome, group=group, level=level, n=design.n, dropped=design.dropped,
        n_groups=design.n_clusters, size_min=int(sizes.min()), size_max=int(sizes.max()), effects=tuple(effects),
        contextual=tuple(contextual), var_group=float(random[0, 0]), var_resid=s2, icc=var_random / (var_random + s2),
        r2_marginal=var_fixed / whole, r2_conditional=(var_fixed + var_random) / whole, loglik=-state.deviance / 2,
        groups=groups, slope=model.slope, var_slope=var_slope, slope_r=slope_r, singular=singular,
        references=dict(design.references), notes=(*design.notes, *_notes(group, model.slope, random, singular)),
    )  # fmt: skip


def _notes(group: str, slope: str, random: Floats, singular: bool) -> list[str]:
    """What to know of a fit on the boundary."""
    if not singular:
        return []
    if not slope:
        what = f"The estimated variance between groups of {group} is 0 (a singular fit): the model is a regression"
        return [f"{what} that knows no groups."]
    known = float(np.diag(random).min()) > 0
    which = "intercepts and slopes are perfectly correlated" if known else "one of the variances is 0"
    what = f"The fit is singular: of groups of {group}, as estimated, {which}."
    return [f"{what} The data say too little for a varying slope; leave it out, and see what changes."]
