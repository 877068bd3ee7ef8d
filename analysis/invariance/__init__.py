"""Measurement invariance: whether scales mean the same in several groups, step by step, as ``lavaan::cfa`` tests it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from analysis.cfa import covariance_of, estimate
from analysis.cfa.data import Data, from_moments, from_patterns, with_rows
from analysis.cfa.fit import Fit, change, fit_of
from analysis.cfa.model import Model, longitudinal, measurement
from analysis.cfa.point import Point, point_of
from analysis.cfa.solve import NotFitted
from analysis.errors import AnalysisError
from analysis.invariance.ordered import ordered_steps, ranked
from analysis.invariance.steps import STEPS, Step, Steps, equalities, stepped
from analysis.moments import Floats, Moments, as_matrix, complete, moments
from analysis.result import NotApplicable, Number

Estimator = Literal["ml", "mlr", "fiml", "wlsmv"]
ESTIMATORS: tuple[str, ...] = ("ml", "mlr", "fiml", "wlsmv")
__all__ = [
    "ESTIMATORS",
    "STEPS",
    "Estimator",
    "Invariance",
    "Step",
    "equalities",
    "invariance",
    "invariance_of",
    "over_waves",
]


@dataclass(frozen=True)
class Invariance:
    """Models of increasing equality over groups.

    groups: labels, sizes: cases used of each. dropped: cases left out, for a missing answer or group. free: items
    whose loadings, thresholds, intercepts and residual variances are not held equal. estimator: 'ml', 'mlr', 'fiml' or
    'wlsmv'. group: the variable that holds the groups. waves: whether the groups are waves of the same people; sizes
    are then those with an answer in each, n the people in all. imputations: data sets that were pooled, or 0.
    """

    kind: ClassVar[str] = "invariance"

    scales: tuple[str, ...]
    items: tuple[str, ...]
    groups: tuple[str, ...]
    sizes: tuple[int, ...]
    dropped: int
    steps: tuple[Step, ...]
    free: tuple[str, ...]
    estimator: str
    group: str = ""
    waves: bool = False
    notes: tuple[str, ...] = ()
    imputations: int = 0

    def numbers(self) -> tuple[Number, ...]:
        """Fit and change of each step, whose name is the term; the target is empty."""
        found = []
        for step in self.steps:
            if step.fit is None:
                found.append(Number("", step.name, "not_applicable", nan))
                continue
            found += [Number("", step.name, name, value) for name, value in step.fit.numbers().items()]
            if step.change is not None:
                found += [Number("", step.name, name, value) for name, value in step.change.numbers().items()]
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row a step: step, the fit, and the change from the step before."""
        rows = []
        for step in self.steps:
            row: dict[str, object] = {"step": step.name}
            if step.fit is not None:
                row |= step.fit.numbers()
            if step.change is not None:
                row |= step.change.numbers()
            rows.append(row)
        return pd.DataFrame(rows)


def invariance(
    items: pd.DataFrame,
    groups: Sequence[object] | pd.Series,
    scales: Mapping[str, Sequence[str]],
    *,
    estimator: Estimator = "ml",
    free: Collection[str] = (),
    group: str = "",
    collapse: bool = False,
) -> Invariance | NotApplicable:
    """Test configural, metric, scalar and strict invariance of the scales' items over groups.

    items: rows (n, p), as scored. groups: a label a row; rows without one are left out. scales: each scale's items.
    estimator: 'ml', 'mlr' (robust errors; differences by Satorra & Bentler 2001), 'fiml' (all answers) or 'wlsmv'
    (ordered answers: ``analysis.cfa.thresholds``; differences by Satorra 2000). free: items
    whose parameters are let differ from the metric step on (partial invariance). group: what the groups are called
    after. collapse: of 'wlsmv', whether an answer that nobody in some group gave is joined with the one beside it. Each
    step is ``lavaan::cfa(std.lv = TRUE, group = , group.equal = )`` with loadings; intercepts; residuals added in turn.

    Returns NotApplicable with fewer than two groups, or where no step could be fitted; raises AnalysisError for an
    unknown option, column or item.
    """
    if estimator not in ESTIMATORS:
        raise AnalysisError(f"There is no estimator '{estimator}' for invariance.")
    names = measurement(scales).items
    if absent := [item for item in names if item not in items.columns]:
        raise AnalysisError(f"The data have no column {', '.join(absent)}.")
    matrix, _ = as_matrix(items[list(names)])
    labels = pd.Series(np.asarray(groups, dtype=object))
    if len(labels) != len(matrix):
        raise AnalysisError(f"There are {len(matrix)} rows but {len(labels)} group labels.")
    known = labels.notna().to_numpy()
    kinds = sorted({_label(label) for label in labels[known]})
    if len(kinds) < 2:
        return NotApplicable("invariance", "", "there are fewer than two groups to compare")
    texts = np.array([_label(label) if there else "" for label, there in zip(labels, known, strict=True)])
    full = estimator == "fiml"
    parts = [matrix[known & (texts == kind)] for kind in kinds]
    parts = [part[np.isfinite(part).any(axis=1)] if full else complete(part) for part in parts]
    equal = equalities(scales, free)
    models = {name: measurement(scales, groups=len(kinds), equal=one) for name, one in equal.items()}
    if estimator == "wlsmv":
        answers = ranked(parts, names, kinds, "group", collapse)
        steps = answers if isinstance(answers, str) else ordered_steps(answers, names, kinds, models, equal, False)
    else:
        steps = _by_likelihood(_data(names, parts, full), models, estimator)
    sizes = [len(part) for part in parts]
    return _assembled(steps, scales, names, kinds, sizes, len(matrix) - sum(sizes), free, estimator, group)


def _data(names: tuple[str, ...], parts: list[Floats], full: bool) -> Data | str:
    if full:
        return from_patterns(names, parts)
    data = from_moments([moments(part, names) for part in parts])
    return data if isinstance(data, str) else with_rows(data, parts)


def over_waves(
    items: pd.DataFrame,
    waves: Sequence[str],
    scales: Mapping[str, Sequence[str]],
    *,
    estimator: Estimator = "fiml",
    free: Collection[str] = (),
    collapse: bool = False,
) -> Invariance | NotApplicable:
    """Test the same steps over waves of the same people, in one model with a factor a scale and wave.

    items: a row a person, columns ``item@wave``. Residuals of one item correlate over waves, and all factors do
    (Widaman, Ferrer & Conger 2010). free: items (without wave) that may differ between waves. 'ml', 'mlr' and 'wlsmv'
    use people with every answer, 'fiml' all answers. collapse: as of ``invariance``.
    """
    if estimator not in ESTIMATORS:
        raise AnalysisError(f"There is no estimator '{estimator}' for invariance.")
    if len(waves) < 2:
        return NotApplicable("invariance", "", "there are fewer than two waves to compare")
    equal = equalities(scales, free)
    models = {name: longitudinal(scales, waves, one) for name, one in equal.items()}
    names = models[STEPS[0]].items
    if absent := [item for item in names if item not in items.columns]:
        raise AnalysisError(f"The data have no column {', '.join(absent)}.")
    matrix, _ = as_matrix(items[list(names)])
    matrix = np.where(np.isfinite(matrix), matrix, np.nan)
    rows = matrix[np.isfinite(matrix).any(axis=1)] if estimator == "fiml" else complete(matrix)
    each = len(names) // len(waves)
    base = tuple(name.rpartition("@")[0] for name in names[:each])
    if estimator == "wlsmv":
        answers = ranked(np.hsplit(rows, len(waves)), base, waves, "wave", collapse)
        steps = answers if isinstance(answers, str) else ordered_steps(answers, base, waves, models, equal, True)
    else:
        data = from_patterns(names, [rows], [range(i, len(names), each) for i in range(each)])
        steps = _by_likelihood(data, models, estimator)
    there = np.isfinite(rows).reshape(-1, len(waves), each).any(axis=2).sum(axis=0).tolist()
    found = _assembled(steps, scales, base, waves, there, len(matrix) - len(rows), free, estimator)
    return found if isinstance(found, NotApplicable) else replace(found, waves=True)


def invariance_of(
    groups: Mapping[str, Moments], scales: Mapping[str, Sequence[str]], *, free: Collection[str] = ()
) -> Invariance | NotApplicable:
    """The same by maximum likelihood from the moments of each group alone."""
    names = measurement(scales).items
    if len(groups) < 2:
        return NotApplicable("invariance", "", "there are fewer than two groups to compare")
    equal = equalities(scales, free)
    models = {name: measurement(scales, groups=len(groups), equal=one) for name, one in equal.items()}
    steps = _by_likelihood(from_moments([of.take(names) for of in groups.values()]), models, "ml")
    return _assembled(steps, scales, names, list(groups), [int(of.n) for of in groups.values()], 0, free, "ml")


def _label(value: object) -> str:
    """A group's label as text; a whole number without its '.0'."""
    return str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value)


def _by_likelihood(data: Data | str, models: Mapping[str, Model], estimator: str) -> Steps:
    if isinstance(data, str):
        return data

    def fitted(model: Model) -> tuple[Fit, Point | None, None] | NotFitted:
        solution = estimate(data, model, True)
        if isinstance(solution, NotFitted):
            return solution
        errors = covariance_of(solution, data, estimator, True)[1] if estimator == "mlr" else None
        return fit_of(solution, data, True, errors), point_of(model, solution.values, data), None

    return stepped(models, fitted, lambda narrow, wide: change(narrow[0], wide[0])), ()


def _assembled(
    found: Steps,
    scales: Mapping[str, Sequence[str]],
    items: tuple[str, ...],
    labels: Sequence[str],
    sizes: Sequence[int],
    dropped: int,
    free: Collection[str],
    estimator: str,
    group: str = "",
) -> Invariance | NotApplicable:
    if isinstance(found, str):
        return NotApplicable("invariance", "", found)
    steps, notes = found
    if all(step.fit is None for step in steps):
        return NotApplicable("invariance", "", steps[0].reason)
    said = tuple(f"{step.name.capitalize()}: not applicable, because {step.reason}." for step in steps if step.reason)
    return Invariance(
        scales=tuple(scales), items=items, groups=tuple(labels), sizes=tuple(sizes), dropped=dropped, steps=steps,
        free=tuple(item for item in items if item in free), estimator=estimator, group=group, notes=(*notes, *said),
    )  # fmt: skip
