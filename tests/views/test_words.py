"""Respondents' phrases: whole in every language, with the same blanks; numbers and days as the language has them."""

from __future__ import annotations

import string

import pytest

from survey.answers import read_answer
from survey.instrument.model import Number
from views.words import LANGUAGES, direction, en, phrases, speak, spoken
from views.words.shown import day, number, spell


def blanks(phrase: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(phrase) if name is not None}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_a_language_has_every_phrase_with_the_same_blanks(language: str) -> None:
    own = LANGUAGES[language]
    assert set(own) == set(en.PHRASES)
    for key, phrase in own.items():
        assert blanks(phrase) == blanks(en.PHRASES[key]), key
        assert phrase.strip() == phrase != ""
    alike = [key for key in own if own[key] == en.PHRASES[key]]
    assert alike == []


def test_there_are_english_and_french() -> None:
    assert set(LANGUAGES) >= {"en", "fr"}
    assert speak("fr-CH", "next") == "Suivant"
    assert speak("en-GB", "progress", percent=7) == "7 % complete"


def test_a_language_without_phrases_is_answered_in_english_and_says_so() -> None:
    assert phrases("xx") == en.PHRASES
    assert [spoken(language) for language in ("he", "fr-CA", "en")] == ["en", "fr-CA", "en"]
    assert [direction(language) for language in ("ar", "he", "fr", spoken("he"))] == ["rtl", "rtl", "ltr", "ltr"]


def test_french_signs_stand_after_a_space_that_does_not_break() -> None:
    for key, phrase in LANGUAGES["fr"].items():
        for at, sign in enumerate(phrase):
            if sign in "!?;:%":
                assert phrase[at - 1] in "\u202f\u00a0", (key, phrase)


def test_large_numbers_are_read_in_groups_that_may_be_typed_as_well() -> None:
    assert [number("en", n) for n in (7.5, 200.0, 9999, 100_000.0)] == ["7.5", "200", "9999", "100\u202f000"]
    assert [number("fr", n) for n in (7.5, -0.25, 12345.5)] == ["7,5", "-0,25", "12\u202f345,5"]
    assert read_answer(Number(type="number"), "100\u202f000") == 100_000.0
    assert read_answer(Number(type="number"), number("fr", 12345.5)) == 12345.5


def test_days_and_numbers_in_a_phrase_are_in_the_language_of_the_phrase() -> None:
    assert day("en", "2026-12-31") == "31 December 2026"
    assert day("fr", "2026-08-01") == "1er août 2026"
    assert spell("he", "2026-08-02") == "2 August 2026"  # the phrase around it is English
    assert spell("de", 0.5) == "0.5"
    assert spell("fr", 0.5) == "0,5"
    assert spell("fr", "no day") == "no day"
