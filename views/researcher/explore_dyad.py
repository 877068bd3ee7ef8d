"""Dyads in the explorer: pick who belong together, see what their own values do and those of their partners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labelled, numeric

if TYPE_CHECKING:
    from analysis.dyad import Dyad
    from analysis.result import NotApplicable
    from analysis.scoring import Scored
    from views.researcher.source import Source

RESAMPLES = 2000


def explore(source: Source) -> None:
    """The controls and what they give."""
    from analysis.plan.variables import clusters_of

    instrument, data = source.instrument, scored(source)
    names, called = labelled(instrument)
    frame = data.frame
    fields = [n for n in clusters_of(instrument) if n in frame.columns and (frame[n].value_counts() == 2).any()]
    if not fields:
        st.info("The data hold no field that two people share. Declare one: `couple: {type: dyad}`.")
        return
    offered = numeric(data)

    who = st.selectbox("Who belong together", fields, format_func=names, key="d_dyad", persist_state="session")
    outcome = st.selectbox("Outcome", offered, format_func=called, key="d_outcome", persist_state="session")
    others = [v for v in offered if v != outcome]
    chosen = st.multiselect(
        "Predictors", others, format_func=called, key="d_predictors", persist_state="session", wrap=True
    )
    roles = [n for n in frame.columns if str(frame[n].dtype) == "category" and frame[n].nunique() == 2 and n != who]
    role = st.selectbox(
        "Members are told apart by", [None, *roles], format_func=lambda n: "nothing" if n is None else names(n),
        key="d_role", persist_state="session",
    )  # fmt: skip
    predictors = tuple(v for v in chosen if v in others)
    if not predictors or who is None or outcome is None:
        st.info("Pick an outcome and one predictor or more.")
        return
    show_results([_dyad(source.key, outcome, predictors, who, role or "", data)], names, key="dyad")


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Computing")
def _dyad(
    key: str, outcome: str, predictors: tuple[str, ...], who: str, role: str, _data: Scored
) -> Dyad | NotApplicable:
    from analysis.dyad import dyad

    return dyad(_data.frame, outcome, predictors, who, role, resamples=RESAMPLES, seed=1)
