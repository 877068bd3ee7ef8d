"""What can go wrong with an installation, looked at one by one, each with how to mend it."""

from __future__ import annotations

import contextlib
import errno
import os
import platform
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from sqlalchemy import Connection, func, select, text

from survey.doctor_mail import correspondence, mail_server, not_known
from survey.doctor_postgres import server
from survey.errors import SurveyError
from survey.finding import Finding, attempt
from survey.store import schema
from survey.store.engine import Database, read_url
from survey.store.keys import ENVIRONMENT, Keys, find_key, kept_fingerprint, key_path
from survey.store.migrate import HEAD, current, known_revisions
from survey.store.retention import overdue_studies, unfinished_erasures

LEAST_FREE_MB = 500
PATIENCE = 3.0
"""Seconds to wait for a locked database: who asks the doctor wants to know that it is."""

TRIAL_BYTES = 2**20
LARGEST_LEAD = 120.0
"""Seconds by which what is kept may lie in the future, before a clock is wrong."""

_PACKAGES = ("twofold", "streamlit", "sqlalchemy", "pandas", "statsmodels", "pingouin", "plotly")


def examine(url: str) -> list[Finding]:
    """Look at versions, the mail server, the database at ``url``, its key and its disc.

    Nothing is made, sent or raised, and no answer is changed.
    """
    findings = [*_versions(), *mail_server()]
    try:
        address = read_url(url)
    except SurveyError as error:
        return [*findings, Finding(False, str(error), "Give another --database, or set TWOFOLD_DATABASE.")]
    place = address.render_as_string(hide_password=True)
    in_memory = address.get_backend_name() == "sqlite" and address.database in (None, "", ":memory:")
    name = (address.database or "").removeprefix("file:")
    file = Path(name) if address.get_backend_name() == "sqlite" and not in_memory else None
    if file is not None:
        findings += _disc(file)
        if not file.exists():
            findings.append(
                Finding(not file.is_dir(), f"There is no database at {file} yet: it is made when it is first used.")
            )
            return findings
    try:
        database = Database(url, patience=PATIENCE)
    except SurveyError as error:
        return [*findings, Finding(False, str(error), "Mend this first, then run: twofold doctor")]
    try:
        findings += _database(database, place)
        if not in_memory:
            findings += _key(database)
    finally:
        database.close()
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
    yield from _trial_file(folder)


def _trial_file(folder: Path) -> Iterator[Finding]:
    """What rights and free space do not tell: quotas, discs that only read, errors."""
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(bytes(TRIAL_BYTES))
            trial.flush()
            os.fsync(trial.fileno())
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        yield Finding(
            False,
            f"The disc is full: 1 MB could not be written into {folder}."
            if full
            else f"Nothing can be written into {folder}: {error.strerror}.",
            "Free some space, or raise the quota: until then no page is accepted. What was acknowledged is not lost."
            if full
            else "Check the disc and its rights (is it mounted to read only?), or choose another --database.",
        )


def _database(database: Database, place: str) -> Iterator[Finding]:
    reached = attempt(lambda: database.read(lambda connection: connection.execute(text("SELECT 1")).scalar()))
    if isinstance(reached, Finding):
        yield reached
        return
    yield Finding(True, f"The database {place} can be reached.")
    if database.is_sqlite:
        yield from _sqlite(database)
    else:
        yield from server(database)
    at = attempt(lambda: database.read(current))
    if isinstance(at, Finding):
        yield at
    elif at == HEAD:
        yield Finding(True, f"The tables are those of this version (migration {HEAD}).")
        yield from _forgetting(database)
        yield from _clock(database)
        yield from correspondence(database)
        yield from not_known(database)
    elif at is None:
        yield Finding(True, "The database is empty: its tables are made when it is first used.")
    elif at in known_revisions():
        yield Finding(
            False,
            f"The tables are those of an older Twofold (migration {at}; this one's are {HEAD}).",
            "Make a backup (twofold backup), then start the app or run any other command: it brings them up to date.",
        )
    else:
        yield Finding(
            False,
            f"The database was made by a newer Twofold (migration {at}).",
            "Install the newer Twofold, or restore a backup from before into an empty database.",
        )
    written = attempt(lambda: _try_writing(database))
    yield written if isinstance(written, Finding) else Finding(True, "A trial transaction was written and taken back.")


def _clock(database: Database) -> Iterator[Finding]:
    """Whether the last thing that was written lies in the future."""
    last = attempt(
        lambda: database.read(lambda connection: connection.execute(select(func.max(schema.audit.c.at))).scalar_one())
    )
    if isinstance(last, Finding):
        yield last
        return
    lead = 0.0 if last is None else (last - schema.now()).total_seconds()
    if lead > LARGEST_LEAD:
        yield Finding(
            False,
            f"The clock is wrong: it is {schema.now():%d %B %Y %H:%M} UTC here, and something was kept at"
            f" {last:%d %B %Y %H:%M} UTC.",
            "Set the clock by a time server (timedatectl set-ntp true): answers bear its time.",
        )


def _forgetting(database: Database) -> Iterator[Finding]:
    """What was erased and is not yet out of the files, and what should have been erased by now."""
    left = attempt(lambda: database.read(unfinished_erasures))
    if isinstance(left, Finding):
        yield left
    elif left:
        yield Finding(
            False,
            f"{left} erasure(s) are not finished: what was deleted may still be in the bytes of the database's files.",
            "Close other programs that have the database open, then run: twofold erase --finish",
        )
    late = attempt(lambda: database.read(lambda connection: overdue_studies(connection, datetime.now(UTC).date())))
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

    checked = attempt(lambda: pragma("integrity_check"))
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


class _TakenBackError(Exception):
    """The trial succeeded; raised so that nothing of it stays."""


def _try_writing(database: Database) -> None:
    """Write as much as would need new room, with every right that a page needs, and take it back."""

    def work(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE twofold_doctor (words TEXT)"))
        connection.execute(text("INSERT INTO twofold_doctor VALUES (:words)"), {"words": "x" * TRIAL_BYTES})
        raise _TakenBackError

    with contextlib.suppress(_TakenBackError):
        database.write(work)


def _key(database: Database) -> Iterator[Finding]:
    at = attempt(lambda: database.read(current))
    if isinstance(at, Finding):
        return
    key = attempt(lambda: find_key(database.url))
    path = key_path(database.url)
    if isinstance(key, Finding):
        yield key
        return
    known = attempt(lambda: database.read(kept_fingerprint)) if at is not None else None
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
