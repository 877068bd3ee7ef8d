"""Letters to a real mail server on loopback: none twice, none to who wants none, each fault told for what it is."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from survey.errors import MailError
from survey.mail import sending
from survey.mail.merge import merge_csv
from survey.mail.message import letters_named
from survey.mail.people import read_people
from survey.mail.sending import Tally, plan_round, send_round, send_test
from survey.mail.smtp import ENVIRONMENT, MailServer, Outcome, Post, read_server
from survey.store import Store
from survey.store.schema import now
from tests.support import mail_server as support
from tests.survey.mail_support import BASE, FRENCH, PEOPLE, send, states
from tests.survey.store_support import ANSWERS, go_through


@pytest.fixture
def url(tmp_path: Path) -> str:
    """What the two databases could do differently is in test_mail_twice.py."""
    return f"sqlite:///{tmp_path}/study.db"


def test_everybody_gets_one_letter_in_their_language_with_a_link_of_their_own(
    ready: Store, mail: support.MailServer
) -> None:
    assert send(ready) == Tally(3, sent=3)
    assert send(ready) == Tally(0)
    assert sorted(one.recipient for one in mail.taken) == ["a@example.org", "b@example.org", "c@example.org"]
    (one,), (two,), (three,) = (mail.to(f"{name}@example.org") for name in "abc")
    message = one.message
    assert (str(message["From"]), one.sender) == ("Das Läb <lab@example.org>", "lab@example.org")
    assert (message["To"], message["Reply-To"]) == ("a@example.org", "ada@example.org")
    assert (message["Subject"], message["Content-Language"]) == ("Invitation: A study", "en")
    assert (message["Auto-Submitted"], message.get_content_type()) == ("auto-generated", "text/plain")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"] == f"<{one.link('/u/')}>"
    assert one.text.startswith("Dear P One,")
    assert two.text.startswith("Bonjour P Deux,")
    assert (two.message["Subject"], two.message["Content-Language"]) == ("Invitation\u00a0: Une étude", "fr")
    assert three.text.startswith("Dear participant,")
    for letter, end in ((one, "&lang=en"), (two, "&lang=fr"), (three, "")):
        link = letter.link("/?s=")
        token = re.fullmatch(re.escape(f"{BASE}/?s=") + r"([\w-]{24})" + re.escape(end), link)
        assert token is not None, link
        session = ready.respond.enter(token[1])
        assert session is not None
        assert not session.persisted
        assert ready.contacts.opt_out(letter.link("/u/").rpartition("/")[2]) is not None
        assert b"\r\n" in letter.content
        assert letter.content.isascii()
    assert len({letter.link("/?s=") for letter in mail.taken}) == 3
    names = [letters_named(ready.keys, letter.content) for letter in mail.taken]
    assert len({name for (name,) in names}) == 3
    assert all(
        identity.endswith("@example.org>") for identity in (one.message["Message-ID"], two.message["Message-ID"])
    )


def test_links_lead_to_the_lighter_version_where_the_study_says_so(ready: Store, mail: support.MailServer) -> None:
    ready.mailing.set("small", light=True)
    send(ready)
    assert mail.to("b@example.org")[0].link("/s/").endswith("?lang=fr")
    assert "/?s=" not in mail.to("b@example.org")[0].text


def test_nobody_gets_a_letter_who_declined_left_was_revoked_or_came_too_late(
    ready: Store, mail: support.MailServer
) -> None:
    send(ready)
    late = now() + timedelta(days=8)
    people = {one.address[0]: one for one in ready.contacts.list("small")}
    declined = ready.respond.enter(people["a"].token)
    assert declined is not None
    go_through(ready, declined, {**ANSWERS, "consent": {"consent": "no"}})
    ready.contacts.set_opt_out(ready.contacts.opt_out_token(people["b"].invitation_id), True)
    invitation = next(one for one in ready.invitations.list("small") if one.id == people["c"].invitation_id)
    ready.invitations.revoke(invitation)
    assert ready.letters.correspondence("small", late).due(late) == []
    assert send(ready, "reminder", late) == Tally(0)
    ready.contacts.set_opt_out(ready.contacts.opt_out_token(people["b"].invitation_id), False)
    assert len(ready.letters.correspondence("small", late).due(late)) == 1
    ready.mailing.set("small", deadline=now().date().isoformat())
    assert ready.letters.correspondence("small", late).due(late) == []
    assert len(mail.taken) == 3


def test_who_ends_the_letters_while_a_round_goes_out_gets_none(ready: Store, mail: support.MailServer) -> None:
    plan = plan_round(ready, "small", "invitation", now())
    last = plan.people[2].contact
    ready.contacts.set_opt_out(ready.contacts.opt_out_token(last.invitation_id), True)
    assert send_round(ready, plan) == Tally(3, sent=2, skipped=1)
    assert mail.to(last.address) == []


def test_an_address_that_is_corrected_while_a_round_goes_out_gets_the_letter_and_the_old_one_none(
    ready: Store, mail: support.MailServer
) -> None:
    second = ready.contacts.list("small")[1]

    def correct() -> None:
        mail.on_data = lambda: None
        ready.contacts.change_address(second.invitation_id, "b2@example.org")

    mail.on_data = correct
    assert send(ready) == Tally(3, sent=2, skipped=1)
    assert send(ready) == Tally(1, sent=1)
    assert (len(mail.to("b@example.org")), len(mail.to("b2@example.org"))) == (0, 1)


def test_who_finishes_while_a_round_goes_out_gets_no_reminder(ready: Store, mail: support.MailServer) -> None:
    send(ready)
    late = now() + timedelta(days=8)
    plan = plan_round(ready, "small", "reminder", late)
    session = ready.respond.enter(plan.people[1].contact.token)
    assert session is not None
    go_through(ready, session)
    assert send_round(ready, plan) == Tally(3, sent=2, skipped=1)
    again = plan_round(ready, "small", "reminder", late + timedelta(days=8))
    ready.studies.set_status("small", "closed")
    assert send_round(ready, again) == Tally(2, skipped=2)
    assert len(mail.taken) == 5


def test_a_draft_goes_with_its_list_and_its_words(store: Store) -> None:
    store.studies.create("small", FRENCH)
    store.mailing.set("small", sender="lab@example.org")
    store.mailing.set_words("small", "reminder", "fr", "S", "{link} {unsubscribe}")
    store.contacts.add("small", read_people(PEOPLE.encode(), "people.csv", store.studies.get("small").instrument))
    store.studies.delete("small")
    assert store.studies.list() == []
    counts = [f"SELECT count(*) FROM {name}" for name in ("contact", "mailing", "letter_text", "invitation")]
    assert [store.database.read(lambda c, q=query: c.execute(text(q)).scalar()) for query in counts] == [0, 0, 0, 0]


def test_a_refused_address_is_noted_at_once_and_written_to_again_only_when_changed(
    ready: Store, mail: support.MailServer
) -> None:
    mail.refuse = {"b@example.org": "550 5.1.1 nobody of this name", "c@example.org": "451 4.2.1 come back later"}
    assert send(ready) == Tally(3, sent=1, refused=1, failed=1)
    assert states(ready) == {"a": ["sent"], "b": ["refused"], "c": ["failed"]}
    people = {one.address[0]: one for one in ready.contacts.list("small")}
    assert people["b"].bounced_at is not None
    assert people["c"].bounced_at is None
    mail.refuse = {}
    assert send(ready) == Tally(1, sent=1)
    assert states(ready) == {"a": ["sent"], "b": ["refused"], "c": ["sent"]}
    ready.contacts.change_address(people["b"].invitation_id, "better@example.org")
    assert send(ready) == Tally(1, sent=1)
    assert [len(mail.to(f"{name}@example.org")) for name in ("a", "b", "c", "better")] == [1, 0, 1, 1]


def test_a_policy_of_the_server_is_nobodys_bounce_and_ends_the_round(ready: Store, mail: support.MailServer) -> None:
    mail.refuse = {f"{name}@example.org": "554 5.7.1 no relaying" for name in "abc"}
    tally = send(ready)
    assert (tally.failed, tally.done) == (1, 1)
    assert tally.ended == "the mail server takes no letters from lab@example.org (5.7.1)"
    assert all(one.bounced_at is None for one in ready.contacts.list("small"))
    mail.refuse, mail.at_mail = {}, "550 5.1.8 who is that"
    assert send(ready).ended == "the mail server takes no letters from lab@example.org (5.1.8)"
    assert all(one.bounced_at is None for one in ready.contacts.list("small"))


def test_a_connection_that_breaks_after_the_letter_leaves_it_not_known_and_asked_about(
    ready: Store, mail: support.MailServer
) -> None:
    mail.cut = "data"
    tally = send(ready)
    assert (tally.unknown, tally.sent, tally.done) == (3, 0, 3)
    assert tally.ended == "the mail server did not take 3 letters in a row"
    assert states(ready) == {"a": ["unknown"], "b": ["unknown"], "c": ["unknown"]}
    mail.cut = ""
    assert send(ready) == Tally(0)
    assert len(ready.letters.correspondence("small").unknown) == 3
    assert ready.letters.resolve("small", again=False, actor="rob") == 3
    assert send(ready) == Tally(0)
    assert len(mail.taken) == 3


def test_what_is_not_known_is_sent_again_only_when_somebody_says_so(ready: Store, mail: support.MailServer) -> None:
    mail.cut = "data"
    send(ready)
    mail.cut = ""
    assert ready.letters.resolve("small", again=True) == 3
    assert send(ready) == Tally(3, sent=3)
    assert len(mail.taken) == 6


def test_a_connection_that_breaks_before_the_letter_loses_nothing(ready: Store, mail: support.MailServer) -> None:
    mail.cut = "mail"
    tally = send(ready)
    assert (tally.failed, tally.unknown) == (3, 0)
    mail.cut = ""
    assert send(ready) == Tally(3, sent=3)
    assert len(mail.taken) == 3


def test_a_server_that_ends_each_connection_after_a_letter_is_called_again(
    ready: Store, mail: support.MailServer
) -> None:
    mail.drop_after = 1
    tally = send(ready)
    while tally.of:
        tally = send(ready)
    assert states(ready) == {"a": ["sent"], "b": ["sent"], "c": ["sent"]}
    assert len(mail.taken) == 3


def test_a_slow_server_is_waited_for_and_one_that_never_answers_is_not_known(mail: support.MailServer) -> None:
    server = read_server(mail.url)
    mail.slow = 0.4
    message = b"Subject: x\r\n\r\n.dots\r\n..\r\n"
    assert Post(server, patience=0.2, last_patience=5).send("l@example.org", "a@example.org", message).state == "sent"
    assert mail.taken[0].content == message
    assert Post(server, patience=0.2, last_patience=0.1).send("l@example.org", "a@example.org", b"x") == Outcome(
        "unknown", lost=True
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"user": "lab", "password": "right"}, "does not take the user and password (535)"),
        ({}, "cannot be reached"),
    ],
)
def test_a_server_that_lets_nobody_in_begins_no_letter(
    ready: Store, monkeypatch: pytest.MonkeyPatch, change: dict[str, Any], words: str
) -> None:
    with support.mail_server(**change) as other:
        monkeypatch.setenv(ENVIRONMENT, other.url.replace("right", "planted-secret-9"))
        if not change:
            other.stop()
        with pytest.raises(MailError, match=re.escape(words)) as raised:
            send(ready)
    assert "planted-secret-9" not in str(raised.value)
    assert states(ready) == {"a": [], "b": [], "c": []}


def test_a_password_goes_through_an_encrypted_connection(
    ready: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pem = support.certificate(tmp_path)
    with support.mail_server(user="lab", password="right", certificate=pem) as server:
        monkeypatch.setenv(ENVIRONMENT, server.url)
        assert send(ready) == Tally(3, sent=3)
        assert all(one.encrypted for one in server.taken)
        monkeypatch.setenv(ENVIRONMENT, server.url.partition("?")[0])
        with pytest.raises(MailError, match="has a certificate that is not trusted"):
            Post(read_server(server.url.partition("?")[0])).open()


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.org", MailServer("mail.example.org", 587, "required")),
        ("smtps://mail.example.org", MailServer("mail.example.org", 465, "at once")),
        ("smtp://localhost:25", MailServer("localhost", 25, "offered")),
        ("smtp://a%40b:p%3Aw@h:26?ca=/x.pem", MailServer("h", 26, "required", "a@b", "p:w", "/x.pem")),
    ],
)
def test_a_url_names_the_server(url: str, server: MailServer) -> None:
    assert read_server(url) == server
    assert "p:w" not in repr(server)


@pytest.mark.parametrize(
    "url", ["mail.example.org", "http://h", "smtp://", "smtp://h:x", "smtp://h/p", "smtp://h?tls=no"]
)
def test_what_names_no_server(url: str) -> None:
    with pytest.raises(MailError, match="is not the URL of a mail server"):
        read_server(url)


def test_outside_this_machine_letters_go_encrypted_or_not_at_all(mail: support.MailServer) -> None:
    with pytest.raises(MailError, match="STARTTLS"):
        Post(replace(read_server(mail.url), tls="required")).open()


def test_a_round_stops_after_the_letter_that_is_under_way(ready: Store, mail: support.MailServer) -> None:
    stop = threading.Event()
    mail.on_data = stop.set
    assert send(ready, stop=stop) == Tally(3, sent=1, ended="stopped by hand")
    mail.on_data = lambda: None
    assert send(ready) == Tally(2, sent=2)


def test_what_is_not_set_is_asked_for_before_anything_is_sent(ready: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(ENVIRONMENT)
    with pytest.raises(MailError, match="no mail server is set"):
        send(ready)
    monkeypatch.setenv(ENVIRONMENT, "smtp://localhost:1")
    monkeypatch.setenv(sending.PACE_ENVIRONMENT, "none")
    with pytest.raises(MailError, match="no number of letters a minute"):
        send(ready)
    monkeypatch.delenv(sending.PACE_ENVIRONMENT)
    ready.database.write(lambda c: c.execute(text("DELETE FROM setting WHERE name = 'address'")))
    with pytest.raises(MailError, match="at which address"):
        send(ready)
    monkeypatch.setenv("TWOFOLD_ADDRESS", "http://survey.example.org")
    with pytest.raises(MailError, match="https"):
        send(ready)
    ready.mailing.set("small", sender="")
    with pytest.raises(MailError, match="have no sender"):
        send(ready)
    ready.studies.set_status("small", "closed")
    with pytest.raises(MailError, match="is closed"):
        send(ready)
    assert states(ready) == {"a": [], "b": [], "c": []}


def test_a_word_that_somebody_lacks_is_told_before_anything_is_sent(ready: Store, mail: support.MailServer) -> None:
    ready.mailing.set_words("small", "invitation", "en", "S", "Dear {name}: {link} {unsubscribe}")
    with pytest.raises(MailError, match=r"letter \d: there is no \{name\} for this person"):
        send(ready)
    assert mail.taken == []


def test_a_test_letter_goes_to_oneself_and_is_no_letter_of_the_study(ready: Store, mail: support.MailServer) -> None:
    send_test(ready, "small", "reminder", "me@example.org", "fr", now())
    (letter,) = mail.taken
    assert (letter.recipient, letter.message["Subject"]) == ("me@example.org", "Rappel\u00a0: Une étude")
    assert letter.link("/?s=") == f"{BASE}/?s=your-own-link&lang=fr"
    assert letter.message["List-Unsubscribe"] is None
    assert states(ready) == {"a": [], "b": [], "c": []}


def test_the_file_for_a_mail_merge_holds_what_the_letters_would(ready: Store) -> None:
    text_ = merge_csv(ready, ready.letters.correspondence("small"), BASE)
    lines = text_.lstrip("\ufeff").splitlines()
    assert lines[0] == "email,language,name,link,unsubscribe,standing"
    rows = sorted(line.split(",") for line in lines[1:])
    assert [row[:3] for row in rows] == [
        ["a@example.org", "en", "P One"],
        ["b@example.org", "fr", "P Deux"],
        ["c@example.org", "en", ""],
    ]
    people = {one.address: one for one in ready.contacts.list("small")}
    assert rows[1][3] == f"{BASE}/?s={people['b@example.org'].token}&lang=fr"
    assert {row[5] for row in rows} == {"not begun"}
    ready.contacts.set_opt_out(ready.contacts.opt_out_token(people["a@example.org"].invitation_id), True)
    assert "a@example.org" not in merge_csv(ready, ready.letters.correspondence("small"), BASE, progress=False)


def test_a_round_is_noted_with_counts_and_nobodys_address(ready: Store) -> None:
    send(ready)
    rows = ready.database.read(lambda c: c.execute(text("SELECT action, actor, detail FROM audit")).all())
    assert ("send letters", "rob", '{"sent": 3, "refused": 0, "failed": 0, "unknown": 0}') in [
        tuple(row) for row in rows
    ]
    assert not any("example.org" in row[2] for row in rows)
