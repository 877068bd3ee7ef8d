"""Runs models of ties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from analysis.plan.kinds_nested import TieOf
from analysis.plan.variables import variables_of_ties
from analysis.plan.waves import NEXT
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored
from analysis.tie import Ties, tie_frame, tie_model
from analysis.waves import waves_of
from survey.dataset.columns import AT, PERSON
from survey.instrument.labels import codes
from survey.instrument.model import Likert

NOT_IMPUTED = "Ties are not imputed: those that lack an answer are left out."


def run(analysis: TieOf, task: Task) -> Outcome:
    """One model of the ties that were asked about."""
    network = analysis.network or next(iter(task.scored.instrument.networks), "")
    found = fitted(
        task.scored, network, analysis.outcome, analysis.predictors, model=analysis.model, family=analysis.family,
        derive=analysis.derive, only=analysis.only, centre=analysis.centre, level=task.level,
    )  # fmt: skip
    if isinstance(found, Ties) and task.plan.treatment != "listwise" and found.dropped:
        found = replace(found, notes=(*found.notes, NOT_IMPUTED))
    return (found,)


def fitted(
    scored: Scored, network: str, outcome: str, predictors: Sequence[str], *, model: str, family: str,
    derive: Mapping[str, str] | None = None, only: str | None = None, centre: bool = True, level: float = 0.95,
) -> Ties | NotApplicable:  # fmt: skip
    """One model by names, with what the instrument says of its outcome."""
    instrument = scored.instrument
    if network not in instrument.networks or scored.dataset.ties.empty:
        return NotApplicable(Ties.kind, outcome, "the data have no table of ties (ties.csv)")
    ahead = outcome.removesuffix(AT + NEXT) if outcome.endswith(AT + NEXT) else ""
    if ahead and waves_of(scored.dataset)["rank"].max() < 1:
        return NotApplicable(Ties.kind, outcome, "the data are of one wave, and ties are followed into the next")
    known = {*variables_of_ties(instrument, instrument.networks[network]), *(derive or {})}
    if ahead and ahead not in known:
        return NotApplicable(Ties.kind, outcome, f"the data have no variable {ahead}")
    frame = tie_frame(scored, network, derive or {}, only, ahead)
    used = [outcome, *(part for name in predictors for part in name.split(":"))]
    if lacking := [name for name in used if name not in frame.columns]:
        return NotApplicable(Ties.kind, outcome, f"the data have no variable {', '.join(lacking)}")
    numbers = [name for name in dict.fromkeys(used[1:]) if pd.api.types.is_numeric_dtype(frame[name].dtype)]
    levels, lowest = 2, 0.0
    if family == "ordinal":
        item = ahead or outcome
        fmt = instrument.format_of(item) if item in instrument.items else None
        if not isinstance(fmt, Likert):
            reason = f"{outcome} is not answered on a scale of steps, and family 'ordinal' needs one"
            return NotApplicable(Ties.kind, outcome, reason)
        steps = [float(code) for code in codes(fmt)]
        levels, lowest = len(steps), steps[0]
    found = tie_model(
        frame, outcome, predictors, model=model, family=family, levels=levels, lowest=lowest, group=PERSON,
        centred=[name for name in numbers if centre and name in known], network=network, level=level,
    )  # fmt: skip
    if ahead and isinstance(found, Ties):
        met = int(frame[outcome].notna().sum())
        note = f"Of {len(frame):,} ties of a wave, {met:,} were asked about again in the next, where {ahead} is taken."
        found = replace(found, notes=(*found.notes, note))
    return found
