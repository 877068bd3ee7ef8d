"""Writing a questionnaire: its text with every mistake at its line, beside the pages as respondents see them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.access import OWNER
from survey.errors import SurveyError
from survey.instrument.unfilled import unfilled
from views.database import store
from views.researcher import revise
from views.researcher.begin import create
from views.researcher.counts import minutes_expected
from views.researcher.editor import editor
from views.researcher.places import place
from views.researcher.preview import look_at
from views.researcher.show import complain, plain
from views.respondent.drafts import DRAFTS, SIGN, Draft
from views.session import require

if TYPE_CHECKING:
    from survey.store.logins import User

WIDE = '<style>[data-testid="stMainBlockContainer"] { max-width: 108rem; }</style>'


def show() -> None:
    """The page."""
    user = require(OWNER)
    st.html(WIDE)
    draft = _draft(user)
    if draft is None:
        st.page_link(place("studies"), label="All studies", icon=":material/arrow_back:")
        st.title("Questionnaire")
        st.info("There is nothing to write on here. Open a study, or begin a new one.")
        return
    study = store().studies.get(draft.study) if draft.study else None
    back = {"name": draft.study} if draft.study else None
    st.page_link(place("study" if study else "new"), label="The study" if study else "New study",
                 icon=":material/arrow_back:", query_params=back)  # fmt: skip
    st.title(plain(study.title if study else "A new questionnaire"), anchor=False)
    st.write(revise.SAYS[study.status] if study else "Nothing of it is stored before you create the study.")
    bar = st.container()
    left, right = st.columns(2, gap="medium")
    with left:
        edited = editor(draft)
        if edited.text != draft.text:
            DRAFTS.write(draft, edited.text)
            st.rerun()
    with right:
        look_at(draft, edited.page)
    with bar:
        _notes(draft)
        if study is None:
            create(draft, user)
        else:
            revise.save(draft, study, user.name)


def _draft(user: User) -> Draft | None:
    """What the address names: a draft by its key, or a study, whose text is then taken up, with changes not saved."""
    if key := st.query_params.get("draft"):
        return DRAFTS.find(f"{SIGN}{key}", user)
    slug = st.query_params.get("name", "")
    try:
        study = store().studies.get(slug)
    except SurveyError as error:
        if slug:
            complain(error)
        return None
    text = store().studies.instrument_text(slug)
    return DRAFTS.of(user, slug) or DRAFTS.begin(user, text, study=slug, title=study.title)


def _notes(draft: Draft) -> None:
    """How long it takes, and what is still to be written."""
    if draft.instrument is None or not draft.instrument.pages:
        return
    st.caption(minutes_expected(draft.instrument))
    if left := unfilled(draft.instrument):
        first = ", ".join(f"{plain(at)}: “{plain(words)}”" for at, words in left[:3])
        st.caption(f"Still to write ({len(left)}): {first}{' …' if len(left) > 3 else ''}")
