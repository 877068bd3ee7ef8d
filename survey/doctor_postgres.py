"""What the doctor looks at on a PostgreSQL server: its age, its rights, its clock, and who holds the tables."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import Connection, text

from survey.finding import Finding, attempt
from survey.store.engine import ALONE, Database
from survey.store.schema import metadata, now

OLDEST = 13
"""The oldest PostgreSQL that Twofold is meant for; the tests run on the one of the machine."""

LARGEST_SKEW = 5.0
"""Seconds by which two clocks may differ: pages bear this machine's time."""

LONG_HELD = 60.0
_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


def server(database: Database) -> Iterator[Finding]:
    """Every finding about the server; the database can be reached."""
    for look in (_age, _encoding, _clock, _rights, _holders):
        found = attempt(lambda look=look: database.read(look))  # type: ignore[misc] # a default binds it
        yield from [found] if isinstance(found, Finding) else found


def _age(connection: Connection) -> list[Finding]:
    number = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one()) // 10_000
    ok = number >= OLDEST
    return [
        Finding(
            ok, f"The server is PostgreSQL {number}.", "" if ok else f"Upgrade it to {OLDEST} or newer: pg_upgrade."
        )
    ]


def _encoding(connection: Connection) -> list[Finding]:
    encoding = str(connection.exec_driver_sql("SHOW server_encoding").scalar_one())
    ok = encoding == "UTF8"
    remedy = "Make one that can hold every letter: createdb --encoding UTF8 --template template0 NAME"
    return [Finding(ok, f"The database's encoding is {encoding}.", "" if ok else remedy)]


def _clock(connection: Connection) -> list[Finding]:
    theirs: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    skew = (now() - theirs.astimezone(UTC)).total_seconds()
    ok = abs(skew) <= LARGEST_SKEW
    what = "The clocks of this machine and of the server agree."
    if not ok:
        what = f"The clock of this machine is {abs(skew):,.0f} s {'ahead of' if skew > 0 else 'behind'} the server's."
    return [Finding(ok, what, "" if ok else "Set both by a time server (timedatectl set-ntp true).")]


def _rights(connection: Connection) -> list[Finding]:
    """Rights on tables that are there, and the right to make them, which every newer version may need."""
    there = set(connection.exec_driver_sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").scalars())
    lacking = [
        f"{right} on {table}"
        for table in sorted(there & set(metadata.tables))
        for right in _RIGHTS
        if not connection.execute(text("SELECT has_table_privilege(:t, :r)"), {"t": table, "r": right}).scalar_one()
    ]
    user = connection.exec_driver_sql("SELECT current_user").scalar_one()
    if not connection.exec_driver_sql("SELECT has_schema_privilege('public', 'CREATE')").scalar_one():
        lacking.append("CREATE in the schema public")
    if not lacking:
        return [Finding(True, f"The user {user} has every right that is needed.")]
    told = ", ".join(lacking[:3]) + (f" and {len(lacking) - 3} more" if len(lacking) > 3 else "")
    name = connection.exec_driver_sql("SELECT current_database()").scalar_one()
    return [
        Finding(
            False,
            f"The user {user} lacks rights: {told}.",
            f"As the server's administrator: ALTER DATABASE {name} OWNER TO {user}, and the same for its tables.",
        )
    ]


def _holders(connection: Connection) -> list[Finding]:
    """Who has kept everything to themselves for long."""
    rows = connection.execute(
        text(
            "SELECT a.pid, coalesce(nullif(a.application_name, ''), 'a program') AS name,"
            " extract(epoch FROM clock_timestamp() - a.xact_start) AS seconds"
            " FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
            " WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :high AND l.objid = :low"
            " AND a.datname = current_database() AND a.pid <> pg_backend_pid()"
        ),
        {"high": ALONE >> 32, "low": ALONE & 0xFFFFFFFF},
    )
    return [
        Finding(
            False,
            f"{row.name} (process {row.pid} of the server) has kept others from writing for {row.seconds:,.0f} s.",
            f"If it does nothing any more, end it: SELECT pg_terminate_backend({row.pid})",
        )
        for row in rows
        if row.seconds > LONG_HELD
    ]
