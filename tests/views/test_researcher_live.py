"""The live page of a study: rates with their numbers, waves, minutes, quotas, and what a recruiter sees of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey import flow
from survey.store import Store, User
from survey.waves import Wave
from tests.survey.store_support import ANSWERS, TEXT, go_through, send
from tests.views.researcher_support import again, open_page, people, temporary_store, words
from views.researcher.live import minutes_bars, when

QUOTA = TEXT.replace("pages:\n", "quotas:\n  old: {when: age >= 30, max: 2, text: We have enough.}\npages:\n")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


@pytest.fixture
def users(store: Store) -> dict[str, User]:
    return people(store)


def told(page: object) -> str:
    return " ".join(words(page).replace("</th>", " ").replace("</td>", " ").split())  # type: ignore[arg-type]


def test_an_open_link_has_no_response_rate_and_the_page_says_so(
    users: dict[str, User], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.studies.create("open", TEXT)
    store.studies.set_status("open", "live")
    for first in (True, True, True, True, False):
        store.paradata.opened("open", first=first)
    for name in ("one", "two"):
        go_through(store, store.respond.begin("open", name))
    go_through(store, store.respond.begin("open", "three"), stop="support")
    said = told(open_page("study", users["owner"], monkeypatch, name="open"))
    assert "<td>75.0% <td>3 of 4" in said
    assert "<td>66.7% <td>2 of 3" in said
    assert "no response rate" in said
    assert "RR1" not in said


def test_personal_links_have_rates_by_the_names_of_the_standard(
    users: dict[str, User], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.studies.create("list", QUOTA)
    store.studies.set_status("list", "live")
    sessions = [store.respond.enter(token) for _, token in store.invitations.create("list", 8)]
    for session in sessions[:3]:  # the third is over the quota
        go_through(store, session)  # type: ignore[arg-type]
    go_through(store, sessions[3], stop="about")  # type: ignore[arg-type]
    send(store, sessions[4], "consent", {"consent": "no"})  # type: ignore[arg-type]
    # Two complete, one over quota (in no rate), one broke off, one refused, three of whom nothing is known.
    page = open_page("study", users["recruiter"], monkeypatch, name="list")
    said = told(page)
    assert 'scope="row">RR1<small>' in said
    assert "<td>28.6% <td>2 of 7" in said
    assert "<td>50.0% <td>2 of 4" in said
    assert "4.80 Quota filled" in said
    assert "2 of 2" in said  # the quota is full
    assert "Questions passed over" not in said
    assert "Signs of careless" not in said
    owner = told(open_page("study", users["owner"], monkeypatch, name="list"))
    assert "Very fast" in owner


def test_waves_say_who_stayed_and_each_has_its_own_numbers(
    users: dict[str, User], store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.studies.create("panel", TEXT)
    store.studies.set_status("panel", "live")
    now = datetime.now(UTC)
    tokens = [token for _, token in store.invitations.create("panel", 4)]

    def through(token: str) -> None:
        session = store.respond.enter(token)
        assert session is not None
        page = flow.next_page(session.study.instrument, session.answers, session.submitted, None)
        while page is not None and flow.find_page(session.study.instrument, page).type != "feedback":
            moments = {"shown_at": now - timedelta(minutes=1), "sent_at": now}
            session = send(store, session, page, ANSWERS.get(page, {}), **moments).session
            page = flow.next_page(session.study.instrument, session.answers, session.submitted, page)

    for token in tokens:
        through(token)
    store.waves.set("panel", [Wave(1, window_days=1), Wave(2, opens_at=now - timedelta(minutes=1), window_days=7)])
    through(tokens[0])
    page = open_page("study", users["owner"], monkeypatch, name="panel")
    assert "<td>1 <td>1 <td>25.0%" in told(page)
    assert page.segmented_control(key="wave_shown").value == 2
    assert [m.value for m in page.metric if m.label == "Completed"] == ["1"]
    again(page.segmented_control(key="wave_shown").set_value(1))
    assert [m.value for m in page.metric if m.label == "Completed"] == ["4"]


def test_when_a_wave_is_open_in_words() -> None:
    assert when(Wave(1)) == "from the launch"
    assert when(Wave(2, after_days=1, window_days=1)) == "1 day after the one before, open for 1 day"
    assert when(Wave(2, opens_at=datetime(2027, 3, 1, tzinfo=UTC))) == "from 1 March 2027 (UTC)"


def test_minutes_are_drawn_from_the_quickest_on_and_a_break_of_hours_ends_in_the_last_bar() -> None:
    minutes = (*(10.0 + i / 10 for i in range(100)), 600.0)
    bars = minutes_bars(minutes)
    assert bars.categories[0] == "10–11"
    assert bars.categories[-1] == "20+"
    assert bars.counts == (*[10.0] * 10, 1.0)
    assert minutes_bars((7.2, 7.2)).counts == (2.0,)
