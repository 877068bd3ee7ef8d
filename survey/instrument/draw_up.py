"""An instrument drawn up for data collected elsewhere, from what a researcher says of its columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from survey.files.problems import FileProblems, Problem
from survey.instrument.canonical import yaml_of
from survey.instrument.check_parts import RESERVED
from survey.instrument.load import load
from survey.instrument.model import Instrument

ColumnKind = Literal[
    "likert",
    "number",
    "choice",
    "multichoice",
    "text",
    "date",
    "id",
    "group",
    "wave",
    "dyad",
    "time",
    "category",
    "weight",
    "ignore",
]
_FIELDS = ("id", "group", "wave", "dyad", "time", "category", "weight")
_MOST_LABELS = 101


@dataclass(frozen=True)
class ColumnSpec:
    """One column of the data.

    name: the item's or field's id. kind: how it was answered, what a declared field holds, or 'ignore'.
    minimum, maximum: the declared range (needed for likert, and wherever an item is reversed).
    labels: code to label; needed for choice and multichoice. A likert code without one is labelled by itself.
    text: the question, if it is known. header: the column's name in the data, where it is not the id.
    """

    name: str
    kind: ColumnKind
    minimum: float | None = None
    maximum: float | None = None
    labels: Mapping[int | str, str] | Sequence[str] = ()
    text: str | None = None
    header: str = ""

    @property
    def column(self) -> str:
        """The column's name in the data."""
        return self.header or self.name


@dataclass(frozen=True)
class ScaleSpec:
    """One scale. items: ids, a leading minus for a reversed one. label: by default the name."""

    name: str
    items: tuple[str, ...]
    label: str = ""
    score: Literal["mean", "sum"] = "mean"
    min_answered: float = 1.0


def draw_up(
    id: str, columns: Sequence[ColumnSpec], scales: Sequence[ScaleSpec], *, title: str | None = None
) -> Instrument:
    """The instrument of data collected elsewhere.

    columns: what the columns hold; those that are ignored or not named are passed over when data are read. A column
        called id is known to every data set and needs no declaration.
    Raises ``FileProblems`` with everything that does not fit, in the words used for files.

    >>> columns = [ColumnSpec("A1", "likert", 1, 6), ColumnSpec("A2", "likert", 1, 6)]
    >>> draw_up("mine", columns, [ScaleSpec("agreeable", ("-A1", "A2"))]).scales["agreeable"].items
    ('-A1', 'A2')
    """
    problems = _problems(id, columns)
    formats: dict[str, dict[str, Any]] = {}
    items: dict[str, dict[str, Any]] = {}
    fields: dict[str, dict[str, Any]] = {}
    for column in columns:
        if column.kind == "ignore" or (column.name in RESERVED and (column.name, column.kind) != ("wave", "wave")):
            continue
        if column.kind in _FIELDS:
            fields[column.name] = {"type": column.kind, **({"label": _words(column.text)} if column.text else {})}
            continue
        name = _format_name(formats, _format(column))
        items[column.name] = {**({"text": _words(column.text)} if column.text else {}), "format": name}
    data: dict[str, Any] = {
        "format": "twofold/1",
        "id": id,
        "version": "1.0.0",
        **({"title": _words(title)} if title else {}),
        "formats": formats,
        "items": items,
        "scales": {
            scale.name: {
                "label": _words(scale.label or scale.name),
                "items": list(scale.items),
                "score": scale.score,
                "min_answered": scale.min_answered,
            }
            for scale in scales
        },
        **({"fields": fields} if fields else {}),
    }
    try:
        instrument = load(yaml_of(data), id)
    except FileProblems as error:
        # Places in the text made up here would mean nothing to anybody.
        raise FileProblems([*problems, *(replace(p, line=0, column=0) for p in error.problems)]) from None
    if problems:
        raise FileProblems(problems)
    return instrument


def ids_of(headers: Sequence[str]) -> list[str]:
    """An id for each header: letters, digits and underscores, first a letter, none twice.

    >>> ids_of(["Q 1", "Q-1", "2nd"])
    ['Q_1', 'Q_1_2', 'v2nd']
    """
    taken: dict[str, None] = {}
    for header in headers:
        base = re.sub(r"[^A-Za-z0-9_]+", "_", header).strip("_")[:60] or "column"
        base = base if base[0].isalpha() else f"v{base}"
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken[name] = None
    return list(taken)


def _words(text: str) -> str:
    """Words of another program: what would look like HTML gets the space that makes it 'less than'."""
    return re.sub(r"<(?=\S)", "< ", text)


def _problems(id: str, columns: Sequence[ColumnSpec]) -> list[Problem]:
    problems, seen = [], set()
    for column in columns:
        if column.name in seen:
            problems.append(Problem(id, 0, 0, f"column '{column.name}' is there twice.", "Rename one."))
        seen.add(column.name)
        if column.kind == "likert":
            problems += _likert_problems(id, column)
        if column.kind in ("choice", "multichoice") and not column.labels:
            problems.append(Problem(id, 0, 0, f"column '{column.name}' has no choices.", "List its codes and labels."))
    return problems


def _likert_problems(id: str, column: ColumnSpec) -> list[Problem]:
    low, high = column.minimum, column.maximum
    if low is None or high is None:
        what = f"column '{column.name}' has no declared range."
        return [Problem(id, 0, 0, what, "Give its smallest and largest possible code.")]
    if low != int(low) or high != int(high) or not 1 <= high - low < _MOST_LABELS:
        what = f"column '{column.name}' cannot go from {low:g} to {high:g} in labelled steps."
        return [Problem(id, 0, 0, what, "Give whole numbers, the smaller first, or call it a number.")]
    return []


def _format(column: ColumnSpec) -> dict[str, Any]:
    low, high = column.minimum, column.maximum
    limits = {k: v for k, v in (("min", low), ("max", high)) if v is not None}
    known = column.labels
    labels = {str(k): v for k, v in known.items()} if isinstance(known, Mapping) else {}
    if column.kind == "likert":
        if low is None or high is None or _likert_problems("", column):
            return {"type": "number"}
        codes = range(int(low), int(high) + 1)
        if not isinstance(known, Mapping):
            labels = {str(code): text for code, text in zip(codes, known, strict=False)}
        shown = [_words(labels.get(str(code)) or str(code)) for code in codes]
        return {"type": "likert", "from": int(low), "labels": shown}
    if column.kind in ("choice", "multichoice"):
        pairs = labels or {str(text): str(text) for text in known} or {"none": "none"}
        return {"type": column.kind, "choices": {code: {"label": _words(text or code)} for code, text in pairs.items()}}
    return {"type": column.kind, **(limits if column.kind == "number" else {})}


def _format_name(formats: dict[str, dict[str, Any]], wanted: dict[str, Any]) -> str:
    """One format for all columns that are answered alike, named after what it is."""
    base = str(wanted["type"])
    if base == "likert":
        low = int(wanted["from"])
        base = f"steps_{low}_to_{low + len(wanted['labels']) - 1}".replace("-", "minus_")
    name, count = base, 1
    while formats.get(name, wanted) != wanted:
        count += 1
        name = f"{base}_{count}"
    formats[name] = wanted
    return name
