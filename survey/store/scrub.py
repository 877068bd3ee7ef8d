"""Taking deleted rows out of the bytes of a database: on SQLite its file and its journal, on PostgreSQL its tables.

A deleted row may live on in the write-ahead log, in pages whose rows were moved and, on PostgreSQL, in the table until
that is rewritten. Nothing of this can be done while another program reads the database as it was before.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from survey.errors import StoreError
from survey.store.engine import BUSY_TIMEOUT_MS, Database
from survey.store.trouble import in_words, is_busy

_PAUSE = 0.25
_PATIENCE_MS = 200
"""How long one attempt may stand in the way of pages that are being saved."""


def scrub(database: Database, tables: Sequence[str], wait: float) -> bool:
    """Rewrite what held deleted rows; whether it was done within ``wait`` seconds (at least one attempt is made).

    tables: those that rows were deleted from. Raises StoreError where the database fails.
    """
    until = time.monotonic() + wait
    began = None if database.is_sqlite else _now(database)
    while True:
        try:
            done = _sqlite(database) if began is None else _postgresql(database, tables, began)
        except DBAPIError as error:
            if not is_busy(error):
                raise StoreError(in_words(error, database.url)) from error
            done = False
        if done or time.monotonic() >= until:
            return done
        time.sleep(_PAUSE)


def _sqlite(database: Database) -> bool:
    """Empty the journal, write the file anew without what was deleted, and empty the journal again."""
    connection = database.engine.raw_connection()
    try:
        raw: Any = connection.driver_connection
        raw.execute(f"PRAGMA busy_timeout={_PATIENCE_MS}")
        try:
            # The journal first: while somebody holds it, to rewrite the file would only make it longer each time.
            if not _emptied(raw):
                return False
            raw.execute("VACUUM")
            return _emptied(raw) and _is_empty(database)
        except sqlite3.OperationalError as error:
            raise DBAPIError("scrub", None, error, hide_parameters=True) from error
        finally:
            raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    finally:
        connection.close()


def _emptied(raw: Any) -> bool:
    """Whether the whole journal went into the file, and nobody needs it: it is then cut to nothing."""
    busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def _is_empty(database: Database) -> bool:
    """Whether the journal has no byte left, whatever the database said of it."""
    journal = Path(f"{database.url.database}-wal")
    return not journal.exists() or journal.stat().st_size == 0


def _now(database: Database) -> datetime:
    moment: datetime = database.read(
        lambda connection: connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    )
    return moment


_EARLIER = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < :began
"""


def _postgresql(database: Database, tables: Sequence[str], began: datetime) -> bool:
    """Write the tables anew. A plain VACUUM would leave the bytes where they are until other rows take their place."""
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.execute(text(_EARLIER), {"began": began}).scalar_one():
            return False  # who still sees the rows keeps them from being left out
        connection.exec_driver_sql("SET lock_timeout = '1s'")
        try:
            connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(tables)}")
        finally:
            connection.exec_driver_sql("RESET lock_timeout")
    return True
