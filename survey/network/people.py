"""Who was named, as the log tells it: ties by their ids alone. Names lie apart and are never among answers.

What the log holds of a network ``N``, as flat names to answers like everything else:

``N.GENERATOR``       the ties that this question named, a tuple of ids; () for nobody
``N.last``            the number of the newest tie, so that an id is never given twice
``N.alike``           pairs of ties whose names are alike, as 'T1-T3'
``N.same.T1.T3``      whether these two are the same person, yes or no
``N.asked``           the ties that are asked about, all or a sample
``N.chance.T1``       the probability that this tie had of being asked about
``N.of.SCREEN``       whom 'same' and 'between' (and ITEM, where one question is asked at a time) were sent for
``N.T1.ITEM``         the answer to an interpreter about a tie
``N.between.T1.T2``   how well two ties know each other, as the level's code
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from survey.answers import Answer, Answers
from survey.dataset.sampling import draw
from survey.instrument.model import Network

_TIE = re.compile(r"T[1-9]\d{0,5}")
_ALL_PAIRS_UP_TO = 4
"""Of more people of one name each is compared with the first alone."""


@dataclass(frozen=True)
class Person:
    """One person: ``tie`` is their id, ``mentions`` the ids under which they were named, ``generators`` where."""

    tie: str
    mentions: tuple[str, ...]
    generators: tuple[str, ...]


def is_tie(text: str) -> bool:
    """Whether a text can be the id of a tie."""
    return _TIE.fullmatch(text) is not None


def number(tie: str) -> int:
    """The number in a tie's id, by which ties are ordered."""
    return int(tie[1:])


def item_of(name: str) -> str:
    """The item that an answer is to: of ``N.T1.ITEM`` the interpreter, of any other name the name itself."""
    parts = name.split(".", 2)
    return parts[2] if len(parts) == 3 and is_tie(parts[1]) else name


def listed(name: str, generator: str, answers: Answers) -> tuple[str, ...]:
    """The ties that a generator's question named, in the order given."""
    given = answers.get(f"{name}.{generator}")
    return given if isinstance(given, tuple) else ()


def mentions(name: str, network: Network, answers: Answers) -> tuple[str, ...]:
    """Every tie that is named now, once, in the order of the questions."""
    return tuple(dict.fromkeys(tie for g in network.generators for tie in listed(name, g, answers)))


def people(name: str, network: Network, answers: Answers) -> tuple[Person, ...]:
    """The people named now, in the order they first appear; who was confirmed to be the same is one person."""
    named = mentions(name, network, answers)
    own = canonical(name, named, answers)
    found: dict[str, tuple[list[str], list[str]]] = {}
    for tie in named:
        found.setdefault(own[tie], ([], []))[0].append(tie)
    for generator in network.generators:
        for tie in dict.fromkeys(own[tie] for tie in listed(name, generator, answers)):
            found[tie][1].append(generator)
    return tuple(Person(tie, tuple(ids), tuple(where)) for tie, (ids, where) in found.items())


def canonical(name: str, named: Iterable[str], answers: Answers) -> dict[str, str]:
    """Of each tie named now, the id of its person: the lowest of those confirmed to be the same.

    A confirmation counts while the two names are alike, or while one of the two is not named any more: then the other
    keeps the id that the person has had.
    """
    present = set(named)
    pairs = set(alike(name, answers))
    lead = {tie: tie for tie in present}

    def root(tie: str) -> str:
        while lead.setdefault(tie, tie) != tie:
            tie = lead[tie]
        return tie

    prefix = f"{name}.same."
    for key, answer in answers.items():
        if answer == "yes" and key.startswith(prefix):
            a, b = key.removeprefix(prefix).split(".")
            if (a, b) in pairs or not {a, b} <= present:
                low, high = sorted((root(a), root(b)), key=number)
                lead[high] = low
    return {tie: root(tie) for tie in present}


def alike(name: str, answers: Answers) -> tuple[tuple[str, str], ...]:
    """The pairs of ties whose names are alike."""
    given = answers.get(f"{name}.alike")
    pairs = (pair.split("-") for pair in given) if isinstance(given, tuple) else ()
    return tuple((a, b) for a, b in pairs)


def key_of(name: str) -> str:
    """What is left of a name when case, accents, spaces and dots are left out: names are alike where this is equal.

    >>> key_of("J. Müller") == key_of("j muller")
    True
    """
    parted = unicodedata.normalize("NFKD", name.casefold())
    kept = "".join(c for c in parted if c.isalnum())
    return unicodedata.normalize("NFKC", kept.casefold()) or name.casefold().strip()


def alike_pairs(names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """The pairs of ties, lower id first, whose names are alike; names: tie to name."""
    groups: dict[str, list[str]] = {}
    for tie in sorted(names, key=number):
        groups.setdefault(key_of(names[tie]), []).append(tie)
    pairs: list[tuple[str, str]] = []
    for group in groups.values():
        few = len(group) <= _ALL_PAIRS_UP_TO
        pairs += combinations(group, 2) if few else [(group[0], other) for other in group[1:]]
    return tuple(pairs)


def asked(name: str, answers: Answers) -> tuple[str, ...]:
    """The people who are asked about, by the number of their id: the log settles it whenever names change."""
    given = answers.get(f"{name}.asked")
    return tuple(sorted(given, key=number)) if isinstance(given, tuple) else ()


def settle(name: str, network: Network, answers: Answers, seed: int) -> dict[str, Answer]:
    """Who is asked about once these answers stand, and everybody's probability: derived, and kept in the log."""
    everybody = people(name, network, answers)
    strata = {person.tie: person.generators[0] for person in everybody}
    drawn, chances = draw(strata, network.interpret_at_most, seed, name)
    settled: dict[str, Answer] = {f"{name}.asked": tuple(sorted(drawn, key=number))}
    settled.update({f"{name}.chance.{tie}": chance for tie, chance in chances.items()})
    return settled
