"""One frozen table as APA-7 sets it; every writer is a function of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

from reports.numbers import DASH, DECIMAL, Style, interval, show
from reports.text import Rich, joined, marked, plain, said


@dataclass(frozen=True)
class Value:
    """A cell that holds one number at full precision; ``mark`` follows it (asterisks, or the letter of a note)."""

    value: float
    style: Style = DECIMAL
    mark: str = ""


@dataclass(frozen=True)
class Interval:
    """A cell that holds both ends of an interval."""

    low: float
    high: float
    style: Style = DECIMAL


@dataclass(frozen=True)
class Words:
    """A cell that holds text."""

    text: Rich
    mark: str = ""


Cell = Value | Interval | Words
EMPTY = Words(())

Alignment = Literal["left", "centre", "decimal"]


@dataclass(frozen=True)
class Column:
    """A column: its key in files that machines read, the head that people read, and the spanner above (or none)."""

    key: str
    head: Rich
    align: Alignment = "decimal"
    spanner: Rich = ()


@dataclass(frozen=True)
class Row:
    """A row of cells, one a column.

    ``section``: only the first cell counts, and it heads the rows below it. ``message``: the second cell's text runs
    over all further columns (for what is not applicable).
    """

    cells: tuple[Cell, ...]
    kind: Literal["data", "section", "message"] = "data"
    indent: int = 0


@dataclass(frozen=True)
class Table:
    """A table: what stands in it, before any file format.

    Notes are printed general, then specific (one a letter), then probability. ``number`` is 0 until the table has its
    place in a document. ``name`` is used for the names of files.
    """

    title: Rich
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    number: int = 0
    name: str = "table"
    general: Rich = ()
    specific: tuple[Rich, ...] = ()
    probability: Rich = ()

    def __post_init__(self) -> None:
        for row in self.rows:
            if row.kind == "data" and len(row.cells) != len(self.columns):
                raise ValueError(
                    f"Table {plain(self.title)!r}: a row has {len(row.cells)} cells for {len(self.columns)} columns."
                )

    @property
    def label(self) -> str:
        """'Table 3', or 'Table' while it has no number."""
        return f"Table {self.number}" if self.number else "Table"

    @property
    def notes(self) -> tuple[Rich, ...]:
        """The notes in APA's order, the general one led by an italic 'Note.'; a dash in the table is explained."""
        dash = said(f"{DASH} = could not be computed.") if self._holds_a_dash() else ()
        general = joined([self.general, dash])
        lines = [joined([marked("*Note.*"), general]) if general else (), joined(list(self.specific)), self.probability]
        return tuple(line for line in lines if line)

    def _holds_a_dash(self) -> bool:
        return any(
            (isinstance(cell, Value) and math.isnan(cell.value))
            or (isinstance(cell, Interval) and math.isnan(cell.low) and math.isnan(cell.high))
            for row in self.rows
            for cell in row.cells
        )

    @property
    def spanners(self) -> tuple[tuple[Rich, int], ...]:
        """The row of spanners as (text, number of columns), neighbours with one text joined; () if there is none."""
        if not any(column.spanner for column in self.columns):
            return ()
        groups: list[tuple[Rich, int]] = []
        for column in self.columns:
            if groups and column.spanner and groups[-1][0] == column.spanner:
                groups[-1] = (column.spanner, groups[-1][1] + 1)
            else:
                groups.append((column.spanner, 1))
        return tuple(groups)


def shown(cell: Cell) -> str:
    """What a reader sees in a cell, without its mark."""
    if isinstance(cell, Value):
        return show(cell.value, cell.style)
    if isinstance(cell, Interval):
        return interval(cell.low, cell.high, cell.style)
    return plain(cell.text)


def mark(cell: Cell) -> str:
    """What follows the cell: asterisks or a letter."""
    return "" if isinstance(cell, Interval) else cell.mark


def words(text: str | Rich) -> Words:
    """A cell of text."""
    return Words(said(text) if isinstance(text, str) else text)


def section(text: str | Rich) -> Row:
    """A row that heads those below it."""
    return Row((words(text),), kind="section")


def message(first: str | Rich, text: str | Rich) -> Row:
    """A row that says in words why it has no numbers."""
    return Row((words(first), words(text)), kind="message")


def numbered(tables: tuple[Table, ...], first: int = 1) -> tuple[Table, ...]:
    """The same tables, numbered in order."""
    return tuple(replace(table, number=first + place) for place, table in enumerate(tables))


def split_intervals(table: Table) -> Table:
    """The same table with each interval in two columns, LL and UL, under one spanner: for files of pure numbers."""
    wide = [
        any(isinstance(row.cells[place], Interval) for row in table.rows if row.kind == "data")
        for place in range(len(table.columns))
    ]
    columns: list[Column] = []
    for column, two in zip(table.columns, wide, strict=True):
        if two:
            over = column.head if not column.spanner else joined([column.spanner, column.head])
            columns += [Column(f"{column.key}_{end}", said(head), "decimal", over) for end, head in ENDS]
        else:
            columns.append(column)
    rows: list[Row] = []
    for row in table.rows:
        if row.kind != "data":
            rows.append(row)
            continue
        cells: list[Cell] = []
        for cell, two in zip(row.cells, wide, strict=True):
            if two and isinstance(cell, Interval):
                cells += [Value(cell.low, cell.style), Value(cell.high, cell.style)]
            elif two:
                cells += [cell, EMPTY]
            else:
                cells.append(cell)
        rows.append(replace(row, cells=tuple(cells)))
    return replace(table, columns=tuple(columns), rows=tuple(rows))


ENDS = (("low", "LL"), ("high", "UL"))
"""Lower and upper limit, as APA heads them."""

STARS = marked("\\**p* < .05. \\*\\**p* < .01. \\*\\*\\**p* < .001.")
"""The probability note for asterisks."""
