"""The explorer's view of choices and counts, on a study."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.store import Store
from tests.views.researcher_support import FILLED, again, fill, look_at, open_page, people, temporary_store, words


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


def test_a_count_and_ordered_answers_are_explained(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = people(store)["owner"]
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "likelihood")
    assert "Pick an outcome and at least one predictor" in words(page)
    two = page.selectbox(key="l_outcome_logistic").options
    again(page.radio(key="l_kind").set_value("count"))
    counts = page.selectbox(key="l_outcome_count").options
    again(page.radio(key="l_kind").set_value("ordinal"))
    steps = page.selectbox(key="l_outcome_ordinal").options
    assert any(name.startswith("str1 ·") for name in steps)
    assert not any(name in offered for name in ("Stress", "Demands") for offered in (two, counts, steps))
    assert not set(two) & set(steps)
    assert any("sick" in name for name in counts)
    assert not any(name.startswith("str1") for name in counts)
    again(page.selectbox(key="l_outcome_ordinal").set_value("str1"))
    again(page.multiselect(key="l_predictors").set_value(["demands"]))
    said = words(page)
    assert "Ordinal Regression Predicting" in said
    assert "Proportional odds (Brant)" in said
