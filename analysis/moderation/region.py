"""Where along a moderator a slope differs from zero: the Johnson–Neyman bounds, in closed form."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import copysign, isfinite, nan, sqrt

import numpy as np
from scipy import special

from analysis.regression.design import Vector


@dataclass(frozen=True)
class Segment:
    """A stretch of the moderator: its ends, whether the slope differs from zero in it, and the share of cases there."""

    low: float
    high: float
    significant: bool
    share: float


@dataclass(frozen=True)
class Region:
    """The Johnson–Neyman region of one slope along one moderator, in the moderator's own units.

    term: '' for the slope of the predictor; ``x:w`` for that of a product along the second moderator. low, high: the
    lower and the upper of the two values at which |t| of the slope is the critical one; nan for one that does not
    exist or lies outside of the data. share_below: of cases under the lowest bound within the data, share_above: over
    the highest; nan without a bound. segments: the range of the data, cut at the bounds. level: 1 - alpha.
    """

    moderator: str
    term: str
    low: float
    high: float
    share_below: float
    share_above: float
    segments: tuple[Segment, ...]
    level: float

    @property
    def bounds(self) -> tuple[float, ...]:
        """The bounds within the data, in order."""
        return tuple(value for value in (self.low, self.high) if isfinite(value))


@dataclass(frozen=True)
class Line:
    """A slope along a centred moderator, b + c m, with the variances of b and c and their covariance."""

    b: float
    c: float
    var_b: float
    cov: float
    var_c: float


@dataclass(frozen=True)
class Freedom:
    """Degrees of freedom of a slope along a centred moderator: a ratio of polynomials in m / unit."""

    above: tuple[float, ...]
    below: tuple[float, ...]
    unit: float = 1.0

    def at(self, m: float) -> float:
        """The degrees of freedom where the centred moderator is m."""
        return float(np.polyval(self.above, m / self.unit) / np.polyval(self.below, m / self.unit))

    def critical(self, m: float, level: float) -> float:
        """How many errors an interval reaches to each side there."""
        return float(special.stdtrit(self.at(m), (1 + level) / 2))


ROUNDS = 200


def bounds_of(line: Line, freedom: Freedom, level: float) -> tuple[float, float]:
    """The two values m at which |t| is the critical one, whose df may themselves change with m.

    Each root is found anew with the critical t at the root before, until it stays.
    """
    found = []
    for which in (0, 1):
        m = 0.0
        for _ in range(ROUNDS):
            new = roots(line, freedom.critical(m, level))[which]
            if not isfinite(new) or abs(new - m) <= 1e-13 * max(abs(new), freedom.unit):
                m = new
                break
            m = new
        else:
            m = nan
        found.append(m)
    return found[0], found[1]


def roots(line: Line, critical: float) -> tuple[float, float]:
    """The two values m, lower first, at which (b + c m)² = t² (var_b + 2 m cov + m² var_c); nan where there are none.

    Johnson & Neyman (1936); Bauer & Curran (2005, Multivariate Behavioral Research 40, eq. 13), by the root that does
    not cancel.

    >>> roots(Line(1.0, 0.5, 0.04, 0.0, 0.0), 2.0)
    (-2.8, -1.2)
    """
    one, two = sqrt(line.var_b), sqrt(line.var_c)
    if not (one > 0 and two > 0):
        one = two = 1.0
    # in units of the two errors, so that no size of numbers over- or underflows
    b, c, r = line.b / one, line.c / two, line.cov / one / two
    square = critical**2
    first = square * line.var_c / two / two - c**2
    middle = 2 * (square * r - b * c)
    last = square * line.var_b / one / one - b**2
    inside = middle**2 - 4 * first * last
    if not inside >= 0:
        return nan, nan
    sum_ = -(middle + copysign(sqrt(inside), middle)) / 2
    ends = (_over(sum_, first) * one / two, _over(last, sum_) * one / two)
    found = sorted(value for value in ends if isfinite(value))
    if not found:
        return nan, nan
    if len(found) == 1:  # the other bound lies at infinity
        return (found[0], nan) if b * c > 0 else (nan, found[0])
    return found[0], found[1]


def _over(above: float, below: float) -> float:
    return above / below if below else nan


def region(
    line: Line, freedom: Freedom, values: Vector, centre: float, names: tuple[str, str], level: float
) -> Region:  # fmt: skip
    """The region of a slope along a moderator of these values; names: of the moderator, and the region's term."""
    low, high = (value + centre for value in bounds_of(line, freedom, level))
    least, most = float(values.min()), float(values.max())
    low, high = (value if least <= value <= most else nan for value in (low, high))
    bounds = [value for value in (low, high) if isfinite(value)]
    below = float(np.mean(values < bounds[0])) if bounds else nan
    above = float(np.mean(values > bounds[-1])) if bounds else nan
    ends = [least, *bounds, most]
    segments = []
    for start, end in pairwise(ends):
        m = (start + end) / 2 - centre
        error = line.var_b + 2 * m * line.cov + m**2 * line.var_c
        last = end == most
        share = float(np.mean((values >= start) & ((values <= end) if last else (values < end))))
        critical = freedom.critical(m, level)
        segments.append(Segment(start, end, (line.b + line.c * m) ** 2 > critical**2 * error, share))
    return Region(names[0], names[1], low, high, below, above, tuple(segments), level)
