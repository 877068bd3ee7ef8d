"""The codebook: what every variable of an instrument means, and how it was answered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reports.codebook_ties import tables, tie_columns
from reports.numbers import COUNT, exact, show
from reports.pages import page
from survey.assurance import Assurance, words_of
from survey.dataset.model import Dataset
from survey.instrument.formats import other_text, specified
from survey.instrument.labels import label, labels, range_of
from survey.instrument.model import ChoiceFormat, Instrument, Likert, MultiChoice, Number, Rank, Slider, say
from survey.instrument.pipes import bare

TYPES = {
    "likert": "Rating",
    "choice": "One choice",
    "multichoice": "Several choices",
    "number": "Number",
    "slider": "Slider",
    "date": "Date",
    "text": "Text",
    "rank": "Ranking",
}
MISSING = {
    "not_shown": "not shown",
    "not_reached": "not reached",
    "skipped": "skipped",
    "refused": "refused",
    "does_not_apply": "does not apply",
    "": "missing, reason unknown",
}


@dataclass(frozen=True)
class Answer:
    """One code: its label, its score where it has one, and how many gave it (None without data)."""

    code: str
    label: str
    score: str
    count: int | None


@dataclass(frozen=True)
class Variable:
    """One entry of the codebook, ready to be printed."""

    id: str
    text: str
    type: str
    range: str
    scales: tuple[str, ...]
    answers: tuple[Answer, ...]
    n: int | None
    missing: tuple[tuple[str, int], ...]


def variables(instrument: Instrument, data: Dataset | None = None, language: str = "en") -> tuple[Variable, ...]:
    """Every item and then every declared field, with counts where data are given."""
    items = tuple(entry for name in instrument.items for entry in _entries(instrument, name, data, language))
    return items + tuple(_field(instrument, name, data, language) for name in instrument.fields)


def _entries(instrument: Instrument, name: str, data: Dataset | None, language: str) -> tuple[Variable, ...]:
    """The entry of an item, and one for the words of respondents' own where a choice asks for them."""
    answers, entry = instrument.format_of(name), _item(instrument, name, data, language)
    code = specified(answers)
    if code is None:
        return (entry,)
    words, text = other_text(name), f"{entry.text} ({label(answers, code, language)})"
    n, missing = _counts(words, data)
    return entry, Variable(words, text, TYPES["text"], "", (), (), n, missing)


def _item(instrument: Instrument, name: str, data: Dataset | None, language: str) -> Variable:
    answers = instrument.format_of(name)
    n, missing = _counts(name, data)
    return Variable(
        id=name,
        text=bare(say(instrument.items[name].text, language, instrument.languages)),
        type=TYPES[answers.type],
        range=_range(answers, language, instrument),
        scales=_scales(instrument, name, language),
        answers=tuple(
            Answer(str(code), bare(words), _score(answers, code), _count(name, code, answers, data))
            for code, words in labels(answers, language).items()
        ),
        n=n,
        missing=missing,
    )


def _field(instrument: Instrument, name: str, data: Dataset | None, language: str) -> Variable:
    declared = instrument.fields[name]
    n, missing = _counts(name, data)
    return Variable(
        id=name,
        text=say(declared.label, language, instrument.languages),
        type=f"Field: {declared.type}",
        range="",
        scales=(),
        answers=tuple(Answer(str(code), f"missing: {why}", "", None) for code, why in declared.missing.items()),
        n=n,
        missing=missing,
    )


def _scales(instrument: Instrument, item: str, language: str) -> tuple[str, ...]:
    found = []
    for name, scale in instrument.scales.items():
        for key in scale.items:
            if key.lstrip("-") == item:
                turned = ", reversed" if key.startswith("-") else ""
                found.append(f"{say(scale.label, language, instrument.languages)} ({name}{turned})")
    return tuple(found)


def _range(answers: object, language: str, instrument: Instrument) -> str:
    if isinstance(answers, Number | Slider):
        low = exact(answers.min) if answers.min is not None else ""
        high = exact(answers.max) if answers.max is not None else ""
        unit = say(answers.unit, language, instrument.languages)
        text = f"{low} to {high}" if low and high else f"from {low}" if low else f"up to {high}" if high else ""
        return f"{text} {unit}".strip()
    limits = range_of(answers) if isinstance(answers, Likert) else None
    return f"{exact(limits[0])} to {exact(limits[1])}" if limits else ""


def _score(answers: object, code: int | str) -> str:
    if isinstance(answers, ChoiceFormat | MultiChoice):
        score = answers.choices[str(code)].score
        return "" if score is None else exact(score)
    return ""


def _counts(name: str, data: Dataset | None) -> tuple[int | None, tuple[tuple[str, int], ...]]:
    if data is None:
        return None, ()
    values, why = tables(name, data)
    column = _column(name, values)
    if column is None:
        return None, ()
    answered = column.notna()
    reasons = why[name] if name in why.columns else pd.Series("", index=column.index)
    left = reasons[~answered].fillna("").astype(str).value_counts()
    known: Mapping[str, int] = {str(reason): int(count) for reason, count in left.items()}
    listed = tuple((text, known[reason]) for reason, text in MISSING.items() if known.get(reason))
    return int(answered.sum()), listed


def _column(name: str, values: pd.DataFrame) -> pd.Series | None:
    if name in values.columns:
        return values[name]
    parts = [column for column in values.columns if str(column).startswith(f"{name}.")]
    return values[parts[0]] if parts else None


def _count(name: str, code: int | str, answers: object, data: Dataset | None) -> int | None:
    if data is None:
        return None
    values, _ = tables(name, data)
    if isinstance(answers, MultiChoice):
        column = f"{name}.{code}"
        if column not in values.columns:
            return None
        return int((values[column].to_numpy(dtype=np.float64, na_value=np.nan) == 1).sum())
    if name not in values.columns or isinstance(answers, Rank):
        return None
    return int((values[name] == code).sum())


def codebook(source: Dataset | Instrument, language: str = "en", said: Iterable[Assurance] = ()) -> str:
    """The codebook as one self-contained HTML page: every item and field, its codes, its scales, its answers.

    source: an instrument, or data, which add how many answered and why the others did not. language: of texts.
    said: what was said at the study's launch, of which how translations were reviewed belongs here.
    """
    data = source if isinstance(source, Dataset) else None
    instrument = source.instrument if isinstance(source, Dataset) else source
    languages = instrument.languages
    scales = [
        {
            "id": name,
            "label": say(scale.label, language, languages),
            "items": [{"id": key.lstrip("-"), "reversed": key.startswith("-")} for key in scale.items],
            "score": scale.score,
            "min_answered": show(100 * scale.min_answered, COUNT) + "%",
            "formative": scale.formative,
        }
        for name, scale in instrument.scales.items()
    ]
    return page(
        "codebook.html",
        language=language,
        title=say(instrument.title, language, languages) or instrument.id,
        instrument=instrument,
        note=say(instrument.note, language, languages),
        reviews=[(one.language, words_of(one)) for one in said if one.kind == "translation"],
        scales=scales,
        variables=variables(instrument, data, language),
        ties=tie_columns(instrument, language),
        n=None if data is None else len(data.respondents),
        count=lambda value: show(value, COUNT),
    )
