"""Runs the stability of a scale over waves."""

from __future__ import annotations

from analysis.plan.kinds import RetestOf
from analysis.result import NotApplicable
from analysis.retest import Retest, retest
from analysis.retest.pooled import pooled_retest
from analysis.runners.task import Outcome, Task
from analysis.waves import by_wave


def run(analysis: RetestOf, task: Task) -> Outcome:
    """One variable over its waves, pooled over imputations where there are some."""
    if reason := task.absent([analysis.scale]):
        return (NotApplicable(analysis.kind, analysis.scale, reason),)
    sets = (task.scored,) if task.imputed is None else task.imputed.sets
    found: list[Retest | NotApplicable] = []
    for one in sets:
        table = by_wave(one, analysis.scale, analysis.waves)
        if isinstance(table, str):
            return (NotApplicable(analysis.kind, analysis.scale, table),)
        found.append(retest(table, scale=analysis.scale, level=task.level))
    return (found[0] if task.imputed is None else pooled_retest(found),)
