"""Every kind of answer from the form to the data: what is allowed, what is missing and why, what is recorded."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.scoring import reverse, score
from survey import flow
from survey.answers import Answer, declined, from_json, read_answer, to_json
from survey.dataset.assemble import Respondent, assemble
from survey.dataset.columns import columns_of
from survey.dataset.missing import Missing
from survey.dataset.read import read_data
from survey.dataset.write import write_csv_folder
from survey.errors import AnswerError
from survey.instrument.formats import MultiChoice
from survey.instrument.labels import range_of
from survey.instrument.load import check, load
from survey.order import choices_in_order, order_shown
from survey.store import Store, open_store

TEXT = (Path(__file__).parents[1] / "support" / "every_format.yaml").read_text(encoding="utf-8")
KINDS = load(TEXT, "every_format.yaml")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def problems(page: str, given: dict[str, object]) -> dict[str, tuple[str, str]]:
    return {p.item: (p.kind, p.message_key) for p in flow.problems_of(KINDS, page, given)}


def test_the_words_beside_a_choice_are_an_answer_of_their_own() -> None:
    assert flow.names_on(KINDS, flow.find_page(KINDS, "work")) == (
        "place",
        "place.other_text",
        "ways",
        "ways.other_text",
        "hours",
    )
    answers = flow.normalise(KINDS, "work", {"place": "else", "place.other_text": " On a boat ", "ways": ["own"]})
    assert answers["place"] == "else"
    assert answers["place.other_text"] == "On a boat"
    assert answers["ways.other_text"] is Missing.SKIPPED
    elsewhere = flow.normalise(KINDS, "work", {"place": "home", "place.other_text": "x" * 999})
    assert elsewhere["place.other_text"] is Missing.NOT_SHOWN


def test_a_hard_page_asks_what_the_respondent_means() -> None:
    given: dict[str, object] = {"place": "else", "ways": ["none"], "hours": "3"}
    assert problems("work", given) == {"place.other_text": ("required", "say_what")}
    assert problems("work", {**given, "place.other_text": "x" * 501}) == {"place.other_text": ("invalid", "too_long")}
    assert problems("work", {**given, "place": "home"}) == {}


def test_a_choice_that_excludes_others_stands_alone() -> None:
    ways = KINDS.format_of("ways")
    assert read_answer(ways, ["none", "mail"]) == ("none",)
    assert read_answer(ways, ["visit", "mail"]) == ("mail", "visit")


@given(st.sets(st.sampled_from(["mail", "phone", "visit", "own", "none"]), min_size=1), st.randoms())
def test_ticks_are_one_answer_in_whatever_order_they_come(ticks: set[str], mix: st.DataObject) -> None:
    ways = KINDS.format_of("ways")
    assert isinstance(ways, MultiChoice)
    listed = sorted(ticks)
    mix.shuffle(listed)  # type: ignore[attr-defined]
    answer = read_answer(ways, listed)
    assert answer == (("none",) if "none" in ticks else tuple(code for code in ways.choices if code in ticks))


def test_a_refusal_is_an_answer_where_it_is_offered_and_nowhere_else() -> None:
    refused = {"!": "refused"}
    assert flow.normalise(KINDS, "work", {"place": "!refused"})["place"] is Missing.REFUSED
    assert flow.normalise(KINDS, "work", {"place": refused})["place"] is Missing.REFUSED
    assert problems("work", {"place": refused, "ways": ["mail"], "hours": 1}) == {}
    for item, raw in [("place", {"!": "does_not_apply"}), ("hours", refused), ("ways", refused), ("place", "!skipped")]:
        assert problems("work", {"place": "home", "ways": ["mail"], "hours": 1, item: raw}) == {
            item: ("invalid", "unknown_choice")
        }
    rest = {item: {"!": "does_not_apply"} for item in flow.find_page(KINDS, "rest").items}
    assert set(flow.normalise(KINDS, "rest", rest).values()) == {Missing.DOES_NOT_APPLY}
    assert problems("rest", rest) == {}


@pytest.mark.parametrize(
    "raw", [None, 1, [], {}, {"!": 1}, {"!": "skipped"}, {"!": "refused", "a": 1}, "refused", "!", {"!": ["refused"]}]
)
def test_nothing_else_declines(raw: object) -> None:
    assert declined(raw) is None


def test_a_text_that_looks_like_a_refusal_is_a_text() -> None:
    assert flow.normalise(KINDS, "rest", {"called": "!refused"})["called"] == "!refused"


def test_a_ranking_that_leaves_something_out_is_unanswered_with_words() -> None:
    rest: dict[str, object] = {name: {"!": "refused"} for name in ("mood", "began", "called", "remark")}
    assert problems("rest", {**rest, "matters": ["pay"]}) == {"matters": ("asked", "rank_partial")}
    assert problems("rest", {**rest, "matters": []}) == {"matters": ("asked", "asked")}
    assert problems("rest", {**rest, "matters": ["pay", "pay"]}) == {"matters": ("invalid", "rank_twice")}
    assert flow.normalise(KINDS, "rest", {"matters": ["pay", "time"]})["matters"] is Missing.SKIPPED
    assert problems("rest", {**rest, "matters": ["pay", "people", "time"]}) == {}
    hard = load(TEXT.replace("require: soft", "require: hard"), "hard")
    told = {p.item: (p.kind, p.message_key) for p in flow.problems_of(hard, "rest", {**rest, "matters": ["pay"]})}
    assert told == {"matters": ("required", "rank_whole")}


def test_an_untouched_slider_is_unanswered() -> None:
    assert flow.normalise(KINDS, "rest", {"mood": None})["mood"] is Missing.SKIPPED
    assert flow.normalise(KINDS, "rest", {"mood": "50"})["mood"] == 50.0


@given(st.integers(0, 2**48 - 1))
def test_choices_in_random_order_are_a_permutation_that_keeps_the_last_ones_last(seed: int) -> None:
    ways = KINDS.format_of("ways")
    order = choices_in_order(ways, "ways", seed)
    assert sorted(order) == sorted(ways.choices)  # type: ignore[union-attr]
    assert order[3:] == ("own", "none")
    assert order == choices_in_order(ways, "ways", seed)
    assert order_shown(KINDS, flow.find_page(KINDS, "work"), seed) == ("place", f"ways[{','.join(order)}]", "hours")


def test_every_choice_comes_at_every_place() -> None:
    orders = [choices_in_order(KINDS.format_of("ways"), "ways", seed) for seed in range(200)]
    for place in range(3):
        assert {order[place] for order in orders} == {"mail", "phone", "visit"}


@pytest.fixture
def store(database_url: str) -> Store:
    opened = open_store(database_url, key=b"k" * 32)
    opened.studies.create("kinds", TEXT)
    opened.studies.set_status("kinds", "live")
    return opened


def answered(store: Store, given: dict[str, dict[str, object]]) -> None:
    session = store.respond.begin("kinds", "someone")
    for page, answers in given.items():
        order = order_shown(KINDS, flow.find_page(KINDS, page), session.seed)
        session = store.respond.submit(session, page, answers, order=order, shown_at=NOW, sent_at=NOW).session


ALL: dict[str, dict[str, object]] = {
    "consent": {"consent": "yes"},
    "work": {"place": "else", "place.other_text": "Ein Boot, \"'; ü", "ways": ["own", "mail"], "hours": "37,5"},
    "feelings": {"calm": {"!": "refused"}, "tense": "2"},
    "rest": {
        "mood": "50",
        "began": "2020-02-29",
        "called": {"!": "does_not_apply"},
        "matters": ["time", "pay", "people"],
    },
}


def test_every_answer_comes_out_of_the_database_and_of_the_files(store: Store, tmp_path: Path) -> None:
    answered(store, ALL)
    data = store.results.dataset("kinds")
    row, missing = data.respondents.iloc[0], data.missing.iloc[0]
    assert row["place"] == "else"
    assert row["place.other_text"] == "Ein Boot, \"'; ü"
    assert [row[f"ways.{code}"] for code in ("mail", "phone", "visit", "own", "none")] == [1, 0, 0, 1, 0]
    assert (row["hours"], row["mood"], row["began"], row["tense"]) == (37.5, 50.0, "2020-02-29", 2.0)
    assert [row[f"matters.{code}"] for code in ("pay", "time", "people")] == [2, 1, 3]
    assert missing["calm"] == "refused"
    assert missing["called"] == "does_not_apply"
    assert (missing["remark"], missing["ways.other_text"], missing["place.other_text"]) == ("skipped", "skipped", "")
    write_csv_folder(data, tmp_path / "out")
    again = read_data(tmp_path / "out", KINDS)
    assert again.respondents.equals(data.respondents)
    assert again.missing.equals(data.missing)


def test_words_where_no_choice_asks_for_them_are_refused(store: Store) -> None:
    with pytest.raises(AnswerError):
        answered(store, {"consent": {"consent": "yes"}, "work": {**ALL["work"], "hours.other_text": "x"}})


def test_the_log_keeps_declined_answers_as_they_are() -> None:
    answers = flow.normalise(KINDS, "rest", ALL["rest"])
    assert from_json(to_json(answers)) == answers


def test_an_item_of_any_kind_is_reversed_over_its_declared_range(store: Store) -> None:
    answered(store, ALL)
    scored = score(store.results.dataset("kinds"))
    assert range_of(KINDS.format_of("place")) == (1, 3)
    # place: else counts 3 and turns to 1; mood 50 of 0 to 100 turns to 50.
    assert scored.frame["reach"].tolist() == [1.0 + 50.0]
    assert scored.frame["ease"].isna().all()


CODES = ("a", "b", "c", "d", "e")


def _several(codes: tuple[str, ...], kind: str) -> str:
    choices = ", ".join(f"{code}: {{label: {code.upper()}}}" for code in codes)
    return (
        "format: twofold/1\nid: cut\nversion: 1.0.0\n"
        f"formats: {{f: {{type: {kind}, choices: {{{choices}}}}}, n: {{type: number}}}}\n"
        "items: {before: {text: B, format: n}, it: {text: I, format: f}, after: {text: A, format: n}}\nscales: {}\n"
        "pages:\n  - {id: consent, type: consent, text: Yes, required: true}\n"
        "  - {id: p, items: [before, it, after]}\n"
    )


@settings(max_examples=25, deadline=None)
@given(st.data(), st.sampled_from(["multichoice", "rank"]))
def test_a_choice_taken_away_shifts_no_column(data: st.DataObject, kind: str) -> None:
    """Columns go by name: whatever is removed, each answer that is still there stands under its own name."""
    kept = data.draw(st.sets(st.sampled_from(CODES), min_size=2))
    left = tuple(code for code in CODES if code in kept)
    old, new = (load(_several(codes, kind), "cut") for codes in (CODES, left))
    order = data.draw(st.permutations(CODES))
    answer: Answer = tuple(order) if kind == "rank" else tuple(sorted(order[:3]))
    answers: dict[str, Answer] = {"consent": "yes", "before": 1.0, "it": answer, "after": 2.0}
    everyone = [Respondent("r", answers, frozenset({"consent", "p"}), {}, 1.0)]
    then, now = (assemble(instrument, everyone, "s").respondents for instrument in (old, new))
    assert [c.name for c in columns_of(new)] == ["before", *(f"it.{c}" for c in left), "after"]
    assert (now["before"].item(), now["after"].item()) == (1.0, 2.0)
    for code in left:
        assert now[f"it.{code}"].item() == then[f"it.{code}"].item()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "specify: true}\n      none",
            "specify: true}\n      two: {label: T, specify: true}\n      none",
            "two choices of",
        ),
        ("pay: {label: {en: Pay, fr: Salaire}}", "pay: {label: {en: P, fr: S}, specify: true}", "things of a ranking"),
        ("score: 1}", "score: 1, exclusive: true}", "cannot exclude others"),
        ("      mail:", "      other_text: {label: X}\n      mail:", "'other_text'"),
        ("items: [calm, tense]\n    layout", "items: [calm, tense, place]\n    layout", "cannot stand in the matrix"),
    ],
)
def test_what_makes_no_sense_is_told(old: str, new: str, told: str) -> None:
    assert old in TEXT
    found = check(TEXT.replace(old, new, 1), "broken.yaml")
    assert [problem for problem in found if told in problem.what], [str(problem) for problem in found]
    assert all(problem.line > 0 for problem in found)


@settings(max_examples=60)
@given(st.data())
def test_reversing_mirrors_an_answer_of_any_kind_within_its_declared_range(data: st.DataObject) -> None:
    """What nobody picked does not matter: the range is the declared one, and reversing twice changes nothing."""
    low = data.draw(st.integers(-50, 50))
    width = data.draw(st.integers(1, 9))
    kind = data.draw(st.sampled_from(["likert", "number", "slider", "choice"]))
    inside = {
        "likert": f"from: {low}, labels: [{', '.join(f'L{i}' for i in range(width + 1))}]",
        "number": f"min: {low}, max: {low + width}",
        "slider": f"min: {low}, max: {low + width}",
        "choice": "choices: {"
        + ", ".join(f"c{i}: {{label: C{i}, score: {low + i}}}" for i in range(width + 1))
        + ", other: {label: O, score: "
        + str(low)
        + ", specify: true}}",
    }[kind]
    text = f"format: twofold/1\nid: r\nversion: 1.0.0\nformats: {{f: {{type: {kind}, {inside}}}}}\n"
    instrument = load(text + "items: {x: {format: f}}\nscales: {s: {label: S, items: [-x]}}\n", "r")
    steps = data.draw(st.lists(st.integers(0, width), min_size=1, max_size=4))
    column = pd.Series([float(low + step) for step in steps])
    turned = reverse(instrument, "x", column)
    assert turned.tolist() == [float(low + width - step) for step in steps]
    assert reverse(instrument, "x", turned).tolist() == column.tolist()
