"""The lock of a plan: what it stores, what it refuses, and that nothing of it can be altered."""

from __future__ import annotations

from hashlib import sha256

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from survey.errors import StoreError, StudyError
from survey.store import Store
from tests.survey.store_support import TEXT, go_through

PLAN = "format: twofold-plan/1\n"


@pytest.fixture
def live(store: Store) -> Store:
    store.studies.create("small", TEXT)
    store.studies.set_plan("small", PLAN)
    store.studies.set_status("small", "live")
    return store


def test_a_lock_stores_hash_time_n_views_exports_and_the_stopping_rule(live: Store) -> None:
    go_through(live, live.respond.begin("small", "n"))
    for _ in range(3):
        live.plans.met("small", "view", "data", "live", "Ada")
    live.plans.met("small", "view", "data", "pilot", "Ada")
    live.plans.met("small", "run", "whole plan", "live")
    live.plans.met("small", "export", "csv", "live")
    event = live.plans.lock("small", " at 100 completed ", "Ada")
    assert event.hash == sha256(PLAN.encode()).hexdigest()
    assert (event.kind, event.plan, event.n, event.views, event.exports) == ("lock", PLAN, 1, 4, 1)
    assert (event.words, event.actor) == ("at 100 completed", "Ada")
    assert live.plans.registration("small").lock == event
    assert live.plans.registration("small").events == (event,)


def test_relations_are_closed_in_a_live_study_until_something_opens_them(store: Store) -> None:
    store.studies.create("small", TEXT)
    assert not store.plans.registration("small").closed
    store.studies.set_status("small", "pilot")
    assert not store.plans.registration("small").closed
    store.studies.set_status("small", "live")
    assert store.plans.registration("small").closed
    assert not store.plans.registration("small", "pilot").closed
    store.studies.set_status("small", "closed")
    assert store.plans.registration("small").closed
    store.studies.set_plan("small", PLAN)
    store.plans.lock("small", "now")
    assert not store.plans.registration("small").closed


def test_a_locked_plan_changes_by_dated_deviations_alone(live: Store) -> None:
    lock = live.plans.lock("small", "at 100")
    with pytest.raises(StudyError, match="dated deviation"):
        live.studies.set_plan("small", PLAN + "# other\n")
    with pytest.raises(StudyError, match="nothing would change"):
        live.plans.deviate("small", PLAN, "why")
    with pytest.raises(StudyError, match="give a reason"):
        live.plans.deviate("small", PLAN + "# other\n", "  ")
    assert live.studies.set_plan("small", PLAN).plan_text == PLAN
    event = live.plans.deviate("small", PLAN + "# other\n", "a slip of the pen", "Ada")
    assert live.studies.get("small").plan_text == PLAN + "# other\n"
    registration = live.plans.registration("small")
    assert (registration.lock, registration.deviations) == (lock, (event,))
    assert (event.kind, event.words, event.hash) == (
        "deviation",
        "a slip of the pen",
        sha256((PLAN + "# other\n").encode()).hexdigest(),
    )
    with pytest.raises(StudyError, match="is locked since"):
        live.plans.lock("small", "again")


def test_an_unlocking_stays_on_record_through_every_later_lock(live: Store) -> None:
    with pytest.raises(StudyError, match="give a reason"):
        live.plans.unlock("small", "")
    first = live.plans.unlock("small", "we had to look")
    registration = live.plans.registration("small")
    assert (registration.closed, registration.lock, registration.unlockings) == (False, None, (first,))
    with pytest.raises(StudyError, match="open without a lock already"):
        live.plans.unlock("small", "again")
    live.plans.lock("small", "at 100")
    second = live.plans.unlock("small", "a new plan")
    assert live.plans.registration("small").unlockings == (first, second)
    assert live.plans.registration("small").lock is None
    assert live.studies.set_plan("small", PLAN + "#\n").plan_text == PLAN + "#\n"
    with pytest.raises(StudyError, match="not locked"):
        live.plans.deviate("small", PLAN, "why")


def test_without_a_plan_or_a_rule_nothing_is_locked(store: Store) -> None:
    store.studies.create("small", TEXT)
    with pytest.raises(StudyError, match="no plan to lock"):
        store.plans.lock("small", "at 100")
    store.studies.set_plan("small", PLAN)
    for rule in ("", "x" * 2001):
        with pytest.raises(StudyError, match="stopping rule"):
            store.plans.lock("small", rule)
    assert store.plans.registration("small").events == ()


def test_what_happened_is_never_altered(live: Store) -> None:
    live.plans.lock("small", "at 100")
    with pytest.raises((StoreError, DatabaseError), match="never altered"):
        live.database.write(lambda connection: connection.execute(text("UPDATE plan_event SET n = 0")))


def test_a_locked_draft_can_still_be_deleted(store: Store) -> None:
    store.studies.create("small", TEXT)
    store.studies.set_plan("small", PLAN)
    store.plans.lock("small", "at 100")
    store.studies.delete("small")
    assert store.studies.list() == []
