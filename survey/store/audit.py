"""Who did what, and when: one table, one function that writes to it, and what the owner reads of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select

from survey.store import schema
from survey.store.engine import Database

_speaker = ""


def speak_for(name: str) -> None:
    """Who acts where no actor is named: in the terminal, which knows no sign-in, its user for the whole process."""
    global _speaker
    _speaker = name


def note(
    connection: Connection, action: str, subject: str, actor: str = "", **detail: str | int | float | None
) -> None:
    """Add a line to the audit log, in the transaction of the act itself. No answer and no contact detail goes in."""
    told = {"actor": actor or _speaker, "action": action, "subject": subject, "detail": json.dumps(detail)}
    connection.execute(insert(schema.audit).values(at=schema.now(), **told))


@dataclass(frozen=True)
class AuditLine:
    """One act: when, by whom (empty: by the program itself), what, on which study or account, and its details."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: dict[str, Any]

    @property
    def said(self) -> str:
        """The details in one line."""
        return ", ".join(f"{name}: {value}" for name, value in self.detail.items() if value not in (None, ""))


AuditLines = list[AuditLine]


@dataclass(frozen=True)
class Wanted:
    """Which lines of the log are asked for; '' and None leave open."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None

    def narrow(self, query: Select[Any]) -> Select[Any]:
        """The query with these conditions."""
        table = schema.audit.c
        for column, value in ((table.actor, self.actor), (table.action, self.action), (table.subject, self.subject)):
            query = query.where(column == value) if value else query
        return query if self.since is None else query.where(table.at >= self.since)


EVERYTHING = Wanted()


class Audit:
    """The log as its readers meet it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self, wanted: Wanted = EVERYTHING, most: int | None = None) -> AuditLines:
        """The newest lines first, at most so many."""
        query = wanted.narrow(select(schema.audit)).order_by(schema.audit.c.id.desc()).limit(most)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [AuditLine(row.at, row.actor, row.action, row.subject, json.loads(row.detail)) for row in rows]

    def count(self, wanted: Wanted = EVERYTHING) -> int:
        """How many lines there are."""
        query = wanted.narrow(select(func.count()).select_from(schema.audit))
        return int(self._database.read(lambda connection: connection.execute(query).scalar_one()))

    def known(self, column: str) -> tuple[str, ...]:
        """What occurs as 'actor', 'action' or 'subject', in the order of the alphabet."""
        one = schema.audit.c[column]
        query = select(one).distinct().where(one != "").order_by(one)
        return tuple(self._database.read(lambda connection: connection.execute(query).scalars().all()))

    def note(self, action: str, subject: str, actor: str = "", **detail: str | int | float | None) -> None:
        """A line of its own, for a look that changes nothing."""
        self._database.write(lambda connection: note(connection, action, subject, actor, **detail))
