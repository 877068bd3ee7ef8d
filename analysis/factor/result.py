"""What an exploratory factor analysis gives, and how ``results.csv`` names it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import nan
from typing import ClassVar

import pandas as pd

from analysis.names import NOT_APPLICABLE
from analysis.result import Number

Numbers = tuple[float, ...]


@dataclass(frozen=True)
class Rank:
    """One rank of a parallel analysis: the eigenvalue of the data, and the mean and a high percentile of chance."""

    observed: float
    simulated: float
    percentile: float


@dataclass(frozen=True)
class Factor:
    """A factor analysis of k items; the factors are F1, F2, … in the order of the variance that they explain.

    items: k names. n: cases used of n_read. correlation: 'pearson' or 'polychoric'. missing: 'listwise', 'pairwise'
    or 'mi' (of the mean covariances of imputed data sets).
    kmo: overall; kmo_items: (k,). bartlett_*: the test that no items correlate. parallel: one rank for each component
    (or factor, as ``parallel_by`` says),
    from ``draws`` simulations, with the percentile at ``quantile``; n_factors: what it suggests. map: average squared
    partial correlations after 1, 2, … components; map_n_factors: where they are least.
    factors: m names. loadings: the pattern, (k, m). communality: (k,). variance: what each factor explains, as a share
    of that of all items, (m,). factor_r: (m, m). method: 'minres' or 'ml'. rotate: 'oblimin', 'varimax' or 'none'.
    heywood: items whose uniqueness stands at its lower bound. reason: why there are no loadings ('' where there are);
    it completes 'not applicable, because …'.
    """

    kind: ClassVar[str] = "factor"

    items: tuple[str, ...]
    n: int
    n_read: int
    correlation: str
    missing: str
    kmo: float
    kmo_items: Numbers
    bartlett_chi2: float
    bartlett_df: float
    bartlett_p: float
    parallel: tuple[Rank, ...]
    draws: int
    quantile: float
    n_factors: int
    map: Numbers
    map_n_factors: int
    factors: tuple[str, ...]
    loadings: tuple[Numbers, ...]
    communality: Numbers
    variance: Numbers
    factor_r: tuple[Numbers, ...]
    method: str
    rotate: str
    heywood: tuple[str, ...] = ()
    reason: str = ""
    parallel_by: str = "components"
    notes: tuple[str, ...] = ()

    def numbers(self) -> tuple[Number, ...]:
        """Numbers of all the data with an empty target; loadings with the factor as target and the item as term.

        A rank of the parallel analysis, or a number of components, is a term; a pair of factors is a target ``F1~F2``.
        """
        whole = ("n", "kmo", "bartlett_chi2", "bartlett_df", "bartlett_p", "n_factors", "map_n_factors")
        found = [Number("", "", name, float(getattr(self, name))) for name in whole]
        found += [Number("", item, "kmo", value) for item, value in zip(self.items, self.kmo_items, strict=True)]
        for place, rank in enumerate(self.parallel, start=1):
            found.append(Number("", str(place), "parallel_observed", rank.observed))
            found.append(Number("", str(place), "parallel_simulated", rank.simulated))
            found.append(Number("", str(place), "parallel_percentile", rank.percentile))
        found += [Number("", str(place), "map", value) for place, value in enumerate(self.map, start=1)]
        if self.reason:
            return (*found, Number("", "", NOT_APPLICABLE, nan))
        for j, factor in enumerate(self.factors):
            for item, row in zip(self.items, self.loadings, strict=True):
                found.append(Number(factor, item, "loading", row[j]))
            found.append(Number(factor, "", "variance_share", self.variance[j]))
        found += [Number("", item, "communality", h2) for item, h2 in zip(self.items, self.communality, strict=True)]
        for i, j in combinations(range(len(self.factors)), 2):
            found.append(Number(f"{self.factors[i]}~{self.factors[j]}", "", "factor_r", self.factor_r[i][j]))
        return tuple(found)

    def frame(self) -> pd.DataFrame:
        """One row an item: item, its loading on each factor, communality, kmo."""
        frame = pd.DataFrame(self.loadings, columns=list(self.factors), index=range(len(self.items)))
        frame.insert(0, "item", list(self.items))
        frame["communality"] = self.communality or nan
        frame["kmo"] = self.kmo_items
        return frame

    def parallel_frame(self) -> pd.DataFrame:
        """One row a rank: rank, observed, simulated, percentile."""
        rows = [{"rank": place, **vars(rank)} for place, rank in enumerate(self.parallel, start=1)]
        return pd.DataFrame(rows, columns=["rank", "observed", "simulated", "percentile"])
