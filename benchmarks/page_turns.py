"""Page turns a second of the respondents' pages, both renderers, against Streamlit as it comes, printed as ratios.

Each server runs as its own process on this machine, on the same store, and asks the same: consent, then eight pages of
ten five-point items, one transaction a page into SQLite (WAL, ``synchronous=FULL``). The rival is what a newcomer to
Streamlit writes: radios in a form, saved when the button is pressed, all settings as they come. Clients speak
Streamlit's protocol over websockets, or post forms, and do not wait between pages, so the number is the server's. Bytes
are those that come for one page turn, after the first page has loaded. It ends by itself:
RESPONDENTS complete the survey, and no server may take longer than PATIENCE.

It fails (exit 1) where a ratio slips: what keeps the app quick (no collection after each run, objects of the start
frozen, no file watcher, imports before the first respondent) is easily undone by a setting or an import.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import websockets
from plain_client import PlainClient
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

ROOT = Path(__file__).resolve().parent.parent
PAGES, ITEMS = 8, 10
RESPONDENTS = {"full version": 60, "lighter version": 60, "streamlit": 6}
"""Enough for a steady number in some seconds each: the rates are per page turn, so the counts need not be equal."""
AT_ONCE = 6
PATIENCE = 120.0
FLOOR = 7.0
"""Times as many page turns a second as Streamlit as it comes, by the clock, which a busy machine disturbs."""
DEAREST = 0.12
"""The share of Streamlit's processor time that a page turn may take, which a busy machine hardly disturbs."""
SLOWEST_FIRST = 5.0
"""Times that the first respondent's slowest page turn may take as long as a usual one."""

RIVAL = """
import secrets
from datetime import UTC, datetime

import streamlit as st

from survey import flow
from survey.store import open_store

store = st.cache_resource(open_store)(DATABASE)
if "session" not in st.session_state:
    st.session_state.session = store.respond.begin("bench", secrets.token_urlsafe(16))
    st.session_state.page = "consent"
session, page = st.session_state.session, st.session_state.page
instrument = session.study.instrument


def save():
    names = flow.names_on(instrument, flow.find_page(instrument, page))
    answers = {name: st.session_state.get(name) for name in names}
    now = datetime.now(UTC)
    saved = store.respond.submit(session, page, answers, order=names, shown_at=now, sent_at=now)
    st.session_state.session = saved.session
    st.session_state.page = flow.next_page(instrument, saved.session.answers, saved.session.submitted, page)


if page is None:
    st.title("Thank you")
else:
    shown = flow.find_page(instrument, page)
    st.title(page)
    with st.form(page):
        if page == "consent":
            st.radio("Do you want to take part?", ["yes", "no"], index=None, key="consent")
        for item in shown.items:
            st.radio(instrument.items[item].text, [1, 2, 3, 4, 5], index=None, horizontal=True, key=item)
        st.form_submit_button("Next", on_click=save)
"""


def instrument() -> str:
    """The same survey as an instrument of ours."""
    items = {f"q{p}_{i}": {"text": f"Item q{p}_{i}", "format": "five"} for p in range(PAGES) for i in range(ITEMS)}
    pages: list[dict[str, object]] = [{"id": "consent", "type": "consent", "text": "A benchmark.", "required": True}]
    pages += [
        {"id": f"page{p}", "title": f"Page {p + 1}", "items": [f"q{p}_{i}" for i in range(ITEMS)], "layout": "matrix"}
        for p in range(PAGES)
    ]
    return json.dumps(
        {
            "format": "twofold/1",
            "id": "bench",
            "version": "1.0.0",
            "formats": {"five": {"type": "likert", "from": 1, "labels": ["1", "2", "3", "4", "5"]}},
            "items": items,
            "scales": {},
            "pages": pages,
        }
    )


@dataclass
class Client:
    """One browser's half of the conversation: it keeps what the server last drew, and answers it."""

    socket: Any
    query: str
    page: str = ""
    elements: list[Any] = field(default_factory=list)
    received: int = 0

    async def run(self, states: list[WidgetState]) -> None:
        """Ask for one run of the script, and read what it draws until it is finished."""
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.widget_states.widgets.extend(states)
        await self.socket.send(message.SerializeToString())
        self.elements = []
        while True:
            message_in = await asyncio.wait_for(self.socket.recv(), PATIENCE)
            self.received += len(message_in)
            forward = ForwardMsg.FromString(message_in)
            kind = forward.WhichOneof("type")
            if kind == "page_info_changed":
                self.query = forward.page_info_changed.query_string
            elif kind == "navigation":
                self.page = forward.navigation.page_script_hash
            elif kind == "new_session" and not self.page:
                self.page = forward.new_session.page_script_hash
            elif kind == "delta" and forward.delta.WhichOneof("type") == "new_element":
                self.elements.append(forward.delta.new_element)
            elif kind == "script_finished":
                return

    async def turn_ours(self) -> bool:
        """Answer the page that is shown and press Next; False where none is left."""
        (shown,) = [element.bidi_component for element in self.elements if element.HasField("bidi_component")]
        view = json.loads(shown.mixed.json or shown.json)
        if not view.get("next"):
            return False
        items = [item for block in view["blocks"] for item in block["items"]]
        answers = {item["id"]: "4" if item["type"] == "likert" else "yes" for item in items}
        press = {"id": f"{time.monotonic_ns()}", "action": "next", "page": view["page"], "sequence": view["sequence"]}
        value = {"event": "sent", "value": {**press, "answers": answers, "elapsed": 1}}
        state = WidgetState(id=f"$$STREAMLIT_INTERNAL_KEY_{shown.id}__events", json_trigger_value=json.dumps([value]))
        await self.run([state])
        return True

    async def turn_streamlit(self) -> bool:
        """The same for the rival."""
        radios = [element.radio for element in self.elements if element.HasField("radio")]
        buttons = [element.button for element in self.elements if element.HasField("button")]
        if not buttons:
            return False
        chosen = [radio.options[3] if len(radio.options) == 5 else "yes" for radio in radios]
        states = [WidgetState(id=radio.id, string_value=value) for radio, value in zip(radios, chosen, strict=True)]
        await self.run([*states, WidgetState(id=buttons[0].id, trigger_value=True)])
        return True


@dataclass(frozen=True)
class Speed:
    """Page turns a second, the server's processor time for one in ms (nan where the system does not tell), its kB; how
    many times longer the first respondent's slowest turn took than the second's usual one."""

    rate: float
    cpu: float
    size: float
    first: float


async def finish(name: str, client: Client | PlainClient) -> list[float]:
    """Turn pages until none is left; the seconds of each."""
    if isinstance(client, PlainClient):
        turn = client.turn
    else:
        turn = client.turn_streamlit if name == "streamlit" else client.turn_ours
    turns: list[float] = []
    while True:
        began = time.perf_counter()
        if not await turn():
            break
        turns.append(time.perf_counter() - began)
        if len(turns) > PAGES + 1:  # consent and the pages
            raise RuntimeError(f"{name}: more pages than there are")
    return turns


async def measure(name: str, port: int, query: str, process: int) -> Speed:
    """Speed of page turns alone: all respondents have opened the survey before the clock starts."""
    async with contextlib.AsyncExitStack() as stack:
        clients = [await opened(name, port, query, stack) for _ in range(RESPONDENTS[name] + 2)]
        # Warm: imports, first compilations; what these cost, the first respondent pays.
        first, usual = await finish(name, clients.pop()), await finish(name, clients.pop())
        gate = asyncio.Semaphore(AT_ONCE)

        for client in clients:
            client.received = 0

        async def one(client: Client | PlainClient) -> int:
            async with gate:
                return len(await finish(name, client))

        began, spent = time.perf_counter(), processor_seconds(process)
        turns = sum(await asyncio.wait_for(asyncio.gather(*map(one, clients)), PATIENCE))
        seconds, used = time.perf_counter() - began, processor_seconds(process) - spent
    size = sum(client.received for client in clients) / turns / 1000
    return Speed(turns / seconds, 1000 * used / turns, size, max(first) / statistics.median(usual))


async def opened(name: str, port: int, query: str, stack: contextlib.AsyncExitStack) -> Client | PlainClient:
    """A respondent who sees the first page."""
    if name == "lighter version":
        plain = PlainClient(port, "/study/bench")
        await plain.open()
        return plain
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    opening = websockets.connect(address, subprotocols=[websockets.Subprotocol("streamlit")], max_size=None)
    client = Client(await stack.enter_async_context(opening), query)
    await client.run([])
    return client


def processor_seconds(process: int) -> float:
    """Processor time that a process has used so far, all its threads together."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def server(command: list[str], port: int, folder: Path, environment: dict[str, str]) -> Iterator[int]:
    """The id of a server process that answers, and that is gone afterwards."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("STREAMLIT_", "TWOFOLD_"))}
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=folder, env={**inherited, **environment}, **quiet)  # type: ignore[call-overload]
    try:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and process.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=2).close()
                break
            time.sleep(0.2)
        else:
            raise RuntimeError(f"the server did not start: {' '.join(command)}")
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def run(name: str, folder: Path) -> Speed:
    """Speed of one of the servers, and a check that everything sent was saved."""
    from survey.store import open_store

    url = f"sqlite:///{folder / name}.db"
    store = open_store(url)
    store.studies.create("bench", instrument())
    store.studies.set_status("bench", "live")
    port = free_port()
    if name != "streamlit":
        command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "warning"]
        place, environment, query = ROOT, {"TWOFOLD_DATABASE": url}, "study=bench"
    else:
        (folder / "rival.py").write_text(f"DATABASE = {url!r}\n{RIVAL}", encoding="utf-8")
        command = [sys.executable, "-m", "streamlit", "run", "rival.py", "--server.port", str(port)]
        place, environment, query = folder, {"STREAMLIT_SERVER_HEADLESS": "true", "PYTHONPATH": str(ROOT)}, ""
    with server(command, port, place, environment) as process:
        speed = asyncio.run(measure(name, port, query, process))
    completed = store.results.counts("bench").completed
    store.close()
    if completed != RESPONDENTS[name] + 2:
        raise RuntimeError(f"{name}: {completed} responses are complete, not {RESPONDENTS[name] + 2}")
    return speed


def main() -> int:
    """Measure all, one after the other, print the ratios, and say where one has slipped."""
    with tempfile.TemporaryDirectory() as folder:
        speeds = {name: run(name, Path(folder)) for name in RESPONDENTS}
    slow = speeds["streamlit"]
    for name, speed in speeds.items():
        told = "Streamlit as it comes" if name == "streamlit" else name
        each = f"{speed.cpu:.1f} ms of processor time and {speed.size:.1f} kB each"
        print(f"{told}: {speed.rate:.1f} page turns a second, {each}")
    slipped = []
    for name in ("full version", "lighter version"):
        fast = speeds[name]
        print(
            f"{name}: {fast.rate / slow.rate:.1f} times as many page turns a second (at least {FLOOR:g}), "
            f"{fast.cpu / slow.cpu:.3f} of the processor time (at most {DEAREST:g}), "
            f"{fast.size / slow.size:.2f} of the bytes; the first respondent's slowest turn took {fast.first:.1f} "
            f"times a usual one (at most {SLOWEST_FIRST:g})"
        )
        good = (fast.rate / slow.rate >= FLOOR, not fast.cpu / slow.cpu > DEAREST, fast.first <= SLOWEST_FIRST)
        slipped += [name] if not all(good) else []
    for name in slipped:
        print(f"SLIPPED: {name}", file=sys.stderr)
    return 1 if slipped else 0


if __name__ == "__main__":
    sys.exit(main())
