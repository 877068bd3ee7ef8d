"""What a live study keeps closed on the researcher's pages until its plan is locked, and how it is locked there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.store import Store, User
from tests.views.researcher_support import FILLED, again, fill, look_at, open_page, people, temporary_store, words

Patch = pytest.MonkeyPatch


@pytest.fixture
def store(tmp_path: Path, monkeypatch: Patch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


@pytest.fixture
def owner(store: Store) -> User:
    return people(store)["owner"]


def closed(page: object) -> bool:
    return "Closed until the plan is locked" in str([s.value for s in page.header])  # type: ignore[attr-defined]


def test_relations_are_closed_and_measurement_is_open(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store, lock=False)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    assert not closed(page)
    for view, expected in (("regression", True), ("correlation", True), ("structure", False), ("missing", False)):
        page = look_at(page, view)
        assert closed(page) == expected, view
    data = open_page("data", owner, monkeypatch, name=FILLED)
    assert "no file has an outcome and a predictor in one row" in words(data)


def test_a_plan_runs_without_what_is_closed(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store, lock=False)
    page = open_page("plan", owner, monkeypatch, name=FILLED)
    assert closed(page)
    page = again(page.button(key="run_plan").click())
    said = words(page)
    assert said.count("Not applicable, because the study is live and its plan is not locked") > 5
    assert "<em>F</em>" not in said


def test_a_pilot_is_open(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store, phase="pilot", lock=False)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    page = look_at(page, "correlation")
    assert not closed(page)


def test_the_lock_opens_relations_and_counts_what_was_seen_before(
    owner: User, store: Store, monkeypatch: Patch
) -> None:
    fill(store, lock=False)
    open_page("data", owner, monkeypatch, name=FILLED)
    page = open_page("study", owner, monkeypatch, name=FILLED)
    again(next(b for b in page.button if b.label == "Lock the plan").click())
    assert store.plans.registration(FILLED).lock is None, "a lock needs a stopping rule"
    page.text_input(key="stopping").set_value("at 120 completed")
    page = again(next(b for b in page.button if b.label == "Lock the plan").click())
    lock = store.plans.registration(FILLED).lock
    assert lock is not None
    assert (lock.n, lock.views, lock.words, lock.actor) == (120, 1, "at 120 completed", "Ada")
    assert any("Locked since" in success.value for success in page.success)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    page = look_at(page, "correlation")
    assert not closed(page)


def test_opening_without_a_lock_needs_a_reason_and_stays_on_the_page(
    owner: User, store: Store, monkeypatch: Patch
) -> None:
    fill(store, lock=False)
    page = open_page("study", owner, monkeypatch, name=FILLED)
    page = again(page.button(key="unlock").click())
    assert "give a reason" in words(page)
    page.text_input(key="unlock_reason").set_value("a teaching example")
    page = again(page.button(key="unlock").click())
    assert not store.plans.registration(FILLED).closed
    assert "a teaching example" in words(page)
