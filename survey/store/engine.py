"""The connection to the database: what is set on each, and how work is retried and failures are put into words."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from survey.errors import StoreError

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
PATIENCE_SECONDS = 20.0
"""How long work is tried again while the database is locked by others."""

_BUSY = ("database is locked", "database is busy", "database table is locked", "database schema is locked")
_BUSY_STATES = {"40001", "40P01", "55P03"}  # serialisation failure, deadlock, lock not available (PostgreSQL)
_WORDS = (
    ("disk is full", "the disc is full. Free some space; nothing that was acknowledged is lost."),
    ("readonly", "the database may not be written to. Check the rights of the file and of its folder."),
    ("unable to open", "the database file cannot be opened. Check that its folder exists and may be written to."),
    ("disk i/o error", "the disc gave an error. Check it, and restore from a backup if the database is damaged."),
    ("malformed", "the database file is damaged. Restore it from a backup."),
    ("not a database", "the file is not a database. Give the path of a Twofold database, or of a new file."),
)


class Database:
    """An engine whose writing transactions are short, immediate and retried."""

    def __init__(self, url: str) -> None:
        self.url = read_url(url)
        self.engine = _engine(self.url)
        self._writer = self.engine.execution_options(twofold_write=True)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one reading transaction; it may run again. Raises StoreError."""
        return self._run(self.engine, work)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one writing transaction, committed on return; it may run again. Raises StoreError.

        IntegrityError is passed on: to insert and to look at what stood in the way is how duplicates are told apart.
        """
        return self._run(self._writer, work)

    def _run(self, engine: Engine, work: Callable[[Connection], T]) -> T:
        deadline = time.monotonic() + PATIENCE_SECONDS
        pause = 0.02
        while True:
            try:
                with engine.begin() as connection:
                    return work(connection)
            except IntegrityError:
                raise
            except DBAPIError as error:
                if not is_busy(error) or time.monotonic() > deadline:
                    raise StoreError(in_words(error, self.url)) from error
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 0.5)

    def close(self) -> None:
        self.engine.dispose()


def read_url(url: str) -> URL:
    """The URL of a database, with the driver that this project uses. Raises StoreError."""
    try:
        made = make_url(url)
    except (ArgumentError, ValueError):
        # A URL that cannot be read may still hold a password.
        told = repr(url) if "@" not in url else "what was given"
        raise StoreError(
            f"{told} is not the URL of a database. Give sqlite:///PATH or postgresql://USER:PASSWORD@HOST/NAME."
        ) from None
    if made.get_backend_name() == "postgresql" or made.drivername == "postgres":
        made = made.set(drivername="postgresql+psycopg")
    elif made.get_backend_name() != "sqlite":
        raise StoreError(f"databases of the kind {made.drivername!r} are not known. Use sqlite or postgresql.")
    return made


def _engine(url: URL) -> Engine:
    # Errors travel into logs with what the statement held: answers, and hashes of tokens.
    options: dict[str, Any] = {"hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        if url.database in (None, "", ":memory:"):
            options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        options |= {"pool_pre_ping": True}
    try:
        engine = create_engine(url, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(f"the driver for this database is not installed ({error}). Run: pip install psycopg") from None
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    # The driver's own transactions would begin too late and leave DDL outside; see _begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that begins as a reader may be refused midway, and waiting does not help.
    writes = connection.get_execution_options().get("twofold_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def is_busy(error: DBAPIError) -> bool:
    """Whether others hold what the work needs, so that it may be tried again."""
    text = str(error.orig).lower()
    return any(words in text for words in _BUSY) or getattr(error.orig, "sqlstate", None) in _BUSY_STATES


def in_words(error: DBAPIError, url: URL) -> str:
    """What a failure of the database means for a person; never with the password of the URL."""
    text = str(error.orig).lower()
    place = url.render_as_string(hide_password=True)
    if is_busy(error):
        return f"{place}: the database stayed locked by another program. Close it, or try again."
    for sign, words in _WORDS:
        if sign in text:
            return f"{place}: {words}"
    first = str(error.orig).strip().splitlines() or [type(error).__name__]
    return f"{place}: the database cannot be used ({first[0]}). Run: twofold doctor"
