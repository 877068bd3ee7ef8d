"""Which variables a person can pick, what they are called, and in which order they are offered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.scoring import Scored
    from reports.labels import Labels
    from survey.instrument.model import Instrument

LONGEST = 60


def labels(instrument: Instrument) -> Labels:
    """The instrument's labels in English, else in its own first language."""
    from reports.labels import labels_of

    return labels_of(instrument, "en")


def labelled(instrument: Instrument) -> tuple[Labels, Callable[[str], str]]:
    """The labels, and what a list of variables calls one: scales and fields by label, items by id and their text."""
    names = labels(instrument)

    def called(variable: str) -> str:
        if variable in instrument.items:
            text = names.wordings.get(variable, "")
            return f"{variable} · {cut(text)}" if text else variable
        label = names(variable)
        alike = [v for v in (*instrument.scales, *instrument.fields) if names(v) == label]
        return label if len(alike) < 2 else f"{label} ({variable})"

    return names, called


def cut(text: str) -> str:
    """The beginning of a long text."""
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1].rstrip()}…"


def numeric(scored: Scored) -> list[str]:
    """Numeric variables that vary at all or not: scales first, then fields and derived ones, then items."""
    from pandas.api.types import is_numeric_dtype

    frame = scored.frame
    return _in_order(scored, [str(c) for c in frame.columns if is_numeric_dtype(frame[c])])


def predictors(scored: Scored) -> list[str]:
    """Every variable that can stand on the right side of a regression."""
    from pandas.api.types import is_numeric_dtype

    frame = scored.frame
    categories = [
        str(c) for c in frame.columns if not is_numeric_dtype(frame[c]) and 1 < frame[c].nunique(dropna=True) <= 20
    ]
    return _in_order(scored, [*numeric(scored), *categories])


def clusters(scored: Scored) -> list[str]:
    """Variables that say who belongs together: several rows share a value."""
    from pandas.api.types import is_numeric_dtype

    frame = scored.frame
    groups = [c for c, field in scored.instrument.fields.items() if field.type in ("group", "dyad", "id", "category")]
    others = [str(c) for c in frame.columns if not is_numeric_dtype(frame[c])]
    found = dict.fromkeys(c for c in [*groups, *others] if c in frame.columns)
    return [c for c in found if 1 < frame[c].nunique(dropna=True) < frame[c].notna().sum()]


def _in_order(scored: Scored, found: list[str]) -> list[str]:
    instrument = scored.instrument

    def rank(variable: str) -> int:
        if variable in instrument.scales:
            return 0
        return 2 if variable.split(".")[0] in instrument.items else 1

    return sorted(dict.fromkeys(found), key=rank)
