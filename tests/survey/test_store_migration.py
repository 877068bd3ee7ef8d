"""A database with answers of an earlier version: every row is there afterwards, in both kinds of database."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from alembic import command
from sqlalchemy import Connection, MetaData, Table, inspect, text
from sqlalchemy.exc import IntegrityError

from survey.errors import StoreError
from survey.migrations.versions import m0007_waves
from survey.store import Store, open_store
from survey.store.engine import Database
from survey.store.migrate import _config
from survey.store.schema import metadata
from survey.waves import Wave
from tests.survey.conftest import KEY
from tests.survey.store_support import go_through, send

Rows = dict[str, list[dict[str, Any]]]
BEFORE_WAVES = m0007_waves.down_revision


def _rows(connection: Connection) -> Rows:
    """Every row as the driver gives it."""
    found: Rows = {}
    for name in sorted(set(inspect(connection).get_table_names()) - {"alembic_version"}):
        rows = connection.execute(text(f"SELECT * FROM {name}")).mappings().all()
        found[name] = sorted((dict(row) for row in rows), key=lambda row: str(sorted(row.items(), key=str)))
    return found


def _old(url: str, rows: Rows) -> Database:
    """A database of the version before, holding these rows without what is new since."""
    database = Database(url)

    def build(connection: Connection) -> None:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE_WAVES)
        there = MetaData()
        there.reflect(connection)
        for table in metadata.sorted_tables:
            if table.name in there.tables and rows[table.name]:
                _put(connection, there.tables[table.name], rows[table.name])

    database.write(build)
    return database


def _put(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    names = [column.name for column in table.columns]
    marks = ", ".join(f":{name}" for name in names)
    statement = text(f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({marks})")
    connection.execute(statement, [{name: row[name] for name in names} for row in rows])
    if connection.dialect.name == "postgresql" and isinstance(rows[0].get("id"), int):
        # Rows that bring their numbers leave the table's own counter behind; a real database's stands where it should.
        last = max(row["id"] for row in rows)
        connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), {last})"))


@pytest.fixture
def answered(live: Store) -> Rows:
    """What a study with answers, names, presses of Back, an address and a pilot before it holds."""
    live.paradata.set_address_days("small", 30)
    go_through(live, live.respond.begin("small", "someone"))
    session = go_through(live, live.respond.begin("small", "another"), stop="people.g1")
    send(live, session, "people.g1", {"ties.g1": [["", "planted-name-7"]]})
    live.paradata.went_back(session, "support", "press", "html")
    live.invitations.create("small", [("p01", {"team": "t1"}), ("p02", {})])
    rows = live.database.read(_rows)
    assert [len(rows[name]) for name in ("response", "invitation", "step_back", "tie_name")] == [2, 4, 1, 1]
    return rows


@pytest.fixture
def target(request: pytest.FixtureRequest, url: str, tmp_path: Path) -> Iterator[str]:
    """A database of the same kind, without tables."""
    if url.startswith("sqlite"):
        yield f"sqlite:///{tmp_path}/old.db"
        return
    databases = request.getfixturevalue("databases")
    bare = databases.bare()
    yield bare
    databases.drop(bare)


def test_nothing_is_lost_on_the_way_to_waves(answered: Rows, target: str) -> None:
    old = _old(target, answered)
    old.close()
    opened = open_store(target, key=KEY)
    after = opened.database.read(_rows)
    assert after.pop("study_wave") == []
    assert {row["wave"] for row in after["response"]} == {1}
    for name, rows in answered.items():
        if name in after:
            assert after[name] == rows, name
    assert opened.results.counts("small").completed == 1
    assert len(opened.results.dataset("small").respondents) == 2
    refs = inspect(opened.database.engine).get_foreign_keys("submission")
    assert {ref["referred_table"] for ref in refs} == {"response", "instrument"}
    with pytest.raises((StoreError, IntegrityError)):
        opened.database.write(lambda c: c.execute(text("DELETE FROM response")))  # submissions refer to it
    opened.waves.set("small", [Wave(1), Wave(2, after_days=1)])
    opened.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_old_database_that_is_broken_is_left_as_it_is(answered: Rows, target: str) -> None:
    database = _old(target, answered)
    stray: Mapping[str, object] = {"id": UUID(int=7).hex, "at": str(datetime(2026, 1, 1)), "uuid": UUID(int=8).hex}

    def break_it(connection: Connection) -> None:
        connection.execute(
            text("INSERT INTO step_back (response_id, uuid, page, channel, at) VALUES (:id, :uuid, 'x', 'html', :at)"),
            stray,
        )

    with database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            break_it(connection)
        driver.execute("PRAGMA foreign_keys=ON")
    before = database.read(_rows)
    with pytest.raises(StoreError, match=r"1 row.*refer to nothing.*step_back"):
        open_store(target, key=KEY)
    assert database.read(_rows) == before
    assert database.read(lambda c: c.exec_driver_sql("PRAGMA foreign_keys").scalar()) == 1
    database.close()
