"""The explorer's views of groups, waves and careless answers, on a study and on data of several waves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from survey.dataset.read import read_frame
from survey.instrument.load import load
from survey.store import Store
from tests.support.reference import data
from tests.views.researcher_support import FILLED, again, fill, look_at, open_page, people, temporary_store, words
from views.researcher import explore_waves
from views.researcher.pages.results import GROUPS, VIEWS
from views.researcher.source import Source

PANEL = """
format: twofold/1
id: panel
version: 1.0.0
formats: {n: {type: number}}
items: {a: {format: n}}
scales: {}
fields: {wave: {type: wave}}
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


def test_groups_and_careless_answers_of_a_study(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = people(store)["owner"]
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "care")
    said = words(page)
    assert "Of 120 respondents, none was left out: there are no rules." in said
    assert "Longest run of one answer" in said
    assert "A plan does that by rules" in said
    look_at(page, "waves")
    assert "These data are of one wave" in words(page)
    look_at(page, "groups")
    said = words(page)
    assert "ICC(1) = " in said.replace("\xa0", " ")
    first = page.selectbox(key="g_scale").value
    again(page.selectbox(key="g_scale").set_value("stress"))
    assert first != "stress"
    again(page.radio(key="g_null").set_value("slightly_skewed"))
    assert "Against a slightly skewed null distribution" in words(page)


def test_waves_are_offered_where_the_data_have_them(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.testing.v1 import AppTest

    frame = data("waves")[["id", "wave", "a"]].astype({"wave": str})
    instrument = load(PANEL, "panel.yaml")
    source = Source("waves", "waves", read_frame(frame.astype(object), instrument, "waves.csv"))
    monkeypatch.setattr(explore_waves, "TESTED", source, raising=False)

    def script() -> None:
        from views.researcher import explore_waves

        explore_waves.retest(explore_waves.TESTED)  # type: ignore[attr-defined] # set for this test

    page = again(AppTest.from_function(script, default_timeout=90))
    assert "over waves 1, 2, 3" in words(page)
    again(page.multiselect(key="w_waves").set_value([1, 3]))
    assert "over waves 1, 3" in words(page)
    again(page.multiselect(key="w_waves").set_value([1]))
    assert "Pick two waves or more." in words(page)
    assert isinstance(source.dataset.respondents, pd.DataFrame)


def test_every_view_stands_in_one_group_and_its_address_opens_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    placed = [view for views in GROUPS.values() for view in views]
    assert sorted(placed) == sorted(VIEWS)
    owner = people(store)["owner"]
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED, view="Careless answers")
    assert page.segmented_control(key="about").value == "Quality of answers"
    assert page.segmented_control(key="view").value == "care"
    again(page.segmented_control(key="about").set_value("Measurement"))
    assert page.segmented_control(key="view").value == "reliability"
    assert "Reliability of the Scales" in words(page)
