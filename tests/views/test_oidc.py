"""Signing in through an institution: who gets in, by which account, and everything about a token that must be right."""

from __future__ import annotations

import base64
import json
import logging
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from survey.errors import AccountError
from survey.store import Store
from tests.support.provider import CLIENT, Provider, provider
from tests.views.test_auth import PASSWORD, browser, sign_in, signed_in, store
from views.plain import guard
from views.plain import provider as providers

__all__ = ["store"]


@pytest.fixture
def institution(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    with provider() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(providers, "_kept", {})
        yield running


@pytest.fixture
def accounts(store: Store) -> Store:
    """An owner with a password, and an analyst known to the institution by her address."""
    store.accounts.create_owner(store.accounts.setup_code() or "", "Ada", PASSWORD)
    store.accounts.add_user("Ann", "analyst", "", "Ada", "Ann@University.example")
    return store


def go(client: TestClient, **query: str) -> Any:
    """To the institution and back; the answer to coming back."""
    begun = client.get("/auth/oidc/start", params=query)
    assert begun.status_code == 303, begun.text
    back = httpx2.get(begun.headers["location"], follow_redirects=False).headers["location"]
    parts = urlsplit(back)
    assert parts.path == "/auth/oidc/callback"
    return client.get(f"{parts.path}?{parts.query}")


# --- who gets in ---


def test_the_sign_in_page_offers_the_institution_where_there_is_one(accounts: Store, institution: Provider) -> None:
    text = browser().get("/auth/login", params={"next": "/data?name=x&view=y"}).text
    assert "Sign in through the University" in text
    assert 'href="/auth/oidc/start?next=/data%3Fname%3Dx%26view%3Dy"' in text
    assert "Password" in text


def test_without_one_nothing_is_offered(accounts: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "oidc" not in browser().get("/auth/login").text
    assert browser().get("/auth/oidc/start").status_code == 404
    assert browser().get("/auth/oidc/callback?code=x&state=y").status_code == 403


def test_who_has_an_account_comes_in_with_its_role(accounts: Store, institution: Provider) -> None:
    client = browser()
    answer = go(client, next="/data?name=demo")
    assert (answer.status_code, answer.headers["location"]) == (303, "/data?name=demo")
    assert signed_in(client, accounts) == "Ann"
    (login,) = accounts.accounts.logins()
    assert (login.name, login.role, login.via) == ("Ann", "analyst", "oidc")
    assert institution.asked == ["/.well-known/openid-configuration", "/authorize", "/token", "/jwks"]
    actions = [(line.actor, line.action, line.detail) for line in accounts.audit.lines()][:2]
    assert actions == [("Ann", "sign in", {"via": "oidc"}), ("Ann", "bind sign-in", {})]


def test_what_is_asked_of_the_institution(accounts: Store, institution: Provider) -> None:
    query = parse_qs(urlsplit(browser().get("/auth/oidc/start").headers["location"]).query)
    assert query["redirect_uri"] == ["http://localhost:8630/auth/oidc/callback"]
    assert (query["code_challenge_method"], query["prompt"]) == (["S256"], ["select_account"])
    assert len(query["state"][0]) >= 32
    assert len(query["nonce"][0]) >= 32
    other = parse_qs(urlsplit(browser().get("/auth/oidc/start").headers["location"]).query)
    assert not {*query["state"], *query["nonce"], *query["code_challenge"]} & {
        *other["state"], *other["nonce"], *other["code_challenge"]
    }  # fmt: skip


def test_the_account_is_bound_to_the_subject_whatever_the_address_becomes(
    accounts: Store, institution: Provider
) -> None:
    go(browser())
    institution.email = "ann.married@university.example"
    client = browser()
    assert go(client).status_code == 303
    assert signed_in(client, accounts) == "Ann"


def test_the_next_holder_of_an_address_does_not_inherit_the_account(accounts: Store, institution: Provider) -> None:
    go(browser())
    institution.subject = "subject-2"
    client = browser()
    answer = go(client)
    assert answer.status_code == 403
    assert "You have no account here" in answer.text
    assert "ann@university.example" in answer.text
    assert signed_in(client, accounts) is None


@pytest.mark.parametrize(
    "claims", [{"email_verified": False}, {"email_verified": None}, {"email": None}, {"email": ["x"]}]
)
def test_an_address_that_nobody_vouches_for_opens_nothing(
    accounts: Store, institution: Provider, claims: dict[str, Any]
) -> None:
    institution.claims = claims
    answer = go(browser())
    assert answer.status_code == 403
    assert "You have no account here" in answer.text


def test_somebody_without_an_account_is_told_so(accounts: Store, institution: Provider) -> None:
    institution.email = "eve@university.example<script>"
    answer = go(browser())
    assert answer.status_code == 403
    assert "<script>" not in answer.text
    assert [user.name for user in accounts.accounts.list()] == ["Ada", "Ann"]
    assert not accounts.accounts.logins()


def test_a_disabled_account_stays_closed_and_its_sessions_end(accounts: Store, institution: Provider) -> None:
    client = browser()
    go(client)
    ann = next(user for user in accounts.accounts.list() if user.name == "Ann")
    accounts.accounts.disable(ann, "Ada")
    assert signed_in(client, accounts) is None
    assert go(browser()).status_code == 403
    assert not accounts.accounts.logins()


def test_signing_out_and_being_signed_out_are_the_same_as_by_password(accounts: Store, institution: Provider) -> None:
    client = browser()
    go(client)
    (login,) = accounts.accounts.logins()
    assert accounts.accounts.end_login(login.handle, "Ada")
    assert signed_in(client, accounts) is None
    assert client.get("/auth/login").status_code == 200


def test_a_new_address_ends_what_the_old_one_opened(accounts: Store, institution: Provider) -> None:
    client = browser()
    go(client)
    ann = next(user for user in accounts.accounts.list() if user.name == "Ann")
    accounts.accounts.set_email(ann, "other@university.example", "Ada")
    assert signed_in(client, accounts) is None
    assert go(browser()).status_code == 403
    institution.email = "other@university.example"
    assert go(browser()).status_code == 303
    assert accounts.accounts.emails() == {ann.id: "other@university.example"}


def test_local_accounts_go_on_working(accounts: Store, institution: Provider) -> None:
    client = browser()
    assert sign_in(client).status_code == 303
    assert signed_in(client, accounts) == "Ada"
    assert sign_in(browser(), "Ann", "").status_code == 401


def test_an_address_is_checked_and_belongs_to_one(accounts: Store) -> None:
    with pytest.raises(AccountError, match="no e-mail address"):
        accounts.accounts.add_user("Bo", "analyst", "", email="not an address")
    with pytest.raises(AccountError, match="with this address"):
        accounts.accounts.add_user("Bo", "analyst", "", email="ANN@university.example ")
    with pytest.raises(AccountError, match="too short"):
        accounts.accounts.add_user("Bo", "analyst", "")
    ada = accounts.accounts.list()[0]
    with pytest.raises(AccountError, match="each has its own"):
        accounts.accounts.set_email(ada, "ann@university.example")


# --- what must be right ---

NOW = int(time.time())
WRONG: list[dict[str, Any]] = [
    {"iss": "https://elsewhere.example"},
    {"aud": "another-program"},
    {"aud": [CLIENT, "another-program"], "azp": "another-program"},
    {"nonce": "of-another-sign-in"},
    {"nonce": None},
    {"exp": NOW - 3600},
    {"exp": None},
    {"iat": NOW + 3600},
    {"sub": None},
    {"iss": None},
]


@pytest.mark.parametrize("claims", WRONG, ids=str)
def test_a_token_that_is_not_for_this_sign_in_is_refused(
    accounts: Store, institution: Provider, claims: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    institution.claims = claims
    client = browser()
    with caplog.at_level(logging.WARNING):
        answer = go(client)
    assert answer.status_code == 502
    assert "did not work" in answer.text
    assert signed_in(client, accounts) is None
    assert "the id_token" in caplog.text
    assert "ann@university.example" not in caplog.text


def test_a_token_signed_by_somebody_else_is_refused(accounts: Store, institution: Provider) -> None:
    institution.signer = RSAKey.generate_key(2048, {"kid": "one"}, private=True)
    assert go(browser()).status_code == 502


def test_a_token_that_nobody_signed_is_refused(
    accounts: Store, institution: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Provider.token

    def unsigned(self: Provider, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        status, document = right(self, form, authorization)
        claims = document["id_token"].split(".")[1]
        header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
        return status, {"id_token": f"{header}.{claims}."}

    monkeypatch.setattr(Provider, "token", unsigned)
    assert go(browser()).status_code == 502


def test_a_key_that_the_provider_has_changed_is_looked_up_again(accounts: Store, institution: Provider) -> None:
    assert go(browser()).status_code == 303
    institution.key = RSAKey.generate_key(2048, {"kid": "two", "use": "sig"}, private=True)
    institution.header = {"kid": "two"}
    assert go(browser()).status_code == 303
    assert institution.asked.count("/jwks") == 2


def test_coming_back_in_another_browser_opens_nothing(accounts: Store, institution: Provider) -> None:
    back = urlsplit(httpx2.get(browser().get("/auth/oidc/start").headers["location"]).headers["location"])
    victim = browser()
    assert victim.get(f"{back.path}?{back.query}").status_code == 403
    victim.get("/auth/oidc/start")
    assert victim.get(f"{back.path}?{back.query}").status_code == 403
    assert signed_in(victim, accounts) is None
    assert "/token" not in institution.asked


def test_the_way_back_works_once(accounts: Store, institution: Provider) -> None:
    client = browser()
    back = urlsplit(httpx2.get(client.get("/auth/oidc/start").headers["location"]).headers["location"])
    cookies = dict(client.cookies)
    assert client.get(f"{back.path}?{back.query}").status_code == 303
    assert guard.cookie_name(accounts.secret("cookies"), "oidc") not in client.cookies
    again = browser()
    again.cookies.update(cookies)
    assert again.get(f"{back.path}?{back.query}").status_code == 502


def test_a_refusal_of_the_institution_is_told(accounts: Store, institution: Provider) -> None:
    client = browser()
    state = parse_qs(urlsplit(client.get("/auth/oidc/start").headers["location"]).query)["state"][0]
    answer = client.get("/auth/oidc/callback", params={"error": "access_denied", "state": state})
    assert answer.status_code == 403
    assert "did not sign you in" in answer.text


def test_the_way_back_leads_to_this_site_alone(accounts: Store, institution: Provider) -> None:
    assert go(browser(), next="https://elsewhere.example/").headers["location"] == "/"


def test_an_institution_that_does_not_answer_is_told_in_words(accounts: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in Provider(port=9).environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(providers, "_kept", {})
    answer = browser().get("/auth/oidc/start")
    assert answer.status_code == 502
    assert "did not work" in answer.text


def test_an_address_without_https_is_not_asked(accounts: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in Provider(port=9).environment.items():
        monkeypatch.setenv(name, value.replace("127.0.0.1", "idp.example"))
    monkeypatch.setattr(providers, "_kept", {})
    assert browser().get("/auth/oidc/start").status_code == 502


def test_it_is_configured_as_for_streamlit_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "_secrets", lambda: {
        "server_metadata_url": "https://idp.example/x", "client_id": "c", "client_secret": "s", "cookie_secret": "-",
        "redirect_uri": "https://survey.example/auth/oidc/callback",
    })  # fmt: skip
    found = providers.configured()
    assert found == providers.Configured(
        "https://idp.example/x", "c", "s", "https://survey.example/auth/oidc/callback", "your institution"
    )
    monkeypatch.setattr(providers, "_secrets", dict)
    assert providers.configured() is None
