"""The mapping (the file format ``twofold-mapping/1``): which column holds which item, and what its values mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from survey.dataset.columns import ID, SECONDS, columns_of
from survey.files.document import Document, scan_yaml
from survey.files.problems import FileProblems, Problem
from survey.files.shapes import meant
from survey.files.validation import validate_document
from survey.instrument.frozen import Model, Row, Table
from survey.instrument.model import Instrument, MissingKind, MultiChoice

Value = str | int | float


class ColumnOf(Model):
    """One column of the other platform's table."""

    to: str
    """What it holds: an item, a choice of one as 'item.choice', or a declared field."""
    values: Table[str, Value] = Field({}, validate_default=True)
    """Each value there to the code here; left out where the values are the codes."""
    missing: Table[str, MissingKind] = Field({}, validate_default=True)
    """Values that stand for a missing answer, and why it is missing."""
    empty: Value | None = None
    """For choices that may be picked: the code of an empty cell, where another choice of the item was picked."""
    split: Annotated[str, Field(min_length=1, max_length=3)] | None = None
    """What parts the codes in one cell that holds all picked choices of an item, such as ','."""


class Mapping_(Model):  # noqa: N801 - 'Mapping' is a type of the language
    """How a table of another platform is read; see ``survey.mapping.apply``."""

    format: Literal["twofold-mapping/1"]
    """The version of this grammar."""
    instrument: str
    """The id of the instrument to which the answers belong."""
    header_rows: int = Field(1, ge=1, le=10)
    """How many rows stand above the data; the first holds the names. Qualtrics writes 3."""
    id: str | None = None
    """The column with the respondents' ids; left out, rows are numbered."""
    missing: Table[str, MissingKind] = Field({}, validate_default=True)
    """Values of any column that stand for a missing answer, and why it is missing."""
    columns: Table[str, ColumnOf]
    """Each column that is brought in, by its name there."""
    ignore: Row[str] = ()
    """The columns that are left behind, by their names there; the end of a name may be '*'."""


def load_mapping(text: str, name: str, instrument: Instrument) -> Mapping_:
    """Read a mapping. Raises FileProblems with every mistake, each with its place."""
    document, problems = scan_yaml(text, name)
    held = validate_document(document, Mapping_)
    problems += held.problems
    if held.model is not None:
        problems += _check(document, held.model, instrument)
    if problems or held.model is None:
        raise FileProblems(problems)
    return held.model


def _check(document: Document, mapping: Mapping_, instrument: Instrument) -> Iterator[Problem]:
    def problem(path: tuple[str | int, ...], what: str, remedy: str) -> Problem:
        return Problem(document.name, *document.values.get(path, (0, 0)), what, remedy)

    if mapping.instrument != instrument.id:
        what = f"the mapping is for instrument '{mapping.instrument}', and the instrument given is '{instrument.id}'."
        yield problem(("instrument",), what, "Give the one that fits.")
    targets = {column.name for column in columns_of(instrument)} | {SECONDS}
    whole = {item for item in instrument.items if isinstance(instrument.format_of(item), MultiChoice)}
    seen: dict[str, str] = {}
    for name, column in mapping.columns.items():
        path = ("columns", name, "to")
        if column.split is not None and column.to not in whole:
            yield problem(path, f"'{column.to}' is no item of several choices.", "'split' is for those alone.")
        elif column.split is None and column.to in whole:
            what = f"item '{column.to}' has several choices."
            yield problem(path, what, f"Give 'split', or map a column to each, such as {column.to}.code.")
        elif column.split is None and column.to not in targets:
            remedy = meant(column.to, targets) or "Name an item, an item.choice or a field of the instrument."
            yield problem(path, f"the instrument has no '{column.to}'.", remedy)
        if column.to == ID:
            yield problem(path, "ids are named by 'id' at the top.", "Write id: NAME there.")
        if column.to in seen:
            yield problem(path, f"'{column.to}' is mapped from '{seen[column.to]}' already.", "Keep one.")
        seen[column.to] = name
        if name in mapping.ignore or name == mapping.id:
            yield problem(path, f"column '{name}' is mapped and named elsewhere too.", "Keep one.")
