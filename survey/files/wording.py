"""The words for each way in which a value may not fit its model."""

from __future__ import annotations

from typing import Any, get_args

from survey.files import shapes
from survey.files.document import Path


def named(path: Path) -> str:
    """What a place is called in a sentence: ``'text' in 'ins1'``, ``entry 2 of 'items'``."""
    if not path:
        return "the file"
    last, before = path[-1], path[:-1]
    if isinstance(last, int):
        return f"entry {last + 1} of {named(before)}"
    if before and isinstance(before[-1], int):
        return f"'{last}' in {named(before)}"
    inside = next((part for part in reversed(before) if isinstance(part, str)), None)
    return f"'{last}' in '{inside}'" if inside is not None else f"'{last}'"


def where(parent: Path) -> str:
    """Where a key stands, for the end of a sentence: `` in 'ins1'``, `` in entry 2 of 'pages'``; '' at the top."""
    if not parent:
        return ""
    return f" in {named(parent)}" if isinstance(parent[-1], int) else f" in '{parent[-1]}'"


def words_for(
    kind: str, path: Path, annotation: Any, owner: Any, value: Any, context: dict[str, Any], is_key: bool
) -> tuple[Path, bool, str, str]:
    """Where a fault is told (path, and whether at its key), what is wrong, and the remedy."""
    if kind == "missing":
        key = str(path[-1])
        return path[:-1], False, f"key '{key}' is missing{where(path[:-1])}.", f"Add '{key}': {_wanted(annotation)}."
    if kind == "extra_forbidden":
        known = list(shapes.field_annotations(owner))
        remedy = shapes.meant(str(path[-1]), known) or f"Delete it; the keys known here are {', '.join(known)}."
        return path, True, f"key '{path[-1]}' is not known{where(path[:-1])}.", remedy
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _kind(kind, path, annotation, value, context)
    if is_key:
        wanted = shapes.expected(_key_annotation(owner))
        return path, True, f"'{path[-1]}' cannot be a name{where(path[:-1])}.", f"It must be {wanted}."
    what, remedy = _value(kind, path, annotation, value, context)
    return path, False, what, remedy


def _key_annotation(owner: Any) -> Any:
    arguments = get_args(shapes.strip(owner))
    return arguments[0] if arguments else str


def _kind(kind: str, path: Path, annotation: Any, value: Any, context: dict[str, Any]) -> tuple[Path, bool, str, str]:
    key = context["discriminator"].strip("'")
    kinds = [tag for m in shapes.members(annotation) for tag in shapes.tags(m, key)]
    choose = shapes.one_of(kinds)
    if kind == "union_tag_not_found":
        return path, False, f"key '{key}' is missing{where(path)}.", f"Add '{key}': {choose}."
    wrong = value.get(key)
    remedy = (shapes.meant(wrong, kinds) if isinstance(wrong, str) else "") or f"It must be {choose}."
    return (*path, key), False, f"{named((*path, key))} cannot be {shapes.given(wrong)}.", remedy


def _wanted(annotation: Any) -> str:
    return shapes.expected(annotation)


def _value(kind: str, path: Path, annotation: Any, value: Any, context: dict[str, Any]) -> tuple[str, str]:
    subject = named(path)
    if kind == "literal_error":
        kinds = [str(v) for v in shapes.allowed(annotation)]
        remedy = (shapes.meant(value, kinds) if isinstance(value, str) else "") or f"It must be {shapes.one_of(kinds)}."
        return f"{subject} cannot be {shapes.given(value)}.", remedy
    if kind in ("greater_than_equal", "less_than_equal", "greater_than", "less_than"):
        limits = {"ge": "at least", "le": "at most", "gt": "more than", "lt": "less than"}
        limit = " and ".join(f"{limits[k]} {v:g}" for k, v in context.items() if k in limits)
        return f"{subject} is {value}.", f"It must be {limit}."
    if kind in ("string_too_short", "too_short"):
        least = int(context.get("min_length", 1))
        if not value:
            wanted = "a text" if isinstance(value, str) else "at least one entry"
            return f"{subject} is empty.", f"Write {wanted} there."
        return f"{subject} is too short.", f"It must have at least {least} entries or characters."
    if kind in ("string_too_long", "too_long"):
        most = int(context.get("max_length", 0))
        unit = "characters" if isinstance(value, str) else "entries"
        return f"{subject} is too long: {len(value):,} {unit}.", f"At most {most:,} are allowed."
    if kind == "string_pattern_mismatch":
        return f"{subject} cannot be {shapes.given(value)}.", f"It must be {shapes.expected(annotation)}."
    if kind == "finite_number":
        return f"{subject} is not a finite number.", "Write a number such as 5."
    if kind == "value_error":
        return f"{subject}: {context.get('error', 'this does not fit')}", ""
    wanted = shapes.expected(annotation)
    return f"{subject} must be {wanted}, not {shapes.given(value)}.", _typed_remedy(wanted, value)


def _typed_remedy(wanted: str, value: Any) -> str:
    """How to turn what was written into what was wanted."""
    if value is None:
        return "Write a value after the ':'."
    if isinstance(value, bool | int | float) and "text" in wanted:
        shown = str(value).lower() if isinstance(value, bool) else str(value)
        return f"Put it in quotes: '{shown}'."
    if isinstance(value, str) and "number" in wanted:
        try:
            float(value)
        except ValueError:
            return "Write a number such as 5, without quotes."
        return f"Write it without quotes: {value}."
    if "true or false" in wanted:
        return "Write true or false, without quotes."
    if wanted == "a list":
        return "Write it in square brackets: [first, second]."
    if "key: value" in wanted:
        return "Write its keys on lines of their own, indented under it."
    if "number" in wanted:
        return "Write a number such as 5."
    return f"Write {wanted}."
