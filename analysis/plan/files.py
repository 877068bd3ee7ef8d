"""Instruments and plans checked together: each plan is held to the instrument that it names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from analysis.plan.load import check_form, check_plan
from survey.files.document import scan_yaml
from survey.files.problems import FileProblems, Problem
from survey.instrument import load as instruments
from survey.instrument.model import Instrument


def check_files(names: Sequence[str], read: Callable[[str], str]) -> list[Problem]:
    """Every problem of several files, in their order.

    names: of the files. read: gives the text of one, or raises ``FileProblems``. A file whose ``format`` begins with
    ``twofold-plan`` is a plan, any other an instrument. A plan's instrument is looked for among the files, then among
    those that ship.
    """
    found: dict[str, list[Problem]] = {name: [] for name in names}
    known: dict[str, Instrument] = {}
    broken: set[str] = set()
    plans: dict[str, tuple[str, Any]] = {}
    for name in names:
        try:
            text = read(name)
            data = scan_yaml(text, name)[0].data
        except FileProblems as error:
            found[name] = list(error.problems)
            continue
        head = data if isinstance(data, dict) else {}
        if str(head.get("format", "")).startswith("twofold-plan"):
            plans[name] = (text, head.get("instrument"))
            continue
        found[name] = instruments.check(text, name)
        if found[name]:
            broken.add(str(head.get("id")))
        else:
            instrument = instruments.load(text, name)
            known[instrument.id] = instrument
    for name, (text, wanted) in plans.items():
        found[name] = _check_plan(text, name, str(wanted), known, broken)
    return [problem for problems in found.values() for problem in problems]


def _check_plan(text: str, name: str, wanted: str, known: Mapping[str, Instrument], broken: set[str]) -> list[Problem]:
    """A plan held to its instrument, or to the form of plans alone where the instrument cannot be had."""
    if wanted in known:
        return check_plan(text, name, known[wanted])
    if wanted in broken:
        # its names cannot be checked before the instrument is mended; its form can
        return check_form(text, name)
    if wanted in instruments.shipped_ids():
        return check_plan(text, name, instruments.shipped(wanted))
    if len(known) == 1:
        return check_plan(text, name, next(iter(known.values())))
    form = check_form(text, name)
    if form:
        return form
    line, column = scan_yaml(text, name)[0].place(("instrument",))
    what = f"the instrument '{wanted}' is not among the files given, and none of this name ships."
    return [Problem(name, line, column, what, "Name its file as well: twofold check INSTRUMENT PLAN.")]
