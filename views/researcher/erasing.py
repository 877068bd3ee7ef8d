"""Data protection of a study: the days that it names, erasing a person, the pilot or everybody, and what was erased."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import streamlit as st

from survey.errors import SurveyError
from survey.store.erase import EVERYBODY, OF_A_PERSON, PILOT, Whom
from survey.store.retention import overdue
from views import state
from views.database import finish_erasures, store
from views.researcher.show import complain, plain, spaced
from views.session import may_use, require_part

if TYPE_CHECKING:
    from collections.abc import Mapping

    from survey.store.erase import Erasure
    from survey.store.sessions import Study

WAIT = 10.0
"""Seconds for which a page waits for others to let the database go; the app goes on with it afterwards."""

NOT_YET = (
    "The rows are deleted, but it is not finished: another program has the database open, or it cannot be written"
    " anew, so that traces may still be in its files. The app goes on with it by itself; the list of erasures"
    " says when it is finished."
)

KINDS = {
    "person": "a person",
    "response": "a response",
    "pilot": "the pilot",
    "study": "everybody",
    "withdrawal": "a person, by their own link",
}
"""What was erased, in words."""


def protection(study: Study, actor: str) -> None:
    """The part of a study's page that deals with it, for whoever may erase."""
    if overdue(study, datetime.now(UTC).date()) and held(study):
        st.warning(
            f"The data of this study were to be erased by {study.delete_after:%d %B %Y}. Erase them below, or give"
            " another day.",
            icon=":material/event_busy:",
        )
    if st.session_state.pop(state.ERASED, False):
        st.success("Erased. What remains is a count, under Data protection.")
    with st.expander("Data protection: days, erasing"):
        if may_use("study.erase"):
            _days(study, actor)
        if may_use("study.erase.person"):
            _person(study, actor)
        if may_use("study.erase"):
            _many(study, actor)
            _erased(study)


def held(study: Study) -> bool:
    """Whether anything is kept of anybody."""
    return bool(store().erasures.extent(study.slug, EVERYBODY).rows)


def _days(study: Study, actor: str) -> None:
    require_part("study.erase")
    st.markdown("**Days**")
    st.caption(
        "Respondents leave by a link at the foot of each page: to be asked no more, or to have what they said deleted."
        " Name on the consent page until when they can do the latter. Nothing is erased by itself: once the day"
        " for erasing has passed, this page and twofold doctor remind you."
    )
    with st.form("retention", border=False):
        until = st.date_input(
            "Answers can be withdrawn until (empty: always)", study.withdraw_until, format="YYYY-MM-DD"
        )
        after = st.date_input("Erase the data after (empty: not said)", study.delete_after, format="YYYY-MM-DD")
        if st.form_submit_button("Keep these days"):
            try:
                store().retention.set_days(study.slug, until, after, actor)
            except SurveyError as error:
                complain(error)
            else:
                st.success("Saved.")


def _person(study: Study, actor: str) -> None:
    require_part("study.erase.person")
    st.markdown("**Erase a person**")
    with st.form("erase_whom", clear_on_submit=True, border=False):
        words = st.text_input(
            "Their address, the label or id of their invitation, or the id of a response",
            help="As the list of links or an export has it. What you type here is kept nowhere.",
        )
        if not st.form_submit_button("Look them up"):
            return
    try:
        whom = store().erasures.person(study.slug, words)
    except SurveyError as error:
        complain(error)
        return
    _confirm(study, whom, actor, "Erase this person?", words)


def _many(study: Study, actor: str) -> None:
    require_part("study.erase")
    pilot = store().erasures.extent(study.slug, PILOT)
    if pilot.responses:
        st.markdown("**Erase the pilot**")
        st.caption(f"{_responses(pilot.responses)} of the pilot are kept, apart from live ones.")
        if st.button("Erase the pilot's answers", key="erase_pilot"):
            _confirm(study, PILOT, actor, "Erase the pilot's answers?")
    if study.status != "live" and held(study):
        st.markdown("**Erase everybody**")
        st.caption("Every answer, name, link and contact of this study. Its questionnaire, plan and reports stay.")
        if st.button("Erase all data of this study", key="erase_all"):
            _confirm(study, EVERYBODY, actor, "Erase all data of this study?")


def _confirm(study: Study, whom: Whom, actor: str, question: str, name: str = "") -> None:
    part = "study.erase.person" if whom.kind == "person" else "study.erase"

    @st.dialog(question)
    def ask() -> None:
        require_part(part)  # a dialog runs by itself, so it asks for itself
        st.markdown(f"**{plain(name or study.title)}**")
        # Who may not see answers is not told either whether this person gave any; in an employer's study nobody is.
        rows = (
            store().erasures.extent(study.slug, whom).rows
            if may_use("study.erase") and (study.tells_who or whom.kind != "person")
            else dict.fromkeys(OF_A_PERSON.values())
        )
        st.write("This will go, out of the database's files too:")
        st.markdown("\n".join(going(rows)))
        st.write("It cannot be taken back. Files that were exported and backups made before still hold it.")
        sure = (
            whom != EVERYBODY or st.text_input("Type the study's short name to go on", key="erase_sure") == study.slug
        )
        if st.button("Erase it", type="primary", key="confirm_erase", disabled=not sure):
            with st.spinner("Erasing"):
                left = erase(study, whom, actor)
            if not left:
                st.session_state[state.ERASED] = True
                st.rerun()
            st.warning(plain(left))

    ask()


def going(rows: Mapping[str, int | None]) -> list[str]:
    """What goes, line by line; with numbers where the reader may know them."""
    return [f"- {words}" if n is None else f"- {words}: {spaced(n)}" for words, n in rows.items()]


def erase(study: Study, whom: Whom, actor: str) -> str:
    """Erase; '' when it is done, else why it is not, or not yet."""
    try:
        done = store().erasures.erase(study.slug, whom, actor, wait=WAIT)
    except SurveyError as error:
        return f"Nothing was erased: {error}"
    finish_erasures(0)
    return "" if done.finished else NOT_YET


def _erased(study: Study) -> None:
    done = store().erasures.list(study.slug)
    if not done:
        return
    st.markdown("**Erased so far**")
    st.markdown("\n".join(f"- {line(one)}" for one in reversed(done)))
    if not all(one.finished for one in done) and st.button("Try to finish it now", key="erase_finish"):
        if finish_erasures(WAIT):
            st.rerun()
        st.warning("Another program still has the database open.")


def line(one: Erasure) -> str:
    """An erasure in a line."""
    by = f", by {plain(one.actor)}" if one.actor and one.kind != "withdrawal" else ""
    state = "finished" if one.finished else "**not finished:** traces are still in the database's files"
    return f"{one.at:%d %B %Y}: {KINDS[one.kind]} ({_responses(one.responses)}){by}; {state}"


def _responses(n: int) -> str:
    return "1 response" if n == 1 else f"{spaced(n)} responses"
