"""Runs tests of measurement invariance over groups."""

from __future__ import annotations

from analysis.invariance import invariance
from analysis.plan.kinds import InvarianceOf
from analysis.result import NotApplicable
from analysis.runners.cfa import items_of
from analysis.runners.task import Outcome, Task


def run(analysis: InvarianceOf, task: Task) -> Outcome:
    """All scales in one sequence of models."""
    if reason := task.absent([analysis.group]):
        return (NotApplicable(analysis.kind, "", reason),)
    found = items_of(task.scored, analysis.scales)
    if isinstance(found, str):
        return (NotApplicable(analysis.kind, "", found),)
    frame, scales = found
    estimator = "fiml" if analysis.estimator == "ml" and task.plan.treatment == "fiml" else analysis.estimator
    groups = task.scored.frame[analysis.group].astype(object)
    return (invariance(frame, groups, scales, estimator=estimator, free=analysis.free, group=analysis.group),)
