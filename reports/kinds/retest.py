"""Stability over waves as people read it: the six coefficients, the waves, and what change can be told from noise."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.result import NotApplicable
from analysis.retest import Retest
from analysis.retest.icc import MEANING
from reports import dispatch
from reports.dispatch import Options, bare
from reports.figure import Coefficients, FigureSpec, Point
from reports.numbers import BOUNDED, COUNT, DECIMAL, PERCENT, Style, interval, level, measured, show
from reports.table import Cell, Column, Interval, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

MAIN = "ICC2"
"""The form that a sentence tells: one measurement, and a shift of everybody counts against agreement."""


def _fine(result: Retest) -> Style:
    return measured([*result.sds, result.sem])


@dispatch.table.register
def _(result: Retest, options: Options) -> Table:
    share = level(result.level)
    rows = tuple(
        Row((words(one.form), words(_upper(MEANING[one.form])), _value(one.icc), Interval(one.low, one.high, BOUNDED)))
        for one in result.iccs
    )
    return Table(
        title=said(f"Stability of {options.labels(result.scale)} Over Waves {', '.join(result.waves)}"),
        columns=(
            Column("form", said("Form"), "left"),
            Column("meaning", said("What it says of"), "left"),
            Column("icc", said("ICC")),
            Column("icc_ci", said(f"{share} CI")),
        ),
        rows=rows,
        general=joined(
            [
                marked(
                    "*n* = {n} people, {all} of them in every wave.", n=_count(result.n), all=_count(result.complete)
                ),
                marked("ICC = intraclass correlation of Shrout and Fleiss; CI = confidence interval."),
                *(said(note) for note in result.notes),
            ]
        ),
        name=f"retest-{result.scale}",
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _count(number: int) -> str:
    return show(number, COUNT)


def _value(icc: float) -> Value:
    return Value(icc, BOUNDED if abs(icc) <= 1 else DECIMAL)


def wave_table(result: Retest, options: Options) -> Table:
    """Mean and SD of each wave, and the correlations between them."""
    fine = _fine(result)
    later = result.waves[1:]
    r = {(pair.first, pair.second): pair.r for pair in result.pairs}
    rows = []
    for i, wave in enumerate(result.waves):
        cells: list[Cell] = [words(wave), Value(result.means[i], fine), Value(result.sds[i], fine)]
        cells += [Value(r[wave, other], BOUNDED) if (wave, other) in r else words("") for other in later]
        rows.append(Row(tuple(cells)))
    columns = (
        Column("wave", said("Wave"), "left"),
        Column("mean", marked("*M*")),
        Column("sd", marked("*SD*")),
        *(Column(f"r_{other}", marked("*r* with {other}", other=other)) for other in later),
    )
    return Table(
        title=said(f"Waves of {options.labels(result.scale)}"),
        columns=columns,
        rows=tuple(rows),
        general=said("Correlations are of the people who have both waves."),
        name=f"waves-{result.scale}",
    )


@dispatch.figure.register
def _(result: Retest, options: Options) -> FigureSpec | None:
    points = tuple(Point(one.form, one.icc, one.low, one.high) for one in result.iccs)
    title = f"Intraclass correlations of {options.labels(result.scale)}"
    axis = f"ICC with {level(result.level)} confidence interval"
    return Coefficients(title, axis, points, reference=0.0, name=f"retest-{result.scale}")


@dispatch.prose.register
def _(result: Retest, options: Options) -> Rich:
    fine = _fine(result)
    main = next(one for one in result.iccs if one.form == MAIN)
    parts = [
        marked(
            "{scale} over waves {waves} (*n* = {n}): {form} = {icc}, {share} CI {ci}; *r* = {r}.",
            scale=options.labels(result.scale),
            waves=", ".join(result.waves),
            n=_count(result.n),
            form=MAIN,
            icc=show(main.icc, BOUNDED),
            share=level(result.level),
            ci=interval(main.low, main.high, BOUNDED),
            r=show(result.r, BOUNDED),
        ),
        marked(
            "Its standard error of measurement is {sem}, and a change under {sdc} cannot be told from error.",
            sem=show(result.sem, fine),
            sdc=show(result.sdc, fine),
        ),
    ]
    if result.rci == result.rci:
        parts.append(
            marked(
                "By Jacobson and Truax a change of {rci} is reliable: {up} rose and {down} fell by more.",
                rci=show(result.rci, fine),
                up=show(result.rci_up, PERCENT),
                down=show(result.rci_down, PERCENT),
            )
        )
    return joined(parts)


def together(results: Sequence[Retest | NotApplicable], options: Options) -> tuple[Table, ...]:
    """The forms of the coefficient and then the waves, for each result."""
    made: list[Table] = []
    for result in results:
        if isinstance(result, Retest):
            made += [dispatch.table(result, options), wave_table(result, options)]
        else:
            made.append(bare(result.kind, result.target, result.reason, options))
    return tuple(made)


dispatch.TOGETHER[Retest.kind] = together
