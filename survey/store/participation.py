"""Who came, agreed, stayed and finished: what software can record of the items of CHERRIES.

Eysenbach, G. (2004). Improving the quality of web surveys: the Checklist for Reporting Results of Internet E-Surveys
(CHERRIES). Journal of Medical Internet Research, 6(3), e34.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, func, select

from survey import flow
from survey.answers import Answer, from_json, to_json, unanswered
from survey.assurance import Assurance, latest
from survey.instrument.model import Instrument
from survey.store import schema
from survey.store.assured import said_of
from survey.store.engine import Database
from survey.store.results import Counts, Kind, Results, lines_of, phase_of
from survey.store.sessions import Study

FEWEST_ALIKE = 10
"""Answers that must be equal for two responses to be called alike: a few clicks are equal by chance."""


@dataclass(frozen=True)
class Participation:
    """How a study was taken part in, in one phase.

    visitors: browsers that opened a link for the first time in their session, told by a cookie without identity.
    invited: personal links made; revoked: of these, taken back; by_invitation: responses that came by one.
    answered, shown: answers to items, of all items on the pages that those who completed have sent.
    edits: answers that were changed on a page sent once more. back_presses: presses of the survey's Back button, and
    went_back: responses with one. alike: responses with the same answers as an earlier one (at least ``FEWEST_ALIKE``
    items answered). same_address: responses from a network address that an earlier one came from, among the hashes
    kept now; None where the study keeps none. channels, devices, sources, languages: responses by each; one that
    changed midway counts as 'several', and where it is not known, nowhere. assurances: what was said at the launch.
    stopped: people who asked to be asked no more. withdrawn, erased: people whose data were deleted, by themselves and
    by researchers, of the whole study: nothing of them is in any other number.
    """

    study: str
    title: str
    phase: str
    instrument: Instrument
    counts: Counts
    visitors: int
    invited: int
    revoked: int
    by_invitation: int
    declined: int
    first_sent: datetime | None
    last_sent: datetime | None
    launched_at: datetime | None
    closed_at: datetime | None
    answered: int
    shown: int
    edits: int
    back_presses: int
    went_back: int
    alike: int
    address_days: int | None
    same_address: int | None
    channels: dict[str, int] = field(default_factory=dict)
    devices: dict[str, int] = field(default_factory=dict)
    sources: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    assurances: tuple[Assurance, ...] = ()
    stopped: int = 0
    withdrawn: int = 0
    erased: int = 0

    @property
    def participation_rate(self) -> float | None:
        """Those who agreed to take part, by unique visitors; None without visitors."""
        return self.counts.consented / self.visitors if self.visitors else None

    @property
    def completion_rate(self) -> float | None:
        """Those who finished, by those who agreed; None where nobody agreed."""
        return self.counts.completed / self.counts.consented if self.counts.consented else None

    @property
    def completeness(self) -> float | None:
        """The share of shown items that those who completed have answered; None where there is none."""
        return self.answered / self.shown if self.shown else None


@dataclass
class _Sums:
    """What one pass over the log adds up."""

    answered: int = 0
    shown: int = 0
    edits: int = 0
    alike: int = 0
    first: datetime | None = None
    last: datetime | None = None
    channels: Counter[str] = field(default_factory=Counter)
    devices: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)

    def add(self, log: list[Any], instrument: Instrument) -> None:
        """Take in one respondent's log, in order."""
        answers: dict[str, Answer] = {}
        for row in log:
            given = from_json(row.answers)
            self.edits += sum(name in answers and answers[name] != answer for name, answer in given.items())
            answers.update(given)
        self.first = min(filter(None, (self.first, log[0].sent_at)))
        self.last = max(filter(None, (self.last, log[-1].sent_at)))
        for counter, name in ((self.channels, "channel"), (self.devices, "device"), (self.languages, "language")):
            values = {value for row in log if (value := getattr(row, name)) not in (None, "simulated")}
            if values:
                counter[values.pop() if len(values) == 1 else "several"] += 1
        items = {name: answer for name, answer in answers.items() if name in instrument.items}
        if flow.completed(instrument, answers, {row.page for row in log}):
            self.shown += len(items)
            self.answered += sum(not unanswered(answer) for answer in items.values())
        if sum(not unanswered(answer) for answer in items.values()) >= FEWEST_ALIKE:
            same = to_json(items)
            self.alike += same in self.seen
            self.seen.add(same)


def participation(database: Database, slug: str, kind: Kind | None = None) -> Participation:
    """What can be said of a study's pilot or live phase (by default the one it is in). Raises NotFoundError."""
    counts = Results(database).counts(slug, kind)
    return database.read(lambda connection: _read(connection, slug, kind, counts))


def _read(connection: Connection, slug: str, kind: Kind | None, counts: Counts) -> Participation:
    study, phase = phase_of(connection, slug, kind)
    sums = _sum(connection, study, phase)
    response, invitation, back = schema.response.c, schema.invitation.c, schema.step_back.c
    here = (response.study_id == study.id) & (response.phase == phase)
    ours = select(response.id).where(here)
    presses = connection.execute(
        select(func.count(), func.count(back.response_id.distinct())).where(back.response_id.in_(ours))
    ).one()
    personal = (invitation.study_id == study.id) & (invitation.kind == "personal")
    links = connection.execute(select(func.count(), func.count(invitation.revoked_at)).where(personal)).one()
    by_link = connection.execute(
        select(func.count()).join_from(schema.response, schema.invitation).where(here, invitation.kind == "personal")
    ).scalar_one()
    sources = connection.execute(
        select(response.source, func.count()).where(here, response.source.is_not(None)).group_by(response.source)
    ).all()
    table = schema.study.c
    column = table.visitors_live if phase == "live" else table.visitors_pilot
    return Participation(
        study=slug,
        title=study.title,
        phase=phase,
        instrument=study.instrument,
        counts=counts,
        visitors=connection.execute(select(column).where(table.id == study.id)).scalar_one(),
        invited=links[0],
        revoked=links[1],
        by_invitation=by_link,
        declined=_declined(connection, study, phase),
        first_sent=sums.first,
        last_sent=sums.last,
        launched_at=study.launched_at,
        closed_at=study.closed_at,
        answered=sums.answered,
        shown=sums.shown,
        edits=sums.edits,
        back_presses=presses[0],
        went_back=presses[1],
        alike=sums.alike,
        address_days=study.address_days,
        same_address=_same_address(connection, ours) if study.address_days is not None else None,
        channels=_sorted(sums.channels.items()),
        devices=_sorted(sums.devices.items()),
        sources=_sorted((row[0], row[1]) for row in sources),
        languages=_sorted(sums.languages.items()),
        assurances=tuple(latest(said_of(connection, study)).values()),
        stopped=connection.execute(
            select(func.count(invitation.stopped_at)).where(invitation.study_id == study.id)
        ).scalar_one(),
        withdrawn=_gone(connection, slug, "withdrawal"),
        erased=_gone(connection, slug, "person", "response"),
    )


def _sorted(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(sorted(counts, key=lambda pair: (-pair[1], pair[0])))


def _sum(connection: Connection, study: Study, phase: str) -> _Sums:
    log = schema.submission.c
    columns = (log.page, log.answers, log.sent_at, log.channel, log.device, log.language)
    rows = connection.execute(lines_of(study, phase, *columns).order_by(log.response_id, log.sequence))
    sums = _Sums()
    for _, lines in groupby(rows.yield_per(2_000), key=lambda row: row.response_id):
        sums.add(list(lines), study.instrument)
    return sums


def _gone(connection: Connection, slug: str, *kinds: str) -> int:
    """How many people were erased in these ways."""
    table = schema.erasure.c
    people = select(func.coalesce(func.sum(table.people), 0)).where(table.study == slug, table.kind.in_(kinds))
    return int(connection.execute(people).scalar_one())


def _declined(connection: Connection, study: Study, phase: str) -> int:
    """Responses whose last word on a required consent was no."""
    asked = [page.id for page in study.instrument.pages if page.type == "consent" and page.required]
    log = schema.submission.c
    last: dict[tuple[str, str], object] = {}
    rows = lines_of(study, phase, log.page, log.answers).where(log.page.in_(asked)).order_by(log.sequence)
    for row in connection.execute(rows):
        last[row.response_id, row.page] = from_json(row.answers).get(row.page)
    return len({response for (response, _), answer in last.items() if answer == "no"})


def _same_address(connection: Connection, ours: Any) -> int:
    table = schema.address_hash.c
    counted = connection.execute(
        select(func.count(), func.count(table.mac.distinct())).where(table.response_id.in_(ours))
    ).one()
    return int(counted[0] - counted[1])
