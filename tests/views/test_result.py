"""The respondent's own result, without a browser: what it says, where it is shown, and that no name leaves it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from analysis.own import Among
from survey import flow
from survey.dataset.write import write_csv_folder
from survey.feedback import moment
from survey.store import Session, Store, open_store
from survey.waves import Wave
from tests.support.finished import finished, short, through
from tests.survey.store_support import START
from views.plain import result as plain_result
from views.plain import survey
from views.respondent.circle import Somebody, circle
from views.respondent.keeper import PreviewKeeper, Sending, preview_session
from views.respondent.others import OTHERS, comparisons_open
from views.respondent.shown import own_result, shown
from views.respondent.visit import Visit, arrive

TWO = short()
NOBODY: dict[str, tuple[str, ...]] = {"g1": (), "g2": (), "g3": ()}
WRITTEN = ("Quillon", "Brisetta", "Zephyrine", "Torvald")
HELP = "network: ties\n      help: {en: A line to call., fr: Un numéro à appeler.}\n      kinds:"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'result.db'}", key=b"k" * 32)
    monkeypatch.setattr(survey, "store", lambda: opened)
    monkeypatch.setattr(plain_result, "store", lambda: opened)
    monkeypatch.setattr("views.respondent.others.KEPT_FOR", 0.0)
    begin(opened, "two", TWO)
    yield opened
    opened.close()


def result_with(more: str) -> str:
    """The instrument with more under ``result``."""
    assert TWO.count("    result:\n") == 1
    return TWO.replace("    result:\n", f"    result:\n      {more}\n")


def begin(store: Store, slug: str, text: str) -> None:
    store.studies.create(slug, text)
    store.studies.set_status(slug, "live")


def visit_of(store: Store, session: Session, language: str = "en") -> Visit:
    visit = arrive({"s": session.token, "lang": language}, store, researcher=False)
    assert isinstance(visit, Visit)
    return visit


def result_of(store: Store, session: Session, language: str = "en") -> dict[str, Any]:
    result = own_result(visit_of(store, session, language))
    assert result is not None
    return result


def part(result: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = [one for one in result["parts"] if one["kind"] == kind]
    return found


def client() -> TestClient:
    return TestClient(Starlette(routes=survey.survey_routes()), base_url="https://survey.example.org")


# --- what it says ----------------------------------------------------------------------------------------------------


def test_the_people_are_drawn_and_listed_by_the_kind_that_they_give(store: Store) -> None:
    people = part(result_of(store, finished(store, "two", "one")), "people")
    assert [(g["label"], g["tone"], g["names"]) for g in people["groups"]] == [
        ("Help with work and career", "one", ["Quillon", "Mo & <i>K</i>"]),
        ("Both kinds of support", "both", ["Brisetta"]),
        ("Personal support", "two", ["Zephyrine"]),
        ("Others you named", "none", ["Torvald"]),
    ]
    drawing = people["drawing"]
    looks = [(n["label"], n["tone"]) for n in drawing["nodes"]]
    assert looks == [
        ("Quillon", "one"), ("Brisetta", "both"), ("Mo & <i>K<…", "one"), ("Zephyrine", "two"), ("Torvald", "none")
    ]  # fmt: skip
    # Of ten pairs every third was answered 'no', the next 'somewhat', the next 'well'.
    assert [line["strong"] for line in drawing["lines"]] == [False, True] * 3
    assert people["text"][0].startswith("Pairs who know each other, among those we asked about: 6 of 10. Most of them")


def test_scores_lie_between_the_lowest_and_the_highest_that_there_can_be(store: Store) -> None:
    support = part(result_of(store, finished(store, "two", "one")), "support")
    help_, personal = support["rows"]
    assert (help_["line"]["at"], help_["line"]["low"], help_["line"]["high"]) == (65.6, "1", "5")
    assert help_["said"] == "3.6 on a line from 1 to 5: some, with room for more."
    assert (personal["line"]["at"], personal["said"]) == (100.0, "5 on a line from 1 to 5: a good deal.")
    assert support["text"] == [
        "You have more of “Personal support” than of “Help with work and career”. Many people have more of one kind, "
        "often without noticing. If you look for a place to begin, begin with “Help with work and career”."
    ]
    french = part(result_of(store, finished(store, "two", "one"), "fr"), "support")["rows"][0]["said"]
    assert french.startswith("3,6 sur une ligne de 1 à 5")


@pytest.mark.parametrize(
    ("answer", "said"), [(1, "1 on a line from 1 to 5: not much so far."), (None, "You left too many of these")]
)
def test_a_low_score_and_none_are_said_kindly(store: Store, answer: int | None, said: str) -> None:
    given = {f"ins{n}": answer for n in range(1, 7)} | {f"ins{n}": answer and 6 - answer for n in (7, 8)}
    row = part(result_of(store, finished(store, "two", "low", given)), "support")["rows"][0]
    assert row["said"].startswith(said)
    assert (row["line"] is None) == (answer is None)


def test_the_checklist_says_what_one_has_and_what_to_do_about_a_gap(store: Store) -> None:
    lists = part(result_of(store, finished(store, "two", "one", {"ck1": None})), "checklist")["lists"]
    assert [one["said"] for one in lists] == ["You have 0 of 3.", "You have 3 of 3."]
    assert [(e["state"], e["said"], bool(e["advice"])) for e in lists[0]["entries"]] == [
        ("open", "You left this open.", False),
        ("lack", "Your answer: No.", True),
        ("lack", "Your answer: Unsure.", True),
    ]
    assert [(e["state"], e["advice"]) for e in lists[1]["entries"]] == [("have", "")] * 3
    assert lists[0]["all"] == ""
    assert lists[1]["all"].startswith("You have all of these.")


def test_who_named_nobody_and_answered_nothing_gets_a_result_too(store: Store) -> None:
    given = {f"{scale}{n}": None for scale in ("ins", "psy") for n in range(1, 9)} | {
        f"ck{n}": None for n in range(1, 7)
    }
    result = result_of(store, finished(store, "two", "none", given, names=NOBODY))
    assert part(result, "people")["drawing"] is None
    assert [row["line"] for row in part(result, "support")["rows"]] == [None, None]
    assert [one["said"] for one in part(result, "checklist")["lists"]] == ["You have 0 of 3."] * 2
    assert client().get(f"/s/{finished_token(store)}/result.pdf").content.startswith(b"%PDF")


def finished_token(store: Store) -> str:
    return finished(store, "two", "again", names=NOBODY).token


def test_a_kind_that_nobody_gives_is_named(store: Store) -> None:
    names = {"g1": ("A", "B"), "g2": (), "g3": ()}
    people = part(result_of(store, finished(store, "two", "one", names=names)), "people")
    assert people["text"][0] == "Nobody you named stands under “Personal support”. One person would be a start."
    assert ("Personal support", []) in [(g["label"], g["names"]) for g in people["groups"]]


def test_help_is_shown_to_everybody_and_never_a_diagnosis(store: Store) -> None:
    begin(store, "help", TWO.replace("network: ties\n      kinds:", HELP))
    for who, answer in (("well", 5), ("badly", 1)):
        given = {f"psy{n}": answer for n in range(1, 7)} | {f"psy{n}": 6 - answer for n in (7, 8)}
        result = result_of(store, finished(store, "help", who, given))
        assert part(result, "help")["text"] == ["A line to call."]
        assert "It is not a diagnosis" in result["note"]
    assert [one["kind"] for one in result_of(store, finished(store, "two", "one"))["parts"]] == [
        "people", "support", "checklist"
    ]  # fmt: skip


# --- others ----------------------------------------------------------------------------------------------------------


def test_others_are_shown_from_ten_on_and_never_oneself_among_them(store: Store) -> None:
    own = finished(store, "two", "me")
    for number in range(9):
        finished(store, "two", f"other {number}", {"ins1": 1 + number % 5}, names=NOBODY)
    assert all(row["among"] == "" for row in part(result_of(store, own), "support")["rows"])
    finished(store, "two", "other 9", names=NOBODY)
    row = part(result_of(store, own), "support")["rows"][0]
    # The ten others have 25 points of 40 and ins1 = 1, 1, 2, 2, 3, 3, 4, 4, 4, 5: quartiles of 27 / 8 and 29 / 8.
    assert row["line"]["band"] == [59.4, 65.6]
    assert row["among"].startswith("Half of the 10 others who have answered so far lie between 3.4 and 3.6")
    assert row["among"].endswith("You lie within it.")


def test_others_are_those_of_the_same_wave(store: Store) -> None:
    far, ago = datetime(2090, 1, 1, tzinfo=UTC), datetime.now(UTC) - timedelta(days=1)
    store.waves.set("two", [Wave(1), Wave(2, opens_at=far)])
    for number in range(11):
        first = finished(store, "two", f"other {number}", names=NOBODY)
    assert OTHERS.among(store, first, ("instrumental",))["instrumental"].n == 10
    store.waves.set("two", [Wave(1), Wave(2, opens_at=ago)])
    second = finished(store, "two", "later", names=NOBODY)
    assert (second.wave, second.completed) == (2, True)
    assert OTHERS.among(store, second, ("instrumental",)) == {}


def test_a_study_may_leave_others_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    place = {"instrumental": Among(50, 2.0, 3.0), "psychosocial": Among(50, 2.0, 3.0)}
    monkeypatch.setattr(OTHERS, "among", lambda *_: place)
    begin(store, "alone", result_with("compare: false"))
    for slug, compared in (("two", True), ("alone", False)):
        rows = part(result_of(store, finished(store, slug, "one", names=NOBODY)), "support")["rows"]
        assert [bool(row["among"]) for row in rows] == [compared] * 2
        assert [row["line"]["band"] for row in rows] == [[25.0, 50.0] if compared else None] * 2


def test_whoever_left_half_way_is_no_other_that_opens_the_comparison(store: Store) -> None:
    study = store.studies.get("two")
    assert [comparisons_open(study, n) for n in (0, 9, 10, 500)] == [False, False, True, True]
    assert not comparisons_open(replace(study, status="draft"), 500)
    assert comparisons_open(replace(study, status="closed"), 10)
    own = finished(store, "two", "me", names=NOBODY)
    assert OTHERS.among(store, own, ("instrumental",)) == {}


# --- when ------------------------------------------------------------------------------------------------------------


def test_held_back_until_the_study_is_closed(store: Store) -> None:
    begin(store, "later", result_with("show: after_last_wave"))
    session = finished(store, "later", "one")
    result = result_of(store, session)
    assert (result["parts"], result["keep"]) == ([], None)
    assert result["intro"].startswith("Your own result will be here for you once the study has ended.")
    assert client().get(f"/s/{session.token}/result.pdf").status_code == 404
    html = client().get(f"/s/{session.token}").text
    assert "once the study has ended" in html
    assert not any(name in html for name in WRITTEN)
    store.studies.set_status("later", "closed")
    assert [one["kind"] for one in result_of(store, session)["parts"]] == ["people", "support", "checklist"]
    assert client().get(f"/s/{session.token}/result.pdf").status_code == 200


def test_of_the_last_wave_at_once(store: Store) -> None:
    text = result_with("show: after_last_wave\n      last_wave: '2'")
    begin(store, "waves", text)
    made = store.invitations.create("waves", [("a", {"wave": "1"}), ("b", {"wave": "2"})])
    seen = []
    for _, token in made:
        entered = store.respond.enter(token)
        assert entered is not None
        seen.append(bool(result_of(store, through(store, entered, names=NOBODY))["parts"]))
    assert seen == [False, True]


def test_a_random_half_sees_it_and_the_page_agrees_with_the_column(store: Store) -> None:
    begin(store, "half", result_with("show: random_half"))
    sessions = [finished(store, "half", f"one {number}", names=NOBODY) for number in range(8)]
    seen = {str(s.response_id): float(bool(result_of(store, s)["parts"])) for s in sessions}
    assert set(seen.values()) == {0.0, 1.0}
    assert store.results.dataset("half").respondents["result_shown"].to_dict() == seen
    assert {moment(s.study.instrument, s.response_id, {}) for s in sessions} == {"at_once", "later"}


def test_nobody_sees_it_before_they_have_finished(store: Store) -> None:
    session = store.respond.begin("two", "new")
    assert client().get(f"/s/{session.token}/result.pdf").status_code == 404
    assert client().get("/s/nobody/result.pdf").status_code == 404
    began = client().post("/study/two", data={"_page": "consent"})
    assert "Your own result" not in began.text


def test_an_author_sees_it_in_the_preview_and_nothing_is_kept(store: Store) -> None:
    study = store.studies.get("two")
    session, keeper = preview_session(study), PreviewKeeper()
    page = flow.next_page(study.instrument, session.answers, session.submitted, None)
    while page is not None and flow.find_page(study.instrument, page).type != "feedback":
        given: dict[str, Any] = {"consent": "yes"} if page == "consent" else {}
        if page == "people.g1":
            given = {"ties.g1": [("", "Quillon")]}
        session = keeper.save(session, page, given, Sending(START, START, session.sequence))
        page = flow.next_page(session.study.instrument, session.answers, session.submitted, page)
    view = shown(Visit({"preview": "two"}, session, keeper), "-end")
    assert part(view["result"], "people")["groups"][0]["names"] == ["Quillon"]
    assert view["result"]["keep"] is None
    assert store.results.counts("two").started == 0


# --- pages and the file ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_plain_page_shows_all_of_it_escaped(store: Store, language: str) -> None:
    session = finished(store, "two", "one")
    answer = client().get(f"/s/{session.token}?lang={language}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert len(answer.content) < 20_000
    html = answer.text
    assert "<i>K</i>" not in html
    assert "Mo &amp; &lt;i&gt;K&lt;/i&gt;" in html
    result = result_of(store, session, language)
    words = re.sub(r"<[^>]*>", " ", html)
    for said in said_in(result):
        assert " ".join(said.split()) in " ".join(unescape(words).split()), said
    assert html.count('class="tie') == 6
    assert f'href="{result["keep"]["href"]}"'.replace("&", "&amp;") in html
    assert 'style="' not in html  # the page's policy allows none


def said_in(value: object) -> list[str]:
    """Every sentence that a result says."""
    skipped = (
        "kind",
        "tone",
        "state",
        "lang",
        "dir",
        "spoken",
        "spoken_dir",
        "drawing",
        "line",
        "keep",
        "nobody",
        "might",
    )
    if isinstance(value, dict):
        return [said for key, inner in value.items() if key not in skipped for said in said_in(inner)]
    if isinstance(value, list):
        return [said for inner in value for said in said_in(inner)]
    return [value] if isinstance(value, str) and value else []


def test_the_file_is_a_tagged_pdf_that_no_cache_keeps_and_the_same_every_time(store: Store) -> None:
    session = finished(store, "two", "one")
    first, again, french = (client().get(f"/s/{session.token}/result.pdf{q}") for q in ("", "", "?lang=fr"))
    assert first.status_code == 200
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["cache-control"] == "no-store"
    assert first.headers["content-disposition"] == 'attachment; filename="result.pdf"'
    assert first.content.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in first.content
    assert re.search(rb"/Lang\s*\(en", first.content)
    assert re.search(rb"/Lang\s*\(fr", french.content)
    assert first.content == again.content
    assert first.content != french.content


def test_the_component_gets_plain_data(store: Store) -> None:
    visit = visit_of(store, finished(store, "two", "one"))
    view = shown(visit, visit.page(None))
    assert json.loads(json.dumps(view))["result"]["heading"] == "Your own result"
    assert view["kind"] == "message"
    assert view["result"]["keep"]["href"].endswith("/result.pdf?lang=en")


def test_a_study_without_it_says_thank_you_alone(store: Store) -> None:
    begin(store, "plain", TWO[: TWO.index("    result:\n")])
    session = finished(store, "plain", "one")
    assert own_result(visit_of(store, session)) is None
    assert "Your own result" not in client().get(f"/s/{session.token}").text
    assert client().get(f"/s/{session.token}/result.pdf").status_code == 404


def test_no_name_is_in_logs_or_exports(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    session = finished(store, "two", "one")
    for path in ("", "?lang=fr", "/result.pdf", "/result.pdf?lang=fr"):
        assert client().get(f"/s/{session.token}{path}").status_code == 200
    write_csv_folder(store.results.dataset("two"), tmp_path / "out")
    files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert len(files) >= 6
    written = "".join(file.read_text("utf-8") for file in files) + caplog.text
    assert [name for name in WRITTEN if name in written] == []
    raw = (tmp_path / "result.db").read_bytes()
    assert [name for name in WRITTEN if name.encode() in raw] == []


def test_a_fault_of_ours_says_so_without_a_name(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> bytes:
        raise RuntimeError("no file")

    session = finished(store, "two", "one")
    monkeypatch.setattr(plain_result, "pdf", broken)
    answer = client().get(f"/s/{session.token}/result.pdf")
    assert answer.status_code == 500
    assert answer.text.startswith("Nothing you sent is lost.")
    assert [name for name in WRITTEN if name in caplog.text] == []
    assert session.token not in caplog.text


# --- the drawing -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kinds", [1, 2])
@pytest.mark.parametrize("many", [1, 5, 8, 30])
def test_people_stand_in_their_part_and_apart_from_each_other(kinds: int, many: int) -> None:
    looks = [(), (0,)] if kinds == 1 else [(), (0,), (1,), (0, 1)]
    people = [Somebody(f"T{at * 100 + n}", f"P{n}", look) for at, look in enumerate(looks) for n in range(1, many + 1)]
    tied = [(a.tie, b.tie, 1.0) for a in people[:6] for b in people[-6:] if a.tie < b.tie]
    drawn = circle(people, tied, kinds, "Me")
    assert len(drawn["nodes"]) == len(looks) * min(many, 8)
    assert drawn["left"] == len(looks) * max(0, many - 8)
    spots = [(n["x"], n["y"]) for n in drawn["nodes"]] + [(drawn["me"]["x"], drawn["me"]["y"])]
    for at, (x, y) in enumerate(spots):
        assert 20 <= x <= drawn["width"] - 20
        assert 12 <= y <= drawn["height"] - 14
        for other in spots[at + 1 :]:
            assert abs(x - other[0]) > 24 or abs(y - other[1]) > 24, (spots[at], other)

    def inside(node: dict[str, Any], oval: dict[str, Any]) -> bool:
        return bool(((node["x"] - oval["cx"]) / oval["rx"]) ** 2 + ((node["y"] - oval["cy"]) / oval["ry"]) ** 2 < 1)

    for node in drawn["nodes"]:
        expected = {"one": [True, False], "two": [False, True], "both": [True, True], "none": [False, False]}
        assert [inside(node, oval) for oval in drawn["ovals"]] == expected[node["tone"]][:kinds], node


def test_no_tie_is_drawn_through_the_respondent() -> None:
    people = [
        Somebody("T1", "A", (0,)),
        Somebody("T2", "B", (1,)),
        Somebody("T3", "C", (0, 1)),
        Somebody("T4", "D", (0, 1)),
    ]
    drawn = circle(people, [("T1", "T2", 1.0), ("T3", "T4", 0.5), ("T1", "T3", 0.5)], 2, "Me")
    bent, upright, straight = drawn["lines"]
    assert "Q" in bent["d"]
    assert "Q" in upright["d"]
    assert "L" in straight["d"]
    for line in (bent, upright):
        x, y, cx, cy, x2, y2 = (float(n) for n in re.findall(r"-?\d+\.?\d*", line["d"]))
        points = [
            (
                ((1 - t) ** 2) * x + 2 * t * (1 - t) * cx + t * t * x2,
                ((1 - t) ** 2) * y + 2 * t * (1 - t) * cy + t * t * y2,
            )
            for t in [n / 50 for n in range(51)]
        ]
        assert min(((px - drawn["me"]["x"]) ** 2 + (py - drawn["me"]["y"]) ** 2) ** 0.5 for px, py in points) > 24
    assert [line["strong"] for line in drawn["lines"]] == [True, False, False]
