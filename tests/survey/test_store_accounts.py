"""Who may sign in: the one-time set-up, passwords, sessions that end, and a limit on guessing."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from survey.errors import AccountError
from survey.store import Store, accounts, schema

PASSWORD = "correct horse battery"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 is slow on purpose; here it is not what is tested."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: hasher)
    monkeypatch.setattr(accounts, "_nobody", lambda: hasher.hash("nobody"))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How far the clock is ahead, in its one element."""
    ahead = [timedelta(0)]
    real = schema.now
    monkeypatch.setattr(schema, "now", lambda: real() + ahead[0])
    return ahead


def owner(store: Store) -> accounts.User:
    return store.accounts.create_owner(store.accounts.setup_code() or "", "Ann  Owner", PASSWORD)


def test_the_code_makes_one_owner_once(store: Store) -> None:
    first = store.accounts.setup_code()
    second = store.accounts.setup_code()
    assert first
    assert second
    assert not store.accounts.setup_open(first)
    assert store.accounts.setup_open(second)
    with pytest.raises(AccountError, match="not valid"):
        store.accounts.create_owner(first, "ann", PASSWORD)
    assert store.accounts.create_owner(second, "ann", PASSWORD).role == "owner"
    assert store.accounts.has_owner()
    assert store.accounts.setup_code() is None
    assert store.accounts.setup_path() is None
    with pytest.raises(AccountError, match="already"):
        store.accounts.create_owner(second, "bo", PASSWORD)


def test_two_who_use_the_code_at_once_make_one_owner(store: Store) -> None:
    code = store.accounts.setup_code() or ""
    results: list[object] = []

    def work(name: str) -> None:
        try:
            results.append(store.accounts.create_owner(code, name, PASSWORD))
        except AccountError as error:
            results.append(error)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("ann", "bo", "cy")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(result, accounts.User) for result in results) == 1
    assert len(store.accounts.list()) == 1


def test_secrets_are_kept_as_hashes_alone(store: Store, tmp_path: Path) -> None:
    code = store.accounts.setup_code() or ""
    user = store.accounts.create_owner(code, "ann", PASSWORD)
    session = store.accounts.issue(user)
    store.accounts.verify("my secret passphrase", "x")
    if store.database.is_sqlite:
        store.close()
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        for secret in (code, PASSWORD, session, "my secret passphrase"):
            assert secret.encode() not in content


@pytest.mark.parametrize(
    ("name", "password", "role", "word"),
    [
        ("ann", "short", "analyst", "too short"),
        ("Ann Example", "ann  example", "analyst", "easy to guess"),
        ("ann", "aaaaaaaaaaaa", "analyst", "easy to guess"),
        ("ann", "x" * 2000, "analyst", "too long"),
        ("  ", PASSWORD, "analyst", "name"),
        ("ann", PASSWORD, "king", "no role"),
    ],
)
def test_weak_passwords_and_unknown_roles_are_refused(
    store: Store, name: str, password: str, role: str, word: str
) -> None:
    with pytest.raises(AccountError, match=word):
        store.accounts.add_user(name, role, password)


def test_signing_in(store: Store) -> None:
    ann = owner(store)
    assert ann.name == "Ann Owner"
    bo = store.accounts.add_user("Bo", "analyst", PASSWORD)
    with pytest.raises(AccountError, match="already"):
        store.accounts.add_user(" bO ", "recruiter", PASSWORD)
    assert store.accounts.verify("bo", PASSWORD) == bo
    assert store.accounts.verify("bo", PASSWORD + "!") is None
    assert store.accounts.verify("nobody", PASSWORD) is None
    assert [user.name for user in store.accounts.list()] == ["Ann Owner", "Bo"]
    store.accounts.disable(bo)
    assert store.accounts.verify("bo", PASSWORD) is None
    with pytest.raises(AccountError, match="last owner"):
        store.accounts.disable(ann)


def test_a_session_ends_when_idle_old_revoked_or_the_password_changes(store: Store, clock: list[timedelta]) -> None:
    ann = owner(store)
    session = store.accounts.issue(ann)
    assert store.accounts.check(session) == ann
    assert store.accounts.check("guess") is None
    for hours in (11, 22, 33):
        clock[0] = timedelta(hours=hours)
        assert store.accounts.check(session) == ann
    clock[0] = timedelta(hours=46)
    assert store.accounts.check(session) is None
    session = store.accounts.issue(ann)
    for hours in range(46, 46 + 7 * 24, 10):
        clock[0] = timedelta(hours=hours)
        assert store.accounts.check(session) == ann
    clock[0] = timedelta(hours=46 + 7 * 24)
    assert store.accounts.check(session) is None
    one, two = store.accounts.issue(ann), store.accounts.issue(ann)
    store.accounts.revoke(one)
    assert (store.accounts.check(one), store.accounts.check(two)) == (None, ann)
    store.accounts.set_password(ann, "another long passphrase")
    assert store.accounts.check(two) is None
    assert store.accounts.verify("ann owner", "another long passphrase") == ann


def test_guessing_is_slowed_for_the_name_and_overall(
    store: Store, clock: list[timedelta], monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = owner(store)
    for _ in range(accounts.FAILURES_PER_NAME):
        assert store.accounts.throttled("ann owner") == 0
        store.accounts.verify("Ann Owner", "wrong")
    assert 0 < store.accounts.throttled("ANN OWNER") <= 15 * 60 + 1
    assert store.accounts.throttled("bo") == 0
    assert store.accounts.verify("Ann Owner", PASSWORD) is None
    clock[0] = accounts.WINDOW + timedelta(seconds=1)
    assert store.accounts.verify("Ann Owner", PASSWORD) == ann
    clock[0] = timedelta(days=-1)
    assert store.accounts.throttled("ann owner") == 0  # a clock that was set back locks nobody out
    clock[0] = accounts.WINDOW + timedelta(seconds=1)
    monkeypatch.setattr(accounts, "FAILURES_OVERALL", 5)
    for i in range(5):
        store.accounts.verify(f"name {i}", "wrong")
    assert store.accounts.throttled("ann owner") > 0


def test_the_demo_opens_by_a_link_that_works_once(store: Store) -> None:
    code = store.accounts.demo_path().split("=")[1]
    user = store.accounts.redeem(code)
    assert user is not None
    assert user.role == "owner"
    assert store.accounts.redeem(code) is None
    assert store.accounts.redeem("guess") is None
    assert store.accounts.redeem("") is None
    again = store.accounts.demo_path().split("=")[1]
    assert store.accounts.redeem(again) == user


def test_acts_are_in_the_audit_log(live: Store) -> None:
    user = owner(live)
    live.studies.set_status("small", "closed", actor=user.name)
    lines = live.database.read(lambda c: c.execute(select(schema.audit)).all())
    assert [line.action for line in lines] == ["create study", "set status", "add user", "set status"]
    assert (lines[-1].actor, lines[-1].subject) == ("Ann Owner", "small")
    assert isinstance(lines[-1].at, datetime)
    assert replace(user, name="x") != user
