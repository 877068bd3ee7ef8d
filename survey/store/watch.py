"""Counts of a study that is under way, cheap to ask for again: what was read of the log is kept in this process."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, DateTime, Select, String, case, func, literal, select, type_coerce

from survey.progress import Fold, One, Tally, outcome
from survey.standing import ENDED, Standing
from survey.store import schema
from survey.store.mail_tables import contact, letter
from survey.store.results import Kind, lines_of, phase_of, versions_of
from survey.store.sessions import response_of
from survey.waves import Done

if TYPE_CHECKING:
    from survey.store.engine import Database
    from survey.store.sessions import Study

_FOLDS = 16
"""Phases of studies whose state is kept at a time."""
_AT_ONCE = 5_000
_STANDS = timedelta(seconds=30)
_MARGIN = 1_000
"""Where transactions run side by side, a line may become visible after one with a higher number: so many of the last
numbers are looked through again."""


@dataclass(frozen=True)
class QuotaState:
    """One quota: how many it takes, how many completed in it, and how many hold a place while they answer."""

    name: str
    most: int
    completed: int
    held: int


@dataclass(frozen=True)
class Invited:
    """Personal links of a study: made, taken back, and what is known of those in use from which no page of this phase
    has come, by ``survey.rates.DISPOSITIONS``."""

    made: int = 0
    revoked: int = 0
    nothing_came: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Watched:
    """A phase of a study at one moment. codes: by the code of an open link, how many began and how many completed."""

    study: Study
    phase: str
    opened: int
    visitors: int
    tally: Tally
    invited: Invited
    quotas: tuple[QuotaState, ...]
    codes: Mapping[str, tuple[int, int]] = field(default_factory=dict)


@dataclass
class _State:
    """What is kept of a phase. erased: the last erasure; last: the highest number of a line taken in; recent: the
    numbers taken in lately; told: what was said last, by wave, with its moment."""

    fold: Fold
    erased: int | None
    last: int = 0
    recent: set[int] = field(default_factory=set)
    told: dict[int | None, tuple[datetime, Tally]] = field(default_factory=dict)

    def tally(self, wave: int | None) -> Tally:
        """The counts now; while nothing comes in only the clock changes them, which is looked at twice a minute."""
        now = schema.now()
        known = self.told.get(wave)
        if known is None or now - known[0] > _STANDS:
            known = self.told[wave] = (now, self.fold.tally(now, wave))
        return known[1]


class Watch:
    """What was counted of each phase, brought up to date by the lines that came since."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._states: OrderedDict[tuple[UUID, str], _State] = OrderedDict()
        self._lock = threading.Lock()

    def look(self, slug: str, kind: Kind | None = None, wave: int | None = None) -> Watched:
        """The pilot or the live phase (by default the one the study is in), or a wave of it, as it stands now.

        Raises NotFoundError.
        """
        with self._lock:
            return self._database.read(lambda connection: self._look(connection, slug, kind, wave))

    def forget(self) -> None:
        """Keep nothing of what was read: answers that have been erased shall not be here either."""
        with self._lock:
            self._states.clear()

    def done(self, connection: Connection, study: Study, phase: str) -> Callable[[UUID, int], Done]:
        """What tells, of an invitation and a number of waves, when each was completed and its last page came in.

        Of thousands of people it is as quick to ask as of one.
        """
        find_one = self._finder(connection, study, phase)

        def of(invitation: UUID, waves: int) -> Done:
            completed: dict[int, datetime] = {}
            last_page: dict[int, datetime] = {}
            ended: set[int] = set()
            for wave in range(1, waves + 1):
                one = find_one(invitation, wave)
                if one is not None:
                    last_page[wave] = _in_utc(one.last)
                    if one.place.standing == "completed":
                        completed[wave] = _in_utc(one.ended)
                    elif one.place.standing in ENDED:
                        ended.add(wave)
            return Done(completed, last_page, frozenset(ended))

        return of

    def standing(self, connection: Connection, study: Study, phase: str) -> Callable[[UUID, int], Standing | None]:
        """What tells where somebody invited stands in a wave; None where they have sent nothing."""
        find_one = self._finder(connection, study, phase)

        def of(invitation: UUID, wave: int) -> Standing | None:
            one = find_one(invitation, wave)
            return None if one is None else one.place.standing

        return of

    def _finder(self, connection: Connection, study: Study, phase: str) -> Callable[[UUID, int], One | None]:
        with self._lock:
            # By the ids as the driver gives them: text from SQLite, UUIDs from PostgreSQL.
            people: dict[object, One] = dict(self._brought_up(connection, study, phase).fold.people.items())

        def find_one(invitation: UUID, wave: int) -> One | None:
            response = response_of(invitation, phase, wave)
            return people.get(response.hex if self._database.is_sqlite else response)

        return find_one

    def _look(self, connection: Connection, slug: str, kind: Kind | None, wave: int | None) -> Watched:
        study, phase = phase_of(connection, slug, kind)
        state = self._brought_up(connection, study, phase)
        table = schema.study.c
        columns = (table.opened_live, table.visitors_live)
        if phase == "pilot":
            columns = (table.opened_pilot, table.visitors_pilot)
        opened, visitors = connection.execute(select(*columns).where(table.id == study.id)).one()
        return Watched(
            study=study,
            phase=phase,
            opened=opened,
            visitors=visitors,
            tally=state.tally(wave),
            invited=_invited(connection, study, phase, wave, _ended_before(state.fold.people.values(), wave)),
            quotas=_quotas(connection, study, phase),
            codes=_codes(connection, study, phase, wave, state.fold.people),
        )

    def _brought_up(self, connection: Connection, study: Study, phase: str) -> _State:
        key, log = (study.id, phase), schema.submission.c
        state = self._states.pop(key, None)
        margin = 0 if self._database.is_sqlite else _MARGIN
        # After an erasure all is counted anew: another line may have got the number of one that is gone.
        gone = schema.erasure.c
        erased = connection.execute(select(func.max(gone.id)).where(gone.study == study.slug)).scalar()
        if state is None or (state.fold.now, state.erased) != (study.instrument_hash, erased):
            state = _State(Fold(versions_of(connection, study, phase), study.instrument_hash), erased)
            query = (
                _columns(lines_of(study, phase, log.id))
                .add_columns(literal(True).label("ours"))
                .order_by(log.response_id, log.sequence)
            )
        else:
            # By the number of the line alone, so that the database does not go through every respondent.
            later = log.id > state.last - margin
            here = (schema.response.c.study_id == study.id) & (schema.response.c.phase == phase)
            query = (
                _columns(
                    select(type_coerce(log.response_id, String).label("response_id"), log.id)
                    .join_from(schema.submission, schema.response)
                    .where(later)
                )
                .add_columns(here.label("ours"))
                .order_by(log.id)
            )
        rows = connection.execute(query).yield_per(_AT_ONCE)
        state.fold.take(_fresh(state, rows, margin))
        state.recent = {number for number in state.recent if number > state.last - margin}
        self._states[key] = state
        while len(self._states) > _FOLDS:
            self._states.popitem(last=False)
        return state


def _in_utc(moment: datetime) -> datetime:
    """SQLite keeps no zones: what it gives is UTC."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _fresh(state: _State, rows: Any, margin: int) -> Iterator[Any]:
    """The rows that were not taken in before."""
    for row in rows:
        if not row.ours or row.id in state.recent:
            continue
        if margin:
            state.recent.add(row.id)
        state.last = max(state.last, row.id)
        state.told.clear()
        yield row


def _columns(query: Select[Any]) -> Select[Any]:
    """What a fold reads of each line."""
    log, response, moment = schema.submission.c, schema.response.c, DateTime(timezone=True)
    return query.add_columns(
        log.page,
        log.answers,
        log.item_order,
        log.instrument_hash,
        type_coerce(log.shown_at, moment).label("shown_at"),
        type_coerce(log.sent_at, moment).label("sent_at"),
        type_coerce(log.received_at, moment).label("received_at"),
        (schema.invitation.c.kind == "personal").label("personal"),
        schema.invitation.c.fields,
        response.wave,
        type_coerce(response.invitation_id, String).label("invitation_id"),
    ).join(schema.invitation, response.invitation_id == schema.invitation.c.id)


def _ended_before(people: Iterable[One], wave: int | None) -> dict[object, str]:
    """Who is not asked in a wave because the last one that they answered ended early for them, and how it ended."""
    latest: dict[object, One] = {}
    for one in people:
        if one.wave < (wave or 1) and (one.person not in latest or latest[one.person].wave < one.wave):
            latest[one.person] = one
    return {person: outcome(one.place) for person, one in latest.items() if one.place.standing in ENDED}


def _invited(
    connection: Connection, study: Study, phase: str, wave: int | None, ended: Mapping[object, str]
) -> Invited:
    """What is known of those from whom no page came: whoever left it by a letter's last link has refused, and a letter
    that came back tells that nobody was reached; whoever ``ended`` in an earlier wave stays what they became there."""
    invitation, response = schema.invitation.c, schema.response.c
    ours = (invitation.study_id == study.id) & (invitation.kind == "personal")
    made, revoked = connection.execute(select(func.count(), func.count(invitation.revoked_at)).where(ours)).one()
    withdrew = _withdrew(connection, study, phase)
    if not made + withdrew:
        return Invited()
    here, written = response.phase == phase, letter.c.phase == phase
    if wave is not None:
        here, written = here & (response.wave == wave), written & (letter.c.wave == wave)
    came = select(response.id).where(response.invitation_id == invitation.id, here).exists()
    asked = select(letter.c.id).where(letter.c.invitation_id == invitation.id, written).exists()
    what = case(
        (invitation.stopped_at.is_not(None) | contact.c.unsubscribed_at.is_not(None), "refused"),
        (contact.c.bounced_at.is_not(None), "bounced"),
        (contact.c.invitation_id.is_not(None) & ~asked, "not_invited"),
        else_="silent",
    ).label("what")
    silent = (
        select(what)
        .select_from(schema.invitation.outerjoin(contact, contact.c.invitation_id == invitation.id))
        .where(ours, invitation.revoked_at.is_(None), ~came)
    )
    rows = connection.execute(silent.add_columns(func.count()).group_by(what))
    counts = Counter[str]({row[0]: row[1] for row in rows})
    counts["refused"] += withdrew
    if ended:
        earlier = select(response.id).where(response.invitation_id == invitation.id, response.phase == phase).exists()
        whose = silent.add_columns(type_coerce(invitation.id, String)).where(earlier)
        moved = [(known, ended[whom]) for known, whom in connection.execute(whose) if whom in ended]
        counts.subtract(known for known, _ in moved)
        counts.update(was for _, was in moved)
    return Invited(made + withdrew, revoked, dict(+counts))


def _withdrew(connection: Connection, study: Study, phase: str) -> int:
    """How many people with a personal link have taken back all that they said, and their invitation with it; once more
    from nothing where the whole phase was erased since."""
    gone = schema.erasure.c
    ours = (gone.study == study.slug) & (gone.at >= study.created_at)
    anew = select(func.coalesce(func.max(gone.id), 0)).where(ours, gone.kind.in_(("study", phase))).scalar_subquery()
    theirs = ours & (gone.kind == "withdrawal") & (gone.phase == phase) & (gone.link == "personal")
    return connection.execute(select(func.count()).where(theirs, gone.id > anew)).scalar_one()


def _codes(
    connection: Connection, study: Study, phase: str, wave: int | None, people: Mapping[Any, One]
) -> dict[str, tuple[int, int]]:
    response = schema.response.c
    here = (response.study_id == study.id) & (response.phase == phase) & response.source.is_not(None)
    here = here if wave is None else here & (response.wave == wave)
    found: dict[str, list[int]] = {}
    for row in connection.execute(select(type_coerce(response.id, String).label("id"), response.source).where(here)):
        one = people.get(row.id)
        counts = found.setdefault(row.source, [0, 0])
        counts[0] += 1
        counts[1] += one is not None and one.place.standing == "completed"
    return {code: (began, done) for code, (began, done) in sorted(found.items(), key=lambda pair: -pair[1][0])}


def _quotas(connection: Connection, study: Study, phase: str) -> tuple[QuotaState, ...]:
    if not study.instrument.quotas:
        return ()
    place = schema.quota_place.c
    rows = connection.execute(
        select(place.quota, func.sum(place.completed), func.count())
        .where(place.study_id == study.id, place.phase == phase)
        .group_by(place.quota)
    ).all()
    counted = {name: (int(done), int(all_) - int(done)) for name, done, all_ in rows}
    return tuple(
        QuotaState(name, quota.max, *counted.get(name, (0, 0))) for name, quota in study.instrument.quotas.items()
    )


_watches: WeakKeyDictionary[Database, Watch] = WeakKeyDictionary()
_lock = threading.Lock()


def watch_of(database: Database) -> Watch:
    """The one watch of a database in this process."""
    with _lock:
        return _watches.setdefault(database, Watch(database))


def forget(database: Database) -> None:
    """Keep nothing in this process of what was read of a database's logs."""
    watch = _watches.get(database)
    if watch is not None:
        watch.forget()
