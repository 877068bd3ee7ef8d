"""Mixed models as people read them: fixed part and variances in one table, coefficients and group intercepts drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from analysis.mixed import INTERCEPT, Effect, Mixed
from analysis.mixed.parts import CONTEXTUAL
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import BETA, BOUNDED, COUNT, DEGREES, P, Style, equals, interval, level, measured, show
from reports.table import EMPTY, Cell, Column, Interval, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

MOST_DRAWN = 40
"""Of more groups the figure shows so many, evenly by rank."""
MOST_SAID = 8


def _row(row: Effect, result: Mixed, style: Style, options: Options) -> Row:
    cells: list[Cell] = [
        words(options.labels(row.term)),
        Value(row.b, style),
        Value(row.se, style),
        Interval(row.ci_low, row.ci_high, style),
        EMPTY if math.isnan(row.beta) else Value(row.beta, BETA),
        Value(row.df, DEGREES),
        Value(row.t),
        Value(row.p, P),
    ]
    cells += [Value(row.fmi, BOUNDED)] if result.missing == "mi" else []
    return Row(tuple(cells))


def _variances(result: Mixed, width: int, options: Options) -> list[Row]:
    """The random part, in the column of estimates."""
    style = measured([result.var_group, result.var_resid])
    group = options.labels(result.group)
    rows: list[tuple[str, float, Style]] = [(f"Variance of intercepts ({group})", result.var_group, style)]
    if result.slope:
        small = measured([result.var_slope])
        rows.append((f"Variance of slopes of {options.labels(result.slope)}", result.var_slope, small))
        if not math.isnan(result.slope_r):
            rows.append(("Correlation of slopes and intercepts", result.slope_r, BOUNDED))
    rows.append(("Residual variance", result.var_resid, style))
    blank: list[Cell] = [EMPTY] * (width - 2)
    return [Row((words(name), Value(value, how), *blank)) for name, value, how in rows]


@dispatch.table.register
def _(result: Mixed, options: Options) -> Table:
    style = measured([row.se for row in result.effects])
    columns = (
        Column("term", said("Predictor"), "left"),
        Column("b", marked("*b*")),
        Column("se", marked("*SE*")),
        Column("ci", said(f"{level(result.level)} CI")),
        Column("beta", said("β")),
        Column("df", marked("*df*")),
        Column("t", marked("*t*")),
        Column("p", marked("*p*")),
        *([Column("fmi", said("FMI"))] if result.missing == "mi" else []),
    )
    rows = [_row(row, result, style, options) for row in (*result.effects, *result.contextual)]
    return Table(
        title=said(f"Mixed Model Predicting {options.labels(result.outcome)}"),
        columns=columns,
        rows=(*rows, *_variances(result, len(columns), options)),
        general=joined(_general(result, options)),
        name=f"mixed-{result.outcome}",
    )


def _general(result: Mixed, options: Options) -> list[Rich]:
    left = f" ({show(result.dropped, COUNT)} left out because a value was missing)" if result.dropped else ""
    low, high = show(result.size_min, COUNT), show(result.size_max, COUNT)
    size = low if low == high else f"{low} to {high}"
    parts = [
        marked(
            "*N* = {n} in {groups} groups ({group}) of {size}{left}.",
            n=show(result.n, COUNT),
            groups=show(result.n_groups, COUNT),
            group=options.labels(result.group),
            size=size,
            left=left,
        ),
        said(f"{result.method}."),
        marked(
            "ICC = {icc}; *R*^2^ marginal (fixed part) {marginal}, conditional (with groups) {conditional}.",
            icc=show(result.icc, BOUNDED),
            marginal=equals(result.r2_marginal, BOUNDED),
            conditional=equals(result.r2_conditional, BOUNDED),
        ),
    ]
    if not math.isnan(result.loglik):
        parts.append(marked("Restricted log likelihood {value}.", value=equals(result.loglik)))
    if result.contextual:
        parts.append(
            said("Within = deviation from the group's mean; between = that mean; contextual = between − within.")
        )
    references = [
        f"{options.labels(name)} ({options.labels.levels.get((name, first), first)})"
        for name, first in (result.references or {}).items()
    ]
    parts += [said(f"Categories are compared with: {'; '.join(references)}.")] if references else []
    parts += [said(note) for note in result.notes]
    parts.append(said("CI = confidence interval of b by t with its own degrees of freedom; β = b · SD(x) / SD(y)."))
    return parts


def _coefficients(result: Mixed, options: Options) -> Coefficients | None:
    rows = [row for row in result.effects if row.term != INTERCEPT]
    if len(rows) < 2:
        return None
    points = tuple(
        Point(options.labels(row.term), row.beta, row.ci_low * row.unit, row.ci_high * row.unit) for row in rows
    )
    title = f"Predictors of {options.labels(result.outcome)} in a mixed model"
    axis = f"Standardised coefficient β with {level(result.level)} confidence interval"
    note = "The interval is that of b, in units of β."
    return Coefficients(title, axis, points, note=note, name=f"mixed-{result.outcome}")


def _caterpillar(result: Mixed, options: Options) -> Coefficients | None:
    """Each group's intercept, from the lowest to the highest; groups go by their rank, so that none is named."""
    if len(result.groups) < 2 or result.var_group == 0:
        return None
    ranked = sorted(result.groups, key=lambda group: group.intercept)
    count = len(ranked)
    most = min(count, MOST_DRAWN)
    places = sorted({round(i * (count - 1) / (most - 1)) for i in range(most)})
    z = 1.959963984540054
    points = tuple(
        Point(
            f"Rank {i + 1}", ranked[i].intercept, ranked[i].intercept - z * ranked[i].se,
            ranked[i].intercept + z * ranked[i].se,
        )
        for i in reversed(places)
    )  # fmt: skip
    group, outcome = options.labels(result.group), options.labels(result.outcome)
    some = f" {MOST_DRAWN} of {show(count, COUNT)} groups, evenly by rank." if count > MOST_DRAWN else ""
    note = f"Intercepts are drawn towards the mean, the more so the smaller a group is.{some}"
    title = f"Where each group ({group}) stands in {outcome}"
    axis = "Intercept of the group less the general one, with 95% interval"
    return Coefficients(title, axis, points, note=note, name=f"mixed-{result.outcome}-groups")


@dispatch.figure.register
def _(result: Mixed, options: Options) -> FigureSpec | None:
    return _coefficients(result, options) or _caterpillar(result, options)


def drawn(results: Sequence[Any], options: Options) -> tuple[FigureSpec, ...]:
    """The coefficients and the groups of each model."""
    found = [(_coefficients(one, options), _caterpillar(one, options)) for one in results if isinstance(one, Mixed)]
    return tuple(figure for pair in found for figure in pair if figure is not None)


dispatch.DRAWN["mixed"] = drawn


@dispatch.prose.register
def _(result: Mixed, options: Options) -> Rich:
    whole = marked(
        "In {groups} groups ({group}, *N* = {n}) the fixed part accounted for {marginal} of the variance in {outcome},"
        " and together with the groups for {conditional}; {icc} of what the predictors left lay between groups.",
        groups=show(result.n_groups, COUNT),
        group=options.labels(result.group),
        n=show(result.n, COUNT),
        outcome=options.labels(result.outcome),
        marginal=show(result.r2_marginal, Style("percent", 1)),
        conditional=show(result.r2_conditional, Style("percent", 1)),
        icc=show(result.icc, Style("percent", 1)),
    )
    rows = [row for row in (*result.effects, *result.contextual) if row.term != INTERCEPT]
    parts = [whole, *(_sentence(result, row, options) for row in rows[:MOST_SAID])]
    parts += [said(note) for note in result.notes if "singular" in note]
    return joined(parts)


def _sentence(result: Mixed, row: Effect, options: Options) -> Rich:
    """What one term says, others held equal: an association and its direction, never a cause."""
    outcome, name = options.labels(result.outcome), options.labels(row.term)
    found = row.p < options.alpha
    way = "higher" if row.b > 0 else "lower"
    if row.term.endswith(f"[{CONTEXTUAL}]"):
        of = options.labels(row.term.partition("[")[0])
        start = f"Between groups {of} was associated with {way} {outcome} than within them" if found else (
            f"The coefficients of {of} between and within groups did not clearly differ"
        )  # fmt: skip
    elif not found:
        start = f"{name} was not clearly associated with {outcome}"
    elif row.term.split("[")[0] in (result.references or {}):
        start = f"{name} was associated with {way} {outcome} than the reference"
    else:
        start = f"Higher {name} was associated with {way} {outcome}"
    style = measured([row.se])
    return marked(
        "{start}: *b* {b}, {share} CI {ci}, *t*({df}) {t}, *p* {p}.",
        start=start,
        b=equals(row.b, style),
        share=level(result.level),
        ci=interval(row.ci_low, row.ci_high, style),
        df=show(row.df, DEGREES),
        t=equals(row.t),
        p=equals(row.p, P),
    )
