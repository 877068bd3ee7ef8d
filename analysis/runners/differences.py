"""Runs comparisons of groups, contrasts, dominance analyses and response surfaces."""

from __future__ import annotations

from math import nan

import pandas as pd

from analysis.comparison import compare_groups
from analysis.contrast import coefficients, outcomes, paired
from analysis.dominance import dominance
from analysis.plan.kinds_regression import CompareOf, ContrastOf, DominanceOf, ResponseSurfaceOf, errors_of
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.surface import response_surface


def _frames(task: Task) -> list[pd.DataFrame]:
    """The data set, or the completed ones."""
    return [task.scored.frame] if task.imputed is None else [one.frame for one in task.imputed.sets]


def contrast(analysis: ContrastOf, task: Task) -> Outcome:
    """One difference."""
    if reason := task.absent(analysis.related):
        return (NotApplicable(analysis.kind, analysis.subject, reason),)
    frames, errors = _frames(task), errors_of(analysis.errors)
    margin = nan if analysis.equivalence is None else analysis.equivalence
    if analysis.paired is not None:
        one, two = analysis.paired
        return (paired(frames, (one, two), standardised=analysis.standardised, level=task.level, equivalence=margin),)
    blocks, terms = analysis.blocks or (), analysis.terms or ()
    if analysis.outcomes is not None:
        one, two = analysis.outcomes
        found = outcomes(
            frames, (one, two), blocks, terms[0], errors, standardised=analysis.standardised, level=task.level,
            equivalence=margin,
        )  # fmt: skip
        return (found,)
    found = coefficients(
        frames, analysis.outcome or "", blocks, (terms[0], terms[1]), errors, standardised=analysis.standardised,
        level=task.level, equivalence=margin,
    )  # fmt: skip
    return (found,)


def compare(analysis: CompareOf, task: Task) -> Outcome:
    """One comparison of groups."""
    if reason := task.absent(analysis.related):
        return (NotApplicable(analysis.kind, analysis.subject, reason),)
    margin = nan if analysis.equivalence is None else analysis.equivalence
    found = compare_groups(
        _frames(task), analysis.outcome, analysis.by, level=task.level, equivalence=margin, student=analysis.student
    )
    return (found,)


def weights(analysis: DominanceOf, task: Task) -> Outcome:
    """One dominance analysis."""
    if reason := task.absent(analysis.related):
        return (NotApplicable(analysis.kind, analysis.outcome, reason),)
    return (dominance(_frames(task), analysis.outcome, analysis.predictors),)


def surface(analysis: ResponseSurfaceOf, task: Task) -> Outcome:
    """One response surface."""
    return (response_surface(_frames(task), analysis.outcome, analysis.x, analysis.y, task.level),)
