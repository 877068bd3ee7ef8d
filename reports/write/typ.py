"""Tables and texts in the language of Typst, which sets PDF files: three rules, a header that repeats on each page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from math import ceil
from typing import Any

from reports.numbers import DASH
from reports.table import Cell, Column, Row, Table, Words, mark, shown
from reports.text import Rich
from reports.write.layout import PADDING, Layout, layout, width_of

_SIGN = re.compile(r" ([=<>]) (?=[−.\d])")

PREAMBLE = """
#set page(paper: "a4", margin: 72pt, numbering: "1", number-align: right)
#set text(font: "Libertinus Serif", size: 11pt, hyphenate: false)
#set par(leading: 0.62em, spacing: 0.9em)
#set table(stroke: none)
#show heading: set block(above: 1.5em, below: 0.7em, sticky: true)
#show heading.where(level: 1): set text(size: 15pt)
#show heading.where(level: 2): set text(size: 13pt)
#show heading.where(level: 3): set text(size: 11pt, style: "italic")
"""
"""How every document of ours is set; ``literal`` texts alone come from data."""


def literal(text: str) -> str:
    """A text as a string of Typst, which is never read as its markup.

    >>> literal('a "b" #c')
    '#"a \\\\"b\\\\" #c"'
    """
    held = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ").replace("\r", " ").replace("\t", " ")
    return f'#"{held}"'


def rich(text: Rich) -> str:
    """Runs as content of Typst; '= .03' is never broken over two lines."""
    out = []
    for run in text:
        part = literal(_SIGN.sub("\u00a0\\1\u00a0", run.text))
        for name, on in (("emph", run.italic), ("strong", run.bold), (run.script, bool(run.script))):
            part = f"#{name}[{part}]" if on else part
        out.append(part)
    return "".join(out)


def document(title: str, language: str, body: str) -> str:
    """A whole source: title and language for the reader's programs, and no time of making."""
    head = f"#set document(title: {literal(title)[1:]}, date: none)\n"
    return f"{head}{PREAMBLE}#set text(lang: {literal(language.split('-')[0])[1:]})\n{body}\n"


def compiled(source: str, files: Mapping[str, bytes] | None = None) -> bytes:
    """The PDF of a source and the pictures that it names; the same input gives the same bytes.

    It is tagged for screen readers (PDF/UA-1). Fonts come with the library; a letter that they lack is taken from the
    machine's own.
    """
    import typst

    given: Any = {"main.typ": source.encode("utf-8"), **(files or {})}  # its types know of no files in memory
    made = typst.compile(given, format="pdf", pdf_standards="ua-1")
    return bytes(made)


def _cell(cell: Cell, column: Column, place: int, plan: Layout, indent: int = 0) -> str:
    text = rich(cell.text) if isinstance(cell, Words) else literal(shown(cell))
    after = mark(cell)
    if after:
        text += f"#super[{literal(after)}]" if isinstance(cell, Words) else literal(after)
    middle = isinstance(cell, Words) or shown(cell) == DASH
    if column.align == "decimal" and not middle:
        hung = (")" if shown(cell).endswith(")") else "") + after
        room = (plan.widths[place] - 2 * PADDING - plan.contents[place]) / 2 - width_of(hung, plan.size)
        return f"table.cell(align: right, inset: (right: {PADDING + max(0.0, round(room, 1))}pt))[{text}]"
    if column.align in ("centre", "decimal"):
        return f"table.cell(align: center)[{text}]"
    return f"table.cell(inset: (left: {PADDING + 12 * indent}pt))[{text}]" if indent else f"[{text}]"


def _head(table: Table) -> str:
    lines = ["table.hline(stroke: 0.8pt)"]
    if table.spanners:
        at = 0
        for text, across in table.spanners:
            lines.append(f"table.cell(colspan: {across}, align: center)[{rich(text)}]")
            if text:
                lines.append(f"table.hline(start: {at}, end: {at + across}, y: 1, stroke: 0.5pt)")
            at += across
    for column in table.columns:
        align = "left + bottom" if column.align == "left" else "center + bottom"
        lines.append(f"table.cell(align: {align})[{rich(column.head)}]")
    lines.append("table.hline(stroke: 0.8pt)")
    return f"table.header({', '.join(lines)})"


def _row(row: Row, table: Table, plan: Layout) -> str:
    across = len(table.columns)
    left = Column("", (), "left")
    first = _cell(row.cells[0], left, 0, plan, row.indent)
    if row.kind == "section":
        return f"table.cell(colspan: {across})[{rich(row.cells[0].text)}]" if isinstance(row.cells[0], Words) else first
    if row.kind == "message":
        second = row.cells[1]
        said = rich(second.text) if isinstance(second, Words) else literal(shown(second))
        return f"{first}, table.cell(colspan: {across - 1})[{said}]"
    pairs = zip(row.cells, table.columns, strict=True)
    cells = [
        _cell(cell, column, place, plan, row.indent if place == 0 else 0) for place, (cell, column) in enumerate(pairs)
    ]
    return ", ".join(cells)


_TOGETHER = 30
"""A table of more lines may break over pages."""


def _lines(table: Table, plan: Layout) -> int:
    """About how many lines the rows of a table take, for labels wrap."""
    room = plan.widths[0] - 2 * PADDING
    return sum(ceil(width_of(shown(row.cells[0]), plan.size) / (room - 12 * row.indent)) or 1 for row in table.rows)


def _foot(table: Table) -> str:
    """The notes, in the table's foot: so they never stand on a page without one of its rows."""
    if not table.notes:
        return ""
    notes = "\n\n".join(rich(note) for note in table.notes)
    cell = f"table.cell(colspan: {len(table.columns)}, inset: (x: 0pt, top: 6pt))[#text(size: 9.5pt)[{notes}]]"
    return f",\ntable.footer(repeat: false, {cell})"


def table(content: Table) -> str:
    """One table with its number, title and notes."""
    plan = layout(content)
    widths = ", ".join(f"{width:.1f}pt" for width in plan.widths)
    rows = ",\n".join(_row(row, content, plan) for row in content.rows)
    body = f"{rows},\n" if rows else ""
    grid = (
        f"#text(size: {plan.size - 1:g}pt)[#table(columns: ({widths},), align: left, inset: (x: {PADDING}pt, y: 3pt),\n"
        f"{_head(content)},\n{body}table.hline(stroke: 0.8pt){_foot(content)})]"
    )
    breakable = "true" if _lines(content, plan) > _TOGETHER else "false"
    head = (
        f"#block(sticky: true, below: 0.5em)[#strong[{literal(content.label)}]]\n"
        f"#block(sticky: true, below: 0.6em)[#emph[{rich(content.title)}]]\n"
    )
    return f"#block(breakable: {breakable}, above: 1.4em, below: 1.6em)[\n{head}{grid}\n]"


def on_its_side(blocks: list[str]) -> str:
    """Tables that are too wide for an upright page, one after another on pages on their side."""
    return "#page(flipped: true)[\n" + "\n\n".join(blocks) + "\n]"
