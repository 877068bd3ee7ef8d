"""How a study was taken part in: the table of CHERRIES, and whether hashes of network addresses are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import streamlit as st

from views.database import store
from views.researcher.show import complain
from views.session import require_part
from views.tables import show_table

if TYPE_CHECKING:
    from survey.store.participation import Participation
    from survey.store.results import Kind
    from survey.store.sessions import Study
    from views.researcher.source import Source


def participation_of(source: Source) -> Participation | None:
    """Of a study's source; None for a file."""
    return store().paradata.participation(source.slug, cast("Kind", source.phase)) if source.slug else None


def survey_method(study: Study, *, may_set: bool, actor: str) -> None:
    """What an article says of how a web survey was run, as a table to take along."""
    with st.expander("Survey method (CHERRIES)"):
        st.write(
            "What journals ask of web surveys, as far as it was recorded: views, rates, devices, times, duplicates. "
            "It is also a section of each report on this study."
        )
        if st.toggle("Show the table", key="cherries"):
            from reports.cherries import cherries_table

            show_table(cherries_table(store().paradata.participation(study.slug)), "cherries_table")
        if may_set:
            _address_days(study, actor)


def _address_days(study: Study, actor: str) -> None:
    require_part("study.addresses")
    st.markdown("**Network addresses**")
    st.caption(
        "They are never stored. To find people who answered twice, a keyed hash of each can be kept for some days; the "
        "key is not in the database, and the hashes are deleted after that time. Say so on your consent page."
    )
    with st.form("address_days", border=False):
        days = st.number_input("Days to keep hashes (0: none are made)", 0, 365, study.address_days or 0)
        if st.form_submit_button("Keep this setting"):
            try:
                store().paradata.set_address_days(study.slug, int(days) or None, actor)
            except Exception as error:
                complain(error)
            else:
                st.success("Saved." if days else "Saved: no hashes are made, and those there were are deleted.")
