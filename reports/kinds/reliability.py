"""Reliability as people read it: one table of scales, a table of items for each, and sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from analysis.reliability import ItemReliability, Reliability
from analysis.result import NotApplicable
from reports import dispatch
from reports.dispatch import Options, not_applicable
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import BOUNDED, COUNT, DECIMAL, interval, level, show
from reports.table import Cell, Column, Interval, Row, Table, Value, message, words
from reports.text import Rich, joined, marked, said

_ASKED: dict[str, tuple[Rich, Rich]] = {
    "alpha_std": (marked("α~std~"), marked("α~std~ = alpha of standardised items.")),
    "alpha_ordinal": (marked("α~ord~"), marked("α~ord~ = alpha of polychoric correlations.")),
    "lambda2": (marked("λ~2~"), marked("λ~2~ = Guttman's lambda 2.")),
    "lambda6": (marked("λ~6~"), marked("λ~6~ = Guttman's lambda 6.")),
    "lambda4": (marked("λ~4~"), marked("λ~4~ = Guttman's lambda 4, the best split half.")),
    "omega_total": (marked("ω~t~"), marked("ω~t~ = omega of the general and three group factors together.")),
    "omega_h": (marked("ω~h~"), marked("ω~h~ = omega of the general factor above three group factors.")),
    "sem": (marked("*SEM*"), marked("*SEM* = standard error of measurement, in units of the score.")),
}
"""Columns that are printed when asked for: head and note."""


def bounds(result: Reliability) -> tuple[float, float, str]:
    """The interval to print and what it is called: bootstrapped where there is one, else Feldt's."""
    if result.resamples:
        name = "BCa bootstrap" if result.interval == "bca" else "percentile bootstrap"
        text = f"{name}, {show(result.resamples, COUNT)} resamples"
        return result.alpha_boot_low, result.alpha_boot_high, text
    way = "Bonett's method, pooled over imputations" if result.missing == "mi" else "Feldt's method"
    return result.alpha_low, result.alpha_high, way


def _row(result: Reliability, asked: list[str], options: Options) -> Row:
    low, high, _ = bounds(result)
    cells: list[Cell] = [
        words(options.labels(result.scale)),
        Value(len(result.items), COUNT),
        Value(result.n, COUNT),
        Value(result.mean),
        Value(result.sd),
        Value(result.alpha, BOUNDED),
        Interval(low, high, BOUNDED),
        Value(result.omega, BOUNDED),
        Interval(result.omega_low, result.omega_high, BOUNDED),
        Value(result.mean_inter_item_r, BOUNDED),
    ]
    for name in asked:
        value = getattr(result, name)
        cells.append(Value(math.nan if value is None else value, DECIMAL if name == "sem" else BOUNDED))
    return Row(tuple(cells))


def scale_table(results: Sequence[Reliability | NotApplicable], options: Options) -> Table:
    """All scales in one table: k, n, M, SD, alpha with its interval, omega, mean correlation of the items."""
    done = [result for result in results if isinstance(result, Reliability)]
    asked = [name for name in _ASKED if name in options.asked]
    share = level(done[0].level) if done else "95%"
    columns = (
        Column("scale", said("Scale"), "left"),
        Column("k", marked("*k*")),
        Column("n", marked("*n*")),
        Column("mean", marked("*M*")),
        Column("sd", marked("*SD*")),
        Column("alpha", said("α")),
        Column("alpha_ci", said(f"{share} CI")),
        Column("omega", said("ω")),
        Column("omega_ci", said(f"{share} CI")),
        Column("mean_inter_item_r", marked("*r*~ii~")),
        *(Column(name, _ASKED[name][0]) for name in asked),
    )
    rows = tuple(
        _row(result, asked, options)
        if isinstance(result, Reliability)
        else message(options.labels(result.target), not_applicable(result.reason))
        for result in results
    )
    only = f" of {options.labels(done[0].scale)}" if len(results) == 1 and done else " of the Scales"
    table = Table(said(f"Reliability{only}"), columns, rows, name="reliability")
    notes = [said(note) for note in done[0].notes] if len(results) == 1 and done else []
    notes = notes if len(results) == 1 else [_left_out(done, options)]
    return replace(table, general=joined([_general(done, asked), *notes])) if done else table


def _left_out(done: list[Reliability], options: Options) -> Rich:
    """How many cases each scale went without."""
    dropped = [f"{show(one.dropped, COUNT)} ({options.labels(one.scale)})" for one in done if one.dropped]
    if any(one.missing == "pairwise" for one in done):
        return said("Pairwise: every pair of answers counts; omega rests on the complete cases.")
    if any(one.missing == "mi" for one in done):
        m = next(one.imputations for one in done if one.missing == "mi")
        return said(f"Pooled over {m} imputed data sets; what is not α or ω is an average over them.")
    return said(f"Left out because an answer was missing: {', '.join(dropped) or 'none'}.")


def _general(done: list[Reliability], asked: list[str]) -> Rich:
    methods = "; ".join(dict.fromkeys(bounds(result)[2] for result in done))
    cases = "cases" if any(result.missing != "listwise" for result in done) else "complete cases"
    share = level(done[0].level)
    return joined(
        [
            marked("*k* = number of items; *n* = {cases} used; α = Cronbach's alpha;", cases=cases),
            marked(
                "CI = {share} confidence interval, of α by {methods}, of ω by the delta method on the logit;",
                share=share,
                methods=methods,
            ),
            marked("ω = McDonald's omega of a one-factor model; *r*~ii~ = mean correlation of the items."),
            marked("*M* and *SD* are of the score of those cases."),
            *(_ASKED[name][1] for name in asked),
        ]
    )


def item_table(result: Reliability, options: Options) -> Table:
    """The items of one scale: M, SD, corrected item–total correlation, loading; alpha if dropped on request."""
    dropped = "alpha_if_dropped" in options.asked
    turned = [item.item for item in result.items if (result.scale, item.item) in options.labels.reversed_items]
    columns = (
        Column("item", said("Item"), "left"),
        Column("mean", marked("*M*")),
        Column("sd", marked("*SD*")),
        Column("r_drop", marked("*r*~drop~")),
        Column("loading", said("Loading")),
        *([Column("alpha_if_dropped", said("α if dropped"))] if dropped else []),
    )
    general = [
        marked("*n* = {n}.", n=show(result.n, COUNT)),
        marked("*r*~drop~ = correlation of the item with the sum of the other items;"),
        said("loading = standardised loading in a one-factor model."),
    ]
    general += [said(note) for note in result.notes]
    general += [said("R = reverse-scored; its numbers are those after reversing.")] if turned else []
    return Table(
        title=said(f"Items of {options.labels(result.scale)}"),
        columns=columns,
        rows=tuple(_item(item, item.item in turned, dropped, options) for item in result.items),
        general=joined(general),
        name=f"items-{result.scale}",
    )


def _item(item: ItemReliability, turned: bool, dropped: bool, options: Options) -> Row:
    text = options.labels.wording(item.item) + (" (R)" if turned else "")
    cells: list[Cell] = [words(text), Value(item.mean), Value(item.sd)]
    cells += [Value(item.r_drop, BOUNDED), Value(item.loading, DECIMAL if abs(item.loading) > 1 else BOUNDED)]
    cells += [Value(item.alpha_if_dropped, BOUNDED)] if dropped else []
    return Row(tuple(cells))


def together(results: Sequence[Reliability | NotApplicable], options: Options) -> tuple[Table, ...]:
    """The table of scales and then a table of items for each."""
    scales = scale_table(results, options)
    return (scales, *(item_table(result, options) for result in results if isinstance(result, Reliability)))


def drawn(results: Sequence[Reliability | NotApplicable], options: Options) -> tuple[FigureSpec, ...]:
    """Alpha with its interval and omega, scale by scale."""
    done = [result for result in results if isinstance(result, Reliability)]
    if len(done) < 2:
        return ()
    points: list[Point] = []
    for result in done:
        low, high, _ = bounds(result)
        points.append(Point(options.labels(result.scale), result.alpha, low, high))
    share = level(done[0].level)
    title = "Cronbach's alpha of the scales"
    axis = f"Cronbach's α with {share} confidence interval"
    return (Coefficients(title, axis, tuple(points), reference=math.nan, name="reliability"),)


@dispatch.table.register
def _(result: Reliability, options: Options) -> Table:
    return scale_table([result], options)


@dispatch.figure.register
def _(result: Reliability, options: Options) -> FigureSpec | None:
    points = tuple(Point(options.labels.wording(item.item), item.r_drop) for item in result.items)
    title = f"Correlation of each item of {options.labels(result.scale)} with the others"
    axis = "Correlation with the sum of the other items"
    return Coefficients(title, axis, points, reference=0.0, name=f"items-{result.scale}")


@dispatch.prose.register
def _(result: Reliability, options: Options) -> Rich:
    low, high, method = bounds(result)
    text = marked(
        "{scale} ({k} items, *n* = {n}): Cronbach's α = {alpha}, {share} CI {ci} ({method})",
        scale=options.labels(result.scale),
        k=show(len(result.items), COUNT),
        n=show(result.n, COUNT),
        alpha=show(result.alpha, BOUNDED),
        share=level(result.level),
        ci=interval(low, high, BOUNDED),
        method=method,
    )
    if math.isnan(result.omega):
        return joined([text, said(".")], "")
    omega = marked("; McDonald's ω = {omega}", omega=show(result.omega, BOUNDED))
    if math.isnan(result.omega_low):
        return joined([text, omega, said(".")], "")
    ends = interval(result.omega_low, result.omega_high, BOUNDED)
    return joined([text, omega, marked(", {share} CI {ci}.", share=level(result.level), ci=ends)], "")


dispatch.TOGETHER[Reliability.kind] = together
dispatch.DRAWN[Reliability.kind] = drawn
