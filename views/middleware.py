"""What every HTTP answer passes through: security headers, and Streamlit's own files compressed once and kept."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import re
from functools import cache
from html import escape
from pathlib import Path
from urllib.parse import parse_qs, quote

import streamlit
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from views.theme import MARK

STATIC = Path(streamlit.__file__).parent / "static"
COMPRESSIBLE = {
    ".js": b"text/javascript; charset=utf-8",
    ".css": b"text/css; charset=utf-8",
    ".json": b"application/json",
    ".svg": b"image/svg+xml",
}
Headers = list[tuple[bytes, bytes]]


def content_security_policy(index: str) -> str:
    """The policy that Streamlit's page runs under without ``unsafe-eval``: its one inline script is allowed by hash."""
    inline = re.findall(r"<script>(.*?)</script>", index, flags=re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'" for s in inline)
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {hashes} blob:",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


@cache
def index_page() -> str:
    """Streamlit's page with our name, our mark, and a word for those whose browser runs no JavaScript."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    mark = "data:image/svg+xml;base64," + base64.b64encode(MARK.encode()).decode()
    page = page.replace("<title>Streamlit</title>", "<title>Twofold</title>")
    page = page.replace('<link rel="shortcut icon" href="./favicon.png" />', f'<link rel="icon" href="{mark}" />')
    page = re.sub(r'<link rel="service-desc"[^>]*>', '<meta name="robots" content="noindex" />', page)
    return re.sub(
        r"<noscript>.*?</noscript>",
        "<noscript>This page needs JavaScript. Please switch it on, or open the link in another browser.</noscript>",
        page,
        flags=re.DOTALL,
    )


def lighter(query: bytes) -> str | None:
    """The path of the same survey in plain HTML, for the query of a respondent's link; None for any other query."""
    asked = parse_qs(query.decode("ascii", "replace"))
    kind = next((key for key in ("s", "study") if asked.get(key)), None)
    return f"/{kind}/{quote(asked[kind][0], safe='')}" if kind else None


def index_for(query: bytes) -> str:
    """Streamlit's page, which sends a respondent whose browser runs no JavaScript on to the plain one."""
    path = lighter(query)
    if path is None:
        return index_page()
    onward = f'<noscript><meta http-equiv="refresh" content="0; url={escape(path)}" /></noscript></head>'
    return index_page().replace("</head>", onward, 1)


class SecurityHeaders:
    """Pure ASGI: adds the headers to every answer."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        policy = content_security_policy((STATIC / "index.html").read_text(encoding="utf-8"))
        self.headers: Headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"x-frame-options", b"DENY"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        ]
        # An author sees a preview in a frame, beside the text of the questionnaire; nobody else may frame anything.
        own = {
            b"content-security-policy": policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'").encode(),
            b"x-frame-options": b"SAMEORIGIN",
        }
        self.framed: Headers = [(name, own.get(name, value)) for name, value in self.headers]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = list(self.framed if previewed(scope) else self.headers)
        if scope.get("scheme") == "https":
            headers.append((b"strict-transport-security", b"max-age=31536000"))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message.get("headers", [])}
                extra = [pair for pair in headers if pair[0] not in present]
                message = {**message, "headers": [*message.get("headers", []), *extra]}
            await send(message)

        await self.app(scope, receive, send_with_headers)


def previewed(scope: Scope) -> bool:
    """Whether a request is for the page of a preview."""
    return scope["path"] == "/" and "preview" in parse_qs(scope.get("query_string", b"").decode("ascii", "replace"))


class CompressedFiles:
    """Pure ASGI: Streamlit's static text files, gzipped at first use and kept (1.1 MB on the wire, not 2.7)."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.kept: dict[str, tuple[bytes, Headers]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if scope["type"] != "http" or scope["method"] != "GET" or not _accepts_gzip(scope):
            await self.app(scope, receive, send)
            return
        if path == "/" and lighter(scope.get("query_string", b"")):
            body, headers = _index(index_for(scope["query_string"]))
            await answer(send, body, headers)
            return
        if path not in self.kept:
            if path != "/" and not path.startswith("/static/"):
                await self.app(scope, receive, send)  # not to ask a thread about every page of a survey
                return
            made = await asyncio.to_thread(_compressed, path)
            if made is None:
                await self.app(scope, receive, send)
                return
            self.kept[path] = made
        body, headers = self.kept[path]
        await answer(send, body, headers)


def _accepts_gzip(scope: Scope) -> bool:
    wanted = {name: value for name, value in scope["headers"] if name in (b"accept-encoding", b"range")}
    return b"gzip" in wanted.get(b"accept-encoding", b"") and b"range" not in wanted


def _compressed(path: str) -> tuple[bytes, Headers] | None:
    """The gzipped body and headers of one of Streamlit's own files, or None if the path is not one that we keep."""
    if path == "/":
        return _index(index_page())
    file = (STATIC / path.lstrip("/")).resolve()
    inside = path.startswith("/static/") and file.is_relative_to(STATIC / "static") and file.is_file()
    if not inside or file.suffix not in COMPRESSIBLE:
        return None
    return _pack(file.read_bytes(), COMPRESSIBLE[file.suffix], b"public, immutable, max-age=31536000")


def _index(page: str) -> tuple[bytes, Headers]:
    return _pack(page.encode(), b"text/html; charset=utf-8", b"no-cache")


def _pack(body: bytes, kind: bytes, caching: bytes) -> tuple[bytes, Headers]:
    return gzip.compress(body, 9, mtime=0), [
        (b"content-type", kind),
        (b"content-encoding", b"gzip"),
        (b"vary", b"Accept-Encoding"),
        (b"cache-control", caching),
    ]


async def answer(send: Send, body: bytes, headers: Headers, status: int = 200) -> None:
    """Send one whole HTTP answer."""
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
