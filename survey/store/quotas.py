"""Places in quotas: decided when the page that decides is sent, in the transaction that saves it.

A place is held by whoever was let in and completed, or sent a page within the last hour. Whoever was let in may always
finish; so a quota is overfilled at most by those who were away for over an hour and came back after others took their
places, and never by a race: of several who send at the same moment, one is counted after the other. A quota says who is
taken in, so that only first waves count: who is there again has their place.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, update

from survey import flow
from survey import standing as ends
from survey.answers import Answer
from survey.instrument.model import Instrument
from survey.store import schema
from survey.store.sessions import Session

HOLD = timedelta(hours=1)
"""How long a place is kept for somebody who is answering."""


def settle(
    connection: Connection, session: Session, page: str, given: Mapping[str, Answer], now: datetime
) -> dict[str, Answer]:
    """What the log keeps of quotas beside a page's answers: ``quota.NAME`` to 'in', 'over' or 'none'.

    session: as it stands before the page. The response must be in the database already.
    """
    instrument = session.study.instrument
    if not instrument.quotas:
        return {}
    # PostgreSQL lets pages go side by side: those of one study go one after the other from here on, as on SQLite. The
    # lock leaves room for the key that a new response refers to: two first pages would wait for each other.
    connection.execute(
        select(schema.study.c.id).where(schema.study.c.id == session.study.id).with_for_update(key_share=True)
    )
    answers = {**session.answers, **given}
    submitted = {*session.submitted, page}
    asked = set(flow.names_on(instrument, flow.find_page(instrument, page)))
    marks: dict[str, Answer] = {}
    screened = flow.closing(instrument, answers) is not None
    for name, quota in instrument.quotas.items():
        names = set(ends.expression(quota.when).names)
        if not screened and names & asked and _decided(instrument, names, answers, submitted):
            marks[ends.mark(name)] = _place(connection, session, name, answers, now)
    mine = schema.quota_place.c.response_id == session.response_id
    if flow.closing(instrument, {**answers, **marks}) is not None:
        connection.execute(schema.quota_place.delete().where(mine))  # who goes no further keeps no place
        return marks
    done = flow.completed(instrument, {**answers, **marks}, submitted)
    connection.execute(update(schema.quota_place).where(mine).values(seen_at=now, completed=int(done)))
    return marks


def _decided(instrument: Instrument, names: set[str], answers: Mapping[str, Answer], submitted: set[str]) -> bool:
    """Whether every page that asks one of the names was sent, or is not shown."""
    shown = set(flow.visible_pages(instrument, answers))
    waiting = (page for page in instrument.pages if page.id in shown and page.id not in submitted)
    return not any(names & set(page.items) for page in waiting)


def _place(connection: Connection, session: Session, name: str, answers: Mapping[str, Answer], now: datetime) -> str:
    """Whether there is a place for this respondent, who takes it then; 'none' where the quota is not about them."""
    instrument, table = session.study.instrument, schema.quota_place
    place = table.c
    own = (place.response_id == session.response_id) & (place.quota == name)
    quota = instrument.quotas[name]
    if not ends.expression(quota.when).holds(flow.relevant(instrument, answers)):
        connection.execute(table.delete().where(own))
        return "none"
    if session.wave > 1 or connection.execute(select(place.quota).where(own)).one_or_none() is not None:
        return "in"
    held = (place.study_id == session.study.id) & (place.phase == session.study.phase) & (place.quota == name)
    active = (place.completed == 1) | (place.seen_at > now - HOLD)
    taken = connection.execute(select(func.count()).select_from(table).where(held, active)).scalar_one()
    if taken >= quota.max:
        return "over"
    connection.execute(
        insert(table).values(
            response_id=session.response_id,
            quota=name,
            study_id=session.study.id,
            phase=session.study.phase,
            completed=0,
            seen_at=now,
        )
    )
    return "in"
