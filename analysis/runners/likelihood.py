"""Runs models of a choice, of ordered answers and of counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from analysis.likelihood import Fitted, count, logistic, ordinal
from analysis.likelihood.pooled import pooled_fit
from analysis.plan.kinds_regression import CountOf, LogisticOf, OrdinalOf, errors_of
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task

FIT: dict[str, Callable[..., Fitted | NotApplicable]] = {"logistic": logistic, "ordinal": ordinal, "count": count}


def run(analysis: LogisticOf | OrdinalOf | CountOf, task: Task) -> Outcome:
    """One model, of complete cases, or pooled over imputations with that beside it."""
    fit, errors = FIT[analysis.kind], errors_of(analysis.errors)
    complete = fit(task.scored.frame, analysis.outcome, analysis.blocks, errors, task.level)
    if task.imputed is None:
        return (complete,)
    frames = [one.frame for one in task.imputed.sets]
    pooled = pooled_fit(analysis.kind, fit, frames, analysis.outcome, analysis.blocks, errors, task.level)
    if isinstance(pooled, Fitted) and isinstance(complete, Fitted):
        pooled = replace(pooled, listwise=complete)
    return (pooled,)
