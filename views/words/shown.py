"""Numbers and days as people read them, in the language of our phrases."""

from __future__ import annotations

from datetime import UTC, datetime

from survey.mail.day import day as day
from views.words import spoken

_COMMA = frozenset(
    (
        *("bg", "cs", "da", "de", "el", "es", "fi", "fr", "hr", "hu", "is", "it", "lt", "lv", "nb", "nl", "nn", "no"),
        *("pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tr", "uk"),
    )
)
"""Languages that write decimals with a comma."""


def _base(language: str) -> str:
    return language.split("-")[0].lower()


def decimal_sign(language: str) -> str:
    """The sign before the decimals in a language: a comma or a point."""
    return "," if _base(language) in _COMMA else "."


def plain_number(value: str | float) -> str:
    """A number without a needless '.0', as an input holds it."""
    return f"{value:.10g}" if isinstance(value, int | float) else value


def number(language: str, value: float) -> str:
    """A number in a language: from five digits on in groups of three, parted by a space that does not break.

    >>> number("fr", 12345.5), number("en", 0.25)
    ('12\\u202f345,5', '0.25')
    """
    text = f"{value:,.10g}" if abs(value) >= 10_000 else plain_number(value)
    return text.replace(",", "\u202f").replace(".", decimal_sign(language))


def moment(language: str, at: datetime | None) -> str:
    """A moment within one of our phrases: the day and, unless it begins the day, the time in UTC; '' for none.

    >>> moment("en", datetime(2026, 3, 1, tzinfo=UTC)), moment("fr", datetime(2026, 3, 2, 8, 30, tzinfo=UTC))
    ('1 March 2026', '2 mars 2026, 08:30 UTC')
    """
    if at is None:
        return ""
    here = at.astimezone(UTC)
    said = day(spoken(language), here.date().isoformat())
    return said if (here.hour, here.minute) == (0, 0) else f"{said}, {here:%H:%M} UTC"


def spell(language: str, value: str | float) -> str:
    """A number, day or other text within one of our phrases, on a page in ``language``."""
    said_in = spoken(language)
    return day(said_in, value) if isinstance(value, str) else number(said_in, value)
