"""What a model of ties gives: its terms, and what the ties of one respondent have in common."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan, nan
from typing import ClassVar

import pandas as pd

from analysis.names import TIE_FIT, TIE_TERM
from analysis.regression.result import INTERCEPT
from analysis.result import Number, Test, wanted

FAMILIES = {"gaussian": "a number", "binomial": "yes or no", "ordinal": "an ordered answer, as a count of its levels"}


@dataclass(frozen=True)
class Term:
    """One row; z is b / se, a t where ``df`` is finite. odds_ratio: exp(b) but for numbers. unit: sd(x) / sd(y)."""

    term: str
    b: float
    se: float
    z: float
    p: float
    ci_low: float
    ci_high: float
    df: float
    odds_ratio: float
    unit: float


@dataclass(frozen=True)
class Ties:
    """A model of ties within respondents.

    model: 'marginal' (estimating equations: differences between ties on average over respondents) or 'conditional'
    (intercepts of respondents: differences between ties of the same respondent). For an outcome that is no plain number
    the two give different coefficients. n: ties; n_groups: respondents; dropped: ties with a missing value.
    correlation: of residuals of one respondent's ties (marginal). var_group: of respondents' intercepts (conditional).
    centred: predictors in two parts. references: the first choice of each categorical predictor.
    """

    kind: ClassVar[str] = "tie"
    outcome: str
    network: str
    model: str
    family: str
    level: float
    n: int
    n_groups: int
    dropped: int
    terms: tuple[Term, ...]
    correlation: float = nan
    var_group: float = nan
    loglik: float = nan
    centred: tuple[str, ...] = ()
    references: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()

    def term(self, name: str) -> Term:
        """The row of one term; KeyError where there is none."""
        for row in self.terms:
            if row.term == name:
                return row
        raise KeyError(name)

    @property
    def method(self) -> str:
        """The estimator and what its numbers are, in words."""
        if self.model == "marginal":
            how = "Generalised estimating equations (exchangeable correlation, robust errors)"
            return f"{how}: marginal, differences between ties on average over respondents"
        how = "REML, degrees of freedom by Satterthwaite" if self.family == "gaussian" else "Laplace's approximation"
        return f"Mixed model ({how}): conditional, differences between ties of one respondent"

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """b of each term; β for numbers. Equivalence is on that scale (for odds, that of their logarithm)."""
        found = []
        for row in self.terms:
            if row.term != INTERCEPT and wanted(row.term, terms):
                unit = row.unit if self.family == "gaussian" else 1.0
                symbol = "β" if self.family == "gaussian" else "b"
                found.append(Test(self.outcome, row.term, symbol, row.b * unit, row.p, row.se * unit, row.df))
        return tuple(found)

    def numbers(self) -> tuple[Number, ...]:
        """Counts and what is common with an empty term, then each term; what does not exist is left out."""
        rows = [("", name, getattr(self, name)) for name in ("n", *TIE_FIT)]
        for row in self.terms:
            rows += [(row.term, name, getattr(row, name)) for name in TIE_TERM]
        return tuple(
            Number(self.outcome, term, name, float(value))
            for term, name, value in rows
            if not isnan(value) and value != float("inf")
        )

    def frame(self) -> pd.DataFrame:
        """One row a term: term, b, se, z, p, ci_low, ci_high, df, odds_ratio."""
        return pd.DataFrame([asdict(row) for row in self.terms], columns=["term", *TIE_TERM])
