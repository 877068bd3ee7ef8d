"""Descriptive statistics as people read them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.descriptives import Description, Descriptives
from analysis.result import NotApplicable
from reports import dispatch
from reports.dispatch import Options, bare
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import COUNT, DECIMAL, Style, measured, show
from reports.table import Column, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

_COLUMNS: tuple[tuple[str, Rich], ...] = (
    ("n", marked("*n*")),
    ("missing", said("Missing")),
    ("mean", marked("*M*")),
    ("sd", marked("*SD*")),
    ("median", marked("*Mdn*")),
    ("min", said("Min")),
    ("max", said("Max")),
    ("skew", said("Skew")),
    ("kurtosis", said("Kurtosis")),
)


def _styles(variables: Sequence[Description]) -> dict[str, Style]:
    """Counts as counts; whole medians and ends without decimals; else as many as the smallest SD needs."""
    fine = measured([one.sd for one in variables])
    styles = {name: DECIMAL for name, _ in _COLUMNS} | {"n": COUNT, "missing": COUNT, "mean": fine, "sd": fine}
    for name in ("median", "min", "max"):
        values = [getattr(one, name) for one in variables]
        whole = all(value == round(value) for value in values if math.isfinite(value))
        styles[name] = COUNT if whole else fine
    return styles


@dispatch.table.register
def _(result: Descriptives, options: Options) -> Table:
    styles = _styles(result.variables)
    rows = tuple(
        Row(
            (
                words(options.labels(one.variable)),
                *(Value(float(getattr(one, name)), styles[name]) for name, _ in _COLUMNS),
            )
        )
        for one in result.variables
    )
    note = "Missing = cases without a value; skew and kurtosis are bias-corrected (0 for a normal distribution)."
    return Table(
        title=said("Descriptive Statistics"),
        columns=(Column("variable", said("Variable"), "left"), *(Column(name, head) for name, head in _COLUMNS)),
        rows=rows,
        general=joined([marked("*n* = cases with a value;"), said(note), *(said(more) for more in result.notes)]),
        name="descriptives",
    )


@dispatch.figure.register
def _(result: Descriptives, options: Options) -> FigureSpec | None:
    points = tuple(
        Point(options.labels(one.variable), one.mean, one.mean - one.sd, one.mean + one.sd) for one in result.variables
    )
    return Coefficients("Means", "Mean, and one standard deviation to each side", points, math.nan, name="means")


@dispatch.prose.register
def _(result: Descriptives, options: Options) -> Rich:
    parts = [
        marked(
            "{variable} had a mean of {mean} (*SD* = {sd}, *n* = {n}).",
            variable=options.labels(one.variable),
            mean=show(one.mean, measured([one.sd])),
            sd=show(one.sd, measured([one.sd])),
            n=show(one.n, COUNT),
        )
        for one in result.variables[:6]
    ]
    more = len(result.variables) - len(parts)
    return joined([*parts, said(f"The table has {more} more.") if more else ()])


def together(results: Sequence[Descriptives | NotApplicable], options: Options) -> tuple[Table, ...]:
    """A table for each result."""
    return tuple(
        dispatch.table(result, options)
        if isinstance(result, Descriptives)
        else bare(result.kind, result.target, result.reason, options)
        for result in results
    )


def drawn(results: Sequence[Descriptives | NotApplicable], options: Options) -> tuple[FigureSpec, ...]:
    """None: means of variables in different units do not belong on one axis."""
    return ()


dispatch.TOGETHER[Descriptives.kind] = together
dispatch.DRAWN[Descriptives.kind] = drawn
