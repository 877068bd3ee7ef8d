"""Which columns a Dataset has for an instrument: one rule for the store, the files and the exports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from survey.dataset.missing import Missing
from survey.instrument.formats import other_text, specified
from survey.instrument.model import Instrument, MultiChoice, Rank
from survey.standing import closes_early

SECONDS = "seconds_per_item"
"""The reserved column: seconds spent on pages with items, by the number of items shown."""

STANDING = "standing"
"""The reserved column of instruments that can end early: where each respondent stands, as ``flow.standing`` says."""

ID = "id"

PARADATA: Mapping[str, Literal["number", "text"]] = {
    "channel": "text",
    "device": "text",
    "back_steps": "number",
    "minutes": "number",
    "result_shown": "number",
    "link_code": "text",
}
"""Reserved columns that say how answers came, where that is known: see ``docs/instrument.md``."""

AT = "@"
"""Before a wave: after a person's id in the index of data of several waves, ``p07@2``, and after a variable."""

PERSON = "person"
"""The column of exported ties that says whose they are: with the tie's id it is the same tie in every wave."""

WEAK, STRONG = "weak", "strong"
"""The columns of ties that say of which kind each is."""

NUMBER_FIELDS = frozenset({"number", "time", "weight"})
CATEGORY_FIELDS = frozenset({"group", "category", "wave", "dyad"})
"""Types of declared fields that analyses take as numbers, and as categories."""

_NUMERIC_FORMATS = ("likert", "number", "slider", "multichoice", "rank")


@dataclass(frozen=True)
class Column:
    """One column: of an item (``choice`` where it is one of several), of a declared field, or our own; numbers or text.

    own_words: it holds what respondents wrote beside a choice of the item.
    """

    name: str
    of: str
    source: Literal["item", "field", "own"]
    kind: Literal["number", "text"]
    choice: str | None = None
    own_words: bool = False


def columns_of(instrument: Instrument) -> tuple[Column, ...]:
    """All columns in order: the items', then the declared fields'. A field named ``id`` is the index.

    Items that are asked about people alone have theirs in the table of ties.
    """
    about_people = {item for network in instrument.networks.values() for item in network.interpreters}
    about_people -= {item for page in instrument.pages for item in page.items}
    items = [item for item in instrument.items if item not in about_people]
    columns = [column for item in items for column in item_columns(instrument, item)]
    for name, declared in instrument.fields.items():
        if name not in (ID, SECONDS, *PARADATA) and name not in instrument.items:
            columns.append(Column(name, name, "field", "number" if declared.type in NUMBER_FIELDS else "text"))
    if closes_early(instrument) and STANDING not in {column.name for column in columns}:
        columns.append(Column(STANDING, STANDING, "own", "text"))
    return tuple(columns)


def item_columns(instrument: Instrument, item: str) -> tuple[Column, ...]:
    """The columns of one item: one, or one for each of its choices; then that of the respondent's own words."""
    fmt = instrument.format_of(item)
    kind: Literal["number", "text"] = "number" if fmt.type in _NUMERIC_FORMATS else "text"
    if isinstance(fmt, MultiChoice | Rank):
        columns = [Column(f"{item}.{choice}", item, "item", kind, choice) for choice in fmt.choices]
    else:
        columns = [Column(item, item, "item", kind)]
    if specified(fmt) is not None:
        columns.append(Column(other_text(item), item, "item", "text", own_words=True))
    return tuple(columns)


def has_missing_column(instrument: Instrument, column: Column) -> bool:
    """Whether the column has a twin in ``Dataset.missing``: items, and fields that declare codes for missing."""
    return column.source == "item" or (column.source == "field" and bool(instrument.fields[column.of].missing))


def missing_codes(instrument: Instrument, name: str) -> dict[str, str]:
    """The codes that stand for missing in a declared column, with the type of each ('' where it is none of ours)."""
    declared = instrument.fields.get(name)
    known = {member.value for member in Missing}
    return {} if declared is None else {c: kind if kind in known else "" for c, kind in declared.missing.items()}


def number_text(value: float) -> str:
    """A number as files and codes write it: 3 for 3.0, otherwise the shortest text that reads back to it."""
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def wave_field(instrument: Instrument) -> str | None:
    """The field that says of which wave a row is; None where the instrument declares none."""
    return next((name for name, declared in instrument.fields.items() if declared.type == "wave"), None)


def asked_of_respondents(instrument: Instrument) -> tuple[str, ...]:
    """Items that respondents answer about themselves: all but those asked about each tie and on no page."""
    about_ties = {item for network in instrument.networks.values() for item in network.interpreters}
    on_pages = {item for page in instrument.pages for item in page.items}
    return tuple(item for item in instrument.items if item in on_pages or item not in about_ties)
