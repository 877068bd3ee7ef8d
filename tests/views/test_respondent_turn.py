"""What a press does, without any browser: against the real store, and in a preview against none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest

from survey.dataset.missing import Missing
from survey.errors import StoreError
from survey.files.problems import FileProblems
from survey.store import Session, Store, open_store
from tests.support.browser import ROOT
from views.respondent.keeper import PreviewKeeper, Sending, StoreKeeper, preview_session
from views.respondent.turn import END, Press, Turn, reach, take
from views.respondent.view import (
    came_of,
    declined_view,
    message,
    page_view,
    problem_sentences,
    thanks_view,
)
from views.respondent.visit import Gone, Visit, arrive

LITTLE = (ROOT / "tests" / "support" / "little.yaml").read_text("utf-8")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'turn.db'}")
    opened.studies.create("little", LITTLE)
    opened.studies.set_status("little", "live")
    yield opened
    opened.close()


def press(session: Session, page: str, answers: dict[str, Any], **more: Any) -> Press:
    raw = {"id": "1", "action": "next", "page": page, "sequence": session.sequence, "answers": answers, "elapsed": 1500}
    found = Press.read({**raw, **more})
    assert found is not None
    return found


def on(session: Session, store: Store, page: str, answers: dict[str, Any], **more: Any) -> Turn:
    return take(session, StoreKeeper(store), press(session, page, answers, **more))


def begun(store: Store) -> Session:
    return on(store.respond.begin("little", "n"), store, "consent", {"consent": "yes"}).session


@pytest.mark.parametrize(
    "raw", [None, "next", 3, [], {}, {"action": "delete"}, {"action": ["next"]}, {"answers": {}, "page": "about"}]
)
def test_what_is_no_press_is_none(raw: object) -> None:
    assert Press.read(raw) is None


@pytest.mark.parametrize(
    "more",
    [
        {"page": ["about"]},
        {"page": "thanks"},
        {"page": "nowhere"},
        {"page": None},
        {"sequence": "0"},
        {"sequence": True},
        {"sequence": -5},
        {"sequence": 10**12},
        {"answers": ["employed"]},
        {"answers": {"employed": {"yes": 1}, "s1": 4, "__proto__": "x"}},
        {"answers": {"weekly": "1e999"}},
        {"elapsed": "soon"},
        {"elapsed": float("nan")},
        {"elapsed": 1e300},
        {"id": {"a": 1}},
        {"insist": "yes"},
    ],
)
def test_nothing_that_a_browser_sends_raises(store: Store, more: dict[str, Any]) -> None:
    session = begun(store)
    raw = {"id": "1", "action": "next", "page": "about", "sequence": 1, "answers": {"employed": "yes"}, "elapsed": 0}
    found = Press.read({**raw, **more})
    assert found is not None
    turn = take(session, StoreKeeper(store), found)
    assert turn.page in ("about", "support")
    answers = store.respond.reload(session).answers
    assert set(answers) <= {"consent", "employed", "weekly", "ways"}


def test_consent_is_asked_for_before_anything_is_saved(store: Store) -> None:
    session = store.respond.begin("little", "n")
    turn = on(session, store, "consent", {})
    assert turn.page == "consent"
    assert [p.message_key for p in turn.problems] == ["consent_needed"]
    assert on(session, store, "about", {"employed": "yes"}).page == "consent"
    assert store.respond.visit("little", "n") is None


def test_a_press_that_arrives_twice_is_saved_once(store: Store) -> None:
    session = begun(store)
    again = press(session, "about", {"employed": "no"})
    first = take(session, StoreKeeper(store), again)
    second = take(first.session, StoreKeeper(store), again)
    assert first.page == second.page == "support"
    assert second.notice is None
    assert store.respond.reload(session).sequence == 2


def test_a_stale_page_is_refused_with_what_is_saved(store: Store) -> None:
    session = begun(store)
    ahead = on(session, store, "about", {"employed": "no"})
    behind = on(session, store, "about", {"employed": "yes"})
    assert behind.discard
    assert behind.notice == ("asked", "other_tab")
    assert behind.session.answers == ahead.session.answers


def test_soft_pages_ask_once_and_hard_pages_hold(store: Store) -> None:
    session = on(begun(store), store, "about", {"employed": "yes"}).session
    asked = on(session, store, "support", {"s1": "4"})
    assert (asked.page, asked.insist, asked.notice) == ("support", True, ("asked", ""))
    assert {p.item for p in asked.problems} == {"s2", "s3"}
    wrong = on(session, store, "support", {"s1": "9"}, insist=True)
    assert (wrong.notice, wrong.insist) == (("error", ""), True)
    gone = on(session, store, "support", {"s1": "4"}, insist=True)
    assert gone.page == "work"
    assert gone.session.answers["s2"] == Missing.SKIPPED
    held = on(gone.session, store, "work", {}, insist=True)
    assert held.page == "work"
    assert {p.kind for p in held.problems} == {"required"}


def test_too_many_names_are_said_to_be_too_many(store: Store) -> None:
    session = on(begun(store), store, "about", {}).session
    session = on(session, store, "support", {}, insist=True).session
    turn = on(session, store, "people.g1", {"ties.g1": ["a", "b", "c", "d"]})
    each, _ = problem_sentences("en", turn.problems)
    assert each == {"ties.g1": "Please name at most 3 people; there are 4 now."}
    done = on(session, store, "people.g1", {"ties.g1": [["", "a"], ["", "b"]]})
    assert store.respond.names(done.session) == {"ties": {"T1": "a", "T2": "b"}}
    assert done.session.answers["ties.g1"] == ("T1", "T2")
    shown = page_view(done.session, "people.g1", store.respond.names(done.session))
    assert shown["blocks"][0]["items"][0]["value"] == [["T1", "a"], ["T2", "b"]]


def test_a_closed_study_says_so(store: Store) -> None:
    session = begun(store)
    store.studies.set_status("little", "closed")
    assert on(session, store, "about", {"employed": "no"}).closed
    assert arrive({"s": session.token}, store, researcher=False) == "closed_partly"
    assert arrive({"study": "little"}, store, researcher=False) == "closed"


def test_every_reason_why_a_link_leads_nowhere_is_said_in_words() -> None:
    for name in (*get_args(Gone), "error", "sign_in", "thanks", "declined"):
        assert message("en", name)["heading"], name


def test_a_database_that_fails_leaves_the_page_as_it_is(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    session = begun(store)

    def fail(*_: object, **__: object) -> None:
        raise StoreError("the disc is full")

    monkeypatch.setattr(store.respond, "submit", fail)
    turn = on(session, store, "about", {"employed": "no"})
    assert (turn.page, turn.notice) == ("about", ("error", "not_saved"))


def test_the_time_on_a_page_is_the_browsers_own(store: Store) -> None:
    class Spy(StoreKeeper):
        def save(self, session: Session, page: str, answers: Any, sending: Sending) -> Session:
            self.seconds = (sending.sent_at - sending.shown_at).total_seconds()
            return super().save(session, page, answers, sending)

    spy = Spy(store)
    session = store.respond.begin("little", "n")
    take(session, spy, press(session, "consent", {"consent": "yes"}, elapsed=83_250))
    assert spy.seconds == pytest.approx(83.25)


def test_the_address_reaches_only_where_the_respondent_has_been(store: Store) -> None:
    session = begun(store)
    assert reach(session, "about") == "about"
    assert reach(session, "consent") == "consent"
    assert reach(session, "end") == "about"
    assert reach(session, "nonsense") == "about"
    assert reach(session, END) == "about"
    refused = on(store.respond.begin("little", "m"), store, "consent", {"consent": "no"})
    assert refused.page == END
    assert reach(refused.session, "about") == END
    assert declined_view(refused.session)["back"]


def test_an_open_link_keeps_its_nonce_and_turns_into_a_token(store: Store) -> None:
    visit = arrive({"study": "little"}, store, researcher=False)
    assert isinstance(visit, Visit)
    assert len(visit.address["v"]) >= 20
    nonce = visit.address["v"]
    assert visit.query("consent") == {**visit.address, "p": "consent"}
    assert visit.still({"study": "little"})
    assert not visit.still({"study": "other"})
    visit.took(on(visit.session, store, "consent", {"consent": "yes"}))
    assert visit.query("about") == {"s": visit.session.token, "p": "about"}
    assert visit.still({"study": "little", "v": nonce})  # the browser's Back button goes there
    assert visit.still({"study": "little"})
    assert not visit.still({"study": "little", "v": "another"})
    assert not visit.still({"s": "another"})
    again = arrive({"s": visit.session.token}, store, researcher=False)
    assert isinstance(again, Visit)
    assert again.session.answers == {"consent": "yes"}


def test_a_nonce_leads_into_answers_only_where_they_were_begun_and_until_they_are_finished(store: Store) -> None:
    visit = arrive({"study": "little"}, store, researcher=False)
    assert isinstance(visit, Visit)
    address = dict(visit.address)
    visit.took(on(visit.session, store, "consent", {"consent": "yes"}))
    again = arrive(address, store, researcher=False, begun=address["v"])
    assert isinstance(again, Visit)
    assert again.session.response_id == visit.session.response_id
    for begun in (None, "", "another"):
        elsewhere = arrive(address, store, researcher=False, begun=begun)
        assert isinstance(elsewhere, Visit)
        assert not elsewhere.session.persisted
        assert elsewhere.address["v"] != address["v"]
    for page in ("about", "support", "people.g1", "end"):
        visit.took(on(visit.session, store, page, {}, insist=True))
    assert visit.session.completed
    after = arrive(address, store, researcher=False, begun=address["v"])
    assert isinstance(after, Visit)
    assert not after.session.persisted


def test_a_page_that_the_respondent_cannot_be_on_is_not_saved(store: Store) -> None:
    session = on(begun(store), store, "about", {"employed": "no"}).session
    for page in ("work", "people", "people.g1", "people.same", "people.about.T1"):
        turn = on(session, store, page, {"tenure": "3", "boss": "1", "ties.g1": "AB"}, insist=True)
        assert (turn.page, turn.notice, turn.discard) == ("support", ("asked", "other_tab"), True)
    assert store.respond.reload(session).sequence == session.sequence


def test_what_must_be_mended_is_told_from_what_may_stay_empty(store: Store) -> None:
    session = on(begun(store), store, "about", {"employed": "yes"}).session
    mixed = on(session, store, "support", {"s1": "9"})
    shown = came_of(mixed)
    assert shown["notice"] == {"tone": "error", "text": "One question needs your attention."}
    assert sorted(shown["soft"]) == ["s2", "s3"]
    assert "anyway" not in shown
    asked = came_of(on(session, store, "support", {"s1": "4"}))
    assert asked["notice"]["text"].startswith("2 questions are not answered yet")
    assert asked["anyway"] == "Continue without answering"


def test_a_draft_is_shown_to_researchers_alone(store: Store) -> None:
    store.studies.create("draft", LITTLE)
    assert arrive({"study": "draft"}, store, researcher=False) == "draft"
    assert arrive({"preview": "draft"}, store, researcher=False) == "unknown"
    assert arrive({"preview": "nothing"}, store, researcher=True) == "unknown"
    for address in ({"study": "draft"}, {"preview": "draft"}):
        visit = arrive(address, store, researcher=True)
        assert isinstance(visit, Visit)
        assert visit.keeper.preview


def test_a_preview_goes_all_the_way_and_saves_nothing(store: Store) -> None:
    study = store.studies.get("little")
    session, keeper = preview_session(study), PreviewKeeper()
    given: dict[str, Any] = {"consent": "yes", "employed": "yes", "tenure": "3", "boss": "2", "ties.g1": "AB"}
    page, seen = reach(session, None), []
    while page != END:
        seen.append(page)
        turn = take(session, keeper, press(session, page, given, insist=True))
        session, page = turn.session, turn.page
    assert seen == ["consent", "about", "support", "work", "people.g1", "end"]
    assert thanks_view(session)["heading"] == "Thank you"
    assert thanks_view(session)["link"] is None
    assert keeper.names(session) == {"ties": {"T1": "AB"}}
    assert store.results.counts("little").started == 0


def test_a_view_tells_the_browser_everything_it_shows(store: Store) -> None:
    session = on(begun(store), store, "about", {"employed": "yes", "weekly": "37.5", "ways": ["talk"]}).session
    about = page_view(session, "about")
    employed, weekly, ways = (block["items"][0] for block in about["blocks"])
    assert [o["code"] for o in employed["options"]] == ["yes", "no"]
    assert employed["value"] == "yes"
    assert (weekly["unit"], weekly["hint"], weekly["value"]) == ("hours", "From 0 to 200", "37.5")
    assert ways["value"] == ["talk"]
    support = page_view(session, "support")
    (matrix,) = support["blocks"]
    assert matrix["matrix"]
    assert sorted(item["id"] for item in matrix["items"]) == ["s1", "s2", "s3"]
    assert [item["id"] for item in matrix["items"]] == [
        item["id"] for item in page_view(replace(session, sequence=9), "support")["blocks"][0]["items"]
    ]
    assert support["text"] == ["Think of everyone you know."]


def test_a_study_speaks_the_instruments_language(store: Store) -> None:
    french = LITTLE.replace("languages: [en]", "languages: [fr, en]").replace("{en: About you}", "{en: You, fr: Vous}")
    with pytest.raises(FileProblems, match="fr"):
        store.studies.create("half", french)
    store.studies.create("whole", LITTLE.replace("{en: ", "{fr: ").replace("languages: [en]", "languages: [fr]"))
    store.studies.set_status("whole", "live")
    view = page_view(store.respond.begin("whole", "n"), "consent")
    assert (view["lang"], view["dir"]) == ("fr", "ltr")
    assert (view["next"], view["spoken"]) == ("Continuer", "fr")
