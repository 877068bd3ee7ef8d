"""What a study's log says: counts of where respondents stand, and the Dataset of their answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, DateTime, Select, String, func, select, type_coerce

from survey.errors import StudyError
from survey.instrument.model import Instrument
from survey.store import schema
from survey.store.engine import Database
from survey.store.sessions import Study, instruments
from survey.store.studies import find

if TYPE_CHECKING:
    from survey.dataset.model import Dataset
    from survey.store.consents import AgreedTo
    from survey.store.watch import Watched

Kind = Literal["live", "pilot"]

_AT_ONCE = 2_000
"""Lines of the log that are in memory at a time."""


@dataclass(frozen=True)
class Counts:
    """Where a study's respondents stand.

    opened: times that a link's page ran. started: responses, that is, with a page submitted. consented, completed: of
    these. median_minutes: of those completed, from the first page shown until the last page was sent for the first
    time; None where there is none. leaving: for each page, how many of those not completed have it before them.
    screened_out, over_quota: for whom the questionnaire ended early, who neither completed nor left.
    """

    opened: int
    started: int
    consented: int
    completed: int
    median_minutes: float | None
    leaving: dict[str, int]
    screened_out: int = 0
    over_quota: int = 0


class Results:
    """What a researcher reads; each call is one reading transaction for the whole study."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, slug: str, kind: Kind | None = None, wave: int | None = None) -> Counts:
        """Counts of the pilot or of the live study (by default of the phase it is in), of one wave or of all together.

        Raises NotFoundError.

        A page that shows them asks every few seconds: only what came since the last time is read of the log.
        """
        from survey.store.watch import watch_of

        found = watch_of(self._database).look(slug, kind, wave)
        tally = found.tally
        return Counts(
            opened=found.opened,
            started=tally.started,
            consented=tally.agreed,
            completed=len(tally.minutes),
            median_minutes=tally.median_minutes,
            leaving=dict(tally.leaving),
            screened_out=tally.standings.get("screened_out", 0),
            over_quota=tally.standings.get("over_quota", 0),
        )

    def watch(self, slug: str, kind: Kind | None = None, wave: int | None = None) -> Watched:
        """All that the page of a study under way shows: rates, pages, minutes, flags, quotas. Raises NotFoundError."""
        from survey.store.watch import watch_of

        return watch_of(self._database).look(slug, kind, wave)

    def agreed_to(self, slug: str, kind: Kind | None = None) -> tuple[AgreedTo, ...]:
        """Which words respondents answered to on the consent page, by version and language. Raises NotFoundError."""
        from survey.store.consents import agreed_to

        return self._database.read(lambda connection: agreed_to(connection, slug, kind))

    def version(self, slug: str, kind: Kind | None = None) -> str:
        """A short text that differs whenever the log of a phase does: for caches of what is made from it."""

        def work(connection: Connection) -> str:
            study = find(connection, slug)
            log, response = schema.submission.c, schema.response.c
            query = (
                select(func.count(), func.max(log.id))
                .join_from(schema.submission, schema.response, log.response_id == response.id)
                .where(response.study_id == study.id, response.phase == (kind or study.phase))
            )
            count, last = connection.execute(query).one()
            # After an erasure another line may get the number of one that is gone.
            erased = connection.execute(select(func.max(schema.erasure.c.id)).where(schema.erasure.c.study == slug))
            state = f"{count} {last or 0} {erased.scalar_one() or 0}"
            return f"{study.id.hex} {kind or study.phase} {study.instrument_hash[:16]} {state}"

        return self._database.read(work)

    def dataset(self, slug: str, kind: Kind | None = None, wave: int | None = None) -> Dataset:
        """The answers of everyone who consented, pilot or live (by default of the phase the study is in).

        Of a study of several waves a row is a person in a wave (of all, or of one), named ``PERSON@WAVE``. Rows are in
        the order of their random ids, so that they tell nothing of who came when. Of an employer's study the groups
        are those alone that ``survey.dataset.protect`` releases. Raises NotFoundError.
        """
        from survey.dataset.assemble import assemble
        from survey.dataset.protect import protected
        from survey.store.codes import same_people
        from survey.store.nominations import nominated_pairs
        from survey.store.respondents import Joined, Reader

        def work(connection: Connection) -> Dataset:
            study, phase = phase_of(connection, slug, kind)
            joined = Joined(same_people(connection, study, phase), nominated_pairs(connection, study))
            reader = Reader(versions_of(connection, study, phase), _waves(connection, study, phase), joined)
            logs = _logs(connection, study, phase, wave)
            respondents = [one for log in logs if (one := reader.read(log)) is not None]
            notes = [f"{reader.refused} who did not consent are left out."] if reader.refused else []
            made = assemble(reader.instrument, reader.sorted(respondents), f"study {slug}", (*notes, *reader.notes))
            if study.smallest_group is None:
                return made
            return protected(made, study.smallest_group, ended=study.status == "closed" or phase != study.phase)

        return self._database.read(work)


def phase_of(connection: Connection, slug: str, kind: Kind | None) -> tuple[Study, str]:
    """The study, and the phase that is asked for. Raises NotFoundError, StudyError."""
    if kind not in (None, "live", "pilot"):
        raise StudyError(f"{kind!r} is no phase of a study. There are: pilot, live.")
    study = find(connection, slug)
    return study, kind or study.phase


def lines_of(study: Study, phase: str, *columns: Any, wave: int | None = None) -> Select[Any]:
    """The log of a phase, or of a wave of it, with each line's respondent as the database writes their id.

    A study has hundreds of thousands of lines, so nothing is converted that need not be.
    """
    log, response = schema.submission.c, schema.response.c
    lines = (
        select(type_coerce(log.response_id, String).label("response_id"), *columns)
        .join_from(schema.submission, schema.response, log.response_id == response.id)
        .where(response.study_id == study.id, response.phase == phase)
    )
    return lines if wave is None else lines.where(response.wave == wave)


Versions = dict[str, Instrument]
"""Instruments by their hash."""


def _waves(connection: Connection, study: Study, phase: str) -> int:
    """Of how many waves a study is, by its settings and by what was answered."""
    wave, response = schema.study_wave.c, schema.response.c
    planned = select(func.max(wave.number)).where(wave.study_id == study.id)
    here = (response.study_id == study.id) & (response.phase == phase)
    begun = select(func.max(response.wave)).where(here)
    return max(connection.execute(query).scalar() or 1 for query in (planned, begun))


def versions_of(connection: Connection, study: Study, phase: str) -> Versions:
    """The instruments that a phase's submissions were sent to, in the order in which they came; the study's is last."""
    log, response = schema.submission.c, schema.response.c
    hashes = connection.execute(
        select(log.instrument_hash)
        .join_from(schema.submission, schema.response, log.response_id == response.id)
        .where(response.study_id == study.id, response.phase == phase)
        .group_by(log.instrument_hash)
        .order_by(func.min(log.id))
    ).scalars()
    earlier = [key for key in hashes if key != study.instrument_hash]
    known = instruments(connection, earlier) if earlier else {}
    return {**{key: known[key] for key in earlier}, study.instrument_hash: study.instrument}


def _logs(connection: Connection, study: Study, phase: str, wave: int | None) -> Iterator[list[Any]]:
    """The log of each response of a phase, or of a wave of it, in order."""
    log = schema.submission.c
    moment = DateTime(timezone=True)
    pressed = schema.step_back.c
    presses = select(pressed.response_id, func.count().label("presses")).group_by(pressed.response_id).subquery()
    back = func.coalesce(presses.c.presses, 0)
    columns = (
        log.page,
        log.answers,
        log.item_order,
        log.instrument_hash,
        type_coerce(log.shown_at, moment).label("shown_at"),
        type_coerce(log.sent_at, moment).label("sent_at"),
        log.channel,
        log.device,
        back.label("back_steps"),
        schema.invitation.c.fields,
        type_coerce(schema.response.c.invitation_id, String).label("invitation_id"),
        schema.response.c.phase,
        schema.response.c.wave,
        schema.response.c.source,
    )
    rows = connection.execute(
        lines_of(study, phase, *columns, wave=wave)
        .join(schema.invitation, schema.response.c.invitation_id == schema.invitation.c.id)
        .outerjoin(presses, presses.c.response_id == log.response_id)
        .order_by(log.response_id, log.sequence)
    )
    for _, lines in groupby(rows.yield_per(_AT_ONCE), key=lambda row: row.response_id):
        yield list(lines)


def seconds(start: datetime, end: datetime) -> float:
    """Seconds between two moments; clocks that disagree make none negative."""
    return max(0.0, (end - start).total_seconds())
