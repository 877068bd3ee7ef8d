"""Every writer: a snapshot, the same bytes twice, and what a reader of the file finds when it is opened again."""

from __future__ import annotations

import csv
import importlib.util
import io
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.table import Column, Row, Table, message, words
from reports.text import said
from reports.write import FORMATS, render
from reports.write.html import clipboard, fragment
from reports.write.xlsx import number_format

_spec = importlib.util.spec_from_file_location("samples", Path(__file__).with_name("samples.py"))
assert _spec is not None
assert _spec.loader is not None
samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(samples)
FULL: Table = samples.FULL
PLAIN: Table = samples.PLAIN
SNAPSHOTS = Path(__file__).with_name("snapshots")


def _part(data: bytes, name: str) -> str:
    """One XML part of an Office file, a tag a line, so that a change can be read."""
    with ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name).decode("utf-8").replace("><", ">\n<") + "\n"


PARTS = {"docx": ("word/document.xml",), "xlsx": ("xl/worksheets/sheet1.xml", "xl/styles.xml")}


def _readable(data: bytes, ending: str) -> str:
    if ending in PARTS:
        return "".join(_part(data, name) for name in PARTS[ending])
    return data.decode("utf-8")


@pytest.mark.parametrize("ending", FORMATS)
def test_the_snapshot_is_what_was_looked_at(ending: str, request: pytest.FixtureRequest) -> None:
    """To accept a change that was meant: delete the snapshot, run the test, look at the new file, commit it."""
    text = _readable(render(FULL, ending), ending)
    path = SNAPSHOTS / f"full.{ending}.txt"
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        pytest.fail(f"{path.name} was not there; it is written now: look at it, commit it and run again.")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_tables_give_the_same_bytes(ending: str) -> None:
    first = render((FULL, PLAIN), ending)
    assert first == render([FULL, PLAIN], ending)
    if ending in PARTS:
        with ZipFile(io.BytesIO(first)) as archive:
            assert {part.date_time for part in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_an_unknown_format_is_refused_by_name() -> None:
    with pytest.raises(KeyError, match="rtf"):
        render(FULL, "rtf")


def test_word_has_three_rules_italic_runs_and_a_header_that_repeats() -> None:
    document = docx.Document(io.BytesIO(render((FULL, PLAIN), "docx")))
    first, second = document.tables
    assert [p.text for p in document.paragraphs[:2]] == ["Table 3", "Regression of <b>Stress</b> on Demands & Support"]
    grid = [[cell.text for cell in row.cells] for row in first.rows]
    assert grid[1] == ["Predictor", "n", "b", "SE", "95% CI", "β", "R2", "p"]
    assert grid[0][2:5] == ["Step 1"] * 3
    assert grid[3] == ["=HYPERLINK(1)", "1,234", "−0.46", "0.03", "[−0.50, −0.10]", "−0.22**", ".46", "< .001"]
    assert grid[4][3:5] == ["—", "—"]
    assert grid[5][1] == "Not applicable, because the variable is constant."
    italics = [run.text for cell in first.rows[1].cells for p in cell.paragraphs for run in p.runs if run.italic]
    assert italics == ["n", "b", "SE", "R", "p"]
    raised = [run.text for p in first.rows[1].cells[6].paragraphs for run in p.runs if run.font.superscript]
    assert raised == ["2"]
    xml = first._tbl.xml
    assert xml.count("<w:tblHeader") == 2
    assert 'w:val="single"' in xml
    assert not re.search(r"<w:(left|right|insideV|insideH) w:val", xml), "APA has no upright rules"
    assert document.styles["Normal"].font.name == "Times New Roman"
    assert [row.cells[1].text for row in second.rows] == ["n", "2", "10"]
    assert document.core_properties.author == ""


def test_word_turns_the_page_for_a_wide_table() -> None:
    columns = tuple(Column(f"c{place}", said(f"A longer head {place}"), "left") for place in range(12))
    wide = Table(said("Wide"), columns, (Row(tuple(words("some words") for _ in columns)),), number=1)
    upright = docx.Document(io.BytesIO(render(PLAIN, "docx"))).sections[0]
    turned = docx.Document(io.BytesIO(render(wide, "docx"))).sections[0]
    assert upright.page_width is not None
    assert upright.page_height is not None
    assert upright.page_width < upright.page_height
    assert turned.page_width is not None
    assert turned.page_height is not None
    assert turned.page_width > turned.page_height


def test_excel_keeps_numbers_as_numbers() -> None:
    book = openpyxl.load_workbook(io.BytesIO(render((FULL, PLAIN), "xlsx")), rich_text=True)
    assert book.sheetnames == ["Table 3", "Table 4"]
    sheet = book["Table 3"]
    assert sheet["A1"].value == "Table 3"
    line: Any = [cell.value for cell in sheet[7]]
    assert line[0] == "=HYPERLINK(1)"
    assert sheet["A7"].data_type == "s", "text from data is never a formula"
    assert line[1:] == [1234, -0.4567891, 0.03, -0.5, -0.1, -0.215, 0.456, 0.00012]
    assert sheet["I7"].number_format.startswith('"< .001"')
    assert sheet["H7"].number_format == '.00;"−".00'
    assert sheet["G7"].number_format == '#,##0.00"**";"−"#,##0.00"**"'
    assert sheet.freeze_panes == "B6"
    assert sheet["B5"].value == "n"
    assert sheet["B5"].font.i
    assert "Note." in str(sheet["A11"].value)


def test_excels_codes_never_show_minus_zero() -> None:
    from reports.numbers import BOUNDED, BRACKETED, PERCENT

    assert number_format(-0.001, BOUNDED) == ".00;.00"
    assert number_format(0.85, BRACKETED) == '"(".00")";"(""−".00")"'
    assert number_format(0.5, PERCENT) == '0.0%;"−"0.0%'


def test_csv_has_full_precision_and_no_formula() -> None:
    lines = list(csv.reader(io.StringIO(render(FULL, "csv").decode("utf-8"))))
    assert lines[0] == ["section", "term", "n", "b", "se", "ci_low", "ci_high", "beta", "r2", "p"]
    assert lines[1] == [
        "People", "'=HYPERLINK(1)", "1234", "-0.4567891", "0.03", "-0.5", "-0.1", "-0.215", "0.456", "0.00012",
    ]  # fmt: skip
    assert lines[2][4:8] == ["", "", "", ""]
    assert lines[3][1:3] == ["'@Support", "Not applicable, because the variable is constant."]


def test_html_can_be_read_by_every_reader() -> None:
    page = fragment(FULL)
    assert "<caption>" in page
    assert '<th scope="col"' in page
    assert '<th scope="row"' in page
    assert '<th scope="colgroup" colspan="3"' in page
    assert '<th scope="rowgroup"' in page
    assert 'role="region" tabindex="0" aria-label=' in page
    assert "<em>SE</em>" in page
    assert "&lt;b&gt;Stress&lt;/b&gt;" in page
    assert "<b>" not in page


def test_the_clipboard_carries_its_own_style() -> None:
    piece = clipboard(FULL)
    assert 'class="apa' not in piece
    assert piece.count("border-bottom:1.0pt solid #000") >= 8
    assert "Times New Roman" in piece
    assert "<em>b</em>" in piece


def test_latex_is_escaped_and_balanced() -> None:
    text = render(FULL, "tex").decode("utf-8")
    assert r"Demands\_1 | 50\% \$" in text
    assert r"\textit{R}\textsuperscript{2}" in text
    assert r"\ensuremath{-}0.46" in text
    assert r"\cmidrule(lr){3-5}" in text
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    rows = [line for line in text.splitlines() if line.endswith(r"\\") and "multicolumn" not in line]
    assert {len(re.findall(r"(?<!\\)&", row)) for row in rows} == {7}


def test_markdown_is_one_pipe_table() -> None:
    lines = [line for line in render(FULL, "md").decode("utf-8").splitlines() if line.startswith("|")]
    assert {len(re.findall(r"(?<!\\)\|", line)) for line in lines} == {9}
    assert r"Demands\_1 \| 50% \$" in lines[4]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40))
@settings(max_examples=40, deadline=None)
def test_no_text_breaks_a_writer(text: str) -> None:
    table = Table(said(text), (Column("a", said(text), "left"),), (Row((words(text),)),), number=1, general=said(text))
    page = render(table, "html").decode("utf-8")
    assert "<script" not in page.replace(text, "") or "<script" not in text
    lines = list(csv.reader(io.StringIO(render(table, "csv").decode("utf-8"), newline="")))
    assert len(lines) == 2
    assert not lines[1] or not lines[1][0].startswith(("=", "+", "-", "@"))
    render(table, "tex")
    render(table, "md")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\x0b control", "a\nb", "=cmd|' /C calc'!A0"])
def test_office_files_take_any_text_as_text(text: str) -> None:
    table = Table(said("t"), (Column("a", said("A"), "left"), Column("b", said("B"), "left")),
                  (Row((words(text), words(text))),), number=1)  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(render(table, "xlsx"))).active
    assert sheet is not None
    assert sheet["A5"].data_type in ("s", "inlineStr")
    document = docx.Document(io.BytesIO(render(table, "docx")))
    assert document.tables[0].cell(1, 0).text


def test_latex_wraps_what_is_long_and_prints_every_sign() -> None:
    long = "a label that is longer than a column of a page can hold"
    table = Table(
        said("Signs"),
        (Column("a", said("A"), "left"), Column("b", said("b"))),
        (Row((words(long), words("c′ θ ρ √2 10¹⁵ a₁"))), message("short", long), message("short", "why")),
    )
    text = render(table, "tex").decode("utf-8")
    assert r"\begin{tabular}{>{\raggedright\arraybackslash}p{0.45\linewidth}r}" in text
    assert r"\multicolumn{1}{>{\raggedright\arraybackslash}p{0.6\linewidth}}{a label" in text
    assert r"\multicolumn{1}{l}{why}" in text
    assert text.splitlines()[0].startswith(r"% \usepackage{array,booktabs,")
    assert not [sign for sign in text if ord(sign) > 255]
