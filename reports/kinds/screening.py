"""Screening as people read it: how the indices are spread, what the rules did, and what that changes; never who."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from analysis.result import NotApplicable
from analysis.screening.result import Robustness, Screening
from reports import dispatch
from reports.dispatch import Options, bare
from reports.figure import Bars, FigureSpec
from reports.numbers import BOUNDED, BOUNDED3, COUNT, DECIMAL, Style, show
from reports.table import Cell, Column, Row, Table, Value, words
from reports.text import Rich, joined, marked, said

NAMES: Final[dict[str, str]] = {
    "attention_failed": "Instructed items failed",
    "seconds_per_item": "Seconds an item",
    "longstring": "Longest run of one answer",
    "irv": "Variability of answers (SD)",
    "even_odd": "Even–odd consistency",
    "mahalanobis_p": "p of Mahalanobis distance",
    "psychsyn": "Consistency on synonyms",
    "psychant": "Consistency on antonyms",
    "duplicate": "Same answers as another",
}
"""The indices as tables name them."""
_STYLES: Final[dict[str, Style]] = {
    "even_odd": BOUNDED, "psychsyn": BOUNDED, "psychant": BOUNDED, "mahalanobis_p": BOUNDED3,
}  # fmt: skip
_COUNTED = ("attention_failed", "longstring", "duplicate")


@dispatch.table.register
def _(result: Screening, options: Options) -> Table:
    rows = []
    for one in result.spreads():
        style = _STYLES.get(one.index, DECIMAL)
        ends = COUNT if one.index in _COUNTED else style
        cells: list[Cell] = [words(NAMES[one.index]), Value(one.n, COUNT), Value(one.mean, style), Value(one.sd)]
        rows.append(Row((*cells, Value(one.low, ends), Value(one.high, ends))))
    general = [marked("*n* = respondents who have the index.")]
    if result.items:
        general.append(
            marked(
                "{items} items with rating formats; pairs of synonyms: {synonyms}, of antonyms: {antonyms}.",
                items=show(result.items, COUNT),
                synonyms=show(result.synonyms, COUNT),
                antonyms=show(result.antonyms, COUNT),
            )
        )
    return Table(
        title=said("Indices of Careless Answering"),
        columns=(
            Column("index", said("Index"), "left"),
            Column("n", marked("*n*")),
            Column("mean", marked("*M*")),
            Column("sd", marked("*SD*")),
            Column("low", said("Min")),
            Column("high", said("Max")),
        ),
        rows=tuple(rows),
        general=joined([*general, *(said(note) for note in result.notes)]),
        name="screening",
    )


def rule_table(result: Screening) -> Table:
    """Each rule with the respondents that it excludes, and that it would exclude by itself."""
    rows = [
        Row((words(_upper(reason)), Value(first, COUNT), Value(alone, COUNT))) for reason, first, alone in result.rules
    ]
    rows.append(Row((words("All rules"), Value(result.excluded, COUNT), words(""))))
    return Table(
        title=said("Rules of Exclusion"),
        columns=(
            Column("rule", said("Rule"), "left"),
            Column("first", said("Excluded")),
            Column("alone", said("By itself")),
        ),
        rows=tuple(rows),
        general=said("In the order of the plan; each respondent is counted under the first rule that applies."),
        name="rules",
    )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


@dispatch.figure.register
def _(result: Screening, options: Options) -> FigureSpec | None:
    if "longstring" not in result.values:
        return None
    known = result.values["longstring"].dropna().to_numpy(dtype=np.int64)
    counts = np.bincount(known)[1:]
    names = tuple(str(length) for length in range(1, len(counts) + 1))
    axis = "longest run of the same answer"
    return Bars(
        "Longest run of the same answer", axis, names, tuple(map(float, counts)), joined=True, name="longstring"
    )


@dispatch.prose.register
def _(result: Screening, options: Options) -> Rich:
    start = f"Of {show(result.n, COUNT)} respondents"
    if not result.rules:
        return said(f"{start}, none was left out: there are no rules.")
    told = "; ".join(f"{show(first, COUNT)} for {reason}" for reason, first, _ in result.rules if first)
    if not told:
        return said(f"{start}, the rules exclude none.")
    return said(f"{start}, the rules exclude {show(result.excluded, COUNT)}: {told}.")


@dispatch.table.register
def _(result: Robustness, options: Options) -> Table:
    rows = []
    for row in result.rows:
        name = options.labels(row.target) + (
            f": {options.labels(row.term)}" if row.term not in ("", row.target) else ""
        )
        style = DECIMAL if row.statistic == "b" else BOUNDED
        cells: list[Cell] = [
            words(row.analysis),
            words(name),
            words("α" if row.statistic == "alpha" else row.statistic),
        ]
        cells += [Value(row.estimate, style), Value(row.n, COUNT), Value(row.everyone, style)]
        rows.append(Row((*cells, Value(row.n_everyone, COUNT))))
    return Table(
        title=said("What the Exclusions Change"),
        columns=(
            Column("analysis", said("Analysis"), "left"),
            Column("about", said("Estimate of"), "left"),
            Column("statistic", said("Statistic"), "left"),
            Column("estimate", said("Estimate"), spanner=said("Without those excluded")),
            Column("n", marked("*n*"), spanner=said("Without those excluded")),
            Column("everyone", said("Estimate"), spanner=said("With everyone")),
            Column("n_everyone", marked("*n*"), spanner=said("With everyone")),
        ),
        rows=tuple(rows),
        general=joined([said("The estimates that claims rest on, and the reliability of scales.")]),
        name="robustness",
    )


@dispatch.figure.register
def _(result: Robustness, options: Options) -> FigureSpec | None:
    return None


@dispatch.prose.register
def _(result: Robustness, options: Options) -> Rich:
    apart = [(abs(row.estimate - row.everyone), row) for row in result.rows if row.everyone == row.everyone]
    if not apart:
        return said("With everyone none of these could be estimated.")
    largest, row = max(apart, key=lambda pair: pair[0])
    turned = sum(one.estimate * one.everyone < 0 for _, one in apart)
    return joined(
        [
            marked(
                "With everyone included, the {count} estimates differ by {most} at most ({where}).",
                count=show(len(apart), COUNT),
                most=show(largest, BOUNDED),
                where=row.analysis,
            ),
            said("None changes its sign." if not turned else f"{show(turned, COUNT)} change their sign."),
        ]
    )


def together(results: Sequence[Screening | Robustness | NotApplicable], options: Options) -> tuple[Table, ...]:
    """The indices, the rules where there are any, and what they change."""
    made: list[Table] = []
    for result in results:
        if isinstance(result, Screening):
            made += [dispatch.table(result, options), *([rule_table(result)] if result.rules else [])]
        elif isinstance(result, Robustness):
            made.append(dispatch.table(result, options))
        else:
            made.append(bare(result.kind, result.target, result.reason, options))
    return tuple(made)


dispatch.TOGETHER[Screening.kind] = together
