"""The institution's sign-in (OpenID Connect): what is configured, and what it says of who comes back from it.

Configured as for ``st.login``: the section [auth] of .streamlit/secrets.toml, or TWOFOLD_OIDC_* in the environment.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384"]
"""Signatures by a key of the provider's alone: 'none' and those by a shared secret are not among them."""
PATIENCE = 10.0
LEEWAY = 60
KEPT_SECONDS = 3600
SETTINGS = {"metadata": "server_metadata_url", "client": "client_id", "secret": "client_secret", "back": "redirect_uri",
            "name": "name"}  # fmt: skip
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class ProviderError(Exception):
    """The institution's sign-in did not work; the text is for the log of whoever runs the server."""


@dataclass(frozen=True)
class Configured:
    """The provider as it is configured. back: our own address that it sends people to, where it is given."""

    metadata: str
    client: str
    secret: str
    back: str = ""
    name: str = "your institution"


@dataclass(frozen=True)
class Told:
    """Whom the provider has signed in. email: '' where it does not vouch for one."""

    issuer: str
    subject: str
    email: str


def configured() -> Configured | None:
    """The provider, or None where there is none."""
    found = {name: os.environ.get(f"TWOFOLD_OIDC_{name.upper()}", "") for name in SETTINGS}
    if not found["metadata"]:
        section = _secrets()
        found = {name: str(section.get(key, "")) for name, key in SETTINGS.items()}
    if not (found["metadata"] and found["client"] and found["secret"]):
        return None
    return Configured(**{name: value for name, value in found.items() if value})


def _secrets() -> dict[str, Any]:
    """The section [auth] of Streamlit's secrets; {} where there is no such file."""
    import streamlit as st
    from streamlit.errors import StreamlitAPIException

    try:
        return dict(st.secrets.get("auth", {}))
    except (StreamlitAPIException, FileNotFoundError):
        return {}


_lock = threading.Lock()
_kept: dict[str, tuple[float, dict[str, Any]]] = {}


def _fetch(address: str, again: bool = False) -> dict[str, Any]:
    """A JSON document of the provider's, kept for an hour."""
    with _lock:
        at, document = _kept.get(address, (0.0, {}))
    if document and not again and time.monotonic() - at < KEPT_SECONDS:
        return document
    document = _json("GET", address)
    with _lock:
        _kept[address] = (time.monotonic(), document)
    return document


def _json(method: str, address: str, **more: Any) -> dict[str, Any]:
    import requests

    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise ProviderError(f"{address}: the provider's addresses must begin with https://")
    try:
        answer = requests.request(method, address, timeout=PATIENCE, allow_redirects=False, **more)
        document = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise ProviderError(f"{address}: no answer that can be read ({type(error).__name__})") from None
    if answer.status_code != 200 or not isinstance(document, dict):
        raise ProviderError(f"{address}: answered {answer.status_code}")
    return document


def _metadata(provider: Configured) -> dict[str, Any]:
    document = _fetch(provider.metadata)
    if missing := [
        k for k in ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri") if not document.get(k)
    ]:
        raise ProviderError(f"{provider.metadata}: says nothing of {', '.join(missing)}")
    return document


def authorize_address(provider: Configured, back: str, state: str, nonce: str, verifier: str) -> str:
    """Where the browser is sent to sign in. Raises ProviderError."""
    challenge = urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code", "client_id": provider.client, "redirect_uri": back, "scope": SCOPE, "state": state,
        "nonce": nonce, "code_challenge": challenge, "code_challenge_method": "S256", "prompt": "select_account",
    }  # fmt: skip
    address = str(_metadata(provider)["authorization_endpoint"])
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"


def told(provider: Configured, back: str, code: str, nonce: str, verifier: str) -> Told:
    """Who has signed in, for the code that the browser brought back. Raises ProviderError."""
    document = _metadata(provider)
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": verifier}
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    more: dict[str, Any] = {"auth": (provider.client, provider.secret)}
    if "client_secret_basic" not in methods:
        more, sent = {}, {**sent, "client_id": provider.client, "client_secret": provider.secret}
    token = _json("POST", str(document["token_endpoint"]), data=sent, **more).get("id_token")
    if not isinstance(token, str):
        raise ProviderError("the provider gave no id_token")
    claims = _claims(token, document, provider.client, nonce)
    vouched = claims.get("email_verified") in (True, "true") and isinstance(claims.get("email"), str)
    return Told(str(claims["iss"]), str(claims["sub"]), str(claims["email"]) if vouched else "")


def _claims(token: str, document: dict[str, Any], client: str, nonce: str) -> dict[str, Any]:
    """What an id_token says, once its signature, issuer, audience, time and nonce are right."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    address = str(document["jwks_uri"])
    wanted = jwt.JWTClaimsRegistry(
        leeway=LEEWAY,
        iss={"essential": True, "value": document["issuer"]},
        aud={"essential": True, "value": client},
        nonce={"essential": True, "value": nonce},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    for again in (False, True):  # a provider changes its keys now and then
        try:
            claims = jwt.decode(token, KeySet.import_key_set(_fetch(address, again)), algorithms=ALGORITHMS).claims  # type: ignore[arg-type]
            break
        except (JoseError, ValueError, KeyError, TypeError) as error:
            if again:
                raise ProviderError(f"the id_token is not signed by the provider ({type(error).__name__})") from None
    try:
        wanted.validate(claims)
    except JoseError as error:
        raise ProviderError(f"the id_token is not for this sign-in ({error})") from None
    if claims.get("azp", client) != client:
        raise ProviderError("the id_token was made for another program (azp)")
    return dict(claims)
