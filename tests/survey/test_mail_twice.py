"""No letter twice and none too many, on both databases: what is recorded when, and who may send."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import text

from survey.mail.sending import Tally, plan_round, send_round
from survey.store import Store, open_store
from survey.store.letters import LEASE
from survey.store.schema import now
from survey.waves import Wave
from tests.support.mail_server import MailServer
from tests.survey.conftest import KEY
from tests.survey.mail_support import send
from tests.survey.store_support import go_through


def test_reminders_go_to_those_alone_who_have_not_finished(ready: Store, mail: MailServer) -> None:
    start = now()
    send(ready)
    people = {one.address[0]: one for one in ready.contacts.list("small")}
    done, begun = (ready.respond.enter(people[name].token) for name in "ab")
    assert done is not None
    assert begun is not None
    go_through(ready, done)
    go_through(ready, begun, stop="support")
    late = start + timedelta(days=7, minutes=1)
    assert ready.letters.correspondence("small", late).due(start + timedelta(days=6)) == []
    assert send(ready, "reminder", start + timedelta(days=6)) == Tally(0)
    assert send(ready, "reminder", late) == Tally(2, sent=2)
    assert send(ready, "reminder", late) == Tally(0)
    assert [len(mail.to(f"{name}@example.org")) for name in "abc"] == [1, 2, 2]
    assert mail.to("b@example.org")[1].message["Subject"] == "Rappel\u00a0: Une étude"
    assert mail.to("b@example.org")[1].link("/?s=") == mail.to("b@example.org")[0].link("/?s=")
    # At most two reminders, each seven days after the letter before, as it was sent.
    ready.mailing.set("small", remind_at_most=2)
    for days in (8, 9, 30):
        send(ready, "reminder", start + timedelta(days=days))
    assert [len(mail.to(f"{name}@example.org")) for name in "abc"] == [1, 3, 3]
    assert send(ready, "reminder", start + timedelta(days=300)) == Tally(0)


def test_who_declined_one_wave_is_not_invited_to_the_next(ready: Store, mail: MailServer) -> None:
    start = now()
    ready.waves.set("small", [Wave(1), Wave(2, opens_at=start + timedelta(days=9))])
    send(ready)
    people = {one.address[0]: one for one in ready.contacts.list("small")}
    done, declined = (ready.respond.enter(people[name].token) for name in "ab")
    assert done is not None
    assert declined is not None
    go_through(ready, done)
    go_through(ready, declined, {"consent": {"consent": "no"}})
    later = start + timedelta(days=10)
    found = ready.letters.correspondence("small", later)
    assert {one.contact.address[0]: (one.wave, one.next) for one in found.people} == {
        "a": (2, 0), "b": (None, None), "c": (2, 0),
    }  # fmt: skip
    [other] = [one for one in found.people if one.next is None]
    assert other.standing == "declined"
    assert ready.letters.begin(found.study, replace(other, wave=2, next=0), later) is None
    assert send(ready, "invitation", later) == Tally(2, sent=2)
    assert [len(mail.to(f"{name}@example.org")) for name in "abc"] == [2, 1, 2]


def test_two_who_send_at_the_same_time_send_one_letter_each(ready: Store, mail: MailServer) -> None:
    plans = [plan_round(ready, "small", "invitation", now()) for _ in range(4)]
    tallies: list[Tally] = []
    threads = [threading.Thread(target=lambda plan=plan: tallies.append(send_round(ready, plan))) for plan in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sum(one.sent for one in tallies) == 3
    assert sum(one.skipped for one in tallies) == 9
    assert len(mail.taken) == 3


def test_a_program_that_ends_midway_leaves_a_letter_that_is_asked_about(ready: Store, mail: MailServer) -> None:
    plan = plan_round(ready, "small", "invitation", now())
    made = ready.letters.begin(plan.study, plan.people[0])
    assert made is not None  # and then the program is gone
    assert ready.letters.begin(plan.study, plan.people[0]) is None
    assert send(ready) == Tally(2, sent=2)
    later = now() + LEASE + timedelta(seconds=1)
    mail_now = ready.letters.correspondence("small", later)
    assert [one.asks.id for one in mail_now.unknown if one.asks] == [made]
    assert mail_now.counts == {"sent": 2, "unknown": 1}
    assert mail_now.due(later) == []
    assert ready.letters.resolve("small", again=True) == 0  # it may still be under way
    assert ready.letters.resolve("small", again=True, now=later) == 1
    assert send(ready) == Tally(1, sent=1)
    assert len(mail.taken) == 3


def test_the_letter_is_recorded_before_the_server_is_spoken_to(ready: Store, mail: MailServer, url: str) -> None:
    seen: list[list[str]] = []
    other = open_store(url, key=KEY)

    def look() -> None:
        query = text("SELECT state FROM letter ORDER BY began_at")
        seen.append(list(other.database.read(lambda c: c.execute(query).scalars().all())))

    mail.on_data = look
    send(ready)
    other.close()
    assert seen == [["sending"], ["sent", "sending"], ["sent", "sent", "sending"]]


def test_a_wave_that_opens_has_an_invitation_and_reminders_of_its_own(ready: Store, mail: MailServer) -> None:
    start = now()
    second = start + timedelta(days=10)
    ready.waves.set("small", [Wave(1, window_days=9), Wave(2, opens_at=second, window_days=30)])
    send(ready)
    people = {one.address[0]: one for one in ready.contacts.list("small")}
    done = ready.respond.enter(people["a"].token)
    assert done is not None
    go_through(ready, done)
    # Between the waves nobody is written to, whoever finished and whoever did not.
    between = ready.letters.correspondence("small", start + timedelta(days=9, hours=1))
    assert [(one.wave, one.next) for one in between.people] == [(None, None)] * 3
    at = second + timedelta(hours=1)
    found = ready.letters.correspondence("small", at)
    assert [(one.wave, one.standing, one.letters, one.kind, one.next) for one in found.people] == [
        (2, None, (), "next_wave", 0)
    ] * 3
    assert send(ready, "reminder", at) == Tally(0)
    assert send(ready, "invitation", at) == Tally(3, sent=3)
    first, letter = mail.to("a@example.org")
    assert letter.message["Subject"] == "The next part: A study"
    assert letter.link("/?s=") == first.link("/?s=")
    assert send(ready, "invitation", at) == Tally(0)
    assert send(ready, "reminder", at + timedelta(days=7)) == Tally(3, sent=3)
