"""Runs confirmatory factor analyses of scales."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import pandas as pd

from analysis.cfa import cfa
from analysis.cfa.pooled import pooled_cfa
from analysis.cfa.result import CFA
from analysis.imputation import Imputations
from analysis.plan.kinds import CfaOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored

METHOD = "method"
"""The name of a method factor in results."""


def run(analysis: CfaOf, task: Task) -> Outcome:
    """All scales in one model."""
    found = items_of(task.scored, analysis.scales)
    if isinstance(found, str):
        return (NotApplicable(analysis.kind, "", found),)
    _, scales = found
    marked: tuple[str, ...] = ()
    if analysis.method_factor == "reversed":
        marked = reversed_items(task.scored, analysis.scales)
    elif analysis.method_factor is not None:
        marked = analysis.method_factor

    def fitted(frame: pd.DataFrame) -> CFA | NotApplicable:
        return cfa(
            frame,
            scales,
            estimator=analysis.estimator,
            missing=missing_of(analysis, task),
            higher=analysis.second_order or "",
            method=marked,
            method_name=METHOD,
            rival=analysis.rival,
            level=task.level,
        )

    if task.imputed is None or analysis.missing is not None:
        return (fitted(found[0]),)
    return (pooled_cfa([fitted(frame) for frame in frames_of(task.imputed, analysis.scales)]),)


def frames_of(imputed: Imputations, scales: Sequence[str]) -> list[pd.DataFrame]:
    """The scored items of scales in each imputed data set."""
    found = [items_of(one, scales) for one in imputed.sets]
    return [one[0] for one in found if not isinstance(one, str)]


def missing_of(analysis: CfaOf, task: Task) -> Literal["listwise", "fiml"]:
    """How unanswered items are treated: as the analysis says, else as the plan does, where the estimator can."""
    if analysis.missing is not None:
        return analysis.missing
    return "fiml" if task.plan.treatment == "fiml" and analysis.estimator != "wlsmv" else "listwise"


def items_of(scored: Scored, scales: Sequence[str]) -> tuple[pd.DataFrame, dict[str, list[str]]] | str:
    """The scored items of scales, a column each, and which belong to which scale; a reason in words where some lack.

    An item of two scales that one of them reverses has no one score, and is refused.
    """
    columns: dict[str, pd.Series] = {}
    signs: dict[str, bool] = {}
    members: dict[str, list[str]] = {}
    for name in scales:
        keys = scored.instrument.scales[name].items
        items = scored.items(name)
        absent = [key.lstrip("-") for key in keys if key.lstrip("-") not in items.columns]
        if absent:
            return f"the data have no column {', '.join(absent)}"
        members[name] = [key.lstrip("-") for key in keys]
        for key in keys:
            item = key.lstrip("-")
            if signs.setdefault(item, key.startswith("-")) != key.startswith("-"):
                return f"item {item} is reversed in one of the scales and not in another"
            columns[item] = items[item]
    return pd.DataFrame(columns), members


def reversed_items(scored: Scored, scales: Sequence[str]) -> tuple[str, ...]:
    """The items that the scales reverse."""
    keys = [key for name in scales for key in scored.instrument.scales[name].items]
    return tuple(dict.fromkeys(key[1:] for key in keys if key.startswith("-")))
