"""The kinds of analysis about how an effect comes about: by which paths, and for whom."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from analysis.plan.kinds_regression import GroupErrors
from analysis.plan.parts import Claim, Variable


class ModerationOf(Claim):
    """Whether the slope on a predictor depends on one moderator or two."""

    kind: Literal["moderation"]
    """The kind of analysis."""
    outcome: Variable
    """What is explained: a number."""
    predictor: Variable
    """The number whose slope may depend on the moderators."""
    moderator: Variable | Annotated[tuple[Variable, ...], Field(strict=False, min_length=1, max_length=2)]
    """One moderator, or a list of two; numbers or categories."""
    three_way: bool = False
    """Of two moderators: whether the product of all three is in the model as well."""
    covariates: Annotated[tuple[Variable, ...], Field(strict=False)] = ()
    """Further predictors, that have no product."""
    errors: Literal["classical", "HC3"] | GroupErrors = "HC3"
    """classical, HC3, {cluster: field} (CR1), or {cr2: field} (CR2, for few groups)."""
    probe: Literal["sd", "percentiles"] = "sd"
    """Where slopes are taken: sd: mean and one standard deviation to both sides; percentiles: 16, 50, 84."""
    latent: bool | Literal["matched", "all"] = False
    """Whether it is between the factors behind three scales: true or matched (items multiplied in pairs), or all (each
    item with each); errors and levels are then its own."""

    @property
    def pairs(self) -> Literal["matched", "all"]:
        """Of a moderation between factors: which items are multiplied."""
        return "all" if self.latent == "all" else "matched"

    @property
    def moderators(self) -> tuple[str, ...]:
        """The moderators, one or two."""
        return (self.moderator,) if isinstance(self.moderator, str) else self.moderator

    @property
    def related(self) -> tuple[str, ...]:
        """The outcome and all predictors."""
        return (self.outcome, self.predictor, *self.moderators, *self.covariates)

    @property
    def interactions(self) -> tuple[tuple[str, str, str], ...]:
        return tuple((self.outcome, self.predictor, name) for name in self.moderators)

    @property
    def subject(self) -> str:
        return self.outcome


class MediationOf(Claim):
    """Indirect effects of a predictor through mediators, by the bootstrap."""

    kind: Literal["mediation"]
    """The kind of analysis."""
    outcome: Variable
    """What is explained: a number."""
    predictor: Variable
    """Where the paths begin: a number."""
    mediators: Annotated[tuple[Variable, ...], Field(strict=False, min_length=1, max_length=10)]
    """What lies between: numbers, side by side or in series."""
    serial: bool = False
    """Whether the mediators act on each other in the order given (four at most)."""
    moderator: Variable | None = None
    """A number on which one of the paths depends; not with serial."""
    path: Literal["a", "b"] | None = None
    """Which path depends on it: a, from the predictor to the mediators; b, from them to the outcome."""
    covariates: Annotated[tuple[Variable, ...], Field(strict=False)] = ()
    """Further predictors in every equation."""
    errors: Literal["classical", "HC3"] | GroupErrors = "HC3"
    """Of the paths: classical, HC3, {cluster: field} or {cr2: field}; whole groups are then resampled."""
    resamples: int = Field(5000, ge=100, le=1_000_000)
    """How many bootstrap resamples."""
    interval: Literal["percentile", "bca"] = "percentile"
    """The interval of indirect effects."""

    @property
    def related(self) -> tuple[str, ...]:
        """All variables of the model."""
        moderator = (self.moderator,) if self.moderator else ()
        return (self.outcome, self.predictor, *self.mediators, *moderator, *self.covariates)

    @property
    def interactions(self) -> tuple[tuple[str, str, str], ...]:
        if not self.moderator:
            return ()
        if self.path == "b":
            return tuple((self.outcome, name, self.moderator) for name in self.mediators)
        return tuple((name, self.predictor, self.moderator) for name in self.mediators)

    @property
    def subject(self) -> str:
        return self.outcome
