"""Reliability in the explorer: pick scales, see a table of scales and one of items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from views.researcher.answers import show_figures, show_sentences
from views.researcher.show import plain
from views.researcher.source import scored
from views.researcher.variables import labelled
from views.tables import show_table, show_tables

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from analysis.reliability import Reliability
    from analysis.result import NotApplicable
    from reports.dispatch import Options
    from reports.labels import Labels
    from views.researcher.show import plain
from views.researcher.source import Source

SEED = 20160930
RESAMPLES = (0, 500, 1000, 2000, 5000, 10000)
Missing = Literal["listwise", "pairwise"]
Score = Literal["mean", "sum"]


def explore(source: Source) -> None:
    """The controls and what they give."""
    from reports import verbs

    instrument = source.instrument
    names, called = labelled(instrument)
    usable = [s for s, scale in instrument.scales.items() if len(scale.items) > 1]
    reflective = [s for s in usable if not instrument.scales[s].formative]
    if not usable:
        st.info("This instrument has no scale of two or more items, so there is nothing whose reliability can be told.")
        return
    chosen = st.multiselect(
        "Scales", usable, default=reflective[:8], format_func=called, key="r_scales",
        persist_state="session", wrap=True,
    )  # fmt: skip
    with st.expander("Options"):
        missing = _missing()
        dropped = st.checkbox("Show alpha if an item is dropped", key="r_dropped", persist_state="session")
        resamples = st.select_slider(
            "Resamples for the interval of alpha", RESAMPLES, value=0, key="r_resamples", persist_state="session",
            help="0 gives Feldt's interval alone; otherwise a bootstrap interval (BCa) stands beside it.",
        )  # fmt: skip
    if not chosen:
        st.info("Pick one scale or more.")
        return
    if formative := [names(s) for s in chosen if instrument.scales[s].formative]:
        st.warning(plain(f"Formative, so alpha says little about it: {', '.join(formative)}."))
    data = scored(source)
    groups = data.groups if resamples else None
    results = [
        _bootstrapped(source.key, s, missing, int(resamples), instrument.scales[s].score, data.items(s), groups)
        for s in chosen
    ]
    options = verbs.options(names, {"alpha_if_dropped"} if dropped else ())
    show_table(verbs.tables(results, options=options, first=0)[0], "r_table")
    show_figures(results, options, "r")
    with st.expander("In words"):
        show_sentences(results, options)
    _items(results, options, names)


def _items(results: list[Reliability | NotApplicable], options: Options, names: Labels) -> None:
    """The items of one scale."""
    from analysis.reliability import Reliability
    from reports import verbs

    by_scale = {r.scale: r for r in results if isinstance(r, Reliability)}
    if not by_scale:
        return
    st.header("Items", anchor=False)
    scale = st.selectbox("Items of", list(by_scale), format_func=names, key="r_items", persist_state="session")
    if scale in by_scale:
        show_tables(verbs.tables([by_scale[scale]], options=options, first=0)[1:], "r_items_table")


def _missing() -> Missing:
    chosen = st.radio(
        "Where an answer is missing", ["listwise", "pairwise"], horizontal=True, key="r_missing",
        persist_state="session",
        format_func={"listwise": "leave the respondent out", "pairwise": "use each pair of items"}.__getitem__,
    )  # fmt: skip
    return "pairwise" if chosen == "pairwise" else "listwise"


@st.cache_data(max_entries=500, ttl="1h", show_spinner=False)
def _bootstrapped(
    key: str,
    scale: str,
    missing: Missing,
    resamples: int,
    score: Score,
    _items: pd.DataFrame,
    _groups: npt.NDArray[np.str_] | None,
) -> Reliability | NotApplicable:
    """The slider moves the interval alone: what does not depend on resamples is not computed again."""
    from analysis.reliability import Reliability, bootstrapped

    found = _reliability(key, scale, missing, score, _items)
    if not resamples or not isinstance(found, Reliability):
        return found
    return bootstrapped(found, _items, resamples=resamples, seed=SEED, groups=_groups)


@st.cache_data(max_entries=500, ttl="1h", show_spinner=False)
def _reliability(
    key: str, scale: str, missing: Missing, score: Score, _items: pd.DataFrame
) -> Reliability | NotApplicable:
    from analysis.reliability import reliability

    return reliability(_items, scale=scale, missing=missing, score=score)
