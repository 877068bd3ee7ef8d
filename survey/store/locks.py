"""The fold of what happened to a study's plan, for whoever must respect it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from sqlalchemy import Connection, select

from survey.errors import StudyError
from survey.registration import Kind, PlanEvent, Registration
from survey.store import schema
from survey.store.sessions import Study


def events_of(connection: Connection, study: UUID) -> tuple[PlanEvent, ...]:
    """Every act on a study's plan, the first one first."""
    table = schema.plan_event.c
    rows = connection.execute(select(schema.plan_event).where(table.study_id == study).order_by(table.id))
    return tuple(
        PlanEvent(
            cast("Kind", row.kind), row.plan, row.hash, row.n, row.views, row.exports, row.words, row.actor, row.at
        )
        for row in rows
    )


def must_be_changeable(connection: Connection, study: Study) -> None:
    """Raises StudyError where the plan is locked."""
    lock = Registration(events_of(connection, study.id), study.phase).lock
    if lock is not None:
        raise StudyError(
            f"the plan of {study.slug!r} was locked on {lock.at:%d %B %Y}. A change is kept as a dated deviation, with"
            f" its reason: twofold study plan {study.slug} FILE --reason TEXT"
        )
