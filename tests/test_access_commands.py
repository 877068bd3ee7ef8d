"""What the terminal does about accounts, sign-ins, the log and protection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

import cli
from commands.shared import MistakeError, terminal_user
from survey.errors import AccountError, StudyError
from survey.store import Store, audit, open_store
from tests.survey.store_support import TEXT
from views.logs import without_secrets

PASSWORD = "correct horse battery"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'test.db'}"
    monkeypatch.setenv("TWOFOLD_DATABASE", url)
    monkeypatch.setenv("TWOFOLD_KEY", "a" * 44)
    monkeypatch.setenv("LOGNAME", "field-worker")
    opened = open_store(url)
    opened.accounts.create_owner(opened.accounts.setup_code() or "", "Ada", PASSWORD)
    opened.studies.create("small", TEXT, actor="Ada")
    yield opened
    opened.close()
    audit.speak_for("")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, arguments)


def test_a_person_of_the_institution_needs_no_password(store: Store) -> None:
    done = run("user", "add", "Ann", "--role", "analyst", "--email", "ann@example.org")
    assert (done.exit_code, done.output.strip()) == (0, "Ann may now sign in as analyst.")
    assert list(store.accounts.emails().values()) == ["ann@example.org"]
    assert "as new@example.org" in run("user", "address", "Ann", "new@example.org").output
    assert list(store.accounts.emails().values()) == ["new@example.org"]
    assert run("user", "address", "Ann", "").output.strip() == "Ann has no address now."
    assert store.accounts.emails() == {}
    assert isinstance(run("user", "address", "Ann", "none").exception, AccountError)
    assert isinstance(run("user", "address", "Nobody", "x@example.org").exception, MistakeError)


def test_sign_ins_are_listed_and_ended(store: Store) -> None:
    assert "Nobody is signed in." in run("user", "logins").output
    ada = store.accounts.list()[0]
    secret = store.accounts.issue(ada, "Firefox on Linux")
    (row,) = json.loads(run("user", "logins", "--json").output)
    assert {name: row[name] for name in ("name", "role", "device", "by")} == {
        "name": "Ada", "role": "owner", "device": "Firefox on Linux", "by": "password",
    }  # fmt: skip
    assert run("user", "revoke", "Ada").output.strip() == "1 sign-in of Ada ended."
    assert store.accounts.check(secret) is None
    assert run("user", "revoke", "Ada").output.strip() == "0 sign-ins of Ada ended."


def test_the_log_says_who_was_at_the_terminal(store: Store) -> None:
    run("user", "revoke", "Ada")
    (newest, *_) = json.loads(run("audit", "--json").output)
    assert (newest["who"], newest["what"], newest["of"]) == ("terminal: field-worker", "end sign-ins", "Ada")
    assert [line["what"] for line in json.loads(run("audit", "--who", "Ada", "--json").output)] == [
        "create study",
        "add user",
    ]
    assert [line["of"] for line in json.loads(run("audit", "--of", "small", "--json").output)] == ["small"]
    assert len(json.loads(run("audit", "--most", "1", "--json").output)) == 1
    assert run("audit", "--what", "fly").output.strip() == "Nothing of this kind was done."


def test_who_is_at_the_terminal_is_the_systems_word(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "x" * 300)
    assert terminal_user() == ("terminal: " + "x" * 300)[:120]

    def nobody() -> str:
        raise OSError("no name")

    monkeypatch.setattr("getpass.getuser", nobody)
    assert terminal_user() == "terminal"


def test_a_study_is_protected_from_the_terminal(store: Store) -> None:
    assert run("study", "protect", "small").output.strip() == (
        "small tells apart groups of 5 people or more, once it is closed."
    )
    assert store.studies.get("small").smallest_group == 5
    assert "groups of 8" in run("study", "protect", "small", "--smallest", "8").output
    assert run("study", "protect", "small", "--off").output.strip() == "small protects no groups."
    assert run("study", "protect", "small", "--smallest", "4").exit_code == 2
    run("study", "protect", "small", "--smallest", "8")
    store.studies.set_status("small", "live")
    assert isinstance(run("study", "protect", "small").exception, StudyError)
    assert isinstance(run("study", "protect", "small", "--off").exception, StudyError)


@pytest.mark.parametrize("kind", ["s", "u", "left", "study"])
def test_links_are_cut_out_of_what_is_logged(kind: str) -> None:
    assert without_secrets(f"GET /{kind}/abc-DEF_1/leave") == f"GET /{kind}/…/leave"
