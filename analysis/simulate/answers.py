"""From numbers on a normal scale to answers of each format, and plain answers where a variable has no equation."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from survey.instrument.formats import other_text, specified
from survey.instrument.labels import codes, is_numeric, score_of
from survey.instrument.model import (
    ChoiceFormat,
    Date,
    FieldOf,
    Format,
    FreeText,
    Instrument,
    Likert,
    MultiChoice,
    Number,
    Rank,
    Slider,
)

Vector = npt.NDArray[np.float64]
Column = npt.NDArray[np.generic]
LOADING = 0.70
"""Of every item of every scale for which no other model is written."""
TEAM = 8
"""People in a team."""


def cut(values: Vector, thresholds: Vector, codes_: Vector) -> Vector:
    """Codes of normal values cut at the thresholds, one code more than thresholds."""
    return codes_[np.searchsorted(thresholds, values)]


def even_thresholds(categories: int) -> Vector:
    """Thresholds from −1.5 to 1.5 (one at 0 where there are two categories)."""
    return np.linspace(-1.5, 1.5, categories - 1) if categories > 2 else np.zeros(categories - 1)


def on_format(values: Vector, answer_format: Format) -> Column:
    """Standard normal values as answers of a graded format: higher values, higher codes or scores.

    Likert and choices are cut at even thresholds, numbers and sliders take the value's percentile of their range.
    """
    if isinstance(answer_format, Likert | ChoiceFormat):
        known = np.array(codes(answer_format), dtype=np.float64 if isinstance(answer_format, Likert) else object)
        if isinstance(answer_format, ChoiceFormat) and is_numeric(answer_format):
            scores = np.array([score_of(answer_format, code) for code in known], dtype=np.float64)
            known = known[np.argsort(scores, kind="stable")]
        return known[np.searchsorted(even_thresholds(len(known)), values)]
    if isinstance(answer_format, Number | Slider):
        low = 0.0 if answer_format.min is None else answer_format.min
        high = low + 100.0 if answer_format.max is None else answer_format.max
        spread = low + (high - low) * ndtr(values)
        whole = isinstance(answer_format, Number) and answer_format.integer
        return np.clip(np.rint(spread) if whole else spread.round(1), np.ceil(low) if whole else low, high)
    raise ValueError(f"answers of type {answer_format.type} have no grades")


def plain(item: str, answer_format: Format, n: int, rng: np.random.Generator) -> dict[str, Column]:
    """Columns of an item without an equation: independent of everything else, within its format."""
    if isinstance(answer_format, Likert | ChoiceFormat | Number | Slider):
        return {item: on_format(rng.standard_normal(n), answer_format)}
    if isinstance(answer_format, MultiChoice):
        return {f"{item}.{choice}": (rng.random(n) < 0.3).astype(np.float64) for choice in answer_format.choices}
    if isinstance(answer_format, Rank):
        places = rng.random((n, len(answer_format.choices))).argsort(axis=1) + 1.0
        return {f"{item}.{choice}": places[:, i] for i, choice in enumerate(answer_format.choices)}
    if isinstance(answer_format, Date):
        first = date.fromisoformat(answer_format.min or "2015-01-01")
        last = date.fromisoformat(answer_format.max or max("2025-12-31", first.isoformat()))
        days = rng.integers(0, (last - first).days + 1, n)
        return {item: np.array([(first + timedelta(days=int(day))).isoformat() for day in days], dtype=object)}
    return {item: _texts(answer_format, n)}


def _texts(answer_format: FreeText, n: int) -> Column:
    """Free texts that say where they come from, cut to the length allowed."""
    return np.array([f"simulated text {i + 1}"[: answer_format.max_length] for i in range(n)], dtype=object)


def _own_words(instrument: Instrument, item: str, columns: dict[str, Column]) -> dict[str, Column]:
    """What is written beside the choice that asks for it, by those who picked it; {} where no choice does."""
    code = specified(instrument.format_of(item))
    if code is None:
        return {}
    picked = columns[item] == code if item in columns else columns[f"{item}.{code}"] == 1.0
    words = [f"simulated words {i + 1}" if mark else None for i, mark in enumerate(picked)]
    return {other_text(item): np.array(words, dtype=object)}


def scales(instrument: Instrument, n: int, rng: np.random.Generator) -> dict[str, Column]:
    """Answers to every item: each scale one factor with loadings of .70, factors independent, the rest plain.

    An item of several scales loads on the first alone. Reversed items load negatively.
    """
    columns: dict[str, Column] = {}
    for scale in instrument.scales.values():
        factor = rng.standard_normal(n)
        for key in scale.items:
            item = key.lstrip("-")
            if item in columns or not is_numeric(instrument.format_of(item)):
                continue
            loading = -LOADING if key.startswith("-") else LOADING
            values = loading * factor + np.sqrt(1 - LOADING**2) * rng.standard_normal(n)
            columns[item] = on_format(values, instrument.format_of(item))
    for item in instrument.items:
        if item not in columns:
            columns |= plain(item, instrument.format_of(item), n, rng)
        columns |= _own_words(instrument, item, columns)
    return columns


def field(name: str, declared: FieldOf, n: int, rng: np.random.Generator) -> Column | None:
    """A declared column: teams of 8 for groups, pairs for dyads; None for ids and free text."""
    if declared.type in {"group", "dyad"}:
        size = TEAM if declared.type == "group" else 2
        return np.array([f"{name[0]}{i // size + 1:03d}" for i in range(n)], dtype=object)
    if declared.type == "category":
        return np.array(["a", "b"], dtype=object)[rng.integers(0, 2, n)]
    if declared.type == "number":
        return rng.standard_normal(n).round(3)
    if declared.type in {"wave", "weight", "time"}:
        return np.ones(n)
    return None
