"""Small things that several pages show: the status of a study, problems in a file, notes, empty states."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Literal

import streamlit as st

if TYPE_CHECKING:
    from survey.files.problems import Problem
    from survey.instrument.model import Instrument

LONGEST_LINE = 200
"""Of a file's line that is shown beside its mistake."""

Colour = Literal["gray", "violet", "green", "blue"]
STATUS: dict[str, tuple[str, str, Colour]] = {
    "draft": ("Draft", ":material/edit:", "gray"),
    "pilot": ("Pilot", ":material/science:", "violet"),
    "live": ("Live", ":material/sensors:", "green"),
    "closed": ("Closed", ":material/lock:", "blue"),
}
"""What a status is called, its icon and its colour."""


def status_badge(status: str) -> None:
    """The status of a study, in a word, an icon and a colour."""
    word, icon, colour = STATUS[status]
    st.badge(word, icon=icon, color=colour)


def show_problems(problems: Sequence[Problem], what: str, text: str = "", after: str = "") -> None:
    """Every mistake in a file at once, each with its place, what to do and, given the ``text``, the line itself.

    after: what the mistakes mean for what was being done.
    """
    lines = text.splitlines()
    count = "one mistake" if len(problems) == 1 else f"{len(problems)} mistakes"
    st.error(f"{what[:1].upper()}{what[1:]} has {count}. {after}".strip(), icon=":material/error:")
    with st.container(border=True, key="problems"):
        for problem in problems:
            where = f"**Line {problem.line}, column {problem.column}:** " if problem.line else ""
            st.markdown(where + plain(f"{problem.what} {problem.remedy}".strip()))
            if 0 < problem.line <= len(lines) and (line := lines[problem.line - 1].strip()):
                st.code(line[:LONGEST_LINE], language=None, wrap_lines=True)


def instrument_note(instrument: Instrument) -> None:
    """What a researcher must know of the items wherever they or their scores are seen (that they await a pilot)."""
    from survey.instrument.model import say

    if note := say(instrument.note, "en", instrument.languages):
        st.html(f'<p class="tf-note">{escape(note)}</p>')


def show_notes(notes: Iterable[str]) -> None:
    """How the numbers came about, in small print."""
    for note in notes:
        st.caption(plain(note))


def complain(error: Exception) -> None:
    """What went wrong, in the error's own words, which may hold names out of a file: shown as they are."""
    st.error(plain(str(error)), icon=":material/error:")


def plain(text: str) -> str:
    """Text of data or people as Markdown that shows it as it is."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]()#+-.!|<>~$:^" else c for c in text)


def example(text: str, name: str) -> None:
    """A whole file to begin from, for those who write their first one."""
    st.download_button(
        "Download an example", text, name, "application/yaml", icon=":material/download:", on_click="ignore",
        key=f"example_{name}", help="The one that comes with Twofold, with comments. Change what you need.",
    )  # fmt: skip


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Rows as CSV for a spreadsheet; what it would take for a formula is led by an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        cells = [str(cell) for cell in row]
        writer.writerow([f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t") else cell for cell in cells])
    return out.getvalue()


def spaced(count: int) -> str:
    """A count as people write it: 1,234."""
    return f"{count:,}"
