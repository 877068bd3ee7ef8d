"""The tests behind the claims of a tier in one table, whatever the kinds: an estimate a row, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import isinf, nan
from typing import TYPE_CHECKING

from analysis.contrast import Contrast
from analysis.regression import Regression
from analysis.result import NotApplicable
from reports.claims import about
from reports.labels import Labels
from reports.numbers import BETA, BOUNDED, COUNT, DEGREES, P, level, measured
from reports.table import EMPTY, Cell, Column, Interval, Row, Table, Value, words
from reports.text import joined, marked, said

if TYPE_CHECKING:
    from analysis.findings import Finding


def told_whole(finding: Finding) -> bool:
    """Whether its row and its sentence hold all that its own table would: one coefficient, or one difference."""
    one = finding.results[0] if finding.claim is not None and finding.results else None
    return isinstance(one, Contrast) or (isinstance(one, Regression) and len(one.coefficients) == 2)


def table_of_tests(findings: Sequence[Finding], tier: str, labels: Labels, alpha: float) -> Table | None:
    """Each test of each claim of a tier; None where there is none."""
    rows = [row for finding in findings for row in _rows(finding, labels)]
    if not rows:
        return None
    return Table(
        title=said(f"Tests of the {tier.capitalize()} Claims"),
        columns=(
            Column("test", said("Test"), "left"),
            Column("n", marked("*n*")),
            Column("estimate", said("Estimate")),
            Column("se", marked("*SE*")),
            Column("ci", said(f"{level(1 - alpha)} CI")),
            Column("std", said("β")),
            Column("t", marked("*t*")),
            Column("df", marked("*df*")),
            Column("p", marked("*p*")),
        ),
        rows=tuple(rows),
        general=joined(
            [
                marked(
                    "Estimate = *b* of a model, *r* of a correlation, or a difference; CI = its confidence interval."
                ),
                marked("Where there are no degrees of freedom, *t* is a *z*."),
                marked("*p* is that of a zero, before correction; Table 1 has the verdicts."),
            ]
        ),
        name=f"tests-{tier}",
    )


def _rows(finding: Finding, labels: Labels) -> list[Row]:
    claim, result = finding.claim, finding.results[0] if finding.results else None
    if claim is None or result is None or isinstance(result, NotApplicable):
        return []
    numbers = {(one.target, one.term, one.statistic): one.value for one in result.numbers()}
    rows = []
    for test in claim.tests:
        own = "" if test.term == test.target else test.term  # a pair is a target alone

        def of(*names: str, target: str = test.target, term: str = own) -> float:
            return next((numbers[target, term, name] for name in names if (target, term, name) in numbers), nan)

        correlated = test.symbol == "r"
        se = of("se")
        style = BOUNDED if correlated else measured([se])
        n, df = of("n"), of("df")
        n = numbers.get((test.target, "", "n"), nan) if n != n else n
        df = test.df if df != df else df
        estimate = of("b", "r", "indirect")
        cells: list[Cell] = [
            words(f"{finding.id}: {about(replace(claim, target=test.target, terms=(test.term,)), labels)}"),
            Value(n, COUNT) if n == n else EMPTY,
            Value(estimate if estimate == estimate else test.estimate, style),
            Value(se, style) if se == se else EMPTY,
            Interval(of("ci_low"), of("ci_high"), style),
            Value(test.estimate, BETA) if test.symbol == "β" else EMPTY,
            Value(of("t", "z")) if of("t", "z") == of("t", "z") else EMPTY,
            EMPTY if isinf(df) else Value(df, DEGREES),
            Value(test.p, P),
        ]
        rows.append(Row(tuple(cells)))
    return rows
