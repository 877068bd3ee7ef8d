"""Power as people read it: for each claim its power at each n, and how many respondents it needs."""

from __future__ import annotations

from math import isnan, nan

from analysis.power.result import Hypothesis, Power
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import COUNT, Style, decimals, show
from reports.table import EMPTY, Cell, Column, Interval, Row, Table, Value, words
from reports.text import Rich, joined, said

SHARE: Style = decimals(2)


@dispatch.table.register
def _(result: Power, options: Options) -> Table:
    sizes = [point.n for point in result.hypotheses[0].points]
    rows = []
    for one in result.hypotheses:
        cells: list[Cell] = [words(f"{one.analysis}: {about(one, options)}"), words(one.tier)]
        cells += [Value(point.supported, SHARE) for point in one.points]
        cells.append(words(needed_in_words(one, result)))
        cells.append(EMPTY if isnan(one.needed) else Interval(one.low, one.high, COUNT))
        rows.append(Row(tuple(cells)))
        for what, shares in corrected(one, result):
            values = [Value(share, SHARE) for share in shares]
            rows.append(Row((words(what), EMPTY, *values, EMPTY, EMPTY), indent=1))
    notes = [
        f"{show(result.runs, COUNT)} simulated studies at each n; the Monte-Carlo standard error is at most "
        f"{show(largest_error(result), decimals(3))}. Power = share in which p was below {show(result.alpha, SHARE)} "
        "and the estimate as expected; below it, for primary claims, after correction over the tier.",
        "Clean data: nobody is careless, nothing is missing."
        if result.clean
        else "As in the field: careless answers, missing answers and the plan's exclusions are simulated.",
        "n needed = respondents who begin, of whom exclusions and missing answers then take some; its interval is what "
        "Monte-Carlo error leaves.",
    ]
    return Table(
        title=said(f"Power of the Plan's Claims, Target {show(result.target, SHARE)}"),
        columns=(
            Column("claim", said("Claim"), "left"),
            Column("tier", said("Tier"), "left"),
            *(Column(f"n{n}", said(f"n = {show(n, COUNT)}")) for n in sizes),
            Column("needed", said("n needed")),
            Column("needed_ci", said("95% interval")),
        ),
        rows=tuple(rows),
        general=joined([said(note) for note in (*notes, *result.notes)]),
        name="power",
    )


def corrected(one: Hypothesis, result: Power) -> list[tuple[str, list[float]]]:
    """Of one among several primary claims: its power after correction over them, and at Holm's first step."""
    if one.tier != "primary" or len(result.hypotheses) == 1:
        return []
    first = [point.first for point in one.points]
    after = [("after correction", [point.family for point in one.points])]
    return after if isnan(first[0]) else [*after, ("at Holm's first step", first)]


def about(one: Hypothesis, options: Options) -> str:
    """'Reported stress with Psychosocial support, expected negative'."""
    terms = ", ".join(options.labels(term) for term in one.terms)
    target = options.labels(one.target) if one.target else ""
    what = f"{target} with {terms}" if target and terms else target or terms
    return f"{what}, expected {one.expect}" if what else f"expected {one.expect}"


def needed_in_words(one: Hypothesis, result: Power) -> str:
    """'1,310', 'more than 2,000', 'fewer than 100'."""
    sizes = [point.n for point in one.points]
    if one.beyond == "more":
        return f"more than {show(max(sizes), COUNT)}"
    if one.beyond == "fewer":
        return f"at most {show(min(sizes), COUNT)}"
    return show(one.needed, COUNT)


def largest_error(result: Power) -> float:
    """The largest Monte-Carlo standard error of any power."""
    return max(point.mcse for one in result.hypotheses for point in one.points)


@dispatch.figure.register
def _(result: Power, options: Options) -> FigureSpec | None:
    sizes = [point.n for point in result.hypotheses[0].points]
    points = [
        Point(
            f"{one.analysis}, n = {show(point.n, COUNT)}",
            point.supported,
            max(0.0, point.supported - 1.96 * point.mcse),
            min(1.0, point.supported + 1.96 * point.mcse),
            place % 2,
        )
        for place, one in enumerate(result.hypotheses)
        for point in one.points
        if one.tier == "primary" or len(sizes) == 1
    ]
    if not points:
        return None
    return Coefficients(
        title="Power of the primary claims",
        axis="Power, with the 95% interval of Monte-Carlo error",
        points=tuple(points),
        reference=result.target,
        note=f"The line is the target, {show(result.target, SHARE)}.",
        name="power",
    )


@dispatch.prose.register
def _(result: Power, options: Options) -> Rich:
    told = []
    for one in result.hypotheses:
        last = one.points[-1]
        at = f"power {show(last.supported, SHARE)} at n = {show(last.n, COUNT)}"
        need = needed_in_words(one, result)
        told.append(f"{one.analysis} has {at} and needs {need} for {show(result.target, SHARE)}")
    worst = max((one.needed for one in result.hypotheses if one.tier == "primary"), default=nan)
    beyond = any(one.beyond == "more" for one in result.hypotheses if one.tier == "primary")
    whole = (
        f" All primary claims together need {show(worst, COUNT)} respondents."
        if not isnan(worst) and not beyond and sum(one.tier == "primary" for one in result.hypotheses) > 1
        else ""
    )
    return said(f"{'; '.join(told)}.{whole}")
