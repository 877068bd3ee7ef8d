"""What a model of a choice, of ordered answers or of a count gives, and its names in ``results.csv``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from math import inf, isnan, nan
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.names import FITTED, POOLED, STEP, WALD
from analysis.regression.result import INTERCEPT
from analysis.result import Number, Test, clustered_words, pooled_words, wanted


@dataclass(frozen=True)
class Estimate:
    """One coefficient, on the scale of the logit or of the logarithm; ``ratio`` is exp(b), with its interval.

    z: b / se. df, riv, fmi: only pooled over imputations (then z is a t with these df); else nan.
    """

    term: str
    b: float
    se: float
    z: float
    p: float
    ci_low: float
    ci_high: float
    ratio: float
    ratio_low: float
    ratio_high: float
    df: float = nan
    riv: float = nan
    fmi: float = nan


@dataclass(frozen=True)
class Step:
    """What the predictors of one block add: by the likelihood ratio, or by Wald where errors are robust or pooled."""

    name: str
    terms: tuple[str, ...]
    chi2_change: float
    df_change: float
    p_change: float


@dataclass(frozen=True)
class Fitted(ABC):
    """A model fitted by maximum likelihood; coefficients are those of the model with all blocks.

    errors: 'classical', 'HC3' or 'cluster'. chi2, df, p: of all predictors, by the likelihood ratio with classical
    errors, by Wald with others. r2_mcfadden: 1 − ℓ/ℓ0. r2_nagelkerke: Cox and Snell's over its largest value.
    references: the first choice of each categorical predictor. covariance: of the coefficients in their order.
    missing: 'listwise' or 'mi', pooled over ``imputations`` data sets; then loglik, aic and chi2 are nan.
    listwise: the same of the complete cases alone, beside a pooled one.
    """

    kind: ClassVar[str]
    ratio: ClassVar[str]
    """What exp(b) is called in ``results.csv``."""
    outcome: str
    errors: str
    cluster: str | None
    n_clusters: int | None
    level: float
    n: int
    dropped: int
    loglik: float
    aic: float
    chi2: float
    df: float
    p: float
    r2_mcfadden: float
    r2_nagelkerke: float
    coefficients: tuple[Estimate, ...]
    steps: tuple[Step, ...]
    references: Mapping[str, str]
    notes: tuple[str, ...] = ()
    covariance: npt.NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 0)), compare=False, repr=False)
    missing: str = "listwise"
    imputations: int = 0
    listwise: Fitted | None = field(default=None, repr=False)

    @property
    @abstractmethod
    def title(self) -> str:
        """What the model is called."""

    @property
    def method(self) -> str:
        """The estimator and its errors, in words."""
        kinds = {
            "classical": "model-based standard errors",
            "HC3": "heteroscedasticity-consistent (HC3) standard errors",
            "cluster": clustered_words(self.cluster, self.n_clusters),
        }
        pooled = pooled_words(self.missing, self.imputations)
        return f"{self.title} by maximum likelihood with {kinds[self.errors]}{pooled}"

    def df_of(self, row: Estimate) -> float:
        """Degrees of freedom of one term's test; infinite where it is a z."""
        return inf if isnan(row.df) else row.df

    def coefficient(self, term: str) -> Estimate:
        """The row of one term; KeyError where the model has none of that name."""
        for row in self.coefficients:
            if row.term == term:
                return row
        raise KeyError(term)

    def predictors(self) -> tuple[Estimate, ...]:
        """The rows that are predictors: neither intercept nor threshold."""
        names = {term for step in self.steps for term in step.terms}
        return tuple(row for row in self.coefficients if row.term in names)

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """b of each predictor; equivalence is on the scale of b, which is the logarithm of the ratio."""
        return tuple(
            Test(self.outcome, row.term, "b", row.b, row.p, row.se, self.df_of(row))
            for row in self.predictors()
            if wanted(row.term, terms)
        )

    def more(self) -> Sequence[tuple[str, str, float]]:
        """Numbers of one kind alone: term, statistic, value."""
        return ()

    def numbers(self) -> tuple[Number, ...]:
        """Fit with an empty term, each block, each term; numbers that do not exist are left out."""
        rows = [("", name, getattr(self, name)) for name in FITTED]
        rows += self.more()
        for step in self.steps:
            rows += [(step.name, name, getattr(step, name)) for name in STEP]
        ratios = {row.term for row in self.predictors()} | {INTERCEPT}
        for row in self.coefficients:
            rows += [(row.term, name, getattr(row, name)) for name in (*WALD, *POOLED)]
            if row.term in ratios:
                values = (row.ratio, row.ratio_low, row.ratio_high)
                named = (self.ratio, f"{self.ratio}_ci_low", f"{self.ratio}_ci_high")
                rows += [(row.term, name, value) for name, value in zip(named, values, strict=True)]
        return tuple(Number(self.outcome, term, name, float(value)) for term, name, value in rows if not isnan(value))

    def frame(self) -> pd.DataFrame:
        """One row a term: term, b, se, z, p, ci_low, ci_high, ratio, ratio_low, ratio_high (df, riv, fmi)."""
        more = POOLED if self.missing == "mi" else ()
        columns = ["term", *WALD, "ratio", "ratio_low", "ratio_high", *more]
        return pd.DataFrame([asdict(row) for row in self.coefficients], columns=columns)


@dataclass(frozen=True)
class Logistic(Fitted):
    """A logistic regression; ``event`` is the value or choice whose probability it is about, ``share`` its share."""

    kind: ClassVar[str] = "logistic"
    ratio: ClassVar[str] = "or"
    event: str = "1"
    share: float = nan

    @property
    def title(self) -> str:
        """What the model is called."""
        return "Logistic regression"


@dataclass(frozen=True)
class Brant:
    """Brant's (1990) test of one term, or of all ('')."""

    term: str
    chi2: float
    df: float
    p: float


@dataclass(frozen=True)
class Ordinal(Fitted):
    """A proportional-odds regression of ordered answers; its thresholds are the first rows of the coefficients.

    categories: the answers that occur, in order. brant: whether odds are proportional, over all terms and for each.
    """

    kind: ClassVar[str] = "ordinal"
    ratio: ClassVar[str] = "or"
    categories: tuple[str, ...] = ()
    brant: tuple[Brant, ...] = ()

    @property
    def title(self) -> str:
        """What the model is called."""
        return "Proportional-odds (ordinal logistic) regression"

    def more(self) -> Sequence[tuple[str, str, float]]:
        """Brant's test."""
        return [(one.term, "brant_p", one.p) for one in self.brant] + [
            ("", name, getattr(one, name.removeprefix("brant_")))
            for one in self.brant
            if not one.term
            for name in ("brant_chi2", "brant_df")
        ]


@dataclass(frozen=True)
class Count(Fitted):
    """A negative binomial regression of a count, with variance μ + μ²/θ.

    theta, theta_se: θ, infinite where counts vary no more than Poisson's. dispersion: Pearson's chi² of the Poisson
    model over its df. poisson_chi2, poisson_p: what θ adds to the Poisson model; half of the tail, as θ lies at the
    edge of what it can be.
    """

    kind: ClassVar[str] = "count"
    ratio: ClassVar[str] = "irr"
    theta: float = nan
    theta_se: float = nan
    dispersion: float = nan
    poisson_chi2: float = nan
    poisson_p: float = nan

    @property
    def title(self) -> str:
        """What the model is called."""
        return "Poisson regression" if self.theta == inf else "Negative binomial regression"

    def more(self) -> Sequence[tuple[str, str, float]]:
        """θ and the comparison with Poisson's model."""
        names = ("theta", "theta_se", "dispersion", "poisson_chi2", "poisson_p")
        return [("", name, getattr(self, name)) for name in names if getattr(self, name) != inf]
