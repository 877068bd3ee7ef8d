"""Plans read from text and held to an instrument: every mistake at once, with its line and column."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

from analysis.names import AVAILABLE, KINDS
from analysis.plan.check import check
from analysis.plan.kinds import CorrelationOf, DescriptivesOf
from analysis.plan.model import Plan
from analysis.plan.parts import AllReliability
from analysis.plan.variables import variables_of
from survey.files.document import Document, Path, scan_yaml
from survey.files.problems import FileProblems, Problem
from survey.files.validation import validate_document
from survey.instrument.model import Instrument

RESAMPLES = 1000
"""Of the bootstrap in a plan that nobody wrote."""


def load_plan(text: str, name: str, instrument: Instrument) -> Plan:
    """Read a plan; raises ``FileProblems`` with every mistake, in the order of the file."""
    plan, problems = _read(text, name, instrument)
    if plan is None:
        raise FileProblems(problems)
    return plan


def check_plan(text: str, name: str, instrument: Instrument) -> list[Problem]:
    """Every mistake of a plan, in the order of the file; [] where there is none."""
    try:
        return _read(text, name, instrument)[1]
    except FileProblems as error:
        return list(error.problems)


def check_form(text: str, name: str) -> list[Problem]:
    """The mistakes of a plan that can be seen without its instrument."""
    try:
        document, problems = scan_yaml(text, name)
    except FileProblems as error:
        return list(error.problems)
    document, later = _not_yet(document)
    return sorted({*problems, *later, *validate_document(document, Plan).problems})


def _read(text: str, name: str, instrument: Instrument) -> tuple[Plan | None, list[Problem]]:
    document, problems = scan_yaml(text, name)
    document, later = _not_yet(document)
    held = validate_document(document, Plan)
    problems = sorted({*problems, *later, *held.problems, *check(held.mended, instrument)})
    return (None if problems else held.model), problems


def _not_yet(document: Document) -> tuple[Document, list[Problem]]:
    """Name what the format knows and this version cannot do, and put something harmless in its place.

    Otherwise it would be told as a misspelling of something else, with complaints about every key beneath.
    """
    if not isinstance(document.data, dict):
        return document, []
    data: dict[str, Any] = copy.deepcopy(document.data)
    problems: list[Problem] = []
    entries = data["analyses"] if isinstance(data.get("analyses"), list) else []
    for i, entry in enumerate(entries):
        if not isinstance(entry, dict):
            continue
        kind = entry.get("kind")
        if isinstance(kind, str) and kind in KINDS and kind not in AVAILABLE:
            path: Path = ("analyses", i, "kind")
            problems.append(_unavailable(document, path, f"kind '{kind}'", ", ".join(AVAILABLE)))
            entries[i] = {"kind": "reliability", "id": entry.get("id") or f"later{i}"}
    return replace(document, data=data), problems


def _unavailable(document: Document, path: Path, what: str, available: str) -> Problem:
    return document.problem(path, f"{what} is not available in this version; available: {available}.")


def default_plan(instrument: Instrument) -> Plan:
    """The plan for an instrument that has none: descriptives, correlations of scales, reliability.

    Scales are described and correlated; where there are none, every variable that is a number.
    """
    names = tuple(instrument.scales) or tuple(v for v in variables_of(instrument).numbers() if v in instrument.items)
    analyses: list[DescriptivesOf | CorrelationOf] = []
    if names:
        analyses.append(DescriptivesOf(kind="descriptives", variables=names))
    if len(names) > 1:
        analyses.append(CorrelationOf(kind="correlation", variables=names))
    reliable = any(not scale.formative for scale in instrument.scales.values())
    head = Plan.model_validate({"format": "twofold-plan/1", "instrument": instrument.id})
    every = AllReliability(scales="all", resamples=RESAMPLES, missing="listwise") if reliable else None
    return head.model_copy(update={"analyses": tuple(analyses), "reliability": every})
