"""A Dataset from respondents' folded answers: wide tables exist only here."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from survey import flow
from survey.answers import Answer, Answers
from survey.dataset.columns import (
    ID,
    PARADATA,
    SECONDS,
    Column,
    columns_of,
    has_missing_column,
    missing_codes,
    number_text,
)
from survey.dataset.missing import Missing
from survey.dataset.model import Dataset
from survey.dataset.named import ties_of
from survey.instrument.formats import other_text, specified
from survey.instrument.model import Instrument, Rank

SKIPPED = Missing.SKIPPED


@dataclass(frozen=True)
class Version:
    """The version that a respondent answered, where there are several.

    instrument: their own. columns: its items' names in the instrument of all versions. answers: by those names.
    otherwise: items of it that they were asked in another version's way.
    """

    instrument: Instrument
    columns: Mapping[str, str]
    answers: Answers
    otherwise: frozenset[str]


@dataclass(frozen=True)
class Respondent:
    """One respondent: the fold of their log, what their invitation says of them, and how their answers came.

    came: values of ``PARADATA``, as far as they are known.
    """

    id: str
    answers: Answers
    submitted: frozenset[str]
    fields: Mapping[str, str | float]
    seconds_per_item: float
    version: Version | None = None
    came: Mapping[str, str | float] = field(default_factory=dict)


def assemble(
    instrument: Instrument, respondents: Iterable[Respondent], source: str, notes: tuple[str, ...] = ()
) -> Dataset:
    """The Dataset of these respondents, one row each in the order given, with every missing answer typed."""
    everyone = list(respondents)
    ways = [_way(instrument, respondent) for respondent in everyone]
    status = _statuses(instrument)
    logs = [(_answers(one), status(one, way)) for one, way in zip(everyone, ways, strict=True)]
    values: dict[str, object] = {}
    types: dict[str, object] = {}
    for column in columns_of(instrument):
        if column.source == "item":
            item = column.of
            answer_of = partial(_own_words, instrument, item) if column.own_words else partial(_plain, item)
            given = [asked[item] or answer_of(answers) for answers, asked in logs]
            kinds = [answer.value if isinstance(answer, Missing) else "" for answer in given]
            cells: list[Any] = [None if isinstance(answer, Missing) else answer for answer in given]
            if column.choice is not None:
                ranked = isinstance(instrument.format_of(item), Rank)
                cells = [_of_choice(column.choice, answer, ranked) for answer in cells]
        elif column.source == "own":
            cells, kinds = [way.standing for way in ways], []
        else:
            codes = missing_codes(instrument, column.of)
            read = [_field(column, respondent.fields.get(column.of), codes) for respondent in everyone]
            cells, kinds = [value for value, _ in read], [kind for _, kind in read]
        values[column.name] = series_of(column.kind, cells)
        if has_missing_column(instrument, column):
            types[column.name] = pd.array(kinds, dtype="str")
    values[SECONDS] = np.array([respondent.seconds_per_item for respondent in everyone], dtype=np.float64)
    for name, kind in PARADATA.items():
        if any(name in respondent.came for respondent in everyone):
            values[name] = series_of(kind, [respondent.came.get(name) for respondent in everyone])
    index = pd.Index([respondent.id for respondent in everyone], dtype="str", name=ID)
    ties = ties_of(instrument, everyone, ways)
    return Dataset(
        instrument=instrument,
        respondents=frame_of(values, index),
        missing=frame_of(types, index),
        source=source,
        notes=notes,
        ties=ties.ties,
        between=ties.between,
        missing_ties=ties.missing_ties,
        missing_between=ties.missing_between,
    )


Status = Mapping[str, Missing | None]
"""By item: why it was not asked; None where it was."""


def _answers(respondent: Respondent) -> Answers:
    return respondent.answers if respondent.version is None else respondent.version.answers


def _way(whole: Instrument, respondent: Respondent) -> flow.Way:
    own = whole if respondent.version is None else respondent.version.instrument
    return flow.way(own, respondent.answers, respondent.submitted)


def _statuses(whole: Instrument) -> Callable[[Respondent, flow.Way], Status]:
    """What tells the status of every item, worked out once for all who stand at the same place."""
    known: dict[object, Status] = {}

    def status(respondent: Respondent, way: flow.Way) -> Status:
        instrument = whole if respondent.version is None else respondent.version.instrument
        own = frozenset(page for page in way.shown if "." not in page)
        sent = frozenset(page for page in respondent.submitted if "." not in page)
        place = (id(instrument), own, sent, way.open and flow.page_of(way.open))
        if place not in known:
            known[place] = _status(instrument, way, respondent.submitted)
        return known[place] if respondent.version is None else _placed(whole, respondent.version, known[place])

    return status


def _placed(whole: Instrument, version: Version, own: Status) -> Status:
    """The status of the items of all versions, from that of one's own; an answer to another version is an answer."""
    asked: dict[str, Missing | None] = {
        version.columns[item]: Missing.NOT_SHOWN if item in version.otherwise else reason
        for item, reason in own.items()
    }
    return {item: asked.get(item, None if item in version.answers else Missing.NOT_SHOWN) for item in whole.items}


def _status(instrument: Instrument, way: flow.Way, submitted: frozenset[str]) -> Status:
    """Why each item was not asked.

    On a shown page not submitted: not reached. On a hidden page: not shown, unless the respondent left before it, when
    nobody knows: not reached. On no page: not shown.
    """
    shown = set(way.shown)
    left_at = None if way.open is None else flow.page_of(way.open)
    status: dict[str, Missing | None] = {}
    gone = False
    for page in instrument.pages:
        gone = gone or page.id == left_at
        for item in page.items:
            if page.id in shown and page.id in submitted:
                status[item] = None
            elif item not in status:
                out_of_reach = page.id in shown or (gone and page.id not in submitted)
                status[item] = Missing.NOT_REACHED if out_of_reach else Missing.NOT_SHOWN
    return {item: status.get(item, Missing.NOT_SHOWN) for item in instrument.items}


def _plain(item: str, answers: Answers) -> Answer:
    return answers.get(item, SKIPPED)


def _own_words(instrument: Instrument, item: str, answers: Answers) -> Answer:
    """What was written beside a choice; where that was not picked, there was no line to write on."""
    code = specified(instrument.format_of(item))
    if code is None or not flow.picked(answers.get(item, SKIPPED), code):
        return Missing.NOT_SHOWN
    return answers.get(other_text(item), SKIPPED)


def _of_choice(choice: str, answer: Any, ranked: bool) -> float | None:
    """What an answer of several codes says of one of them: its place from 1, or whether it was picked."""
    if not isinstance(answer, tuple):
        return None
    if ranked:
        return float(answer.index(choice) + 1) if choice in answer else None
    return float(choice in answer)


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


def series_of(kind: str, values: list[Any]) -> np.ndarray | pd.api.extensions.ExtensionArray:
    """A column in the dtype of its kind: float64, or pandas' str with NaN for no answer."""
    if kind == "number":
        return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
    return pd.array(values, dtype="str")


def frame_of(columns: Mapping[str, object], index: pd.Index) -> pd.DataFrame:
    """A frame of whole columns under one index."""
    return pd.DataFrame(dict(columns), index=index) if columns else pd.DataFrame(index=index)
