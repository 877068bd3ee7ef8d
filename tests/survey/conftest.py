"""What the tests of the store share: a new store for each test, on SQLite, and on PostgreSQL where one is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from survey.store import Store, open_store
from survey.store.schema import metadata
from tests.survey.store_support import TEXT

# A busy machine is slow, and slowness is not what these tests look for.
settings.register_profile("survey", deadline=None)
settings.load_profile("survey")

KEY = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
def url(tmp_path: Path) -> str:
    return os.environ.get("TWOFOLD_TEST_POSTGRES") or f"sqlite:///{tmp_path}/study.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store; by hand also on PostgreSQL: TWOFOLD_TEST_POSTGRES names a database that may be emptied."""
    if url.startswith("postgresql"):
        _empty(url)
    opened = open_store(url, key=KEY)
    yield opened
    opened.close()


@pytest.fixture
def live(store: Store) -> Store:
    """A store with the small study, live."""
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "live")
    return store


def _empty(url: str) -> None:
    from sqlalchemy import text

    from survey.store.engine import Database

    database = Database(url)
    names = ", ".join([*metadata.tables, "alembic_version"])
    database.write(lambda connection: connection.execute(text(f"DROP TABLE IF EXISTS {names} CASCADE")))
    database.write(lambda connection: connection.execute(text("DROP FUNCTION IF EXISTS refuse_update")))
    database.close()
