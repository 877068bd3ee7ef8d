"""Stability over waves in the explorer: pick a scale and waves, see whether people get the same scores again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labels, name_of, numeric

if TYPE_CHECKING:
    from analysis.result import NotApplicable
    from analysis.retest import Retest
    from analysis.scoring import Scored
    from views.researcher.source import Source


def explore(source: Source) -> None:
    """The controls and what they give."""
    instrument, data = source.instrument, scored(source)
    names, waves = labels(instrument), waves_of(source)
    if len(waves) < 2:
        st.info("These data are of one wave. Data of several have an id and a field of type wave in every row.")
        return
    offered = numeric(data)
    scales = [v for v in offered if v in instrument.scales]
    scale = st.selectbox(
        "Scale", offered, index=offered.index(scales[0]) if scales else 0,
        format_func=lambda v: name_of(instrument, names, v), key="w_scale", persist_state="session",
    )  # fmt: skip
    chosen = st.multiselect("Waves", waves, default=waves, key="w_waves", persist_state="session")
    if len(chosen) < 2:
        st.info("Pick two waves or more.")
        return
    if scale:
        show_results([_retest(source.key, scale, tuple(chosen), data)], names, key="retest")


def waves_of(source: Source) -> list[int]:
    """The numbers of the waves that the data have."""
    from survey.dataset.waves import wave_field

    field, frame = wave_field(source.instrument), scored(source).frame
    found = [] if field is None or field not in frame.columns else frame[field].dropna().unique().tolist()
    return sorted(int(wave) for wave in found if str(wave).isdigit())


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Computing")
def _retest(key: str, scale: str, waves: tuple[int, ...], _data: Scored) -> Retest | NotApplicable:
    from analysis.result import NotApplicable
    from analysis.retest import retest
    from analysis.waves import by_wave

    table = by_wave(_data, scale, waves)
    return NotApplicable("retest", scale, table) if isinstance(table, str) else retest(table, scale=scale)
