"""Claims of a plan: one p value each, corrected over its family, and whether the data bear the claim out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import atanh, isnan, nan

from scipy import stats

from analysis.adjust import adjust
from analysis.correlation import Correlation, Pair
from analysis.plan.kinds import CorrelationOf, RegressionOf
from analysis.plan.model import Plan
from analysis.plan.parts import Claim as Planned
from analysis.plan.parts import Equivalent
from analysis.regression import Regression
from analysis.result import NotApplicable, Number, Result

INSIDE = 1 - 1e-15
"""The correlation nearest to 1 that Fisher's z can take."""


@dataclass(frozen=True)
class Claim:
    """One claim of one analysis.

    analysis: its id. target: outcome, or the pair. terms: what the claim is about; it holds only if it does for all.
    tier: 'primary' or 'secondary'. expect: 'positive', 'negative', 'difference' or 'equivalent'; margin: for the last.
    p: the largest p of its terms (of two one-sided tests for equivalence). p_family: corrected by ``correction`` over
    the claims of its tier. supported: p_family below alpha, with every estimate in the direction expected.
    """

    analysis: str
    target: str
    terms: tuple[str, ...]
    tier: str
    expect: str
    margin: float
    p: float
    as_expected: bool
    correction: str = "none"
    p_family: float = nan
    supported: bool = False

    def numbers(self) -> tuple[Number, ...]:
        """p_family and supported (1 or 0), with an empty term; nothing where the analysis could not be done."""
        if isnan(self.p):
            return ()
        return (
            Number(self.target, "", "p_family", self.p_family),
            Number(self.target, "", "supported", float(self.supported)),
        )


def claim_of(planned: Planned, name: str, result: Result | NotApplicable) -> Claim:
    """The claim of one analysis, before correction; p is nan where it could not be tested."""
    expect = "equivalent" if isinstance(planned.expect, Equivalent) else planned.expect or "difference"
    margin = planned.expect.equivalent if isinstance(planned.expect, Equivalent) else nan
    tests = _tests(planned, result, margin)
    terms = tuple(term for term, _, _ in tests)
    p = max((p for _, _, p in tests), default=nan)
    if any(isnan(each) for _, _, each in tests):
        p = nan
    sign = {"positive": 1.0, "negative": -1.0}.get(expect, 0.0)
    as_expected = not sign or all(estimate * sign > 0 for _, estimate, _ in tests)
    target = result.outcome if isinstance(result, Regression) else ""
    if isinstance(result, Correlation) and len(terms) == 1:
        target = terms[0]
    return Claim(name, target, terms, planned.tier or "secondary", expect, margin, p, as_expected)


def correct(claims: Sequence[Claim], plan: Plan) -> tuple[Claim, ...]:
    """Correct over each tier, and judge.

    A claim that could not be tested still counts as one of its family, with p = 1: a failure must not make it easier
    for the others. Holm (1979), Scandinavian Journal of Statistics 6; Benjamini & Hochberg (1995), JRSS B 57.
    """
    judged = list(claims)
    for tier, method in (("primary", plan.correction.primary), ("secondary", plan.correction.secondary)):
        places = [i for i, claim in enumerate(claims) if claim.tier == tier]
        corrected = adjust([1.0 if isnan(claims[i].p) else claims[i].p for i in places], method)
        for i, p_family in zip(places, corrected.tolist(), strict=True):
            claim = claims[i]
            supported = not isnan(claim.p) and p_family < plan.alpha and claim.as_expected
            p_family = nan if isnan(claim.p) else p_family
            judged[i] = replace(claim, correction=method, p_family=p_family, supported=supported)
    return tuple(judged)


def _tests(planned: Planned, result: Result | NotApplicable, margin: float) -> list[tuple[str, float, float]]:
    """Term, estimate and p of everything that the claim is about."""
    if isinstance(planned, RegressionOf) and isinstance(result, Regression):
        wanted = planned.tests or planned.blocks[-1]
        rows = [row for row in result.coefficients if row.term in wanted or row.term.partition("[")[0] in wanted]
        if isnan(margin):
            return [(row.term, row.b, row.p) for row in rows]
        return [(row.term, row.beta, _equivalent(row.beta, row.se * row.unit, margin, result.df)) for row in rows]
    if isinstance(planned, CorrelationOf) and isinstance(result, Correlation):
        pairs = [pair for pair in result.pairs if planned.tests is None or pair.name in planned.tests]
        if isnan(margin):
            return [(pair.name, pair.r, pair.p) for pair in pairs]
        return [(pair.name, pair.r, _equivalent_r(pair, margin, result.level)) for pair in pairs]
    return [(term, nan, nan) for term in planned.tests or ("",)]


def _equivalent(estimate: float, se: float, margin: float, df: float) -> float:
    """The larger p of two one-sided t tests that an estimate lies within ±margin (Schuirmann 1987)."""
    return float(stats.t.sf((margin - abs(estimate)) / se, df))


def _equivalent_r(pair: Pair, margin: float, level: float) -> float:
    """The larger p of two one-sided tests that a correlation lies within ±margin, on Fisher's z.

    The standard error is that of the pair's interval: 1 / sqrt(n − 3), or the polychoric's own.
    """
    low, high = (max(-INSIDE, min(bound, INSIDE)) for bound in (pair.ci_low, pair.ci_high))
    if isnan(pair.ci_low) or margin >= 1:
        return nan
    se = (atanh(high) - atanh(low)) / (2 * float(stats.norm.isf((1 - level) / 2)))
    distance = atanh(margin) - atanh(min(abs(pair.r), INSIDE))
    return float(stats.norm.sf(distance / se)) if se > 0 else float(distance < 0)
