"""Erasing what is kept of people: a person, a response, the pilot or a whole study; what remains is a count.

Rows go in one transaction; ``survey.store.scrub`` then takes what they held out of the database's files.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Table, delete, exists, func, insert, or_, select, update

from survey.errors import StoreError, StudyError
from survey.store import audit, mail_tables, pair_tables, schema  # noqa: F401  (each brings its tables)
from survey.store.engine import Database
from survey.store.keys import Keys, hash_token
from survey.store.nominations import part
from survey.store.owed import forget_owed
from survey.store.scrub import scrub
from survey.store.sessions import Session, Study
from survey.store.studies import find

OF_A_PERSON: Final[Mapping[str, str]] = schema.said_of_tables("of_a_person")
"""Every table that holds anything of a person, in words; its foreign keys say which of its rows are whose."""

EXEMPT: Final[Mapping[str, str]] = schema.said_of_tables("exempt")
"""Every other table, and why nothing in it is a respondent's. A test fails where a table is in neither."""

Kind = Literal["person", "response", "pilot", "study"]
RESPONDENT = "respondent"
"""Who acts, in the audit log, where a respondent does."""

WAIT = 30.0
"""Seconds for which an erasure waits for others to let the database go, before it says that it is not finished."""


@dataclass(frozen=True)
class Whom:
    """Whose data: of the person with this invitation, of this response, of the pilot, or of everybody in the study."""

    kind: Kind
    id: UUID | None = None


PILOT, EVERYBODY = Whom("pilot"), Whom("study")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Extent:
    """How much an erasure takes: people and responses, and rows by the words of ``OF_A_PERSON``, those above 0."""

    people: int
    responses: int
    rows: Mapping[str, int]


@dataclass(frozen=True)
class Erasure:
    """One erasure as it is remembered; finished_at None: the rows are gone, their traces in the files not yet."""

    id: int
    study: str
    kind: str
    people: int
    responses: int
    actor: str
    at: datetime
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.finished_at is not None


ErasureList = list[Erasure]


class Erasures:
    """What erases. Who calls has asked: nothing here can be taken back."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def person(self, slug: str, words: str) -> Whom:
        """The one person in a study with this label, address, id or token of an invitation, or id of a response.

        Raises NotFoundError, StudyError where nobody fits or several do.
        """
        wanted = words.strip()

        def work(connection: Connection) -> Whom:
            study = find(connection, slug)
            found = _by_id(connection, study, wanted) or _by_label(connection, self._keys, study, wanted)
            if len(found) != 1:
                told = "nobody in" if not found else f"{len(found)} people in"
                raise StudyError(
                    f"{told} {slug!r} fit what was given. Give the whole label of an invitation, or the id of one"
                    " invitation or response, as exports have it."
                )
            return Whom("person", found[0])

        return self._database.read(work)

    def extent(self, slug: str, whom: Whom) -> Extent:
        """How much would go. Raises NotFoundError, StudyError."""
        return self._database.read(lambda connection: _extent(connection, find(connection, slug), whom))

    def withdraw(self, session: Session) -> Erasure:
        """A respondent takes back all that they said.

        The rows are gone when this returns; that their traces go is left to whoever finishes erasures. Raises
        NotFoundError, StudyError where there is nothing of theirs.
        """
        whom = Whom("person", session.invitation_id)
        return self.erase(session.study.slug, whom, RESPONDENT, wait=None, withdrawal=True)

    def stop(self, session: Session) -> None:
        """A respondent is to be asked nothing any more, in no later wave and by no letter; what they said stays."""

        def work(connection: Connection) -> None:
            table = schema.invitation
            first = update(table).where(table.c.id == session.invitation_id, table.c.stopped_at.is_(None))
            if connection.execute(first.values(stopped_at=schema.now())).rowcount:
                audit.note(connection, "stop asking", session.study.slug, RESPONDENT)

        self._database.write(work)

    def erase(
        self, slug: str, whom: Whom, actor: str = "", *, wait: float | None = WAIT, withdrawal: bool = False
    ) -> Erasure:
        """Delete everything of these people and overwrite it in the database's files; give what is remembered of it.

        wait: seconds for which others may keep the database open; after that the erasure given is not ``finished``,
        and ``finish`` goes on with it; None: all of that is left to it. withdrawal: by the respondent themselves.
        Raises NotFoundError, StudyError where nothing fits or the study is live and all of it would go.
        """

        def work(connection: Connection) -> int:
            study = find(connection, slug)
            if whom.kind == "study" and study.status == "live":
                raise StudyError(f"the study {slug!r} is live: close it before all of its data are erased.")
            found = _extent(connection, study, whom)
            if not found.rows:
                raise StudyError(f"there is nothing to erase in {slug!r}: no data of this kind are there.")
            roots = _roots(study, whom)
            link = connection.execute(
                select(schema.invitation.c.kind).where(schema.invitation.c.id == whom.id)
            ).scalar()
            if whom.kind != "response":
                forget_owed(connection, self._keys, study, whom.id, pilot=whom.kind == "pilot", paid=withdrawal)
            if whom.kind != "study":
                theirs = _theirs(schema.metadata.tables["nomination"], roots)
                part(connection, study, theirs, whom.id if whom.kind == "person" else None)
            for table in reversed(schema.metadata.sorted_tables):
                if table.name in OF_A_PERSON:
                    connection.execute(delete(table).where(_theirs(table, roots)))
            kind = "withdrawal" if withdrawal else whom.kind
            line = {"study": slug, "kind": kind, "people": found.people, "responses": found.responses}
            line |= {"phase": study.phase, "link": link} if withdrawal else {}
            made = connection.execute(insert(schema.erasure).values(**line, actor=actor, at=schema.now()))
            audit.note(connection, "erase", slug, actor, kind=kind, people=found.people, responses=found.responses)
            return int((made.inserted_primary_key or (0,))[0])

        number = self._database.write(work)
        if wait is not None:
            try:
                self.finish(wait)
            except StoreError:  # the rows are gone: that the rest failed is told as what it is, not finished
                _log.exception("an erasure could not be finished")
        return next(one for one in self.list(slug) if one.id == number)

    def finish(self, wait: float = WAIT) -> bool:
        """Take what erasures deleted out of the files, as far as others let go of them within ``wait`` seconds.

        Whether no erasure is left unfinished. Raises StoreError where the database fails.
        """
        waiting = [one.id for one in self.unfinished()]
        if not waiting:
            return True
        tables = [schema.metadata.tables[name] for name in (*OF_A_PERSON, "owed")]
        if not scrub(self._database, [table.name for table in tables], wait):
            return False
        table = schema.erasure
        done = update(table).where(table.c.id.in_(waiting), table.c.finished_at.is_(None))
        self._database.write(lambda connection: connection.execute(done.values(finished_at=schema.now())))
        return True

    def list(self, slug: str | None = None) -> ErasureList:
        """What was erased, of one study or of all, oldest first."""
        table = schema.erasure
        query = select(table).order_by(table.c.id)
        if slug is not None:
            query = query.where(table.c.study == slug)
        return [_from_row(row) for row in self._database.read(lambda connection: connection.execute(query).all())]

    def unfinished(self) -> ErasureList:
        """Erasures whose traces are still in the files."""
        return [one for one in self.list() if not one.finished]


def _from_row(row: Row[tuple[object, ...]]) -> Erasure:
    return Erasure(row.id, row.study, row.kind, row.people, row.responses, row.actor, row.at, row.finished_at)


def _by_id(connection: Connection, study: Study, words: str) -> list[UUID]:
    """The person whose invitation or response has this id, or this token."""
    invitation, response = schema.invitation.c, schema.response.c
    fits: list[ColumnElement[bool]] = [invitation.token_hash == hash_token(words)]
    try:
        one = UUID(words.partition("@")[0])  # in data of several waves a row is called PERSON@WAVE
    except ValueError:
        pass
    else:
        theirs = exists().where(response.id == one, response.invitation_id == invitation.id)
        fits += [invitation.id == one, theirs]
    found = select(invitation.id).where(invitation.study_id == study.id, or_(*fits))
    return list(connection.execute(found).scalars())


def _by_label(connection: Connection, keys: Keys, study: Study, words: str) -> list[UUID]:
    """Those whose invitation has this label or address; both are encrypted, so that each is looked at."""
    invitation, contact = schema.invitation.c, schema.metadata.tables["contact"].c
    rows = connection.execute(
        select(invitation.id, invitation.contact, contact.address)
        .outerjoin(schema.metadata.tables["contact"], contact.invitation_id == invitation.id)
        .where(invitation.study_id == study.id, invitation.kind == "personal")
    )
    wanted = words.casefold()
    told = ((row.id, {keys.decrypt(one).strip().casefold() for one in row[1:] if one}) for row in rows)
    return [person for person, names in told if wanted and wanted in names]


def _roots(study: Study, whom: Whom) -> dict[str, ColumnElement[bool]]:
    """Which responses and which invitations go."""
    invitation, response = schema.invitation.c, schema.response.c
    here, there = response.study_id == study.id, invitation.study_id == study.id
    if whom.kind == "study":
        return {"response": here, "invitation": there}
    if whom.kind == "person":
        return {
            "response": here & (response.invitation_id == whom.id),
            "invitation": there & (invitation.id == whom.id),
        }
    going = here & (response.phase == "pilot" if whom.kind == "pilot" else response.id == whom.id)
    # An open link's invitation stands for its responses alone: it goes with the last of them.
    other = schema.response.alias("other")
    gone = other.c.phase == "pilot" if whom.kind == "pilot" else other.c.id == whom.id
    stays = exists().where(other.c.invitation_id == invitation.id, ~gone)
    return {"response": going, "invitation": there & (invitation.kind == "open") & ~stays}


def _theirs(table: Table, roots: Mapping[str, ColumnElement[bool]]) -> ColumnElement[bool]:
    """Which rows of a table are of these people: those whose foreign keys lead to a root, by whatever tables."""
    if table.name in roots:
        return roots[table.name]
    ways = [
        column.in_(select(key.column).where(_theirs(key.column.table, roots)))
        for column in table.columns
        for key in column.foreign_keys
        if key.column.table.name in OF_A_PERSON and key.column.table is not table
    ]
    return or_(*ways)


def _extent(connection: Connection, study: Study, whom: Whom) -> Extent:
    roots = _roots(study, whom)
    rows = {
        name: int(connection.execute(select(func.count()).select_from(table).where(_theirs(table, roots))).scalar_one())
        for name, table in ((name, schema.metadata.tables[name]) for name in OF_A_PERSON)
    }
    response = schema.response.c
    answered = select(func.count(response.invitation_id.distinct())).where(roots["response"])
    people = int(connection.execute(answered).scalar_one())
    if whom.kind in ("person", "study"):
        people = rows["invitation"]
    return Extent(people, rows["response"], {OF_A_PERSON[name]: n for name, n in rows.items() if n})
