"""A Dataset from respondents' folded answers: wide tables exist only here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from survey import flow
from survey.answers import Answer, Answers
from survey.dataset.columns import ID, SECONDS, Column, cell, columns_of, has_missing_column, missing_codes, number_text
from survey.dataset.missing import Missing
from survey.dataset.model import Dataset
from survey.instrument.model import Instrument, Rank


@dataclass(frozen=True)
class Respondent:
    """One respondent: the fold of their log, and what their invitation says of them."""

    id: str
    answers: Answers
    submitted: frozenset[str]
    fields: Mapping[str, str | float]
    seconds_per_item: float


def assemble(
    instrument: Instrument, respondents: Iterable[Respondent], source: str, notes: tuple[str, ...] = ()
) -> Dataset:
    """The Dataset of these respondents, one row each in the order given, with every missing answer typed."""
    columns = columns_of(instrument)
    ranked = {item for item in instrument.items if isinstance(instrument.format_of(item), Rank)}
    codes = {c.name: missing_codes(instrument, c.of) for c in columns if c.source == "field"}
    values: list[list[float | str | None]] = [[] for _ in columns]
    types: list[list[str]] = [[] for _ in columns]
    ids: list[str] = []
    seconds: list[float] = []
    for respondent in respondents:
        ids.append(respondent.id)
        seconds.append(respondent.seconds_per_item)
        given = typed_answers(instrument, respondent.answers, respondent.submitted)
        for i, column in enumerate(columns):
            if column.source == "item":
                answer = given[column.of]
                values[i].append(cell(column, answer, column.of in ranked))
                types[i].append(answer.value if isinstance(answer, Missing) else "")
            else:
                value, kind = _field(column, respondent.fields.get(column.of), codes[column.name])
                values[i].append(value)
                types[i].append(kind)
    index = pd.Index(ids, dtype="str", name=ID)
    kept = [i for i, column in enumerate(columns) if has_missing_column(instrument, column)]
    return Dataset(
        instrument=instrument,
        respondents=frame_of(
            {
                **{column.name: series_of(column.kind, values[i]) for i, column in enumerate(columns)},
                SECONDS: np.array(seconds, dtype=np.float64),
            },
            index,
        ),
        missing=frame_of({columns[i].name: pd.array(types[i], dtype="str") for i in kept}, index),
        source=source,
        notes=notes,
    )


def typed_answers(instrument: Instrument, answers: Answers, submitted: frozenset[str]) -> dict[str, Answer]:
    """Every item's answer, or why it has none.

    On a shown and submitted page: the answer, else skipped. On a shown page not submitted: not reached. On a hidden
    page: not shown, unless the respondent left before it, when nobody knows: not reached. On no page: not shown.
    """
    shown = set(flow.visible_pages(instrument, answers))
    left_at = flow.first_open(instrument, answers, submitted)
    passed = left_at is None or flow.find_page(instrument, left_at).type == "feedback"
    given: dict[str, Answer] = {}
    gone = False
    for page in instrument.pages:
        gone = gone or (not passed and page.id == left_at)
        for item in page.items:
            if page.id in shown and page.id in submitted:
                given[item] = answers.get(item, Missing.SKIPPED)
            elif item not in given:
                out_of_reach = page.id in shown or (gone and page.id not in submitted)
                given[item] = Missing.NOT_REACHED if out_of_reach else Missing.NOT_SHOWN
    for item in instrument.items:
        given.setdefault(item, Missing.NOT_SHOWN)
    return given


def _field(column: Column, value: str | float | None, codes: Mapping[str, str]) -> tuple[float | str | None, str]:
    if value is None or value == "":
        return None, ""
    text = value if isinstance(value, str) else number_text(float(value))
    if text in codes:
        return None, codes[text]
    if column.kind == "text":
        return text, ""
    try:
        return float(value), ""
    except ValueError:
        return None, ""


def series_of(kind: str, values: list[float | str | None]) -> np.ndarray | pd.api.extensions.ExtensionArray:
    """A column in the dtype of its kind: float64, or pandas' str with NaN for no answer."""
    if kind == "number":
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return pd.array(values, dtype="str")


def frame_of(columns: Mapping[str, object], index: pd.Index) -> pd.DataFrame:
    """A frame of whole columns under one index."""
    return pd.DataFrame(dict(columns), index=index) if columns else pd.DataFrame(index=index)
