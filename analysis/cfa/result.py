"""What a confirmatory factor analysis gives: fit, loadings, factor correlations, validity, and what might be freed."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isnan, nan
from typing import ClassVar

import pandas as pd

from analysis.cfa.fit import Change, Fit
from analysis.cfa.parts import Modification, Validity
from analysis.cfa.point import Point
from analysis.names import POOLED
from analysis.result import Number

RIVAL = "one_factor"
"""The term of the rival model's numbers."""


@dataclass(frozen=True)
class Loading:
    """A loading in the item's units (the factor's variance is 1): estimate, error, z, p; std is standardised.

    factor: the scale, or the second-order or method factor. item: the item, or the scale that loads on the second
    order. std_se: the error of the standardised loading, by the delta method. df, riv, fmi: only pooled over
    imputations; z is then a t.
    """

    factor: str
    item: str
    loading: float
    se: float
    z: float
    p: float
    std: float
    std_se: float
    df: float = nan
    riv: float = nan
    fmi: float = nan


@dataclass(frozen=True)
class Residual:
    """Residual variance of an item, in its units, with its error; a negative one is a Heywood case."""

    factor: str
    item: str
    residual: float
    se: float


@dataclass(frozen=True)
class FactorCorrelation:
    """Correlation of two scales' factors with its error, z and p; HTMT and HTMT2, NaN where they have none. df, riv,
    fmi: only pooled over imputations."""

    first: str
    second: str
    factor_r: float
    se: float
    z: float
    p: float
    htmt: float
    htmt2: float
    df: float = nan
    riv: float = nan
    fmi: float = nan

    @property
    def pair(self) -> str:
        """The pair as results name it."""
        return f"{self.first}~{self.second}"


@dataclass(frozen=True)
class Rival:
    """The model in which the items of all scales have one factor in common, and how much worse it fits."""

    fit: Fit
    change: Change
    point: Point | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True)
class CFA:
    """A confirmatory factor analysis of one or more scales.

    estimator: 'ml', 'mlr', 'fiml' or 'wlsmv'. missing: 'listwise', 'fiml' or
    'mi', pooled over ``imputations``. dropped: cases left out. higher, method:
    names of the second-order and of the method factor, or ''. level: of intervals. rival: None where there is none.
    point: where the likelihood stands, for pooling.
    """

    kind: ClassVar[str] = "cfa"

    scales: tuple[str, ...]
    estimator: str
    missing: str
    dropped: int
    fit: Fit
    loadings: tuple[Loading, ...]
    residuals: tuple[Residual, ...]
    correlations: tuple[FactorCorrelation, ...]
    validity: tuple[Validity, ...]
    modifications: tuple[Modification, ...]
    rival: Rival | None
    rival_reason: str
    level: float
    higher: str = ""
    method: str = ""
    notes: tuple[str, ...] = ()
    imputations: int = 0
    point: Point | None = field(default=None, repr=False, compare=False)

    def numbers(self) -> tuple[Number, ...]:
        """Fit with an empty target; loadings by factor and item; pairs of factors; modification indices."""
        found = [Number("", "", name, value) for name, value in self.fit.numbers().items()]
        for row in self.loadings:
            for name in ("loading", "se", "z", "p", "std", "std_se", *POOLED):
                if not (name in POOLED and isnan(getattr(row, name))):
                    found.append(Number(row.factor, row.item, name, getattr(row, name)))
        for left in self.residuals:
            found.append(Number(left.factor, left.item, "residual", left.residual))
            found.append(Number(left.factor, left.item, "residual_se", left.se))
        for valid in self.validity:
            found += [Number(valid.scale, "", name, getattr(valid, name)) for name in ("ave", "cr", "cr_observed")]
        for pair in self.correlations:
            for name in ("factor_r", "se", "z", "p", "htmt", "htmt2", *POOLED):
                value = getattr(pair, name)
                if not (name in ("htmt", "htmt2", *POOLED) and isnan(value)):
                    found.append(Number(pair.pair, "", name, value))
        for freed in self.modifications:
            found += [Number(freed.target, freed.term, name, getattr(freed, name)) for name in ("mi", "epc", "sepc")]
        if self.rival is not None:
            found += [Number("", RIVAL, name, value) for name, value in self.rival.fit.numbers().items()]
            found += [Number("", RIVAL, name, value) for name, value in self.rival.change.numbers().items()]
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row a loading: factor, item, loading, se, z, p, std, std_se; pooled also df, riv, fmi."""
        columns = ["factor", "item", "loading", "se", "z", "p", "std", "std_se"]
        columns += list(POOLED) if self.missing == "mi" else []
        return pd.DataFrame([vars(row) for row in self.loadings], columns=columns)

    def fit_frame(self) -> pd.DataFrame:
        """One row: every index of fit."""
        return pd.DataFrame([self.fit.numbers()])
