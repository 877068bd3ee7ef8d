"""What a moderation between factors gives, and the names of its numbers in ``results.csv``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import ClassVar

import pandas as pd

from analysis.cfa.fit import Fit
from analysis.names import LATENT_FIT, LATENT_TERM
from analysis.result import Number, Test, wanted


@dataclass(frozen=True)
class LatentTerm:
    """One coefficient between factors, or the predictor's slope at a level of the moderator.

    b and its error, z, p and interval are in the units of the factors' first items; beta is standardised, with its own
    error and interval by the delta method.
    """

    term: str
    b: float
    se: float
    z: float
    p: float
    ci_low: float
    ci_high: float
    beta: float
    beta_se: float
    beta_ci_low: float
    beta_ci_high: float


@dataclass(frozen=True)
class Factor:
    """A factor: its scale, the item whose unit it has, and its standard deviation in that unit."""

    name: str
    unit: str
    sd: float


@dataclass(frozen=True)
class LatentModeration:
    """The factor of an outcome on those of a predictor and a moderator, and on the product of the two.

    pairing: 'matched' or 'all'; pairs: the items that were multiplied. slopes: of the predictor where the moderator is
    one standard deviation below its mean, there, and one above. fit: of the whole model, with the robust test.
    """

    kind: ClassVar[str] = "moderation"
    outcome: str
    predictor: str
    moderator: str
    covariates: tuple[str, ...]
    pairing: str
    pairs: tuple[tuple[str, str], ...]
    level: float
    n: int
    dropped: int
    r2: float
    terms: tuple[LatentTerm, ...]
    slopes: tuple[LatentTerm, ...]
    fit: Fit
    factors: tuple[Factor, ...]
    notes: tuple[str, ...] = ()

    @property
    def interaction(self) -> str:
        """The term of the product."""
        return f"{self.predictor}:{self.moderator}"

    def term(self, name: str) -> LatentTerm:
        """One coefficient by its term; KeyError where there is none."""
        for one in self.terms:
            if one.term == name:
                return one
        raise KeyError(name)

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """β of the named terms and slopes; of the product where none is named."""
        named = (self.interaction,) if terms is None else terms
        return tuple(
            Test(self.outcome, one.term, "β", one.beta, one.p, one.beta_se)
            for one in (*self.terms, *self.slopes)
            if wanted(one.term, named)
        )

    def numbers(self) -> tuple[Number, ...]:
        """n, r2 and the fit; each coefficient; each slope, its b as ``slope``."""
        fit = self.fit.numbers()
        rows = [("", "n", float(self.n)), ("", "r2", self.r2)]
        rows += [("", name, fit[name]) for name in LATENT_FIT if name in fit]
        rows += [(one.term, name, getattr(one, name)) for one in self.terms for name in LATENT_TERM]
        for one in self.slopes:
            rows += [(one.term, "slope" if name == "b" else name, getattr(one, name)) for name in LATENT_TERM]
        return tuple(Number(self.outcome, term, name, value) for term, name, value in rows if not isnan(value))

    def frame(self) -> pd.DataFrame:
        """One row a coefficient."""
        return pd.DataFrame([asdict(one) for one in self.terms])
