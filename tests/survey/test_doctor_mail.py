"""What the doctor says of letters, each state of a mail server made for real; nothing is ever sent."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from survey import doctor_mail
from survey.doctor import examine
from survey.mail.people import read_people
from survey.mail.sending import PACE_ENVIRONMENT
from survey.mail.smtp import ENVIRONMENT, Outcome
from survey.store import Store, open_store
from survey.store.letters import LEASE
from survey.store.mail_tables import letter
from survey.store.mailing import ADDRESS_ENVIRONMENT
from survey.store.schema import now
from tests.support.mail_server import certificate, mail_server
from tests.survey.store_support import TEXT

SECRET = "planted-secret-9"


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (ENVIRONMENT, PACE_ENVIRONMENT, ADDRESS_ENVIRONMENT):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/a.db"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    yield opened
    opened.close()


def said(url: str) -> tuple[str, list[tuple[str, str]]]:
    """All that is said, and what is wrong with its remedy."""
    found = examine(url)
    assert SECRET not in str(found)
    return " ".join(one.what for one in found), [(one.what, one.remedy) for one in found if not one.ok]


def wrong(url: str) -> str:
    [(what, remedy)] = said(url)[1]
    assert remedy
    return f"{what} {remedy}"


def test_a_server_that_takes_the_user_is_well_and_gets_nothing(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with mail_server(user="lab", password=SECRET, certificate=certificate(tmp_path)) as server:
        monkeypatch.setenv(ENVIRONMENT, server.url)
        told, mistakes = said(url)
        assert mistakes == []
        assert f"127.0.0.1:{server.port} answers and takes the user lab; nothing was sent." in told
        assert (server.connections, server.taken) == (1, [])


def test_a_server_that_refuses_the_password_or_is_not_trusted(
    url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with mail_server(user="lab", password="right", certificate=certificate(tmp_path)) as server:
        monkeypatch.setenv(ENVIRONMENT, server.url.replace("right", SECRET))
        assert "does not take the user and password (535)" in wrong(url)
        monkeypatch.setenv(ENVIRONMENT, server.url.partition("?")[0])
        assert "a certificate that is not trusted (self-signed certificate)" in wrong(url)
        monkeypatch.setenv(ENVIRONMENT, server.url.partition("?")[0] + "?ca=/nowhere.pem")
        assert "the certificates in /nowhere.pem cannot be read" in wrong(url).lower()


def test_a_server_that_is_not_there(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor_mail, "PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv(ENVIRONMENT, f"smtp://lab:{SECRET}@127.0.0.1:{port}")
        assert "cannot be reached (no answer in time)" in wrong(url)
        monkeypatch.setenv(ENVIRONMENT, f"smtps://lab:{SECRET}@127.0.0.1:{port}")
        assert "cannot be reached (no answer in time)" in wrong(url)
    assert "cannot be reached (nothing listens there)" in wrong(url)
    monkeypatch.setenv(ENVIRONMENT, f"smtp://lab:{SECRET}@no-such-host.invalid")
    assert "no-such-host.invalid:587 cannot be reached (its name is not known)" in wrong(url)
    monkeypatch.setenv(ENVIRONMENT, f"mail.example.org:{SECRET}")
    assert "TWOFOLD_SMTP is not the URL of a mail server" in wrong(url)


def test_a_pace_that_is_none(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server() as server:
        monkeypatch.setenv(ENVIRONMENT, server.url)
        monkeypatch.setenv(PACE_ENVIRONMENT, "many")
        assert "TWOFOLD_MAIL_PER_MINUTE='many' is no number of letters a minute" in wrong(url)


def test_what_letters_need_besides_a_server(url: str, store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    made = store.studies.create("small", TEXT)
    store.contacts.add("small", read_people(b"email\nada@example.org\n", "people.csv", made.instrument))
    assert said(url)[1] == []  # a draft
    store.studies.set_status("small", "pilot")
    assert "Nobody has said at which address" in wrong(url)
    monkeypatch.setenv(ADDRESS_ENVIRONMENT, "http://survey.example.org")
    assert "TWOFOLD_ADDRESS: links in letters are secrets" in wrong(url)
    monkeypatch.delenv(ADDRESS_ENVIRONMENT)
    store.mailing.set_address("https://survey.example.org")
    told, mistakes = said(url)
    assert mistakes == []
    assert "Links in letters lead to https://survey.example.org." in told
    assert "lists go out as a mail merge" in told
    store.mailing.set("small", sender="Lab <lab@example.org>")
    assert "The study small has one person in its list and a sender, and no mail server is set." in wrong(url)
    with mail_server() as server:
        monkeypatch.setenv(ENVIRONMENT, server.url)
        assert said(url)[1] == []
        store.mailing.set("small", sender="")
        assert "twofold invite settings small --sender" in wrong(url)


def test_letters_of_which_nobody_knows_whether_they_went_out(url: str, store: Store) -> None:
    made = store.studies.create("small", TEXT)
    store.contacts.add(
        "small", read_people(b"email\nada@example.org\nbob@example.org\n", "people.csv", made.instrument)
    )
    store.studies.set_status("small", "live")
    store.mailing.set_address("https://survey.example.org")
    mail, long_ago = store.letters.correspondence("small"), now() - LEASE - timedelta(minutes=1)
    store.letters.begin(mail.study, mail.people[0])
    assert said(url)[1] == []  # it is on its way
    broke_off = store.letters.begin(mail.study, mail.people[1])
    assert broke_off is not None
    store.letters.settle(broke_off, Outcome("unknown", lost=True))
    assert "Of 1 letter(s) of the study small nobody knows" in wrong(url)
    store.database.write(lambda connection: connection.execute(update(letter).values(began_at=long_ago)))
    assert "Of 2 letter(s) of the study small nobody knows" in wrong(url)
    store.letters.resolve("small", again=False)
    assert said(url)[1] == []
