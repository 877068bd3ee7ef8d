"""A document held to a pydantic model: every mistake at once, in plain words, each with its place and a remedy."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from survey.files import shapes
from survey.files.document import Document, Path
from survey.files.problems import Problem
from survey.files.wording import named, where, words_for

M = TypeVar("M", bound=BaseModel)

_ROUNDS = 12


@dataclass(frozen=True)
class Validated(Generic[M]):
    """What came of a document: the model if nothing was wrong, and the document with misspelt keys put right.

    The mended document lets later checks see what stands under a misspelt key; it is never taken as an answer.
    ``guessed`` are the places where the kind of a group was lacking, and was set to what its keys point to.
    """

    model: M | None
    problems: list[Problem]
    mended: Document
    guessed: frozenset[Path] = frozenset()


@dataclass
class Fault:
    """One of pydantic's errors, with its place in the file and the alternatives ('unions') that it passed through."""

    type: str
    path: Path
    annotation: Any
    owner: Any
    value: Any
    context: dict[str, Any]
    key: bool = False
    unions: list[tuple[Path, str, Any]] = field(default_factory=list)


@dataclass
class _Mending:
    """What one round puts right: keys to rename, values to set, and the problems that say so."""

    renames: list[tuple[Path, str, str]] = field(default_factory=list)
    values: list[tuple[Path, str]] = field(default_factory=list)
    guessed: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


def validate(document: Document, model: type[M]) -> tuple[M | None, list[Problem]]:
    """The model that a document holds, or None, and every mistake in it."""
    result = validate_document(document, model)
    return result.model, result.problems


def validate_document(document: Document, model: type[M]) -> Validated[M]:
    """Hold a document to a model; misspelt keys are mended between rounds, so that what lies under them is checked."""
    made: M | None = None
    problems: list[Problem] = []
    mended = document
    guessed: set[Path] = set()
    for _ in range(_ROUNDS):
        try:
            made = model.model_validate(mended.data)
        except ValidationError as error:
            faults = _settle([_resolve(e, model, mended.data) for e in error.errors(include_url=False)], 0)
        else:
            break
        mending = _mend(faults, mended)
        problems += mending.problems
        guessed |= mending.guessed
        if not (mending.renames or mending.values):
            problems += _told(faults, mended)
            break
        mended = _apply(mending, mended)
    places = {(p.line, p.column) for p in problems}
    problems += [p for p in _empty(mended, (), mended.data) if (p.line, p.column) not in places]
    return Validated(None if problems else made, sorted(set(problems)), mended, frozenset(guessed))


def _empty(document: Document, path: Path, value: Any) -> Iterator[Problem]:
    """Keys and entries with nothing after them, which a model with an optional key would silently take."""
    if value is None and path:
        yield document.problem(path, f"{named(path)} has no value.", "Write one, or delete it.")
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from _empty(document, (*path, key), inner)


def _resolve(error: Any, model: type[BaseModel], data: Any) -> Fault:
    """Follow pydantic's location through model and data, telling keys of the file from labels of alternatives."""
    path: Path = ()
    annotation: Any = model
    owner: Any = None
    value = data
    found = Fault(str(error["type"]), path, annotation, owner, value, dict(error.get("ctx") or {}))
    for part in error["loc"]:
        if part == "[key]":
            found.key = True
            continue
        alternatives = shapes.members(annotation)
        if len(alternatives) > 1:
            union, annotation = annotation, shapes.pick(alternatives, str(part), value)
            # A union with a discriminator is labelled by its tag and complains of one alternative alone.
            if not all(shapes.is_model(m) for m in alternatives) or part == shapes.strip(annotation).__name__:
                found.unions.append((path, str(part), union))
            continue
        owner, annotation = alternatives[0], shapes.child(alternatives[0], part)
        path = (*path, part)
        value = _get(value, part)
    found.path, found.annotation, found.owner, found.value = path, annotation, owner, value
    return found


def _get(value: Any, part: str | int) -> Any:
    if isinstance(value, dict):
        return value.get(part)
    if isinstance(value, list) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _settle(faults: list[Fault], depth: int) -> list[Fault]:
    """Of each union's complaints keep those of the alternative that the value was meant to be, else make them one."""
    settled = [f for f in faults if len(f.unions) <= depth]
    groups: dict[Path, dict[str, list[Fault]]] = {}
    for fault in faults:
        if len(fault.unions) > depth:
            path, label, _ = fault.unions[depth]
            groups.setdefault(path, {}).setdefault(label, []).append(fault)
    for path, labels in groups.items():
        fitting = [group for group in labels.values() if not any(_misfit(f, path) for f in group)]
        if fitting:
            settled += _settle(min(fitting, key=lambda group: (_wrong_kind(group, path), len(group))), depth + 1)
        else:
            first = next(iter(labels.values()))[0]
            settled.append(Fault("any_type", path, first.unions[depth][2], None, first.value, {}))
    return settled


def _wrong_kind(faults: list[Fault], path: Path) -> bool:
    """Whether a group says by a key of its own that it is another alternative."""
    return any(f.type == "literal_error" and f.path[:-1] == path for f in faults)


def _misfit(fault: Fault, path: Path) -> bool:
    return fault.path == path and (fault.type.endswith("_type") or fault.type == "literal_error")


def _mend(faults: list[Fault], document: Document) -> _Mending:
    """Find what was surely meant: a misspelt key whose right name is absent, a misspelt or missing kind."""
    mending = _Mending()
    absent: dict[Path, set[str]] = {}
    for fault in faults:
        if fault.type == "extra_forbidden":
            parent, key = fault.path[:-1], str(fault.path[-1])
            known = shapes.field_annotations(fault.owner)
            left = absent.setdefault(parent, set(known) - set(_at(document.data, parent)))
            match = shapes.closest(key, left)
            if match is not None:
                left.discard(match)
                _misspelt(mending, document, parent, key, match)
        elif fault.type == "union_tag_not_found":
            _mend_absent_kind(fault, document, mending)
        elif fault.type == "union_tag_invalid":
            _mend_wrong_kind(fault, document, mending)
    return mending


def _misspelt(mending: _Mending, document: Document, parent: Path, key: str, match: str) -> None:
    mending.renames.append((parent, key, match))
    what = f"key '{key}' is not known{where(parent)}."
    mending.problems.append(document.problem((*parent, key), what, f"Did you mean '{match}'?", key=True))


def _mend_absent_kind(fault: Fault, document: Document, mending: _Mending) -> None:
    key, alternatives = fault.context["discriminator"].strip("'"), shapes.members(fault.annotation)
    known = {name for m in alternatives for name in shapes.field_annotations(m)}
    misspelt = [k for k in fault.value if k not in known and shapes.closest(k, {key}) is not None]
    if misspelt:
        _misspelt(mending, document, fault.path, misspelt[0], key)
        return
    guess = _guess(alternatives, key, set(fault.value))
    if guess is not None:
        mending.guessed.add((*fault.path, key))
        mending.values.append(((*fault.path, key), guess))
        mending.problems += _told([fault], document)


def _mend_wrong_kind(fault: Fault, document: Document, mending: _Mending) -> None:
    key, alternatives = fault.context["discriminator"].strip("'"), shapes.members(fault.annotation)
    kinds = [tag for m in alternatives for tag in shapes.tags(m, key)]
    wrong = fault.value.get(key)
    guess = shapes.closest(wrong, kinds) if isinstance(wrong, str) else None
    if guess is None:
        guess = _guess(alternatives, key, set(fault.value) - {key})
        mending.guessed.add((*fault.path, key))
    if guess is not None:
        mending.values.append(((*fault.path, key), guess))
        mending.problems += _told([fault], document)


def _guess(alternatives: list[Any], discriminator: str, present: set[str]) -> str | None:
    """The (first) kind that knows most of a group's keys, so that the rest of the group can be looked through."""
    best, best_shared = None, 0
    for member in alternatives:
        shared = len(present & set(shapes.field_annotations(member)))
        kinds = shapes.tags(member, discriminator)
        if shared > best_shared and kinds:
            best, best_shared = kinds[0], shared
    return best


def _apply(mending: _Mending, document: Document) -> Document:
    mended = replace(document, data=copy.deepcopy(document.data))
    for path, value in mending.values:
        _at(mended.data, path[:-1])[path[-1]] = value
    for parent, old, new in mending.renames:
        group = _at(mended.data, parent)
        entries = [(new if key == old else key, value) for key, value in group.items()]
        group.clear()
        group.update(entries)
        # The inner groups of a renamed one are found under its old name until all are done.
        if isinstance(group[new], dict | list):
            group[old] = group[new]
    for parent, old, _ in mending.renames:
        _at(mended.data, parent).pop(old, None)
    new_names = {(*parent, old): new for parent, old, new in mending.renames}

    def moved(path: Path) -> Path:
        return tuple(new_names.get(path[: i + 1], part) for i, part in enumerate(path))

    values = {moved(path): place for path, place in mended.values.items()}
    keys = {moved(path): place for path, place in mended.keys.items()}
    return replace(mended, values=values, keys=keys)


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data


def _told(faults: Iterable[Fault], document: Document) -> list[Problem]:
    faults = list(faults)
    paths = {f.path for f in faults}
    problems = []
    for fault in faults:
        # A list that lost its bad entries looks too short to pydantic; the entries have their own problems.
        if fault.type == "too_short" and any(p[: len(fault.path)] == fault.path and p != fault.path for p in paths):
            continue
        at, key, what, remedy = words_for(
            fault.type, fault.path, fault.annotation, fault.owner, fault.value, fault.context, fault.key
        )
        problems.append(document.problem(at, what, remedy, key=key))
    return problems
