"""Runs screening: the indices of everyone who was read, and the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from analysis.plan.kinds import ScreeningOf
from analysis.plan.parts import Exclusion
from analysis.result import NotApplicable
from analysis.runners.task import Outcome, Task
from analysis.scoring import derived, score
from analysis.screening import indices
from analysis.screening.result import Screening
from analysis.screening.rules import WORDS, apply
from survey.dataset.model import Dataset


def run(analysis: ScreeningOf, task: Task) -> Outcome:
    """One result, of all respondents that were read: those whom the plan's rules exclude are among them."""
    rules = task.plan.exclude if analysis.rules is None else analysis.rules
    return (screened(_held(analysis.where, task), rules),)


def screened(dataset: Dataset, rules: Sequence[Exclusion]) -> Screening | NotApplicable:
    """The indices of everyone in a data set, and whom the rules would exclude."""
    if not len(dataset.respondents):
        return NotApplicable("screening", "", "there are no respondents")
    known = indices(dataset)
    applied = apply(dataset, rules, known)
    notes = [f"Not applicable: {WORDS[name]} ({name}), because {why}." for name, why in known.absent.items()]
    for name in known.values.columns:
        if lacking := int(np.count_nonzero(known.values[name].isna())):
            notes.append(f"{lacking:,} respondents have no {name}, and no rule excludes them by it.")
    order = np.argsort(known.values.index.to_numpy(dtype=object), kind="stable")
    values = known.values.iloc[order]
    reason = pd.Series(applied.reason[order], index=values.index, name="reason")
    return Screening(values, reason, applied.counts, known.items, known.synonyms, known.antonyms, tuple(notes))


def _held(condition: str | None, task: Task) -> Dataset:
    """Everyone who was read, or those of them for whom a condition holds."""
    dataset = task.read
    if condition is None:
        return dataset
    frame = score(dataset, task.plan.derive).frame
    held = frame.index[derived(condition, frame) == 1.0]
    rows = dataset.respondents.index.isin(held)
    return replace(dataset, respondents=dataset.respondents[rows], missing=dataset.missing[rows])
