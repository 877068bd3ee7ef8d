"""Bringing a backup into an empty database of either kind, with proof that everything arrived."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, insert, text

from survey.errors import StoreError
from survey.store import audit
from survey.store.engine import Database
from survey.store.keys import Keys, find_key, key_path
from survey.store.migrate import HEAD, bring_to, current, known_revisions, upgrade
from survey.store.portable import Manifest, TableCopy, Tally, check, decode, lines_in, lines_of_copy

_BATCH = 500


@dataclass(frozen=True)
class Restored:
    """What arrived, table by table as it was proved; ``key``: 'right', 'wrong', or 'missing' for this database."""

    manifest: Manifest
    key: str


def restore(path: Path, database: Database, tell: Callable[[float, str], None] = lambda share, words: None) -> Restored:
    """Bring a backup into an empty database, and hold each table's rows there to the backup's manifest.

    The file is read wholly before anything is written, and everything is written in one transaction. An older version's
    tables are then brought up to date. Raises StoreError where the file is damaged or newer, or the database not empty.
    """
    tell(0.0, "Checking the file")
    manifest = check(path)
    if manifest.migration not in known_revisions():
        raise StoreError(
            f"{path}: the backup was made by a newer Twofold (its tables are {manifest.migration!r}, the newest known"
            f" here {HEAD!r}). Install the newer Twofold."
        )
    fresh = _is_new_file(database)
    begun = False

    def work(connection: Connection) -> None:
        nonlocal begun
        _must_be_empty(connection)
        begun = True
        _fill(connection, path, manifest, tell)

    try:
        database.write(work)
    except StoreError:
        database.close()
        if fresh and begun:  # else it is another's: an app that runs has made it in the meantime
            _remove(database)
        raise
    tell(0.98, "Bringing the tables up to date")
    upgrade(database)
    database.write(lambda connection: audit.note(connection, "restore", path.name, rows=manifest.rows))
    return Restored(manifest, _key(database, manifest))


def _is_new_file(database: Database) -> bool:
    file = database.url.database
    return database.is_sqlite and file not in (None, "", ":memory:") and not Path(str(file)).exists()


def _remove(database: Database) -> None:
    for ending in ("", "-wal", "-shm"):
        Path(f"{database.url.database}{ending}").unlink(missing_ok=True)


def _must_be_empty(connection: Connection) -> None:
    if current(connection) is not None:
        raise StoreError(
            "the database holds a Twofold already, and nothing of it was touched. Restore into an empty one: another"
            " --database."
        )


def _fill(connection: Connection, path: Path, manifest: Manifest, tell: Callable[[float, str], None]) -> None:
    bring_to(connection, manifest.migration)
    for copy in reversed(manifest.tables):
        connection.execute(delete(copy.clause))  # what a migration puts there itself is in the backup as well
    done = 0
    with zipfile.ZipFile(path) as archive:
        for copy in manifest.tables:
            tell(0.2 + 0.5 * done / max(manifest.rows, 1), f"Writing {copy.name}")
            for rows in _batches(decode(line, copy) for line in lines_of_copy(archive, copy)):
                connection.execute(insert(copy.clause), rows)
            done += copy.rows
            if connection.dialect.name == "postgresql":
                _count_on(connection, copy)
    done = 0
    for copy in manifest.tables:
        tell(0.7 + 0.28 * done / max(manifest.rows, 1), f"Proving {copy.name}")
        tally = Tally()
        for line in lines_in(connection, copy):
            tally.add(line)
        if not copy.matches(tally):
            raise StoreError(f"the table {copy.name} did not arrive as it was: nothing was kept. Run: twofold doctor")
        done += copy.rows


def _batches(rows: Iterator[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _count_on(connection: Connection, copy: TableCopy) -> None:
    """PostgreSQL counts numbers of rows apart from the rows: the next one must come after those that were brought."""
    if ("id", "integer") in copy.columns:
        connection.execute(
            text(
                f"SELECT setval(s, greatest((SELECT max(id) FROM {copy.name}), 1),"
                f" EXISTS (SELECT 1 FROM {copy.name})) FROM pg_get_serial_sequence('{copy.name}', 'id') AS s"
                " WHERE s IS NOT NULL"
            )
        )


def _key(database: Database, manifest: Manifest) -> str:
    if key_path(database.url) is None:
        return "right"
    key = find_key(database.url)
    if key is None:
        return "missing"
    return "right" if Keys(key).fingerprint() == manifest.key else "wrong"
