"""Tables as CSV: one header, numbers at full precision, and no text that a spreadsheet would take for a formula."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from reports.numbers import exact
from reports.table import Cell, Table, Value, shown, split_intervals

RISKY = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """A text with an apostrophe before it if a spreadsheet would run it as a formula.

    >>> safe("=1+1"), safe("Stress")
    ("'=1+1", 'Stress')
    """
    return f"'{text}" if text.startswith(RISKY) else text


def _field(cell: Cell) -> str:
    return exact(cell.value) if isinstance(cell, Value) else safe(shown(cell))


def _lines(table: Table) -> list[list[str]]:
    table = split_intervals(table)
    sections = any(row.kind == "section" for row in table.rows)
    keys = [column.key for column in table.columns]
    head = (["section"] if sections else []) + keys
    out = [head]
    current = ""
    for row in table.rows:
        if row.kind == "section":
            current = safe(shown(row.cells[0]))
            continue
        fields = [_field(cell) for cell in row.cells]
        fields += [""] * (len(keys) - len(fields))
        out.append(([current] if sections else []) + fields)
    return out


def write(tables: Sequence[Table]) -> str:
    """The tables one below another (an empty line between), each with its own header; lines end in ``\\n``.

    A section row becomes a first column ``section``; an interval becomes two columns ``…_low`` and ``…_high``. Titles
    and notes are left out, so that one table is one rectangle.
    """
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    for place, table in enumerate(tables):
        if place:
            stream.write("\n")
        writer.writerows(_lines(table))
    return stream.getvalue()
