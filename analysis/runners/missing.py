"""Runs the account of what is missing."""

from __future__ import annotations

import pandas as pd

from analysis.missing.result import missingness, reasons_of
from analysis.plan.kinds import MissingOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored


def run(analysis: MissingOf, task: Task) -> Outcome:
    """All variables in one result, as they were answered: nothing imputed."""
    scored = task.scored
    names = _asked(scored) if analysis.variables == "all" else analysis.variables
    if reason := task.absent(names):
        return (NotApplicable(analysis.kind, "", reason),)
    return (missingness(scored.frame[list(names)], reasons_of(scored, names), _waves(scored)),)


def _asked(scored: Scored) -> tuple[str, ...]:
    """Every variable that respondents were asked for."""
    asked = {*scored.instrument.items, *scored.instrument.fields}
    return tuple(str(name) for name in scored.frame.columns if str(name).partition(".")[0] in asked)


def _waves(scored: Scored) -> pd.Series | None:
    """The wave of each respondent, where the data have two or more."""
    for name, declared in scored.instrument.fields.items():
        if declared.type == "wave" and name in scored.frame.columns and scored.frame[name].nunique() > 1:
            return scored.frame[name]
    return None
