"""Pictures on the researcher's pages, by plotly, in the colours of the theme."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from views.theme import LIGHT

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

QUIET = {"displayModeBar": False, "scrollZoom": False}
"""No floating buttons over a picture: on a telephone they cover it."""

LADDER = ("#0B6E6E", "#5FA8A5", "#B9B4A7", "#B87BA0", "#8A3B6B", "#5E2849", "#3D4F55")
"""From one end of an answer scale to the other, teal to plum."""


def _plain_figure(height: int) -> Figure:
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.update_layout(
        height=height, margin={"l": 0, "r": 8, "t": 8, "b": 0}, showlegend=False, dragmode=False, bargap=0.25
    )
    return figure


def bars(names: Sequence[str], values: Sequence[float], title: str) -> Figure:
    """Horizontal bars with their values, in the order given from the top."""
    import plotly.graph_objects as go

    figure = _plain_figure(60 + 26 * len(names))
    figure.add_trace(
        go.Bar(
            x=list(values), y=[shortened(n) for n in names], orientation="h", text=list(values), marker_color=LIGHT.teal
        )
    )
    figure.update_xaxes(title=title, rangemode="tozero", fixedrange=True, automargin=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True, automargin=True)
    return figure


def histogram(values: pd.Series, label: str, step: float | None) -> Figure:
    """How often each score was reached; ``step`` is the width of a bar (None lets plotly choose)."""
    import plotly.graph_objects as go

    figure = _plain_figure(220)
    bins = {"size": step, "start": float(values.min()) - step / 2} if step and len(values) else None
    figure.add_trace(go.Histogram(x=values, xbins=bins, marker_color=LIGHT.teal))
    figure.update_xaxes(title=label, fixedrange=True)
    figure.update_yaxes(title="Respondents", fixedrange=True)
    figure.update_layout(bargap=0.05)
    return figure


def stacked(shares: pd.DataFrame, percent: bool = True) -> Figure:
    """One bar a row, cut into the columns of ``shares``; with ``percent`` the values are shares of 1."""
    import plotly.graph_objects as go

    figure = _plain_figure(110 + 26 * len(shares))
    colours = _ladder(len(shares.columns))
    for colour, column in zip(colours, shares.columns, strict=True):
        figure.add_trace(
            go.Bar(x=shares[column], y=[shortened(str(i)) for i in shares.index], name=str(column), orientation="h",
                   marker_color=colour)
        )  # fmt: skip
    figure.update_layout(
        barmode="stack",
        showlegend=True,
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "traceorder": "normal"},
    )
    figure.update_xaxes(tickformat=".0%" if percent else None, range=[0, 1] if percent else None, fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True, automargin=True)
    return figure


def _ladder(count: int) -> list[str]:
    """``count`` colours from teal to plum."""
    if count <= 1:
        return [LADDER[0]]
    ends = LADDER[:5]
    places = [round(i * (len(ends) - 1) / (count - 1)) for i in range(count)]
    return [ends[p] for p in places] if len(set(places)) == count else [LADDER[i % len(LADDER)] for i in range(count)]


def shortened(text: str, longest: int = 34) -> str:
    """A name that leaves room for the bars."""
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


def describe_shares(shares: Mapping[str, float]) -> str:
    """Shares in words, for those who hear the picture."""
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
