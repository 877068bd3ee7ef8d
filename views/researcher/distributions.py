"""How the answers are spread: scores, items, and what is missing and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from reports.figure import Bars
from survey.dataset.model import Missing
from survey.instrument.labels import range_of
from views.researcher import charts
from views.researcher.show import plain
from views.researcher.source import answered, scored
from views.researcher.variables import labelled

if TYPE_CHECKING:
    import pandas as pd

    from survey.dataset.model import Dataset
    from survey.instrument.model import Instrument
    from views.researcher.source import Source

WHY = {
    Missing.NOT_SHOWN: "not shown",
    Missing.NOT_REACHED: "not reached",
    Missing.SKIPPED: "skipped",
    Missing.REFUSED: "refused",
    Missing.DOES_NOT_APPLY: "does not apply",
}
MOST_BINS = 24


def scale_distribution(source: Source) -> None:
    """Pick a scale; see how its scores and the answers to its items are spread."""
    from reports.participants import answers_figure

    instrument = source.instrument
    names, called = labelled(instrument)
    if not instrument.scales:
        return
    scale = st.selectbox(
        "Scale", list(instrument.scales), format_func=called, key="d_scale",
        persist_state="session",
    )  # fmt: skip
    data = scored(source)
    values = data.frame[scale].dropna()
    if values.empty:
        st.info("Nobody has a score on this scale yet: too few of its items are answered.")
        return
    charts.show_figure(histogram(values, names(scale), _limits(instrument, scale)), "d_scores")
    figure = answers_figure(answered(source), scale, names)
    if figure is not None:
        charts.show_figure(figure, "d_items")
        st.caption(figure.note)
    else:
        st.caption("The items of this scale are not answered on one scale, so their answers are not drawn together.")


def network_distribution(source: Source) -> None:
    """Pick a measure of the people around respondents; see how it is spread."""
    from analysis.plan.networks import available

    instrument = source.instrument
    (names, _), frame = labelled(instrument), scored(source).frame
    offered = [f"{network}.{m}" for network, of in instrument.networks.items() for m in available(of)]
    offered = [name for name in offered if name in frame.columns and frame[name].notna().any()]
    if not offered:
        return
    measure = st.selectbox(
        "Measure of the network", offered, format_func=names, key="d_measure", persist_state="session"
    )  # fmt: skip
    if measure:
        charts.show_figure(histogram(frame[measure].dropna(), names(measure), None), "d_network")


def _limits(instrument: Instrument, scale: str) -> tuple[float, float] | None:
    """The lowest and highest score that a scale of means can have; None where its items differ or are summed."""
    ranges = {range_of(instrument.format_of(i.lstrip("-"))) for i in instrument.scales[scale].items}
    only = ranges.pop() if len(ranges) == 1 else None
    return only if instrument.scales[scale].score == "mean" else None


def histogram(values: pd.Series, name: str, limits: tuple[float, float] | None) -> Bars:
    """Scores in bins of equal width; each bin is named by its middle."""
    low, high = limits or (float(values.min()), float(values.max()))
    distinct = np.unique(values.to_numpy())
    if len(distinct) <= 12 and np.allclose(distinct, np.round(distinct)):
        edges = np.arange(np.floor(low), np.ceil(high) + 2) - 0.5
    else:
        edges = np.linspace(low, high if high > low else low + 1, min(MOST_BINS, 4 + int(np.sqrt(len(values)))) + 1)
    counts, edges = np.histogram(values, bins=edges)
    middles = (edges[:-1] + edges[1:]) / 2
    return Bars(f"Scores of {name}", name, tuple(f"{m:.3g}" for m in middles), tuple(map(float, counts)), joined=True)


def missing_shares(dataset: Dataset) -> pd.DataFrame:
    """For each item, the share of respondents whose answer is missing, by the reason (columns: reasons that occur)."""
    import pandas as pd

    missing = dataset.missing
    found = {
        words: (missing == why.value).mean() for why, words in WHY.items() if (missing == why.value).to_numpy().any()
    }
    answers = [c for c in missing.columns if c in dataset.respondents]
    unknown = (dataset.respondents[answers].isna() & (missing[answers] == "")).mean()
    if unknown.any():
        found["reason unknown"] = unknown
    shares = pd.DataFrame(found).fillna(0.0)
    return shares.loc[shares.sum(axis=1) > 0] if len(shares.columns) else shares


def show_missing(source: Source) -> None:
    """What is missing, item by item, and why."""
    shares = missing_shares(answered(source))
    if shares.empty:
        st.write("No answer is missing.")
        return
    never = [i for i in shares.index if shares.get("not shown", shares.sum(axis=1) * 0)[i] == 1]
    shares = shares.drop(index=never)
    if never:
        st.caption(plain(f"Shown to nobody: {', '.join(never)}."))
    if shares.empty:
        return
    totals = shares.drop(columns=["not shown", "does not apply"], errors="ignore").sum(axis=1)
    totals = totals.sort_values(ascending=False, kind="stable")
    _, called = labelled(source.instrument)
    worst, total = called(str(totals.index[0])), float(totals.iloc[0])
    words = f"Most often without an answer: {worst} ({total:.0%} of respondents). Questions not shown do not count."
    st.write(plain(words) if total else "Nobody left out a question that was shown to them.")
    with st.expander(f"Every item with something missing ({len(shares)})", expanded=len(shares) <= 30):
        charts.show_shares(shares, f"Share of respondents whose answer is missing, an item a bar. {words}", "missing")
