"""Claims as people read them: what was expected, what was found, and whether the data bear it out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from analysis.correlation import Correlation
from analysis.regression import Regression
from analysis.result import NotApplicable
from reports.labels import Labels
from reports.numbers import BOUNDED, DECIMAL, P, equals, show
from reports.table import EMPTY, Cell, Column, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

if TYPE_CHECKING:
    from analysis.claims import Claim
    from analysis.findings import Finding

MOST = 4
"""A claim of more terms than this is told by its p alone; its table has the estimates."""
_EXPECTED = {"positive": "positive", "negative": "negative", "difference": "not zero"}


def expected(claim: Claim) -> str:
    """'negative', 'not zero', 'within ±0.10'."""
    if claim.expect == "equivalent":
        return f"within ±{show(claim.margin, DECIMAL)}"
    return _EXPECTED.get(claim.expect, claim.expect)


def about(finding: Finding, claim: Claim, labels: Labels) -> str:
    """What a claim is about: 'Reported stress and Psychosocial support'."""
    terms = [labels(term) for term in claim.terms if term]
    listed = ", ".join(terms)
    if finding.kind == "regression":
        result = finding.results[0]
        outcome = claim.target or (result.outcome if isinstance(result, Regression) else "")
        outcome = outcome or (result.target if isinstance(result, NotApplicable) else "")
        return f"{labels(outcome)} with {listed}" if outcome and listed else labels(outcome) or listed
    return listed or labels(claim.target)


def estimates(finding: Finding, claim: Claim) -> list[tuple[str, float]]:
    """The symbol and the value of each estimate that the claim rests on: β of a coefficient, r of a pair."""
    result = finding.results[0] if finding.results else None
    if isinstance(result, Regression):
        return [("β", result.coefficient(term).beta) for term in claim.terms]
    if isinstance(result, Correlation):
        return [("r", pair.r) for pair in result.pairs if pair.name in claim.terms]
    return []


def verdict(claim: Claim) -> str:
    """'supported', 'not supported' or 'could not be tested'."""
    if math.isnan(claim.p):
        return "could not be tested"
    return "supported" if claim.supported else "not supported"


def claim_sentence(finding: Finding, claim: Claim, labels: Labels) -> Rich:
    """One claim in one sentence: what it is about, what was expected, what was found, the verdict."""
    found = estimates(finding, claim)
    numbers = [_estimate(symbol, value) for symbol, value in found] if len(found) <= MOST else []
    if not math.isnan(claim.p):
        largest = "largest " if len(claim.terms) > 1 else ""
        numbers.append(marked("{largest}*p* {p}", largest=largest, p=equals(claim.p, P)))
        numbers.append(marked("corrected *p* {p}", p=equals(claim.p_family, P)))
    return marked(
        "{id} ({tier}): {about}, expected {expected}: **{verdict}**{numbers}.",
        id=claim.analysis,
        tier=claim.tier,
        about=about(finding, claim, labels),
        expected=expected(claim),
        verdict=verdict(claim),
        numbers=joined([said(" ("), joined(numbers, ", "), said(")")], "") if numbers else "",
    )


def _estimate(symbol: str, value: float) -> Rich:
    if symbol == "r":
        return marked("*r* {value}", value=equals(value, BOUNDED))
    return said(f"{symbol} {equals(value)}")


def claims_table(judged: Sequence[tuple[Finding, Claim]], labels: Labels) -> Table:
    """Every claim in a row: expectation, estimate, p, corrected p, verdict."""
    rows = []
    for finding, claim in judged:
        found = estimates(finding, claim)
        single: Cell = EMPTY
        if len(found) == 1:
            single = Value(found[0][1], BOUNDED if found[0][0] == "r" else DECIMAL)
        rows.append(
            Row(
                (
                    words(f"{claim.analysis}: {about(finding, claim, labels)}"),
                    words(claim.tier),
                    words(expected(claim)),
                    single,
                    Value(claim.p, P),
                    Value(claim.p_family, P),
                    words(verdict(claim)),
                )
            )
        )
    return Table(
        title=said("Claims of the Plan"),
        columns=(
            Column("claim", said("Claim"), "left"),
            Column("tier", said("Tier"), "left"),
            Column("expected", said("Expected"), "left"),
            Column("estimate", said("Estimate")),
            Column("p", marked("*p*")),
            Column("p_family", marked("*p*~corr~")),
            Column("verdict", said("Verdict"), "left"),
        ),
        rows=tuple(rows),
        general=joined(
            [
                marked("Estimate = β of a regression, *r* of a correlation."),
                marked("*p*~corr~ is corrected over the claims of a tier."),
                marked("A claim of several terms takes its largest *p*, and holds only if it does for each of them."),
            ]
        ),
        name="claims",
    )
