"""Contrasts, dominance and response surfaces as people read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from analysis.contrast import Contrast, Part
from analysis.dominance import Dominance
from analysis.surface import MEANING, ResponseSurface
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Coefficients, Contour, FigureSpec, Point
from reports.numbers import (
    BOUNDED,
    COUNT,
    DEGREES,
    PERCENT,
    P,
    decimals,
    declared,
    equals,
    interval,
    level,
    measured,
    show,
)
from reports.table import EMPTY, Column, Interval, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

POINTS = 41
"""Of a surface's picture, along each axis."""


def _cases(n: int, dropped: int) -> Rich:
    left = f"{show(dropped, COUNT)} left out because a value was missing" if dropped else "none left out"
    return marked("*N* = {n} ({left}).", n=show(n, COUNT), left=left)


def _pooled(missing: str, imputations: int) -> list[Rich]:
    return [said(f"Pooled over {imputations} imputed data sets.")] if missing == "mi" else []


def _part(part: Part, options: Options) -> str:
    outcome = options.labels(part.target)
    return f"{options.labels(part.term)} (on {outcome})" if part.term else outcome


@dispatch.table.register
def _(result: Contrast, options: Options) -> Table:
    style = measured([result.se])
    about = "Mean" if result.which == "paired" else "Coefficient"
    head = f"{about} over the SD of the difference" if result.standardised and result.which == "paired" else about
    columns = (
        Column("part", said("Part"), "left"), Column("b", said(head)), Column("se", marked("*SE*")),
        Column("ci", said(f"{level(result.level)} CI")), Column("t", marked("*t*")), Column("df", marked("*df*")),
        Column("p", marked("*p*")),
    )  # fmt: skip
    lines = [
        Row((words(_part(part, options)), Value(part.b, style), *[EMPTY] * 5)) for part in (result.first, result.second)
    ]
    row = Row((
        words("Difference"), Value(result.b, style), Value(result.se, style),
        Interval(result.ci_low, result.ci_high, style), Value(result.t), Value(result.df, DEGREES), Value(result.p, P),
    ))  # fmt: skip
    errors = [] if result.which == "paired" else [said(f"Errors: {result.errors}.")]
    margin = [] if math.isnan(result.tost_p) else [_equivalence(result)]
    parts = [_cases(result.n, result.dropped), *errors, *_pooled(result.missing, result.imputations), *margin]
    return Table(
        title=said("Difference of Two Paired Scores" if result.which == "paired" else "Difference of Two Coefficients"),
        columns=columns, rows=(*lines, row), general=joined([*parts, *(said(note) for note in result.notes)]),
        name=f"contrast-{result.target}-{result.term}".strip("-"),
    )  # fmt: skip


def _equivalence(result: Contrast) -> Rich:
    text = "Two one-sided tests that it lies within ±{margin}: *p* {p}."
    return marked(text, margin=declared(result.equivalence), p=equals(result.tost_p, P))


@dispatch.figure.register
def _(result: Contrast, options: Options) -> FigureSpec | None:
    return None


@dispatch.prose.register
def _(result: Contrast, options: Options) -> Rich:
    one, two = _part(result.first, options), _part(result.second, options)
    style = measured([result.se])
    verb = (
        "did not clearly differ from" if not result.p < options.alpha else "exceeded" if result.b > 0 else "was below"
    )
    what, of = ("", "") if result.which == "paired" else ("The coefficient of ", "that of ")
    sentence = marked(
        "{what}{one} {verb} {of}{two}: {b}, {share} CI [{low}, {high}], *t*({df}) {t}, *p* {p} (*N* = {n}).",
        what=what, one=one, verb=verb, of=of, two=two, share=level(result.level),
        b=f"{result.symbol} {equals(result.b, style)}",
        low=show(result.ci_low, style), high=show(result.ci_high, style), df=show(result.df, DEGREES),
        t=equals(result.t), p=equals(result.p, P), n=show(result.n, COUNT),
    )  # fmt: skip
    return sentence if math.isnan(result.tost_p) else joined([sentence, _equivalence(result)])


@dispatch.table.register
def _(result: Dominance, options: Options) -> Table:
    order = sorted(result.weights, key=lambda one: -one.weight)
    rows = tuple(
        Row((words(options.labels(one.predictor)), Value(one.weight, decimals(3)), Value(one.share, PERCENT)))
        for one in order
    )
    complete = [
        f"{options.labels(a)} over {options.labels(b)}"
        for pair in result.pairs
        for a, b, d in ((pair.first, pair.second, pair.dominance), (pair.second, pair.first, 1 - pair.dominance))
        if d == 1
    ]
    parts = [
        _cases(result.n, result.dropped), *_pooled(result.missing, result.imputations),
        marked("*R*^2^ {r2}. Weight = mean contribution to it, over all subsets.", r2=equals(result.r2, BOUNDED)),
        *([said(f"Complete dominance: {'; '.join(complete)}.")] if complete else [said("No complete dominance.")]),
        *(said(note) for note in result.notes),
    ]  # fmt: skip
    return Table(
        title=said(f"Dominance of the Predictors of {options.labels(result.outcome)}"),
        columns=(
            Column("predictor", said("Predictor"), "left"), Column("weight", said("Weight")),
            Column("share", marked("Share of *R*^2^")),
        ),
        rows=rows, general=joined(parts), name=f"dominance-{result.outcome}",
    )  # fmt: skip


@dispatch.figure.register
def _(result: Dominance, options: Options) -> FigureSpec | None:
    points = tuple(
        Point(options.labels(one.predictor), one.weight) for one in sorted(result.weights, key=lambda one: -one.weight)
    )
    title = f"Dominance of the predictors of {options.labels(result.outcome)}"
    return Coefficients(title, "Weight: mean contribution to R²", points, name=f"dominance-{result.outcome}")


@dispatch.prose.register
def _(result: Dominance, options: Options) -> Rich:
    order = sorted(result.weights, key=lambda one: -one.weight)
    shares = "; ".join(f"{options.labels(one.predictor)} {show(one.share, PERCENT)}" for one in order)
    return marked(
        "Of the variance in {outcome} that was accounted for (*R*^2^ {r2}, *N* = {n}), the shares were: {shares}.",
        outcome=options.labels(result.outcome), r2=equals(result.r2, BOUNDED), n=show(result.n, COUNT), shares=shares,
    )  # fmt: skip


def _meaning(term: str, result: ResponseSurface, options: Options) -> str:
    x, y = options.labels(result.x), options.labels(result.y)
    names = {"b0": "Intercept", "b1": x, "b2": y, "b3": f"{x} squared", "b4": f"{x} × {y}", "b5": f"{y} squared"}
    told = names.get(term) or MEANING[term]
    return f"{term}: {told[:1].upper()}{told[1:]}"


@dispatch.table.register
def _(result: ResponseSurface, options: Options) -> Table:
    style = measured([row.se for row in result.terms])
    rows = tuple(
        Row((
            words(_meaning(row.term, result, options)), Value(row.b, style), Value(row.se, style),
            Interval(row.ci_low, row.ci_high, style), Value(row.t), Value(row.p, P),
        ))
        for row in result.terms
    )  # fmt: skip
    change = marked("the terms of the second degree add {r2}", r2=show(result.r2_change, decimals(3)))
    test = [] if math.isnan(result.f_change) else [
        marked("(*F* {f}, *p* {p})", f=equals(result.f_change), p=equals(result.p_change, P))
    ]  # fmt: skip
    parts = [
        _cases(result.n, result.dropped), *_pooled(result.missing, result.imputations),
        joined([marked("*R*^2^ {r2};", r2=equals(result.r2, BOUNDED)), change, *test, said("with HC3 errors.")]),
        said(f"Both scores are centred at {show(result.centre)}, the mean of their means; x = y is the line of "
             "agreement, x = −y that of disagreement."),
        *(said(note) for note in result.notes),
    ]  # fmt: skip
    return Table(
        title=said(f"Response Surface of {options.labels(result.outcome)}"),
        columns=(
            Column("term", said("Term"), "left"), Column("b", marked("*b*")), Column("se", marked("*SE*")),
            Column("ci", said(f"{level(result.level)} CI")), Column("t", marked("*t*")), Column("p", marked("*p*")),
        ),
        rows=rows, general=joined(parts), name=f"surface-{result.outcome}",
    )  # fmt: skip


@dispatch.figure.register
def _(result: ResponseSurface, options: Options) -> FigureSpec | None:
    """The surface from above, two standard deviations to all sides of the middle."""
    reach = 2 * result.spread
    at = tuple(result.centre + reach * (2 * i / (POINTS - 1) - 1) for i in range(POINTS))
    outcome, x, y = (options.labels(name) for name in (result.outcome, result.x, result.y))
    return Contour(
        f"{outcome} by {x} and {y}", x, y, outcome, at, tuple(tuple(result.at(a, b) for a in at) for b in at),
        note="Lines join points of the same predicted outcome.", name=f"surface-{result.outcome}",
    )  # fmt: skip


def _along(result: ResponseSurface, options: Options) -> Coefficients:
    """Slopes and curvatures along both lines."""
    points = tuple(
        Point(_meaning(row.term, result, options), row.b, row.ci_low, row.ci_high) for row in result.terms[6:]
    )
    title = f"Lines of agreement and disagreement on the surface of {options.labels(result.outcome)}"
    axis = f"Slope or curvature with {level(result.level)} confidence interval"
    return Coefficients(title, axis, points, name=f"surface-{result.outcome}-lines")


def _surfaces(results: Sequence[Any], options: Options) -> tuple[FigureSpec, ...]:
    found: list[FigureSpec] = []
    for result in results:
        if isinstance(result, ResponseSurface) and (spec := dispatch.figure(result, options)) is not None:
            found += [spec, _along(result, options)]
    return tuple(found)


dispatch.DRAWN["response_surface"] = _surfaces


@dispatch.prose.register
def _(result: ResponseSurface, options: Options) -> Rich:
    outcome = options.labels(result.outcome)
    style = measured([row.se for row in result.terms[6:]])
    parts = []
    for term in ("a1", "a2", "a3", "a4"):
        row = result.term(term)
        line = "agreement" if term in ("a1", "a2") else "disagreement"
        shape = "slope" if term in ("a1", "a3") else "curvature"
        verdict = f"had a clear {shape}" if row.p < options.alpha else f"had no clear {shape}"
        parts.append(marked(
            "Along the line of {line} {outcome} {verdict}: {term} {b}, {share} CI {ci}, *p* {p}.", line=line,
            outcome=outcome, verdict=verdict, term=marked(f"*a*~{term[1:]}~"), b=equals(row.b, style),
            share=level(result.level), ci=interval(row.ci_low, row.ci_high, style), p=equals(row.p, P),
        ))  # fmt: skip
    return joined(parts)
