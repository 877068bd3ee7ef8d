"""Beginning a study: choose where its questionnaire comes from, and give it a title."""

from __future__ import annotations

import streamlit as st

from survey.access import OWNER
from views.researcher.begin import SOURCES, choose, make, write
from views.researcher.places import place
from views.session import require


def show() -> None:
    """The page."""
    user = require(OWNER)
    st.page_link(place("studies"), label="All studies", icon=":material/arrow_back:")
    st.title("New study")
    source = st.segmented_control(
        "Questionnaire", list(SOURCES), default="shipped", required=True, format_func=SOURCES.__getitem__, key="source"
    )
    begun = choose(source or "shipped")
    title = st.text_input(
        "Title of the study",
        max_chars=120,
        key="title",
        help="Respondents see it. Without one, the questionnaire's is used.",
    )
    with st.container(horizontal=True):
        made = st.button("Create the study", type="primary", key="create")
        written = st.button("Edit and look at it first", key="write", help="Nothing is stored before you create it.")
    if not made and not written:
        return
    if not begun.text.strip():
        st.error("There is no questionnaire yet. Upload a file or paste its text.")
    elif made:
        make(begun, title, user)
    else:
        write(begun, title, user)
