"""Runs regressions."""

from __future__ import annotations

from dataclasses import replace

from analysis.missing.fiml import fiml_regression
from analysis.missing.pooled import pooled_regression
from analysis.plan.kinds import RegressionOf, errors_of
from analysis.regression import Regression, regression
from analysis.runners.task import Outcome, Task


def run(analysis: RegressionOf, task: Task) -> Outcome:
    """One regression: of complete cases, pooled over imputations with that beside it, or by maximum likelihood."""
    errors = errors_of(analysis.errors)
    if task.plan.treatment == "fiml" and errors == "classical":
        return (fiml_regression(task.scored.frame, analysis.outcome, analysis.blocks, task.level),)
    if task.brief and task.imputed is not None:
        whole = [[name for block in analysis.blocks for name in block]]
        frames = [one.frame for one in task.imputed.sets]
        return (pooled_regression(frames, analysis.outcome, whole, errors, task.level),)
    complete = regression(
        task.scored.frame, analysis.outcome, analysis.blocks, errors, task.level, diagnostics=not task.brief
    )
    if task.imputed is None:
        return (complete,)
    frames = [one.frame for one in task.imputed.sets]
    pooled = pooled_regression(frames, analysis.outcome, analysis.blocks, errors, task.level)
    if isinstance(pooled, Regression) and isinstance(complete, Regression):
        pooled = replace(pooled, listwise=complete)
    return (pooled,)
