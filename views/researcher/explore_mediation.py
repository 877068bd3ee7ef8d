"""Mediation in the explorer: pick the ends and what lies between; resamples answer while a slider moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labelled, numeric, predictors

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from analysis.mediation import Mediation
    from analysis.result import NotApplicable
    from views.researcher.source import Source

SHAPES = {"parallel": "side by side", "serial": "in series", "a": "path to mediators moderated",
          "b": "path to outcome moderated"}  # fmt: skip
METHODS: dict[Literal["percentile", "bca"], str] = {"percentile": "percentile", "bca": "BCa"}


def explore(source: Source) -> None:
    """The controls and what they give."""
    data = scored(source)
    names, called = labelled(source.instrument)
    numbers = numeric(data)

    def one(label: str, free: list[str], key: str, hint: str) -> str | None:
        return st.selectbox(label, free, index=None, format_func=called, key=key, persist_state="session",
                            placeholder=hint)  # fmt: skip

    left, right = st.columns(2)
    with left:
        predictor = one("Predictor", numbers, "me_predictor", "Where the paths begin")
        outcome = one("Outcome", [v for v in numbers if v != predictor], "me_outcome", "Where they end")
        shape = st.radio("Mediators act", list(SHAPES), format_func=SHAPES.__getitem__, key="me_shape",
                         persist_state="session")  # fmt: skip
    with right:
        mediators = st.multiselect("Mediators", [v for v in numbers if v not in (predictor, outcome)],
                                   format_func=called, key="me_mediators", persist_state="session",
                                   max_selections=4, placeholder="What lies between")  # fmt: skip
        free = [v for v in predictors(data) if v not in (predictor, outcome, *mediators)]
        covariates = st.multiselect("Covariates", free, format_func=called, key="me_covariates",
                                    persist_state="session", placeholder="None")  # fmt: skip
        moderator = None
        if shape in ("a", "b"):
            moderator = one("Moderator", [v for v in free if v in numbers], "me_moderator", "What the path depends on")
    left, middle, right = st.columns(3)
    with left:
        resamples = st.slider("Resamples", 500, 10_000, 5_000, 500, key="me_resamples")
    with middle:
        percent = st.slider("Level of the intervals (%)", 80, 99, 95, key="me_level")
    with right:
        method = st.radio("Interval", list(METHODS), format_func=METHODS.__getitem__, horizontal=True, key="me_method",
                          persist_state="session")  # fmt: skip
    if predictor is None or outcome is None or not mediators or (shape in ("a", "b") and moderator is None):
        further = ", and what the path depends on" if shape in ("a", "b") else ""
        st.info(
            f"Pick a predictor, an outcome and a mediator or more{further}. The table and the picture follow at once."
        )
        return
    columns = [outcome, predictor, *mediators, *covariates, *([moderator] if moderator else [])]
    result = _mediation(
        source.key, outcome, predictor, tuple(mediators), tuple(covariates), shape, moderator or "", resamples, percent,
        method, data.frame[columns], data.groups,
    )  # fmt: skip
    show_results([result], names, key="mediation")


@st.cache_data(max_entries=200, ttl="1h", show_spinner=False)
def _mediation(
    key: str, outcome: str, predictor: str, mediators: tuple[str, ...], covariates: tuple[str, ...], shape: str,
    moderator: str, resamples: int, percent: int, method: Literal["percentile", "bca"], _frame: pd.DataFrame,
    _groups: npt.NDArray[np.str_] | None,
) -> Mediation | NotApplicable:  # fmt: skip
    from analysis.mediation import mediation

    moderated: dict[str, Any] = {"moderator": moderator, "path": shape} if moderator else {}
    return mediation(
        _frame, outcome, predictor, mediators, covariates, serial=shape == "serial", resamples=resamples,
        interval=method, level=percent / 100, groups=_groups, **moderated,
    )  # fmt: skip
