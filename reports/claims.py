"""Claims as people read them: what was expected, what was found, and whether the data bear it out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reports.labels import Labels
from reports.numbers import BOUNDED, DECIMAL, P, declared, equals
from reports.table import EMPTY, Cell, Column, Row, Table, Value, section, words
from reports.text import Rich, joined, marked, said

if TYPE_CHECKING:
    from analysis.claims import Claim

MOST = 4
"""A claim of more terms than this is told by its p alone; its table has the estimates."""
EQUIVALENT = (
    "*p*~equiv~ tests that the estimate is smaller than the smallest effect of interest: where it is small, there is "
    "nothing worth speaking of; where both are large, the data do not say."
)
_EXPECTED = {"positive": "positive", "negative": "negative", "difference": "not zero"}


def expected(claim: Claim) -> str:
    """'negative', 'not zero', 'within ±0.10'."""
    if claim.expect == "equivalent":
        return f"within ±{declared(claim.margin)}"
    return _EXPECTED.get(claim.expect, claim.expect)


def about(claim: Claim, labels: Labels) -> str:
    """What a claim is about: 'Reported stress with Psychosocial support', or the pair of a correlation."""
    symbols = {test.symbol for test in claim.tests}
    apart = symbols == {"d"}
    target = claim.target if claim.target and claim.target not in claim.terms else ""
    terms = [term for term in claim.terms if term]
    if symbols and symbols <= {"d", "Δβ", "Δb"}:  # a pair is a difference here, of levels, scores or coefficients
        listed = ", ".join(_less(term, labels) for term in terms)
        target = _less(target, labels)
    else:
        listed, target = ", ".join(labels(term) for term in terms), labels(target) if target else ""
    return f"{target}{': ' if apart else ' with '}{listed}" if target and listed else target or listed


def _less(pair: str, labels: Labels) -> str:
    """'one less the other' of a pair; of a single name its label."""
    return " less ".join(labels(part) for part in pair.split("~")) if pair else ""


def verdict(claim: Claim) -> str:
    """'supported', 'not supported' or 'could not be tested'."""
    if math.isnan(claim.p):
        return "could not be tested"
    return "supported" if claim.supported else "not supported"


def claim_sentence(claim: Claim, labels: Labels) -> Rich:
    """One claim in one sentence: what it is about, what was expected, what was found, the verdict."""
    found = claim.tests
    told = [test for test in found if not math.isnan(test.estimate)]
    numbers = [_estimate(test.symbol, test.estimate) for test in told] if len(found) <= MOST else []
    if not math.isnan(claim.p):
        largest = "largest " if len(claim.terms) > 1 else ""
        numbers.append(marked("{largest}*p* {p}", largest=largest, p=equals(claim.p, P)))
        numbers.append(marked("corrected *p* {p}", p=equals(claim.p_family, P)))
    return marked(
        "**{id}** ({tier}): {about}, expected {expected}: **{verdict}**{numbers}.",
        id=claim.analysis,
        tier=claim.tier,
        about=about(claim, labels),
        expected=expected(claim),
        verdict=verdict(claim),
        numbers=joined([said(" ("), joined(numbers, ", "), said(")")], "") if numbers else "",
    )


def _estimate(symbol: str, value: float) -> Rich:
    if symbol == "r":
        return marked("*r* {value}", value=equals(value, BOUNDED))
    return said(f"{symbol} {equals(value)}")


def claims_table(judged: Sequence[Claim], labels: Labels) -> Table:
    """Every claim in a row, by tier: expectation, estimate, p, corrected p, verdict."""
    rows: list[Row] = []
    beside = any(not math.isnan(claim.p_equivalent) for claim in judged)
    for tier in ("primary", "secondary"):
        found = [claim for claim in judged if claim.tier == tier]
        rows += [section(f"{tier.capitalize()} claims")] if found else []
        rows += [_row(claim, labels, beside) for claim in found]
    return Table(
        title=said("Claims of the Plan"),
        columns=(
            Column("claim", said("Claim"), "left"),
            Column("expected", said("Expected"), "left"),
            Column("estimate", said("Estimate")),
            Column("p", marked("*p*")),
            Column("p_family", marked("*p*~corr~")),
            *((Column("p_equivalent", marked("*p*~equiv~")),) if beside else ()),
            Column("verdict", said("Verdict"), "left"),
        ),
        rows=tuple(rows),
        general=joined(
            [
                marked("Estimate = β of a regression, *r* of a correlation, *d* between two groups."),
                marked("*p*~corr~ is corrected over the claims of a tier."),
                marked("A claim of several terms takes its largest *p*, and holds only if it does for each of them."),
                *((marked(EQUIVALENT),) if beside else ()),
            ]
        ),
        name="claims",
    )


def _row(claim: Claim, labels: Labels, beside: bool) -> Row:
    single: Cell = EMPTY
    if len(claim.tests) == 1:
        single = Value(claim.tests[0].estimate, BOUNDED if claim.tests[0].symbol == "r" else DECIMAL)
    cells = [
        words(f"{claim.analysis}: {about(claim, labels)}"),
        words(expected(claim)),
        single,
        Value(claim.p, P),
        Value(claim.p_family, P),
        *((Value(claim.p_equivalent, P),) if beside else ()),
        words(verdict(claim)),
    ]
    return Row(tuple(cells), indent=1)
