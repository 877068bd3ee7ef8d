"""Variables of one wave, as plans name them: ``stress@2``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from survey.dataset.columns import AT

if TYPE_CHECKING:
    from analysis.plan.parts import Common

_OF_WAVE = re.compile(rf"(?P<name>[^{AT}]+){AT}(?P<wave>[A-Za-z0-9_.-]+)")
NEXT = "next"
"""In place of a wave, of the outcome of ties: what is said of the same tie in the person's next wave."""
NO_NAMES = ("id", "kind", "where", "tests", "tier", "expect")
"""Keys of an analysis that hold no variables of their own."""


def parted(name: str) -> tuple[str, str] | None:
    """A variable of one wave as its name and its wave; None for any other, and for one of the next wave.

    >>> parted("stress@2"), parted("stress")
    (('stress', '2'), None)
    """
    found = _OF_WAVE.fullmatch(name)
    return (found["name"], found["wave"]) if found and found["wave"] != NEXT else None


def names_in(analysis: Common) -> tuple[str, ...]:
    """The variables of one wave that an analysis of a plan names, each once."""
    held = {key: value for key, value in analysis.model_dump().items() if key not in NO_NAMES}
    return tuple(dict.fromkeys(name for name in texts_of(held) if parted(name)))


def texts_of(value: Any) -> list[str]:
    """Every text in plain data."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in texts_of(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in texts_of(part)]
    return []
