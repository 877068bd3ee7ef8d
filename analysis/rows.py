"""Which rows of the data an analysis is of, and in which groups they come."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from analysis.plan.kinds import Analysis
from analysis.plan.model import Plan
from analysis.plan.parts import Common
from analysis.plan.waves import names_in
from analysis.scoring import Scored
from survey.dataset.columns import PERSON, wave_field
from survey.dataset.waves import people

WITH_WAVES = frozenset({"retest", "missing", "screening"})
"""Kinds that tell waves apart by themselves."""


def wave_of(analysis: Common, plan: Plan) -> int | None:
    """The one wave that an analysis is of; None where it takes rows of all, or picks values of waves by itself."""
    by_itself = getattr(analysis, "kind", "") in WITH_WAVES or getattr(analysis, "waves", None) or names_in(analysis)
    if by_itself or analysis.wave == "all":
        return None
    return plan.wave if analysis.wave is None else analysis.wave


def of_wave(scored: Scored, wave: int | None) -> Scored:
    """The rows of one wave; all of them for None, and where the data say of no row which wave it is of."""
    field = wave_field(scored.instrument)
    if wave is None or field is None or field not in scored.frame.columns or scored.frame[field].isna().all():
        return scored
    held = (scored.frame[field] == str(wave)).to_numpy()
    return scored if held.all() else replace(scored, frame=scored.frame[held], keyed=scored.keyed[held])


def with_person(scored: Scored) -> Scored:
    """The same rows with a column that says who each is about."""
    if PERSON in scored.frame.columns:
        return scored
    who = people(scored.dataset).reindex(scored.frame.index).astype(str)
    return replace(scored, frame=scored.frame.assign(**{PERSON: pd.Categorical(who)}))


def with_errors(analysis: Analysis, scored: Scored) -> tuple[Analysis, str]:
    """An analysis with the errors that its data allow: those named 'otherwise' where nobody has a group or all share
    one; and a note that says so, '' where nothing changed."""
    errors: Any = getattr(analysis, "errors", None)
    otherwise = getattr(errors, "otherwise", None)
    if otherwise is None:
        return analysis, ""
    field = errors.cr2 or errors.cluster
    if field in scored.frame.columns and scored.frame[field].nunique() > 1:
        return analysis, ""
    note = f"Errors are {otherwise}, as the plan says for data without groups: {field} does not tell respondents apart."
    return analysis.model_copy(update={"errors": otherwise}), note
