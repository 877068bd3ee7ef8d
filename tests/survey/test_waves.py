"""When waves are open: pure functions of settings and of what a person did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.waves import ONE, Done, Span, Wave, problems, spans, wave_place

BEGIN = datetime(2026, 3, 1, 14, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)
THREE = (Wave(1, window_days=7), Wave(2, after_days=14, window_days=5), Wave(3, opens_at=MIDNIGHT + 60 * DAY))


def test_one_wave_is_open_from_the_beginning_on() -> None:
    assert spans(ONE, BEGIN) == (Span(1, BEGIN, None),)
    there = wave_place(ONE, BEGIN, BEGIN + 900 * DAY)
    assert (there.wave, there.of, there.state, there.closes, there.next_opens) == (1, 1, "open", None, None)
    assert wave_place(ONE, BEGIN, BEGIN - DAY).state == "early"


def test_days_count_from_completion_and_begin_at_midnight() -> None:
    done = Done({1: BEGIN + 2 * DAY}, {1: BEGIN + 2 * DAY})
    second = spans(THREE, BEGIN, done)[1]
    assert second == Span(2, MIDNIGHT + 16 * DAY, MIDNIGHT + 21 * DAY)
    assert wave_place(THREE, BEGIN, MIDNIGHT + 16 * DAY, done).wave == 2
    before = wave_place(THREE, BEGIN, MIDNIGHT + 16 * DAY - timedelta(seconds=1), done)
    assert (before.wave, before.state, before.next_opens) == (1, "between", MIDNIGHT + 16 * DAY)


def test_who_missed_a_wave_is_due_after_it_closed() -> None:
    assert spans(THREE, BEGIN)[1].opens == MIDNIGHT + 21 * DAY  # 7 days open, 14 days after
    without_end = (Wave(1), Wave(2, after_days=14))
    assert spans(without_end, BEGIN) == (Span(1, BEGIN, None), Span(2, None, None))
    assert wave_place(without_end, BEGIN, BEGIN + 900 * DAY).wave == 1  # the second waits for the first


def test_the_next_wave_closes_the_one_before() -> None:
    waves = (Wave(1), Wave(2, opens_at=MIDNIGHT + 10 * DAY))
    assert spans(waves, BEGIN)[0].closes == MIDNIGHT + 10 * DAY
    assert wave_place(waves, BEGIN, MIDNIGHT + 10 * DAY).wave == 2


def test_states_from_before_the_first_to_after_the_last() -> None:
    waves = (Wave(1, opens_at=MIDNIGHT, window_days=3), Wave(2, opens_at=MIDNIGHT + 10 * DAY, window_days=3))
    begin = MIDNIGHT - 5 * DAY
    states = [wave_place(waves, begin, MIDNIGHT + days * DAY).state for days in (-1, 0, 2, 3, 9, 10, 12, 13)]
    assert states == ["early", "open", "open", "between", "between", "open", "open", "over"]
    early = wave_place(waves, begin, begin)
    assert (early.wave, early.opens, early.next_opens) == (1, MIDNIGHT, MIDNIGHT + 10 * DAY)


def test_whoever_is_answering_when_a_wave_ends_may_finish_it() -> None:
    waves = (Wave(1, window_days=1), Wave(2, opens_at=BEGIN + 2 * DAY))
    end = BEGIN + DAY
    last = {1: end - timedelta(minutes=10)}
    answering, finished = Done({}, last), Done({1: last[1]}, last)
    assert wave_place(waves, BEGIN, end + timedelta(minutes=49), answering).state == "open"
    assert wave_place(waves, BEGIN, end + timedelta(minutes=50), answering).state == "between"
    assert wave_place(waves, BEGIN, end, finished).state == "between"
    begun = Done({}, {1: BEGIN + 2 * DAY - timedelta(minutes=1)})
    assert wave_place(waves, BEGIN, BEGIN + 2 * DAY, begun).wave == 1
    assert wave_place(waves, BEGIN, BEGIN + 2 * DAY + timedelta(hours=1), begun).wave == 2
    both = Done({}, {**begun.last_page, 2: BEGIN + 2 * DAY})
    assert wave_place(waves, BEGIN, BEGIN + 2 * DAY, both).wave == 2


def test_no_wave_follows_the_one_that_ended_early() -> None:
    waves = (Wave(1, window_days=3), Wave(2, opens_at=MIDNIGHT + 10 * DAY), Wave(3, opens_at=MIDNIGHT + 20 * DAY))
    out = Done({}, {1: BEGIN}, frozenset({1}))
    at_once = wave_place(waves, BEGIN, BEGIN + DAY, out)
    assert (at_once.wave, at_once.of, at_once.state, at_once.next_opens) == (1, 3, "open", None)
    assert (at_once.ended, at_once.waits) == (True, False)
    just_before = Done({}, {1: BEGIN + 3 * DAY - timedelta(minutes=1)}, frozenset({1}))
    assert wave_place(waves, BEGIN, BEGIN + 3 * DAY, just_before).state == "over"
    for days in (4, 11, 25):
        later = wave_place(waves, BEGIN, MIDNIGHT + days * DAY, out)
        assert (later.wave, later.state, later.next_opens, later.waits) == (1, "over", None, False)
    # In the second: the third does not follow; whoever answered after an early end goes by what they said last.
    second = Done({1: BEGIN}, {1: BEGIN, 2: MIDNIGHT + 11 * DAY}, frozenset({2}))
    assert (wave_place(waves, BEGIN, MIDNIGHT + 25 * DAY, second).wave) == 2
    again = Done({2: MIDNIGHT + 11 * DAY}, second.last_page, frozenset({1}))
    assert wave_place(waves, BEGIN, MIDNIGHT + 25 * DAY, again).waits


@pytest.mark.parametrize(
    ("waves", "words"),
    [
        ((Wave(2),), "numbered"),
        ((Wave(1), Wave(3, after_days=2)), "numbered"),
        ((Wave(1, after_days=2),), "wave 1 follows no other"),
        ((Wave(1), Wave(2)), "wave 2 needs a day"),
        ((Wave(1), Wave(2, opens_at=MIDNIGHT, after_days=2)), "both"),
        ((Wave(1), Wave(2, after_days=0)), "0 days after"),
        ((Wave(1, window_days=0),), "a window of 0 days"),
        ((Wave(1, opens_at=MIDNIGHT), Wave(2, opens_at=MIDNIGHT)), "wave 2 opens on 20"),
    ],
)
def test_settings_that_cannot_be(waves: tuple[Wave, ...], words: str) -> None:
    assert words in str(problems(waves))


def test_a_fixed_day_that_comes_before_the_wave_ahead_of_it_can() -> None:
    waves = (Wave(1, window_days=14), Wave(2, after_days=28), Wave(3, opens_at=MIDNIGHT + 28 * DAY))
    assert problems(waves) is None  # nobody knows when it begins
    assert "give wave 3 a later day" in str(problems(waves, BEGIN))
    assert problems((*waves[:2], Wave(3, opens_at=MIDNIGHT + 29 * DAY)), BEGIN) is None
    assert "wave 4 opens on" in str(
        problems((*waves[:2], Wave(3, after_days=5), Wave(4, opens_at=MIDNIGHT + 33 * DAY)), BEGIN)
    )


def test_settings_that_can_be() -> None:
    assert problems(ONE) is None
    assert problems(THREE) is None


@given(st.integers(0, 80), st.lists(st.integers(0, 20), max_size=3), st.booleans())
def test_time_never_leads_back_to_an_earlier_wave(days: int, took: list[int], fixed: bool) -> None:
    waves = THREE if fixed else (*THREE[:2], Wave(3, after_days=3, window_days=2))
    completed = {number + 1: BEGIN + sum(took[: number + 1]) * DAY for number in range(len(took))}
    done = Done(completed, completed)
    now, later = (wave_place(waves, BEGIN, BEGIN + number * DAY, done) for number in (days, days + 1))
    assert now.wave <= later.wave
    order = ("early", "open", "between", "over")
    assert now.wave < later.wave or order.index(now.state) <= order.index(later.state)
