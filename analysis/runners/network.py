"""Runs measures of networks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.network import Networks, networks
from analysis.plan.kinds_nested import NetworkOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored


def run(analysis: NetworkOf, task: Task) -> Outcome:
    """The measures of one network."""
    declared = task.scored.instrument.networks
    name = analysis.network or next(iter(declared), "")
    if name not in declared:
        return (NotApplicable(analysis.kind, name, "the instrument has no network"),)
    return (measured(task.scored, name, analysis.measures),)


def measured(scored: Scored, network: str, measures: Sequence[str] | None = None) -> Networks | NotApplicable:
    """The measures of one network, of the respondents whose scores these are."""
    kept = replace(scored.dataset, respondents=scored.dataset.respondents.loc[scored.frame.index])
    return networks(kept, network, measures)
