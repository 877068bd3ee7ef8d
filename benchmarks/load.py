"""A thousand respondents at twenty seconds a page, in each renderer: how long a page turn takes, and nothing lost.

Everything runs on this machine, respondents and server, on SQLite and, where a server of it is installed, on
PostgreSQL. Respondents come spread over RAMP seconds; then SECONDS are measured (the first argument, if given; the
second is the number of respondents). Ends with 1 where an answer is lost or doubled, or where the 95th percentile is
over BOUND on a machine that was otherwise idle. From the project's folder: PYTHONPATH=. python benchmarks/load.py
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from survey.store import Store, open_store
from tests.support import postgres
from tests.support.browser import Server
from tests.support.load import SLUG, Crowd, Reckoning, leave, questionnaire, reckon

RESPONDENTS = 1_000
PAUSE = (18.0, 22.0)
RAMP, SECONDS = 45.0, 90.0
BOUND = 0.250
OTHERS = 0.35
"""Processors that other programs may use for a percentile to be judged."""
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spell:
    """What was seen in the measured time: seconds of page turns, the server's processor time for one in ms, processor
    shares, and memory of the server in MB."""

    times: list[float]
    each: float
    server: float
    clients: float
    others: float
    memory: float

    def percentile(self, share: float) -> float:
        return sorted(self.times)[min(len(self.times) - 1, int(share * len(self.times)))]


def processor(process: int | str) -> float:
    """Processor seconds that a process has used so far."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def machine() -> float:
    """Processor seconds that everything on this machine has used so far."""
    user, nice, system, _, _, irq, softirq, *_ = map(
        int, Path("/proc/stat").read_text("ascii").split("\n")[0].split()[1:]
    )
    return (user + nice + system + irq + softirq) / TICKS


def memory(process: int) -> float:
    """Resident memory in MB."""
    lines = Path(f"/proc/{process}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


async def spell(server: Server, store: Store, at_once: dict[str, int], seconds: float) -> tuple[Spell, Crowd]:
    """Everybody comes, answers for a while, and leaves."""
    crowd = Crowd(store, server.port, at_once, PAUSE)
    tasks = crowd.start(over=RAMP)
    await asyncio.sleep(RAMP + PAUSE[1])
    process = server.process.pid if server.process is not None else 0
    before, began = (processor(process), processor("self"), machine()), time.monotonic()
    await asyncio.sleep(seconds)
    after, ended = (processor(process), processor("self"), machine()), time.monotonic()
    held = memory(process)
    await leave(tasks)
    own, clients, all_ = ((b - a) / (ended - began) for a, b in zip(before, after, strict=True))
    times = [took for at, took in crowd.times if began <= at <= ended]
    each = 1000 * (after[0] - before[0]) / max(1, len(times))
    return Spell(times, each, own, clients, max(0.0, all_ - own - clients), held), crowd


@contextlib.contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A new database of each kind that can be had here."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        urls = {"SQLite": f"sqlite:///{folder}/load.db"}
        if (why := postgres.missing()) is None:
            made = stack.enter_context(postgres.cluster("max_connections=300"))
            urls["PostgreSQL"] = postgres.Databases(made.url("postgres")).bare()
        else:
            print(why)
        yield urls


def run(kind: str, url: str, renderer: str, seconds: float, count: int) -> bool:
    """One renderer on one database; whether all is as promised."""
    os.environ.setdefault("TWOFOLD_KEY", "k" * 44)
    store = open_store(url)
    store.studies.create(SLUG, questionnaire(40))
    store.studies.set_status(SLUG, "live")
    server = Server(url, extra={"TWOFOLD_KEY": os.environ["TWOFOLD_KEY"]}).start()
    try:
        seen, crowd = asyncio.run(spell(server, store, {renderer: count}, seconds))
    finally:
        server.stop()
    found = reckon(store, crowd.everybody)
    store.close()
    return told(kind, renderer, seen, found)


def told(kind: str, renderer: str, seen: Spell, found: Reckoning) -> bool:
    """Print what was seen; whether all is as promised."""
    p50, p95, p99 = (1000 * seen.percentile(share) for share in (0.5, 0.95, 0.99))
    print(
        f"{kind}, {renderer}: {len(seen.times)} page turns, p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms; the "
        f"server used {seen.each:.1f} ms of processor time each, {seen.server:.2f} of a core and {seen.memory:.0f} MB, "
        f"the respondents {seen.clients:.2f}, "
        f"other programs {seen.others:.2f}. {found.acknowledged} pages acknowledged, {found.lines} kept, "
        f"{len(found.faults)} lost, doubled or altered."
    )
    for fault in found.faults[:10]:
        print(f"BROKEN: {fault}")
    slow = p95 > 1000 * BOUND
    if slow and seen.others > OTHERS:
        print(f"p95 is over {1000 * BOUND:.0f} ms, and not judged: other programs were at work")
    return not found.faults and not (slow and seen.others <= OTHERS)


def main() -> int:
    """Each renderer on each database."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 4 * RESPONDENTS:  # the server inherits it: a socket each
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(4 * RESPONDENTS, hard), hard))
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    count = int(sys.argv[2]) if len(sys.argv) > 2 else RESPONDENTS
    good = True
    for renderer in ("streamlit", "html"):
        with databases() as urls:
            for kind, url in urls.items():
                good = run(kind, url, renderer, seconds, count) and good
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
