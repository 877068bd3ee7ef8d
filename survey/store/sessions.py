"""What the log says of one respondent: the fold of their submissions, as the pages see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, select

from survey import flow
from survey.answers import Answer, from_json
from survey.instrument.model import Instrument
from survey.store import schema


@dataclass(frozen=True)
class Study:
    """A study as it stands: ``opened`` counts the openings of its links in the current phase."""

    id: UUID
    slug: str
    title: str
    status: str
    instrument: Instrument
    instrument_hash: str
    plan_text: str | None
    created_at: datetime
    launched_at: datetime | None
    closed_at: datetime | None
    opened: int

    @property
    def phase(self) -> str:
        """'pilot' until the launch, then 'live': the two are never pooled."""
        return "live" if self.status in ("live", "closed") else "pilot"

    @property
    def accepts_answers(self) -> bool:
        return self.status in ("pilot", "live")


@dataclass(frozen=True)
class Session:
    """A respondent's state, immutable: each accepted submission gives a new one.

    answers: the fold of all submissions, those on pages hidden now included; ``flow.relevant`` leaves them out.
    sequence: the number that the next submission carries. seed: for ``flow.item_order``.
    """

    study: Study
    response_id: UUID
    invitation_id: UUID
    token: str
    persisted: bool
    seed: int
    sequence: int
    answers: dict[str, Answer]
    submitted: frozenset[str]
    consented: bool
    completed: bool
    language: str

    def after(self, page: str, answers: dict[str, Answer]) -> Session:
        """The session once this submission is in the log."""
        merged = {**self.answers, **answers}
        submitted = self.submitted | {page}
        instrument = self.study.instrument
        return replace(
            self,
            persisted=True,
            sequence=self.sequence + 1,
            answers=merged,
            submitted=submitted,
            consented=flow.consented(instrument, merged),
            completed=flow.completed(instrument, merged, submitted),
        )


def response_of(invitation: UUID, phase: str) -> UUID:
    """The id of the response that an invitation leads to: a second device or tab arrives at the same one."""
    return uuid5(invitation, phase)


def seed_of(response: UUID) -> int:
    """48 bits of the response's id: the same order of items on every device."""
    return int.from_bytes(response.bytes[:6], "big")


def load(connection: Connection, study: Study, invitation: UUID, token: str) -> Session:
    """The session of an invitation in the study's current phase, folded from the log (one query)."""
    response = response_of(invitation, study.phase)
    log = schema.submission.c
    rows = connection.execute(
        select(log.page, log.answers, log.language).where(log.response_id == response).order_by(log.sequence)
    ).all()
    return fold(study, invitation, token, rows)


def fold(study: Study, invitation: UUID, token: str, rows: Sequence[Any]) -> Session:
    """The session that a respondent's submissions add up to, in the order of their sequence."""
    response = response_of(invitation, study.phase)
    answers: dict[str, Answer] = {}
    for row in rows:
        answers.update(from_json(row.answers))
    submitted = frozenset(row.page for row in rows)
    return Session(
        study=study,
        response_id=response,
        invitation_id=invitation,
        token=token,
        persisted=bool(rows),
        seed=seed_of(response),
        sequence=len(rows),
        answers=answers,
        submitted=submitted,
        consented=flow.consented(study.instrument, answers),
        completed=flow.completed(study.instrument, answers, submitted),
        language=rows[-1].language if rows else study.instrument.languages[0],
    )
