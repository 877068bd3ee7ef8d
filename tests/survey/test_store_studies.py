"""Studies: their names, states, instruments and plans."""

from __future__ import annotations

import pytest

from survey.errors import NotFoundError, StudyError
from survey.files.problems import FileProblems
from survey.instrument.canonical import sha256
from survey.instrument.load import load, shipped_text
from survey.store import Store
from tests.survey.store_support import TEXT, go_through, send


def test_a_new_study_is_a_draft_of_its_instrument(store: Store) -> None:
    study = store.studies.create("small", TEXT)
    assert (study.slug, study.title, study.status, study.opened) == ("small", "A small study", "draft", 0)
    assert study.instrument == load(TEXT, "t")
    assert list(study.instrument.items) == list(load(TEXT, "t").items)
    assert study.instrument_hash == sha256(study.instrument)
    assert store.studies.get("small") == study
    assert store.studies.instrument_text("small") == TEXT
    assert store.studies.create("other", TEXT, title="Another").title == "Another"
    assert {s.slug for s in store.studies.list()} == {"small", "other"}


@pytest.mark.parametrize("slug", ["", "Small", "a b", "-a", "a/b", "é", "a" * 64, "a\n"])
def test_names_that_a_link_cannot_hold_are_refused(store: Store, slug: str) -> None:
    with pytest.raises(StudyError, match="name of a study"):
        store.studies.create(slug, TEXT)


def test_a_name_is_taken_once(store: Store) -> None:
    store.studies.create("small", TEXT)
    with pytest.raises(StudyError, match="already"):
        store.studies.create("small", TEXT)
    with pytest.raises(NotFoundError, match="no study 'none'"):
        store.studies.get("none")


def test_a_broken_instrument_makes_no_study(store: Store) -> None:
    with pytest.raises(FileProblems):
        store.studies.create("small", TEXT.replace("format: yn", "format: ynn"))
    assert store.studies.list() == []


ALLOWED = {("draft", "pilot"), ("draft", "live"), ("pilot", "draft"), ("pilot", "live"), ("live", "closed")}
ALLOWED |= {("closed", "live")}
WAYS = {"draft": [], "pilot": ["pilot"], "live": ["live"], "closed": ["live", "closed"]}


@pytest.mark.parametrize("before", WAYS)
@pytest.mark.parametrize("after", WAYS)
def test_the_steps_of_a_study(store: Store, before: str, after: str) -> None:
    store.studies.create("small", TEXT)
    for status in WAYS[before]:
        store.studies.set_status("small", status)
    if before == after or (before, after) in ALLOWED:
        study = store.studies.set_status("small", after)
        assert study.status == after
        assert (study.launched_at is not None) == (before in ("live", "closed") or after == "live")
        assert (study.closed_at is not None) == (after == "closed")
    else:
        with pytest.raises(StudyError, match="cannot become"):
            store.studies.set_status("small", after)
        assert store.studies.get("small").status == before


def test_an_unknown_state_and_an_instrument_without_pages_are_refused(store: Store) -> None:
    store.studies.create("small", TEXT)
    with pytest.raises(StudyError, match="no state"):
        store.studies.set_status("small", "open")
    pages = TEXT.index("pages:")
    store.studies.update_instrument("small", TEXT[:pages])
    with pytest.raises(StudyError, match="nothing to ask"):
        store.studies.set_status("small", "pilot")


def test_a_draft_changes_freely_and_what_is_answered_only_as_was_seen(store: Store) -> None:
    store.studies.create("small", TEXT)
    changed = TEXT.replace("First", "The first")
    before = store.studies.get("small").instrument_hash
    assert store.studies.update_instrument("small", changed).instrument_hash != before
    for status in ("pilot", "live", "closed"):
        store.studies.set_status("small", status)
        with pytest.raises(StudyError, match="look at what the change does" if status == "live" else "fixed"):
            store.studies.update_instrument("small", TEXT)


def test_a_plan_is_kept_and_taken_away(store: Store) -> None:
    store.studies.create("small", TEXT)
    assert store.studies.set_plan("small", "format: twofold-plan/1\n").plan_text == "format: twofold-plan/1\n"
    assert store.studies.set_plan("small", "").plan_text is None


def test_only_a_draft_without_answers_is_deleted(live: Store) -> None:
    with pytest.raises(StudyError, match="is live"):
        live.studies.delete("small")
    live.studies.create("other", TEXT)
    live.invitations.create("other", 2)
    live.studies.delete("other")
    assert [study.slug for study in live.studies.list()] == ["small"]
    live.studies.create("other", TEXT)
    live.studies.set_status("other", "pilot")
    go_through(live, live.respond.begin("other", "someone"))
    live.studies.set_status("other", "draft")
    with pytest.raises(StudyError, match="has answers"):
        live.studies.delete("other")


def test_pilot_and_live_are_never_pooled(store: Store) -> None:
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "pilot")
    for i in range(3):
        store.paradata.opened("small")
        piloted = go_through(store, store.respond.begin("small", f"browser {i}"))
    assert store.results.counts("small").completed == store.studies.get("small").opened == 3
    store.studies.set_status("small", "live")
    assert store.results.counts("small").started == store.studies.get("small").opened == 0
    # The same browser and the same link begin anew in the live study.
    assert store.respond.visit("small", "browser 2") is None
    again = store.respond.enter(piloted.token)
    assert again is not None
    assert not again.persisted
    send(store, again, "consent")
    assert store.results.counts("small", "live").started == 1
    assert store.results.counts("small", "pilot").completed == 3
    assert len(store.results.dataset("small", "pilot").respondents) == 3


def test_the_shipped_instrument_makes_a_study(store: Store) -> None:
    store.studies.create("two-supports", shipped_text("two-supports"))
    assert store.studies.set_status("two-supports", "live").accepts_answers
