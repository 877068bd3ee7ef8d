"""Whoever looks at a pilot is told so on every page, and pilot answers are nowhere among live ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from survey.store import Store, User
from tests.support.browser import ROOT
from tests.views.researcher_support import FILLED, again, fill, open_page, people, temporary_store, words
from views.plain import survey
from views.respondent.shown import shown
from views.respondent.visit import Visit, arrive

BAR = '<p class="tf-pilot"'
TRIAL = "Trial run: your answers help to improve this questionnaire"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


@pytest.fixture
def owner(store: Store) -> User:
    return people(store)["owner"]


@pytest.mark.parametrize("path", ["study", "data", "results", "plan"])
def test_a_researcher_cannot_miss_it(path: str, owner: User, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(store, phase="pilot")
    assert BAR in words(open_page(path, owner, monkeypatch, name=FILLED))
    store.studies.set_status(FILLED, "live")
    assert BAR not in words(open_page(path, owner, monkeypatch, name=FILLED))


def test_the_pilot_of_a_live_study_has_the_bar_and_its_own_answers(
    owner: User, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store, phase="pilot")
    store.studies.set_status(FILLED, "live")
    page = open_page("data", owner, monkeypatch, name=FILLED)
    assert "Nobody has answered yet" in words(page)
    page = again(page.segmented_control(key="phase").set_value("pilot"))
    assert BAR in words(page)
    assert "120 respondents have answered" in words(page)


def test_every_count_and_file_of_the_live_phase_is_empty_after_a_pilot(store: Store) -> None:
    fill(store, phase="pilot")
    assert store.results.counts(FILLED).started == 120
    store.studies.set_status(FILLED, "live")
    live = store.results.watch(FILLED)
    assert (live.phase, live.opened, live.visitors, live.tally.started, live.tally.agreed) == ("live", 0, 0, 0, 0)
    assert (live.tally.minutes, live.tally.waves, live.tally.personal, live.tally.leaving) == ((), {}, {}, {})
    assert {(p.reached, p.sent, p.here, p.left, tuple(p.skipped)) for p in live.tally.pages} == {(0, 0, 0, 0, ())}
    assert set(vars(live.tally.flags).values()) == {0}
    assert store.results.dataset(FILLED).respondents.empty
    assert store.results.agreed_to(FILLED) == ()
    found = store.paradata.participation(FILLED)
    assert (found.counts.started, found.visitors, found.answered, found.shown) == (0, 0, 0, 0)
    assert store.results.version(FILLED, "live") != store.results.version(FILLED, "pilot")
    assert len(store.results.dataset(FILLED, "pilot").respondents) == 120
    assert store.results.watch(FILLED, "pilot").tally.started == 120


@pytest.mark.parametrize("status", ["pilot", "live"])
def test_respondents_read_it_on_every_page_in_both_renderers(
    status: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.studies.create("little", (ROOT / "tests/support/little.yaml").read_text("utf-8"))
    store.studies.set_status("little", status)
    visit = arrive({"study": "little"}, store, researcher=False)
    assert isinstance(visit, Visit)
    for page in [visit.page(None), "-end"]:
        view = shown(visit, page)
        assert (view["pilot"] or "").startswith(TRIAL if status == "pilot" else "")
        assert bool(view["pilot"]) == (status == "pilot")
    monkeypatch.setattr(survey, "store", lambda: store)
    client = TestClient(Starlette(routes=survey.survey_routes()), base_url="https://survey.example.org")
    assert (TRIAL in client.get("/study/little").text) == (status == "pilot")


def test_a_preview_says_that_nothing_is_saved_and_not_that_it_is_a_trial(store: Store) -> None:
    store.studies.create("little", (ROOT / "tests/support/little.yaml").read_text("utf-8"))
    store.studies.set_status("little", "pilot")
    visit = arrive({"preview": "little"}, store, researcher=True)
    assert isinstance(visit, Visit)
    assert shown(visit, visit.page(None))["pilot"] is None
