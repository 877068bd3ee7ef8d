"""What an actor-partner model gives: what a person's own value does, and that of the partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import nan
from typing import ClassVar

import numpy as np
import pandas as pd

from analysis.moments import Floats
from analysis.result import Number, Test, wanted

INTERCEPT = "(intercept)"


@dataclass(frozen=True)
class Effect:
    """One coefficient: b, se, t with df, p and bounds; beta in standard deviations of all members (NaN of intercepts).

    predictor: '' of an intercept. kind: 'actor', 'partner' or 'intercept'. role: whose outcome, '' where members are
    not told apart. riv, fmi: of a pooled one, else NaN.
    """

    predictor: str
    kind: str
    role: str
    b: float
    se: float
    df: float
    t: float
    p: float
    ci_low: float
    ci_high: float
    beta: float
    riv: float = nan
    fmi: float = nan

    @property
    def term(self) -> str:
        """As results name it: ``x[actor]``, ``x[partner, mentor]``, ``(intercept)[mentor]``."""
        if self.kind == "intercept":
            return f"{INTERCEPT}[{self.role}]" if self.role else INTERCEPT
        return f"{self.predictor}[{self.kind}{', ' + self.role if self.role else ''}]"


@dataclass(frozen=True)
class Ratio:
    """k, the partner effect over the actor effect (Kenny & Ledermann 2010), with a percentile interval over resampled
    dyads; NaN where there is none."""

    predictor: str
    role: str
    k: float
    k_low: float
    k_high: float

    @property
    def term(self) -> str:
        """The predictor, with the role where there is one."""
        return f"{self.predictor}[{self.role}]" if self.role else self.predictor


@dataclass(frozen=True, eq=False)
class Dyad:
    """An actor-partner interdependence model.

    roles: the two roles, or empty where members are not told apart. dyads: complete ones; left_out: reasons and how
    many dyads each cost. effects: intercepts first. ratios: k of each predictor. icc: likeness of the outcome of two
    partners (a correlation between roles, else (MSB − MSW) / (MSB + MSW)); icc_residual: of what is left. sigma: the
    standard deviation of what is left, one or one a role. covariance: of the effects. resamples: of dyads, for k.
    imputations: how many completed data sets it is pooled over; 0 where not.
    """

    kind: ClassVar[str] = "dyad"

    outcome: str
    predictors: tuple[str, ...]
    dyad: str
    role: str
    roles: tuple[str, ...]
    dyads: int
    left_out: tuple[tuple[str, int], ...]
    effects: tuple[Effect, ...]
    ratios: tuple[Ratio, ...]
    icc: float
    icc_residual: float
    sigma: tuple[float, ...]
    level: float
    resamples: int
    covariance: Floats = field(default_factory=lambda: np.empty((0, 0)), repr=False)
    imputations: int = 0
    notes: tuple[str, ...] = ()

    def numbers(self) -> tuple[Number, ...]:
        """Everything with the outcome as target."""
        return tuple(Number(self.outcome, *each) for each in self._numbers() if each[2] == each[2])

    def _numbers(self) -> Iterator[tuple[str, str, float]]:
        yield "", "n", float(2 * self.dyads)
        yield "", "n_dyads", float(self.dyads)
        for effect in self.effects:
            for name in ("b", "se", "df", "t", "p", "ci_low", "ci_high", "beta", "riv", "fmi"):
                yield effect.term, name, getattr(effect, name)
        for ratio in self.ratios:
            for name in ("k", "k_low", "k_high"):
                yield ratio.term, name, getattr(ratio, name)
        yield "", "icc", self.icc
        yield "residual", "icc", self.icc_residual
        for role, sigma in zip(self.roles or ("",), self.sigma, strict=True):
            yield role, "sigma", sigma

    def frame(self) -> pd.DataFrame:
        """One row an effect: term, predictor, kind, role, b, se, df, t, p, ci_low, ci_high, beta."""
        return pd.DataFrame([{"term": e.term, **vars(e)} for e in self.effects]).drop(columns=["riv", "fmi"])

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """Actor and partner effects; a predictor's name stands for all of its own."""
        return tuple(
            Test(self.outcome, e.term, "β", e.beta, e.p, abs(e.beta / e.t) if e.t else nan, e.df)
            for e in self.effects
            if e.kind != "intercept" and wanted(e.term, terms)
        )
