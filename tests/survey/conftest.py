"""What the tests of the store share: a new store for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from survey.mail import sending
from survey.mail.people import read_people
from survey.mail.smtp import ENVIRONMENT
from survey.store import Store, open_store
from tests.support.mail_server import MailServer, mail_server
from tests.survey.mail_support import BASE, FRENCH, PEOPLE
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


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture
def ready(store: Store, mail: MailServer, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A live study with three people, and a mail server that takes letters as fast as they come."""
    monkeypatch.setenv(ENVIRONMENT, mail.url)
    monkeypatch.setenv(sending.PACE_ENVIRONMENT, "100000")
    store.studies.create("small", FRENCH)
    store.studies.set_status("small", "live")
    store.mailing.set("small", sender="Das Läb <lab@example.org>", reply_to="ada@example.org")
    store.mailing.set_address(BASE)
    store.contacts.add("small", read_people(PEOPLE.encode(), "people.csv", store.studies.get("small").instrument))
    return store
