"""Which words a respondent agreed to: their version, language and hash, kept beside the answer of the consent page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from survey.answers import Answer
from survey.instrument.model import Instrument, Page, say


def words_of(instrument: Instrument, page: Page, language: str) -> str:
    """The words of a consent page in a language: title, text and intro, parted by empty lines."""
    parts = (say(text, language, instrument.languages).strip() for text in (page.title, page.text, page.intro))
    return "\n\n".join(part for part in parts if part)


def words_hash(words: str) -> str:
    """The SHA-256 of words in UTF-8, 64 hex digits."""
    return hashlib.sha256(words.encode()).hexdigest()


def record(instrument: Instrument, page: Page, language: str) -> dict[str, Answer]:
    """What the log keeps beside the answer of a consent page; {} for any other page.

    ``PAGE.version``, ``PAGE.language`` and ``PAGE.words``, the hash of what stood there.
    """
    if page.type != "consent":
        return {}
    words = words_hash(words_of(instrument, page, language))
    return {f"{page.id}.version": instrument.version, f"{page.id}.language": language, f"{page.id}.words": words}


RECORDED = ("version", "language", "words")


def without(instrument: Instrument, answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """Answers without what is recorded of consent, which is no answer of the respondent's."""
    recorded = {f"{page.id}.{part}" for page in instrument.pages if page.type == "consent" for part in RECORDED}
    return {name: answer for name, answer in answers.items() if name not in recorded}
