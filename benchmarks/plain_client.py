"""For page_turns.py: a browser without JavaScript, as small as can be, on one kept connection."""

from __future__ import annotations

import asyncio
import gzip
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_RADIO = re.compile(r'<input type="radio"[^>]* name="([^"]+)" value="([^"]+)"')
_ACTION = re.compile(r'<form [^>]*action="([^"]+)"')


@dataclass
class PlainClient:
    """One respondent: the page they see, and the bytes that came for it."""

    port: int
    path: str
    page: str = ""
    received: int = 0
    cookie: str = ""
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """Ask for the page, going where redirects lead."""
        await self._follow(*await self._ask("GET", self.path))

    async def turn(self) -> bool:
        """Answer the page that is shown and press Next; False where none is left."""
        if 'data-press="next"' not in self.page:
            return False
        fields = dict(_HIDDEN.findall(self.page)) | {"_action": "next"}
        for name, value in _RADIO.findall(self.page):
            if value in ("4", "yes"):
                fields[name] = value
        action = unescape(_ACTION.findall(self.page)[0])
        body = urlencode({name: unescape(value) for name, value in fields.items()})
        await self._follow(*await self._ask("POST", action, body))
        return True

    async def _follow(self, to: str | None, body: bytes) -> None:
        while to is not None:
            self.path = to
            to, body = await self._ask("GET", to)
        self.page = body.decode()

    async def _ask(self, method: str, path: str, body: str = "") -> tuple[str | None, bytes]:
        """Where a redirect leads, or None, and the body."""
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{self.cookie}"
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        reader, answer = await self._exchange(f"{head}\r\n{body}".encode())
        headers: dict[str, str] = {}
        for line in answer.decode("latin-1").split("\r\n")[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        content = await reader.readexactly(int(headers.get("content-length", "0")))
        self.received += len(answer) + len(content)
        if "set-cookie" in headers:
            self.cookie = f"Cookie: {headers['set-cookie'].split(';')[0]}\r\n"
        if headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return headers.get("location"), content

    async def _exchange(self, request: bytes) -> tuple[asyncio.StreamReader, bytes]:
        """Send, and read the head of the answer; the server closes a connection that waited for its turn too long."""
        while True:
            fresh = self.reader is None
            if self.reader is None or self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
            try:
                self.writer.write(request)
                return self.reader, await self.reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                self.writer.close()
                self.reader = self.writer = None
                if fresh:
                    raise


if __name__ == "__main__":
    print("a part of page_turns.py: nothing to measure by itself")
