"""Data as a folder of CSV files, which reads back to the same data."""

from __future__ import annotations

from pathlib import Path

from reports.errors import ExportError
from survey.dataset.model import Dataset
from survey.dataset.write import write_csv_folder


def csv(dataset: Dataset, out: Path) -> list[Path]:
    """``respondents.csv``, ``missing.csv`` and the tables of ties."""
    return write_csv_folder(dataset, folder(out, "csv"))


def folder(out: Path, to: str) -> Path:
    """The folder to write into, made where it is not there."""
    if out.exists() and not out.is_dir():
        raise ExportError(f"{out} is a file, and an export to {to} is a folder. Give the name of a folder.")
    out.mkdir(parents=True, exist_ok=True)
    return out
