"""The counts of a study under way: what is kept and brought up to date says the same as what is counted afresh."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from survey.instrument.load import load
from survey.mail.people import NewContact
from survey.mail.smtp import Outcome
from survey.progress import STILL_HERE, Flags, Fold
from survey.store import Store, schema
from survey.store.erase import EVERYBODY, Whom
from survey.store.watch import Invited, Watch, Watched, _fresh, _State
from tests.survey.store_support import ANSWERS, START, TEXT, go_through, send

MATRIX = """\
format: twofold/1
id: rows
version: 1.0.0
formats:
  agree5: {type: likert, from: 1, labels: [Never, Rarely, Sometimes, Often, Always]}
items:
  a: {text: A, format: agree5}
  b: {text: B, format: agree5}
  c: {text: C, format: agree5}
  d: {text: D, format: agree5}
  e: {text: E, format: agree5}
  f: {text: F, format: agree5}
scales: {}
pages:
  - {id: consent, type: consent, text: Do you agree?, required: true}
  - {id: rows, items: [a, b, c, d, e, f]}
"""


def fresh(store: Store) -> Watched:
    """The same counted without what was kept."""
    return Watch(store.database).look("small")


def begun(store: Store, name: str, stop: str | None = None) -> None:
    go_through(store, store.respond.begin("small", name), stop=stop)


def test_pages_say_who_came_sent_and_is_there(live: Store) -> None:
    begun(live, "one")
    begun(live, "two", "work")
    send(live, live.respond.begin("small", "three"), "consent", {"consent": "no"})
    pages = {page.page: page for page in live.results.watch("small").tally.pages}
    assert [(p.page, p.reached, p.sent, p.here, p.left) for p in pages.values()] == [
        ("consent", 3, 3, 0, 0),
        ("about", 2, 2, 0, 0),
        ("support", 2, 2, 0, 0),
        ("work", 2, 1, 1, 0),
        ("distance", 1, 1, 0, 0),
        ("people", 1, 1, 0, 0),
        ("rest", 1, 1, 0, 0),
    ]
    assert live.results.watch("small").tally.standings == {"completed": 1, "open": 1, "declined": 1}


def test_who_sent_nothing_for_half_an_hour_has_left(live: Store) -> None:
    begun(live, "one", "support")
    state = Watch(live.database)
    state.look("small")
    (kept,) = state._states.values()
    now = schema.now()
    page = {page.page: page for page in kept.fold.tally(now).pages}["support"]
    assert (page.here, page.left) == (1, 0)
    page = {page.page: page for page in kept.fold.tally(now + STILL_HERE + timedelta(seconds=5)).pages}["support"]
    assert (page.here, page.left) == (0, 1)


def test_what_is_kept_is_brought_up_to_date_by_what_came_since(live: Store) -> None:
    begun(live, "one", "rest")
    assert live.results.watch("small").tally.started == 1
    session = live.respond.begin("small", "one")
    begun(live, "two", "about")
    begun(live, "three")
    session = live.respond.visit("small", "one") or session
    session = send(live, session, "rest", ANSWERS["rest"]).session
    assert live.results.watch("small").tally == fresh(live).tally
    # A page sent once more: what was passed over there is counted anew.
    without = {name: value for name, value in ANSWERS["support"].items() if name not in ("a1", "a2")}
    session = send(live, session, "support", without).session
    tally = live.results.watch("small").tally
    assert {p.page: dict(p.skipped) for p in tally.pages}["support"] == {"a1": 1, "a2": 1}
    assert tally == fresh(live).tally
    send(live, session, "support", {**ANSWERS["support"], "att1": 5})
    tally = live.results.watch("small").tally
    assert {p.page: dict(p.skipped) for p in tally.pages}["support"] == {}
    assert (tally.flags.attention_failed, tally.flags.attention_of) == (1, 2)
    assert tally == fresh(live).tally


def test_who_is_erased_is_counted_no_more(live: Store) -> None:
    begun(live, "one")
    begun(live, "two")
    assert live.results.watch("small").tally.started == 2
    gone = live.respond.visit("small", "two")
    assert gone is not None
    live.erasures.erase("small", Whom("response", gone.response_id))
    assert live.results.watch("small").tally.started == 1
    begun(live, "three", "about")
    tally = live.results.watch("small").tally
    assert (tally.started, len(tally.minutes)) == (2, 1)
    assert tally == fresh(live).tally


def test_a_line_that_becomes_visible_late_is_taken_in_once() -> None:
    """On PostgreSQL a transaction with a lower number may commit after one with a higher one."""
    small = load(TEXT, "small.yaml")
    state = _State(Fold({"h": small}, "h"), None)

    def rows(*numbers: int) -> list[SimpleNamespace]:
        return [SimpleNamespace(id=number, ours=True) for number in numbers]

    def taken(*numbers: int) -> list[int]:
        return [row.id for row in _fresh(state, rows(*numbers), 1_000)]

    assert taken(1, 2, 4) == [1, 2, 4]
    assert state.last == 4
    assert taken(1, 2, 3, 4, 5) == [3, 5]
    assert taken(1, 2, 3, 4, 5) == []
    assert [row.id for row in _fresh(state, [SimpleNamespace(id=6, ours=False), *rows(7)], 0)] == [7]
    assert 7 not in state.recent


def test_pilot_and_live_are_counted_apart(store: Store) -> None:
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "pilot")
    begun(store, "one")
    assert (store.results.watch("small").phase, store.results.watch("small").tally.started) == ("pilot", 1)
    store.studies.set_status("small", "live")
    found = store.results.watch("small")
    assert (found.phase, found.tally.started, found.tally.pages[0].reached) == ("live", 0, 0)
    begun(store, "two", "about")
    begun(store, "one")
    assert store.results.watch("small").tally.started == 2
    assert len(store.results.watch("small", "pilot").tally.minutes) == 1
    assert store.results.watch("small", "pilot").tally.started == 1


def test_what_became_of_those_with_a_personal_link(live: Store) -> None:
    made = live.invitations.create("small", 7)
    sessions = [live.respond.enter(token) for _, token in made]
    go_through(live, sessions[0])  # type: ignore[arg-type]
    go_through(live, sessions[1], stop="rest")  # type: ignore[arg-type]
    go_through(live, sessions[2], stop="support")  # type: ignore[arg-type]
    send(live, sessions[3], "consent", {"consent": "no"})  # type: ignore[arg-type]
    live.invitations.revoke(made[-1][0])
    begun(live, "open")
    found = live.results.watch("small")
    assert found.tally.personal == {"complete": 1, "partial": 1, "break_off": 1, "refused": 1}
    assert (found.invited.made, found.invited.revoked, found.invited.nothing_came) == (7, 1, {"silent": 2})
    assert found.tally.started == 5


def test_whoever_takes_everything_back_has_refused_and_stays_among_those_who_were_asked(live: Store) -> None:
    made = live.invitations.create("small", 4)
    sessions = [live.respond.enter(token) for _, token in made]
    done = go_through(live, sessions[0])  # type: ignore[arg-type]
    live.erasures.withdraw(done)
    live.erasures.withdraw(sessions[1])  # type: ignore[arg-type] # somebody who has not answered
    live.erasures.withdraw(go_through(live, live.respond.begin("small", "open")))
    live.erasures.erase("small", Whom("person", made[2][0].id), "lead")
    found = live.results.watch("small")
    assert (found.invited.made, found.invited.nothing_came) == (3, {"refused": 2, "silent": 1})
    assert (found.tally.started, dict(found.tally.personal)) == (0, {})
    assert live.results.watch("small", wave=1).invited.nothing_came == {"refused": 2, "silent": 1}
    assert live.results.watch("small", "pilot").invited.nothing_came == {"silent": 1}
    live.studies.set_status("small", "closed")
    live.erasures.erase("small", EVERYBODY, "lead")
    assert live.results.watch("small").invited == Invited()


def test_letters_tell_who_was_not_asked_who_was_not_reached_and_who_refused(live: Store) -> None:
    people = [NewContact(n, f"{name}@example.org", None, {}, {}) for n, name in enumerate("abcde", 2)]
    live.contacts.add("small", people)
    now = schema.now()
    due = live.letters.correspondence("small", now).due(now)
    study = live.studies.get("small")
    outcomes = [Outcome("sent"), Outcome("refused", "5.1.1"), Outcome("sent"), Outcome("sent")]
    for person, outcome in zip(due, outcomes, strict=False):
        made = live.letters.begin(study, person, now)
        assert made is not None
        live.letters.settle(made, outcome, now)
    live.contacts.set_opt_out(live.contacts.opt_out_token(due[2].contact.invitation_id), out=True)
    found = live.results.watch("small")
    assert found.invited.nothing_came == {"silent": 2, "bounced": 1, "refused": 1, "not_invited": 1}
    assert live.results.watch("small", "pilot").invited.nothing_came == {"bounced": 1, "refused": 1, "not_invited": 3}


def test_minutes_have_a_median_and_quartiles(live: Store) -> None:
    for name in ("one", "two", "three"):
        begun(live, name)
    tally = live.results.watch("small").tally
    assert list(tally.minutes) == pytest.approx([7 + 10 / 60] * 3)
    assert tally.median_minutes == pytest.approx(7 + 10 / 60)
    assert list(tally.quartile_minutes() or ()) == pytest.approx([7 + 10 / 60] * 2)


def test_signs_of_carelessness_are_counted(store: Store) -> None:
    store.studies.create("rows", MATRIX)
    store.studies.set_status("rows", "live")
    # Ten seconds for six statements is under two seconds each.
    for name, answers in (("same", [3] * 6), ("other", [1, 2, 3, 4, 5, 1]), ("holes", [2, 2, None, 2, 2, 2])):
        given = dict(zip("abcdef", answers, strict=True))
        agreed = send(store, store.respond.begin("rows", name), "consent", {"consent": "yes"}).session
        send(store, agreed, "rows", given)
    agreed = send(store, store.respond.begin("rows", "slow"), "consent", {"consent": "yes"}).session
    four, later = dict.fromkeys("abcdef", 4), START + timedelta(seconds=90)
    store.respond.submit(agreed, "rows", four, order=list("abcdef"), shown_at=START, sent_at=later)
    tally = store.results.watch("rows").tally
    assert tally.flags == Flags(0, 0, 3, 4, 2, 4)
    assert {p.page: dict(p.skipped) for p in tally.pages} == {"consent": {}, "rows": {"c": 1}}
