"""Claims of a plan: one p value each, corrected over its family, and whether the data bear the claim out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isnan, nan, sqrt

from analysis.adjust import adjust
from analysis.plan.model import Plan
from analysis.plan.parts import Claim as Planned
from analysis.plan.parts import Equivalent
from analysis.result import NotApplicable, Number, Result, Test, Testable


@dataclass(frozen=True)
class Claim:
    """One claim of one analysis.

    analysis: its id. target: outcome, or the pair. terms: what the claim is about; it holds only if it does for all.
    tier: 'primary' or 'secondary'. expect: 'positive', 'negative', 'difference' or 'equivalent'; margin: for the last.
    p: the largest p of its terms (of two one-sided tests for equivalence). p_family: corrected by ``correction`` over
    the claims of its tier. supported: p_family below alpha, with every estimate in the direction expected.
    p_equivalent: the largest p of two one-sided tests that each term is smaller than the smallest effect of interest
    (``smallest``, of each term on the scale of its estimate); nan where the plan names none that fits.
    """

    analysis: str
    target: str
    terms: tuple[str, ...]
    tier: str
    expect: str
    margin: float
    p: float
    as_expected: bool
    tests: tuple[Test, ...] = ()
    correction: str = "none"
    p_family: float = nan
    supported: bool = False
    p_equivalent: float = nan
    smallest: tuple[float, ...] = ()

    def numbers(self) -> tuple[Number, ...]:
        """p_family and supported (1 or 0), with an empty term; nothing where the analysis could not be done."""
        if isnan(self.p):
            return ()
        found = (
            Number(self.target, "", "p_family", self.p_family),
            Number(self.target, "", "supported", float(self.supported)),
        )
        return (
            found if isnan(self.p_equivalent) else (*found, Number(self.target, "", "p_equivalent", self.p_equivalent))
        )


def claim_of(planned: Planned, name: str, result: Result | NotApplicable) -> Claim:
    """The claim of one analysis, before correction; p is nan where it could not be tested."""
    expect = "equivalent" if isinstance(planned.expect, Equivalent) else planned.expect or "difference"
    margin = planned.expect.equivalent if isinstance(planned.expect, Equivalent) else nan
    tests = result.tests(planned.about) if isinstance(result, Testable) else ()
    ps = [test.p if isnan(margin) else test.p_equivalent(margin) for test in tests]
    p = nan if any(isnan(each) for each in ps) else max(ps, default=nan)
    sign = {"positive": 1.0, "negative": -1.0}.get(expect, 0.0)
    as_expected = not sign or all(test.estimate * sign > 0 for test in tests)
    targets = {test.target for test in tests}
    target = targets.pop() if len(targets) == 1 else "" if tests else planned.subject
    terms = tuple(test.term for test in tests) or planned.tests or ("",)
    return Claim(name, target, terms, planned.tier or "secondary", expect, margin, p, as_expected, tests)


def with_smallest(claim: Claim, plan: Plan, result: Result | NotApplicable) -> Claim:
    """A claim with the test that what it is about is smaller than the plan's smallest effect of interest.

    Of a product the share of variance that is of interest is turned into the coefficient that would explain just that:
    β √(r2_change / sr²), as sr² grows with the square of β (Lakens 2017 for the two one-sided tests).
    """
    smallest = plan.smallest
    if smallest is None or isinstance(result, NotApplicable) or not claim.tests:
        return claim
    shares = {(n.target, n.term): n.value for n in result.numbers() if n.statistic in ("sr2", "r2_change")}
    margins: list[float] = []
    for test in claim.tests:
        margin = smallest.beta if test.symbol in ("β", "r") else None
        share = shares.get((test.target, test.term), nan)
        if ":" in test.term:
            known = smallest.r2_change is not None and share > 0 and test.symbol == "β"
            margin = abs(test.estimate) * sqrt((smallest.r2_change or nan) / share) if known else None
        if margin is None:
            return claim
        margins.append(margin)
    ps = [test.p_equivalent(margin) for test, margin in zip(claim.tests, margins, strict=True)]
    worst = nan if any(isnan(p) for p in ps) else max(ps)
    return replace(claim, p_equivalent=worst, smallest=tuple(margins))


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
