"""Many respondents at once, in both renderers, who note what was acknowledged; and a reckoning of it with the database.

Each comes by a personal link, speaks Streamlit's protocol over a websocket or posts forms, and answers pages at a pace.
Where the server is gone they wait, come back, and send the same page again, as a browser does.
"""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import json
import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import websockets
from sqlalchemy import select
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

from survey.store import Store, schema
from survey.store.sessions import response_of
from tests.support.browser import Server
from tests.support.postgres import Cluster

SLUG = "load"
ITEMS = 10
LEVELS = "12345"
PATIENCE = 60.0
"""Seconds that a respondent waits for an answer of the server."""
GONE = (OSError, asyncio.IncompleteReadError, asyncio.TimeoutError, websockets.WebSocketException, EOFError)
"""What a client meets where the server is not there, or goes away in the middle."""

Renderer = str
"""'streamlit' or 'html'."""


def questionnaire(pages: int) -> str:
    """Consent, then pages of ten five-point items."""
    items = {f"q{p}_{i}": {"text": f"Item q{p}_{i}", "format": "five"} for p in range(pages) for i in range(ITEMS)}
    shown: list[dict[str, object]] = [{"id": "consent", "type": "consent", "text": "A load.", "required": True}]
    shown += [
        {"id": f"page{p}", "items": [f"q{p}_{i}" for i in range(ITEMS)], "layout": "matrix"} for p in range(pages)
    ]
    return json.dumps(
        {
            "format": "twofold/1",
            "id": "load",
            "version": "1.0.0",
            "formats": {"five": {"type": "likert", "from": 1, "labels": list(LEVELS)}},
            "items": items,
            "scales": {},
            "pages": shown,
        }
    )


@dataclass
class Sent:
    """A page that was sent: its answers, and whether the respondent was told that it is kept."""

    page: str
    answers: dict[str, str]
    acknowledged: bool = False


@dataclass
class Respondent:
    """One person: whose invitation it is, what they sent, and their half of the conversation."""

    invitation: UUID
    token: str
    port: int
    sent: list[Sent] = field(default_factory=list)
    again: int = 0
    """How many pages were sent again because no answer came."""
    failed: int = 0
    """How often no answer came."""

    async def open(self) -> None:
        """See the first open page."""
        raise NotImplementedError

    async def turn(self) -> bool:
        """Answer the page that is shown and press Next; False where none is left."""
        raise NotImplementedError

    async def close(self) -> None:
        """Leave."""

    async def patiently(self, work: Callable[[], Any], until: float) -> Any:
        """Do it, again and again while the server is gone."""
        while True:
            try:
                return await asyncio.wait_for(work(), PATIENCE)
            except GONE:
                self.failed += 1
                if time.monotonic() > until:
                    raise
                await self.close()
                await asyncio.sleep(random.uniform(0.2, 0.6))

    async def step(self, until: float) -> bool:
        """One page, whatever happens to the server meanwhile; False where none is left."""
        before = self.failed
        went_on = bool(await self.patiently(self.turn, until))
        self.again += self.failed > before
        return went_on


def picks(names: list[str]) -> dict[str, str]:
    """Random answers to the items of a page, and yes to consent."""
    return {name: "yes" if name == "consent" else random.choice(LEVELS) for name in names}


@dataclass
class StreamlitRespondent(Respondent):
    """A browser with JavaScript: a websocket, and the survey component."""

    socket: Any = None
    query: str = ""
    hash: str = ""
    shown: Any = None
    pending: tuple[WidgetState, Sent] | None = None

    async def open(self) -> None:
        if self.socket is None:
            self.query = self.query or f"s={self.token}"
            address = f"ws://127.0.0.1:{self.port}/_stcore/stream"
            self.socket = await websockets.connect(
                address, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None, ping_interval=None
            )
            await self._run([])

    async def close(self) -> None:
        if self.socket is not None:
            with contextlib.suppress(*GONE):
                await asyncio.wait_for(self.socket.close(), 1)
        self.socket = None

    async def turn(self) -> bool:
        await self.open()
        if self.pending is None:
            view = self._view()
            if not view.get("next"):
                return False
            answers = picks([item["id"] for block in view["blocks"] for item in block["items"]])
            page = str(view["page"])
            press = {"id": f"{random.getrandbits(64)}", "action": "next", "page": page, "sequence": view["sequence"]}
            value = {"event": "sent", "value": {**press, "answers": answers, "elapsed": 1000}}
            key = f"$$STREAMLIT_INTERNAL_KEY_{self.shown.id}__events"
            self.pending = (WidgetState(id=key, json_trigger_value=json.dumps([value])), Sent(page, answers))
            self.sent.append(self.pending[1])
        state, sent = self.pending
        await self._run([state])
        if self._view().get("page") == sent.page:
            raise ConnectionError("the page was shown again")  # not saved: send it again
        sent.acknowledged = True
        self.pending = None
        return True

    def _view(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.shown.mixed.json or self.shown.json)
        return found

    async def _run(self, states: list[WidgetState]) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.hash
        message.rerun_script.widget_states.widgets.extend(states)
        await self.socket.send(message.SerializeToString())
        query, shown = self.query, None
        while True:
            forward = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), PATIENCE))
            kind = forward.WhichOneof("type")
            if kind == "page_info_changed":
                query = forward.page_info_changed.query_string
            elif kind == "navigation":
                self.hash = forward.navigation.page_script_hash
            elif kind == "delta" and forward.delta.WhichOneof("type") == "new_element":
                element = forward.delta.new_element
                shown = element.bidi_component if element.HasField("bidi_component") else shown
            elif kind == "script_finished":
                break
        if shown is None:
            raise ConnectionError("nothing was drawn")
        self.query, self.shown = query, type(shown).FromString(shown.SerializeToString())


_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_RADIO = re.compile(r'<input type="radio"[^>]* name="([^"]+)" value="([^"]+)"')
_ACTION = re.compile(r'<form [^>]*action="([^"]+)"')


@dataclass
class PlainRespondent(Respondent):
    """A browser without JavaScript: forms on one kept connection."""

    html: str = ""
    pending: tuple[str, str, Sent] | None = None
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        if not self.html:
            await self._see(f"/s/{self.token}")

    async def close(self) -> None:
        if self.writer is not None:
            self.writer.close()
        self.reader = self.writer = None

    async def turn(self) -> bool:
        await self.open()
        if self.pending is None:
            if 'data-press="next"' not in self.html:
                return False
            hidden = {name: unescape(value) for name, value in _HIDDEN.findall(self.html)}
            names = list(dict.fromkeys(name for name, _ in _RADIO.findall(self.html)))
            of = {name: name.removeprefix("a.") for name in names}
            answers = picks(list(of.values()))
            fields = {**hidden, "_action": "next", **{name: answers[item] for name, item in of.items()}}
            sent = Sent(hidden["_page"], answers)
            self.pending = (unescape(_ACTION.findall(self.html)[0]), urlencode(fields), sent)
            self.sent.append(sent)
        action, body, sent = self.pending
        status, to, _ = await self._ask("POST", action, body)
        if status != 303 or to is None:
            raise ConnectionError(f"answered with {status}")
        sent.acknowledged = True
        self.pending, self.html = None, ""
        await self._see(to)
        return True

    async def _see(self, path: str) -> None:
        to: str | None = path
        while to is not None:
            status, to, body = await self._ask("GET", to)
        if status != 200:
            raise ConnectionError(f"answered with {status}")
        self.html = body.decode()

    async def _ask(self, method: str, path: str, body: str = "") -> tuple[int, str | None, bytes]:
        head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n"
        if method == "POST":
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        for fresh in (self.reader is None, True):
            if self.reader is None or self.writer is None:
                self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=2**20)
            try:
                self.writer.write(f"{head}\r\n{body}".encode())
                first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                break
            except (asyncio.IncompleteReadError, ConnectionError):
                await self.close()  # a kept connection is closed by the server after a while
                if fresh:
                    raise
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        content = await self.reader.readexactly(int(headers.get("content-length", "0")))
        if headers.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return int(first.split()[1]), headers.get("location"), content


def people(store: Store, port: int, count: int, renderer: Renderer) -> list[Respondent]:
    """So many respondents with a personal link each."""
    kind = StreamlitRespondent if renderer == "streamlit" else PlainRespondent
    return [kind(invitation.id, token, port) for invitation, token in store.invitations.create(SLUG, count)]


@dataclass(frozen=True)
class Reckoning:
    """What the database holds of what was sent. faults: each that contradicts the promise, in words."""

    acknowledged: int
    unacknowledged: int
    kept_of_these: int
    lines: int
    faults: tuple[str, ...]


def reckon(store: Store, everybody: list[Respondent]) -> Reckoning:
    """Every acknowledged page is there once, with its answers; any other wholly, once, or not at all; and no more."""
    log, found = schema.submission.c, defaultdict(list)
    rows = store.database.read(lambda c: c.execute(select(log.response_id, log.page, log.answers)).all())
    for row in rows:
        answers = {name: str(value) for name, value in json.loads(row.answers).items() if "." not in name}
        found[row.response_id, row.page].append(answers)
    faults: list[str] = []
    acknowledged = unacknowledged = kept = 0
    for one in everybody:
        response = response_of(one.invitation, "live")
        for page, times in Counter(sent.page for sent in one.sent).items():
            if times > 1:
                faults.append(f"{response}: {page} was asked for {times} times")
        for sent in one.sent:
            there = found.pop((response, sent.page), [])
            acknowledged += sent.acknowledged
            unacknowledged += not sent.acknowledged
            kept += not sent.acknowledged and bool(there)
            if len(there) > 1:
                faults.append(f"{response}: {sent.page} is there {len(there)} times")
            elif sent.acknowledged and not there:
                faults.append(f"{response}: {sent.page} was acknowledged and is not there")
            elif there and there[0] != sent.answers:
                faults.append(f"{response}: {sent.page} is not what was sent")
    faults += [f"{response}: {page} was never sent" for response, page in found]
    return Reckoning(acknowledged, unacknowledged, kept, len(rows), tuple(faults))


@dataclass
class Crowd:
    """Respondents at work: so many of each renderer at a time, a new one for each who finishes.

    pause: seconds between a page and the next, from and to. times: seconds that each page turn took, with the moment
    at which it ended.
    """

    store: Store
    port: int
    at_once: dict[Renderer, int]
    pause: tuple[float, float] = (0.0, 0.2)
    everybody: list[Respondent] = field(default_factory=list)
    times: list[tuple[float, float]] = field(default_factory=list)
    patience: float = 120.0

    def start(self, over: float = 0.0) -> list[asyncio.Task[None]]:
        """Let them come, spread ``over`` some seconds."""
        made = []
        for renderer, count in self.at_once.items():
            made += [
                asyncio.create_task(self._one(renderer, one, over * place / count))
                for place, one in enumerate(people(self.store, self.port, count, renderer))
            ]
        return made

    async def _one(self, renderer: Renderer, one: Respondent, wait: float) -> None:
        await asyncio.sleep(wait)
        while True:
            self.everybody.append(one)
            await one.patiently(one.open, time.monotonic() + self.patience)
            while True:
                await asyncio.sleep(random.uniform(*self.pause))
                began = time.monotonic()
                if not await one.step(began + self.patience):
                    break
                self.times.append((time.monotonic(), time.monotonic() - began))
            await one.close()
            (one,) = await asyncio.to_thread(people, self.store, self.port, 1, renderer)


async def leave(tasks: list[asyncio.Task[None]]) -> None:
    """Everybody goes where they stand. Raises what went wrong for any of them before that."""
    ended = [task for task in tasks if task.done()]
    going = [task for task in tasks if not task.done()]
    while going:
        for task in going:
            task.cancel()
        # Before Python 3.12 wait_for loses a cancellation that comes just as its work is done: so ask again.
        await asyncio.wait(going, timeout=1)
        going = [task for task in going if not task.done()]
    for task in ended:
        if (fault := task.exception()) is not None:
            raise fault


async def killed(
    server: Server, store: Store, kills: int, at_once: dict[Renderer, int], victim: Server | Cluster | None = None
) -> Crowd:
    """A crowd that goes on while the server is killed again and again; the last time it stays away.

    victim: what is killed in its place, such as the database's server.
    """
    target = victim or server
    crowd = Crowd(store, server.port, at_once)
    tasks = crowd.start(over=0.5)
    for number in range(1, kills + 1):
        enough = len(crowd.times) + 2 * sum(at_once.values())
        while len(crowd.times) < enough and not any(task.done() for task in tasks):
            await asyncio.sleep(0.05)
        await asyncio.sleep(random.uniform(0.0, 0.5))
        await asyncio.to_thread(target.kill)
        if number < kills:
            await asyncio.to_thread(target.start)
    await leave(tasks)
    return crowd
