"""Findings: what a plan found in a data set, the one thing that reports are made from."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan

import pandas as pd

from analysis.claims import Claim
from analysis.imputation import Imputations
from analysis.names import NOT_APPLICABLE
from analysis.plan.model import Plan
from analysis.result import NotApplicable, Result
from analysis.scoring import Scored
from survey.instrument.model import Instrument

COLUMNS = ("analysis", "kind", "target", "term", "statistic", "value")
"""The columns of ``results.csv``; the first five are unique together."""


@dataclass(frozen=True)
class Finding:
    """What one analysis of the plan gave: a result, or one a scale for reliability, or why there is none.

    tier: 'primary', 'secondary' or '' where the analysis makes no claim. planned: whether it stood in the plan.
    """

    id: str
    kind: str
    tier: str
    planned: bool
    results: tuple[Result | NotApplicable, ...]
    claim: Claim | None = None


@dataclass(frozen=True)
class Findings:
    """All that came of a plan.

    source: what was read. n_read: respondents read; excluded: (reason, count) in the order of the rules, each
    respondent counted once; n_used: respondents left. scored: their scores. imputed: their imputed scores.
    """

    plan: Plan
    instrument: Instrument
    source: str
    n_read: int
    excluded: tuple[tuple[str, int], ...]
    n_used: int
    scored: Scored
    analyses: tuple[Finding, ...]
    notes: tuple[str, ...]
    seed: int
    imputed: Imputations | None = None

    def frame(self) -> pd.DataFrame:
        """Every number: analysis, kind, target, term, statistic, value (float64), as ``results.csv`` has them.

        A number that does not exist has no row; an analysis that could not be done has one, ``not_applicable``, with
        a missing value.
        """
        rows = []
        for finding in self.analyses:
            numbers = [number for result in finding.results for number in result.numbers()]
            numbers += finding.claim.numbers() if finding.claim is not None else ()
            rows += [
                (finding.id, finding.kind, number.target, number.term, number.statistic, number.value)
                for number in numbers
                if number.statistic == NOT_APPLICABLE or not isnan(number.value)
            ]
        return pd.DataFrame(rows, columns=list(COLUMNS)).astype({"value": "float64"})

    def failures(self) -> tuple[tuple[str, NotApplicable], ...]:
        """Id of the analysis and reason, of all that could not be done."""
        return tuple((f.id, r) for f in self.analyses for r in f.results if isinstance(r, NotApplicable))
