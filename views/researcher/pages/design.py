"""How many people a plan needs: the planned study simulated, before anybody is asked."""

from __future__ import annotations

import streamlit as st

from analysis.errors import AnalysisError
from analysis.plan import check_plan
from survey.access import SEES_ANSWERS
from views.researcher.choose import choose_study
from views.researcher.design import offered_plan, settings, show_power, simulated
from views.researcher.show import complain, instrument_note, show_problems
from views.session import require


def show() -> None:
    """The page."""
    require(*SEES_ANSWERS)
    st.title("How many people")
    st.write(
        "The planned study is simulated again and again: how often is each claim of the plan borne out, if what the "
        "questionnaire's authors expect is true? Ask this before you launch."
    )
    study = choose_study()
    if study is None:
        return
    text = offered_plan(study)
    if not text:
        st.info("This study has no plan. Keep one with it on its page, then come back.")
        return
    if problems := check_plan(text, "the plan", study.instrument):
        show_problems(problems, "the plan", text)
        return
    chosen = settings()
    try:
        found = simulated(study, text, chosen)
    except AnalysisError as error:
        complain(error)
        return
    if found is not None:
        show_power(found, study.instrument)
    instrument_note(study.instrument)
