"""Tables as Excel workbooks: one sheet a table, numbers as numbers, text never as a formula."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from reports.numbers import HUGE, MANY_DEGREES, MINUS, Style, places, rounded, show
from reports.table import Cell, Column, Row, Table, Value, Words, mark, shown, split_intervals
from reports.text import Rich, plain
from reports.write.zipped import steadied

_BASE = {"font_name": "Times New Roman", "font_size": 12, "valign": "vcenter"}
_ALIGN: dict[str, dict[str, Any]] = {
    "left": {"align": "left"},
    "centre": {"align": "center"},
    "decimal": {"align": "right", "indent": 1},
}
_LETTERS = 60
"""Most letters of a line of text in a cell."""
_UPRIGHT = 100
"""Letters across an upright page; a wider sheet is printed on its side."""
_UNSAFE = re.compile(r"[\[\]:*?/\\]")


def number_format(value: float, style: Style, after: str = "") -> str:
    """Excel's code that shows a number as APA-7 does, while the cell keeps it at full precision."""
    tail = f'"{after}"' if after else ""
    if style.by_power(value) or (style.kind == "p" and show(value, style)[0] in "<>"):
        code = f'"{show(value, style)}"{tail}'
        return f"{code};{code};{code}"
    if style.kind in {"count", "degrees"}:
        digits = 0 if style.kind == "count" or value == int(value) or value >= MANY_DEGREES else style.digits
        shape = "#,##0" + ("." + "0" * digits if digits else "")
    elif style.kind == "percent":
        shape = "0" + ("." + "0" * style.digits if style.digits else "") + "%"
    else:
        lead = "" if style.bounded else "#,##0"
        digits = places(value, style)
        shape = lead + ("." + "0" * digits if digits else "")
    shift = places(value, style) + (2 if style.kind == "percent" else 0)
    vanishes = rounded(value, 0 if style.kind == "count" else shift) == 0
    sign = "" if vanishes else f'"{MINUS}"'
    first, tail = ('"("', f'")"{tail}') if style.bracketed else ("", tail)
    return f"{first}{shape}{tail};{first}{sign}{shape}{tail}"


class _Sheet:
    """One table on one worksheet."""

    def __init__(self, book: xlsxwriter.Workbook, table: Table) -> None:
        self.book = book
        self.table = split_intervals(table)
        self.sheet: Any = book.add_worksheet(_UNSAFE.sub(" ", table.label if table.number else table.name)[:31])
        self.cache: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.last = len(self.table.columns) - 1

    def look(self, **extra: Any) -> Any:
        key = tuple(sorted(extra.items()))
        if key not in self.cache:
            self.cache[key] = self.book.add_format({**_BASE, **extra})
        return self.cache[key]

    def text(self, line: int, place: int, text: Rich, **extra: Any) -> None:
        look = self.look(**extra)
        if not text:
            self.sheet.write_blank(line, place, None, look)
        elif len(text) == 1 and not (text[0].italic or text[0].bold or text[0].script):
            self.sheet.write_string(line, place, text[0].text, look)
        elif len(text) == 1 and not text[0].script:
            whole = self.look(**{**extra, "italic": text[0].italic, "bold": text[0].bold})
            self.sheet.write_string(line, place, text[0].text, whole)
        else:
            parts: list[Any] = []
            for run in text:
                script = {"": 0, "super": 1, "sub": 2}[run.script]
                parts += [self.look(italic=run.italic, bold=run.bold, font_script=script), run.text]
            if len(text) == 1:
                parts = [self.look(), "\u200b", *parts]
            self.sheet.write_rich_string(line, place, *parts, look)

    def heads(self) -> int:
        line = 3
        if self.table.spanners:
            at = 0
            for text, across in self.table.spanners:
                extra = {"top": 1, "align": "center", "bottom": 1 if text else 0}
                if across > 1:
                    self.sheet.merge_range(line, at, line, at + across - 1, "", self.look(**extra))
                self.text(line, at, text, **extra)
                at += across
            line += 1
        top = 0 if self.table.spanners else 1
        for place, column in enumerate(self.table.columns):
            self.text(line, place, column.head, top=top, bottom=1, **_ALIGN[column.align])
        return line + 1

    def cell(self, line: int, place: int, content: Cell, column: Column, extra: dict[str, Any]) -> None:
        if isinstance(content, Value) and math.isfinite(content.value) and abs(content.value) < HUGE:
            code = number_format(content.value, content.style, content.mark)
            look = self.look(num_format=code, **_ALIGN["decimal"], **extra)
            self.sheet.write_number(line, place, content.value, look)
        elif isinstance(content, Words):
            raised = (type(content.text[0])(content.mark, script="super"),) if content.mark and content.text else ()
            self.text(line, place, content.text + raised, **{**_ALIGN[column.align], **extra})
        else:
            self.sheet.write_string(
                line, place, shown(content) + mark(content), self.look(**_ALIGN[column.align], **extra)
            )

    def row(self, line: int, row: Row, last: bool) -> None:
        rule = {"bottom": 1} if last else {}
        if row.kind != "data":
            for place in range(self.last + 1):
                self.sheet.write_blank(line, place, None, self.look(**rule))
        for place, content in enumerate(row.cells):
            column = self.table.columns[place] if row.kind == "data" else Column("", (), "left")
            indent = {"indent": row.indent} if place == 0 and row.indent else {}
            wrap = {"text_wrap": True} if row.kind == "data" and column.align == "left" else {}
            self.cell(line, place, content, column, {**rule, **indent, **wrap})

    def widths(self) -> list[float]:
        """Letters that each column has room for."""
        found = []
        for place, column in enumerate(self.table.columns):
            cells = [row.cells[place] for row in self.table.rows if row.kind == "data"]
            longest = max([len(plain(column.head)), *(len(shown(cell)) + len(mark(cell)) for cell in cells)])
            longest += 2 * max((row.indent for row in self.table.rows), default=0) if place == 0 else 0
            found.append(float(max(9, min(longest + 2, _LETTERS))))
        return found

    def write(self) -> None:
        letters = self.widths()
        for place, count in enumerate(letters):
            self.sheet.set_column(place, place, count)
        self.sheet.write_string(0, 0, self.table.label, self.look(bold=True))
        self.text(1, 0, tuple(type(run)(run.text, True, run.bold, run.script) for run in self.table.title))
        first = self.heads()
        for place, row in enumerate(self.table.rows):
            self.row(first + place, row, place == len(self.table.rows) - 1)
            lines = max(
                (math.ceil(len(shown(cell)) / (1.15 * count)) for cell, count in zip(row.cells, letters, strict=False)),
                default=1,
            )
            if row.kind == "data" and lines > 1:
                self.sheet.set_row(first + place, 16 * lines)
        line = first + len(self.table.rows) + 1
        wide = sum(letters)
        for note in self.table.notes:
            look = {"text_wrap": True, "valign": "top"}
            if self.last:
                self.sheet.merge_range(line, 0, line, self.last, "", self.look(**look))
            self.text(line, 0, note, **look)
            self.sheet.set_row(line, 16 * math.ceil(len(plain(note)) / wide + 0.2))
            line += 1
        self.sheet.freeze_panes(first, 1)
        self.sheet.repeat_rows(3, first - 1)
        self.sheet.hide_gridlines(2)
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)
        if wide > _UPRIGHT:
            self.sheet.set_landscape()


def write(tables: Sequence[Table]) -> bytes:
    """An Excel workbook of the tables, a sheet each; an interval stands in two columns of numbers."""
    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    title = tables[0].label if len(tables) == 1 else "Tables"
    book.set_properties({"title": title, "created": datetime(1980, 1, 1)})
    for table in tables:
        _Sheet(book, table).write()
    book.close()
    return steadied(out.getvalue())
