"""Questionnaires under an author's hand, kept in the server's memory: never a study unless they are saved.

Each is found under a random key by its author alone, and is gone after some hours or when the server restarts.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID, uuid5

from survey.files.problems import FileProblems, Problem
from survey.instrument.canonical import sha256
from survey.instrument.load import load
from survey.instrument.model import Instrument
from survey.store import Study
from survey.store.logins import User

NAME = "The questionnaire"
"""What a draft is called in its problems."""
HOURS = 8
MOST_EACH = 6
"""Drafts of one author; the one that was untouched longest goes first."""
MOST_CHARACTERS = 16_000_000
SIGN = "~"
"""Before a draft's key, where a study's name stands otherwise: no study can be called so."""


@dataclass(frozen=True)
class Draft:
    """A questionnaire as it is being written.

    study: the slug of the study that it is to change, '' where it is new. instrument: of the last text without
    mistakes, which is what can be looked at; None where there was none. problems: the mistakes in the text.
    """

    key: str
    author: UUID
    study: str
    title: str
    text: str
    instrument: Instrument | None = None
    problems: tuple[Problem, ...] = ()
    plan: str | None = None
    until: float = 0.0

    @property
    def address(self) -> str:
        """What stands for it in the address of a preview."""
        return f"{SIGN}{self.key}"

    def as_study(self) -> Study | None:
        """The draft as a study that nobody can answer, for the pages of respondents."""
        if self.instrument is None:
            return None
        made = uuid5(UUID(int=0), self.key)
        digest, now = sha256(self.instrument), datetime.now(UTC)
        return Study(
            made, self.address, self.title, "draft", self.instrument, digest, self.plan, now, None, None, opened=0
        )


class Drafts:
    """A bounded memory of drafts; threads may share it."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Draft] = OrderedDict()
        self._clock = clock

    def begin(self, author: User, text: str, *, study: str = "", title: str = "", plan: str | None = None) -> Draft:
        """A new draft of this author's."""
        return self.write(Draft(secrets.token_urlsafe(12), author.id, study, title, "", plan=plan), text)

    def write(self, draft: Draft, text: str) -> Draft:
        """The draft with another text; while that has mistakes, the last one without any goes on being shown."""
        try:
            instrument, problems = load(text, NAME), ()
        except FileProblems as error:
            return self._keep(replace(draft, text=text, problems=error.problems))
        return self._keep(replace(draft, text=text, instrument=instrument, problems=problems))

    def find(self, address: str | None, author: User | None) -> Draft | None:
        """The draft at an address ('~KEY'), for its author alone."""
        if author is None or not address or not address.startswith(SIGN):
            return None
        with self._lock:
            found = self._kept.get(address.removeprefix(SIGN))
        return found if found and found.author == author.id and found.until > self._clock() else None

    def of(self, author: User, study: str) -> Draft | None:
        """The newest draft of this author's for a study."""
        with self._lock:
            mine = [d for d in self._kept.values() if (d.author, d.study) == (author.id, study)]
        return mine[-1] if mine and mine[-1].until > self._clock() else None

    def drop(self, draft: Draft) -> None:
        """Forget a draft, once it is saved or given up."""
        with self._lock:
            self._kept.pop(draft.key, None)

    def _keep(self, draft: Draft) -> Draft:
        now = self._clock()
        kept = replace(draft, until=now + 3600 * HOURS)
        with self._lock:
            self._kept.pop(draft.key, None)
            self._kept[draft.key] = kept
            mine = [key for key, one in self._kept.items() if one.author == draft.author]
            for key in mine[:-MOST_EACH]:
                self._kept.pop(key)
            while len(self._kept) > 1:
                oldest = next(iter(self._kept.values()))
                size = sum(len(one.text) for one in self._kept.values())
                if oldest.until > now and size <= MOST_CHARACTERS:
                    break
                self._kept.pop(oldest.key)
        return kept


DRAFTS = Drafts()
"""Those of this server."""
