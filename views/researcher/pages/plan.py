"""Running a plan: check it, run it with its progress shown, read the findings, take the report away."""

from __future__ import annotations

import streamlit as st

from analysis.plan import check_plan, load_plan
from survey.access import SEES_ANSWERS
from views.researcher.findings import plan_text, run_plan, show_findings
from views.researcher.gate import closed_note, closed_relations
from views.researcher.show import instrument_note, show_problems
from views.researcher.source import choose_source, live_caution
from views.session import require


def show() -> None:
    """The page."""
    require(*SEES_ANSWERS)
    st.title("Run a plan")
    st.write("A plan says beforehand what is analysed. It gives the same report every time, from every place.")
    source = choose_source()
    if source is None:
        return
    live_caution(source)
    if closed_relations(source) is not None:
        closed_note(source)
        st.write("A run gives the plan's distributions, reliability and factor models, and nothing of what is closed.")
    text, name = plan_text(source)
    if not text:
        st.info("Upload a plan (.yaml) to begin.")
        return
    if problems := check_plan(text, name, source.instrument):
        show_problems(problems, name, text)
        return
    plan = load_plan(text, name, source.instrument)
    with st.expander(f"What it asks for ({len(plan.analyses)} analyses)"):
        st.code(text, language="yaml", wrap_lines=True)
    if findings := run_plan(source, plan, text):
        show_findings(source, findings)
    instrument_note(source.instrument)
