"""Runs measures of networks."""

from __future__ import annotations

from dataclasses import replace

from analysis.network import networks
from analysis.plan.kinds_nested import NetworkOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task


def run(analysis: NetworkOf, task: Task) -> Outcome:
    """The measures of one network."""
    declared = task.scored.instrument.networks
    name = analysis.network or next(iter(declared), "")
    if name not in declared:
        return (NotApplicable(analysis.kind, name, "the instrument has no network"),)
    data = task.scored.dataset
    kept = replace(data, respondents=data.respondents.loc[task.scored.frame.index])
    return (networks(kept, name, analysis.measures),)
