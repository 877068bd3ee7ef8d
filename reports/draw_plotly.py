"""Figures for the screen: the same frozen data as interactive plotly figures, for a light or a dark ground."""

from __future__ import annotations

import math
import textwrap
from html import escape
from typing import TYPE_CHECKING, Any

from reports.figure import (
    DARK_PALETTE,
    MARKERS,
    PALETTE,
    Bars,
    Coefficients,
    Contour,
    Curves,
    Diagram,
    FigureSpec,
    Heatmap,
    Lines,
    Stacked,
    blend,
    diverging,
    ink_on,
)
from reports.numbers import BOUNDED, DECIMAL, show

if TYPE_CHECKING:
    import plotly.graph_objects as go

_SYMBOLS = {"circle": "circle", "diamond": "diamond", "square": "square", "triangle": "triangle-up"}


def draw(spec: FigureSpec, *, dark: bool = False) -> go.Figure:
    """A plotly figure with a transparent ground; its words stand in ``layout.meta['alt']``."""
    import plotly.graph_objects as go

    ink, grid = ("#E6EAEF", "#3A4450") if dark else ("#1F2933", "#D5DAE0")
    figure = go.Figure()
    figure.update_layout(
        template="none",
        font={"color": ink, "size": 14},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        margin={"l": 8, "r": 16, "t": 36, "b": 8},
        hoverlabel={"font": {"size": 14}},
        meta={"alt": spec.alt, "title": spec.title},
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0, "traceorder": "normal"},
    )
    figure.update_xaxes(automargin=True, gridcolor=grid, zeroline=False, linecolor=ink, tickcolor=ink)
    figure.update_yaxes(automargin=True, gridcolor=grid, zeroline=False, linecolor=ink, tickcolor=ink)
    _DRAW[type(spec)](figure, spec, dark, ink)
    return figure


def _text(text: str, width: int = 0) -> str:
    """Text that plotly shows as it stands (it reads some HTML), in lines of ``width`` letters."""
    lines = textwrap.wrap(text, width, break_long_words=width > 20) if width else [text]
    return "<br>".join(escape(line) for line in lines)


def _rows(figure: Any, labels: list[str], each: int = 40, extra: int = 110) -> None:
    figure.update_yaxes(
        tickmode="array", tickvals=list(range(len(labels))), ticktext=labels, range=[len(labels) - 0.4, -0.6],
        showgrid=False, showline=False,
        ticks="", ticklabelstandoff=6,
    )  # fmt: skip
    lines = sum(max(1.0, 0.55 * (1 + label.count("<br>"))) for label in labels)
    figure.update_layout(height=int(extra + each * lines))


def _coefficients(figure: Any, spec: Coefficients, dark: bool, ink: str) -> None:
    palette = DARK_PALETTE if dark else PALETTE
    _rows(figure, [_text(point.label, 34) for point in spec.points])
    for series in sorted({point.series for point in spec.points}):
        here = [(row, point) for row, point in enumerate(spec.points) if point.series == series]
        upper = [p.high - p.estimate if math.isfinite(p.high) else 0.0 for _, p in here]
        lower = [p.estimate - p.low if math.isfinite(p.low) else 0.0 for _, p in here]
        figure.add_scatter(
            x=[p.estimate for _, p in here],
            y=[row for row, _ in here],
            mode="markers",
            name=_text(spec.series[series] if series < len(spec.series) else spec.axis),
            marker={
                "color": palette[series % len(palette)], "size": 10, "symbol": _SYMBOLS[MARKERS[series % len(MARKERS)]]
            },
            error_x={"type": "data", "array": upper, "arrayminus": lower, "thickness": 2.5, "width": 0},
            hovertext=[
                f"{_text(p.label)}: {show(p.estimate, DECIMAL)}"
                + (f" [{show(p.low, DECIMAL)}, {show(p.high, DECIMAL)}]" if math.isfinite(p.low) else "")
                for _, p in here
            ],
            hoverinfo="text",
        )  # fmt: skip
    if math.isfinite(spec.reference):
        figure.add_vline(x=spec.reference, line={"color": ink, "width": 1, "dash": "dash"})
    figure.update_xaxes(title_text=_text(spec.axis))
    figure.update_layout(showlegend=len(spec.series) > 1)


def _bars(figure: Any, spec: Bars, dark: bool, ink: str) -> None:
    colour = (DARK_PALETTE if dark else PALETTE)[spec.series % len(PALETTE)]
    names = [_text(category) for category in spec.categories]
    hover = [f"{name}: {count:g}" for name, count in zip(names, spec.counts, strict=True)]
    if spec.joined:
        figure.add_bar(x=list(range(len(names))), y=list(spec.counts), marker={"color": colour}, hovertext=hover)
        step = max(1, math.ceil(len(names) / 12))
        figure.update_xaxes(
            tickmode="array", tickvals=list(range(len(names)))[::step], ticktext=names[::step],
            title_text=_text(spec.axis), showgrid=False,
        )  # fmt: skip
        figure.update_yaxes(title_text="Respondents")
        figure.update_layout(bargap=0.02, height=340)
    else:
        rows = list(range(len(names)))
        figure.add_bar(y=rows, x=list(spec.counts), orientation="h", marker={"color": colour}, hovertext=hover)
        _rows(figure, [_text(category, 34) for category in spec.categories], 34, 90)
        figure.update_xaxes(title_text="Respondents")
    figure.update_traces(hoverinfo="text")


def _heatmap(figure: Any, spec: Heatmap, dark: bool, ink: str) -> None:
    count = len(spec.labels)
    low, middle, high = ("#D98BBB", "#1B2128", "#4FC3BC") if dark else (PALETTE[1], "#FFFFFF", PALETTE[0])
    rows = [[spec.values[i][j] if j < i else None for j in range(count - 1)] for i in range(1, count)]
    names = [f"{_text(label)}  {place + 1}" for place, label in enumerate(spec.labels)]
    hover = [
        [f"{_text(spec.labels[i])}, {_text(spec.labels[j])}: {show(spec.values[i][j], BOUNDED)}" if j < i else ""
         for j in range(count - 1)]
        for i in range(1, count)
    ]  # fmt: skip
    figure.add_heatmap(
        z=rows, x=list(range(count - 1)), y=list(range(count - 1)), zmin=-1, zmax=1, showscale=False, xgap=2, ygap=2,
        colorscale=[[0, low], [0.5, middle], [1, high]], hovertext=hover, hoverinfo="text",
    )  # fmt: skip
    for i in range(1, count):
        for j in range(i):
            value = spec.values[i][j]
            ground = blend(middle, high if value > 0 else low, min(1.0, abs(value))) if math.isfinite(value) else middle
            figure.add_annotation(
                x=j, y=i - 1, text=show(value, BOUNDED), showarrow=False, font={"color": ink_on(ground), "size": 13}
            )
    columns = [f"{place + 1}" for place in range(count - 1)]
    figure.update_xaxes(tickvals=list(range(count - 1)), ticktext=columns, showgrid=False, showline=False, ticks="")
    figure.update_yaxes(
        tickvals=list(range(count - 1)),
        ticktext=names[1:],
        autorange="reversed",
        showgrid=False,
        showline=False,
        ticks="",
    )
    figure.update_layout(height=int(110 + 44 * (count - 1)))
    figure.add_annotation(
        x=0, y=1.0, xref="paper", yref="paper", text=f"1  {_text(spec.labels[0])}", showarrow=False, xanchor="left",
        yanchor="bottom", font={"color": ink},
    )  # fmt: skip


def _stacked(figure: Any, spec: Stacked, dark: bool, ink: str) -> None:
    colours = diverging(len(spec.answers), dark)
    rows = list(range(len(spec.items)))
    starts = [spec.start(row) for row in rows]
    for place, (answer, colour) in enumerate(zip(spec.answers, colours, strict=True)):
        widths = [shares[place] for shares in spec.shares]
        figure.add_bar(
            y=rows, x=widths, base=list(starts), orientation="h", name=_text(answer),
            marker={"color": colour, "line": {"width": 1, "color": "rgba(127,127,127,.4)"}},
            text=[f"{100 * width:.0f}" if width >= 0.08 else "" for width in widths], textposition="inside",
            insidetextanchor="middle", textangle=0, textfont={"color": ink_on(colour), "size": 12},
            hovertext=[f"{_text(spec.items[row])}<br>{_text(answer)}: {100 * widths[row]:.1f}% of {spec.n[row]:,}"
                       for row in rows],
            hoverinfo="text",
        )  # fmt: skip
        starts = [start + width for start, width in zip(starts, widths, strict=True)]
    _rows(figure, [_text(item, 34) for item in spec.items], 36, 110 + 16 * len(spec.answers))
    ticks = [-1.0, -0.75, -0.5, -0.25, 0.0, 0.25, 0.5, 0.75, 1.0]
    figure.update_xaxes(title_text="Share of answers", tickvals=ticks, ticktext=[f"{abs(100 * t):.0f}%" for t in ticks])
    figure.add_vline(x=0, line={"color": ink, "width": 1}, layer="below")
    figure.update_layout(barmode="overlay", legend={"font": {"size": 12}}, uniformtext={"minsize": 10, "mode": "hide"})


def _lines(figure: Any, spec: Lines, dark: bool, ink: str) -> None:
    palette = DARK_PALETTE if dark else PALETTE
    places = list(range(1, len(spec.values[0]) + 1))
    for series, values in enumerate(spec.values):
        named, colour = _text(spec.series[series]), palette[series % len(palette)]
        figure.add_scatter(
            x=places, y=list(values), mode="lines" if series else "lines+markers", name=named,
            line={"color": colour, "width": 2, "dash": ("solid", "dash", "dot")[min(series, 2)]},
            marker={"color": colour, "size": 8},
            hovertext=[f"{named}, {place}: {show(v, DECIMAL)}" for place, v in zip(places, values, strict=True)],
            hoverinfo="text",
        )  # fmt: skip
    figure.update_xaxes(title_text=_text(spec.axis), showgrid=False, tick0=1, dtick=max(1, math.ceil(len(places) / 15)))
    figure.update_yaxes(title_text=_text(spec.height))
    figure.update_layout(height=380, showlegend=len(spec.series) > 1)


def _diagram(figure: Any, spec: Diagram, dark: bool, ink: str) -> None:
    palette, ground = (DARK_PALETTE, "#1B2128") if dark else (PALETTE, "#FFFFFF")
    for arrow in spec.arrows:
        one, two = spec.nodes[arrow.start], spec.nodes[arrow.end]
        lines = 1 + max(_text(node.label, 11).count("<br>") for node in (one, two))
        # How wide the picture is drawn is not known here: the head is to be seen at any width.
        edge = max(spec.clear(arrow, across, 225, 46, 10 + 9 * lines) for across in (250, 500, 900))
        figure.add_annotation(
            x=two.x, y=two.y, ax=one.x, ay=one.y, xref="x", yref="y", axref="x", ayref="y", text="", showarrow=True,
            arrowhead=2, arrowsize=1.2, arrowwidth=2.2 if arrow.strong else 1.2, standoff=edge,
            startstandoff=edge,
            arrowcolor=palette[0] if arrow.strong else palette[2], arrowside="end+start" if arrow.both else "end",
        )  # fmt: skip
    for arrow in spec.arrows:
        x, y = spec.label_at(arrow)
        figure.add_annotation(
            x=x, y=y, text=_text(arrow.label), showarrow=False, font={"size": 13, "color": ink}, bgcolor=ground,
        )  # fmt: skip
    for node in spec.nodes:
        figure.add_annotation(
            x=node.x, y=node.y, text=_text(node.label, 11), showarrow=False, bgcolor=ground, bordercolor=ink,
            borderwidth=1 if node.latent else 2, borderpad=6, font={"size": 13, "color": ink},
        )  # fmt: skip
    figure.add_scatter(
        x=[node.x for node in spec.nodes], y=[node.y for node in spec.nodes], mode="markers",
        marker={"opacity": 0, "size": 30}, hovertext=[_text(node.label) for node in spec.nodes], hoverinfo="text",
        showlegend=False,
    )  # fmt: skip
    figure.update_xaxes(visible=False, range=[-0.14, 1.14])
    figure.update_yaxes(visible=False, range=[-0.2, 1.2])
    figure.update_layout(height=360)


def _curves(figure: Any, spec: Curves, dark: bool, ink: str) -> None:
    palette = DARK_PALETTE if dark else PALETTE
    for place, curve in enumerate(spec.curves):
        colour, named = palette[place % len(palette)], _text(curve.label)
        figure.add_scatter(
            x=[*curve.x, *curve.x[::-1]], y=[*curve.high, *curve.low[::-1]], fill="toself", mode="lines",
            fillcolor=f"rgba({', '.join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5))}, 0.16)",
            line={"width": 0}, hoverinfo="skip", showlegend=False,
        )  # fmt: skip
        figure.add_scatter(
            x=list(curve.x), y=list(curve.y), mode="lines", name=named,
            line={"color": colour, "width": 2.5, "dash": ("solid", "dash", "dot", "dashdot")[place % 4]},
            hovertext=[
                f"{named}: {show(y, DECIMAL)} [{show(low, DECIMAL)}, {show(high, DECIMAL)}] at {show(x, DECIMAL)}"
                for x, y, low, high in zip(curve.x, curve.y, curve.low, curve.high, strict=True)
            ],
            hoverinfo="text",
        )  # fmt: skip
    for mark in spec.marks:
        figure.add_vline(x=mark, line={"color": ink, "width": 1, "dash": "dash"})
    if math.isfinite(spec.reference):
        figure.add_hline(y=spec.reference, line={"color": ink, "width": 1})
    figure.update_xaxes(title_text=_text(spec.axis), showgrid=False)
    figure.update_yaxes(title_text=_text(spec.height))
    if math.isfinite(spec.span[0]):
        figure.update_yaxes(range=list(spec.span))
    figure.update_layout(height=380, showlegend=len(spec.curves) > 1)


def _contour(figure: Any, spec: Contour, dark: bool, ink: str) -> None:
    low, high = ("#1B2128", "#4FC3BC") if dark else ("#FFFFFF", PALETTE[0])
    hover = [
        [f"{_text(spec.height)} {show(value, DECIMAL)} at {_text(spec.x)} {show(x, DECIMAL)}, "
         f"{_text(spec.y)} {show(y, DECIMAL)}" for x, value in zip(spec.at, row, strict=True)]
        for y, row in zip(spec.at, spec.values, strict=True)
    ]  # fmt: skip
    figure.add_contour(
        x=list(spec.at), y=list(spec.at), z=[list(row) for row in spec.values], colorscale=[[0, low], [1, high]],
        ncontours=10, contours={"showlabels": True, "labelfont": {"size": 12, "color": ink}}, line={"color": ink},
        hovertext=hover, hoverinfo="text", showscale=False,
    )  # fmt: skip
    ends, back = [spec.at[0], spec.at[-1]], [spec.at[-1], spec.at[0]]
    for name, y, dash in (("Agreement", ends, "solid"), ("Disagreement", back, "dash")):
        figure.add_scatter(x=ends, y=y, mode="lines", name=name, line={"color": ink, "width": 2.5, "dash": dash},
                           hoverinfo="name")  # fmt: skip
    figure.update_xaxes(title_text=_text(spec.x), showgrid=False, constrain="domain")
    figure.update_yaxes(title_text=_text(spec.y), showgrid=False, scaleanchor="x", constrain="domain")
    figure.update_layout(height=460)


_DRAW: dict[type, Any] = {
    Coefficients: _coefficients,
    Bars: _bars,
    Heatmap: _heatmap,
    Stacked: _stacked,
    Lines: _lines,
    Diagram: _diagram,
    Curves: _curves,
    Contour: _contour,
}
