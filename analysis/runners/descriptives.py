"""Runs descriptives."""

from __future__ import annotations

from analysis.descriptives import descriptives
from analysis.plan.kinds import DescriptivesOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task


def run(analysis: DescriptivesOf, task: Task) -> Outcome:
    """All variables in one result."""
    if reason := task.absent(analysis.variables):
        return (NotApplicable(analysis.kind, "", reason),)
    return (descriptives(task.scored.frame[list(analysis.variables)]),)
