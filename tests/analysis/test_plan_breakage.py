"""Plans broken by generation: each mistake is named with its line and column, all in one go."""

from __future__ import annotations

import copy
from pathlib import Path as File
from typing import Any

import pytest

from analysis.names import AVAILABLE, KINDS
from analysis.plan import check_plan
from analysis.plan.model import Plan
from analysis.plan.schema import json_schema
from survey.files.document import read_yaml
from survey.files.problems import Problem
from survey.instrument.load import shipped, shipped_plan_text
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

INSTRUMENT = shipped("two-supports")
EVERY = (File(__file__).parent.parent / "support" / "every_plan.yaml").read_text(encoding="utf-8")
SHIPPED = shipped_plan_text("two-supports")
REFERENCES = (
    "reliability.scales.*",
    "missing.mi.auxiliary.*",
    "analyses.*.variables.*",
    "analyses.*.scales.*",
    "analyses.*.outcome",
    "analyses.*.blocks.*.*",
    "analyses.*.tests.*",
    "analyses.*.errors.cluster",
    "analyses.*.errors.cr2",
    "analyses.*.predictor",
    "analyses.*.mediators.*",
    "analyses.*.moderator",
    "analyses.*.moderator.*",
    "analyses.*.method_factor.*",
    "analyses.*.free.*",
    "analyses.*.predictors.*",
    "analyses.*.dyad",
    "analyses.*.role",
    "analyses.*.by",
    "analyses.*.x.*",
    "analyses.*.y.*",
    "analyses.*.covariates.*",
)


def data_of(text: str) -> Any:
    return read_yaml(text, "test.yaml").data


def told(data: Any, made: list[Breakage]) -> list[Problem]:
    """The problems of a plan with these mistakes; fails where one of them is not named."""
    written = apply(data, made)
    problems = check_plan(written.text, "broken.yaml", INSTRUMENT)
    for breakage in made:
        place = due_place(breakage, written, made)
        assert named(breakage, place, problems), f"{breakage} due at {place}:\n" + "\n".join(map(str, problems))
    assert not [str(p) for p in problems if JARGON.search(str(p))]
    assert all(0 < p.line <= len(written.lines) for p in problems)
    return problems


def test_the_plan_of_every_key_uses_every_key_of_the_grammar() -> None:
    assert check_plan(EVERY, "every_plan.yaml", INSTRUMENT) == []
    seen = {(owner, str(path[-1])) for path, _, _, owner in grammar_keys(Plan, data_of(EVERY))}
    schema = json_schema()
    parts = {"Plan": schema, **schema["$defs"]}
    assert {(name, key) for name, part in parts.items() for key in part["properties"]} == seen


def test_each_key_alone() -> None:
    data = data_of(EVERY)
    made = breakages(Plan, data)
    assert len(made) > 100
    for breakage in made:
        told(data, [breakage])


def test_each_dangling_reference_alone() -> None:
    data = data_of(EVERY)
    made = dangling(data, REFERENCES)
    assert len(made) > 20
    for breakage in made:
        told(data, [breakage])


@pytest.mark.parametrize(("text", "seed"), [(EVERY, 1), (EVERY, 2), (EVERY, 3), (SHIPPED, 4)])
def test_many_mistakes_at_once(text: str, seed: int) -> None:
    """Every mistake of a plan, in as few files as can hold them: no two in one group of keys."""
    data = data_of(text)
    made = [*breakages(Plan, data), *dangling(data, REFERENCES)]
    for group in groups([b for b in made if len(b.path) > 1 or b.kind == "misspelt"], seed):
        told(data, group)


def test_leaving_out_what_is_optional_never_raises() -> None:
    data = data_of(EVERY)
    for path in optional_deletions(Plan, data):
        left = copy.deepcopy(data)
        group = left
        for part in path[:-1]:
            group = group[part]
        del group[path[-1]]
        for problem in check_plan(write(left).text, "left.yaml", INSTRUMENT):
            assert not JARGON.search(str(problem))


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(AVAILABLE)))
def test_kinds_that_come_later_are_told_apart_from_misspellings(kind: str) -> None:
    text = EVERY.replace("kind: descriptives", f"kind: {kind}")
    (problem,) = check_plan(text, "p.yaml", INSTRUMENT)
    assert problem.what == f"kind '{kind}' is not available in this version; available: {', '.join(AVAILABLE)}."
    line = next(i for i, given in enumerate(EVERY.splitlines(), 1) if "kind: descriptives" in given)
    assert (problem.line, problem.column) == (line, 11)


def test_conditions_and_derivations_made_dangling() -> None:
    for old, new in (("log1p(online)", "log1p(onlin)"), ("age >= 30", "aeg >= 30"), ("remote > 90", "remot > 90")):
        line = next(i for i, given in enumerate(EVERY.splitlines(), 1) if old in given)
        text = EVERY.replace(old, new)
        name = new.split("(")[-1].split()[0].rstrip(")")
        column = text.splitlines()[line - 1].rindex(name) + 1
        places = [(p.line, p.column) for p in check_plan(text, "p.yaml", INSTRUMENT) if f"'{name}'" in p.what]
        assert places == [(line, column)]
