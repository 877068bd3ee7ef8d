"""Nominations: whom respondents name for the study, who is then invited, and who belongs together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import ColumnElement, Connection, insert, select, update

from survey.errors import StudyError
from survey.instrument.model import Instrument, Page
from survey.mail.people import NewContact
from survey.private import ROLE
from survey.store import audit, schema
from survey.store.codes import keep_code
from survey.store.contacts import Contacts
from survey.store.engine import Database
from survey.store.invitations import Invitations
from survey.store.keys import Keys, hash_token
from survey.store.mail_tables import contact
from survey.store.pair_tables import nomination
from survey.store.sessions import Session, Study
from survey.store.studies import find

FIRST = 1
STATES: Mapping[str, str] = {
    "noted": "noted, not invited",
    "waiting": "waits for your word",
    "invited": "invited",
    "declined": "declined by a researcher, or erased since",
    "taken": "invited already: in another pair, or the one who nominated",
}


@dataclass(frozen=True)
class Nomination:
    """Somebody whom a respondent nominated; only recruiters and owners hold one."""

    id: UUID
    role: str
    state: str
    at: datetime
    address: str = field(repr=False)


NominationList = list[Nomination]


def nominee_of(nominator: UUID, page: str) -> UUID:
    """The invitation of whomever this respondent nominates on this page: known before it is there, so that a link can
    be shown that works once the page is sent. Its version is that of personal invitations: one that was erased does not
    come back by itself, as an open link's does."""
    return UUID(bytes=uuid5(nominator, f"nominee/{page}").bytes, version=4)


def dyad_field(instrument: Instrument) -> str | None:
    """The field that says who belong together."""
    return next((name for name, one in instrument.fields.items() if one.type == "dyad"), None)


def keep_private(
    connection: Connection, keys: Keys, database: Database, session: Session, page_id: str, given: Mapping[str, str]
) -> None:
    """Keep what a page of ``survey.private`` gave, in the transaction that saves it."""
    page = next(page for page in session.study.instrument.pages if page.id == page_id)
    if page.code:
        keep_code(connection, keys, session, page, given)
    else:
        keep_nomination(connection, keys, database, session, page, given)


def keep_nomination(
    connection: Connection, keys: Keys, database: Database, session: Session, page: Page, given: Mapping[str, str]
) -> None:
    """Keep whom a page nominated, and invite them where the study's rule is to do so at once.

    One nomination a respondent: until the nominee is invited another address takes the first one's place.
    """
    asked, address = page.nominate, given.get(f"{page.id}.address", "")
    if asked is None or not (address or given.get(f"{page.id}.handed_on") == "yes"):
        return
    made = nominee_of(session.invitation_id, page.id)
    own = nomination.c.id == made
    known = connection.execute(select(nomination.c.state).where(own)).scalar_one_or_none()
    if known not in (None, "noted", "waiting"):
        return
    state = {"at_once": "waiting", "agreed": "waiting", "never": "noted"}[asked.invite]
    row: dict[str, Any] = {"address": keys.encrypt(address) if address else None, "state": state, "at": schema.now()}
    if known is None:
        pair = f"d{made.hex[:12]}"
        whose = {"study_id": session.study.id, "nominator_id": session.invitation_id, "dyad": pair, "role": asked.role}
        connection.execute(insert(nomination).values(id=made, response_id=session.response_id, **whose, **row))
        _say(connection, session.study.instrument, session.invitation_id, pair, asked.own)
    else:
        connection.execute(update(nomination).where(own).values(**row))
    if asked.invite == "at_once":
        _invite(connection, keys, database, session.study, made)


def _say(connection: Connection, instrument: Instrument, invitation: UUID, pair: str, role: str) -> bool:
    """Put somebody into a pair; whether they were in none before."""
    table, name = schema.invitation, dyad_field(instrument)
    # Pages go side by side on PostgreSQL: of two that name the same person the second sees what the first has put down.
    mine = select(table.c.fields).where(table.c.id == invitation).with_for_update(key_share=True)
    fields = json.loads(connection.execute(mine).scalar_one())
    if name is None or fields.get(name) not in (None, "", pair):
        return False
    changed = {**fields, name: pair, ROLE: role}
    connection.execute(update(table).where(table.c.id == invitation).values(fields=json.dumps(changed)))
    return True


def _invite(connection: Connection, keys: Keys, database: Database, study: Study, number: UUID) -> None:
    """Give a nominee their invitation, and their contact where an address is known."""
    row = connection.execute(select(nomination).where(nomination.c.id == number)).one()
    name = dyad_field(study.instrument)
    fields: dict[str, str | float] = {ROLE: row.role} if name is None else {name: row.dyad, ROLE: row.role}
    address = keys.decrypt(row.address) if row.address else ""
    contacts = Contacts(database, keys, Invitations(database, keys))
    there = None
    if address:
        mine = (contact.c.study_id == study.id) & (contact.c.address_mac == contacts.mac_of(study.id, address))
        there = connection.execute(select(contact.c.invitation_id).where(mine)).scalar_one_or_none()
    state = "invited"
    if there == row.nominator_id:
        state = "taken"  # nobody is a pair with themselves
    elif there is not None:
        # Somebody who is invited already is asked once, and belongs to one pair.
        state = "invited" if _say(connection, study.instrument, there, row.dyad, row.role) else "taken"
    else:
        there = number
        connection.execute(
            insert(schema.invitation).values(
                id=number,
                study_id=study.id,
                kind="personal",
                issue=FIRST,
                token_hash=hash_token(keys.token(number, FIRST)),
                contact=keys.encrypt(address),
                fields=json.dumps(fields),
                created_at=schema.now(),
            )
        )
        if address:
            contacts.insert(connection, study, [(number, NewContact(0, address, None, {}, fields))])
    done = {"state": state, "invitation_id": there, "address": None, "decided_at": schema.now()}
    connection.execute(update(nomination).where(nomination.c.id == number).values(**done))


def part(connection: Connection, study: Study, theirs: ColumnElement[bool], whom: UUID | None) -> None:
    """Before people are erased: whoever was in a pair with them, by one of ``theirs`` nominations, is in none any more.

    whom: the one who is erased. That they were nominated stays, without address and leading nowhere, so that a page
    that is sent again does not invite them again.
    """
    name, table = dyad_field(study.instrument), schema.invitation
    for row in connection.execute(select(nomination).where(theirs)).all():
        for one in connection.execute(
            select(table.c.id, table.c.fields).where(table.c.id.in_((row.nominator_id, row.invitation_id)))
        ).all():
            fields = json.loads(one.fields)
            if name is not None and fields.get(name) == row.dyad:
                left = json.dumps({key: value for key, value in fields.items() if key != name})
                connection.execute(update(table).where(table.c.id == one.id).values(fields=left))
    if whom is not None:
        gone = (nomination.c.invitation_id == whom) & (nomination.c.nominator_id != whom)
        known = {"state": "declined", "invitation_id": None, "address": None}
        connection.execute(update(nomination).where(gone).values(**known))


def nominated_pairs(connection: Connection, study: Study) -> frozenset[str]:
    """The pairs of a study that came about by nomination."""
    return frozenset(connection.execute(select(nomination.c.dyad).where(nomination.c.study_id == study.id)).scalars())


class Nominations:
    """What a recruiter sees and decides."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def token(self, session: Session, page: str) -> str:
        """The secret of the link for whom a respondent nominates; it works once the page is sent."""
        return self._keys.token(nominee_of(session.invitation_id, page), FIRST)

    def list(self, slug: str) -> NominationList:
        """A study's nominations, the oldest first; the address only of those who have no invitation yet."""

        def work(connection: Connection) -> NominationList:
            rows = connection.execute(
                select(nomination)
                .where(nomination.c.study_id == find(connection, slug).id)
                .order_by(nomination.c.at, nomination.c.id)
            )
            return [
                Nomination(r.id, r.role, r.state, r.at, self._keys.decrypt(r.address) if r.address else "")
                for r in rows
            ]

        return self._database.read(work)

    def decide(self, slug: str, number: UUID, agree: bool, actor: str = "") -> None:
        """Invite a nominee who waits, or decline: then the address is forgotten. Raises StudyError, NotFoundError."""

        def work(connection: Connection) -> None:
            study = find(connection, slug)
            mine = (nomination.c.id == number) & (nomination.c.study_id == study.id)
            state = connection.execute(select(nomination.c.state).where(mine)).scalar_one_or_none()
            if state != "waiting":
                raise StudyError("this nomination waits for nobody's word: it was decided, or is only noted.")
            if agree:
                _invite(connection, self._keys, self._database, study, number)
            else:
                done = {"state": "declined", "address": None, "decided_at": schema.now()}
                connection.execute(update(nomination).where(mine).values(**done))
            act = "invite nominee" if agree else "decline nominee"
            audit.note(connection, act, slug, actor, nomination=str(number))

        self._database.write(work)
