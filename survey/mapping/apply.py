"""A table read by a mapping: every unmapped column and every unknown value is named, with its row and column."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from survey.dataset.cells import BadCell, reader_of, shorten, whole
from survey.dataset.columns import ID, SECONDS, Column, columns_of, number_text
from survey.dataset.model import Dataset
from survey.dataset.read import read_frame
from survey.errors import DataProblems
from survey.instrument.model import Instrument, MultiChoice
from survey.mapping.model import ColumnOf, Mapping_, Value
from survey.mapping.table import Raw

MOST_TOLD = 200


def apply(raw: Raw, mapping: Mapping_, instrument: Instrument) -> Dataset:
    """The Dataset in a table. Raises DataProblems with a line for each thing that the mapping does not say."""
    return _Import(raw, mapping, instrument).dataset()


def left(raw: Raw, mapping: Mapping_) -> list[str]:
    """The columns of a table that a mapping neither brings in nor leaves behind."""
    named = {*mapping.columns, *mapping.ignore, mapping.id}
    stems = tuple(name[:-1] for name in mapping.ignore if name.endswith("*"))
    return [name for name in raw.columns if name not in named and not (stems and name.startswith(stems))]


class _Import:
    def __init__(self, raw: Raw, mapping: Mapping_, instrument: Instrument) -> None:
        self.raw, self.mapping, self.instrument = raw, mapping, instrument
        self.columns = {column.name: column for column in columns_of(instrument)}
        self.columns[SECONDS] = Column(SECONDS, SECONDS, "field", "number")
        self.problems: list[str] = []
        self.cells: dict[str, list[str]] = {}
        self.kinds: dict[str, list[str]] = {}

    def dataset(self) -> Dataset:
        """All columns, or all problems."""
        for name in left(self.raw, self.mapping):
            self.tell(f"column '{name}' is not mapped. Map it under 'columns', or name it under 'ignore'.")
        for name, spec in self.mapping.columns.items():
            if name not in self.raw.columns:
                self.tell(f"column '{name}' of the mapping is not in the data.")
            elif spec.split is not None:
                self.split(name, spec)
            else:
                self.column(name, spec)
        if self.mapping.id is not None and self.mapping.id not in self.raw.columns:
            self.tell(f"column '{self.mapping.id}', which is to hold the ids, is not in the data.")
        if self.problems:
            more = len(self.problems) - MOST_TOLD
            end = [f"{self.raw.source}: and {more:,} more."] if more > 0 else []
            raise DataProblems("\n".join([*self.problems[:MOST_TOLD], *end]))
        self.fill_empty()
        frame = pd.DataFrame({name: pd.array(cells, dtype="str") for name, cells in self.cells.items()})
        if self.mapping.id is not None:
            frame.insert(0, ID, self.raw.columns[self.mapping.id])
        return read_frame(frame, self.instrument, self.raw.source, self.kinds)

    def tell(self, what: str) -> None:
        self.problems.append(f"{self.raw.source}: {what}")

    def at(self, row: int, column: str, what: str) -> None:
        self.problems.append(f"{self.raw.source}, row {self.raw.rows[row]}, column {column}: {what}")

    def meaning(self, spec: ColumnOf) -> Callable[[str], tuple[str, str]]:
        """What tells the code of a cell's text, and the type of a missing value; it raises BadCell."""
        missing = {**self.mapping.missing, **spec.missing}

        def mean(text: str) -> tuple[str, str]:
            for known in (text, whole(text)):
                if known in missing:
                    return "", missing[known]
                if known in spec.values:
                    return _text(spec.values[known]), ""
            if text and spec.values:
                listed = ", ".join(list(spec.values)[:8]) + (", …" if len(spec.values) > 8 else "")
                raise BadCell(f"the mapping does not say what {shorten(text)} means. It knows {listed}.")
            return text, ""

        return mean

    def column(self, name: str, spec: ColumnOf) -> None:
        """One column; each of its different texts is looked at once."""
        target = self.columns[spec.to]
        mean, read = self.meaning(spec), reader_of(self.instrument, target)
        known: dict[str, tuple[str, str]] = {}
        bad: dict[str, str] = {}
        for text in set(self.raw.columns[name]):
            try:
                known[text] = mean(text)
                read(known[text][0])
            except BadCell as error:
                bad[text] = str(error)
        for row, text in enumerate(self.raw.columns[name]):
            if text in bad:
                self.at(row, name, bad[text])
        given = self.raw.kinds.get(name, [""] * len(self.raw.rows))
        pairs = [known.get(text, ("", "")) for text in self.raw.columns[name]]
        self.cells[spec.to] = [code for code, _ in pairs]
        self.type(spec.to, [kind or there for (_, kind), there in zip(pairs, given, strict=True)])

    def type(self, target: str, kinds: list[str]) -> None:
        column = self.columns[target]
        if column.source == "item" or (
            column.of in self.instrument.fields and self.instrument.fields[column.of].missing
        ):
            self.kinds[target] = kinds

    def split(self, name: str, spec: ColumnOf) -> None:
        """A column whose cells hold all picked choices; an empty cell is no answer."""
        fmt = self.instrument.format_of(spec.to)
        choices = tuple(fmt.choices) if isinstance(fmt, MultiChoice) else ()
        mean = self.meaning(spec)
        cells: dict[str, list[str]] = {f"{spec.to}.{choice}": [] for choice in choices}
        kinds: list[str] = []
        for row, text in enumerate(self.raw.columns[name]):
            picked, kind = set[str](), ""
            for part in filter(None, (part.strip() for part in text.split(spec.split or ","))):
                try:
                    code, kind = mean(part)
                except BadCell as error:
                    self.at(row, name, str(error))
                    continue
                if code and code not in choices:
                    self.at(row, name, f"{shorten(code)} is no choice of '{spec.to}'. They are {', '.join(choices)}.")
                elif code:
                    picked.add(code)
            for choice in choices:
                cells[f"{spec.to}.{choice}"].append(("1" if choice in picked else "0") if picked else "")
            kinds.append("" if picked else kind)
        for target, column in cells.items():
            self.cells[target] = column
            self.type(target, kinds)

    def fill_empty(self) -> None:
        """Empty cells of choices, where the respondent picked another choice of the same item."""
        for spec in self.mapping.columns.values():
            if spec.empty is None or spec.split is not None:
                continue
            of = self.columns[spec.to].of
            others = [cells for target, cells in self.cells.items() if self.columns[target].of == of]
            column = self.cells[spec.to]
            answered = [any(cells[row] for cells in others) for row in range(len(column))]
            self.cells[spec.to] = [
                _text(spec.empty)
                if not cell and some and not self.kinds.get(spec.to, [""] * len(column))[row]
                else cell
                for row, (cell, some) in enumerate(zip(column, answered, strict=True))
            ]


def _text(value: Value) -> str:
    return number_text(float(value)) if isinstance(value, int | float) else value
