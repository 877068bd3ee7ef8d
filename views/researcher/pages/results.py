"""The results explorer: pick variables, and tables and pictures answer at once."""

from __future__ import annotations

import streamlit as st

from survey.access import SEES_ANSWERS
from views.researcher import (
    explore_agreement,
    explore_compare,
    explore_contrast,
    explore_correlation,
    explore_dyad,
    explore_factor,
    explore_likelihood,
    explore_mediation,
    explore_missing,
    explore_mixed,
    explore_moderation,
    explore_network,
    explore_regression,
    explore_reliability,
    explore_screening,
    explore_structure,
    explore_waves,
)
from views.researcher.gate import gate
from views.researcher.picks import pick_wave
from views.researcher.show import instrument_note, show_notes, spaced
from views.researcher.source import choose_source, live_caution, scored
from views.session import require

VIEWS = {
    "reliability": ("Reliability", explore_reliability.explore),
    "factor": ("Factors", explore_factor.explore),
    "structure": ("Structure", explore_structure.explore),
    "correlation": ("Correlations", explore_correlation.explore),
    "compare": ("Comparison of groups", explore_compare.explore),
    "regression": ("Regression", explore_regression.explore),
    "contrast": ("Contrasts", explore_contrast.explore),
    "likelihood": ("Choices and counts", explore_likelihood.explore),
    "mixed": ("Mixed models", explore_mixed.explore),
    "moderation": ("Moderation", explore_moderation.explore),
    "mediation": ("Mediation", explore_mediation.explore),
    "network": ("Networks", explore_network.explore),
    "groups": ("Agreement", explore_agreement.explore),
    "panel": ("Panel", explore_waves.panel),
    "dyad": ("Dyads", explore_dyad.explore),
    "waves": ("Retest", explore_waves.retest),
    "missing": ("Missing values", explore_missing.explore),
    "care": ("Careless answers", explore_screening.explore),
}

GROUPS = {
    "Measurement": ("reliability", "factor", "structure", "groups", "waves"),
    "Relations": ("correlation", "compare", "regression", "contrast", "likelihood", "mixed", "moderation", "mediation"),
    "Networks and waves": ("network", "dyad", "panel"),
    "Quality of answers": ("missing", "care"),
}
"""The views by what they are about: all in one row, nobody reads them."""

OVER_WAVES = ("waves", "panel", "care")
"""Views that tell waves apart by themselves, or judge each row alone."""


def show() -> None:
    """The page."""
    require(*SEES_ANSWERS)
    st.title("Results")
    source = choose_source()
    if source is None:
        return
    chosen = _chosen()
    if chosen not in ("reliability", "structure", "missing", "waves", "care"):
        live_caution(source)
    looked_at = source if chosen in OVER_WAVES else pick_wave(source)
    if gate(looked_at, chosen):
        VIEWS[chosen][1](looked_at)
    instrument_note(source.instrument)
    with st.expander("How the data were read and scored"):
        count = f"{spaced(len(source.dataset.respondents))} respondents. Scores use the ranges that the items declare."
        show_notes((count, *source.dataset.notes, *scored(source).notes))


def _chosen() -> str:
    """The view that is looked at: first what it is about, then the view; the address keeps it."""
    asked = st.query_params.get("view", "")
    wanted = next((view for view, (label, _) in VIEWS.items() if asked in (label, view)), "reliability")
    begins = next(group for group, views in GROUPS.items() if wanted in views)
    group = st.segmented_control("About", list(GROUPS), default=begins, required=True, key="about") or begins
    views = GROUPS[group]
    chosen = st.segmented_control(
        "Look at", views, default=wanted if wanted in views else views[0], required=True,
        format_func=lambda view: VIEWS[view][0], key="view", bind="query-params",
    )  # fmt: skip
    return chosen or views[0]
