"""Runs agreement in groups."""

from __future__ import annotations

import pandas as pd

from analysis.agreement import agreement
from analysis.plan.kinds import AgreementOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored
from survey.instrument.labels import codes
from survey.instrument.model import Likert


def run(analysis: AgreementOf, task: Task) -> Outcome:
    """One variable in its groups."""
    scored = task.scored
    if reason := task.absent([analysis.scale, analysis.group]):
        return (NotApplicable(analysis.kind, analysis.scale, reason),)
    scale = scored.instrument.scales.get(analysis.scale)
    items = scored.items(analysis.scale) if scale is not None else None
    found = agreement(
        scored.frame[analysis.scale],
        scored.frame[analysis.group].astype(object),
        items if items is not None and items.shape[1] > 1 else None,
        scale=analysis.scale,
        group=analysis.group,
        options=response_options(scored, items, analysis.scale),
        null=analysis.null,
        unit=1 / len(scale.items) if scale is not None and scale.score == "sum" else 1.0,
    )
    return (found,)


def response_options(scored: Scored, items: pd.DataFrame | None, name: str) -> int | None:
    """How many answers an item offers, where it is a rating and all items of a scale offer the same number."""
    names = [name] if items is None else list(items.columns)
    formats = [scored.instrument.format_of(item) for item in names if item in scored.instrument.items]
    sizes = {len(codes(one)) for one in formats if isinstance(one, Likert)}
    whole = bool(formats) and all(isinstance(one, Likert) for one in formats)
    return sizes.pop() if whole and len(sizes) == 1 else None
