"""A plan on the page: where its text comes from, its run, and its findings with the report to take away."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING

import streamlit as st

from survey.access import SEES_ANSWERS
from views import state
from views.database import store
from views.researcher.answers import show_figures, show_sentences
from views.researcher.archive import report_archive
from views.researcher.gate import closed_relations, locked_plan, note_met, registration_of
from views.researcher.participation import participation_of
from views.researcher.show import complain, example, plain, spaced
from views.researcher.variables import labels
from views.session import when_asked
from views.tables import show_tables

if TYPE_CHECKING:
    from analysis.findings import Finding, Findings
    from analysis.plan import Plan
    from reports.labels import Labels
    from survey.store.logins import User
    from views.researcher.source import Source

OWN = "Upload a plan"


def plan_text(source: Source) -> tuple[str, str]:
    """The plan that the person picks, and what to call it; ('', '') while there is none."""
    from survey.instrument.load import shipped_ids, shipped_plan_text

    offered: dict[str, str] = {}
    if source.slug and (text := store().studies.get(source.slug).plan_text):
        offered["The study's plan"] = text
    shipped = shipped_plan_text(source.instrument.id) if source.instrument.id in shipped_ids() else None
    if shipped and shipped not in offered.values():
        offered["The plan that ships with the questionnaire"] = shipped
    chosen = st.radio("Plan", [*offered, OWN], key="which_plan")
    if chosen in offered:
        return offered[chosen], chosen
    example(shipped_plan_text(shipped_ids()[0]) or "", f"{shipped_ids()[0]}.plan.yaml")
    file = st.file_uploader("Plan (.yaml)", type=["yaml", "yml"], key="plan_file")
    return (file.getvalue().decode("utf-8", "replace"), file.name) if file else ("", "")


def run_plan(source: Source, plan: Plan, text: str) -> Findings | None:
    """The findings once somebody has pressed Run, for as long as neither the data nor the plan changes."""
    from analysis.errors import AnalysisError
    from analysis.run import run

    held = registration_of(source)
    key = f"{source.key} {sha256(text.encode()).hexdigest()} {len(held.events) if held else ''}"
    kept = st.session_state.get(state.FINDINGS)
    if st.button("Run the plan", type="primary", key="run_plan"):
        bar = st.progress(0.0, "Starting")

        def tell(share: float, what: str) -> None:
            bar.progress(min(share, 1.0), what)

        try:
            note_met(source, "run", "whole plan")
            found = run(
                plan, source.dataset, progress=tell, locked=locked_plan(source), closed=closed_relations(source)
            )
        except AnalysisError as error:
            complain(error)
            return None
        finally:
            bar.empty()
        kept = (key, found)
        st.session_state[state.FINDINGS] = kept
    return kept[1] if kept and kept[0] == key else None


def show_findings(source: Source, findings: Findings) -> None:
    """What came of it: who was left out, the claims, then every analysis."""
    from reports import verbs
    from reports.composer import options_for

    names = labels(findings.instrument)
    st.header("Findings", anchor=False)
    left_out = "; ".join(f"{spaced(count)}: {reason}" for reason, count in findings.excluded if count)
    st.write(f"{spaced(findings.n_used)} of {spaced(findings.n_read)} respondents were analysed.")
    if left_out:
        st.write(f"Left out: {plain(left_out)}.")

    def archive(user: User) -> bytes:
        if source.slug:
            store().audit.note("take report", source.slug, user.name, phase=source.phase)
        return report_archive(findings, partial(participation_of, source), partial(registration_of, source))

    st.download_button(
        "Download the report (.zip)", when_asked(archive, SEES_ANSWERS), f"{source.file_name}-report.zip",
        "application/zip",
        key="report_zip", icon=":material/download:", on_click="ignore",
        help="report.html, results.csv, every table and figure, the codebook, and a manifest with hashes and versions.",
    )  # fmt: skip
    _claims(findings)
    if any(not finding.planned for finding in findings.analyses):
        st.caption("What is marked exploratory was not in the locked plan: it explores, and tests nothing.")
    for finding in findings.analyses:
        with st.expander(_heading(finding, names), expanded=finding.tier == "primary"):
            options = options_for(finding, findings, names)
            show_sentences(finding.results, options)
            show_tables(verbs.tables(finding.results, options=options, first=0), f"finding_{finding.id}")
            show_figures(finding.results, options, f"finding_{finding.id}")


def _claims(findings: Findings) -> None:
    """The claims of the plan and whether they hold."""
    from reports.claims import claims_table

    judged = [f.claim for f in findings.analyses if f.claim is not None]
    if judged:
        show_tables((claims_table(judged, labels(findings.instrument)),), "claims")
    else:
        st.caption("This plan makes no claim: it says of no analysis what is to be found.")


def _heading(finding: Finding, names: Labels) -> str:
    from reports.claims import about
    from reports.dispatch import called

    if not finding.planned:
        return f"Exploratory: {plain(finding.id)} · {called(finding.kind)}"
    if finding.claim is not None:
        return f"{plain(finding.id)} · {plain(about(finding.claim, names))}"
    kind = called(finding.kind)
    return kind if finding.id == finding.kind else f"{plain(finding.id)} · {kind}"
