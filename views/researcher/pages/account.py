"""One's own account, and for the owner the accounts of others."""

from __future__ import annotations

import streamlit as st

from views.researcher import users
from views.researcher.places import EVERYBODY, OWNER
from views.researcher.show import plain
from views.session import require, sign_out_form


def show() -> None:
    """The page."""
    user = require(*EVERYBODY)
    st.title("Account")
    st.write(f"You are signed in as **{plain(user.name)}**. {users.MAY[user.role]}")
    st.html('<p><a href="/auth/password">Change your password</a></p>')
    st.html(sign_out_form())
    if user.role == OWNER:
        users.manage(user)
