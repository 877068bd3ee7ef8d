"""Runs exploratory factor analyses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from analysis.factor import Factor, factor, factor_of_imputed
from analysis.plan.kinds import FactorOf
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.scoring import Scored
from survey.instrument.model import Instrument


def run(analysis: FactorOf, task: Task) -> Outcome:
    """One result over all the items together."""
    items = _items(analysis, task.scored)
    if isinstance(items, str):
        return (NotApplicable(analysis.kind, "", items),)
    asked = (analysis.n_factors, analysis.method, analysis.rotate)
    if task.imputed is not None and "missing" not in analysis.model_fields_set:
        sets = [_items(analysis, one) for one in task.imputed.sets]
        frames = [one for one in sets if not isinstance(one, str)]
        found = factor_of_imputed(
            frames, *asked, correlation=analysis.correlation, seed=task.seed(), parallel=analysis.parallel
        )
    else:
        found = factor(
            items, *asked, correlation=analysis.correlation, missing=analysis.missing, seed=task.seed(),
            parallel=analysis.parallel,
        )  # fmt: skip
    if isinstance(found, Factor) and (
        note := reversal_note(task.scored.instrument, list(items.columns), analysis.scales)
    ):
        found = replace(found, notes=(*found.notes, note))
    return (found,)


def reversal_note(instrument: Instrument, items: Sequence[str], scales: Sequence[str] | None) -> str:
    """Which items were reversed by the keys of their scales, in a sentence; '' where none was.

    scales: those that the items come from, 'all' for every one; None where the items were taken as answered.
    """
    if scales is None:
        return ""
    chosen = instrument.scales if scales == "all" else scales
    keyed = {key[1:] for scale in chosen for key in instrument.scales[scale].items if key.startswith("-")}
    turned = [item for item in items if item in keyed]
    return f"Reversed, as their scales key them: {', '.join(turned)}." if turned else ""


def _items(analysis: FactorOf, scored: Scored) -> pd.DataFrame | str:
    """The items as columns, or why they cannot be had; an item that stands in two scales is taken once."""
    if analysis.scales is None:
        names = list(analysis.items or ())
        lacking = [name for name in names if name not in scored.frame.columns]
        return f"the data have no variable {', '.join(lacking)}" if lacking else scored.frame[names]
    scales = scored.instrument.scales
    chosen = (
        tuple(scale for scale, declared in scales.items() if not declared.formative)
        if analysis.scales == "all"
        else analysis.scales
    )
    parts = [scored.items(scale) for scale in chosen]
    if not parts:
        return "the instrument has no scale that reflects one thing"
    wanted = [key.lstrip("-") for scale in chosen for key in scales[scale].items]
    there = {column for part in parts for column in part.columns}
    if absent := [item for item in wanted if item not in there]:
        return f"the data have no column {', '.join(absent)}"
    together = pd.concat(parts, axis=1)
    return together.loc[:, ~together.columns.duplicated()]
