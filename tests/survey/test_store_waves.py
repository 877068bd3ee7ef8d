"""Waves in the store: which one a link leads to, what is refused, and what the counts and the Dataset say of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from survey.errors import Closed, Stale, StudyError
from survey.store import Session, Store, schema
from survey.store.sessions import response_of
from survey.waves import ONE, Wave
from tests.survey.store_support import ANSWERS, go_through, send

DAY = timedelta(days=1)


def now() -> datetime:
    return datetime.now(UTC)


def enter(store: Store, token: str) -> Session:
    found = store.respond.enter(token)
    assert found is not None
    return found


def invited(store: Store, *labels: str) -> dict[str, str]:
    """Tokens by label."""
    return {made.label: token for made, token in store.invitations.create("small", [(label, {}) for label in labels])}


def through(
    store: Store, token: str, answers: Mapping[str, Mapping[str, object]] = ANSWERS, stop: str | None = None
) -> Session:
    """Answer the wave that is open, at this very time."""
    session = enter(store, token)
    page: Any = None
    from survey import flow

    while (page := flow.next_page(session.study.instrument, session.answers, session.submitted, page)) is not None:
        if page == stop or flow.find_page(session.study.instrument, page).type == "feedback":
            break
        session = send(store, session, page, answers.get(page, {}), shown_at=now(), sent_at=now()).session
    return session


def test_a_study_that_says_nothing_has_one_wave(live: Store) -> None:
    assert live.waves.list("small") == ONE
    session = go_through(live, live.respond.begin("small", "someone"))
    assert (session.wave, session.place) == (1, None)
    assert session.response_id == response_of(session.invitation_id, "live")
    kept = live.waves.set("small", ONE)
    assert kept == ONE
    assert live.database.read(lambda c: c.execute(select(func.count()).select_from(schema.study_wave)).scalar()) == 0


def test_a_link_leads_from_wave_to_wave(live: Store) -> None:
    token = invited(live, "p01")["p01"]
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() + 10 * DAY, window_days=5)])
    first = through(live, token)
    assert first.place is not None
    assert (first.wave, first.completed, first.place.state) == (1, True, "open")
    assert first.place.next_opens is not None
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() - DAY, window_days=5)])
    second = enter(live, token)
    assert (second.wave, second.persisted, second.completed, second.answers) == (2, False, False, {"wave": 2.0})
    assert second.response_id == response_of(first.invitation_id, "live", 2) != first.response_id
    done = through(live, token, {**ANSWERS, "support": {**ANSWERS["support"], "a1": 5}})
    assert done.completed
    assert done.answers["a1"] == 5
    assert done.place is not None
    assert (done.place.next_opens, done.place.completed) == (None, True)


def test_between_waves_and_after_the_last_nothing_is_taken(live: Store) -> None:
    tokens = invited(live, "p01", "p02")
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() + 10 * DAY)])
    begun = through(live, tokens["p01"], stop="work")
    waves = [Wave(1, opens_at=now() - 9 * DAY, window_days=3), Wave(2, opens_at=now() + 10 * DAY)]
    live.waves.set("small", waves)
    # Who sent a page a moment ago may go on; who comes now may not begin.
    assert enter(live, tokens["p01"]).place.state == "open"  # type: ignore[union-attr]
    late = enter(live, tokens["p02"])
    assert late.place is not None
    assert (late.place.state, late.place.next_opens) == ("between", waves[1].opens_at)
    with pytest.raises(Closed, match="wave 1 is not open"):
        send(live, late, "consent")
    assert send(live, begun, "work").session.sequence == begun.sequence + 1
    over = [Wave(1, opens_at=now() - 9 * DAY, window_days=3), Wave(2, opens_at=now() - 5 * DAY, window_days=2)]
    live.waves.set("small", over)
    assert enter(live, tokens["p02"]).place.state == "over"  # type: ignore[union-attr]
    assert live.results.counts("small").started == 1


def test_a_page_of_the_last_wave_is_not_taken_for_one_of_the_next(live: Store) -> None:
    token = invited(live, "p01")["p01"]
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() + 10 * DAY)])
    session = through(live, token)
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() - DAY)])
    with pytest.raises(Stale, match="wave 2 has begun") as refused:
        send(live, session, "rest", {"remark": "changed"})
    assert refused.value.session.wave == 2
    with pytest.raises(Stale):
        send(live, session, "consent", shown_at=now(), sent_at=now())
    assert live.results.counts("small", wave=2).started == 0


def test_a_page_that_was_saved_before_the_wave_closed_is_known_when_it_is_sent_again(live: Store) -> None:
    token = invited(live, "p01")["p01"]
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() + 10 * DAY)])
    before = enter(live, token)
    send(live, before, "consent")
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() - DAY)])
    # In the middle of the first wave by the clock of the test's pages, long ago by the real one: the second has begun.
    assert send(live, before, "consent").already


def test_a_wave_after_days_waits_for_the_person(live: Store) -> None:
    tokens = invited(live, "p01", "p02")
    live.waves.set("small", [Wave(1), Wave(2, after_days=7, window_days=3)])
    session = through(live, tokens["p01"])
    midnight = datetime.combine(now().date(), datetime.min.time(), UTC)
    there = live.waves.place("small", session.invitation_id)
    assert (there.wave, there.completed, there.next_opens) == (1, True, midnight + 7 * DAY)
    later = live.waves.place("small", session.invitation_id, now=midnight + 8 * DAY)
    assert (later.wave, later.state, later.closes) == (2, "open", midnight + 10 * DAY)
    places = live.waves.places("small", now=midnight + 8 * DAY)
    assert len(places) == 2
    assert places[session.invitation_id] == later
    other = next(place for key, place in places.items() if key != session.invitation_id)
    assert (other.wave, other.state, other.started, other.next_opens) == (1, "open", False, None)


def test_places_say_who_is_invited_has_begun_and_has_finished_in_a_study_of_one_wave_too(live: Store) -> None:
    tokens = invited(live, "p01", "p02", "p03")
    done, begun = through(live, tokens["p01"]), through(live, tokens["p02"], stop="work")
    go_through(live, live.respond.begin("small", "by an open link"))
    revoked = next(one for one in live.invitations.list("small") if one.label == "p03")
    live.invitations.revoke(revoked)
    places = live.waves.places("small")
    assert {key: (place.started, place.completed) for key, place in places.items()} == {
        done.invitation_id: (True, True),
        begun.invitation_id: (True, False),
    }


def test_waves_that_were_answered_stay(live: Store) -> None:
    token = invited(live, "p01")["p01"]
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() - DAY)])
    through(live, token)
    with pytest.raises(StudyError, match="wave 2 of 'small' has answers"):
        live.waves.set("small", [Wave(1)])
    with pytest.raises(StudyError, match="wave 2 needs a day"):
        live.waves.set("small", [Wave(1), Wave(2)])
    live.studies.set_status("small", "closed")
    with pytest.raises(StudyError, match="is closed"):
        live.waves.set("small", [Wave(1), Wave(2, opens_at=now())])


def test_counts_and_data_by_wave(live: Store) -> None:
    tokens = invited(live, "p01", "p02")
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() + 10 * DAY)])
    first = {label: through(live, token) for label, token in tokens.items()}
    live.waves.set("small", [Wave(1), Wave(2, opens_at=now() - DAY)])
    through(live, tokens["p01"], {**ANSWERS, "support": {**ANSWERS["support"], "a1": 5}})
    through(live, tokens["p02"], stop="support")
    counted = {wave: live.results.counts("small", wave=wave) for wave in (None, 1, 2, 3)}
    assert {wave: (one.started, one.completed) for wave, one in counted.items()} == {
        None: (4, 3),
        1: (2, 2),
        2: (2, 1),
        3: (0, 0),
    }
    data = live.results.dataset("small")
    people = {label: str(session.response_id) for label, session in first.items()}
    assert sorted(data.respondents.index) == sorted(f"{person}@{wave}" for person in people.values() for wave in (1, 2))
    assert data.respondents["wave"].tolist() == ["1", "2", "1", "2"]
    assert data.instrument.fields["wave"].type == "wave"
    rows = data.respondents.loc[[f"{people['p01']}@1", f"{people['p01']}@2"]]
    assert rows["a1"].tolist() == [1.0, 5.0]
    assert data.missing.loc[f"{people['p02']}@2", "a1"] == "not_reached"
    second = live.results.dataset("small", wave=2)
    assert second.respondents.equals(data.respondents[data.respondents["wave"] == "2"])


def test_an_open_link_begins_in_the_wave_that_the_calendar_has_open(live: Store) -> None:
    live.waves.set("small", [Wave(1, opens_at=now() - 9 * DAY, window_days=3), Wave(2, opens_at=now() - DAY)])
    session = live.respond.begin("small", "someone")
    assert session.wave == 2
    done = go_through(live, session)
    assert live.results.counts("small", wave=2).completed == 1
    back = live.respond.enter(done.token)
    assert back is not None
    assert (back.wave, back.completed) == (2, True)
