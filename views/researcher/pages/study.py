"""One study: how far it has come, what to do next, its questionnaire and its links."""

from __future__ import annotations

import streamlit as st

from survey.access import EVERYBODY
from survey.instrument.model import say
from survey.store.sessions import Study
from views.database import store
from views.researcher import erasing, launch, links, pairs, people_send, planning, protection, steps, waves
from views.researcher.agreed import agreed_words
from views.researcher.choose import choose_study
from views.researcher.counts import live_counts, minutes
from views.researcher.gate import note_look
from views.researcher.outline import outline
from views.researcher.participation import survey_method
from views.researcher.pilot import RUNNING, pilot_bar
from views.researcher.places import place
from views.researcher.show import instrument_note, plain, status_badge
from views.session import may_use, require


def show() -> None:
    """The page."""
    user = require(*EVERYBODY)
    st.page_link(place("studies"), label="All studies", icon=":material/arrow_back:")
    study = choose_study(offer=False)
    if study is None:
        return
    st.title(plain(study.title), anchor=False)
    if study.status == "pilot":
        pilot_bar(RUNNING)
    _made_of(study)
    if may_use("study.steps"):
        steps.next_step(study, user.name)
    if study.status != "draft":
        st.header("How it is going", anchor=False)
        note_look("view counts", study.slug)
        live_counts(study)
        survey_method(study, may_set=may_use("study.addresses"), actor=user.name)
        if may_use("study.answers"):
            st.page_link(place("data"), label="Look at the answers", icon=":material/bar_chart:",
                         query_params={"name": study.slug})  # fmt: skip
    if may_use("study.plan"):
        planning.planning(study, may_change=may_use("study.plan.change"), actor=user.name)
    launch.told(study, may_change=may_use("study.launch"), actor=user.name)
    waves.waves(study, may_change=may_use("study.waves"), actor=user.name)
    pairs.codes(study)
    pairs.nominations(study)
    protection.protection(study, user.name, may_change=may_use("study.protect"))
    st.header("Links", anchor=False)
    links.open_link(study)
    if may_use("study.links"):
        links.personal_links(study)
    if may_use("people.send"):
        people_send.due_now(study)
    st.header("Questionnaire", anchor=False)
    instrument_note(study.instrument)
    minutes(study)
    with st.container(horizontal=True, vertical_alignment="center"):
        links.preview_link(study)
        if may_use("study.edit"):
            labels = {"draft": "Edit the questionnaire", "live": "Change the questionnaire"}
            label = labels.get(study.status, "Look at each page")
            st.page_link(place("edit"), label=label, icon=":material/edit_note:", query_params={"name": study.slug})
    with st.expander("Read it through here"):
        outline(study.instrument)
    if study.status != "draft":
        agreed_words(study)
    if may_use("study.erase.person"):
        erasing.protection(study, user.name)


def _made_of(study: Study) -> None:
    """Which questionnaire it pins, so that anybody can check that it is the one they think."""
    name = say(study.instrument.title, "en", study.instrument.languages) or study.instrument.id
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        status_badge(study.status)
        st.caption(f"{plain(name)}, version {plain(study.instrument.version)}", width="content")
    with st.popover(f"Fingerprint {study.instrument_hash[:12]}", type="tertiary"):
        st.write("The fingerprint is the SHA-256 of the questionnaire. It is stored with every answer.")
        st.code(study.instrument_hash, language=None, wrap_lines=True)
        text = store().studies.instrument_text(study.slug)
        st.download_button(
            "Download it (.yaml)", text, f"{study.instrument.id}.yaml", "application/yaml", on_click="ignore"
        )
