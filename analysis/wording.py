"""Numbers within the notes of results, as people write them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_MINUS = "\u2212"
_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def by_power(value: float, digits: int) -> str:
    """A number by its power of ten, its first part with ``digits`` decimals, rounded half away from zero.

    >>> by_power(-2.5e15, 2), by_power(3.028e-9, 2)
    ('−2.50 × 10¹⁵', '3.03 × 10⁻⁹')
    """
    exact, step = Decimal(repr(abs(float(value)))), Decimal(1).scaleb(-digits)
    power = exact.adjusted()
    lead = exact.scaleb(-power).quantize(step, rounding=ROUND_HALF_UP)
    if lead >= 10:
        power, lead = power + 1, (lead / 10).quantize(step, rounding=ROUND_HALF_UP)
    return f"{_MINUS if value < 0 else ''}{lead:f} × 10{str(power).translate(_RAISED)}"


def readable(value: float) -> str:
    """A value of a variable with four digits, or whole from a thousand on; never in a computer's notation.

    >>> readable(2.34567), readable(-0.5), readable(45123.4), readable(3.028e-9)
    ('2.346', '−0.5', '45,123', '3.028 × 10⁻⁹')
    """
    size = abs(value)
    if value and not 1e-4 <= size < 1e12:
        return by_power(value, 3)
    text = f"{size:,.0f}" if size >= 999.95 else f"{size:.4g}"
    return f"{_MINUS if value < 0 else ''}{text}"
