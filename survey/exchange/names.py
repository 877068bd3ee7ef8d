"""Names as another platform allows them: mapped by a rule, unique, and every change recorded."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from survey.exchange.report import Report


@dataclass
class Names:
    """Gives each name of ours one of theirs.

    rule: what a name becomes. most: the most characters allowed. fold: whether capitals count as small letters.
    """

    rule: Callable[[str], str]
    most: int
    report: Report
    kind: str = "item"
    fold: bool = True
    taken: set[str] = field(default_factory=set)
    given: dict[str, str] = field(default_factory=dict)

    def __call__(self, name: str) -> str:
        """The other platform's name; the same for the same name."""
        if name not in self.given:
            new = self.fresh(self.rule(name))
            self.given[name] = new
            if new != name:
                self.report.renamed[f"{self.kind} '{name}'"] = f"'{new}'"
        return self.given[name]

    def fresh(self, wanted: str) -> str:
        """A name that is not taken yet, and is from now on."""
        base = wanted[: self.most]
        name, count = base, 1
        while self._key(name) in self.taken:
            count += 1
            tail = f"{count}"
            name = f"{base[: self.most - len(tail)]}{tail}"
        self.taken.add(self._key(name))
        return name

    def reserve(self, names: Iterable[str]) -> None:
        """Names that are to keep their form come first."""
        for name in names:
            if self.rule(name) == name and len(name) <= self.most and self._key(name) not in self.taken:
                self(name)

    def _key(self, name: str) -> str:
        return name.casefold() if self.fold else name


def same(name: str) -> str:
    """A name that may stay as it is."""
    return name


def small(name: str) -> str:
    """Small letters, digits and single underscores, a letter first, as REDCap has it.

    >>> small("Has_Mentor__2_")
    'has_mentor_2'
    """
    return re.sub(r"_+", "_", re.sub(r"[^a-z0-9_]", "_", name.lower())).strip("_") or "x"


def letters(name: str) -> str:
    """Letters and digits alone, a letter first, as LimeSurvey has it.

    >>> letters("sick_days")
    'sickdays'
    """
    return re.sub(r"[^A-Za-z0-9]", "", name) or "x"
