"""Beginning a study: pick, upload or paste its questionnaire, and give it a title."""

from __future__ import annotations

import streamlit as st

from survey.files.problems import FileProblems
from survey.instrument.load import load, shipped, shipped_ids, shipped_plan_text, shipped_text
from survey.instrument.model import say
from views.database import store
from views.researcher.naming import slug_of
from views.researcher.outline import outline
from views.researcher.places import OWNER, place
from views.researcher.show import example, instrument_note, show_problems
from views.session import require

SOURCES = {"shipped": "One that comes with Twofold", "file": "Upload a file", "text": "Paste its text"}


def show() -> None:
    """The page."""
    user = require(OWNER)
    st.page_link(place("studies"), label="All studies", icon=":material/arrow_back:")
    st.title("New study")
    source = st.segmented_control(
        "Questionnaire", list(SOURCES), default="shipped", required=True, format_func=SOURCES.__getitem__, key="source"
    )
    text, file, plan = _questionnaire(source or "shipped")
    title = st.text_input(
        "Title of the study",
        max_chars=120,
        key="title",
        help="Respondents see it. Without one, the questionnaire's is used.",
    )
    if not st.button("Create the study", type="primary", key="create"):
        return
    if not text.strip():
        st.error("There is no questionnaire yet. Upload a file or paste its text.")
        return
    try:
        instrument = load(text, file)
    except FileProblems as error:
        show_problems(error.problems, file, text, "No study was made.")
        return
    named = title.strip() or say(instrument.title, "en", instrument.languages) or instrument.id
    slug = slug_of(named, {s.slug for s in store().studies.list()})
    store().studies.create(slug, text, named, user.name)
    if plan:
        store().studies.set_plan(slug, plan, user.name)
    st.switch_page(place("study"), query_params={"name": slug})


def _questionnaire(source: str) -> tuple[str, str, str | None]:
    """The questionnaire's text, the name of its file, and the plan that comes with it."""
    if source != "shipped":
        example(shipped_text(shipped_ids()[0]), f"{shipped_ids()[0]}.yaml")
    if source == "file":
        upload = st.file_uploader("Questionnaire (.yaml)", type=["yaml", "yml"], key="file")
        return (upload.getvalue().decode("utf-8", "replace"), upload.name, None) if upload else ("", "", None)
    if source == "text":
        text = st.text_area("The questionnaire as YAML", height=320, key="text", placeholder="format: twofold/1\nid: …")
        return text, "pasted text", None
    chosen = st.selectbox("Which one", shipped_ids(), key="shipped", format_func=_name)
    instrument = shipped(chosen)
    instrument_note(instrument)
    with st.expander("Look through it"):
        outline(instrument)
    return shipped_text(chosen), f"{chosen}.yaml", shipped_plan_text(chosen)


def _name(instrument_id: str) -> str:
    instrument = shipped(instrument_id)
    return f"{say(instrument.title, 'en', instrument.languages) or instrument_id} ({instrument.version})"
