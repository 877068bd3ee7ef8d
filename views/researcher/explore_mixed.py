"""Mixed models in the explorer: an outcome, predictors, and the groups that people come in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.picks import grouping
from views.researcher.source import scored
from views.researcher.variables import labelled, numeric, predictors

if TYPE_CHECKING:
    import pandas as pd

    from analysis.mixed import Mixed
    from analysis.result import NotApplicable
    from views.researcher.source import Source


def explore(source: Source) -> None:
    """The controls and what they give."""
    data = scored(source)
    names, called = labelled(source.instrument)
    groups = grouping(source)
    if not groups:
        return

    left, right = st.columns(2)
    outcome = left.selectbox(
        "Outcome", numeric(data), index=None, format_func=called, key="n_outcome", persist_state="session",
        placeholder="What is to be explained", filter_mode="contains",
    )  # fmt: skip
    group = right.selectbox("Groups", groups, format_func=names, key="n_group", persist_state="session")
    fixed = left.multiselect(
        "Predictors", [v for v in predictors(data) if v not in (outcome, group)], format_func=called, key="n_fixed",
        persist_state="session", wrap=True, select_all=False, placeholder="Pick any number",
    )  # fmt: skip
    numbers = [v for v in fixed if v in numeric(data)]
    parts = right.multiselect(
        "Apart within and between groups", numbers, format_func=called, key="n_parts", persist_state="session",
        wrap=True, select_all=False, placeholder="Pick any of the predictors",
        help="The predictor enters as two: each group's mean, and how far a person is from it.",
    )  # fmt: skip
    slope = right.selectbox(
        "Slope that differs between groups", numbers, index=None, format_func=called, key="n_slope",
        persist_state="session", placeholder="None",
    )  # fmt: skip
    if outcome is None or group is None or not fixed:
        st.info("Pick an outcome and at least one predictor. The table and the pictures follow at once.")
        return
    columns = list(dict.fromkeys([outcome, group, *fixed]))
    kept = tuple(v for v in parts if v in numbers)
    found = _mixed(source.key, outcome, tuple(fixed), group, slope or "", kept, data.frame[columns])
    show_results([found], names, key="mixed")


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Computing")
def _mixed(
    key: str, outcome: str, fixed: tuple[str, ...], group: str, slope: str, parts: tuple[str, ...], _frame: pd.DataFrame
) -> Mixed | NotApplicable:
    from analysis.mixed import mixed

    return mixed(_frame, outcome, fixed, group, slope, parts)
