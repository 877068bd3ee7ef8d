"""Runs mediations."""

from __future__ import annotations

from typing import Any

from analysis.mediation import mediation, pooled_mediation
from analysis.plan.kinds_paths import MediationOf
from analysis.plan.kinds_regression import errors_of
from analysis.runners.task import Outcome, Task


def run(analysis: MediationOf, task: Task) -> Outcome:
    """One mediation: of complete cases, or over imputed data sets; groups of the instrument are resampled whole."""
    errors = errors_of(analysis.errors)
    names = (analysis.outcome, analysis.predictor, analysis.mediators, analysis.covariates)
    options: dict[str, Any] = {
        "serial": analysis.serial, "moderator": analysis.moderator or "", "path": analysis.path or "a",
        "errors": errors, "resamples": analysis.resamples, "level": task.level, "seed": task.seed(),
        "groups": task.scored.groups,
    }  # fmt: skip
    if task.imputed is None:
        return (mediation(task.scored.frame, *names, interval=analysis.interval, **options),)
    return (pooled_mediation([one.frame for one in task.imputed.sets], *names, **options),)
