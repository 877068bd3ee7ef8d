"""The file that a backup is: a ZIP with a manifest and, a table each, its rows as lines of JSON.

It is the same from SQLite and from PostgreSQL, so that either can be restored into the other, and it holds rows alone:
nothing of what was deleted, and not the key. A table's hash is the sum of the SHA-256 of its lines, whatever their
order: two databases sort texts differently.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    String,
    TableClause,
    Text,
    Uuid,
    column,
    select,
    table,
)
from sqlalchemy.types import CHAR, TypeEngine

from survey.errors import StoreError
from survey.store import schema
from survey.store.schema import Instant

FORMAT: Final = "twofold-backup/1"
MANIFEST: Final = "manifest.json"
LEFT_OUT: Final = {
    "login": "who is signed in: whoever signed out since would be in again",
    "login_failure": "how often somebody failed to sign in lately",
}
"""Tables that no backup holds, and why."""

TYPES: Final[dict[str, TypeEngine[Any]]] = {
    "uuid": Uuid(),
    "instant": Instant(),
    "day": Date(),
    "text": Text(),
    "integer": BigInteger(),
    "number": Float(53),
    "truth": Boolean(),
    "bytes": LargeBinary(),
}
_BATCH = 500


@dataclass
class Tally:
    """How many rows there are, and the sum of their hashes."""

    rows: int = 0
    total: int = 0

    def add(self, line: bytes) -> None:
        self.rows += 1
        self.total += int.from_bytes(hashlib.sha256(line).digest(), "big")

    @property
    def hash(self) -> str:
        return f"{self.total % 2**256:064x}"


@dataclass(frozen=True)
class TableCopy:
    """One table in a backup: its columns with their kinds (``TYPES``), its rows and their hash."""

    name: str
    columns: tuple[tuple[str, str], ...]
    rows: int = 0
    hash: str = ""

    @property
    def clause(self) -> TableClause:
        """The table for statements, as it was when the backup was made, whatever it has become since."""
        return table(self.name, *(column(name, TYPES[kind]) for name, kind in self.columns))

    def matches(self, tally: Tally) -> bool:
        return (self.rows, self.hash) == (tally.rows, tally.hash)


@dataclass(frozen=True)
class Manifest:
    """What a backup says of itself; ``migration``: the version of its tables; ``key``: the fingerprint of its key."""

    made_at: str
    program: str
    migration: str
    database: str
    key: str | None
    tables: tuple[TableCopy, ...] = field(default=())

    @property
    def rows(self) -> int:
        return sum(copy.rows for copy in self.tables)

    def text(self) -> str:
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)


def kind_of(of: TypeEngine[Any]) -> str:
    """The kind of a column's type, in our tables and in those that are read back from SQLite."""
    for kinds, kind in (
        ((Uuid, CHAR), "uuid"),
        ((Instant, DateTime), "instant"),
        ((Date,), "day"),
        ((Boolean,), "truth"),
        ((Integer,), "integer"),
        ((Float, Numeric), "number"),
        ((LargeBinary,), "bytes"),
        ((String,), "text"),
    ):
        if isinstance(of, kinds):
            return kind
    raise StoreError(f"columns of the type {of!r} cannot be backed up: add it to survey/store/portable.py.")


def tables_at(migration: str) -> tuple[TableCopy, ...]:
    """The tables of a version, those that others refer to first."""
    from survey.store.migrate import HEAD

    metadata = schema.metadata if migration == HEAD else _older(migration)
    return tuple(
        TableCopy(one.name, tuple((str(c.name), kind_of(c.type)) for c in one.columns))
        for one in metadata.sorted_tables
        if one.name not in LEFT_OUT
    )


def _older(migration: str) -> MetaData:
    """The tables of an earlier version, learned from an empty database that is brought as far as that."""
    from survey.store.engine import Database
    from survey.store.migrate import VERSION_TABLE, bring_to

    database, found = Database("sqlite://"), MetaData()
    database.write(lambda connection: bring_to(connection, migration))
    database.read(lambda connection: found.reflect(connection, only=lambda name, _: name != VERSION_TABLE))
    database.close()
    return found


def lines_in(connection: Connection, copy: TableCopy) -> Iterator[bytes]:
    """A table's rows in a database, one line each; few are in memory at a time.

    In the order of their keys: that in which they came could lead from one table to another where no key does.
    """
    kinds = [kind for _, kind in copy.columns]
    first = copy.columns[0][0]
    rows = connection.execution_options(yield_per=_BATCH).execute(select(copy.clause).order_by(first))
    for row in rows:
        yield encode(row, kinds)


def encode(row: Iterable[Any], kinds: Iterable[str]) -> bytes:
    """One row as a line, the same for equal rows of any database."""
    cells = [_out(value, kind) for value, kind in zip(row, kinds, strict=True)]
    return json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def decode(line: bytes, copy: TableCopy) -> dict[str, Any]:
    """The row of a line. Raises ValueError."""
    cells = json.loads(line)
    return {name: _in(value, kind) for (name, kind), value in zip(copy.columns, cells, strict=True)}


def _out(value: Any, kind: str) -> Any:
    if value is None or kind in ("text", "truth"):
        return value
    if kind == "uuid":
        return value.hex
    if kind == "instant":
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if kind == "day":
        return value.isoformat()
    if kind == "bytes":
        return base64.b64encode(value).decode("ascii")
    return int(value) if kind == "integer" else float(value)


def _in(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "uuid":
        return UUID(value)
    if kind == "instant":
        return datetime.fromisoformat(value)
    if kind == "day":
        return date.fromisoformat(value)
    return base64.b64decode(value) if kind == "bytes" else value


def entry(name: str) -> str:
    """Where a table lies in the file."""
    return f"tables/{name}.jsonl"


def lines_of_copy(archive: zipfile.ZipFile, copy: TableCopy) -> Iterator[bytes]:
    """A table's lines in the file."""
    with archive.open(entry(copy.name)) as file:
        for line in file:
            yield line.rstrip(b"\n")


def read_manifest(archive: zipfile.ZipFile, path: Path) -> Manifest:
    """What the backup says of itself. Raises StoreError where it is none, or newer than this program."""
    try:
        told = json.loads(archive.read(MANIFEST))
        form = told.pop("format")
    except (KeyError, ValueError):
        raise StoreError(f"{path}: this is no backup of Twofold. Give a file that 'twofold backup' made.") from None
    if form != FORMAT:
        raise StoreError(
            f"{path}: the backup has the format {form!r}, and this Twofold reads {FORMAT!r}. Install the newer Twofold."
        )
    try:
        tables = tuple(
            TableCopy(one["name"], tuple((name, kind) for name, kind in one["columns"]), one["rows"], one["hash"])
            for one in told.pop("tables")
        )
        return Manifest(**told, tables=tables)
    except (KeyError, TypeError, ValueError):
        raise StoreError(f"{path}: the backup's manifest is damaged. Take another backup.") from None


def check(path: Path) -> Manifest:
    """Read a backup from its first to its last byte, and hold what is in it to its manifest. Raises StoreError."""
    try:
        with zipfile.ZipFile(path) as archive:
            manifest = read_manifest(archive, path)
            for copy in manifest.tables:
                tally, kinds = Tally(), [kind for _, kind in copy.columns]
                for line in lines_of_copy(archive, copy):
                    # Decoded and encoded again: what cannot be read as rows is found now, not when it is needed.
                    tally.add(encode(decode(line, copy).values(), kinds))
                if not copy.matches(tally):
                    raise StoreError(
                        f"{path}: the backup is damaged: {tally.rows:,} rows of {copy.name} are not the"
                        f" {copy.rows:,} that were written. Take another backup."
                    )
            return manifest
    except FileNotFoundError:
        raise StoreError(f"{path}: no such file.") from None
    except StoreError:
        raise
    except Exception as error:  # what reads a ZIP has errors of many kinds for a byte that is wrong
        told = str(error) or type(error).__name__
        raise StoreError(f"{path}: the backup is damaged or no backup at all ({told}). Take another one.") from None
