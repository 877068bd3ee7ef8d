"""What the log says of one respondent: the fold of their submissions, as the pages see it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, bindparam, select

from survey import consent, flow
from survey.answers import Answer, NotAllowed, from_json, read_answer, unanswered
from survey.flow import Way
from survey.instrument.compare import recoded
from survey.instrument.model import Instrument
from survey.network.people import item_of
from survey.order import arranged
from survey.private import of_role
from survey.standing import ENDED, Standing
from survey.store import schema
from survey.waves import WAVE, WavePlace

NO_FIELDS: Mapping[str, object] = {}


@dataclass(frozen=True)
class Study:
    """A study as it stands.

    opened: openings of its links in the current phase. visitors: those by browsers that had not opened them before.
    address_days: how long hashes of network addresses are kept; None: none is made.
    withdraw_until: the last day on which respondents may have their answers deleted by their link; None: any day.
    delete_after: the day after which the study's data are to be erased; None: not said.
    smallest_group: of an employer's study, how many people a group needs to be told apart; None: another's study.
    in_waves: whether anything is said of its waves; else it has one that is always open.
    """

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
    visitors: int = 0
    address_days: int | None = None
    withdraw_until: date | None = None
    delete_after: date | None = None
    smallest_group: int | None = None
    in_waves: bool = False

    @property
    def phase(self) -> str:
        """'pilot' until the launch, then 'live': the two are never pooled."""
        return "live" if self.status in ("live", "closed") else "pilot"

    @property
    def accepts_answers(self) -> bool:
        return self.status in ("pilot", "live")

    @property
    def tells_who(self) -> bool:
        """Whether anybody may be shown who has answered and who has not: not in an employer's study."""
        return self.smallest_group is None


@dataclass(frozen=True)
class Session:
    """A respondent's state, immutable: each accepted submission gives a new one.

    way: how far they have come, with the answers and pages of all submissions, those hidden now included.
    sequence: the number that the next submission carries. seed: for ``flow.item_order``.
    stopped: whether they have asked not to be asked any further. gone: whether they were erased meanwhile. wave:
    which the answers are of. place: where the respondent stands among several waves; None where the study has one.
    """

    study: Study
    response_id: UUID
    invitation_id: UUID
    token: str
    persisted: bool
    seed: int
    sequence: int
    way: Way = field(repr=False)
    language: str
    stopped: bool = False
    gone: bool = False
    wave: int = 1
    place: WavePlace | None = None

    @property
    def answers(self) -> dict[str, Answer]:
        return self.way.answers

    @property
    def submitted(self) -> AbstractSet[str]:
        return self.way.submitted

    @property
    def consented(self) -> bool:
        return flow.consented(self.study.instrument, self.answers)

    @property
    def standing(self) -> Standing:
        return self.way.standing

    @property
    def completed(self) -> bool:
        return self.standing == "completed"

    def after(self, page: str, answers: Mapping[str, Answer]) -> Session:
        """The session once this submission is in the log."""
        way = flow.way(self.study.instrument, {**self.answers, **answers}, self.submitted | {page})
        place = self.place
        if place is not None:
            done = way.standing == "completed"
            place = replace(place, started=True, completed=done, ended=way.standing in ENDED)
        return replace(self, persisted=True, sequence=self.sequence + 1, way=way, place=place)


def response_of(invitation: UUID, phase: str, wave: int = 1) -> UUID:
    """The id of the response that an invitation leads to: a second device or tab arrives at the same one."""
    return uuid5(invitation, phase if wave == 1 else f"{phase}/{wave}")


def seed_of(response: UUID) -> int:
    """48 bits of the response's id: the same order of items on every device."""
    return int.from_bytes(response.bytes[:6], "big")


def load_again(connection: Connection, session: Session) -> Session:
    """A respondent's session in the same wave, as the log has it now."""
    rows = log_of(connection, session.response_id)
    return from_rows(
        connection, session.study, session.invitation_id, session.token, rows, session.wave, session.answers
    )


def log_of(connection: Connection, response: UUID) -> Sequence[Any]:
    """The rows of a response that ``from_rows`` folds, in order."""
    return connection.execute(_LOG, {"response": response}).all()


_LOG = (
    select(*(schema.submission.c[name] for name in ("page", "answers", "language", "instrument_hash")))
    .where(schema.submission.c.response_id == bindparam("response"))
    .order_by(schema.submission.c.sequence)
)
"""Made once, as every statement of a page turn: to put one together takes longer than to run it."""


def from_rows(
    connection: Connection,
    study: Study,
    invitation: UUID,
    token: str,
    rows: Sequence[Any],
    wave: int = 1,
    fields: Mapping[str, object] = NO_FIELDS,
) -> Session:
    """The session of an invitation whose log has these rows: page, answers, language, instrument_hash.

    fields: what the invitation says of the person.
    Who finished an earlier version of the questionnaire stays with it; everybody else goes on in the current one.
    """
    if not rows or all(row.instrument_hash == study.instrument_hash for row in rows):
        return fold(study, invitation, token, rows, None, wave, fields)
    versions = instruments(connection, {row.instrument_hash for row in rows})
    own = rows[-1].instrument_hash
    theirs = replace(study, instrument=versions[own], instrument_hash=own)
    earlier = fold(theirs, invitation, token, rows, versions, wave, fields)
    return earlier if earlier.completed else fold(study, invitation, token, rows, versions, wave, fields)


def instruments(connection: Connection, hashes: Collection[str]) -> dict[str, Instrument]:
    """Instruments by their hashes."""
    return {one: pinned(connection, one) for one in hashes}


def pinned(connection: Connection, instrument: str) -> Instrument:
    """The instrument of this hash. A connection remembers those that it has met: what has a hash does not change."""
    met: dict[str, Instrument] = connection.info.setdefault("instruments", {})
    if instrument not in met:
        if len(met) >= _MOST_MET:
            met.clear()
        met[instrument] = read_model(connection.execute(_MODEL, {"instrument": instrument}).scalar_one())
    return met[instrument]


_MOST_MET = 64
_MODEL = select(schema.instrument.c.model).where(schema.instrument.c.hash == bindparam("instrument"))


@lru_cache(maxsize=64)
def read_model(model: str) -> Instrument:
    """An instrument as it is kept: not its canonical form, which sorts items, and not the author's text, which a later
    grammar might refuse."""
    return Instrument.model_validate_json(model)


def fitting(answers: Mapping[str, Answer], given_to: Instrument, instrument: Instrument) -> dict[str, Answer]:
    """Of answers that were given to one version, those that mean the same in another and are allowed there."""
    gone = _recoded(given_to, instrument)
    return {
        name: answer
        for name, answer in answers.items()
        if (item := item_of(name)) not in gone and (item not in instrument.items or _allowed(instrument, item, answer))
    }


@lru_cache(maxsize=64)
def _recoded(before: Instrument, after: Instrument) -> frozenset[str]:
    return recoded(before, after)


def _allowed(instrument: Instrument, item: str, answer: Answer) -> bool:
    try:
        read = read_answer(instrument.format_of(item), answer)
    except NotAllowed:
        return False
    return unanswered(answer) or not unanswered(read)  # a ranking of other things reads as none


def fold(
    study: Study,
    invitation: UUID,
    token: str,
    rows: Sequence[Any],
    versions: Mapping[str, Instrument] | None = None,
    wave: int = 1,
    fields: Mapping[str, object] = NO_FIELDS,
) -> Session:
    """The session that a respondent's submissions add up to, in the order of their sequence.

    versions: the instruments of all rows, where some were sent to another version than the study's.
    """
    response = response_of(invitation, study.phase, wave)
    study = replace(study, instrument=arranged(study.instrument, seed_of(response)))
    answers: dict[str, Answer] = of_wave(wave) | of_role(study.instrument, fields)
    for row in rows:
        given = from_json(row.answers)
        if versions is not None and row.instrument_hash != study.instrument_hash:
            given = fitting(given, versions[row.instrument_hash], study.instrument)
        answers.update(given)
    answers = consent.without(study.instrument, answers)
    return Session(
        study=study,
        response_id=response,
        invitation_id=invitation,
        token=token,
        persisted=bool(rows),
        seed=seed_of(response),
        sequence=len(rows),
        way=flow.way(study.instrument, answers, frozenset(row.page for row in rows)),
        language=rows[-1].language if rows else study.instrument.languages[0],
        wave=wave,
    )


def of_wave(wave: int) -> dict[str, Answer]:
    """What conditions know of the wave beside the answers; nothing in the first, which they take for granted."""
    return {} if wave == 1 else {WAVE: float(wave)}
