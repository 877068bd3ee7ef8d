"""Figures before they are drawn: frozen data with words, drawn alike on the screen and in the report."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reports.numbers import BOUNDED, DECIMAL, show

INSTRUMENTAL = "#0B6E6E"
PSYCHOSOCIAL = "#8A3B6B"
SLATE = "#44546A"
PALETTE = (INSTRUMENTAL, PSYCHOSOCIAL, SLATE, "#B7791F", "#4C6FA5", "#7A8794")
"""Told apart by people with every kind of colour vision and, by lightness or mark, in grey."""
DARK_PALETTE = ("#4FC3BC", "#D98BBB", "#A9B8CC", "#E3B566", "#8FB1E3", "#C3CBD4")
"""The same hues for a dark ground."""
MARKERS = ("circle", "diamond", "square", "triangle")


@dataclass(frozen=True)
class Point:
    """An estimate with its interval (nan ends where it has none); ``series`` is its place in the palette."""

    label: str
    estimate: float
    low: float = math.nan
    high: float = math.nan
    series: int = 0


@dataclass(frozen=True)
class Coefficients:
    """Estimates with intervals, one below another, beside a line of reference (nan for none)."""

    title: str
    axis: str
    points: tuple[Point, ...]
    reference: float = 0.0
    note: str = ""
    name: str = "coefficients"
    series: tuple[str, ...] = ()

    @property
    def alt(self) -> str:
        """The figure in words."""
        parts = [f"{point.label} {_ends(point)}" for point in self.points]
        return f"{self.title}. {self.axis}: {'; '.join(parts)}."


@dataclass(frozen=True)
class Bars:
    """Counts of categories (or of bins of a number, ``joined``), as bars."""

    title: str
    axis: str
    categories: tuple[str, ...]
    counts: tuple[float, ...]
    joined: bool = False
    series: int = 0
    note: str = ""
    name: str = "bars"

    @property
    def alt(self) -> str:
        """The figure in words."""
        parts = [f"{c}: {v:g}" for c, v in zip(self.categories, self.counts, strict=True)]
        return f"{self.title}. Number of respondents by {self.axis}. {'; '.join(parts)}."


@dataclass(frozen=True)
class Heatmap:
    """A lower triangle of correlations, −1 to 1; ``values[i][j]`` for j < i."""

    title: str
    labels: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    note: str = ""
    name: str = "heatmap"

    @property
    def alt(self) -> str:
        """The figure in words."""
        parts = [
            f"{self.labels[j]} with {self.labels[i]} {show(self.values[i][j], BOUNDED)}"
            for i in range(len(self.labels))
            for j in range(i)
        ]
        return f"{self.title}. {'; '.join(parts)}."


@dataclass(frozen=True)
class Stacked:
    """Shares of the answers to several items with one set of labels, spread to both sides of the middle.

    shares: one row an item, one share (0 to 1) an answer in the labels' order. n: answers to each item. neutral: the
    index of the middle answer, or -1 where there is none.
    """

    title: str
    items: tuple[str, ...]
    answers: tuple[str, ...]
    shares: tuple[tuple[float, ...], ...]
    n: tuple[int, ...]
    neutral: int = -1
    note: str = ""
    name: str = "answers"

    @property
    def alt(self) -> str:
        """The figure in words."""
        parts = []
        for item, row in zip(self.items, self.shares, strict=True):
            best = max(range(len(row)), key=lambda place: row[place])
            parts.append(f"{item}: most often '{self.answers[best]}' ({100 * row[best]:.0f}%)")
        return f"{self.title}. {'; '.join(parts)}."

    def start(self, row: int) -> float:
        """Where the first segment of a row begins, so that the middle of the scale stands at 0 in every row."""
        shares = self.shares[row]
        half = len(shares) // 2
        below = sum(shares[:half])
        return -(below + (shares[half] / 2 if len(shares) % 2 else 0.0))


@dataclass(frozen=True)
class Lines:
    """Numbers at 1, 2, 3, … of one or more series, joined by lines; the first series is the data, others are dashed.

    values: one row a series, of one length.
    """

    title: str
    axis: str
    height: str
    series: tuple[str, ...]
    values: tuple[tuple[float, ...], ...]
    note: str = ""
    name: str = "lines"

    @property
    def alt(self) -> str:
        """The figure in words."""
        parts = []
        for place, at in enumerate(zip(*self.values, strict=True), start=1):
            each = [f"{show(value, DECIMAL)} ({series})" for value, series in zip(at, self.series, strict=True)]
            parts.append(f"{self.axis} {place}: {', '.join(each)}")
        return f"{self.title}. {self.height} by {self.axis.lower()}. {'; '.join(parts)}."


@dataclass(frozen=True)
class Node:
    """A variable of a diagram; x and y run from 0 to 1, y upwards. latent: drawn round."""

    label: str
    x: float
    y: float
    latent: bool = False


@dataclass(frozen=True)
class Arrow:
    """From one node to another, by their places, with what is written on it; ``strong``: it differs from zero."""

    start: int
    end: int
    label: str
    strong: bool = False
    both: bool = False


@dataclass(frozen=True)
class Diagram:
    """A path diagram: variables and the arrows between them."""

    title: str
    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    note: str = ""
    name: str = "diagram"

    @property
    def alt(self) -> str:
        """The figure in words."""
        parts = [
            f"{self.nodes[arrow.start].label} {'with' if arrow.both else 'to'} {self.nodes[arrow.end].label} "
            f"{arrow.label}"
            for arrow in self.arrows
        ]
        return f"{self.title}. {'; '.join(parts)}."

    def clear(self, arrow: Arrow, across: float, up: float, wide: float, high: float) -> float:
        """How far from the middle of its nodes an arrow ends, so that it meets boxes ``wide`` and ``high`` (halved) at
        their edge; ``across`` and ``up`` are the length of the two axes, all in one unit."""
        one, two = self.nodes[arrow.start], self.nodes[arrow.end]
        dx, dy = abs(two.x - one.x) * across, abs(two.y - one.y) * up
        length = math.hypot(dx, dy) or 1.0
        ends = [length * half / part for half, part in ((wide, dx), (high, dy)) if part > 0]
        return min(ends, default=wide)

    def label_at(self, arrow: Arrow) -> tuple[float, float]:
        """Where an arrow's words stand: before its middle, so that arrows that cross keep theirs apart."""
        one, two = self.nodes[arrow.start], self.nodes[arrow.end]
        share = 0.5 if one.x == two.x or one.y == two.y else 0.3
        return one.x + share * (two.x - one.x), one.y + share * (two.y - one.y)


@dataclass(frozen=True)
class Curve:
    """One line over a number, with its interval at each point."""

    label: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Curves:
    """Lines with bands over a number; ``marks`` are upright lines at values of it, ``reference`` a level one (or nan).

    span: the range of the upright axis, where figures beside each other share it; (nan, nan) to fit the lines.
    """

    title: str
    axis: str
    height: str
    curves: tuple[Curve, ...]
    marks: tuple[float, ...] = ()
    reference: float = math.nan
    span: tuple[float, float] = (math.nan, math.nan)
    note: str = ""
    name: str = "curves"

    @property
    def alt(self) -> str:
        """The figure in words."""
        parts = [
            f"{curve.label}: from {show(curve.y[0], DECIMAL)} at {show(curve.x[0], DECIMAL)} to "
            f"{show(curve.y[-1], DECIMAL)} at {show(curve.x[-1], DECIMAL)}"
            for curve in self.curves
        ]
        if self.marks:
            parts.append(f"marked at {' and '.join(show(mark, DECIMAL) for mark in self.marks)}")
        return f"{self.title}. {self.height} by {self.axis}. {'; '.join(parts)}."


@dataclass(frozen=True)
class Contour:
    """A surface over two scores in one unit, seen from above: ``values[i][j]`` where y is ``at[i]`` and x ``at[j]``.

    The lines of agreement (x = y) and of disagreement, which cross in the middle, are drawn over it.
    """

    title: str
    x: str
    y: str
    height: str
    at: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]
    note: str = ""
    name: str = "contour"

    @property
    def middle(self) -> float:
        """Where the two lines cross."""
        return (self.at[0] + self.at[-1]) / 2

    @property
    def alt(self) -> str:
        """The figure in words: its corners and its middle."""
        half = len(self.at) // 2
        places = {"both low": (0, 0), "both high": (-1, -1), f"{self.x} high and {self.y} low": (0, -1),
                  f"{self.x} low and {self.y} high": (-1, 0), "both in the middle": (half, half)}  # fmt: skip
        parts = [f"{name} {show(self.values[i][j], DECIMAL)}" for name, (i, j) in places.items()]
        return f"{self.title}. {self.height} by {self.x} and {self.y}, with {'; '.join(parts)}."


FigureSpec = Coefficients | Bars | Heatmap | Stacked | Lines | Curves | Diagram | Contour


def _ends(point: Point) -> str:
    text = show(point.estimate, DECIMAL)
    if math.isnan(point.low) and math.isnan(point.high):
        return text
    return f"{text}, from {show(point.low, DECIMAL)} to {show(point.high, DECIMAL)}"


def diverging(count: int, dark: bool = False) -> tuple[str, ...]:
    """Colours of ``count`` ordered answers: plum to slate grey to teal, darkest at both ends."""
    low, high = ("#D98BBB", "#4FC3BC") if dark else (PSYCHOSOCIAL, INSTRUMENTAL)
    middle = "#39434F" if dark else "#E4E8EC"
    colours = []
    for place in range(count):
        side = 2 * place / (count - 1) - 1 if count > 1 else 1.0
        colours.append(blend(middle, low if side < 0 else high, abs(side)))
    return tuple(colours)


def blend(first: str, second: str, share: float) -> str:
    """A colour between two, ``share`` of the way."""
    ends = [[int(colour[place : place + 2], 16) for place in (1, 3, 5)] for colour in (first, second)]
    mixed = [round(a + (b - a) * share) for a, b in zip(*ends, strict=True)]
    return "#" + "".join(f"{value:02X}" for value in mixed)


def ink_on(colour: str) -> str:
    """Black or white, whichever stands out better on a colour."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#000000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#FFFFFF"
