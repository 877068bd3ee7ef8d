"""The actor-partner interdependence model of two who belong together (Kenny, Kashy & Cook 2006), in closed form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf, nan, sqrt

import numpy as np
import pandas as pd
from scipy import stats

from analysis.dyad.result import Dyad as Dyad
from analysis.dyad.result import Effect, Ratio
from analysis.errors import AnalysisError, UnsuitableError
from analysis.missing.pool import Estimates, rubin
from analysis.moments import Floats
from analysis.resample import resample_sums
from analysis.result import NotApplicable

SINGULAR = 1e-10


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Complete dyads: outcome (N, 2) and predictors (N, 2, q), members in the order of their roles, if any."""

    y: Floats
    x: Floats
    roles: tuple[str, ...]
    left_out: tuple[tuple[str, int], ...]


@dataclass(frozen=True, eq=False)
class _Fit:
    """Coefficients (c,) with what each is (predictor, kind, role), their covariance, df, and what is left."""

    names: tuple[tuple[str, str, str], ...]
    b: Floats
    covariance: Floats
    df: float
    icc_residual: float
    sigma: tuple[float, ...]


def dyad(
    frame: pd.DataFrame,
    outcome: str,
    predictors: Sequence[str],
    dyads: str,
    role: str = "",
    *,
    resamples: int = 5000,
    seed: int = 0,
    level: float = 0.95,
) -> Dyad | NotApplicable:
    """Actor and partner effects of each predictor, from complete dyads.

    frame: a row a member. dyads: the column that says who belongs together. role: the column that tells members apart
    ('' where nothing does). resamples: of whole dyads for the interval of k; 0 for none.

    Members that are told apart: each role has an intercept, effects and a residual variance of its own, and residuals
    correlate; as both roles have the same predictors this is least squares role by role (Zellner 1962). Members that
    are not: the sums and the differences of two partners are independent, with slopes actor + partner and actor −
    partner. Both are ``nlme::gls`` by REML, with corSymm and varIdent or with corCompSymm, and its degrees of freedom.

    Returns NotApplicable with too few dyads, or where predictors leave nothing to estimate; raises AnalysisError for
    columns that are not there.
    """
    wanted_ = [outcome, *predictors, dyads, *([role] if role else [])]
    if absent := [one for one in wanted_ if one not in frame.columns]:
        raise AnalysisError(f"The data have no column {', '.join(absent)}.")
    pairs = _pairs(frame, outcome, predictors, dyads, role)
    if isinstance(pairs, str):
        return NotApplicable("dyad", outcome, pairs)
    found = _apart(pairs, predictors) if role else _alike(pairs, predictors)
    if isinstance(found, str):
        return NotApplicable("dyad", outcome, found)
    spread = pairs.y.std(ddof=1)
    units = {one: float(pairs.x[:, :, j].std(ddof=1) / spread) for j, one in enumerate(predictors)}
    effects = _effects(found, units, level)
    ratios = _ratios(pairs, found, predictors, resamples, seed, level)
    notes = [f"Left out: {reason} ({count:,})." for reason, count in pairs.left_out]
    weak = [e for e in effects if e.kind == "actor" and not e.p < 1 - level]
    if weak:
        notes.append(
            "k divides by an actor effect that may be zero, and is then no guide: "
            f"{', '.join(dict.fromkeys(e.term for e in weak))}."
        )
    return Dyad(
        outcome=outcome, predictors=tuple(predictors), dyad=dyads, role=role, roles=pairs.roles, dyads=len(pairs.y),
        left_out=pairs.left_out, effects=effects, ratios=ratios, icc=_likeness(pairs), icc_residual=found.icc_residual,
        sigma=found.sigma, level=level, resamples=resamples, covariance=found.covariance, notes=tuple(notes),
    )  # fmt: skip


def pooled_dyad(
    frames: Sequence[pd.DataFrame], outcome: str, predictors: Sequence[str], dyads: str, role: str = "", *,
    level: float = 0.95,
) -> Dyad | NotApplicable:  # fmt: skip
    """The same pooled over completed data sets by Rubin's rules; k is the ratio of pooled effects, without interval."""
    found: list[Dyad] = []
    for frame in frames:
        one = dyad(frame, outcome, predictors, dyads, role, resamples=0, level=level)
        if isinstance(one, NotApplicable):
            return one
        found.append(one)
    results = [
        Estimates(tuple(e.term for e in one.effects), np.array([e.b for e in one.effects]), one.covariance,
                  one.effects[0].df)
        for one in found
    ]  # fmt: skip
    try:
        pooled = rubin(results)
    except UnsuitableError as error:
        return NotApplicable("dyad", outcome, str(error))
    low, high = pooled.interval(level)
    mean_beta = np.mean([[e.beta for e in one.effects] for one in found], axis=0)
    effects = tuple(
        replace(e, b=float(pooled.estimate[i]), se=float(pooled.se[i]), df=float(pooled.df[i]), t=float(pooled.t[i]),
                p=float(pooled.p[i]), ci_low=float(low[i]), ci_high=float(high[i]), beta=float(mean_beta[i]),
                riv=float(pooled.riv[i]), fmi=float(pooled.fmi[i]))
        for i, e in enumerate(found[0].effects)
    )  # fmt: skip
    by_kind = {(e.predictor, e.kind, e.role): e.b for e in effects}
    ratios = tuple(
        replace(r, k=_over(by_kind[r.predictor, "partner", r.role], by_kind[r.predictor, "actor", r.role]))
        for r in found[0].ratios
    )
    return replace(
        found[0], effects=effects, ratios=ratios, icc=float(np.mean([one.icc for one in found])),
        icc_residual=float(np.mean([one.icc_residual for one in found])),
        sigma=tuple(np.mean([one.sigma for one in found], axis=0).tolist()), imputations=len(found), resamples=0,
        covariance=np.empty((0, 0)),
    )  # fmt: skip


def _pairs(frame: pd.DataFrame, outcome: str, predictors: Sequence[str], dyads: str, role: str) -> _Pairs | str:
    """Complete dyads and why the others are none; a reason in words where too few are left."""
    rows = frame[frame[dyads].notna()]
    labels = rows[dyads].astype(object)
    numbers = rows[[outcome, *predictors]].to_numpy(dtype=np.float64)
    whole = np.isfinite(numbers).all(axis=1)
    code = pd.factorize(labels)[0]
    size = np.bincount(code) if len(code) else np.zeros(0, dtype=np.intp)
    complete = np.bincount(code, weights=whole) if len(code) else np.zeros(0)
    fit = size == 2
    left = [("dyads of one member", int((size == 1).sum())), ("dyads of more than two", int((size > 2).sum()))]
    left.append(("dyads in which a member lacks a value", int((fit & (complete < 2)).sum())))
    fit &= complete == 2
    kinds: tuple[str, ...] = ()
    place = np.zeros(len(rows), dtype=np.intp)
    if role:
        roles = rows[role].astype(object)
        kinds = tuple(sorted({str(one) for one in roles.dropna()}))
        if len(kinds) != 2:
            return f"'{role}' has {len(kinds)} values, and two roles are needed to tell members apart"
        place = np.where(roles.isna(), -1, (roles.astype(str) == kinds[1]).astype(np.intp))
        both = np.bincount(code, weights=place == 0) * np.bincount(code, weights=place == 1) == 1
        left.append(("dyads whose members do not have one role each", int((fit & ~both).sum())))
        fit &= both
    kept = np.flatnonzero(fit[code]) if len(code) else np.zeros(0, dtype=np.intp)
    order = kept[np.lexsort((place[kept], code[kept]))]
    table = numbers[order].reshape(-1, 2, 1 + len(predictors))
    need = 2 * len(predictors) + 3
    if len(table) < need:
        return f"there are {len(table)} complete dyads, and {need} or more are needed"
    flat = [one for j, one in enumerate((outcome, *predictors)) if np.ptp(table[:, :, j]) == 0]
    if flat:
        return f"{', '.join(flat)} {'is' if len(flat) == 1 else 'are'} constant among the complete dyads"
    return _Pairs(table[:, :, 0], table[:, :, 1:], kinds, tuple((why, count) for why, count in left if count))


def _least_squares(design: Floats, y: Floats) -> tuple[Floats, Floats, Floats] | None:
    """Coefficients, inverse of the cross-products and residuals; None where the design is singular."""
    scale = np.sqrt((design**2).sum(axis=0))
    if not (scale > 0).all() or np.linalg.svd(design / scale, compute_uv=False)[-1] ** 2 < SINGULAR:
        return None
    inverse = np.linalg.inv((design / scale).T @ (design / scale)) / np.outer(scale, scale)
    b = inverse @ design.T @ y
    return b, inverse, y - design @ b


def _alike(pairs: _Pairs, predictors: Sequence[str]) -> _Fit | str:
    n, _, q = pairs.x.shape
    plus, minus = (pairs.x[:, 0] + pairs.x[:, 1]) / sqrt(2), (pairs.x[:, 0] - pairs.x[:, 1]) / sqrt(2)
    sums = _least_squares(np.column_stack([np.full(n, sqrt(2)), plus]), pairs.y.sum(axis=1) / sqrt(2))
    apart = _least_squares(minus, (pairs.y[:, 0] - pairs.y[:, 1]) / sqrt(2))
    if sums is None or apart is None:
        return _collinear(pairs, predictors)
    var_s = float(sums[2] @ sums[2]) / (n - q - 1)
    var_d = float(apart[2] @ apart[2]) / (n - q)
    if not var_s + var_d > 1e-20 * float(pairs.y.var()):
        return "the predictors reproduce the outcome exactly"
    turn = np.zeros((2 * q + 1, 2 * q + 1))  # from (intercept, sums, differences) to (intercept, actors, partners)
    turn[0, 0] = 1.0
    half = np.eye(q) / 2
    turn[1 : q + 1, 1 : q + 1], turn[1 : q + 1, q + 1 :] = half, half
    turn[q + 1 :, 1 : q + 1], turn[q + 1 :, q + 1 :] = half, -half
    inner = np.zeros_like(turn)
    inner[: q + 1, : q + 1], inner[q + 1 :, q + 1 :] = sums[1] * var_s, apart[1] * var_d
    names = [("", "intercept", "")]
    names += [(one, kind, "") for kind in ("actor", "partner") for one in predictors]
    return _Fit(
        tuple(names), turn @ np.concatenate([sums[0], apart[0]]), turn @ inner @ turn.T, float(2 * n - 2 * q - 1),
        (var_s - var_d) / (var_s + var_d), (sqrt((var_s + var_d) / 2),),
    )  # fmt: skip


def _apart(pairs: _Pairs, predictors: Sequence[str]) -> _Fit | str:
    n, _, _ = pairs.x.shape
    design = np.column_stack([np.ones(n), pairs.x[:, 0], pairs.x[:, 1]])
    both = [_least_squares(design, pairs.y[:, i]) for i in (0, 1)]
    first, second = both
    if first is None or second is None:
        return _collinear(pairs, predictors)
    left = np.column_stack([first[2], second[2]])
    sigma = left.T @ left / (n - design.shape[1])
    if not (np.diag(sigma) > 1e-20 * pairs.y.var(axis=0)).all():
        return "the predictors reproduce the outcome exactly"
    names: list[tuple[str, str, str]] = []
    for i, role in enumerate(pairs.roles):
        kinds = ("actor", "partner") if i == 0 else ("partner", "actor")
        names += [("", "intercept", role), *((one, kind, role) for kind in kinds for one in predictors)]
    return _Fit(
        tuple(names), np.concatenate([first[0], second[0]]), np.kron(sigma, first[1]),
        float(2 * n - 2 * design.shape[1]), float(sigma[0, 1] / np.sqrt(sigma[0, 0] * sigma[1, 1])),
        tuple(np.sqrt(np.diag(sigma)).tolist()),
    )  # fmt: skip


def _collinear(pairs: _Pairs, predictors: Sequence[str]) -> str:
    same = [one for j, one in enumerate(predictors) if np.array_equal(pairs.x[:, 0, j], pairs.x[:, 1, j])]
    if same:
        return f"both members of every dyad have the same {', '.join(same)}: actor and partner cannot be told apart"
    return "the predictors of the two members are collinear"


def _effects(found: _Fit, units: dict[str, float], level: float) -> tuple[Effect, ...]:
    errors = np.sqrt(np.diag(found.covariance))
    reach = float(stats.t.isf((1 - level) / 2, found.df))
    effects = []
    for i, (predictor, kind, role) in enumerate(found.names):
        b, se = float(found.b[i]), float(errors[i])
        t = b / se if se > 0 else nan
        p = float(2 * stats.t.sf(abs(t), found.df))
        beta = b * units[predictor] if predictor else nan
        effects.append(Effect(predictor, kind, role, b, se, found.df, t, p, b - reach * se, b + reach * se, beta))
    return tuple(effects)


def _over(partner: float, actor: float) -> float:
    return partner / actor if actor != 0 else nan


def _ratios(
    pairs: _Pairs, found: _Fit, predictors: Sequence[str], resamples: int, seed: int, level: float
) -> tuple[Ratio, ...]:
    at = {name: i for i, name in enumerate(found.names)}
    drawn = _resampled(pairs, resamples, seed) if resamples else None
    tails = [(1 - level) / 2, (1 + level) / 2]
    ratios = []
    for role in pairs.roles or ("",):
        for one in predictors:
            partner, actor = at[one, "partner", role], at[one, "actor", role]
            low = high = nan
            if drawn is not None:
                with np.errstate(divide="ignore", invalid="ignore"):
                    each = drawn[:, partner] / drawn[:, actor]
                if np.isfinite(each).all():
                    low, high = (float(bound) for bound in np.quantile(each, tails))
            ratios.append(Ratio(one, role, _over(float(found.b[partner]), float(found.b[actor])), low, high))
    return tuple(ratios)


def _resampled(pairs: _Pairs, resamples: int, seed: int) -> Floats:
    """Coefficients (B, c) of resampled dyads in the order of ``_Fit.names``; inf where a resample is singular."""
    n, _, _ = pairs.x.shape
    if pairs.roles:
        design = np.column_stack([np.ones(n), pairs.x[:, 0], pairs.x[:, 1]])
        parts = [_solved(design, pairs.y[:, i], resamples, seed) for i in (0, 1)]
        return np.concatenate(parts, axis=1)
    plus, minus = (pairs.x[:, 0] + pairs.x[:, 1]) / sqrt(2), (pairs.x[:, 0] - pairs.x[:, 1]) / sqrt(2)
    design = np.column_stack([np.full(n, sqrt(2)), plus])
    sums = _solved(design, pairs.y.sum(axis=1) / sqrt(2), resamples, seed)
    apart = _solved(minus, (pairs.y[:, 0] - pairs.y[:, 1]) / sqrt(2), resamples, seed)
    actor, partner = (sums[:, 1:] + apart) / 2, (sums[:, 1:] - apart) / 2
    return np.concatenate([sums[:, :1], actor, partner], axis=1)


def _solved(design: Floats, y: Floats, resamples: int, seed: int) -> Floats:
    """Least squares of every resample from sums of products; one seed draws the same dyads for every part."""
    c = design.shape[1]
    products = np.einsum("ni,nj->nij", design, np.column_stack([design, y])).reshape(len(design), -1)
    sums = resample_sums(products, resamples, seed).reshape(resamples, c, c + 1)
    left, right = sums[:, :, :c], sums[:, :, c:]
    found = np.full((resamples, c), inf)
    good = np.atleast_1d(np.linalg.cond(left)) < 1 / SINGULAR
    found[good] = np.linalg.solve(left[good], right[good])[:, :, 0]
    return found


def _likeness(pairs: _Pairs) -> float:
    if pairs.roles:
        return float(np.corrcoef(pairs.y[:, 0], pairs.y[:, 1])[0, 1])
    between = float(pairs.y.sum(axis=1).var(ddof=1)) / 2
    within = float(((pairs.y[:, 0] - pairs.y[:, 1]) ** 2).mean()) / 2
    return (between - within) / (between + within)
