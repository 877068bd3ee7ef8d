"""Waves of a study: what the researcher sets, and which one is open for a person now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, true

from survey import flow
from survey.errors import StudyError
from survey.network.carried import carried
from survey.private import nomination_page
from survey.standing import ENDED
from survey.store import audit, schema
from survey.store.engine import Database
from survey.store.sessions import NO_FIELDS, Session, Study, from_rows, log_of, response_of
from survey.store.studies import find
from survey.waves import MOST_WAVES, ONE, Done, Wave, WavePlace, problems, wave_place

if TYPE_CHECKING:
    from survey.store.results import Kind

WaveList = tuple[Wave, ...]
"""A name outside the class, where ``list`` is a method."""


class Waves:
    """What a researcher sets and sees of waves."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self, slug: str) -> WaveList:
        """A study's waves in order; one where it says nothing of any. Raises NotFoundError."""
        return self._database.read(lambda connection: waves_of(connection, find(connection, slug).id))

    def set(self, slug: str, waves: Sequence[Wave], actor: str = "") -> WaveList:
        """Give a study its waves, numbered 1, 2, 3; one without a day and a window is as if nothing was said of any.

        While a study runs its days may move; a wave that somebody has answered stays. Raises StudyError.
        """
        if not 1 <= len(waves) <= MOST_WAVES:
            raise StudyError(f"{len(waves)} waves cannot be: give 1 to {MOST_WAVES}.")

        def work(connection: Connection) -> WaveList:
            study = find(connection, slug)
            if study.status == "closed":
                raise StudyError(f"the study {slug!r} is closed. Open it again before changing its waves.")
            if (wrong := problems(waves, study.launched_at or schema.now())) is not None:
                raise StudyError(f"{wrong}.")
            if any(page.code for page in study.instrument.pages) and any(one.after_days for one in waves):
                raise StudyError(
                    f"people are known again in {slug!r} by a code of their own: nobody knows when they answered"
                    " before, so that each wave needs a fixed day."
                )
            response = schema.response.c
            begun = connection.execute(
                select(func.max(response.wave)).where(response.study_id == study.id, response.phase == study.phase)
            ).scalar()
            if begun is not None and begun > len(waves):
                raise StudyError(f"wave {begun} of {slug!r} has answers, so that it cannot be left out.")
            connection.execute(delete(schema.study_wave).where(schema.study_wave.c.study_id == study.id))
            if tuple(waves) != ONE:
                connection.execute(insert(schema.study_wave), [_row(study.id, wave) for wave in waves])
            audit.note(connection, "set waves", slug, actor, waves="; ".join(map(told, waves)))
            return waves_of(connection, study.id)

        return self._database.write(work)

    def place(self, slug: str, invitation: UUID, now: datetime | None = None) -> WavePlace:
        """Where an invited person stands now. Raises NotFoundError."""

        def work(connection: Connection) -> WavePlace:
            study = find(connection, slug)
            rows, waves = _log_of(connection, study, invitation), waves_of(connection, study.id)
            return _stand(connection, study, invitation, "", waves, rows, now or schema.now())[1]

        return self._database.read(work)

    def places(self, slug: str, kind: Kind | None = None, now: datetime | None = None) -> dict[UUID, WavePlace]:
        """Where everybody stands whom the study may ask by a personal link, by the invitation's id; also where there is
        one wave. It says who is invited, who has begun and who has finished the open wave. Raises NotFoundError."""
        from survey.store.results import phase_of

        at = now or schema.now()
        return self._database.read(lambda connection: self.places_of(connection, *phase_of(connection, slug, kind), at))

    def places_of(
        self, connection: Connection, study: Study, phase: str, at: datetime, whom: UUID | None = None
    ) -> dict[UUID, WavePlace]:
        """The same within a transaction; of the one with this invitation, where ``whom`` is given."""
        from survey.store.watch import watch_of

        done = watch_of(self._database).done(connection, study, phase)
        waves = waves_of(connection, study.id)
        table = schema.invitation.c
        personal = connection.execute(
            select(table.id, table.created_at).where(
                table.study_id == study.id,
                table.kind == "personal",
                table.revoked_at.is_(None),
                table.stopped_at.is_(None),
                true() if whom is None else table.id == whom,
            )
        )
        return {
            row.id: wave_place(waves, begins(study, row.created_at, at), at, done(row.id, len(waves)))
            for row in personal
        }


def told(wave: Wave) -> str:
    """A wave's settings in a few words, such as '2: 14 days after the one before, open 7 days'."""
    if wave.opens_at is not None:
        when = f"from {wave.opens_at:%Y-%m-%d %H:%M} UTC"
    else:
        when = "from the launch" if wave.after_days is None else f"{wave.after_days} days after the one before"
    return f"{wave.number}: {when}" + ("" if wave.window_days is None else f", open {wave.window_days} days")


def _row(study: UUID, wave: Wave) -> dict[str, Any]:
    return {
        "study_id": study,
        "number": wave.number,
        "opens_at": wave.opens_at,
        "after_days": wave.after_days,
        "window_days": wave.window_days,
    }


def waves_of(connection: Connection, study: UUID) -> WaveList:
    """A study's waves in order."""
    table = schema.study_wave
    rows = connection.execute(select(table).where(table.c.study_id == study).order_by(table.c.number))
    return tuple(Wave(row.number, row.opens_at, row.after_days, row.window_days) for row in rows) or ONE


def begins(study: Study, invited_at: datetime | None, now: datetime) -> datetime:
    """When a study begins for a person: at its launch, or when they were invited later; on an open link, when they
    first sent a page. In a pilot, when they were invited."""
    own = invited_at or now
    return max(own, study.launched_at) if study.phase == "live" and study.launched_at is not None else own


def load_open(
    connection: Connection,
    study: Study,
    invitation: UUID,
    token: str,
    now: datetime | None = None,
    *,
    fresh: bool = False,
) -> Session:
    """The session that an invitation leads to now: of the last wave that has begun for this person.

    Its ``place`` says whether that wave is open; of a study of one wave that is always open it says nothing.
    fresh: of somebody who has sent nothing yet, whatever the log says.
    """
    if not study.in_waves:
        pairs = nomination_page(study.instrument) is not None
        fields = _invited(connection, invitation)[1] if pairs else NO_FIELDS
        own = [] if fresh else log_of(connection, response_of(invitation, study.phase))
        return from_rows(connection, study, invitation, token, own, 1, fields)
    waves = waves_of(connection, study.id)
    rows = [] if fresh else _log_of(connection, study, invitation)
    session, stands = _stand(connection, study, invitation, token, waves, rows, now or schema.now())
    return replace(session, place=stands)


def _log_of(connection: Connection, study: Study, invitation: UUID) -> Sequence[Any]:
    """What an invited person has sent in all waves of the current phase, in order."""
    log, response = schema.submission.c, schema.response.c
    return connection.execute(
        select(response.wave, log.page, log.answers, log.language, log.instrument_hash, log.sent_at, log.received_at)
        .join_from(schema.submission, schema.response, log.response_id == response.id)
        .where(response.invitation_id == invitation, response.phase == study.phase)
        .order_by(response.wave, log.sequence)
    ).all()


def _invited(connection: Connection, invitation: UUID) -> tuple[datetime | None, Mapping[str, object]]:
    """When somebody was invited, and what their invitation says of them."""
    table = schema.invitation.c
    row = connection.execute(select(table.created_at, table.fields).where(table.id == invitation)).one_or_none()
    return (None, NO_FIELDS) if row is None else (row.created_at, json.loads(row.fields))


def _stand(
    connection: Connection,
    study: Study,
    invitation: UUID,
    token: str,
    waves: Sequence[Wave],
    rows: Sequence[Any],
    now: datetime,
) -> tuple[Session, WavePlace]:
    """The session of the last wave that has begun, and where that is."""
    invited_at, fields = _invited(connection, invitation)
    sessions: dict[int, Session] = {}
    completed: dict[int, datetime] = {}
    last_page: dict[int, datetime] = {}
    ended: set[int] = set()
    for wave, lines in groupby(rows, key=lambda row: row.wave):
        own = list(lines)
        sessions[wave] = from_rows(connection, study, invitation, token, own, wave, fields)
        last_page[wave] = own[-1].received_at
        if sessions[wave].completed:
            completed[wave] = first_through((row.page, row.sent_at) for row in own)
        elif sessions[wave].standing in ENDED:
            ended.add(wave)
    done = Done(completed, last_page, frozenset(ended))
    stands = wave_place(waves, begins(study, invited_at, now), now, done)
    session = sessions.get(stands.wave) or from_rows(connection, study, invitation, token, [], stands.wave, fields)
    earlier = [(one.study.instrument, one.answers) for wave, one in sorted(sessions.items()) if wave < stands.wave]
    handed_on = carried(session.study.instrument, earlier) if earlier else {}
    if handed_on:
        way = flow.way(session.study.instrument, {**handed_on, **session.answers}, session.submitted)
        session = replace(session, way=way)
    return session, stands


def first_through(pages: Iterable[tuple[str, datetime]]) -> datetime:
    """When a completed wave was completed: when the last of its pages was sent for the first time, so that a change of
    an answer afterwards does not put off the next wave."""
    first: dict[str, datetime] = {}
    for page, at in pages:
        first[page] = min(at, first.get(page, at))
    return max(first.values())
