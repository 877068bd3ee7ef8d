"""Drawing up an instrument for data that were collected elsewhere: guesses from the columns, and the file they make."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

USES = ("answer", "number", "category", "group", "text", "leave out")
"""What a column can be: an answer on a scale with a lowest and highest, a number, a category, who belongs together."""
MOST_STEPS = 11
"""An answer scale has at most this many steps; more make a number."""


@dataclass(frozen=True)
class Drawn:
    """A column as it will be declared. ``name`` is its id; ``low`` and ``high`` count for answers alone."""

    column: str
    name: str
    use: str
    low: float | None = None
    high: float | None = None
    text: str = ""


@dataclass(frozen=True)
class DrawnScale:
    """A scale as it was put together."""

    name: str
    label: str
    items: tuple[str, ...]
    reversed_items: tuple[str, ...] = ()
    score: str = "mean"
    min_answered: float = 0.75


def guess(frame: pd.DataFrame, texts: Mapping[str, str] | None = None) -> tuple[Drawn, ...]:
    """What each column of a table probably is; ``texts`` are the questions, where the file knows them."""
    ids = ids_of([str(c) for c in frame.columns])
    said = texts or {}
    found = [_guess(str(c), name, frame[c], said.get(str(c), "")) for c, name in zip(frame.columns, ids, strict=True)]
    answers = [d for d in found if d.use == "answer"]
    # Columns of one questionnaire share their scale: a range that somebody did not use in full is widened to the rest.
    wide: dict[str, tuple[float, float]] = {}
    for d in answers:
        low, high = wide.get(stem(d.name), (d.low or 0.0, d.high or 0.0))
        wide[stem(d.name)] = (min(low, d.low or 0.0), max(high, d.high or 0.0))
    return tuple(Drawn(d.column, d.name, d.use, *wide[stem(d.name)], d.text) if d.use == "answer" else d for d in found)


def _guess(column: str, name: str, values: pd.Series, text: str) -> Drawn:
    import pandas as pd

    present = values.dropna()
    numbers = pd.to_numeric(present, errors="coerce")
    if present.empty or name == "id":
        return Drawn(column, name, "leave out", text=text)
    if numbers.isna().any():
        few = present.nunique() <= max(2, min(20, len(present) // 3))
        return Drawn(column, name, "category" if few else "leave out", text=text)
    whole = bool((numbers % 1 == 0).all())
    low, high = float(numbers.min()), float(numbers.max())
    if whole and low >= 0 and high <= MOST_STEPS and high - low >= 2 and numbers.nunique() >= 3:
        return Drawn(column, name, "answer", min(low, 1.0), high, text)
    if whole and numbers.nunique() == len(numbers) and low in (0, 1) and high - low == len(numbers) - 1:
        return Drawn(column, name, "leave out", text=text)  # a running number
    return Drawn(column, name, "number", text=text)


def ids_of(columns: Sequence[str]) -> list[str]:
    """An id for each column: letters, digits and underscores, first a letter, none twice."""
    taken: set[str] = set()
    ids = []
    for column in columns:
        base = re.sub(r"[^A-Za-z0-9_]+", "_", column).strip("_")[:60] or "column"
        base = base if base[0].isalpha() else f"v{base}"
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base}_{count}"
        taken.add(name)
        ids.append(name)
    return ids


def stem(name: str) -> str:
    """The beginning that the items of one scale share: 'A' of 'A1', 'stress' of 'stress_03'."""
    return re.sub(r"_?\d+[a-zA-Z]?$", "", name)


def guess_scales(columns: Sequence[Drawn], frame: pd.DataFrame) -> tuple[DrawnScale, ...]:
    """Scales from answers whose names share a beginning; items that run against the others are reversed."""
    groups: dict[str, list[Drawn]] = {}
    for drawn in columns:
        if drawn.use == "answer" and stem(drawn.name) != drawn.name:
            groups.setdefault(stem(drawn.name), []).append(drawn)
    taken = {d.name for d in columns}
    scales = []
    for beginning, members in groups.items():
        if len(members) > 1 and beginning:
            name = beginning if beginning not in taken else f"{beginning}_scale"
            scales.append(
                DrawnScale(name, beginning, tuple(d.name for d in members), against(frame, [d.column for d in members]))
            )
    return tuple(scales)


def against(frame: pd.DataFrame, columns: Sequence[str]) -> tuple[str, ...]:
    """Ids of the columns that run against the first principal direction of their correlations (a suggestion only)."""
    import numpy as np
    import pandas as pd

    numbers = frame[list(columns)].apply(pd.to_numeric, errors="coerce")
    matrix = numbers.corr().fillna(0.0).to_numpy()
    _, vectors = np.linalg.eigh(matrix)
    weights = vectors[:, -1]
    sign = 1.0 if (weights > 0).sum() * 2 >= len(weights) else -1.0
    ids = dict(zip([str(c) for c in frame.columns], ids_of([str(c) for c in frame.columns]), strict=True))
    return tuple(ids[c] for c, weight in zip(columns, weights * sign, strict=True) if weight < -0.1)


def instrument_text(title: str, identifier: str, columns: Sequence[Drawn], scales: Sequence[DrawnScale]) -> str:
    """The instrument as a YAML file: only what describes the data (formats, items, fields, scales)."""
    from ruamel.yaml import YAML

    formats: dict[str, Any] = {}
    items: dict[str, Any] = {}
    fields: dict[str, Any] = {}
    for drawn in columns:
        if drawn.use == "answer":
            low, high = int(drawn.low or 0), int(drawn.high or 0)
            name = f"answer{low}to{high}".replace("-", "m")
            formats[name] = {"type": "likert", "from": low, "labels": [str(c) for c in range(low, high + 1)]}
            items[drawn.name] = {**({"text": drawn.text} if drawn.text else {}), "format": name}
        elif drawn.use != "leave out":
            fields[drawn.name] = {"type": drawn.use, **({"label": drawn.text} if drawn.text else {})}
    body = {
        "format": "twofold/1",
        "id": identifier,
        "version": "1.0.0",
        "title": title,
        "formats": formats,
        "items": items,
        "scales": {s.name: _scale(s) for s in scales},
        **({"fields": fields} if fields else {}),
    }
    out = io.StringIO()
    yaml = YAML()
    yaml.width = 110
    yaml.dump(body, out)
    return out.getvalue()


def _scale(scale: DrawnScale) -> dict[str, Any]:
    items = [f"-{i}" if i in scale.reversed_items else i for i in scale.items]
    return {"label": scale.label, "items": items, "score": scale.score, "min_answered": scale.min_answered}
