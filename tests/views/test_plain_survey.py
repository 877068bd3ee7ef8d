"""The survey as plain HTML, without any browser: the flow, resends, stale tabs, refusals, links, escaping."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from survey.store import Session, Store, open_store
from tests.support.browser import ROOT
from views.plain import drawing, refused, survey
from views.respondent.keeper import preview_session
from views.respondent.turn import Turn
from views.respondent.visit import COOKIE, Visit, arrive

SITE = "https://survey.example.org"
SUPPORT = ROOT / "tests" / "support"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'plain.db'}", key=b"k" * 32)
    for slug in ("little", "formats"):
        opened.studies.create(slug, (SUPPORT / f"{slug}.yaml").read_text("utf-8"))
        opened.studies.set_status(slug, "live")
    monkeypatch.setattr(survey, "store", lambda: opened)
    monkeypatch.setenv("TWOFOLD_TRUST_PROXY", "1")
    yield opened
    opened.close()


class Browser:
    """A browser without JavaScript: it keeps cookies, follows redirects, and sends forms as they were drawn."""

    def __init__(self, **headers: str) -> None:
        proxied = {"X-Forwarded-Proto": "https", **headers}
        self.client = TestClient(Starlette(routes=survey.survey_routes()), base_url=SITE, headers=proxied)
        self.answer: Any = None

    def open(self, path: str) -> Browser:
        self.answer = self.client.get(path)
        return self

    @property
    def text(self) -> str:
        return str(self.answer.text)

    @property
    def page(self) -> str:
        return re.search(r'data-page="([^"]*)"', self.text).group(1)  # type: ignore[union-attr]

    @property
    def token(self) -> str:
        return re.search(r"/s/([^?]+)", str(self.answer.url)).group(1)  # type: ignore[union-attr]

    @property
    def notice(self) -> str:
        found = re.search(r'class="notice[^>]*>\s*(?:<details>)?<(?:p|summary)[^>]*>([^<]*)', self.text)
        return unescape(found.group(1)) if found else ""

    def form(self) -> dict[str, Any]:
        """Every field of the form with the value that it would send untouched."""
        sent: dict[str, Any] = {}
        for tag in re.findall(r"<input [^>]*>", self.text):
            found = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
            if "name" not in found or (found.get("type") in ("radio", "checkbox") and " checked" not in tag):
                continue
            sent.setdefault(unescape(found["name"]), []).append(unescape(found.get("value", "")))
        for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', self.text):
            sent[name] = [unescape(text)]
        for name, options in re.findall(r'<select [^>]*name="([^"]+)".*?>(.*?)</select>', self.text, re.S):
            sent[name] = re.findall(r"<option selected>([^<]*)", options) or [""]
        return sent

    @property
    def action(self) -> str:
        return unescape(re.search(r'<form [^>]*action="([^"]*)"', self.text).group(1))  # type: ignore[union-attr]

    def send(self, answers: dict[str, Any] | None = None, press: str = "next", **more: Any) -> Browser:
        self.answer = self.client.post(self.action, data={**self.form(), **(answers or {}), "_action": press, **more})
        return self


def begun(store: Store, slug: str = "little") -> Browser:
    found = Browser().open(f"/study/{slug}").send({"consent": "yes"})
    assert found.answer.status_code == 200
    return found


def session(store: Store, token: str) -> Session:
    found = store.respond.enter(token)
    assert found is not None
    return found


def responses(store: Store, slug: str = "little") -> int:
    return store.results.counts(slug).started


# --- the whole way ---------------------------------------------------------------------------------------------------


def test_the_whole_way_without_javascript(store: Store) -> None:
    there = begun(store)
    assert there.page == "about"
    there.send({"employed": "yes", "weekly": "37,5", "ways": ["mail", "talk"]})
    there.send({"s1": "4", "s2": "5", "s3": "1"})
    there.send({"tenure": "3", "boss": "2"})
    there.send({"ties.g1": ["AB", "", "Mo"]})
    there.send({"remark": "It's “fine” & <i>short</i>\r\nreally"})
    assert "Thank you" in there.text
    assert "data-end" in there.text
    found = session(store, there.token)
    assert found.completed
    assert found.answers == {
        "consent": "yes",
        "employed": "yes",
        "weekly": 37.5,
        "ways": ("mail", "talk"),
        "s1": 4.0,
        "s2": 5.0,
        "s3": 1.0,
        "tenure": 3.0,
        "boss": 2.0,
        "ties.g1": ("T1", "T2"),
        "ties.last": 2.0,
        "ties.alike": (),
        "ties.asked": ("T1", "T2"),
        "ties.chance.T1": 1.0,
        "ties.chance.T2": 1.0,
        "remark": "It's “fine” & <i>short</i>\nreally",
    }
    assert store.respond.names(found) == {"ties": {"T1": "AB", "T2": "Mo"}}


def test_every_format_is_asked_sent_and_shown_again(store: Store) -> None:
    there = begun(store, "formats")
    given = {"l1": "2", "n1": "7.5", "c1": "no", "m1": ["talk", "mail"], "s1": "31", "d1": "2024-02-29", "t1": "a\r\nb"}
    given |= {"t2": "w", "r1.pay": "2", "r1.time": "3", "r1.calm": "1"}
    there.send(given)
    found = session(store, there.token)
    assert found.answers == {
        "consent": "yes",
        "l1": 2.0,
        "n1": 7.5,
        "c1": "no",
        "m1": ("mail", "talk"),
        "s1": 31.0,
        "d1": "2024-02-29",
        "t1": "a\nb",
        "t2": "w",
        "r1": ("calm", "pay", "time"),
    }
    there.open(f"/s/{there.token}?p=all")
    shown = {name: value for name, value in there.form().items() if not name.startswith("_")}
    assert shown == {
        "l1": ["2"],
        "n1": ["7.5"],
        "c1": ["no"],
        "m1": ["mail", "talk"],
        "s1": ["31"],
        "d1": ["2024-02-29"],
        "t1": ["a\nb"],
        "t2": ["w"],
        "r1.pay": ["2"],
        "r1.time": ["3"],
        "r1.calm": ["1"],
    }


def test_what_is_refused_is_shown_as_it_was_typed_and_nothing_is_saved(store: Store) -> None:
    there = begun(store, "formats")
    there.send({"n1": "many", "t1": "x < y\r\n& z", "r1.pay": "1", "r1.time": "1", "m1": ["talk"], "s1": "900"})
    assert there.answer.history[0].status_code == 303  # Reload and Back ask nothing
    there.open(str(there.answer.url))
    assert there.answer.status_code == 200
    assert there.notice == "3 questions need your attention."
    again = there.form()
    assert {name: again[name] for name in ("n1", "r1.pay", "r1.time", "r1.calm", "m1", "s1")} == {
        "n1": ["many"],
        "r1.pay": ["1"],
        "r1.time": ["1"],
        "r1.calm": [""],
        "m1": ["talk"],
        "s1": ["900"],
    }
    assert again["t1"][0].replace("\r\n", "\n") == "x < y\n& z"
    assert re.findall(r'<li><a href="#f-(\w+)">', there.text) == ["n1", "s1", "r1"]
    assert 'id="f-n1"' in there.text
    assert 'aria-describedby="h-n1 e-n1"' in there.text
    assert "Please give a number in digits" in there.text
    assert session(store, there.token).submitted == {"consent"}
    there.send({"n1": "3", "r1.time": "2", "r1.calm": "3", "s1": "0"})
    assert "Thank you" in there.text
    assert session(store, there.token).answers["t1"] == "x < y\n& z"


def test_what_is_left_out_is_asked_for_once(store: Store) -> None:
    there = begun(store).send({"employed": "no"})
    there.send({"s1": "3"})
    assert "go on without" in there.notice
    assert "Continue without answering" in there.text
    there.send()
    assert there.page == "people.g1"
    assert session(store, there.token).answers["s1"] == 3.0


def test_a_refused_page_is_shown_to_its_own_respondent_alone(store: Store) -> None:
    there = begun(store, "formats").send({"n1": "many"})
    name = parse_qs(urlsplit(str(there.answer.url)).query)["r"][0]
    other = begun(store, "formats").open(f"/s/{there.token}?p=all")
    assert other.form()["n1"] == [""]
    mine = begun(store, "formats")
    mine.open(f"/s/{mine.token}?p=all&r={name}")
    assert mine.form()["n1"] == [""]
    assert mine.notice == ""


def test_refused_pages_fill_no_memory() -> None:
    kept = refused.Refused()
    with_names = [kept.keep(a_turn(), {"t": ["x" * 150_000]}) for _ in range(200)]
    found = [name for name in with_names if kept.find(name, a_turn().session.response_id, "about")]
    assert 50 < len(found) < 110
    assert found == with_names[-len(found) :]
    assert kept.keep(a_turn(), {"t": ["x" * 300_000]}) is None


def a_turn() -> Turn:
    return Turn(a_session(), "about", notice=("error", ""))


@cache
def a_session() -> Session:
    opened = open_store("sqlite://", key=b"k" * 32)
    study = opened.studies.create("little", (SUPPORT / "little.yaml").read_text("utf-8"))
    return preview_session(study)


def test_without_cookies_a_refused_first_page_still_says_what_is_wrong(store: Store) -> None:
    there = Browser().open("/study/little")
    there.client.cookies.clear()
    there.send()
    assert there.answer.status_code == 422
    assert "attention" in there.notice
    there.client.cookies.clear()
    there.send({"consent": "yes"})
    assert there.page == "about"
    assert responses(store) == 1


# --- links, opening, coming back -------------------------------------------------------------------------------------


def test_to_open_creates_nothing(store: Store) -> None:
    """Scanners of mail open every link, follow redirects, and come again."""
    _, token = store.invitations.create("little", 1)[0]
    scanner = Browser()
    for path in ("/study/little", f"/s/{token}", f"/s/{token}", "/study/little"):
        scanner.open(path)
        assert scanner.answer.status_code == 200
        assert scanner.page == "consent"
        scanner.client.head(path)
    assert responses(store) == 0
    assert not session(store, token).persisted


def test_an_open_link_makes_its_token_with_the_first_save(store: Store) -> None:
    there = Browser().open("/study/little")
    assert urlsplit(str(there.answer.url)).path == "/study/little"
    there.send({"consent": "yes"})
    assert urlsplit(str(there.answer.url)).path == f"/s/{there.token}"
    assert session(store, there.token).persisted
    assert f"{SITE}/s/{there.token}" in there.text
    elsewhere = Browser().open(f"/s/{there.token}")
    assert elsewhere.page == "about"
    assert responses(store) == 1


def test_each_page_has_an_address_so_the_browsers_back_leads_to_the_page_before(store: Store) -> None:
    there = Browser().open("/study/little")
    first = str(there.answer.url)
    there.send({"consent": "yes"}).send({"employed": "no"})
    assert there.page == "support"
    second = f"/s/{there.token}?p=about"
    assert there.open(second).form()["employed"] == ["no"]
    assert there.open(first).form()["consent"] == ["yes"]
    there.send({"consent": "yes"})
    assert responses(store) == 1


def test_an_address_passed_on_leads_nobody_into_anothers_answers(store: Store) -> None:
    there = Browser().open("/study/little")
    passed_on = str(there.answer.url)
    there.send({"consent": "yes"}).send({"employed": "yes"})
    other = Browser().open(passed_on)
    assert other.page == "consent"
    assert other.form().get("consent") is None
    other.send({"consent": "yes"})
    assert other.page == "about"
    assert other.form().get("employed") is None
    assert other.token != there.token
    assert responses(store) == 2


def test_a_form_cannot_be_made_up_from_a_copied_address(store: Store) -> None:
    there = Browser().open("/study/little")
    nonce = parse_qs(urlsplit(str(there.answer.url)).query)["v"][0]
    there.send({"consent": "yes"})
    thief = Browser().open("/study/little")
    thief.send({"consent": "no"}, _v=nonce)
    assert session(store, there.token).answers == {"consent": "yes"}


def test_a_token_changes_sides_midway(store: Store) -> None:
    """From Streamlit to plain HTML and back, at the same page and with the same answers."""
    there = begun(store).send({"employed": "yes"})
    full = unescape(re.search(r'href="(/\?s=[^"]+)">Full version', there.text).group(1))  # type: ignore[union-attr]
    address = {key: values[0] for key, values in parse_qs(urlsplit(full).query).items()}
    assert address == {"s": there.token, "p": "support"}
    streamlit = arrive(address, store, researcher=False)
    assert isinstance(streamlit, Visit)
    assert streamlit.page(address["p"]) == "support"
    assert streamlit.session.answers["employed"] == "yes"
    assert there.open(streamlit.plain("about")).form()["employed"] == ["yes"]
    rows = [row.channel for row in store.database.read(lambda c: c.exec_driver_sql("SELECT channel FROM submission"))]
    assert rows == ["html", "html"]


def test_from_an_open_link_not_yet_begun_the_other_side_is_its_open_link(store: Store) -> None:
    streamlit = arrive({"study": "little"}, store, researcher=False)
    assert isinstance(streamlit, Visit)
    there = Browser().open(streamlit.plain("consent"))
    assert there.page == "consent"
    assert 'href="/?study=little&amp;v=' in there.text


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        ("/s/nobody", 404, "We cannot find this page"),
        ("/study/nowhere", 404, "We cannot find this page"),
        ("/study/unborn", 404, "Not open yet"),
        ("/study/ended", 410, "This study has ended"),
        ("/study/%3Cscript%3E", 404, "We cannot find this page"),
    ],
)
def test_links_that_lead_nowhere_say_so(store: Store, path: str, status: int, words: str) -> None:
    text = (SUPPORT / "little.yaml").read_text("utf-8")
    for slug in ("unborn", "ended"):
        store.studies.create(slug, text)
    store.studies.set_status("ended", "live")
    store.studies.set_status("ended", "closed")
    there = Browser().open(path)
    assert there.answer.status_code == status
    assert words in there.text


# --- once, wholly, or not at all -------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", [False, True])
def test_a_double_submit_is_one_submission(store: Store, script: bool) -> None:
    there = begun(store)
    action, body = there.action, {**there.form(), "employed": "no", "_action": "next"}
    headers = {"X-Twofold": "fetch"} if script else {}
    there.client.follow_redirects = False
    first, second = (there.client.post(action, data=body, headers=headers) for _ in range(2))
    name = "x-twofold-next" if script else "location"
    assert (first.status_code, second.status_code) == ((204, 204) if script else (303, 303))
    assert first.headers[name] == second.headers[name] == f"/s/{there.token}?p=support"
    assert session(store, there.token).sequence == 2


def test_a_double_submit_of_the_very_first_page_begins_one_response(store: Store) -> None:
    there = Browser().open("/study/little")
    action, body = there.action, {**there.form(), "consent": "yes", "_action": "next"}
    answers = [there.client.post(action, data=body) for _ in range(2)]
    cookieless = Browser().client.post(action, data=body)
    assert len({str(answer.url) for answer in (*answers, cookieless)}) == 1
    assert responses(store) == 1


def test_other_answers_under_the_same_uuid_are_refused_with_words(store: Store) -> None:
    there = begun(store)
    action, body = there.action, {**there.form(), "employed": "no", "_action": "next"}
    there.client.post(action, data=body)
    there.answer = there.client.post(action, data={**body, "employed": "yes"})
    assert there.page == "about"
    assert "already been saved with other answers" in there.notice
    assert there.form()["employed"] == ["no"]
    assert session(store, there.token).answers["employed"] == "no"
    there.send({"employed": "yes"})
    assert session(store, there.token).answers["employed"] == "yes"


def test_a_stale_tab_is_told_and_refreshed(store: Store) -> None:
    there = begun(store)
    action, stale = there.action, {**there.form(), "employed": "yes", "_action": "next"}
    other = Browser().open(f"/s/{there.token}").send({"employed": "no", "weekly": "3"})
    assert other.page == "support"
    there.answer = there.client.post(action, data=stale)
    assert "another tab" in there.notice
    assert "data-discard" in there.text
    assert (there.page, there.form()["employed"], there.form()["weekly"]) == ("about", ["no"], ["3"])
    assert session(store, there.token).answers["employed"] == "no"


def test_back_saves_nothing_and_goes_to_the_page_before(store: Store) -> None:
    there = begun(store).send({"employed": "no"}).send({"s1": "5"}, "back")
    assert there.page == "about"
    assert there.form()["employed"] == ["no"]
    assert "s1" not in session(store, there.token).answers
    there.send({}, "back")
    assert there.page == "consent"


def test_back_from_the_thanks_leads_to_the_last_page(store: Store) -> None:
    there = begun(store, "formats").send({"l1": "3"})
    assert "Thank you" in there.text
    there.send({}, "back")
    assert there.page == "all"
    assert there.form()["l1"] == ["3"]


def test_whoever_declines_is_asked_nothing_and_may_change_their_mind(store: Store) -> None:
    there = Browser().open("/study/little").send({"consent": "no"})
    assert "Thank you for telling us" in there.text
    there.open(f"/s/{there.token}?p=about")
    assert "Thank you for telling us" in there.text
    there.send({}, "back")
    assert there.page == "consent"
    there.send({"consent": "yes"})
    assert there.page == "about"


def test_no_answer_gets_past_a_consent_not_given(store: Store) -> None:
    there = Browser().open("/study/little")
    there.send({"employed": "yes"}, _page="about")
    assert there.page == "consent"
    assert responses(store) == 0


def test_a_study_that_closes_midway_says_that_what_was_sent_is_saved(store: Store) -> None:
    there = begun(store)
    store.studies.set_status("little", "closed")
    there.send({"employed": "yes"})
    assert there.answer.status_code == 410
    assert "answers you gave until then are saved" in there.text
    assert "employed" not in session(store, there.token).answers


def test_where_the_database_fails_what_was_typed_stays_on_the_page(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from survey.errors import StoreError

    there = begun(store)

    def fail(*_: Any, **__: Any) -> None:
        raise StoreError("the disc is full.")

    monkeypatch.setattr(store.respond, "submit", fail)
    there.send({"employed": "yes", "weekly": "12"})
    assert there.answer.status_code == 503
    assert "could not be saved" in there.notice
    assert (there.form()["employed"], there.form()["weekly"]) == (["yes"], ["12"])
    monkeypatch.undo()
    monkeypatch.setattr(survey, "store", lambda: store)
    there.send()
    assert session(store, there.token).answers["weekly"] == 12.0


# --- what may not be ---------------------------------------------------------------------------------------------


def test_nothing_typed_is_ever_taken_for_html(store: Store) -> None:
    there = begun(store, "formats")
    nasty = "\"'><script>alert(1)</script>{{ 7919*7907 }}</textarea><b>"
    there.send({"t1": nasty, "t2": nasty[:20], "n1": nasty[:40], "c1": nasty})
    assert "attention" in there.notice
    by_script = {"X-Twofold": "fetch"}
    answer = there.client.post(there.action, data={**there.form(), "_action": "next"}, headers=by_script)
    assert answer.status_code == 422
    for text in (there.text, answer.text, there.open(f"/s/{there.token}?p={nasty}&n={nasty}&lang={nasty}").text):
        assert "<script>" not in text
        assert "</textarea><b>" not in text
        assert str(7919 * 7907) not in text


def test_forms_from_other_sites_are_refused(store: Store) -> None:
    there = begun(store)
    for headers in (
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
    ):
        answer = there.client.post(there.action, data={**there.form(), "employed": "no"}, headers=headers)
        assert answer.status_code == 403
        assert "nothing was saved" in answer.text
    assert session(store, there.token).submitted == {"consent"}
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": SITE}):
        assert there.client.post(there.action, data=there.form(), headers=headers).status_code == 200


def test_what_is_too_long_or_garbled_does_no_harm(store: Store) -> None:
    there = begun(store)
    assert there.client.post(there.action, data={"t": "x" * 2_100_000}).status_code == 413
    many = "&".join(f"a{i}=1" for i in range(20_001))
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    assert there.client.post(there.action, content=many, headers=kind).status_code == 413
    for content in (b"", b"\xff\xfe%zz", b"_page=about&_sequence=-1&_uuid=x&_elapsed=nan&_shown=inf"):
        assert there.client.post(there.action, content=content, headers=kind).status_code in (200, 422)
    assert session(store, there.token).sequence in (1, 2)


def test_pages_are_kept_by_no_cache_and_tell_no_other_site_the_token(store: Store) -> None:
    there = Browser().open("/study/little")
    headers = there.answer.headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "strict-origin"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert not re.findall(r"<script(?! defer src=)|<style| style=| on[a-z]+=", there.text)
    assert not re.findall(r'(?:src|href)="https?:', there.text)
    cookie = there.client.cookies.get(COOKIE)
    assert cookie == parse_qs(urlsplit(str(there.answer.url)).query)["v"][0]


def test_the_nonce_is_forgotten_once_a_survey_is_finished(store: Store) -> None:
    there = begun(store, "formats").send({"l1": "3"})
    assert there.client.cookies.get(COOKIE) is None
    again = there.open("/study/formats")
    assert again.page == "consent"
    assert again.form().get("consent") is None


def test_a_fault_of_ours_is_a_sentence(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(survey, "arrive", fail)
    there = Browser().open("/study/little")
    assert there.answer.status_code == 500
    assert "Something went wrong on our side" in there.text
    assert "secret" not in there.text


# --- how it came ---------------------------------------------------------------------------------------------------


def log_of(store: Store) -> list[tuple[str, str | None]]:
    query = "SELECT channel, device FROM submission ORDER BY id"
    return [tuple(row) for row in store.database.read(lambda c: c.exec_driver_sql(query).all())]


IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari"
ANDROID_TABLET = "Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


@pytest.mark.parametrize(
    ("headers", "device"),
    [
        ({"User-Agent": IPHONE}, "phone"),
        ({"User-Agent": ANDROID_TABLET}, "tablet"),
        ({"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}, "desktop"),
        ({"User-Agent": "x", "Sec-CH-UA-Mobile": "?1"}, "phone"),
    ],
)
def test_of_the_device_a_class_is_kept_and_nothing_more(
    store: Store, tmp_path: Path, headers: dict[str, str], device: str
) -> None:
    Browser(**headers).open("/study/little").send({"consent": "yes"})
    assert log_of(store) == [("html", device)]
    for file in tmp_path.glob("plain.db*"):
        assert b"Mozilla" not in file.read_bytes()


def test_the_script_knows_better_what_device_it_is(store: Store) -> None:
    Browser(**{"User-Agent": IPHONE}).open("/study/little").send({"consent": "yes"}, _device="tablet", _elapsed="5000")
    assert log_of(store) == [("html", "tablet")]


def test_openings_are_counted_where_a_script_runs_and_by_the_first_page_where_none_does(store: Store) -> None:
    there = Browser().open("/study/little")
    opened = re.search(r'data-opened="([^"]+)"', there.text).group(1)  # type: ignore[union-attr]
    assert opened == "/study/little/opened"
    for _ in range(2):
        assert there.client.post(opened).status_code == 204
    there.send({"consent": "yes"}, _elapsed="5000")
    assert there.client.post(f"/s/{there.token}/opened").status_code == 204  # a response is no mere opening
    Browser().open("/study/little").send({"consent": "yes"})
    Browser().open("/study/little")
    study = store.studies.get("little")
    assert (study.opened, study.visitors) == (3, 2)


def test_the_code_of_an_open_link_is_kept_with_the_response(store: Store) -> None:
    there = Browser().open("/study/little?c=newsletter")
    assert "c=newsletter" in str(there.answer.url)
    there.send({"consent": "yes"})
    assert "c=newsletter" not in str(there.answer.url)
    Browser().open("/study/little?c=<b>").send({"consent": "yes"})
    assert store.paradata.participation("little").sources == {"newsletter": 1}


def test_presses_of_back_are_noted_once_each(store: Store) -> None:
    there = begun(store)
    action, body = there.action, {**there.form(), "_action": "back"}
    for _ in range(2):
        there.client.post(action, data=body)
    found = store.paradata.participation("little")
    assert (found.back_presses, found.went_back) == (1, 1)


def test_the_hash_of_an_address_is_kept_only_where_the_study_says_so(store: Store) -> None:
    begun(store)
    store.paradata.set_address_days("little", 3)
    for address in ("192.0.2.7", "192.0.2.7", "192.0.2.8"):
        Browser(**{"X-Forwarded-For": address}).open("/study/little").send({"consent": "yes"})
    assert store.paradata.participation("little").same_address == 1


# --- weight ----------------------------------------------------------------------------------------------------------


def test_a_page_weighs_less_than_20_kb_with_its_style_and_script(store: Store) -> None:
    """Every page of the instrument that ships, as it comes through the line on a first visit."""
    text = (ROOT / "survey" / "instruments" / "two-supports.yaml").read_text("utf-8")
    store.studies.create("two", text)
    store.studies.set_status("two", "live")
    there = Browser().open("/study/two")
    client = there.client
    assets = sum(len(raw(client, drawing.asset_path(kind))) for kind in ("css", "js"))
    assert 3_000 < assets < 10_000
    there.send({"consent": "yes"})
    found = session(store, there.token)
    heaviest = 0
    for page in found.study.instrument.pages:
        if page.type == "feedback":
            continue
        found = found.after(page.id, {})
        visit = arrive({"s": there.token}, store, researcher=False)
        assert isinstance(visit, Visit)
        html = drawing.draw(survey.asked(visit, page.id), "/s/TOKEN")
        heaviest = max(heaviest, len(gzip.compress(html.encode(), 6)))
    assert heaviest > 1_500
    assert assets + heaviest < 20_000


def raw(client: TestClient, path: str) -> bytes:
    """A body as it comes through the line."""
    with client.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as answer:
        assert isinstance(answer, httpx2.Response)
        assert answer.headers["content-encoding"] == "gzip"
        assert "immutable" in answer.headers["cache-control"]
        return b"".join(answer.iter_raw())
