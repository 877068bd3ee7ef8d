"""Measurement models in the explorer: pick scales, see whether their items hang together as the scales say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from views.researcher.answers import show_figures, show_sentences
from views.researcher.gate import together
from views.researcher.show import plain
from views.researcher.source import Source, scored
from views.researcher.variables import labelled
from views.tables import show_tables

if TYPE_CHECKING:
    import pandas as pd

    from analysis.cfa.result import CFA
    from analysis.invariance import Invariance
    from analysis.result import NotApplicable
    from reports.labels import Labels

Estimator = Literal["ml", "mlr", "fiml", "wlsmv"]
ESTIMATORS: dict[Estimator, str] = {
    "ml": "maximum likelihood", "mlr": "robust (MLR)", "fiml": "all answers (FIML)", "wlsmv": "ordered answers (WLSMV)",
}  # fmt: skip
MOST_ITEMS = 40
"""More items than this take so long that a plan is the better place."""


def explore(source: Source) -> None:
    """The controls and what they give."""
    from analysis.runners.cfa import items_of, reversed_items
    from reports import verbs

    instrument = source.instrument
    names, called = labelled(instrument)
    usable = [s for s, scale in instrument.scales.items() if len(scale.items) > 2 and not scale.formative]
    if not usable:
        st.info("This instrument has no scale of three or more items, so there is no structure to be tested.")
        return
    chosen = st.multiselect(
        "Scales", usable, default=usable[:2], format_func=called, key="s_scales",
        persist_state="session", wrap=True,
    )  # fmt: skip
    with st.expander("Options"):
        estimator = st.selectbox(
            "Estimate by", list(ESTIMATORS), format_func=ESTIMATORS.__getitem__, key="s_estimator",
            persist_state="session",
        )  # fmt: skip
        rival = st.checkbox("Set one factor for all items beside it", key="s_rival", persist_state="session")
        method = st.checkbox("Give reversed items a factor of their own", key="s_method", persist_state="session")
        freed = st.checkbox("Show modification indices", key="s_mi", persist_state="session")
    if not chosen:
        st.info("Pick one scale or more.")
        return
    if not together(source, chosen, measuring=True):
        return
    found = items_of(scored(source), chosen)
    if isinstance(found, str):
        st.info(plain(f"Not applicable, because {found}."))
        return
    frame, members = found
    if frame.shape[1] > MOST_ITEMS:
        st.info(f"These scales have {frame.shape[1]} items together; here up to {MOST_ITEMS} are fitted at once. "
                "A plan takes any number.")  # fmt: skip
        return
    turned = reversed_items(scored(source), chosen) if method else ()
    if method and not turned:
        st.caption("These scales have no reversed item.")
    result = _cfa(source.key, members, estimator, rival, turned, frame)
    options = verbs.options(names, {"mi"} if freed else ())
    show_sentences([result], options)
    show_tables(verbs.tables([result], options=options, first=0), "s_table")
    show_figures([result], options, "s")
    _between(source, names, members, estimator, frame)


def _between(
    source: Source, names: Labels, members: dict[str, list[str]], estimator: Estimator, frame: pd.DataFrame
) -> None:
    """Whether groups can be compared on these scales."""
    from reports import verbs

    table = scored(source).frame
    fields = [n for n in table.columns if str(table[n].dtype) == "category" and 2 <= table[n].nunique() <= 50]
    if not fields:
        return
    st.header("Between groups", anchor=False)
    group = st.selectbox(
        "Compare the groups of", [None, *fields], format_func=lambda n: "none" if n is None else names(n),
        key="s_group", persist_state="session",
    )  # fmt: skip
    if group is None or not together(source, [*members, group], measuring=True):
        return
    from analysis.withheld import withheld

    fitted = _invariance(source.key, members, estimator, group, frame, table[group].astype(object))
    result = withheld(fitted, source.dataset.smallest_group)
    options = verbs.options(names)
    show_sentences([result], options)
    show_tables(verbs.tables([result], options=options, first=0), "s_groups_table")


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Fitting")
def _cfa(
    key: str,
    members: dict[str, list[str]],
    estimator: Estimator,
    rival: bool,
    turned: tuple[str, ...],
    _frame: pd.DataFrame,
) -> CFA | NotApplicable:
    from analysis.cfa import cfa

    return cfa(_frame, members, estimator=estimator, rival=rival, method=turned)


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Fitting")
def _invariance(
    key: str,
    members: dict[str, list[str]],
    estimator: Estimator,
    group: str,
    _frame: pd.DataFrame,
    _groups: pd.Series,
) -> Invariance | NotApplicable:
    from analysis.invariance import invariance

    return invariance(_frame, _groups, members, estimator=estimator, group=group)
