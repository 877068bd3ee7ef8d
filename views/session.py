"""Who is looking: the one place where a researcher's cookie becomes a person, checked anew at each run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import streamlit as st

from survey.access import PARTS, may
from survey.errors import AccessError
from views.database import store
from views.plain import guard
from views.plain.keys import cookie_key

if TYPE_CHECKING:
    from survey.store.logins import User

T = TypeVar("T")


def current_user() -> User | None:
    """The signed-in researcher, or None.

    An open websocket keeps the cookies of the moment it was opened, so the session is looked up in the database at
    every run: one that has expired or been revoked ends at the next click.
    """
    session = session_secret()
    return store().accounts.check(session) if session else None


def session_secret() -> str | None:
    """What the cookie of this session holds, where the signature on it is ours."""
    return guard.cookie(cookie_key(), "session", st.context.cookies)


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


def require_part(name: str) -> User:
    """The signed-in researcher if they may use this part of a page; else the page ends here."""
    return require(*PARTS[name])


def may_use(name: str) -> bool:
    """Whether the signed-in researcher may use a part of a page, so that it is drawn."""
    user = current_user()
    return user is not None and may(user.role, name)


def when_asked(make: Callable[[User], T], roles: tuple[str, ...]) -> Callable[[], T]:
    """``make`` as something that a download button calls only when it is pressed.

    Streamlit calls it outside any run of the page, and may do so long after the page was drawn: so whether its reader
    is still signed in, in one of these roles, is asked again at that moment. The call raises AccessError if not.
    """
    session = session_secret()

    def made() -> T:
        user = store().accounts.check(session) if session else current_user()
        if user is None or user.role not in roles:
            raise AccessError("you are signed out, or your role does not open this. Sign in again.")
        return make(user)

    return made


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
