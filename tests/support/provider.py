"""An OpenID provider on loopback, for tests: discovery, authorize, token with a signed id_token, and its keys."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "twofold-under-test", "a-secret-of-the-tests"


@dataclass
class Provider:
    """Who is signed in there, and what it does wrong. claims: put over those of the id_token; None takes one away."""

    port: int = 0
    subject: str = "subject-1"
    email: str = "ann@university.example"
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    signer: RSAKey | None = None
    asked: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}, private=True)
        self.codes: dict[str, dict[str, str]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What the app is given to know it."""
        return {
            "TWOFOLD_OIDC_METADATA": f"{self.url}/.well-known/openid-configuration",
            "TWOFOLD_OIDC_CLIENT": CLIENT,
            "TWOFOLD_OIDC_SECRET": SECRET,
            "TWOFOLD_OIDC_NAME": "the University",
        }

    def metadata(self) -> dict[str, Any]:
        paths = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
        return {"issuer": self.url, **{name: self.url + path for name, path in paths.items()}}

    def authorize(self, query: dict[str, str]) -> str:
        """Where the browser goes back to, with a code."""
        assert query["client_id"] == CLIENT
        assert query["response_type"] == "code"
        assert "openid" in query["scope"].split()
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        return f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """A code, once, for an id_token."""
        wanted = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        query = self.codes.pop(form.get("code", ""), None)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        right = (
            query is not None and query["code_challenge"] == base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()
        )
        if query is None or not right or authorization != wanted or form["redirect_uri"] != query["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT, "sub": self.subject, "iat": now, "exp": now + 300,
                  "nonce": query["nonce"], "email": self.email, "email_verified": True, **self.claims}  # fmt: skip
        claims = {name: value for name, value in claims.items() if value is not None}
        made = jwt.encode({"alg": "RS256", "kid": "one", **self.header}, claims, self.signer or self.key)
        return 200, {"access_token": "unused", "token_type": "Bearer", "id_token": made}


@contextmanager
def provider() -> Iterator[Provider]:
    """A provider that answers until the block is left."""
    made = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            made.asked.append(parts.path)
            if parts.path == "/authorize":
                self.send_response(302)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                self.send_header("Location", made.authorize(query))
                self.end_headers()
            elif parts.path == "/jwks":
                self._json(200, {"keys": [made.key.as_dict(private=False)]})
            else:
                self._json(200, made.metadata())

        def do_POST(self) -> None:
            made.asked.append(self.path)
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._json(*made.token(form, self.headers.get("Authorization", "")))

        def _json(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is printed."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
