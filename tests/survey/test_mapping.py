"""Answers of REDCap, LimeSurvey, Qualtrics and SPSS brought in by a mapping; what it leaves open is told by cell."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyreadstat
import pytest

from survey.dataset.model import Dataset
from survey.dataset.read import read_data
from survey.dataset.write import write_csv_folder
from survey.errors import DataProblems
from survey.files.problems import FileProblems
from survey.instrument.load import load
from survey.mapping.apply import apply
from survey.mapping.draft import draft
from survey.mapping.model import load_mapping
from survey.mapping.table import read_raw
from tests.support.terminal import twofold

TEXT = """\
format: twofold/1
id: small
version: 1.0.0
formats:
  agree: {type: likert, from: 1, labels: [Disagree, Neither, Agree]}
  yn: {type: choice, choices: {yes: {label: 'Yes', score: 1}, no: {label: 'No', score: 0}}}
  ways: {type: multichoice, choices: {mail: {label: Mail}, phone: {label: Phone}}}
  days: {type: number, min: 0, max: 90}
items:
  calm: {text: I am calm, format: agree}
  tense: {text: I am tense, format: agree}
  works: {text: Do you work?, format: yn}
  reach: {text: How?, format: ways}
  sick: {text: Days?, format: days}
scales:
  ease: {label: Ease, items: [calm, -tense], min_answered: 0.5}
fields:
  team: {type: group}
"""
SMALL = load(TEXT, "small")
HEAD = "format: twofold-mapping/1\ninstrument: small\n"

REDCAP = "record_id,calm,tense,works,reach___mail,reach___phone,sick,team\n1,1,3,1,1,0,2,a\n2,2,-99,0,0,0,,b\n"
REDCAP_MAP = """\
id: record_id
missing: {-99: refused}
columns:
  calm: {to: calm}
  tense: {to: tense}
  works: {to: works, values: {1: 'yes', 0: 'no'}}
  reach___mail: {to: reach.mail}
  reach___phone: {to: reach.phone}
  sick: {to: sick}
  team: {to: team}
"""
LIMESURVEY = (
    '"id","submitdate","mood[calm]","mood[tense]","works","reach[mail]","reach[phone]"\n'
    '"5","2026-01-01 10:00:00","A1","A3","Y","Y",""\n"6","","A2","","N","",""\n'
)
LIMESURVEY_MAP = """\
id: id
columns:
  mood[calm]: {to: calm, values: &a {A1: 1, A2: 2, A3: 3}}
  mood[tense]: {to: tense, values: *a}
  works: {to: works, values: {Y: 'yes', N: 'no'}}
  reach[mail]: {to: reach.mail, values: &p {Y: 1}, empty: 0}
  reach[phone]: {to: reach.phone, values: *p, empty: 0}
ignore: [submitdate]
"""
QUALTRICS = (
    "StartDate,ResponseId,Q1_1,Q1_2,Q2,Q3,Q4_TEXT\n"
    "Start Date,Response ID,Mood - I am calm,Mood - I am tense,Do you work?,How?,Days?\n"
    '"{""ImportId"":""startDate""}","{""ImportId"":""_recordId""}","{}","{}","{}","{}","{}"\n'
    '2026-01-01,R_1,Disagree,Agree,Yes,"Mail,Phone",2\n'
    "2026-01-02,R_2,Neither,,No,Phone,\n"
)
QUALTRICS_MAP = """\
header_rows: 3
id: ResponseId
columns:
  Q1_1: {to: calm, values: &a {Disagree: 1, Neither: 2, Agree: 3}}
  Q1_2: {to: tense, values: *a}
  Q2: {to: works, values: {'Yes': 'yes', 'No': 'no'}}
  Q3: {to: reach, split: ',', values: {Mail: mail, Phone: phone}}
  Q4_TEXT: {to: sick}
ignore: [Start*]
"""


def bring(folder: Path, content: str, mapping: str) -> Dataset:
    (folder / "data.csv").write_text(content, encoding="utf-8")
    known = load_mapping(HEAD + mapping, "map.yaml", SMALL)
    return apply(read_raw(folder / "data.csv", known.header_rows), known, SMALL)


def column(data: Dataset, name: str) -> list[object]:
    return [None if pd.isna(value) else value for value in data.respondents[name].tolist()]


def test_redcap_with_its_missing_codes_and_checkboxes(tmp_path: Path) -> None:
    data = bring(tmp_path, REDCAP, REDCAP_MAP)
    assert list(data.respondents.index) == ["1", "2"]
    assert column(data, "calm") == [1, 2]
    assert column(data, "tense") == [3, None]
    assert data.missing["tense"].tolist() == ["", "refused"]
    assert column(data, "works") == ["yes", "no"]
    assert (column(data, "reach.mail"), column(data, "reach.phone")) == ([1, 0], [0, 0])
    assert column(data, "sick") == [2, None]
    assert column(data, "team") == ["a", "b"]


def test_limesurvey_whose_empty_cells_are_not_picked_only_where_something_was(tmp_path: Path) -> None:
    data = bring(tmp_path, LIMESURVEY, LIMESURVEY_MAP)
    assert list(data.respondents.index) == ["5", "6"]
    assert (column(data, "calm"), column(data, "tense")) == ([1, 2], [3, None])
    assert column(data, "works") == ["yes", "no"]
    assert (column(data, "reach.mail"), column(data, "reach.phone")) == ([1, None], [0, None])


def test_qualtrics_with_three_head_rows_and_choices_in_one_cell(tmp_path: Path) -> None:
    data = bring(tmp_path, QUALTRICS, QUALTRICS_MAP)
    assert list(data.respondents.index) == ["R_1", "R_2"]
    assert (column(data, "calm"), column(data, "tense")) == ([1, 2], [3, None])
    assert (column(data, "reach.mail"), column(data, "reach.phone")) == ([1, 0], [1, 1])
    assert column(data, "sick") == [2, None]


def test_spss_with_labels_and_user_missing_values(tmp_path: Path) -> None:
    frame = pd.DataFrame({"V1": [1.0, 2.0], "V2": [3.0, -9.0], "V3": [1.0, 2.0], "V4": [2.0, 5.0]})
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "data.sav"),
        variable_value_labels={"V3": {1: "Yes", 2: "No"}, "V2": {-9: "refused"}},
        missing_ranges={"V2": [-9]},
    )
    columns = "{V1: {to: calm}, V2: {to: tense}, V3: {to: works, values: {1: 'yes', 2: 'no'}}, V4: {to: sick}}"
    known = load_mapping(f"{HEAD}columns: {columns}\n", "map.yaml", SMALL)
    data = apply(read_raw(tmp_path / "data.sav"), known, SMALL)
    assert list(data.respondents.index) == ["1", "2"]
    assert column(data, "tense") == [3, None]
    assert data.missing["tense"].tolist() == ["", "refused"]
    assert column(data, "works") == ["yes", "no"]


def test_what_is_brought_in_reads_back_from_its_folder(tmp_path: Path) -> None:
    data = bring(tmp_path, REDCAP, REDCAP_MAP)
    write_csv_folder(data, tmp_path / "out")
    back = read_data(tmp_path / "out", SMALL)
    pd.testing.assert_frame_equal(back.respondents, data.respondents)
    pd.testing.assert_frame_equal(back.missing, data.missing)


def test_every_unmapped_column_and_every_unknown_value_is_told_with_row_and_column(tmp_path: Path) -> None:
    content = REDCAP.replace("team\n", "team,extra\n").replace(",a\n", ",a,1\n").replace(",b\n", ",b,2\n")
    content = content.replace("1,1,3,1,1,0,2", "1,7,3,maybe,1,0,many").replace("2,2,-99,0", "2,2,-99,perhaps")
    gone = REDCAP_MAP.replace("  sick:", "  gone: {to: team}\n  sick:").replace("  team: {to: team}\n", "")
    with pytest.raises(DataProblems) as told:
        bring(tmp_path, content, gone)
    lines = str(told.value).splitlines()
    assert lines[:3] == [
        "data.csv: column 'team' is not mapped. Map it under 'columns', or name it under 'ignore'.",
        "data.csv: column 'extra' is not mapped. Map it under 'columns', or name it under 'ignore'.",
        "data.csv, row 2, column calm: '7' is outside the declared range 1 to 3. Correct it, or leave the cell empty.",
    ]
    assert lines[3] == "data.csv, row 2, column works: the mapping does not say what 'maybe' means. It knows 1, 0."
    assert lines[4].startswith("data.csv, row 3, column works: the mapping does not say what 'perhaps' means.")
    assert lines[5] == "data.csv: column 'gone' of the mapping is not in the data."
    assert lines[6].startswith("data.csv, row 2, column sick: 'many' is not a number.")
    assert len(lines) == 7


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("to: calm", "to: cal"), "Did you mean 'calm'"),
        (("to: tense", "to: calm"), "'calm' is mapped from 'calm' already"),
        (("reach.mail", "reach"), "item 'reach' has several choices"),
        (("{to: sick}", "{to: sick, split: ','}"), "no item of several choices"),
        (("instrument: small", "instrument: other"), "for instrument 'other'"),
        (("-99: refused", "-99: lost"), "refused"),
        (("values:", "valeus:"), "values"),
    ],
)
def test_a_mistake_in_a_mapping_is_told_with_its_line(change: tuple[str, str], word: str) -> None:
    text = (HEAD + REDCAP_MAP).replace(*change)
    with pytest.raises(FileProblems) as told:
        load_mapping(text, "map.yaml", SMALL)
    assert word in str(told.value)
    assert all(problem.line for problem in told.value.problems)


@pytest.mark.parametrize(("content", "rows"), [(REDCAP, 1), (LIMESURVEY, 1), (QUALTRICS, 3)])
def test_a_draft_maps_what_surely_fits_and_leaves_the_rest_open(tmp_path: Path, content: str, rows: int) -> None:
    (tmp_path / "data.csv").write_text(content, encoding="utf-8")
    text = draft(read_raw(tmp_path / "data.csv", rows), SMALL, rows)
    assert text.startswith("# A draft")
    if content is REDCAP:
        for line in ("id: record_id", "to: reach.mail", "to: team", "to: calm"):
            assert line in text
        assert "to: '?'" not in text
    elif content is LIMESURVEY:
        assert "mood[calm]" in text
        assert "empty: 0" in text
        for line in ("to: calm", "to: tense", "to: works", "to: reach.phone", "A1: '?'", "Y: '?'"):
            assert line in text
        assert text.count("empty: 0") == 2
    else:
        assert "header_rows: 3" in text
        assert "'?'" in text
        with pytest.raises(FileProblems):
            load_mapping(text, "map.yaml", SMALL)


def test_the_command_drafts_refuses_to_overwrite_and_imports(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(TEXT, encoding="utf-8")
    (tmp_path / "data.csv").write_text(REDCAP, encoding="utf-8")
    command = ("import", "data.csv", "--instrument", "small.yaml", "--mapping", "map.yaml")
    assert twofold(*command, "--draft", cwd=tmp_path).returncode == 0
    again = twofold(*command, "--draft", cwd=tmp_path)
    assert (again.returncode, "there already" in again.stderr) == (2, True)
    (tmp_path / "map.yaml").write_text(HEAD + REDCAP_MAP, encoding="utf-8")
    done = twofold(*command, "--out", "out", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Wrote 2 respondents" in done.stdout
    assert (tmp_path / "out" / "missing.csv").exists()
    (tmp_path / "map.yaml").write_text(HEAD + REDCAP_MAP.replace("  team: {to: team}\n", ""), encoding="utf-8")
    failed = twofold(*command, "--out", "out", cwd=tmp_path)
    assert failed.returncode == 2
    assert "column 'team' is not mapped" in failed.stderr
