"""Whether respondents can read whom to write to or call: looked for on the consent page and at the end."""

from __future__ import annotations

import re

from survey.instrument.model import Instrument, say

_CONTACT = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+"  # an e-mail address
    r"|https?://\S+|www\.\S+"
    r"|(?<![\w.])\+?\d(?:[\d ()/.\u202f\u00a0-]*\d)?(?![\w])",  # digits of a telephone, counted below
)
_SHORTEST_CALL = 6
"""Digits: fewer are a year, a price or a number of minutes."""
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def without_contact(instrument: Instrument) -> tuple[str, ...]:
    """The languages in which neither a consent page nor a closing one, the own result's help included, says how to
    reach anybody: no e-mail address, no address on the web, no telephone number."""
    return tuple(language for language in instrument.languages if not _named(instrument, language))


def _named(instrument: Instrument, language: str) -> bool:
    told = []
    for page in instrument.pages:
        if page.type in ("consent", "feedback"):
            told += [page.title, page.intro, page.text]
            told += [page.result.help] if page.result is not None else []
    words = " \n".join(say(text, language, instrument.languages) for text in told if text is not None)
    return any(_reaches(match.group()) for match in _CONTACT.finditer(words))


def _reaches(found: str) -> bool:
    if "@" in found or found.lower().startswith(("http", "www")):
        return True
    return not _DAY.fullmatch(found) and sum(sign.isdigit() for sign in found) >= _SHORTEST_CALL
