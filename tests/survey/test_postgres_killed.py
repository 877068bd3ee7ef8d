"""PostgreSQL is killed again and again while pages come in: what was acknowledged is there, once and wholly."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import select

from survey.answers import from_json
from survey.errors import StoreError
from survey.store import Store, open_store, schema
from tests.support import postgres
from tests.survey.conftest import KEY
from tests.survey.store_support import ANSWERS, TEXT, send

KILLS = 5
WRITERS = 4
PAGES = list(ANSWERS)


@pytest.fixture(scope="module")
def cluster() -> Iterator[postgres.Cluster]:
    """A server with the settings that it comes with: those of the other tests would let a crash lose what was saved."""
    reason = postgres.missing()
    if reason is not None:
        pytest.skip(reason)
    if postgres.binaries() is None:
        pytest.skip("no PostgreSQL: the one that is named is not ours to kill")
    with postgres.cluster() as made:
        yield made


class Writers:
    """Respondents who answer page after page, and remember what they were told."""

    def __init__(self, url: str) -> None:
        self.stores: list[Store] = [open_store(url, key=KEY) for _ in range(2)]
        self.acknowledged: dict[tuple[UUID, str], int] = {}
        self.refused: set[tuple[UUID, str]] = set()
        self.stop = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(number,)) for number in range(WRITERS)]
        self._lock = threading.Lock()
        self.failures: list[BaseException] = []

    def _write(self, number: int) -> None:
        store = self.stores[number % len(self.stores)]
        try:
            for turn in itertools.count():
                session = store.respond.begin("small", f"{number} {turn}")
                for page in PAGES:
                    if self.stop.is_set():
                        return
                    key = (session.response_id, page)
                    try:
                        session = send(store, session, page).session
                    except StoreError:
                        self.refused.add(key)
                        break
                    with self._lock:
                        self.acknowledged[key] = self.acknowledged.get(key, 0) + 1
        except BaseException as error:  # whatever it is, it fails the test
            self.failures.append(error)

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        self.stop.set()
        for thread in self._threads:
            thread.join(60)
        for store in self.stores:
            store.close()

    def wait_for(self, more: int) -> None:
        """Until so many pages more were acknowledged, however busy the machine is."""
        wanted, until = len(self.acknowledged) + more, time.monotonic() + 60
        while len(self.acknowledged) < wanted:
            assert time.monotonic() < until, "nothing is acknowledged any more"
            assert not self.failures
            time.sleep(0.01)


def test_postgresql_is_killed_five_times_under_load(cluster: postgres.Cluster) -> None:
    url = cluster.network_url("postgres")
    first = open_store(url, key=KEY)
    first.studies.create("small", TEXT)
    first.studies.set_status("small", "live")
    writers = Writers(url)
    writers.start()
    try:
        for _ in range(KILLS):
            writers.wait_for(60)
            cluster.kill()
            cluster.start()
        writers.wait_for(60)
    finally:
        writers.end()
    assert writers.failures == []
    log = schema.submission.c
    kept = first.database.read(lambda c: c.execute(select(log.response_id, log.page, log.answers)).all())
    first.close()
    keys = [(row.response_id, row.page) for row in kept]
    assert len(keys) == len(set(keys)), "no page is there twice"
    assert set(writers.acknowledged) <= set(keys), "what was acknowledged is there"
    assert set(writers.acknowledged.values()) == {1}
    assert len(writers.acknowledged) >= 60 * (KILLS + 1)
    # What was not acknowledged is there wholly or not at all; the server was waited for, so that nothing was refused.
    assert set(keys) - set(writers.acknowledged) <= writers.refused
    assert writers.refused == set()
    for row in kept:
        asked = {name for name in ANSWERS[row.page] if not name.startswith("consent")}
        assert asked <= set(from_json(row.answers)), row.page
