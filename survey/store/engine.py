"""The connection to the database: what is set on each, and how work is retried."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import StaticPool

from survey.errors import StoreError
from survey.store.trouble import in_words, is_busy, is_lost, without_values

T = TypeVar("T")
Begin = Callable[[], AbstractContextManager[Connection]]

BUSY_TIMEOUT_MS = 5_000
PATIENCE_SECONDS = 20.0
"""How long work is tried again while the database is locked by others."""

IDLE_SECONDS = 300
"""How long a transaction at PostgreSQL may do nothing before the server ends it."""

CONNECTIONS = 20
"""How many connections a process may have at PostgreSQL, whose default is 100 in all."""

ALONE = 7_304_207_118
"""The advisory lock of PostgreSQL that writers take: pages share it, everything else has it alone."""


class Database:
    """An engine whose writing transactions are short, and repeated where others stand in the way.

    On both databases a reader sees one moment, and a writer has all tables to itself, so that whatever it looked at is
    still so when it writes. SQLite knows nothing else; on PostgreSQL pages of respondents go side by side
    (``alone=False``), since unique keys and locked rows keep them apart.
    """

    def __init__(self, url: str, patience: float | None = None) -> None:
        """patience: seconds for which work is tried again while others stand in the way; by default 20."""
        self.url = read_url(url)
        self.engine = _engine(self.url, patience)
        self._patience = patience
        self._reader, self._writer = self.engine, self.engine.execution_options(twofold_write=True)
        if not self.is_sqlite:
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._reached = False
        # SQLite has the writers of a process sleep, longer each time they look, so that under load some starve. Here
        # they wait for each other: not in order, since to hand the turn on takes longer than to write.
        self._turn = threading.RLock()

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    def read(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in one reading transaction; it may run again. Raises StoreError."""
        return self._run(self._reader.begin, work, again=True)

    def write(self, work: Callable[[Connection], T], *, alone: bool = True, again: bool = False) -> T:
        """Run ``work`` in one writing transaction, committed on return; it may run again. Raises StoreError.

        alone: nothing else is written meanwhile. again: ``work`` knows its own result when it finds it there, so that
        it may also be repeated when the connection broke during the commit and nobody knows how that ended.
        IntegrityError is passed on: to insert and to look at what stood in the way is how duplicates are told apart.
        """

        def locked(connection: Connection) -> T:
            if not self.is_sqlite:
                kind = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
                connection.exec_driver_sql(f"SELECT {kind}({ALONE})")
            return work(connection)

        return self._in_turn(self._writer.begin, locked, again)

    def rebuild(self, work: Callable[[Connection], T]) -> T:
        """As ``write``, for work that puts a new table in an old one's place: a migration.

        SQLite would delete what refers to the old table, or refuse; so its foreign keys are held off from before the
        transaction until after it, and all of them are checked before it commits. Raises StoreError.
        """
        return self._in_turn(self._rebuilding, work, again=False) if self.is_sqlite else self.write(work)

    @contextmanager
    def _rebuilding(self) -> Iterator[Connection]:
        with self._writer.connect() as connection:
            driver: Any = connection.connection.driver_connection
            driver.execute("PRAGMA foreign_keys=OFF")  # within a transaction it would do nothing
            try:
                with connection.begin():
                    yield connection
                    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
                    if broken:
                        raise StoreError(
                            f"the database has {len(broken)} row(s) that refer to nothing, the first in table"
                            f" {broken[0][0]!r}. Nothing was changed. Run: twofold doctor"
                        )
            finally:
                driver.execute("PRAGMA foreign_keys=ON")

    def _in_turn(self, begin: Begin, work: Callable[[Connection], T], again: bool) -> T:
        """Writing work; on SQLite one after the other, and nobody waits for longer than their patience in all."""
        patience = PATIENCE_SECONDS if self._patience is None else self._patience
        deadline = time.monotonic() + patience
        if not self.is_sqlite:
            return self._run(begin, work, again, deadline)
        if not self._turn.acquire(timeout=patience):
            raise StoreError(f"{self._place}: too much is being saved at once. Try again in a moment.")
        try:
            return self._run(begin, work, again, deadline)
        finally:
            self._turn.release()

    def _run(self, begin: Begin, work: Callable[[Connection], T], again: bool, deadline: float | None = None) -> T:
        if deadline is None:
            deadline = time.monotonic() + (PATIENCE_SECONDS if self._patience is None else self._patience)
        pause = 0.02
        while True:
            done = False
            try:
                with begin() as connection:
                    self._reached = True
                    result = work(connection)
                    done = True
                return result
            except IntegrityError as error:
                raise without_values(error) from None
            except DBAPIError as error:
                lost = is_lost(error)
                if lost and done and not again:
                    raise StoreError(
                        f"{self._place}: the connection broke while this was being saved. Look whether it was, before"
                        " you try again."
                    ) from without_values(error)
                # A server that was never reached is not waited for: its address may be wrong.
                if not (is_busy(error) or (lost and self._reached)) or time.monotonic() > deadline:
                    raise StoreError(in_words(error, self.url)) from without_values(error)
            except PoolTimeoutError:
                raise StoreError(f"{self._place}: too much is being done at once. Try again in a moment.") from None
            time.sleep(pause * random.uniform(0.5, 1.5))
            pause = min(pause * 2, 0.5)

    @property
    def _place(self) -> str:
        return self.url.render_as_string(hide_password=True)

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


def _engine(url: URL, patience: float | None) -> Engine:
    # Errors travel into logs with what the statement held: answers, and hashes of tokens.
    options: dict[str, Any] = {"hide_parameters": True}
    if url.get_backend_name() == "sqlite":
        if url.database in (None, "", ":memory:"):
            options |= {"poolclass": StaticPool, "connect_args": {"check_same_thread": False}}
    else:
        options |= {"pool_pre_ping": True, "pool_size": CONNECTIONS // 2, "max_overflow": CONNECTIONS // 2}
        options |= {"pool_timeout": PATIENCE_SECONDS, "connect_args": _postgresql_settings(patience)}
    try:
        engine = create_engine(url, **options)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise StoreError(
            f'the driver for this database is not installed ({error}). Run: pip install "psycopg[binary]"'
        ) from None
    if url.get_backend_name() == "sqlite":
        event.listen(engine, "connect", partial(_set_pragmas, patience=patience))
        event.listen(engine, "begin", _begin)
    else:
        event.listen(engine, "connect", _hold_every_text)
    return engine


def _postgresql_settings(patience: float | None) -> dict[str, Any]:
    """Nobody waits for a lock for ever, and who went away in the middle of a transaction does not keep it."""
    waits = BUSY_TIMEOUT_MS if patience is None else int(1000 * patience)
    settings = f"-c lock_timeout={waits} -c idle_in_transaction_session_timeout={1000 * IDLE_SECONDS}"
    about = {"application_name": "twofold", "client_encoding": "utf8"}
    return {"connect_timeout": 10, "options": settings, **about}


def _hold_every_text(connection: Any, _record: object) -> None:
    """PostgreSQL refuses the character NUL, which no honest text holds: it becomes the sign of an unknown one."""
    from psycopg.types.string import StrDumperUnknown

    class WithoutNul(StrDumperUnknown):
        def dump(self, obj: str) -> Any:
            return super().dump(obj.replace("\0", "\ufffd"))

    connection.adapters.register_dumper(str, WithoutNul)


def _set_pragmas(connection: Any, _record: object, patience: float | None) -> None:
    # The driver's own transactions would begin too late and leave DDL outside; see _begin.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS if patience is None else int(1000 * patience)}")
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    # A writer takes its lock at once: one that begins as a reader may be refused midway, and waiting does not help.
    writes = connection.get_execution_options().get("twofold_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
