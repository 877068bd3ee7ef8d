"""Tables of other platforms as columns of text: CSV, tab-separated, Qualtrics with its three head rows, SPSS."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from survey.dataset.table import decode
from survey.errors import DataProblems


@dataclass(frozen=True)
class Raw:
    """A table as another platform wrote it. rows: each record's row as a spreadsheet counts it.

    kinds: by column, the type of each row's missing value, where the file knows it. labels: code to label, by column.
    """

    source: str
    columns: dict[str, list[str]]
    rows: list[int]
    kinds: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)


def read_raw(path: Path, header_rows: int = 1) -> Raw:
    """The table in a file: .sav, or text with commas, semicolons or tabs. Raises DataProblems, OSError."""
    if not path.exists():
        raise DataProblems(f"{path}: there is no such file.")
    if path.suffix.lower() in (".sav", ".zsav"):
        return _spss(path)
    text = decode(path.read_bytes(), path.name)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise DataProblems(
            f"{path.name}: it cannot be read as CSV ({error}). Look for a stray quotation mark."
        ) from None
    head = [name.strip() for name in records[0]]
    for name in head:
        if name and head.count(name) > 1:
            raise DataProblems(f"{path.name}, row 1: the header '{name}' is there twice. Rename one.")
    body = [(i, record) for i, record in enumerate(records, 1) if i > header_rows and any(map(str.strip, record))]
    if not body:
        raise DataProblems(f"{path.name}: there is no row of data below the {header_rows} row(s) of names.")
    for i, record in body:
        if len(record) > len(head) and any(cell.strip() for cell in record[len(head) :]):
            raise DataProblems(f"{path.name}, row {i}: {len(record)} cells instead of {len(head)} as in the header.")
    places = {name: at for at, name in enumerate(head) if name}
    columns = {
        name: [record[at].strip() if at < len(record) else "" for _, record in body] for name, at in places.items()
    }
    return Raw(path.name, columns, [i for i, _ in body])


def _spss(path: Path) -> Raw:
    from survey.dataset.frames import read_sav, texts_of

    file = read_sav(path)
    columns = {str(name): [text.strip() for text in texts_of(file.frame[name])] for name in file.frame.columns}
    labels = {name: {str(code): text for code, text in known.items()} for name, known in file.labels.items()}
    return Raw(path.name, columns, list(range(1, len(file.frame) + 1)), file.missing, labels)
