"""The command group `invite`, as a recruiter with a terminal and a timer uses it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import cli
from survey.mail.smtp import ENVIRONMENT
from survey.store import audit, open_store
from tests.support.mail_server import MailServer, mail_server
from tests.survey.store_support import TEXT, go_through
from tests.survey.test_mail_bounces import report

DATABASE = "sqlite:///study.db"
PEOPLE = (
    "email,name,team\nplanted-1@example.org,P One,t1\nplanted-2@example.org,P Two,t2\nplanted-3@example.org,P Three,\n"
)


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


Run = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    store = open_store(DATABASE)
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "live")
    store.close()
    (tmp_path / "people.csv").write_text(PEOPLE)
    return tmp_path


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Run]:
    """What a command of the group says, run in this process; it must end as expected."""

    def go(*arguments: str, fails: int = 0, **environment: str) -> str:
        monkeypatch.setattr(sys, "argv", ["twofold", "invite", *arguments, "--database", DATABASE])
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capsys.readouterr()
        assert (ended.value.code or 0) == fails, said.err
        return said.err if fails else said.out

    yield go
    audit.speak_for("")


def test_a_study_is_asked_reminded_and_paid_from_the_terminal(folder: Path, run: Run, mail: MailServer) -> None:
    post = {ENVIRONMENT: mail.url, "TWOFOLD_MAIL_PER_MINUTE": "100000"}
    assert "3 of 3 people were added" in run("add", "small", "--contacts", "people.csv")
    assert "row 2, email: this address is in the study already" in run(
        "add", "small", "--contacts", "people.csv", fails=2
    )
    assert "have no sender" in run("send", "small", fails=2, **post)
    said = run("settings", "small", "--sender", "Lab <lab@example.org>", "--link", "light", "--incentive", "A pen")
    assert "Lab <lab@example.org>" in said
    assert "at which address" in run("send", "small", fails=2, **post)
    run("address", "https://survey.example.org/")
    dry = run("send", "small", "--dry-run", **post)
    assert "3 invitations would go out now." in dry
    assert "https://survey.example.org/s/…" in dry
    assert mail.taken == []
    mail.refuse = {"planted-3@example.org": "550 5.1.1 nobody"}
    sent = run("send", "small", **post)
    assert "2 invitations sent." in sent
    assert "1 refused" in sent
    assert "planted" not in sent
    assert "No invitation is due." in run("send", "small", **post)
    assert "No reminder is due." in run("remind", "small", **post)
    shown = run("list", "small")
    assert "planted" not in shown
    assert shown.count("invitation sent") == 2
    assert "came back" in shown
    assert "planted-1@example.org" in run("list", "small", "--addresses")
    token = mail.to("planted-1@example.org")[0].link("/s/").rpartition("/")[2]
    store = open_store(DATABASE)
    session = store.respond.enter(token)
    assert session is not None
    go_through(store, session)
    store.close()
    assert "completed" in run("list", "small")
    assert "1 line, 0 of them paid" in run("owed", "small", "--out", "owed.csv")
    assert "planted-1@example.org,P One,A pen,1,no" in (folder / "owed.csv").read_text("utf-8")
    identity = str(mail.to("planted-2@example.org")[0].message["Message-ID"])
    (folder / "back.eml").write_bytes(report(identity))
    assert re.search(r"came back for good +1", run("bounces", "back.eml"))
    assert re.search(r"known already +1", run("bounces", "back.eml"))
    (folder / "merge.csv").write_text("of before, for all to read")
    (folder / "merge.csv").chmod(0o644)
    run("merge", "small", "--out", "merge.csv")
    merged = (folder / "merge.csv").read_text("utf-8")
    assert merged.count("@example.org") == 1  # one left the list of those who may be written to, one came back
    assert (folder / "merge.csv").stat().st_mode & 0o077 == 0


def test_letters_are_shown_set_and_reset(folder: Path, run: Run) -> None:
    assert run("letters", "small").startswith("Invitation: {title}\n\nDear {name|participant},")
    own = "Come in\n\nHere: {link}\n{unsubscribe}\n"
    (folder / "own.txt").write_text(own)
    assert (
        run("letters", "small", "--kind", "reminder", "--set", "own.txt") == "Come in\n\nHere: {link}\n{unsubscribe}\n"
    )
    (folder / "wrong.txt").write_text("Come in\n\n{nothing}\n")
    said = run("letters", "small", "--set", "wrong.txt", fails=2).splitlines()
    assert len(said) == 3
    assert all(line.startswith("twofold: The letter ") for line in said)
    assert run("letters", "small", "--kind", "reminder", "--reset").startswith("Reminder: {title}")
    assert "give one of" in run("letters", "small", "--kind", "farewell", fails=2)


def test_a_timer_is_told_by_its_exit_code_that_the_server_was_away(run: Run, mail: MailServer) -> None:
    post = {ENVIRONMENT: mail.url, "TWOFOLD_MAIL_PER_MINUTE": "100000"}
    run("add", "small", "--contacts", "people.csv")
    run("settings", "small", "--sender", "lab@example.org")
    run("address", "https://survey.example.org")
    assert "no mail server is set" in run("send", "small", fails=2, **{ENVIRONMENT: ""})
    mail.cut = "data"
    run("send", "small", fails=2, **post)
    mail.cut = ""
    assert "No invitation is due." in run("send", "small", **post)
    assert "It is not known whether 3 earlier letters went out" in run("send", "small", **post)
    assert "give sent or again" in run("resolve", "small", "--as", "maybe", fails=2)
    assert run("resolve", "small", "--as", "again") == "3 letters will be sent again.\n"
    assert "3 invitations sent." in run("send", "small", **post)
    assert len(mail.taken) == 6
    run("send", "small", "--test", "me@example.org", **post)
    assert len(mail.to("me@example.org")) == 1
