"""Runs tests of measurement invariance over groups or waves."""

from __future__ import annotations

from analysis.invariance import invariance, over_waves
from analysis.plan.kinds import InvarianceOf
from analysis.result import NotApplicable
from analysis.runners.cfa import items_of
from analysis.runners.task import Outcome, Task
from analysis.waves import columns_by_wave


def run(analysis: InvarianceOf, task: Task) -> Outcome:
    """All scales in one sequence of models."""
    if analysis.group is not None and (reason := task.absent([analysis.group])):
        return (NotApplicable(analysis.kind, "", reason),)
    found = items_of(task.scored, analysis.scales)
    if isinstance(found, str):
        return (NotApplicable(analysis.kind, "", found),)
    frame, scales = found
    estimator = "fiml" if analysis.estimator == "ml" and task.plan.treatment == "fiml" else analysis.estimator
    if analysis.group is None:
        wide = columns_by_wave(task.scored, frame, analysis.waves or ())
        if isinstance(wide, str):
            return (NotApplicable(analysis.kind, "", wide),)
        waves = [str(wave) for wave in analysis.waves or ()]
        return (over_waves(wide, waves, scales, estimator=estimator, free=analysis.free),)
    groups = task.scored.frame[analysis.group].astype(object)
    return (invariance(frame, groups, scales, estimator=estimator, free=analysis.free, group=analysis.group),)
