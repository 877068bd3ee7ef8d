"""A Dataset as a folder of CSV that reads back to the same Dataset."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pandas as pd

from survey.dataset.columns import ID, PERSON, number_text, wave_field
from survey.dataset.model import Dataset
from survey.dataset.waves import people
from survey.waves import WAVE


def write_csv_folder(dataset: Dataset, directory: Path | str) -> list[Path]:
    """Write ``respondents.csv`` and ``missing.csv``, and ``ties.csv`` and ``between.csv`` where there are any, each
    with the types of its missing cells in ``missing_ties.csv`` and ``missing_between.csv``.

    With several waves the tables of ties say of each row whose and of which wave it is, as well as by its ``id``.
    UTF-8, commas, CRLF (RFC 4180); headers are ids; codes, not labels; empty = missing, its type in ``missing.csv``;
    numbers in full precision. Gives the files written; raises OSError.
    """
    folder = Path(directory)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in frames(dataset).items():
        path = folder / f"{name}.csv"
        if name not in ("respondents", "missing") and frame.empty:
            # What an earlier export left behind is not part of this one.
            path.unlink(missing_ok=True)
            continue
        _write(frame, path)
        written.append(path)
    return written


def frames(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The tables of a data set as they are written, by name; those of ties and pairs may be empty.

    The rows of ``missing``, ``missing_ties`` and ``missing_between`` are those of their twins, in the same order.
    """
    return {
        "respondents": dataset.respondents.rename_axis(ID).reset_index(),
        "missing": dataset.missing.rename_axis(ID).reset_index(),
        "ties": _with_wave(dataset, dataset.ties),
        "between": _with_wave(dataset, dataset.between),
        "missing_ties": dataset.missing_ties,
        "missing_between": dataset.missing_between,
    }


def _with_wave(dataset: Dataset, frame: pd.DataFrame) -> pd.DataFrame:
    """A table of ties with its rows' person and wave beside their id, where there are several waves."""
    field = wave_field(dataset.instrument)
    if field is None or field not in dataset.respondents.columns or frame.empty:
        return frame
    made, ids = frame.copy(), frame[ID].to_numpy()
    for name, values in ((WAVE, dataset.respondents[field]), (PERSON, people(dataset))):
        if name not in made.columns:
            made.insert(1, name, values.loc[ids].to_numpy())
    return made


def _write(frame: pd.DataFrame, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(frame.columns)
        columns = [[_cell(value) for value in frame.iloc[:, i].tolist()] for i in range(frame.shape[1])]
        writer.writerows(zip(*columns, strict=True))


def _cell(value: object) -> str:
    if value is None or value is pd.NA or (isinstance(value, float) and math.isnan(value)):
        return ""
    return number_text(value) if isinstance(value, float) else str(value)
