"""Regression in the explorer: pick an outcome and predictors in blocks, see table and picture at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.answers import show_results
from views.researcher.source import scored
from views.researcher.variables import clusters, labelled, numeric, predictors

if TYPE_CHECKING:
    import pandas as pd

    from analysis.regression import Regression
    from analysis.result import NotApplicable
    from views.researcher.source import Source

Blocks = tuple[tuple[str, ...], ...]
Called = Callable[[str], str]
ERRORS = {"HC3": "robust (HC3)", "classical": "classical", "cluster": "clustered", "cr2": "clustered, few groups"}
BLOCKS = ("Covariates (entered first)", "Predictors", "Further predictors (entered last)")


def explore(source: Source) -> None:
    """The controls and what they give."""
    instrument, data = source.instrument, scored(source)
    names, called = labelled(instrument)

    left, right = st.columns(2)
    with left:
        outcome = st.selectbox(
            "Outcome", numeric(data), index=None, format_func=called, key="x_outcome", persist_state="session",
            placeholder="What is to be explained", filter_mode="contains",
        )  # fmt: skip
    with right:
        errors = _errors(clusters(data), called)
    blocks = _blocks(predictors(data), outcome, called)
    if outcome is None or not any(blocks) or errors is None:
        st.info("Pick an outcome and at least one predictor. The table and the picture follow at once.")
        return
    used = tuple(block for block in blocks if block)
    columns = list(dict.fromkeys([outcome, *(v for block in used for v in block), *_fields(errors)]))
    result = _regression(source.key, outcome, used, errors, data.frame[columns])
    show_results([result], names, key="regression")


def _blocks(options: list[str], outcome: str | None, called: Called) -> Blocks:
    """One list a block; a variable that stands in an earlier block is not offered again."""
    taken = {outcome}
    blocks: list[tuple[str, ...]] = []
    for number, (name, place) in enumerate(zip(BLOCKS, st.columns(3), strict=True)):
        free = [v for v in options if v not in taken]
        with place:
            chosen = st.multiselect(
                name, free, format_func=called, key=f"x_block{number}", persist_state="session", wrap=True,
                select_all=False,
                placeholder="Pick any number",
            )  # fmt: skip
        taken |= set(chosen)
        blocks.append(tuple(chosen))
    return tuple(blocks)


def _errors(groups: list[str], called: Called) -> str | tuple[str, str] | None:
    """'HC3', 'classical', (kind, field) where they are clustered, or None while the field is not chosen."""
    kinds = list(ERRORS) if groups else ["HC3", "classical"]
    kind = st.radio(
        "Standard errors", kinds, format_func=ERRORS.__getitem__, horizontal=True, key="x_errors",
        persist_state="session",
        help="Robust errors hold where the spread differs between respondents; clustered ones where people in one "
        "team or firm resemble each other.",
    )  # fmt: skip
    if kind in ("HC3", "classical"):
        return kind
    field = st.selectbox("Clustered by", groups, format_func=called, key="x_cluster", persist_state="session")
    return (kind, field) if field else None


def _fields(errors: str | tuple[str, str]) -> list[str]:
    return [] if isinstance(errors, str) else [errors[1]]


@st.cache_data(max_entries=500, ttl="1h", show_spinner=False)
def _regression(
    key: str, outcome: str, blocks: Blocks, errors: str | tuple[str, str], _frame: pd.DataFrame
) -> Regression | NotApplicable:
    from analysis.regression import regression

    kind: str | Mapping[str, str] = errors if isinstance(errors, str) else {errors[0]: errors[1]}
    return regression(_frame, outcome, blocks, errors=kind, diagnostics=True)
