"""What the columns of a table from elsewhere probably are, as a first draft for whoever knows."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from survey.instrument.draw_up import ColumnSpec, ScaleSpec, ids_of

MOST_STEPS = 11
"""Whole numbers up to this are the steps of an answer scale; larger ones make a number."""
MOST_CATEGORIES = 20
Labels = Mapping[int | str, str]


def guess_columns(
    frame: pd.DataFrame, texts: Mapping[str, str] | None = None, labels: Mapping[str, Labels] | None = None
) -> tuple[ColumnSpec, ...]:
    """A guess for each column of a table.

    texts: the questions, labels: code to label, each by header and where the file knows them. Columns whose names
    share a beginning come from one questionnaire, so a range that nobody used in full is widened to its neighbours'.
    """
    headers = [str(column) for column in frame.columns]
    found = [
        replace(
            _guess(name, frame[column], (labels or {}).get(header, {})),
            text=(texts or {}).get(header) or None,
            header=header if header != name else "",
        )
        for header, name, column in zip(headers, ids_of(headers), frame.columns, strict=True)
    ]
    wide: dict[str, tuple[float, float]] = {}
    for spec in found:
        if spec.kind == "likert" and spec.minimum is not None and spec.maximum is not None:
            low, high = wide.get(stem(spec.name), (spec.minimum, spec.maximum))
            wide[stem(spec.name)] = (min(low, spec.minimum), max(high, spec.maximum))
    return tuple(
        replace(spec, minimum=wide[stem(spec.name)][0], maximum=wide[stem(spec.name)][1])
        if spec.kind == "likert"
        else spec
        for spec in found
    )


def _guess(name: str, values: pd.Series, labels: Labels) -> ColumnSpec:
    present = values.dropna()
    numbers = pd.to_numeric(present, errors="coerce")
    if present.empty or name == "id":
        return ColumnSpec(name, "ignore")
    if numbers.isna().any():
        few = present.nunique() <= max(2, min(MOST_CATEGORIES, len(present) // 3))
        return ColumnSpec(name, "category" if few else "ignore")
    whole = bool((numbers % 1 == 0).all())
    coded: dict[int | str, str] = {
        f"{code:g}": words for code, words in labels.items() if isinstance(code, int | float)
    }
    steps = sorted({*numbers, *map(float, coded)})
    low, high = float(steps[0]), float(steps[-1])
    if whole and low >= 0 and high <= MOST_STEPS and high - low >= 2 and len(steps) >= 3:
        return ColumnSpec(name, "likert", low if coded else min(low, 1.0), high, coded)
    if coded and {f"{value:g}" for value in set(numbers)} <= coded.keys():
        return ColumnSpec(name, "choice", labels=coded)
    if whole and numbers.nunique() == len(numbers) and low in (0, 1) and high - low == len(numbers) - 1:
        return ColumnSpec(name, "ignore")  # a running number
    return ColumnSpec(name, "number")


def stem(name: str) -> str:
    """The beginning that the items of one scale share: 'A' of 'A1', 'stress' of 'stress_03'."""
    return re.sub(r"_?\d+[a-zA-Z]?$", "", name)


def guess_scales(columns: Sequence[ColumnSpec], frame: pd.DataFrame) -> tuple[ScaleSpec, ...]:
    """Scales from answers whose names share a beginning; items that run against the others are reversed."""
    groups: dict[str, list[ColumnSpec]] = {}
    for spec in columns:
        if spec.kind == "likert" and stem(spec.name) not in ("", spec.name):
            groups.setdefault(stem(spec.name), []).append(spec)
    taken = {spec.name for spec in columns}
    return tuple(
        ScaleSpec(
            name if name not in taken else f"{name}_scale", _signed(frame, members), label=name, min_answered=0.75
        )
        for name, members in groups.items()
        if len(members) > 1
    )


def _signed(frame: pd.DataFrame, members: Sequence[ColumnSpec]) -> tuple[str, ...]:
    """Ids, with a minus where a column runs against the first principal direction of their correlations."""
    numbers = frame[[spec.column for spec in members]].apply(pd.to_numeric, errors="coerce")
    _, vectors = np.linalg.eigh(numbers.corr().fillna(0.0).to_numpy())
    weights = vectors[:, -1]
    most = 1.0 if (weights > 0).sum() * 2 >= len(weights) else -1.0
    return tuple(
        f"-{spec.name}" if weight * most < -0.1 else spec.name for spec, weight in zip(members, weights, strict=True)
    )
