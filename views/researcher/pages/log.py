"""The owner's log: who looked at data, took them away or changed something, and when."""

from __future__ import annotations

import streamlit as st

from survey.access import PAGES
from views.database import store
from views.researcher.acts import MOST_SHOWN, as_csv, as_table, choose_lines, in_words
from views.researcher.gate import note_look
from views.researcher.show import spaced
from views.session import require, when_asked


def show() -> None:
    """The page."""
    require(*PAGES["log"])
    st.title("Log")
    st.write(
        "Every look at answers and counts, every file that was taken away and every change, with who did it. It holds "
        "no answers, no contacts and no names of respondents. No page and no command changes a line of it."
    )
    wanted = choose_lines()
    note_look("view log", "log")
    number = store().audit.count(wanted)
    if not number:
        st.info("Nothing of this kind was done.")
        return
    lines = store().audit.lines(wanted, MOST_SHOWN)
    shown = f", of which the newest {spaced(MOST_SHOWN)} are shown" if number > MOST_SHOWN else ""
    st.caption(f"{spaced(number)} {'line' if number == 1 else 'lines'}{shown}. Times are in UTC.")
    st.dataframe(as_table(lines), hide_index=True, width="stretch", key="log_lines")
    st.download_button(
        "Download all of these (.csv)", when_asked(lambda _: as_csv(store().audit.lines(wanted)), PAGES["log"]),
        "log.csv", "text/csv", key="log_csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    with st.expander("The newest in words"):
        st.markdown("\n".join(f"- {in_words(line)}" for line in lines[:20]))
