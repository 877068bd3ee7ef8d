"""Data as a folder of CSV files, which reads back to the same data."""

from __future__ import annotations

from pathlib import Path

from reports.export.path import folder
from survey.dataset.model import Dataset
from survey.dataset.write import write_csv_folder


def csv(dataset: Dataset, out: Path) -> list[Path]:
    """``respondents.csv``, ``missing.csv`` and the tables of ties."""
    return write_csv_folder(dataset, folder(out, "csv"))
