"""Agreement in groups in the explorer: pick a scale and what groups people, see whether groups may stand for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.picks import grouping, pick_scale
from views.researcher.source import scored
from views.researcher.variables import labelled

if TYPE_CHECKING:
    from analysis.agreement import Agreement
    from analysis.result import NotApplicable
    from analysis.scoring import Scored
    from views.researcher.source import Source

Null = Literal["uniform", "slightly_skewed"]
NULLS: dict[Null, str] = {"uniform": "evenly over all answers", "slightly_skewed": "leaning slightly to one side"}


def explore(source: Source) -> None:
    """The controls and what they give."""
    names, _ = labelled(source.instrument)
    groups = grouping(source)
    if not groups:
        return
    scale = pick_scale(source, "g_scale")
    group = st.selectbox("Groups", groups, format_func=names, key="g_group", persist_state="session")
    null = st.radio(
        "By chance, people answer", list(NULLS), format_func=NULLS.__getitem__, key="g_null", persist_state="session",
        horizontal=True,
    )  # fmt: skip
    if scale and group:
        show_results([_agreement(source.key, scale, group, null, scored(source))], names, key="agreement")


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Computing")
def _agreement(key: str, scale: str, group: str, null: Null, _data: Scored) -> Agreement | NotApplicable:
    from analysis.runners.agreement import in_groups

    return in_groups(_data, scale, group, null)
