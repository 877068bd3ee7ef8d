"""What is owed: noted once as a wave is completed, with nothing that could be laid beside answers."""

from __future__ import annotations

import threading
from base64 import urlsafe_b64decode
from uuid import uuid4

import pytest
from sqlalchemy import inspect, select, text

from survey.errors import MailError, StudyError
from survey.mail.merge import owed_csv
from survey.mail.people import NewContact
from survey.store import Session, Store
from survey.store.erase import EVERYBODY, Whom
from survey.store.mail_tables import owed
from tests.survey.store_support import ANSWERS, go_through, send

NAME = "planted-name-7"


@pytest.fixture
def paying(live: Store) -> Store:
    live.mailing.set("small", incentive="A voucher of 10 €")
    return live


def invited(store: Store, n: int) -> list[Session]:
    """The sessions of n people with addresses, in the order in which they were added."""
    there = store.contacts.count("small")
    people = [NewContact(i, f"p{there + i}@example.org", None, {"name": f"{NAME} {i}"}, {}) for i in range(n)]
    store.contacts.add("small", people)
    found = [store.respond.enter(one.token) for one in store.contacts.list("small")[there:]]
    return [one for one in found if one is not None]


def test_whoever_completes_is_noted_once_with_what_and_to_whom(paying: Store) -> None:
    first, second, third = invited(paying, 3)
    done = go_through(paying, first)
    go_through(paying, second, stop="rest")
    go_through(paying, third, {**ANSWERS, "consent": {"consent": "no"}})
    (debt,) = paying.owed.list("small", "rob")
    assert (debt.what, debt.recipient, debt.name, debt.wave, debt.phase, debt.paid) == (
        "A voucher of 10 €", "p0@example.org", f"{NAME} 0", 1, "live", False,
    )  # fmt: skip
    assert NAME not in repr(debt)
    send(paying, done, "rest")
    send(paying, paying.respond.reload(done), "about")
    assert paying.owed.counts("small") == (1, 0)


def test_what_is_owed_follows_a_corrected_address_and_goes_with_it(paying: Store) -> None:
    first, second = invited(paying, 2)
    go_through(paying, first)
    go_through(paying, second)
    paying.contacts.change_address(first.invitation_id, "right@example.org")
    assert {(one.recipient, one.name) for one in paying.owed.list("small")} == {
        ("right@example.org", f"{NAME} 0"), ("p1@example.org", f"{NAME} 1"),
    }  # fmt: skip
    paying.erasures.erase("small", Whom("person", first.invitation_id))
    assert [one.recipient for one in paying.owed.list("small")] == ["p1@example.org"]


def test_no_line_is_made_where_the_study_gives_nothing(live: Store) -> None:
    (one,) = invited(live, 1)
    go_through(live, one)
    assert live.owed.counts("small") == (0, 0)


def test_a_personal_link_without_an_address_is_told_by_its_label(paying: Store) -> None:
    [(_, token)] = paying.invitations.create("small", [("Room 7", {})])
    session = paying.respond.enter(token)
    assert session is not None
    go_through(paying, session)
    assert [(one.recipient, one.name) for one in paying.owed.list("small")] == [("Room 7", "")]


def test_nothing_in_the_list_leads_to_an_answer(paying: Store) -> None:
    """Neither a key nor a time nor an order: not in a column, in the encrypted text, or in what the database keeps."""
    sessions = invited(paying, 12)
    noted = paying.database.read(lambda c: c.execute(text("SELECT count(*) FROM audit")).scalar())
    for session in sessions:
        go_through(paying, session)
    assert paying.database.read(lambda c: c.execute(text("SELECT count(*) FROM audit")).scalar()) == noted
    columns = {column.name for column in owed.columns}
    assert columns == {"id", "study_id", "phase", "wave", "what", "recipient", "paid"}
    rows = paying.database.read(lambda c: c.execute(select(owed)).all())
    assert len(rows) == 12
    ids = {one for session in sessions for one in (session.response_id, session.invitation_id)}
    assert not {row.id for row in rows} & ids
    times = {int.from_bytes(urlsafe_b64decode(row.recipient)[1:9], "big") for row in rows}
    assert times == {0}  # Fernet writes the time in the clear; here it writes none
    order = [debt.recipient for debt in paying.owed.list("small")]
    assert order != [f"p{n}@example.org" for n in range(12)]
    if paying.database.is_sqlite:
        made = paying.database.read(
            lambda c: c.execute(text("SELECT sql FROM sqlite_master WHERE name = 'owed'")).scalar()
        )
        assert "WITHOUT ROWID" in str(made)
    else:
        query = "SELECT count(DISTINCT xmin::text), count(*) FROM owed"
        assert paying.database.read(lambda c: tuple(c.execute(text(query)).one())) == (1, 12)
        placed = paying.database.read(lambda c: c.execute(text("SELECT id FROM owed ORDER BY ctid")).scalars().all())
        assert [str(one) for one in placed] == sorted(str(one) for one in placed)
    assert paying.database.read(lambda c: inspect(c).get_indexes("owed")) == []


def test_lines_are_ticked_off_and_given_as_a_file(paying: Store) -> None:
    for session in invited(paying, 3):
        go_through(paying, session)
    first, *others = paying.owed.list("small")
    assert paying.owed.tick("small", [first.id, uuid4()], actor="rob") == 1
    assert paying.owed.tick("small", [first.id]) == 0
    assert paying.owed.counts("small") == (3, 1)
    assert [one.paid for one in paying.owed.list("small")] == [True, False, False]
    lines = owed_csv(paying.owed.list("small")).lstrip("\ufeff").splitlines()
    assert lines[0] == "recipient,name,what,wave,paid"
    assert lines[1] == f"{first.recipient},{first.name},A voucher of 10 €,1,yes"
    assert {line.split(",")[0] for line in lines[2:]} == {one.recipient for one in others}
    assert paying.owed.tick("small", [first.id], paid=False) == 1
    assert paying.owed.counts("small") == (3, 0)


def test_whoever_completes_an_open_link_may_say_once_where_it_goes(paying: Store) -> None:
    session = paying.respond.begin("small", "somebody")
    assert paying.owed.asks(session) == ""
    session = go_through(paying, session)
    assert paying.owed.asks(session) == "A voucher of 10 €"
    with pytest.raises(MailError):
        paying.owed.ask(session, "nowhere")
    paying.owed.ask(session, " me@example.org ")
    assert paying.owed.asks(session) == ""
    with pytest.raises(StudyError, match="already"):
        paying.owed.ask(session, "again@example.org")
    assert [one.recipient for one in paying.owed.list("small")] == ["me@example.org"]
    (personal,) = invited(paying, 1)
    assert paying.owed.asks(go_through(paying, personal)) == ""


def test_no_line_is_lost_or_doubled_when_many_finish_at_once(paying: Store) -> None:
    sessions = invited(paying, 8)
    almost = [go_through(paying, one, stop="rest") for one in sessions]
    threads = [threading.Thread(target=lambda one=one: send(paying, one, "rest")) for one in almost for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(one.recipient for one in paying.owed.list("small")) == [f"p{n}@example.org" for n in range(8)]


def test_an_erasure_takes_what_is_owed_to_the_person_and_a_withdrawal_what_was_paid(paying: Store) -> None:
    first, second, third = invited(paying, 3)
    for session in (first, second, third):
        go_through(paying, session)
    paying.erasures.erase("small", Whom("person", first.invitation_id), "lead")
    assert sorted(one.recipient for one in paying.owed.list("small")) == ["p1@example.org", "p2@example.org"]
    paid = next(one for one in paying.owed.list("small") if one.recipient == "p1@example.org")
    paying.owed.tick("small", [paid.id])
    paying.erasures.erase("small", Whom("person", second.invitation_id), withdrawal=True)
    paying.erasures.erase("small", Whom("person", third.invitation_id), withdrawal=True)
    assert [one.recipient for one in paying.owed.list("small")] == ["p2@example.org"]
    paying.studies.set_status("small", "closed")
    paying.invitations.create("small", 1)
    paying.erasures.erase("small", EVERYBODY, "lead")
    assert paying.owed.counts("small") == (0, 0)
