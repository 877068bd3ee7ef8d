"""Who is signed in, from where and since when: each login can be listed, and ended by its owner or the study's."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.keys import Keys, hash_token

IDLE = timedelta(hours=12)
LONGEST_LOGIN = timedelta(days=7)
LONGEST_DEVICE = 60
_SEEN_EVERY = timedelta(minutes=1)
"""A login's last use is written no oftener than this: pages run often, and each write waits for the disc."""

Via = Literal["password", "link", "oidc"]


@dataclass(frozen=True)
class User:
    """A person who may sign in."""

    id: UUID
    name: str
    role: str
    created_at: datetime


@dataclass(frozen=True)
class Login:
    """One sign-in that still stands.

    handle: names it where it is to be ended; it is worth nothing as a cookie. device: in words, such as 'Firefox on
    Windows'. via: by password, one-time link or the institution. own: it is the one that asks.
    """

    handle: str
    name: str
    role: str
    created_at: datetime
    seen_at: datetime
    device: str
    via: Via
    own: bool = False


LoginList = list[Login]


class Logins:
    """The sessions of those who are signed in. Only hashes of their secrets are kept."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def issue(self, user: User, device: str = "", via: Via = "password") -> str:
        """Sign a person in: the secret that their cookie holds. device: what they use, in words."""
        secret = secrets.token_urlsafe(32)
        now = schema.now()

        def work(connection: Connection) -> None:
            connection.execute(delete(schema.login).where(schema.login.c.created_at < now - LONGEST_LOGIN))
            row = {"id_hash": hash_token(secret), "account_id": user.id, "created_at": now, "seen_at": now}
            more = {"handle": secrets.token_hex(16), "device": device[:LONGEST_DEVICE], "via": via}
            connection.execute(insert(schema.login).values(**row, **more))
            failures = schema.login_failure
            connection.execute(delete(failures).where(failures.c.name_mac == mac_of(self._keys, user.name)))
            audit.note(connection, "sign in", user.name, user.name, via=via)

        self._database.write(work)
        return secret

    def check(self, session_id: str) -> User | None:
        """Who is signed in under this secret; None once it is revoked, idle for 12 hours or older than 7 days."""
        now = schema.now()
        hashed = hash_token(session_id)
        query = _standing(now, schema.login.c.seen_at).where(schema.login.c.id_hash == hashed)
        row = self._database.read(lambda connection: connection.execute(query).one_or_none())
        if row is None:
            return None
        if now - row.seen_at > _SEEN_EVERY:
            seen = update(schema.login).where(schema.login.c.id_hash == hashed).values(seen_at=now)
            self._database.write(lambda connection: connection.execute(seen))
        return to_user(row)

    def logins(self, user: User | None = None, session_id: str | None = None) -> LoginList:
        """The sign-ins that stand, of one person or of everybody, the last used first.

        session_id: the secret of the session that asks, so that it is told from the others.
        """
        login = schema.login.c
        query = _standing(schema.now(), login.handle, login.id_hash, login.seen_at, login.device, login.via,
                          login.created_at.label("began")).order_by(login.seen_at.desc())  # fmt: skip
        if user is not None:
            query = query.where(login.account_id == user.id)
        own = hash_token(session_id) if session_id else None
        return [
            Login(r.handle, r.name, r.role, r.began, r.seen_at, r.device, r.via, r.id_hash == own)
            for r in self._database.read(lambda connection: connection.execute(query).all())
        ]

    def revoke(self, session_id: str) -> None:
        """Sign out."""
        out = (
            update(schema.login).where(schema.login.c.id_hash == hash_token(session_id)).values(revoked_at=schema.now())
        )
        self._database.write(lambda connection: connection.execute(out))

    def end_login(self, handle: str, actor: str = "", of: User | None = None) -> bool:
        """End one sign-in; whether there was one. of: only where it is this person's."""

        def work(connection: Connection) -> bool:
            login, account = schema.login, schema.account.c
            found = select(account.name, login.c.account_id).join(login).where(
                login.c.handle == handle, login.c.revoked_at.is_(None)
            )  # fmt: skip
            row = connection.execute(found).one_or_none()
            if row is None or (of is not None and row.account_id != of.id):
                return False
            connection.execute(update(login).where(login.c.handle == handle).values(revoked_at=schema.now()))
            audit.note(connection, "end sign-in", row.name, actor)
            return True

        return self._database.write(work)

    def end_logins(self, user: User, actor: str = "", but: str | None = None) -> int:
        """End every sign-in of a person and say how many there were. but: the secret of one that stays."""

        def work(connection: Connection) -> int:
            ended = end_all(connection, user.id, hash_token(but) if but else None)
            audit.note(connection, "end sign-ins", user.name, actor, number=ended)
            return ended

        return self._database.write(work)


def _standing(now: datetime, *more: Any) -> Any:
    """A query for the accounts of the logins that stand at this moment."""
    login, account = schema.login.c, schema.account.c
    return (
        select(schema.account, *more)
        .join(schema.login)
        .where(
            login.revoked_at.is_(None),
            account.disabled_at.is_(None),
            login.created_at > now - LONGEST_LOGIN,
            login.seen_at > now - IDLE,
        )
    )


def end_all(connection: Connection, account: UUID, but: str | None = None) -> int:
    """Revoke every login of an account, less the one of this hash."""
    table = schema.login
    open_ones = update(table).where(table.c.account_id == account, table.c.revoked_at.is_(None))
    if but is not None:
        open_ones = open_ones.where(table.c.id_hash != but)
    return connection.execute(open_ones.values(revoked_at=schema.now())).rowcount


def fold_name(name: str) -> str:
    """A name as names are compared: of any case and spacing."""
    return " ".join(name.split()).casefold()


def mac_of(keys: Keys, name: str) -> str:
    """What is kept of a name under which somebody failed: people type passwords into the field for the name."""
    return keys.mac("login", fold_name(name))


def to_user(row: Row[Any]) -> User:
    """The person of a row of accounts."""
    return User(row.id, row.name, row.role, row.created_at)
