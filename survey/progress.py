"""How far each respondent has come and how carefully they answer, kept up to date line by line of the log.

A page of counts asks every few seconds, and a study has hundreds of thousands of lines: so what was counted is kept,
and each new line changes it (``Fold.take``). Nothing here relates one answer to another; it counts.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from survey import flow
from survey.answers import Answer, from_json
from survey.dataset.missing import Missing
from survey.instrument.model import Instrument, Likert, Page
from survey.network.screens import weight
from survey.private import nomination_page, of_role
from survey.rates import PARTIAL_FROM
from survey.standing import Standing
from survey.waves import WAVE

STILL_HERE = timedelta(minutes=30)
"""Whoever sent a page within this time is taken to be answering now, and not to have left."""
TOO_FAST = 2.0
"""Seconds an item below which nobody reads it (Huang et al., 2012, Journal of Business and Psychology, 27, 99-114)."""
FEWEST_IN_A_ROW = 6
"""Statements on a page with one format that must all have the same answer to be called straightlining."""


class Place(NamedTuple):
    """Where a respondent stands: the pages on their way, the one that is open (None: none), and the rest of it."""

    pages: tuple[str, ...]
    open: str | None
    standing: Standing
    agreed: bool
    share: float
    before: str


NOWHERE = Place((), None, "open", False, 0.0, "")
"""Before the first line is taken in."""


class _Sent(NamedTuple):
    """What is kept of a page that was sent: its number of items, those passed over, and whether all were alike."""

    items: int
    skipped: tuple[str, ...]
    straight: bool


class One:
    """What is kept of one respondent."""

    __slots__ = ("answers", "began", "ended", "group", "last", "pages", "person", "place", "spent", "version", "wave")

    def __init__(self, person: object, group: bool, wave: int, began: datetime) -> None:
        self.person = person
        self.group = group
        self.wave = wave
        self.began = self.ended = self.last = began
        self.spent = 0.0
        self.version = ""
        self.answers: dict[str, Answer] = {} if wave == 1 else {WAVE: float(wave)}
        self.pages: dict[str, _Sent] = {}
        self.place = NOWHERE

    @property
    def minutes(self) -> float:
        """From the first page shown until the last page was sent for the first time."""
        return max(0.0, (self.ended - self.began).total_seconds()) / 60

    @property
    def seconds_per_item(self) -> float | None:
        """Seconds on pages with items by the number of items; None where none was shown."""
        items = sum(page.items for page in self.pages.values())
        return self.spent / items if items else None


@dataclass(frozen=True)
class PageProgress:
    """One page: how many came to it, sent it, are on it now, and left there; and by item how many passed it over."""

    page: str
    reached: int
    sent: int
    here: int
    left: int
    skipped: Mapping[str, int]


@dataclass(frozen=True)
class Flags:
    """Signs of careless answering so far, each a count of respondents who agreed, of ``of`` who can have it."""

    attention_failed: int = 0
    attention_of: int = 0
    too_fast: int = 0
    fast_of: int = 0
    straight: int = 0
    straight_of: int = 0


@dataclass(frozen=True)
class Tally:
    """Counts of respondents at one moment.

    standings: by where they stand. agreed: who gave every consent that is required. here: of those under way, who sent
    a page within ``STILL_HERE``. minutes: of those completed, sorted. personal: of those who came by a personal link,
    by ``survey.rates.DISPOSITIONS``. waves: by wave, (started, completed, completed that one and the first).
    """

    started: int
    agreed: int
    standings: Mapping[Standing, int]
    here: int
    minutes: tuple[float, ...]
    pages: tuple[PageProgress, ...]
    leaving: Mapping[str, int]
    flags: Flags
    personal: Mapping[str, int]
    waves: Mapping[int, tuple[int, int, int]]

    @property
    def median_minutes(self) -> float | None:
        return statistics.median(self.minutes) if self.minutes else None

    def quartile_minutes(self) -> tuple[float, float] | None:
        """The first and third quartile (by linear interpolation); None below two respondents."""
        if len(self.minutes) < 2:
            return None
        first, _, third = statistics.quantiles(self.minutes, n=4, method="inclusive")
        return first, third


@dataclass
class Fold:
    """The state of a phase's respondents under an instrument, ``versions``, the study's own last."""

    versions: Mapping[str, Instrument]
    now: str
    people: dict[str, One] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._pairs = any(nomination_page(instrument) is not None for instrument in self.versions.values())
        self._names = {key: flow.deciding(instrument) for key, instrument in self.versions.items()}
        checks = {check.item for instrument in self.versions.values() for check in instrument.checks.values()}
        self._kept = checks | {name for names in self._names.values() for name in names}
        self._deciding = {
            page for instrument in self.versions.values() for page in flow.pages_of_answers(instrument, self._kept)
        }
        self._place = cache(self._placed)
        self._shapes = {key: _shapes(instrument) for key, instrument in self.versions.items()}
        self._known: dict[_Sent, _Sent] = {}
        self._skipped: Counter[str] = Counter()

    def take(self, rows: Iterable[Any]) -> None:
        """Take in lines of the log, each respondent's in the order of their sequence.

        A row has response_id, invitation_id, page, answers, item_order, instrument_hash, shown_at, sent_at,
        received_at, personal and wave.
        """
        touched: dict[str, One] = {}
        for row in rows:
            one = self.people.get(row.response_id)
            if one is None:
                one = self.people[row.response_id] = One(row.invitation_id, bool(row.personal), row.wave, row.shown_at)
            self._line(one, row)
            touched[row.response_id] = one
        for one in touched.values():
            one.place = self._stands(one)

    def _line(self, one: One, row: Any) -> None:
        items = row.item_order.count('"') // 2  # a JSON list of ids, and to parse it takes longer than all else here
        if row.shown_at < one.began:
            one.began = row.shown_at
        if row.page not in one.pages and row.sent_at > one.ended:
            one.ended = row.sent_at
        if self._pairs:
            one.answers.update(of_role(self.versions[row.instrument_hash], json.loads(row.fields)))
        one.last = row.received_at
        one.version = row.instrument_hash
        if items:
            one.spent += max(0.0, (row.sent_at - row.shown_at).total_seconds())
        shape = self._shapes[row.instrument_hash].get(row.page)
        given = from_json(row.answers) if shape is not None or row.page in self._deciding else {}
        if given:
            one.answers.update((name, answer) for name, answer in given.items() if name in self._kept)
        sent = _Sent(items, *(((), False) if shape is None else _looked(shape, given)))
        if (before := one.pages.get(row.page)) is not None:
            self._skipped.subtract(before.skipped)
        self._skipped.update(sent.skipped)
        one.pages[row.page] = self._known.setdefault(sent, sent)

    def _stands(self, one: One) -> Place:
        """Who finished an earlier version has finished; whoever else did not, goes on in the current one."""
        pages = frozenset(one.pages)
        place = NOWHERE
        for version in dict.fromkeys((one.version, self.now)):
            values = tuple(one.answers.get(name) for name in self._names[version])
            place = self._place(version, pages, values)
            if place.standing == "completed":
                break
        return place

    def _placed(self, version: str, pages: frozenset[str], values: tuple[Answer | None, ...]) -> Place:
        instrument = self.versions[version]
        names = self._names[version]
        answers = {name: value for name, value in zip(names, values, strict=True) if value is not None}
        way = flow.way(instrument, answers, pages)
        shown = tuple(dict.fromkeys(flow.page_of(page) for page in way.shown))
        at = None if way.open is None else flow.page_of(way.open)
        share = _share(instrument, shown, at)
        return Place(shown, at, way.standing, flow.consented(instrument, answers), share, flow.page_of(way.before))

    def tally(self, moment: datetime, wave: int | None = None) -> Tally:
        """The counts as they stand at ``moment``, of all waves together or of one."""
        instrument = self.versions[self.now]
        since = moment - STILL_HERE
        naive = since.astimezone(UTC).replace(tzinfo=None)
        places: Counter[tuple[tuple[str, ...], str | None, Standing, bool, bool]] = Counter()
        standings: Counter[Standing] = Counter()
        personal: Counter[str] = Counter()
        started: Counter[int] = Counter()
        done: dict[int, set[object]] = defaultdict(set)
        leaving: Counter[str] = Counter()
        minutes: list[float] = []
        agreed = here = 0
        people = [one for one in self.people.values() if wave is None or one.wave == wave]
        for one in people:
            place = one.place
            under_way = place.standing == "open"
            now = under_way and one.last > (naive if one.last.tzinfo is None else since)
            places[place.pages, place.open, place.standing, now, place.agreed] += 1
            standings[place.standing] += 1
            agreed += place.agreed
            here += now
            started[one.wave] += 1
            if place.standing == "completed":
                minutes.append(one.minutes)
                done[one.wave].add(one.person)
            elif place.standing in ("open", "declined"):
                leaving[place.before] += 1
            if one.group:
                personal[outcome(place)] += 1
        minutes.sort()
        return Tally(
            started=len(people),
            agreed=agreed,
            standings=dict(standings),
            here=here,
            minutes=tuple(minutes),
            pages=self._pages(instrument, places, self._skipped if wave is None else _skipped(people)),
            leaving={page.id: leaving[page.id] for page in instrument.pages if leaving[page.id]},
            flags=self._flags(instrument, people),
            personal=dict(personal),
            waves={own: (n, len(done[own]), len(done[own] & done[1])) for own, n in sorted(started.items())},
        )

    def _pages(
        self, instrument: Instrument, places: Mapping[Any, int], skipped: Mapping[str, int]
    ) -> tuple[PageProgress, ...]:
        reached: Counter[str] = Counter()
        sent: Counter[str] = Counter()
        here: Counter[str] = Counter()
        left: Counter[str] = Counter()
        for (pages, at, standing, now, _), count in places.items():
            for page in pages:
                if page == at:
                    break
                reached[page] += count
                sent[page] += count
            if at is not None and standing == "open":
                reached[at] += count
                (here if now else left)[at] += count
        return tuple(
            PageProgress(
                page.id,
                reached[page.id],
                sent[page.id],
                here[page.id],
                left[page.id],
                {item: skipped[item] for item in page.items if skipped.get(item)},
            )
            for page in instrument.pages
            if page.type != "feedback"
        )

    def _flags(self, instrument: Instrument, people: Iterable[One]) -> Flags:
        checks = [(check.item, _plain(check.pass_)) for check in instrument.checks.values()]
        rows = any(shape.rows for shape in self._shapes[self.now].values())
        counts = Counter[str]()
        for one in people:
            if not one.place.agreed:
                continue
            given = [
                (one.answers[item], right) for item, right in checks if isinstance(one.answers.get(item), float | str)
            ]
            counts["attention_of"] += bool(given)
            counts["attention_failed"] += any(answer != right for answer, right in given)
            if (pace := one.seconds_per_item) is not None:
                counts["fast_of"] += 1
                counts["too_fast"] += pace < TOO_FAST
            if rows:
                counts["straight_of"] += 1
                counts["straight"] += any(page.straight for page in one.pages.values())
        return Flags(**counts)


def _skipped(people: Iterable[One]) -> Counter[str]:
    """How many of these passed over each item."""
    return Counter(item for one in people for sent in one.pages.values() for item in sent.skipped)


def outcome(place: Place) -> str:
    """What became of a respondent who came by a personal link, by its name in ``survey.rates.DISPOSITIONS``."""
    match place.standing:
        case "completed":
            return "complete"
        case "declined":
            return "refused"
        case "screened_out" | "over_quota":
            return place.standing
        case _:
            return "partial" if place.agreed and place.share >= PARTIAL_FROM else "break_off"


def _plain(answer: float | str) -> Answer:
    return float(answer) if isinstance(answer, int | float) else answer


def _share(instrument: Instrument, shown: tuple[str, ...], at: str | None) -> float:
    """How much of the questions on a respondent's way lies behind them; consent and plain text are no questions."""
    weights = [_weight(instrument, flow.find_page(instrument, page)) for page in shown]
    if at is None or not sum(weights):
        return 1.0 if at is None else 0.0
    return sum(weights[: shown.index(at)]) / sum(weights) if at in shown else 0.0


def _weight(instrument: Instrument, page: Page) -> int:
    return len(page.items) + weight(instrument, page)


class _Shape(NamedTuple):
    """The items of a page, and its rows of statements with one format."""

    items: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def _shapes(instrument: Instrument) -> dict[str, _Shape]:
    """Every page with items, by its id."""
    checks = {check.item for check in instrument.checks.values()}
    found = {}
    for page in instrument.pages:
        rows: dict[str, list[str]] = {}
        for item in page.items:
            if item not in checks and isinstance(instrument.format_of(item), Likert):
                rows.setdefault(instrument.items[item].format, []).append(item)
        long = tuple(tuple(row) for row in rows.values() if len(row) >= FEWEST_IN_A_ROW)
        if page.items:
            found[page.id] = _Shape(tuple(page.items), long)
    return found


def _looked(shape: _Shape, given: Mapping[str, Answer]) -> tuple[tuple[str, ...], bool]:
    """The items of a page that were passed over, and whether a row of statements has the same answer throughout."""
    skipped = tuple(item for item in shape.items if given.get(item, Missing.SKIPPED) is Missing.SKIPPED)
    for row in shape.rows:
        first = given.get(row[0])
        if isinstance(first, float) and all(given.get(item) == first for item in row):
            return skipped, True
    return skipped, False
