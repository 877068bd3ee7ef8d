"""Runs actor-partner models."""

from __future__ import annotations

from analysis.dyad import dyad, pooled_dyad
from analysis.plan.kinds import DyadOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task


def run(analysis: DyadOf, task: Task) -> Outcome:
    """One outcome, from complete dyads, or pooled over imputations."""
    outcome, role = analysis.outcome, analysis.role or ""
    if reason := task.absent([outcome, *analysis.predictors, analysis.dyad, *([role] if role else [])]):
        return (NotApplicable(analysis.kind, outcome, reason),)
    if task.imputed is not None:
        frames = [one.frame for one in task.imputed.sets]
        return (pooled_dyad(frames, outcome, analysis.predictors, analysis.dyad, role, level=task.level),)
    found = dyad(
        task.scored.frame, outcome, analysis.predictors, analysis.dyad, role, resamples=analysis.resamples,
        seed=task.seed(), level=task.level,
    )  # fmt: skip
    return (found,)
