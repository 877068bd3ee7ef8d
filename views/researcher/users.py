"""The owner's list of those who may sign in, and how to add one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.access import ANALYST, OWNER, RECRUITER
from survey.errors import AccountError
from views.database import store
from views.plain.oidc import offered
from views.plain.passwords import trouble_with
from views.researcher.show import complain, plain
from views.session import require_part

if TYPE_CHECKING:
    from survey.store.logins import User

MAY = {
    OWNER: "As owner you can do everything.",
    ANALYST: "As analyst you see studies, answers and results, and never who was invited.",
    RECRUITER: "As recruiter you see how studies are going and invite people, and never see answers.",
}
THROUGH = "With it they can sign in through the institution, and need no password here."
NEW_ROLES = {ANALYST: "Analyst: answers and results", RECRUITER: "Recruiter: links and progress"}


def manage(owner: User) -> None:
    """List the people and add one."""
    require_part("account.people")
    st.header("People", anchor=False)
    people, emails = store().accounts.list(), store().accounts.emails()
    you = {owner.name: " (you)"}
    st.markdown("\n".join(
        f"- **{plain(p.name)}**, {p.role}{you.get(p.name, '')}{plain(', ' + emails[p.id]) if p.id in emails else ''}"
        for p in people
    ))  # fmt: skip
    with st.expander("Add a person"), st.form("add_person", border=False, clear_on_submit=False):
        name = st.text_input("Name to sign in with", max_chars=100)
        role = st.radio("Role", list(NEW_ROLES), format_func=NEW_ROLES.__getitem__)
        password = st.text_input("First password", type="password", help="Tell them in person; they can change it.")
        email = st.text_input("Address at the institution", max_chars=320, help=THROUGH) if offered() else ""
        if st.form_submit_button("Add"):
            _add(name.strip(), role, password, owner.name, email.strip())
    others = {p.name: p for p in people if p.name != owner.name}
    if others:
        _change(others, owner.name)
    if offered():
        _addresses({p.name: p for p in people}, owner.name)


def _change(others: dict[str, User], actor: str) -> None:
    """A new password for somebody who has lost theirs, or the end of their access."""
    with st.expander("Change a person's access"), st.form("change_person", border=False):
        name = st.selectbox("Person", list(others))
        password = st.text_input("New password", type="password", help="It also signs them out everywhere.")
        with st.container(horizontal=True):
            reset = st.form_submit_button("Set the new password")
            remove = st.form_submit_button("End their access")
    if reset and name:
        if problem := trouble_with(password, password, name):
            st.error(problem)
        else:
            store().accounts.set_password(others[name], password, actor)
            st.success(f"{plain(name)} has the new password and is signed out everywhere.")
    if remove and name:
        try:
            store().accounts.disable(others[name], actor)
        except AccountError as error:
            complain(error)
        else:
            st.success(f"{plain(name)} can no longer sign in.")


def _addresses(people: dict[str, User], actor: str) -> None:
    """By which address the institution's sign-in knows somebody."""
    with st.expander("Addresses at the institution"), st.form("addresses", border=False):
        name = st.selectbox("Whose", list(people), key="address_of")
        email = st.text_input(
            "Address at the institution (empty: none)", max_chars=320, key="address_at_institution",
            help="A new address ends every sign-in of theirs, and lets whoever has it come in with their role.",
        )  # fmt: skip
        if st.form_submit_button("Keep the address") and name:
            try:
                store().accounts.set_email(people[name], email, actor)
            except AccountError as error:
                complain(error)
            else:
                st.success(f"Kept. {plain(name)} is signed out everywhere.")


def _add(name: str, role: str, password: str, actor: str, email: str) -> None:
    weak = "" if email and not password else trouble_with(password, password, name)
    if problem := ("" if name else "Please give a name.") or weak:
        st.error(problem)
        return
    try:
        store().accounts.add_user(name, role, password, actor, email)
    except AccountError as error:
        complain(error)
        return
    st.success(f"{plain(name)} can sign in now.")
