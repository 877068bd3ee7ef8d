"""Careless answering in the explorer: how the indices are spread over respondents, and never who is who."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.variables import labels

if TYPE_CHECKING:
    from analysis.result import NotApplicable
    from analysis.screening.result import Screening
    from survey.dataset.model import Dataset
    from views.researcher.source import Source


def explore(source: Source) -> None:
    """What the indices say; a plan's rules are what leaves anybody out."""
    result = _screening(source.key, source.dataset)
    show_results([result], labels(source.instrument), key="screening")
    st.caption(
        "Nobody is left out here. A plan does that by rules that are decided beforehand: "
        "`exclude: [{longstring: {above: 10}, and: {irv: {below: 0.5}}}]`."
    )


@st.cache_data(max_entries=50, ttl="1h", show_spinner="Computing")
def _screening(key: str, _dataset: Dataset) -> Screening | NotApplicable:
    from analysis.runners.screening import screened

    return screened(_dataset, ())
