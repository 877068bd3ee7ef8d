"""What is missing in the explorer: pick variables, see shares, reasons, patterns and Little's test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labelled, predictors

if TYPE_CHECKING:
    from analysis.missing.result import Missingness
    from analysis.result import NotApplicable
    from analysis.scoring import Scored
    from views.researcher.source import Source

MOST = 40


def explore(source: Source) -> None:
    """The controls and what they give."""
    instrument, data = source.instrument, scored(source)
    names, called = labelled(instrument)
    offered = predictors(data)
    scales = [v for v in offered if v in instrument.scales]
    chosen = st.multiselect(
        "Variables", offered, default=(scales or offered)[:10], format_func=called,
        key="m_variables", max_selections=MOST, persist_state="session", wrap=True, select_all=False,
        help="A score is missing where too few of its items were answered.",
    )  # fmt: skip
    if not chosen:
        st.info("Pick one variable or more.")
        return
    result = _missing(source.key, tuple(chosen), data)
    show_results([result], names, key="missing")
    st.caption("A plan can impute what is missing, or use maximum likelihood: `missing: mi` or `missing: fiml`.")


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Computing")
def _missing(key: str, variables: tuple[str, ...], _data: Scored) -> Missingness | NotApplicable:
    from analysis.missing.result import missingness, reasons_of

    return missingness(_data.frame[list(variables)], reasons_of(_data, variables))
