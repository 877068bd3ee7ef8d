"""Waves in the store: which one a link leads to, what is refused, and what the counts and the Dataset say of each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid5

import pandas as pd
import pytest
from sqlalchemy import func, select

from survey import flow
from survey.dataset.model import Dataset
from survey.dataset.read import read_data
from survey.dataset.waves import people
from survey.dataset.write import write_csv_folder
from survey.errors import Closed, Stale, StudyError
from survey.files.problems import FileProblems
from survey.forecast import forecast, waves_named
from survey.instrument.load import load, shipped, shipped_text
from survey.madeup.lead import Led, lead
from survey.store import Session, Store, schema
from survey.store.sessions import response_of
from survey.waves import ONE, Wave
from tests.survey.store_support import ANSWERS, TEXT, go_through, send

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


# --- pages of some waves ---------------------------------------------------------------------------------------------


IN_SOME = TEXT.replace(
    "items: [d1, d2], show_if: employed == 'yes'}", "items: [d1, d2], show_if: wave >= 2 and employed == 'yes'}"
).replace("{id: people, network: ties}", "{id: people, network: ties, show_if: wave == 1}")


def test_a_page_may_be_asked_in_some_waves_only(store: Store) -> None:
    store.studies.create("small", IN_SOME)
    store.studies.set_status("small", "live")
    token = invited(store, "p01")["p01"]
    store.waves.set("small", [Wave(1), Wave(2, opens_at=now() + 10 * DAY)])
    first = through(store, token)
    assert first.submitted == {"consent", "about", "support", "people.g1", "people.g2", "rest"}
    store.waves.set("small", [Wave(1), Wave(2, opens_at=now() - DAY)])
    second = through(store, token)
    assert second.submitted == {"consent", "about", "support", "work", "distance", "rest"}
    assert [store.results.counts("small", wave=wave).completed for wave in (1, 2)] == [1, 1]
    assert next(iter(store.waves.places("small").values())).completed
    data = store.results.dataset("small")
    assert data.missing["d1"].tolist() == ["not_shown", ""]
    assert data.respondents["d1"].tolist()[1] == 5.0
    alone = store.results.dataset("small", wave=1)
    assert alone.missing["d1"].tolist() == ["not_shown"]


def test_a_condition_on_the_wave_is_held_to_what_a_wave_is() -> None:
    for condition, words in (
        ("wave == 'two'", "'wave' is a number"),
        ("wave == 0", "outside of the range of 'wave'"),
        ("wave == 1.5", "'wave' is never 1.5"),
    ):
        with pytest.raises(FileProblems, match=words):
            load(IN_SOME.replace("wave == 1}", f"{condition}}}"), "small.yaml")
    with pytest.raises(FileProblems, match="'wave' cannot name an item"):
        load(TEXT.replace("a4", "wave"), "small.yaml")


def test_minutes_and_made_up_answers_know_of_waves() -> None:
    instrument = load(IN_SOME, "small.yaml")
    assert waves_named(instrument) == (1, 2, 3)
    minutes = {wave: forecast(instrument, wave) for wave in (1, 2, 3)}
    assert minutes[1].pages["people"] > 0 == minutes[2].pages["people"]
    assert minutes[1].most != minutes[2].most
    assert minutes[2] == minutes[3]
    there = lead(instrument, "work", 7)
    assert isinstance(there, Led)
    assert (there.answers["wave"], there.answers["employed"]) == (2.0, "yes")
    early = lead(instrument, "people.g1", 7)
    assert isinstance(early, Led)
    assert "wave" not in early.answers


# --- data ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def three_waves() -> Dataset:
    """The simulated study of the same people in three waves, some of whom leave."""
    from analysis.simulate import simulate

    return simulate(shipped("two-supports"), 40, 11, waves=3).dataset


@pytest.fixture
def filled(store: Store, three_waves: Dataset) -> Store:
    store.studies.create("panel", shipped_text("two-supports"))
    store.studies.set_status("panel", "live")
    assert store.respond.load_simulated("panel", three_waves, until=datetime(2026, 6, 1)) == len(
        three_waves.respondents
    )
    return store


def test_three_simulated_waves_in_the_store_are_those_in_the_file(
    filled: Store, three_waves: Dataset, tmp_path: Path
) -> None:
    write_csv_folder(three_waves, tmp_path / "made")
    file = read_data(tmp_path / "made", three_waves.instrument)
    live = filled.results.dataset("panel")
    study = filled.studies.get("panel")
    code = {
        person: str(response_of(uuid5(study.id, f"simulated/{person}"), "live")) for person in people(file).unique()
    }
    renamed = [f"{code[person]}@{wave}" for person, wave in zip(people(file), file.respondents["wave"], strict=True)]
    own = dict(zip(file.respondents.index, renamed, strict=True))
    assert sorted(renamed) == sorted(live.respondents.index)
    assert people(live).tolist() == [name.rpartition("@")[0] for name in live.respondents.index]
    for name in ("respondents", "missing"):
        theirs, ours = (getattr(data, name).drop(columns="seconds_per_item", errors="ignore") for data in (file, live))
        theirs.index = pd.Index(renamed, name="id", dtype="str")
        pd.testing.assert_frame_equal(theirs.loc[ours.index, ours.columns], ours)
    for name in ("ties", "between", "missing_ties", "missing_between"):
        theirs, ours = getattr(file, name).copy(), getattr(live, name)
        theirs["id"] = theirs["id"].map(own).astype("str")
        keys = [key for key in ("id", "tie", "tie_a", "tie_b") if key in ours.columns]
        pd.testing.assert_frame_equal(
            theirs.sort_values(keys).reset_index(drop=True)[list(ours.columns)],
            ours.sort_values(keys).reset_index(drop=True),
        )
    assert [wave.number for wave in filled.waves.list("panel")] == [1, 2, 3]
    counted = [filled.results.counts("panel", wave=wave).started for wave in (1, 2, 3)]
    assert counted == [int((file.respondents["wave"] == wave).sum()) for wave in "123"]
    assert counted[0] == 40 > counted[2]


def test_what_is_written_says_person_and_wave_of_each_tie(filled: Store, tmp_path: Path) -> None:
    live = filled.results.dataset("panel")
    write_csv_folder(live, tmp_path / "out")
    for name in ("ties", "between"):
        table = pd.read_csv(tmp_path / "out" / f"{name}.csv", dtype=str)
        assert (table["person"] + "@" + table["wave"] == table["id"]).all()
    again = read_data(tmp_path / "out", live.instrument)
    pd.testing.assert_frame_equal(again.ties, live.ties)
    pd.testing.assert_frame_equal(again.between, live.between)
    pd.testing.assert_frame_equal(again.respondents, live.respondents)


def test_a_plan_over_waves_gives_the_same_on_the_study_as_on_its_file(filled: Store, tmp_path: Path) -> None:
    from analysis.plan.load import load_plan
    from analysis.run import run

    live = filled.results.dataset("panel")
    write_csv_folder(live, tmp_path / "out")
    plan = load_plan(PLAN, "plan.yaml", live.instrument)
    found, again = (run(plan, data).frame() for data in (live, read_data(tmp_path / "out", live.instrument)))
    pd.testing.assert_frame_equal(found, again)
    slope = found.query("analysis == 'later' and statistic == 'b' and term == 'stress@1'")["value"]
    assert len(slope) == 1
    assert 0 < float(slope.iloc[0]) < 1.2


PLAN = """
format: twofold-plan/1
instrument: two-supports
seed: 1
analyses:
  - {id: later, kind: regression, outcome: stress@2, blocks: [[stress@1, psychosocial@1]]}
  - {id: stable, kind: retest, scale: stress, waves: [1, 2]}
"""
