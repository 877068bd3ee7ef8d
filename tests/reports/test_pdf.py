"""PDF files: what is set, that nothing in the data is read as markup, and the same bytes twice."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from reports import pdf
from reports.document import Bullets, Document, Exhibit, Facts, Heading, Notice, Paragraph, Picture
from reports.figure import Coefficients, Point
from reports.table import Column, Row, Table, message, section, words
from reports.text import marked, said
from reports.write import typ
from tests.reports import samples

HOSTILE = 'a "quoted" \\ #panic("run") $x$ *b* _c_ `d` <e> @f // g /* h'
FIGURE = Coefficients("Alpha", "Cronbach's α", (Point("A", 0.8, 0.7, 0.9), Point("B", 0.6, 0.5, 0.7)), name="alpha")


def small(text: str) -> Document:
    table = Table(
        title=said(text),
        columns=(Column("a", said(text), "left"), Column("b", said("b"))),
        rows=(Row((words(text), words(text))), section(text), message(text, text)),
        general=said(text),
        number=1,
    )
    blocks = (
        Heading(1, text, "a"),
        Heading(3, "Skipped a level", "b"),
        Paragraph(said(text)),
        Notice(said(text)),
        Bullets((said(text), marked("*R*^2^ = .42"))),
        Facts((("Seed", said(text)),)),
        Exhibit(table),
        Picture(replace(FIGURE, title=text), 1),
    )
    return Document("Report", "of a test", "en", blocks)


def test_text_from_data_is_never_read_as_markup() -> None:
    held = typ.literal(HOSTILE)
    assert held.startswith('#"')
    assert not re.search(r'(?<!\\)"', held[2:-1].replace("\\\\", ""))
    assert pdf.write(small(HOSTILE)).startswith(b"%PDF-1.7")


def test_the_same_report_gives_the_same_bytes_and_other_words_give_others() -> None:
    assert pdf.write(small("one")) == pdf.write(small("one"))
    assert pdf.write(small("one")) != pdf.write(small("two"))


def test_a_pdf_is_tagged_titled_and_in_its_language() -> None:
    made = pdf.write(replace(small("Un rapport"), language="fr"))
    assert b"/MarkInfo" in made
    assert b"/StructTreeRoot" in made
    assert re.search(rb"/Lang\s*\(fr", made)
    assert b"CreationDate" not in made


@pytest.mark.parametrize("sample", ["FULL", "PLAIN"])
def test_every_cell_of_a_table_is_set(sample: str) -> None:
    table: Table = getattr(samples, sample)
    source = typ.table(table)
    for row in table.rows:
        for cell in row.cells if row.kind == "data" else row.cells[:1]:
            for piece in typ.rich(cell.text).split("#") if hasattr(cell, "text") else ():
                assert piece in source
    assert source.count("table.hline") >= 3
    assert typ.compiled(typ.document("t", "en", source)).startswith(b"%PDF")


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been set, in place of setting it."""
    kept: list[str] = []

    def keep(source: str, files: object) -> bytes:
        kept.append(source)
        return b""

    monkeypatch.setattr(typ, "compiled", keep)
    return kept


def test_wide_tables_share_pages_on_their_side(sources: list[str]) -> None:
    columns = (Column("a", said("A"), "left"), *(Column(f"c{i}", said(f"Column {i}")) for i in range(14)))
    wide = Exhibit(Table(said("Wide"), columns, (Row(tuple(words(str(i)) for i in range(15))),)))
    pdf.write(Document("Report", "of a test", "en", (wide, wide, Exhibit(samples.PLAIN), wide)))
    assert sources[0].count("#page(flipped: true)") == 2
    before, _, after = sources[0].partition(typ.table(samples.PLAIN))
    assert before.count("flipped: true") == after.count("flipped: true") == 1


def test_notes_stand_in_the_foot_of_their_table() -> None:
    whole = typ.table(replace(samples.PLAIN, general=said("all of it")))
    assert whole.index("table.footer(repeat: false") < whole.index("all of it")
    assert "table.footer" not in typ.table(replace(samples.PLAIN, general=(), specific=(), probability=()))


def test_a_table_breaks_over_pages_by_its_lines_not_its_rows() -> None:
    label = words("a long question that wraps over many lines " * 8)
    few = replace(samples.PLAIN, rows=tuple(Row((label, *samples.PLAIN.rows[0].cells[1:])) for _ in range(9)))
    assert "breakable: true" in typ.table(few)
    assert "breakable: true" not in typ.table(samples.PLAIN)


@pytest.mark.parametrize(("points", "width"), [(2, 451.0), (40, 251.5)])
def test_a_tall_drawing_is_as_small_as_its_page_needs(points: int, width: float, sources: list[str]) -> None:
    tall = replace(FIGURE, points=tuple(Point(f"P {i}", 0.8, 0.7, 0.9) for i in range(points)))
    pdf.write(Document("Report", "of a test", "en", (Picture(tall, 1),)))
    (found,) = re.findall(r'svg", width: ([0-9.]+)pt', sources[0])
    assert float(found) == pytest.approx(width, abs=0.5)
