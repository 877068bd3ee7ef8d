"""Waves where a researcher sets them: on the study's page and in the terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from commands.shared import MistakeError
from commands.waves import read_wave
from survey.store import Store
from survey.waves import ONE, Wave
from tests.support.browser import ROOT
from tests.support.terminal import twofold
from tests.survey.store_support import TEXT, go_through
from tests.survey.test_store_pairs import go_on as answer
from tests.views.researcher_support import again, open_page, people, temporary_store

PAIRS = (ROOT / "tests" / "support" / "pairs.yaml").read_text("utf-8")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for opened in temporary_store(tmp_path, monkeypatch):
        opened.studies.create("s", TEXT)
        opened.studies.set_status("s", "pilot")
        yield opened


@pytest.mark.parametrize(
    ("words", "wave"),
    [
        ("launch", Wave(1)),
        ("launch:14", Wave(1, window_days=14)),
        ("+14", Wave(1, after_days=14)),
        (" +14:7 ", Wave(1, after_days=14, window_days=7)),
        ("2026-03-01:3", Wave(1, opens_at=datetime(2026, 3, 1, tzinfo=UTC), window_days=3)),
    ],
)
def test_a_wave_in_words(words: str, wave: Wave) -> None:
    assert read_wave(1, words) == wave


@pytest.mark.parametrize("words", ["", "soon", "+x", "2026-02-30", "launch:week", "14"])
def test_words_that_say_no_wave(words: str) -> None:
    with pytest.raises(MistakeError, match=r"Give (launch|it as)"):
        read_wave(1, words)


def test_the_command_sets_and_shows_them(store: Store, tmp_path: Path) -> None:
    session = go_through(store, store.respond.begin("s", "someone"))
    assert session.completed
    database = f"sqlite:///{tmp_path / 'test.db'}"
    done = twofold(
        "study", "waves", "s", "--wave", "launch:14", "--wave", "+28:7", "--database", database, "--json", cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        {"wave": 1, "opens": "launch", "window_days": 14, "started": 1, "completed": 1},
        {"wave": 2, "opens": "+28", "window_days": 7, "started": 0, "completed": 0},
    ]
    assert store.waves.list("s") == (Wave(1, window_days=14), Wave(2, after_days=28, window_days=7))
    wrong = twofold("study", "waves", "s", "--wave", "+3", "--database", database, cwd=tmp_path)
    assert wrong.returncode == 2
    assert "wave 1 follows no other" in wrong.stderr


def test_the_page_sets_and_shows_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = people(store)["owner"]
    page = open_page("study", owner, monkeypatch, name="s")
    again(page.number_input(key="waves_number").set_value(3))
    again(page.number_input(key="wave_1_window").set_value(10))
    again(page.number_input(key="wave_2_after").set_value(21))
    again(page.selectbox(key="wave_3_way").set_value("On a day"))
    again(page.date_input(key="wave_3_day").set_value(date(2030, 5, 1)))
    page = again(page.button(key="waves_keep").click())
    assert store.waves.list("s") == (
        Wave(1, window_days=10),
        Wave(2, after_days=21),
        Wave(3, opens_at=datetime(2030, 5, 1, tzinfo=UTC)),
    )
    words = " ".join(table.value.to_string() for table in page.table)
    for said in ("at the launch", "10 days", "21 days after wave 1", "01 May 2030", "until the study closes"):
        assert said in words


def test_who_may_not_change_them_sees_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    somebody = people(store)["recruiter"]
    page = open_page("study", somebody, monkeypatch, name="s")
    assert "Waves" not in [expander.label for expander in page.expander]
    store.waves.set("s", [Wave(1), Wave(2, opens_at=datetime.now(UTC) + timedelta(days=9))])
    page = open_page("study", somebody, monkeypatch, name="s")
    assert "Waves" in [expander.label for expander in page.expander]
    assert not [button for button in page.button if button.key == "waves_keep"]
    assert store.waves.list("s") != ONE


# --- nominations and codes -------------------------------------------------------------------------------------------


@pytest.fixture
def paired(store: Store) -> Store:
    """Two nominations that wait, and codes in two waves of which one has a slip."""
    store.studies.create("p", PAIRS.replace("invite: at_once", "invite: agreed"))
    store.studies.set_status("p", "live")
    store.waves.set("p", [Wave(1), Wave(2, opens_at=datetime.now(UTC) + timedelta(days=9))])
    for who in ("one", "two"):
        answer(store, store.respond.begin("p", who), ("pa", "07", "et"), f"planted-{who}@example.org")
    store.waves.set("p", [Wave(1), Wave(2, opens_at=datetime.now(UTC) - timedelta(days=9))])
    answer(store, store.respond.begin("p", "three"), ("xy", "31", "zz"))
    return store


def words_of(page: AppTest) -> str:
    return " ".join(str(getattr(one, field, "")) for one in page._tree for field in ("label", "value", "options"))


@pytest.mark.parametrize("role", ["owner", "recruiter"])
def test_who_waits_is_invited_or_declined(paired: Store, monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    page = open_page("study", people(paired)[role], monkeypatch, name="p")
    assert "planted-one@example.org (mentor" in words_of(page)
    page = again(page.button(key="nominee_invite").click())
    assert [one.state for one in paired.nominations.list("p")] == ["invited", "waiting"]
    page = again(page.button(key="nominee_decline").click())
    assert [one.state for one in paired.nominations.list("p")] == ["invited", "declined"]
    assert not [button for button in page.button if button.key == "nominee_invite"]
    assert "planted" not in words_of(page)


def test_an_analyst_sees_codes_and_never_whom_somebody_nominated(
    paired: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page("study", people(paired)["analyst"], monkeypatch, name="p")
    words = words_of(page)
    assert "3 people gave a code, 0 gave none. 0 of those with a code answered more than one wave." in words
    assert "One code, several people of one wave." in words
    assert "planted" not in words
    assert "Nominations" not in words
