"""Whether a study is an employer's: who answered is then shown to nobody, and small groups are not told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from survey.access import SMALLEST_GROUP
from survey.errors import SurveyError
from views.database import store
from views.researcher.show import complain
from views.session import require_part

if TYPE_CHECKING:
    from survey.store.sessions import Study

LARGEST = 1000


def protection(study: Study, actor: str, *, may_change: bool) -> None:
    """What holds, and for the owner the setting."""
    if study.smallest_group is not None:
        st.info(
            f"This study protects who answers. Nobody sees who has answered, and results by group are given for groups "
            f"of {study.smallest_group} people or more, once the study is closed.",
            icon=":material/shield_person:",
        )
    if may_change:
        _setting(study, actor)


def _setting(study: Study, actor: str) -> None:
    require_part("study.protect")
    with st.expander("Is this an employer's study?"):
        st.write(
            "Where people answer about their work for their employer, they must be sure that nobody there can find out "
            "what they said. With this setting recruiters see counts and never who has answered, reminders go out "
            "without showing to whom, and small groups are not told apart, nor any two whose difference is so small. "
            "Teams, sites and what else invitations hold stay closed until the study is closed, and a closed "
            "study does not open again. Once the study is live it can only become stricter."
        )
        with st.form("protect", border=False):
            wanted = st.checkbox("Protect who answers", study.smallest_group is not None, key="protect_on")
            people = st.number_input(
                "People that a group needs", SMALLEST_GROUP, LARGEST, study.smallest_group or SMALLEST_GROUP,
                key="protect_people",
            )  # fmt: skip
            if st.form_submit_button("Keep this protection"):
                try:
                    store().studies.set_smallest_group(study.slug, int(people) if wanted else None, actor)
                except SurveyError as error:
                    complain(error)
                else:
                    st.rerun()
