"""What can go wrong with an installation, looked at one by one, each with how to mend it."""

from __future__ import annotations

import os
import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from survey.errors import SurveyError
from survey.store.engine import Database, read_url
from survey.store.keys import ENVIRONMENT, Keys, find_key, kept_fingerprint, key_path
from survey.store.migrate import HEAD, current, known_revisions
from survey.store.retention import overdue_studies, unfinished_erasures

T = TypeVar("T")

LEAST_FREE_MB = 500
_PACKAGES = ("twofold", "streamlit", "sqlalchemy", "pandas", "statsmodels", "pingouin", "plotly")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: whether it is well, what was found, and what to do where it is not."""

    ok: bool
    what: str
    remedy: str = ""


def examine(url: str) -> list[Finding]:
    """Look at versions, the database at ``url``, its key and its disc; nothing is made or raised, no answer changed."""
    findings = list(_versions())
    try:
        address = read_url(url)
    except SurveyError as error:
        return [*findings, Finding(False, str(error), "Give another --database, or set TWOFOLD_DATABASE.")]
    place = address.render_as_string(hide_password=True)
    in_memory = address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:")
    file = Path(address.database or "") if address.get_backend_name() == "sqlite" and not in_memory else None
    if file is not None:
        findings += _disc(file)
        if not file.exists():
            findings.append(
                Finding(not file.is_dir(), f"There is no database at {file} yet: it is made when it is first used.")
            )
            return findings
    try:
        database = Database(url)
    except SurveyError as error:
        return [*findings, Finding(False, str(error), "Mend this first, then run: twofold doctor")]
    try:
        findings += _database(database, place)
    finally:
        database.close()
    if not in_memory:
        findings += _key(database)
    return findings


def _versions() -> Iterator[Finding]:
    version = platform.python_version()
    ok = sys.version_info >= (3, 11)
    yield Finding(ok, f"Python {version} on {platform.system()}.", "" if ok else "Install Python 3.11 or newer.")
    found: list[str] = []
    absent: list[str] = []
    for package in _PACKAGES:
        try:
            found.append(f"{package} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            absent.append(package)
    yield Finding(not absent, f"Packages: {', '.join(found)}.")
    for package in absent:
        yield Finding(False, f"The package {package} is not installed.", "Run: make install")


def _disc(file: Path) -> Iterator[Finding]:
    folder = file.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    writable = os.access(folder, os.W_OK | os.X_OK) and (not file.exists() or os.access(file, os.W_OK))
    yield Finding(
        writable,
        f"The database and its folder {folder} may be written to." if writable else f"{file} may not be written to.",
        ""
        if writable
        else f"Give this user the right to write to {file} and to {folder}, or choose another --database.",
    )
    free = shutil.disk_usage(folder).free // 2**20
    enough = free >= LEAST_FREE_MB
    remedy = "" if enough else f"Free at least {LEAST_FREE_MB} MB: a page that cannot be written is not accepted."
    yield Finding(enough, f"{free:,} MB are free on the disc of {folder}.", remedy)


def _database(database: Database, place: str) -> Iterator[Finding]:
    reached = _try(lambda: database.read(lambda connection: connection.execute(text("SELECT 1")).scalar()))
    if isinstance(reached, Finding):
        yield reached
        return
    yield Finding(True, f"The database {place} can be reached.")
    if database.is_sqlite:
        yield from _sqlite(database)
    at = _try(lambda: database.read(current))
    if isinstance(at, Finding):
        yield at
    elif at == HEAD:
        yield Finding(True, f"The tables are those of this version (migration {HEAD}).")
        yield from _forgetting(database)
    elif at is None:
        yield Finding(True, "The database is empty: its tables are made when it is first used.")
    elif at in known_revisions():
        yield Finding(True, f"The tables are those of migration {at}; they are brought to {HEAD} when the app starts.")
    else:
        yield Finding(
            False, f"The database was made by a newer Twofold (migration {at}).", "Install the newer Twofold."
        )
    written = _try(lambda: database.write(_try_writing))
    yield written if isinstance(written, Finding) else Finding(True, "A trial transaction was written and taken back.")


def _forgetting(database: Database) -> Iterator[Finding]:
    """What was erased and is not yet out of the files, and what should have been erased by now."""
    left = _try(lambda: database.read(unfinished_erasures))
    if isinstance(left, Finding):
        yield left
    elif left:
        yield Finding(
            False,
            f"{left} erasure(s) are not finished: what was deleted may still be in the bytes of the database's files.",
            "Close other programs that have the database open, then run: twofold erase --finish",
        )
    late = _try(lambda: database.read(lambda connection: overdue_studies(connection, datetime.now(UTC).date())))
    if isinstance(late, Finding):
        yield late
        return
    for slug in late:
        yield Finding(
            False,
            f"The data of the study {slug} were to be erased by now.",
            f"Close the study, then run: twofold erase {slug} --all (or give it another day).",
        )


def _sqlite(database: Database) -> Iterator[Finding]:
    def pragma(name: str) -> object:
        return database.read(lambda connection: connection.exec_driver_sql(f"PRAGMA {name}").scalar())

    checked = _try(lambda: pragma("integrity_check"))
    if isinstance(checked, Finding):
        yield checked
        return
    whole = checked == "ok"
    yield Finding(
        whole,
        "The file is whole (integrity_check)." if whole else f"The file is damaged: {checked}.",
        "" if whole else "Stop the app, keep a copy of the file, and restore a backup.",
    )
    mode = pragma("journal_mode")
    yield Finding(
        mode in ("wal", "memory"),
        f"The journal is {str(mode).upper()}.",
        "" if mode in ("wal", "memory") else "Move the database to a local disc: network discs do not allow WAL.",
    )


def _try_writing(connection: Connection) -> None:
    # A savepoint that is rolled back writes nothing that stays, yet needs every right that a page needs.
    savepoint = connection.begin_nested()
    try:
        connection.execute(text("CREATE TABLE twofold_doctor (n INTEGER)"))
    finally:
        savepoint.rollback()


def _key(database: Database) -> Iterator[Finding]:
    at = _try(lambda: database.read(current))
    if isinstance(at, Finding):
        return
    key = _try(lambda: find_key(database.url))
    path = key_path(database.url)
    if isinstance(key, Finding):
        yield key
        return
    known = _try(lambda: database.read(kept_fingerprint)) if at is not None else None
    if key is not None and known is not None and known != Keys(key).fingerprint():
        place = ENVIRONMENT if os.environ.get(ENVIRONMENT) else str(path)
        yield Finding(
            False, f"The key in {place} is not the one of this database.", "Restore the one it was made with."
        )
        return
    if os.environ.get(ENVIRONMENT):
        yield Finding(True, f"The key is in the environment ({ENVIRONMENT}).")
        return
    if key is None or path is None:
        new = at is None
        yield Finding(
            new,
            "There is no key yet: it is made when the database is first used."
            if new
            else f"The key {path} is missing.",
            "" if new else f"Restore it from your backup, or set {ENVIRONMENT}: without it no link can be made again.",
        )
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    private = os.name != "posix" or mode & 0o077 == 0
    yield Finding(
        private,
        f"The key {path} is there"
        + (" and only its owner can read it." if private else f", but others may read it ({mode:o})."),
        "" if private else f"Run: chmod 600 {path}",
    )


def _try(work: Callable[[], T]) -> T | Finding:
    try:
        return work()
    except SurveyError as error:
        return Finding(False, str(error), "Mend this, then run twofold doctor again.")
    except (SQLAlchemyError, OSError) as error:
        first = (str(error).splitlines() or [type(error).__name__])[0]
        return Finding(
            False, f"The database gave an error: {first}", "Check that the file or server is what you meant."
        )
