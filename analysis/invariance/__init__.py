"""Measurement invariance: whether scales mean the same in several groups, step by step, as ``lavaan::cfa`` tests it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import nan
from typing import ClassVar, Literal

import numpy as np
import pandas as pd

from analysis.cfa import covariance_of, estimate
from analysis.cfa.data import Data, from_moments, from_patterns, with_rows
from analysis.cfa.fit import Change, Fit, change, fit_of
from analysis.cfa.model import Equal, Model, longitudinal, measurement
from analysis.cfa.point import Point, point_of
from analysis.cfa.solve import NotFitted
from analysis.errors import AnalysisError
from analysis.moments import Moments, as_matrix, complete, moments
from analysis.result import NotApplicable, Number

Estimator = Literal["ml", "mlr", "fiml"]
ESTIMATORS: tuple[str, ...] = ("ml", "mlr", "fiml")
STEPS: tuple[str, ...] = ("configural", "metric", "scalar", "strict")
"""Same pattern; equal loadings too; equal intercepts too; equal residual variances too."""


@dataclass(frozen=True)
class Step:
    """One model of the sequence: its fit, and its change from the step before.

    fit: None where it could not be fitted, for the ``reason`` given; change: None there, after it, and of the first.
    point: where the likelihood stands, for pooling.
    """

    name: str
    fit: Fit | None
    change: Change | None
    reason: str = ""
    point: Point | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class Invariance:
    """Models of increasing equality over groups.

    groups: labels, sizes: cases used of each. dropped: cases left out, for a missing answer or group. free: items
    whose loadings, intercepts and residual variances are not held equal. estimator: 'ml', 'mlr' or 'fiml'. group: the
    variable that holds the groups. waves: whether the groups are waves of the same people; sizes are then those with an
    answer in each, n the people in all. imputations: data sets that were pooled, or 0.
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
) -> Invariance | NotApplicable:
    """Test configural, metric, scalar and strict invariance of the scales' items over groups.

    items: rows (n, p), as scored. groups: a label a row; rows without one are left out. scales: each scale's items.
    estimator: 'ml', 'mlr' (robust errors; differences by Satorra & Bentler 2001) or 'fiml' (all answers). free: items
    whose parameters are let differ from the metric step on (partial invariance). group: what the groups are called
    after. Each step is
    ``lavaan::cfa(std.lv = TRUE, group = , group.equal = )`` with loadings; intercepts; residuals added in turn.

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
    data: Data | str
    if full:
        data = from_patterns(names, parts)
    else:
        data = from_moments([moments(part, names) for part in parts])
        data = data if isinstance(data, str) else with_rows(data, parts)
    if isinstance(data, str):
        return NotApplicable("invariance", "", data)
    found = _tested(data, kinds, scales, estimator, free, len(matrix))
    return found if isinstance(found, NotApplicable) else replace(found, group=group)


def over_waves(
    items: pd.DataFrame,
    waves: Sequence[str],
    scales: Mapping[str, Sequence[str]],
    *,
    estimator: Estimator = "fiml",
    free: Collection[str] = (),
) -> Invariance | NotApplicable:
    """Test the same steps over waves of the same people, in one model with a factor a scale and wave.

    items: a row a person, columns ``item@wave``. Residuals of one item correlate over waves, and all factors do
    (Widaman, Ferrer & Conger 2010). free: items (without wave) that may differ between waves. 'ml' and 'mlr' use people
    with every answer, 'fiml' all answers.
    """
    if estimator not in ESTIMATORS:
        raise AnalysisError(f"There is no estimator '{estimator}' for invariance.")
    if len(waves) < 2:
        return NotApplicable("invariance", "", "there are fewer than two waves to compare")
    names = longitudinal(scales, waves).items
    if absent := [item for item in names if item not in items.columns]:
        raise AnalysisError(f"The data have no column {', '.join(absent)}.")
    matrix, _ = as_matrix(items[list(names)])
    matrix = np.where(np.isfinite(matrix), matrix, np.nan)
    rows = matrix if estimator == "fiml" else complete(matrix)
    each = len(names) // len(waves)
    data = from_patterns(names, [rows], [range(i, len(names), each) for i in range(each)])
    if isinstance(data, str):
        return NotApplicable("invariance", "", data)
    models = {name: longitudinal(scales, waves, e) for name, e in zip(STEPS, equalities(scales, free), strict=True)}
    found = _tested(data, list(waves), scales, estimator, free, len(matrix), models)
    if isinstance(found, NotApplicable):
        return found
    there = np.isfinite(data.rows[0]).reshape(-1, len(waves), each).any(axis=2).sum(axis=0)
    base = tuple(name.rpartition("@")[0] for name in names[:each])
    return replace(
        found, waves=True, items=base, sizes=tuple(int(n) for n in there), free=tuple(i for i in base if i in free)
    )


def invariance_of(
    groups: Mapping[str, Moments], scales: Mapping[str, Sequence[str]], *, free: Collection[str] = ()
) -> Invariance | NotApplicable:
    """The same by maximum likelihood from the moments of each group alone."""
    names = measurement(scales).items
    if len(groups) < 2:
        return NotApplicable("invariance", "", "there are fewer than two groups to compare")
    data = from_moments([of.take(names) for of in groups.values()])
    if isinstance(data, str):
        return NotApplicable("invariance", "", data)
    return _tested(data, list(groups), scales, "ml", free, int(data.n))


def _label(value: object) -> str:
    """A group's label as text; a whole number without its '.0'."""
    return str(int(value)) if isinstance(value, float | np.floating) and float(value).is_integer() else str(value)


def sequence(scales: Mapping[str, Sequence[str]], groups: int, free: Collection[str]) -> dict[str, Model]:
    """The four models by their names. Raises AnalysisError where an item that is to be free is in no scale."""
    equal = equalities(scales, free)
    return {name: measurement(scales, groups=groups, equal=e) for name, e in zip(STEPS, equal, strict=True)}


def equalities(scales: Mapping[str, Sequence[str]], free: Collection[str]) -> tuple[Equal | None, ...]:
    """What each of the four models holds equal; raises as ``sequence`` does."""
    let = frozenset(free)
    items = {item for members in scales.values() for item in members}
    if strange := sorted(let - items):
        raise AnalysisError(f"Items to be freed are in no scale of the model: {', '.join(strange)}.")
    return (
        None,
        Equal(loadings=True, free=let),
        Equal(loadings=True, intercepts=True, free=let),
        Equal(loadings=True, intercepts=True, residuals=True, free=let),
    )


def _tested(
    data: Data,
    labels: Sequence[str],
    scales: Mapping[str, Sequence[str]],
    estimator: str,
    free: Collection[str],
    read: int,
    models: Mapping[str, Model] | None = None,
) -> Invariance | NotApplicable:
    steps: list[Step] = []
    before: Fit | None = None
    for name, model in (models or sequence(scales, len(labels), free)).items():
        fitted = _fit(data, model, estimator)
        if isinstance(fitted, NotFitted):
            steps.append(Step(name, None, None, fitted.reason))
            before = None
            continue
        fit, point = fitted
        steps.append(Step(name, fit, None if before is None else change(fit, before), point=point))
        before = fit
    if all(step.fit is None for step in steps):
        return NotApplicable("invariance", "", steps[0].reason)
    notes = tuple(f"{step.name.capitalize()}: not applicable, because {step.reason}." for step in steps if step.reason)
    return Invariance(
        scales=tuple(scales), items=data.items, groups=tuple(labels),
        sizes=tuple(int(sample.n) for sample in data.samples), dropped=read - int(data.n), steps=tuple(steps),
        free=tuple(item for item in data.items if item in free), estimator=estimator, notes=notes,
    )  # fmt: skip


def _fit(data: Data, model: Model, estimator: str) -> tuple[Fit, Point | None] | NotFitted:
    solution = estimate(data, model, True)
    if isinstance(solution, NotFitted):
        return solution
    errors = covariance_of(solution, data, estimator, True)[1] if estimator == "mlr" else None
    return fit_of(solution, data, True, errors), point_of(model, solution.values, data)
