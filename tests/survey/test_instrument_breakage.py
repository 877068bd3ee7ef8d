"""Instruments broken by generation: each mistake is named with its line and column, all in one go."""

from __future__ import annotations

import copy
from pathlib import Path as File
from typing import Any

import pytest

from survey.files.document import read_yaml
from survey.files.problems import Problem
from survey.instrument.load import check, shipped_text
from survey.instrument.model import Instrument
from survey.instrument.schema import json_schema
from tests.support.breakage import (
    JARGON,
    Breakage,
    apply,
    breakages,
    dangling,
    due_place,
    grammar_keys,
    groups,
    named,
    optional_deletions,
    write,
)

REFERENCES = (
    "items.*.format",
    "scales.*.items.*",
    "networks.*.interpreters.*",
    "checks.*.item",
    "pages.*.items.*",
    "pages.*.network",
)
SMALL = (File(__file__).parent.parent / "support" / "every_key.yaml").read_text(encoding="utf-8")


def data_of(text: str) -> Any:
    return read_yaml(text, "test.yaml").data


def told(data: Any, made: list[Breakage]) -> list[Problem]:
    """The problems of a file with these mistakes; fails where one of them is not named."""
    written = apply(data, made)
    problems = check(written.text, "broken.yaml")
    for breakage in made:
        place = due_place(breakage, written, made)
        assert named(breakage, place, problems), f"{breakage} due at {place}:\n" + "\n".join(map(str, problems))
    assert not [p for p in problems if JARGON.search(str(p))]
    assert all(0 < p.line <= len(written.lines) for p in problems)
    return problems


def test_the_small_instrument_uses_every_key_of_the_grammar() -> None:
    data = data_of(SMALL)
    assert check(SMALL, "every_key.yaml") == []
    seen = {(owner, str(path[-1])) for path, _, _, owner in grammar_keys(Instrument, data)}
    schema = json_schema()
    parts = {"Instrument": schema, **schema["$defs"]}
    assert {(name, key) for name, part in parts.items() for key in part["properties"]} == seen


def test_each_key_of_the_small_instrument_alone() -> None:
    data = data_of(SMALL)
    made = breakages(Instrument, data)
    assert len(made) > 250
    for breakage in made:
        problems = told(data, [breakage])
        if breakage.kind == "misspelt" and any("Did you mean" in p.remedy for p in problems):
            assert len(problems) == 1, [str(p) for p in problems]


def test_each_dangling_reference_of_the_small_instrument_alone() -> None:
    data = data_of(SMALL)
    for breakage in dangling(data, REFERENCES):
        told(data, [breakage])


@pytest.mark.parametrize("seed", [1, 2])
def test_many_mistakes_in_the_small_instrument_at_once(seed: int) -> None:
    data = data_of(SMALL)
    for group in groups(mixable(data), seed):
        told(data, group)


def test_every_mistake_in_the_shipped_instrument_many_at_once() -> None:
    data = data_of(shipped_text("two-supports"))
    made = mixable(data)
    assert len(made) > 1500
    for group in groups(made, 3):
        told(data, group)


def test_each_section_of_the_shipped_instrument_alone() -> None:
    data = data_of(shipped_text("two-supports"))
    for breakage in breakages(Instrument, data):
        if breakage.path[-1] in ("formats", "items", "scales") and len(breakage.path) == 1:
            told(data, [breakage])


def mixable(data: Any) -> list[Breakage]:
    """All mistakes but those that take away a whole section, which other mistakes refer to."""
    made = [*breakages(Instrument, data), *dangling(data, REFERENCES)]
    return [b for b in made if len(b.path) > 1 or b.kind == "misspelt"]


def test_leaving_out_what_is_optional_never_raises() -> None:
    data = data_of(SMALL)
    for path in optional_deletions(Instrument, data):
        left = copy.deepcopy(data)
        group = left
        for part in path[:-1]:
            group = group[part]
        del group[path[-1]]
        for problem in check(write(left).text, "left.yaml"):
            assert not JARGON.search(str(problem))


def test_each_definition_deleted_leaves_its_references_dangling() -> None:
    data = data_of(SMALL)
    for section, patterns in (("items", REFERENCES[1:5]), ("formats", REFERENCES[:1]), ("networks", REFERENCES[5:])):
        for name in data[section]:
            left = copy.deepcopy(data)
            del left[section][name]
            written = write(left)
            problems = check(written.text, "left.yaml")
            places = {(p.line, p.column) for p in problems if f"'{name}'" in p.what and "not defined" in p.what}
            for reference in dangling(left, patterns):
                value: Any = left
                for part in reference.path:
                    value = value[part]
                if value.removeprefix("-") == name:
                    assert written.values[reference.path] in places, (section, name, reference.path)


def test_conditions_made_dangling() -> None:
    for old, place in (("works == 'yes'", "show_if"), ("close <= 1", "weak"), ("close == 3", "strong")):
        text = SMALL.replace(old, old.replace(old.split()[0], "nobody"))
        line = next(i for i, written in enumerate(text.splitlines(), 1) if "nobody" in written)
        column = text.splitlines()[line - 1].index("nobody") + 1
        assert [(p.line, p.column) for p in check(text, "x") if "'nobody'" in p.what and place in p.what] == [
            (line, column)
        ]


def test_the_writer_of_broken_files_knows_its_places() -> None:
    data = data_of(shipped_text("two-supports"))
    written = write(data)
    document = read_yaml(written.text, "x")
    assert document.data == data
    assert document.values == written.values
    assert {path: document.place(path, key=True) for path in written.keys} == written.keys
