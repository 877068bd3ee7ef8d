"""A report as a Word document: headings, text, APA tables, figures."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from docx.document import Document as Word
from docx.shared import Pt

from reports.document import (
    Block,
    Bullets,
    Document,
    Exhibit,
    Facts,
    Heading,
    Notice,
    Paragraph,
    Picture,
)
from reports.draw_matplotlib import TALLEST, WIDTH, draw
from reports.text import Run, italic, marked, said
from reports.write.docx import add_table, add_text, new_document, saved, turn


def write(report: Document) -> bytes:
    """The report as the bytes of a .docx; the same report gives the same bytes."""
    word = new_document(report.title)
    word.add_paragraph(report.title, style="Title")
    add_text(word.add_paragraph(), italic(said(report.subtitle)))
    for block in report.blocks:
        if not isinstance(block, Exhibit):
            turn(word, False)
        _add(word, block)
    return saved(word)


def _add(word: Word, block: Block) -> None:
    if isinstance(block, Heading):
        word.add_paragraph(block.text, style=f"Heading {min(block.level, 3)}")
    elif isinstance(block, Paragraph):
        add_text(word.add_paragraph(), block.text)
    elif isinstance(block, Notice):
        paragraph = word.add_paragraph()
        paragraph.paragraph_format.left_indent = Pt(18)
        add_text(paragraph, (Run("Please note. ", bold=True), *block.text))
    elif isinstance(block, Bullets):
        for item in block.items:
            add_text(word.add_paragraph(style="List Bullet"), item)
    elif isinstance(block, Facts):
        for name, value in block.rows:
            add_text(word.add_paragraph(), (Run(f"{name}. ", bold=True), *value))
    elif isinstance(block, Exhibit):
        add_table(word, block.table)
    else:
        _picture(word, block)


def _picture(word: Word, block: Picture) -> None:
    word.add_paragraph(block.label, style="Table Number")
    add_text(word.add_paragraph(style="Table Title"), said(block.figure.title))
    paragraph = word.add_paragraph()
    shape: Any = paragraph.add_run().add_picture(BytesIO(draw(block.figure, "png")), width=Pt(min(WIDTH * 72, 451)))
    if shape.height > Pt(TALLEST):
        shape.width, shape.height = round(shape.width * Pt(TALLEST) / shape.height), Pt(TALLEST)
    shape._inline.docPr.set("descr", block.figure.alt)
    if block.figure.note:
        paragraph.paragraph_format.keep_with_next = True
        add_text(word.add_paragraph(style="Table Note"), marked("*Note.* {note}", note=block.figure.note))
