"""SIGKILL to the server, twenty times, while respondents answer in both renderers; then the database is reckoned with.

Every page that was acknowledged must be there once, with its answers; one that was not, wholly, once, or not at all.
Respondents come back by themselves and send the page again under the same UUID. Ends with 1 where a promise is broken.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from survey.store import open_store  # noqa: E402
from tests.support.browser import Server  # noqa: E402
from tests.support.load import SLUG, killed, questionnaire, reckon  # noqa: E402

KILLS = 20
AT_ONCE = {"streamlit": 12, "html": 12}


def main() -> int:
    """Kill, reckon, print."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/load.db"
        store = open_store(url)
        store.studies.create(SLUG, questionnaire(8))
        store.studies.set_status(SLUG, "live")
        server = Server(url, log=Path(folder) / "log").start()
        began = time.monotonic()
        try:
            crowd = asyncio.run(killed(server, store, KILLS, AT_ONCE))
        finally:
            server.stop()
        found = reckon(store, crowd.everybody)
        store.close()
    again = sum(one.again for one in crowd.everybody)
    print(
        f"{KILLS} kills in {time.monotonic() - began:.0f} s, {len(crowd.everybody)} respondents of both renderers: "
        f"{found.acknowledged} pages acknowledged, {again} sent again; {found.unacknowledged} never acknowledged, of "
        f"which {found.kept_of_these} are kept wholly; {found.lines} pages in the database"
    )
    for fault in found.faults:
        print(f"BROKEN: {fault}")
    return 1 if found.faults or not again else 0


if __name__ == "__main__":
    sys.exit(main())
