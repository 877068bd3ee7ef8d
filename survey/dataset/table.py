"""A CSV file as columns of text, with everything that can be wrong with the file itself put into words."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from survey.errors import DataProblems

_LONGEST_CELL = 10_000_000
_EXCEL = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class TextTable:
    """Columns of text by name. ``rows`` holds each record's row as a spreadsheet counts it: 1 is the header."""

    source: str
    columns: dict[str, tuple[str, ...]]
    rows: tuple[int, ...]
    unnamed: int = 0
    """How many columns have no name and were left out."""

    def problem(self, at: int, column: str, what: str) -> DataProblems:
        """A mistake in one cell: file, row, column."""
        return DataProblems(f"{self.source}, row {self.rows[at]}, column {column}: {what}")


def read_table(path: Path) -> TextTable:
    """Read a CSV in UTF-8 (a byte order mark is fine). Raises DataProblems with one clear line, OSError."""
    return table_of(decode(path.read_bytes(), path.name), path.name)


def decode(content: bytes, source: str) -> str:
    """The text in a file's bytes. Raises DataProblems where they are no UTF-8."""
    if not content.strip():
        raise DataProblems(f"{source}: the file is empty. Give a CSV with a header and one row a respondent.")
    if content.startswith(_EXCEL):
        raise DataProblems(f"{source}: this is an Excel workbook. Save it as 'CSV UTF-8' and give that file.")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataProblems(f"{source}, row 1: the file is UTF-16, not UTF-8. Save it as 'CSV UTF-8'.")
    nul = content.find(b"\x00")
    if nul >= 0:
        raise DataProblems(
            f"{source}, line {_line(content, nul)}: there is a NUL byte, so this is no text file or a damaged one."
            " Export the data again as 'CSV UTF-8'."
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataProblems(
            f"{source}, line {_line(content, error.start)}: byte 0x{content[error.start]:02x} is not UTF-8."
            " Save the file as 'CSV UTF-8'."
        ) from None


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1


def table_of(text: str, source: str) -> TextTable:
    """The columns of a CSV's text. Raises DataProblems."""
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        records = list(reader)
    except csv.Error as error:
        raise DataProblems(
            f"{source}, line {reader.line_num}: the CSV cannot be read ({error}). Look for a stray quotation mark."
        ) from None
    header = [name.strip() for name in records[0]] if records else []
    _check_separator(text, header, source)
    _check_header(header, source)
    # A spreadsheet counts blank rows too, so numbers are given before blank rows are left out.
    numbered = [(i, record) for i, record in enumerate(records[1:], 2) if any(map(str.strip, record))]
    if not numbered:
        raise DataProblems(f"{source}: there is a header but no row of data below it.")
    for i, record in numbered:
        while len(record) > len(header) and not record[-1].strip():
            record.pop()
        if len(record) != len(header):
            raise DataProblems(
                f"{source}, row {i}: {len(record)} cells instead of {len(header)} as in the header."
                " Put text with commas into quotation marks, and give every row all its cells."
            )
    columns = zip(header, zip(*(record for _, record in numbered), strict=True), strict=True)
    return TextTable(
        source=source,
        columns={name: cells for name, cells in columns if name},
        rows=tuple(i for i, _ in numbered),
        unnamed=header.count(""),
    )


def _check_separator(text: str, header: list[str], source: str) -> None:
    """Refuse what Excel writes where the comma is the decimal sign."""
    first = io.StringIO(text, newline=None).readline()
    for sign, name in ((";", "semicolons"), ("\t", "tabs")):
        if len(next(csv.reader([first], delimiter=sign), [])) > len(header):
            raise DataProblems(
                f"{source}, row 1: cells are separated by {name}."
                " Save the file with commas between cells and points in decimals."
            )


def _check_header(header: list[str], source: str) -> None:
    if not any(header):
        raise DataProblems(f"{source}, row 1: there is no header. Put the ids of the columns into the first row.")
    doubled = [name for name, count in Counter(header).items() if name and count > 1]
    if doubled:
        at = [str(i) for i, name in enumerate(header, 1) if name == doubled[0]]
        more = f" (and {len(doubled) - 1} more such names)" if len(doubled) > 1 else ""
        raise DataProblems(
            f"{source}, row 1: the header {doubled[0]} is there {len(at)} times, in columns {', '.join(at[:10])}{more}."
            " Give every column a name of its own."
        )
