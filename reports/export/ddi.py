"""The codebook as DDI Codebook 2.5 (XML), as data archives take it: questions, codes, counts, reasons of missing."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from reports.codebook import MISSING
from reports.export.described import REASONS, Described, DescribedTable, described, numbers
from reports.export.path import beside
from reports.numbers import exact
from survey.dataset.model import Dataset
from survey.instrument.canonical import sha256
from survey.instrument.model import say

SPACE = "ddi:codebook:2_5"
_NATURE = {"nominal": "nominal", "ordinal": "ordinal", "scale": "interval"}


def ddi(dataset: Dataset, out: Path) -> list[Path]:
    """One file that describes every column of the exported tables, with counts; no answers of a person."""
    path = beside(out, ".xml")
    path.write_bytes(ddi_of(dataset))
    return [path]


def ddi_of(dataset: Dataset, language: str = "en") -> bytes:
    """The codebook as the bytes of an XML file in UTF-8."""
    instrument = dataset.instrument
    ET.register_namespace("", SPACE)
    root = ET.Element(f"{{{SPACE}}}codeBook", {"version": "2.5"})
    title = say(instrument.title, language, instrument.languages) or instrument.id
    for part in ("docDscr", "stdyDscr"):
        citation = _under(_under(root, part), "citation")
        heads = _under(citation, "titlStmt")
        _under(heads, "titl", title if part == "stdyDscr" else f"Codebook: {title}")
        _under(heads, "IDNo", f"{instrument.id} {instrument.version}", agency="twofold")
        if part == "docDscr":
            _under(_under(citation, "prodStmt"), "software", "Twofold")
    study = root[-1]
    note = say(instrument.note, language, instrument.languages)
    if note:
        _under(_under(study, "stdyInfo"), "abstract", note)
    if instrument.licence:
        _under(_under(_under(study, "dataAccs"), "useStmt"), "conditions", f"Questionnaire: {instrument.licence}")
    _under(study, "notes", f"SHA-256 of the questionnaire: {sha256(instrument)}")
    tables = described(dataset, language)
    for number, table in enumerate(tables, start=1):
        _file(root, table, number)
    data = _under(root, "dataDscr")
    for number, table in enumerate(tables, start=1):
        for place, column in enumerate(table.columns, start=1):
            _variable(data, table, column, number, place)
    ET.indent(root)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="utf-8") + b"\n"


def _under(parent: ET.Element, tag: str, text: str | None = None, /, **attributes: str) -> ET.Element:
    made = ET.SubElement(parent, f"{{{SPACE}}}{tag}", attributes)
    made.text = None if text is None else _legal(text)
    return made


def _legal(text: str) -> str:
    """The text without the control characters that XML cannot hold."""
    return "".join(c for c in text if c in "\t\n\r" or ord(c) >= 32)


def _file(root: ET.Element, table: DescribedTable, number: int) -> None:
    about = _under(_under(root, "fileDscr", ID=f"F{number}"), "fileTxt")
    _under(about, "fileName", f"{table.name}.csv")
    size = _under(about, "dimensns")
    _under(size, "caseQnty", str(len(table.values)))
    _under(size, "varQnty", str(len(table.columns)))


def _variable(data: ET.Element, table: DescribedTable, one: Described, number: int, place: int) -> None:
    discrete = "discrete" if one.codes or one.kind == "text" else "contin"
    made = _under(
        data, "var", ID=f"F{number}V{place}", name=one.name, files=f"F{number}", intrvl=discrete,
        nature=_NATURE[one.measure],
    )  # fmt: skip
    _under(made, "labl", one.label)
    values, why = table.values[one.name], table.missing[one.name]
    answered = int(values.notna().sum())
    _under(made, "sumStat", str(answered), type="vald")
    _under(made, "sumStat", str(len(values) - answered), type="invd")
    if one.kind == "number" and not one.codes and answered:
        there = numbers(values.dropna())
        spread = float(np.std(there, ddof=1)) if answered > 1 else float("nan")
        found = {"mean": float(there.mean()), "stdev": spread, "min": float(there.min()), "max": float(there.max())}
        for kind, value in found.items():
            if np.isfinite(value):
                _under(made, "sumStat", repr(value), type=kind)
    counts = values.dropna().astype(float if one.kind == "number" else str).value_counts()
    for code, text in one.codes.items():
        given = float(code) if one.kind == "number" else str(code)
        _category(made, str(code), text, int(counts.get(given, 0)))
    left = why[why != ""].value_counts()
    for reason in REASONS:
        if reason in left.index:
            _category(made, reason, MISSING[reason], int(left[reason]), missing="Y")
    _under(made, "varFormat", type="numeric" if one.kind == "number" else "character")


def _category(made: ET.Element, code: str, text: str, count: int, /, **attributes: str) -> None:
    one = _under(made, "catgry", **attributes)
    _under(one, "catValu", code)
    _under(one, "labl", text)
    _under(one, "catStat", exact(count), type="freq")
