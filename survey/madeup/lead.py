"""Leading somebody made up to any page of a questionnaire, or saying that nobody can come there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from survey import flow
from survey.answers import Answer
from survey.instrument.model import Instrument
from survey.madeup.search import Sought, Wanted, seek
from survey.madeup.values import on_page
from survey.standing import mark
from survey.waves import WAVE

THANKS, DECLINED, OUT, FULL = "-thanks", "-declined", "-out.", "-full."
"""Places that are no pages: the end, the one after a refused consent, after screening out (with the page's id), and
after a full quota (with its name). No page can be called so."""
_LONGEST = 5_000

Kind = Literal["page", "screen", "thanks", "declined", "out", "full"]


@dataclass(frozen=True)
class NoWay:
    """Nobody was found who comes to a place; ``sure``: there is nobody, whatever they answer."""

    sure: bool


@dataclass(frozen=True)
class Place:
    """Something that a respondent can be shown.

    id: for ``lead``. page: the page that it belongs to, or whose words it shows. barred: why nobody comes there.
    """

    id: str
    kind: Kind
    page: str = ""
    barred: NoWay | None = None


@dataclass(frozen=True)
class Led:
    """Somebody made up who stands at a place: what they answered and sent, and whom they named, by network and tie."""

    answers: dict[str, Answer] = field(default_factory=dict)
    submitted: frozenset[str] = frozenset()
    names: dict[str, dict[str, str]] = field(default_factory=dict)


def lead(instrument: Instrument, place: str, seed: int) -> Led | NoWay:
    """Made-up answers that lead to a place: a page's id, a screen's, or one of those that are no pages.

    They are the same every time, and make the conditions hold on which the place depends. seed: of the respondent, to
    whom ``instrument`` is arranged. KeyError where the instrument has no such place.
    """
    if place == DECLINED:
        consent = next((p.id for p in instrument.pages if p.type == "consent" and p.required), None)
        return NoWay(sure=True) if consent is None else Led({consent: "no"}, frozenset({consent}))
    found = seek(instrument, _wanted(instrument, place))
    if found.answers is None:
        return NoWay(found.sure)
    return _walked(instrument, place, seed, found)


def _wanted(instrument: Instrument, place: str) -> Wanted:
    everything = len(instrument.pages)
    if place.startswith(FULL):
        return Wanted(everything, holds=instrument.quotas[place.removeprefix(FULL)].when)
    if place == THANKS:
        return Wanted(everything)
    own = place.removeprefix(OUT) if place.startswith(OUT) else flow.page_of(place)
    number = next((n for n, page in enumerate(instrument.pages) if page.id == own), None)
    if number is None:
        raise KeyError(place)
    if place.startswith(OUT):
        if instrument.pages[number].screen_out is None:
            raise KeyError(place)
        return Wanted(number + 1, out=number)
    if not flow.knows(instrument, place):
        raise KeyError(place)
    return Wanted(number, shown=number)


def _walked(instrument: Instrument, place: str, seed: int, found: Sought) -> Led | NoWay:
    """Go from page to page as a respondent does, until the place."""
    led = Led({WAVE: found.answers[WAVE]} if found.answers and found.answers.get(WAVE, 1.0) != 1.0 else {})
    for _ in range(_LONGEST):
        if flow.closing(instrument, led.answers) is not None:
            return led if place.startswith(OUT) else NoWay(sure=False)
        now = flow.first_open(instrument, led.answers, led.submitted)
        if now is not None and place in (now, flow.page_of(now)):
            return led
        if now is None or flow.find_page(instrument, now).type == "feedback":
            return _at_the_end(instrument, place, led)
        led = sent(instrument, led, now, seed, found.answers or {})
    return NoWay(sure=False)


def _at_the_end(instrument: Instrument, place: str, led: Led) -> Led | NoWay:
    if place.startswith(FULL):
        full = Led({**led.answers, mark(place.removeprefix(FULL)): "over"}, led.submitted, led.names)
        return full if flow.closing(instrument, full.answers) is not None else NoWay(sure=False)
    return led if place == THANKS else NoWay(sure=False)


def sent(instrument: Instrument, led: Led, page: str, seed: int, chosen: dict[str, Answer] | None = None) -> Led:
    """The same person once they have sent a page or screen with made-up answers, where none is ``chosen``."""
    own = flow.find_page(instrument, page).network or ""
    raw = on_page(instrument, page, led.answers)
    raw.update({name: answer for name, answer in (chosen or {}).items() if name in raw})
    received = flow.take_in(instrument, page, raw, led.answers, seed, led.names.get(own, {}))
    names = led.names if received.names is None else {**led.names, own: received.names}
    return Led({**led.answers, **received.answers}, led.submitted | {page}, names)


def places(instrument: Instrument, seed: int) -> tuple[Place, ...]:
    """Everything that a respondent can be shown, in the order of the instrument, the early ends after their pages."""
    found: list[Place] = []
    for page in instrument.pages:
        if page.type == "feedback":
            continue
        barred = _barred(instrument, page.id)
        if page.network is None or page.items:
            found.append(Place(page.id, "page", page.id, barred))
        if page.network is not None:
            found += [Place(screen, "screen", page.id, barred) for screen in _screens(instrument, page.id, seed)]
        if page.type == "consent" and page.required:
            found.append(Place(DECLINED, "declined", page.id))
        if page.screen_out is not None:
            found.append(Place(f"{OUT}{page.id}", "out", page.id, _barred(instrument, f"{OUT}{page.id}")))
    found += [Place(f"{FULL}{name}", "full", barred=_barred(instrument, f"{FULL}{name}")) for name in instrument.quotas]
    end = next((p.id for p in instrument.pages if p.type == "feedback"), "")
    return (*found, Place(THANKS, "thanks", end, _barred(instrument, THANKS))) if instrument.pages else ()


def _barred(instrument: Instrument, place: str) -> NoWay | None:
    found = seek(instrument, _wanted(instrument, place))
    return NoWay(found.sure) if found.answers is None else None


def _screens(instrument: Instrument, page: str, seed: int) -> list[str]:
    """The screens of a network page that the made-up person meets."""
    led = lead(instrument, page, seed)
    if isinstance(led, NoWay):
        network = instrument.networks[flow.find_page(instrument, page).network or ""]
        return [f"{page}.{generator}" for generator in network.generators]
    met: list[str] = []
    for _ in range(_LONGEST):
        now = flow.first_open(instrument, led.answers, led.submitted)
        if now is None or flow.page_of(now) != page:
            break
        met += [now] if now != page else []
        led = sent(instrument, led, now, seed)
    return met
