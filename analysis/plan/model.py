"""The plan: which analyses are run on which variables, as frozen types (the file format ``twofold-plan/1``)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from analysis.plan.kinds import Analysis
from analysis.plan.parts import AllReliability, Correction, Exclusion, Imputation, Imputing, Robust, Smallest
from survey.instrument.frozen import Frozen, Model, Row, Table
from survey.instrument.model import Identifier


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
    wave: int | None = Field(None, ge=0)
    """In data of several waves: the one that analyses are of which name none; imputation is of that wave alone."""
    derive: Table[Identifier, str] = Field(default_factory=Frozen)
    """New variables by name, such as lonline: log1p(online)."""
    exclude: Row[Exclusion] = ()
    """Rules that leave respondents out."""
    missing: Literal["listwise", "pairwise", "fiml", "mi"] | Imputation | None = None
    """listwise, pairwise (correlations; regressions are listwise), fiml, or mi: {mi: {imputations: 20}}."""
    reliability: AllReliability | None = None
    """Reliability of every scale."""
    analyses: Row[Analysis] = ()
    """The analyses, in the order of the report."""
    correction: Correction = Correction()
    """How p values are corrected."""
    smallest: Smallest | None = None
    """The smallest effects of interest: {beta: 0.10, r2_change: 0.005}."""
    robustness: Robust | None = None
    """Under what else the primary claims are tested; {} for the defaults."""

    @property
    def imputing(self) -> Imputing | None:
        """How missing answers are imputed, where they are."""
        if isinstance(self.missing, Imputation):
            return self.missing.mi
        return Imputing.model_validate({}) if self.missing == "mi" else None

    @property
    def treatment(self) -> Literal["listwise", "pairwise", "fiml", "mi"] | None:
        """How missing values are treated; None where the plan does not say."""
        return "mi" if isinstance(self.missing, Imputation) else self.missing

    def ids(self) -> tuple[str, ...]:
        """The name of each analysis in results: its id, else its kind."""
        return tuple(analysis.id or analysis.kind for analysis in self.analyses)
