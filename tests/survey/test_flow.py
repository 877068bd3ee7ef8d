"""The flow of pages: branching keeps answers, order is a stable permutation, progress never falls on the way."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey import flow
from survey.answers import Answer, from_json, to_json
from survey.dataset.missing import Missing
from survey.errors import AnswerError
from survey.instrument.load import load, shipped, shipped_ids
from tests.survey.store_support import ANSWERS, PAGES, TEXT

SMALL = load(TEXT, "small.yaml")
ROOT = Path(__file__).parents[2]

codes = st.integers(1, 5).map(float)
yes_no = st.sampled_from(["yes", "no"])
missing = st.sampled_from(list(Missing))


def _answers() -> st.SearchStrategy[dict[str, Answer]]:
    one: dict[str, st.SearchStrategy[Answer]] = {
        "consent": yes_no,
        "age": st.integers(16, 99).map(float) | missing,
        "employed": yes_no | missing,
        "a1": codes | missing,
        "d1": codes | missing,
        "d2": yes_no | missing,
        "far": st.floats(0, 200) | missing,
        "roles": st.sampled_from([("peer",), ("peer", "other")]) | missing,
        "remark": st.text(min_size=1, max_size=20) | missing,
    }
    return st.fixed_dictionaries({}, optional=one)


@given(_answers(), yes_no, yes_no)
def test_hiding_a_page_loses_no_answer(answers: dict[str, Answer], first: str, then: str) -> None:
    answers = {**answers, "consent": "yes", "employed": "yes", "d2": first}
    before = flow.relevant(SMALL, answers)
    hidden = {**answers, "employed": "no"}
    assert not {"d1", "d2", "far"} & set(flow.relevant(SMALL, hidden))
    assert not {"work", "distance"} & set(flow.visible_pages(SMALL, hidden))
    assert flow.relevant(SMALL, {**hidden, "employed": "yes"}) == before
    assert ("distance" in flow.visible_pages(SMALL, {**answers, "d2": then})) == (then == "yes")


def test_hidden_answers_count_as_unanswered_in_cascade() -> None:
    answers: dict[str, Answer] = {"consent": "yes", "employed": "no", "d2": "yes", "far": 3.0}
    assert flow.visible_pages(SMALL, answers) == (
        "consent",
        "about",
        "support",
        "people.g1",
        "people.g2",
        "rest",
        "thanks",
    )
    assert flow.relevant(SMALL, answers) == {"consent": "yes", "employed": "no"}


@given(st.integers(0, 2**48 - 1))
def test_the_order_is_a_permutation_and_stable(seed: int) -> None:
    order = flow.item_order(SMALL, "support", seed)
    assert sorted(order) == ["a1", "a2", "a3", "a4", "att1"]
    assert order == flow.item_order(SMALL, "support", seed)
    assert flow.item_order(SMALL, "about", seed) == ("age", "employed")


def test_orders_differ_between_respondents_and_every_item_comes_everywhere() -> None:
    orders = [flow.item_order(SMALL, "support", seed) for seed in range(300)]
    for place in range(5):
        assert {order[place] for order in orders} == {"a1", "a2", "a3", "a4", "att1"}


def test_the_order_is_the_same_in_every_process() -> None:
    code = (
        "from survey.flow import item_order; from survey.instrument.load import load;"
        "from tests.survey.store_support import TEXT; print(item_order(load(TEXT, 't'), 'support', 12345))"
    )
    for seed in ("0", "77"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True, cwd=ROOT
        )
        assert done.stdout.strip() == "('a2', 'a4', 'att1', 'a3', 'a1')"


@given(_answers(), st.booleans())
def test_going_forward_visits_each_shown_page_once_and_progress_never_falls(
    answers: dict[str, Answer], agrees: bool
) -> None:
    final: dict[str, Answer] = {**answers, "consent": "yes" if agrees else "no"}
    known: dict[str, Answer] = {}
    submitted: set[str] = set()
    shares = [flow.progress(SMALL, known, submitted)]
    page = flow.next_page(SMALL, known, submitted, None)
    seen = []
    while page is not None and page != "thanks":
        seen.append(page)
        names = flow.asked_on(SMALL, page, known)
        known |= flow.take_in(SMALL, page, {name: final.get(name) for name in names}, known, 1, {}).answers
        submitted.add(page)
        shares.append(flow.progress(SMALL, known, submitted))
        page = flow.next_page(SMALL, known, submitted, page)
        assert page == flow.first_open(SMALL, known, submitted)
    assert shares[0] == 0
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(seen) == len(set(seen))
    assert flow.completed(SMALL, known, submitted) is agrees
    assert flow.consented(SMALL, known) is agrees
    if agrees:
        assert [*seen, "thanks"] == list(flow.visible_pages(SMALL, known))
    else:
        assert seen == ["consent"]
        assert page is None


def test_back_and_a_page_that_opens_again_is_not_jumped_over() -> None:
    known: dict[str, Answer] = {"consent": "yes", "employed": "no"}
    submitted = {"consent", "about", "support", "people.g1", "people.g2", "rest"}
    assert flow.completed(SMALL, known, submitted)
    assert flow.previous_page(SMALL, known, submitted, "people.g1") == "support"
    assert flow.previous_page(SMALL, known, submitted, "consent") is None
    assert flow.previous_page(SMALL, known, submitted, None) == "rest"
    known["employed"] = "yes"
    assert not flow.completed(SMALL, known, submitted)
    assert flow.first_open(SMALL, known, submitted) == "work"
    assert flow.next_page(SMALL, known, submitted, "people.g2") == "work"
    assert flow.next_page(SMALL, known, submitted, "about") == "support"


def test_what_a_page_lacks() -> None:
    hard = flow.problems_of(SMALL, "about", {"age": "12", "employed": None})
    assert [(p.item, p.kind, p.message_key) for p in hard] == [
        ("age", "invalid", "too_small"),
        ("employed", "required", "required"),
    ]
    soft = flow.problems_of(SMALL, "support", {"a1": 1, "a2": 9, "a3": Missing.REFUSED})
    assert [(p.item, p.kind) for p in soft] == [("a2", "invalid"), ("a4", "asked"), ("att1", "asked")]
    assert [p.kind for p in flow.problems_of(SMALL, "consent", {})] == ["required"]
    assert flow.problems_of(SMALL, "consent", {"consent": "no"}) == ()
    assert flow.problems_of(SMALL, "rest", {}) == ()


def test_answers_of_a_page_in_their_types() -> None:
    given = flow.normalise(
        SMALL,
        "rest",
        {"roles": ["other", "peer"], "order": ["b", "a"], "since": "2024-02-29", "remark": " a\r\nb\x00 "},
    )
    assert given == {"roles": ("peer", "other"), "order": ("b", "a"), "since": "2024-02-29", "remark": "a\nb"}
    assert flow.normalise(SMALL, "rest", {"roles": [], "remark": "  "})["roles"] is Missing.SKIPPED
    assert flow.normalise(SMALL, "about", {"age": "40", "employed": "yes"}) == {"age": 40.0, "employed": "yes"}
    assert flow.normalise(SMALL, "distance", {"far": "1,5"}) == {"far": 1.5}
    assert flow.normalise(SMALL, "consent", {"consent": "no"}) == {"consent": "no"}


@pytest.mark.parametrize(
    ("page", "raw", "key"),
    [
        ("about", {"age": "forty"}, "not_a_number"),
        ("about", {"age": "1_0"}, "not_a_number"),
        ("about", {"age": "nan"}, "not_a_number"),
        ("about", {"age": "1e400"}, "not_a_number"),
        ("about", {"age": True}, "not_a_number"),
        ("about", {"age": 40.5}, "not_whole"),
        ("about", {"age": 100}, "too_large"),
        ("about", {"employed": "Yes"}, "unknown_choice"),
        ("about", {"employed": ["yes"]}, "unknown_choice"),
        ("about", {"nobody": 1}, "unknown_item"),
        ("distance", {"far": "1,000"}, "not_a_number"),
        ("support", {"a1": 2.5}, "unknown_choice"),
        ("support", {"a1": 0}, "unknown_choice"),
        ("rest", {"roles": ["boss"]}, "unknown_choice"),
        ("rest", {"order": ["a", "a"]}, "rank_twice"),
        ("rest", {"since": "2023-02-29"}, "not_a_date"),
        ("rest", {"remark": "x" * 201}, "too_long"),
        ("consent", {"consent": "maybe"}, "unknown_choice"),
    ],
)
def test_what_a_format_does_not_allow_is_refused(page: str, raw: dict[str, object], key: str) -> None:
    with pytest.raises(AnswerError) as refused:
        flow.normalise(SMALL, page, raw)
    assert key in [problem.message_key for problem in refused.value.problems]


@given(_answers())
def test_answers_are_written_down_without_loss(answers: dict[str, Answer]) -> None:
    assert from_json(to_json(answers)) == answers
    assert all(isinstance(from_json(to_json(answers))[name], type(answer)) for name, answer in answers.items())


def test_answers_of_the_support_module_fit_its_pages() -> None:
    for page in PAGES:
        assert flow.problems_of(SMALL, page, ANSWERS[page]) == ()


@pytest.mark.parametrize("name", shipped_ids())
def test_every_shipped_instrument_can_be_gone_through(name: str) -> None:
    instrument = shipped(name)
    agreed = {page.id: "yes" for page in instrument.pages if page.type == "consent"}
    known: dict[str, Answer] = {}
    submitted: set[str] = set()
    page = flow.next_page(instrument, known, submitted, None)
    while page is not None and flow.find_page(instrument, page).type != "feedback":
        assert page not in submitted
        assert set(flow.item_order(instrument, page, 1)) <= set(instrument.items)
        given = {name: agreed[name] for name in flow.asked_on(instrument, page, known) if name in agreed}
        known |= flow.take_in(instrument, page, given, known, 1, {}).answers
        submitted.add(page)
        page = flow.next_page(instrument, known, submitted, page)
    assert flow.completed(instrument, known, submitted) or not instrument.pages
