"""The people of a study: who is asked, what is sent to them, what comes back, and what is owed."""

from __future__ import annotations

import streamlit as st

from survey.access import PAGES
from views.database import store
from views.researcher import people_add, people_letters, people_list, people_owed, people_send
from views.researcher.choose import choose_study
from views.researcher.pilot import RUNNING, pilot_bar
from views.session import require


def show() -> None:
    """The page."""
    user = require(*PAGES["people"])
    st.title("People", anchor=False)
    st.write(
        "Everybody whom a study asks by name: each has a link of their own. Addresses are encrypted, and whoever "
        "looks at answers never sees them."
    )
    study = choose_study()
    if study is None:
        return
    if study.status == "pilot":
        pilot_bar(RUNNING)
    mail = store().letters.correspondence(study.slug)
    if mail.people:
        people_send.overview(mail)
        st.header("Send", anchor=False)
        people_send.sending(mail, user.name)
    st.header("Add people", anchor=False)
    people_add.adding(study, user.name)
    st.header("Letters", anchor=False)
    people_letters.settings(mail, user.name)
    people_letters.words(mail, user.name)
    people_letters.test_letter(mail)
    if mail.people:
        st.header("The list", anchor=False)
        people_list.listed(mail, user.name)
        people_list.one_person(mail, user.name)
        people_list.for_a_merge(mail)
        people_list.came_back()
    st.header("Incentives", anchor=False)
    people_owed.owed(mail, user.name)
