"""Models of a choice, of ordered answers and of counts in the explorer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.instrument.model import Likert
from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labelled, numeric, predictors

if TYPE_CHECKING:
    import pandas as pd

    from analysis.likelihood import Fitted
    from analysis.result import NotApplicable
    from analysis.scoring import Scored
    from survey.instrument.model import Format
    from views.researcher.source import Source

MOST_STEPS = 12
"""Ordered answers of more steps than that are treated as numbers."""
KINDS = {"logistic": "two answers (logistic)", "ordinal": "ordered answers (ordinal)", "count": "a count"}


def explore(source: Source) -> None:
    """The controls and what they give."""
    instrument, data = source.instrument, scored(source)
    names, called = labelled(instrument)

    kind = st.radio(
        "The outcome is", list(KINDS), format_func=KINDS.__getitem__, horizontal=True, key="l_kind",
        persist_state="session",
    )  # fmt: skip
    offered = outcomes(data, kind or "logistic")
    if not offered:
        st.info("None of the variables is of this kind.")
        return
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


def outcomes(data: Scored, kind: str) -> list[str]:
    """The variables that can be an outcome of a kind: two values, a few ordered ones, or whole numbers from 0."""
    frame = data.frame
    if kind == "count":
        whole = (v for v in numeric(data) if (values := frame[v].dropna()).ge(0).all() and values.mod(1).eq(0).all())
        return [v for v in whole if frame[v].nunique() > 1 and not isinstance(_format(data, v), Likert)]
    fewest, most = (2, 2) if kind == "logistic" else (3, MOST_STEPS)
    return [v for v in predictors(data) if fewest <= frame[v].nunique() <= most]


def _format(data: Scored, variable: str) -> Format | None:
    return data.instrument.format_of(variable) if variable in data.instrument.items else None


@st.cache_data(max_entries=500, ttl="1h", show_spinner="Fitting")
def _fit(key: str, kind: str, outcome: str, chosen: tuple[str, ...], _frame: pd.DataFrame) -> Fitted | NotApplicable:
    from analysis.runners.likelihood import FIT

    return FIT[kind](_frame, outcome, [chosen])
