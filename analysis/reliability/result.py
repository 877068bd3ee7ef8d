"""What reliability gives: the numbers of a scale and of its items, and their names in ``results.csv``."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan
from typing import ClassVar

import pandas as pd

from analysis.names import POOLED
from analysis.result import Number

_OF_ITEM = ("mean", "sd", "r_drop", "alpha_if_dropped", "loading")


@dataclass(frozen=True)
class ItemReliability:
    """What one item does in its scale.

    mean, sd: of the item as scored, in its units. r_drop: correlation with the sum of the other items.
    alpha_if_dropped: alpha of the other items; NaN where fewer than two are left. loading: standardised, of one factor.
    frequencies: each answer that occurs, in rising order, and its share of the cases that gave one; empty where there
    are more than 20 different ones.
    """

    item: str
    mean: float
    sd: float
    r_drop: float
    alpha_if_dropped: float
    loading: float
    frequencies: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True)
class Reliability:
    """Reliability of one scale; NaN marks a number that cannot be had, and ``notes`` says why.

    n: cases used; dropped: cases left out because an answer was missing. alpha_low, alpha_high: Feldt's interval at
    ``level``. alpha_boot_low, alpha_boot_high: by ``interval`` ('bca' or 'percentile') from ``resamples`` resamples, of
    which ``failed`` could not be computed. alpha_ordinal: None where it was not asked for. sem: standard error of
    measurement in the units of the score ('mean' or 'sum' of the items); mean, sd: of that score. omega_se: of omega by
    the delta method; omega_low, omega_high: its interval on the logit scale. missing: 'listwise', 'pairwise', or 'mi':
    pooled over ``imputations``, with df, riv and fmi of alpha on log(1 - alpha).
    """

    kind: ClassVar[str] = "reliability"

    scale: str
    n: int
    dropped: int
    alpha: float
    alpha_low: float
    alpha_high: float
    alpha_boot_low: float
    alpha_boot_high: float
    alpha_std: float
    alpha_ordinal: float | None
    lambda2: float
    lambda4: float
    lambda6: float
    omega: float
    omega_total: float
    omega_h: float
    mean_inter_item_r: float
    mean: float
    sd: float
    sem: float
    items: tuple[ItemReliability, ...]
    level: float
    interval: str
    resamples: int
    failed: int
    missing: str
    score: str
    notes: tuple[str, ...] = ()
    omega_se: float = nan
    omega_low: float = nan
    omega_high: float = nan
    imputations: int = 0
    df: float = nan
    riv: float = nan
    fmi: float = nan

    def _totals(self) -> dict[str, float]:
        totals = {"n": float(self.n), "alpha": self.alpha, "alpha_low": self.alpha_low, "alpha_high": self.alpha_high}
        if self.resamples:
            totals |= {"alpha_boot_low": self.alpha_boot_low, "alpha_boot_high": self.alpha_boot_high}
        totals["alpha_std"] = self.alpha_std
        if self.alpha_ordinal is not None:
            totals["alpha_ordinal"] = self.alpha_ordinal
        names = (
            "lambda2",
            "lambda4",
            "lambda6",
            "omega",
            "omega_se",
            "omega_low",
            "omega_high",
            "omega_total",
            "omega_h",
            "mean_inter_item_r",
            "sem",
            *(POOLED if self.imputations else ()),
        )
        return totals | {name: getattr(self, name) for name in names}

    def numbers(self) -> tuple[Number, ...]:
        """The scale's numbers with an empty term, then each item's; the term of a frequency is ``item=answer``."""
        found = [Number(self.scale, "", name, value) for name, value in self._totals().items()]
        for item in self.items:
            for name in _OF_ITEM:
                found.append(Number(self.scale, item.item, name, getattr(item, name)))
            for answer, share in item.frequencies:
                found.append(Number(self.scale, f"{item.item}={answer:.10g}", "frequency", share))
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row: the scale, its number of items and its numbers."""
        return pd.DataFrame([{"scale": self.scale, "items": len(self.items), **self._totals()}])

    def item_frame(self) -> pd.DataFrame:
        """One row an item: scale, item, mean, sd, r_drop, alpha_if_dropped, loading."""
        rows = [{"scale": self.scale, "item": one.item, **{n: getattr(one, n) for n in _OF_ITEM}} for one in self.items]
        return pd.DataFrame(rows)

    def frequency_frame(self) -> pd.DataFrame:
        """One row an item and answer: scale, item, answer, share."""
        rows = [(self.scale, one.item, *pair) for one in self.items for pair in one.frequencies]
        return pd.DataFrame(rows, columns=["scale", "item", "answer", "share"])
