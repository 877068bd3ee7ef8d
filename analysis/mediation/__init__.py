"""Mediation: indirect effects through one mediator or several, parallel, in series or moderated, by the bootstrap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from analysis.errors import UnsuitableError
from analysis.mediation.design import Design, Moderated, build
from analysis.mediation.engine import effects
from analysis.mediation.result import Effect, Mediation, Path
from analysis.missing.pooled import pooled_regression
from analysis.moments import Floats, Moments
from analysis.regression import Regression, regression
from analysis.regression.design import Errors, cluster_of, numbers_of
from analysis.resample import Replicates, bca, percentile, resample_moments
from analysis.result import NotApplicable
from analysis.wording import readable

__all__ = ["Effect", "Mediation", "Path", "mediation", "pooled_mediation"]

Method = Literal["percentile", "bca"]


def mediation(
    frame: pd.DataFrame, outcome: str, predictor: str, mediators: Sequence[str], covariates: Sequence[str] = (), *,
    serial: bool = False, moderator: str = "", path: Moderated = "a", errors: Errors = "HC3", resamples: int = 5000,
    interval: Method = "percentile", level: float = 0.95, seed: int = 1, groups: npt.ArrayLike | None = None,
) -> Mediation | NotApplicable:  # fmt: skip
    """Estimate how much of the association of ``predictor`` and ``outcome`` runs through ``mediators``.

    frame: one row a case; rows with a missing value in the model are left out. outcome, predictor, mediators and
        moderator: numbers. covariates: in every equation; categories become 0/1 columns.
    serial: mediators act on each other in the order given (PROCESS model 6), else side by side (4).
    moderator, path: of the paths from the predictor ('a', model 7) or to the outcome ('b', model 14); its product is of
        centred variables. Effects are then given at its mean and one standard deviation to both sides, or at both of
        two values.
    errors: of the coefficients of the paths, as of ``regression``; ``{'cluster': column}`` and
        ``{'cr2': column}`` draw whole clusters.
    groups: labels (n,) of all rows: drawn whole as well, where errors are not clustered.
    resamples, seed, interval, level: of the bootstrap. Both intervals are given; ``ci`` is the one chosen.

    Coefficients are those of least squares; an indirect effect is their product. All resamples come from moments
    (n, mean, covariance) by one product of counts and columns, and batched elimination. Returns a ``Mediation``, or
    ``NotApplicable`` with the reason. Hayes (2022); Efron (1987) for BCa.
    """
    options = {"serial": serial, "moderator": moderator, "path": path, "errors": errors, "interval": interval}
    return _mediation((frame,), outcome, predictor, mediators, covariates, options, resamples, level, seed, groups)


def pooled_mediation(
    frames: Sequence[pd.DataFrame], outcome: str, predictor: str, mediators: Sequence[str],
    covariates: Sequence[str] = (), *, serial: bool = False, moderator: str = "", path: Moderated = "a",
    errors: Errors = "HC3", resamples: int = 5000, level: float = 0.95, seed: int = 1,
    groups: npt.ArrayLike | None = None,
) -> Mediation | NotApplicable:  # fmt: skip
    """The same over completed data sets: coefficients by Rubin's rules, effects as means over the sets, their intervals
    from the resamples of all sets together (Schomaker & Heumann 2018, Statistics in Medicine 37: MI Boot pooled).

    Each set has its share of the resamples. Intervals are percentile ones, for BCa has no meaning across sets.
    """
    options = {"serial": serial, "moderator": moderator, "path": path, "errors": errors, "interval": "percentile"}
    return _mediation(
        tuple(frames), outcome, predictor, mediators, covariates, options, resamples, level, seed, groups
    )  # fmt: skip


def _mediation(
    frames: Sequence[pd.DataFrame], outcome: str, predictor: str, mediators: Sequence[str], covariates: Sequence[str],
    options: Mapping[str, Any], resamples: int, level: float, seed: int, groups: npt.ArrayLike | None,
) -> Mediation | NotApplicable:  # fmt: skip
    errors: Errors = options["errors"]
    cluster = cluster_of(errors)
    if options["interval"] not in ("percentile", "bca"):
        raise ValueError(f"interval must be 'percentile' or 'bca', not {options['interval']!r}")
    try:
        design = build(
            frames, outcome, predictor, mediators, options["serial"], covariates, options["moderator"],
            options["path"], [] if cluster is None else [cluster],
        )  # fmt: skip
    except UnsuitableError as reason:
        return NotApplicable(Mediation.kind, outcome, str(reason))
    models = _models(design, covariates, errors, level)
    if isinstance(models, NotApplicable):
        return NotApplicable(Mediation.kind, outcome, f"in the equation of {models.target} {models.reason}")
    labels = None if groups is None else np.asarray(groups)[design.keep]
    if cluster is not None:
        labels = design.frames[0][cluster].astype(object).astype(str).to_numpy()
    drawn = _drawn(design, resamples, seed, labels)
    found, failed = _effects(design, drawn, options["interval"], level)
    two = {name: ends for name in (*mediators, outcome) if (ends := _two_values(design, name)) is not None}
    count = 0 if labels is None else len(np.unique(labels))
    notes = _notes(design, two, count, failed, len(drawn[0]), models)
    return Mediation(
        outcome=outcome, predictor=predictor, mediators=tuple(mediators), serial=design.serial,
        moderator=design.moderator, path=design.path if design.moderator else "", models=models,
        paths=_paths(design, models), effects=found, interval=options["interval"], level=level,
        n=len(design.rows[0]), dropped=int((~design.keep).sum()), resamples=len(drawn[0]), failed=failed, groups=count,
        imputations=len(frames) if len(frames) > 1 else 0, two_values=two, notes=notes,
    )  # fmt: skip


def _models(
    design: Design, covariates: Sequence[str], errors: Errors, level: float
) -> tuple[Regression, ...] | NotApplicable:
    """The regression of each equation."""
    made = []
    for equation in design.equations:
        block = [*(name for name in equation.predictors if name not in design.covariates), *covariates]
        if len(design.frames) > 1:
            one = pooled_regression(design.frames, equation.outcome, [block], errors, level)
        else:
            one = regression(design.frames[0], equation.outcome, [block], errors, level)
        if isinstance(one, NotApplicable):
            return one
        made.append(one)
    return tuple(made)


def _paths(design: Design, models: Sequence[Regression]) -> tuple[Path, ...]:
    """The coefficients along the paths, each from its regression."""
    found: list[Path] = []

    def add(name: str, term: str, model: Regression, start: str) -> None:
        row = model.coefficient(start)
        found.append(Path(name, term, start, model.outcome, row.b, row.se, row.t, row.p, row.ci_low, row.ci_high,
                          model.df_of(row)))  # fmt: skip

    x, last = design.predictor, models[len(design.mediators)]
    for i, name in enumerate(design.mediators):
        add("a", name, models[i], x)
        for before in design.mediators[:i] if design.serial else ():
            add("d", f"{before}->{name}", models[i], before)
        add("b", name, last, name)
        if design.moderator:
            add("product", name, models[i] if design.path == "a" else last, design.product(name))
    add("c_prime", "", last, x)
    if not design.moderator:
        add("c", "", models[-1], x)
    return tuple(found)


def _drawn(
    design: Design, resamples: int, seed: int, labels: npt.NDArray[Any] | None
) -> tuple[Floats, Floats, Floats, tuple[str, ...]]:
    """Resampled values (B, s), the estimates (s,), those without each case in turn, and the names of the s effects."""
    names: list[str] = []

    def statistic(found: Moments) -> Floats:
        made = effects(found, design)
        names[:] = list(made)
        return np.column_stack(list(made.values()))

    count = len(design.rows)
    share = -(-resamples // count)
    sets: list[Replicates] = [
        resample_moments(rows, statistic, share, seed if count == 1 else seed + i, names=design.names, groups=labels)
        for i, rows in enumerate(design.rows)
    ]
    values = np.concatenate([one.values for one in sets])
    return values, np.mean([one.estimate for one in sets], axis=0), sets[0].left_out, tuple(names)


def _effects(
    design: Design, drawn: tuple[Floats, Floats, Floats, tuple[str, ...]], method: Method, level: float
) -> tuple[tuple[Effect, ...], int]:
    """Every effect with its intervals, and how many resamples were singular."""
    values, estimate, left_out, names = drawn
    pooled = len(design.rows) > 1
    failed = int((~np.isfinite(values).all(axis=1)).sum())
    at = {name: i for i, name in enumerate(names)}
    levels = {level.term: level.value for level in design.levels}

    def ends(i: int) -> tuple[float, float, float, float]:
        one = percentile(values[:, i], level)
        if pooled:
            return one.low, one.high, np.nan, np.nan
        unit = _unit(values[:, i])
        other = bca(values[:, i] / unit, float(estimate[i]) / unit, left_out[:, i] / unit, level)
        return one.low, one.high, other.low * unit, other.high * unit

    made = []
    for name, i in at.items():
        if name.startswith(("partial ", "standard ")):
            continue
        bounds = ends(i)
        chosen = bounds[2:] if method == "bca" else bounds[:2]
        kind = "index" if name.startswith("index ") else "contrast" if "~" in name else "indirect"
        term = name.removeprefix("index ")
        level_ = term.partition("|")[2]
        standard: dict[str, float] = {}
        for prefix, key in (("partial ", "std_partial"), ("standard ", "std")):
            if (j := at.get(prefix + name)) is not None:
                both = ends(j)
                low, high = both[2:] if method == "bca" else both[:2]
                standard |= {key: float(estimate[j]), f"{key}_low": low, f"{key}_high": high}
                if key == "std":
                    standard["std_se"] = _sd(values[:, j])
        unit = _unit(values[:, i])
        each = None if method == "percentile" else left_out[:, i] / unit
        p = _p(values[:, i] / unit, float(estimate[i]) / unit, each)
        made.append(Effect(
            kind, term, float(estimate[i]), _sd(values[:, i]), p, *chosen, *bounds, level_,
            levels.get(level_, np.nan), **standard,
        ))  # fmt: skip
    return tuple(made), failed


def _unit(values: Floats) -> float:
    """What resamples are measured in, so that third powers of influences neither over- nor underflow."""
    spread = _sd(values)
    return spread if spread > 0 and np.isfinite(spread) else 1.0


def _sd(values: Floats) -> float:
    """The standard deviation of the resamples that could be computed."""
    finite = values[np.isfinite(values)]
    largest = float(np.abs(finite).max(initial=0.0))
    if len(finite) < 2 or largest == 0:
        return 0.0 if len(finite) > 1 else np.nan
    return float((finite / largest).std(ddof=1)) * largest


def _p(values: Floats, estimate: float, left_out: Floats | None) -> float:
    """The level at which the interval would end at zero, two-sided: p that goes with a percentile or BCa interval.

    A share of 0 or 1 of B resamples below zero counts as half a resample, so that p is never 0.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return np.nan
    count = len(finite)
    below = (np.count_nonzero(finite < 0) + np.count_nonzero(finite == 0) / 2) / count
    u = float(special.ndtri(np.clip(below, 0.5 / count, 1 - 0.5 / count)))
    if left_out is None:
        return float(2 * special.ndtr(-abs(u)))
    share = np.count_nonzero(finite < estimate) / count
    influence = left_out.mean() - left_out
    spread = float(np.sum(influence**2))
    if share in (0.0, 1.0) or not spread > 0:
        return np.nan
    z0, a = float(special.ndtri(share)), float(np.sum(influence**3)) / (6 * spread**1.5)
    z = (u - z0) / (1 + a * (u - z0)) - z0
    return float(2 * special.ndtr(-abs(z)))


def _two_values(design: Design, name: str) -> tuple[float, float] | None:
    values = np.concatenate([numbers_of(frame[name]) for frame in design.frames])
    low, high = float(values.min()), float(values.max())
    return (low, high) if ((values == low) | (values == high)).all() else None


def _notes(
    design: Design, two: Mapping[str, tuple[float, float]], groups: int, failed: int, resamples: int,
    models: Sequence[Regression],
) -> tuple[str, ...]:  # fmt: skip
    """What a reader must know."""
    notes = []
    for name, (low, high) in two.items():
        notes.append(
            f"{name} has two values, {readable(low)} and {readable(high)}: its equation is linear all the same "
            "(differences of shares), not logistic."
        )
    if design.moderator:
        notes.append(
            f"Products are of variables centred at their means ({design.moderator} {readable(design.centre)}); "
            f"effects are at {', '.join(f'{readable(level.value)}' for level in design.levels)} of {design.moderator}."
        )
    if groups:
        notes.append(f"Resamples drew whole groups ({groups:,}).")
    if failed:
        notes.append(f"{failed:,} of {resamples:,} resamples were singular; they are left out of the intervals.")
    if len(design.rows) > 1:
        notes.append("Intervals are of the resamples of all imputed data sets together.")
    notes += dict.fromkeys(note for model in models for note in model.notes)
    return tuple(notes)
