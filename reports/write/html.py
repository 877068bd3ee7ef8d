"""Tables as HTML: for reading (classes and a scoped style) and for pasting into Word (all style inline)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from reports.numbers import DASH
from reports.table import Cell, Column, Row, Table, Words, mark, shown
from reports.text import Rich, plain

CSS = """
.apa { margin: 0 0 2rem; font-variant-numeric: tabular-nums lining-nums; }
.apa-scroll { overflow-x: auto; container-type: inline-size; }
.apa-scroll:focus-visible { outline: 3px solid currentColor; outline-offset: 3px; }
.apa table { border-collapse: collapse; width: 100%; font-size: .94em; line-height: 1.35; }
.apa caption { text-align: left; padding: 0 0 .5rem; }
.apa caption > span { display: block; position: sticky; left: 0; max-width: 100cqi; width: max-content; }
.apa-number { font-weight: 700; }
.apa-title { font-style: italic; }
.apa th, .apa td { padding: .28rem .55rem; font-weight: 400; vertical-align: baseline; text-align: center; }
.apa thead th { vertical-align: bottom; }
.apa .left { text-align: left; }
.apa td:not(.left), .apa thead th { white-space: nowrap; }
.apa th.left { min-width: 8em; }
.apa thead tr:first-child > * { border-top: 1px solid currentColor; }
.apa thead tr:last-child > * { border-bottom: 1px solid currentColor; }
.apa thead .spanner { border-bottom: 1px solid currentColor; }
.apa tbody tr:last-child > * { border-bottom: 1px solid currentColor; }
.apa sub, .apa sup { line-height: 0; }
.apa th.left:first-child { padding-left: .1rem; }
.apa .section { text-align: left; padding-top: .6rem; }
.apa .num { display: inline-block; text-align: right; }
.apa .mark { display: inline-block; width: 0; overflow: visible; }
.apa-note { margin: .45rem 0 0; font-size: .88em; line-height: 1.45; max-width: 46rem; }
@media print { .apa { break-inside: avoid; } .apa-scroll { overflow: visible; } thead { display: table-header-group; } }
"""
"""The style of tables that are read on a page; a document holds it once."""

_FONT = "font-family:'Times New Roman',Times,serif;font-size:12pt;color:#000"
_RULE = "1.0pt solid #000"


_SIGN = re.compile(r" ([=<>]) (?=[−.\d])")


def rich(text: Rich) -> str:
    """Runs as inline HTML, escaped; '= .03' is never broken over two lines."""
    out = []
    for run in text:
        part = escape(_SIGN.sub("\u00a0\\1\u00a0", run.text))
        for tag, on in (("em", run.italic), ("strong", run.bold), (run.script[:3], bool(run.script))):
            part = f"<{tag}>{part}</{tag}>" if on else part
        out.append(part)
    return "".join(out)


@dataclass(frozen=True)
class _Box:
    """Room for the numbers of a column, in digits: the widest number, and the longest mark that hangs from one.

    Equal boxes, set in the middle of their cells, put the points in one line.
    """

    number: float = 0.0
    mark: float = 0.0


def _boxes(table: Table) -> list[_Box]:
    boxes = [_Box()] * len(table.columns)
    for row in table.rows:
        if row.kind == "data":
            for place, cell in enumerate(row.cells):
                size = sum(0.5 if letter in ".,[]() " else 1.0 for letter in shown(cell))
                known = boxes[place]
                hung = 0.55 * len(mark(cell))
                boxes[place] = _Box(max(known.number, 0.0 if isinstance(cell, Words) else size), max(known.mark, hung))
    return boxes


def _cell(cell: Cell, column: Column, room: _Box) -> str:
    text = rich(cell.text) if isinstance(cell, Words) else escape(shown(cell))
    if not text:
        return ""
    after = escape(mark(cell))
    if column.align != "decimal" or isinstance(cell, Words) or shown(cell) == DASH:
        return text + (f"<sup>{after}</sup>" if after else "")
    if text.endswith(")"):
        text, after = text[:-1], ")" + after
    hung = f'<span class="mark" style="display:inline-block;width:0">{after}</span>' if after else ""
    box = f"display:inline-block;min-width:{room.number:g}ch;text-align:right"
    box += f";padding:0 {room.mark:g}ch" if room.mark else ""
    return f'<span class="num" style="{box}">{text}{hung}</span>'


class _Look:
    """How the parts are dressed: by class for a page, by inline style for the clipboard."""

    def __init__(self, inline: bool) -> None:
        self.inline = inline

    def attributes(self, column: Column | None, *, first: bool = False, last: bool = False, also: str = "") -> str:
        left = column is None or column.align == "left"
        if not self.inline:
            names = " ".join(name for name in ("left" if left else "", also) if name)
            return f' class="{names}"' if names else ""
        style = [_FONT, "font-weight:normal", "padding:2pt 5pt", f"text-align:{'left' if left else 'center'}"]
        style.append(f"border-top:{_RULE}" if first else "border-top:none")
        style.append(f"border-bottom:{_RULE}" if last or also == "spanner" else "border-bottom:none")
        style += ["border-left:none", "border-right:none", "vertical-align:bottom" if first else "vertical-align:top"]
        return f' style="{";".join(style)}"'


def _head(table: Table, look: _Look) -> str:
    lines = []
    spanners = table.spanners
    if spanners:
        cells, at = [], 0
        for text, across in spanners:
            column = table.columns[at] if at == 0 else Column("", (), "centre")
            if text:
                attributes = look.attributes(column, first=True, also="spanner")
                cells.append(f'<th scope="colgroup" colspan="{across}"{attributes}>{rich(text)}</th>')
            else:
                cells.append(f"<td{look.attributes(column, first=True)}></td>")
            at += across
        lines.append(f"<tr>{''.join(cells)}</tr>")
    cells = [
        f'<th scope="col"{look.attributes(column, first=not spanners, last=True)}>{rich(column.head)}</th>'
        for column in table.columns
    ]
    lines.append(f"<tr>{''.join(cells)}</tr>")
    return f"<thead>{''.join(lines)}</thead>"


def _row(row: Row, table: Table, look: _Look, boxes: list[_Box], last: bool) -> str:
    first = row.cells[0]
    across = len(table.columns)
    if row.kind == "section":
        attributes = f' colspan="{across}"{look.attributes(None, last=last, also="section")}'
        return f'<tr><th scope="rowgroup"{attributes}>{_cell(first, table.columns[0], _Box())}</th></tr>'
    pad = "" if not row.indent else "&emsp;" * row.indent
    label = table.columns[0]
    head = f'<th scope="row"{look.attributes(label, last=last)}>{pad}{_cell(first, label, _Box())}</th>'
    if row.kind == "message":
        said = _cell(row.cells[1], Column("", (), "left"), _Box())
        return f'<tr>{head}<td colspan="{across - 1}"{look.attributes(None, last=last)}>{said}</td></tr>'
    cells = [
        f"<td{look.attributes(column, last=last)}>{_cell(cell, column, room)}</td>"
        for cell, column, room in list(zip(row.cells, table.columns, boxes, strict=True))[1:]
    ]
    return f"<tr>{head}{''.join(cells)}</tr>"


def _grid(table: Table, look: _Look, caption: str, attributes: str) -> str:
    boxes = _boxes(table)
    count = len(table.rows)
    rows = "\n".join(_row(row, table, look, boxes, place == count - 1) for place, row in enumerate(table.rows))
    return f"<table{attributes}>{caption}\n{_head(table, look)}\n<tbody>\n{rows}\n</tbody></table>"


def fragment(table: Table) -> str:
    """A table for a page whose style holds ``CSS``: a wide one scrolls inside its own box, by keyboard too."""
    caption = (
        f'<caption><span class="apa-number">{escape(table.label)}</span>'
        f'<span class="apa-title">{rich(table.title)}</span></caption>'
    )
    name = escape(f"{table.label}: {plain(table.title)}", quote=True)
    notes = "".join(f'<p class="apa-note">{rich(note)}</p>' for note in table.notes)
    grid = _grid(table, _Look(False), caption, "")
    return (
        f'<div class="apa" id="table-{table.number or table.name}">'
        f'<div class="apa-scroll" role="region" tabindex="0" aria-label="{name}">{grid}</div>{notes}</div>'
    )


def clipboard(table: Table) -> str:
    """A table that keeps APA's three rules, its italics and its font when it is pasted into Word."""
    paragraph = f"margin:0 0 6pt 0;{_FONT}"
    number = f'<p style="{paragraph}"><strong>{escape(table.label)}</strong></p>'
    title = f'<p style="{paragraph}"><em>{rich(table.title)}</em></p>'
    attributes = ' cellspacing="0" cellpadding="0" style="border-collapse:collapse;border:none;width:100%"'
    grid = _grid(table, _Look(True), "", attributes)
    notes = "".join(f'<p style="margin:6pt 0 0 0;{_FONT}">{rich(note)}</p>' for note in table.notes)
    return f"<div>{number}{title}{grid}{notes}</div>"


def write(tables: Sequence[Table]) -> str:
    """A whole HTML document of the tables, without scripts, that reads well in light, dark and print."""
    title = escape(tables[0].label if len(tables) == 1 else "Tables")
    body = "\n".join(fragment(table) for table in tables)
    page = (
        ":root{color-scheme:light dark}body{margin:2rem auto;max-width:60rem;padding:0 1rem;"
        "font-family:'Times New Roman',Times,'Liberation Serif',serif;font-size:1.05rem;"
        "color:light-dark(#111,#eee);background:light-dark(#fff,#14171a)}"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{page}{CSS}</style></head>\n<body>\n{body}\n</body></html>\n"
    )
