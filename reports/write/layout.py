"""How wide the columns of a table are on paper, from the widths of Times' characters: shared by writers of pages."""

from __future__ import annotations

from dataclasses import dataclass

from reports.table import Row, Table, Words, mark, shown
from reports.text import Rich, plain

PORTRAIT = 451.0
LANDSCAPE = 698.0
"""Points between margins of one inch on A4."""
PADDING = 4.0
"""Points on each side of a cell."""

_TRIES = (
    (12.0, PORTRAIT, 230.0),
    (12.0, PORTRAIT, 150.0),
    (11.0, PORTRAIT, 150.0),
    (10.0, PORTRAIT, 130.0),
    (9.0, PORTRAIT, 150.0),
    (9.0, PORTRAIT, 110.0),
    *((float(size), LANDSCAPE, 230.0) for size in (12, 11, 10)),
    *((float(size), LANDSCAPE, 150.0) for size in (10, 9, 8, 7)),
)
"""Size of type, width of the page and most that the column of labels may take: the first that fits is taken."""
_NARROW = {
    **dict.fromkeys("ijlt.,:;'|!/ ()[]fIr-", 0.3),
    **dict.fromkeys("mwMW—%@", 0.85),
    **dict.fromkeys("<>=−+×", 0.57),
}
_LEAST_LABEL = 90.0
_MOST_WORDS = 110.0
"""Further columns of words wrap beyond this."""


def width_of(text: str, size: float) -> float:
    """About how many points a text takes in Times at ``size`` points, rather a little more than less."""
    return 1.04 * size * sum(_NARROW.get(c, 0.67 if c.isupper() else 0.5 if c.isdigit() else 0.47) for c in text)


@dataclass(frozen=True)
class Layout:
    """Widths of the columns and of the widest number in each, in points; the size of type; and which way up."""

    widths: tuple[float, ...]
    contents: tuple[float, ...]
    size: float
    landscape: bool


def _natural(table: Table, size: float, most: float) -> tuple[list[float], list[float]]:
    contents = [0.0] * len(table.columns)
    widths = [_head(column.head, size) for column in table.columns]
    for row in table.rows:
        if row.kind != "data":
            continue
        for place, cell in enumerate(row.cells):
            wide = width_of(shown(cell), size)
            contents[place] = max(contents[place], 0.0 if isinstance(cell, Words) else wide)
            hung = 2 * width_of(mark(cell), size)
            widths[place] = max(widths[place], wide + hung + 2 * PADDING)
    labels = [
        width_of(_label(row), size) + 12 * row.indent + 2 * PADDING for row in table.rows if row.kind != "section"
    ]
    widths[0] = min(max([_LEAST_LABEL, *labels]), most)
    for place, column in list(enumerate(table.columns))[1:]:
        if column.align == "left":
            widths[place] = min(widths[place], max(_MOST_WORDS, _head(column.head, size)))
    at = 0
    for text, across in table.spanners:
        need = width_of(plain(text), size) + 2 * PADDING
        have = sum(widths[at : at + across])
        if need > have:
            for place in range(at, at + across):
                widths[place] += (need - have) / across
        at += across
    return widths, contents


def _label(row: Row) -> str:
    return shown(row.cells[0])


def _head(head: Rich, size: float) -> float:
    return width_of(plain(head), size) + 2 * PADDING


def layout(table: Table) -> Layout:
    """The layout of a table: upright if it fits, else on its side, else in smaller type.

    What is left over goes to the columns of numbers evenly, so that the table is as wide as the text.
    """
    for size, available, most in _TRIES:
        widths, contents = _natural(table, size, most)
        if sum(widths) <= available:
            break
    total = sum(widths)
    if total > available:
        widths = [width * available / total for width in widths]
    elif len(widths) > 1:
        widths = [widths[0], *(width + (available - total) / (len(widths) - 1) for width in widths[1:])]
    return Layout(tuple(widths), tuple(contents), size, available == LANDSCAPE)
