"""Broken data: each mistake is one clear line with its file, row, column, value and remedy."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from survey.dataset.read import read_data, read_frame
from survey.errors import DataProblems, SurveyError
from survey.instrument.load import load
from tests.survey.store_support import TEXT

SMALL = load(TEXT, "small.yaml")
HEADER = "id,age,employed,a1,a2,a3,a4,far,roles.peer,roles.friend,roles.other,since,remark,team"
ROW = "r1,40,yes,1,2,3,4,1.5,0,1,0,2024-02-29,ok,7"


def problem(content: str | bytes, folder: Path, name: str = "data.csv") -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DataProblems) as found:
        read_data(path, SMALL)
    assert isinstance(found.value, SurveyError)
    assert isinstance(found.value, ValueError)
    said = str(found.value)
    assert said.startswith(name)
    assert "\n" not in said
    assert len(said) < 600
    return said


def test_good_data_are_read(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text(f"\ufeff{HEADER},x1,x2\n\n{ROW},a,b\nr2,,no,3.0,+2,3,4,,1.0,0,0,,,-99,,\n", encoding="utf-8")
    data = read_data(path, SMALL)
    assert data.respondents.index.tolist() == ["r1", "r2"]
    assert data.respondents["a1"].tolist() == [1.0, 3.0]
    assert data.respondents["roles.peer"].tolist() == [0.0, 1.0]
    assert data.respondents["team"].isna().tolist() == [False, True]
    assert data.missing["team"].tolist() == ["", "refused"]
    assert len(data.notes) == 2
    assert "2 column(s) that the instrument does not declare were ignored: x1, x2." in data.notes[0]
    assert "6 declared column(s) are not in the data: att1, d1, d2" in data.notes[1]
    assert "d1" not in data.respondents
    assert data.source == "data.csv"


def test_without_ids_rows_are_numbered(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a1,a2,a3,a4\n1,2,3,4\n5,4,3,2\n")
    assert read_data(path, SMALL).respondents.index.tolist() == ["1", "2"]


FIELDS = """
format: twofold/1
id: elsewhere
version: 1.0.0
formats: {}
items: {}
scales: {}
fields:
  id: {type: id}
  wave: {type: wave}
  Subject: {type: id}
  Score: {type: number}
  Team: {type: group}
"""

CELLS = {
    "a1=often": ("row 2, column a1", "'often' is not a number", "leave the cell empty"),
    "a1=6": ("'6' is outside the declared range 1 to 5",),
    "a1=2.5": ("'2.5' is not one of the whole codes 1 to 5",),
    "a1=NA": ("'NA' is no answer", "empty"),
    "a1=-99": ("outside the declared range",),
    "a1=nan": ("'nan' is no answer",),
    "a1=1_0": ("not a number",),
    "a1=٣": ("not a number",),
    "age=40,5": ("Write 40.5",),
    "far=1,500": ("Write 1500, or 1.500 if the comma is a decimal sign",),
    "age=40.5": ("40.5 is not a whole number",),
    "age=15": ("15 is outside the declared range 16 to 99",),
    "far=1e999": ("too large",),
    "far=inf": ("not a number",),
    "employed=Yes": ("'Yes' is not a declared code. Give one of yes, no (codes, not labels)",),
    "roles.peer=2": ("outside the declared range 0 to 1",),
    "since=29.02.2024": ("is not a date. Write it as 2026-12-31",),
    "since=2023-02-29": ("is not a date",),
}


@pytest.mark.parametrize("change", CELLS)
def test_a_cell_that_cannot_be_is_named(tmp_path: Path, change: str) -> None:
    column, value = change.split("=")
    cells = dict(zip(HEADER.split(","), ROW.split(","), strict=True)) | {column: value}
    row = ",".join(f'"{cell}"' for cell in cells.values())
    said = problem(f"{HEADER}\n{row}\n", tmp_path)
    for words in (f"row 2, column {column}", *CELLS[change]):
        assert words in said


def test_of_many_mistakes_the_first_is_named_and_the_others_counted(tmp_path: Path) -> None:
    rows = [ROW.replace("r1", f"r{i}") for i in range(100)]
    rows[10] = rows[10].replace(",3,4,", ",9,4,")
    rows[20:30] = [row.replace("yes", "ja") for row in rows[20:30]]
    said = problem("\n".join([HEADER, *rows]), tmp_path)
    assert "row 12, column a3: '9'" in said
    assert "10 more cells to mend, in 2 column(s)" in said


def test_rows_are_counted_as_a_spreadsheet_does(tmp_path: Path) -> None:
    said = problem('a1,a2,a3,a4,remark\n1,2,3,4,"two\nlines"\n\n1,2,3,x,\n', tmp_path)
    assert "row 4, column a4" in said


FILES = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\n", "the file is empty"),
    "header only": (HEADER.encode() + b"\n", "no row of data"),
    "only blank rows": (HEADER.encode() + b"\n,,,\n\n", "no row of data"),
    "no header": (b"\n1,2\n", "no header"),
    "latin-1": (b"a1,a2,a3,a4,remark\n1,2,3,4,fine\n1,2,3,4,caf\xe9\n", "line 3: byte 0xe9 is not UTF-8"),
    "utf-16": ("a1,a2\n1,2\n".encode("utf-16"), "UTF-16"),
    "excel": (b"PK\x03\x04rest", "Excel"),
    "nul": (b"a1,a2,a3,a4\n1,2,3,4\n1,\x00,3,4\n", "line 3: there is a NUL byte"),
    "ragged": (b"a1,a2,a3,a4\n1,2,3,4\n1,2,3\n", "row 3: 3 cells instead of 4"),
    "too wide": (b"a1,a2,a3,a4\n1,2,3,4,5\n", "row 2: 5 cells instead of 4"),
    "open quote": (b'a1,a2,a3,a4\n1,2,3,"4\n', "stray quotation mark"),
    "semicolons beside commas": (b'a1;a2;a3;"x, y"\n1;2;3;4,5\n', "separated by semicolons"),
    "nothing declared": (b"q1,q2\n1,2\n", "no column for a1, a2, a3, a4"),
    "semicolons": (b"a1;a2;a3;a4\n1;2;3;4\n", "separated by semicolons"),
    "doubled header": (b"a1,a2,a2,a3,a4\n1,2,2,3,4\n", "a2 is there 2 times, in columns 2, 3"),
    "doubled id": (b"id,a1,a2,a3,a4\nx,1,2,3,4\n x ,1,2,3,4\n", "row 3, column id: the id 'x' is already in row 2"),
    "empty id": (b"id,a1,a2,a3,a4\nx,1,2,3,4\n,1,2,3,4\n", "row 3, column id: the id is empty"),
    "missing items": (b"a1,a3,A4\n1,2,3\n", "no column for a2, a4"),
    "part of a multichoice": (b"a1,a2,a3,a4,roles.peer\n1,2,3,4,1\n", "no column for roles.friend, roles.other"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_is_named(tmp_path: Path, name: str) -> None:
    content, words = FILES[name]
    assert words in problem(content, tmp_path)


def test_a_file_whose_columns_are_all_strange_is_refused(tmp_path: Path) -> None:
    fields = load(FIELDS, "fields")
    path = tmp_path / "data.csv"
    path.write_text("score,team\n1,a\n")
    with pytest.raises(DataProblems, match=r"none of the columns .* Did you mean score by Score"):
        read_data(path, fields)


def test_fields_alone_are_data(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("Score,Team,Subject,wave,id\n1.5,007,01,1,0010\n,NA,02,2,08\n2,n/a,,2,x\n")
    data = read_data(path, load(FIELDS, "fields"))
    assert data.respondents.index.tolist() == ["0010", "08", "x"]
    assert data.respondents["Team"].tolist() == ["007", "NA", "n/a"]
    assert data.respondents["wave"].tolist() == ["1", "2", "2"]
    assert data.notes == (
        "2 cell(s) of column Team hold N/A, NA, which is read as a value: an empty cell is a missing one.",
    )


def test_empty_cells_beyond_the_header_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text("a1,a2,a3,a4\n1,2,3,4,\n1,2,3,4,, \n")
    assert read_data(path, SMALL).respondents.shape[0] == 2


def test_a_misspelt_column_is_recognised(tmp_path: Path) -> None:
    assert "Did you mean A2 by a2?" in problem("a1,A2,a3,a4\n1,2,3,4\n", tmp_path)


def test_a_hundred_thousand_columns_are_one_line(tmp_path: Path) -> None:
    wide = ",".join(f"c{i}" for i in range(100_000)) + "\n" + ",".join(["1"] * 100_000) + "\n"
    assert "no column for a1, a2, a3, a4" in problem(wide, tmp_path)
    path = tmp_path / "good.csv"
    path.write_text(
        wide.replace("c99999", "a1").replace("c99998", "a2").replace("c99997", "a3").replace("c99996", "a4")
    )
    data = read_data(path, SMALL)
    assert "99,996 column(s)" in data.notes[0]
    assert all(len(note) < 200 for note in data.notes)


def test_a_file_that_is_not_there_or_no_spss_file(tmp_path: Path) -> None:
    with pytest.raises(DataProblems, match="no such file"):
        read_data(tmp_path / "none.csv", SMALL)
    with pytest.raises(DataProblems, match="holds no respondents"):
        read_data(tmp_path, SMALL)
    assert "SPSS" in problem(b"not at all", tmp_path, "data.sav")


MISSING = {
    "unknown type": ("id,a1\nx,lost\n", "'lost' is no type of missing"),
    "other ids": ("id,a1\ny,skipped\n", "its ids are not those"),
    "no ids": ("a1\nskipped\n", "no column id"),
    "a value and a type": ("id,a2\nx,skipped\n", "'2' is a value, but missing.csv says skipped"),
}


@pytest.mark.parametrize("name", MISSING)
def test_a_folder_whose_files_disagree_is_refused(tmp_path: Path, name: str) -> None:
    content, words = MISSING[name]
    (tmp_path / "respondents.csv").write_text("id,a1,a2,a3,a4\nx,,2,3,4\n")
    (tmp_path / "missing.csv").write_text(content)
    with pytest.raises(DataProblems, match=re.escape(words)):
        read_data(tmp_path, SMALL)


def test_frames_are_held_to_the_same_rules() -> None:
    good = {"a1": [1, 2], "a2": [1.0, np.nan], "a3": [True, True], "a4": ["3", None], "employed": ["yes", pd.NA]}
    data = read_frame(pd.DataFrame(good), SMALL, "upload")
    assert data.respondents["a2"].isna().tolist() == [False, True]
    assert data.respondents["employed"].isna().tolist() == [False, True]
    for change, words in (
        ({"a1": [1, 7]}, "upload, row 3, column a1: '7' is outside"),
        ({"a1": [1.5, 2]}, "row 2, column a1: '1.5' is not one of the whole codes"),
        ({"id": ["x", "x"]}, "already in row 2"),
    ):
        with pytest.raises(DataProblems, match=words):
            read_frame(pd.DataFrame({**good, **change}), SMALL, "upload")
    with pytest.raises(DataProblems, match="no row of data"):
        read_frame(pd.DataFrame({"a1": []}), SMALL, "upload")
    doubled = pd.DataFrame([[1, 2]], columns=["a1", "a1"])
    with pytest.raises(DataProblems, match="a1 is there more than once"):
        read_frame(doubled, SMALL, "upload")
