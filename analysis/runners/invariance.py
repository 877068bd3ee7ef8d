"""Runs tests of measurement invariance over groups or waves."""

from __future__ import annotations

from typing import TypedDict

import pandas as pd

from analysis.invariance import Invariance, invariance, over_waves
from analysis.invariance.pooled import pooled_invariance
from analysis.plan.kinds import InvarianceOf
from analysis.result import NotApplicable
from analysis.runners.cfa import frames_of, items_of
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored
from analysis.waves import columns_by_wave


class Options(TypedDict):
    """What tests over groups and over waves are both told."""

    free: tuple[str, ...]
    collapse: bool


def run(analysis: InvarianceOf, task: Task) -> Outcome:
    """All scales in one sequence of models."""
    if analysis.group is not None and (reason := task.absent([analysis.group])):
        return (NotApplicable(analysis.kind, "", reason),)
    found = items_of(task.scored, analysis.scales)
    if isinstance(found, str):
        return (NotApplicable(analysis.kind, "", found),)
    frame, scales = found
    estimator = "fiml" if analysis.estimator == "ml" and task.plan.treatment == "fiml" else analysis.estimator

    options = Options(free=analysis.free, collapse=analysis.collapse)

    def tested(frame: pd.DataFrame, scored: Scored) -> Invariance | NotApplicable:
        if analysis.group is None:
            wide = columns_by_wave(scored, frame, analysis.waves or ())
            if isinstance(wide, str):
                return NotApplicable(analysis.kind, "", wide)
            waves = [str(wave) for wave in analysis.waves or ()]
            return over_waves(wide, waves, scales, estimator=estimator, **options)
        groups = scored.frame[analysis.group].astype(object)
        return invariance(frame, groups, scales, estimator=estimator, group=analysis.group, **options)

    # a person who was not there in a wave has no answers to impute: maximum likelihood uses those that there are
    if task.imputed is None or analysis.group is None:
        return (tested(frame, task.scored),)
    frames = frames_of(task.imputed, analysis.scales)
    return (pooled_invariance([tested(f, one) for f, one in zip(frames, task.imputed.sets, strict=True)]),)
