"""Contrasts, dominance and response surfaces in the explorer: differences that a claim is about, shares, agreement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labelled, numeric

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from views.researcher.source import Source

SHAPES = {
    "coefficients": "two predictors",
    "outcomes": "two outcomes",
    "paired": "two scores of the same people",
    "dominance": "shares of what is explained",
    "surface": "two scores and their agreement",
}
WANTED = {
    "coefficients": "Pick an outcome and two predictors or more: the first two are compared.",
    "outcomes": "Pick two outcomes and a predictor: its coefficients in both are compared.",
    "paired": "Pick two scores.",
    "dominance": "Pick an outcome and two predictors or more.",
    "surface": "Pick an outcome and two scores in the same units.",
}
MOST = {"coefficients": 12, "outcomes": 12, "dominance": 10, "surface": 2}
"""Of predictors."""


def explore(source: Source) -> None:
    """The controls and what they give."""
    data = scored(source)
    names, called = labelled(source.instrument)
    offered = numeric(data)
    shape = st.radio("What is compared", list(SHAPES), format_func=SHAPES.__getitem__, horizontal=True, key="q_shape",
                     persist_state="session") or "coefficients"  # fmt: skip
    left, right = st.columns(2)
    with left:
        outcomes = _outcomes(shape, offered, called)
    chosen: list[str] = []
    if shape != "paired":
        with right:
            chosen = st.multiselect(
                "Predictors" if shape != "surface" else "The two scores", [v for v in offered if v not in outcomes],
                format_func=called, key=f"q_predictors_{shape}", persist_state="session", wrap=True, select_all=False,
                max_selections=MOST[shape],
            )  # fmt: skip
    needed = {"paired": 0, "outcomes": 1}.get(shape, 2)
    if len(outcomes) < (2 if shape in ("outcomes", "paired") else 1) or len(chosen) < needed:
        st.info(WANTED[shape])
        return
    frame = data.frame[[*outcomes, *chosen]]
    show_results([_found(source.key, shape, tuple(outcomes), tuple(chosen), frame)], names, key="contrast")


def _outcomes(shape: str, offered: list[str], called: Callable[[str], str]) -> list[str]:
    """What is explained, or the two scores."""
    if shape in ("outcomes", "paired"):
        label = "Two outcomes" if shape == "outcomes" else "Two scores"
        return st.multiselect(label, offered, format_func=called, key=f"q_pair_{shape}", persist_state="session",
                              max_selections=2, select_all=False)  # fmt: skip
    one = st.selectbox("Outcome", offered, index=None, format_func=called, key="q_outcome", persist_state="session",
                       placeholder="What is to be explained", filter_mode="contains")  # fmt: skip
    return [] if one is None else [one]


@st.cache_data(max_entries=300, ttl="1h", show_spinner="Computing")
def _found(key: str, shape: str, outcomes: tuple[str, ...], chosen: tuple[str, ...], _frame: pd.DataFrame) -> Any:
    from analysis import contrast
    from analysis.dominance import dominance
    from analysis.surface import response_surface

    if shape == "paired":
        return contrast.paired([_frame], (outcomes[0], outcomes[1]))
    if shape == "outcomes":
        return contrast.outcomes([_frame], (outcomes[0], outcomes[1]), [chosen], chosen[0])
    if shape == "coefficients":
        return contrast.coefficients([_frame], outcomes[0], [chosen], (chosen[0], chosen[1]))
    if shape == "dominance":
        return dominance([_frame], outcomes[0], chosen)
    return response_surface([_frame], outcomes[0], chosen[0], chosen[1])
