"""Panels in the explorer: pick two variables and waves, see which of them comes first, and who left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.explore_retest import waves_of
from views.researcher.show import plain
from views.researcher.source import scored
from views.researcher.variables import labels, name_of, numeric

if TYPE_CHECKING:
    from analysis.panel.result import Panel
    from analysis.result import NotApplicable
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
    if len(offered) < 2:
        st.info("A panel needs two variables that are numbers.")
        return

    def called(variable: str) -> str:
        return name_of(instrument, names, variable)

    x = st.selectbox("One variable", offered, format_func=called, key="p_x", persist_state="session")
    y = st.selectbox("The other", offered, index=1, format_func=called, key="p_y", persist_state="session")
    chosen = st.multiselect("Waves", waves, default=waves, key="p_waves", persist_state="session")
    with st.expander("Options"):
        others = [v for v in offered if v not in (x, y)]
        covariates = st.multiselect(
            "Covariates", others, format_func=called, key="p_covariates", persist_state="session", wrap=True
        )
        equal = st.checkbox("Hold the paths equal over time", key="p_equal", persist_state="session")
    if len(chosen) < 2 or x == y or x is None or y is None:
        st.info("Pick two variables and two waves or more.")
        return
    result = _panel(source.key, x, y, tuple(chosen), tuple(c for c in covariates if c in others), equal, data)
    if isinstance(result, str):
        st.info(plain(f"Not applicable, because {result}."))
        return
    show_results([result], names, key="panel")


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Fitting")
def _panel(
    key: str, x: str, y: str, waves: tuple[int, ...], covariates: tuple[str, ...], equal: bool, _data: Scored
) -> Panel | NotApplicable | str:
    from analysis.panel import panel
    from analysis.waves import over_waves

    families = [[f"{name}@{wave}" for wave in waves] for name in (x, y)]
    wide = over_waves(_data, [*families[0], *families[1]])
    return wide if isinstance(wide, str) else panel(wide.frame, families[0], families[1], covariates, equal=equal)
