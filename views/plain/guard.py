"""What protects the sign-in pages: signed cookies, tokens against forged forms, limits on guessing, HTTPS."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, urlsplit

from itsdangerous import BadSignature, Signer
from starlette.requests import Request
from starlette.responses import Response

LOCAL_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})
LARGEST_FORM = 16_384
"""Bytes; far above the longest honest sign-in form, far below what could fill the memory."""


class TooLargeError(ValueError):
    """A posted form was larger than any honest one."""


def signer(key: bytes, purpose: str) -> Signer:
    """A signer for one purpose, so that a value signed for one cookie is worth nothing in another."""
    return Signer(key, salt=f"twofold.{purpose}", digest_method=hashlib.sha256)


def cookie_name(key: bytes, purpose: str) -> str:
    """What the cookie for a purpose is called, on this database alone.

    Cookies know no ports: under one name, two servers on one host would sign each other's people out.
    """
    return f"twofold_{purpose}_{hmac.new(key, b'cookie name', hashlib.sha256).hexdigest()[:8]}"


def cookie(key: bytes, purpose: str, cookies: Mapping[str, str]) -> str | None:
    """The value of our cookie for a purpose, where the signature on it is ours."""
    return unsign(key, purpose, cookies.get(cookie_name(key, purpose)))


def sign(key: bytes, purpose: str, value: str) -> str:
    """The value with its signature, as a cookie carries it."""
    return signer(key, purpose).sign(value).decode()


def unsign(key: bytes, purpose: str, signed: str | None) -> str | None:
    """The value that was signed, or None when it was not signed by us."""
    if not signed:
        return None
    try:
        return signer(key, purpose).unsign(signed).decode()
    except (BadSignature, UnicodeDecodeError):
        return None


def form_token(key: bytes, form_cookie: str, session: str) -> str:
    """The hidden field that a form must send back: bound to the form's cookie and to the session it is used in."""
    return hmac.new(key, f"form\0{form_cookie}\0{session}".encode(), hashlib.sha256).hexdigest()


def new_form_cookie(key: bytes) -> str:
    """A fresh signed random value for the cookie that accompanies forms."""
    return sign(key, "form", secrets.token_urlsafe(24))


def same_token(given: str, expected: str) -> bool:
    """Compare without telling by the time it takes how much of the token was right."""
    return hmac.compare_digest(given.encode(), expected.encode())


def local_path(wanted: str | None) -> str:
    """``wanted`` where it is a path of this site, else '/': a sign-in link must not send people elsewhere."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/auth/")):
        return "/"
    if "\\" in wanted or any(ord(c) < 33 or ord(c) == 127 for c in wanted):
        return "/"
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else "/"


def behind_trusted_proxy() -> bool:
    """Whether the operator has said that a proxy of theirs sets X-Forwarded-Proto (``TWOFOLD_TRUST_PROXY=1``)."""
    return os.environ.get("TWOFOLD_TRUST_PROXY", "").strip().lower() in {"1", "true", "yes"}


def foreign(request: Request) -> bool:
    """Whether another site's page sends this: browsers say so themselves, and cannot be made to lie by a page.

    A client that says nothing of where it comes from is no browser of the last years, or no browser: it carries no
    cookie that it was not given.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != request.headers.get("host", request.url.netloc)


def is_https(request: Request) -> bool:
    """Whether the browser reached us over HTTPS; a proxy's word counts only where the operator trusts it."""
    claimed = request.headers.get("x-forwarded-proto")
    if claimed is None:
        return request.url.scheme == "https"
    # uvicorn may already have written the claim into the scheme, so an untrusted claim makes the scheme worthless.
    return behind_trusted_proxy() and claimed.split(",")[-1].strip().lower() == "https"


def may_sign_in(request: Request) -> bool:
    """Signing in needs HTTPS, except on the machine itself with no proxy in between."""
    if is_https(request):
        return True
    forwarded = any(
        h in request.headers for h in ("x-forwarded-for", "x-forwarded-proto", "x-forwarded-host", "forwarded")
    )
    return not forwarded and (request.url.hostname or "") in LOCAL_NAMES


def address(request: Request) -> str:
    """Where the request comes from, for counting attempts."""
    if behind_trusted_proxy() and (forwarded := request.headers.get("x-forwarded-for")):
        return forwarded.split(",")[-1].strip()
    return request.client.host if request.client else "unknown"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a posted form; a body too large to be honest raises ``TooLargeError`` before it is read whole."""
    body = bytearray()
    async for chunk in request.stream():
        body.extend(chunk)
        if len(body) > LARGEST_FORM:
            raise TooLargeError
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True))


def set_cookie(response: Response, request: Request, name: str, value: str, max_age: int | None = None) -> None:
    """Set a cookie that scripts cannot read, other sites cannot send along with a form, and HTTPS keeps to HTTPS."""
    response.set_cookie(name, value, max_age=max_age, path="/", httponly=True, samesite="lax", secure=is_https(request))


class Attempts:
    """Failed attempts per key within a sliding window, in memory; a restart forgives."""

    def __init__(self, limit: int, window: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self.window, self.clock = limit, window, clock
        self._failures: dict[str, list[float]] = {}

    def wait(self, key: str) -> int:
        """Seconds until another attempt is allowed; 0 when it is allowed now."""
        recent = self._recent(key)
        if len(recent) < self.limit:
            return 0
        return max(1, int(recent[-self.limit] + self.window - self.clock()) + 1)

    def failed(self, key: str) -> None:
        """Count one failure."""
        if len(self._failures) > 10_000:  # a flood of made-up names must not fill the memory
            for old in [k for k in self._failures if not self._recent(k)]:
                self._failures.pop(old, None)
        self._failures[key] = [*self._recent(key), self.clock()][-self.limit :]

    def clear(self, key: str) -> None:
        """Forget the failures of a key, after a success."""
        self._failures.pop(key, None)

    def _recent(self, key: str) -> list[float]:
        now = self.clock()
        return [t for t in self._failures.get(key, []) if now - t < self.window]
