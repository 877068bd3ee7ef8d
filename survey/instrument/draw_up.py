"""An instrument drawn up for data collected elsewhere, from what a researcher says of its columns."""

from __future__ import annotations

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
]
_FIELDS = ("id", "group", "wave", "dyad", "time", "category", "weight")
_MOST_LABELS = 101


@dataclass(frozen=True)
class ColumnSpec:
    """One column of the data.

    name: its header, which becomes the item's id. kind: how it was answered, or what a declared field holds.
    minimum, maximum: the declared range (needed for likert, and wherever an item is reversed).
    labels: code to label; needed for choice and multichoice. A likert code without one is labelled by itself.
    text: the question, if it is known.
    """

    name: str
    kind: ColumnKind
    minimum: float | None = None
    maximum: float | None = None
    labels: Mapping[int | str, str] | Sequence[str] = ()
    text: str | None = None


def draw_up(
    id: str,
    columns: Sequence[ColumnSpec],
    scales: Mapping[str, Sequence[str]],
    *,
    score: Literal["mean", "sum"] = "mean",
    min_answered: float = 1.0,
    names: Mapping[str, str] | None = None,
) -> Instrument:
    """The instrument of data collected elsewhere.

    columns: what the columns hold; those that are left out are ignored when data are read. A column called id
        is known to every data set and needs no declaration.
    scales: scale id to item ids, a leading minus for a reversed item; ``names`` gives their labels.
    Raises ``FileProblems`` with everything that does not fit, in the words used for files.

    >>> columns = [ColumnSpec("A1", "likert", 1, 6), ColumnSpec("A2", "likert", 1, 6)]
    >>> draw_up("mine", columns, {"agreeable": ["-A1", "A2"]}).scales["agreeable"].items
    ('-A1', 'A2')
    """
    problems = _problems(id, columns)
    formats: dict[str, dict[str, Any]] = {}
    items: dict[str, dict[str, Any]] = {}
    fields: dict[str, dict[str, Any]] = {}
    for column in columns:
        if column.name in RESERVED and (column.name, column.kind) != ("wave", "wave"):
            continue
        if column.kind in _FIELDS:
            fields[column.name] = {"type": column.kind}
            continue
        name = _format_name(formats, _format(column))
        items[column.name] = {**({"text": column.text} if column.text else {}), "format": name}
    labels = dict(names or {})
    data: dict[str, Any] = {
        "format": "twofold/1",
        "id": id,
        "version": "1.0.0",
        "formats": formats,
        "items": items,
        "scales": {
            scale: {
                "label": labels.get(scale, scale),
                "items": list(members),
                "score": score,
                "min_answered": min_answered,
            }
            for scale, members in scales.items()
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
        return {"type": "likert", "from": int(low), "labels": [labels.get(str(code)) or str(code) for code in codes]}
    if column.kind in ("choice", "multichoice"):
        pairs = labels or {str(text): str(text) for text in known} or {"none": "none"}
        return {"type": column.kind, "choices": {code: {"label": text or code} for code, text in pairs.items()}}
    return {"type": column.kind, **(limits if column.kind == "number" else {})}


def _format_name(formats: dict[str, dict[str, Any]], wanted: dict[str, Any]) -> str:
    """One format for all columns that are answered alike."""
    for name, known in formats.items():
        if known == wanted:
            return name
    name = f"format_{len(formats) + 1}"
    formats[name] = wanted
    return name
