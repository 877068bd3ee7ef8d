"""Who is looking: the one place where a researcher's cookie becomes a person, checked anew at each run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from views.database import store
from views.plain import guard
from views.plain.keys import cookie_key

if TYPE_CHECKING:
    from survey.store.accounts import User


def current_user() -> User | None:
    """The signed-in researcher, or None.

    An open websocket keeps the cookies of the moment it was opened, so the session is looked up in the database at
    every run: one that has expired or been revoked ends at the next click.
    """
    session = guard.cookie(cookie_key(), "session", st.context.cookies)
    return store().accounts.check(session) if session else None


def require(*roles: str) -> User:
    """The signed-in researcher if they have one of ``roles`` (any role if none is named); else the page ends here."""
    user = current_user()
    if user is None:
        st.warning("You are signed out.", icon=":material/lock:")
        st.html('<p><a href="/auth/login">Sign in</a></p>')
        st.stop()
    if roles and user.role not in roles:
        st.error("Your account does not open this page. The owner of this server can change that.")
        st.stop()
    return user


def sign_out_form() -> str:
    """HTML of a button that posts to /auth/logout: only a plain request can take the cookie back."""
    key, cookies = cookie_key(), st.context.cookies
    session = guard.cookie(key, "session", cookies) or ""
    form_cookie = cookies.get(guard.cookie_name(key, "form")) or ""
    token = guard.form_token(key, form_cookie, session) if guard.unsign(key, "form", form_cookie) else ""
    return (
        '<form method="post" action="/auth/logout" class="tf-signout">'
        f'<input type="hidden" name="token" value="{token}"><button type="submit">Sign out</button></form>'
    )
