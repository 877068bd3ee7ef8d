"""A claim under other choices, as people read it: a row and a point for each, the planned one marked."""

from __future__ import annotations

from math import isnan

from analysis.specifications import Specification, Specifications
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import BOUNDED, COUNT, P, level, show
from reports.table import Column, Interval, Row, Table, Value, words
from reports.text import Rich, joined, marked, said


@dispatch.table.register
def _(result: Specifications, options: Options) -> Table:
    rows = tuple(
        Row(
            (
                words(f"{row.careless}{' (planned)' if row.planned else ''}"),
                words(row.missing),
                words(row.covariates),
                words(row.errors),
                Value(float(row.n), COUNT),
                Value(row.estimate, BOUNDED),
                Interval(row.low, row.high, BOUNDED),
                Value(row.p, P),
            )
        )
        for row in result.rows
    )
    reasons = dict.fromkeys(row.reason for row in result.rows if row.reason)
    return Table(
        title=said(f"Claim {result.analysis} Under Other Choices"),
        columns=(
            Column("careless", said("Careless"), "left"),
            Column("missing", said("Missing"), "left"),
            Column("covariates", said("Covariates"), "left"),
            Column("errors", said("Errors"), "left"),
            Column("n", marked("*n*")),
            Column("estimate", said("Estimate")),
            Column("ci", said(f"{level(1 - result.alpha)} CI")),
            Column("p", marked("*p*")),
        ),
        rows=rows,
        general=joined(
            [
                said(
                    "Each row tests the claim with one combination of choices: who is excluded, how missing values are "
                    "treated, further covariates, and standard errors. Estimates are standardised; p is not corrected."
                ),
                *(said(f"Not applicable, because {reason}.") for reason in reasons),
            ]
        ),
        name=f"specifications-{result.analysis}",
    )


@dispatch.figure.register
def _(result: Specifications, options: Options) -> FigureSpec | None:
    rows = [row for row in result.rows if not isnan(row.estimate)]
    if len(rows) < 2:
        return None
    return Coefficients(
        title=f"Claim {result.analysis} under other choices",
        axis=f"Estimate with {level(1 - result.alpha)} interval",
        points=tuple(Point(_label(row), row.estimate, row.low, row.high, int(not row.planned)) for row in rows),
        name=f"specifications-{result.analysis}",
        series=("as planned", "otherwise") if any(row.planned for row in rows) else (),
    )


def _label(row: Specification) -> str:
    return ", ".join((row.careless, row.missing, row.covariates, row.errors))


def _of(count: int, whole: int) -> str:
    """'none', 'all' or how many."""
    return {0: "none", whole: "all"}.get(count, show(count, COUNT))


@dispatch.prose.register
def _(result: Specifications, options: Options) -> Rich:
    known = [row.estimate for row in result.rows if not isnan(row.estimate)]
    if not known and any(not isnan(row.p) for row in result.rows):
        ps = [row.p for row in result.rows if not isnan(row.p)]
        return said(
            f"Under {show(len(result.rows), COUNT)} combinations of choices p of claim {result.analysis} lay between "
            f"{show(min(ps), P)} and {show(max(ps), P)}."
        )
    if not known:
        return said(
            f"Claim {result.analysis} could be tested under none of {len(result.rows)} combinations of choices."
        )
    return said(
        f"Under {show(len(result.rows), COUNT)} combinations of choices the estimate of claim {result.analysis} lay "
        f"between {show(min(known), BOUNDED)} and {show(max(known), BOUNDED)}, with p below "
        f"{show(result.alpha, BOUNDED)} and the expected direction in {_of(result.holding, len(result.rows))} of them."
    )
