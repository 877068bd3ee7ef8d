"""The tables of ties in a folder: ``ties.csv``, ``between.csv`` and their types of missing, held to the instrument."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from survey.dataset.cells import BadCell, reader_of, shorten
from survey.dataset.columns import ID, STRONG, WEAK, Column
from survey.dataset.missing import Missing
from survey.dataset.table import TextTable, read_table
from survey.dataset.ties import (
    INTERPRETED,
    LEVEL,
    NO_TIES,
    PROBABILITY,
    TieTables,
    generators,
    interpreter_columns,
    keys,
    pair_keys,
    with_kinds,
    with_weights,
)
from survey.errors import DataProblems
from survey.instrument.labels import labels_in
from survey.instrument.model import Instrument

_KINDS = frozenset({"", *(member.value for member in Missing)})


def read_ties(folder: Path, instrument: Instrument, respondents: pd.Index) -> TieTables:
    """The tables of ties of a folder; without rows where there is no ``ties.csv`` or the instrument has no network.

    Of ``ties.csv`` the keys must be there, and each row's must be unique; weights, ``weak`` and ``strong`` are worked
    out anew. Columns that the instrument does not declare are left out. Raises DataProblems.
    """
    if not instrument.networks or not (folder / "ties.csv").exists():
        return NO_TIES
    table = read_table(folder / "ties.csv")
    known = set(respondents)
    index = _index(table, keys(instrument), known)
    columns: dict[str, Any] = {name: pd.array(cells, dtype="str") for name, cells in index.items()}
    for name in (*generators(instrument), INTERPRETED):
        if name in table.columns:
            columns[name] = _numbers(table, name, 0, 1)
    columns.setdefault(INTERPRETED, np.ones(len(table.rows)))
    chance = _numbers(table, PROBABILITY, 0, 1) if PROBABILITY in table.columns else np.ones(len(table.rows))
    columns[PROBABILITY] = chance
    wanted = [column for column in interpreter_columns(instrument) if column.name in table.columns]
    for column in wanted:
        columns[column.name] = _column(instrument, table, column)
    frame = with_weights(pd.DataFrame(columns))
    if {column.name for column in interpreter_columns(instrument)} <= set(table.columns):
        frame = with_kinds(instrument, frame)
    else:
        for name in (WEAK, STRONG):
            if name in table.columns:
                frame[name] = _numbers(table, name, 0, 1)
    types = _types(folder / "missing_ties.csv", table, index, [column.name for column in wanted])
    if not (folder / "between.csv").exists():
        return TieTables(frame, types, pd.DataFrame(), pd.DataFrame())
    pairs = read_table(folder / "between.csv")
    whose = _index(pairs, pair_keys(instrument), known)
    if LEVEL not in pairs.columns:
        raise _lacking(pairs, LEVEL)
    most = max((len(labels_in(n.between.levels, "")) for n in instrument.networks.values() if n.between), default=2)
    level = _numbers(pairs, LEVEL, 0, most - 1)
    own = {name: pd.array(cells, dtype="str") for name, cells in whose.items()}
    kinds = _types(folder / "missing_between.csv", pairs, whose, [LEVEL])
    return TieTables(frame, types, pd.DataFrame({**own, LEVEL: level}), kinds)


def _lacking(table: TextTable, name: str) -> DataProblems:
    return DataProblems(f"{table.source}, row 1: there is no column {name}. Give a file as Twofold exports it.")


def _index(table: TextTable, names: Sequence[str], respondents: set[str]) -> dict[str, list[str]]:
    """The columns that say whose each row is, and that no two rows are of one."""
    for name in names:
        if name not in table.columns:
            raise _lacking(table, name)
    columns = {name: [cell.strip() for cell in table.columns[name]] for name in names}
    seen: dict[tuple[str, ...], int] = {}
    for at, key in enumerate(zip(*columns.values(), strict=True)):
        empty = next((name for name, cell in zip(names, key, strict=True) if not cell), None)
        if empty is not None:
            raise table.problem(at, empty, "the cell is empty. Say whose row this is.")
        if columns[ID][at] not in respondents:
            what = f"{shorten(columns[ID][at])} is not among the respondents. Give both files of one export."
            raise table.problem(at, ID, what)
        if key in seen:
            raise table.problem(
                at, names[-1], f"this is already in row {table.rows[seen[key]]}. Remove one of the two."
            )
        seen[key] = at
    return columns


def _numbers(table: TextTable, name: str, low: float, high: float) -> np.ndarray:
    def read(cell: str) -> float:
        try:
            value = float(cell)
        except ValueError:
            raise BadCell(f"{shorten(cell)} is not a number. Correct it, or leave the cell empty.") from None
        if not low <= value <= high:
            raise BadCell(f"{shorten(cell)} is outside the range {low:g} to {high:g}. Correct it.")
        return value

    return np.array(_cells(table, name, lambda cell: read(cell) if cell else np.nan), dtype=np.float64)


def _column(instrument: Instrument, table: TextTable, column: Column) -> Any:
    read = reader_of(instrument, column)
    cells = _cells(table, column.name, lambda cell: read(cell)[0])
    if column.kind == "text":
        return pd.array(cells, dtype="str")
    return np.array([np.nan if cell is None else cell for cell in cells], dtype=np.float64)


def _cells(table: TextTable, name: str, read: Callable[[str], Any]) -> list[Any]:
    made = []
    for at, cell in enumerate(table.columns[name]):
        try:
            made.append(read(cell.strip()))
        except BadCell as error:
            raise table.problem(at, name, str(error)) from None
    return made


def _types(path: Path, table: TextTable, index: dict[str, list[str]], names: Sequence[str]) -> pd.DataFrame:
    """The types of missing of a table's columns, in its order of rows; '' where no file says them."""
    own = {name: pd.array(cells, dtype="str") for name, cells in index.items()}
    if not path.exists():
        return pd.DataFrame({**own, **{name: pd.array([""] * len(table.rows), dtype="str") for name in names}})
    kinds = read_table(path)
    for name in index:
        if name not in kinds.columns:
            raise _lacking(kinds, name)
    place = {key: at for at, key in enumerate(zip(*(map(str.strip, kinds.columns[n]) for n in index), strict=True))}
    order = []
    for at, key in enumerate(zip(*index.values(), strict=True)):
        if key not in place:
            raise table.problem(at, next(reversed(index)), f"{kinds.source} has no such row. Export both again.")
        order.append(place[key])
    columns = dict(own)
    for name in names:
        given = [cell.strip() for cell in kinds.columns.get(name, [""] * len(kinds.rows))]
        for at, cell in enumerate(given):
            if cell not in _KINDS:
                listed = ", ".join(sorted(_KINDS - {""}))
                raise kinds.problem(at, name, f"{shorten(cell)} is no type of missing. Give one of {listed}.")
        columns[name] = pd.array([given[at] for at in order], dtype="str")
    return pd.DataFrame(columns)
