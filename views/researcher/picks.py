"""What several views of the explorer ask in the same words: a scale, fields that group people, a wave."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.source import Source, scored, waves_of
from views.researcher.variables import labelled, numeric

if TYPE_CHECKING:
    from collections.abc import Callable


def pick_scale(source: Source, key: str) -> str | None:
    """One variable that is a number, at first a scale."""
    _, called = labelled(source.instrument)
    offered = numeric(scored(source))
    first = next((place for place, name in enumerate(offered) if name in source.instrument.scales), 0)
    return st.selectbox("Scale", offered, index=first, format_func=called, key=key, persist_state="session")


def grouping(source: Source) -> list[str]:
    """The declared fields by which people come in groups; where there is none, this says how one is declared."""
    from analysis.plan.variables import clusters_of

    frame = scored(source).frame
    found = [name for name in clusters_of(source.instrument) if name in frame.columns and frame[name].nunique() > 1]
    if not found:
        st.info("The data hold no field that groups respondents, such as a team. Declare one: `team: {type: group}`.")
    return found


def pick_wave(source: Source) -> Source:
    """The data of one wave, at first the earliest: of several together, one person would count as several."""
    waves = [wave for wave, rows in waves_of(source).items() if not _few(source, rows)]
    if len(waves_of(source)) < 2:
        return source
    called: Callable[[int], str] = {0: "All rows", **{wave: str(wave) for wave in waves}}.__getitem__
    offered = [*waves, 0]
    key = f"wave_of_{'_'.join(map(str, waves))}"  # what was picked in data of other waves may not be there
    wave = st.segmented_control(
        "Wave", offered, default=offered[0], required=True, format_func=called, key=key, persist_state="session"
    )
    if wave:
        return replace(source, key=f"{source.key} wave {wave}", wave=wave)
    st.caption(
        "Of all rows together, a person counts as often as they answered, so intervals are too narrow. A plan can take "
        "the person as a group: `group: person`."
    )
    return source


def _few(source: Source, rows: int) -> str:
    from analysis.withheld import too_few

    return too_few(rows, len(source.dataset.respondents), source.dataset.smallest_group)
