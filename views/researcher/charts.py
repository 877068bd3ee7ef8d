"""Pictures on the researcher's pages, in the light or dark colours of the reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

    from reports.figure import FigureSpec

QUIET = {"displayModeBar": False, "scrollZoom": False, "displaylogo": False, "doubleClick": False}
"""No floating buttons over a picture, and no zooming by accident: on a telephone both are in the way."""

LIGHT_SHADES = ("#0B6E6E", "#8A3B6B", "#B7791F", "#4C6FA5", "#7A8794")
DARK_SHADES = ("#4FC3BC", "#D98BBB", "#E3B566", "#8FB1E3", "#C3CBD4")


def dark() -> bool:
    """Whether the reader's page is dark."""
    return st.context.theme.type == "dark"


def show_figure(spec: FigureSpec, key: str) -> None:
    """Draw a figure; its words go to those who cannot see it."""
    from reports.draw_plotly import draw

    _show(draw(spec, dark=dark()), spec.alt, key)


def show_shares(shares: pd.DataFrame, words: str, key: str) -> None:
    """One bar a row of ``shares`` (index: names; columns: parts, each a share of 1), from 0 to 100%.

    words: what the picture says, for those who cannot see it.
    """
    import plotly.graph_objects as go

    ink, grid = ("#E7ECEB", "#33413F") if dark() else ("#17252A", "#DAD7CF")
    figure = go.Figure()
    for column, colour in zip(shares.columns, DARK_SHADES if dark() else LIGHT_SHADES, strict=False):
        figure.add_bar(
            x=shares[column], y=[str(i) for i in shares.index], name=str(column), orientation="h", marker_color=colour
        )
    figure.update_layout(
        template="none", barmode="stack", height=110 + 24 * len(shares), showlegend=True,
        font={"color": ink, "size": 13},
        paper_bgcolor="rgba(0,0,0,0)", plot_bgcolor="rgba(0,0,0,0)", margin={"l": 8, "r": 16, "t": 40, "b": 8},
        legend={"orientation": "h", "yanchor": "bottom", "y": 1.0, "x": 0, "traceorder": "normal"}, bargap=0.3,
    )  # fmt: skip
    figure.update_xaxes(tickformat=".0%", range=[0, 1], gridcolor=grid, automargin=True)
    figure.update_yaxes(autorange="reversed", automargin=True)
    _show(figure, words, key)


def _show(figure: Figure, words: str, key: str) -> None:
    figure.update_layout(dragmode=False, font_family='"Source Sans", "Source Sans 3", system-ui, sans-serif')
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(fixedrange=True)
    st.plotly_chart(figure, key=key, alt=words, config=QUIET, theme=None)
