"""Nominations and self-made codes on a study's page: whom to invite, and who came back as far as codes tell."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import streamlit as st

from survey.errors import SurveyError
from survey.private import nomination_page
from survey.store.nominations import STATES
from views.database import store
from views.researcher.show import complain, plain, spaced
from views.session import may_use, require_part

if TYPE_CHECKING:
    from survey.store.nominations import Nomination
    from survey.store.sessions import Study

MOST_SHOWN = 20


def nominations(study: Study) -> None:
    """Whom respondents nominated; who waits for a word can be invited or declined."""
    if nomination_page(study.instrument) is None or not may_use("study.links"):
        return
    found = store().nominations.list(study.slug)
    waiting = [one for one in found if one.state == "waiting"]
    with st.expander("Nominations", expanded=bool(waiting)):
        if not found:
            st.write("Nobody has been nominated yet.")
            return
        st.table(
            {"State": list(STATES.values()),
             "People": [spaced(sum(one.state == state for one in found)) for state in STATES]},
            hide_index=True,
        )  # fmt: skip
        st.caption(
            "A pair is in the data once both have agreed to take part. An address is forgotten here as soon as it was "
            "declined or invited; whom you invite stands among the people of the study."
        )
        if waiting:
            _decide(study, waiting)


def _decide(study: Study, waiting: list[Nomination]) -> None:
    user = require_part("study.links")
    numbers = {one.id: one for one in waiting}
    chosen: UUID | None = st.selectbox(
        "Who waits", list(numbers), format_func=lambda number: _called(numbers[number]), key="nominee"
    )
    with st.container(horizontal=True):
        agree = st.button("Invite", type="primary", key="nominee_invite")
        decline = st.button("Decline and forget the address", key="nominee_decline")
    if chosen is not None and (agree or decline):
        try:
            store().nominations.decide(study.slug, chosen, agree, user.name)
        except SurveyError as error:
            complain(error)
        else:
            st.rerun()


def _called(one: Nomination) -> str:
    return f"{one.address or 'a link'} ({one.role}, {one.at:%d %B %Y})"


def codes(study: Study) -> None:
    """Who came back by their code, and what is not certain."""
    if not any(page.code for page in study.instrument.pages) or not may_use("study.answers"):
        return
    report = store().codes.report(study.slug)
    with st.expander("Codes of their own"):
        st.write(
            f"{spaced(report.with_code)} {'person' if report.with_code == 1 else 'people'} gave a code, "
            f"{spaced(report.without)} gave none. "
            f"{spaced(report.returned)} of those with a code answered more than one wave."
        )
        if report.shared:
            st.markdown("**One code, several people of one wave.** None of them is joined with another.")
            _list([", ".join(group) for group in report.shared])
        if report.near:
            st.markdown("**Codes that differ in one sign,** in different waves: perhaps a slip. They are not joined.")
            _list([f"{pair.one} and {pair.other}" for pair in report.near])
        if not report.shared and not report.near:
            st.caption("No code was given twice in one wave, and none differs from another in one sign alone.")
        else:
            st.caption("People are called as in the data. Whether two are one is for you to say there, openly.")


def _list(lines: list[str]) -> None:
    st.markdown("\n".join(f"- {plain(line)}" for line in lines[:MOST_SHOWN]))
    if len(lines) > MOST_SHOWN:
        st.caption(f"And {spaced(len(lines) - MOST_SHOWN)} more.")
