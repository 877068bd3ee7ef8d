"""Data for SPSS (.sav) and Stata (.dta): labelled numbers, and each empty cell with its reason as a user-missing value.

Answers whose codes are words ('yes') become numbers in the order of the questionnaire: both programs label numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reports.codebook import MISSING
from reports.errors import ExportError
from reports.export.described import REASONS, Described, DescribedTable, described, numbers
from reports.export.path import beside
from survey.dataset.columns import ID
from survey.dataset.model import Dataset

WHY = "_missing"
"""Ends the name of a column that says why a text or a date is empty: neither program can say it within the column."""


@dataclass(frozen=True)
class Limits:
    """What a program takes: letters of a name, bytes of a label, of the label of a value, and of a text.

    reserved: the words that are no names, in small letters.
    """

    program: str
    reserved: re.Pattern[str]
    name: int
    label: int
    value: int
    text: int


SPSS = Limits("SPSS", re.compile("all|and|by|eq|ge|gt|le|lt|ne|not|or|to|with"), 64, 255, 120, 32767)
STATA = Limits(
    "Stata", re.compile(r"byte|double|float|if|in|int|long|using|with|str\d+|strl"), 32, 80, 32000, 2_000_000
)


@dataclass
class _Sheet:
    """What pyreadstat is given."""

    frame: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str | None] = field(default_factory=dict)
    values: dict[str, dict[Any, str]] = field(default_factory=dict)
    missing: dict[str, list[Any]] = field(default_factory=dict)
    measures: dict[str, str] = field(default_factory=dict)
    formats: dict[str, str] = field(default_factory=dict)


def sav(dataset: Dataset, out: Path) -> list[Path]:
    """SPSS: user-missing values are five negative numbers that occur nowhere else in the data."""

    def write(sheet: _Sheet, path: Path) -> None:
        import pyreadstat

        pyreadstat.write_sav(
            pd.DataFrame(sheet.frame), str(path), file_label=_cut(dataset.instrument.id, 60),
            column_labels=sheet.labels,
            variable_value_labels=sheet.values, missing_ranges=sheet.missing, variable_measure=sheet.measures,
            variable_format=sheet.formats,
        )  # fmt: skip
        with path.open("r+b") as file:  # the header tells when it was written: the same data give the same bytes
            file.seek(92)
            file.write(b"01 Jan 8000:00:00")

    tables = described(dataset)
    base = _free(tables)
    codes = {reason: float(base - place) for place, reason in enumerate(REASONS)}
    span = [{"lo": min(codes.values()), "hi": max(codes.values())}]
    return _write(tables, out, ".sav", write, SPSS, codes, span)


def dta(dataset: Dataset, out: Path) -> list[Path]:
    """Stata: .a not shown, .b not reached, .c skipped, .d refused, .e does not apply."""

    def write(sheet: _Sheet, path: Path) -> None:
        import pyreadstat

        pyreadstat.write_dta(
            pd.DataFrame(sheet.frame), str(path), file_label=_cut(dataset.instrument.id, 60),
            column_labels=sheet.labels,
            variable_value_labels=sheet.values, missing_user_values=sheet.missing, version=15,
        )  # fmt: skip

    codes = dict(zip(REASONS, "abcde", strict=True))
    return _write(described(dataset), out, ".dta", write, STATA, codes, list(codes.values()))


def _write(
    tables: Iterable[DescribedTable], out: Path, ending: str, write: Callable[[_Sheet, Path], None], limits: Limits,
    reasons: Mapping[str, Any], declared: list[Any],
) -> list[Path]:  # fmt: skip
    made = []
    for table in tables:
        path = beside(out, ending, "" if table.name == "respondents" else table.name)
        write(_sheet(table, limits, reasons, declared), path)
        made.append(path)
    return made


def _free(tables: Sequence[DescribedTable]) -> int:
    """The highest of five negative numbers in a row that no column holds: −95, or −995 and so on."""
    lowest = 0.0
    for table in tables:
        for column in table.columns:
            if column.kind == "number":
                values = numbers(table.values[column.name])
                lowest = min(lowest, float(np.nanmin(values, initial=0.0)))
            lowest = min([lowest, *(float(code) for code in column.codes if _whole(code))])
    digits = 2
    while -(10**digits) + 5 >= lowest:
        digits += 1
    return -(10**digits) + 5


def _sheet(table: DescribedTable, limits: Limits, reasons: Mapping[str, Any], declared: list[Any]) -> _Sheet:
    names = _names(table.columns, limits)
    sheet = _Sheet()
    said = {code: MISSING[reason] for reason, code in reasons.items()}
    for column in table.columns:
        name, why = names[column.name, ""], table.missing[column.name]
        sheet.labels[name] = _cut(column.label, limits.label)
        sheet.measures[name] = column.measure
        known = bool((why != "").any())
        if column.kind == "number" or column.codes:
            values, words = _coded(table.values[column.name], column)
            if known:
                values = values.astype(object)
                values[(why != "").to_numpy()] = why[why != ""].map(reasons).to_numpy()
                sheet.missing[name] = declared
                words |= said
            sheet.frame[name] = pd.Series(values, dtype=object if any(isinstance(v, str) for v in values) else float)
            there = [value for value in values if isinstance(value, float) and not np.isnan(value)]
            if all(value.is_integer() for value in there):
                sheet.formats[name] = "F8.0"  # SPSS writes 2, not 2.00
            if words:
                sheet.values[name] = {code: _cut(text, limits.value) for code, text in words.items()}
            continue
        sheet.frame[name] = (
            _dates(table.values[column.name]) if column.kind == "date" else _texts(table, column, limits)
        )
        if known:
            twin = names[column.name, WHY]
            places = {reason: float(place) for place, reason in enumerate(REASONS, start=1)}
            sheet.frame[twin] = why.map(places).astype(float)
            sheet.labels[twin] = _cut(f"Why {column.name} is empty", limits.label)
            sheet.values[twin] = {place: MISSING[reason] for reason, place in places.items()}
            sheet.measures[twin] = "nominal"
    return sheet


def _coded(values: pd.Series, column: Described) -> tuple[np.ndarray, dict[Any, str]]:
    """A column as numbers, and the label of each; a code that the questionnaire no longer has is its own label."""
    if column.kind == "number":
        return numbers(values), {float(code): text for code, text in column.codes.items()}
    there = values.dropna().astype(str)
    codes = list(dict.fromkeys([*map(str, column.codes), *sorted(there.unique())]))
    whole = all(_whole(code) for code in codes)
    places = {code: float(code) if whole else float(place) for place, code in enumerate(codes, start=1)}
    words = {places[code]: str(column.codes.get(code, code)) for code in codes}
    return values.astype(object).map(places).to_numpy(dtype=np.float64), words


def _whole(code: int | str) -> bool:
    return bool(re.fullmatch(r"-?(0|[1-9]\d{0,8})", str(code)))


def _texts(table: DescribedTable, column: Described, limits: Limits) -> pd.Series:
    values = table.values[column.name].astype(object)
    texts = values.where(values.notna(), "").astype(str)
    longest = max((len(text.encode()) for text in texts), default=0)
    if longest > limits.text:
        at = next(place for place, text in enumerate(texts) if len(text.encode()) > limits.text)
        raise ExportError(
            f"{column.name} of {table.values[ID].iloc[at]} is {longest} bytes long, and {limits.program} takes "
            f"{limits.text}. Export to csv, xlsx or parquet."
        )
    return texts


def _dates(values: pd.Series) -> pd.Series:
    return pd.Series([date.fromisoformat(str(one)) if pd.notna(one) else None for one in values], dtype=object)


def _names(columns: Sequence[Described], limits: Limits) -> dict[tuple[str, str], str]:
    """By a column's name and what is added to it: names that the program takes, none twice, case aside.

    Names that it takes as they are keep them; in others '_' stands for what it does not take, and a number at the end
    where that is another's name.
    """
    wanted = {(column.name, ending): column.name + ending for ending in ("", WHY) for column in columns}
    found: dict[tuple[str, str], str] = {}
    taken: set[str] = set()
    for key, name in sorted(wanted.items(), key=lambda one: (one[0][1] != "", _legal(one[1], limits) != one[1])):
        legal, number = _legal(name, limits), 1
        short = legal
        while short.lower() in taken:
            number += 1
            short = f"{legal[: limits.name - len(str(number)) - 1]}_{number}"
        taken.add(short.lower())
        found[key] = short
    return found


def _legal(name: str, limits: Limits) -> str:
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
    fits = re.match("[A-Za-z]", plain) and not limits.reserved.fullmatch(plain.lower())
    return (plain if fits else f"v_{plain}")[: limits.name]


def _cut(text: str, most: int) -> str:
    """A label of at most so many bytes, ending in … where it was longer."""
    raw = " ".join(text.split()).encode()
    if len(raw) <= most:
        return raw.decode()
    return raw[: most - 3].decode(errors="ignore").rstrip() + "…"
