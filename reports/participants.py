"""Who took part: the flow from those read to those used, what they are like, and how they answered the items."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from reports.figure import Stacked
from reports.labels import Labels
from reports.numbers import COUNT, PERCENT, Style, measured
from reports.table import EMPTY, Column, Row, Table, Value, words
from reports.text import Rich, joined, marked, said
from survey.instrument.labels import codes, label
from survey.instrument.model import ChoiceFormat, Instrument, Likert, MultiChoice, Number, Slider

if TYPE_CHECKING:
    from analysis.findings import Findings
    from survey.dataset.model import Dataset

MOST_LEVELS = 12
"""A field with more categories than this is counted, not listed: a small category could tell who somebody is."""
LEAST_CELL = 5
"""Smallest category of a field that is listed."""


LONGEST = 72
"""A longer question is called by its id."""


def flow_table(findings: Findings) -> Table:
    """Respondents read, left out by reason, and used."""
    rows = [Row((words("Respondents read"), Value(findings.n_read, COUNT)))]
    rows += [Row((words(f"Left out: {reason}"), Value(count, COUNT)), indent=1) for reason, count in findings.excluded]
    rows.append(Row((words("Respondents used"), Value(findings.n_used, COUNT))))
    note = said("Each respondent left out is counted under the first rule that applies.") if findings.excluded else ()
    return Table(
        title=said("Flow of Respondents"),
        columns=(Column("stage", said("Stage"), "left"), Column("n", marked("*n*"))),
        rows=tuple(rows),
        general=note,
        name="flow",
    )


def background(instrument: Instrument) -> tuple[str, ...]:
    """Items that say who somebody is: choices and numbers on no scale, not of people they know, that check nothing."""
    used = {key.lstrip("-") for scale in instrument.scales.values() for key in scale.items}
    used |= {check.item for check in instrument.checks.values()}
    used |= {item for network in instrument.networks.values() for item in network.interpreters}
    kinds = ChoiceFormat | MultiChoice | Number | Slider
    return tuple(
        name for name in instrument.items if name not in used and isinstance(instrument.format_of(name), kinds)
    )


def background_table(data: Dataset, labels: Labels, language: str = "en") -> Table | None:
    """What the respondents are like: shares of choices, mean and SD of numbers; None where nothing was asked."""
    instrument = data.instrument
    rows: list[Row] = []
    for name in background(instrument):
        answers = instrument.format_of(name)
        text = labels.wording(name) if len(labels.wording(name)) <= LONGEST else labels(name)
        if isinstance(answers, MultiChoice):
            rows += _several(text, name, data, [(str(c), label(answers, c, language)) for c in codes(answers)])
        elif name not in data.respondents.columns or not data.respondents[name].notna().any():
            continue
        elif isinstance(answers, Number | Slider):
            rows.append(_number(text, data.respondents[name]))
        else:
            named = [(str(code), label(answers, code, language)) for code in codes(answers)]
            rows += _choice(text, data.respondents[name], named)
    for name, declared in instrument.fields.items():
        if name not in data.respondents.columns:
            continue
        if declared.type in ("number", "time"):
            rows.append(_number(labels(name), data.respondents[name]))
        elif declared.type in ("category", "group"):
            rows += _field(labels(name), data.respondents[name])
    if not rows:
        return None
    return Table(
        title=said("Characteristics of the Respondents"),
        columns=(
            Column("characteristic", said("Characteristic"), "left"),
            Column("n", marked("*n*")),
            Column("share", said("%")),
            Column("mean", marked("*M*")),
            Column("sd", marked("*SD*")),
        ),
        rows=tuple(rows),
        general=joined([marked("Shares are of those who answered."), _several_note(instrument)]),
        name="respondents",
    )


def scoring_table(instrument: Instrument, labels: Labels) -> Table:
    """How each scale is scored: its items, which of them are reversed, mean or sum, and the answers that it needs."""
    rows = []
    for name, scale in instrument.scales.items():
        turned = [key[1:] for key in scale.items if key.startswith("-")]
        kind = scale.score + (", formative" if scale.formative else "")
        rows.append(
            Row(
                (
                    words(labels(name)),
                    Value(len(scale.items), COUNT),
                    words(", ".join(turned) or "none"),
                    words(kind),
                    Value(scale.min_answered, Style("percent", 0)),
                )
            )
        )
    formative = any(scale.formative for scale in instrument.scales.values())
    general = [
        said(
            "Reversed items are reversed over the range that the instrument declares. Needed = share of the items that "
            "must be answered for a score."
        )
    ]
    general += [said("A formative scale adds up separate things and has no reliability.")] if formative else []
    return Table(
        title=said("Scoring of the Scales"),
        columns=(
            Column("scale", said("Scale"), "left"),
            Column("items", said("Items")),
            Column("reversed", said("Reversed"), "left"),
            Column("score", said("Score"), "left"),
            Column("needed", said("Needed")),
        ),
        rows=tuple(rows),
        general=joined(general),
        name="scoring",
    )


def derived_table(derive: Mapping[str, str], labels: Labels) -> Table | None:
    """What each derived variable of a plan is called and how it is computed; None where there is none."""
    rows = tuple(Row((words(labels(name)), words(name), words(text))) for name, text in derive.items())
    columns = (
        Column("label", said("Variable"), "left"),
        Column("id", said("In results.csv"), "left"),
        Column("expression", said("Computed as"), "left"),
    )
    return Table(title=said("Derived Variables"), columns=columns, rows=rows, name="derived") if rows else None


def _several_note(instrument: Instrument) -> Rich:
    several = any(isinstance(instrument.format_of(name), MultiChoice) for name in background(instrument))
    return said("Where several answers could be given, shares add up to more than 100%.") if several else ()


def _numbers(column: pd.Series) -> npt.NDArray[np.float64]:
    values: npt.NDArray[np.float64] = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64, na_value=np.nan)
    return values[np.isfinite(values)]


def _number(name: str, column: pd.Series) -> Row:
    values = _numbers(column)
    mean = float(values.mean()) if len(values) else math.nan
    sd = float(values.std(ddof=1)) if len(values) > 1 else math.nan
    return Row((words(name), Value(len(values), COUNT), EMPTY, Value(mean, measured([sd])), Value(sd, measured([sd]))))


def _total(name: str, n: int) -> Row:
    return Row((words(name), Value(n, COUNT), EMPTY, EMPTY, EMPTY))


def _share(name: str, count: int, n: int) -> Row:
    return Row((words(name), Value(count, COUNT), Value(count / n if n else math.nan, PERCENT), EMPTY, EMPTY), indent=1)


def _choice(name: str, column: pd.Series, named: list[tuple[str, str]]) -> list[Row]:
    n = int(column.notna().sum())
    return [_total(name, n), *(_share(text, int((column == code).sum()), n) for code, text in named)]


def _several(name: str, item: str, data: Dataset, named: list[tuple[str, str]]) -> list[Row]:
    columns = [(f"{item}.{code}", text) for code, text in named if f"{item}.{code}" in data.respondents.columns]
    if not columns:
        return []
    n = int(data.respondents[columns[0][0]].notna().sum())
    if not n:
        return []
    counts = [(text, int((_numbers(data.respondents[column]) == 1).sum())) for column, text in columns]
    return [_total(name, n), *(_share(text, count, n) for text, count in counts)]


def _field(name: str, column: pd.Series) -> list[Row]:
    counts = column.dropna().astype(str).value_counts().sort_index()
    n = int(counts.sum())
    if not n:
        return []
    if len(counts) > MOST_LEVELS or int(counts.min()) < LEAST_CELL:
        return [_total(f"{name} ({len(counts)} different)", n)]
    return [_total(name, n), *(_share(str(level), int(count), n) for level, count in counts.items())]


def answers_figure(data: Dataset, scale: str, labels: Labels, language: str = "en") -> Stacked | None:
    """How the items of a scale were answered, as asked (not reversed); None where they share no rating format."""
    instrument = data.instrument
    items = [key.lstrip("-") for key in instrument.scales[scale].items]
    formats = {instrument.items[item].format for item in items}
    answers = instrument.formats[formats.pop()] if len(formats) == 1 else None
    if not isinstance(answers, Likert):
        return None
    shares, sizes, asked = [], [], []
    for item in items:
        values = _numbers(data.respondents[item]) if item in data.respondents.columns else np.empty(0)
        if len(values):
            shares.append(tuple(float((values == code).mean()) for code in codes(answers)))
            sizes.append(len(values))
            asked.append(labels.wording(item) + (" (R)" if (scale, item) in labels.reversed_items else ""))
    if not asked:
        return None
    points = codes(answers)
    low, high = min(sizes), max(sizes)
    return Stacked(
        title=f"Answers to the items of {labels(scale)}",
        items=tuple(asked),
        answers=tuple(label(answers, code, language) for code in points),
        shares=tuple(shares),
        n=tuple(sizes),
        neutral=len(points) // 2 if len(points) % 2 else -1,
        note=f"Numbers are percentages; {f'{low:,}' if low == high else f'{low:,} to {high:,}'} answers an item. "
        + ("R = reverse-scored, shown here as asked." if any(text.endswith("(R)") for text in asked) else ""),
        name=f"answers-{scale}",
    )
