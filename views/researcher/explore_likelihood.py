"""Models of a choice, of ordered answers and of counts in the explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labels, name_of, numeric, predictors

if TYPE_CHECKING:
    import pandas as pd

    from analysis.likelihood import Fitted
    from analysis.result import NotApplicable
    from views.researcher.source import Source

KINDS = {"logistic": "two answers (logistic)", "ordinal": "ordered answers (ordinal)", "count": "a count"}


def explore(source: Source) -> None:
    """The controls and what they give."""
    instrument, data = source.instrument, scored(source)
    names = labels(instrument)

    def called(variable: str) -> str:
        return name_of(instrument, names, variable)

    kind = st.radio(
        "The outcome is", list(KINDS), format_func=KINDS.__getitem__, horizontal=True, key="l_kind",
        persist_state="session",
    )  # fmt: skip
    offered = numeric(data) if kind == "count" else predictors(data)
    left, right = st.columns(2)
    with left:
        outcome = st.selectbox(
            "Outcome", offered, index=None, format_func=called, key=f"l_outcome_{kind}", persist_state="session",
            placeholder="What is to be explained", filter_mode="contains",
        )  # fmt: skip
    with right:
        chosen = st.multiselect(
            "Predictors", [v for v in predictors(data) if v != outcome], format_func=called, key="l_predictors",
            persist_state="session", wrap=True, select_all=False, placeholder="Pick any number",
        )  # fmt: skip
    if outcome is None or not chosen:
        st.info("Pick an outcome and at least one predictor. The table and the picture follow at once.")
        return
    result = _fit(source.key, kind or "logistic", outcome, tuple(chosen), data.frame[[outcome, *chosen]])
    show_results([result], names, key="likelihood")


@st.cache_data(max_entries=500, ttl="1h", show_spinner="Fitting")
def _fit(key: str, kind: str, outcome: str, chosen: tuple[str, ...], _frame: pd.DataFrame) -> Fitted | NotApplicable:
    from analysis.runners.likelihood import FIT

    return FIT[kind](_frame, outcome, [chosen])
