"""Whom to write to: addresses and words for letters, encrypted, beside the invitation that each of them belongs to."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey.errors import StudyError
from survey.mail.address import read_address, same_for
from survey.mail.people import ContactProblems, NewContact
from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.invitations import Invitations
from survey.store.keys import Keys, hash_token
from survey.store.mail_tables import MOVED, letter
from survey.store.mail_tables import contact as table
from survey.store.sessions import Study
from survey.store.studies import find

SOFT_BOUNCES_AT_MOST = 3
"""So many reports of a full or sleeping box, and nothing is sent there any more until the address is changed."""


@dataclass(frozen=True)
class Contact:
    """Somebody who is written to. fields: what goes into the data.

    Only recruiters and owners ever hold one; its text in errors and logs says nothing of the person. Address, words
    and token are made out when they are first asked for: a page that counts people decrypts none of them.
    """

    invitation_id: UUID
    language: str | None
    fields: Mapping[str, str | float] = field(repr=False)
    added_at: datetime
    unsubscribed_at: datetime | None
    bounced_at: datetime | None
    soft_bounces: int
    revoked_at: datetime | None
    stopped_at: datetime | None
    _keys: Keys = field(repr=False)
    _address: str = field(repr=False)
    _words: str = field(repr=False)
    _issue: int = field(repr=False)

    @cached_property
    def address(self) -> str:
        """Where letters go. Raises StoreError where it was encrypted under another key."""
        return self._keys.decrypt(self._address)

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Their name and whatever else letters call them by."""
        words: dict[str, str] = json.loads(self._keys.decrypt(self._words))
        return words

    @cached_property
    def token(self) -> str:
        """The secret of their own link."""
        return self._keys.token(self.invitation_id, self._issue)

    @property
    def name(self) -> str:
        return self.words.get("name", "")

    @property
    def reachable(self) -> bool:
        """Whether letters may go there; stopped_at: they have asked to be asked nothing more."""
        gone = self.unsubscribed_at or self.bounced_at or self.revoked_at or self.stopped_at
        return gone is None and self.soft_bounces < SOFT_BOUNCES_AT_MOST


ContactList = list[Contact]
"""A name outside the class, where ``list`` is a method."""


@dataclass(frozen=True)
class OptOut:
    """What the page behind a letter's last link needs to know. study: its title."""

    study: str
    language: str
    languages: tuple[str, ...]
    out: bool


class Contacts:
    """What a recruiter does with the list of people."""

    def __init__(self, database: Database, keys: Keys, invitations: Invitations) -> None:
        self._database = database
        self._keys = keys
        self._invitations = invitations

    def add(
        self,
        slug: str,
        people: Sequence[NewContact],
        actor: str = "",
        *,
        source: str = "list",
        skip_known: bool = False,
    ) -> int:
        """Invite people of a list, each with a link of their own; give how many, all or none of them.

        skip_known: leave out those whose address is in the study already. Raises ContactProblems, with each row whose
        address is, NotFoundError.
        """

        def work(connection: Connection) -> int:
            study = find(connection, slug)
            macs = {self.mac_of(study.id, one.address): one for one in people}
            known = {mac for mac in _known(connection, study.id) if mac in macs}
            if known and not skip_known:
                rows = sorted(macs[mac].row for mac in known)
                raise ContactProblems(
                    [
                        f"{source}, row {row}, email: this address is in the study already. Take it out, or leave out"
                        " all who are (--skip-known)."
                        for row in rows
                    ]
                )
            new = {mac: one for mac, one in macs.items() if mac not in known}
            if not new:
                return 0
            made = self._invitations.insert(connection, study, [(one.address, one.fields) for one in new.values()])
            self.insert(connection, study, [(i.id, one) for (i, _), one in zip(made, new.values(), strict=True)])
            audit.note(connection, "add contacts", slug, actor, n=len(new), known=len(known))
            return len(new)

        try:
            return self._database.write(work)
        except IntegrityError:
            raise StudyError("somebody else added people to this study at the same time. Try once more.") from None

    def insert(self, connection: Connection, study: Study, people: Sequence[tuple[UUID, NewContact]]) -> None:
        """Give invitations that are there their contacts, within a transaction that does more."""
        rows = [self._row(study.id, made, self.mac_of(study.id, one.address), one) for made, one in people]
        connection.execute(insert(table), rows)

    def _row(self, study: UUID, invitation: UUID, mac: str, one: NewContact) -> dict[str, Any]:
        return {
            "invitation_id": invitation,
            "study_id": study,
            "address": self._keys.encrypt(one.address),
            "address_mac": mac,
            "language": one.language,
            "attributes": self._keys.encrypt(json.dumps(dict(one.words), ensure_ascii=False)),
            "opt_out_hash": hash_token(self.opt_out_token(invitation)),
            "soft_bounces": 0,
            "added_at": schema.now(),
        }

    def mac_of(self, study: UUID, address: str) -> str:
        """By what an address is known again. Of the study too, so that nobody with the database alone sees that two
        studies write to the same person."""
        return self._keys.mac("addresses", f"{study.hex} {same_for(address)}")

    def opt_out_token(self, invitation: UUID) -> str:
        """The secret of the link that ends the letters; it opens no questionnaire and tells no invitation."""
        digest = hmac.digest(self._keys.derive("ending letters"), invitation.bytes, "sha256")
        return base64.urlsafe_b64encode(digest[:18]).decode()

    def list(self, slug: str) -> ContactList:
        """Everybody in a study's list, in the order in which they were added. Raises NotFoundError."""
        return self._database.read(lambda connection: self.of_study(connection, find(connection, slug)))

    def of_study(self, connection: Connection, study: Study) -> ContactList:
        """The same within a transaction that does more."""
        invitation = schema.invitation.c
        rows = connection.execute(
            select(table, invitation.issue, invitation.fields, invitation.revoked_at, invitation.stopped_at)
            .join(schema.invitation, table.c.invitation_id == invitation.id)
            .where(table.c.study_id == study.id)
            .order_by(table.c.added_at, table.c.invitation_id)
        )
        return [self._from_row(row) for row in rows]

    def _from_row(self, row: Row[Any]) -> Contact:
        return Contact(
            row.invitation_id,
            row.language,
            json.loads(row.fields),
            row.added_at,
            row.unsubscribed_at,
            row.bounced_at,
            row.soft_bounces,
            row.revoked_at,
            row.stopped_at,
            self._keys,
            row.address,
            row.attributes,
            row.issue,
        )

    def count(self, slug: str) -> int:
        """How many people the list has; nothing is decrypted."""

        def work(connection: Connection) -> int:
            study = find(connection, slug)
            return connection.execute(
                select(func.count()).select_from(table).where(table.c.study_id == study.id)
            ).scalar_one()

        return self._database.read(work)

    def note_look(self, slug: str, actor: str, how: str) -> None:
        """Put into the audit log that somebody saw addresses, and how: on the page, as a file."""
        self._database.write(lambda connection: audit.note(connection, "see contacts", slug, actor, how=how))

    def change_address(self, invitation: UUID, address: str, actor: str = "") -> None:
        """Give a person another address: what was refused or came back, told now or later, is sent again.

        Raises MailError, StudyError where the address is another person's.
        """
        from survey.store.owed import readdress

        wanted = read_address(address)

        def work(connection: Connection) -> None:
            row = connection.execute(
                select(table.c.study_id, table.c.address, table.c.address_mac, schema.study.c.slug)
                .join(schema.study, table.c.study_id == schema.study.c.id)
                .where(table.c.invitation_id == invitation)
            ).one_or_none()
            if row is None:
                raise StudyError("this person is not in the list any more.")
            values = {
                "address": self._keys.encrypt(wanted),
                "address_mac": self.mac_of(row.study_id, wanted),
                "bounced_at": None,
                "soft_bounces": 0,
            }
            connection.execute(update(table).where(table.c.invitation_id == invitation).values(**values))
            label = {"contact": self._keys.encrypt(wanted)}
            connection.execute(update(schema.invitation).where(schema.invitation.c.id == invitation).values(**label))
            readdress(connection, self._keys, row.study_id, self._keys.decrypt(row.address), wanted)
            theirs, gone = letter.c.invitation_id == invitation, letter.c.state.in_(("refused", "bounced"))
            connection.execute(update(letter).where(theirs, gone).values(state="failed"))
            if self.mac_of(row.study_id, wanted) != row.address_mac:
                connection.execute(update(letter).where(theirs, letter.c.state == "sent").values(code=MOVED))
            audit.note(connection, "change address", row.slug, actor, invitation=str(invitation))

        try:
            self._database.write(work)
        except IntegrityError:
            raise StudyError("this address is that of somebody else in the study's list.") from None

    def opt_out(self, token: str) -> OptOut | None:
        """What stands behind the link that ends letters; None where nobody has it."""
        return self._database.read(lambda connection: self._find(connection, token)[1])

    def set_opt_out(self, token: str, out: bool) -> OptOut | None:
        """End somebody's letters, or send them again; the link to the questionnaire works as before."""

        def work(connection: Connection) -> OptOut | None:
            invitation, found = self._find(connection, token)
            if found is not None and found.out != out:
                when = schema.now() if out else None
                connection.execute(
                    update(table).where(table.c.invitation_id == invitation).values(unsubscribed_at=when)
                )
            return self._find(connection, token)[1]

        return self._database.write(work)

    def _find(self, connection: Connection, token: str) -> tuple[UUID | None, OptOut | None]:
        columns = (table.c.invitation_id, table.c.language, table.c.unsubscribed_at, schema.study.c.slug)
        row = connection.execute(
            select(*columns)
            .join(schema.study, table.c.study_id == schema.study.c.id)
            .where(table.c.opt_out_hash == hash_token(token))
        ).one_or_none()
        if row is None:
            return None, None
        study = find(connection, row.slug)
        languages = study.instrument.languages
        language = row.language or languages[0]
        return row.invitation_id, OptOut(study.title, language, languages, row.unsubscribed_at is not None)


def _known(connection: Connection, study: UUID) -> set[str]:
    return set(connection.execute(select(table.c.address_mac).where(table.c.study_id == study)).scalars())
