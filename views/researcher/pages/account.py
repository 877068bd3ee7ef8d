"""One's own account, and for the owner the accounts of others."""

from __future__ import annotations

import streamlit as st

from survey.access import EVERYBODY
from views.researcher import signed_in, users
from views.researcher.show import plain
from views.session import may_use, require, sign_out_form


def show() -> None:
    """The page."""
    user = require(*EVERYBODY)
    st.title("Account")
    st.write(f"You are signed in as **{plain(user.name)}**. {users.MAY[user.role]}")
    st.html('<p><a href="/auth/password">Change your password</a></p>')
    st.html(sign_out_form())
    signed_in.own_sign_ins(user)
    if may_use("account.people"):
        users.manage(user)
        signed_in.sign_ins_of_others(user)
