"""The screens of a network page: names for each of its questions, then who is who, then about each, then between them.

``PAGE.still`` shows who was named in earlier waves; ``PAGE.GENERATOR`` names; ``PAGE.same`` confirms who was named
twice; ``PAGE.about.TIE`` (with ``.2`` and so on where there are many questions) or ``PAGE.about.ITEM`` asks the
interpreters; ``PAGE.between`` asks who knows whom. Each is one submission of the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Literal

from survey.answers import Answer, Answers
from survey.instrument.formats import other_text, specified
from survey.instrument.model import Instrument, Likert, Network, Page
from survey.instrument.once import once
from survey.network.carried import before
from survey.network.people import alike, asked, is_tie, number

AT_ONCE = 8
"""Questions about people that one screen asks; more are split evenly over several."""


@dataclass(frozen=True)
class Screen:
    """One screen of a network page.

    id: its name in the log and the address. names: the answers that it asks for. generator: of a screen for names.
    ties: whom an 'about' screen asks about. items: what it asks of each. covers: the ties or pairs of a screen that may
    have to be asked of more people later; the log keeps under the name ``of`` those that it has been sent for.
    """

    id: str
    page: str
    network: str
    kind: Literal["still", "names", "same", "about", "between"]
    names: tuple[str, ...]
    generator: str = ""
    ties: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    of: str = ""

    def sent(self, answers: Answers) -> bool:
        """Whether all whom it asks about were there when it was sent."""
        given = answers.get(self.of)
        return not self.of or (isinstance(given, tuple) and set(self.covers) <= set(given))

    def covered(self, answers: Answers) -> dict[str, Answer]:
        """What the log adds once it is sent."""
        given = answers.get(self.of)
        before = given if isinstance(given, tuple) else ()
        return {self.of: tuple(dict.fromkeys((*before, *self.covers)))} if self.of else {}


def screens(instrument: Instrument, page: Page, answers: Answers) -> tuple[Screen, ...]:
    """The screens of a network page for these answers, in order; () for another page, and for logs without ties."""
    if page.network is None or _counted(instrument, page.network, answers):
        return ()
    name, network = page.network, instrument.networks[page.network]
    shown: list[Screen] = []
    if ties_before := before(name, answers):
        still = tuple(f"{name}.still.{tie}" for tie in ties_before)
        shown.append(Screen(f"{page.id}.still", page.id, name, "still", still, ties=ties_before))
    shown += [
        Screen(f"{page.id}.{generator}", page.id, name, "names", (f"{name}.{generator}",), generator=generator)
        for generator in network.generators
    ]
    pairs = alike(name, answers)
    if pairs:
        same = tuple(f"{name}.same.{a}.{b}" for a, b in pairs)
        both = tuple(f"{a}-{b}" for a, b in pairs)
        shown.append(Screen(f"{page.id}.same", page.id, name, "same", same, covers=both, of=f"{name}.of.same"))
    chosen = asked(name, answers)
    known = _known(instrument)
    if (page.id, chosen) not in known:
        if len(known) >= _MOST_KNOWN:
            known.clear()
        known[page.id, chosen] = _of_people(instrument, page.id, name, network, chosen)
    return (*shown, *known[page.id, chosen])


@once
def _known(instrument: Instrument) -> dict[tuple[str, tuple[str, ...]], tuple[Screen, ...]]:
    """The screens about people by page and whom they ask about: ties are numbered, so thousands share a few."""
    return {}


_MOST_KNOWN = 2_000


def _of_people(
    instrument: Instrument, page: str, name: str, network: Network, chosen: tuple[str, ...]
) -> tuple[Screen, ...]:
    """The screens that ask about these people, then who knows whom."""
    shown = _about(instrument, page, name, network, chosen)
    if network.between is not None and len(chosen) > 1:
        ties = tuple(f"{name}.between.{a}.{b}" for a, b in pairs_of(chosen))
        screen = f"{page}.between"
        shown.append(Screen(screen, page, name, "between", ties, ties=chosen, covers=chosen, of=f"{name}.of.between"))
    return tuple(shown)


def _counted(instrument: Instrument, name: str, answers: Answers) -> bool:
    """Whether these answers are of a time when only numbers of people were kept: nobody knows of whom to ask."""
    return any(isinstance(answers.get(f"{name}.{g}"), float) for g in instrument.networks[name].generators)


def pairs_of(ties: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """All pairs of ties, the lower id first, in the order of the ties."""
    return tuple((a, b) if number(a) < number(b) else (b, a) for a, b in combinations(ties, 2))


def _about(instrument: Instrument, page: str, name: str, network: Network, chosen: tuple[str, ...]) -> list[Screen]:
    made: list[Screen] = []
    if network.interpret_by == "person":
        for tie in chosen:
            for number_, part in enumerate(_parts(network.interpreters), 1):
                more = "" if number_ == 1 else f".{number_}"
                made.append(_screen(instrument, f"{page}.about.{tie}{more}", page, name, (tie,), part))
        return made
    for item in network.interpreters:
        for number_, some in enumerate(_parts(chosen), 1):
            more = "" if number_ == 1 else f".{number_}"
            made.append(
                _screen(instrument, f"{page}.about.{item}{more}", page, name, some, (item,), f"{name}.of.{item}")
            )
    return made


def _screen(
    instrument: Instrument, id_: str, page: str, name: str, ties: tuple[str, ...], items: tuple[str, ...], of: str = ""
) -> Screen:
    named = with_own_words(instrument)
    own = [name for item in items for name in named[item]]
    names = tuple(f"{name}.{tie}.{item}" for tie in ties for item in own)
    return Screen(id_, page, name, "about", names, ties=ties, items=items, covers=ties if of else (), of=of)


@once
def with_own_words(instrument: Instrument) -> dict[str, tuple[str, ...]]:
    """By item: its name, and that of the respondent's own words where a choice opens a line for them."""
    return {
        item: (item,) if specified(instrument.format_of(item)) is None else (item, other_text(item))
        for item in instrument.items
    }


def _parts(everything: Sequence[str]) -> list[tuple[str, ...]]:
    """Parts of nearly equal length, none longer than ``AT_ONCE``."""
    count = -(-len(everything) // AT_ONCE)
    cuts = [round(i * len(everything) / count) for i in range(count + 1)] if count else [0]
    return [tuple(everything[a:b]) for a, b in pairwise(cuts)]


def order_of(instrument: Instrument, page: Page, screen: str) -> tuple[int, ...]:
    """Where a screen stands within its page, also one that is not shown now. Raises KeyError for what is no screen."""
    rest = screen.split(".")[1:]
    if not rest:
        return (0,)
    if page.network is None:
        raise KeyError(screen)
    network = instrument.networks[page.network]
    generators = list(network.generators)
    if len(rest) == 1 and rest[0] in generators:
        return (1, generators.index(rest[0]))
    if rest == ["still"]:
        return (0, 1)
    if rest in (["same"], ["between"]):
        return (2,) if rest == ["same"] else (4,)
    if rest[0] == "about" and len(rest) in (2, 3):
        part = int(rest[2]) if len(rest) == 3 and rest[2].isdecimal() else 1
        if is_tie(rest[1]):
            return (3, number(rest[1]), part)
        if rest[1] in network.interpreters:
            return (3, network.interpreters.index(rest[1]), part)
    raise KeyError(screen)


def deciding(instrument: Instrument, page: Page) -> tuple[str, ...]:
    """The names of the answers on which it depends what screens a page has."""
    if page.network is None:
        return ()
    asked_of = instrument.networks[page.network]
    by_question = asked_of.interpreters if asked_of.interpret_by == "question" else ()
    of = (f"of.{part}" for part in ("same", "between", *by_question))
    return tuple(f"{page.network}.{part}" for part in (*asked_of.generators, "alike", "asked", "before", *of))


def deciding_screens(instrument: Instrument, page: Page) -> tuple[str, ...]:
    """The screens whose submissions hold those answers."""
    if page.network is None:
        return ()
    asked_of = instrument.networks[page.network]
    by_question = asked_of.interpreters if asked_of.interpret_by == "question" else ()
    more = range(2, 1 + max(1, -(-asked_of.interpret_at_most // AT_ONCE)))
    about = [f"about.{item}{part}" for item in by_question for part in ("", *(f".{n}" for n in more))]
    return tuple(f"{page.id}.{part}" for part in ("still", *asked_of.generators, "same", *about, "between"))


def kept(instrument: Instrument, page: Page, shown: Sequence[Screen], answers: Answers) -> list[str]:
    """The names of the answers that count: those on screens shown now, and what was derived from them."""
    if page.network is None:
        return []
    chances = (name for name in answers if name.startswith(f"{page.network}.chance."))
    asked_for = (name for screen in shown for name in screen.names)
    return [f"{page.network}.last", *deciding(instrument, page), *chances, *asked_for]


def share_done(instrument: Instrument, page: Page, shown: Sequence[Screen], at: str, answers: Answers) -> float:
    """How much of a network page lies before one of its screens, 0 to 1; it never falls on the way forward.

    The questions for names are three tenths, those about people six, and who knows whom the last tenth.
    """
    screen = next((s for s in shown if s.id == at), None)
    if screen is None or screen.kind == "still":
        return 0.0
    generators = [s.id for s in shown if s.kind == "names"]
    if screen.kind == "names":
        return 0.3 * generators.index(at) / len(generators)
    about = [s.id for s in shown if s.kind == "about"]
    return (
        0.3 if screen.kind == "same" else 0.9 if screen.kind == "between" else 0.3 + 0.6 * about.index(at) / len(about)
    )


def weight(instrument: Instrument, page: Page) -> int:
    """About how many answers a network page asks for, where people name half as many as they may."""
    if page.network is None:
        return 0
    network = instrument.networks[page.network]
    usual = min(network.interpret_at_most, -(-sum(g.max for g in network.generators.values()) // 2))
    pairs = usual * (usual - 1) // 2 if network.between is not None else 0
    return 3 * len(network.generators) + usual * len(network.interpreters) + pairs


def level_format(instrument: Instrument, network: str) -> Likert:
    """How well two people know each other, as a format: its codes count from 0."""
    between = instrument.networks[network].between
    if between is None:
        raise KeyError(network)
    return Likert(type="likert", labels=between.levels, **{"from": 0})
