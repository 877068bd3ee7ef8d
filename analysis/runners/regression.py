"""Runs regressions."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.plan.kinds import ClusterErrors, RegressionOf
from analysis.regression import regression
from analysis.runners.task import Outcome, Task


def run(analysis: RegressionOf, task: Task) -> Outcome:
    """One regression."""
    errors: str | Mapping[str, str] = (
        {"cluster": analysis.errors.cluster} if isinstance(analysis.errors, ClusterErrors) else analysis.errors
    )
    return (regression(task.scored.frame, analysis.outcome, analysis.blocks, errors, task.level),)
