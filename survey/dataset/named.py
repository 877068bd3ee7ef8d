"""From respondents' folded answers to the tables of ties: who is named now, asked about or not, with typed missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from survey import flow
from survey.answers import Answer
from survey.dataset.columns import Column, item_columns
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
    asked_of: dict[tuple[int, int, str], tuple[_Question, ...]] = {}
    for respondent, way in zip(respondents, ways, strict=True):
        own = instrument if respondent.version is None else respondent.version.instrument
        columns: Mapping[str, str] = {} if respondent.version is None else respondent.version.columns
        for name in _shown(own, way):
            if name in instrument.networks:
                key = (id(own), id(columns) if columns else 0, name)
                if key not in asked_of:
                    asked_of[key] = _questions(instrument, own.networks[name], columns)
                ties += _ties(own.networks[name], name, respondent, asked_of[key])
                pairs += _pairs(own.networks[name], name, respondent)
    return tables_of(instrument, ties, pairs)


def _shown(instrument: Instrument, way: flow.Way) -> Iterator[str]:
    """The networks whose pages are shown."""
    shown = {flow.page_of(page) for page in way.shown if "." in page}
    for page in instrument.pages:
        if page.network is not None and page.id in shown:
            yield page.network


class _Question(NamedTuple):
    """What is asked about people, with its columns; alone: its only column, where the answer stands as it is."""

    item: str
    columns: tuple[Column, ...]
    ranked: bool
    alone: str


def _questions(instrument: Instrument, network: Network, columns: Mapping[str, str]) -> tuple[_Question, ...]:
    """A network's questions, worked out once for thousands of people."""
    found = []
    for item in network.interpreters:
        placed = columns.get(item, item)
        own = item_columns(instrument, placed)
        alone = own[0].name if len(own) == 1 and own[0].choice is None else ""
        found.append(_Question(item, own, isinstance(instrument.format_of(placed), Rank), alone))
    return tuple(found)


def _ties(network: Network, name: str, respondent: Respondent, questions: Sequence[_Question]) -> Iterator[Tie]:
    answers = respondent.answers
    chosen = set(asked(name, answers))
    unasked = {column.name: Missing.NOT_SHOWN.value for question in questions for column in question.columns}
    for person in people(name, network, answers):
        cells: dict[str, Any] = {}
        missing = {} if person.tie in chosen else unasked
        for question in questions if person.tie in chosen else ():
            given = f"{name}.{person.tie}.{question.item}"
            answer = answers.get(given, Missing.NOT_REACHED)
            if not question.alone:
                _place(question, answer, answers.get(other_text(given), Missing.NOT_REACHED), cells, missing)
            elif isinstance(answer, Missing):
                missing[question.alone] = answer.value
            else:
                cells[question.alone] = answer
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


def _place(question: _Question, answer: Answer, words: Answer, cells: dict[str, Any], missing: dict[str, str]) -> None:
    """Put one answer, and the words beside it, into its columns; one for each choice where there may be several."""
    for column in question.columns:
        given = words if column.own_words else answer
        if isinstance(given, Missing):
            missing[column.name] = given.value
        elif column.choice is None:
            cells[column.name] = given
        elif isinstance(given, tuple):
            picked = column.choice in given
            cells[column.name] = float(given.index(column.choice) + 1) if question.ranked and picked else float(picked)


def _pairs(network: Network, name: str, respondent: Respondent) -> Iterator[Pair]:
    if network.between is None:
        return
    answers = respondent.answers
    for a, b in pairs_of(asked(name, answers)):
        answer = answers.get(f"{name}.between.{a}.{b}", Missing.NOT_REACHED)
        level = answer if isinstance(answer, float) else None
        yield Pair(respondent.id, name, a, b, level, answer.value if isinstance(answer, Missing) else "")
