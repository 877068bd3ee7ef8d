"""Data in the formats of other programs: every answer and every reason why there is none is there, under its label."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import networkx
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet
import pyreadstat
import pytest

from analysis.simulate import simulate
from reports.errors import ExportError
from reports.export import FORMATS, export
from reports.export.ddi import SPACE
from reports.export.described import REASONS, described
from survey.dataset.missing import Missing
from survey.dataset.model import Dataset
from survey.dataset.read import read_data
from survey.dataset.ties import NO_TIES
from survey.dataset.upload import read_upload
from survey.instrument.load import load, shipped

CODES = dict(zip(REASONS, (-95.0, -96.0, -97.0, -98.0, -99.0), strict=True))
LETTERS = dict(zip(REASONS, "abcde", strict=True))

INSTRUMENT = """
format: twofold/1
id: small
version: 1.0.0
title: {en: "Small & < awkward"}
languages: [en]
formats:
  agree: {type: likert, from: 0, labels: {en: ['No', Some, 'Yes']}}
  yn: {type: choice, choices: {yes: {label: {en: 'Yes'}}, 'no': {label: {en: 'No'}}}}
  coded: {type: choice, choices: {'2': {label: {en: Two}}, '7': {label: {en: Seven}}}}
  many: {type: multichoice, choices: {a: {label: {en: Mail}}, b-c: {label: {en: 'Phone, or the like'}}}}
  money: {type: number, min: -200}
  day: {type: date}
  words: {type: text}
items:
  str1: {text: {en: 'Tense, {{really}}?'}, format: agree}
  with: {text: {en: Work?}, format: yn}
  grade: {text: {en: Grade?}, format: coded}
  reach: {text: {en: By what?}, format: many}
  debt: {text: {en: Balance?}, format: money}
  born: {text: {en: Born?}, format: day}
  said: {text: {en: Anything else?}, format: words}
  reach_a: {text: {en: 'Is named as another becomes'}, format: agree}
scales: {}
fields: {team: {type: group, label: {en: Team}}}
"""


@pytest.fixture(scope="module")
def small() -> Dataset:
    """Three respondents: all answered; a different reason in each cell; nothing known."""
    gone = [str(one) for one in (Missing.NOT_SHOWN, Missing.NOT_REACHED, Missing.SKIPPED, Missing.REFUSED)]
    gone += [str(Missing.DOES_NOT_APPLY)]
    columns: dict[str, list[Any]] = {
        "str1": [2.0, np.nan, np.nan],
        "with": ["no", None, None],
        "grade": ["7", None, "2"],
        "reach.a": [1.0, np.nan, np.nan],
        "reach.b-c": [0.0, np.nan, np.nan],
        "debt": [-150.5, np.nan, 20.0],
        "born": ["1990-02-28", None, None],
        "said": ['=1+1, "é"\nline', None, None],
        "reach_a": [1.0, np.nan, 0.0],
    }
    reasons = [*gone, gone[0], gone[1], gone[2], gone[3]]
    index = pd.Index(["p1", "p2", "p3"], name="id", dtype="str")
    values = pd.DataFrame(columns, index=index)
    why = pd.DataFrame({name: ["", reasons[place], ""] for place, name in enumerate(columns)}, index=index)
    return Dataset(load(INSTRUMENT, "small"), values.assign(team=["t1", "t1", None]), why, "study small")


@pytest.fixture(scope="module")
def study() -> Dataset:
    return simulate(shipped("two-supports"), 40, 7).dataset


def reason(dataset: Dataset, who: str, column: str) -> str:
    return str(dataset.missing.loc[who, column])


def test_spss_holds_every_answer_and_every_reason(small: Dataset, tmp_path: Path) -> None:
    written = export(small, "sav", tmp_path / "data.sav")
    assert [path.name for path in written] == ["data.sav", "data_codebook.html"]
    frame, meta = pyreadstat.read_sav(str(written[0]), user_missing=True)
    base = {
        reason_: code - 900 for reason_, code in CODES.items()
    }  # −150.5 is an answer: −99 would do, −995 is farther
    assert list(frame["str1"].iloc[:2]) == [2.0, base["not_shown"]]
    assert np.isnan(frame["str1"].iloc[2])
    assert list(frame["v_with"].iloc[:2]) == [2.0, base["not_reached"]]
    assert list(frame["grade"]) == [7.0, base["skipped"], 2.0]
    assert list(frame["reach_a_2"].iloc[:2]) == [1.0, base["refused"]]
    assert list(frame["reach_b_c"].iloc[:2]) == [0.0, base["does_not_apply"]]
    assert list(frame["debt"]) == [-150.5, base["not_shown"], 20.0]
    assert str(frame["born"].iloc[0]) == "1990-02-28"
    assert pd.isna(frame["born"].iloc[1])
    assert list(frame["said"]) == [small.respondents["said"].iloc[0], "", ""]
    assert list(frame["said_missing"].iloc[1:2]) == [3.0]
    assert meta.variable_value_labels["said_missing"][3.0] == "skipped"
    assert list(frame["reach_a"]) == [1.0, base["refused"], 0.0]
    assert list(frame["team"]) == ["t1", "t1", ""]
    labels = dict(zip(meta.column_names, meta.column_labels, strict=True))
    assert labels["str1"] == "Tense, {really}?"
    assert labels["reach_b_c"] == "By what?: Phone, or the like"
    assert labels["team"] == "Team"
    assert meta.variable_value_labels["v_with"] == {1.0: "Yes", 2.0: "No"} | {
        base[one]: one.replace("_", " ") for one in REASONS
    }
    assert meta.variable_value_labels["grade"][7.0] == "Seven"
    assert meta.missing_ranges["str1"] == [{"lo": base["does_not_apply"], "hi": base["not_shown"]}]
    assert meta.variable_measure["str1"] == "ordinal"
    assert meta.variable_measure["v_with"] == "nominal"
    assert meta.variable_measure["debt"] == "scale"


def test_stata_holds_the_reasons_as_its_own_missing_values(small: Dataset, tmp_path: Path) -> None:
    written = export(small, "dta", tmp_path / "data.dta")
    frame, meta = pyreadstat.read_dta(str(written[0]), user_missing=True)
    assert list(frame["v_str1"].iloc[:2]) == [2.0, "a"]
    assert list(frame["v_with"].iloc[:2]) == [2.0, "b"]
    assert list(frame["grade"]) == [7.0, "c", 2.0]
    assert list(frame["debt"]) == [-150.5, "a", 20.0]
    assert str(frame["born"].iloc[0]) == "1990-02-28"
    assert list(frame["said"]) == [small.respondents["said"].iloc[0], "", ""]
    assert meta.variable_value_labels["v_with"] == {1: "Yes", 2: "No"} | {
        letter: one.replace("_", " ") for one, letter in LETTERS.items()
    }


@pytest.mark.parametrize("to", ["sav", "dta"])
def test_packages_agree_with_the_data_cell_by_cell(study: Dataset, tmp_path: Path, to: str) -> None:
    read = pyreadstat.read_sav if to == "sav" else pyreadstat.read_dta
    codes: dict[str, Any] = CODES if to == "sav" else LETTERS
    for table, path in zip(described(study), export(study, to, tmp_path / "d")[:-1], strict=True):
        frame, _ = read(str(path), user_missing=True)
        assert len(frame) == len(table.values)
        checked = 0
        for column in table.columns:
            name = (
                f"v_{column.name}"
                if to == "dta" and re.fullmatch(r"str\d", column.name)
                else column.name.replace(".", "_")
            )
            if column.kind != "number":
                continue
            for cell, value, why in zip(
                frame[name], table.values[column.name], table.missing[column.name], strict=True
            ):
                checked += 1
                if why:
                    assert cell == codes[why]
                elif pd.isna(value):
                    assert pd.isna(cell)
                else:
                    assert cell == value
        assert checked > 0


def test_an_spss_file_comes_back_with_its_reasons(study: Dataset, tmp_path: Path) -> None:
    """What the upload page reads: user-missing values whose labels are names of types keep them."""
    path = export(study, "sav", tmp_path / "d.sav")[0]
    back = read_upload("d.sav", path.read_bytes())
    kinds = back.missing["ins1"]
    assert list(kinds) == [str(one) for one in study.missing["ins1"]]


def test_no_user_missing_value_is_ever_an_answer(small: Dataset, tmp_path: Path) -> None:
    low = replace(small, respondents=small.respondents.assign(debt=[-97.0, np.nan, -9_998.0]))
    frame, meta = pyreadstat.read_sav(str(export(low, "sav", tmp_path / "d.sav")[0]), user_missing=True)
    assert meta.missing_ranges["debt"] == [{"lo": -99999.0, "hi": -99995.0}]
    assert list(frame["debt"]) == [-97.0, -99995.0, -9998.0]


def test_excel_has_codes_reasons_and_an_explanation_of_each_column(small: Dataset, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export(small, "xlsx", tmp_path / "data.xlsx")[0])
    assert book.sheetnames == ["respondents", "missing", "columns"]
    rows = list(book["respondents"].iter_rows(values_only=True))
    assert rows[0] == ("id", *small.respondents.columns)
    assert rows[1] == ("p1", 2, "no", "7", 1, 0, -150.5, "1990-02-28", small.respondents["said"].iloc[0], 1, "t1")
    assert rows[3][:4] == ("p3", None, None, "2")
    assert book["respondents"]["I2"].data_type == "s", "text that begins with = is no formula"
    reasons = list(book["missing"].iter_rows(values_only=True))
    assert reasons[2][:6] == ("p2", "not_shown", "not_reached", "skipped", "refused", "does_not_apply")
    explained = {row[1]: row for row in book["columns"].iter_rows(values_only=True, min_row=2)}
    assert explained["with"] == ("respondents", "with", "Work?", "text", "nominal", "yes = Yes; no = No")
    assert book["respondents"].freeze_panes == "B2"


def test_parquet_keeps_types_labels_and_reasons(small: Dataset, tmp_path: Path) -> None:
    written = export(small, "parquet", tmp_path / "data.parquet")
    assert [path.name for path in written] == ["data.parquet", "data_missing.parquet", "data_codebook.html"]
    table = pyarrow.parquet.read_table(written[0])
    assert table.column("debt").to_pylist() == [-150.5, None, 20.0]
    assert str(table.schema.field("born").type) == "date32[day]"
    about = table.schema.field("with").metadata
    assert about is not None
    assert about[b"label"] == b"Work?"
    assert json.loads(about[b"codes"]) == {"yes": "Yes", "no": "No"}
    frame = pd.read_parquet(written[1])
    assert list(frame["with"]) == ["", "not_reached", ""]
    assert list(frame["id"]) == ["p1", "p2", "p3"]


def test_graphml_is_the_networks(study: Dataset, tmp_path: Path) -> None:
    graph = networkx.read_graphml(export(study, "graphml", tmp_path / "n.graphml")[0])
    assert graph.number_of_nodes() == len(study.respondents) + len(study.ties)
    knows = [(a, b, e["level"]) for a, b, e in graph.edges(data=True) if e["kind"] == "knows"]
    tied = study.between[study.between["level"] >= 1]
    assert len(knows) == len(tied)
    assert sorted(level for *_, level in knows) == sorted(tied["level"])
    first = study.ties.iloc[0]
    node = graph.nodes[f"{first['id']}/{first['tie']}"]
    assert node["closeness"] == first["closeness"]
    assert node["respondent"] == first["id"]


def test_egor_has_three_files_that_fit_together(study: Dataset, tmp_path: Path) -> None:
    export(study, "egor", tmp_path / "n")
    egos, alters, pairs = (pd.read_csv(tmp_path / "n" / f"{name}.csv") for name in ("egos", "alters", "aaties"))
    assert list(egos["egoID"]) == list(study.respondents.index)
    assert list(zip(alters["egoID"], alters["alterID"], strict=True)) == list(
        zip(study.ties["id"], study.ties["tie"], strict=True)
    )
    known = set(zip(alters["egoID"], alters["alterID"], strict=True))
    assert {(one.egoID, side) for one in pairs.itertuples() for side in (one.Source, one.Target)} <= known
    assert len(pairs) == int((study.between["level"] >= 1).sum())
    assert "egor(" in (tmp_path / "n" / "read.R").read_text(encoding="utf-8")


def test_ddi_counts_every_answer_and_every_reason(small: Dataset, tmp_path: Path) -> None:
    root = ET.parse(export(small, "ddi", tmp_path / "c.xml")[0]).getroot()
    assert root.tag == f"{{{SPACE}}}codeBook"
    space = {"d": SPACE}
    assert root.findtext("d:stdyDscr/d:citation/d:titlStmt/d:titl", namespaces=space) == "Small & < awkward"
    found = {one.get("name"): one for one in root.findall("d:dataDscr/d:var", space)}
    assert list(found) == ["id", *small.respondents.columns]
    one = found["with"]
    assert one.findtext("d:labl", namespaces=space) == "Work?"
    said = [
        [category.findtext(f"d:{tag}", namespaces=space) for tag in ("catValu", "labl", "catStat")]
        for category in one.findall("d:catgry", space)
    ]
    assert said == [["yes", "Yes", "0"], ["no", "No", "1"], ["not_reached", "not reached", "1"]]
    stats = {stat.get("type"): stat.text for stat in found["debt"].findall("d:sumStat", space)}
    assert stats == {
        "vald": "2", "invd": "1", "mean": "-65.25", "stdev": repr(float(np.std([-150.5, 20.0], ddof=1))),
        "min": "-150.5", "max": "20.0",
    }  # fmt: skip


def test_a_bundle_reads_back_and_its_hashes_are_right(study: Dataset, tmp_path: Path) -> None:
    content = export(study, "bundle", tmp_path / "b.zip")[0].read_bytes()
    assert content == export(study, "bundle", tmp_path / "again.zip")[0].read_bytes(), "the same data, the same bytes"
    archive = zipfile.ZipFile(io.BytesIO(content))
    hashes = json.loads(archive.read("manifest.json"))["files"]
    assert set(hashes) == set(archive.namelist()) - {"manifest.json"}
    assert {name: hashlib.sha256(archive.read(name)).hexdigest() for name in hashes} == hashes
    assert {"respondents.csv", "ties.csv", "data.sav", "codebook.xml", "codebook.html", "READ-ME.txt"} <= set(hashes)
    archive.extractall(tmp_path / "b")
    instrument = load((tmp_path / "b" / "instrument.yaml").read_text(encoding="utf-8"), "instrument.yaml")
    back = read_data(tmp_path / "b", instrument)
    pd.testing.assert_frame_equal(back.respondents[study.respondents.columns], study.respondents)
    pd.testing.assert_frame_equal(back.ties[study.ties.columns], study.ties)


@pytest.mark.parametrize("to", FORMATS)
def test_nobody_has_answered_yet(study: Dataset, tmp_path: Path, to: str) -> None:
    tables = {name: getattr(study, name).iloc[:0] for name in ("respondents", "missing")}
    ties = {name: getattr(NO_TIES, name) for name in ("ties", "between", "missing_ties", "missing_between")}
    empty = replace(study, **tables, **ties)
    if FORMATS[to].of_networks:
        with pytest.raises(ExportError, match="nobody has named anyone, so there is no network to export"):
            export(empty, to, tmp_path / "out")
        return
    assert all(path.stat().st_size > 0 for path in export(empty, to, tmp_path / "out"))


@pytest.mark.parametrize(
    ("to", "name", "words"),
    [
        ("sav", "data.xlsx", "data.xlsx ends in .xlsx, and this export is a file that ends in .sav"),
        ("xlsx", "folder", "is a folder, and this export is a file"),
        ("csv", "file", "is a file, and an export to csv is a folder"),
        ("spss", "x", "Data cannot be exported to 'spss'. Choose: bundle, csv, xlsx, sav, dta"),
    ],
)
def test_an_unsuitable_place_is_told(small: Dataset, tmp_path: Path, to: str, name: str, words: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    with pytest.raises(ExportError) as told:
        export(small, to, tmp_path / name)
    assert words in str(told.value)
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"


def test_a_text_that_a_program_cannot_hold_is_told_and_not_cut(small: Dataset, tmp_path: Path) -> None:
    long = replace(small, respondents=small.respondents.assign(said=["x" * 40_000, None, None]))
    for to, words in (
        ("sav", "said of p1 is 40000 bytes long, and SPSS takes 32767"),
        ("xlsx", "said has a text of over"),
    ):
        with pytest.raises(ExportError, match=words):
            export(long, to, tmp_path / "d")
    frame, _ = pyreadstat.read_dta(str(export(long, "dta", tmp_path / "d")[0]))
    assert len(frame["said"].iloc[0]) == 40_000
