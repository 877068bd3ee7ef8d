"""What a model expects at each place of a file, told in plain words."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

_MANY = 200


@dataclass(frozen=True)
class Said:
    """Put into ``Annotated``: what a value must be, in words, for where its pattern does not fit."""

    words: str


def members(annotation: Any) -> list[Any]:
    """The alternatives of an annotation, None left out; a single one where there is no union."""
    bare = strip(annotation)
    if get_origin(bare) in (Union, types.UnionType):
        found = [m for m in get_args(bare) if m is not type(None)]
        return members(found[0]) if len(found) == 1 else found
    return [annotation]


def strip(annotation: Any) -> Any:
    """An annotation without its ``Annotated`` metadata."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    return annotation


def metadata(annotation: Any) -> list[Any]:
    """All metadata of an annotation, ``FieldInfo``'s own included."""
    found: list[Any] = []
    while get_origin(annotation) is Annotated:
        annotation, *extra = get_args(annotation)
        found.extend(extra)
    return found


def is_model(annotation: Any) -> bool:
    bare = strip(annotation)
    return isinstance(bare, type) and issubclass(bare, BaseModel)


def is_mapping(annotation: Any) -> bool:
    origin = get_origin(strip(annotation)) or strip(annotation)
    return isinstance(origin, type) and issubclass(origin, Mapping)


def is_list(annotation: Any) -> bool:
    origin = get_origin(strip(annotation)) or strip(annotation)
    return isinstance(origin, type) and issubclass(origin, Sequence | set | frozenset) and origin is not str


def field_annotations(model: Any) -> dict[str, Any]:
    """Key in the file to the annotation of its value."""
    fields: dict[str, FieldInfo] = strip(model).model_fields
    return {
        (info.alias or name): Annotated[info.annotation, *info.metadata] if info.metadata else info.annotation
        for name, info in fields.items()
    }


def child(annotation: Any, part: str | int) -> Any:
    """The annotation of one key or entry of a value."""
    if is_model(annotation):
        return field_annotations(annotation).get(str(part), Any)
    arguments = get_args(strip(annotation))
    if is_mapping(annotation):
        return arguments[1] if len(arguments) > 1 else Any
    if is_list(annotation) and arguments:
        fixed = len(arguments) > 1 and arguments[1] is not Ellipsis
        return arguments[min(int(part), len(arguments) - 1)] if fixed and isinstance(part, int) else arguments[0]
    return Any


def tags(model: Any, discriminator: str) -> tuple[str, ...]:
    """The values of the key that tells a model from its siblings."""
    annotation = field_annotations(model).get(discriminator) if is_model(model) else None
    return tuple(str(value) for value in get_args(strip(annotation))) if annotation is not None else ()


def pick(found: list[Any], label: str, value: Any) -> Any:
    """Which alternative pydantic speaks of when it names it ``label`` in an error about ``value``."""
    for member in found:
        if is_model(member):
            named = strip(member).__name__ == label
            if named or any(label in get_args(strip(a)) for a in field_annotations(member).values() if is_literal(a)):
                return member
    if isinstance(value, dict):
        fits = [m for m in found if is_mapping(m) or is_model(m)]
    elif isinstance(value, list):
        fits = [m for m in found if is_list(m)]
    else:
        fits = [m for m in found if not (is_mapping(m) or is_model(m) or is_list(m))]
    plain = label.split("[")[0].split("-")[0]
    return next((m for m in fits if getattr(strip(m), "__name__", "") == plain), fits[0] if fits else found[0])


def is_literal(annotation: Any) -> bool:
    return get_origin(strip(annotation)) is Literal


def allowed(annotation: Any) -> tuple[Any, ...]:
    """The values of a Literal, across alternatives; () where there is none."""
    return tuple(v for m in members(annotation) if is_literal(m) for v in get_args(strip(m)))


def expected(annotation: Any) -> str:
    """What a value must be, in words."""
    words = list(dict.fromkeys(_expected(member) for member in members(annotation)))
    return " or ".join(words)


def _expected(annotation: Any) -> str:
    for extra in metadata(annotation):
        if isinstance(extra, Said):
            return extra.words
    bare = strip(annotation)
    if is_literal(bare):
        return one_of(get_args(bare))
    if is_model(bare) or is_mapping(bare):
        return "a group of 'key: value' entries"
    if is_list(bare):
        return "a list"
    known = {str: "a text", int: "a whole number", float: "a number", bool: "true or false"}
    return known.get(bare, "something else")


def one_of(values: Sequence[Any]) -> str:
    """``a``, ``a or b``, ``one of a, b, c``."""
    shown = [shorten(v) for v in values]
    if len(shown) < 3:
        return " or ".join(shown)
    return "one of " + ", ".join(shown)


def given(value: Any) -> str:
    """What stands in the file, in words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {shorten(value)}" if value else "an empty text"
    return "a list" if isinstance(value, list) else "a group of entries"


def shorten(value: Any, most: int = 40) -> str:
    """A value in quotes, cut to ``most`` characters and kept on one line."""
    text = " ".join(str(value).split())
    return "'" + (text if len(text) <= most else text[: most - 1] + "…") + "'"


def closest(word: str, candidates: Sequence[str] | set[str]) -> str | None:
    """The candidate that ``word`` is most likely a misspelling of, or None."""
    best, best_score = None, 0.0
    a = word.lower()
    for candidate in sorted(candidates):
        b = candidate.lower()
        # To compare is slow, and a file may hold thousands of names: of many, only those with one end in common.
        if len(candidates) > _MANY and a[:2] != b[:2] and a[-2:] != b[-2:]:
            continue
        alike = 0.99 if a == b else SequenceMatcher(None, a, b).ratio()
        if sorted(a) == sorted(b):
            alike = max(alike, 0.9)
        if alike > best_score:
            best, best_score = candidate, alike
    return best if best_score >= 0.6 else None


def meant(word: str, candidates: Sequence[str] | set[str]) -> str:
    """``Did you mean 'x'?`` or ''."""
    match = closest(word, candidates)
    return f"Did you mean '{match}'?" if match is not None and match != word else ""
