"""Data on their way out: one writer a format, each with the codebook beside the data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from reports.codebook import codebook
from reports.errors import ExportError
from survey.dataset.model import Dataset

Writer = Callable[[Dataset, Path], list[Path]]


def _csv(dataset: Dataset, out: Path) -> list[Path]:
    from survey.dataset.write import write_csv_folder

    if out.exists() and not out.is_dir():
        raise ExportError(f"{out} is a file, and an export to csv is a folder. Give the name of a folder.")
    written = write_csv_folder(dataset, out)
    path = out / "codebook.html"
    path.write_text(codebook(dataset), encoding="utf-8")
    return [*written, path]


WRITERS: dict[str, Writer] = {"csv": _csv}
"""Formats that data can be exported to."""


def export(dataset: Dataset, to: str, out: Path | str) -> list[Path]:
    """Write a data set and its codebook; returns the files written.

    to: a key of ``WRITERS``. out: for csv, a folder. Raises ExportError for an unknown format or an unsuitable place,
    OSError where it cannot be written.
    """
    if to not in WRITERS:
        raise ExportError(f"Data cannot be exported to '{to}' in this version. Choose: {', '.join(WRITERS)}.")
    return WRITERS[to](dataset, Path(out))
