"""Data as an Excel workbook: a sheet a table, one with the reasons of its empty cells, one that explains columns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd

from reports.errors import ExportError
from reports.export.described import Described, DescribedTable, described, numbers
from reports.export.path import beside
from reports.write.zipped import steadied
from survey.dataset.model import Dataset

_ROWS, _COLUMNS, _LETTERS = 1_048_575, 16_384, 32_767
"""What a sheet holds: rows under its heading, columns, and letters in a cell."""
_WIDEST = 60


def xlsx(dataset: Dataset, out: Path) -> list[Path]:
    """Codes in cells, as in the CSV files; text is never taken for a formula or an address."""
    import xlsxwriter

    path, tables = beside(out, ".xlsx"), described(dataset)
    for table in tables:
        _check(table)
    kept = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(kept, options) as book:
        bold = book.add_format({"bold": True, "bottom": 1})
        for table in tables:
            _sheet(book, table.name, bold, [one.name for one in table.columns], _rows(table))
            if (reasons := table.reasons()) is not None:
                name = "missing" if table.name == "respondents" else f"missing_{table.name}"
                _sheet(book, name, bold, list(reasons.columns), reasons.to_numpy().tolist())
        heading = ["table", "column", "label", "kind", "measure", "codes"]
        _sheet(book, "columns", bold, heading, [_explained(t.name, one) for t in tables for one in t.columns])
    path.write_bytes(steadied(kept.getvalue()))
    return [path]


def _explained(table: str, one: Described) -> list[Any]:
    codes = "; ".join(f"{code} = {text}" for code, text in one.codes.items())
    return [table, one.name, one.label, one.kind, one.measure, codes]


def _check(table: DescribedTable) -> None:
    rows, columns = table.values.shape
    if rows > _ROWS or columns > _COLUMNS:
        raise ExportError(
            f"{table.name} has {rows} rows and {columns} columns, and a sheet of Excel holds {_ROWS} and {_COLUMNS}. "
            "Export to csv or parquet."
        )
    for one in table.columns:
        if one.kind == "text" and (table.values[one.name].astype(str).str.len() > _LETTERS).any():
            raise ExportError(
                f"{one.name} has a text of over {_LETTERS} letters, the most of a cell of Excel. Export to csv."
            )


def _rows(table: DescribedTable) -> Iterable[Sequence[Any]]:
    columns = []
    for one in table.columns:
        values = table.values[one.name]
        cells = numbers(values).astype(object) if one.kind == "number" else values.astype(object)
        columns.append([None if pd.isna(cell) else cell for cell in cells])
    return zip(*columns, strict=True)


def _sheet(book: Any, name: str, bold: Any, heading: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    sheet = book.add_worksheet(name)
    widths = [len(str(one)) for one in heading]
    for column, one in enumerate(heading):
        sheet.write_string(0, column, str(one), bold)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, float):
                sheet.write_number(last, column, cell)
            elif cell not in (None, ""):
                sheet.write_string(last, column, str(cell))
            widths[column] = max(widths[column], len(str(cell)) if cell is not None else 0)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width, _WIDEST) + 1)
    sheet.freeze_panes(1, 1)
    if last:
        sheet.autofilter(0, 0, last, len(heading) - 1)
