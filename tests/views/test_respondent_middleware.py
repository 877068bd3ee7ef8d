"""Headers and compressed files, asked for without any server."""

from __future__ import annotations

import asyncio
import base64
import gzip
import hashlib
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from survey.errors import StoreError
from survey.store import open_store
from survey.store.erase import Whom
from tests.survey.store_support import TEXT, go_through
from views.database import forget_in_time, store
from views.doors import Doors
from views.middleware import (
    STATIC,
    CompressedFiles,
    SecurityHeaders,
    answer,
    content_security_policy,
    index_for,
    index_page,
    lighter,
)
from views.plain import guard
from views.plain.keys import cookie_key
from views.plain.survey import REFUSED
from views.respondent.turn import Turn


async def behind(scope: Scope, receive: Receive, send: Send) -> None:
    await answer(send, b"from behind", [(b"content-type", b"text/plain"), (b"referrer-policy", b"no-referrer")])


def ask(
    app: ASGIApp, path: str, *, scheme: str = "http", query: bytes = b"", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of a GET."""
    sent: list[Any] = []
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "scheme": scheme, "headers": named, "query_string": query}

    async def receive() -> Any:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(app(scope, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, sent[1]["body"]


def test_every_answer_carries_the_headers_and_keeps_its_own() -> None:
    status, headers, body = ask(SecurityHeaders(behind), "/anything")
    assert (status, body) == (200, b"from behind")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert "strict-transport-security" not in headers


def test_https_is_asked_for_only_over_https() -> None:
    _, headers, _ = ask(SecurityHeaders(behind), "/", scheme="https")
    assert headers["strict-transport-security"].startswith("max-age=")


def test_the_meter_is_not_for_visitors() -> None:
    status, headers, body = ask(SecurityHeaders(Doors(behind)), "/_stcore/metrics")
    assert status == 404
    assert b"behind" not in body
    assert headers["x-content-type-options"] == "nosniff"


def test_files_are_taken_from_researchers_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOFOLD_DATABASE", f"sqlite:///{tmp_path / 'files.db'}")
    accounts = store().accounts
    code = accounts.setup_code()
    assert code is not None
    session = accounts.issue(accounts.create_owner(code, "Owner of tests", "a long pass phrase"))
    path = "/_stcore/upload_file/SESSION/FILE"
    name = guard.cookie_name(cookie_key(), "session")
    owner = f"{name}={guard.sign(cookie_key(), 'session', session)}"
    assert ask(SecurityHeaders(Doors(behind)), path)[0] == 404
    assert ask(SecurityHeaders(Doors(behind)), path, cookie=f"{name}={session}")[0] == 404
    assert ask(SecurityHeaders(Doors(behind)), path, cookie=owner)[0] == 200
    accounts.revoke(session)
    assert ask(SecurityHeaders(Doors(behind)), path, cookie=owner)[0] == 404
    store().close()


def test_the_policy_names_the_one_inline_script_by_its_hash() -> None:
    page = index_page()
    (script,) = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    policy = content_security_policy((STATIC / "index.html").read_text("utf-8"))
    assert f"'sha256-{digest}'" in policy
    assert "unsafe-eval" not in policy
    assert "<title>Twofold</title>" in page
    assert "<title>Streamlit</title>" not in page


@pytest.mark.parametrize(
    ("query", "path"),
    [
        (b"s=abc-_1&p=about", "/s/abc-_1"),
        (b"study=little", "/study/little"),
        (b"s=%22%3E%3Cscript%3E", "/s/%22%3E%3Cscript%3E"),
        (b"preview=little", None),
        (b"", None),
    ],
)
def test_who_has_no_javascript_is_sent_on_to_the_plain_pages(query: bytes, path: str | None) -> None:
    assert lighter(query) == path
    page = index_for(query)
    assert re.findall(r'http-equiv="refresh" content="0; url=([^"]*)"', page) == ([path] if path else [])
    assert page.count("<script>") == 1


def test_static_files_are_compressed_once_and_are_the_same_files() -> None:
    app = CompressedFiles(behind)
    file = max((STATIC / "static" / "css").glob("*.css"), key=lambda f: f.stat().st_size)
    path = f"/static/css/{file.name}"
    _, headers, body = ask(app, path, accept_encoding="gzip, br")
    assert headers["content-encoding"] == "gzip"
    assert "immutable" in headers["cache-control"]
    assert gzip.decompress(body) == file.read_bytes()
    assert ask(app, path, accept_encoding="gzip")[2] is body


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/css/../../../config.py", {"accept_encoding": "gzip"}),
        ("/static/../index.html", {"accept_encoding": "gzip"}),
        ("/static/css/none.css", {"accept_encoding": "gzip"}),
        ("/static/media/nothing.woff2", {"accept_encoding": "gzip"}),
        ("/_stcore/health", {"accept_encoding": "gzip"}),
        ("/", {}),
        ("/", {"accept_encoding": "gzip", "range": "bytes=0-1"}),
    ],
)
def test_everything_else_is_left_to_streamlit(path: str, headers: dict[str, str]) -> None:
    assert ask(CompressedFiles(behind), path, **headers)[2] == b"from behind"


def test_a_running_server_forgets_addresses_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWOFOLD_DATABASE", f"sqlite:///{tmp_path / 'tidy.db'}")
    calls: list[int] = []

    def forget() -> int:
        calls.append(1)
        if len(calls) == 1:
            raise StoreError("the database is locked")
        return 0

    opened, url = store(), f"sqlite:///{tmp_path / 'tidy.db'}"
    monkeypatch.setattr(opened.paradata, "forget_addresses", forget)
    opened.studies.create("small", TEXT)
    opened.studies.set_status("small", "live")
    session = go_through(opened, opened.respond.begin("small", "someone"))
    reader = sqlite3.connect(tmp_path / "tidy.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM submission").fetchone()
    elsewhere = open_store(url)  # another process, such as the terminal
    assert not elsewhere.erasures.erase("small", Whom("response", session.response_id), wait=0).finished
    elsewhere.close()
    reader.close()
    kept = REFUSED.keep(Turn(session, "rest"), {"remark": ("planted-words-7",)})
    assert REFUSED.find(kept, session.response_id, "rest") is not None

    async def run() -> None:
        task = asyncio.create_task(forget_in_time(0.01))
        while len(calls) < 3:
            await asyncio.sleep(0.01)
        task.cancel()

    asyncio.run(asyncio.wait_for(run(), 20))
    assert len(calls) >= 3
    assert opened.erasures.unfinished() == []
    assert REFUSED.find(kept, session.response_id, "rest") is None
    opened.close()
