"""The screens of a network page as a Dataset's tables of ties say that they were answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from survey import flow
from survey.answers import Answer
from survey.dataset.columns import ID
from survey.dataset.missing import Missing
from survey.dataset.ties import INTERPRETED, LEVEL, NETWORK, PROBABILITY, TIE, TIE_A, TIE_B
from survey.instrument.model import Format, Instrument, MultiChoice, Page, Rank
from survey.network.people import number

if TYPE_CHECKING:
    import pandas as pd

    from survey.dataset.model import Dataset

Row = dict[str, Any]


@dataclass(frozen=True)
class Tables:
    """The rows of a Dataset's tables of ties and pairs, by respondent and network, each joined with its missing.

    named: the networks in which a respondent has named anybody.
    """

    ties: Mapping[tuple[str, str], list[Row]]
    pairs: Mapping[tuple[str, str], list[Row]]
    named: Mapping[str, frozenset[str]]


def tables_of(instrument: Instrument, dataset: Dataset) -> Tables:
    """The tables of a Dataset, ready to be looked up."""
    only = next(iter(instrument.networks), "")
    ties = _rows(dataset.ties, dataset.missing_ties, only)
    named: dict[str, frozenset[str]] = {}
    for id_, network in ties:
        named[id_] = named.get(id_, frozenset()) | {network}
    return Tables(ties, _rows(dataset.between, dataset.missing_between, only), named)


def _rows(frame: pd.DataFrame, missing: pd.DataFrame, only: str) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    types = missing.to_dict("records") if len(missing) == len(frame) else [{}] * len(frame)
    for row, kinds in zip(frame.to_dict("records"), types, strict=True):
        made = {str(name): value for name, value in row.items()}
        made["missing"] = kinds
        found.setdefault((str(row[ID]), str(row.get(NETWORK, only))), []).append(made)
    return found


def screens_sent(
    instrument: Instrument, page: Page, id_: str, tables: Tables
) -> Iterator[tuple[str, dict[str, Answer]]]:
    """The screens of a network page that a respondent sent, in order, with the answers that the log gets.

    A screen of which nothing was reached was not sent, and no other after it.
    """
    name = str(page.network)
    rows = {str(row[TIE]): row for row in tables.ties.get((id_, name), [])}
    levels = {(str(row[TIE_A]), str(row[TIE_B])): row for row in tables.pairs.get((id_, name), [])}
    ties = sorted(rows, key=number)
    asked = tuple(tie for tie in ties if rows[tie][INTERPRETED] == 1)
    known: dict[str, Answer] = {}
    for generator in instrument.networks[name].generators:
        given: dict[str, Answer] = {
            f"{name}.{generator}": tuple(tie for tie in ties if rows[tie].get(generator) == 1),
            f"{name}.last": float(len(ties)),
            f"{name}.alike": (),
            f"{name}.asked": asked,
            **{f"{name}.chance.{tie}": float(rows[tie][PROBABILITY]) for tie in ties},
        }
        known |= given
        yield f"{page.id}.{generator}", given
    for screen in flow.screens_of(instrument, page, known):
        if screen.kind == "names":
            continue
        given = {}
        for answer in screen.names:
            parts = answer.split(".")
            if screen.kind == "between":
                given[answer] = _level(levels.get((parts[2], parts[3])))
            else:
                item, row = ".".join(parts[2:]), rows[parts[1]]
                given[answer] = _words(item, row) if len(parts) == 4 else _answer(instrument.format_of(item), item, row)
        if all(answer is Missing.NOT_REACHED for answer in given.values()):
            return
        yield screen.id, {**given, **screen.covered(known)}


def _level(row: Row | None) -> Answer:
    if row is None:
        return Missing.NOT_REACHED
    value = row[LEVEL]
    return Missing(row["missing"].get(LEVEL) or "skipped") if value != value else float(value)


def _words(column: str, row: Row) -> Answer:
    value = row.get(column)
    return Missing(row["missing"].get(column) or "not_shown") if _empty(value) else str(value)


def _answer(fmt: Format, item: str, row: Row) -> Answer:
    if isinstance(fmt, MultiChoice | Rank):
        cells = {choice: row.get(f"{item}.{choice}") for choice in fmt.choices}
        if any(_empty(value) for value in cells.values()):
            return Missing(row["missing"].get(f"{item}.{next(iter(cells))}") or "skipped")
        if isinstance(fmt, Rank):
            return tuple(sorted(cells, key=lambda choice: float(cells[choice] or 0)))
        return tuple(choice for choice, value in cells.items() if value)
    value = row.get(item)
    if value is None or _empty(value):
        return Missing(row["missing"].get(item) or "skipped")
    return value if isinstance(value, str) else float(value)


def _empty(value: object) -> bool:
    return value is None or value != value
