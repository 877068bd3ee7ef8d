"""What the parts of a plan share: names of variables, rules of exclusion, what every analysis may say of itself."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from survey.instrument.frozen import Model, Table
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


class Longer(Model):
    """Beyond which length."""

    above: int = Field(ge=1)
    """The longest run of the same answer that is allowed."""


class Lower(Model):
    """Under which consistency."""

    below: float = Field(ge=-1, le=1)
    """The correlation under which a respondent is excluded."""


class Higher(Model):
    """Over which consistency."""

    above: float = Field(ge=-1, le=1)
    """The correlation over which a respondent is excluded."""


class Rule(Model):
    """One index of careless answering and its limit; exactly one of the keys."""

    checks_failed: AtLeast | None = None
    """Instructed items answered, but not as instructed."""
    seconds_per_item: Below | None = None
    """Average time an item took, in seconds."""
    longstring: Longer | None = None
    """Longest run of the same answer; by itself it never excludes, only joined with another index."""
    irv: Below | None = None
    """Standard deviation of a person's answers."""
    even_odd: Lower | None = None
    """Consistency of the even with the odd items over scales; 1 is consistent."""
    mahalanobis_p: Below | None = None
    """p of the Mahalanobis distance from the average of all."""
    psychsyn: Lower | None = None
    """Correlation within a person over pairs of items that go together; 1 is consistent."""
    psychant: Higher | None = None
    """The same over pairs of items that are opposites; -1 is consistent."""
    duplicate: Literal[True] | None = None
    """All answers the same as those of a respondent before; the first of them stays."""

    @property
    def index(self) -> str:
        """The index that the rule goes by."""
        return next(name for name in RULES if getattr(self, name) is not None)

    @property
    def limit(self) -> tuple[float, bool]:
        """The limit of an index that has one, and whether more (True) or less than it excludes."""
        limit = getattr(self, self.index)
        return (float(limit.above), True) if isinstance(limit, Longer | Higher) else (float(limit.below), False)


RULES: tuple[str, ...] = tuple(Rule.model_fields)
"""The indices that a rule can go by."""


class Exclusion(Rule):
    """One rule that leaves respondents out before anything is scored: one index, or two that must both apply."""

    and_: Rule | None = Field(None, alias="and")
    """A second index that must apply as well."""


class Imputing(Model):
    """How missing answers are imputed."""

    imputations: int = Field(20, ge=2, le=1000)
    """How many completed data sets."""
    iterations: int = Field(10, ge=1, le=1000)
    """Rounds of the chain behind each of them."""
    donors: int = Field(5, ge=1, le=100)
    """Cases of which one gives its value, in predictive mean matching."""
    auxiliary: Annotated[tuple[Variable, ...], Field(strict=False)] = ()
    """Variables that no analysis has, but that help to predict what is missing."""


class Imputation(Model):
    """Multiple imputation: {mi: {imputations: 20}}."""

    mi: Imputing
    """Its settings; {} for those by default."""


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


class Smallest(Model):
    """The smallest effects of interest: beside every claim stands a test that what it is about is smaller than that."""

    beta: float | None = Field(None, gt=0)
    """A standardised coefficient, or a correlation."""
    r2_change: float | None = Field(None, gt=0, lt=1)
    """Of a product: the share of variance that it explains beyond all else in the model."""


class Robust(Model):
    """What the primary claims are tested under as well: every combination makes a row of a table."""

    careless: Annotated[tuple[Literal["excluded", "everyone"], ...], Field(strict=False, min_length=1)] = (
        "excluded",
        "everyone",
    )
    """excluded: without those whom the plan excludes; everyone: with them."""
    missing: Annotated[tuple[Literal["listwise", "mi"], ...], Field(strict=False, min_length=1)] = ("listwise",)
    """listwise: complete cases; mi: multiple imputation, as the plan sets it or by default."""
    covariates: Table[Identifier, Annotated[tuple[Variable, ...], Field(strict=False)]] = Field(
        {}, validate_default=True
    )
    """Sets of further covariates by name: {without: [], background: [age, gender]}; by default none further."""
    errors: Annotated[tuple[Literal["planned", "classical", "HC3"], ...], Field(strict=False, min_length=1)] = (
        "planned",
    )
    """Standard errors; planned: as the analysis says."""


class ClusterErrors(Model):
    """Standard errors for respondents who come in groups."""

    cluster: Variable
    """The field that holds the groups."""


class Common(Model):
    """What every analysis may say of itself."""

    id: Identifier | None = None
    """Its name in results; by default its kind."""
    where: str | None = None
    """A condition: only respondents for whom it holds are used."""
    wave: int | Literal["all"] | None = None
    """In data of several waves: the one that this analysis is of, or all; by default the plan's."""

    @property
    def related(self) -> tuple[str, ...]:
        """Variables that the analysis relates to each other: what imputation must predict each from."""
        return ()

    @property
    def described(self) -> tuple[str, ...]:
        """Variables that are looked at one by one: imputed too, but no predictors for that."""
        return ()

    @property
    def interactions(self) -> tuple[tuple[str, str, str], ...]:
        """Outcome and the two factors of each product in the model: imputation must know of them."""
        return ()

    @property
    def imputable(self) -> bool:
        """Whether the analysis can be pooled over imputations."""
        return bool(self.related or self.described)

    @property
    def subject(self) -> str:
        """The variable that the analysis is about, for titles and for the target of a failure; '' where it has none."""
        return ""


class Claim(Common):
    """An analysis that can test a claim."""

    tier: Literal["primary", "secondary"] | None = None
    """The family of claims over which its p value is corrected; secondary by default."""
    tests: Variables | None = None
    """The terms that the claim is about; by default the last block, or every pair."""
    expect: Literal["positive", "negative", "difference"] | Equivalent | None = None
    """The direction that would support the claim."""

    @property
    def about(self) -> tuple[str, ...] | None:
        """The terms that the claim is about; None for all that the analysis tests."""
        return self.tests

    @property
    def is_claim(self) -> bool:
        """Whether the plan says anything of what is to be found."""
        return self.tier is not None or self.tests is not None or self.expect is not None
