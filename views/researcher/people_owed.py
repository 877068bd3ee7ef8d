"""What a study gives for taking part, who is owed it, and what was paid: with nothing that leads to an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.access import PAGES
from survey.errors import MailError
from survey.mail.merge import owed_csv
from views.database import store
from views.researcher.show import complain
from views.session import when_asked

if TYPE_CHECKING:
    from survey.store.letters import Correspondence


def owed(mail: Correspondence, actor: str) -> None:
    """The setting, and the list when somebody asks for it."""
    slug = mail.study.slug
    with st.form("incentive", border=False):
        what = st.text_input("Whoever completes gets", mail.settings.incentive, placeholder="nothing", max_chars=200)
        st.caption(
            "Then each completion puts a line into a list of its own: what, and to whom. The list has no time, no "
            "order and no key, so that nobody can lay it beside answers. On an open link, people can leave an address "
            "on a form apart."
        )
        if st.form_submit_button("Keep this"):
            try:
                store().mailing.set(slug, actor, incentive=what.strip())
            except MailError as error:
                complain(error)
            else:
                st.rerun()
    lines, paid = store().owed.counts(slug)
    if not lines:
        return
    st.write(f"{lines} owed so far, {paid} of them paid.")
    if not mail.study.tells_who:
        st.info(
            "In an employer's study a list of who is owed something would say who has answered. Somebody outside the "
            f"employer, who has the database and its key, can write it: twofold invite owed {slug}",
            icon=":material/shield_person:",
        )
        return
    if st.toggle("Show to whom", key="show_owed", help="The log will say that you looked."):
        _lines(slug, actor)
    st.download_button(
        "Download who is owed what (.csv)",
        when_asked(lambda user: owed_csv(store().owed.list(slug, user.name)), PAGES["people"]),
        f"{slug}-owed.csv", "text/csv", key="owed_csv", icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def _lines(slug: str, actor: str) -> None:
    debts = store().owed.list(slug, actor)
    open_ = [one for one in debts if not one.paid]
    with st.form("owed_lines", border=False):
        st.dataframe(
            {
                "To": [one.recipient for one in open_],
                "Name": [one.name for one in open_],
                "What": [one.what for one in open_],
                "Wave": [one.wave for one in open_],
            },
            hide_index=True, width="stretch", key="owed_table",
        )  # fmt: skip
        chosen = st.multiselect(
            "Paid", range(len(open_)), format_func=lambda n: f"{open_[n].recipient}, {open_[n].what}", key="owed_paid"
        )
        if st.form_submit_button("Tick off"):
            store().owed.tick(slug, [open_[n].id for n in chosen], actor=actor)
            st.rerun()
