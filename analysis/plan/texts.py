"""Reading lists of names in a plan that may hold mistakes of form."""

from __future__ import annotations

from typing import Any


def texts(value: Any) -> list[tuple[int, str]]:
    """The texts of a list, with their places in it; [] where it is no list."""
    return [(i, entry) for i, entry in enumerate(value) if isinstance(entry, str)] if isinstance(value, list) else []
