"""The list of studies: what there is, how far each has come, and how to begin one."""

from __future__ import annotations

import streamlit as st

from survey.access import EVERYBODY
from survey.instrument.model import say
from survey.store.sessions import Study
from views.database import store
from views.researcher.counts import counts_of
from views.researcher.gate import note_look
from views.researcher.places import place
from views.researcher.show import plain, spaced, status_badge
from views.session import may_use, require


def show() -> None:
    """The page."""
    require(*EVERYBODY)
    st.title("Studies")
    studies = store().studies.list()
    begins = may_use("studies.new")
    if begins and studies:
        _new("New study")
    if not studies:
        _nothing_yet(begins)
    elif any(study.status != "draft" for study in studies):
        note_look("view counts", "all studies")
    for study in studies:
        _card(study)


def _nothing_yet(owner: bool) -> None:
    with st.container(border=True):
        st.header("No study yet")
        if not owner:
            st.write("The owner of this server creates studies. Once there is one, you will find it here.")
            return
        st.write(
            "A study is one questionnaire, the link that people open to answer it, and their answers. "
            "Begin with the questionnaire that comes with Twofold, or with one of your own; "
            "nobody sees it before you start its pilot."
        )
        _new("Create your first study")


def _new(label: str) -> None:
    if st.button(label, type="primary", icon=":material/add:", key="new_study"):
        st.switch_page(place("new"))


def _card(study: Study) -> None:
    counts = counts_of(study)
    with st.container(border=True, key=f"study_{study.slug}"):
        st.header(plain(study.title), anchor=False)
        name = say(study.instrument.title, "en", study.instrument.languages) or study.instrument.id
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            status_badge(study.status)
            st.caption(f"{plain(name)}, version {plain(study.instrument.version)}", width="content")
        if study.status == "draft":
            st.write("Nobody can open it yet.")
        else:
            st.write(
                f"Opened {spaced(counts.opened)} · consented {spaced(counts.consented)} · "
                f"completed {spaced(counts.completed)}"
            )
        st.page_link(place("study"), label="Open", icon=":material/arrow_forward:", query_params={"name": study.slug})
