"""The account page's sign-ins, the owner's log, downloads after signing out, device words, and lines of JSON."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.access import SEES_ANSWERS
from survey.errors import AccessError, StoreError
from survey.store import Store, User
from tests.views.researcher_support import again, fill, open_page, people, temporary_store, words
from views import logs
from views.device import device_words
from views.session import when_asked


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


@pytest.fixture
def users(store: Store) -> dict[str, User]:
    return people(store)


def test_one_ends_ones_own_sign_in_elsewhere(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = store.accounts.issue(users["analyst"], "Firefox on Linux")
    there = store.accounts.issue(users["analyst"], "Safari on an iPhone")
    store.accounts.issue(users["owner"], "Edge on Windows")
    monkeypatch.setattr("views.researcher.signed_in.session_secret", lambda: here)
    page = open_page("account", users["analyst"], monkeypatch)
    said = words(page)
    assert "Firefox on Linux** (here, now)" in said
    assert "Safari on an iPhone" in said
    assert "Edge" not in said
    (button,) = [one for one in page.button if one.label == "End this sign-in"]
    again(button.click())
    assert store.accounts.check(there) is None
    assert store.accounts.check(here) == users["analyst"]


def test_the_owner_says_by_which_address_the_institution_knows_somebody(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not [
        one for one in open_page("account", users["owner"], monkeypatch).text_input if "institution" in one.label
    ]
    monkeypatch.setattr("views.researcher.users.offered", lambda: "the University")
    page = open_page("account", users["owner"], monkeypatch)
    page.selectbox(key="address_of").select("Anna")
    page.text_input(key="address_at_institution").input("no address")
    press = "Keep the address"
    page = again(next(one for one in page.button if one.label == press).click())
    assert "no e-mail address" in words(page).replace("\\", "")
    page.text_input(key="address_at_institution").input("Anna@University.example")
    page = again(next(one for one in page.button if one.label == press).click())
    assert store.accounts.emails() == {users["analyst"].id: "anna@university.example"}
    assert "anna@university" in words(open_page("account", users["owner"], monkeypatch)).replace("\\", "")


def test_one_signs_out_everywhere_else(store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch) -> None:
    here, *others = [store.accounts.issue(users["recruiter"]) for _ in range(3)]
    monkeypatch.setattr("views.researcher.signed_in.session_secret", lambda: here)
    page = open_page("account", users["recruiter"], monkeypatch)
    page = again(page.button(key="end_others").click())
    assert [store.accounts.check(secret) for secret in others] == [None, None]
    assert store.accounts.check(here) == users["recruiter"]
    assert not [one for one in page.button if one.key == "end_others"]


def test_the_owner_ends_another_persons_sign_in(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = store.accounts.issue(users["analyst"], "Firefox on Linux")
    page = open_page("account", users["owner"], monkeypatch)
    assert "Firefox on Linux** · Anna, analyst" in words(page)
    again(next(one for one in page.button if one.label == "End this sign-in").click())
    assert store.accounts.check(secret) is None
    assert [(line.actor, line.subject) for line in store.audit.lines() if line.action == "end sign-in"] == [
        ("Ada", "Anna")
    ]


def test_a_download_asks_again_who_is_there(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = store.accounts.issue(users["analyst"])
    monkeypatch.setattr("views.session.session_secret", lambda: secret)
    made = when_asked(lambda user: f"for {user.name}", SEES_ANSWERS)
    assert made() == "for Anna"
    store.accounts.disable(users["analyst"], "Ada")
    with pytest.raises(AccessError, match="signed out"):
        made()
    recruiter = store.accounts.issue(users["recruiter"])
    monkeypatch.setattr("views.session.session_secret", lambda: recruiter)
    with pytest.raises(AccessError, match="role"):
        when_asked(lambda user: "answers", SEES_ANSWERS)()


def test_the_log_shows_what_was_done_and_filters_it(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    for role in ("owner", "analyst"):
        page = open_page("study", users[role], monkeypatch, name="demo")
        again(page)
        again(page)
    looks = [(line.actor, line.subject) for line in store.audit.lines() if line.action == "view counts"]
    assert looks == [("Anna", "demo"), ("Ada", "demo")]
    page = open_page("log", users["owner"], monkeypatch)
    table = page.dataframe[0].value
    assert list(table.columns) == ["When", "Who", "What", "Of", "Details"]
    assert {"view counts", "lock plan", "add user", "view log"} <= set(table["What"])
    page.selectbox(key="log_actor").select("Anna")
    page = again(page)
    assert list(page.dataframe[0].value["What"]) == ["view counts"]
    assert "1 line." in words(page)
    page.selectbox(key="log_action").select("lock plan")
    page = again(page)
    assert [one.value for one in page.info] == ["Nothing of this kind was done."]


def test_looks_at_answers_and_what_is_taken_away_are_noted(
    store: Store, users: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    page = open_page("data", users["analyst"], monkeypatch, name="demo")
    again(page)
    open_page("results", users["analyst"], monkeypatch, name="demo")
    lines = [(line.actor, line.action, line.detail.get("what")) for line in store.audit.lines() if line.actor == "Anna"]
    assert lines == [("Anna", "view answers", "reliability"), ("Anna", "view answers", "data")]


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/139 Safari/537.36 Edg/139.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile Safari/604.1", "Safari on an iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18 Safari/605", "Safari on a Mac"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit Chrome/139 Mobile Safari", "Chrome on Android"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_in_words(agent: str, said: str) -> None:
    assert device_words(agent) == said


# --- the log in JSON ---


def line_of(
    message: str, *arguments: object, error: BaseException | None = None, name: str = "views.x"
) -> dict[str, object]:
    told = (type(error), error, error.__traceback__) if error is not None else None
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, message, arguments, told)  # type: ignore[arg-type]
    found: dict[str, object] = json.loads(logs.JsonLines().format(record))
    return found


def test_a_line_has_time_level_and_event() -> None:
    line = line_of("a page failed")
    assert set(line) == {"time", "level", "event", "logger"}
    assert (line["level"], line["event"]) == ("error", "a page failed")
    assert str(line["time"]).endswith("+00:00")


def test_a_fault_tells_its_type_and_place_and_not_its_words() -> None:
    try:
        raise ValueError("planted-name-7 wrote a secret")
    except ValueError as error:
        line = line_of("a page failed", error=error)
    assert line["fault"] == "ValueError"
    assert "test_a_fault_tells_its_type" in str(line["at"])
    assert "planted" not in json.dumps(line)


def test_a_fault_of_the_store_is_told_in_its_words() -> None:
    line = line_of("a page failed", error=StoreError("the disc is full. Free some space."))
    assert line["why"] == "the disc is full. Free some space."


@pytest.mark.parametrize(
    "text",
    [
        "GET /s/abcDEF123_-x?p=about",
        "GET /?s=abcDEF123_-x&p=about",
        "GET /auth/enter?code=abcDEF123_-x",
        "token " + "abcDEF123_-x" * 2,
    ],
)
def test_links_and_codes_are_cut_out(text: str) -> None:
    assert "abcDEF123" not in str(line_of(text)["event"])


def test_of_other_programs_only_the_form_of_a_message_is_told() -> None:
    assert line_of("cannot render %s", "planted-name-7", name="some.library")["event"] == "cannot render …"
    event = '%s - "WebSocket %s" [accepted]'
    assert line_of(event, "192.0.2.7:1", "/?s=x", name="uvicorn.error")["event"] == '… - "WebSocket …" [accepted]'
    record = logging.LogRecord("uvicorn.error", logging.INFO, __file__, 1, event, ("192.0.2.7:1", "/"), None)
    assert not logs.NoAddresses().filter(record)
    assert line_of("migrated to %s", "0008", name="survey.store")["event"] == "migrated to 0008"


def test_an_answer_is_a_line_without_its_path(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(logs.ENVIRONMENT, "json")
    caplog.set_level(logging.INFO, "twofold.requests")
    logs.answered("/s/{s}", "POST", 303, 0.01234)
    (record,) = caplog.records
    line = json.loads(logs.JsonLines().format(record))
    assert {name: line[name] for name in ("event", "route", "method", "status", "ms")} == {
        "event": "request", "route": "/s/{s}", "method": "POST", "status": 303, "ms": 12.3,
    }  # fmt: skip
    logs.answered("/health", "GET", 200, 0.01)
    assert len(caplog.records) == 1
    logs.answered("/health", "GET", 503, 0.01)
    assert len(caplog.records) == 2
    monkeypatch.delenv(logs.ENVIRONMENT)
    logs.answered("/s/{s}", "POST", 303, 0.01)
    assert len(caplog.records) == 2


def test_json_is_switched_on_by_the_environment_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    try:
        logs.set_up()
        assert root.handlers == before[0]
        monkeypatch.setenv(logs.ENVIRONMENT, "json")
        monkeypatch.setattr(sys, "stderr", sys.__stderr__)
        monkeypatch.setattr(logging.root.manager, "loggerDict", {})
        logs.set_up()
        assert isinstance(root.handlers[0].formatter, logs.JsonLines)
    finally:
        root.handlers[:], root.level = before[0], before[1]
