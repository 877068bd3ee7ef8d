"""Groups compared in the explorer: pick an outcome and what tells the groups apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labelled, numeric, predictors

if TYPE_CHECKING:
    import pandas as pd

    from analysis.comparison.result import Comparison
    from analysis.result import NotApplicable
    from views.researcher.source import Source


def explore(source: Source) -> None:
    """The controls and what they give."""
    from analysis.comparison import MOST

    data = scored(source)
    names, called = labelled(source.instrument)
    frame = data.frame
    groups = [v for v in predictors(data) if 2 <= frame[v].nunique() <= MOST]
    if not groups:
        st.info(
            f"The data hold nothing that tells groups apart: a choice, a field or a number of two to {MOST} values."
        )
        return
    left, right = st.columns(2)
    with left:
        outcome = st.selectbox(
            "Outcome", numeric(data), index=None, format_func=called, key="c_outcome", persist_state="session",
            placeholder="What is compared", filter_mode="contains",
        )  # fmt: skip
    with right:
        by = st.selectbox(
            "Groups", [v for v in groups if v != outcome], index=None, format_func=called, key="c_by",
            persist_state="session", placeholder="What tells them apart", filter_mode="contains",
        )  # fmt: skip
    if outcome is None or by is None:
        st.info("Pick an outcome and what tells the groups apart. The table and the picture follow at once.")
        return
    from analysis.withheld import withheld

    found = _compare(source.key, outcome, by, frame[[outcome, by]])
    show_results([withheld(found, source.dataset.smallest_group)], names, key="compare")


@st.cache_data(max_entries=500, ttl="1h", show_spinner="Computing")
def _compare(key: str, outcome: str, by: str, _frame: pd.DataFrame) -> Comparison | NotApplicable:
    from analysis.comparison import compare_groups

    return compare_groups([_frame], outcome, by)
