"""Two workers on one PostgreSQL behind the nginx that ships: respondents carry on when the worker they have dies."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from survey.store import Store, open_store
from tests.support.browser import Server, answer_page, page_id, press_next, settled
from tests.support.postgres import Databases
from tests.support.proxy import Proxy, find_nginx, proxy
from tests.survey.store_support import TEXT

pytestmark = pytest.mark.browser
LOGGED = {"at", "method", "path", "status", "bytes", "seconds", "worker"}
ANSWERS: dict[str, str | float] = {
    "consent": "yes",
    "age": 40,
    "employed": "no",
    "a1": "1",
    "a2": "2",
    "a3": "3",
    "a4": "4",
    "att1": "4",
}


@dataclass
class Farm:
    """Everything that an operator would have on one machine."""

    store: Store
    workers: list[Server]
    proxy: Proxy

    def worker_of(self, path: str) -> Server:
        """The worker that answered the last request for a path."""
        last = next(line for line in reversed(self.proxy.log()) if line["path"] == path)
        port = int(str(last["worker"]).rsplit(":", 1)[1])
        return next(worker for worker in self.workers if worker.port == port)


@pytest.fixture(scope="module")
def farm(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    if find_nginx() is None:
        pytest.skip("no nginx (Debian: apt-get install nginx)")
    folder: Path = tmp_path_factory.mktemp("farm")
    key = os.urandom(32)
    url = databases.new()
    store = open_store(url, key=key)
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "live")
    extra = {"TWOFOLD_TRUST_PROXY": "1", "TWOFOLD_KEY": urlsafe_b64encode(key).decode()}
    workers = [Server(url, extra=extra, log=folder / f"worker{i}.log") for i in range(2)]
    try:
        for worker in workers:
            worker.start()
        with proxy(folder, workers) as running:
            yield Farm(store, workers, running)
    finally:
        for worker in workers:
            worker.stop()
        store.close()
        databases.drop(url)


@pytest.fixture
def pages(chromium: Browser) -> Iterator[tuple[Page, Page]]:
    """Two people's browsers."""
    contexts = [chromium.new_context(ignore_https_errors=True) for _ in range(2)]
    first, second = (context.new_page() for context in contexts)
    yield first, second
    for context in contexts:
        context.close()


def go_on(page: Page, until: str) -> None:
    """Answer and press Next, until a page."""
    for _ in range(8):
        before = page_id(page)
        if before == until:
            return
        answer_page(page, ANSWERS)
        press_next(page)
        # Where the worker has just changed, the page may be drawn once more before the press has come through.
        page.wait_for_function("(before) => document.querySelector('.tf')?.dataset.page !== before", arg=before)
        settled(page)
    raise AssertionError(f"{until} never came")


def shelf_of(page: Page) -> Any:
    """The cookie that says which worker a browser is sent to."""
    [shelf] = [cookie for cookie in page.context.cookies() if cookie["name"] == "twofold_shelf"]
    return shelf


def test_a_browser_stays_with_its_worker(farm: Farm, pages: tuple[Page, Page]) -> None:
    page, _ = pages
    for _ in range(3):
        page.goto(f"{farm.proxy.url}/study/small")
    lines = [line for line in farm.proxy.log() if line["path"] == "/study"]
    assert len(lines) >= 3
    assert len({line["worker"] for line in lines}) == 1
    shelf = shelf_of(page)
    assert (len(shelf["value"]), shelf["secure"], shelf["httpOnly"], shelf["sameSite"]) == (2, True, True, "Lax")
    workers = set()
    for number in range(0, 256, 32):
        page.context.add_cookies([shelf | {"value": f"{number:02x}"}])
        page.goto(f"{farm.proxy.url}/study/small")
        workers.add(farm.proxy.log()[-1]["worker"])
    assert len(workers) == 2


def test_respondents_go_on_when_their_worker_dies(farm: Farm, pages: tuple[Page, Page]) -> None:
    full, plain = pages
    (_, one), (_, other) = farm.store.invitations.create("small", 2)
    full.goto(f"{farm.proxy.url}/?s={one}")
    plain.context.add_cookies([shelf_of(full)])
    plain.goto(f"{farm.proxy.url}/s/{other}")
    for page in pages:
        settled(page)
        go_on(page, "support")
    theirs = farm.worker_of("/s")
    assert theirs is farm.worker_of("/")
    theirs.kill()
    # A page without a connection shows it, and one that has found the other worker goes on.
    full.wait_for_function(
        "() => document.querySelector('[data-testid=stApp]').dataset.testConnectionState !== 'CONNECTED'"
    )
    for page in (plain, full):
        settled(page)
        go_on(page, "people.g1")
    for token in (one, other):
        session = farm.store.respond.enter(token)
        assert session is not None
        assert {name: session.answers[name] for name in ("age", "employed", "a4")} == {
            "age": 40,
            "employed": "no",
            "a4": 4,
        }
        assert session.sequence == 3  # each page once
    assert farm.worker_of("/s") is not theirs
    theirs.start()


def test_what_the_proxy_tells_and_does_not_tell(farm: Farm, pages: tuple[Page, Page]) -> None:
    ((_, token),) = farm.store.invitations.create("small", 1)
    for path in (f"/?s={token}", f"/s/{token}", f"/nonsense/{token}"):
        farm.proxy.get(path)
    status, _, headers = farm.proxy.get(f"/s/{token}", base=f"http://127.0.0.1:{farm.proxy.plain_port}")
    assert (status, headers["Location"].split("/", 3)[3]) == (301, f"s/{token}")
    status, body, headers = farm.proxy.get("/auth/login")
    assert status == 200
    assert "secure connection" not in body
    assert headers["strict-transport-security"]
    assert headers["x-frame-options"] == "DENY"
    assert farm.proxy.get("/_stcore/metrics")[0] == 404
    pages[0].goto(f"{farm.proxy.url}/?s={token}")
    settled(pages[0])
    for worker in farm.workers:
        worker.kill()
    status, body, headers = farm.proxy.get(f"/s/{token}")
    assert (status, headers["Retry-After"]) == (503, "5")
    assert "Your answers so far are kept" in body
    for file in ("twofold.log", "twofold.error.log", "main.log"):
        assert token not in (farm.proxy.folder / file).read_text("utf-8"), file
    assert {"/", "/s", "/nonsense", "/auth", "/_stcore"} <= {line["path"] for line in farm.proxy.log()}
    assert all(set(line) == LOGGED for line in farm.proxy.log())
