"""Folders to take away, as one .zip: the data with their codebook, and a report."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.findings import Findings
    from survey.dataset.model import Dataset
    from survey.registration import Registration
    from survey.store.participation import Participation

MOMENT = (1980, 1, 1, 0, 0, 0)
"""The time that every file in an archive bears: the same data give the same bytes."""


def data_archive(dataset: Dataset) -> bytes:
    """CSV files of the data, why answers are missing, the instrument and a codebook, as the bytes of a .zip."""
    from reports.codebook import codebook
    from survey.dataset.write import write_csv_folder
    from survey.instrument.canonical import to_yaml

    with TemporaryDirectory() as name:
        folder = Path(name)
        write_csv_folder(dataset, folder)
        (folder / "codebook.html").write_text(codebook(dataset), encoding="utf-8")
        (folder / "instrument.yaml").write_text(to_yaml(dataset.instrument), encoding="utf-8")
        return zipped(folder)


def apart_archive(dataset: Dataset) -> bytes:
    """The answers of a study that is live and not locked: each scale by itself, in rows that cannot be joined."""
    from reports.apart import write_apart

    with TemporaryDirectory() as name:
        write_apart(dataset, name)
        return zipped(Path(name))


def report_archive(
    findings: Findings,
    participation: Callable[[], Participation | None] = lambda: None,
    registration: Callable[[], Registration | None] = lambda: None,
) -> bytes:
    """The whole report folder of some findings, as the bytes of a .zip.

    participation, registration: of their study.
    """
    from reports.report import write_report

    with TemporaryDirectory() as name:
        write_report(findings, Path(name), participation=participation(), registration=registration())
        return zipped(Path(name))


def zipped(folder: Path) -> bytes:
    """A folder as the bytes of a .zip, its files in the order of their names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            about = zipfile.ZipInfo(path.relative_to(folder).as_posix(), MOMENT)
            about.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(about, path.read_bytes())
    return out.getvalue()
