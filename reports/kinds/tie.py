"""Models of ties as people read them: which of the two numbers it is stands in table and sentence."""

from __future__ import annotations

import math

from analysis.tie import INTERCEPT, Term, Ties
from analysis.tie.result import FAMILIES
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import BOUNDED, COUNT, DEGREES, P, Style, equals, interval, level, measured, show
from reports.table import EMPTY, Cell, Column, Interval, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

MOST_SAID = 8


def _row(row: Term, result: Ties, style: Style, options: Options) -> Row:
    cells: list[Cell] = [
        words(options.labels(row.term)),
        Value(row.b, style),
        Value(row.se, style),
        Interval(row.ci_low, row.ci_high, style),
    ]
    if result.family != "gaussian":
        cells.append(EMPTY if math.isnan(row.odds_ratio) else Value(row.odds_ratio))
    cells += [Value(row.df, DEGREES)] if _by_t(result) else []
    return Row((*cells, Value(row.z), Value(row.p, P)))


def _by_t(result: Ties) -> bool:
    return math.isfinite(result.terms[0].df)


@dispatch.table.register
def _(result: Ties, options: Options) -> Table:
    style = measured([row.se for row in result.terms])
    columns = (
        Column("term", said("Predictor"), "left"),
        Column("b", marked("*b*")),
        Column("se", marked("*SE*")),
        Column("ci", said(f"{level(result.level)} CI")),
        *([Column("odds_ratio", said("OR"))] if result.family != "gaussian" else []),
        *([Column("df", marked("*df*"))] if _by_t(result) else []),
        Column("z", marked("*t*" if _by_t(result) else "*z*")),
        Column("p", marked("*p*")),
    )
    return Table(
        title=said(f"Ties Within Respondents: {options.labels(result.outcome)}"),
        columns=columns,
        rows=tuple(_row(row, result, style, options) for row in result.terms),
        general=joined(_general(result, options)),
        name=f"tie-{result.outcome}",
    )


def _general(result: Ties, options: Options) -> list[Rich]:
    left = f" ({show(result.dropped, COUNT)} left out because a value was missing)" if result.dropped else ""
    parts = [
        said(f"{show(result.n, COUNT)} ties of {show(result.n_groups, COUNT)} respondents{left}."),
        said(f"{result.method}."),
        said(f"The outcome is {FAMILIES[result.family]}."),
    ]
    if not math.isnan(result.correlation):
        parts.append(said(f"Working correlation {show(result.correlation, BOUNDED)}."))
    if not math.isnan(result.var_group):
        parts.append(said(f"Variance of respondents' intercepts {show(result.var_group)}."))
    if not math.isnan(result.loglik):
        parts.append(said(f"Log likelihood {show(result.loglik)}."))
    if result.centred:
        parts.append(said("Within = deviation from the respondent's mean; between = that mean."))
    references = [
        f"{options.labels(name)} ({options.labels.levels.get((name, first), first)})"
        for name, first in (result.references or {}).items()
    ]
    parts += [said(f"Categories are compared with: {'; '.join(references)}.")] if references else []
    return [*parts, *(said(note) for note in result.notes)]


@dispatch.figure.register
def _(result: Ties, options: Options) -> FigureSpec | None:
    rows = [row for row in result.terms if row.term != INTERCEPT]
    if len(rows) < 3:  # one predictor within and between is two numbers, not a figure
        return None
    points = tuple(Point(options.labels(row.term), row.b, row.ci_low, row.ci_high) for row in rows)
    what = "Coefficient" if result.family == "gaussian" else "Logarithm of the odds ratio"
    axis = f"{what} with {level(result.level)} confidence interval ({result.model})"
    title = f"What goes with {options.labels(result.outcome)} of a tie"
    return Coefficients(title, axis, points, name=f"tie-{result.outcome}")


@dispatch.prose.register
def _(result: Ties, options: Options) -> Rich:
    start = (
        f"A {result.model} model of {options.labels(result.outcome)}, over {show(result.n, COUNT)} ties of "
        f"{show(result.n_groups, COUNT)} respondents."
    )
    rows = [row for row in result.terms if row.term != INTERCEPT]
    return joined([said(start), *(_sentence(result, row, options) for row in rows[:MOST_SAID])])


def _sentence(result: Ties, row: Term, options: Options) -> Rich:
    """What one term says: an association and its direction, never a cause."""
    outcome, name = options.labels(result.outcome), options.labels(row.term)
    way = "higher" if row.b > 0 else "lower"
    what = outcome if result.family == "gaussian" else f"odds of {outcome}"
    if not row.p < options.alpha:
        start = f"{name} was not clearly associated with {what}"
    elif row.term.partition("[")[0] in (result.references or {}):
        start = f"{name} was associated with {way} {what} than the reference"
    else:
        start = f"Higher {name} was associated with {way} {what}"
    style = measured([row.se])
    odds = "" if math.isnan(row.odds_ratio) else f", OR {equals(row.odds_ratio)}"
    test = "*t*({df}) {z}" if math.isfinite(row.df) else "*z* {z}"
    return marked(
        f"{{start}}: *b* {{b}}, {{share}} CI {{ci}}{{odds}}, {test}, *p* {{p}}.",
        start=start,
        b=equals(row.b, style),
        share=level(result.level),
        ci=interval(row.ci_low, row.ci_high, style),
        odds=odds,
        df=show(row.df, DEGREES) if math.isfinite(row.df) else "",
        z=equals(row.z),
        p=equals(row.p, P),
    )
