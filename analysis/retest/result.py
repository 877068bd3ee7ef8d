"""What a retest gives: how far the score of a person stays the same from wave to wave."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import ClassVar

import pandas as pd

from analysis.result import Number
from analysis.retest.icc import Icc
from analysis.retest.variance import Components


@dataclass(frozen=True)
class Pair:
    """Two waves: the correlation over the n people who have both; NaN where there is none."""

    first: str
    second: str
    n: int
    r: float

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

    def numbers(self) -> tuple[Number, ...]:
        """n, then each form of the ICC as a term, then what belongs to the whole, then r of each pair of waves."""
        found = [Number(self.scale, "", "n", float(self.n))]
        for one in self.iccs:
            for name, value in (("icc", one.icc), ("icc_low", one.low), ("icc_high", one.high)):
                found.append(Number(self.scale, one.form, name, value))
        for name in ("r", "sem", "sdc", "rci", "rci_up", "rci_down"):
            found.append(Number(self.scale, "", name, getattr(self, name)))
        if len(self.pairs) > 1:
            found += [Number(self.scale, pair.name, "r", pair.r) for pair in self.pairs]
        return tuple(number for number in found if not isnan(number.value))

    def frame(self) -> pd.DataFrame:
        """One row a form of the ICC: scale, form, icc, low, high."""
        return pd.DataFrame([{"scale": self.scale, **vars(one)} for one in self.iccs])
