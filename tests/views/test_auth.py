"""Signing in: who gets a cookie, what kind of cookie, and what no trick gets past."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from survey.store import Store, open_store
from views.plain import auth, guard
from views.plain.auth import auth_routes

PASSWORD = "correct horse battery"
LOCAL = "http://localhost:8630"
HTTPS = "https://survey.example.org"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'test.db'}", key=b"k" * 32)
    for module in ("views.plain.auth", "views.plain.keys"):
        monkeypatch.setattr(f"{module}.store", lambda: opened)
    monkeypatch.setattr(auth, "by_address", guard.Attempts(limit=20, window=900))
    yield opened
    opened.close()


def browser(address: str = LOCAL) -> TestClient:
    home = Route("/", lambda request: PlainTextResponse("home"))
    return TestClient(Starlette(routes=[*auth_routes(), home]), base_url=address, follow_redirects=False)


@pytest.fixture
def owner(store: Store) -> str:
    store.accounts.create_owner(store.accounts.setup_code() or "", "Ada", PASSWORD)
    return "Ada"


def token_in(text: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{64})"', text)
    assert found, text
    return found.group(1)


def sign_in(client: TestClient, name: str = "Ada", password: str = PASSWORD, **more: str) -> Any:
    token = token_in(client.get("/auth/login").text)
    return client.post("/auth/login", data={"name": name, "password": password, "token": token, **more})


def named(store: Store, purpose: str = "session") -> str:
    return guard.cookie_name(store.secret("cookies"), purpose)


def signed_in(client: TestClient, store: Store) -> str | None:
    value = guard.cookie(store.secret("cookies"), "session", client.cookies)
    user = store.accounts.check(value) if value else None
    return user.name if user else None


# --- set-up ---


def test_the_set_up_link_makes_the_owner_and_signs_them_in(store: Store) -> None:
    client = browser()
    form = client.get(store.accounts.setup_path() or "")
    assert form.status_code == 200
    code = re.findall(r'name="code" value="([^"]+)"', form.text)[0]
    data = {"code": code, "name": "Ada", "password": PASSWORD, "again": PASSWORD, "token": token_in(form.text)}
    done = client.post("/auth/setup", data=data)
    assert (done.status_code, done.headers["location"]) == (303, "/")
    assert signed_in(client, store) == "Ada"
    assert [user.role for user in store.accounts.list()] == ["owner"]


def test_the_set_up_code_works_once(store: Store) -> None:
    code = store.accounts.setup_code() or ""
    first, second = browser(), browser()
    tokens = [token_in(client.get(f"/auth/setup?code={code}").text) for client in (first, second)]
    for client, token, name in zip((first, second), tokens, ("Ada", "Eve"), strict=True):
        data = {"code": code, "name": name, "password": PASSWORD, "again": PASSWORD, "token": token}
        client.post("/auth/setup", data=data)
    assert [user.name for user in store.accounts.list()] == ["Ada"]
    assert second.get(f"/auth/setup?code={code}").status_code == 403


def test_a_newer_set_up_code_ends_the_older(store: Store) -> None:
    old = store.accounts.setup_code()
    new = store.accounts.setup_code()
    assert browser().get(f"/auth/setup?code={old}").status_code == 403
    assert browser().get(f"/auth/setup?code={new}").status_code == 200


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "too short"),
        (PASSWORD, PASSWORD + "!", "differ"),
        ("aaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaa", "easy to guess"),
        ("x" * 1001, "x" * 1001, "longer than"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(store: Store, password: str, again: str, said: str) -> None:
    client, code = browser(), store.accounts.setup_code() or ""
    token = token_in(client.get(f"/auth/setup?code={code}").text)
    data = {"code": code, "name": "Ada", "password": password, "again": again, "token": token}
    answer = client.post("/auth/setup", data=data)
    assert answer.status_code == 400
    assert said in answer.text
    assert password not in answer.text.replace("short:", "").replace("too short", "")
    assert not store.accounts.has_owner()


def test_a_name_that_is_none_is_refused(store: Store) -> None:
    client, code = browser(), store.accounts.setup_code() or ""
    token = token_in(client.get(f"/auth/setup?code={code}").text)
    data = {"code": code, "name": "  ", "password": PASSWORD, "again": PASSWORD, "token": token}
    assert "give a name" in client.post("/auth/setup", data=data).text


def test_signing_in_before_there_is_an_owner_says_what_to_do(store: Store) -> None:
    assert "set-up link" in browser().get("/auth/login").text


# --- signing in ---


@pytest.mark.usefixtures("owner")
def test_the_right_password_signs_in(store: Store) -> None:
    client = browser()
    assert sign_in(client).status_code == 303
    assert signed_in(client, store) == "Ada"
    assert client.get("/auth/login").status_code == 303


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize(("name", "password"), [("Ada", "wrong horse battery"), ("Eve", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_are_answered_alike(store: Store, name: str, password: str) -> None:
    client = browser()
    answer = sign_in(client, name, password)
    assert answer.status_code == 401
    assert "do not go together" in answer.text
    assert named(store) not in client.cookies


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize("address", [LOCAL, HTTPS])
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(store: Store, address: str) -> None:
    cookies = sign_in(browser(address)).headers.get_list("set-cookie")
    cookie = next(c for c in cookies if c.startswith(named(store)))
    flags = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "samesite=lax", "path=/"} <= flags
    assert ("secure" in flags) == (address == HTTPS)


@pytest.mark.usefixtures("owner")
def test_a_new_sign_in_never_keeps_the_old_session(store: Store) -> None:
    client = browser()
    sign_in(client)
    first = client.cookies[named(store)]
    del client.cookies[named(store)]
    sign_in(client)
    assert client.cookies[named(store)] != first


@pytest.mark.usefixtures("owner")
def test_two_servers_on_one_host_do_not_sign_each_other_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    client = browser()
    sign_in(client)
    monkeypatch.setattr("views.plain.auth.cookie_key", lambda: b"o" * 32)
    client.get("/auth/login")
    assert guard.cookie_name(b"o" * 32, "form") in client.cookies
    assert guard.cookie_name(b"o" * 32, "session") != named(store)
    assert signed_in(client, store) == "Ada"


@pytest.mark.usefixtures("owner")
def test_a_cookie_that_was_tampered_with_is_nobody(store: Store) -> None:
    client = browser()
    sign_in(client)
    value, _, signature = client.cookies[named(store)].rpartition(".")
    for forged in (f"{value}x.{signature}", f"{value}.{signature[:-2]}AA", value, "", "…"):
        assert guard.unsign(store.secret("cookies"), "session", forged) is None
    # a value that we signed for another purpose is worth nothing here either
    assert guard.unsign(store.secret("cookies"), "session", guard.new_form_cookie(store.secret("cookies"))) is None


@pytest.mark.usefixtures("owner")
@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/results?name=demo", "/results?name=demo"),
        ("https://evil.example", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/auth/logout", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_only_to_this_site(store: Store, wanted: str, reached: str) -> None:
    assert sign_in(browser(), next=wanted).headers["location"] == reached
    assert guard.local_path(wanted) == reached


@pytest.mark.usefixtures("owner")
def test_a_form_from_elsewhere_is_refused(store: Store) -> None:
    client = browser()
    data = {"name": "Ada", "password": PASSWORD}
    assert client.post("/auth/login", data=data).status_code == 403
    token = token_in(client.get("/auth/login").text)
    other = browser()
    other.get("/auth/login")
    assert other.post("/auth/login", data={**data, "token": token}).status_code == 403, "a token of another browser"
    assert client.post("/auth/login", data={**data, "token": "0" * 64}).status_code == 403
    client.cookies.clear()
    client.cookies.set(named(store, "form"), "made-up.value")
    assert client.post("/auth/login", data={**data, "token": token}).status_code == 403
    assert named(store) not in client.cookies


@pytest.mark.usefixtures("owner")
def test_guessing_is_slowed_down_in_clear_words(store: Store) -> None:
    client = browser()
    statuses = [sign_in(client, "Ada", f"guess number {i} of many").status_code for i in range(12)]
    assert 429 in statuses
    answer = sign_in(client)
    assert answer.status_code == 429
    assert re.search(r"Too many attempts\. Please wait \d+ minutes? and try again\.", answer.text)
    assert int(answer.headers["retry-after"]) > 0
    assert signed_in(client, store) is None


@pytest.mark.usefixtures("owner")
def test_one_address_cannot_try_many_names(store: Store) -> None:
    client = browser()
    statuses = [sign_in(client, f"name {i}", PASSWORD).status_code for i in range(22)]
    assert statuses[:20] == [401] * 20
    assert statuses[20:] == [429] * 2


def test_attempts_are_forgiven_after_the_window() -> None:
    now = 0.0
    attempts = guard.Attempts(limit=2, window=60, clock=lambda: now)
    attempts.failed("a")
    attempts.failed("a")
    assert attempts.wait("a") == 61
    assert attempts.wait("b") == 0
    now = 61.0
    assert attempts.wait("a") == 0


# --- HTTPS ---


@pytest.mark.usefixtures("owner")
def test_away_from_this_machine_signing_in_needs_https(store: Store) -> None:
    assert browser(LOCAL).get("/auth/login").status_code == 200
    assert browser("http://127.0.0.1:8630").get("/auth/login").status_code == 200
    assert browser(HTTPS).get("/auth/login").status_code == 200
    refused = browser("http://survey.example.org").get("/auth/login")
    assert refused.status_code == 403
    assert "HTTPS" in refused.text
    assert browser("http://survey.example.org").post("/auth/login", data={"name": "Ada"}).status_code == 403


@pytest.mark.usefixtures("owner")
def test_a_proxys_word_counts_only_where_it_is_trusted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    claim = {"x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9"}
    for address in ("http://survey.example.org", LOCAL):
        assert browser(address).get("/auth/login", headers=claim).status_code == 403
    monkeypatch.setenv("TWOFOLD_TRUST_PROXY", "1")
    assert browser("http://survey.example.org").get("/auth/login", headers=claim).status_code == 200
    claim["x-forwarded-proto"] = "http"
    assert browser("http://survey.example.org").get("/auth/login", headers=claim).status_code == 403


# --- one-time links, passwords, signing out ---


def test_the_demos_link_signs_in_once(store: Store) -> None:
    path = store.accounts.demo_path()
    client = browser()
    assert client.get(path).headers["location"] == "/"
    assert signed_in(client, store) == "demo"
    assert browser().get(path).status_code == 403
    assert client.get(path).status_code == 303, "whoever is in already simply goes on"
    assert browser().get("/auth/enter?code=").status_code == 403
    assert browser().get(store.accounts.demo_path()).status_code == 303, "each start prints a new one"


@pytest.mark.usefixtures("owner")
def test_a_changed_password_ends_every_other_session(store: Store) -> None:
    here, there = browser(), browser()
    sign_in(here)
    sign_in(there)
    token = token_in(here.get("/auth/password").text)
    new = "four unrelated plain words"
    data = {"current": "not my password", "password": new, "again": new, "token": token}
    assert here.post("/auth/password", data=data).status_code == 401
    assert here.post("/auth/password", data={**data, "current": PASSWORD}).status_code == 303
    assert (signed_in(here, store), signed_in(there, store)) == ("Ada", None)
    assert store.accounts.verify("Ada", new) is not None


@pytest.mark.usefixtures("owner")
def test_pages_for_the_signed_in_send_others_to_sign_in(store: Store) -> None:
    for path in ("/auth/password", "/auth/logout"):
        assert browser().get(path).headers["location"] == "/auth/login"


@pytest.mark.usefixtures("owner")
def test_signing_out_ends_the_session_in_the_database_too(store: Store) -> None:
    client = browser()
    sign_in(client)
    kept = client.cookies[named(store)]
    assert client.post("/auth/logout", data={}).status_code == 403, "another site cannot sign people out"
    assert signed_in(client, store) == "Ada"
    token = token_in(client.get("/auth/logout").text)
    assert client.post("/auth/logout", data={"token": token}).headers["location"] == "/auth/login"
    assert named(store) not in client.cookies
    client.cookies.set(named(store), kept)
    assert signed_in(client, store) is None, "a copy of the cookie is worth nothing"


@pytest.mark.usefixtures("owner")
def test_a_form_is_bound_to_the_session_it_was_made_for(store: Store) -> None:
    client = browser()
    before = token_in(client.get("/auth/login").text)
    sign_in(client)
    assert client.post("/auth/logout", data={"token": before}).status_code == 403


# --- what every page keeps ---


@pytest.mark.usefixtures("owner")
def test_pages_escape_what_people_type_and_are_never_cached(store: Store) -> None:
    answer = sign_in(browser(), '"><script>alert(1)</script>', "x")
    assert "<script" not in answer.text
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.usefixtures("owner")
def test_a_flood_is_not_read_to_its_end(store: Store) -> None:
    assert browser().post("/auth/login", data={"name": "x" * 50_000}).status_code == 413
