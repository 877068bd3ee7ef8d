"""The server is killed while respondents answer, and nothing acknowledged is lost; ``benchmarks/kill.py`` at length."""

from __future__ import annotations

import asyncio
from pathlib import Path

from survey.store import open_store
from tests.support.browser import Server
from tests.support.load import SLUG, killed, questionnaire, reckon


def test_three_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/load.db"
    store = open_store(url)
    store.studies.create(SLUG, questionnaire(4))
    store.studies.set_status(SLUG, "live")
    server = Server(url, log=tmp_path / "log").start()
    try:
        crowd = asyncio.run(killed(server, store, 3, {"streamlit": 6, "html": 6}))
    finally:
        server.stop()
    found = reckon(store, crowd.everybody)
    store.close()
    assert found.faults == ()
    assert found.acknowledged >= 3 * 2 * 12
    assert sum(one.again for one in crowd.everybody) > 0
    assert found.lines == found.acknowledged + found.kept_of_these
    renderers = {type(one).__name__ for one in crowd.everybody if any(sent.acknowledged for sent in one.sent)}
    assert renderers == {"StreamlitRespondent", "PlainRespondent"}
