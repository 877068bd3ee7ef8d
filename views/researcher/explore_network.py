"""Networks in the explorer: measures of the people around respondents, and models of their ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labelled, predictors

if TYPE_CHECKING:
    from analysis.network import Networks
    from analysis.result import NotApplicable
    from analysis.scoring import Scored
    from analysis.tie import Ties
    from views.researcher.source import Source

MODELS = {"marginal": "on average over respondents", "conditional": "within each respondent"}
FAMILIES = {"gaussian": "a number", "binomial": "0 or 1", "ordinal": "steps of a scale"}


def explore(source: Source) -> None:
    """The measures, then a model of ties."""
    from analysis.plan.variables import variables_of_ties

    instrument, data = source.instrument, scored(source)
    names, called = labelled(instrument)
    if not instrument.networks or data.dataset.ties.empty:
        st.info("The data hold nobody from a respondent's network.")
        return
    network = next(iter(instrument.networks))
    if len(instrument.networks) > 1:
        network = (
            st.selectbox("Network", list(instrument.networks), key="k_network", persist_state="session") or network
        )
    show_results([_measures(source.key, network, data)], names, key="network")
    st.header("What goes with a tie", anchor=False)
    roles = variables_of_ties(instrument, instrument.networks[network])

    left, right = st.columns(2)
    outcome = left.selectbox(
        "Outcome of a tie", [name for name, role in roles.items() if role == "number"], index=None, format_func=called,
        key="k_outcome", persist_state="session", placeholder="What is to be explained", filter_mode="contains",
    )  # fmt: skip
    offered = [name for name in [*roles, *predictors(data)] if name != outcome]
    chosen = right.multiselect(
        "Predictors, of ties or respondents", list(dict.fromkeys(offered)), format_func=called, key="k_predictors",
        persist_state="session", wrap=True, select_all=False, placeholder="Pick any number",
    )  # fmt: skip
    family = left.radio(
        "The outcome is", list(FAMILIES), format_func=FAMILIES.__getitem__, key="k_family", persist_state="session",
        horizontal=True,
    )  # fmt: skip
    model = right.radio(
        "Ties are compared", list(MODELS), format_func=MODELS.__getitem__, key="k_model", persist_state="session",
        horizontal=True,
    )  # fmt: skip
    if outcome is None or not chosen:
        st.info("Pick an outcome and at least one predictor. The table and the picture follow at once.")
        return
    show_results([_ties(source.key, network, outcome, tuple(chosen), family, model, data)], names, key="tie")


@st.cache_data(max_entries=50, ttl="1h", show_spinner=False)
def _measures(key: str, network: str, _data: Scored) -> Networks | NotApplicable:
    from analysis.runners.network import measured

    return measured(_data, network)


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Computing")
def _ties(
    key: str, network: str, outcome: str, chosen: tuple[str, ...], family: str, model: str, _data: Scored
) -> Ties | NotApplicable:
    from analysis.runners.tie import fitted

    return fitted(_data, network, outcome, chosen, family=family, model=model)
