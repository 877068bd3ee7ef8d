"""What is kept of how answers came, never of who sent them: channel, device class, presses of Back, openings.

No network address and no name of a browser is ever written. A study may keep a keyed hash of network addresses for a
declared number of days, to find people who answered twice; it is off unless the study's owner sets the days, the key
lies outside the database, and the hashes are deleted once the days are over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from survey.errors import StudyError
from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.keys import Keys
from survey.store.sessions import Session, Study
from survey.store.studies import find

if TYPE_CHECKING:
    from survey.store.participation import Participation
    from survey.store.results import Kind

CHANNELS = ("streamlit", "html")
DEVICES = ("phone", "tablet", "desktop")
LONGEST_DAYS = 365
_SOURCE = re.compile(r"[A-Za-z0-9_.-]{1,32}")


@dataclass(frozen=True)
class Circumstances:
    """How a page came.

    channel: which renderer sent it, 'streamlit' or 'html'. device: 'phone', 'tablet' or 'desktop'; None where it is
    not known. source: the code in an open link, as in ``?c=newsletter``. address: the network address, from which a
    hash is made where the study says so, and which is then forgotten.
    """

    channel: str = "streamlit"
    device: str | None = None
    source: str | None = None
    address: str | None = None

    def __repr__(self) -> str:  # an address must not reach a log by way of an error
        return f"Circumstances(channel={self.channel!r}, device={self.device!r}, source={self.source!r})"


UNKNOWN = Circumstances()


def read_device(text: object) -> str | None:
    """A device class as a browser sends it, or None where it is none."""
    return text if isinstance(text, str) and text in DEVICES else None


def read_source(text: object) -> str | None:
    """The code of an open link, or None where it is none: at most 32 letters, digits, '_', '.' and '-'."""
    return text if isinstance(text, str) and _SOURCE.fullmatch(text) else None


class Paradata:
    """The part of the store that counts and notes; nothing here holds up a respondent."""

    def __init__(self, database: Database, keys: Keys) -> None:
        self._database = database
        self._keys = keys

    def opened(self, slug: str, *, first: bool = True) -> None:
        """Count one opening of a study's link, anonymously; ``first``: by a browser that had not opened it before.

        A study that is not open counts none.
        """
        study = schema.study.c

        def work(connection: Connection) -> None:
            for status, views, visitors in (
                ("pilot", study.opened_pilot, study.visitors_pilot),
                ("live", study.opened_live, study.visitors_live),
            ):
                counted = update(schema.study).where(study.slug == slug, study.status == status)
                connection.execute(counted.values({views: views + 1, visitors: visitors + int(first)}))

        self._database.write(work, alone=False)

    def went_back(self, session: Session, page: str | None, press: str, channel: str) -> None:
        """Note one press of Back on a page (None: after the last one), once for each ``press``."""
        if not session.persisted:
            return
        line = {
            "response_id": session.response_id,
            "uuid": uuid5(session.response_id, f"back/{press}"),
            "page": page or "",
            "channel": channel,
            "at": schema.now(),
        }
        try:
            self._database.write(
                lambda connection: connection.execute(insert(schema.step_back).values(**line)), alone=False, again=True
            )
        except IntegrityError:
            return  # noted already, or the response is gone

    def participation(self, slug: str, kind: Kind | None = None) -> Participation:
        """Views, rates, times, devices, duplicates of a study's phase. Raises NotFoundError."""
        from survey.store.participation import participation

        self.forget_addresses()
        return participation(self._database, slug, kind)

    def set_address_days(self, slug: str, days: int | None, actor: str = "") -> Study:
        """For how many days a hash of network addresses is kept; None, as it is at first: none is ever made.

        Hashes kept longer than a shorter period are deleted at once. Raises StudyError.
        """
        if days is not None and not 1 <= days <= LONGEST_DAYS:
            raise StudyError(f"{days} days cannot be: give 1 to {LONGEST_DAYS}, or nothing to keep no hash at all.")

        def work(connection: Connection) -> Study:
            study = find(connection, slug)
            table, response = schema.address_hash.c, schema.response.c
            audit.note(connection, "set address days", slug, actor, before=study.address_days, after=days)
            connection.execute(update(schema.study).where(schema.study.c.id == study.id).values(address_days=days))
            mine = select(response.id).where(response.study_id == study.id)
            kept = schema.now() - timedelta(days=days or 0)
            connection.execute(delete(schema.address_hash).where(table.response_id.in_(mine), table.made_at <= kept))
            return find(connection, slug)

        return self._database.write(work)

    def forget_addresses(self) -> int:
        """Delete every hash whose period is over; how many there were."""
        return self._database.write(forget_addresses)


def forget_addresses(connection: Connection) -> int:
    """Delete every hash of an address whose study's period is over, or that keeps none any more."""
    gone = 0
    study, response, table = schema.study.c, schema.response.c, schema.address_hash.c
    for row in connection.execute(select(study.id, study.address_days)).all():
        mine = select(response.id).where(response.study_id == row.id)
        before = schema.now() - timedelta(days=row.address_days or 0)
        done = connection.execute(
            delete(schema.address_hash).where(table.response_id.in_(mine), table.made_at <= before)
        )
        gone += done.rowcount
    return gone


def keep_address(connection: Connection, keys: Keys, session: Session, address: str | None) -> None:
    """With a response's first page: the keyed hash of its network address, where the study keeps them."""
    days = connection.execute(
        select(schema.study.c.address_days).where(schema.study.c.id == session.study.id)
    ).scalar_one()
    if days is None or not address:
        return
    forget_addresses(connection)
    connection.execute(
        insert(schema.address_hash).values(
            response_id=session.response_id,
            mac=address_mac(keys, session.study.id, address),
            made_at=schema.now(),
        )
    )


def address_mac(keys: Keys, study: UUID, address: str) -> str:
    """HMAC-SHA256 of study and address under a key of its own: in another study the same address has another hash."""
    return keys.mac("network addresses", f"{study}/{address}")
