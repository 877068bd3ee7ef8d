"""Checks across formats, items, scales, networks and checks: names that refer, collide or do not fit."""

from __future__ import annotations

from typing import Any

from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.shapes import meant
from survey.instrument.check_choices import check_choices
from survey.instrument.draft import Draft, is_name
from survey.instrument.expression_types import THE_WAVE, kind_of, type_errors
from survey.instrument.expressions import Expression, ExpressionError, parse
from survey.instrument.labels import codes, is_numeric, range_of
from survey.instrument.model import ChoiceFormat, Format, Likert, MultiChoice, Number, Rank
from survey.waves import WAVE

RESERVED = (
    *("id", "wave", "seconds_per_item", "missing", "channel", "device", "back_steps", "minutes", "standing"),
    *("result_shown", "link_code"),
)
_OWN = ("id", "wave")
"""Reserved names that a field of that very type may bear: ``wave: {type: wave}``."""

_KINDS = (("items", "an item"), ("scales", "a scale"), ("fields", "a field"), ("networks", "a network"))


def check_parts(draft: Draft) -> list[Problem]:
    """Every problem of the parts other than texts and pages."""
    return [
        *_names(draft),
        *_formats(draft),
        *check_choices(draft),
        *_item_formats(draft),
        *_scales(draft),
        *_networks(draft),
        *_checks(draft),
    ]


def _names(draft: Draft) -> list[Problem]:
    """Items, scales, fields and networks share one space of names: that of results and data."""
    problems, seen = [], dict.fromkeys(RESERVED, "kept for the data's own columns")
    for section, kind in _KINDS:
        for name in draft.section(section):
            raw = draft.section(section)[name]
            if name in _OWN and section == "fields" and isinstance(raw, dict) and raw.get("type") == name:
                continue
            if name in seen:
                what = f"'{name}' cannot name {kind}: it is {seen[name]}."
                problems.append(draft.problem((section, name), what, "Choose another name.", key=True))
            else:
                seen[name] = f"already the name of {kind}"
    return problems


def _formats(draft: Draft) -> list[Problem]:
    problems = []
    for name, raw in draft.section("formats").items():
        if not isinstance(raw, dict):
            continue
        low, high = raw.get("min"), raw.get("max")
        if _upside_down(low, high):
            what = f"'min' in '{name}' is not below 'max': {low} and {high}."
            problems.append(draft.problem(("formats", name, "min"), what, "Make 'min' the smaller one."))
    for path, between in draft.find("networks.*.between"):
        if isinstance(between, dict):
            levels, tied = between.get("levels"), between.get("tied_from", 1)
            first = next(iter(levels.values()), None) if isinstance(levels, dict) else levels
            if isinstance(first, list) and _whole(tied) and tied >= len(first) > 0:
                what = f"'tied_from' is {tied}, but the levels go from 0 to {len(first) - 1}."
                problems.append(draft.problem((*path, "tied_from"), what, "Choose one of the levels."))
    return problems


def _upside_down(low: Any, high: Any) -> bool:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (low, high))
    return (numbers or (isinstance(low, str) and isinstance(high, str))) and bool(low >= high)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _item_formats(draft: Draft) -> list[Problem]:
    if not draft.has("formats"):
        return []
    return [
        draft.undefined(path, "format", name, f"item '{path[1]}'", "formats")
        for path, name in draft.texts("items.*.format")
        if is_name(name) and name not in draft.section("formats")
    ]


def references(draft: Draft, pattern: str, kind: str, inside: str) -> list[Problem]:
    """Names of a list that no item has, and names that are there twice; ``inside`` may hold {name}."""
    problems, seen = [], set()
    for path, written in draft.texts(pattern):
        name, where = written.removeprefix("-"), inside.replace("{name}", str(path[1]))
        if not is_name(name):
            if kind == "item" and draft.has("items"):
                problems.append(draft.undefined(path, kind, written, where, "items"))
        elif draft.has("items") and name not in draft.section("items"):
            problems.append(draft.undefined(path, kind, name, where, "items"))
        elif (path[:-1], name) in seen:
            problems.append(draft.problem(path, f"{kind} '{name}' is twice in {where}.", "Delete one."))
        seen.add((path[:-1], name))
    return problems


def _scales(draft: Draft) -> list[Problem]:
    problems = references(draft, "scales.*.items.#", "item", "scale '{name}'")
    for path, written in draft.texts("scales.*.items.#"):
        name, fmt = written.removeprefix("-"), draft.format_of(written.removeprefix("-"))
        if name in draft.interpreters:
            what = f"item '{name}' in scale '{path[1]}' is asked about each person of a network, not once."
            problems.append(draft.problem(path, what, "Take it out of the scale."))
        elif fmt is None:
            continue
        elif not is_numeric(fmt):
            what = f"item '{name}' in scale '{path[1]}' is answered by {_sort(fmt)}: it has no number to score."
            remedy = "Give every choice a 'score', or take it out." if isinstance(fmt, ChoiceFormat) else "Take it out."
            problems.append(draft.problem(path, what, remedy))
        elif written.startswith("-") and range_of(fmt) is None:
            what = f"item '{name}' in scale '{path[1]}' cannot be reversed: its format declares no range."
            problems.append(draft.problem(path, what, "Give the format 'min' and 'max'."))
    return problems


def _sort(fmt: Format) -> str:
    words = {"text": "a text", "date": "a date", "rank": "a ranking", "choice": "choices without scores"}
    return words.get(fmt.type, "several choices")


def _networks(draft: Draft) -> list[Problem]:
    problems = references(draft, "networks.*.interpreters.#", "item", "the interpreters of network '{name}'")
    for condition in ("weak", "strong", "inside"):
        for path, text in draft.texts(f"networks.*.{condition}"):
            own = [name for at, name in draft.texts("networks.*.interpreters.#") if at[1] == path[1]]
            parsed, found = parse_at(draft, path, text)
            problems += found
            for name in parsed.names if parsed is not None else ():
                if name not in own:
                    what = f"'{name}' in '{condition}' is no interpreter of network '{path[1]}'."
                    remedy = meant(name, own) or "Add it to 'interpreters'."
                    problems.append(at_name(draft, path, text, name, what, remedy))
    return problems


def parse_at(draft: Draft, path: Path, text: str) -> tuple[Expression | None, list[Problem]]:
    """Parse a condition and hold it to the formats of the items that it names."""

    def told(error: ExpressionError) -> Problem:
        line, column = draft.document.within(path, error.column - 1)
        return Problem(draft.document.name, line, column, f"'{path[-1]}': {error.what}.", error.remedy)

    try:
        parsed = parse(text)
    except ExpressionError as error:
        return None, [told(error)]
    if not parsed.is_condition:
        return parsed, [told(ExpressionError("a condition is needed", 1, "Compare it with something, such as x == 1."))]
    formats = {name: draft.format_of(name) for name in parsed.names}
    kinds = {WAVE: THE_WAVE} | {name: kind_of(fmt) for name, fmt in formats.items() if fmt is not None}
    return parsed, [told(error) for error in type_errors(parsed, kinds)]


def at_name(draft: Draft, path: Path, text: str, name: str, what: str, remedy: str) -> Problem:
    """A problem at the place of a name within an expression."""
    line, column = draft.document.within(path, max(text.find(name), 0))
    return Problem(draft.document.name, line, column, what, remedy)


def _checks(draft: Draft) -> list[Problem]:
    problems = []
    for path, name in draft.texts("checks.*.item"):
        if draft.has("items") and name not in draft.section("items"):
            problems.append(draft.undefined(path, "item", name, f"check '{path[1]}'", "items"))
        raw, fmt = draft.section("checks")[str(path[1])], draft.format_of(name)
        expected = raw.get("pass")
        if fmt is not None and isinstance(expected, str | int | float) and not isinstance(expected, bool):
            problems += _pass(draft, ("checks", path[1], "pass"), name, fmt, expected)
    return problems


def _pass(draft: Draft, path: Path, item: str, fmt: Format, expected: float | str) -> list[Problem]:
    """The passing answer of a check must be one that its item can have."""
    known = codes(fmt)
    if isinstance(fmt, MultiChoice | Rank):
        return [draft.problem(path, f"item '{item}' has no single answer that could pass.", "Choose another item.")]
    if known and expected not in known:
        what = f"'pass' is {expected!r}, which is no answer of item '{item}'."
        shown = f"{known[0]} to {known[-1]}" if isinstance(fmt, Likert) else ", ".join(map(str, known))
        return [draft.problem(path, what, f"Its answers are {shown}.")]
    if is_numeric(fmt) and not known:
        low, high = (fmt.min, fmt.max) if isinstance(fmt, Number) else range_of(fmt) or (None, None)
        if isinstance(expected, str):
            return [draft.problem(path, f"'pass' is a text, but item '{item}' is a number.", "Write a number.")]
        if (low is not None and expected < low) or (high is not None and expected > high):
            what = f"'pass' is {expected:g}, outside of the range of item '{item}'."
            return [draft.problem(path, what, "Choose a number within it.")]
    if not is_numeric(fmt) and not known and not isinstance(expected, str):
        what = f"'pass' is a number, but item '{item}' is a text."
        return [draft.problem(path, what, f"Put it in quotes: '{expected}'.")]
    return []
