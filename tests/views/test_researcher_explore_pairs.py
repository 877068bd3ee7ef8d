"""The explorer's views of panels and dyads, on data of several waves and of mentors with their protégés."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from survey.dataset.read import read_frame
from survey.instrument.load import load
from tests.support.reference import data
from tests.views.researcher_support import again, words
from views.researcher import explore_dyad, explore_waves, picks
from views.researcher.source import Source

HEAD = "format: twofold/1\nid: {}\nversion: 1.0.0\nformats: {{n: {{type: number}}}}\nscales: {{}}\n"
PANEL = HEAD.format("panel") + (
    "items: {stress: {format: n}, support: {format: n}, age: {format: n}}\nfields: {wave: {type: wave}}\n"
)
DYADS = HEAD.format("dyads") + (
    "items: {y: {format: n}, x: {format: n}, z: {format: n}}\nfields: {dyad: {type: dyad}, role: {type: category}}\n"
)


def source_of(text: str, frame: pd.DataFrame) -> Source:
    texts = pd.DataFrame({c: [None if pd.isna(v) else f"{v}" for v in frame[c]] for c in frame.columns})
    key = str(pd.util.hash_pandas_object(texts).sum())  # what is kept goes by the key
    return Source(key, "file", read_frame(texts, load(text, "i.yaml"), "file.csv"))


def page_of(module: ModuleType, source: Source, script: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setattr(module, "TESTED", source, raising=False)
    return again(AppTest.from_function(script, default_timeout=90))


def test_a_panel_answers_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        from views.researcher import explore_waves

        explore_waves.panel(explore_waves.TESTED)  # type: ignore[attr-defined] # set for this test

    page = page_of(explore_waves, source_of(PANEL, data("panel")), script, monkeypatch)
    assert "Random-intercept cross-lagged model" in words(page)
    again(page.multiselect(key="p_waves").set_value([1, 2]))
    assert "just identified" in words(page)
    again(page.multiselect(key="p_waves").set_value([1]))
    assert "Pick two variables and two waves or more." in words(page)
    one = data("panel").query("wave == 1")
    assert "These data are of one wave" in words(page_of(explore_waves, source_of(PANEL, one), script, monkeypatch))


def test_of_several_waves_one_is_looked_at_unless_all_rows_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        import streamlit as st

        from views.researcher import picks
        from views.researcher.source import scored

        source = picks.pick_wave(picks.TESTED)  # type: ignore[attr-defined] # set for this test
        st.write(f"{len(scored(source).frame)} rows, {source.key != picks.TESTED.key}")  # type: ignore[attr-defined]

    frame = data("panel")
    page = page_of(picks, source_of(PANEL, frame), script, monkeypatch)
    for wave in (1, 3):
        again(page.segmented_control[0].set_value(wave))
        assert f"{(frame['wave'] == wave).sum()} rows, True" in words(page)
    again(page.segmented_control[0].set_value(0))
    assert f"{len(frame)} rows, False" in words(page)
    assert "intervals are too narrow" in words(page)
    one = page_of(picks, source_of(PANEL, frame.query("wave == 1")), script, monkeypatch)
    assert not one.segmented_control


def test_a_result_that_is_not_applicable_is_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        from views.researcher import explore_dyad

        explore_dyad.explore(explore_dyad.TESTED)  # type: ignore[attr-defined] # set for this test

    few = data("dyads").dropna(subset=["x", "y"])
    few = few[few["dyad"].isin(few["dyad"].value_counts()[lambda n: n == 2].index[:2])]
    page = page_of(explore_dyad, source_of(DYADS, few), script, monkeypatch)
    page.selectbox(key="d_outcome").set_value("y")
    again(page.multiselect(key="d_predictors").set_value(["x"]))
    assert words(page).count("Not applicable, because there are 2 complete dyads") == 1


def test_dyads_answer_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def script() -> None:
        from views.researcher import explore_dyad

        explore_dyad.explore(explore_dyad.TESTED)  # type: ignore[attr-defined] # set for this test

    frame = data("dyads").assign(id=lambda f: [f"p{i}" for i in range(len(f))])
    page = page_of(explore_dyad, source_of(DYADS, frame), script, monkeypatch)
    assert "Pick an outcome and one predictor or more." in words(page)
    again(page.selectbox(key="d_outcome").set_value("y"))
    again(page.multiselect(key="d_predictors").set_value(["x"]))
    assert "in 105 dyads." in words(page)
    again(page.selectbox(key="d_role").set_value("role"))
    assert "in 104 dyads of mentor and protege." in words(page)
    alone = source_of(DYADS, frame.assign(dyad=frame["id"]))
    assert "no field that two people share" in words(page_of(explore_dyad, alone, script, monkeypatch))
