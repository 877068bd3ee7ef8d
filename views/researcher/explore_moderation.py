"""Moderation in the explorer: pick who acts on what for whom, and slide along the moderator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import streamlit as st

from survey.access import SEES_ANSWERS
from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import labelled, numeric, predictors
from views.session import require

if TYPE_CHECKING:
    import pandas as pd

    from analysis.moderation import Moderation
    from analysis.moderation.result_latent import LatentModeration
    from analysis.result import NotApplicable
    from analysis.scoring import Scored
    from reports.labels import Labels
    from views.researcher.source import Source

ERRORS = {"HC3": "robust (HC3)", "classical": "classical"}
PROBES: dict[Literal["sd", "percentiles"], str] = {"sd": "mean and 1 SD to both sides", "percentiles": "percentiles"}


def explore(source: Source) -> None:
    """The controls and what they give."""
    data = scored(source)
    names, called = labelled(source.instrument)
    numbers, all_ = numeric(data), predictors(data)

    left, right = st.columns(2)
    with left:
        outcome = st.selectbox("Outcome", numbers, index=None, format_func=called, key="mo_outcome",
                               persist_state="session", placeholder="What is to be explained")  # fmt: skip
        predictor = st.selectbox("Predictor", [v for v in numbers if v != outcome], index=None, format_func=called,
                                 key="mo_predictor", persist_state="session",
                                 placeholder="Whose slope may depend")  # fmt: skip
    with right:
        moderators = st.multiselect("Moderator (one or two)", [v for v in all_ if v not in (outcome, predictor)],
                                    format_func=called, key="mo_moderators", persist_state="session",
                                    max_selections=2, placeholder="What it may depend on")  # fmt: skip
        free = [v for v in all_ if v not in (outcome, predictor, *moderators)]
        covariates = st.multiselect("Covariates", free, format_func=called, key="mo_covariates",
                                    persist_state="session", placeholder="None")  # fmt: skip
    left, right = st.columns(2)
    with left:
        errors = st.radio("Standard errors", list(ERRORS), format_func=ERRORS.__getitem__, horizontal=True,
                          key="mo_errors", persist_state="session")  # fmt: skip
    with right:
        probe = st.radio("Slopes at", list(PROBES), format_func=PROBES.__getitem__, horizontal=True, key="mo_probe",
                         persist_state="session")  # fmt: skip
    three = len(moderators) == 2 and st.checkbox("The product of all three as well", key="mo_three")
    if outcome is None or predictor is None or not moderators:
        st.info("Pick an outcome, a predictor and a moderator. The table and the pictures follow at once.")
        return
    columns = [outcome, predictor, *moderators, *covariates]
    result = _moderation(source.key, outcome, predictor, tuple(moderators), tuple(covariates), errors, three, probe,
                         data.frame[columns])  # fmt: skip
    _slide(result, names)
    scales = source.instrument.scales
    three_scales = all(name in scales and len(scales[name].items) > 1 for name in (outcome, predictor, *moderators))
    shown: list[Moderation | LatentModeration | NotApplicable] = [result]
    if len(moderators) == 1 and three_scales:
        told = "The product of two unreliable scores is pulled towards zero; the product of two factors is not."
        if st.checkbox("Between the factors behind the scales as well", key="mo_latent", help=told):
            numbers_ = tuple(name for name in covariates if name in numbers)
            shown.append(_latent(source.key, outcome, predictor, moderators[0], numbers_, data))
    show_results(shown, names, key="moderation")


@st.fragment
def _slide(result: Moderation | NotApplicable, names: Labels) -> None:
    """The slope at any value of the moderator: as the slider moves, this part alone is drawn again."""
    require(*SEES_ANSWERS)
    from analysis.moderation import Moderation
    from reports.numbers import interval, level, show

    if not isinstance(result, Moderation) or result.band is None:
        return
    band = result.band
    of = f"product {names(band.term)}" if band.term else f"slope of {names(result.predictor)}"
    step = (band.most - band.least) / 100
    value = st.slider(f"Slide along {names(band.moderator)}", band.least, band.most, band.centre, step,
                      key=f"mo_slide_{band.moderator}")  # fmt: skip
    slope, low, high = band.at(value)
    said = f"The {of} where {names(band.moderator)} is {show(value)}"
    st.metric(said, show(slope), f"{level(result.level)} CI {interval(low, high)}", delta_color="off",
              delta_arrow="off")  # fmt: skip


@st.cache_data(max_entries=200, ttl="1h", show_spinner=False)
def _moderation(
    key: str, outcome: str, predictor: str, moderators: tuple[str, ...], covariates: tuple[str, ...], errors: str,
    three: bool, probe: Literal["sd", "percentiles"], _frame: pd.DataFrame,
) -> Moderation | NotApplicable:  # fmt: skip
    from analysis.moderation import moderation

    return moderation(_frame, outcome, predictor, moderators, covariates, errors=errors, three_way=three, probe=probe)


@st.cache_data(max_entries=100, ttl="1h", show_spinner="Fitting")
def _latent(
    key: str, outcome: str, predictor: str, moderator: str, covariates: tuple[str, ...], _data: Scored
) -> LatentModeration | NotApplicable:  # fmt: skip
    import pandas as pd

    from analysis.moderation.latent import latent_moderation
    from analysis.result import NotApplicable
    from analysis.runners.cfa import items_of

    found = items_of(_data, (outcome, predictor, moderator))
    if isinstance(found, str):
        return NotApplicable("moderation", outcome, found)
    frame = pd.concat([found[0], _data.frame[list(covariates)]], axis=1)
    return latent_moderation(frame, found[1], outcome, predictor, moderator, covariates)
