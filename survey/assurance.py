"""What is said when a study is launched: of ethics, of help for respondents, and of how translations were reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from survey.instrument.model import Instrument

METHODS: Final[Mapping[str, str]] = {
    "back-translation": "translated back and compared",
    "committee": "discussed in a committee",
    "native-speaker": "read by a native speaker",
    "none": "not reviewed yet",
}
"""How a translation was reviewed."""

APPROVED, NOT_NEEDED = "approved", "not-needed"
LONGEST = 2000
"""Characters of what is said of one thing."""


@dataclass(frozen=True)
class Assurance:
    """One thing said: kind 'ethics', 'distress' or 'translation' (of ``language``).

    answer: 'approved' or 'not-needed' of ethics, a key of ``METHODS`` of a translation, else ''. words: the approval's
    number, or why none is needed; whom respondents can turn to; who reviewed a translation, and how.
    """

    kind: str
    language: str
    answer: str
    words: str
    actor: str
    at: datetime


@dataclass(frozen=True)
class Assured:
    """What is said now. ethics: the number of the approval, else no_ethics: why none is needed.

    distress: whom respondents can turn to. translations: by language, the method and the words to it.
    """

    ethics: str = ""
    no_ethics: str = ""
    distress: str = ""
    translations: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def lines(self) -> tuple[tuple[str, str, str, str], ...]:
        """What is said, as (kind, language, answer, words); what is empty is not said."""
        told = [
            ("ethics", "", APPROVED, self.ethics)
            if self.ethics.strip()
            else ("ethics", "", NOT_NEEDED, self.no_ethics),
            ("distress", "", "", self.distress),
            *(("translation", language, *said) for language, said in self.translations.items()),
        ]
        return tuple((kind, language, answer, words.strip()) for kind, language, answer, words in told if words.strip())


SIMULATED = Assured(
    no_ethics="simulated data: no person was asked",
    distress="nobody answers: the data are simulated",
)
"""What is true of a study whose answers are simulated; its translations are yet to be said."""


def needed(instrument: Instrument) -> tuple[tuple[str, str], ...]:
    """What must be said of a study, as (kind, language): of each language but the first, its translation."""
    further = tuple(("translation", language) for language in instrument.languages[1:])
    return (("ethics", ""), ("distress", ""), *further)


def latest(said: Iterable[Assurance]) -> dict[tuple[str, str], Assurance]:
    """What holds now: of each kind and language the last that was said; ``said`` in its order."""
    return {(one.kind, one.language): one for one in said}


def words_of(said: Assurance) -> str:
    """What was said, in a line.

    >>> words_of(Assurance("translation", "fr", "committee", "three people.", "", datetime(2026, 11, 26)))
    'discussed in a committee: three people.'
    """
    if said.kind == "translation":
        return f"{METHODS.get(said.answer, said.answer)}: {said.words}"
    return f"none needed: {said.words}" if said.answer == NOT_NEEDED else said.words
