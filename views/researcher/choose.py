"""Choosing a study and one of its phases, the same way on every page and kept in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from views import state
from views.database import store
from views.researcher.places import place

if TYPE_CHECKING:
    from survey.store.sessions import Study

Phase = Literal["pilot", "live"]
PHASES = {"live": "Live answers", "pilot": "Pilot answers"}


def choose_study(answered: bool = False, offer: bool = True) -> Study | None:
    """The study that the person picks, or None after saying what to do when there is none.

    answered: offer only studies that can hold answers, so not drafts. offer: whether others can be picked here, or the
    address and what was picked before decide.
    """
    studies = {s.slug: s for s in store().studies.list() if not (answered and s.status == "draft")}
    if not studies:
        with st.container(border=True):
            st.header("No answers yet" if answered else "No study yet")
            st.write(
                "Create a study, start its pilot or launch it, and send its link. Answers appear here as they come."
            )
            st.page_link(place("studies"), label="Go to the studies", icon=":material/folder_open:")
        return None
    asked = st.query_params.get("name")
    if asked in studies and asked != st.session_state.get(state.ASKED):
        st.session_state[state.STUDY] = asked
    if st.session_state.get(state.STUDY) not in studies:
        st.session_state[state.STUDY] = next(iter(studies))
    slug: str = st.session_state[state.STUDY]
    if offer:
        slug = st.selectbox(
            "Study", list(studies), format_func=lambda s: studies[s].title, key=state.STUDY, filter_mode="contains",
            persist_state="session",
        )  # fmt: skip
    st.session_state[state.ASKED] = st.query_params["name"] = slug
    return studies[slug]


def choose_phase(study: Study) -> Phase:
    """'pilot' or 'live': the two are never pooled."""
    now: Phase = "pilot" if study.status == "pilot" else "live"
    options: list[Phase] = ["pilot"] if now == "pilot" else ["live", "pilot"]
    chosen = st.segmented_control(
        "Phase", options, default=now, required=True, format_func=PHASES.__getitem__, key="phase",
        help="Answers of the pilot and live answers are kept apart and never pooled.",
    )  # fmt: skip
    return chosen or now
