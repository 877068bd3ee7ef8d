"""What a regression gives: coefficients, blocks, the fit, and their names in ``results.csv``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import isnan, nan
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.names import BLOCK, COEFFICIENT, DIAGNOSTIC, POOLED
from analysis.regression.diagnostics import Diagnostics
from analysis.result import Number, Test, clustered_words, pooled_words, wanted

INTERCEPT = "(intercept)"
FIT = ("n", "r2", "r2_low", "r2_high", "adj_r2", "f", "df1", "df2", "p", "f2", "f2_low", "f2_high")


@dataclass(frozen=True)
class Coefficient:
    """One row of the final model; beta, sr2 and vif are nan for the intercept.

    beta: b · sd(x) / sd(y). sr2: squared semipartial correlation, what R² loses without the term.
    vif: 1 / (1 − R²) of the term's column upon all the other columns. unit: sd(x) / sd(y), which turns b into beta.
    robustness_value: how strong an unmeasured confounder must be to explain it away (Cinelli & Hazlett 2020).
    df: of the term's own t, where terms differ in it (CR2, or pooled over imputations); riv, fmi: pooled alone, the
    relative increase in variance and the fraction of missing information (Rubin 1987; Barnard & Rubin 1999); else nan.
    """

    term: str
    b: float
    se: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    beta: float
    sr2: float
    vif: float
    unit: float
    robustness_value: float = nan
    df: float = nan
    riv: float = nan
    fmi: float = nan


@dataclass(frozen=True)
class Block:
    """One step: what its predictors add to those of the steps before it.

    r2: of the model up to this step. f_change: by residuals (classical) or Wald (robust) in that model; nan where
    there are too few clusters for a joint test.
    """

    name: str
    terms: tuple[str, ...]
    r2: float
    r2_change: float
    f_change: float
    df1_change: float
    df2_change: float
    p_change: float


@dataclass(frozen=True)
class Regression:
    """A least-squares regression of one outcome, entered in blocks; coefficients are those of the last step.

    errors: 'classical', 'HC3', 'cluster' or 'cr2'. df: of every t (with CR2 the smallest of the terms' own).
    dropped: rows with a missing value in the model.
    references: the first choice of each categorical predictor. covariance: of the coefficients in their order.
    missing: 'listwise', 'mi' (pooled over ``imputations`` data sets; then df is the smallest of the terms' own) or
    'fiml' (then every df is infinite: t is a z, and F a chi2 over its df).
    r2_low, r2_high: noncentral interval of R² (Steiger 2004), which takes errors of one variance and fixed predictors.
    diagnostics: where they were asked for.
    listwise: the same of the complete cases alone, beside a pooled one.
    """

    kind: ClassVar[str] = "regression"
    outcome: str
    errors: str
    cluster: str | None
    n_clusters: int | None
    level: float
    n: int
    dropped: int
    r2: float
    adj_r2: float
    f: float
    df1: float
    df2: float
    p: float
    f2: float
    sigma: float
    df: float
    coefficients: tuple[Coefficient, ...]
    blocks: tuple[Block, ...]
    references: Mapping[str, str]
    notes: tuple[str, ...] = ()
    covariance: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)), compare=False, repr=False)
    missing: str = "listwise"
    imputations: int = 0
    listwise: Regression | None = field(default=None, repr=False)
    r2_low: float = nan
    r2_high: float = nan
    diagnostics: Diagnostics | None = None

    @property
    def method(self) -> str:
        """The estimator and its errors, in words."""
        kinds = {
            "classical": "classical standard errors",
            "HC3": "heteroscedasticity-consistent (HC3) standard errors",
            "cluster": clustered_words(self.cluster, self.n_clusters),
            "cr2": clustered_words(self.cluster, self.n_clusters, "CR2", "; Satterthwaite df"),
        }
        if self.missing == "fiml":
            return "Full-information maximum likelihood with classical standard errors (observed information)"
        return f"Ordinary least squares with {kinds[self.errors]}{pooled_words(self.missing, self.imputations)}"

    @property
    def f2_low(self) -> float:
        """Lower bound of Cohen's f², from that of R²."""
        return self.r2_low / (1 - self.r2_low)

    @property
    def f2_high(self) -> float:
        """Upper bound of Cohen's f², from that of R²."""
        return self.r2_high / (1 - self.r2_high)

    def df_of(self, row: Coefficient) -> float:
        """Degrees of freedom of one term's t."""
        return self.df if isnan(row.df) else row.df

    def coefficient(self, term: str) -> Coefficient:
        """The row of one term; KeyError where the model has none of that name."""
        for row in self.coefficients:
            if row.term == term:
                return row
        raise KeyError(term)

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """β of each coefficient; equivalence is on the scale of β, with the coefficient's own error."""
        return tuple(
            Test(self.outcome, row.term, "β", row.beta, row.p, row.se * row.unit, self.df_of(row))
            for row in self.coefficients
            if row.term != INTERCEPT and wanted(row.term, terms)
        )

    def numbers(self) -> tuple[Number, ...]:
        """Fit with an empty term, then each block, then each term; numbers that do not exist are left out."""
        rows = [("", name, getattr(self, name)) for name in FIT]
        if self.diagnostics is not None:
            rows += [("", name, getattr(self.diagnostics, name)) for name in DIAGNOSTIC]
        for block in self.blocks:
            rows += [(block.name, name, getattr(block, name)) for name in BLOCK]
        for row in self.coefficients:
            rows += [(row.term, name, getattr(row, name)) for name in (*COEFFICIENT, *POOLED)]
        return tuple(Number(self.outcome, term, name, float(value)) for term, name, value in rows if not isnan(value))

    def frame(self) -> pd.DataFrame:
        """One row a term of the final model: term, b, se, t, p, ci_low, ci_high, beta, sr2, vif (df, riv, fmi)."""
        more = POOLED if self.missing == "mi" else ("df",) if self.errors == "cr2" else ()
        return pd.DataFrame([asdict(row) for row in self.coefficients], columns=["term", *COEFFICIENT, *more])

    def block_frame(self) -> pd.DataFrame:
        """One row a step: block, terms, r2, r2_change, f_change, df1_change, df2_change, p_change."""
        return pd.DataFrame([{**asdict(block), "terms": ", ".join(block.terms)} for block in self.blocks])
