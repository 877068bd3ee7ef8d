"""What a mixed model gives: its fixed part, its variances, and where each group stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan, nan
from typing import ClassVar

import pandas as pd

from analysis.names import MIXED_FIT, MIXED_TERM, POOLED
from analysis.regression.result import INTERCEPT
from analysis.result import Number, Test, pooled_words, wanted


@dataclass(frozen=True)
class Effect:
    """One row of the fixed part.

    df: Satterthwaite's; pooled over imputations, Barnard and Rubin's. beta: b · sd(x) / sd(y), nan for the intercept
    and for a contextual effect. unit: sd(x) / sd(y). riv, fmi: only pooled. share_within: of the column's variance,
    how much lies within groups.
    """

    term: str
    b: float
    se: float
    df: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    beta: float
    unit: float
    share_within: float
    riv: float = nan
    fmi: float = nan


@dataclass(frozen=True)
class Group:
    """One group: how many cases, and its own intercept, as far from the general one, with its error (condVar)."""

    name: str
    n: int
    intercept: float
    se: float


@dataclass(frozen=True)
class Mixed:
    """A linear mixed model with random intercepts of one grouping, and perhaps one random slope.

    effects: of the fixed part, the intercept first. contextual: of each predictor in two parts, between less within.
    var_group, var_slope, slope_r, var_resid: variances of intercepts and slopes, their correlation, and of residuals.
    slope: the predictor whose slopes vary, else ''. icc: the share of the random variance that lies between groups.
    r2_marginal, r2_conditional: shares explained by the fixed part, and by it and the groups. loglik: restricted.
    singular: whether the fit lies on the boundary. references: the first choice of each categorical predictor.
    missing: 'listwise' or 'mi', pooled over ``imputations`` data sets.
    """

    kind: ClassVar[str] = "mixed"
    outcome: str
    group: str
    level: float
    n: int
    dropped: int
    n_groups: int
    size_min: int
    size_max: int
    effects: tuple[Effect, ...]
    contextual: tuple[Effect, ...]
    var_group: float
    var_resid: float
    icc: float
    r2_marginal: float
    r2_conditional: float
    loglik: float
    groups: tuple[Group, ...]
    slope: str = ""
    var_slope: float = nan
    slope_r: float = nan
    singular: bool = False
    references: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()
    missing: str = "listwise"
    imputations: int = 0

    def effect(self, term: str) -> Effect:
        """The row of one term of the fixed part, or of one contextual effect; KeyError where there is none."""
        for row in (*self.effects, *self.contextual):
            if row.term == term:
                return row
        raise KeyError(term)

    @property
    def method(self) -> str:
        """The estimator, in words."""
        pooled = pooled_words(self.missing, self.imputations)
        return f"Restricted maximum likelihood, degrees of freedom by Satterthwaite{pooled}"

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """b of each term, standardised for equivalence; a contextual effect only where it is named itself."""
        rows = [row for row in self.effects if row.term != INTERCEPT and wanted(row.term, terms)]
        rows += [row for row in self.contextual if terms is not None and row.term in terms]
        return tuple(Test(self.outcome, r.term, "b", r.b, r.p, r.se, r.df) if isnan(r.unit)
                     else Test(self.outcome, r.term, "β", r.beta, r.p, r.se * r.unit, r.df) for r in rows)  # fmt: skip

    def numbers(self) -> tuple[Number, ...]:
        """Fit and variances with an empty term, then each term; numbers that do not exist are left out."""
        rows = [("", name, getattr(self, name)) for name in ("n", *MIXED_FIT)]
        for row in (*self.effects, *self.contextual):
            rows += [(row.term, name, getattr(row, name)) for name in (*MIXED_TERM, *POOLED[1:])]
        return tuple(Number(self.outcome, term, name, float(value)) for term, name, value in rows if not isnan(value))

    def frame(self) -> pd.DataFrame:
        """One row a term: term, b, se, df, t, p, ci_low, ci_high, beta (riv, fmi)."""
        more = POOLED[1:] if self.missing == "mi" else ()
        rows = [asdict(row) for row in (*self.effects, *self.contextual)]
        return pd.DataFrame(rows, columns=["term", *MIXED_TERM, *more])

    def group_frame(self) -> pd.DataFrame:
        """One row a group: name, n, intercept, se."""
        return pd.DataFrame([asdict(group) for group in self.groups], columns=["name", "n", "intercept", "se"])
