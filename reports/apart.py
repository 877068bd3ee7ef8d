"""Answers of a live study whose plan is not locked: each scale in a file of its own, so that no two can be joined."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from reports.codebook import codebook
from reports.errors import ExportError
from reports.export.path import folder as folder_of
from survey.dataset.columns import columns_of
from survey.dataset.model import Dataset

WORDS = """\
This study is live and its plan is not locked. Until it is, relations of outcomes with predictors are closed: so each
scale stands in a file of its own, and each other question too. There are no ids, and the rows of each file are sorted
by their own values, so that the rows of two files do not belong together.

Distributions, missing answers, reliability and factor models of a scale can be computed from these files. Lock the
plan (twofold study lock) to export whole rows.
"""


def write_apart(dataset: Dataset, out: Path | str) -> list[Path]:
    """Write the answers into a folder, each scale and each other variable by itself; returns the files written.

    Ties and pairs of people, and how answers came, are left out. Raises ExportError where ``out`` is a file.
    """
    folder = folder_of(Path(out), "csv")
    left_over = [folder / name for name in ("respondents.csv", "missing.csv", "ties.csv", "between.csv")]
    if any(path.exists() for path in left_over):
        raise ExportError(f"{folder} holds an export of whole rows. Give the name of another folder.")
    written = []
    for name, frame in parts(dataset).items():
        path = folder / f"{name}.csv"
        frame.to_csv(path, index=False, lineterminator="\n")
        written.append(path)
    (folder / "READ-ME.txt").write_text(WORDS, encoding="utf-8")
    (folder / "codebook.html").write_text(codebook(dataset), encoding="utf-8")
    return [*written, folder / "READ-ME.txt", folder / "codebook.html"]


def parts(dataset: Dataset) -> dict[str, pd.DataFrame]:
    """The answers to each scale, and to each question and field outside of scales, with rows in an order of their own.

    An item of several scales stands with the first of them alone.
    """
    instrument, answers = dataset.instrument, dataset.respondents
    groups: dict[str, list[str]] = {}
    home = {key.lstrip("-"): name for name, scale in reversed(list(instrument.scales.items())) for key in scale.items}
    for column in columns_of(instrument):
        if column.name in answers.columns:
            kind = f"scale-{home[column.of]}" if column.of in home else f"question-{column.of}"
            groups.setdefault(kind, []).append(column.name)
    return {name: _sorted(answers[columns]) for name, columns in groups.items()}


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns), kind="stable").reset_index(drop=True)
