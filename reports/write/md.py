"""Tables as Markdown pipe tables, for notebooks, README files and issue trackers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from reports.table import Cell, Column, Row, Table, Words, mark, shown
from reports.text import Rich, joined

_SPECIAL = re.compile(r"([\\`*_\[\]<>|~^#$])")


def escaped(text: str) -> str:
    """A text in which nothing is read as Markdown or HTML."""
    return _SPECIAL.sub(r"\\\1", re.sub(r"\s+", " ", text))


def rich(text: Rich) -> str:
    """Runs as inline Markdown."""
    out = []
    for run in text:
        part = escaped(run.text)
        core = part.strip()
        if core and (run.bold or run.italic):
            around = ("**" if run.bold else "") + ("*" if run.italic else "")
            part = part.replace(core, f"{around}{core}{around[::-1]}", 1)
        if run.script:
            part = f"<{run.script[:3]}>{part}</{run.script[:3]}>"
        out.append(part)
    return "".join(out)


def _cell(cell: Cell) -> str:
    text = rich(cell.text) if isinstance(cell, Words) else escaped(shown(cell))
    return text + escaped(mark(cell))


def _head(column: Column) -> str:
    return rich(joined([column.spanner, column.head], " "))


def _line(row: Row, width: int) -> str:
    first = "&emsp;" * row.indent + _cell(row.cells[0])
    if row.kind == "section":
        cells = [f"**{first}**"] if first else [""]
    else:
        cells = [first, *(_cell(cell) for cell in row.cells[1:])]
    cells += [""] * (width - len(cells))
    return f"| {' | '.join(cells)} |"


def _one(table: Table) -> str:
    rule = [":---" if column.align == "left" else ":---:" for column in table.columns]
    lines = [
        f"**{escaped(table.label)}**",
        "",
        f"*{rich(tuple(run for run in table.title))}*",
        "",
        f"| {' | '.join(_head(column) for column in table.columns)} |",
        f"| {' | '.join(rule)} |",
        *(_line(row, len(table.columns)) for row in table.rows),
    ]
    for note in table.notes:
        lines += ["", rich(note)]
    return "\n".join(lines) + "\n"


def write(tables: Sequence[Table]) -> str:
    """The tables as Markdown, a spanner written before the head that it spans."""
    return "\n".join(_one(table) for table in tables)
