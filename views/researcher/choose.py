"""Choosing a study and one of its phases, the same way on every page and kept in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.database import store
from views.researcher.places import place

if TYPE_CHECKING:
    from survey.store.sessions import Study

PHASES = {"live": "Live answers", "pilot": "Pilot answers"}


def choose_study(answered: bool = False) -> Study | None:
    """The study that the person picks, or None after saying what to do when there is none.

    ``answered`` offers only studies that can hold answers, so not drafts.
    """
    studies = {s.slug: s for s in store().studies.list() if not (answered and s.status == "draft")}
    if not studies:
        with st.container(border=True):
            st.subheader("No answers yet" if answered else "No study yet")
            st.write(
                "Create a study, start its pilot or launch it, and send its link. Answers appear here as they come."
            )
            st.page_link(place("studies"), label="Go to the studies", icon=":material/folder_open:")
        return None
    slug = st.selectbox(
        "Study",
        list(studies),
        format_func=lambda s: studies[s].title,
        key="name",
        bind="query-params",
        filter_mode="contains",
    )
    return studies.get(slug or "")


def choose_phase(study: Study) -> str:
    """'pilot' or 'live': the two are never pooled."""
    now = "pilot" if study.status == "pilot" else "live"
    options = ["pilot"] if now == "pilot" else ["live", "pilot"]
    chosen = st.segmented_control(
        "Phase", options, default=now, required=True, format_func=PHASES.__getitem__, key="phase",
        help="Answers of the pilot and live answers are kept apart and never pooled.",
    )  # fmt: skip
    return chosen or now
