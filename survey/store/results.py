"""What a study's log says: counts of where respondents stand, and the Dataset of their answers."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, func, select

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


@dataclass(frozen=True)
class Counts:
    """Where a study's respondents stand.

    opened: times that a link's page ran. started: responses, that is, with a page submitted. consented, completed: of
    these. median_minutes: of those completed, from the first page shown to the page that completed; None where there
    is none. leaving: for each page, how many of those not completed have it before them.
    """

    opened: int
    started: int
    consented: int
    completed: int
    median_minutes: float | None
    leaving: dict[str, int]


class Results:
    """What a researcher reads; each call is one query for the whole study."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def counts(self, slug: str, kind: Kind | None = None) -> Counts:
        """Counts of the pilot or of the live study (by default of the phase it is in). Raises NotFoundError."""
        study, logs, opened = self._logs(slug, kind)
        instrument = study.instrument
        started = consented = 0
        minutes: list[float] = []
        leaving: Counter[str] = Counter()
        for log in logs:
            started += 1
            answers, submitted = _fold(log)
            consented += flow.consented(instrument, answers)
            if flow.completed(instrument, answers, submitted):
                minutes.append(_minutes(log, frozenset(flow.visible_pages(instrument, answers))))
            else:
                before = flow.first_open(instrument, answers, submitted)
                leaving[before or log[-1].page] += 1
        places = [page.id for page in instrument.pages]
        return Counts(
            opened=opened,
            started=started,
            consented=consented,
            completed=len(minutes),
            median_minutes=statistics.median(minutes) if minutes else None,
            leaving={page: leaving[page] for page in places if leaving[page]},
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

        study, logs, _ = self._logs(slug, kind)
        respondents: list[Respondent] = []
        refused = unfit = 0
        for log in logs:
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

    def _logs(self, slug: str, kind: Kind | None) -> tuple[Study, list[list[Any]], int]:
        """The study, the log of each respondent of a phase in order, and the openings of the phase."""
        if kind not in (None, "live", "pilot"):
            raise StudyError(f"{kind!r} is no phase of a study. There are: pilot, live.")

        def work(connection: Connection) -> tuple[Study, list[list[Any]], int]:
            study = find(connection, slug)
            phase = kind or study.phase
            log, response, table = schema.submission.c, schema.response.c, schema.study.c
            query = (
                select(
                    log.response_id,
                    log.page,
                    log.answers,
                    log.item_order,
                    log.instrument_hash,
                    log.shown_at,
                    log.sent_at,
                    schema.invitation.c.fields,
                )
                .join_from(schema.submission, schema.response, log.response_id == response.id)
                .join(schema.invitation, response.invitation_id == schema.invitation.c.id)
                .where(response.study_id == study.id, response.phase == phase)
                .order_by(log.response_id, log.sequence)
            )
            rows = connection.execute(query)
            logs = [list(group) for _, group in groupby(rows, key=lambda row: row.response_id)]
            column = table.opened_live if phase == "live" else table.opened_pilot
            return study, logs, connection.execute(select(column).where(table.id == study.id)).scalar_one()

        return self._database.read(work)


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
        id=str(log[0].response_id),
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
        items = len(json.loads(row.item_order))
        if items:
            seconds += _seconds(row.shown_at, row.sent_at)
            shown[row.page] = items
    return seconds / sum(shown.values()) if shown else math.nan


def _seconds(start: datetime, end: datetime) -> float:
    return max(0.0, (end - start).total_seconds())


def _minutes(log: list[Any], shown: frozenset[str]) -> float:
    """From the first page shown until the last of the pages that count was sent for the first time."""
    first: dict[str, datetime] = {}
    for row in log:
        first.setdefault(row.page, row.sent_at)
    return _seconds(log[0].shown_at, max(sent for page, sent in first.items() if page in shown)) / 60
