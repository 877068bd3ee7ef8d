"""Ties over waves: earlier names are shown and confirmed, a tie keeps its id, and names stay where they belong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest
from sqlalchemy import select

from survey import flow
from survey.answers import Answer
from survey.network.carried import carried, still
from survey.store import Session, Store, schema
from survey.waves import Wave
from tests.survey.store_support import send
from tests.survey.test_network import BY_QUESTION, NETWORK, TEXT
from tests.survey.test_store_waves import DAY, enter, now

AGO = datetime.now(UTC) - timedelta(days=2)


@pytest.fixture
def token(store: Store) -> str:
    store.studies.create("network", TEXT)
    store.studies.set_status("network", "live")
    store.waves.set("network", [Wave(1), *(Wave(n, opens_at=now() + 10 * n * DAY) for n in (2, 3))])
    return store.invitations.create("network", 1)[0][1]


def wave(store: Store, number: int) -> None:
    """Let the calendar be in this wave."""
    days = [Wave(1), *(Wave(n, opens_at=now() + (10 * (n - number) - 1) * DAY) for n in (2, 3))]
    store.waves.set("network", days)


def sent(store: Store, session: Session, page: str, **answers: object) -> Session:
    given = {name.replace("__", "."): value for name, value in answers.items()}
    return send(store, session, page, given, shown_at=now(), sent_at=now()).session


def about(store: Store, session: Session, closeness: int) -> Session:
    """Send every screen that is open on the page of people after the names."""
    while (page := flow.first_open(session.study.instrument, session.answers, session.submitted)) != "thanks":
        assert page is not None
        screen = flow.find_screen(session.study.instrument, page, session.answers)
        assert screen is not None
        value = {name: closeness if name.endswith("closeness") else None for name in screen.names}
        session = send(store, session, page, value, shown_at=now(), sent_at=now()).session
    return session


def first_wave(store: Store, token: str) -> Session:
    session = sent(store, enter(store, token), "consent", consent="yes")
    assert "people.still" not in flow.visible_pages(session.study.instrument, session.answers)
    session = sent(store, session, "people.g1", ties__g1=["Anna", "Bob", "Cy"])
    session = sent(store, session, "people.g2", ties__g2=[("T2", "Bob")])
    return about(store, session, 2)


def test_a_tie_keeps_its_id_over_waves(store: Store, token: str) -> None:
    done = first_wave(store, token)
    assert done.completed
    wave(store, 2)
    session = sent(store, enter(store, token), "consent", consent="yes")
    assert flow.first_open(session.study.instrument, session.answers, session.submitted) == "people.still"
    assert flow.asked_on(session.study.instrument, "people.still", session.answers) == tuple(
        f"ties.still.{tie}" for tie in ("T1", "T2", "T3")
    )
    assert store.respond.names(session) == {"ties": {"T1": "Anna", "T2": "Bob", "T3": "Cy"}}
    session = sent(store, session, "people.still", ties__still__T1="yes", ties__still__T2="yes", ties__still__T3="no")
    assert still("ties", session.answers) == ("T1", "T2")
    assert still("ties", session.answers, "g2") == ("T2",)
    # Anna stays, Bob is left out of the first list, Dan is new and gets a number that nobody has had.
    session = sent(store, session, "people.g1", ties__g1=[("T1", "Anna"), "Dan"])
    session = sent(store, session, "people.g2", ties__g2=[("T2", "Bob")])
    assert session.answers["ties.g1"] == ("T1", "T4")
    assert session.answers["ties.g2"] == ("T2",)
    second = about(store, session, 4)
    assert second.completed
    data = store.results.dataset("network")
    person = str(done.response_id)
    ties = data.ties[["id", "tie", "g1", "g2", "closeness"]].to_dict("list")
    assert ties == {
        "id": [f"{person}@1"] * 3 + [f"{person}@2"] * 3,
        "tie": ["T1", "T2", "T3", "T1", "T4", "T2"],
        "g1": [1.0, 1.0, 1.0, 1.0, 1.0, 0.0],
        "g2": [0.0, 1.0, 0.0, 0.0, 0.0, 1.0],
        "closeness": [2.0, 2.0, 2.0, 4.0, 4.0, 4.0],
    }
    # Closeness of the same tie in the next wave, side by side.
    wide = data.ties.assign(wave=data.ties["id"].str[-1]).pivot(index="tie", columns="wave", values="closeness")
    assert wide.dropna().to_dict("index") == {"T1": {"1": 2.0, "2": 4.0}, "T2": {"1": 2.0, "2": 4.0}}
    assert store.results.counts("network", wave=2).completed == 1


def test_who_is_out_of_touch_is_not_shown_again_and_who_was_not_named_is(store: Store, token: str) -> None:
    first_wave(store, token)
    wave(store, 2)
    session = sent(store, enter(store, token), "consent", consent="yes")
    session = sent(store, session, "people.still", ties__still__T1="no", ties__still__T2="yes")
    session = sent(store, session, "people.g1", ties__g1=["Eve"])
    about(store, sent(store, session, "people.g2", ties__g2=[]), 3)
    wave(store, 3)
    third = sent(store, enter(store, token), "consent", consent="yes")
    assert third.answers["ties.before"] == ("T2", "T3", "T4")  # an unanswered 'still' takes nobody away
    assert third.answers["ties.before.g1"] == ("T4",)
    assert third.answers["ties.last"] == 4.0
    assert store.respond.names(third)["ties"]["T2"] == "Bob"
    new = sent(store, sent(store, third, "people.still"), "people.g1", ties__g1=["Fay"])
    assert new.answers["ties.g1"] == ("T5",)


def test_names_of_a_wave_lie_encrypted_with_its_response_and_others_cannot_read_them(store: Store, token: str) -> None:
    done = first_wave(store, token)
    other = store.invitations.create("network", 1)[0][1]
    wave(store, 2)
    assert store.respond.names(enter(store, other)) == {}
    session = sent(store, enter(store, token), "consent", consent="yes")
    session = sent(store, session, "people.still")
    sent(store, session, "people.g1", ties__g1=[("T1", "Anna B.")])
    table = schema.tie_name.c
    rows = store.database.read(lambda c: c.execute(select(table.response_id, table.tie, table.name)).all())
    assert {(row.response_id, row.tie) for row in rows} == {
        *((done.response_id, tie) for tie in ("T1", "T2", "T3")),
        (session.response_id, "T1"),
    }
    assert not any("Anna" in row.name for row in rows)
    assert store.respond.names(enter(store, token))["ties"] == {"T1": "Anna B.", "T2": "Bob", "T3": "Cy"}


def test_ids_of_nobody_one_has_named_are_new_people(store: Store, token: str) -> None:
    first_wave(store, token)
    wave(store, 2)
    session = sent(store, enter(store, token), "consent", consent="yes")
    session = sent(store, session, "people.still")
    session = sent(store, session, "people.g1", ties__g1=[("T9", "Zoe"), ("T3", "Cy")])
    assert session.answers["ties.g1"] == ("T4", "T3")


def test_what_is_handed_on_is_a_function_of_earlier_answers() -> None:
    first: dict[str, Answer] = {
        "ties.g1": ("T1", "T2"),
        "ties.g2": ("T3",),
        "ties.last": 5.0,
        "ties.alike": (),
        "ties.asked": ("T1",),
    }
    second: dict[str, Answer] = {"ties.still.T2": "no", "ties.g1": ("T6",), "ties.g2": (), "ties.last": 6.0}
    assert carried(NETWORK, []) == {}
    assert carried(NETWORK, [(NETWORK, {})]) == {}
    assert carried(NETWORK, [(NETWORK, first), (NETWORK, second)]) == {
        "ties.last": 6.0,
        "ties.before": ("T1", "T3", "T6"),
        "ties.before.g1": ("T6",),
        "ties.before.g2": (),
    }


def test_one_question_at_a_time_works_over_waves_too(store: Store) -> None:
    store.studies.create("network", BY_QUESTION)
    store.studies.set_status("network", "live")
    store.waves.set("network", [Wave(1), Wave(2, opens_at=now() + DAY)])
    token = store.invitations.create("network", 1)[0][1]
    assert first_wave(store, token).completed
    store.waves.set("network", [Wave(1), Wave(2, opens_at=AGO)])
    session = sent(store, sent(store, enter(store, token), "consent", consent="yes"), "people.still")
    session = sent(store, session, "people.g1", ties__g1=[("T3", "Cy")])
    done = about(store, sent(store, session, "people.g2", ties__g2=[]), 5)
    assert done.completed
    ties = store.results.dataset("network", wave=2).ties
    pd.testing.assert_series_equal(ties["closeness"], pd.Series([5.0], name="closeness"))
    assert ties["tie"].tolist() == ["T3"]
