"""Response surfaces: how an outcome goes with two commensurate scores, and with their agreement and disagreement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isnan, nan
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.errors import UnsuitableError
from analysis.missing.pool import Estimates, pool_r2, quantile, rubin, tail
from analysis.regression import Regression, regression
from analysis.regression.design import complete
from analysis.result import NotApplicable, Number, Test

TERMS = ("b0", "b1", "b2", "b3", "b4", "b5", "a1", "a2", "a3", "a4")
MEANING = {
    "b1": "x", "b2": "y", "b3": "x²", "b4": "x y", "b5": "y²", "a1": "slope where x = y", "a2": "curvature where x = y",
    "a3": "slope where x = −y", "a4": "curvature where x = −y",
}  # fmt: skip
JACOBIAN = np.vstack([
    np.eye(6),
    [[0, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 1, -1, 0, 0, 0], [0, 0, 0, 1, -1, 1]],
])  # fmt: skip
EXPLAINED = "the outcome"
LISTED = ("b", "se", "t", "p", "ci_low", "ci_high")


@dataclass(frozen=True)
class Surfaced:
    """One coefficient of the polynomial, or one slope or curvature along a line; df of its own where pooled."""

    term: str
    b: float
    se: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    df: float
    riv: float = nan
    fmi: float = nan


@dataclass(frozen=True)
class ResponseSurface:
    """y = b0 + b1 x + b2 y + b3 x² + b4 xy + b5 y², both scores centred at ``centre``.

    a1 = b1 + b2, a2 = b3 + b4 + b5: slope and curvature at the centre along the line of agreement (x = y); a3 = b1 −
    b2, a4 = b3 − b4 + b5: along the line of disagreement (x = −y). r2_change, f_change, p_change: of the three terms of
    the second degree. spread: mean of the two standard deviations, for drawing.
    """

    kind: ClassVar[str] = "response_surface"
    outcome: str
    x: str
    y: str
    centre: float
    spread: float
    level: float
    n: int
    dropped: int
    r2: float
    r2_change: float
    f_change: float
    p_change: float
    terms: tuple[Surfaced, ...]
    notes: tuple[str, ...] = ()
    missing: str = "listwise"
    imputations: int = 0

    def term(self, name: str) -> Surfaced:
        """One of b0 … b5, a1 … a4."""
        return self.terms[TERMS.index(name)]

    def at(self, x: float, y: float) -> float:
        """The outcome that the surface predicts for two scores in their own units."""
        u, v = x - self.centre, y - self.centre
        return float(np.array([row.b for row in self.terms[:6]]) @ [1, u, v, u * u, u * v, v * v])

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """Those of the named terms; of the four slopes and curvatures where none is named."""
        named = ("a1", "a2", "a3", "a4") if terms is None else terms
        return tuple(
            Test(self.outcome, row.term, row.term, row.b, row.p, row.se, row.df)
            for row in self.terms
            if row.term in named
        )

    def numbers(self) -> tuple[Number, ...]:
        """n, r2 and the change of the second degree; each term."""
        rows = [("", name, float(getattr(self, name))) for name in ("n", "r2", "r2_change", "f_change", "p_change")]
        for row in self.terms:
            rows += [(row.term, name, getattr(row, name)) for name in LISTED]
            if self.missing == "mi":
                rows += [(row.term, name, getattr(row, name)) for name in ("df", "riv", "fmi")]
        return tuple(Number(self.outcome, term, name, value) for term, name, value in rows if not isnan(value))

    def frame(self) -> pd.DataFrame:
        """One row a term: term, b, se, t, p, ci_low, ci_high, df."""
        return pd.DataFrame([asdict(row) for row in self.terms], columns=["term", *LISTED, "df"])


def response_surface(
    frames: Sequence[pd.DataFrame], outcome: str, x: str, y: str, level: float = 0.95
) -> ResponseSurface | NotApplicable:  # fmt: skip
    """Regress an outcome on two scores, their squares and their product.

    frames: the data set, or m completed ones, which are pooled by Rubin's rules. x, y: two scores in the same units.
    level: of the intervals. Rows with a missing value are left out; errors are HC3.

    Both scores are centred at one and the same point, the mean of their means, so that the line of agreement stays that
    where they are equal (Edwards & Parry 1993, Academy of Management Journal 36; Shanock et al. 2010, Journal of
    Business and Psychology 25). The variances of a1 … a4 are those of sums of coefficients. Returns
    NotApplicable where the regression cannot be done, as with a score of two values, whose square is nothing new.
    """
    names = ("x", "y", "xx", "xy", "yy")
    try:
        used = [outcome, x, y]
        if len(set(used)) < 3:
            raise UnsuitableError("a response surface needs an outcome and two other scores")
        held, whole = complete(frames, used)
        kept = [frame.astype(np.float64) for frame in held]
        centre = float(np.mean([frame[[x, y]].to_numpy().mean() for frame in kept])) if whole.any() else nan
        found: list[Regression] = []
        for frame in kept:
            u, v = frame[x] - centre, frame[y] - centre
            made = pd.DataFrame({EXPLAINED: frame[outcome], "x": u, "y": v, "xx": u * u, "xy": u * v, "yy": v * v})
            result = regression(made, EXPLAINED, [names[:2], names[2:]], "HC3", level)
            if isinstance(result, NotApplicable):
                raise UnsuitableError(_told(result.reason, x, y) + _apart(frame, x, y))
            found.append(result)
        rows = _rows(found, level)
    except UnsuitableError as reason:
        return NotApplicable(ResponseSurface.kind, outcome, str(reason))
    first = found[0]
    many = len(found) > 1
    r2 = pool_r2([one.r2 for one in found])
    linear = pool_r2([one.blocks[0].r2 for one in found])
    return ResponseSurface(
        outcome, x, y, centre, float(np.mean([frame[[x, y]].std().mean() for frame in kept])), level, first.n,
        int((~whole).sum()), r2, r2 - linear, nan if many else first.blocks[1].f_change,
        nan if many else first.blocks[1].p_change, rows, (), "mi" if many else "listwise", len(found) if many else 0,
    )  # fmt: skip


def _apart(frame: pd.DataFrame, x: str, y: str) -> str:
    """A remark where the scores have no value in common: then they are hardly in the same units."""
    if frame[x].min() <= frame[y].max() and frame[y].min() <= frame[x].max():
        return ""
    return f". {x} and {y} have no range in common: are they in the same units?"


def _told(reason: str, x: str, y: str) -> str:
    """A reason in the names of the scores."""
    words = {
        "xx": f"the square of {x}",
        "xy": f"the product of {x} and {y}",
        "yy": f"the square of {y}",
        "x": x,
        "y": y,
    }
    return " ".join(words.get(word, word) for word in reason.split(" "))


def _rows(found: Sequence[Regression], level: float) -> tuple[Surfaced, ...]:
    """Every term, of one regression or pooled."""
    sets = []
    for result in found:
        b = JACOBIAN @ np.array([row.b for row in result.coefficients])
        sets.append(Estimates(TERMS, b, JACOBIAN @ result.covariance @ JACOBIAN.T, result.df))
    if len(sets) == 1:
        b, df = sets[0].values, np.full(len(TERMS), float(found[0].df))
        se = np.sqrt(np.diag(sets[0].covariance))
        more = np.full((2, len(TERMS)), nan)
    else:
        pooled = rubin(sets)
        b, se, df, more = pooled.estimate, pooled.se, pooled.df, np.vstack([pooled.riv, pooled.fmi])
    t, half = b / se, quantile(df, level) * se
    table = np.column_stack([b, se, t, tail(t, df), b - half, b + half, df, more.T]).tolist()
    return tuple(Surfaced(term, *row) for term, row in zip(TERMS, table, strict=True))
