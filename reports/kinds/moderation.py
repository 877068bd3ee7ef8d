"""Moderation as people read it: coefficients, simple slopes, where the slope differs from zero, and two pictures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from analysis.moderation import Moderation, Region, Slope
from analysis.moderation.result import Change
from analysis.regression import INTERCEPT, Coefficient, Regression
from analysis.result import NotApplicable
from analysis.wording import readable
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Curve, Curves, FigureSpec
from reports.kinds.regression import beside_listwise
from reports.numbers import BETA, BOUNDED, COUNT, DEGREES, P, Style, equals, interval, level, measured, show
from reports.table import EMPTY, Column, Interval, Row, Table, Value, section, words
from reports.text import Rich, joined, marked, said

BAND_POINTS = 61


def level_name(result: Moderation, slope: Slope, options: Options, place: int) -> str:
    """One moderator's level in words: 'low Demands (1.20)', 'Gender: female', 'Remote 1'."""
    moderator, term, at = result.moderators[place], slope.levels[place], slope.at[place]
    called = options.labels(moderator)
    style = measured(_spread(result, place))
    if math.isnan(at):
        code = term.partition("=")[2]
        return options.labels(f"{moderator}[{code}]")
    if "=" in term:
        return f"{called} = {readable(at)}"
    names = {"mean": "middle"} if result.probe == "percentiles" else {}
    return f"{names.get(term, term)} {called} ({show(at, style)})"


def _spread(result: Moderation, place: int) -> list[float]:
    """How far apart one moderator's levels are, which says how exactly they are printed."""
    levels = sorted({slope.at[place] for slope in result.slopes if not math.isnan(slope.at[place])})
    return [(high - low) / 10 for low, high in pairwise(levels)]


def slope_name(result: Moderation, slope: Slope, options: Options) -> str:
    """All the levels of a slope in words."""
    return ", ".join(level_name(result, slope, options, place) for place in range(len(result.moderators)))


def _test(change: Change) -> Rich:
    if math.isnan(change.f_change):
        return marked("no joint *F* test")
    return marked(
        "*F*({df1}, {df2}) {f}, *p* {p}",
        df1=show(change.df1_change, DEGREES),
        df2=show(change.df2_change, DEGREES),
        f=equals(change.f_change),
        p=equals(change.p_change, P),
    )


def _coefficient(row: Coefficient, style: Style, options: Options) -> Row:
    plain = row.term == INTERCEPT
    return Row((
        words("Intercept" if plain else options.labels(row.term)), Value(row.b, style), Value(row.se, style),
        Interval(row.ci_low, row.ci_high, style), EMPTY if plain else Value(row.beta, BETA), Value(row.t),
        Value(row.p, P),
    ))  # fmt: skip


def _slope(result: Moderation, slope: Slope, style: Style, options: Options) -> Row:
    name = slope_name(result, slope, options)
    return Row((
        words(f"At {name}"), Value(slope.slope, style), Value(slope.se, style),
        Interval(slope.ci_low, slope.ci_high, style), Value(slope.beta, BETA), Value(slope.t), Value(slope.p, P),
    ), indent=1)  # fmt: skip


@dispatch.table.register
def _(result: Moderation, options: Options) -> Table:
    model = result.model
    style = measured([row.se for row in model.coefficients])
    columns = (
        Column("term", said("Predictor"), "left"), Column("b", marked("*b*")), Column("se", marked("*SE*")),
        Column("ci", said(f"{level(result.level)} CI")), Column("beta", said("β")), Column("t", marked("*t*")),
        Column("p", marked("*p*")),
    )  # fmt: skip
    predictor, outcome = options.labels(result.predictor), options.labels(result.outcome)
    rows = [_coefficient(row, style, options) for row in model.coefficients]
    rows += [section(f"Simple slopes of {predictor}")]
    rows += [_slope(result, slope, style, options) for slope in result.slopes]
    by = " and ".join(options.labels(name) for name in result.moderators)
    return Table(
        title=marked(
            "Moderated Regression of {outcome} on {predictor} by {by}", outcome=outcome, predictor=predictor, by=by
        ),
        columns=columns,
        rows=tuple(rows),
        general=joined(_general(result, options)),
        name=f"moderation-{result.outcome}-{result.predictor}",
    )


def _general(result: Moderation, options: Options) -> list[Rich]:
    model = result.model
    left = f" ({show(model.dropped, COUNT)} left out because a value was missing)" if model.dropped else ""
    about = [
        marked("*N* = {n}{left}. *R*^2^ {r2}.", n=show(model.n, COUNT), left=left, r2=equals(model.r2, BOUNDED)),
        _added(result, options),
        *(_where(result, region, options) for region in result.regions),
        *([_check(result, result.squares, options)] if result.squares is not None else []),
        said(f"{model.method}."),
    ]
    references = [f"{options.labels(name)} ({_named(name, code, options)})" for name, code in model.references.items()]
    about += [said(f"Categories are compared with: {'; '.join(references)}.")] if references else []
    about += [said(note) for note in _called(result, options)]
    about += [beside_listwise(model, options)] if model.listwise is not None else []
    about.append(said("β of a product is that of the product of the standardised variables."))
    return about


def _named(name: str, code: str, options: Options) -> str:
    return options.labels.levels.get((name, code), code)


def _called(result: Moderation, options: Options) -> list[str]:
    """The notes with labels in place of the variables' ids."""
    ids = sorted({result.predictor, *result.moderators}, key=len, reverse=True)
    notes = []
    for note in result.notes:
        parts = note.split(" ")
        notes.append(" ".join(_label(part, ids, options) for part in parts))
    return notes


def _label(word: str, ids: Sequence[str], options: Options) -> str:
    bare = word.rstrip(",.:")
    return options.labels(bare) + word[len(bare) :] if bare in ids else word


def _added(result: Moderation, options: Options) -> Rich:
    """What the products add."""
    whole, *each = result.changes
    if len(each) == 1:
        text = "The product added Δ*R*^2^ {change}, {test}."
        return marked(text, change=equals(whole.r2_change, BOUNDED), test=_test(whole))
    last = each[-1] if result.form == "three_way" else whole
    text = "The product of all three added Δ*R*^2^ {change}, {test}." if result.form == "three_way" else (
        "The products together added Δ*R*^2^ {change}, {test}."
    )  # fmt: skip
    parts = [marked(text, change=equals(last.r2_change, BOUNDED), test=_test(last))]
    for one in each if result.form == "additive" else []:
        parts.append(
            marked("{name}: Δ*R*^2^ {change}, {test}.", name=options.labels(one.term),
                   change=equals(one.r2_change, BOUNDED), test=_test(one))
        )  # fmt: skip
    return joined(parts)


def _where(result: Moderation, region: Region, options: Options) -> Rich:
    """The Johnson–Neyman region in words."""
    moderator = options.labels(region.moderator)
    what = f"the slope of {options.labels(result.predictor)}"
    if region.term:
        what = f"the product {options.labels(region.term)}"
    p = 1 - region.level
    if not region.bounds:
        whether = "differs" if region.segments[0].significant else "nowhere differs"
        where = "every" if region.segments[0].significant else "a"
        return marked(
            "By Johnson and Neyman, {what} {whether} from zero at {where} value of {moderator} that occurs "
            "(*p* < {p}).",
            what=what, whether=whether, where=where, moderator=moderator, p=show(p, BOUNDED),
        )  # fmt: skip
    parts = []
    style = measured([(region.segments[-1].high - region.segments[0].low) / 10])
    for segment in region.segments:
        if not segment.significant:
            continue
        first, last = segment is region.segments[0], segment is region.segments[-1]
        where = (
            f"below {show(segment.high, style)}" if first else f"above {show(segment.low, style)}" if last
            else f"between {show(segment.low, style)} and {show(segment.high, style)}"
        )  # fmt: skip
        parts.append(f"{where} ({show(segment.share, Style('percent', 1))} of cases)")
    return marked(
        "By Johnson and Neyman, {what} differs from zero (*p* < {p}) where {moderator} is {where}.",
        what=what, p=show(p, BOUNDED), moderator=moderator, where=" and ".join(parts),
    )  # fmt: skip


def _check(result: Moderation, squares: Regression, options: Options) -> Rich:
    """The product beside the squares."""
    style = measured([squares.coefficient(term).se for term in result.interaction])
    parts = []
    for term in result.interaction:
        row = squares.coefficient(term)
        parts.append(
            marked("{name} *b* {b}, *p* {p}", name=options.labels(term), b=equals(row.b, style), p=equals(row.p, P))
        )
    return marked("With the squares of the centred variables in the model as well: {rows}.", rows=joined(parts, "; "))


@dispatch.prose.register
def _(result: Moderation, options: Options) -> Rich:
    predictor, outcome = options.labels(result.predictor), options.labels(result.outcome)
    by = " and ".join(options.labels(name) for name in result.moderators)
    change = result.changes[0]
    held = change.p_change < options.alpha
    start = marked(
        "The association of {predictor} with {outcome} {whether} on {by}: Δ*R*^2^ {change}, {test} (*N* = {n}).",
        predictor=predictor, outcome=outcome, by=by, whether="depended" if held else "did not clearly depend",
        change=equals(change.r2_change, BOUNDED), test=_test(change), n=show(result.model.n, COUNT),
    )  # fmt: skip
    parts = [start]
    if len(result.slopes) <= 3:
        style = measured([slope.se for slope in result.slopes])
        for slope in result.slopes:
            parts.append(
                marked(
                    "At {name}, *b* {b}, {share} CI {ci}, *t*({df}) {t}, *p* {p}.",
                    name=slope_name(result, slope, options), b=equals(slope.slope, style), share=level(result.level),
                    ci=interval(slope.ci_low, slope.ci_high, style), df=show(slope.df, DEGREES), t=equals(slope.t),
                    p=equals(slope.p, P),
                )
            )  # fmt: skip
    parts += [_where(result, region, options) for region in result.regions]
    return joined(parts)


@dispatch.figure.register
def _(result: Moderation, options: Options) -> FigureSpec | None:
    return pictures(result, options)[0]


def pictures(result: Moderation, options: Options) -> tuple[FigureSpec, ...]:
    """The outcome along the predictor, one picture a level of a second moderator; then the slope along a moderator."""
    predictor, outcome = options.labels(result.predictor), options.labels(result.outcome)
    lines = dict(zip((slope.term for slope in result.slopes), result.lines, strict=True))
    span = (min(min(line.low) for line in result.lines), max(max(line.high) for line in result.lines))
    note = f"Bands are {level(result.level)} confidence intervals; covariates are at their means."
    name = f"moderation-{result.outcome}-{result.predictor}"
    made: list[FigureSpec] = []
    seconds = list(dict.fromkeys(slope.levels[1:] for slope in result.slopes))
    for second in seconds:
        here = [slope for slope in result.slopes if slope.levels[1:] == second]
        curves = tuple(Curve(level_name(result, slope, options, 0), *_drawn(lines[slope.term])) for slope in here)
        title = f"{outcome} by {predictor} and {options.labels(result.moderators[0])}"
        title += f", at {level_name(result, here[0], options, 1)}" if second else ""
        own = f"{name}-{seconds.index(second) + 1}" if second else name
        limits = span if second else (math.nan, math.nan)
        made.append(Curves(title, predictor, outcome, curves, span=limits, note=note, name=own))
    if result.band is not None:
        band, region = result.band, result.regions[0]
        what = f"Product {options.labels(band.term)}" if band.term else f"Slope of {predictor}"
        moderator = options.labels(band.moderator)
        at = [band.least + (band.most - band.least) * step / (BAND_POINTS - 1) for step in range(BAND_POINTS)]
        slopes, lows, highs = zip(*(band.at(value) for value in at), strict=True)
        curve = Curve(what, tuple(at), slopes, lows, highs)
        title = f"{what} along {moderator}"
        note = (
            f"The band is the {level(result.level)} confidence interval; dashed lines are Johnson and Neyman's bounds."
        )
        made.append(Curves(title, moderator, what, (curve,), region.bounds, 0.0, note=note, name=f"{name}-region"))
    return tuple(made)


def _drawn(line: Any) -> tuple[tuple[float, ...], ...]:
    return line.x, line.y, line.low, line.high


def _together(results: Sequence[Any], options: Options) -> tuple[FigureSpec, ...]:
    found: list[FigureSpec] = []
    for result in results:
        if isinstance(result, Moderation):
            found += pictures(result, options)
        elif not isinstance(result, NotApplicable) and (spec := dispatch.figure(result, options)) is not None:
            found.append(spec)
    return tuple(found)


dispatch.DRAWN["moderation"] = _together
