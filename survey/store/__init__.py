"""The store: studies, the append-only log of submissions, invitations and accounts, behind one ``Store``."""

from __future__ import annotations

import os
from pathlib import Path

from sqlalchemy import Connection, insert
from sqlalchemy.exc import IntegrityError

from survey.errors import StoreError
from survey.store import schema
from survey.store.accounts import Accounts
from survey.store.assurances import Assurances
from survey.store.audit import Audit
from survey.store.codes import Codes
from survey.store.contacts import Contacts
from survey.store.engine import Database
from survey.store.erase import Erasures
from survey.store.invitations import Invitation, Invitations
from survey.store.keys import FINGERPRINT, Keys, NoKeys, find_key, kept_fingerprint, key_path, make_key
from survey.store.letters import Letters
from survey.store.logins import User
from survey.store.mailing import Mailings
from survey.store.migrate import upgrade
from survey.store.nominations import Nominations
from survey.store.owed import Owed
from survey.store.paradata import Circumstances, Paradata
from survey.store.plans import Plans
from survey.store.respond import Respond, Saved
from survey.store.results import Counts, Results
from survey.store.retention import Retention
from survey.store.sessions import Session, Study
from survey.store.studies import Studies
from survey.store.waves import Waves

__all__ = [
    "Circumstances",
    "Counts",
    "Invitation",
    "Saved",
    "Session",
    "Store",
    "Study",
    "User",
    "default_url",
    "open_store",
]


class Store:
    """Everything that is kept, by what it is for. Threads may share one; it opens connections as they are needed."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self.database = database
        self.keys = keys
        self.studies = Studies(database)
        self.respond = Respond(database, keys)
        self.invitations = Invitations(database, keys)
        self.results = Results(database)
        self.paradata = Paradata(database, keys)
        self.accounts = Accounts(database, keys)
        self.plans = Plans(database)
        self.erasures = Erasures(database, keys)
        self.retention = Retention(database)
        self.waves = Waves(database)
        self.assurances = Assurances(database)
        self.audit = Audit(database)
        self.contacts = Contacts(database, keys, self.invitations)
        self.mailing = Mailings(database, self.contacts)
        self.letters = Letters(database, self.contacts, self.waves)
        self.owed = Owed(database, keys)
        self.codes = Codes(database)
        self.nominations = Nominations(database, keys)

    @property
    def url(self) -> str:
        """Where the database is, without its password."""
        return self.database.url.render_as_string(hide_password=True)

    def secret(self, purpose: str) -> bytes:
        """32 bytes derived from the key for one purpose, such as signing cookies."""
        return self.keys.derive(purpose)

    def close(self) -> None:
        """Close all connections."""
        self.database.close()


def default_url() -> str:
    """The database to use where none is named: $TWOFOLD_DATABASE, else data/twofold.db."""
    return os.environ.get("TWOFOLD_DATABASE") or "sqlite:///data/twofold.db"


def open_store(url: str, key: bytes | None = None, *, without_key: bool = False) -> Store:
    """Open the database at ``url``, made or brought up to date first.

    key: at least 32 bytes; by default $TWOFOLD_KEY, else the key file beside the database, made where the database
    is new. without_key: where the key is nowhere to be found, open the database all the same, for what needs none:
    answers can be read and analysed, contacts, names and links cannot.
    Raises StoreError where the database cannot be used, is newer than this program, or has another key.
    """
    database = Database(url)
    if database.is_sqlite and database.url.database not in (None, "", ":memory:"):
        folder = Path(str(database.url.database)).parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StoreError(
                f"{folder}: the folder cannot be made ({error.strerror}). Give another --database."
            ) from None
    upgrade(database)
    return Store(database, _keys(database, key, without_key))


def _keys(database: Database, given: bytes | None, without_key: bool) -> Keys:
    known = database.read(kept_fingerprint)
    master = given or find_key(database.url)
    if master is None and known is not None:
        if without_key:
            return NoKeys(known)
        raise StoreError(
            f"the key of this database is missing: it was in {key_path(database.url)} or in TWOFOLD_KEY."
            " Restore it; without it contacts and links cannot be read or made again."
        )
    keys = Keys(master or make_key(database.url))
    if known is None:
        try:
            database.write(lambda connection: _keep_fingerprint(connection, keys.fingerprint()))
        except IntegrityError:
            known = database.read(kept_fingerprint)
    if known is not None and known != keys.fingerprint():
        raise StoreError(
            "the key does not belong to this database. Restore the one it was made with"
            f" ({key_path(database.url)} or TWOFOLD_KEY)."
        )
    return keys


def _keep_fingerprint(connection: Connection, fingerprint: str) -> None:
    connection.execute(insert(schema.setting).values(name=FINGERPRINT, value=fingerprint))
