"""Numbers as APA-7 prints them: the one place where anything is rounded.

Rounding is half away from zero on the shortest decimal that names the float (``repr``), as a person rounds the number
that they see: 0.125 becomes 0.13 and 2.675 becomes 2.68, where binary half-even rounding would give 0.12 and 2.67.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from analysis.wording import by_power

MINUS = "\u2212"
DASH = "\u2014"
"""What stands for a number that does not exist; a table that holds one says so in its note."""


HUGE = 1e12
"""From here on a number is printed by its power of ten."""
MANY_DEGREES = 1000
"""From here on degrees of freedom are printed whole."""
MOST_DIGITS = 5
"""Most decimals of a number in units of its own; what is smaller is printed by its power of ten."""


@dataclass(frozen=True)
class Style:
    """How a kind of number is printed: fixed decimals, in units of its own, a count, a p value, degrees of freedom or
    a percentage."""

    kind: Literal["fixed", "measured", "count", "p", "degrees", "percent"] = "fixed"
    digits: int = 2
    bounded: bool = False
    """True where the value cannot exceed 1 in absolute value: then it has no zero before the point."""
    bracketed: bool = False
    """True where it stands in round brackets (a reliability on the diagonal of a table of correlations)."""
    least: float = 0.0
    """A measured number that is nearer to zero is printed by its power of ten."""

    def by_power(self, value: float) -> bool:
        """Whether it is printed by its power of ten: too large to read, or too small for the decimals."""
        return abs(value) >= HUGE or (self.kind == "measured" and 0 < abs(value) < self.least)


DECIMAL = Style()
BETA = DECIMAL
"""Standardised coefficients can exceed 1, so they keep their zero."""
BOUNDED = Style(bounded=True)
BRACKETED = Style(bounded=True, bracketed=True)
BOUNDED3 = Style(digits=3, bounded=True)
COUNT = Style("count", 0)
P = Style("p", 3, True)
DEGREES = Style("degrees")
PERCENT = Style("percent", 1)


def decimals(digits: int) -> Style:
    """Fixed decimals with a leading zero."""
    return Style("fixed", digits)


def rounded(value: float, digits: int) -> Decimal:
    """``value`` to ``digits`` decimals, half away from zero, and never minus zero."""
    exact = Decimal(repr(float(value)))
    result = exact.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def show(value: float, style: Style = DECIMAL) -> str:
    """A number as text.

    Parameters: the value at full precision, and its style. Returns text with a true minus, '—' for nan and '∞' for
    infinity.

    >>> show(-0.456, BOUNDED), show(0.0004, P), show(1234.0, COUNT), show(-0.001)
    ('−.46', '< .001', '1,234', '0.00')
    """
    text = _show(float(value), style)
    return f"({text})" if style.bracketed and text != DASH else text


def _show(value: float, style: Style) -> str:
    if math.isnan(value):
        return DASH
    if math.isinf(value):
        return ("" if value > 0 else MINUS) + "∞"
    if style.by_power(value):
        return by_power(value, min(style.digits, 2))
    if style.kind == "p":
        return _probability(value, style.digits)
    if style.kind == "count":
        return _signed(rounded(value, 0), False)
    if style.kind == "degrees":
        return _signed(rounded(value, 0 if value == int(value) or value >= MANY_DEGREES else style.digits), False)
    if style.kind == "percent":
        return _signed(rounded(100 * value, style.digits), False) + "%"
    return _signed(rounded(value, places(value, style)), style.bounded)


def places(value: float, style: Style) -> int:
    """Decimals of a fixed or measured number: of a measured one of thousands two are enough."""
    return min(style.digits, 2) if style.kind == "measured" and abs(value) >= 1_000 else style.digits


def _signed(value: Decimal, bounded: bool) -> str:
    text = f"{abs(value):,f}"
    if bounded and text.startswith("0."):
        text = text[1:]
    return (MINUS if value < 0 else "") + text


def _probability(value: float, digits: int) -> str:
    least = Decimal(1).scaleb(-digits)
    if Decimal(repr(value)) < least:
        return f"< {_signed(least, True)}"
    if rounded(value, digits) >= 1:
        return f"> {_signed(1 - least, True)}"
    return _signed(rounded(value, digits), True)


def equals(value: float, style: Style = DECIMAL) -> str:
    """A number for use in a sentence after its symbol: '= .03', '< .001'.

    >>> equals(0.03, P), equals(0.00001, P)
    ('= .030', '< .001')
    """
    text = show(value, style)
    return text if text[0] in "<>" else f"= {text}"


def interval(low: float, high: float, style: Style = DECIMAL) -> str:
    """Both ends of an interval: '[.12, .34]'; '—' if neither exists."""
    if math.isnan(low) and math.isnan(high):
        return DASH
    return f"[{show(low, style)}, {show(high, style)}]"


def level(share: float) -> str:
    """A confidence level as people write it: 0.95 is '95%', 0.999 is '99.9%'."""
    value = rounded(100 * share, 4).normalize()
    return f"{value:f}%"


def stars(p: float) -> str:
    """Asterisks for .05, .01 and .001; '' for a p that does not exist."""
    return "" if math.isnan(p) else "*" * sum(p < bound for bound in (0.05, 0.01, 0.001))


def measured(errors: Iterable[float], usual: int = 2) -> Style:
    """The style of numbers in units of their own: with decimals enough that none of these errors vanishes into 0.00.

    errors: standard errors or deviations of what is printed; nan and 0 say nothing. An error that would need more than
    ``MOST_DIGITS`` decimals brings powers of ten for whatever is as small.

    >>> show(0.1234, measured([0.2, 0.004])), show(3e-8, measured([0.2, 1e-8])), show(1234.5678, measured([0.004]))
    ('0.123', '3.00 × 10⁻⁸', '1,234.57')
    """
    small = [abs(e) for e in errors if math.isfinite(e) and e != 0]
    needed = math.ceil(-math.log10(min(small)) - 1e-12) if small else usual
    least = 10.0 ** (1 - MOST_DIGITS) if needed > MOST_DIGITS else 0.0
    return Style("measured", max(usual, min(MOST_DIGITS, needed)), least=least)


def declared(value: float) -> str:
    """A margin or a limit that somebody gave, with all the decimals that they gave it.

    >>> declared(0.1), declared(0.005)
    ('0.10', '0.005')
    """
    return show(value, decimals(max(2, -int(Decimal(repr(float(value))).as_tuple().exponent))))


def exact(value: float) -> str:
    """A number at full precision for files that machines read: shortest text that gives it back; '' for nan.

    >>> exact(480.0), exact(0.1), exact(float("nan"))
    ('480', '0.1', '')
    """
    value = float(value)
    if math.isnan(value):
        return ""
    text = repr(value)
    return text[:-2] if text.endswith(".0") else text
