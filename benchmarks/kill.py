"""SIGKILL while respondents answer in both renderers: to the server twenty times, then to PostgreSQL five times.

Then the database is reckoned with. Every page that was acknowledged must be there once, with its answers; one that was
not, wholly, once, or not at all. Respondents come back by themselves and send the page again under the same UUID.
Ends with 1 where a promise is broken. From the project's folder: PYTHONPATH=. python benchmarks/kill.py
"""

from __future__ import annotations

import asyncio
import base64
import secrets
import sys
import tempfile
import time
from pathlib import Path

from survey.store import open_store
from tests.support import postgres
from tests.support.browser import Server
from tests.support.load import SLUG, killed, questionnaire, reckon

KILLS, DATABASE_KILLS = 20, 5
AT_ONCE = {"streamlit": 12, "html": 12}


def main() -> int:
    """Kill, reckon, print."""
    with tempfile.TemporaryDirectory() as folder:
        right = run("the server", f"sqlite:///{folder}/load.db", Path(folder), KILLS)
        reason = postgres.missing()
        if reason is not None or postgres.binaries() is None:
            print(f"PostgreSQL was not killed: {reason or 'the one that is named is not ours'}")
        else:
            with postgres.cluster() as cluster:
                url = cluster.network_url("postgres")
                right &= run("PostgreSQL", url, Path(folder), DATABASE_KILLS, cluster)
    return 0 if right else 1


def run(whom: str, url: str, folder: Path, kills: int, victim: postgres.Cluster | None = None) -> bool:
    """One load with kills; whether every promise was kept."""
    key = secrets.token_bytes(32)
    store = open_store(url, key=key)
    store.studies.create(SLUG, questionnaire(8))
    store.studies.set_status(SLUG, "live")
    extra = {"TWOFOLD_KEY": base64.urlsafe_b64encode(key).decode()}
    server = Server(url, extra=extra, log=folder / "log").start()
    began = time.monotonic()
    try:
        crowd = asyncio.run(killed(server, store, kills, AT_ONCE, victim))
    finally:
        server.stop()
    seconds = time.monotonic() - began
    if victim is not None:
        victim.start()
    found = reckon(store, crowd.everybody)
    store.close()
    again = sum(one.again for one in crowd.everybody)
    print(
        f"{whom} was killed {kills} times in {seconds:.0f} s, {len(crowd.everybody)} respondents of both renderers: "
        f"{found.acknowledged} pages acknowledged, {again} sent again; {found.unacknowledged} never acknowledged, of "
        f"which {found.kept_of_these} are kept wholly; {found.lines} pages in the database"
    )
    for fault in found.faults:
        print(f"BROKEN: {fault}")
    # A database that goes is waited for by the server, so that respondents need not send again.
    return not found.faults and bool(again or victim)


if __name__ == "__main__":
    sys.exit(main())
