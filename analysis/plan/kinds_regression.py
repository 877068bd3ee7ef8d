"""Regression and its relatives in a plan, each with its keys."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from analysis.plan.parts import Claim, ClusterErrors, Common, Variable, Variables
from survey.instrument.frozen import Model


class GroupErrors(Model):
    """Standard errors for respondents who come in groups; exactly one of the keys."""

    cluster: Variable | None = None
    """The field that holds the groups: CR1, with as many degrees of freedom as groups less one."""
    cr2: Variable | None = None
    """The field that holds the groups, where they are few: CR2, with Satterthwaite's degrees of freedom."""
    otherwise: Literal["classical", "HC3"] | None = None
    """The errors in data without groups: nobody is in one, or all are in the same."""


def errors_of(errors: str | GroupErrors | ClusterErrors) -> str | dict[str, str]:
    """Errors as the functions that regress take them."""
    return errors if isinstance(errors, str) else errors.model_dump(exclude_none=True, exclude={"otherwise"})


class Blocks(Claim):
    """What explains one outcome, block by block."""

    outcome: Variable
    """What is explained."""
    blocks: Annotated[tuple[Variables, ...], Field(strict=False, min_length=1)]
    """The predictors, block by block: [[age, gender], [demands]]."""

    @property
    def related(self) -> tuple[str, ...]:
        """The outcome and all predictors."""
        return (self.outcome, *(name for block in self.blocks for name in block))

    @property
    def subject(self) -> str:
        return self.outcome

    @property
    def about(self) -> tuple[str, ...]:
        return self.tests or self.blocks[-1]


class RegressionOf(Blocks):
    """Least-squares regression in blocks."""

    kind: Literal["regression"]
    """The kind of analysis."""
    errors: Literal["classical", "HC3"] | GroupErrors = "HC3"
    """classical, HC3, {cluster: field} (CR1), or {cr2: field} (CR2, for few groups)."""


class LogisticOf(Blocks):
    """Logistic regression of an outcome of two values: a number, or a choice of two."""

    kind: Literal["logistic"]
    """The kind of analysis."""
    errors: Literal["classical", "HC3"] | ClusterErrors = "classical"
    """classical (of the model), HC3, or {cluster: field} (CR1)."""


class OrdinalOf(Blocks):
    """Proportional-odds regression of ordered answers: a number of 3 to 20 values, or a choice in its order."""

    kind: Literal["ordinal"]
    """The kind of analysis."""
    errors: Literal["classical"] | ClusterErrors = "classical"
    """classical (of the model), or {cluster: field} (CR1)."""


class CountOf(Blocks):
    """Negative binomial regression of a count, with Poisson's beside it."""

    kind: Literal["count"]
    """The kind of analysis."""
    errors: Literal["classical", "HC3"] | ClusterErrors = "classical"
    """classical (of the model), HC3, or {cluster: field} (CR1)."""


class ContrastOf(Claim):
    """A difference: of two coefficients, of one predictor's coefficients in two outcomes, or of two paired scores."""

    kind: Literal["contrast"]
    """The kind of analysis."""
    outcome: Variable | None = None
    """What is explained, for the difference of two coefficients."""
    outcomes: Annotated[tuple[Variable, ...], Field(strict=False, min_length=2, max_length=2)] | None = None
    """In its place two outcomes, for the difference of one predictor's coefficients: of the first less the second."""
    paired: Annotated[tuple[Variable, ...], Field(strict=False, min_length=2, max_length=2)] | None = None
    """In place of a regression two scores of the same people: the first less the second."""
    blocks: Annotated[tuple[Variables, ...], Field(strict=False, min_length=1)] | None = None
    """The predictors, block by block."""
    terms: Annotated[tuple[Variable, ...], Field(strict=False, min_length=1, max_length=2)] | None = None
    """The two terms that are compared, or the one of two outcomes."""
    errors: Literal["classical", "HC3"] | GroupErrors = "HC3"
    """classical, HC3, {cluster: field} (CR1), or {cr2: field} (CR2, for few groups)."""
    standardised: bool = True
    """Whether the difference is in standard deviations: of β, or of paired scores in those of their difference."""
    equivalence: float | None = Field(None, gt=0)
    """A margin, in the same units, for two one-sided tests that there is no difference worth speaking of."""

    @property
    def related(self) -> tuple[str, ...]:
        """All outcomes and predictors."""
        names = [name for block in self.blocks or () for name in block]
        return (*([self.outcome] if self.outcome else []), *(self.outcomes or ()), *(self.paired or ()), *names)

    @property
    def subject(self) -> str:
        return self.outcome or "~".join(self.outcomes or self.paired or ())


class CompareOf(Claim):
    """The means of an outcome in groups, each with each: two by Welch's t, more by analysis of variance as well."""

    kind: Literal["compare"]
    """The kind of analysis."""
    outcome: Variable
    """What is compared: a number."""
    by: Variable
    """What tells the groups apart: a field or choice, or a number of few values; up to twelve groups."""
    equivalence: float | None = Field(None, gt=0)
    """A margin, in units of the outcome, for two one-sided tests that there is no difference worth speaking of."""
    student: bool = False
    """Whether Student's t, which takes the groups' variances for equal, stands beside Welch's."""

    @property
    def related(self) -> tuple[str, ...]:
        """The outcome, and what tells the groups apart."""
        return (self.outcome, self.by)

    @property
    def subject(self) -> str:
        return self.outcome


class DominanceOf(Common):
    """How the variance explained falls to the predictors: dominance analysis."""

    kind: Literal["dominance"]
    """The kind of analysis."""
    outcome: Variable
    """What is explained: a number."""
    predictors: Annotated[tuple[Variable, ...], Field(strict=False, min_length=2, max_length=15)]
    """Two to fifteen predictors."""

    @property
    def related(self) -> tuple[str, ...]:
        """The outcome and all predictors."""
        return (self.outcome, *self.predictors)

    @property
    def subject(self) -> str:
        return self.outcome


class ResponseSurfaceOf(Claim):
    """How an outcome goes with two scores in the same units, their agreement and their disagreement."""

    kind: Literal["response_surface"]
    """The kind of analysis."""
    outcome: Variable
    """What is explained: a number."""
    x: Variable
    """The first score: a number."""
    y: Variable
    """The second, in the same units."""

    @property
    def related(self) -> tuple[str, ...]:
        """The outcome and both scores."""
        return (self.outcome, self.x, self.y)

    @property
    def subject(self) -> str:
        return self.outcome
