"""How the answers are spread: scores, items, and what is missing and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from reports.figure import Bars, Stacked
from survey.dataset.model import Missing
from survey.instrument.labels import codes, label, range_of
from survey.instrument.model import Likert
from views.researcher import charts
from views.researcher.source import scored
from views.researcher.variables import cut, labels, name_of

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
    instrument = source.instrument
    names = labels(instrument)
    if not instrument.scales:
        return
    scale = st.selectbox(
        "Scale", list(instrument.scales), format_func=lambda s: name_of(instrument, names, s), key="d_scale",
        persist_state="session",
    )  # fmt: skip
    data = scored(source)
    values = data.frame[scale].dropna()
    if values.empty:
        st.info("Nobody has a score on this scale yet: too few of its items are answered.")
        return
    charts.show_figure(histogram(values, names(scale), _limits(instrument, scale)), "d_scores")
    for place, figure in enumerate(item_figures(source.dataset, scale, names.wording)):
        charts.show_figure(figure, f"d_items_{place}")


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


def item_figures(dataset: Dataset, scale: str, wording: object) -> list[Stacked]:
    """The answers to a scale's items as shares, one figure for each format that they have."""
    instrument = dataset.instrument
    by_format: dict[str, list[str]] = {}
    for key in instrument.scales[scale].items:
        item = key.lstrip("-")
        if item in dataset.respondents and isinstance(instrument.format_of(item), Likert):
            by_format.setdefault(instrument.items[item].format, []).append(item)
    figures = []
    for fmt, items in by_format.items():
        found = instrument.formats[fmt]
        answers = codes(found)
        said = tuple(f"{c} {label(found, c, 'en')}" for c in answers)
        columns = {i: dataset.respondents[i].dropna() for i in items}
        asked = {i: column for i, column in columns.items() if len(column)}
        shares = tuple(tuple(float((column == c).mean()) for c in answers) for column in asked.values())
        counts = tuple(len(column) for column in asked.values())
        shown = tuple(f"{i}: {cut(_said(instrument, i))}" if _said(instrument, i) else i for i in asked)
        middle = len(answers) // 2 if len(answers) % 2 else -1
        if asked:
            figures.append(Stacked("Answers to the items", shown, said, shares, counts, middle))
    return figures


def _said(instrument: Instrument, item: str) -> str:
    from survey.instrument.model import say

    return say(instrument.items[item].text, "en", instrument.languages)


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
    shares = missing_shares(source.dataset)
    if shares.empty:
        st.write("No answer is missing.")
        return
    worst = shares.sum(axis=1).idxmax()
    total = float(shares.loc[worst].sum())
    words = f"Most is missing at {worst}: {total:.0%} of respondents."
    st.write(words)
    with st.expander(f"Every item with something missing ({len(shares)})", expanded=len(shares) <= 30):
        charts.show_shares(shares, f"Share of respondents whose answer is missing, an item a bar. {words}", "missing")
