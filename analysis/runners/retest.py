"""Runs the stability of a scale over waves."""

from __future__ import annotations

from analysis.plan.kinds import RetestOf
from analysis.result import NotApplicable
from analysis.retest import retest
from analysis.runners.task import Outcome, Task
from analysis.waves import by_wave


def run(analysis: RetestOf, task: Task) -> Outcome:
    """One variable over its waves."""
    if reason := task.absent([analysis.scale]):
        return (NotApplicable(analysis.kind, analysis.scale, reason),)
    table = by_wave(task.scored, analysis.scale, analysis.waves)
    if isinstance(table, str):
        return (NotApplicable(analysis.kind, analysis.scale, table),)
    return (retest(table, scale=analysis.scale, level=task.level),)
