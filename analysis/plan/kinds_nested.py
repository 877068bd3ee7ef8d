"""The kinds of analysis for what comes in groups: respondents in teams, ties around respondents."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from analysis.plan.parts import Claim, Common, Variable, Variables
from survey.instrument.frozen import Table
from survey.instrument.model import Identifier


class MixedOf(Claim):
    """A linear mixed model: respondents in groups."""

    kind: Literal["mixed"]
    """The kind of analysis."""
    outcome: Variable
    """What is explained: a number."""
    fixed: Variables
    """The predictors."""
    group: Variable
    """The field that holds the groups; each has an intercept of its own."""
    slopes: Annotated[tuple[Variable, ...], Field(strict=False, max_length=1)] = ()
    """One of the predictors, whose slope differs between groups."""
    within_between: Annotated[tuple[Variable, ...], Field(strict=False)] = ()
    """Predictors that enter as two: their group's mean, x[between], and the deviation from it, x[within]."""

    @property
    def related(self) -> tuple[str, ...]:
        """The outcome and all predictors."""
        return (self.outcome, *self.fixed)

    @property
    def subject(self) -> str:
        return self.outcome

    @property
    def about(self) -> tuple[str, ...]:
        return self.tests or self.fixed


class NetworkOf(Common):
    """Measures of the people around each respondent."""

    kind: Literal["network"]
    """The kind of analysis."""
    network: Identifier | None = None
    """The network, where the instrument has several; by default its first."""
    measures: Variables | None = None
    """Some of the measures, such as size and density; by default all that the instrument has questions for."""

    @property
    def subject(self) -> str:
        return self.network or ""


class TieOf(Claim):
    """A model of ties within respondents: which ties give what."""

    kind: Literal["tie"]
    """The kind of analysis."""
    network: Identifier | None = None
    """The network, where the instrument has several; by default its first."""
    outcome: Variable
    """An interpreter, a question that asks for names (1 where it named the tie), weak, strong, or what is derived; with
    @next of the same tie in the next wave: closeness@next."""
    predictors: Variables
    """Such variables of ties, or variables of respondents; or products of two numbers: given:received, and
    closeness:closeness for the square."""
    derive: Table[Identifier, str] = Field({}, validate_default=True)
    """New variables of ties, as expressions over interpreters; a condition is 1 or 0."""
    only: str | None = None
    """A condition over variables of ties: only those for which it holds are used."""
    model: Literal["marginal", "conditional"] = "marginal"
    """marginal: estimating equations, on average over respondents; conditional: respondents have intercepts."""
    family: Literal["gaussian", "binomial", "ordinal"] = "gaussian"
    """gaussian: a number; binomial: 0 or 1; ordinal: steps of a scale, as a count of those taken."""
    centre: bool = True
    """Whether numbers of ties enter as the respondent's mean, x[between], and the deviation from it, x[within]."""

    @property
    def subject(self) -> str:
        return self.outcome

    @property
    def about(self) -> tuple[str, ...]:
        return self.tests or self.predictors
