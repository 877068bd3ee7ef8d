"""Exploratory factors in the explorer: pick scales, see how many factors their items have, and which."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import streamlit as st

from views.researcher.answers import show_figures, show_sentences
from views.researcher.gate import together
from views.researcher.source import scored
from views.researcher.variables import labelled
from views.tables import show_table, show_tables

if TYPE_CHECKING:
    import pandas as pd

    from analysis.factor import Factor
    from analysis.result import NotApplicable
    from views.researcher.source import Source

SEED = 20160930
MOST = 12
Method = Literal["minres", "ml"]
Rotate = Literal["oblimin", "varimax", "none"]
Coefficient = Literal["pearson", "polychoric"]
METHODS: dict[Method, str] = {"minres": "Minimum residuals", "ml": "Maximum likelihood"}
ROTATIONS: dict[Rotate, str] = {
    "oblimin": "Oblimin: factors may correlate",
    "varimax": "Varimax: they may not",
    "none": "None",
}
COEFFICIENTS: dict[Coefficient, str] = {"pearson": "Pearson", "polychoric": "Polychoric (ordered answers)"}


def explore(source: Source) -> None:
    """The controls and what they give."""
    from analysis.factor import Factor
    from analysis.runners.factor import reversal_note
    from reports import verbs

    instrument = source.instrument
    names, called = labelled(instrument)
    usable = [s for s, scale in instrument.scales.items() if len(scale.items) > 1]
    reflective = [s for s in usable if not instrument.scales[s].formative]
    if not usable:
        st.info("This instrument has no scale of two or more items, so there is nothing whose factors can be told.")
        return
    chosen = st.multiselect(
        "Scales", usable, default=reflective[:2], format_func=called, key="f_scales",
        persist_state="session", wrap=True, max_selections=MOST,
        help="The items of these scales are factored together.",
    )  # fmt: skip
    number = st.select_slider(
        "Factors", [0, *range(1, MOST + 1)], value=0, key="f_number", persist_state="session",
        format_func=lambda n: str(n) if n else "as suggested",
        help="As suggested: as many as the parallel analysis finds beyond chance.",
    )  # fmt: skip
    with st.expander("Options"):
        method = st.radio("Extraction", list(METHODS), format_func=METHODS.__getitem__, key="f_method",
                          persist_state="session")  # fmt: skip
        rotate = st.radio("Rotation", list(ROTATIONS), format_func=ROTATIONS.__getitem__, key="f_rotate",
                          persist_state="session")  # fmt: skip
        kind = st.radio("Correlations", list(COEFFICIENTS), format_func=COEFFICIENTS.__getitem__, key="f_kind",
                        persist_state="session")  # fmt: skip
    if not chosen:
        st.info("Pick one scale or more.")
        return
    if not together(source, chosen, measuring=True):
        return
    data = scored(source)
    items = {str(item): column for scale in chosen for item, column in data.items(scale).items()}
    result = _factor(source.key, tuple(chosen), int(number) or None, method, rotate, kind, items)
    if isinstance(result, Factor) and (note := reversal_note(instrument, result.items, chosen)):
        result = replace(result, notes=(*result.notes, note))
    options = verbs.options(names)
    show_sentences([result], options)
    first, *others = verbs.tables([result], options=options, first=0)
    show_table(first, "f_table")
    show_figures([result], options, "f")
    show_tables(others, "f_more")


@st.cache_data(max_entries=200, ttl="1h", show_spinner="Computing")
def _factor(
    key: str,
    scales: tuple[str, ...],
    number: int | None,
    method: Method,
    rotate: Rotate,
    kind: Coefficient,
    _items: dict[str, pd.Series],
) -> Factor | NotApplicable:
    import pandas as pd

    from analysis.factor import factor

    return factor(pd.DataFrame(_items), number, method, rotate, correlation=kind, seed=SEED)
