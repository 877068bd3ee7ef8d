"""When each wave of a study is open for a person: pure functions of the study's settings and what the person did.

A wave begins on a fixed day, or a number of days after the person completed the wave before or, where they did not,
after that one closed for them. Days begin at midnight UTC. A token leads to the last wave that has begun.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Literal

WAVE = "wave"
"""The name of a wave's number in ``show_if``, and of the field that the data of several waves get."""

GRACE = timedelta(hours=1)
"""Whoever sent a page within this time may finish a wave that closes meanwhile."""

State = Literal["early", "open", "between", "over"]
"""For one person: before the first wave; a wave is open; none is, and another follows; none follows."""


@dataclass(frozen=True)
class Wave:
    """One wave as the study sets it; the first may lack both beginnings and is then open from the launch on.

    opens_at: a fixed moment. after_days: whole days after the wave before (see the module). window_days: how long it
    stays open; None: until the next begins or the study closes.
    """

    number: int
    opens_at: datetime | None = None
    after_days: int | None = None
    window_days: int | None = None


ONE = (Wave(1),)
"""The waves of a study that says nothing of any."""


@dataclass(frozen=True)
class Span:
    """When a wave is open for one person. opens: None while that depends on what they have yet to do. closes: None
    where no end is known."""

    wave: int
    opens: datetime | None
    closes: datetime | None


@dataclass(frozen=True)
class Done:
    """What one person did: when they completed each wave, when their last page of each came in, and the waves that
    ``ended`` early for them (``survey.standing.ENDED``)."""

    completed: Mapping[int, datetime] = field(default_factory=dict)
    last_page: Mapping[int, datetime] = field(default_factory=dict)
    ended: frozenset[int] = frozenset()


NOTHING = Done()


@dataclass(frozen=True)
class WavePlace:
    """Where one person stands among ``of`` waves: ``wave`` is the last that has begun for them (1 before any has).

    opens, closes: when that wave is open. next_opens: when the one after it begins, as far as that is known. ended:
    whether they declined there, or were not taken in: no wave follows for them.
    """

    wave: int
    of: int
    state: State
    opens: datetime | None = None
    closes: datetime | None = None
    next_opens: datetime | None = None
    started: bool = False
    completed: bool = False
    ended: bool = False

    @property
    def waits(self) -> bool:
        """Whether the wave is open and still to be answered, by who may answer it."""
        return self.state == "open" and not self.completed and not self.ended


def spans(waves: Sequence[Wave], begin: datetime, done: Done = NOTHING) -> tuple[Span, ...]:
    """When each wave is open for a person for whom the study began at ``begin``."""
    found: list[Span] = []
    for wave in waves:
        if wave.opens_at is not None:
            opens: datetime | None = wave.opens_at
        elif wave.after_days is not None and found:
            before = done.completed.get(found[-1].wave) or found[-1].closes
            opens = None if before is None else midnight(before) + timedelta(days=wave.after_days)
        else:
            opens = begin
        window = None if wave.window_days is None else timedelta(days=wave.window_days)
        found.append(Span(wave.number, opens, None if opens is None or window is None else opens + window))
    return tuple(
        _until(span, after.opens if after is not None else None)
        for span, after in zip(found, [*found[1:], None], strict=True)
    )


def _until(span: Span, next_opens: datetime | None) -> Span:
    """A wave closes at the latest when the next begins."""
    ends = [end for end in (span.closes, next_opens) if end is not None]
    return Span(span.wave, span.opens, min(ends) if ends and span.opens is not None else None)


def midnight(moment: datetime) -> datetime:
    """The beginning of a moment's day, UTC."""
    return datetime.combine(moment.astimezone(UTC).date(), time(), UTC)


def wave_place(waves: Sequence[Wave], begin: datetime, now: datetime, done: Done = NOTHING) -> WavePlace:
    """Where a person stands now."""
    all_of_them = spans(waves, begin, done)
    latest = max(done.last_page, default=0)
    if latest in done.ended:
        all_of_them = all_of_them[:latest]
    began = [i for i, span in enumerate(all_of_them) if span.opens is not None and span.opens <= now]
    at = max(began, default=0)
    if at and _in_the_middle(all_of_them[at - 1].wave, now, done) and all_of_them[at].wave not in done.last_page:
        at -= 1
    span = all_of_them[at]
    following = all_of_them[at + 1].opens if at + 1 < len(all_of_them) else None
    state: State
    if not began:
        state = "early"
    elif span.closes is None or now < span.closes or _in_the_middle(span.wave, now, done):
        state = "open"
    else:
        state = "between" if at + 1 < len(all_of_them) else "over"
    return WavePlace(
        wave=span.wave,
        of=len(waves),
        state=state,
        opens=span.opens,
        closes=span.closes,
        next_opens=following,
        started=span.wave in done.last_page,
        completed=span.wave in done.completed,
        ended=span.wave in done.ended,
    )


def _in_the_middle(wave: int, now: datetime, done: Done) -> bool:
    """Whether somebody is answering this wave at the moment."""
    last = done.last_page.get(wave)
    return last is not None and wave not in done.completed and wave not in done.ended and now < last + GRACE


def problems(waves: Sequence[Wave], begin: datetime | None = None) -> str | None:
    """What is wrong with the waves of a study, in words; None where nothing is.

    begin: the earliest moment at which the study can begin for anybody, where one is known.
    """
    if [wave.number for wave in waves] != list(range(1, len(waves) + 1)):
        return "waves are numbered 1, 2, 3 and so on, without a gap"
    earliest = begin
    for wave in waves:
        if wave.opens_at is not None and wave.after_days is not None:
            return f"wave {wave.number} has both a fixed day and a number of days after the one before: give one"
        if wave.number == 1 and wave.after_days is not None:
            return "wave 1 follows no other: give it a fixed day, or nothing to open it at the launch"
        if wave.number > 1 and wave.opens_at is None and wave.after_days is None:
            return f"wave {wave.number} needs a day on which it opens, or a number of days after wave {wave.number - 1}"
        if wave.after_days is not None and not 1 <= wave.after_days <= MOST_DAYS:
            return f"wave {wave.number}: {wave.after_days} days after the one before cannot be: give 1 to {MOST_DAYS}"
        if wave.window_days is not None and not 1 <= wave.window_days <= MOST_DAYS:
            return f"wave {wave.number}: a window of {wave.window_days} days cannot be: give 1 to {MOST_DAYS}"
        if wave.opens_at is not None:
            before = waves[wave.number - 2] if wave.number > 1 else ONE[0]
            told = before.opens_at is not None or before.after_days is not None
            if told and earliest is not None and wave.opens_at <= earliest:
                return (
                    f"wave {wave.number} opens on {wave.opens_at:%Y-%m-%d}, and wave {wave.number - 1} not before"
                    f" {earliest:%Y-%m-%d}: give wave {wave.number} a later day"
                )
            earliest = wave.opens_at
        elif wave.after_days is not None and earliest is not None:
            earliest = midnight(earliest) + timedelta(days=wave.after_days)
    return None


MOST_DAYS = 3650
MOST_WAVES = 60
