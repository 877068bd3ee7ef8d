"""Runs descriptives."""

from __future__ import annotations

from analysis.descriptives import descriptives
from analysis.missing.pooled import pooled_descriptives
from analysis.plan.kinds import DescriptivesOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task


def run(analysis: DescriptivesOf, task: Task) -> Outcome:
    """All variables in one result."""
    if reason := task.absent(analysis.variables):
        return (NotApplicable(analysis.kind, "", reason),)
    names = list(analysis.variables)
    frame = task.scored.frame[names]
    if task.imputed is None:
        return (descriptives(frame),)
    gone = {name: int(frame[name].isna().sum()) for name in names}
    return (pooled_descriptives([one.frame[names] for one in task.imputed.sets], gone),)
