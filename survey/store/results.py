"""What a study's log says: counts of where respondents stand, and the Dataset of their answers."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal
from uuid import UUID

from sqlalchemy import Connection, DateTime, Select, String, func, select, type_coerce

from survey import flow
from survey.answers import Answer, NotAllowed, from_json, read_answer
from survey.errors import StudyError
from survey.store import schema
from survey.store.engine import Database
from survey.store.sessions import Study
from survey.store.studies import find

if TYPE_CHECKING:
    from survey.dataset.assemble import Respondent
    from survey.dataset.model import Dataset

Kind = Literal["live", "pilot"]

_AT_ONCE = 2_000
"""Lines of the log that are in memory at a time."""

Given = dict[str, dict[str, Answer]]
"""Answers by respondent."""


@dataclass(frozen=True)
class Counts:
    """Where a study's respondents stand.

    opened: times that a link's page ran. started: responses, that is, with a page submitted. consented, completed: of
    these. median_minutes: of those completed, from the first page shown until the last page was sent for the first
    time; None where there is none. leaving: for each page, how many of those not completed have it before them.
    """

    opened: int
    started: int
    consented: int
    completed: int
    median_minutes: float | None
    leaving: dict[str, int]


class Results:
    """What a researcher reads; each call is one reading transaction for the whole study."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, slug: str, kind: Kind | None = None) -> Counts:
        """Counts of the pilot or of the live study (by default of the phase it is in). Raises NotFoundError.

        A page that shows them asks every few seconds: the database sums up each log, and only the answers that decide
        where somebody stands are read.
        """
        study, opened, visits, given = self._database.read(lambda connection: _visits(connection, slug, kind))
        instrument, names = study.instrument, flow.deciding(study.instrument)

        @cache
        def standing(pages: frozenset[str], values: tuple[Answer | None, ...]) -> tuple[bool, bool, str]:
            answers = {name: value for name, value in zip(names, values, strict=True) if value is not None}
            before = flow.first_open(instrument, answers, pages) or flow.visible_pages(instrument, answers)[-1]
            return flow.consented(instrument, answers), flow.completed(instrument, answers, pages), before

        consented = 0
        minutes: list[float] = []
        leaving: Counter[str] = Counter()
        for visit in visits:
            answers = given.get(visit.response_id, {})
            pages = frozenset(visit.pages.split(","))
            agreed, done, before = standing(pages, tuple(answers.get(name) for name in names))
            consented += agreed
            if done:
                minutes.append(_seconds(visit.began, visit.ended) / 60)
            else:
                leaving[before] += 1
        return Counts(
            opened=opened,
            started=len(visits),
            consented=consented,
            completed=len(minutes),
            median_minutes=statistics.median(minutes) if minutes else None,
            leaving={page.id: leaving[page.id] for page in instrument.pages if leaving[page.id]},
        )

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
            return f"{study.id.hex} {kind or study.phase} {study.instrument_hash[:16]} {count} {last or 0}"

        return self._database.read(work)

    def dataset(self, slug: str, kind: Kind | None = None) -> Dataset:
        """The answers of everyone who consented, pilot or live (by default of the phase the study is in).

        Rows are in the order of their random ids, so that they tell nothing of who came when. Raises NotFoundError.
        """
        from survey.dataset.assemble import assemble

        def work(connection: Connection) -> Dataset:
            study, phase = _phase(connection, slug, kind)
            respondents: list[Respondent] = []
            refused = unfit = 0
            for log in _logs(connection, study, phase):
                answers, submitted = _fold(log)
                if not flow.consented(study.instrument, answers):
                    refused += 1
                    continue
                if any(row.instrument_hash != study.instrument_hash for row in log):
                    answers, dropped = _refit(study, answers)
                    unfit += dropped
                respondents.append(_respondent(log, answers, submitted))
            notes = []
            if refused:
                notes.append(f"{refused} who did not consent are left out.")
            if unfit:
                notes.append(
                    f"{unfit} answer(s) to an earlier version of the instrument do not fit this one and are left out."
                )
            return assemble(study.instrument, respondents, f"study {slug}", tuple(notes))

        return self._database.read(work)


def _phase(connection: Connection, slug: str, kind: Kind | None) -> tuple[Study, str]:
    """The study, and the phase that is asked for. Raises NotFoundError, StudyError."""
    if kind not in (None, "live", "pilot"):
        raise StudyError(f"{kind!r} is no phase of a study. There are: pilot, live.")
    study = find(connection, slug)
    return study, kind or study.phase


def _lines(study: Study, phase: str, *columns: Any) -> Select[Any]:
    """The log of a phase, with each line's respondent as the database writes their id.

    A study has hundreds of thousands of lines, so nothing is converted that need not be.
    """
    log, response = schema.submission.c, schema.response.c
    return (
        select(type_coerce(log.response_id, String).label("response_id"), *columns)
        .join_from(schema.submission, schema.response, log.response_id == response.id)
        .where(response.study_id == study.id, response.phase == phase)
    )


def _visits(connection: Connection, slug: str, kind: Kind | None) -> tuple[Study, int, list[Any], Given]:
    """The study, the openings of its phase, each respondent's pages and times, and their answers that decide."""
    study, phase = _phase(connection, slug, kind)
    log = schema.submission.c
    first = (
        _lines(study, phase, log.page, func.min(log.shown_at).label("shown"), func.min(log.sent_at).label("sent"))
        .group_by(log.response_id, log.page)
        .subquery()
    )
    visits = select(
        first.c.response_id,
        func.aggregate_strings(first.c.page, ",").label("pages"),
        func.min(first.c.shown).label("began"),
        func.max(first.c.sent).label("ended"),
    ).group_by(first.c.response_id)
    names = set(flow.deciding(study.instrument))
    pages = [page.id for page in study.instrument.pages if names & set(flow.names_on(study.instrument, page))]
    given: Given = {}
    for row in connection.execute(_lines(study, phase, log.answers).where(log.page.in_(pages)).order_by(log.sequence)):
        given.setdefault(row.response_id, {}).update(from_json(row.answers))
    table = schema.study.c
    column = table.opened_live if phase == "live" else table.opened_pilot
    opened = connection.execute(select(column).where(table.id == study.id)).scalar_one()
    return study, opened, list(connection.execute(visits)), given


def _logs(connection: Connection, study: Study, phase: str) -> Iterator[list[Any]]:
    """The log of each respondent of a phase, in order."""
    log = schema.submission.c
    moment = DateTime(timezone=True)
    columns = (
        log.page,
        log.answers,
        log.item_order,
        log.instrument_hash,
        type_coerce(log.shown_at, moment).label("shown_at"),
        type_coerce(log.sent_at, moment).label("sent_at"),
        schema.invitation.c.fields,
    )
    rows = connection.execute(
        _lines(study, phase, *columns)
        .join(schema.invitation, schema.response.c.invitation_id == schema.invitation.c.id)
        .order_by(log.response_id, log.sequence)
    )
    for _, lines in groupby(rows.yield_per(_AT_ONCE), key=lambda row: row.response_id):
        yield list(lines)


def _fold(log: list[Any]) -> tuple[dict[str, Answer], frozenset[str]]:
    answers: dict[str, Answer] = {}
    for row in log:
        answers.update(from_json(row.answers))
    return answers, frozenset(row.page for row in log)


def _refit(study: Study, answers: dict[str, Answer]) -> tuple[dict[str, Answer], int]:
    """Answers given to an earlier draft, as far as the present instrument allows them; how many it does not."""
    instrument = study.instrument
    fitting: dict[str, Answer] = {}
    dropped = 0
    for name, answer in answers.items():
        if name not in instrument.items:
            fitting[name] = answer
            continue
        try:
            fitting[name] = read_answer(instrument.format_of(name), answer)
        except NotAllowed:
            dropped += 1
    return fitting, dropped


def _respondent(log: list[Any], answers: dict[str, Answer], submitted: frozenset[str]) -> Respondent:
    from survey.dataset.assemble import Respondent

    return Respondent(
        id=str(UUID(str(log[0].response_id))),
        answers=answers,
        submitted=submitted,
        fields=json.loads(log[0].fields),
        seconds_per_item=_seconds_per_item(log),
    )


def _seconds_per_item(log: list[Any]) -> float:
    """Seconds on pages with items, every visit counted, by the number of items shown; NaN where none was."""
    seconds = 0.0
    shown: dict[str, int] = {}
    for row in log:
        items = row.item_order.count('"') // 2  # a JSON list of ids: to parse it would take longer than all else here
        if items:
            seconds += _seconds(row.shown_at, row.sent_at)
            shown[row.page] = items
    return seconds / sum(shown.values()) if shown else math.nan


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())
