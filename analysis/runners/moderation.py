"""Runs moderations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from analysis.moderation import Moderation, moderation, pooled_moderation
from analysis.plan.kinds_paths import ModerationOf
from analysis.plan.kinds_regression import errors_of
from analysis.runners.task import Outcome, Task


def run(analysis: ModerationOf, task: Task) -> Outcome:
    """One moderation: of complete cases, or pooled over imputations with that beside it."""
    errors = errors_of(analysis.errors)
    names = (analysis.outcome, analysis.predictor, analysis.moderators, analysis.covariates)
    options: dict[str, Any] = {
        "errors": errors, "three_way": analysis.three_way, "probe": analysis.probe, "level": task.level
    }  # fmt: skip
    whole = moderation(task.scored.frame, *names, **options)
    if task.imputed is None:
        return (whole,)
    pooled = pooled_moderation([one.frame for one in task.imputed.sets], *names, **options)
    if isinstance(pooled, Moderation) and isinstance(whole, Moderation):
        pooled = replace(pooled, listwise=whole, model=replace(pooled.model, listwise=whole.model))
    return (pooled,)
