"""Checks of the respondent's own result: what it names must be there, and be something that it can show."""

from __future__ import annotations

from typing import Any

from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.shapes import meant
from survey.instrument.draft import Draft
from survey.instrument.labels import is_numeric, range_of


def check_result(draft: Draft) -> list[Problem]:
    """Every problem of ``result`` beside its texts."""
    problems: list[Problem] = []
    for number, page in draft.pages:
        result, path = page.get("result"), ("pages", number, "result")
        if not isinstance(result, dict):
            continue
        if page.get("type", "questions") != "feedback":
            what = "'result' stands on a page that is not of type feedback."
            problems.append(draft.problem(path, what, "Move it to the feedback page.", key=True))
        problems += _waves(draft, path, result)
        network = result.get("network")
        if isinstance(network, str) and network not in draft.section("networks"):
            problems.append(draft.undefined((*path, "network"), "network", network, "'result'", "networks"))
    for at, name in draft.texts("pages.#.result.kinds.#.scale"):
        if draft.has("scales") and name not in draft.section("scales"):
            problems.append(draft.undefined(at, "scale", name, "'result'", "scales"))
        else:
            problems += _scale(draft, at, name)
    return [*problems, *_supports(draft), *_checklists(draft)]


def _waves(draft: Draft, path: Path, result: dict[str, Any]) -> list[Problem]:
    if "last_wave" not in result:
        return []
    where = (*path, "last_wave")
    if result.get("show") != "after_last_wave":
        what = "'last_wave' says nothing here: the result is not held back until the last wave."
        return [draft.problem(where, what, "Write 'show: after_last_wave', or delete it.", key=True)]
    fields = draft.section("fields").values()
    if not any(isinstance(field, dict) and field.get("type") == "wave" for field in fields):
        what = "'last_wave' needs a field of type wave, which says for which wave somebody was invited."
        return [draft.problem(where, what, "Add 'fields: {wave: {type: wave}}'.", key=True)]
    return []


def _scale(draft: Draft, path: Path, name: str) -> list[Problem]:
    """A score is shown between the lowest and the highest that can be, so that these must be known."""
    problems = []
    for at, written in draft.texts("scales.*.items.#"):
        fmt = draft.format_of(written.removeprefix("-"))
        if at[1] == name and fmt is not None and is_numeric(fmt) and range_of(fmt) is None:
            what = f"scale '{name}' cannot be shown in 'result': item '{written}' declares no range."
            problems.append(draft.problem(path, what, "Give its format 'min' and 'max', or name another scale."))
    return problems


def _supports(draft: Draft) -> list[Problem]:
    problems = []
    for path, support in draft.texts("pages.#.result.kinds.#.support"):
        network = draft.data["pages"][path[1]]["result"].get("network")
        known = {text for at, text in draft.texts("networks.*.generators.*.support") if at[1] == network}
        if not isinstance(network, str):
            what = f"'support: {support}' says nothing without a network."
            problems.append(draft.problem(path, what, "Name the network in 'result'.", key=True))
        elif network in draft.section("networks") and support not in known:
            what = f"no question for names of network '{network}' has 'support: {support}'."
            problems.append(draft.problem(path, what, meant(support, known) or "Write it as the network does."))
    return problems


def _checklists(draft: Draft) -> list[Problem]:
    problems = []
    asked = {name for _, name in draft.texts("pages.#.items.#")}
    for path, name in draft.texts("pages.#.result.kinds.#.checklist.#.item"):
        if draft.has("items") and name not in draft.section("items"):
            problems.append(draft.undefined(path, "item", name, "'checklist'", "items"))
            continue
        fmt = draft.format_of(name)
        if fmt is not None and (not is_numeric(fmt) or range_of(fmt) is None):
            what = f"item '{name}' in 'checklist' has no highest score that would count as having."
            problems.append(draft.problem(path, what, "Give its choices a 'score', or its format 'min' and 'max'."))
        elif draft.has("items") and name not in asked:
            problems.append(draft.problem(path, f"item '{name}' in 'checklist' is asked on no page.", "Ask it first."))
    return problems
