"""Ties over waves: who was named in earlier waves, shown again so that a tie keeps its id.

What a session of a later wave knows of a network ``N`` beside its own answers:

``N.before``            the people named in earlier waves, without those who were said to be out of touch since
``N.before.GENERATOR``  of these, whom this question named when it was last asked
``N.still.T1``          whether the respondent is still in touch with one of them, yes or no
``N.last``              the number of the newest tie of all waves, so that an id is never given to somebody else
"""

from __future__ import annotations

from collections.abc import Sequence

from survey.answers import Answer, Answers
from survey.instrument.model import Instrument
from survey.network.people import number, people


def carried(instrument: Instrument, earlier: Sequence[tuple[Instrument, Answers]]) -> dict[str, Answer]:
    """What earlier waves, oldest first, each with the instrument that it was answered to, hand on to the next."""
    found: dict[str, Answer] = {}
    for name in instrument.networks:
        known: set[str] = set()
        named_by: dict[str, frozenset[str]] = {}
        last = 0
        for own, answers in earlier:
            if name not in own.networks:
                continue
            given = answers.get(f"{name}.last")
            last = max(last, int(given) if isinstance(given, float) else 0)
            now = people(name, own.networks[name], answers)
            known = {tie for tie in known if answers.get(f"{name}.still.{tie}") != "no"} | {one.tie for one in now}
            for generator in own.networks[name].generators:
                if f"{name}.{generator}" in answers:
                    named_by[generator] = frozenset(one.tie for one in now if generator in one.generators)
        if not known:
            continue
        ties = sorted(known, key=number)
        found[f"{name}.last"] = float(max(last, *map(number, ties)))
        found[f"{name}.before"] = tuple(ties)
        for generator in instrument.networks[name].generators:
            own_ties = named_by.get(generator, frozenset())
            found[f"{name}.before.{generator}"] = tuple(tie for tie in ties if tie in own_ties)
    return found


def before(name: str, answers: Answers, generator: str = "") -> tuple[str, ...]:
    """The people named in earlier waves, or those whom one question named."""
    given = answers.get(f"{name}.before.{generator}" if generator else f"{name}.before")
    return given if isinstance(given, tuple) else ()


def still(name: str, answers: Answers, generator: str = "") -> tuple[str, ...]:
    """Of these, all but those with whom the respondent says to be out of touch."""
    return tuple(tie for tie in before(name, answers, generator) if answers.get(f"{name}.still.{tie}") != "no")
