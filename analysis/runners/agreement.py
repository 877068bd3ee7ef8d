"""Runs agreement in groups."""

from __future__ import annotations

import pandas as pd

from analysis.agreement import Agreement, agreement
from analysis.agreement.pooled import pooled_agreement
from analysis.plan.kinds import AgreementOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored
from survey.instrument.labels import codes
from survey.instrument.model import Likert


def run(analysis: AgreementOf, task: Task) -> Outcome:
    """One variable in its groups, pooled over imputations where there are some."""
    if reason := task.absent([analysis.scale, analysis.group]):
        return (NotApplicable(analysis.kind, analysis.scale, reason),)
    if task.imputed is not None:
        sets = [in_groups(one, analysis.scale, analysis.group, analysis.null) for one in task.imputed.sets]
        return (pooled_agreement(sets, task.level),)
    return (in_groups(task.scored, analysis.scale, analysis.group, analysis.null),)


def in_groups(scored: Scored, name: str, group: str, null: str | float) -> Agreement | NotApplicable:
    """Agreement on a scale, an item or a field, with what the instrument says of its items."""
    scale = scored.instrument.scales.get(name)
    items = scored.items(name) if scale is not None else None
    return agreement(
        scored.frame[name],
        scored.frame[group].astype(object),
        items if items is not None and items.shape[1] > 1 else None,
        scale=name,
        group=group,
        options=response_options(scored, items, name),
        null=null,
        unit=1 / len(scale.items) if scale is not None and scale.score == "sum" else 1.0,
    )


def response_options(scored: Scored, items: pd.DataFrame | None, name: str) -> int | None:
    """How many answers an item offers, where it is a rating and all items of a scale offer the same number."""
    names = [name] if items is None else list(items.columns)
    formats = [scored.instrument.format_of(item) for item in names if item in scored.instrument.items]
    sizes = {len(codes(one)) for one in formats if isinstance(one, Likert)}
    whole = bool(formats) and all(isinstance(one, Likert) for one in formats)
    return sizes.pop() if whole and len(sizes) == 1 else None
