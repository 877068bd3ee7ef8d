"""People whom an institution's sign-in (OpenID Connect) vouches for: which of them has an account here, and whose."""

from __future__ import annotations

import hashlib
import re
from uuid import UUID

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import IntegrityError

from survey.errors import AccountError
from survey.store import audit, schema
from survey.store.logins import Logins, User, end_all, to_user

LONGEST_ADDRESS = 320
LONGEST_SUBJECT = 300
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class Identities(Logins):
    """Which account belongs to whom the institution names."""

    def identify(self, issuer: str, subject: str, email: str = "") -> User | None:
        """The account of a person whom the institution has signed in; None where the owner made none for them.

        An account is found by the subject that it was bound to at its first sign-in; before that, once, by the address
        that the owner gave it. issuer: whose word it is. email: only where the institution says that it is theirs.
        """
        known = subject_key(issuer, subject)
        table = schema.account

        def work(connection: Connection) -> User | None:
            row = connection.execute(
                select(table).where(table.c.subject == known, table.c.disabled_at.is_(None))
            ).one_or_none()
            if row is not None or not email:
                return None if row is None else to_user(row)
            bound = connection.execute(
                update(table)
                .where(
                    table.c.email_key == fold_address(email), table.c.subject.is_(None), table.c.disabled_at.is_(None)
                )
                .values(subject=known)
                .returning(table.c.id, table.c.name, table.c.role, table.c.created_at)
            ).one_or_none()
            if bound is None:
                return None
            audit.note(connection, "bind sign-in", bound.name, bound.name)
            return to_user(bound)

        try:
            return self._database.write(work)
        except IntegrityError:  # the subject belongs to an account that was disabled
            return None

    def set_email(self, user: User, email: str, actor: str = "") -> None:
        """Say by which address the institution knows a person; '' for none. Whoever was bound to the account is not any
        more, and every sign-in of it ends. Raises AccountError for what is no address, or is another account's.
        """
        address = checked_address(email)

        def work(connection: Connection) -> None:
            table = schema.account
            connection.execute(update(table).where(table.c.id == user.id).values(email_key=address, subject=None))
            end_all(connection, user.id)
            audit.note(connection, "set address", user.name, actor)

        try:
            self._database.write(work)
        except IntegrityError:
            raise AccountError("another account has this address already: each has its own.") from None

    def emails(self) -> dict[UUID, str]:
        """By account: the address by which the institution knows them."""
        table = schema.account.c
        query = select(table.id, table.email_key).where(table.email_key.is_not(None), table.disabled_at.is_(None))
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return {row.id: row.email_key for row in rows}


def fold_address(email: str) -> str:
    """An address as addresses are compared: of any case."""
    return email.strip().casefold()


def checked_address(email: str) -> str | None:
    """An address as it is kept, or None for ''. Raises AccountError."""
    address = fold_address(email)
    if not address:
        return None
    if len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address):
        raise AccountError(f"{email!r} is no e-mail address. Give one such as name@example.org.")
    return address


def subject_key(issuer: str, subject: str) -> str:
    """What is kept of a person as the institution names them: issuer and subject, together never reassigned."""
    key = f"{issuer}|{subject}"
    return key if len(key) <= LONGEST_SUBJECT else hashlib.sha256(key.encode()).hexdigest()
