"""What users of other survey platforms suffer from, fault by fault, and that it cannot happen here.

Where the proof stands elsewhere, mostly because it needs a browser, the list below gives its name; that those tests
are there is tested too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from analysis.reliability import Reliability, reliability
from analysis.scoring import score
from analysis.simulate import simulate
from survey.dataset.read import read_data
from survey.dataset.write import write_csv_folder
from survey.instrument.load import load, shipped
from survey.store import Session, Store, open_store
from tests.survey.store_support import START

TESTS = Path(__file__).resolve().parent.parent
ELSEWHERE = {
    "a double click loses or doubles answers": [
        ("browser/test_plain_survey.py", "test_a_double_click_is_one_press_and_picks_nothing_on_the_next_page"),
        ("browser/test_plain_survey.py", "test_the_second_tap_of_a_finger_picks_nothing_on_the_next_page"),
        ("browser/test_journey.py", "test_the_log_holds_each_page_that_was_sent_once"),
    ],
    "a dropped line loses answers": [
        ("browser/test_plain_survey.py", "test_while_the_line_is_down_the_page_says_so_and_sends_again"),
        ("browser/test_plain_survey.py", "test_an_answer_whose_acknowledgement_was_lost_is_there_once"),
    ],
    "removing a choice after launch shifts columns": [
        ("survey/test_formats.py", "test_a_choice_taken_away_shifts_no_column"),
        ("survey/test_store_versions.py", "test_columns_never_shift_and_scores_follow_each_version"),
    ],
    "a phone will not do": [
        ("browser/test_plain_survey.py", "test_each_page_is_accessible_fits_and_says_nothing_to_the_console"),
        ("browser/test_journey.py", "test_the_way_through_the_pages_was_as_expected"),
    ],
}
MANY = 2000
"""Items: more than a table of most databases has columns for."""


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    opened = open_store(database_url, key=b"k" * 32)
    yield opened
    opened.close()


@pytest.mark.parametrize("fault", ELSEWHERE)
def test_each_fault_that_is_tried_elsewhere_has_its_test_there(fault: str) -> None:
    for file, name in ELSEWHERE[fault]:
        assert re.search(rf"^def {name}\(", (TESTS / file).read_text("utf-8"), re.M), (fault, file, name)


def test_opening_a_link_again_and_again_creates_no_interview(store: Store) -> None:
    store.studies.create("s", (TESTS / "support" / "little.yaml").read_text("utf-8"))
    store.studies.set_status("s", "live")
    ((_, token),) = store.invitations.create("s", 1)
    for _ in range(5):
        session = store.respond.enter(token)
        assert session is not None
        assert store.respond.visit("s", "a-nonce-of-an-open-link") is None
    assert store.results.counts("s").started == 0
    ids = set()
    for number in range(3):
        session = store.respond.enter(token)
        assert session is not None
        if number == 0:
            sent(store, session, "consent", {"consent": "yes"})
        ids.add(session.response_id)
    assert len(ids) == 1
    assert store.results.counts("s").started == 1


def sent(store: Store, session: Session, page: str, answers: dict[str, object]) -> Session:
    """The session after one more page."""
    return store.respond.submit(session, page, answers, order=list(answers), shown_at=START, sent_at=START).session


def on(page: int) -> list[str]:
    """The items of a page."""
    return [f"i{n}" for n in range(page * 20, page * 20 + 20)]


def many() -> str:
    """An instrument of two thousand items on a hundred pages."""
    items = "\n".join(f"  i{n}: {{text: {{en: Statement {n}}}, format: agree5}}" for n in range(MANY))
    pages = "\n".join(
        f"  - {{id: p{page}, title: {{en: Page {page}}}, items: [{', '.join(on(page))}]}}" for page in range(MANY // 20)
    )
    return f"""format: twofold/1
id: wide
version: 1.0.0
title: {{en: Wide}}
languages: [en]
licence: CC0-1.0
formats:
  agree5: {{type: likert, from: 1, labels: {{en: [A, B, C, D, E]}}}}
items:
{items}
scales: {{}}
pages:
  - {{id: consent, type: consent, text: {{en: You may stop.}}, required: true}}
{pages}
  - {{id: thanks, type: feedback}}
"""


def test_two_thousand_items_neither_run_out_of_columns_nor_lose_a_cell(store: Store, tmp_path: Path) -> None:
    store.studies.create("wide", many())
    store.studies.set_status("wide", "live")
    nonce = "0" * 22
    session = store.respond.begin("wide", nonce)
    session = sent(store, session, "consent", {"consent": "yes"})
    given = {f"i{n}": float(1 + (7 * n) % 5) for n in range(MANY)}
    for page in range(MANY // 20):
        part: dict[str, object] = {item: given[item] for item in on(page)}
        session = sent(store, session, f"p{page}", part)
    assert session.completed
    dataset = store.results.dataset("wide")
    assert dataset.respondents[list(given)].iloc[0].to_dict() == given
    write_csv_folder(dataset, tmp_path / "out")
    back = read_data(tmp_path / "out", load(many(), "wide.yaml"))
    assert back.respondents[list(given)].iloc[0].to_dict() == given


def test_no_statistic_forgets_that_an_item_is_reversed() -> None:
    instrument = shipped("two-supports")
    data = simulate(instrument, 300, 5).dataset
    scored = score(data)
    name, scale = next(
        (name, scale) for name, scale in instrument.scales.items() if any(k.startswith("-") for k in scale.items)
    )
    turned = data.respondents[[key.lstrip("-") for key in scale.items]].copy()
    for key in scale.items:
        if key.startswith("-"):
            known = instrument.format_of(key[1:])
            low, high = known.from_, known.from_ + len(next(iter(known.labels.values()))) - 1  # type: ignore[union-attr]
            turned[key[1:]] = low + high - turned[key[1:]]
    whole = turned.dropna()
    assert len(whole) > 200
    assert np.allclose(scored.frame.loc[whole.index, name], whole.mean(axis=1), atol=1e-12)
    k, covariances = whole.shape[1], np.cov(whole.to_numpy().T)
    alpha = k / (k - 1) * (1 - np.trace(covariances) / covariances.sum())
    assert alpha > 0.5
    found = reliability(scored.items(name), scale=name, ordinal=False)
    assert isinstance(found, Reliability)
    assert found.alpha == pytest.approx(alpha, abs=1e-10)
