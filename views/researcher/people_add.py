"""Adding people from a CSV: every mistake in it at once, and nothing half taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.errors import SurveyError
from survey.mail.people import ContactProblems, given_beforehand, read_people
from views import state
from views.database import store
from views.researcher.show import complain, plain

if TYPE_CHECKING:
    from survey.store.sessions import Study

MOST_SHOWN = 20


def adding(study: Study, actor: str) -> None:
    """A file to give, what is wrong with it, and the button that takes it in."""
    fields = ", ".join(f"`{name}`" for name in given_beforehand(study.instrument))
    st.write(
        "Give a CSV with a column `email` and, as you like, `language`, `name` and other words for letters. "
        + (f"These columns go into the data as well: {fields}." if fields else "")
    )
    st.download_button(
        "Download an example", _example(study), "people.csv", "text/csv", key="people_example",
        icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    # A key of its own for each list, so that the box is empty again once its people are added.
    given = st.session_state.setdefault(state.LISTS, 0)
    file = st.file_uploader("People (.csv)", type=["csv"], key=f"people_file_{given}")
    skip = st.checkbox("Leave out whoever is in the study already", key="people_skip")
    if file is None:
        return
    try:
        people = read_people(file.getvalue(), file.name, study.instrument)
    except ContactProblems as problems:
        _wrong(problems)
        return
    label = "Add one person" if len(people) == 1 else f"Add {len(people)} people"
    st.caption("The file is in order. Nothing is sent by adding people.")
    if st.button(label, type="primary", key="people_add"):
        try:
            n = store().contacts.add(study.slug, people, actor, source=file.name, skip_known=skip)
        except ContactProblems as problems:
            _wrong(problems)
        except SurveyError as error:
            complain(error)
        else:
            st.session_state[state.LISTS] = given + 1
            st.toast(f"{n} added." if n else "All of them were there already.")
            st.rerun()


def _wrong(problems: ContactProblems) -> None:
    n = len(problems.lines)
    st.error(f"Nobody was added: {'one mistake' if n == 1 else f'{n} mistakes'} in the file.", icon=":material/error:")
    st.markdown("\n".join(f"- {plain(line)}" for line in problems.lines[:MOST_SHOWN]))
    if n > MOST_SHOWN:
        st.caption(f"And {n - MOST_SHOWN} more.")


def _example(study: Study) -> str:
    fields = list(given_beforehand(study.instrument))
    first = ["p01@example.org", study.instrument.languages[0], "P One", *[""] * len(fields)]
    return "\r\n".join((",".join(("email", "language", "name", *fields)), ",".join(first), ""))
