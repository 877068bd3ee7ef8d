"""A primary claim under other choices that one could have made: careless × missing × covariates × errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import atanh, isfinite, isnan, nan, tanh
from typing import Any, ClassVar

import pandas as pd
from scipy import stats

from analysis.claims import claim_of
from analysis.findings import Finding
from analysis.plan.kinds import Analysis
from analysis.plan.model import Plan
from analysis.plan.parts import Claim, Imputation, Robust
from analysis.prepared import Prepared
from analysis.result import INSIDE, NotApplicable, Number, Test

PLANNED = "planned"


@dataclass(frozen=True)
class Specification:
    """One way to test a claim, and what it gave; of a claim of several terms the one with the largest p.

    careless, missing, covariates, errors: the choices. planned: whether these are the plan's own. n: cases, 0 where it
    could not be tested; reason: why not. estimate, low, high: on the scale of ``symbol``.
    """

    careless: str
    missing: str
    covariates: str
    errors: str
    planned: bool
    term: str
    symbol: str
    n: int
    estimate: float
    low: float
    high: float
    p: float
    reason: str = ""

    @property
    def name(self) -> str:
        """The choices as results name them."""
        return f"{self.careless}|{self.missing}|{self.covariates}|{self.errors}"


@dataclass(frozen=True)
class Specifications:
    """All specifications of one claim. alpha: of the plan; expect: the direction claimed."""

    kind: ClassVar[str] = "specifications"
    analysis: str
    target: str
    expect: str
    alpha: float
    rows: tuple[Specification, ...]
    notes: tuple[str, ...] = ()

    @property
    def holding(self) -> int:
        """How many have p below alpha and the direction claimed (uncorrected: this is a check, no new claim)."""
        sign = {"positive": 1.0, "negative": -1.0}.get(self.expect, 0.0)
        return sum(row.p < self.alpha and (not sign or row.estimate * sign > 0) for row in self.rows)

    def numbers(self) -> tuple[Number, ...]:
        """term: the choices, 'careless|missing|covariates|errors'."""
        return tuple(
            Number(self.target, row.name, statistic, value)
            for row in self.rows
            for statistic, value in (
                ("spec_estimate", row.estimate),
                ("spec_low", row.low),
                ("spec_high", row.high),
                ("spec_p", row.p),
                ("spec_n", float(row.n)),
            )
            if not isnan(value)
        )

    def frame(self) -> pd.DataFrame:
        """One row a specification."""
        return pd.DataFrame([vars(row) for row in self.rows])

    def tests(self, terms: Sequence[str] | None) -> tuple[Test, ...]:
        """None: the claim rests on the planned analysis."""
        return ()


def with_specifications(
    findings: Sequence[Finding],
    planned: Sequence[tuple[str, Analysis]],
    used: Prepared,
    whole: Prepared | None,
) -> list[Finding]:
    """The findings with a table of specifications beside each primary claim that has such choices.

    used: the respondents without those excluded. whole: all of them; None where nobody is excluded.
    """
    plan = used.plan
    claims = {
        finding.id: analysis
        for finding, (_, analysis) in zip(findings, planned, strict=True)
        if finding.claim is not None and finding.claim.tier == "primary" and isinstance(analysis, Claim)
    }
    robust = plan.robustness
    if robust is None:
        return list(findings)
    planned_missing = "mi" if plan.treatment == "mi" else "listwise"
    rows: dict[str, list[Specification]] = {name: [] for name in claims}
    for who, missing in product(robust.careless if whole is not None else ("excluded",), robust.missing):
        data = whole if who == "everyone" and whole is not None else used
        for name, analysis in claims.items():
            for covariates, errors in _choices(analysis, robust):
                own = who == "excluded" and missing == planned_missing and errors == PLANNED
                own = own and not robust.covariates.get(covariates, ())
                varied = _varied(analysis, robust.covariates.get(covariates, ()), errors)
                (outcome, *_) = data.analyse(name, varied, _missing(plan, missing), brief=True)
                found = claim_of(varied, name, outcome)
                rows[name].append(_row((who, missing, covariates, errors), own, found.tests, outcome, 1 - plan.alpha))
    return [
        finding
        if finding.id not in rows or finding.claim is None
        else replace(
            finding,
            results=(
                *finding.results,
                Specifications(
                    finding.id, finding.claim.target, finding.claim.expect, plan.alpha, tuple(rows[finding.id])
                ),
            ),
        )
        for finding in findings
    ]


def _choices(analysis: Any, robust: Robust) -> list[tuple[str, str]]:
    """The sets of covariates and the errors that an analysis can take."""
    takes = bool(getattr(analysis, "blocks", None)) or hasattr(analysis, "covariates")
    sets = list(robust.covariates) if takes and robust.covariates else [PLANNED]
    own = hasattr(analysis, "errors") and not getattr(analysis, "latent", False)
    errors = list(robust.errors) if own else [PLANNED]
    return list(product(sets, errors))


def _varied(analysis: Any, covariates: Sequence[str], errors: str) -> Any:
    """An analysis with further covariates, and with other errors."""
    further = tuple(name for name in covariates if name not in analysis.related)
    changes: dict[str, Any] = {} if errors == PLANNED else {"errors": errors}
    if further and getattr(analysis, "blocks", None):
        changes |= {"blocks": (further, *analysis.blocks), "tests": analysis.about}
    elif further and hasattr(analysis, "covariates"):
        changes |= {"covariates": (*analysis.covariates, *further)}
    return analysis.model_copy(update=changes)


def _missing(plan: Plan, missing: str) -> Any:
    if missing == "listwise":
        return "listwise"
    return plan.missing if isinstance(plan.missing, Imputation) else "mi"


def _row(
    choices: tuple[str, str, str, str],
    planned: bool,
    tests: Sequence[Test],
    outcome: Any,
    level: float,
) -> Specification:
    if isinstance(outcome, NotApplicable) or not tests:
        reason = outcome.reason if isinstance(outcome, NotApplicable) else "the analysis has no such term"
        return Specification(*choices, planned, "", "", 0, nan, nan, nan, nan, reason)
    worst = max(tests, key=lambda test: -1.0 if isnan(test.p) else test.p)
    low, high = bounds(worst, level)
    cases = {n.term: int(n.value) for n in outcome.numbers() if n.statistic == "n" and n.target == worst.target}
    n = cases.get("", cases.get(worst.term, 0))  # a contrast of outcomes counts the cases of its predictor
    return Specification(*choices, planned, worst.term, worst.symbol, n, worst.estimate, low, high, worst.p)


def bounds(test: Test, level: float) -> tuple[float, float]:
    """The interval of an estimate from its error and degrees of freedom; on Fisher's z for a correlation."""
    if not test.se > 0:
        return nan, nan
    by = float(stats.t.isf((1 - level) / 2, test.df)) if isfinite(test.df) else float(stats.norm.isf((1 - level) / 2))
    if test.fisher:
        z = atanh(max(-INSIDE, min(INSIDE, test.estimate)))
        return tanh(z - by * test.se), tanh(z + by * test.se)
    return test.estimate - by * test.se, test.estimate + by * test.se
