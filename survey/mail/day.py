"""Days as people read them."""

from __future__ import annotations

import re

_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_MONTHS = {
    "en": (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    "fr": (
        *("janvier", "février", "mars", "avril", "mai", "juin"),
        *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    ),
}


def day(language: str, iso: str) -> str:
    """A day (YYYY-MM-DD) in a language; as it is where the names of months are not known.

    >>> day("en", "2026-02-01"), day("fr-CA", "2026-02-01"), day("fi", "2026-02-01")
    ('1 February 2026', '1er février 2026', '2026-02-01')
    """
    base = language.split("-")[0].lower()
    found = _DAY.fullmatch(iso)
    months = _MONTHS.get(base)
    if found is None or months is None:
        return iso
    year, month, of_month = (int(part) for part in found.groups())
    first = "1er" if of_month == 1 and base == "fr" else str(of_month)
    return f"{first} {months[month - 1]} {year}"
