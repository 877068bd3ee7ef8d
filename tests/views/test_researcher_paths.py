"""The explorer's views of moderation and mediation, on a study."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.store import Store
from tests.views.researcher_support import FILLED, again, fill, look_at, open_page, people, temporary_store, words


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


def test_a_moderation_follows_its_slider(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = people(store)["owner"]
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "moderation")
    assert "Pick an outcome, a predictor and a moderator." in words(page)
    page.selectbox(key="mo_outcome").set_value("stress")
    again(page.selectbox(key="mo_predictor").set_value("demands"))
    again(page.multiselect(key="mo_moderators").set_value(["psychosocial"]))
    said = words(page)
    assert "The association of " in said
    assert "By Johnson and Neyman" in said
    first = page.metric[0].value
    slider = page.slider[0]
    again(slider.set_value(slider.max))
    assert page.metric[0].value != first
    again(page.checkbox(key="mo_latent").check())
    told = words(page)
    assert "Between the factors, the slope of" in told or "Not applicable, because" in told
    again(page.multiselect(key="mo_moderators").set_value(["psychosocial", "instrumental"]))
    assert not page.slider
    again(page.checkbox(key="mo_three").check())
    assert page.slider


def test_a_mediation_answers_to_its_sliders(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = people(store)["owner"]
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "mediation")
    assert "Pick a predictor, an outcome and a mediator or more." in words(page)
    page.selectbox(key="me_predictor").set_value("demands")
    again(page.selectbox(key="me_outcome").set_value("stress"))
    again(page.multiselect(key="me_mediators").set_value(["psychosocial"]))
    assert "5,000 resamples" in words(page)
    assert "95% CI" in words(page)
    page.slider(key="me_level").set_value(90)
    again(page.slider(key="me_resamples").set_value(1_000))
    assert "1,000 resamples" in words(page)
    assert "90% CI" in words(page)
    again(page.radio(key="me_shape").set_value("b"))
    again(page.selectbox(key="me_moderator").set_value("negative_affect"))
    assert "ndex of moderated mediation" in words(page)
