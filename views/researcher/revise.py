"""Changing a questionnaire: a draft's freely, a live study's after a look at what that does to its answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.errors import SurveyError
from survey.files.problems import FileProblems
from survey.instrument.compare import EFFECTS
from views import state
from views.database import store
from views.researcher.show import complain, plain, spaced
from views.respondent.drafts import DRAFTS

if TYPE_CHECKING:
    from survey.store.sessions import Study
    from survey.store.versions import Proposal
    from views.respondent.drafts import Draft

KINDS = {
    "added": "Added",
    "removed": "Removed",
    "recoded": "Recoded",
    "rescored": "Scored otherwise",
    "reworded": "Reworded",
    "changed": "Changed",
}


SAYS = {
    "draft": "It is checked as you write. While there are mistakes it cannot be saved, and nothing is lost.",
    "live": "The study is live. A change makes a new version: give it a new number at 'version:'. You see what it does "
    "to the answers that are there before it is accepted; no answer is ever altered.",
    "pilot": "The pilot is running, and the questionnaire is fixed meanwhile. You can try changes out here; to save "
    "them, take the study back to the draft.",
    "closed": "The study is closed, so its questionnaire stays as it is. You can try changes out here.",
}
"""What can be done with a change, by the status of the study."""


def save(draft: Draft, study: Study, actor: str) -> None:
    """The button that saves a text as the study's questionnaire; in a live study nothing changes unseen."""
    live, pressed = study.status == "live", False
    changed = draft.text != store().studies.instrument_text(study.slug)
    with st.container(horizontal=True, vertical_alignment="center"):
        if study.status in ("draft", "live"):
            pressed = st.button("See what it changes" if live else "Save", type="primary", key="save")
        if changed:
            st.button("Discard the changes", on_click=DRAFTS.drop, args=(draft,), key="discard")
            st.caption("Not saved yet.", width="content")
    if pressed and draft.problems:
        st.error("The text has mistakes, so nothing was changed. Each is listed below it, with its line.")
    elif pressed:
        _take(draft, study, actor, live)
    if live:
        _offer(draft, study, actor)


def _take(draft: Draft, study: Study, actor: str, live: bool) -> None:
    """Save a text for a draft, or propose it for a live study."""
    st.session_state.pop(state.PROPOSAL, None)
    try:
        if live:
            st.session_state[state.PROPOSAL] = (draft.text, store().studies.propose(study.slug, draft.text))
            return
        store().studies.update_instrument(study.slug, draft.text, actor)
    except (FileProblems, SurveyError) as error:  # somebody else may have started the pilot meanwhile
        complain(error)
    else:
        st.toast("Saved.", icon=":material/check:")
        st.rerun()


def _offer(draft: Draft, study: Study, actor: str) -> None:
    """The proposal that waits, if any: what it does, and the button that accepts it."""
    text, proposal = st.session_state.get(state.PROPOSAL, ("", None))
    if proposal is None or proposal.study != study.slug or text != draft.text:
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
