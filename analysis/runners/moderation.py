"""Runs moderations."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.moderation import Moderation, moderation, pooled_moderation
from analysis.moderation.latent import latent_moderation
from analysis.moderation.result_latent import LatentModeration
from analysis.plan.kinds_paths import ModerationOf
from analysis.plan.kinds_regression import errors_of
from analysis.result import NotApplicable
from analysis.runners.cfa import items_of
from analysis.runners.task import Outcome, Task


def run(analysis: ModerationOf, task: Task) -> Outcome:
    """One moderation: of complete cases, or pooled over imputations with that beside it."""
    if analysis.latent:
        return (_latent(analysis, task),)
    errors = errors_of(analysis.errors)
    names = (analysis.outcome, analysis.predictor, analysis.moderators, analysis.covariates)
    options: dict[str, Any] = {
        "errors": errors, "three_way": analysis.three_way, "probe": analysis.probe, "level": task.level,
        "brief": task.brief,
    }  # fmt: skip
    if task.imputed is None:
        return (moderation(task.scored.frame, *names, **options),)
    pooled = pooled_moderation([one.frame for one in task.imputed.sets], *names, **options)
    if task.brief:
        return (pooled,)
    whole = moderation(task.scored.frame, *names, **options)
    if isinstance(pooled, Moderation) and isinstance(whole, Moderation):
        pooled = replace(pooled, listwise=whole, model=replace(pooled.model, listwise=whole.model))
    return (pooled,)


def _latent(analysis: ModerationOf, task: Task) -> LatentModeration | NotApplicable:
    """A moderation between the factors of three scales, of complete cases."""
    if reason := task.absent(analysis.related):
        return NotApplicable(analysis.kind, analysis.outcome, reason)
    names = (analysis.outcome, analysis.predictor, analysis.moderators[0])
    found = items_of(task.scored, names)
    if isinstance(found, str):
        return NotApplicable(analysis.kind, analysis.outcome, found)
    items, scales = found
    columns = [items, task.scored.frame[list(analysis.covariates)]]
    result = latent_moderation(
        pd.concat(columns, axis=1), scales, *names, analysis.covariates, pairs=analysis.pairs, level=task.level
    )
    if task.imputed is not None and isinstance(result, LatentModeration):
        note = "Models of factors are of complete cases: nothing is imputed in them."
        result = replace(result, notes=(*result.notes, note))
    return result
