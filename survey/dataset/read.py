"""Data collected elsewhere, read under an instrument: a CSV, a folder of CSV, an SPSS file, an uploaded frame."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from survey.dataset.assemble import frame_of
from survey.dataset.cells import NO_ANSWER, BadCell, Cell, reader_of, shorten
from survey.dataset.columns import AT, ID, PARADATA, SECONDS, Column, columns_of, has_missing_column, wave_field
from survey.dataset.frames import read_sav, texts_of
from survey.dataset.missing import Missing
from survey.dataset.model import Dataset
from survey.dataset.read_ties import read_ties
from survey.dataset.table import TextTable, read_table
from survey.dataset.waves import people
from survey.errors import DataProblems
from survey.instrument.model import Instrument

_OURS = tuple(Column(name, name, "field", kind) for name, kind in {SECONDS: "number", **PARADATA}.items())
_KINDS = frozenset({"", *(member.value for member in Missing)})


def read_data(path: Path | str, instrument: Instrument) -> Dataset:
    """Read a CSV, an SPSS .sav, or a folder as ``twofold simulate`` and ``twofold export --to csv`` write it.

    A folder holds ``respondents.csv`` and may hold ``missing.csv``, ``ties.csv`` and ``between.csv`` (with
    ``missing_ties.csv`` and ``missing_between.csv``). Headers are ids;
    an ``id`` column is optional in a single CSV; codes, not labels; a multichoice (or rank) as ``item.choice``. Every
    item of a scale must be there; other declared columns may be absent, and undeclared ones are ignored, each with one
    note. Raises DataProblems with one line: file, row, column, value, remedy.
    """
    path = Path(path)
    if not path.exists():
        raise DataProblems(f"{path}: there is no such file or folder.")
    if path.is_dir():
        return _read_folder(path, instrument)
    if path.suffix.lower() == ".sav":
        file = read_sav(path)
        return _build(_table(file.frame, path.name), instrument, file.missing)
    return _build(read_table(path), instrument, {})


def read_frame(
    frame: pd.DataFrame, instrument: Instrument, source: str, missing: Mapping[str, Sequence[str]] | None = None
) -> Dataset:
    """Read a frame under the rules of ``read_data``; ``source`` is what messages call it.

    missing: by column, the type of each row's missing value where it is known. Raises DataProblems.
    """
    return _build(_table(frame, source), instrument, missing or {})


def _table(frame: pd.DataFrame, source: str) -> TextTable:
    if frame.index.name == ID and ID not in frame.columns:
        frame = frame.reset_index()
    names = [str(name).strip() for name in frame.columns]
    doubled = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
    if doubled:
        raise DataProblems(f"{source}, row 1: the header {doubled[0]} is there more than once. Rename one of them.")
    if frame.empty:
        raise DataProblems(f"{source}: there is a header but no row of data below it.")
    columns = {name: texts_of(frame.iloc[:, i]) for i, name in enumerate(names) if name}
    return TextTable(source, columns, tuple(range(2, len(frame) + 2)), names.count(""))


def _read_folder(folder: Path, instrument: Instrument) -> Dataset:
    main = folder / "respondents.csv"
    if not main.exists():
        raise DataProblems(f"{folder}: the folder holds no respondents.csv. Give a folder that Twofold exported.")
    table = read_table(main)
    kinds: dict[str, list[str]] = {}
    if (folder / "missing.csv").exists():
        kinds = _read_kinds(read_table(folder / "missing.csv"), table)
    data = _build(table, instrument, kinds)
    found = read_ties(folder, instrument, data.respondents.index)
    return replace(
        data,
        source=folder.name,
        ties=found.ties,
        between=found.between,
        missing_ties=found.missing_ties,
        missing_between=found.missing_between,
    )


def _read_kinds(kinds: TextTable, table: TextTable) -> dict[str, list[str]]:
    """The types of missing, by column, in the order of the respondents' rows."""
    for part in (kinds, table):
        if ID not in part.columns:
            raise DataProblems(f"{part.source}: there is no column {ID}, which joins it to the other file. Add it.")
    place = {name.strip(): i for i, name in enumerate(kinds.columns[ID])}
    ids = [name.strip() for name in table.columns[ID]]
    if len(place) != len(kinds.rows) or set(place) != set(ids):
        odd = next(iter(set(place) ^ set(ids)), "")
        raise DataProblems(
            f"{kinds.source}: its ids are not those of {table.source} ({shorten(odd)} is only in one, or is doubled)."
            " Export both again."
        )
    order = [place[name] for name in ids]
    given: dict[str, list[str]] = {}
    for column, cells in kinds.columns.items():
        if column == ID:
            continue
        unknown = {cell.strip() for cell in cells} - _KINDS
        if unknown:
            at = next(i for i, cell in enumerate(cells) if cell.strip() in unknown)
            listed = ", ".join(sorted(_KINDS - {""}))
            raise kinds.problem(at, column, f"{shorten(cells[at])} is no type of missing. Give one of {listed}.")
        given[column] = [cells[at].strip() for at in order]
    return given


def _build(table: TextTable, instrument: Instrument, kinds: Mapping[str, Sequence[str]]) -> Dataset:
    """The Dataset in a table of text, or the first mistake in it and how many more there are."""
    wanted = columns_of(instrument)
    notes = [*_check_columns(table, instrument, wanted), *_doubtful(table, wanted)]
    index = _index(table, wave_field(instrument))
    values: dict[str, object] = {}
    types: dict[str, object] = {}
    mistakes: list[tuple[int, int, str, str]] = []
    count = 0
    for i, column in enumerate((*wanted, *_OURS)):
        if column.name not in table.columns:
            continue
        cells = table.columns[column.name]
        known, bad = _meanings(instrument, column, cells)
        if bad:
            at = next(j for j, cell in enumerate(cells) if cell in bad)
            mistakes.append((at, i, column.name, bad[cells[at]]))
            count += sum(cell in bad for cell in cells)
            continue
        values[column.name] = _values(column, known, cells)
        if column not in _OURS and has_missing_column(instrument, column):
            types[column.name] = _types(table, column, known, cells, kinds.get(column.name))
    if mistakes:
        at, _, name, what = min(mistakes)
        more = f" There are {count - 1:,} more cells to mend, in {len(mistakes)} column(s)." if count > 1 else ""
        raise table.problem(at, name, what + more)
    dataset = Dataset(
        instrument=instrument,
        respondents=frame_of(values, index),
        missing=frame_of(types, index),
        source=table.source,
        notes=tuple(notes),
    )
    return replace(dataset, notes=(*notes, *_of_waves(instrument, values, dataset)))


def _meanings(instrument: Instrument, column: Column, cells: Sequence[str]) -> tuple[dict[str, Cell], dict[str, str]]:
    """What each different text of a column means, and what is wrong with those that mean nothing."""
    read = reader_of(instrument, column)
    known: dict[str, Cell] = {}
    bad: dict[str, str] = {}
    for text in set(cells):
        try:
            known[text] = read(text)
        except BadCell as error:
            bad[text] = str(error)
    return known, bad


def _values(column: Column, known: Mapping[str, Cell], cells: Sequence[str]) -> object:
    if column.kind == "text":
        return pd.array([known[cell][0] for cell in cells], dtype="str")
    numbers = {text: np.nan if value is None else float(value) for text, (value, _) in known.items()}
    return np.fromiter(map(numbers.__getitem__, cells), np.float64, len(cells))


def _types(
    table: TextTable, column: Column, known: Mapping[str, Cell], cells: Sequence[str], given: Sequence[str] | None
) -> object:
    if given is None:
        return pd.array([known[cell][1] for cell in cells], dtype="str")
    for at, (cell, kind) in enumerate(zip(cells, given, strict=True)):
        if kind and known[cell][0] is not None:
            what = f"{shorten(cell)} is a value, but missing.csv says {kind}. Empty one of the two."
            raise table.problem(at, column.name, what)
    return pd.array([kind or known[cell][1] for cell, kind in zip(cells, given, strict=True)], dtype="str")


def _index(table: TextTable, wave: str | None) -> pd.Index:
    """The id of each row, or a running number; id and wave (``p07@2``) where ids come again in another wave."""
    if ID not in table.columns:
        return pd.Index([str(i + 1) for i in range(len(table.rows))], dtype="str", name=ID)
    ids = [cell.strip() for cell in table.columns[ID]]
    waves = table.columns.get(wave or "") if len(set(ids)) < len(ids) else None
    seen: dict[str, int] = {}
    for at, name in enumerate(ids):
        if not name:
            raise table.problem(at, ID, "the id is empty. Give every row an id of its own, or leave the column out.")
        key = name if waves is None else f"{name}{AT}{waves[at].strip()}"
        if key in seen:
            first = table.rows[seen[key]]
            same = "" if waves is None else f" with wave {shorten(waves[at].strip() or 'empty')}"
            what = f"the id {shorten(name)} is already in row {first}{same}. Remove one, or rename it."
            raise table.problem(at, ID, what)
        seen[key] = at
    return pd.Index(list(seen), dtype="str", name=ID)


def _of_waves(instrument: Instrument, values: Mapping[str, object], dataset: Dataset) -> tuple[str, ...]:
    """A note where people have a row in more than one wave."""
    field = wave_field(instrument)
    if field is None or field not in values:
        return ()
    known = people(dataset).dropna()
    if known.is_unique:
        return ()
    return (
        f"{len(known):,} rows of {known.nunique():,} people in several waves: an analysis that compares no waves "
        "counts every row.",
    )


def _check_columns(table: TextTable, instrument: Instrument, wanted: Sequence[Column]) -> list[str]:
    """Refuse data without the items of the scales; give the notes on other columns that are missing or not declared."""
    scored = {item.lstrip("-") for scale in instrument.scales.values() for item in scale.items}
    absent = [column for column in wanted if column.name not in table.columns]
    partly = {c.of for c in absent if c.choice} & {c.of for c in wanted if c.choice and c.name in table.columns}
    needed = [column.name for column in absent if column.of in scored or column.of in partly]
    undeclared = sorted(set(table.columns) - {column.name for column in wanted} - {ID, SECONDS, *PARADATA})
    if needed:
        raise DataProblems(
            f"{table.source}, row 1: no column for {_some(needed, 20)}, which the instrument {instrument.id} declares."
            + _nearest(needed, undeclared)
            + " Headers are ids, as in the instrument."
        )
    if len(absent) == len(wanted) > 0:
        raise DataProblems(
            f"{table.source}, row 1: none of the columns that the instrument {instrument.id} declares is there."
            + _nearest([column.name for column in absent], undeclared)
            + " Headers are ids, as in the instrument."
        )
    notes = []
    if undeclared or table.unnamed:
        total = len(undeclared) + table.unnamed
        notes.append(
            f"{total:,} column(s) that the instrument does not declare were ignored: "
            f"{_some([*undeclared, *['(no name)'] * table.unnamed], 5)}."
        )
    others = [column.name for column in absent if column.name not in needed]
    if others:
        notes.append(f"{len(others):,} declared column(s) are not in the data: {_some(others, 5)}.")
    return notes


def _doubtful(table: TextTable, wanted: Sequence[Column]) -> list[str]:
    """A note on each field whose text says that there is no answer, which only an empty cell says for sure."""
    notes = []
    for column in wanted:
        if column.source == "field" and column.kind == "text":
            cells = [cell.strip() for cell in table.columns.get(column.name, ())]
            found = sorted(NO_ANSWER.intersection(map(str.upper, set(cells))))
            if found:
                count = sum(cell.upper() in found for cell in cells)
                notes.append(
                    f"{count:,} cell(s) of column {column.name} hold {_some(found, 3)}, which is read as a value:"
                    " an empty cell is a missing one."
                )
    return notes


def _some(names: Sequence[str], most: int) -> str:
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _nearest(needed: Sequence[str], undeclared: Sequence[str]) -> str:
    if len(undeclared) > 2_000:
        return ""
    folded = {name.casefold(): name for name in undeclared}
    for name in needed[:20]:
        near = difflib.get_close_matches(name.casefold(), list(folded), n=1, cutoff=0.6)
        if near:
            return f" Did you mean {folded[near[0]]} by {name}?"
    return ""
