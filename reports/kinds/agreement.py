"""Agreement as people read it: the intraclass correlations, then agreement by each null distribution."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.agreement import Agreement, ByNull
from analysis.result import NotApplicable
from reports import dispatch
from reports.dispatch import Options, bare
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import BOUNDED, COUNT, DECIMAL, DEGREES, P, equals, measured, show
from reports.table import Cell, Column, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

_NULLS = {"uniform": "uniform", "slightly_skewed": "slightly skewed", "given": "as the plan gives it"}


@dispatch.table.register
def _(result: Agreement, options: Options) -> Table:
    columns = (
        Column("null", said("Null distribution"), "left"),
        Column("variance", marked("σ²")),
        Column("rwg_mean", said("Mean"), spanner=marked("*r*~WG~ of the score")),
        Column("rwg_median", said("Median"), spanner=marked("*r*~WG~ of the score")),
        Column("rwgj_mean", said("Mean"), spanner=marked("*r*~WG(J)~ of the items")),
        Column("rwgj_median", said("Median"), spanner=marked("*r*~WG(J)~ of the items")),
    )
    several = result.items > 1
    return Table(
        title=said(f"Agreement on {options.labels(result.scale)} Within {options.labels(result.group)}"),
        columns=columns if several else columns[:4],
        rows=tuple(_row(one, several) for one in result.nulls),
        general=joined([*_general(result), *(said(note) for note in result.notes)]),
        name=f"agreement-{result.scale}",
    )


def _row(one: ByNull, several: bool) -> Row:
    cells: list[Cell] = [words(_NULLS[one.null].capitalize()), Value(one.variance)]
    cells += [Value(one.rwg_mean, BOUNDED), Value(one.rwg_median, BOUNDED)]
    cells += [Value(one.rwgj_mean, BOUNDED), Value(one.rwgj_median, BOUNDED)] if several else []
    return Row(tuple(cells))


def _general(result: Agreement) -> list[Rich]:
    said_of = [
        marked(
            "{groups} groups of {size}, *n* = {n}. σ² = variance of an answer by chance.",
            groups=show(result.groups, COUNT),
            size=_size(result),
            n=show(result.n, COUNT),
        )
    ]
    if not math.isnan(result.ad_mean):
        style = measured([result.ad_mean])
        said_of.append(
            marked(
                "The average deviation from a group's mean is {ad}, in units of {what}.",
                ad=show(result.ad_mean, style),
                what="an item" if result.items > 1 else "the score",
            )
        )
    return said_of


def _size(result: Agreement) -> str:
    low, high = show(result.size_min, COUNT), show(result.size_max, COUNT)
    return low if low == high else f"{low} to {high} members"


@dispatch.figure.register
def _(result: Agreement, options: Options) -> FigureSpec | None:
    points = []
    for one in result.nulls:
        named = _NULLS[one.null].capitalize()
        if not math.isnan(one.rwg_mean):
            points.append(Point(f"{named}: score", one.rwg_mean))
        if not math.isnan(one.rwgj_mean):
            points.append(Point(f"{named}: items", one.rwgj_mean, series=1))
    if not points:
        return None
    title = f"Agreement on {options.labels(result.scale)} by what chance would give"
    axis = "Mean agreement of groups (1 = all alike)"
    return Coefficients(title, axis, tuple(points), reference=math.nan, name=f"agreement-{result.scale}")


@dispatch.prose.register
def _(result: Agreement, options: Options) -> Rich:
    main = result.main
    parts = [
        marked(
            "{scale} in {groups} groups ({group}, *n* = {n}): ICC(1) = {icc1}, ICC(2) = {icc2},",
            scale=options.labels(result.scale),
            groups=show(result.groups, COUNT),
            group=options.labels(result.group),
            n=show(result.n, COUNT),
            icc1=show(result.icc1, BOUNDED),
            icc2=show(result.icc2, BOUNDED if abs(result.icc2) <= 1 else DECIMAL),
        ),
        marked(
            "*F*({df1}, {df2}) {f}, *p* {p}.",
            df1=show(result.df1, DEGREES),
            df2=show(result.df2, DEGREES),
            f=equals(result.f),
            p=equals(result.p, P),
        ),
    ]
    if not math.isnan(main.rwgj_mean):
        parts.append(
            marked(
                "Against a {null} null distribution the mean *r*~WG(J)~ was {mean} (median {median}).",
                null=_named(main),
                mean=show(main.rwgj_mean, BOUNDED),
                median=show(main.rwgj_median, BOUNDED),
            )
        )
    elif not math.isnan(main.rwg_mean):
        parts.append(
            marked(
                "Against a {null} null distribution the mean *r*~WG~ was {mean} (median {median}).",
                null=_named(main),
                mean=show(main.rwg_mean, BOUNDED),
                median=show(main.rwg_median, BOUNDED),
            )
        )
    if not math.isnan(result.omega_within):
        parts.append(
            marked(
                "McDonald's ω was {within} within groups and {between} between them.",
                within=show(result.omega_within, BOUNDED if abs(result.omega_within) <= 1 else DECIMAL),
                between=show(result.omega_between, BOUNDED if abs(result.omega_between) <= 1 else DECIMAL),
            )
        )
    return joined(parts)


def _named(main: ByNull) -> str:
    return f"given (σ² = {show(main.variance)})" if main.null == "given" else _NULLS[main.null]


def together(results: Sequence[Agreement | NotApplicable], options: Options) -> tuple[Table, ...]:
    """A table for each result."""
    return tuple(
        dispatch.table(result, options)
        if isinstance(result, Agreement)
        else bare(result.kind, result.target, result.reason, options)
        for result in results
    )


dispatch.TOGETHER[Agreement.kind] = together
