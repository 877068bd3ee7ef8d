"""Tables into files: one module a format, each a pure function of frozen tables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module

from reports.table import Table

FORMATS: dict[str, str] = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "html": "text/html",
    "tex": "application/x-tex",
    "md": "text/markdown",
}
"""What tables can be written as: the ending of the file and its media type."""


def render(tables: Table | Sequence[Table], ending: str) -> bytes:
    """One or several tables as the bytes of a file; the same tables always give the same bytes.

    ``ending`` is a key of ``FORMATS``. Raises KeyError for another. Text is UTF-8.
    """
    if ending not in FORMATS:
        raise KeyError(f"No writer for {ending!r}; there are: {', '.join(FORMATS)}.")
    write: Callable[[tuple[Table, ...]], bytes | str] = import_module(f"reports.write.{ending}").write
    given = (tables,) if isinstance(tables, Table) else tuple(tables)
    out = write(given)
    return out.encode("utf-8") if isinstance(out, str) else out
