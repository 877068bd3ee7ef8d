"""The explorer's view of contrasts, shares and surfaces, on a study."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.store import Store
from tests.views.researcher_support import FILLED, again, fill, look_at, open_page, people, temporary_store, words


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


def test_every_difference_answers_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = people(store)["owner"]
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "contrast")
    assert "Pick an outcome and two predictors or more" in words(page)
    page.selectbox(key="q_outcome").set_value("stress")
    again(page.multiselect(key="q_predictors_coefficients").set_value(["psychosocial", "instrumental"]))
    assert "Difference of Two Coefficients" in words(page)
    again(page.radio(key="q_shape").set_value("dominance"))
    again(page.multiselect(key="q_predictors_dominance").set_value(["psychosocial", "demands"]))
    assert "the shares were" in words(page)
    again(page.radio(key="q_shape").set_value("surface"))
    again(page.multiselect(key="q_predictors_surface").set_value(["psychosocial", "instrumental"]))
    assert "Along the line of agreement" in words(page)
    again(page.radio(key="q_shape").set_value("paired"))
    again(page.multiselect(key="q_pair_paired").set_value(["psychosocial", "instrumental"]))
    assert "Difference of Two Paired Scores" in words(page)
    again(page.radio(key="q_shape").set_value("outcomes"))
    assert "Pick two outcomes and a predictor" in words(page)
    page.multiselect(key="q_pair_outcomes").set_value(["psychosocial", "instrumental"])
    again(page.multiselect(key="q_predictors_outcomes").set_value(["demands"]))
    assert "less that" in words(page) or "that of" in words(page)
