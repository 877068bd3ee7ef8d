"""What is worked out once for each instrument, however often it is asked for."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from survey.instrument.model import Instrument

Found = TypeVar("Found")


def once(work: Callable[[Instrument], Found]) -> Callable[[Instrument], Found]:
    """Keep what a function of an instrument gives, as long as that instrument lives.

    By the object and not by its content: an instrument cannot change, and to hash its content takes longer than most
    of what is kept so.
    """
    known: dict[int, Found] = {}

    @wraps(work)
    def kept(instrument: Instrument) -> Found:
        key = id(instrument)
        if key not in known:
            known[key] = work(instrument)
            weakref.finalize(instrument, known.pop, key, None)
        return known[key]

    return kept
