"""Previews of studies and drafts: for their authors alone, from any page, in a frame of ours, and nothing is kept."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from survey.store import Store, User
from tests.views.researcher_support import people, temporary_store
from tests.views.test_respondent_middleware import ask, behind
from views.middleware import SecurityHeaders
from views.plain import guard
from views.plain.keys import cookie_key
from views.plain.preview import MOST, Visits, preview_routes
from views.respondent.drafts import HOURS, MOST_EACH, Drafts
from views.respondent.keeper import made_up_session
from views.respondent.turn import END, reach
from views.respondent.visit import Visit, arrive, preview

SUPPORT = Path(__file__).resolve().parent.parent / "support"
LITTLE = (SUPPORT / "little.yaml").read_text("utf-8")
NETWORK = (SUPPORT / "network.yaml").read_text("utf-8")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    for opened in temporary_store(tmp_path, monkeypatch):
        opened.studies.create("little", LITTLE)
        yield opened


@pytest.fixture
def users(store: Store) -> dict[str, User]:
    return people(store)


@pytest.fixture
def drafts(monkeypatch: pytest.MonkeyPatch) -> Drafts:
    own = Drafts()
    monkeypatch.setattr("views.plain.preview.DRAFTS", own)
    return own


class Author:
    """A researcher's browser without JavaScript."""

    def __init__(self, store: Store, user: User | None) -> None:
        self.client = TestClient(Starlette(routes=preview_routes()), base_url="https://here.example.org")
        if user is not None:
            session = guard.sign(cookie_key(), "session", store.accounts.issue(user))
            self.client.cookies.set(guard.cookie_name(cookie_key(), "session"), session)
        self.answer: Any = None

    def open(self, path: str) -> Author:
        self.answer = self.client.get(path)
        return self

    @property
    def page(self) -> str:
        return re.search(r'data-page="([^"]*)"', self.answer.text).group(1)  # type: ignore[union-attr]

    def send(self, action: str = "next", **more: str) -> Author:
        """The form as it stands, with what is picked in it."""
        text = self.answer.text
        to = unescape(re.search(r'<form id="page" method="post" action="([^"]*)"', text).group(1))  # type: ignore[union-attr]
        inputs = re.findall(r"<input[^>]*>", text)
        fields: dict[str, list[str]] = {}
        for one in inputs:
            named, kind = re.search(r' name="([^"]*)"', one), re.search(r' type="([^"]*)"', one)
            if named is None or (kind and kind.group(1) in ("radio", "checkbox") and " checked" not in one):
                continue
            value = re.search(r' value="([^"]*)"', one)
            fields.setdefault(unescape(named.group(1)), []).append(unescape(value.group(1)) if value else "")
        self.answer = self.client.post(to, data=fields | {"_action": action} | more)
        return self


def test_only_who_is_signed_in_sees_a_preview(store: Store, users: dict[str, User], drafts: Drafts) -> None:
    assert Author(store, None).open("/preview/little").answer.status_code == 404
    assert Author(store, users["recruiter"]).open("/preview/little").page == "consent"
    assert Author(store, users["owner"]).open("/preview/nothing").answer.status_code == 404


def test_a_draft_is_its_authors_alone(store: Store, users: dict[str, User], drafts: Drafts) -> None:
    draft = drafts.begin(users["owner"], LITTLE.replace("A little survey", "Not saved yet"))
    shown = Author(store, users["owner"]).open(f"/preview/{draft.address}?at=work")
    assert shown.page == "work"
    assert "Not saved yet" in shown.answer.text
    address = str(shown.answer.url)
    assert Author(store, users["analyst"]).open(f"/preview/{draft.address}").answer.status_code == 404
    assert Author(store, users["analyst"]).open(address).answer.status_code == 404
    assert [study.slug for study in store.studies.list()] == ["little"]
    drafts.drop(draft)
    assert Author(store, users["owner"]).open(f"/preview/{draft.address}").answer.status_code == 404


def test_a_preview_begins_at_any_page_and_goes_on_to_the_end(
    store: Store, users: dict[str, User], tmp_path: Path
) -> None:
    author = Author(store, users["owner"]).open("/preview/little?at=work&lang=en")
    seen = [author.page]
    assert "Preview: nothing is saved" in author.answer.text
    assert "data-keep" not in author.answer.text, "no picks stay in the author's browser"
    assert "data-end" not in author.answer.text
    author.send(tenure="3", boss="2")
    seen.append(author.page)
    for _ in range(4):
        if "<form" not in author.answer.text or author.page.endswith("/thanks"):
            break
        author.send(_insist="1")
        seen.append(author.page)
    assert seen[0] == "work"
    assert seen[1] == "people.g1"
    assert seen[-1].endswith("/thanks")
    with sqlite3.connect(tmp_path / "test.db") as connection:
        for table in ("submission", "invitation", "response"):
            assert connection.execute(f"select count(*) from {table}").fetchone() == (0,)
    assert store.studies.get("little").opened == 0


def test_what_is_left_out_is_asked_for_and_back_and_scripts_work(store: Store, users: dict[str, User]) -> None:
    author = Author(store, users["owner"]).open("/preview/little?at=work")
    refused = author.send()
    assert refused.answer.status_code == 422
    assert refused.page == "work"
    assert "notice error" in refused.answer.text
    assert author.open(str(author.answer.url)).send("back").page == "support"
    author.client.headers["X-Twofold"] = "fetch"
    answer = author.send().answer
    assert answer.status_code == 204
    assert answer.headers["X-Twofold-Next"].endswith("?p=work")


def test_the_language_can_be_chosen_and_changed(store: Store, users: dict[str, User]) -> None:
    store.studies.create("two", LITTLE.replace("id: little", "id: two"), "Two")
    author = Author(store, users["owner"]).open("/preview/two?lang=xx")
    languages = store.studies.get("two").instrument.languages
    assert f'<html lang="{languages[0]}"' in author.answer.text
    for language in languages:
        shown = Author(store, users["owner"]).open(f"/preview/two?at=about&lang={language}")
        assert f'<html lang="{language}"' in shown.answer.text
        assert shown.send(_lang=languages[0]).page == "about"
        assert f'<html lang="{languages[0]}"' in shown.answer.text


def test_a_preview_may_stand_in_a_frame_of_ours_and_nothing_else_may(store: Store, users: dict[str, User]) -> None:
    headers = Author(store, users["owner"]).open("/preview/little").answer.headers
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    for path, query, may in (
        ("/", b"preview=little", True),
        ("/", b"study=little", False),
        ("/x", b"preview=a", False),
    ):
        headers = ask(SecurityHeaders(behind), path, query=query)[1]
        assert headers["x-frame-options"] == ("SAMEORIGIN" if may else "DENY")
        assert ("frame-ancestors 'self'" in headers["content-security-policy"]) == may


def test_too_large_a_form_is_refused(store: Store, users: dict[str, User]) -> None:
    author = Author(store, users["owner"]).open("/preview/little")
    assert author.client.post(str(author.answer.url), data={"x": "y" * 2_100_000}).status_code == 413


def test_visits_are_bounded_and_belong_to_who_began_them(store: Store, users: dict[str, User]) -> None:
    visits, study = Visits(), store.studies.get("little")
    visit = preview({"preview": "little"}, study)
    keys = [visits.begin(users["owner"].id, "little", visit) for _ in range(MOST + 3)]
    assert [visits.find(key, users["owner"].id, "little") is visit for key in keys] == [False] * 3 + [True] * MOST
    assert visits.find(keys[-1], users["analyst"].id, "little") is None
    assert visits.find(keys[-1], users["owner"].id, "other") is None


# --- drafts ---


def test_a_draft_with_mistakes_goes_on_showing_the_last_text_without(users: dict[str, User]) -> None:
    drafts = Drafts()
    draft = drafts.begin(users["owner"], LITTLE, study="little", title="Little")
    assert draft.problems == ()
    broken = drafts.write(draft, LITTLE.replace("format: twofold/1", "format: twofold/9"))
    assert len(broken.problems) == 1
    assert broken.instrument == draft.instrument
    study = broken.as_study()
    assert study is not None
    assert (study.slug, study.title, study.status) == (f"~{draft.key}", "Little", "draft")
    mended = drafts.write(broken, LITTLE.replace("version: 1.0.0", "version: 1.0.1"))
    assert mended.problems == ()
    assert mended.instrument is not None
    assert mended.instrument.version == "1.0.1"
    assert drafts.find(mended.address, users["owner"]) == mended
    assert drafts.of(users["owner"], "little") == mended
    assert drafts.begin(users["owner"], "no").as_study() is None


def test_drafts_are_bounded_in_time_and_number_and_known_to_their_author_alone(users: dict[str, User]) -> None:
    now = [0.0]
    drafts = Drafts(clock=lambda: now[0])
    owner, other = users["owner"], users["analyst"]
    theirs = drafts.begin(other, "theirs")
    made = [drafts.begin(owner, str(n)) for n in range(MOST_EACH + 2)]
    assert [drafts.find(d.address, owner) is not None for d in made] == [False] * 2 + [True] * MOST_EACH
    assert drafts.find(theirs.address, other) is not None, "one author's drafts push out nobody else's"
    assert drafts.find(made[-1].address, other) is None
    assert drafts.find(made[-1].address, None) is None
    assert drafts.find(made[-1].key, owner) is None, "a study may be called so"
    now[0] = 3600 * HOURS
    assert drafts.find(made[-1].address, owner) is None
    assert drafts.of(owner, "") is None


# --- the full version ---


def test_the_full_version_shows_a_draft_from_any_page(store: Store, users: dict[str, User]) -> None:
    draft = Drafts().begin(users["owner"], NETWORK)
    address = {"preview": draft.address, "at": "people.between"}
    visit = arrive(address, store, researcher=True, draft=draft.as_study())
    assert isinstance(visit, Visit)
    assert visit.page(None) == "people.between"
    assert visit.keeper.preview
    assert visit.keeper.names(visit.session)["ties"]["T1"] == "A."
    assert "at" not in visit.query("people.between")
    assert arrive(address, store, researcher=False, draft=draft.as_study()) == "unknown"
    assert arrive(address, store, researcher=True) == "unknown"
    assert isinstance(arrive({"study": "little", "at": "work"}, store, researcher=True), Visit)


@pytest.mark.parametrize(
    ("at", "page"), [("-thanks", END), ("-declined", END), ("nowhere", "consent"), ("work", "work")]
)
def test_every_place_can_be_begun_at(at: str, page: str, store: Store) -> None:
    session, _ = made_up_session(store.studies.get("little"), at)
    assert reach(session, None) == page
    assert session.completed == (at == "-thanks")
