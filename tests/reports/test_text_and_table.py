"""Rich text never reads data as markup; a table knows its notes and its spanners."""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.table import Interval, Row, Table, Value, split_intervals, words
from reports.text import Run, italic, joined, marked, plain, said

_spec = importlib.util.spec_from_file_location("samples", Path(__file__).with_name("samples.py"))
assert _spec is not None
assert _spec.loader is not None
samples = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(samples)
FULL: Table = samples.FULL


def test_markup_becomes_runs() -> None:
    assert marked("*R*^2^ = {x}", x=".4") == (Run("R", italic=True), Run("2", script="super"), Run(" = .4"))
    assert marked("\\*\\*p") == (Run("**p"),)
    assert marked("*r*~drop~")[1] == Run("drop", script="sub")
    assert plain(marked("Δ*R*^2^")) == "ΔR²"


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Co", "Cn"])))
def test_a_value_is_never_read_as_markup(text: str) -> None:
    assert plain(marked("a{x}b", x=text)) == f"a{text}b"
    assert not any(run.italic or run.bold or run.script for run in marked("{x}", x=text))
    assert plain(said(text)) == text


def test_texts_join_and_turn_italic() -> None:
    assert plain(joined([said("a"), (), said("b")])) == "a b"
    assert italic(said("a")) == (Run("a", italic=True),)


def test_notes_come_in_apas_order_and_explain_the_dash() -> None:
    notes = [plain(note) for note in FULL.notes]
    assert notes[0].startswith("Note. N = 1,234.")
    assert notes[0].endswith("— = could not be computed.")
    assert notes[1] == "a Of the last step."
    assert notes[2] == "*p < .05. **p < .01. ***p < .001."


def test_spanners_join_neighbours() -> None:
    assert [(plain(text), across) for text, across in FULL.spanners] == [
        ("", 1), ("", 1), ("Step 1", 3), ("", 1), ("", 1), ("", 1),
    ]  # fmt: skip
    assert replace(FULL, columns=tuple(replace(column, spanner=()) for column in FULL.columns)).spanners == ()


def test_intervals_split_into_two_columns_of_numbers() -> None:
    wide = split_intervals(FULL)
    assert [column.key for column in wide.columns][4:6] == ["ci_low", "ci_high"]
    assert not any(isinstance(cell, Interval) for row in wide.rows for cell in row.cells)


def test_a_row_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells for 8 columns"):
        replace(FULL, rows=(Row((words("a"), Value(1.0))),))
