"""Python's cyclic collector, kept out of page turns: young objects as they come, the rest when nobody is waiting.

A full collection looks at every object there is: with a thousand respondents it holds everybody up for a third of a
second. Streamlit's sessions do leave cycles behind, so it cannot be left out: it runs once nothing has been asked of
the server for a moment, and at the latest after ``MOST`` seconds of unbroken work.
"""

from __future__ import annotations

import asyncio
import gc
import time
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

YOUNG = 20_000
"""New objects after which the youngest are looked through: some milliseconds, and most of them are gone by then."""
IDLE = 1.0
"""Seconds without a request after which nobody is taken to be waiting."""
EVERY = 0.5
"""Seconds between two looks at the clock."""
MOST = 300.0
"""Seconds of unbroken work after which a full collection runs all the same: so much may pile up, and no more."""
NEVER = 1_000_000_000


@dataclass
class Collector:
    """When to collect what. asked: the moment of the last request; done: that of the last full collection."""

    asked: float = field(default_factory=time.monotonic)
    done: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        """Freeze what is there, which lives as long as the process, and leave full collections to ``run``."""
        gc.collect()
        gc.freeze()
        gc.set_threshold(YOUNG, 10, NEVER)

    def due(self, now: float) -> bool:
        """Whether a full collection is to run now: something was asked since the last one, and nobody waits, or the
        work has gone on for too long."""
        if self.asked <= self.done:
            return False
        return now - self.asked >= IDLE or now - self.done >= MOST

    def collect(self, now: float) -> int:
        """A full collection, if one is due; how many objects it freed."""
        if not self.due(now):
            return 0
        self.done = now
        return gc.collect()

    async def run(self) -> None:
        """While the server runs."""
        while True:
            await asyncio.sleep(EVERY)
            self.collect(time.monotonic())


COLLECTOR = Collector()


class Noticed:
    """Pure ASGI: notes the moment of each request and of each message on a websocket."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return

        async def noticed() -> Message:
            message = await receive()
            COLLECTOR.asked = time.monotonic()
            return message

        COLLECTOR.asked = time.monotonic()
        await self.app(scope, noticed, send)
