"""Where somebody is signed in: one's own sign-ins and, for the owner, those of others; each can be ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.database import store
from views.researcher.show import plain
from views.session import require, require_part, session_secret

if TYPE_CHECKING:
    from survey.store.logins import Login, User

BY = {"password": "by password", "link": "by a one-time link", "oidc": "through the institution"}


def own_sign_ins(user: User) -> None:
    """Where this person is signed in, each with a button that ends it."""
    st.header("Where you are signed in", anchor=False)
    mine = store().accounts.logins(user, session_secret())
    for one in mine:
        if _row(one) and (again := require()).id == user.id:
            store().accounts.end_login(one.handle, again.name, of=again)
            st.rerun()
    if sum(not one.own for one in mine) > 0 and st.button("End all the others", key="end_others"):
        store().accounts.end_logins(user, user.name, but=session_secret())
        st.rerun()
    st.caption("A sign-in ends by itself after 12 hours without use, and after 7 days in any case.")


def sign_ins_of_others(owner: User) -> None:
    """For the owner: where everybody else is signed in."""
    require_part("account.people")
    others = [one for one in store().accounts.logins() if one.name != owner.name]
    with st.expander(f"Where others are signed in ({len(others)})"):
        if not others:
            st.write("Nobody else is signed in.")
        for one in others:
            if _row(one, f" · {plain(one.name)}, {one.role}"):
                store().accounts.end_login(one.handle, require_part("account.people").name)
                st.rerun()


def _row(one: Login, whose: str = "") -> bool:
    """One sign-in with its button; whether it was pressed."""
    with st.container(border=True, key=f"login_{one.handle}"):
        device = one.device or "An unknown device"
        st.markdown(f"**{plain(device)}**{' (here, now)' if one.own else whose}")
        st.caption(
            f"Since {one.created_at:%d %B %Y, %H:%M}, {BY[one.via]}; last seen {one.seen_at:%d %B %Y, %H:%M} (UTC)."
        )
        if one.own:
            return False
        return st.button("End this sign-in", key=f"end_{one.handle}")
