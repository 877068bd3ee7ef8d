"""Frames of other programs as columns of text: an upload, or an SPSS file with its user-missing values."""

from __future__ import annotations

import math
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


def read_sav(path: Path) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """An SPSS file and, by column, the types of its user-missing values, which become empty cells.

    A user-missing value whose label is the name of a type ('refused', 'does not apply') keeps it; others are of
    unknown type. Names keep their case. Raises DataProblems.
    """
    import pyreadstat

    try:
        frame, meta = pyreadstat.read_sav(str(path), user_missing=True)
    except (pyreadstat.ReadstatError, UnicodeDecodeError, OSError, ValueError) as error:
        raise DataProblems(
            f"{path.name}: this cannot be read as an SPSS file ({error}). Save it as .sav again."
        ) from None
    kinds: dict[str, list[str]] = {}
    declared: dict[str, list[Any]] = meta.missing_ranges or {}
    for name, ranges in declared.items():
        labels = meta.variable_value_labels.get(name, {})
        column = frame[name]
        absent = np.zeros(len(column), dtype=bool)
        for limits in ranges:
            absent |= _between(column, limits["lo"], limits["hi"])
        kinds[name] = [
            _kind(labels.get(value, "")) if missing else "" for value, missing in zip(column, absent, strict=True)
        ]
        frame[name] = column.mask(absent)
    return frame, kinds


def _between(column: pd.Series, low: float | str, high: float | str) -> np.ndarray:
    if isinstance(low, str) or isinstance(high, str):
        return np.asarray(column.isin([low, high]))
    numbers = pd.to_numeric(column, errors="coerce")
    return np.asarray((numbers >= low) & (numbers <= high))


def _kind(label: object) -> str:
    name = "_".join(str(label).lower().replace("_", " ").split())
    return name if name in {member.value for member in Missing} else ""
