"""What every analysis returns: numbers with names, or a reason why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import atanh, inf, nan
from typing import ClassVar, Protocol, runtime_checkable

import pandas as pd
from scipy import special


@dataclass(frozen=True)
class Number:
    """One number of a result, as a row of ``results.csv`` names it.

    target: the scale, outcome or pair it is about ('' where it is about all the data).
    term: the item, predictor, effect or level ('' where none).
    statistic: its name in ``analysis.names``.
    value: at full precision; rounding happens only when rendering.
    """

    target: str
    term: str
    statistic: str
    value: float


INSIDE = 1 - 1e-15
"""The correlation nearest to 1 that Fisher's z can take."""


def fisher_z(r: float) -> float:
    """Fisher's z of a correlation; finite also of one that is 1 but for rounding."""
    return atanh(max(-INSIDE, min(INSIDE, r)))


@dataclass(frozen=True)
class Test:
    """One test that a claim of a plan can rest on.

    target, term: as ``results.csv`` names the estimate. symbol: what it is called in print ('β', 'r', 'OR' …).
    estimate: on the scale of the symbol, 0 where there is nothing. p: two-sided. se, df: of the estimate on the scale
    of equivalence (df is infinite for z); ``fisher``: that scale is Fisher's z of the estimate.
    """

    target: str
    term: str
    symbol: str
    estimate: float
    p: float
    se: float = nan
    df: float = inf
    fisher: bool = False

    def p_equivalent(self, margin: float) -> float:
        """The larger p of two one-sided tests that the estimate lies within ±margin (Schuirmann 1987); NaN where that
        cannot be tested."""
        bound, value = margin, abs(self.estimate)
        if self.fisher:
            if margin >= 1:
                return nan
            bound, value = atanh(margin), fisher_z(value)
        if not self.se > 0:
            return float(bound < value) if self.se == 0 else nan
        return float(special.stdtr(self.df, (value - bound) / self.se))


def clustered_words(cluster: str | None, clusters: int | None, kind: str = "CR1", more: str = "") -> str:
    """How errors by clusters are called."""
    return f"standard errors clustered by {cluster} ({kind}, {clusters} clusters{more})"


def pooled_words(missing: str, imputations: int) -> str:
    """What is added to the name of a method where it was pooled; else nothing."""
    return f", pooled over {imputations} imputed data sets" if missing == "mi" else ""


@runtime_checkable
class Testable(Protocol):
    """A result that claims can be made about."""

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """The tests of these terms, in the result's order; of all that there are where ``terms`` is None.

        A category's name stands for all of its terms: ``gender`` for ``gender[female]`` and the others.
        """
        ...


def wanted(term: str, terms: Sequence[str] | None) -> bool:
    """Whether a term is among those named, itself or by its variable."""
    return terms is None or term in terms or term.partition("[")[0] in terms


@runtime_checkable
class Result(Protocol):
    """What every analysis returns; concrete results are frozen dataclasses."""

    kind: ClassVar[str]

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader ought to know of how the numbers came about, as sentences."""
        ...

    def numbers(self) -> tuple[Number, ...]:
        """Every number of the result, unique in (target, term, statistic)."""
        ...

    def frame(self) -> pd.DataFrame:
        """The result as a tidy frame with snake_case columns, for people and plots."""
        ...


@dataclass(frozen=True)
class NotApplicable:
    """An analysis that could not be done; ``reason`` completes the sentence 'Not applicable, because …'."""

    kind: str
    target: str
    reason: str
    notes: tuple[str, ...] = ()

    def numbers(self) -> tuple[Number, ...]:
        """One row that says that there is no number."""
        return (Number(self.target, "", "not_applicable", nan),)

    def frame(self) -> pd.DataFrame:
        """One row: kind, target, reason."""
        return pd.DataFrame({"kind": [self.kind], "target": [self.target], "reason": [self.reason]})

    def __str__(self) -> str:
        return f"Not applicable, because {self.reason}"
