"""What was sent to whom: no letter goes out twice, and one whose fate is not known is shown and asked about.

A letter's row is committed before the mail server is spoken to ('sending') and settled after. Whoever else wants to
send the same letter finds the row. A row that stays 'sending' is of a program that ended in between: 'not known'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID, uuid4

from sqlalchemy import Connection, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey.mail.letter import Kind
from survey.mail.smtp import Outcome
from survey.standing import Standing
from survey.store import audit, schema
from survey.store.contacts import Contact, Contacts
from survey.store.engine import Database
from survey.store.mail_tables import MOVED, contact, letter
from survey.store.mailing import Mailing, settings_of
from survey.store.sessions import Study
from survey.store.studies import find
from survey.store.waves import Waves

LEASE = timedelta(minutes=10)
"""After so long a letter that is 'sending' is not being sent any more: above what a server is waited for."""

REPORTED = "~"
"""Before the code of a delivery report that was no final word; a letter's other codes are its server's own answer."""

DELAYED = REPORTED * 2
"""Before that of one that spoke of a delay alone, so that a mailbox which is read again tells nothing twice."""

Bounce = Literal["hard", "soft", "delayed"]


@dataclass(frozen=True)
class SentLetter:
    """A letter as the store keeps it; ``number`` 0 is a wave's invitation, 1 its first reminder."""

    id: UUID
    wave: int
    number: int
    state: str
    code: str
    began_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True)
class Person:
    """Somebody in the list, with how far they have come. wave: the one open for them now; None where none is.

    standing: theirs in the last wave that they were in, or are; None where they have sent nothing. letters: those of
    the open wave, in order.
    next: the number of the letter that may go to them, and due: from when; None where none does.
    """

    contact: Contact
    wave: int | None
    standing: Standing | None
    letters: tuple[SentLetter, ...]
    next: int | None = None
    due: datetime | None = None
    asks: SentLetter | None = None

    @property
    def kind(self) -> Kind:
        """Which letter the next one is."""
        return "reminder" if self.next else "next_wave" if (self.wave or 1) > 1 else "invitation"


@dataclass(frozen=True)
class Correspondence:
    """A study's list with all that decides on its next letters."""

    study: Study
    settings: Mailing
    people: tuple[Person, ...]
    counts: Mapping[str, int] = field(default_factory=dict)

    def due(self, now: datetime, kind: Literal["invitation", "reminder"] | None = None) -> list[Person]:
        """Those to whom a letter may go at this moment."""
        ready = [one for one in self.people if one.next is not None and one.due is not None and one.due <= now]
        return [one for one in ready if kind is None or (one.kind == "reminder") == (kind == "reminder")]

    @property
    def unknown(self) -> list[Person]:
        """Those with a letter of which nobody knows whether it went out."""
        return [one for one in self.people if one.asks is not None]


class Letters:
    """The record of what was sent."""

    def __init__(self, database: Database, contacts: Contacts, waves: Waves) -> None:
        self._database = database
        self._contacts = contacts
        self._waves = waves

    def correspondence(self, slug: str, now: datetime | None = None) -> Correspondence:
        """Everybody in a study's list, how far they have come, and what may be sent to them. Raises NotFoundError."""
        moment = now or schema.now()
        return self._database.read(lambda connection: self._read(connection, slug, moment))

    def _read(self, connection: Connection, slug: str, now: datetime) -> Correspondence:
        from survey.store.watch import watch_of

        study = find(connection, slug)
        settings = settings_of(connection, study)
        places = self._waves.places_of(connection, study, study.phase, now)
        stand = watch_of(self._database).standing(connection, study, study.phase)
        sent: dict[UUID, list[SentLetter]] = {}
        counts: Counter[str] = Counter()
        rows = connection.execute(
            select(letter)
            .where(letter.c.study_id == study.id, letter.c.phase == study.phase)
            .order_by(letter.c.wave, letter.c.number)
        )
        for row in rows:
            counts[_state(row, now)] += 1
            one = SentLetter(
                row.id, row.wave, row.number, _state(row, now), row.code or "", row.began_at, row.settled_at
            )
            sent.setdefault(row.invitation_id, []).append(one)
        people = []
        for whom in self._contacts.of_study(connection, study):
            place = places.get(whom.invitation_id)
            wave = place.wave if place is not None and place.state == "open" and study.accepts_answers else None
            standing = None if place is None else stand(whom.invitation_id, place.wave)
            letters = tuple(known for known in sent.get(whom.invitation_id, ()) if known.wave == wave)
            waits = wave is not None and place is not None and place.waits
            people.append(_with_next(Person(whom, wave, standing, letters), settings, now, waits))
        return Correspondence(study, settings, tuple(people), dict(counts))

    def begin(self, study: Study, person: Person, now: datetime | None = None) -> UUID | None:
        """Note that a letter is being sent, before the mail server is spoken to; None where somebody else has.

        A round may take hours: whoever has finished, or ended the letters, since the list was read gets none, and who
        has another address by now gets theirs in the next round.
        """
        moment = now or schema.now()
        whom, mac = person.contact.invitation_id, self._contacts.mac_of(study.id, person.contact.address)
        key = {"invitation_id": whom, "phase": study.phase, "wave": person.wave, "number": person.next}

        def work(connection: Connection) -> UUID | None:
            still = connection.execute(
                select(contact.c.invitation_id).where(
                    contact.c.invitation_id == whom,
                    contact.c.address_mac == mac,
                    contact.c.unsubscribed_at.is_(None),
                    contact.c.bounced_at.is_(None),
                )
            ).one_or_none()
            current = find(connection, study.slug)
            place = self._waves.places_of(connection, current, current.phase, moment, whom).get(whom)
            waits = place is not None and place.waits and (place.wave, current.phase) == (person.wave, study.phase)
            if still is None or not waits or not current.accepts_answers:
                return None
            row = connection.execute(select(letter.c.id, letter.c.state).filter_by(**key)).one_or_none()
            made = uuid4()
            if row is None:
                values = {"id": made, "study_id": study.id, **key, "state": "sending", "began_at": moment}
                connection.execute(insert(letter).values(**values))
                return made
            # By another id, of which its Message-ID is made: a report on the try before says nothing of this one.
            taken = connection.execute(
                update(letter)
                .where(letter.c.id == row.id, letter.c.state == "failed")
                .values(id=made, state="sending", began_at=moment, settled_at=None, code=None)
            )
            return made if taken.rowcount else None

        try:
            return self._database.write(work)
        except IntegrityError:
            return None

    def settle(self, made: UUID, outcome: Outcome, now: datetime | None = None) -> None:
        """Note what became of a letter; an address that the server refused for good gets no more.

        What a delivery report has said of it meanwhile stays: the report was written after the server took it.
        """
        moment = now or schema.now()
        reported = (letter.c.state == "bounced") | func.coalesce(letter.c.code, "").startswith(REPORTED)

        def work(connection: Connection) -> None:
            settled = connection.execute(
                update(letter)
                .where(letter.c.id == made, ~reported)
                .values(state=outcome.state, code=outcome.code[:16] or None, settled_at=moment)
            )
            if settled.rowcount and outcome.state == "refused":
                self._bounce(connection, made, moment)

        self._database.write(work)

    def _bounce(self, connection: Connection, made: UUID, moment: datetime) -> None:
        whose = select(letter.c.invitation_id).where(letter.c.id == made).scalar_subquery()
        connection.execute(
            update(contact)
            .where(contact.c.invitation_id == whose, contact.c.bounced_at.is_(None))
            .values(bounced_at=moment)
        )

    def resolve(self, slug: str, again: bool, actor: str = "", now: datetime | None = None) -> int:
        """Decide on letters of which it is not known whether they went out: take them as sent, or send them again."""
        moment = now or schema.now()

        def work(connection: Connection) -> int:
            study = find(connection, slug)
            open_ = (letter.c.study_id == study.id) & (letter.c.phase == study.phase)
            gone = (letter.c.state == "unknown") | (
                (letter.c.state == "sending") & (letter.c.began_at < moment - LEASE)
            )
            state = "failed" if again else "sent"
            done = connection.execute(
                update(letter).where(open_, gone).values(state=state, settled_at=letter.c.began_at)
            ).rowcount
            audit.note(connection, "resolve letters", slug, actor, n=done, again=int(again))
            return int(done)

        return self._database.write(work)

    def note_bounce(self, made: UUID, kind: Bounce, code: str, now: datetime | None = None) -> bool:
        """Note a delivery report on a letter, once; whether it told anything new. An unknown letter tells nothing."""
        moment = now or schema.now()

        def work(connection: Connection) -> bool:
            row = connection.execute(
                select(letter.c.invitation_id, letter.c.state, letter.c.code).where(letter.c.id == made)
            ).one_or_none()
            told = f"{REPORTED if kind == 'soft' else DELAYED}{code[: 16 - len(DELAYED)]}"
            if row is None or row.state in ("refused", "bounced", "failed"):
                return False
            if row.code == MOVED:
                if kind == "hard":  # so that it goes to the new address
                    connection.execute(update(letter).where(letter.c.id == made).values(state="failed", code=None))
                return kind == "hard"
            before = row.code or ""
            if kind != "hard" and (before == told or (kind == "delayed" and before.startswith(REPORTED))):
                return False
            if kind == "hard":
                connection.execute(update(letter).where(letter.c.id == made).values(state="bounced", code=code[:15]))
                self._bounce(connection, made, moment)
                return True
            # It did arrive at a server: whatever was not known of it is known now.
            known = "sent" if row.state in ("sending", "unknown") else row.state
            connection.execute(update(letter).where(letter.c.id == made).values(state=known, code=told))
            if kind == "soft":
                connection.execute(
                    update(contact)
                    .where(contact.c.invitation_id == row.invitation_id)
                    .values(soft_bounces=contact.c.soft_bounces + 1)
                )
            return True

        return self._database.write(work)

    def note_round(self, slug: str, actor: str, counts: Mapping[str, int]) -> None:
        """Put into the audit log that letters went out, and how many."""
        self._database.write(lambda connection: audit.note(connection, "send letters", slug, actor, **counts))


def _state(row: Any, now: datetime) -> str:
    return "unknown" if row.state == "sending" and row.began_at < now - LEASE else str(row.state)


def _with_next(person: Person, settings: Mailing, now: datetime, waits: bool) -> Person:
    """The letter that may go to a person who ``waits`` for it, by the rules of the study."""
    over = bool(settings.deadline) and now.date().isoformat() > settings.deadline
    open_ = waits and person.contact.reachable and not over
    asks = next((one for one in person.letters if one.state == "unknown"), None)
    values: dict[str, Any] = {"asks": asks}
    if open_ and asks is None:
        latest = person.letters[-1] if person.letters else None
        if latest is None:
            values |= {"next": 0, "due": now}
        elif latest.state == "failed":
            values |= {"next": latest.number, "due": now}
        elif latest.state == "sent" and latest.number < settings.remind_at_most:
            since = latest.settled_at or latest.began_at
            values |= {"next": latest.number + 1, "due": since + timedelta(days=settings.remind_after)}
    return Person(person.contact, person.wave, person.standing, person.letters, **values)
