"""Measurement models in the explorer, run in AppTest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.store import Store
from tests.views.researcher_support import FILLED, again, fill, look_at, open_page, people, temporary_store, words

Patch = pytest.MonkeyPatch


@pytest.fixture
def store(tmp_path: Path, monkeypatch: Patch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


def test_the_structure_of_scales_answers_to_its_options(store: Store, monkeypatch: Patch) -> None:
    owner = people(store)["owner"]
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "structure")
    again(page.multiselect(key="s_scales").set_value(["demands", "stress"]))
    shown = words(page)
    assert "A model of 2 factors" in shown
    assert "Fit of the Measurement Model" in shown
    assert "Factors and Their Validity" in shown
    assert "Modification" not in shown.replace("Show modification", "")
    assert len(page.get("plotly_chart")) == 1
    again(page.checkbox(key="s_mi").check())
    assert "Largest Modification Indices" in words(page)
    again(page.checkbox(key="s_rival").check())
    assert "One factor for all items" in words(page)
    again(page.selectbox(key="s_estimator").set_value("mlr"))
    assert "MLR" in words(page)
    again(page.selectbox(key="s_group").set_value("gender"))
    assert "Measurement Invariance Over Gender" in words(page) or "Not applicable, because" in words(page)
    again(page.multiselect(key="s_scales").set_value([]))
    assert "Pick one scale or more." in words(page)
