"""What a moderation gives: the regression with products, slopes at levels of the moderator, and where they differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isnan, nan, sqrt
from typing import ClassVar

import pandas as pd

from analysis.moderation.region import Freedom, Region
from analysis.moderation.region import Line as Slanted
from analysis.names import BLOCK, POOLED
from analysis.regression import Coefficient, Regression
from analysis.result import Number, Test, wanted

FIT = ("n", "r2", "adj_r2", "f", "df1", "df2", "p", "f2")
COLUMNS = ("b", "se", "t", "p", "ci_low", "ci_high", "beta", "sr2", "vif")


@dataclass(frozen=True)
class Slope:
    """The predictor's slope at one level of each moderator, b upon the outcome with everything else held equal.

    term: as ``results.csv`` names the level (``low``; ``low,high`` of two moderators). at: the moderators' values in
    their own units (nan for a category). beta: slope · sd(predictor) / sd(outcome), from ``unit``. df: of its t; riv
    and fmi only pooled over imputations.
    """

    term: str
    levels: tuple[str, ...]
    at: tuple[float, ...]
    slope: float
    se: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    unit: float
    df: float
    riv: float = nan
    fmi: float = nan

    @property
    def beta(self) -> float:
        """The slope in standard deviations."""
        return self.slope * self.unit


@dataclass(frozen=True)
class Change:
    """What a product adds to R² in the whole model, with its F by the errors chosen (nan where there is none)."""

    term: str
    r2_change: float
    f_change: float
    df1_change: float
    df2_change: float
    p_change: float


@dataclass(frozen=True)
class Moderation:
    """Whether the slope of an outcome on a predictor depends on one moderator or two.

    model: the regression with centred predictor and moderators and their products. products: name of each product to
    its terms. form: 'simple', 'additive' (two moderators, each with its product) or 'three_way'. centres: of what was
    centred. probe: 'sd' or 'percentiles'. changes: of all products that the claim is about together (term ''), and of
    each. regions: Johnson–Neyman; empty where no moderator is a number of more than two values. squares: the same model
    with the squares of predictor and moderators beside the products; None where that cannot be had. lines, band: for
    pictures. two_values: moderators that have two, and which. listwise: the same of complete cases beside a pooled one.
    """

    kind: ClassVar[str] = "moderation"
    outcome: str
    predictor: str
    moderators: tuple[str, ...]
    form: str
    probe: str
    model: Regression
    products: Mapping[str, tuple[str, ...]]
    centres: Mapping[str, float]
    slopes: tuple[Slope, ...]
    changes: tuple[Change, ...] = ()
    regions: tuple[Region, ...] = ()
    squares: Regression | None = None
    lines: tuple[Line, ...] = ()
    band: Band | None = None
    notes: tuple[str, ...] = ()
    two_values: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    listwise: Moderation | None = field(default=None, repr=False)

    @property
    def level(self) -> float:
        """The level of the intervals."""
        return self.model.level

    @property
    def interaction(self) -> tuple[str, ...]:
        """The terms of the highest products: what the moderation is about."""
        whole = ":".join((self.predictor, *self.moderators))
        if self.form == "three_way":
            return self.products[whole]
        return tuple(term for terms in self.products.values() for term in terms)

    def product_of(self, term: str) -> str:
        """The name of the product that a term is one column of; '' for a term that is none."""
        return next((name for name, terms in self.products.items() if term in terms), "")

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """β of coefficients (by default of the interaction), and of slopes that are named (``low`` …)."""
        model = self.model
        chosen = [
            row for row in model.coefficients[1:]
            if (row.term in self.interaction if terms is None else wanted(row.term, terms) or self._in(row, terms))
        ]  # fmt: skip
        found = [
            Test(self.outcome, row.term, "β", row.beta, row.p, row.se * row.unit, model.df_of(row)) for row in chosen
        ]
        slopes = [slope for slope in self.slopes if terms is not None and slope.term in terms]
        found += [Test(self.outcome, s.term, "β", s.beta, s.p, s.se * s.unit, s.df) for s in slopes]
        return tuple(found)

    def _in(self, row: Coefficient, terms: Sequence[str]) -> bool:
        return bool(self.product_of(row.term)) and self.product_of(row.term) in terms

    def numbers(self) -> tuple[Number, ...]:
        """The regression's numbers, slopes by their level, the region, what the products add, and the check."""
        model = self.model
        rows = [("", name, float(getattr(model, name))) for name in FIT]
        rows += [(block.name, name, getattr(block, name)) for block in model.blocks for name in BLOCK]
        rows += [(row.term, name, getattr(row, name)) for row in model.coefficients for name in (*COLUMNS, *POOLED)]
        for slope in self.slopes:
            pooled = ("df", "riv", "fmi") if not isnan(slope.riv) else ()
            names = ("slope", "se", "t", "p", "ci_low", "ci_high", *pooled)
            rows += [(slope.term, name, getattr(slope, name)) for name in names]
            rows += [(slope.term, name, at) for name, at in zip(("at", "at_second"), slope.at, strict=False)]
        for change in self.changes:
            rows += [(change.term, name, value) for name, value in asdict(change).items() if name != "term"]
        for region in self.regions:
            rows += [(region.term, f"jn_{name}", getattr(region, name)) for name in
                     ("low", "high", "share_below", "share_above")]  # fmt: skip
        if self.squares is not None:
            for term in self.interaction:
                row = self.squares.coefficient(term)
                rows += [(term, f"{name}_squares", getattr(row, name)) for name in ("b", "se", "t", "p")]
        return tuple(Number(self.outcome, term, name, float(value)) for term, name, value in rows if not isnan(value))

    def frame(self) -> pd.DataFrame:
        """One row a coefficient, as of a regression."""
        return self.model.frame()

    def slope_frame(self) -> pd.DataFrame:
        """One row a level: term, at (and at_second), slope, se, t, df, p, ci_low, ci_high, beta."""
        names = ("slope", "se", "t", "df", "p", "ci_low", "ci_high", "beta")
        rows = [
            {"term": s.term, **dict(zip(("at", "at_second"), s.at, strict=False)), **{n: getattr(s, n) for n in names}}
            for s in self.slopes
        ]
        return pd.DataFrame(rows)


@dataclass(frozen=True)
class Line:
    """The outcome that the model gives along the predictor at one level, covariates at their means.

    x: the predictor's values, in its own units; y, low, high: the outcome there and its interval.
    """

    term: str
    x: tuple[float, ...]
    y: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]


@dataclass(frozen=True)
class Band:
    """The slope along a moderator, from its least to its most value in the data: what Johnson and Neyman's plot shows.

    line: over the moderator less its ``centre``. freedom: the slope's degrees of freedom along it.
    """

    moderator: str
    term: str
    line: Slanted
    centre: float
    least: float
    most: float
    freedom: Freedom
    level: float

    def at(self, value: float) -> tuple[float, float, float]:
        """The slope where the moderator has this value, in its own units, and the ends of its interval."""
        m, line = value - self.centre, self.line
        slope = line.b + line.c * m
        half = self.freedom.critical(m, self.level) * sqrt(max(line.var_b + 2 * m * line.cov + m**2 * line.var_c, 0.0))
        return slope, slope - half, slope + half
