"""The kinds of analysis about how an effect comes about: by which paths, and for whom."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from analysis.plan.parts import Claim, ClusterErrors, Variable


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
    errors: Literal["classical", "HC3"] | ClusterErrors = "HC3"
    """classical, HC3, or {cluster: field}."""
    probe: Literal["sd", "percentiles"] = "sd"
    """Where slopes are taken: sd: mean and one standard deviation to both sides; percentiles: 16, 50, 84."""

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
