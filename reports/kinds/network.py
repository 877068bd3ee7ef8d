"""Networks as people read them: a table of measures, and how many people were named."""

from __future__ import annotations

from math import isfinite

from analysis.network import Networks, Spread
from analysis.network.result import called
from reports import dispatch
from reports.dispatch import Options
from reports.figure import Bars, FigureSpec
from reports.numbers import COUNT, DECIMAL, PERCENT, show
from reports.table import EMPTY, Cell, Column, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

SAID = ("size", "density", "effective_size", "constraint", "weak_share")
"""What the sentence tells, where it is there; the table has the rest."""


def _row(row: Spread) -> Row:
    cells: list[Cell] = [words(called(row.measure)), Value(row.n, COUNT)]
    cells += [EMPTY if row.n < (2 if name == "sd" else 1) else Value(getattr(row, name))
              for name in ("mean", "sd", "min", "max")]  # fmt: skip
    return Row(tuple(cells))


@dispatch.table.register
def _(result: Networks, options: Options) -> Table:
    columns = (
        Column("measure", said("Measure"), "left"),
        Column("n", marked("*n*")),
        Column("mean", marked("*M*")),
        Column("sd", marked("*SD*")),
        Column("min", said("Min")),
        Column("max", said("Max")),
    )
    return Table(
        title=said("Measures of Respondents' Networks"),
        columns=columns,
        rows=tuple(_row(row) for row in result.spreads),
        general=joined(_general(result)),
        name=f"network-{result.network}",
    )


def _general(result: Networks) -> list[Rich]:
    parts = [
        marked(
            "*N* = {n} respondents who named {people} people. *n* = respondents who have the measure: ratios need"
            " people, density needs two.",
            n=show(result.n, COUNT),
            people=show(result.people, COUNT),
        )
    ]
    names = {row.measure for row in result.spreads}
    if "constraint" in names:
        parts.append(said("Effective size by Borgatti, constraint by Burt, ties of equal strength."))
    if "ei_department" in names:
        parts.append(said("E-I index: −1 = all inside the department, 1 = all outside."))
    if "balance" in names:
        first, second = result.supports
        parts.append(said(f"Balance: 1 = all named for {first}, −1 = all for {second} support."))
        if isfinite(result.one_sided):
            text = (
                "Of those with a balance, {share} lean on one kind (|balance| ≥ .50); {shuffled} would if it were left"
            )
            text += " to chance for which kind each was named."
            parts.append(
                marked(text, share=show(result.one_sided, PERCENT), shuffled=show(result.one_sided_shuffled, PERCENT))
            )
    return [*parts, *(said(note) for note in result.notes)]


@dispatch.figure.register
def _(result: Networks, options: Options) -> FigureSpec | None:
    if "size" not in result.values.columns:
        return None
    sizes = result.values["size"].dropna()
    most = int(sizes.max()) if len(sizes) else 0
    counts = tuple(float((sizes == k).sum()) for k in range(most + 1))
    names = tuple(str(k) for k in range(most + 1))
    return Bars("How many people respondents named", "people named", names, counts, joined=True,
                name=f"network-{result.network}")  # fmt: skip


@dispatch.prose.register
def _(result: Networks, options: Options) -> Rich:
    whole = {row.measure: row for row in result.spreads if row.n}
    told = {name: row for name, row in whole.items() if name in SAID} or whole
    parts = [
        marked("{n} respondents named {people} people.", n=show(result.n, COUNT), people=show(result.people, COUNT))
    ]
    for row in told.values():
        ends = COUNT if row.min == round(row.min) and row.max == round(row.max) else DECIMAL
        parts.append(
            marked(
                "{name}: *M* = {mean}, *SD* = {sd}, range {low} to {high} (*n* = {n}).",
                name=called(row.measure),
                mean=show(row.mean),
                sd=show(row.sd, DECIMAL),
                low=show(row.min, ends),
                high=show(row.max, ends),
                n=show(row.n, COUNT),
            )
        )
    return joined(parts)
