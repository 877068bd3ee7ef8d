"""The plan: which analyses are run on which variables, as frozen types (the file format ``twofold-plan/1``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from survey.instrument.frozen import Frozen, Model, Row, Table
from survey.instrument.model import Identifier

Variable = Annotated[str, Field(min_length=1, max_length=140)]
"""A scale, an item, a field or a derived variable."""

Variables = Annotated[tuple[Variable, ...], Field(strict=False, min_length=1)]
"""One variable or more."""

Method = Literal["none", "bonferroni", "holm", "hochberg", "bh", "by"]


class AtLeast(Model):
    """From how many on."""

    at_least: int = Field(ge=1)
    """The smallest number that excludes."""


class Below(Model):
    """Under which number."""

    below: float = Field(gt=0)
    """The number under which a respondent is excluded."""


class Exclusion(Model):
    """One rule that leaves respondents out before anything is scored; it holds exactly one of the keys."""

    checks_failed: AtLeast | None = None
    """Instructed items answered, but not as instructed."""
    seconds_per_item: Below | None = None
    """Average time an item took, in seconds."""


class AllReliability(Model):
    """Reliability of many scales at once."""

    scales: Literal["all"] | Variables = "all"
    """all: every scale that is not formative; or a list of scales."""
    resamples: int = Field(0, ge=0, le=1_000_000)
    """Bootstrap resamples for the interval of alpha; 0 for none."""
    missing: Literal["listwise", "pairwise"] = "listwise"
    """listwise: complete cases; pairwise: every pair of answers."""


class Correction(Model):
    """How p values are corrected over the claims of a tier."""

    primary: Method = "holm"
    """Over the primary claims."""
    secondary: Method = "bh"
    """Over the secondary claims."""


class Equivalent(Model):
    """The claim that there is nothing worth speaking of."""

    equivalent: float = Field(gt=0)
    """The standardised coefficient, or the correlation, that would be worth speaking of."""


class Common(Model):
    """What every analysis may say of itself."""

    id: Identifier | None = None
    """Its name in results; by default its kind."""
    where: str | None = None
    """A condition: only respondents for whom it holds are used."""


class Claim(Common):
    """An analysis that can test a claim."""

    tier: Literal["primary", "secondary"] | None = None
    """The family of claims over which its p value is corrected; secondary by default."""
    tests: Variables | None = None
    """The terms that the claim is about; by default the last block, or every pair."""
    expect: Literal["positive", "negative", "difference"] | Equivalent | None = None
    """The direction that would support the claim."""

    @property
    def is_claim(self) -> bool:
        """Whether the plan says anything of what is to be found."""
        return self.tier is not None or self.tests is not None or self.expect is not None


class DescriptivesOf(Common):
    """Means, spreads and shapes."""

    kind: Literal["descriptives"]
    """The kind of analysis."""
    variables: Variables
    """What is described."""


class CorrelationOf(Claim):
    """Correlations of all pairs."""

    kind: Literal["correlation"]
    """The kind of analysis."""
    variables: Annotated[tuple[Variable, ...], Field(strict=False, min_length=2)]
    """What is correlated; every pair of them."""
    method: Literal["pearson", "spearman", "polychoric"] = "pearson"
    """The coefficient."""
    adjust: Method = "none"
    """Correction of p values over the pairs of this analysis."""


class ReliabilityOf(AllReliability, Common):
    """Alpha, omega and their relatives of one or more scales."""

    kind: Literal["reliability"]
    """The kind of analysis."""


class ClusterErrors(Model):
    """Standard errors for respondents who come in groups."""

    cluster: Variable
    """The field that holds the groups."""


class RegressionOf(Claim):
    """Least-squares regression in blocks."""

    kind: Literal["regression"]
    """The kind of analysis."""
    outcome: Variable
    """What is explained: a number."""
    blocks: Annotated[tuple[Variables, ...], Field(strict=False, min_length=1)]
    """The predictors, block by block: [[age, gender], [demands]]."""
    errors: Literal["classical", "HC3"] | ClusterErrors = "HC3"
    """classical, HC3, or {cluster: field}."""


Analysis = Annotated[DescriptivesOf | CorrelationOf | ReliabilityOf | RegressionOf, Field(discriminator="kind")]
"""One analysis of the plan."""


class Plan(Model):
    """What will be done with the data, decided before they are looked at; see ``analysis.plan.load``."""

    format: Literal["twofold-plan/1"]
    """The version of this grammar."""
    instrument: Annotated[str, Field(min_length=1, max_length=64)]
    """The id of the instrument whose variables the plan names."""
    seed: int = Field(20160930, ge=0)
    """Where all random work starts; the same seed gives the same numbers."""
    alpha: float = Field(0.05, gt=0, lt=1)
    """The level of significance; intervals are at 1 - alpha."""
    derive: Table[Identifier, str] = Field(default_factory=Frozen)
    """New variables by name, such as lonline: log1p(online)."""
    exclude: Row[Exclusion] = ()
    """Rules that leave respondents out."""
    missing: Literal["listwise", "pairwise"] | None = None
    """How correlations treat missing values (pairwise by default); regressions are always listwise."""
    reliability: AllReliability | None = None
    """Reliability of every scale."""
    analyses: Row[Analysis] = ()
    """The analyses, in the order of the report."""
    correction: Correction = Correction()
    """How p values are corrected."""

    def ids(self) -> tuple[str, ...]:
        """The name of each analysis in results: its id, else its kind."""
        return tuple(analysis.id or analysis.kind for analysis in self.analyses)
