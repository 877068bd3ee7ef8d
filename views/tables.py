"""One table on a page: shown, copied into Word, downloaded in every format."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from survey.access import EVERYBODY
from views.copying import copy_button
from views.session import when_asked

if TYPE_CHECKING:
    from reports.table import Table
    from survey.store.logins import User

OFFERED = {
    "docx": "Word (.docx)",
    "xlsx": "Excel (.xlsx)",
    "csv": "Numbers (.csv)",
    "html": "Web page (.html)",
    "tex": "LaTeX (.tex)",
}
"""The formats on offer, the likeliest first."""

LOOK = """
.apa .left, .apa th, .apa td { color: inherit; }
.apa th, .apa td { border-left: 0; border-right: 0; }
.apa tbody th, .apa tbody td { border-top: 0; }
.apa { margin-bottom: 0; }
.apa-scroll { scrollbar-width: thin; }
.apa tbody th.left:first-child { padding-left: 1.2em; text-indent: -1.1em; }
"""
"""What Streamlit's own rules for tables would otherwise add; a long name hangs from its first line."""


def tabbed(table: Table) -> str:
    """The table as text with tabs: what a program gets that knows no HTML."""
    from reports.write.csv import write

    return "\n".join("\t".join(row) for row in csv.reader(io.StringIO(write((table,)))))


def _rendered(table: Table, ending: str, _user: User) -> bytes:
    from reports.write import render

    return render(table, ending)


def show_table(table: Table, key: str) -> None:
    """Show one table with its buttons; ``key`` is unique on the page."""
    show_tables((table,), key)


def show_tables(tables: Sequence[Table], key: str) -> None:
    """Show tables one below the other, each with its own buttons to copy and download."""
    from reports.text import plain
    from reports.write import FORMATS
    from reports.write.html import CSS, clipboard, fragment

    for place, table in enumerate(tables):
        title, own = plain(table.title), f"{key}_{place}"
        st.html(f"<style>{CSS}{LOOK}</style>{fragment(table)}")
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key=f"{own}_buttons"):
            copy_button(
                "Copy for Word",
                tabbed(table),
                html=clipboard(table),
                name=f"Copy for Word: {title}",
                copied="Copied. Paste it into your text.",
                failed="Your browser did not allow it. Download the .docx instead.",
                key=f"{own}_copy",
            )
            with st.popover("Download", icon=":material/download:"):
                for ending, label in OFFERED.items():
                    st.download_button(
                        label,
                        data=when_asked(partial(_rendered, table, ending), EVERYBODY),
                        file_name=f"{table.name}.{ending}",
                        mime=FORMATS[ending],
                        key=f"{own}_{ending}",
                        on_click="ignore",
                        width="stretch",
                    )
