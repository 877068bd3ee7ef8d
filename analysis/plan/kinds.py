"""The kinds of analysis that a plan can ask for, each with its keys."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from analysis.plan.kinds_nested import MixedOf, NetworkOf, TieOf
from analysis.plan.kinds_paths import MediationOf, ModerationOf
from analysis.plan.kinds_regression import (
    CompareOf,
    ContrastOf,
    CountOf,
    DominanceOf,
    GroupErrors,
    LogisticOf,
    OrdinalOf,
    RegressionOf,
    ResponseSurfaceOf,
    errors_of,
)
from analysis.plan.parts import AllReliability, Claim, Common, Exclusion, Method, Variable, Variables
from survey.instrument.frozen import Row
from survey.instrument.model import Identifier

__all__ = [
    "AgreementOf",
    "Analysis",
    "CfaOf",
    "CompareOf",
    "ContrastOf",
    "CorrelationOf",
    "CountOf",
    "DescriptivesOf",
    "DominanceOf",
    "DyadOf",
    "FactorOf",
    "GroupErrors",
    "InvarianceOf",
    "LogisticOf",
    "MediationOf",
    "MissingOf",
    "MixedOf",
    "ModerationOf",
    "NetworkOf",
    "OrdinalOf",
    "PanelOf",
    "RegressionOf",
    "ReliabilityOf",
    "ResponseSurfaceOf",
    "RetestOf",
    "ScreeningOf",
    "errors_of",
]  # fmt: skip


EVERY = "*"
"""Among what is described: every scale that is not formative."""


class DescriptivesOf(Common):
    """Means, spreads and shapes."""

    kind: Literal["descriptives"]
    """The kind of analysis."""
    variables: Variables
    """What is described."""

    @property
    def described(self) -> tuple[str, ...]:
        """The variables."""
        return self.variables


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
    partial: Variables | None = None
    """Variables that are held constant (partial correlations); not with polychoric."""

    @property
    def related(self) -> tuple[str, ...]:
        """The variables, and what is held constant."""
        return (*self.variables, *(self.partial or ()))


class ReliabilityOf(AllReliability, Common):
    """Alpha, omega and their relatives of one or more scales."""

    kind: Literal["reliability"]
    """The kind of analysis."""

    @property
    def described(self) -> tuple[str, ...]:
        """The scales, unless it says how missing answers are treated; EVERY for all of them."""
        if "missing" in self.model_fields_set:
            return ()
        return (EVERY,) if self.scales == "all" else self.scales


class AgreementOf(Common):
    """Whether the scores of people in groups may stand for their groups."""

    kind: Literal["agreement"]
    """The kind of analysis."""
    scale: Variable
    """A scale, or a single item or field that is a number."""
    group: Variable
    """The field that holds the groups."""
    null: Literal["uniform", "slightly_skewed"] | Annotated[float, Field(gt=0)] = "uniform"
    """How answers would vary by chance: uniform, slightly_skewed, or a variance in squared units of an item."""

    @property
    def subject(self) -> str:
        return self.scale

    @property
    def described(self) -> tuple[str, ...]:
        """The scale."""
        return (self.scale,)


class RetestOf(Common):
    """Whether a scale gives the same people the same scores in another wave."""

    kind: Literal["retest"]
    """The kind of analysis."""
    scale: Variable
    """A scale, or a single item or field that is a number."""
    waves: Annotated[tuple[int, ...], Field(strict=False, min_length=2)] = (1, 2)
    """The numbers of the waves, in their order."""

    @property
    def subject(self) -> str:
        return self.scale

    @property
    def described(self) -> tuple[str, ...]:
        """The scale."""
        return (self.scale,)


class FactorOf(Common):
    """Exploratory factor analysis: how many factors items have, and which."""

    kind: Literal["factor"]
    """The kind of analysis."""
    items: Annotated[tuple[Variable, ...], Field(strict=False, min_length=3)] | None = None
    """Items or other numbers, as they were answered; three or more."""
    scales: Literal["all"] | Variables | None = None
    """In place of items: the items of these scales, reversed where their keys say so; all: of every scale that is not
    formative."""
    n_factors: int | None = Field(None, ge=1, le=50)
    """How many factors; by default as many as the parallel analysis suggests."""
    method: Literal["minres", "ml"] = "minres"
    """minres: minimum residuals; ml: maximum likelihood."""
    rotate: Literal["oblimin", "varimax", "none"] = "oblimin"
    """oblimin: the factors may correlate; varimax: they may not."""
    correlation: Literal["pearson", "polychoric"] = "pearson"
    """polychoric: for ordered answers."""
    missing: Literal["listwise", "pairwise"] = "listwise"
    """listwise: complete cases; pairwise: every pair of answers."""
    parallel: Literal["components", "factors"] = "components"
    """By what the parallel analysis judges: components, or the eigenvalues left by one factor."""

    @property
    def described(self) -> tuple[str, ...]:
        """The items or scales, unless it says how missing answers are treated."""
        if "missing" in self.model_fields_set:
            return ()
        return (EVERY,) if self.scales == "all" else (self.scales or self.items or ())


class ScreeningOf(Common):
    """How carefully each respondent answered, whom rules leave out, and what difference that makes."""

    kind: Literal["screening"]
    """The kind of analysis."""
    rules: Row[Exclusion] | None = None
    """Rules to look at; by default the plan's own 'exclude'. Rules here leave nobody out."""


class CfaOf(Common):
    """Whether the items of scales hang together as the scales say: confirmatory factor analysis."""

    kind: Literal["cfa"]
    """The kind of analysis."""
    scales: Variables
    """The scales; each is a factor."""
    estimator: Literal["ml", "mlr", "fiml", "wlsmv"] = "ml"
    """ml; mlr: robust errors and test; fiml: all answers count; wlsmv: the answers are ordered categories."""
    missing: Literal["listwise", "fiml"] | None = None
    """fiml: all answers count, for mlr as well; by default as the plan says, else listwise."""
    second_order: Identifier | None = None
    """A name for one factor above those of the scales (three or more), in place of their correlations."""
    method_factor: Literal["reversed"] | Variables | None = None
    """reversed, or a list of items: they share a factor of their own, without correlation with the scales."""
    rival: bool = False
    """Whether one factor for the items of all scales is fitted beside it."""

    @property
    def described(self) -> tuple[str, ...]:
        """The scales, unless it says how missing answers are treated."""
        return () if self.missing is not None else self.scales


class InvarianceOf(Common):
    """Whether the items of scales measure the same in several groups, or in several waves."""

    kind: Literal["invariance"]
    """The kind of analysis."""
    scales: Variables
    """The scales; each is a factor."""
    group: Variable | None = None
    """The field or choice item that holds the groups."""
    waves: Annotated[tuple[int, ...], Field(strict=False, min_length=2)] | None = None
    """In place of a group: the numbers of the waves, in their order; the same people in each."""
    estimator: Literal["ml", "mlr", "fiml", "wlsmv"] = "ml"
    """ml; mlr: robust test; fiml: all answers count; wlsmv: the answers are ordered categories."""
    free: Annotated[tuple[Variable, ...], Field(strict=False)] = ()
    """Items whose loading, thresholds, intercept and residual variance may differ between groups or waves (partial
    invariance)."""
    collapse: bool = False
    """Of wlsmv: whether an answer that nobody in some group or wave gave is joined with the one beside it, in all."""

    @property
    def described(self) -> tuple[str, ...]:
        """The scales, over groups."""
        return self.scales if self.waves is None else ()


class MissingOf(Common):
    """What is missing: shares, reasons, patterns, and Little's test."""

    kind: Literal["missing"]
    """The kind of analysis."""
    variables: Literal["all"] | Variables = "all"
    """all: everything that respondents were asked; or a list of variables."""


class PanelOf(Claim):
    """Two variables over waves: which of them comes before the other."""

    kind: Literal["panel"]
    """The kind of analysis."""
    x: Annotated[tuple[Variable, ...], Field(strict=False, min_length=2)]
    """One variable in the order of the waves: [support@1, support@2]."""
    y: Annotated[tuple[Variable, ...], Field(strict=False, min_length=2)]
    """The other in the same waves."""
    covariates: Annotated[tuple[Variable, ...], Field(strict=False)] = ()
    """Numbers that stand for the whole time, such as age."""
    equal: bool = False
    """Whether the paths from wave to wave are held equal over time."""
    times: Annotated[tuple[float, ...], Field(strict=False, min_length=2)] | None = None
    """When the waves were, for growth; by default 0, 1, 2, …."""


class DyadOf(Claim):
    """What people's own values do, and those of their partners: the actor-partner interdependence model."""

    kind: Literal["dyad"]
    """The kind of analysis."""
    outcome: Variable
    """What is explained: a number."""
    predictors: Variables
    """Numbers; each has an actor and a partner effect."""
    dyad: Variable
    """The field that says who belong together."""
    role: Variable | None = None
    """A field or choice of two values that tells the members apart (mentor, protégé); left out where nothing does."""
    resamples: int = Field(5000, ge=0, le=1_000_000)
    """Resamples of dyads for the interval of k; 0 for none."""

    @property
    def related(self) -> tuple[str, ...]:
        """The outcome and the predictors."""
        return (self.outcome, *self.predictors)

    @property
    def subject(self) -> str:
        return self.outcome

    @property
    def about(self) -> tuple[str, ...]:
        return self.tests or self.predictors


Analysis = Annotated[
    DescriptivesOf
    | MissingOf
    | ScreeningOf
    | CorrelationOf
    | ReliabilityOf
    | AgreementOf
    | RetestOf
    | FactorOf
    | CfaOf
    | InvarianceOf
    | RegressionOf
    | ModerationOf
    | MediationOf
    | MixedOf
    | PanelOf
    | NetworkOf
    | DyadOf
    | LogisticOf
    | OrdinalOf
    | CountOf
    | TieOf
    | ContrastOf
    | CompareOf
    | DominanceOf
    | ResponseSurfaceOf,
    Field(discriminator="kind"),
]
"""One analysis of the plan."""
