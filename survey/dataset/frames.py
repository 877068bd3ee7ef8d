"""Frames of other programs as columns of text: an upload, or an SPSS file with its user-missing values."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey.dataset.columns import number_text
from survey.dataset.missing import Missing
from survey.errors import DataProblems


def texts_of(column: pd.Series) -> tuple[str, ...]:
    """A column as a CSV would hold it: '' for no value, whole numbers without a point, days as 2026-12-31."""
    if column.dtype == np.float64:
        return tuple("" if math.isnan(value) else number_text(value) for value in column.tolist())
    return tuple("" if missing else _text(value) for value, missing in zip(column, column.isna(), strict=True))


def _text(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "1" if value else "0"
    if isinstance(value, float | np.floating):
        return number_text(float(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


@dataclass(frozen=True)
class Spss:
    """An SPSS file. missing: the types of user-missing values, texts: the questions, labels: code to label of
    the values that are no user-missing ones; each by column.
    """

    frame: pd.DataFrame
    missing: dict[str, list[str]]
    texts: dict[str, str]
    labels: dict[str, dict[int | str, str]]


def read_sav(path: Path, most_bytes: int | None = None) -> Spss:
    """Read an SPSS file; its user-missing values become empty cells.

    A user-missing value whose label is the name of a type ('refused', 'does not apply') keeps it; others are of
    unknown type. Names keep their case. most_bytes: refuse a file whose values, unpacked, would take more: a
    compressed file may be a thousand times larger than it looks. Raises DataProblems.
    """
    import pyreadstat

    try:
        limit = _most_rows(pyreadstat.read_sav(str(path), metadataonly=True)[1], most_bytes) if most_bytes else 0
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True, row_limit=limit)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, OSError, ValueError, OverflowError) as error:
        raise DataProblems(
            f"{path.name}: this cannot be read as an SPSS file ({error}). Save it as .sav again."
        ) from None
    if limit and len(frame) == limit:
        raise DataProblems(f"{path.name}: unpacked, it is too large for this. Keep the columns and rows that you need.")
    kinds: dict[str, list[str]] = {}
    named = {
        name: {_code(code): text for code, text in labels.items()}
        for name, labels in meta.variable_value_labels.items()
    }
    declared: dict[str, list[Any]] = meta.missing_ranges or {}
    for name, ranges in declared.items():
        labels = meta.variable_value_labels.get(name, {})
        column = frame[name]
        absent = _within(column, ranges)
        kinds[name] = [
            _kind(labels.get(value, "")) if missing else "" for value, missing in zip(column, absent, strict=True)
        ]
        frame[name] = column.mask(absent)
        gone = _within(pd.Series(list(labels), dtype=object), ranges)
        named[name] = {
            _code(code): text for (code, text), unused in zip(labels.items(), gone, strict=True) if not unused
        }
    texts = {name: text for name, text in meta.column_names_to_labels.items() if text}
    return Spss(frame, kinds, texts, named)


def _most_rows(meta: Any, most_bytes: int) -> int:
    return max(1, most_bytes // max(1, sum(map(int, meta.variable_storage_width.values()))))


def _code(code: float | str) -> int | str:
    return int(code) if isinstance(code, int | float) and code == int(code) else str(code)


def _within(column: pd.Series, ranges: list[Any]) -> np.ndarray:
    found = np.zeros(len(column), dtype=bool)
    for limits in ranges:
        found |= _between(column, limits["lo"], limits["hi"])
    return found


def _between(column: pd.Series, low: float | str, high: float | str) -> np.ndarray:
    if isinstance(low, str) or isinstance(high, str):
        return np.asarray(column.isin([low, high]))
    numbers = pd.to_numeric(column, errors="coerce")
    return np.asarray((numbers >= low) & (numbers <= high))


def _kind(label: object) -> str:
    name = "_".join(str(label).lower().replace("_", " ").split())
    return name if name in {member.value for member in Missing} else ""
