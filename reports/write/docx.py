"""Tables as Word documents: three rules, real italics, a header that repeats on each page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from reports.numbers import DASH
from reports.table import Cell, Column, Row, Table, Words, mark, shown
from reports.text import Rich
from reports.write.layout import PADDING, Layout, layout, width_of
from reports.write.zipped import steadied

FONT = "Times New Roman"
_TOGETHER = 15
"""A table of more rows may break over pages, but neither after its first row nor before its last."""
_STYLES = {
    "Table Number": {"bold": True, "before": 12, "after": 0, "next": True},
    "Table Title": {"italic": True, "before": 0, "after": 6, "next": True},
    "Table Text": {"before": 0, "after": 0},
    "Table Note": {"before": 6, "after": 0, "size": 11},
}


def new_document(title: str) -> Document:
    """An empty A4 document in Times New Roman 12 whose properties tell no time and no person."""
    document = docx.Document()
    normal = document.styles["Normal"]
    _face(normal, 12)
    normal.paragraph_format.space_after = Pt(6)
    for depth in range(4):
        style = document.styles["Title" if depth == 0 else f"Heading {depth}"]
        _face(style, (18, 15, 13, 12)[depth])
        style.font.bold = True
        style.font.italic = depth == 3
        style.paragraph_format.space_before = Pt((0, 18, 12, 8)[depth])
        style.paragraph_format.space_after = Pt(6)
        for border in style.element.pPr.findall(qn("w:pBdr")):
            style.element.pPr.remove(border)
    for name, look in _STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = normal
        style.font.bold, style.font.italic = look.get("bold"), look.get("italic")
        style.font.size = Pt(float(look.get("size") or 12))
        style.paragraph_format.space_before = Pt(float(look["before"] or 0))
        style.paragraph_format.space_after = Pt(float(look["after"] or 0))
        style.paragraph_format.keep_with_next = bool(look.get("next"))
        style.paragraph_format.line_spacing = 1.0
    _page(document.sections[0], False)
    about = document.core_properties
    about.title, about.author, about.last_modified_by, about.comments = title, "", "", ""
    about.created = about.modified = datetime(1980, 1, 1)
    about.revision = 1
    return document


def _face(style: Any, size: float) -> None:
    style.font.name, style.font.size, style.font.color.rgb = FONT, Pt(size), RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        if name.endswith("Theme"):
            del fonts.attrib[name]
    for kind in ("w:ascii", "w:hAnsi", "w:cs", "w:eastAsia"):
        fonts.set(qn(kind), FONT)


def _page(section: Any, landscape: bool) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    short, long = Mm(210), Mm(297)
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Pt(72)


def turn(document: Document, landscape: bool) -> bool:
    """Go on in a new section if the page must be turned, for wide tables; tells whether it was."""
    if (document.sections[-1].orientation == WD_ORIENT.LANDSCAPE) == landscape:
        return False
    _page(document.add_section(WD_SECTION.NEW_PAGE), landscape)
    return True


def add_text(paragraph: Paragraph, text: Rich, size: float | None = None) -> None:
    """Runs into a paragraph, as real italic, bold, raised and lowered runs."""
    for run in text:
        added = paragraph.add_run(run.text)
        added.italic, added.bold = run.italic or None, run.bold or None
        if run.script == "super":
            added.font.superscript = True
        elif run.script == "sub":
            added.font.subscript = True
        added.font.size = Pt(size) if size else None


def _child(parent: Any, name: str, **values: str) -> Any:
    element = OxmlElement(name)
    for key, value in values.items():
        element.set(qn(f"w:{key}"), value)
    parent.append(element)
    return element


def _rule(cell: Any, **edges: bool) -> None:
    properties = cell._tc.get_or_add_tcPr()
    borders = properties.find(qn("w:tcBorders"))
    borders = _child(properties, "w:tcBorders") if borders is None else borders
    for edge in ("top", "bottom"):
        if edges.get(edge):
            _child(borders, f"w:{edge}", val="single", sz="8", space="0", color="000000")


Grid = list[tuple[Any, list[Any]]]
"""Rows of a Word table with their cells, listed once: asking the table for a cell walks through all of them."""


def _prepare(table: Any, rows: Grid, plan: Layout) -> None:
    table.autofit = False
    properties = table._tbl.tblPr
    width = properties.find(qn("w:tblW"))
    width = _child(properties, "w:tblW") if width is None else width
    width.set(qn("w:type"), "dxa")
    width.set(qn("w:w"), str(round(20 * sum(plan.widths))))
    margins = _child(properties, "w:tblCellMar")
    for side, points in (("top", 1.5), ("left", PADDING), ("bottom", 1.5), ("right", PADDING)):
        _child(margins, f"w:{side}", w=str(round(20 * points)), type="dxa")
    look = properties.find(qn("w:tblLook"))
    if look is not None:
        properties.remove(look)
        properties.append(look)
    for column, points in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), plan.widths, strict=True):
        column.set(qn("w:w"), str(round(20 * points)))
    for _, cells in rows:
        for cell, points in zip(cells, plan.widths, strict=True):
            cell.width = Pt(points)


def _repeat(row: Any) -> None:
    _child(row._tr.get_or_add_trPr(), "w:cantSplit")
    _child(row._tr.get_or_add_trPr(), "w:tblHeader")


def _paragraph(cell: Any, follow: bool) -> Paragraph:
    paragraph: Paragraph = cell.paragraphs[0]
    cell._tc.p_lst[0].get_or_add_pPr().style = "TableText"  # by name, the library would search all styles each time
    paragraph.paragraph_format.keep_with_next = follow or None
    return paragraph


def _fill(cell: Any, content: Cell, column: Column, place: int, plan: Layout, follow: bool) -> None:
    paragraph = _paragraph(cell, follow)
    if isinstance(content, Words):
        add_text(paragraph, content.text, plan.size)
    else:
        paragraph.add_run(shown(content)).font.size = Pt(plan.size)
    if mark(content):
        run = paragraph.add_run(mark(content))
        run.font.size = Pt(plan.size)
        run.font.superscript = isinstance(content, Words) or None
    middle = isinstance(content, Words) or shown(content) == DASH
    if column.align == "centre" or (column.align == "decimal" and middle):
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif column.align == "decimal":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        room = (plan.widths[place] - 2 * PADDING - plan.contents[place]) / 2 - width_of(_hung(content), plan.size)
        paragraph.paragraph_format.right_indent = Pt(max(0.0, round(room, 1)))


def _hung(content: Cell) -> str:
    """What stands to the right of the last digit, so that points stay in one line."""
    return (")" if shown(content).endswith(")") else "") + mark(content)


def _heads(grid: Grid, table: Table, plan: Layout) -> int:
    at = lines = 0
    if table.spanners:
        for text, across in table.spanners:
            cell = grid[0][1][at]
            cell = cell.merge(grid[0][1][at + across - 1]) if across > 1 else cell
            paragraph = _paragraph(cell, True)
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            add_text(paragraph, text, plan.size)
            _rule(cell, top=True, bottom=bool(text))
            at += across
        _repeat(grid[0][0])
        lines = 1
    for place, column in enumerate(table.columns):
        cell = grid[lines][1][place]
        paragraph = _paragraph(cell, True)
        if column.align != "left":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        add_text(paragraph, column.head, plan.size)
        _rule(cell, top=not lines, bottom=True)
        _child(cell._tc.get_or_add_tcPr(), "w:vAlign", val="bottom")
    _repeat(grid[lines][0])
    return lines + 1


def _body(line: tuple[Any, list[Any]], row: Row, table: Table, plan: Layout, last: bool, together: bool) -> None:
    _child(line[0]._tr.get_or_add_trPr(), "w:cantSplit")
    across = len(table.columns)
    cells = line[1]
    if row.kind == "section":
        cells = [cells[0].merge(cells[-1])] if across > 1 else cells
    elif row.kind == "message":
        cells = [cells[0], cells[1].merge(cells[-1])]
    for place, (cell, content) in enumerate(zip(cells, row.cells, strict=False)):
        column = table.columns[place] if row.kind == "data" else Column("", (), "left")
        _fill(cell, content, column, place, plan, follow=together)
        if place == 0 and row.indent:
            cell.paragraphs[0].paragraph_format.left_indent = Pt(12 * row.indent)
        _rule(cell, bottom=last)


def add_table(document: Document, table: Table, *, new_page: bool = False) -> None:
    """A table at the end of a document: number, title, grid, notes; the page is turned where it is too wide."""
    plan = layout(table)
    turned = turn(document, plan.landscape)
    number = document.add_paragraph(table.label, style="Table Number")
    number.paragraph_format.page_break_before = (new_page and not turned) or None
    add_text(document.add_paragraph(style="Table Title"), table.title)
    heads = 2 if table.spanners else 1
    word = document.add_table(heads + len(table.rows), len(table.columns))
    grid = [(row, list(row.cells)) for row in word.rows]
    _prepare(word, grid, plan)
    first = _heads(grid, table, plan)
    count = len(table.rows)
    for place, row in enumerate(table.rows):
        last = place == count - 1
        together = bool(table.notes) if last else count <= _TOGETHER or place < 2 or place == count - 2
        _body(grid[first + place], row, table, plan, last, together)
    for note in table.notes:
        add_text(document.add_paragraph(style="Table Note"), note)


def saved(document: Document) -> bytes:
    """The document as bytes, the same for the same content."""
    out = BytesIO()
    document.save(out)
    return steadied(out.getvalue())


def write(tables: Sequence[Table]) -> bytes:
    """A Word document with each table on a page of its own."""
    document = new_document(tables[0].label if len(tables) == 1 else "Tables")
    _page(document.sections[0], bool(tables) and layout(tables[0]).landscape)
    for place, table in enumerate(tables):
        add_table(document, table, new_page=place > 0)
    return saved(document)
