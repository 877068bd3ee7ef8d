"""What one cell of a file means under the instrument: a value, a typed missing, or a mistake in words."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date

from survey.dataset.columns import PARADATA, SECONDS, Column, missing_codes, number_text
from survey.instrument.labels import codes
from survey.instrument.model import ChoiceFormat, Date, Instrument, Likert, MultiChoice, Number, Rank, Slider
from survey.standing import STANDINGS

Cell = tuple[float | str | None, str]
"""A value and '', or None and the type of missing ('' where it is unknown)."""

Reader = Callable[[str], Cell]

EMPTY: Cell = (None, "")

NO_ANSWER = frozenset({"NA", "N/A", "#N/A", "NAN", "NULL", "NONE", "."})
"""What other programs write into a cell without an answer. None of it is guessed to mean that: NA is a country too."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{3})+", re.ASCII)
_WHOLE = re.compile(r"(-?\d+)\.0*")
_LEAVE = ", or leave the cell empty."


class BadCell(Exception):  # noqa: N818 - control flow between cells and read
    """A cell that cannot be accepted; the text says what and what to do."""


def reader_of(instrument: Instrument, column: Column) -> Reader:
    """The function that reads the cells of a column; it raises BadCell."""
    declared = missing_codes(instrument, column.of)
    inner = _reader(instrument, column)

    def read(text: str) -> Cell:
        trimmed = text.strip()
        if not trimmed:
            return EMPTY
        if declared and (trimmed in declared or whole(trimmed) in declared):
            return None, declared.get(trimmed, declared.get(whole(trimmed), ""))
        try:
            return inner(text), ""
        except BadCell:
            if trimmed.upper() not in NO_ANSWER:
                raise
            what = f"{shorten(text)} is no answer. Leave the cell of a missing answer empty"
            raise BadCell(f'{what} (write.csv in R does with na = "").') from None

    return read


def _reader(instrument: Instrument, column: Column) -> Callable[[str], float | str]:
    if column.name == SECONDS or (column.name in PARADATA and column.kind == "number"):
        return lambda text: _within(_number(text), 0.0, None)
    if column.source == "own":
        return lambda text: _code(text.strip(), STANDINGS)
    if column.source == "field":
        return _number if column.kind == "number" else _label
    fmt = instrument.format_of(column.of)
    if column.own_words:
        return lambda text: text
    match fmt:
        case Likert():
            known = codes(fmt)
            return lambda text: _rating(text, int(known[0]), int(known[-1]))
        case Number() | Slider():
            integer = isinstance(fmt, Number) and fmt.integer
            return lambda text: _within(_whole_if(integer, _number(text)), fmt.min, fmt.max)
        case MultiChoice():
            return lambda text: _rating(text, 0, 1, "1 where it was picked and 0 where not")
        case Rank():
            return lambda text: _rating(text, 1, len(fmt.choices))
        case ChoiceFormat():
            return lambda text: _code(text.strip(), tuple(fmt.choices))
        case Date():
            return lambda text: _day(text.strip(), fmt.min, fmt.max)
        case _:
            return lambda text: text


def whole(text: str) -> str:
    """'3' for '3.0': programs that know only one kind of number write codes so."""
    match = _WHOLE.fullmatch(text)
    return match.group(1) if match else text


def _number(text: str) -> float:
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        raise BadCell(f"{shorten(text)} is not a number. {_hint(text)}{_LEAVE}")
    value = float(text)
    if math.isinf(value):
        raise BadCell(f"{shorten(text)} is too large a number. Correct it{_LEAVE}")
    return value + 0.0


def _hint(text: str) -> str:
    point, plain = text.replace(",", ".", 1), text.replace(",", "")
    if _GROUPED.fullmatch(text):
        return f"Write {plain}, or {point} if the comma is a decimal sign"
    return f"Write {point}" if _NUMBER.fullmatch(point) else "Give a number"


def _rating(text: str, low: int, high: int, meaning: str = "") -> float:
    value = _number(text)
    if not low <= value <= high:
        raise BadCell(f"{shorten(text)} is outside the declared range {low} to {high}. Correct it{_LEAVE}")
    if value != int(value):
        raise BadCell(
            f"{shorten(text)} is not one of the whole codes {low} to {high}. Give {meaning or 'one of them'}{_LEAVE}"
        )
    return value


def _whole_if(integer: bool, value: float) -> float:
    if integer and value != math.floor(value):
        raise BadCell(f"{number_text(value)} is not a whole number. Correct it{_LEAVE}")
    return value


def _within(value: float, low: float | None, high: float | None) -> float:
    if (low is not None and value < low) or (high is not None and value > high):
        if low is None or high is None:
            bounds = f"at least {low:g}" if low is not None else f"at most {high:g}"
        else:
            bounds = f"{low:g} to {high:g}"
        raise BadCell(f"{number_text(value)} is outside the declared range {bounds}. Correct it{_LEAVE}")
    return value


def _label(text: str) -> str:
    return whole(text.strip())


def _code(text: str, known: tuple[str, ...]) -> str:
    if text in known:
        return text
    if whole(text) in known:
        return whole(text)
    listed = ", ".join(known[:8]) + (", …" if len(known) > 8 else "")
    raise BadCell(f"{shorten(text)} is not a declared code. Give one of {listed} (codes, not labels){_LEAVE}")


def _day(text: str, low: str | None, high: str | None) -> str:
    try:
        day = date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadCell(f"{shorten(text)} is not a date. Write it as 2026-12-31{_LEAVE}") from None
    if (low is not None and day < low) or (high is not None and day > high):
        raise BadCell(f"{day} is outside the declared range {low or '…'} to {high or '…'}. Correct it{_LEAVE}")
    return day


def shorten(text: str) -> str:
    """A cell's text in quotation marks, on one line, and not all of it where it is long."""
    flat = " ".join(text.split())
    return f"'{flat[:40]}…'" if len(flat) > 40 else f"'{flat}'"
