"""Data collected elsewhere: upload a table, say what its columns are, go to the explorer."""

from __future__ import annotations

import streamlit as st

from survey.access import SEES_ANSWERS
from survey.dataset.upload import Uploaded, read_upload
from survey.errors import DataProblems
from views import state
from views.researcher.declare import declare
from views.researcher.places import place
from views.researcher.show import complain, plain
from views.researcher.source import uploaded
from views.session import require


def show() -> None:
    """The page."""
    require(*SEES_ANSWERS)
    st.title("Your own data")
    st.write(
        "Bring a table that was collected elsewhere. It stays in this browser tab's session and is not stored: "
        "close the tab, and it is gone."
    )
    _opened()
    file = st.file_uploader("Table (.csv or .sav)", type=["csv", "sav", "zsav"], key="table")
    if file is None:
        st.caption(
            "One row a respondent, one column a question. A .csv has the names of its columns in its first line."
        )
        return
    try:
        table = _read(file.name, file.getvalue())
    except DataProblems as error:
        complain(error)
        return
    rows, columns = table.frame.shape
    st.write(f"{rows:,} rows and {columns:,} columns.")
    source = declare(table)
    if source is not None:
        st.session_state[state.UPLOADED] = source
        st.switch_page(place("results"))


def _opened() -> None:
    """What is open already, and the way back to it."""
    source = uploaded()
    if source is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(source.name)}** is open in the explorer.")
        st.page_link(place("results"), label="Go to the results", icon=":material/query_stats:")
        if st.button("Close it", key="close_file"):
            st.session_state.pop(state.UPLOADED)
            st.rerun()


@st.cache_data(max_entries=4, ttl="1h", show_spinner="Reading the table", scope="session")
def _read(name: str, content: bytes) -> Uploaded:
    return read_upload(name, content)
