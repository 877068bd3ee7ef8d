"""How many minutes a questionnaire will take, worked out from the instrument alone."""

from __future__ import annotations

from dataclasses import dataclass

from survey.instrument.evaluation import Literal
from survey.instrument.expressions import walk
from survey.instrument.formats import Format, FreeText
from survey.instrument.model import Instrument, Page, Text, say
from survey.private import names_of
from survey.standing import expression
from survey.waves import WAVE

SECONDS = {
    "likert": 4.0,
    "choice": 5.0,
    "multichoice": 8.0,
    "number": 7.0,
    "slider": 6.0,
    "date": 9.0,
    "text": 12.0,
    "rank": 4.0,
}
"""Seconds an answer takes, its question read, by the type of its format; of a ranking, for each thing to be placed."""
ABOUT_A_PERSON = 0.8
"""An answer about a person in the network takes this share of the time: the questions are the same for each."""
A_LINE = 6.0
"""Seconds for each line of a text beyond the first."""
A_NAME = 8.0
"""Seconds to think of a person and to write a name."""
A_PAIR = 3.0
"""Seconds to say whether two people know each other."""
A_PAGE = 2.0
"""Seconds from pressing Next to reading the next page."""
WORDS_A_SECOND = 4.0
"""How fast texts are read: 240 words a minute."""
CONDITIONAL = 0.5
"""The share of respondents to whom a page with a condition is shown, where nothing is known of it."""
NAMED = 0.5
"""The share of the most names that respondents usually give."""


@dataclass(frozen=True)
class Forecast:
    """Minutes that a questionnaire takes.

    usual: for most respondents. most: with every page shown and everybody named who may be. pages: by page, usually.
    """

    usual: float
    most: float
    pages: dict[str, float]


def forecast(instrument: Instrument, wave: int = 1) -> Forecast:
    """The minutes that an instrument's pages will take in a wave; 0 where it has none.

    Usually half of the respondents see a page that has a condition, and they name half of the people they may. Of a
    condition on the wave alone it is known.
    """
    shares = {page.id: _share(page, wave) for page in _sent(instrument)}
    usual = {page.id: _page(instrument, page, NAMED) * shares[page.id] for page in _sent(instrument)}
    most = sum(_page(instrument, page, 1.0) for page in _sent(instrument) if shares[page.id])
    return Forecast(sum(usual.values()) / 60, most / 60, {name: seconds / 60 for name, seconds in usual.items()})


def _share(page: Page, wave: int) -> float:
    """The share of respondents who are shown a page in a wave."""
    if page.show_if is None:
        return 1.0
    condition = expression(page.show_if)
    return float(condition.holds({WAVE: float(wave)})) if set(condition.names) <= {WAVE} else CONDITIONAL


def waves_named(instrument: Instrument) -> tuple[int, ...]:
    """The waves for which minutes may differ: the first, and those that conditions name, with the one after each."""
    conditions = [expression(page.show_if) for page in instrument.pages if page.show_if is not None]
    trees = [node for one in conditions if WAVE in one.names for node in walk(one.tree)]
    named = {int(node.value) for node in trees if isinstance(node, Literal) and isinstance(node.value, float)}
    return tuple(sorted({1} | {n + step for n in named for step in (0, 1) if n + step >= 1}))


def _sent(instrument: Instrument) -> list[Page]:
    return [page for page in instrument.pages if page.type != "feedback"]


def _page(instrument: Instrument, page: Page, named: float) -> float:
    """Seconds on one page."""
    seconds = A_PAGE + sum(_read(instrument, text) for text in (page.text, page.intro))
    seconds += SECONDS["choice"] if page.type == "consent" else 0.0
    seconds += SECONDS["text"] * len(names_of(page))
    seconds += sum(_answer(instrument.format_of(item)) for item in page.items)
    return seconds + (_network(instrument, page, named) if page.network is not None else 0.0)


def _network(instrument: Instrument, page: Page, named: float) -> float:
    """Seconds for names, for what is asked of each, and for who knows whom."""
    network = instrument.networks[str(page.network)]
    names = named * sum(generator.max for generator in network.generators.values())
    people = min(names, float(network.interpret_at_most))
    seconds = names * A_NAME + sum(A_PAGE + _read(instrument, g.text) for g in network.generators.values())
    seconds += people * ABOUT_A_PERSON * sum(_answer(instrument.format_of(item)) for item in network.interpreters)
    seconds += people * A_PAGE
    return seconds + (people * (people - 1) / 2 * A_PAIR if network.between is not None else 0.0)


def _read(instrument: Instrument, text: Text | None) -> float:
    return len(say(text, instrument.languages[0], instrument.languages).split()) / WORDS_A_SECOND


def _answer(fmt: Format) -> float:
    if fmt.type == "rank":
        return SECONDS["rank"] * len(fmt.choices)
    return SECONDS[fmt.type] + (A_LINE * (fmt.lines - 1) if isinstance(fmt, FreeText) else 0.0)
