"""What a mediation gives: the coefficients of its paths, and indirect effects with resampled intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import inf, isnan, nan
from typing import ClassVar

import pandas as pd

from analysis.regression import Regression
from analysis.result import Number, Test

COEFFICIENT = ("se", "t", "p", "ci_low", "ci_high")
EFFECT = ("se", "p", "ci_low", "ci_high", "percentile_low", "percentile_high", "bca_low", "bca_high")
STANDARD = (
    "std_partial", "std_partial_low", "std_partial_high", "std", "std_low", "std_high",
)  # fmt: skip


@dataclass(frozen=True)
class Path:
    """One coefficient: ``name`` a, b, c, c_prime, d (between mediators) or product; ``term`` the mediator, or the path
    between two (``m1->m2``), or '' for c and c_prime. start, end: the variables that it joins."""

    name: str
    term: str
    start: str
    end: str
    value: float
    se: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    df: float


@dataclass(frozen=True)
class Effect:
    """An effect with a resampled interval.

    kind: 'indirect', 'contrast' (of two indirect effects) or 'index' (of moderated mediation). term: the path,
    ``total``, a pair of paths, or ``path|level``. level, at: of a moderated one. se: standard deviation of the
    resamples. p: two-sided, from the share of resamples beyond zero, by the interval's method. ci: of the method
    chosen. std_partial: in standard deviations of the outcome; std: of both, each with its interval; nan where they do
    not apply.
    """

    kind: str
    term: str
    estimate: float
    se: float
    p: float
    ci_low: float
    ci_high: float
    percentile_low: float
    percentile_high: float
    bca_low: float
    bca_high: float
    level: str = ""
    at: float = nan
    std_partial: float = nan
    std_partial_low: float = nan
    std_partial_high: float = nan
    std: float = nan
    std_low: float = nan
    std_high: float = nan
    std_se: float = nan


@dataclass(frozen=True)
class Mediation:
    """Indirect effects of a predictor on an outcome through mediators, parallel or in series.

    models: the regression of each mediator, of the outcome, and of the outcome without mediators (the total effect;
    none where the mediation is moderated). path: which path is moderated, 'a' or 'b'. interval: 'percentile' or 'bca'.
    resamples, failed: how many were drawn, and how many of them were singular. groups: drawn whole, how many.
    two_values: mediators (and outcome) that have two values. notes: what a reader ought to know.
    """

    kind: ClassVar[str] = "mediation"
    outcome: str
    predictor: str
    mediators: tuple[str, ...]
    serial: bool
    moderator: str
    path: str
    models: tuple[Regression, ...]
    paths: tuple[Path, ...]
    effects: tuple[Effect, ...]
    interval: str
    level: float
    n: int
    dropped: int
    resamples: int
    failed: int
    groups: int
    imputations: int = 0
    two_values: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def effect(self, term: str) -> Effect:
        """The effect of one term; KeyError where there is none."""
        for one in self.effects:
            if one.term == term:
                return one
        raise KeyError(term)

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """Indirect effects, standardised in both (by default the total); indices and contrasts in their own units."""
        if terms is None:
            chosen = [one for one in self.effects if one.term == "total" or one.kind == "index"]
        else:
            chosen = [one for one in self.effects if one.term in terms]
        return tuple(
            Test(self.outcome, one.term, "ab", one.estimate, one.p, one.se, inf) if isnan(one.std)
            else Test(self.outcome, one.term, "β", one.std, one.p, one.std_se, inf)
            for one in chosen
        )  # fmt: skip

    def numbers(self) -> tuple[Number, ...]:
        """n; each path's coefficient under its name, with its error as ``a_se``, ``a_t`` …; each effect."""
        rows: list[tuple[str, str, float]] = [("", "n", self.n)]
        for one in self.paths:
            rows.append((one.term, one.name, one.value))
            rows += [(one.term, f"{one.name}_{name}", getattr(one, name)) for name in COEFFICIENT]
        for effect in self.effects:
            rows.append((effect.term, effect.kind, effect.estimate))
            rows += [(effect.term, name, getattr(effect, name)) for name in (*EFFECT, "at", *STANDARD)]
        return tuple(Number(self.outcome, term, name, float(value)) for term, name, value in rows if not isnan(value))

    def frame(self) -> pd.DataFrame:
        """One row an effect: kind, term, estimate, se, p, the intervals, at, and the standardised effects."""
        names = ("kind", "term", "estimate", *EFFECT, "at", *STANDARD)
        return pd.DataFrame([{name: getattr(one, name) for name in names} for one in self.effects])

    def path_frame(self) -> pd.DataFrame:
        """One row a coefficient: name, term, start, end, value, se, t, p, ci_low, ci_high, df."""
        return pd.DataFrame([vars(one) for one in self.paths])
