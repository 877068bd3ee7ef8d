"""Data of several waves in long form: who a row is about, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.dataset.columns import wave_field
from survey.dataset.model import Dataset
from survey.dataset.read import read_data
from survey.dataset.waves import people
from survey.errors import DataProblems
from survey.instrument.load import load

TEXT = """
format: twofold/1
id: panel
version: 1.0.0
formats: {f: {type: likert, labels: [a, b, c]}}
items: {q: {format: f}}
scales: {s: {label: s, items: [q]}}
fields: {FIELDS}
"""
WAVE = "{type: wave}"


def read(tmp_path: Path, text: str, fields: str = f"wave: {WAVE}") -> Dataset:
    path = tmp_path / "panel.csv"
    path.write_text(text, encoding="utf-8")
    return read_data(path, load(TEXT.replace("FIELDS", fields), "panel.yaml"))


def test_an_id_may_come_again_in_another_wave(tmp_path: Path) -> None:
    data = read(tmp_path, "id,wave,q\np1,1,1\np2,1,2\np1,2,3\n")
    assert data.respondents.index.tolist() == ["p1@1", "p2@1", "p1@2"]
    assert people(data).tolist() == ["p1", "p2", "p1"]
    assert wave_field(data.instrument) == "wave"
    assert any("3 rows of 2 people in several waves" in note for note in data.notes)


def test_ids_that_do_not_come_again_stay_as_they_are(tmp_path: Path) -> None:
    data = read(tmp_path, "id,wave,q\np@1,1,1\np2,2,2\n")
    assert data.respondents.index.tolist() == ["p@1", "p2"] == people(data).tolist()
    assert data.notes == ()


def test_a_field_of_type_id_says_who_a_row_is_about(tmp_path: Path) -> None:
    data = read(tmp_path, "person,wave,q\nx,1,1\nx,2,2\ny,1,3\n", f"wave: {WAVE}, person: {{type: id}}")
    assert data.respondents.index.tolist() == ["1", "2", "3"]
    assert people(data).tolist() == ["x", "x", "y"]


def test_one_person_twice_in_a_wave_is_refused_by_row(tmp_path: Path) -> None:
    with pytest.raises(DataProblems, match=r"row 4.*'p1' is already in row 2 with wave '1'"):
        read(tmp_path, "id,wave,q\np1,1,1\np1,2,2\np1,1,3\n")
    with pytest.raises(DataProblems, match=r"'p1' is already in row 2\. Remove"):
        read(tmp_path, "id,q\np1,1\np1,2\n")
