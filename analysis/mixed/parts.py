"""How the parts of a predictor are called in terms."""

from __future__ import annotations

WITHIN, BETWEEN, CONTEXTUAL = "within", "between", "contextual"


def part(name: str, which: str) -> str:
    """The term of one part of a predictor.

    >>> part("demands", WITHIN)
    'demands[within]'
    """
    return f"{name}[{which}]"
