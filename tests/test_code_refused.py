"""Nothing executes a text from a user: plans and instruments that carry code are refused, and what may stand as text
comes out as text in every file."""

from __future__ import annotations

import copy
import csv
import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from ruamel.yaml import YAML

from analysis.plan import check_plan, load_plan
from analysis.run import run
from reports.report import write_report
from survey.dataset.read import read_data
from survey.instrument.load import check, load, shipped

SUPPORT = Path(__file__).parent / "support"
MARK = "planted_by_code"
CODE = (
    f"__import__('pathlib').Path('{MARK}').touch()",
    f"{{{{ cycler.__init__.__globals__.os.system('touch {MARK}') }}}}",
    f"${{__import__('os').system('touch {MARK}')}}",
    f"=cmd|'/C touch {MARK}'!A0",
    "<script>document.title='planted'</script>",
)
HTML = CODE[-1]
SHOWN = frozenset({"title", "text", "label", "labels", "intro", "unit", "licence", "note", "citation", "owner", "help",
                   "advice", "levels"})  # fmt: skip
"""Keys of an instrument whose values people read, and nothing else does."""
Place = tuple[str | int, ...]


@cache
def read(name: str) -> Any:
    return YAML(typ="safe", pure=True).load((SUPPORT / name).read_text(encoding="utf-8"))


def texts(value: Any, path: Place = ()) -> Iterator[Place]:
    """Where a text stands."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from texts(part, (*path, key))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from texts(part, (*path, i))
    elif isinstance(value, str):
        yield path


def names(value: Any, path: Place = ()) -> Iterator[Place]:
    """Where a name that the writer chose is a key."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield (*path, key)
            yield from names(part, (*path, key))
    elif isinstance(value, list):
        for i, part in enumerate(value):
            yield from names(part, (*path, i))


def planted(data: Any, path: Place, code: str) -> str:
    """The data with code in the place of one text, as a file."""
    made = copy.deepcopy(data)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = code
    return json.dumps(made)


def renamed(data: Any, path: Place, code: str) -> str:
    """The data with code in the place of one key."""
    made = copy.deepcopy(data)
    inside = made
    for key in path[:-1]:
        inside = inside[key]
    content = {code if key == path[-1] else key: value for key, value in inside.items()}
    inside.clear()
    inside.update(content)
    return json.dumps(made)


@pytest.fixture(autouse=True)
def _nothing_ran(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.chdir(tmp_path)
    yield
    assert not (tmp_path / MARK).exists(), "a text was executed"


PLAN = read("every_plan.yaml")
PARTS = [{key: value for key, value in PLAN.items() if key != "analyses"} | {"analyses": PLAN["analyses"][:1]}]
PARTS += [{"format": PLAN["format"], "instrument": "two-supports", "analyses": [one]} for one in PLAN["analyses"]]


@pytest.mark.parametrize("plan", PARTS, ids=lambda plan: plan["analyses"][0]["id"])
def test_no_text_of_a_plan_may_be_code(plan: dict[str, Any]) -> None:
    """Every text and every key of every kind of analysis; each with one of the codes, in turn."""
    instrument = shipped("two-supports")
    for i, path in enumerate(texts(plan)):
        assert check_plan(planted(plan, path, CODE[i % len(CODE)]), "plan.yaml", instrument), path
    for i, path in enumerate(names(plan)):
        assert check_plan(renamed(plan, path, CODE[i % len(CODE)]), "plan.yaml", instrument), path


INSTRUMENT = read("every_key.yaml")
WORDS = [path for path in texts(INSTRUMENT) if any(part in SHOWN for part in path)]
OTHERS = [path for path in texts(INSTRUMENT) if path not in WORDS]


def test_no_name_or_condition_of_an_instrument_may_be_code() -> None:
    assert len(OTHERS) > 80
    for i, path in enumerate(OTHERS):
        assert check(planted(INSTRUMENT, path, CODE[i % len(CODE)]), "i.yaml"), path


def test_no_key_of_an_instrument_may_be_code() -> None:
    """But the codes for what is missing: they are whatever cells of somebody's data hold, and are compared alone."""
    for i, path in enumerate(path for path in names(INSTRUMENT) if path[-2:-1] != ("missing",)):
        assert check(renamed(INSTRUMENT, path, CODE[i % len(CODE)]), "i.yaml"), path


def test_no_text_that_people_read_may_hold_html() -> None:
    assert len(WORDS) > 60
    for path in WORDS:
        assert check(planted(INSTRUMENT, path, HTML), "i.yaml"), path


HEAD = "format: twofold/1\nid: hostile\nversion: 1.0.0\n"
BODY = """\
title: {label}
formats: {{agree: {{type: likert, from: 1, labels: [{label}, b, c, d, {label}]}}}}
items: {{q1: {{text: {label}, format: agree}}, q2: {{text: {label}, format: agree}}, q3: {{format: agree}}}}
scales: {{s: {{label: {label}, items: [q1, q2, q3]}}}}
fields: {{g: {{type: category, label: {label}}}, y: {{type: number, label: {label}}}}}
"""
ANALYSES = """\
format: twofold-plan/1
instrument: hostile
reliability: {scales: all}
analyses:
  - {id: c, kind: compare, outcome: y, by: g}
  - {id: r, kind: regression, outcome: y, blocks: [[g, s]]}
  - {id: d, kind: descriptives, variables: [q1, q2, s, y]}
  - {id: m, kind: moderation, outcome: y, predictor: s, moderator: g}
  - {id: k, kind: correlation, variables: [s, y, q1]}
"""


@pytest.mark.parametrize("code", CODE[:4], ids=["python", "template", "shell", "formula"])
def test_code_in_labels_and_data_comes_out_as_text_in_every_file(code: str, tmp_path: Path) -> None:
    """Labels are the instrument's, and categories are what somebody uploaded: HTML among them."""
    label = json.dumps(code.replace("{", "{{").replace("}", "}}"))
    instrument = load(HEAD + BODY.format(label=label.replace("{", "{{").replace("}", "}}").format()), "hostile.yaml")
    rng = np.random.default_rng(1)
    groups = [code, HTML, "\\input{/etc/passwd}", '#eval("1+1")']
    data = pd.DataFrame(rng.integers(1, 6, (160, 3)), columns=["q1", "q2", "q3"])
    data["g"], data["y"] = np.array(groups)[np.arange(160) % 4], rng.normal(size=160)
    data.to_csv(tmp_path / "hostile.csv", index=False)
    dataset = read_data(tmp_path / "hostile.csv", instrument)
    findings = run(load_plan(ANALYSES, "plan.yaml", instrument), dataset)
    out = tmp_path / "out"
    write_report(findings, out)
    for path in out.rglob("*.html"):
        assert "<script>document" not in path.read_text(encoding="utf-8"), path
    for path in out.rglob("*.svg"):
        assert "<script" not in path.read_text(encoding="utf-8"), path
    for path in out.rglob("*.tex"):
        assert "\\input{" not in path.read_text(encoding="utf-8"), path
    for path in out.rglob("*.typ"):
        assert not re.search(r"(?<!\\)#eval", path.read_text(encoding="utf-8")), path
    for path in [*out.rglob("*.docx"), *out.rglob("*.xlsx")]:
        with zipfile.ZipFile(path) as packed:
            inside = "".join(packed.read(name).decode("utf-8") for name in packed.namelist() if name.endswith(".xml"))
        assert "<script>document" not in inside, path
        assert not re.search(r"<f[ >]|<w:instrText[^>]*>[^<]*(DDE|cmd)", inside), path
    for path in out.rglob("*.csv"):
        cells = [cell for row in csv.reader(path.read_text(encoding="utf-8").splitlines()) for cell in row]
        assert not [cell for cell in cells if cell.startswith("=")], path
    with (out / "results.csv").open(encoding="utf-8") as file:
        terms = {row["term"] for row in csv.DictReader(file) if row["kind"] == "compare"}
    assert HTML in terms
    assert (f"'{code}" if code.startswith("=") else code) in terms
    assert not list(tmp_path.rglob(MARK))
