"""A respondent's people as a drawing: where each stands, for whoever draws it (component, plain page, PDF).

With two kinds of support there are two ovals that overlap, as in our mark: who gives one kind stands in its oval, who
gives both stands where they overlap, with the respondent in the middle; everybody else stands below.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Data = dict[str, Any]
WIDTH = 320
RADIUS = 12.0
MOST = 8
"""So many are drawn in one part; the others stand in the list alone."""
_GAP = 46.0
_X = (118.0, 202.0)
_RX = 108.0
_A_ROW = 4
_CLEAR = 32.0
"""No line comes nearer to the respondent's middle."""
_LONGEST = 11


@dataclass(frozen=True)
class Somebody:
    """One person: what they are called, and the numbers of the kinds of support that they give."""

    tie: str
    name: str
    kinds: tuple[int, ...]


def tone(kinds: Sequence[int]) -> str:
    """The look of a person: 'one', 'two', 'both' or 'none'."""
    return "both" if len(kinds) > 1 else ("one", "two")[kinds[0]] if kinds else "none"


def circle(people: Sequence[Somebody], tied: Iterable[tuple[str, str, float]], kinds: int, me: str) -> Data:
    """The drawing: ``ovals``, ``lines``, ``nodes`` and ``me``, in units of which it is ``width`` wide.

    tied: pairs of ties that know each other, with how well, 0 to 1. kinds: how many kinds of support there are. left:
    how many people have no place in it.
    """
    parts: dict[str, list[Somebody]] = {"one": [], "two": [], "both": [], "none": []}
    for somebody in people:
        parts[tone(somebody.kinds)].append(somebody)
    shown = {part: found[:MOST] for part, found in parts.items()}
    places, ovals, height, middle = (_two if kinds > 1 else _one)(shown)
    below = shown["none"]
    for number, somebody in enumerate(below):
        row, at = divmod(number, _A_ROW)
        across = min(_A_ROW, len(below) - row * _A_ROW)
        places[somebody.tie] = (WIDTH / 2 + (at - (across - 1) / 2) * 76, height + 22 + row * _GAP)
    height += math.ceil(len(below) / _A_ROW) * _GAP + (8 if below else 0)
    nodes = [
        {"x": _r(places[s.tie][0]), "y": _r(places[s.tie][1]), "label": _short(s.name), "tone": tone(s.kinds)}
        for s in people
        if s.tie in places
    ]
    lines = [
        {"d": _line(places[a], places[b], middle), "strong": share >= 1}
        for a, b, share in tied
        if a in places and b in places
    ]
    return {
        "width": WIDTH,
        "height": _r(height),
        "radius": RADIUS,
        "ovals": ovals,
        "lines": lines,
        "nodes": nodes,
        "me": {"x": _r(middle[0]), "y": _r(middle[1]), "label": me},
        "left": len(people) - len(nodes),
    }


Places = dict[str, tuple[float, float]]


def _two(parts: dict[str, list[Somebody]]) -> tuple[Places, list[Data], float, tuple[float, float]]:
    """Columns in the two crescents, and above and below the respondent where the ovals overlap."""
    columns = [[(i - (len(parts[p]) - 1) / 2) * _GAP for i in range(len(parts[p]))] for p in ("one", "two")]
    lens = [(1 if i % 2 else -1) * (i // 2 + 1) * _GAP for i in range(len(parts["both"]))]
    farthest = max((abs(y) for y in (*columns[0], *columns[1])), default=0.0)
    half = max(104.0, farthest / 0.8 + 12, max((abs(y) for y in lens), default=0.0) / 0.78)
    middle = half + 6
    places: Places = {}
    for side, part in enumerate(("one", "two")):
        for somebody, y in zip(parts[part], columns[side], strict=True):
            reach = _RX * math.sqrt(1 - (y / half) ** 2)
            # A crescent is as wide at every height as the ovals' middles are apart.
            places[somebody.tie] = (WIDTH / 2 + (reach if side else -reach), middle + y - 5)
    for somebody, y in zip(parts["both"], lens, strict=True):
        places[somebody.tie] = (WIDTH / 2, middle + y - (2 if y > 0 else 6))
    ovals = [
        {"cx": x, "cy": _r(middle), "rx": _RX, "ry": _r(half), "tone": name}
        for x, name in zip(_X, ("one", "two"), strict=True)
    ]
    return places, ovals, middle + half + 6, (WIDTH / 2, middle)


def _one(parts: dict[str, list[Somebody]]) -> tuple[Places, list[Data], float, tuple[float, float]]:
    """A ring around the respondent."""
    middle, places = 146.0, {}
    inside = parts["one"]
    for number, somebody in enumerate(inside):
        angle = 2 * math.pi * number / len(inside) - math.pi / 2
        places[somebody.tie] = (WIDTH / 2 + 92 * math.cos(angle), middle + 92 * math.sin(angle) - 5)
    oval = {"cx": WIDTH / 2, "cy": middle, "rx": 140.0, "ry": 140.0, "tone": "one"}
    return places, [oval], 292.0, (WIDTH / 2, middle)


def _line(a: tuple[float, float], b: tuple[float, float], me: tuple[float, float]) -> str:
    """The way from one person to another as an SVG path; where it would cross the respondent, it bends around."""
    across, down = b[0] - a[0], b[1] - a[1]
    length = math.hypot(across, down) or 1.0
    along = ((me[0] - a[0]) * across + (me[1] - a[1]) * down) / length**2
    side = ((me[0] - a[0]) * down - (me[1] - a[1]) * across) / length  # how far the respondent lies to one side
    start, end = f"M{_r(a[0])} {_r(a[1])}", f"{_r(b[0])} {_r(b[1])}"
    if not 0.1 < along < 0.9 or abs(side) >= _CLEAR:
        return f"{start}L{end}"
    bend = -2 * (_CLEAR - abs(side)) * (1 if side >= 0 else -1) / length
    return f"{start}Q{_r((a[0] + b[0]) / 2 + bend * down)} {_r((a[1] + b[1]) / 2 - bend * across)} {end}"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _r(value: float) -> float:
    return round(value, 1)
