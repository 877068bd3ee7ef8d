"""Pictures on the researcher's pages, in the light or dark colours of the reader."""

from __future__ import annotations

import textwrap
from html import escape, unescape
from typing import TYPE_CHECKING, Any

import streamlit as st

from views.researcher.look import dark

if TYPE_CHECKING:
    import pandas as pd
    from plotly.graph_objects import Figure

    from reports.figure import FigureSpec

QUIET = {"displayModeBar": False, "scrollZoom": False, "displaylogo": False, "doubleClick": False}
"""No floating buttons over a picture, and no zooming by accident: on a telephone both are in the way."""

LONGEST_BESIDE = 44
"""Letters of a row's name that stand beside it, in two lines."""

LIGHT_SHADES = ("#0B6E6E", "#8A3B6B", "#B7791F", "#4C6FA5", "#7A8794")
DARK_SHADES = ("#4FC3BC", "#D98BBB", "#E3B566", "#8FB1E3", "#C3CBD4")


def show_figure(spec: FigureSpec, key: str) -> None:
    """Draw a figure; its words go to those who cannot see it."""
    from reports.draw_plotly import draw
    from reports.figure import Coefficients, Heatmap, Stacked

    figure = draw(spec, dark=dark())
    if isinstance(spec, Stacked):
        _names_above(figure, spec.items)
    elif isinstance(spec, Heatmap):
        _numbers_alone(figure, len(spec.labels))
    elif isinstance(spec, Coefficients):
        labels = tuple(point.label for point in spec.points)
        if max(map(len, labels), default=0) > LONGEST_BESIDE:
            _names_above(figure, labels, each=58)
        else:
            figure.update_yaxes(ticktext=[_wrapped(label, 22) for label in labels])
    _show(figure, spec.alt, key)


def _names_above(figure: Figure, names: tuple[str, ...], each: int = 78) -> None:
    """Put the name of each row above it: beside it, a question leaves no room for the picture on a telephone."""
    for row, name in enumerate(names):
        lines = textwrap.wrap(name, 46, max_lines=2, placeholder=" …")
        figure.add_annotation(
            text="<br>".join(escape(line) for line in lines), x=0, xref="paper", xanchor="left", y=row - 0.24,
            xshift=6, yanchor="bottom", align="left", showarrow=False, font={"size": 13},
        )  # fmt: skip
    figure.update_traces(width=0.42, selector={"type": "bar"})
    figure.update_yaxes(showticklabels=False, range=[len(names) - 0.65, -0.85])
    figure.update_layout(height=130 + each * len(names))


def _numbers_alone(figure: Figure, count: int) -> None:
    """Name rows by number, as the table above does: beside the squares, names leave none on a telephone."""
    figure.update_yaxes(ticktext=[str(number) for number in range(2, count + 1)], tickfont_size=13)
    figure.update_xaxes(title_text="Numbered as in the table", title_font_size=13)
    figure.layout.annotations = figure.layout.annotations[:-1]  # the name of the first variable, drawn last


def _wrapped(text: str, width: int) -> str:
    """A text in lines of about equal length, none over ``width``; an equals sign stays with what it says."""
    kept = text.replace(" = ", "\u00a0=\u00a0").replace(" %", "\u00a0%")
    lines = textwrap.wrap(kept, width, break_long_words=False)
    for narrower in range(width - 1, 0, -1):
        found = textwrap.wrap(kept, narrower, break_long_words=False)
        if len(found) > len(lines):
            break
        lines = found
    return "<br>".join(escape(line) for line in lines)


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
    figure.for_each_xaxis(_fit_title)
    figure.update_yaxes(fixedrange=True)
    st.plotly_chart(figure, key=key, alt=words, config=QUIET, theme=None)


def _fit_title(axis: Any) -> None:
    """Break a long title of an axis, which would otherwise run out of a telephone's picture."""
    if axis.title.text:
        axis.title.text = _wrapped(unescape(axis.title.text), 28)
        axis.title.font.size = 14
