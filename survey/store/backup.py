"""Copying a database that is in use into one file: of one moment, and read back before it counts."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from importlib import metadata
from pathlib import Path

from sqlalchemy import Connection

from survey.errors import StoreError
from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.keys import kept_fingerprint
from survey.store.migrate import HEAD, current, known_revisions
from survey.store.portable import MANIFEST, Manifest, TableCopy, Tally, check, entry, lines_in, tables_at

PATTERN = "twofold-*.zip"
"""What backups in a folder are called; the time in the name sorts them."""


def back_up(database: Database, path: Path, tell: Callable[[float, str], None] = lambda share, words: None) -> Manifest:
    """Write everything that is in a database into a new file at ``path``, and read it back.

    Others may read and write meanwhile: what is copied is one moment. tell: gets the share done and words.
    The file is there only if it is whole, and only its owner can read it. Raises StoreError, OSError.
    """
    if path.exists():
        raise StoreError(f"{path}: the file is there already. Give another name, or a folder.")
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.part")
    try:
        written = database.read(lambda connection: _copy(connection, database, draft, tell))
        tell(0.6, "Reading it back")
        if check(draft) != written:
            raise StoreError(f"{path}: what was read back is not what was written. Check the disc.")
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    if written.migration == HEAD:
        _note(database, path, written)
    return written


def _note(database: Database, path: Path, written: Manifest) -> None:
    try:
        database.write(lambda connection: audit.note(connection, "back up", path.name, rows=written.rows))
    except StoreError:
        return  # a database that may only be read can still be copied


def _copy(connection: Connection, database: Database, path: Path, tell: Callable[[float, str], None]) -> Manifest:
    migration = current(connection)
    if migration is None:
        raise StoreError("there is no Twofold database yet: nothing to back up. Check --database.")
    if migration not in known_revisions():
        raise StoreError(f"the database was made by a newer Twofold (migration {migration}). Back it up with that one.")
    tables = tables_at(migration)
    with open(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            done: list[TableCopy] = []
            for number, copy in enumerate(tables):
                tell(0.6 * number / len(tables), f"Copying {copy.name}")
                tally = Tally()
                with archive.open(entry(copy.name), "w", force_zip64=True) as target:
                    for line in lines_in(connection, copy):
                        tally.add(line)
                        target.write(line + b"\n")
                done.append(replace(copy, rows=tally.rows, hash=tally.hash))
            written = Manifest(
                made_at=schema.now().isoformat(timespec="seconds"),
                program=metadata.version("twofold"),
                migration=migration,
                database="sqlite" if database.is_sqlite else "postgresql",
                key=kept_fingerprint(connection),
                tables=tuple(done),
            )
            archive.writestr(MANIFEST, written.text())
        file.flush()
        os.fsync(file.fileno())
    return written


def name_in(folder: Path) -> Path:
    """The name of a new backup in a folder."""
    return folder / f"twofold-{schema.now():%Y%m%d-%H%M%S}.zip"


def thin_out(folder: Path, keep: int) -> list[Path]:
    """Delete all but the newest ``keep`` backups of a folder; those deleted."""
    older = sorted(folder.glob(PATTERN))[:-keep]
    for path in older:
        path.unlink()
    return older
