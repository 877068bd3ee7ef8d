"""The collector keeps out of the way of page turns, and catches up once nobody waits."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import weakref
from collections.abc import Iterator

import pytest

from tests.support.browser import ROOT
from views import collector
from views.collector import IDLE, MOST, NEVER, YOUNG, Collector, Noticed


class Knot:
    """Garbage that only the collector finds."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture
def as_it_was() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*threshold)


@pytest.mark.parametrize(
    ("asked", "done", "now", "due"),
    [
        (10.0, 5.0, 10.0 + IDLE, True),  # nobody has asked for a while
        (10.0, 5.0, 10.0 + IDLE / 2, False),  # somebody may still wait
        (5.0, 10.0, 1000.0, False),  # nothing was asked since the last one
        (5.0 + MOST, 5.0, 5.0 + MOST, True),  # unbroken work for too long
        (4.0 + MOST, 5.0, 4.0 + MOST, False),
    ],
)
def test_when_a_full_collection_is_due(asked: float, done: float, now: float, due: bool) -> None:
    assert Collector(asked, done).due(now) == due


def test_it_frees_what_counting_does_not_and_only_then() -> None:
    one = Collector(asked=10.0, done=0.0)
    knot = Knot()
    left = weakref.ref(knot)
    gc.disable()
    try:
        del knot
        assert one.collect(10.0) == 0
        assert left() is not None
        assert one.collect(10.0 + IDLE) > 0
        assert left() is None
        assert one.done == 10.0 + IDLE
        assert one.collect(20.0) == 0
    finally:
        gc.enable()


def test_from_its_beginning_on_nothing_else_collects_everything(as_it_was: None) -> None:
    Collector().begin()
    assert gc.get_threshold() == (YOUNG, 10, NEVER)
    assert gc.get_freeze_count() > 10_000
    assert gc.isenabled()


@pytest.mark.parametrize(("kind", "counts"), [("http", True), ("websocket", True), ("lifespan", False)])
def test_each_request_and_each_message_is_noticed(kind: str, counts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Collector(asked=0.0, done=0.0)
    monkeypatch.setattr(collector, "COLLECTOR", one)
    seen = []

    async def app(scope: object, receive: object, send: object) -> None:
        seen.append(one.asked)
        one.asked = 0.0
        await receive()  # type: ignore[operator]
        seen.append(one.asked)

    async def receive() -> dict[str, str]:
        return {"type": "a message"}

    async def send(message: object) -> None: ...

    asyncio.run(Noticed(app)({"type": kind}, receive, send))  # type: ignore[arg-type]
    assert [moment > 0 for moment in seen] == [counts, counts]


def test_the_app_starts_with_full_collections_left_to_the_clock() -> None:
    """In a process of its own, as uvicorn starts it: what the benchmark of page turns lives on."""
    script = """
import asyncio, gc
import app, streamlit.config as settings
async def started():
    async with app.lifespan(app.app):
        print(settings.get_option("runner.postScriptGC"), gc.get_threshold(), gc.get_freeze_count() > 100_000)
        print(settings.get_option("server.fileWatcherType"), settings.get_option("browser.gatherUsageStats"))
asyncio.run(started())
"""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == [f"False ({YOUNG}, 10, {NEVER}) True", "none False"], done.stderr[-2000:]
