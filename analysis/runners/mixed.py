"""Runs mixed models."""

from __future__ import annotations

from analysis.mixed import mixed
from analysis.mixed.pooled import pooled_mixed
from analysis.plan.kinds_nested import MixedOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task


def run(analysis: MixedOf, task: Task) -> Outcome:
    """One model: of complete cases, or pooled over imputations."""
    if reason := task.absent([analysis.outcome, *analysis.fixed, analysis.group]):
        return (NotApplicable(analysis.kind, analysis.outcome, reason),)
    slope = analysis.slopes[0] if analysis.slopes else ""
    of = (analysis.outcome, analysis.fixed, analysis.group, slope, analysis.within_between)
    if task.imputed is not None:
        return (pooled_mixed([one.frame for one in task.imputed.sets], *of, level=task.level),)
    return (mixed(task.scored.frame, *of, level=task.level),)
