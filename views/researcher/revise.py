"""Changing a questionnaire: a draft's freely, a live study's after a look at what that does to its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.errors import SurveyError
from survey.files.problems import FileProblems
from survey.instrument.compare import EFFECTS
from survey.instrument.load import load
from views import state
from views.database import store
from views.researcher.show import complain, plain, show_problems, spaced

if TYPE_CHECKING:
    from survey.store.sessions import Study
    from survey.store.versions import Proposal

KINDS = {
    "added": "Added",
    "removed": "Removed",
    "recoded": "Recoded",
    "rescored": "Scored otherwise",
    "reworded": "Reworded",
    "changed": "Changed",
}


def edit(study: Study, actor: str) -> None:
    """The questionnaire as text; a mistake changes nothing, and in a live study nothing changes unseen."""
    if study.status not in ("draft", "live"):
        return
    live = study.status == "live"
    with st.expander("Change the questionnaire" if live else "Edit the questionnaire"):
        with st.form("edit", border=False):
            st.write(
                "The study is live. A change makes a new version: give it a new number at 'version:'. You see what it "
                "does to the answers that are there before it is accepted; no answer is ever altered."
                if live
                else "It is checked when you save it. Lines with mistakes are listed, and then nothing is changed."
            )
            text = st.text_area(
                "The questionnaire as YAML", store().studies.instrument_text(study.slug), height=420, key="edit_text"
            )
            sent = st.form_submit_button("See what it changes" if live else "Check and save", type="primary")
        if sent:
            _take(study, text, actor, live)
        if live:
            _offer(study, actor)


def _take(study: Study, text: str, actor: str, live: bool) -> None:
    """Check a text; then save it for a draft, or propose it for a live study."""
    st.session_state.pop(state.PROPOSAL, None)
    try:
        load(text, "The questionnaire")
        if live:
            st.session_state[state.PROPOSAL] = (text, store().studies.propose(study.slug, text))
            return
        store().studies.update_instrument(study.slug, text, actor)
    except FileProblems as error:
        show_problems(error.problems, "The questionnaire", text, "Nothing was changed.")
    except SurveyError as error:  # somebody else may have started the pilot meanwhile
        complain(error)
    else:
        st.rerun()


def _offer(study: Study, actor: str) -> None:
    """The proposal that waits, if any: what it does, and the button that accepts it."""
    text, proposal = st.session_state.get(state.PROPOSAL, ("", None))
    if proposal is None or proposal.study != study.slug:
        return
    if not proposal.effects:
        st.info("This asks the same in the same words: there is nothing to change.")
        return
    show_effects(proposal)
    number = plain(proposal.after.version)
    st.write(
        "Who is in the middle goes on in the new version. Who has finished stays with theirs and is not asked again."
    )
    if not st.button(f"Accept version {number}", type="primary", key="accept_version"):
        return
    try:
        store().studies.update_instrument(study.slug, text, actor, accept=proposal.hash)
    except SurveyError as error:
        complain(error)
    else:
        st.session_state.pop(state.PROPOSAL, None)
        st.rerun()


def show_effects(proposal: Proposal) -> None:
    """Every change with the number of answers that it touches, and what happens to them."""
    count = proposal.respondents
    who = "1 respondent has" if count == 1 else f"{spaced(count)} respondents have"
    st.subheader(f"What version {plain(proposal.after.version)} changes", anchor=False)
    st.write(f"{who} answered so far.")
    rows = [
        {
            "Change": KINDS[effect.change.kind],
            "Of": effect.change.part,
            "Name": effect.change.name,
            "How": effect.change.detail,
            "Answers there": spaced(effect.answers) if effect.change.item else "–",
        }
        for effect in proposal.effects
    ]
    st.dataframe(rows, hide_index=True, width="stretch")
    for kind in dict.fromkeys(effect.change.kind for effect in proposal.effects):
        st.caption(f"{KINDS[kind]}: {EFFECTS[kind]}")
