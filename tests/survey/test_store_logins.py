"""Sign-ins that are listed and ended, and the audit log as its readers meet it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from survey.store import Store, User, schema
from survey.store.audit import EVERYTHING, Wanted

PASSWORD = "correct horse battery"


@pytest.fixture
def ada(store: Store) -> User:
    return store.accounts.create_owner(store.accounts.setup_code() or "", "Ada", PASSWORD)


@pytest.fixture
def bo(store: Store, ada: User) -> User:
    return store.accounts.add_user("Bo", "analyst", PASSWORD, "Ada")


def test_each_sign_in_is_listed_with_what_it_is_on(store: Store, ada: User, bo: User) -> None:
    first = store.accounts.issue(ada, "Firefox on Linux")
    second = store.accounts.issue(ada, "Safari on an iPhone", "link")
    store.accounts.issue(bo, "x" * 100, "oidc")
    mine = store.accounts.logins(ada, second)
    assert [(one.device, one.via, one.own) for one in mine] == [
        ("Safari on an iPhone", "link", True),
        ("Firefox on Linux", "password", False),
    ]
    everybody = store.accounts.logins()
    assert {(one.name, one.role) for one in everybody} == {("Ada", "owner"), ("Bo", "analyst")}
    assert max(len(one.device) for one in everybody) == 60
    assert not {one.handle for one in everybody} & {first, second}


def test_one_sign_in_is_ended_and_the_others_stand(store: Store, ada: User) -> None:
    first, second = store.accounts.issue(ada), store.accounts.issue(ada)
    other = next(one for one in store.accounts.logins(ada, second) if not one.own)
    assert store.accounts.end_login(other.handle, "Ada", of=ada)
    assert store.accounts.check(first) is None
    assert store.accounts.check(second) == ada
    assert not store.accounts.end_login(other.handle, "Ada")
    assert not store.accounts.end_login("no handle", "Ada")


def test_nobody_ends_anothers_sign_in_as_their_own(store: Store, ada: User, bo: User) -> None:
    secret = store.accounts.issue(ada)
    (one,) = store.accounts.logins(ada)
    assert not store.accounts.end_login(one.handle, "Bo", of=bo)
    assert store.accounts.check(secret) == ada


def test_all_sign_ins_end_but_the_one_that_asks(store: Store, ada: User) -> None:
    secrets = [store.accounts.issue(ada) for _ in range(3)]
    assert store.accounts.end_logins(ada, "Ada", but=secrets[1]) == 2
    assert [store.accounts.check(secret) is not None for secret in secrets] == [False, True, False]
    assert store.accounts.end_logins(ada, "Ada") == 1
    assert store.accounts.logins(ada) == []


def test_what_is_over_is_not_listed(store: Store, ada: User, bo: User, monkeypatch: pytest.MonkeyPatch) -> None:
    store.accounts.issue(bo)
    store.accounts.disable(bo, "Ada")
    store.accounts.issue(ada)
    assert [one.name for one in store.accounts.logins()] == ["Ada"]
    later = schema.now() + timedelta(hours=13)
    monkeypatch.setattr(schema, "now", lambda: later)
    assert store.accounts.logins() == []


def test_an_account_is_bound_once_to_whom_the_institution_names(store: Store, ada: User) -> None:
    ann = store.accounts.add_user("Ann", "analyst", "", "Ada", " Ann@Example.org")
    identify = store.accounts.identify
    assert identify("https://idp", "one") is None
    assert identify("https://idp", "one", "bo@example.org") is None
    assert identify("https://idp", "one", "ann@example.ORG") == ann
    assert identify("https://idp", "one", "another@example.org") == ann
    assert identify("https://idp", "two", "ann@example.org") is None
    assert identify("https://other", "one", "ann@example.org") is None
    assert store.accounts.emails() == {ann.id: "ann@example.org"}
    store.accounts.disable(ann, "Ada")
    assert identify("https://idp", "one", "ann@example.org") is None
    assert [line.subject for line in store.audit.lines() if line.action == "bind sign-in"] == ["Ann"]


def test_the_subject_of_a_closed_account_opens_no_other(store: Store, ada: User) -> None:
    ann = store.accounts.add_user("Ann", "analyst", "", "Ada", "ann@example.org")
    assert store.accounts.identify("https://idp", "one", "ann@example.org") == ann
    store.accounts.disable(ann, "Ada")
    store.accounts.add_user("Ann again", "owner", "", "Ada", "new@example.org")
    assert store.accounts.identify("https://idp", "one", "new@example.org") is None


def test_a_long_subject_is_kept_as_its_hash(store: Store, ada: User) -> None:
    store.accounts.set_email(ada, "ada@example.org", "Ada")
    long = "s" * 2000
    assert store.accounts.identify("https://idp", long, "ada@example.org") == ada
    assert store.accounts.identify("https://idp", long) == ada
    assert store.accounts.identify("https://idp", long + "s") is None


def test_the_log_is_read_by_who_what_of_and_since(store: Store, ada: User, bo: User) -> None:
    store.audit.note("view counts", "demo", "Bo")
    store.audit.note("view log", "log", "Ada", what="everything")
    lines = store.audit.lines()
    assert [(line.actor, line.action, line.subject, line.said) for line in lines] == [
        ("Ada", "view log", "log", "what: everything"),
        ("Bo", "view counts", "demo", ""),
        ("Ada", "add user", "Bo", "role: analyst"),
        ("Ada", "add user", "Ada", "role: owner"),
    ]
    assert [line.subject for line in store.audit.lines(Wanted(actor="Ada", action="add user"))] == ["Bo", "Ada"]
    assert [line.actor for line in store.audit.lines(Wanted(subject="demo"))] == ["Bo"]
    assert store.audit.lines(EVERYTHING, 1) == lines[:1]
    assert store.audit.count() == 4
    assert store.audit.count(Wanted(actor="Bo")) == 1
    assert store.audit.count(Wanted(since=schema.now() + timedelta(seconds=1))) == 0
    assert store.audit.known("actor") == ("Ada", "Bo")
    assert store.audit.known("action") == ("add user", "view counts", "view log")


def test_passwords_and_secrets_are_not_in_the_log(store: Store, ada: User) -> None:
    secret = store.accounts.issue(ada, "Firefox on Linux")
    store.accounts.set_password(ada, "another long password")
    told = str([vars(line) for line in store.audit.lines()])
    assert "another long" not in told
    assert secret not in told
    assert "set password" in told
