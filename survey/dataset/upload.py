"""A table from elsewhere in the bytes of a file: CSV or SPSS, with one clear line where it cannot be read."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from survey.dataset.frames import read_sav
from survey.dataset.table import decode
from survey.errors import DataProblems

MOST_COLUMNS = 2000
MOST_BYTES = 400_000_000
"""Of the values unpacked; an uploaded file is far smaller, unless it was made to fill the memory."""


@dataclass(frozen=True)
class Uploaded:
    """A table as it was uploaded. sha: of its bytes, in hex.

    By column, as far as the file says: texts (the question), labels (code to label), missing (each row's type).
    """

    name: str
    sha: str
    frame: pd.DataFrame
    texts: dict[str, str] = field(default_factory=dict)
    labels: dict[str, dict[int | str, str]] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)


def read_upload(name: str, content: bytes) -> Uploaded:
    """The table in a file's bytes. Raises DataProblems with one line: what is wrong, where, what to do."""
    if not content.strip():
        raise DataProblems(f"{name}: the file is empty. Give a table with a header and one row a respondent.")
    sha = sha256(content).hexdigest()
    read = _spss(name, sha, content) if name.lower().endswith((".sav", ".zsav")) else _csv(name, sha, content)
    if read.frame.empty or not len(read.frame.columns):
        raise DataProblems(f"{name}: there is no row of data below the header.")
    _check_headers(name, [str(column) for column in read.frame.columns])
    return read


def _check_headers(name: str, headers: list[str]) -> None:
    if len(headers) > MOST_COLUMNS:
        raise DataProblems(
            f"{name}: {len(headers):,} columns, where this page can show {MOST_COLUMNS:,}. "
            "Keep the columns that you need, or use: twofold analyze"
        )
    if len(set(headers)) < len(headers):
        twice = next(header for header in headers if headers.count(header) > 1)
        raise DataProblems(f"{name}: the column {twice!r} is there twice. Give each column a name of its own.")


def _csv(name: str, sha: str, content: bytes) -> Uploaded:
    text = decode(content, name)
    try:
        delimiter = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t").delimiter
    except csv.Error:
        delimiter = ","
    try:
        # Looked at before pandas does: it would rename a doubled name in silence, and take long over 100,000 columns.
        _check_headers(name, next(csv.reader(io.StringIO(text), delimiter=delimiter), []))
        frame = pd.read_csv(io.StringIO(text), sep=delimiter, decimal="," if delimiter == ";" else ".")
    except DataProblems:
        raise
    except (csv.Error, ValueError, OverflowError) as error:  # pandas' own errors are ValueErrors
        raise DataProblems(f"{name}: it cannot be read as CSV ({' '.join(str(error).split())}).") from None
    return Uploaded(name, sha, frame)


def _spss(name: str, sha: str, content: bytes) -> Uploaded:
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("upload.zsav" if name.lower().endswith(".zsav") else "upload.sav")
        path.write_bytes(content)
        try:
            file = read_sav(path, MOST_BYTES)
        except DataProblems as error:
            raise DataProblems(str(error).replace(path.name, name, 1)) from None
    return Uploaded(name, sha, file.frame, file.texts, file.labels, file.missing)
