"""Runs panels of two variables over waves."""

from __future__ import annotations

from analysis.panel import panel
from analysis.plan.kinds import PanelOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task


def run(analysis: PanelOf, task: Task) -> Outcome:
    """One result, always from all observed values: a panel that left out who missed a wave would be of the others."""
    names = (*analysis.x, *analysis.y, *analysis.covariates)
    if reason := task.absent(names):
        return (NotApplicable(analysis.kind, "", reason),)
    found = panel(
        task.scored.frame, analysis.x, analysis.y, analysis.covariates, equal=analysis.equal,
        times=analysis.times or (), level=task.level,
    )  # fmt: skip
    return (found,)
