"""Who is owed what for taking part: a list to pay and to tick off, with nothing in it that leads to an answer."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey.errors import StudyError
from survey.mail.address import read_address
from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.keys import Keys
from survey.store.mail_tables import contact, mailing, owed, rewarded
from survey.store.mailing import settings_of
from survey.store.sessions import Session, Study
from survey.store.studies import find


@dataclass(frozen=True)
class Debt:
    """One line: what, to whom, whether it was given. The order of lines is that of their random ids."""

    id: UUID
    phase: str
    wave: int
    what: str
    recipient: str = field(repr=False)
    name: str = field(repr=False)
    paid: bool


DebtList = list[Debt]


class Owed:
    """What a recruiter pays; written by the page that completes a wave."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def list(self, slug: str, actor: str = "") -> DebtList:
        """Everything that is or was owed in a study; the look is noted."""

        def work(connection: Connection) -> list[Debt]:
            study = find(connection, slug)
            rows = connection.execute(select(owed).where(owed.c.study_id == study.id).order_by(owed.c.id)).all()
            audit.note(connection, "see incentives", slug, actor, n=len(rows))
            return [self._debt(row) for row in rows]

        return self._database.write(work)

    def _debt(self, row: Any) -> Debt:
        recipient = json.loads(self._keys.decrypt(row.recipient))
        return Debt(row.id, row.phase, row.wave, row.what, recipient["to"], recipient.get("name", ""), bool(row.paid))

    def counts(self, slug: str) -> tuple[int, int]:
        """(lines, of these paid); nothing is decrypted."""

        def work(connection: Connection) -> tuple[int, int]:
            study = find(connection, slug)
            row = connection.execute(
                select(func.count(), func.coalesce(func.sum(owed.c.paid), 0)).where(owed.c.study_id == study.id)
            ).one()
            return int(row[0]), int(row[1])

        return self._database.read(work)

    def tick(self, slug: str, ids: Collection[UUID], paid: bool = True, actor: str = "") -> int:
        """Note that lines were paid, or were not; give how many changed."""

        def work(connection: Connection) -> int:
            study = find(connection, slug)
            _hold(connection, study.id)
            changed = connection.execute(
                update(owed)
                .where(owed.c.study_id == study.id, owed.c.id.in_(list(ids)), owed.c.paid == int(not paid))
                .values(paid=int(paid))
            ).rowcount
            audit.note(connection, "tick incentives", slug, actor, n=changed, paid=int(paid))
            return int(changed)

        return self._database.write(work)

    def asks(self, session: Session) -> str:
        """What this respondent may still ask for on a form of its own, having completed an open link; '' nothing."""
        if not session.completed or not session.persisted:
            return ""

        def work(connection: Connection) -> str:
            what = settings_of(connection, session.study).incentive
            kind = connection.execute(
                select(schema.invitation.c.kind).where(schema.invitation.c.id == session.invitation_id)
            ).scalar()
            done = connection.execute(
                select(rewarded.c.response_id).where(rewarded.c.response_id == session.response_id)
            ).scalar()
            return what if kind == "open" and done is None else ""

        return self._database.read(work)

    def ask(self, session: Session, address: str) -> None:
        """Keep where something goes that a respondent on an open link has a right to, apart from their answers.

        Raises MailError for what is no address, StudyError where nothing is owed (any more).
        """
        to = read_address(address)
        what = self.asks(session)
        if not what:
            raise StudyError("nothing is owed here, or the address was given already.")

        def work(connection: Connection) -> None:
            connection.execute(insert(rewarded).values(response_id=session.response_id))
            add_line(connection, self._keys, session.study, session.wave, what, {"to": to})

        try:
            self._database.write(work)
        except IntegrityError:
            raise StudyError("the address was given already.") from None


def owe(connection: Connection, keys: Keys, session: Session) -> None:
    """Where this person's list has their address and the study gives something: note it, once, as they complete.

    In the transaction of the page that completes; whoever has no address in the list gets what their label says.
    """
    what = settings_of(connection, session.study).incentive
    if not what:
        return
    row = connection.execute(
        select(schema.invitation.c.kind, schema.invitation.c.contact, contact.c.address, contact.c.attributes)
        .outerjoin(contact, contact.c.invitation_id == schema.invitation.c.id)
        .where(schema.invitation.c.id == session.invitation_id)
    ).one_or_none()
    if row is None or row.kind != "personal":
        return
    known = connection.execute(
        select(rewarded.c.response_id).where(rewarded.c.response_id == session.response_id)
    ).one_or_none()
    if known is not None:
        return
    if row.address is not None:
        name = json.loads(keys.decrypt(row.attributes)).get("name", "")
        to = {"to": keys.decrypt(row.address), **({"name": name} if name else {})}
    else:
        to = {"to": keys.decrypt(row.contact) if row.contact else ""}
    connection.execute(insert(rewarded).values(response_id=session.response_id))
    add_line(connection, keys, session.study, session.wave, what, to)


def add_line(connection: Connection, keys: Keys, study: Study, wave: int, what: str, recipient: dict[str, str]) -> None:
    """One more line. On PostgreSQL every line of the study is written anew with it, in the order of ids: the database
    keeps with each row which transaction wrote it, and would tell that the same one had saved somebody's last page."""
    line: dict[str, Any] = {
        "id": uuid4(),
        "study_id": study.id,
        "phase": study.phase,
        "wave": wave,
        "what": what,
        "recipient": keys.encrypt_undated(json.dumps(recipient, ensure_ascii=False)),
        "paid": 0,
    }
    lines = [line]
    if connection.dialect.name == "postgresql":
        _hold(connection, study.id)
        others = connection.execute(delete(owed).where(owed.c.study_id == study.id).returning(owed))
        lines = sorted([line, *(dict(row._mapping) for row in others)], key=lambda one: str(one["id"]))
    connection.execute(insert(owed), lines)


def forget_owed(
    connection: Connection, keys: Keys, study: Study, whose: UUID | None, *, pilot: bool, paid: bool
) -> None:
    """Delete lines of a person who is erased, found by their address, since nothing else leads to them; with no
    ``whose`` those of everybody. pilot: those of the pilot alone. paid: only what was given already."""
    _hold(connection, study.id)
    here = owed.c.study_id == study.id
    here = here & (owed.c.phase == "pilot") if pilot else here
    here = here & (owed.c.paid == 1) if paid else here
    if whose is not None:
        invitation = schema.invitation.c
        kept = connection.execute(
            select(invitation.contact, contact.c.address)
            .outerjoin(contact, contact.c.invitation_id == invitation.id)
            .where(invitation.id == whose)
        ).one_or_none()
        to = {keys.decrypt(one) for one in kept or () if one} - {""}
        rows = connection.execute(select(owed.c.id, owed.c.recipient).where(here)).all()
        theirs = [row.id for row in rows if to and json.loads(keys.decrypt(row.recipient))["to"] in to]
        here = owed.c.id.in_(theirs)
    connection.execute(delete(owed).where(here))


def readdress(connection: Connection, keys: Keys, study: UUID, old: str, new: str) -> None:
    """Let what is owed to a person follow them to their right address: it alone says whose a line is."""
    _hold(connection, study)
    for row in connection.execute(select(owed.c.id, owed.c.recipient).where(owed.c.study_id == study)).all():
        recipient = json.loads(keys.decrypt(row.recipient))
        if recipient["to"] == old:
            changed = keys.encrypt_undated(json.dumps({**recipient, "to": new}, ensure_ascii=False))
            connection.execute(update(owed).where(owed.c.id == row.id).values(recipient=changed))


def _hold(connection: Connection, study: UUID) -> None:
    """Let nobody else write lines of this study until the transaction ends."""
    connection.execute(select(mailing.c.study_id).where(mailing.c.study_id == study).with_for_update())
