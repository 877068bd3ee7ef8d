"""From respondents' folded answers to the tables of ties: who is named now, asked about or not, with typed missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from survey import flow
from survey.answers import Answer
from survey.dataset.columns import item_columns
from survey.dataset.missing import Missing
from survey.dataset.ties import Pair, Tie, TieTables, tables_of
from survey.instrument.formats import other_text
from survey.instrument.model import Instrument, Network, Rank
from survey.network.people import asked, people
from survey.network.screens import pairs_of

if TYPE_CHECKING:
    from survey.dataset.assemble import Respondent


def ties_of(instrument: Instrument, respondents: Sequence[Respondent], ways: Sequence[flow.Way]) -> TieTables:
    """The tables of everybody's ties; instrument is that of all versions that were answered, ways: theirs.

    An answer of a person asked about that was not sent: not reached. Of a person not asked about: not shown. Who was
    taken off all lists, or stands on a page that is hidden now, is not there.
    """
    ties: list[Tie] = []
    pairs: list[Pair] = []
    for respondent, way in zip(respondents, ways, strict=True):
        own = instrument if respondent.version is None else respondent.version.instrument
        columns: Mapping[str, str] = {} if respondent.version is None else respondent.version.columns
        for name in _shown(own, way):
            if name in instrument.networks:
                ties += _ties(instrument, own.networks[name], name, respondent, columns)
                pairs += _pairs(own.networks[name], name, respondent)
    return tables_of(instrument, ties, pairs)


def _shown(instrument: Instrument, way: flow.Way) -> Iterator[str]:
    """The networks whose pages are shown."""
    shown = {flow.page_of(page) for page in way.shown if "." in page}
    for page in instrument.pages:
        if page.network is not None and page.id in shown:
            yield page.network


def _ties(
    instrument: Instrument, network: Network, name: str, respondent: Respondent, columns: Mapping[str, str]
) -> Iterator[Tie]:
    answers = respondent.answers
    chosen = set(asked(name, answers))
    for person in people(name, network, answers):
        cells: dict[str, Any] = {}
        missing: dict[str, str] = {}
        for item in network.interpreters:
            given = f"{name}.{person.tie}.{item}"
            answer, words = (
                answers.get(part, Missing.NOT_REACHED) if person.tie in chosen else Missing.NOT_SHOWN
                for part in (given, other_text(given))
            )
            _place(instrument, columns.get(item, item), answer, words, cells, missing)
        chance = answers.get(f"{name}.chance.{person.tie}")
        yield Tie(
            id=respondent.id,
            network=name,
            tie=person.tie,
            generators=frozenset(person.generators),
            interpreted=person.tie in chosen,
            probability=chance if isinstance(chance, float) else 1.0,
            cells=cells,
            missing=missing,
        )


def _place(
    instrument: Instrument, item: str, answer: Answer, words: Answer, cells: dict[str, Any], missing: dict[str, str]
) -> None:
    """Put one answer, and the words beside it, into its columns; one for each choice where there may be several."""
    ranked = isinstance(instrument.format_of(item), Rank)
    for column in item_columns(instrument, item):
        given = words if column.own_words else answer
        if isinstance(given, Missing):
            missing[column.name] = given.value
        elif column.choice is None:
            cells[column.name] = given
        elif isinstance(given, tuple):
            picked = column.choice in given
            cells[column.name] = float(given.index(column.choice) + 1) if ranked and picked else float(picked)


def _pairs(network: Network, name: str, respondent: Respondent) -> Iterator[Pair]:
    if network.between is None:
        return
    answers = respondent.answers
    for a, b in pairs_of(asked(name, answers)):
        answer = answers.get(f"{name}.between.{a}.{b}", Missing.NOT_REACHED)
        level = answer if isinstance(answer, float) else None
        yield Pair(respondent.id, name, a, b, level, answer.value if isinstance(answer, Missing) else "")
