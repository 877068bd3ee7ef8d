"""Texts of the instrument as one respondent reads them: in their language, with their own earlier answers put in."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from survey.answers import Answer, unanswered
from survey.instrument.formats import ChoiceFormat, Date, Likert, MultiChoice, Rank, other_text, specified
from survey.instrument.labels import label, labels_in
from survey.instrument.model import Instrument, Text, say
from survey.instrument.pipes import filled
from survey.store import Session
from views.words import direction
from views.words.shown import day, number

NOTHING = "…"
"""Where there is no answer."""


def said(text: Text | None, session: Session) -> str:
    """A text in the session's language, with the answers that it names."""
    return _filled(say(text, session.language, session.study.instrument.languages), session)


def all_said(labels: Sequence[str] | Mapping[str, Sequence[str]] | None, session: Session) -> tuple[str, ...]:
    """Labels in the session's language, with the answers that they name."""
    return tuple(_filled(text, session) for text in labels_in(labels, session.language))


def _filled(text: str, session: Session) -> str:
    if "{" not in text and "}" not in text:
        return text
    instrument, answers = session.study.instrument, session.way.kept
    return filled(text, lambda name: _apart(told(instrument, name, answers, session.language), session.language))


def told(instrument: Instrument, item: str, answers: Mapping[str, Answer], language: str) -> str:
    """An answer in words: labels of choices, numbers and days as the language writes them; '…' where there is none."""
    answer = answers.get(item)
    if answer is None or unanswered(answer) or item not in instrument.items:
        return NOTHING
    fmt = instrument.format_of(item)
    if isinstance(fmt, ChoiceFormat | MultiChoice | Rank | Likert):
        codes = answer if isinstance(answer, tuple) else (answer,)
        own, words = specified(fmt), answers.get(other_text(item))
        return ", ".join(
            str(words) if code == own and not unanswered(words) else _plain(label(fmt, code, language))
            for code in codes
        )
    if isinstance(answer, float):
        return number(language, answer)
    return day(language, str(answer)) if isinstance(fmt, Date) else " ".join(str(answer).split())


def _plain(text: str) -> str:
    """A label that itself names an answer is not filled a second time."""
    return filled(text, lambda name: NOTHING)


def _apart(text: str, language: str) -> str:
    """A text set apart where it may run against the direction of the sentence around it."""
    from_right = any(unicodedata.bidirectional(character) in ("R", "AL") for character in text)
    return f"\u2068{text}\u2069" if from_right or direction(language) == "rtl" else text
