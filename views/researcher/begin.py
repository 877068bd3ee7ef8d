"""Where a new questionnaire comes from: one that ships, a small one, a ready definition, a file, a text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from survey.errors import SurveyError
from survey.files.problems import FileProblems
from survey.instrument.load import load, ready_ids, shipped, shipped_ids, shipped_plan_text, shipped_text
from survey.instrument.model import say
from survey.instrument.starter import start
from views.database import store
from views.researcher.naming import slug_of
from views.researcher.outline import outline
from views.researcher.places import place
from views.researcher.show import complain, example, instrument_note, plain, show_problems
from views.respondent.drafts import DRAFTS

if TYPE_CHECKING:
    from survey.exchange.report import Report
    from survey.store.logins import User
    from views.respondent.drafts import Draft

SOURCES = {
    "shipped": "One that comes with Twofold",
    "small": "A small one to begin from",
    "ready": "A ready definition",
    "file": "Upload a file",
    "text": "Paste its text",
}
ENDINGS = ["yaml", "yml", "xlsx", "csv", "tsv", "txt"]


@dataclass(frozen=True)
class Begun:
    """A questionnaire to begin with: its text, the name of its file, and the plan that comes with it."""

    text: str = ""
    file: str = "The questionnaire"
    plan: str | None = None


def choose(source: str) -> Begun:
    """Ask what a source needs; an empty text where it is not there yet, or was refused with its reason shown."""
    if source == "file":
        example(shipped_text(shipped_ids()[0]), f"{shipped_ids()[0]}.yaml")
        return _file()
    if source == "text":
        text = st.text_area("The questionnaire as YAML", height=320, key="text", placeholder="format: twofold/1\nid: …")
        return Begun(text, "pasted text")
    if source in ("small", "ready"):
        return _started(source == "ready")
    chosen = st.selectbox("Which one", shipped_ids(), key="shipped", format_func=_name)
    instrument = shipped(chosen)
    instrument_note(instrument)
    with st.expander("Look through it"):
        outline(instrument)
    return Begun(shipped_text(chosen), f"{chosen}.yaml", shipped_plan_text(chosen))


def _name(instrument_id: str) -> str:
    instrument = shipped(instrument_id)
    return f"{say(instrument.title, 'en', instrument.languages) or instrument_id} ({instrument.version})"


def _started(ready: bool) -> Begun:
    """A small questionnaire with comments, or one around a ready definition; the same as ``twofold new``."""
    origin = ""
    if ready:
        st.write(
            "Number of items, range, reversed items, scoring and reference of a known scale, without its wording, "
            "which belongs to its owner: you put it in."
        )
        origin = st.selectbox("Which scale", ready_ids(), key="ready", format_func=_scale)
    name = st.text_input("Short name", origin or "my-study", key=f"id_{origin}", help="Letters, digits, '-' and '_'.")
    codes = st.text_input("Languages", "en", key="languages", help="Codes of languages, such as en, fr")
    languages = tuple(code.strip() for code in codes.split(",") if code.strip())
    try:
        text, plan = start(name.strip(), languages, origin)
    except FileProblems as error:
        show_problems(error.problems, "This beginning")
        return Begun()
    return Begun(text, f"{name}.yaml", plan)


def _scale(ready_id: str) -> str:
    instrument = load(shipped_text(ready_id), ready_id)
    return say(instrument.title, "en", instrument.languages) or ready_id


def _file() -> Begun:
    """A file of ours, an XLSForm, a REDCap dictionary or a LimeSurvey survey, with what of it was not carried."""
    upload = st.file_uploader("Questionnaire", type=ENDINGS, key="file")
    st.caption("Twofold (.yaml), XLSForm (.xlsx), REDCap data dictionary (.csv), LimeSurvey (.tsv, .txt).")
    if upload is None:
        return Begun()
    if upload.name.lower().endswith((".yaml", ".yml")):
        return Begun(upload.getvalue().decode("utf-8", "replace"), upload.name)
    from survey.exchange.convert import read
    from survey.instrument.canonical import to_yaml

    language = st.text_input("Its language", "en", key="language") if upload.name.lower().endswith(".csv") else ""
    try:
        instrument, report = read(upload.getvalue(), Path(upload.name), language)
    except (SurveyError, FileProblems) as error:
        complain(error)
        return Begun()
    _told(report)
    return Begun(to_yaml(instrument), upload.name)


def _told(report: Report) -> None:
    lines = report.lines()
    if not lines:
        st.success("Everything in it was carried over.")
        return
    count = "One thing was" if len(lines) == 1 else f"{len(lines)} things were"
    st.warning(f"{count} not carried over as in the file. Look at each page before you use it.")
    with st.expander("What was not carried over", expanded=True):
        st.markdown("\n".join(f"- {plain(line)}" for line in lines))


def make(begun: Begun, title: str, user: User) -> None:
    """The study itself; where the text has mistakes, these are listed and no study is made."""
    try:
        instrument = load(begun.text, begun.file)
    except FileProblems as error:
        show_problems(error.problems, begun.file, begun.text, "No study was made.")
        return
    named = title.strip() or say(instrument.title, "en", instrument.languages) or instrument.id
    slug = slug_of(named, {s.slug for s in store().studies.list()})
    store().studies.create(slug, begun.text, named, user.name)
    if begun.plan:
        store().studies.set_plan(slug, begun.plan, user.name)
    st.switch_page(place("study"), query_params={"name": slug})


def write(begun: Begun, title: str, user: User) -> None:
    """Go on to the editor, with nothing stored."""
    draft = DRAFTS.begin(user, begun.text, title=title.strip(), plan=begun.plan)
    st.switch_page(place("edit"), query_params={"draft": draft.key})


def create(draft: Draft, user: User) -> None:
    """From the editor: the title of the study, and the button that makes it."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = st.text_input("Title of the study", draft.title, max_chars=120, key="draft_title")
        if st.button("Create the study", type="primary", key="create"):
            make(Begun(draft.text, plan=draft.plan), title, user)
