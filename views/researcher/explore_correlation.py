"""Correlations in the explorer: pick variables, see the matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from views.researcher.answers import show_figures, show_sentences
from views.researcher.gate import together
from views.researcher.source import scored
from views.researcher.variables import labelled, numeric
from views.tables import show_table, show_tables

if TYPE_CHECKING:
    import pandas as pd

    from analysis.correlation import Correlation
    from analysis.result import NotApplicable
    from views.researcher.source import Source

Method = Literal["pearson", "spearman", "polychoric"]
METHODS: dict[Method, str] = {
    "pearson": "Pearson",
    "spearman": "Spearman (ranks)",
    "polychoric": "Polychoric (ordered answers)",
}
ADJUST = {"none": "not corrected", "holm": "Holm", "bh": "Benjamini–Hochberg"}
MOST = 20


def explore(source: Source) -> None:
    """The controls and what they give."""
    from reports import verbs

    instrument, data = source.instrument, scored(source)
    names, called = labelled(instrument)
    offered = numeric(data)
    scales = [v for v in offered if v in instrument.scales]
    chosen = st.multiselect(
        "Variables", offered, default=scales[:8], format_func=called,
        key="c_variables", max_selections=MOST, persist_state="session", wrap=True, select_all=False,
    )  # fmt: skip
    with st.expander("Options"):
        method = st.radio(
            "Kind", list(METHODS), format_func=METHODS.__getitem__, key="c_method", persist_state="session"
        )
        adjust = st.radio(
            "p values for the number of pairs", list(ADJUST), format_func=ADJUST.__getitem__, key="c_adjust",
            persist_state="session",
        )  # fmt: skip
        held = st.multiselect(
            "Held constant (partial correlations)", [v for v in offered if v not in chosen],
            format_func=called, key="c_partial", max_selections=5,
            persist_state="session", wrap=True, disabled=method == "polychoric",
        )  # fmt: skip
        held = [v for v in held if v not in chosen] if method != "polychoric" else []
    if len(chosen) < 2:
        st.info("Pick two variables or more.")
        return
    if not together(source, [*chosen, *held]):
        return
    result = _correlation(source.key, tuple(chosen), method, adjust, tuple(held), data.frame[[*chosen, *held]])
    moments = {v: (float(data.frame[v].mean()), float(data.frame[v].std())) for v in chosen}
    options = verbs.options(names, moments=moments)
    show_sentences([result], options)
    tables = verbs.tables([result], options=options, first=0)
    show_table(tables[0], "c_table")
    show_figures([result], options, "c")
    if tables[1:]:
        with st.expander("Every pair with its interval"):
            show_tables(tables[1:], "c_pairs")


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Computing")
def _correlation(
    key: str, variables: tuple[str, ...], method: Method, adjust: str, held: tuple[str, ...], _frame: pd.DataFrame
) -> Correlation | NotApplicable:
    from analysis.correlation import correlation

    return correlation(_frame, method=method, adjust=adjust, partial=held)
