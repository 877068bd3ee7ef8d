"""Several waves in the explorer: whether people get the same scores again, which of two variables comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.picks import pick_scale
from views.researcher.show import plain
from views.researcher.source import scored, waves_of
from views.researcher.variables import labelled, numeric

if TYPE_CHECKING:
    from analysis.panel.result import Panel
    from analysis.result import NotApplicable
    from analysis.retest import Retest
    from analysis.scoring import Scored
    from views.researcher.source import Source


def retest(source: Source) -> None:
    """How stable a scale is."""
    names, _ = labelled(source.instrument)
    if not _has_waves(source):
        return
    scale = pick_scale(source, "w_scale")
    waves = _pick_waves(source, "w_waves")
    if len(waves) < 2:
        st.info("Pick two waves or more.")
    elif scale:
        show_results([_retest(source.key, scale, waves, scored(source))], names, key="retest")


def panel(source: Source) -> None:
    """Which of two variables comes before the other, and who left."""
    names, called = labelled(source.instrument)
    offered = numeric(scored(source))
    if not _has_waves(source):
        return
    if len(offered) < 2:
        st.info("A panel needs two variables that are numbers.")
        return
    x = st.selectbox("One variable", offered, format_func=called, key="p_x", persist_state="session")
    y = st.selectbox("The other", offered, index=1, format_func=called, key="p_y", persist_state="session")
    waves = _pick_waves(source, "p_waves")
    with st.expander("Options"):
        others = [v for v in offered if v not in (x, y)]
        covariates = st.multiselect(
            "Covariates", others, format_func=called, key="p_covariates", persist_state="session", wrap=True
        )
        equal = st.checkbox("Hold the paths equal over time", key="p_equal", persist_state="session")
    if len(waves) < 2 or x == y or x is None or y is None:
        st.info("Pick two variables and two waves or more.")
        return
    kept = tuple(c for c in covariates if c in others)
    result = _panel(source.key, x, y, waves, kept, equal, scored(source))
    if isinstance(result, str):
        st.info(plain(f"Not applicable, because {result}."))
        return
    show_results([result], names, key="panel")


def _has_waves(source: Source) -> bool:
    """Whether there are several; where not, this says what data of several look like."""
    if len(waves_of(source)) > 1:
        return True
    st.info("These data are of one wave. Data of several have an id and a field of type wave in every row.")
    return False


def _pick_waves(source: Source, key: str) -> tuple[int, ...]:
    known = list(waves_of(source))
    return tuple(st.multiselect("Waves", known, default=known, key=key, persist_state="session"))


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Computing")
def _retest(key: str, scale: str, waves: tuple[int, ...], _data: Scored) -> Retest | NotApplicable:
    from analysis.result import NotApplicable
    from analysis.retest import retest
    from analysis.waves import by_wave

    table = by_wave(_data, scale, waves)
    return NotApplicable("retest", scale, table) if isinstance(table, str) else retest(table, scale=scale)


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Fitting")
def _panel(
    key: str, x: str, y: str, waves: tuple[int, ...], covariates: tuple[str, ...], equal: bool, _data: Scored
) -> Panel | NotApplicable | str:
    from analysis.panel import panel
    from analysis.waves import over_waves

    families = [[f"{name}@{wave}" for wave in waves] for name in (x, y)]
    wide = over_waves(_data, [*families[0], *families[1]])
    return wide if isinstance(wide, str) else panel(wide.frame, families[0], families[1], covariates, equal=equal)
