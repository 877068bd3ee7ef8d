"""Folders to take away, as one .zip: the data with their codebook, and a report."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from reports.write.zipped import folder_zipped

if TYPE_CHECKING:
    from analysis.findings import Findings
    from survey.dataset.model import Dataset
    from survey.registration import Registration
    from survey.store.participation import Participation


def data_file(dataset: Dataset, to: str) -> bytes:
    """An export of the data as the bytes of one file: the file itself, or a .zip where the format makes several.

    to: a key of ``reports.export.FORMATS``.
    """
    from reports.export import export

    with TemporaryDirectory() as name:
        written = export(dataset, to, Path(name) / "data")
        return written[0].read_bytes() if len(written) == 1 else folder_zipped(Path(name))


def apart_archive(dataset: Dataset) -> bytes:
    """The answers of a study that is live and not locked: each scale by itself, in rows that cannot be joined."""
    from reports.apart import write_apart

    with TemporaryDirectory() as name:
        write_apart(dataset, name)
        return folder_zipped(Path(name))


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
        return folder_zipped(Path(name))
