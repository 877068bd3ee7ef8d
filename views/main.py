"""What Streamlit runs for everybody: which pages exist is decided here, on the server, for this session alone."""

from __future__ import annotations

import streamlit as st

from views.respondent.page import show, survey_page
from views.respondent.view import message
from views.session import current_user
from views.words import speak


def sign_in_page() -> None:
    """For whoever comes without a link and without having signed in."""
    view = message("en", "sign_in", title="Twofold")
    button = {"href": "/auth/login", "label": speak("en", "sign_in_button")}
    show({**view, "link_to": button, "after": [speak("en", "sign_in_respondent")]})


def pages() -> list[st.Page]:
    """A respondent's session has the survey alone; a page that is not in this list cannot be reached."""
    if {"s", "study", "preview"} & set(st.query_params):
        return [st.Page(survey_page, title="Twofold", url_path="", default=True)]
    user = current_user()
    if user is None:
        return [st.Page(sign_in_page, title="Twofold", url_path="", default=True)]
    from views.researcher.pages import researcher_pages

    return researcher_pages(user)


found = pages()
st.navigation(found, position="hidden" if len(found) == 1 else "sidebar").run()
