"""What is missing, as people read it: shares by variable and reason, patterns, and Little's test in a sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.missing.result import NO_REASON, TOO_FEW, Gaps, Missingness, Pattern
from analysis.result import NotApplicable
from reports import dispatch
from reports.dispatch import Options, bare, not_applicable
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import COUNT, DEGREES, PERCENT, P, equals, show
from reports.table import EMPTY, Cell, Column, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

MOST_SHOWN = 20
"""Variables of a figure, and patterns of a table; ``results.csv`` has them all."""
MOST_NAMED = 4
_REASONS = {
    "not_shown": "Not shown",
    "not_reached": "Not reached",
    "skipped": "Skipped",
    "refused": "Refused",
    "does_not_apply": "Does not apply",
    NO_REASON: "No reason given",
    TOO_FEW: "Too few items",
}


def _gappy(result: Missingness) -> list[Gaps]:
    """Variables with something missing, those with the most first."""
    return sorted((one for one in result.variables if one.missing), key=lambda one: -one.missing)


@dispatch.table.register
def _(result: Missingness, options: Options) -> Table:
    gappy = _gappy(result)
    reasons = list(dict.fromkeys(reason for one in gappy for reason in one.reasons))
    waves = list(dict.fromkeys(wave for one in gappy for wave in one.waves))
    rows = []
    for one in gappy:
        cells: list[Cell] = [words(options.labels(one.variable)), Value(one.missing, COUNT), Value(one.rate, PERCENT)]
        cells += [Value(one.reasons.get(reason, 0), COUNT) if one.reasons else EMPTY for reason in reasons]
        cells += [Value(one.waves[wave][1] / one.waves[wave][0], PERCENT) for wave in waves]
        rows.append(Row(tuple(cells)))
    whole = len(result.variables) - len(gappy)
    return Table(
        title=said("Missing Values"),
        columns=(
            Column("variable", said("Variable"), "left"),
            Column("missing", said("Missing")),
            Column("rate", said("%")),
            *(Column(reason, said(_REASONS.get(reason, reason)), spanner=said("Why")) for reason in reasons),
            *(Column(f"wave{wave}", said(f"Wave {wave}"), spanner=said("% by wave")) for wave in waves),
        ),
        rows=tuple(rows) or (Row((words("Nothing is missing"), Value(0, COUNT), Value(0, PERCENT))),),
        general=joined([*_general(result, whole), *(said(note) for note in result.notes)]),
        name="missing",
    )


def _general(result: Missingness, whole: int) -> list[Rich]:
    about = [marked("*N* = {n}.", n=show(result.n, COUNT))]
    if whole:
        about.append(said(f"{whole} of {len(result.variables)} variables had no missing value, and are not listed."))
    return [*about, _little(result)]


def _little(result: Missingness) -> Rich:
    """Little's test as a clause that can stand in a note and in a text."""
    if result.little is None:
        return said(f"Little's test: {not_applicable(result.untested)}")
    return marked(
        "Little's test that values are missing completely at random: χ²({df}) {chi2}, *p* {p}.",
        df=show(result.little.df, DEGREES),
        chi2=equals(result.little.chi2),
        p=equals(result.little.p, P),
    )


def _named(one: Pattern, options: Options) -> str:
    """A pattern by the labels of what it lacks."""
    if not one.missing:
        return "Nothing"
    named = [options.labels(name) for name in one.missing[:MOST_NAMED]]
    more = len(one.missing) - len(named)
    return "; ".join(named) + (f"; and {more} more" if more else "")


def pattern_table(result: Missingness, options: Options) -> Table:
    """The commonest patterns: what is missing together, and how often."""
    shown = result.patterns[:MOST_SHOWN]
    rows = tuple(
        Row((words(_named(one, options)), Value(len(one.missing), COUNT), Value(one.count, COUNT),
             Value(one.count / result.n, PERCENT)))
        for one in shown
    )  # fmt: skip
    hidden = len(result.patterns) - len(shown)
    about = [marked("*N* = {n}; {k} patterns.", n=show(result.n, COUNT), k=show(len(result.patterns), COUNT))]
    about += [said(f"The {len(shown)} commonest are listed.")] if hidden else []
    return Table(
        title=said("Patterns of Missing Values"),
        columns=(
            Column("pattern", said("What is missing"), "left"),
            Column("variables", said("Variables")),
            Column("count", marked("*n*")),
            Column("share", said("%")),
        ),
        rows=rows,
        general=joined(about),
        name="missing-patterns",
    )


@dispatch.figure.register
def _(result: Missingness, options: Options) -> FigureSpec | None:
    gappy = _gappy(result)[:MOST_SHOWN]
    if len(gappy) < 2:
        return None
    points = tuple(Point(options.labels(one.variable), 100 * one.rate) for one in gappy)
    every = sum(1 for one in result.variables if one.missing)
    note = f"The {len(gappy)} of {every} variables with the most missing." if every > len(gappy) else ""
    axis = "Respondents without a value, %"
    return Coefficients("What is missing", axis, points, reference=math.nan, note=note, name="missing")


@dispatch.prose.register
def _(result: Missingness, options: Options) -> Rich:
    parts = [
        marked(
            "Of {n} respondents {complete} ({share}) had every value; {rate} of all values were missing.",
            n=show(result.n, COUNT),
            complete=show(result.complete, COUNT),
            share=show(result.complete / result.n, PERCENT),
            rate=show(result.rate, PERCENT),
        )
    ]
    worst = _gappy(result)[:1]
    if worst:
        parts.append(
            said(f"Most were missing in {options.labels(worst[0].variable)} ({show(worst[0].rate, PERCENT)}).")
        )
    parts.append(_little(result))
    if result.little is not None:
        against = result.little.p < options.alpha
        parts.append(
            said(
                "What is missing thus depends on what was answered: complete cases may mislead."
                if against
                else "The test gave no sign that what is missing depends on what was answered."
            )
        )
    return joined(parts)


def together(results: Sequence[Missingness | NotApplicable], options: Options) -> tuple[Table, ...]:
    """Shares, and patterns where there are several."""
    tables: list[Table] = []
    for result in results:
        if isinstance(result, NotApplicable):
            tables.append(bare(result.kind, result.target, result.reason, options))
            continue
        tables.append(dispatch.table(result, options))
        if len(result.patterns) > 1:
            tables.append(pattern_table(result, options))
    return tuple(tables)


dispatch.TOGETHER[Missingness.kind] = together
