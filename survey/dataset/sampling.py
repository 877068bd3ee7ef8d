"""Which of the people named are asked about: everybody, or a sample stratified by the question that named them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence


def places(sizes: Sequence[int], most: int) -> tuple[int, ...]:
    """How many of each stratum are drawn: at least one of each where there is room, the rest by size.

    sizes: people in each stratum, none of them 0. The places go one by one to the stratum with the largest
    ``size / (places + 1)``, an earlier stratum first (D'Hondt's rule), after one place for each.

    >>> places([5, 2, 1], 5)
    (3, 1, 1)
    """
    given = [1] * len(sizes)
    for _ in range(min(most, sum(sizes)) - len(sizes)):
        open_ = [i for i, size in enumerate(sizes) if given[i] < size]
        given[max(open_, key=lambda i: (sizes[i] / (given[i] + 1), -i))] += 1
    return tuple(given)


def draw(strata: Mapping[str, str], most: int, seed: int, salt: str) -> tuple[tuple[str, ...], dict[str, float]]:
    """Who is asked about, in the order given, and the probability that each of all had of being drawn.

    strata: person to stratum. Up to ``most`` people everybody is asked about. Above that each stratum gives a simple
    random sample of its ``places``; with more strata than ``most``, all people are one stratum, so that nobody's
    probability is 0. The draw depends on seed, salt and the person alone: the same on every machine.
    """
    if len(strata) <= most:
        return tuple(strata), dict.fromkeys(strata, 1.0)
    names = list(dict.fromkeys(strata.values()))
    groups = {name: [person for person, own in strata.items() if own == name] for name in names}
    if len(names) > most:
        groups = {"": list(strata)}
    counts = places([len(group) for group in groups.values()], most)
    drawn: set[str] = set()
    chances: dict[str, float] = {}
    for group, count in zip(groups.values(), counts, strict=True):
        drawn.update(sorted(group, key=lambda person: _lot(seed, salt, person))[:count])
        chances.update(dict.fromkeys(group, count / len(group)))
    return tuple(person for person in strata if person in drawn), {person: chances[person] for person in strata}


def _lot(seed: int, salt: str, person: str) -> bytes:
    return hashlib.sha256(f"{seed}/{salt}/{person}".encode()).digest()
