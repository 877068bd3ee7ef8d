"""A data set as described tables: what each column is called, holds and means, and why its empty cells are empty.

Every writer of a format starts from here, so that labels and reasons are the same in all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from reports.codebook_ties import tie_columns
from survey.dataset.columns import ID, PERSON, SECONDS, STANDING, Column, columns_of, item_columns
from survey.dataset.missing import Missing
from survey.dataset.model import Dataset
from survey.dataset.write import frames
from survey.instrument.formats import other_text
from survey.instrument.labels import label, labels, labels_in
from survey.instrument.model import ChoiceFormat, Date, FieldOf, Instrument, Likert, MultiChoice, Rank, Text, say
from survey.instrument.pipes import bare
from survey.waves import WAVE

Kind = Literal["number", "text", "date"]
Measure = Literal["nominal", "ordinal", "scale"]

OWN = {
    ID: "Respondent",
    SECONDS: "Seconds an item",
    STANDING: "Where the respondent stands",
    "channel": "Version of the survey that was used",
    "device": "Class of device",
    "back_steps": "Uses of the Back button",
    "minutes": "Minutes with a page in sight",
    "result_shown": "Shown a result of their own at once",
    "link_code": "Code of the open link",
    "network": "Network",
    WAVE: "Wave",
    PERSON: "Person, the same in every wave",
}
REASONS = tuple(str(one) for one in Missing)
KEYS = (ID, "network", "tie", "tie_a", "tie_b")
"""The columns that say whose row it is."""
_YES_NO: Mapping[int | str, str] = {0: "no", 1: "yes"}
_NAMED: Mapping[int | str, str] = {0: "not named", 1: "named"}
_PICKED: Mapping[int | str, str] = {0: "not chosen", 1: "chosen"}
_FIELDS: dict[str, Measure] = {"number": "scale", "time": "scale", "weight": "scale", "wave": "ordinal"}


@dataclass(frozen=True)
class Described:
    """One column. codes: the answers that can be given, in order, with their words; {} where there are none."""

    name: str
    label: str
    kind: Kind
    measure: Measure
    codes: Mapping[int | str, str]


@dataclass(frozen=True)
class DescribedTable:
    """One table of a data set.

    values: one row a respondent, tie or pair. missing: the same rows and columns; why a cell is empty (a value of
    ``Missing``), '' where it is not or the reason is unknown. columns: in the order of ``values``.
    """

    name: str
    values: pd.DataFrame
    missing: pd.DataFrame
    columns: tuple[Described, ...]

    def reasons(self) -> pd.DataFrame | None:
        """Whose row it is, and why each of its other cells is empty; None where no reason is known."""
        if not (self.missing != "").to_numpy().any():
            return None
        keys = [name for name in KEYS if name in self.values.columns]
        return pd.concat([self.values[keys], self.missing.drop(columns=keys)], axis=1)


def described(dataset: Dataset, language: str = "en") -> tuple[DescribedTable, ...]:
    """The tables of a data set that have rows; that of the respondents always, and first."""
    written = frames(dataset)
    known = _known(dataset.instrument, language)
    found = []
    for name, twin in (("respondents", "missing"), ("ties", "missing_ties"), ("between", "missing_between")):
        values = written[name].reset_index(drop=True)
        if name != "respondents" and values.empty:
            continue
        columns = tuple(known.get((name, str(column))) or _bare(str(column), values[column]) for column in values)
        found.append(DescribedTable(name, values, _reasons(values, written[twin]), columns))
    return tuple(found)


def _reasons(values: pd.DataFrame, why: pd.DataFrame) -> pd.DataFrame:
    """The types of missing in the shape of the values."""
    made = {}
    for name in values.columns:
        if name in why.columns and name != ID:
            reasons = why[name].reset_index(drop=True).fillna("").astype(object)
            made[name] = reasons.where(values[name].isna(), "")
        else:
            made[name] = pd.Series("", index=values.index, dtype=object)
    return pd.DataFrame(made, index=values.index)


def _known(instrument: Instrument, language: str) -> dict[tuple[str, str], Described]:
    """Every column that the instrument knows of, by table and name."""
    found = {("respondents", one.name): _of(instrument, one, language) for one in columns_of(instrument)}
    for network in instrument.networks.values():
        for item in network.interpreters:
            found |= {("ties", one.name): _of(instrument, one, language) for one in item_columns(instrument, item)}
        found |= {
            ("ties", name): Described(
                name, bare(_say(generator.text, instrument, language)), "number", "nominal", _NAMED
            )
            for name, generator in network.generators.items()
        }
        if network.between is not None:
            words: dict[int | str, str] = dict(enumerate(labels_in(network.between.levels, language)))
            asked = bare(_say(network.between.text, instrument, language))
            found["between", "level"] = Described("level", asked, "number", "ordinal", words)
    for one in tie_columns(instrument, language):
        table, numeric = one.file.partition(".")[0], one.id in ("probability", "weight")
        codes: Mapping[int | str, str] = _YES_NO if one.id in ("interpreted", "weak", "strong") else {}
        for name in one.id.split(", "):
            kind: Kind = "number" if numeric or codes else "text"
            measure: Measure = "scale" if numeric else "nominal"
            found.setdefault((table, name), Described(name, one.text, kind, measure, codes))
    return found


def _of(instrument: Instrument, column: Column, language: str) -> Described:
    if column.source == "own":
        return _bare(column.name, None)
    if column.source == "field":
        return _field(instrument.fields[column.of], column, instrument, language)
    form = instrument.format_of(column.of)
    text = bare(_say(instrument.items[column.of].text, instrument, language)) or column.of
    if column.own_words:
        choice = column.name == other_text(column.of) and isinstance(form, ChoiceFormat | MultiChoice)
        return Described(column.name, f"{text} (in their own words)" if choice else text, "text", "nominal", {})
    if column.choice is not None:
        words = f"{text}: {bare(label(form, column.choice, language))}"
        if isinstance(form, Rank):
            return Described(column.name, words, "number", "ordinal", {})
        return Described(column.name, words, "number", "nominal", _PICKED)
    codes = {code: bare(words) for code, words in labels(form, language).items()}
    if isinstance(form, Likert):
        return Described(column.name, text, "number", "ordinal", codes)
    if isinstance(form, Date):
        return Described(column.name, text, "date", "scale", {})
    return Described(column.name, text, column.kind, "scale" if column.kind == "number" else "nominal", codes)


def _field(declared: FieldOf, column: Column, instrument: Instrument, language: str) -> Described:
    measure = _FIELDS.get(declared.type, "nominal")
    return Described(column.name, _say(declared.label, instrument, language) or column.name, column.kind, measure, {})


def _bare(name: str, values: pd.Series | None) -> Described:
    """A column of our own, or one of a file that no instrument describes."""
    number = values is not None and pd.api.types.is_numeric_dtype(values)
    codes: Mapping[int | str, str] = _YES_NO if name == "result_shown" else {}
    measure: Measure = "nominal" if codes or not number else "scale"
    return Described(name, OWN.get(name, name), "number" if number else "text", measure, codes)


def _say(text: Text | None, instrument: Instrument, language: str) -> str:
    return say(text, language, instrument.languages)


def numbers(values: pd.Series) -> np.ndarray:
    """A column of numbers as float64, NaN where it has none."""
    return values.to_numpy(dtype=np.float64, na_value=np.nan)
