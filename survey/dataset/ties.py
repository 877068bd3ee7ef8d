"""The people in respondents' networks as tables: one row a tie, and one row a pair of ties that was asked about.

``ties``: ``id`` (the respondent), ``network`` (only where an instrument has several), ``tie``, a column for each
question that asks for names (1 where it named this person), ``interpreted`` (1 where the person was asked about),
``probability`` of that, ``weight`` (1 / probability; of those asked about), the interpreters' columns as items have
them, and ``weak`` and ``strong`` where the network says what they mean. ``between``: ``id``, ``network``, ``tie_a``,
``tie_b``, ``level``. Each has a twin with the types of what is missing. Names of people are in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from survey.dataset.columns import ID, STRONG, WEAK, Column, item_columns
from survey.instrument.expressions import parse
from survey.instrument.model import Instrument, MultiChoice, Network, Rank

NETWORK, TIE = "network", "tie"
INTERPRETED, PROBABILITY, WEIGHT = "interpreted", "probability", "weight"
TIE_A, TIE_B, LEVEL = "tie_a", "tie_b", "level"


@dataclass(frozen=True)
class TieTables:
    """The tables of ties and of pairs, each with its types of missing; without rows, without columns."""

    ties: pd.DataFrame
    missing_ties: pd.DataFrame
    between: pd.DataFrame
    missing_between: pd.DataFrame


NO_TIES = TieTables(pd.DataFrame(), pd.DataFrame(), pd.DataFrame(), pd.DataFrame())


@dataclass(frozen=True)
class Tie:
    """One tie: cells and types of missing are by column of the interpreters."""

    id: str
    network: str
    tie: str
    generators: frozenset[str]
    interpreted: bool
    probability: float
    cells: Mapping[str, Any]
    missing: Mapping[str, str]


@dataclass(frozen=True)
class Pair:
    """One pair of ties: the level's code, or the type of what is missing."""

    id: str
    network: str
    tie_a: str
    tie_b: str
    level: float | None
    missing: str


def interpreter_columns(instrument: Instrument) -> tuple[Column, ...]:
    """The columns of all interpreters, in the order in which the networks ask them."""
    items = dict.fromkeys(item for network in instrument.networks.values() for item in network.interpreters)
    return tuple(column for item in items for column in item_columns(instrument, item))


def generators(instrument: Instrument) -> tuple[str, ...]:
    """The questions that ask for names, of all networks."""
    return tuple(dict.fromkeys(name for network in instrument.networks.values() for name in network.generators))


def keys(instrument: Instrument) -> tuple[str, ...]:
    """The columns that say whose tie a row is."""
    return (ID, NETWORK, TIE) if len(instrument.networks) > 1 else (ID, TIE)


def pair_keys(instrument: Instrument) -> tuple[str, ...]:
    """The columns that say whose pair a row is."""
    return (*keys(instrument)[:-1], TIE_A, TIE_B)


def tables_of(instrument: Instrument, ties: Iterable[Tie], pairs: Iterable[Pair]) -> TieTables:
    """The tables of these ties and pairs, in the order given."""
    rows, both = list(ties), list(pairs)
    if not instrument.networks or not rows:
        return NO_TIES
    whose = {
        ID: _texts(row.id for row in rows),
        NETWORK: _texts(row.network for row in rows),
        TIE: _texts(row.tie for row in rows),
    }
    key = {name: whose[name] for name in keys(instrument)}
    values: dict[str, Any] = dict(key)
    for name in generators(instrument):
        values[name] = _numbers(
            float(name in row.generators) if name in instrument.networks[row.network].generators else None
            for row in rows
        )
    values[INTERPRETED] = _numbers(float(row.interpreted) for row in rows)
    values[PROBABILITY] = _numbers(row.probability for row in rows)
    types: dict[str, Any] = dict(key)
    for column in interpreter_columns(instrument):
        cells = [row.cells.get(column.name) for row in rows]
        values[column.name] = _numbers(cells) if column.kind == "number" else _texts(cells)
        # A question of another version of the instrument was not shown.
        unasked = ["not_shown" if cell is None else "" for cell in cells]
        types[column.name] = _texts(row.missing.get(column.name) or why for row, why in zip(rows, unasked, strict=True))
    frame = with_weights(pd.DataFrame(values))
    frame = with_kinds(instrument, frame)
    if not both:
        return TieTables(frame, pd.DataFrame(types), pd.DataFrame(), pd.DataFrame())
    whose = {
        ID: _texts(pair.id for pair in both),
        NETWORK: _texts(pair.network for pair in both),
        TIE_A: _texts(pair.tie_a for pair in both),
        TIE_B: _texts(pair.tie_b for pair in both),
    }
    key = {name: whose[name] for name in pair_keys(instrument)}
    level = {LEVEL: _numbers(pair.level for pair in both)}
    kind = {LEVEL: _texts(pair.missing for pair in both)}
    return TieTables(frame, pd.DataFrame(types), pd.DataFrame(key | level), pd.DataFrame(key | kind))


def with_weights(frame: pd.DataFrame) -> pd.DataFrame:
    """The table of ties with each one's weight, 1 / probability, right after it; missing of those not asked about."""
    asked = frame[INTERPRETED].to_numpy() == 1
    chance = frame[PROBABILITY].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore"):
        weight = np.where(asked & (chance > 0), 1.0 / chance, np.nan)
    made = frame.drop(columns=WEIGHT, errors="ignore")
    made.insert(list(made.columns).index(PROBABILITY) + 1, WEIGHT, weight)
    return made


def with_kinds(instrument: Instrument, frame: pd.DataFrame) -> pd.DataFrame:
    """The table of ties with ``weak`` and ``strong`` at its end, as each network defines them.

    Missing where the person was not asked about or an interpreter that the condition names has no answer.
    """
    made = frame.drop(columns=[WEAK, STRONG], errors="ignore")
    for name, condition in ((WEAK, "weak"), (STRONG, "strong")):
        if not any(getattr(network, condition) for network in instrument.networks.values()):
            continue
        values = np.full(len(made), np.nan)
        for network, declared in instrument.networks.items():
            text = getattr(declared, condition)
            rows = made[NETWORK].eq(network).to_numpy() if NETWORK in made else np.ones(len(made), dtype=bool)
            if text and rows.any():
                values[rows] = _kind(instrument, declared, text, made[rows])
        made[name] = values
    return made


def _kind(instrument: Instrument, network: Network, text: str, frame: pd.DataFrame) -> np.ndarray:
    condition = parse(text)
    columns = {column.name: column for item in network.interpreters for column in item_columns(instrument, item)}
    own = {name: frame[name].to_numpy(dtype=None if c.kind == "number" else object) for name, c in columns.items()}
    known = frame[INTERPRETED].to_numpy() == 1
    for name in condition.names:
        fmt = instrument.format_of(name)
        first = f"{name}.{next(iter(fmt.choices))}" if isinstance(fmt, MultiChoice | Rank) else name
        known &= frame[first].notna().to_numpy()
    return np.where(known, condition.column(own), np.nan)


def _texts(values: Iterable[Any]) -> Any:
    return pd.array(list(values), dtype="str")


def _numbers(values: Iterable[Any]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)
