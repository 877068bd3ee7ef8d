"""A first draft of a mapping, for whoever knows the data: what surely fits is filled in, the rest is left open."""

from __future__ import annotations

import re
from typing import Any

from survey.dataset.columns import columns_of
from survey.instrument.canonical import yaml_of
from survey.instrument.labels import codes, label
from survey.instrument.model import Instrument
from survey.mapping.table import Raw

HEAD = """\
# A draft: read it line by line. A column with 'to: ?' is not mapped yet: name what it holds, or move it to 'ignore'.
# Under 'values' stands each value there and its code here.
"""
_FORMS = (
    r"(?P<item>.+?)___(?P<choice>.+)",  # REDCap's checkboxes
    r"(?P<item>.+?)\[(?P<choice>.+)\]",  # LimeSurvey's arrays and multiple choices
    r"(?P<item>.+?)[./](?P<choice>.+)",  # ODK
)


def draft(raw: Raw, instrument: Instrument, header_rows: int = 1) -> str:
    """The text of a mapping for a table."""
    targets = {_folded(column.name): column.name for column in columns_of(instrument)}
    columns: dict[str, Any] = {}
    named_id = next((name for name in raw.columns if name.lower() in ("id", "record_id", "responseid")), None)
    taken: set[str] = set()
    for name, cells in raw.columns.items():
        if name == named_id:
            continue
        target = next((targets[form] for form in _forms(name) if form in targets), None)
        if target is None or target in taken:
            columns[name] = {"to": "?"}
            continue
        taken.add(target)
        columns[name] = {"to": target, **_values(raw, name, cells, instrument, target)}
    data: dict[str, Any] = {"format": "twofold-mapping/1", "instrument": instrument.id}
    if header_rows != 1:
        data["header_rows"] = header_rows
    if named_id is not None:
        data["id"] = named_id
    return HEAD + yaml_of({**data, "columns": columns, "ignore": []})


def _folded(name: str) -> str:
    return re.sub(r"[^a-z0-9.]", "", name.lower())


def _forms(name: str) -> list[str]:
    """What a column may be called here: as it is, or as 'item.choice', or as the row of a table."""
    found = [_folded(name.replace(".", "_"))]
    for form in _FORMS:
        if match := re.fullmatch(form, name):
            item, choice = _folded(match["item"].replace(".", "_")), _folded(match["choice"].replace(".", "_"))
            found += [f"{item}.{choice}", choice]
    return found


def _values(raw: Raw, name: str, cells: list[str], instrument: Instrument, target: str) -> dict[str, Any]:
    """The values whose labels are those of the instrument, in one of its languages."""
    item = target.split(".")[0]
    if item not in instrument.items:
        return {}
    if "." in target:  # LimeSurvey writes Y where a choice was picked, and nothing where it was not
        stem = name.split("[")[0]
        beside = {cell for other, given in raw.columns.items() if other.split("[")[0] == stem for cell in given}
        return {"values": {"Y": 1, "N": 0}, "empty": 0} if "Y" in beside else {}
    fmt = instrument.format_of(item)
    known = codes(fmt)
    if not known or set(filter(None, cells)) <= {str(code) for code in known}:
        return {}
    by_label = {label(fmt, code, language).casefold(): code for language in instrument.languages for code in known}
    shown = raw.labels.get(name, {})
    values = {}
    for text in dict.fromkeys(filter(None, cells)):
        code = by_label.get(shown.get(text, text).casefold())
        values[text] = "?" if code is None else code
    return {"values": values}
