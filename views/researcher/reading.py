"""Reading an uploaded table: CSV or SPSS, as text and numbers, with one clear line where it cannot be read."""

from __future__ import annotations

import io
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MOST_COLUMNS = 2000


class UnreadableError(ValueError):
    """A file that cannot be read as a table; its text is one line that says why and what to do."""


@dataclass(frozen=True)
class Uploaded:
    """A table as it was uploaded. texts: what the file says of its columns (questions). sha: of its bytes, in hex."""

    name: str
    sha: str
    frame: pd.DataFrame
    texts: dict[str, str]


def read_table(name: str, content: bytes) -> Uploaded:
    """The table in a file's bytes. Raises ``UnreadableError``."""
    if not content.strip():
        raise UnreadableError(f"{name}: the file is empty.")
    frame, texts = _spss(name, content) if name.lower().endswith((".sav", ".zsav")) else (_csv(name, content), {})
    if frame.empty or not len(frame.columns):
        raise UnreadableError(f"{name}: there is no row of data below the header.")
    if len(frame.columns) > MOST_COLUMNS:
        raise UnreadableError(
            f"{name}: {len(frame.columns):,} columns, where this page can show {MOST_COLUMNS:,}. "
            "Keep the columns that you need, or use: twofold analyze"
        )
    doubled = frame.columns[frame.columns.duplicated()]
    if len(doubled):
        raise UnreadableError(f"{name}: the column {doubled[0]!r} is there twice. Give each column a name of its own.")
    return Uploaded(name, sha256(content).hexdigest(), frame, texts)


def _csv(name: str, content: bytes) -> pd.DataFrame:
    import csv

    import pandas as pd

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise UnreadableError(
            f"{name}, line {line}: not UTF-8. Save it as 'CSV UTF-8' in your spreadsheet and upload it again."
        ) from None
    try:
        delimiter = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t").delimiter
    except csv.Error:
        delimiter = ","
    header = next(csv.reader(io.StringIO(text), delimiter=delimiter), [])
    if len(set(header)) < len(header):  # pandas would rename the second one in silence
        twice = next(h for h in header if header.count(h) > 1)
        raise UnreadableError(f"{name}: the column {twice!r} is there twice. Give each column a name of its own.")
    try:
        return pd.read_csv(io.StringIO(text), sep=delimiter, decimal="," if delimiter == ";" else ".")
    except (pd.errors.ParserError, pd.errors.EmptyDataError, ValueError) as error:
        raise UnreadableError(f"{name}: it cannot be read as CSV ({' '.join(str(error).split())}).") from None


def _spss(name: str, content: bytes) -> tuple[pd.DataFrame, dict[str, str]]:
    import pyreadstat

    with TemporaryDirectory() as folder:
        path = Path(folder) / "upload.sav"
        path.write_bytes(content)
        try:
            frame, about = pyreadstat.read_sav(path)
        except (pyreadstat.ReadstatError, UnicodeDecodeError, ValueError) as error:
            raise UnreadableError(f"{name}: it cannot be read as an SPSS file ({error}).") from None
    labels = about.column_names_to_labels
    return frame, {column: text for column, text in labels.items() if text}
