"""What the tests of the store share: a new store for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from survey.store import Store, open_store
from tests.survey.store_support import TEXT

# A busy machine is slow, and slowness is not what these tests look for.
settings.register_profile("survey", deadline=None)
settings.load_profile("survey")

KEY = b"0123456789abcdef0123456789abcdef"


@pytest.fixture
def url(database_url: str) -> str:
    return database_url


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    """An empty store, on each kind of database."""
    opened = open_store(url, key=KEY)
    yield opened
    opened.close()


@pytest.fixture
def live(store: Store) -> Store:
    """A store with the small study, live."""
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "live")
    return store
