"""Figures for paper and files: the same figure always gives the same bytes, with its letters drawn as paths."""

from __future__ import annotations

import math
import textwrap
from functools import lru_cache
from io import BytesIO
from typing import Any, Literal

from reports.figure import (
    INSTRUMENTAL,
    PALETTE,
    PSYCHOSOCIAL,
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
from reports.numbers import BOUNDED, MINUS, show

INK = "#1F2933"
GRID = "#D5DAE0"
WIDTH = 6.5
"""Inches: the text width of a page."""
TALLEST = 590
"""Points: what a page leaves a drawing beside its number, title and note."""
_MARKERS = ("o", "D", "s", "^")
_STYLE: Any = {
    "svg.fonttype": "path",
    "svg.hashsalt": "twofold",
    "font.family": "DejaVu Sans",
    "font.size": 9.5,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.unicode_minus": True,
    "figure.dpi": 100,
    "savefig.dpi": 200,
}


def draw(spec: FigureSpec, ending: Literal["svg", "png"] = "svg") -> bytes:
    """A figure as the bytes of an SVG (transparent ground) or a PNG (white, 200 dots an inch)."""
    return _drawn(spec)[ending]


@lru_cache(maxsize=64)
def _drawn(spec: FigureSpec) -> dict[str, bytes]:
    """Both formats of a figure: a report needs each of them twice."""
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    about: dict[str, dict[str, Any]] = {"png": {"Software": None}, "svg": {"Date": None, "Creator": None}}
    found = {}
    defaults: Any = mpl.rcParamsDefault
    with mpl.rc_context({**defaults, **_STYLE}):
        figure = Figure(layout="constrained")
        canvas: Any = FigureCanvasAgg(figure)
        _DRAW[type(spec)](figure, spec)
        canvas.draw()
        figure.set_layout_engine("none")  # once is enough: the layout takes most of the time
        for ending, metadata in about.items():
            out = BytesIO()
            figure.savefig(out, format=ending, transparent=ending == "svg", metadata=metadata)
            found[ending] = out.getvalue()
    return found


def _wrapped(labels: tuple[str, ...], width: int) -> list[str]:
    return ["\n".join(textwrap.wrap(_plain(label), width)) or label for label in labels]


def _plain(text: str) -> str:
    """Text in which no dollar sign begins mathematics."""
    return text.replace("$", r"\$")


def _height(labels: list[str], extra: float, each: float = 0.36) -> float:
    return extra + sum(max(each, 0.17 * (1 + label.count("\n")) + 0.12) for label in labels)


def _coefficients(figure: Any, spec: Coefficients) -> None:
    labels = _wrapped(tuple(point.label for point in spec.points), 34)
    figure.set_size_inches(WIDTH, _height(labels, 0.85))
    axes = figure.subplots()
    for place, point in enumerate(spec.points):
        colour = PALETTE[point.series % len(PALETTE)]
        if math.isfinite(point.low) and math.isfinite(point.high):
            axes.plot([point.low, point.high], [place, place], color=colour, linewidth=2, solid_capstyle="butt")
        axes.plot(point.estimate, place, _MARKERS[point.series % len(_MARKERS)], color=colour, markersize=6.5)
    if math.isfinite(spec.reference):
        axes.axvline(spec.reference, color=INK, linewidth=0.8, dashes=(4, 3), zorder=0)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlabel(_plain(spec.axis))
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    if len(spec.series) > 1:
        used = sorted({point.series for point in spec.points})
        handles = [
            axes.plot([], [], _MARKERS[s % 4], color=PALETTE[s % len(PALETTE)], label=_plain(spec.series[s]))[0]
            for s in used
        ]
        _legend(figure, handles, 3)


def _legend(figure: Any, handles: list[Any], most: int, size: float | None = None) -> None:
    """A legend in rows of one length, ``most`` or fewer, read row by row; matplotlib fills it column by column."""
    columns = math.ceil(len(handles) / math.ceil(len(handles) / most))
    by_row = [handle for column in range(columns) for handle in handles[column::columns]]
    figure.legend(handles=by_row, loc="outside upper right", ncols=columns, frameon=False, fontsize=size)


def _bars(figure: Any, spec: Bars) -> None:
    colour = PALETTE[spec.series % len(PALETTE)]
    if spec.joined:
        figure.set_size_inches(WIDTH, 3.0)
        axes = figure.subplots()
        places = range(len(spec.counts))
        axes.bar(places, spec.counts, width=1.0, color=colour, edgecolor="white", linewidth=0.8)
        step = max(1, math.ceil(len(spec.categories) / 12))
        axes.set_xticks(list(places)[::step], [_plain(c) for c in spec.categories[::step]])
        axes.set_xlabel(_plain(spec.axis))
        axes.set_ylabel("Respondents")
        axes.grid(axis="y", color=GRID, linewidth=0.6)
    else:
        labels = _wrapped(spec.categories, 34)
        figure.set_size_inches(WIDTH, _height(labels, 0.8))
        axes = figure.subplots()
        axes.barh(range(len(labels)), spec.counts, height=0.68, color=colour)
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.4, -0.6)
        axes.set_xlabel("Respondents")
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)


def heat(value: float) -> str:
    """The colour of a correlation: plum for negative, white for none, teal for positive."""
    if not math.isfinite(value):
        return "#FFFFFF"
    return blend("#FFFFFF", INSTRUMENTAL if value > 0 else PSYCHOSOCIAL, min(1.0, abs(value)))


def _heatmap(figure: Any, spec: Heatmap) -> None:
    from matplotlib.patches import Rectangle

    count = len(spec.labels)
    names = _wrapped(spec.labels, 30)
    figure.set_size_inches(WIDTH, max(1.4, 0.46 * count + 0.2))
    axes = figure.subplots()
    for i in range(1, count):
        for j in range(i):
            value = spec.values[i][j]
            colour = heat(value)
            axes.add_patch(Rectangle((j, i), 1, 1, facecolor=colour, edgecolor="white", linewidth=1.5))
            axes.text(j + 0.5, i + 0.5, show(value, BOUNDED), ha="center", va="center", color=ink_on(colour), size=8.5)
    axes.set_xlim(0, count - 1)
    axes.set_ylim(count, 1)
    axes.set_yticks([i + 0.5 for i in range(1, count)], [f"{names[i]}  {i + 1}" for i in range(1, count)])
    axes.set_xticks([j + 0.5 for j in range(count - 1)], [str(j + 1) for j in range(count - 1)])
    axes.text(-0.1, 0.62, f"{names[0]}  1", ha="right", va="center")
    axes.tick_params(length=0)
    for side in axes.spines.values():
        side.set_visible(False)


def _stacked(figure: Any, spec: Stacked) -> None:
    from matplotlib.patches import Patch

    labels = _wrapped(spec.items, 44)
    figure.set_size_inches(WIDTH, _height(labels, 1.15, 0.34))
    axes = figure.subplots()
    colours = diverging(len(spec.answers))
    for row, shares in enumerate(spec.shares):
        at = spec.start(row)
        for share, colour in zip(shares, colours, strict=True):
            axes.barh(row, share, left=at, height=0.74, color=colour, edgecolor="white", linewidth=0.7)
            if share >= 0.08:
                text = f"{100 * share:.0f}"
                axes.text(at + share / 2, row, text, ha="center", va="center", color=ink_on(colour), size=7.5)
            at += share
    axes.axvline(0, color=INK, linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(labels)), labels)
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.xaxis.set_major_formatter(lambda value, _: f"{abs(100 * value):.0f}%".replace("-", MINUS))
    axes.set_xlabel("Share of answers")
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    handles = [
        Patch(facecolor=colour, edgecolor=GRID, label=_plain(answer))
        for colour, answer in zip(colours, spec.answers, strict=True)
    ]
    _legend(figure, handles, 3 if max(len(a) for a in spec.answers) > 12 else 5, 8)


def _lines(figure: Any, spec: Lines) -> None:
    figure.set_size_inches(WIDTH, 3.4)
    axes = figure.subplots()
    places = range(1, len(spec.values[0]) + 1)
    handles = []
    for series, values in enumerate(spec.values):
        style: Any = {"linewidth": 1.8, "marker": _MARKERS[0], "markersize": 5} if series == 0 else {"linewidth": 1.4}
        if series:
            style["dashes"] = (4, 2) if series == 1 else (1, 1.5)
        colour = PALETTE[series % len(PALETTE)]
        handles += axes.plot(places, values, color=colour, label=_plain(spec.series[series]), **style)
    axes.set_xticks(list(places)[:: max(1, math.ceil(len(places) / 15))])
    axes.set_xlabel(_plain(spec.axis))
    axes.set_ylabel(_plain(spec.height))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    _legend(figure, handles, 3)


def _diagram(figure: Any, spec: Diagram) -> None:
    figure.set_size_inches(WIDTH, 3.4)
    axes = figure.subplots()
    axes.set_xlim(-0.12, 1.12)
    axes.set_ylim(-0.18, 1.18)
    axes.set_axis_off()
    for arrow in spec.arrows:
        one, two = spec.nodes[arrow.start], spec.nodes[arrow.end]
        edge = spec.clear(arrow, 72 * WIDTH / 1.24, 72 * 3.4 / 1.36, 31, 21)
        style = {
            "arrowstyle": "<|-|>" if arrow.both else "-|>",
            "color": PALETTE[0] if arrow.strong else PALETTE[2],
            "linewidth": 1.8 if arrow.strong else 0.9,
            "shrinkA": edge,
            "shrinkB": edge,
        }
        axes.annotate("", xy=(two.x, two.y), xytext=(one.x, one.y), arrowprops=style)
    white = {"facecolor": "white", "edgecolor": "none", "pad": 1.2}
    for arrow in spec.arrows:
        axes.text(*spec.label_at(arrow), _plain(arrow.label), ha="center", va="center", size=8.5, bbox=white)
    for node in spec.nodes:
        shape = "round,pad=0.6,rounding_size=0.6" if node.latent else "square,pad=0.5"
        box = {"boxstyle": shape, "facecolor": "white", "edgecolor": INK, "linewidth": 0.9}
        label = "\n".join(textwrap.wrap(_plain(node.label), 14, break_long_words=False)) or node.label
        axes.text(node.x, node.y, label, ha="center", va="center", size=8.5, bbox=box)


def _curves(figure: Any, spec: Curves) -> None:
    figure.set_size_inches(WIDTH, 3.6)
    axes = figure.subplots()
    handles = []
    for place, curve in enumerate(spec.curves):
        colour = PALETTE[place % len(PALETTE)]
        axes.fill_between(curve.x, curve.low, curve.high, color=colour, alpha=0.14, linewidth=0)
        style = ("solid", (0, (5, 2)), (0, (1.5, 1.5)), (0, (5, 2, 1, 2)))[place % 4]
        handles += axes.plot(curve.x, curve.y, color=colour, linewidth=1.8, linestyle=style, label=_plain(curve.label))
    for mark in spec.marks:
        axes.axvline(mark, color=INK, linewidth=0.8, dashes=(4, 3))
    if math.isfinite(spec.reference):
        axes.axhline(spec.reference, color=INK, linewidth=0.8)
    if math.isfinite(spec.span[0]):
        axes.set_ylim(*spec.span)
    axes.set_xlabel(_plain(spec.axis))
    axes.set_ylabel(_plain(spec.height))
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    if len(handles) > 1:
        longest = max(len(curve.label) for curve in spec.curves)
        _legend(figure, handles, 3 if longest < 22 else 2 if longest < 36 else 1)


def _contour(figure: Any, spec: Contour) -> None:
    from matplotlib.colors import LinearSegmentedColormap

    figure.set_size_inches(WIDTH, 4.6)
    axes = figure.subplots()
    colours = LinearSegmentedColormap.from_list("teal", ["#FFFFFF", INSTRUMENTAL])
    axes.contourf(spec.at, spec.at, spec.values, levels=10, cmap=colours, alpha=0.75)
    lines = axes.contour(spec.at, spec.at, spec.values, levels=10, colors=INK, linewidths=0.6)
    axes.clabel(lines, fontsize=8, fmt=lambda value: show(value))
    ends, back = (spec.at[0], spec.at[-1]), (spec.at[-1], spec.at[0])
    handles = axes.plot(ends, ends, color=INK, linewidth=1.4, label="Agreement")
    handles += axes.plot(ends, back, color=INK, linewidth=1.4, dashes=(4, 3), label="Disagreement")
    axes.set_aspect("equal")
    axes.set_xlabel(_plain(spec.x))
    axes.set_ylabel(_plain(spec.y))
    _legend(figure, handles, 2)


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
