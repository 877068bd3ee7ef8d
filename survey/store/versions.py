"""A change to a study that is under way: what it would do to answers already there, before it is accepted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from survey.answers import Answer, from_json, unanswered
from survey.errors import StudyError
from survey.instrument.canonical import sha256
from survey.instrument.compare import Change, compare
from survey.instrument.model import Instrument
from survey.store import schema
from survey.store.sessions import Study, instruments


@dataclass(frozen=True)
class Effect:
    """One change, and the number of respondents whose answer it touches (0 where it touches none)."""

    change: Change
    answers: int


@dataclass(frozen=True)
class Proposal:
    """What a new version would do to a study; ``hash`` is what accepting it must name.

    respondents: how many have answered so far in the study's phase. effects: every change, in the order of
    ``compare``; () where the new text asks the same in the same words.
    """

    study: str
    before: Instrument
    after: Instrument
    hash: str
    respondents: int
    effects: tuple[Effect, ...]


def propose(connection: Connection, study: Study, after: Instrument) -> Proposal:
    """Compare a new version with the study's, and count the answers that each change touches."""
    changes = compare(study.instrument, after)
    respondents, items, codes = _given(connection, study, {change.item for change in changes if change.item})
    effects = tuple(
        Effect(change, codes[change.item, change.code] if change.code else items[change.item]) for change in changes
    )
    return Proposal(study.slug, study.instrument, after, sha256(after), respondents, effects)


def must_be_new(connection: Connection, study: Study, after: Instrument) -> None:
    """A change to answers that are there needs a number of its own. Raises StudyError."""
    log, response = schema.submission.c, schema.response.c
    hashes = connection.execute(
        select(log.instrument_hash)
        .join_from(schema.submission, schema.response, log.response_id == response.id)
        .where(response.study_id == study.id)
        .distinct()
    ).scalars()
    known = instruments(connection, {*hashes, study.instrument_hash})
    pinned = sha256(after)
    if pinned not in known and any(version.version == after.version for version in known.values()):
        raise StudyError(
            f"version {after.version} of the questionnaire of {study.slug!r} is already in use."
            " Give the new one another number, such as a higher one, at 'version:'."
        )


def _given(
    connection: Connection, study: Study, items: Iterable[str]
) -> tuple[int, Mapping[str, int], Mapping[tuple[str, str], int]]:
    """Respondents of the phase; of these, how many have answered each item, and each of its codes, last."""
    log, response = schema.submission.c, schema.response.c
    here = (response.study_id == study.id) & (response.phase == study.phase)
    count = connection.execute(select(func.count()).select_from(schema.response).where(here)).scalar_one()
    wanted = set(items)
    last: dict[tuple[object, str], Answer] = {}
    if wanted:
        rows = connection.execute(
            select(log.response_id, log.answers)
            .join_from(schema.submission, schema.response, log.response_id == response.id)
            .where(here)
            .order_by(log.response_id, log.sequence)
        )
        for row in rows:
            last |= {(row.response_id, item): a for item, a in from_json(row.answers).items() if item in wanted}
    answered = {key: answer for key, answer in last.items() if not unanswered(answer)}
    by_item = Counter(item for _, item in answered)
    by_code: Counter[tuple[str, str]] = Counter()
    for (_, item), answer in answered.items():
        by_code.update((item, str(code)) for code in (answer if isinstance(answer, tuple) else (answer,)))
    return count, by_item, by_code
