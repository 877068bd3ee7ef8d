"""A made-up answer to every kind of question: always the same one, and one that its format allows."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from survey import private
from survey.answers import Answer
from survey.instrument.formats import (
    ChoiceFormat,
    Date,
    Format,
    FreeText,
    Likert,
    MultiChoice,
    Number,
    Rank,
    Slider,
)
from survey.instrument.labels import codes
from survey.instrument.model import Instrument
from survey.network.people import item_of
from survey.network.screens import Screen, level_format
from survey.pages import asked_on, find_page, find_screen
from survey.reading import OWN_WORDS

T = TypeVar("T")

PEOPLE = 3
"""How many people each question for names gets, where it takes as many."""
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def made_up(name: str, fmt: Format) -> Answer:
    """The made-up answer under a name.

    >>> made_up("job", FreeText(type="text"))
    '[job]'
    """
    match fmt:
        case Likert():
            return float(_one_of(name, codes(fmt)))
        case ChoiceFormat() | MultiChoice():
            usual = [c for c, choice in fmt.choices.items() if not (choice.specify or choice.exclusive)]
            code = _one_of(name, usual or list(fmt.choices))
            return (code,) if isinstance(fmt, MultiChoice) else code
        case Rank():
            return tuple(fmt.choices)
        case Number():
            return _number(fmt)
        case Slider():
            return _between(fmt.min, fmt.max, fmt.max - fmt.min >= 10)
        case Date():
            return min(max("2000-01-01", fmt.min or ""), fmt.max or "9999-12-31")
        case FreeText():
            return f"[{name}]"[: fmt.max_length]


def _one_of(name: str, options: Sequence[T]) -> T:
    """One of several, told by the name, so that answers differ from question to question and never by chance."""
    return options[hashlib.sha256(name.encode()).digest()[0] % len(options)]


def _number(fmt: Number) -> float:
    low = fmt.min if fmt.min is not None else (min(0.0, fmt.max - 10) if fmt.max is not None else 0.0)
    high = min(fmt.max if fmt.max is not None else low + 10, low + 60)
    whole = fmt.integer or high - low >= 10
    return _between(low, high, whole)


def _between(low: float, high: float, whole: bool) -> float:
    middle = low + 0.4 * (high - low)
    rounded = float(math.ceil(middle)) if whole else middle
    return rounded if rounded <= high else middle


def on_page(instrument: Instrument, page_id: str, answers: dict[str, Answer]) -> dict[str, object]:
    """What somebody could send for a page or a screen of a network, by name."""
    screen = find_screen(instrument, page_id, answers)
    if screen is not None:
        return _on_screen(instrument, screen)
    page = find_page(instrument, page_id)
    if page.type in private.TYPES:
        return {}
    consent = {page.id} if page.type == "consent" else set()
    given = asked_on(instrument, page_id, answers)
    return {name: "yes" if name in consent else _by_name(instrument, name) for name in given}


def _by_name(instrument: Instrument, name: str) -> Answer:
    """An answer under its whole name, so that it differs from person to person of a network."""
    item, _, part = item_of(name).partition(".")
    return made_up(item if part else name, OWN_WORDS if part else instrument.format_of(item))


def _on_screen(instrument: Instrument, screen: Screen) -> dict[str, object]:
    if screen.kind == "names":
        return {screen.names[0]: [["", name] for name in _names(instrument, screen)]}
    if screen.kind in ("same", "still"):
        return dict.fromkeys(screen.names, "yes")
    if screen.kind == "between":
        fmt = level_format(instrument, screen.network)
        return {name: made_up(name, fmt) for name in screen.names}
    return {name: _by_name(instrument, name) for name in screen.names}


def _names(instrument: Instrument, screen: Screen) -> list[str]:
    """Initials; the first person comes again in every question, so that the author meets what is asked of them then."""
    generators = instrument.networks[screen.network].generators
    place = list(generators).index(screen.generator)
    count = min(PEOPLE, generators[screen.generator].max)
    fresh = range(1 + place * (PEOPLE - 1), 1 + place * (PEOPLE - 1) + count - 1)
    return [_initials(0), *(_initials(number) for number in fresh)]


def _initials(number: int) -> str:
    more, letter = divmod(number, len(_ALPHABET))
    return f"{_ALPHABET[letter]}." if not more else f"{_ALPHABET[letter]}. {more + 1}"


def days_around(day: str) -> tuple[str, ...]:
    """A day, the one before and the one after, as far as the calendar goes."""
    number = date.fromisoformat(day).toordinal()
    return tuple(date.fromordinal(n).isoformat() for n in (number, number - 1, number + 1) if 1 <= n <= 3_652_059)
