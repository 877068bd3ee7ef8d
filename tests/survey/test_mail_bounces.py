"""Delivery reports: found by the letter's own Message-ID, hard told from soft, each read once."""

from __future__ import annotations

import base64
import mailbox
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from survey.errors import MailError
from survey.mail.bounces import Report, read_reports, verdict_of
from survey.mail.message import letters_named, message_id
from survey.mail.people import NewContact
from survey.mail.smtp import Outcome
from survey.store import Store
from survey.store.contacts import SOFT_BOUNCES_AT_MOST
from survey.store.keys import Keys
from survey.store.schema import now
from tests.survey.conftest import KEY

KEYS = Keys(KEY)


def report(identity: str, action: str = "failed", status: str = "5.1.1", headers_alone: bool = False) -> bytes:
    """A report as RFC 3464 has it."""
    kind = "text/rfc822-headers" if headers_alone else "message/rfc822"
    return f"""\
From: MAILER-DAEMON@example.org
To: lab@example.org
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It did not work.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
Arrival-Date: Thu, 1 Jan 2026 10:00:00 +0000

Final-Recipient: rfc822; a@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} so it is

--b
Content-Type: {kind}

Message-ID: {identity}
From: lab@example.org
Subject: Invitation

--b--
""".replace("\n", "\r\n").encode()


@pytest.mark.parametrize(
    ("action", "status", "verdict"),
    [
        ("failed", "5.1.1", ("hard", "5.1.1")),
        ("failed", "5.2.2", ("hard", "5.2.2")),
        ("failed", "4.4.7", ("soft", "4.4.7")),
        ("failed", "5.7.26", ("soft", "5.7.26")),
        ("delayed", "4.4.1", ("delayed", "4.4.1")),
        ("Failed; because", "(none)", ("hard", "5.0.0")),
        ("delivered", "2.0.0", None),
        ("relayed", "2.0.0", None),
    ],
)
def test_a_report_says_how_a_letter_came_back(action: str, status: str, verdict: tuple[str, str] | None) -> None:
    assert verdict_of(report("<x@example.org>", action, status)) == verdict


def test_a_report_is_read_as_servers_of_other_makes_write_it(tmp_path: Path) -> None:
    letter = uuid4()
    identity = message_id(KEYS, letter, "lab@example.org")
    plain = report(identity, headers_alone=True)
    head = f"Message-ID: {identity}\r\nFrom: lab@example.org\r\nSubject: Invitation\r\n\r\n".encode()
    kind = b"Content-Type: text/rfc822-headers\r\n"
    (tmp_path / "1.eml").write_bytes(
        plain.replace(kind, kind + b"Content-Transfer-Encoding: base64\r\n").replace(head, base64.encodebytes(head))
    )
    (tmp_path / "2.eml").write_bytes(plain.replace(b"message/delivery-status", b"message/global-delivery-status"))
    assert identity.encode() not in (tmp_path / "1.eml").read_bytes()
    found = read_reports([tmp_path], KEYS)
    assert found.reports == (Report(letter, "hard", "5.1.1"),) * 2
    assert (found.strangers, found.others) == (0, 0)


def test_what_is_no_report() -> None:
    assert verdict_of(b"Subject: I am away\r\n\r\nuntil Monday\r\n") is None
    assert verdict_of(b"") is None
    assert verdict_of(bytes(range(256))) is None


def test_a_letter_is_known_by_its_message_id_and_nobody_can_make_one_up() -> None:
    letter = uuid4()
    identity = message_id(KEYS, letter, "lab@example.org")
    assert letters_named(KEYS, identity.encode() * 2) == [letter]
    forged = message_id(Keys(b"x" * 32), letter, "lab@example.org")
    assert letters_named(KEYS, forged.encode()) == []
    assert letters_named(KEYS, identity.replace(letter.hex, uuid4().hex).encode()) == []
    assert letters_named(Keys(b"x" * 32), forged.encode()) == [letter]


def test_files_mailboxes_and_folders_are_read(tmp_path: Path) -> None:
    letters = [uuid4() for _ in range(4)]
    reports = [
        report(message_id(KEYS, one, "lab@example.org"), headers_alone=n % 2 == 1) for n, one in enumerate(letters)
    ]
    (tmp_path / "one.eml").write_bytes(reports[0])
    box = mailbox.mbox(tmp_path / "box")
    box.add(reports[1])
    box.add(b"Subject: away\r\n\r\nuntil Monday\r\n")
    box.close()
    maildir = mailbox.Maildir(tmp_path / "dir")
    maildir.add(reports[2])
    maildir.close()
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "b.eml").write_bytes(reports[3])
    (folder / "c.eml").write_bytes(report("<somebody-elses@example.org>"))
    read = read_reports([tmp_path / "one.eml", tmp_path / "box", tmp_path / "dir", folder], KEYS)
    assert read.reports == tuple(Report(one, "hard", "5.1.1") for one in letters)
    assert (read.strangers, read.others) == (1, 1)
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, words in ((empty, "is no Maildir"), (tmp_path / "none", "no such file")):
        with pytest.raises(MailError, match=words):
            read_reports([path], KEYS)


def sent(store: Store) -> list[UUID]:
    """The letters of two people, taken by a mail server."""
    people = [NewContact(n, f"{name}@example.org", None, {}, {}) for n, name in enumerate("ab", 2)]
    store.contacts.add("small", people)
    mail = store.letters.correspondence("small")
    made = [store.letters.begin(mail.study, one) for one in mail.people]
    for one in made:
        assert one is not None
        store.letters.settle(one, Outcome("sent", "2.0.0"))
    return [one for one in made if one is not None]


def test_a_hard_bounce_ends_the_letters_and_a_soft_one_only_after_some(live: Store) -> None:
    hard, soft = sent(live)
    assert live.letters.note_bounce(hard, "hard", "5.1.1")
    assert not live.letters.note_bounce(hard, "hard", "5.1.1")
    assert not live.letters.note_bounce(uuid4(), "hard", "5.1.1")
    for n in range(SOFT_BOUNCES_AT_MOST):
        assert [one.contact.reachable for one in live.letters.correspondence("small").people] == [False, True]
        assert live.letters.note_bounce(soft, "soft", f"4.2.{n}")
        assert not live.letters.note_bounce(soft, "soft", f"4.2.{n}")
    one, two = live.letters.correspondence("small").people
    assert (one.contact.bounced_at is not None, one.letters[0].state, one.letters[0].code) == (True, "bounced", "5.1.1")
    assert (two.contact.bounced_at, two.contact.soft_bounces, two.contact.reachable) == (None, 3, False)
    assert two.letters[0].state == "sent"
    live.contacts.change_address(two.contact.invitation_id, "c@example.org")
    assert live.letters.correspondence("small").people[1].contact.reachable


def test_a_report_settles_what_was_not_known(live: Store) -> None:
    first, second = sent(live)
    for made in (first, second):
        live.letters.settle(made, Outcome("unknown", lost=True))
    assert len(live.letters.correspondence("small").unknown) == 2
    assert live.letters.note_bounce(first, "delayed", "4.4.1")
    assert live.letters.note_bounce(second, "hard", "5.1.1")
    assert live.letters.correspondence("small").unknown == []
    assert [one.letters[0].state for one in live.letters.correspondence("small").people] == ["sent", "bounced"]


def test_a_report_that_comes_before_the_letter_is_settled_stays(live: Store) -> None:
    first, second = sent(live)
    assert live.letters.note_bounce(first, "hard", "5.1.1")
    assert live.letters.note_bounce(second, "soft", "4.2.2")
    for made in (first, second):
        live.letters.settle(made, Outcome("sent", "2.0.0"))
    one, two = live.letters.correspondence("small").people
    assert [(p.letters[0].state, p.letters[0].code) for p in (one, two)] == [("bounced", "5.1.1"), ("sent", "~4.2.2")]
    assert not live.letters.note_bounce(second, "soft", "4.2.2")  # read once more, it counts no second time
    assert (one.contact.reachable, two.contact.soft_bounces) == (False, 1)


def test_a_mailbox_that_is_read_again_tells_nothing_twice(live: Store) -> None:
    slow, dead = sent(live)
    told = [(slow, "delayed", "4.4.1"), (slow, "soft", "4.4.1"), (dead, "hard", "5.1.1")]

    def read() -> list[bool]:
        return [live.letters.note_bounce(made, kind, code) for made, kind, code in told]  # type: ignore[arg-type]

    assert read() == [True, True, True]
    assert read() == [False, False, False]
    one, two = live.letters.correspondence("small").people
    assert (one.contact.soft_bounces, two.contact.reachable) == (1, False)
    live.contacts.change_address(two.contact.invitation_id, "c@example.org")
    assert read() == [False, False, False]
    mail = live.letters.correspondence("small")
    again = live.letters.begin(mail.study, mail.people[1])
    assert again not in (None, dead)
    live.letters.settle(again, Outcome("sent", "2.0.0"))  # type: ignore[arg-type]
    assert read() == [False, False, False]
    one, two = live.letters.correspondence("small").people
    assert (one.contact.soft_bounces, two.contact.reachable, two.letters[0].state) == (1, True, "sent")


def test_a_report_on_a_letter_to_an_address_that_was_corrected_is_nobodys_and_has_it_sent_again(live: Store) -> None:
    first, second = sent(live)
    one, two = (person.contact.invitation_id for person in live.letters.correspondence("small").people)
    live.contacts.change_address(one, "A@Example.org")  # the same address
    live.contacts.change_address(two, "c@example.org")
    assert not live.letters.note_bounce(second, "soft", "4.2.2")
    assert [live.letters.note_bounce(made, "hard", "5.1.1") for made in (first, second, second)] == [True, True, False]
    mail = live.letters.correspondence("small")
    assert [(one.contact.reachable, one.contact.soft_bounces) for one in mail.people] == [(False, 0), (True, 0)]
    assert [one.letters[0].state for one in mail.people] == ["bounced", "failed"]
    assert [one.contact.address for one in mail.due(now())] == ["c@example.org"]
