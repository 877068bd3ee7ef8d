"""What agreement gives: the numbers of one scale in groups, and their names in ``results.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import ClassVar

import pandas as pd

from analysis.names import POOLED
from analysis.result import Number


@dataclass(frozen=True)
class ByNull:
    """Agreement against one idea of chance, over the groups of two or more.

    null: 'uniform', 'slightly_skewed' or 'given'. variance: of an answer by chance, in the items' units². rwg_mean,
    rwg_median: of the score; rwgj_mean, rwgj_median: of the items. NaN where the null or the items are not there.
    """

    null: str
    variance: float
    rwg_mean: float
    rwg_median: float
    rwgj_mean: float
    rwgj_median: float


@dataclass(frozen=True)
class Agreement:
    """How far groups differ in a scale, and their members agree; NaN marks a number that cannot be had.

    scale: the scale, item or field. group: the field that holds the groups. n: members with a score and a group;
    dropped: those without. groups: how many; alone: groups of one. size_min, size_max: members of a group. icc1,
    icc2: from the mean squares; f on df1 and df2 with its p. n_items: complete rows behind rwgj, ad_mean and the
    omegas. ad_mean: average deviation from the group's mean, over items and groups. omega_within, omega_between: of a
    two-level one-factor model. chosen: the null of the main numbers; nulls: each one. icc1_low, icc1_high (at
    ``level``), df, riv and fmi: of icc1, only pooled over ``imputations``.
    """

    kind: ClassVar[str] = "agreement"

    scale: str
    group: str
    n: int
    dropped: int
    groups: int
    alone: int
    size_min: int
    size_max: int
    icc1: float
    icc2: float
    f: float
    df1: int
    df2: float
    p: float
    n_items: int
    items: int
    ad_mean: float
    omega_within: float
    omega_between: float
    chosen: str
    nulls: tuple[ByNull, ...]
    notes: tuple[str, ...] = ()
    icc1_low: float = nan
    icc1_high: float = nan
    df: float = nan
    riv: float = nan
    fmi: float = nan
    level: float = nan
    imputations: int = 0

    @property
    def main(self) -> ByNull:
        """Agreement against the null that was asked for."""
        return next(one for one in self.nulls if one.null == self.chosen)

    def numbers(self) -> tuple[Number, ...]:
        """The scale's numbers with an empty term (r_wg by the null asked for), then r_wg by each null as its term."""
        names = ("n", "groups", "icc1", "icc2", "f", "df1", "df2", "p")
        found = [Number(self.scale, "", name, float(getattr(self, name))) for name in names]
        for term, one in (("", self.main), *((one.null, one) for one in self.nulls)):
            for name in ("rwg_mean", "rwg_median", "rwgj_mean", "rwgj_median"):
                if not isnan(value := getattr(one, name)):
                    found.append(Number(self.scale, term, name, value))
        for name in ("ad_mean", "omega_within", "omega_between", "icc1_low", "icc1_high", *POOLED):
            if not isnan(value := getattr(self, name)):
                found.append(Number(self.scale, "", name, value))
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row a null: the scale, what does not depend on the null, then r_wg by it."""
        same = ["scale", "group", "n", "groups", "icc1", "icc2", "f", "df1", "df2", "p", "ad_mean"]
        same += ["omega_within", "omega_between"]
        return pd.DataFrame([{name: getattr(self, name) for name in same} | vars(one) for one in self.nulls])
