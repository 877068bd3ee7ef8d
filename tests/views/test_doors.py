"""Each role at each route of the real server, each page and part, and each command: served or refused, as the table has
it; forms of other sites; the headers; and how many may come."""

from __future__ import annotations

import asyncio
import http.client
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

import app
from survey.access import EVERYBODY, PAGES, PARTS, ROUTES, Door, door
from survey.store import Store, open_store
from tests.support.browser import Server
from tests.support.terminal import twofold
from tests.views.researcher_support import fill, open_page, people, temporary_store
from views import limits
from views.doors import Doors
from views.limits import Budget, network_of
from views.plain import guard

TOKEN = "operators-own-token-for-numbers"
CHANGING = ("POST", "PUT", "PATCH", "DELETE")


@dataclass
class Running:
    """The app as a process, with a signed-in person of each role and a personal link."""

    server: Server
    store: Store
    cookies: dict[str, str]
    link: str

    def ask(self, method: str, path: str, role: str = "", **headers: str) -> tuple[int, dict[str, str], str]:
        """Status, headers and text of an answer; a redirect is not followed."""
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        if role:
            told["Cookie"] = self.cookies[role]
        connection.request(method, path, body=b"" if method in CHANGING else None, headers=told)
        answer = connection.getresponse()
        body = answer.read().decode("utf-8", "replace")
        found = {name.lower(): value for name, value in answer.getheaders()}
        connection.close()
        return answer.status, found, body


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    url = f"sqlite:///{tmp_path_factory.mktemp('doors') / 'doors.db'}"
    store = open_store(url)
    fill(store)
    key = store.secret("cookies")
    name = guard.cookie_name(key, "session")
    cookies = {
        role: f"{name}={guard.sign(key, 'session', store.accounts.issue(user))}" for role, user in people(store).items()
    }
    ((_, link),) = store.invitations.create("demo", 1)
    server = Server(url, extra={"TWOFOLD_METRICS_TOKEN": TOKEN}).start()
    yield Running(server, store, cookies, link)
    server.stop()
    store.close()


def example(line: Door, link: str = "none") -> str:
    """A path of a route; those of files are looked up in the app itself."""
    if "HASH" in line.path:
        return next(one.path for one in app.app._build_starlette_app().routes if door(getattr(one, "path", "")) is line)
    path = line.path.replace("{s}", link).replace("{study}", "demo").replace("{preview}", "demo")
    return re.sub(r"\{\w+(:path)?\}", "none", path)


def methods(line: Door) -> list[str]:
    """What the app takes at a route, without what only asks for headers; a route may stand there several times."""
    found = set()
    for one in app.app._build_starlette_app().routes:
        if not isinstance(one, Mount) and door(re.sub(r"\{\w+(:path)?\}", "x", one.path)) is line:
            found |= set(getattr(one, "methods", None) or ())
    return sorted(found - {"HEAD", "OPTIONS"})


# --- role × route ---


def expected(line: Door, role: str) -> bool:
    """Whether the table lets this role in; '' is whoever is not signed in."""
    if line.who in ("anyone", "link"):
        return True
    if line.who == "signed in":
        return bool(role)
    return line.who in ("owner", "operator") and role == "owner"


@pytest.mark.parametrize("role", ["", *EVERYBODY])
@pytest.mark.parametrize("line", [one for one in ROUTES if one.path != "/_stcore/stream"], ids=lambda line: line.path)
def test_each_route_serves_whom_the_table_names(running: Running, line: Door, role: str) -> None:
    for method in methods(line):
        status, headers, body = running.ask(method, example(line, running.link), role)
        if line.path.startswith("/auth/"):
            assert status in (200, 303, 401, 403) or "/oidc/" in line.path, (method, status)
            if line.who == "signed in" and not role:
                assert status == 403 or headers["location"] == "/auth/login"
        elif expected(line, role):
            # A form without a token, or a file that is not there: refused by the route itself, not by its door.
            assert status in (200, 204, 303, 400, 403, 404, 405, 422), (method, status)
            assert body != "Not found" or "media" in line.path or "component" in line.path, (method, body)
        else:
            assert (status, body) == (404, "Not found"), method


def test_what_is_served_differs_by_role(running: Running) -> None:
    """Statuses that say it plainly, once each."""
    assert [running.ask("GET", "/preview/demo", role)[0] for role in ("", *EVERYBODY)] == [404, 303, 303, 303]
    assert [running.ask("GET", "/metrics", role)[0] for role in ("", *EVERYBODY)] == [404, 200, 404, 404]
    assert [running.ask("GET", "/auth/password", role)[0] for role in ("", *EVERYBODY)] == [303, 200, 200, 200]
    assert [running.ask("GET", "/_stcore/metrics", role)[0] for role in ("", *EVERYBODY)] == [404, 404, 404, 404]
    assert running.ask("GET", f"/s/{running.link}")[0] == 303
    assert running.ask("GET", "/s/made-up")[0] == 404


def test_health_tells_nothing_and_metrics_only_numbers(running: Running) -> None:
    status, _, body = running.ask("GET", "/health")
    assert (status, json.loads(body)) == (200, {"status": "ok"})
    assert running.ask("GET", "/metrics", Authorization="Bearer wrong-token-of-some-length")[0] == 404
    status, headers, body = running.ask("GET", "/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    assert headers["cache-control"] == "no-store"
    assert 'twofold_answers_total{route="/health",method="GET",status="2xx"}' in body
    assert re.search(r"^twofold_sessions 0$", body, re.M)
    assert re.search(r"^twofold_memory_bytes \d{8,}$", body, re.M)
    assert running.link not in body
    assert "demo" not in body


# --- forms of other sites ---

POSTS = [(line, method) for line in ROUTES for method in methods(line) if method in CHANGING]


def test_there_are_routes_that_change_something() -> None:
    assert len(POSTS) >= 12
    assert {line.path for line, _ in POSTS} >= {"/s/{s}", "/study/{study}", "/auth/login", "/auth/logout"}


@pytest.mark.parametrize(("line", "method"), POSTS, ids=lambda one: getattr(one, "path", one))
def test_a_form_of_another_site_is_refused(running: Running, line: Door, method: str) -> None:
    path = example(line, running.link)
    for told in (
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ):
        status, _, _ = running.ask(method, path, "owner", **told)
        assert status == (404 if line.who == "nobody" else 403), told


@pytest.mark.parametrize("line", [one for one, _ in POSTS if one.forged == "token"], ids=lambda line: line.path)
def test_a_form_without_our_token_is_refused_whatever_its_origin(running: Running, line: Door) -> None:
    before = len(running.store.accounts.logins())
    status, _, _ = running.ask("POST", example(line, running.link), "analyst", Sec_Fetch_Site="same-origin")
    assert status == 403
    assert len(running.store.accounts.logins()) == before


def test_a_websocket_of_another_site_is_refused(running: Running) -> None:
    """It would bring the researcher's cookie along."""
    asked = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec_WebSocket_Version": "13",
        "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    ours = running.server.url
    assert running.ask("GET", "/_stcore/stream", "owner", **asked, Origin="https://elsewhere.example")[0] == 403
    connection = http.client.HTTPConnection("127.0.0.1", running.server.port, timeout=20)
    told = {name.replace("_", "-"): value for name, value in asked.items()}
    connection.request("GET", "/_stcore/stream", headers={**told, "Origin": ours})
    assert connection.getresponse().status == 101
    connection.close()


# --- headers ---


@pytest.mark.parametrize("line", [*ROUTES, Door("/", "anyone"), Door("/made-up", "anyone")], ids=lambda line: line.path)
def test_every_answer_bears_the_headers(running: Running, line: Door) -> None:
    for method in methods(line) or ["GET"]:
        for role in ("", "owner"):
            _, headers, _ = running.ask(method, example(line, running.link), role)
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["referrer-policy"] in ("same-origin", "strict-origin", "no-referrer")
            policy = headers["content-security-policy"]
            framed = line.path.startswith("/preview") and role == "owner"
            assert f"frame-ancestors '{'self' if framed else 'none'}'" in policy
            assert headers["x-frame-options"] == ("SAMEORIGIN" if framed else "DENY")
            assert "unsafe-eval" not in policy
            assert "camera=()" in headers["permissions-policy"]


# --- role × page and part ---


@pytest.fixture(scope="module")
def patch() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as made:
        yield made


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, patch: pytest.MonkeyPatch) -> Iterator[tuple[Store, Any]]:
    for opened in temporary_store(tmp_path_factory.mktemp("pages"), patch):
        fill(opened)
        yield opened, people(opened)


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("path", PAGES)
def test_each_page_is_drawn_for_whom_the_table_names(
    filled: tuple[Store, Any], path: str, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(path, filled[1][role], monkeypatch, name="demo")
    refused = any("does not open this page" in error.value for error in page.error)
    assert refused == (role not in PAGES[path])
    if refused:
        assert not page.title
        assert not page.button


SIGNS = {
    "study.steps": "step_closed",
    "study.addresses": "Days to keep hashes (0: none are made)",
    "study.answers": "Look at the answers",
    "study.counts": "Completed",
    "study.plan": "Plan",
    "study.plan.change": "unlock",
    "study.launch": "assure_keep",
    "study.erase": "Keep these days",
    "study.erase.person": "Look them up",
    "study.protect": "Keep this protection",
    "study.waves": "waves_keep",
    "people.send": "Add people",
    "people.address": "Address of this server, for links",
    "study.links": "make_links",
    "study.edit": "Change the questionnaire",
    "account.people": "People",
    "studies.new": "new_study",
}
"""What shows that a part of a page is drawn: a key, a label or a heading."""


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("part", SIGNS)
def test_each_part_is_drawn_for_whom_the_table_names(
    filled: tuple[Store, Any], part: str, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(part.split(".")[0], filled[1][role], monkeypatch, name="demo")
    widgets = [str(getattr(one, field, "")) for one in page._tree for field in ("key", "label", "value")]
    links = [one.proto.label for one in page.get("page_link")]
    assert (SIGNS[part] in [*widgets, *links]) == (role in PARTS[part])


def test_every_part_has_its_sign() -> None:
    assert set(SIGNS) == set(PARTS)


CALLED = {
    "study.steps": "from views.researcher.steps import next_step as part",
    "study.addresses": "from views.researcher.participation import _address_days as part",
    "study.links": "from views.researcher.links import personal_links as part",
    "study.waves": "from views.researcher.waves import _form as part",
    "study.plan.change": "from views.researcher.planning import planning as part",
    "study.erase": "from views.researcher.erasing import _many as part",
    "study.erase.person": "from views.researcher.erasing import _person as part",
    "account.people": "from views.researcher.users import manage as part",
}


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("part", [part for part in CALLED if part != "study.plan.change"])
def test_a_part_that_is_called_all_the_same_is_refused(
    filled: tuple[Store, Any], part: str, role: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from streamlit.testing.v1 import AppTest

    everybody = filled[1]
    monkeypatch.setattr("views.session.current_user", lambda: everybody[role])

    def script(how: str, one: bool) -> None:
        from importlib import import_module

        from views.database import store
        from views.session import current_user

        module, name = how.removeprefix("from ").removesuffix(" as part").split(" import ")
        part = getattr(import_module(module), name)
        if name == "manage":
            part(current_user())
        elif one:
            part(store().studies.get("demo"))
        else:
            part(store().studies.get("demo"), "somebody")

    page = AppTest.from_function(script, default_timeout=60, args=(CALLED[part], part == "study.links")).run()
    refused = any("does not open this page" in error.value for error in page.error)
    assert refused == (role not in PARTS[part])


# --- command × what can be read ---


@pytest.fixture(scope="module")
def without_key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an analyst: the database, and not its key."""
    folder = tmp_path_factory.mktemp("analyst")
    opened = open_store(f"sqlite:///{folder / 'study.db'}", key=b"k" * 32)
    fill(opened)
    opened.invitations.create("demo", [("planted-name-7", {})])
    opened.close()
    return folder


def test_an_analyst_without_the_key_can_export(without_key: Path) -> None:
    url = f"sqlite:///{without_key / 'study.db'}"
    done = twofold("export", "demo", "--to", "csv", "--out", "out", "--database", url, cwd=without_key, TWOFOLD_KEY="")
    assert done.returncode == 0, done.stderr
    written = "".join(path.read_text("utf-8", "replace") for path in (without_key / "out").rglob("*") if path.is_file())
    assert "respondents" in " ".join(path.name for path in (without_key / "out").iterdir())
    assert "planted-name-7" not in written + done.stdout + done.stderr


@pytest.mark.parametrize("command", [("study", "list"), ("audit",)])
def test_what_needs_no_key_works_without(without_key: Path, command: tuple[str, ...]) -> None:
    done = twofold(*command, "--database", f"sqlite:///{without_key / 'study.db'}", cwd=without_key, TWOFOLD_KEY="")
    assert done.returncode == 0, done.stderr
    assert "planted-name-7" not in done.stdout


@pytest.mark.parametrize("command", [("study", "links", "demo", "-n", "1"), ("serve", "--port", "1")])
def test_contacts_and_links_stay_closed_without_the_key(without_key: Path, command: tuple[str, ...]) -> None:
    done = twofold(*command, "--database", f"sqlite:///{without_key / 'study.db'}", cwd=without_key, TWOFOLD_KEY="")
    assert done.returncode == 2
    assert "key" in done.stderr
    assert "/?s=" not in done.stdout
    assert "Traceback" not in done.stderr


def test_a_command_notes_who_is_at_the_terminal(without_key: Path) -> None:
    url = f"sqlite:///{without_key / 'study.db'}"
    twofold("export", "demo", "--to", "csv", "--out", "o2", "--database", url, cwd=without_key, TWOFOLD_KEY="",
            LOGNAME="field-worker")  # fmt: skip
    done = twofold("audit", "--what", "export answers", "--json", "--database", url, cwd=without_key, TWOFOLD_KEY="")
    lines = json.loads(done.stdout)
    assert lines[0]["who"] == "terminal: field-worker"
    assert (lines[0]["what"], lines[0]["of"], lines[0]["detail"]) == (
        "export answers",
        "demo",
        "what: csv, phase: live",
    )


# --- how many may come ---


class Clock:
    """A clock that a test sets."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_budget_is_spent_and_comes_back() -> None:
    clock = Clock()
    budget = Budget(3, 60, clock)
    assert [budget.spend("a") for _ in range(4)] == [0, 0, 0, 61]
    assert budget.wait("a") == 61
    assert budget.spend("b") == 0
    clock.now = 59.5
    assert budget.spend("a") == 1
    clock.now = 60
    assert (budget.wait("a"), budget.spend("a")) == (0, 0)


def test_a_flood_of_addresses_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "MOST_ADDRESSES", 10)
    budget = Budget(1, 60)
    for number in range(100):
        budget.spend(str(number))
    assert len(budget._spent) == 10


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.9", "192.0.2.9"),
        ("2001:db8::1", "2001:db8::/64"),
        ("2001:db8:0:0:ffff::1", "2001:db8::/64"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("no address", "unknown"),
    ],
)
def test_what_counts_as_one_address(address: str, network: str) -> None:
    assert network_of(address) == network


def test_the_limits_leave_room_for_a_lecture_hall() -> None:
    """Three hundred people at a page every 20 seconds, each with a mistyped link or two."""
    assert limits.PAGES_A_MINUTE >= 5 * 300 * 3
    assert limits.WRONG_LINKS >= 3 * 300


def little(status: int) -> TestClient:
    async def serve(request: Any) -> PlainTextResponse:
        return PlainTextResponse("from behind", status)

    routes = [Route("/s/{s}", serve, methods=["GET", "POST"])]
    return TestClient(Starlette(routes=routes, middleware=[Middleware(Doors)]), base_url="http://localhost")


def test_too_many_pages_from_one_address_are_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(2, 60)
    monkeypatch.setattr(limits, "sent_pages", lambda: budget)
    client = little(204)
    assert [client.post("/s/abc").status_code for _ in range(4)] == [204, 204, 429, 429]
    answer = client.post("/s/abc", headers={"Accept-Language": "fr"})
    assert "Merci de patienter" in answer.text
    assert 1 <= int(answer.headers["retry-after"]) <= 61
    assert client.get("/s/abc").status_code == 204


def test_a_proxys_word_for_the_address_counts_where_it_is_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(1, 60)
    monkeypatch.setattr(limits, "sent_pages", lambda: budget)
    client = little(204)

    def send(address: str) -> int:
        return client.post("/s/abc", headers={"X-Forwarded-For": f"203.0.113.1, {address}"}).status_code

    assert [send("198.51.100.1"), send("198.51.100.2")] == [204, 429]
    monkeypatch.setenv("TWOFOLD_TRUST_PROXY", "1")
    assert [send("198.51.100.3"), send("198.51.100.4"), send("198.51.100.4")] == [204, 204, 429]


def test_wrong_links_are_told_to_wait_and_right_ones_are_always_served(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(2, 600)
    monkeypatch.setattr(limits, "wrong_links", lambda: budget)
    wrong, right = little(404), little(200)
    assert [wrong.get("/s/guess").status_code for _ in range(4)] == [404, 404, 429, 429]
    assert "Please wait a minute" in wrong.get("/s/guess").text
    assert right.get("/s/known").text == "from behind"


def test_a_websocket_goes_through_untouched() -> None:
    met: list[str] = []

    async def behind(scope: Any, receive: Any, send: Any) -> None:
        met.append(scope["type"])

    asyncio.run(Doors(behind)({"type": "websocket", "path": "/_stcore/stream"}, None, None))  # type: ignore[arg-type]
    assert met == ["websocket"]
