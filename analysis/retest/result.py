"""What a retest gives: how far the score of a person stays the same from wave to wave."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan, nan
from typing import ClassVar

import pandas as pd

from analysis.names import POOLED
from analysis.result import Number
from analysis.retest.icc import Icc
from analysis.retest.variance import Components


@dataclass(frozen=True)
class Pair:
    """Two waves: the correlation over the n people who have both; NaN where there is none. Its interval, df, riv and
    fmi: only pooled over imputations."""

    first: str
    second: str
    n: int
    r: float
    low: float = nan
    high: float = nan
    df: float = nan
    riv: float = nan
    fmi: float = nan

    @property
    def name(self) -> str:
        """The pair as results call it, in the order of the waves."""
        return f"{self.first}~{self.second}"


@dataclass(frozen=True)
class Retest:
    """Stability of one score over waves; NaN marks a number that cannot be had, and ``notes`` says why.

    n: people with a score in one wave or more; complete: with all. iccs: the six forms. pairs: every two waves; r: of
    the first and the last. sem: standard error of measurement, the root of the residual variance, in units of the
    score; sdc: smallest detectable change at ``level``. rci: the change from the first wave to the last that is
    reliable at ``level``; rci_up, rci_down: shares of the people with both whose scores rose or fell by more.
    imputations: data sets that were pooled, or 0.
    """

    kind: ClassVar[str] = "retest"

    scale: str
    waves: tuple[str, ...]
    n: int
    complete: int
    means: tuple[float, ...]
    sds: tuple[float, ...]
    iccs: tuple[Icc, ...]
    pairs: tuple[Pair, ...]
    r: float
    sem: float
    sdc: float
    rci: float
    rci_up: float
    rci_down: float
    components: Components
    level: float
    notes: tuple[str, ...] = ()
    imputations: int = 0

    def numbers(self) -> tuple[Number, ...]:
        """n, then each form of the ICC as a term, then what belongs to the whole, then r of each pair of waves."""
        found = [Number(self.scale, "", "n", float(self.n))]
        for one in self.iccs:
            for name, value in (("icc", one.icc), ("icc_low", one.low), ("icc_high", one.high)):
                found.append(Number(self.scale, one.form, name, value))
            found += [Number(self.scale, one.form, name, getattr(one, name)) for name in POOLED]
        for name in ("r", "sem", "sdc", "rci", "rci_up", "rci_down"):
            found.append(Number(self.scale, "", name, getattr(self, name)))
        ends = next(pair for pair in self.pairs if (pair.first, pair.second) == (self.waves[0], self.waves[-1]))
        found += _interval(self.scale, "", ends)
        if len(self.pairs) > 1:
            for pair in self.pairs:
                found += [Number(self.scale, pair.name, "r", pair.r), *_interval(self.scale, pair.name, pair)]
        return tuple(number for number in found if not isnan(number.value))

    def frame(self) -> pd.DataFrame:
        """One row a form of the ICC: scale, form, icc, low, high."""
        columns = ["scale", "form", "icc", "low", "high", *(POOLED if self.imputations else ())]
        return pd.DataFrame([{"scale": self.scale, **vars(one)} for one in self.iccs], columns=columns)


def _interval(scale: str, term: str, pair: Pair) -> list[Number]:
    """What pooling adds to r."""
    return [
        Number(scale, term, f"r_{name}" if name in ("low", "high") else name, getattr(pair, name))
        for name in ("low", "high", *POOLED)
    ]
