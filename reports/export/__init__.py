"""Data on their way out: one writer a format, each with the codebook beside the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from reports.codebook import codebook
from reports.errors import ExportError
from survey.dataset.model import Dataset


@dataclass(frozen=True)
class Format:
    """One format. of: who reads it. writer: 'module.function', loaded when it is used.

    of_networks: it holds the people whom respondents named. alone: no codebook beside it, it is or has one itself.
    """

    of: str
    writer: str
    of_networks: bool = False
    alone: bool = False

    def write(self, dataset: Dataset, out: Path) -> list[Path]:
        """Write a data set; returns the files written."""
        module, _, function = self.writer.partition(".")
        found: Callable[[Dataset, Path], list[Path]] = getattr(import_module(f"reports.export.{module}"), function)
        return found(dataset, out)


FORMATS = {
    "bundle": Format("Everything (CSV, SPSS, codebooks)", "bundle.bundle", alone=True),
    "csv": Format("CSV files", "text.csv"),
    "xlsx": Format("Excel", "workbook.xlsx"),
    "sav": Format("SPSS", "packages.sav"),
    "dta": Format("Stata", "packages.dta"),
    "parquet": Format("Parquet (Python, R with arrow)", "columnar.parquet"),
    "egor": Format("Networks for R's egor", "networks.egor", of_networks=True),
    "graphml": Format("Networks as GraphML (igraph, Gephi, visone)", "networks.graphml", of_networks=True),
    "ddi": Format("Codebook alone, DDI 2.5 for archives", "ddi.ddi", alone=True),
}
"""Formats that data can be exported to."""


def export(dataset: Dataset, to: str, out: Path | str) -> list[Path]:
    """Write a data set and its codebook; returns the files written.

    to: a key of ``FORMATS``. out: a folder for csv and egor, else a file; what does not fit into it stands beside it,
    such as ``data_ties.sav`` and ``data_codebook.html``. Raises ExportError for an unknown format, an unsuitable
    place or data that the format cannot hold, OSError where it cannot be written.
    """
    if to not in FORMATS:
        raise ExportError(f"Data cannot be exported to '{to}'. Choose: {', '.join(FORMATS)}.")
    place = Path(out)
    written = FORMATS[to].write(dataset, place)
    if not FORMATS[to].alone:
        path = place / "codebook.html" if place.is_dir() else place.with_name(f"{place.stem}_codebook.html")
        path.write_text(codebook(dataset), encoding="utf-8")
        written.append(path)
    return written
