"""What respondents read that is not in the instrument, in each language; English where a language lacks a phrase."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from views.words import en, fr

LANGUAGES: Mapping[str, Mapping[str, str]] = {"en": en.PHRASES, "fr": fr.PHRASES}
RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "yi", "ps", "sd", "ug"})


@cache
def phrases(language: str) -> Mapping[str, str]:
    """All phrases in ``language`` (a tag such as 'en' or 'fr-CH'), by key."""
    return {**en.PHRASES, **LANGUAGES.get(language.split("-")[0].lower(), {})}


def speak(language: str, key: str, **values: object) -> str:
    """The phrase ``key`` in ``language``, with ``values`` put in; KeyError where no language has it."""
    return phrases(language)[key].format(**values)


def spoken(language: str) -> str:
    """The language that our phrases are in where a page is in ``language``: that, or English."""
    return language if language.split("-")[0].lower() in LANGUAGES else "en"


def direction(language: str) -> str:
    """'rtl' for languages written from the right, else 'ltr'."""
    return "rtl" if language.split("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
