"""Files broken by generation: every key deleted, misspelt or given a wrong type, every reference made dangling.

A breakage knows what it changes in plain data and where the problem is then due. ``write`` turns broken data into YAML,
so that lines and columns of the broken file are those of the file that is checked.
"""

from __future__ import annotations

import copy
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from survey.files import shapes
from survey.files.document import Document, Path, read_yaml
from survey.files.problems import Problem
from survey.instrument.canonical import yaml_of

NOWHERE = "nowhere_to_be_found"

JARGON = re.compile(
    r"Input should|Extra inputs|Field required|valid (string|dict|integer|number|list|tuple|boolean)|pydantic|union|"
    r"\btag\b|type=|function-|constrained|NoneType|dict\[|list\[|tuple\[|Traceback|<class|discriminator|nullable"
)


@dataclass(frozen=True)
class Breakage:
    """One mistake.

    kind: deleted, misspelt, mistyped or dangling. path: the key or value that is broken. due: where the problem is due
    in the broken data, and whether at the key rather than its value. word: what the problem must name. value: what
    stands there instead (mistyped, dangling), or the new key (misspelt).
    """

    kind: str
    path: Path
    due: Path
    due_key: bool
    word: str
    value: Any = None

    def apply(self, data: Any) -> None:
        """Make the mistake in plain data."""
        group = _at(data, self.path[:-1])
        last = self.path[-1]
        if self.kind == "deleted":
            del group[last]
        elif self.kind == "misspelt":
            entries = [(self.value if key == last else key, value) for key, value in group.items()]
            group.clear()
            group.update(entries)
        else:
            group[last] = self.value


def breakages(model: type[BaseModel], data: Any) -> list[Breakage]:
    """Every key of the grammar in ``data`` deleted (where it is required), misspelt, and given a wrong type."""
    found: list[Breakage] = []
    for path, annotation, required, _ in grammar_keys(model, data):
        key = str(path[-1])
        if required:
            found.append(Breakage("deleted", path, path[:-1], False, key))
        wrong_key = misspell(key)
        found.append(Breakage("misspelt", path, (*path[:-1], wrong_key), True, wrong_key, wrong_key))
        found.append(Breakage("mistyped", path, path, False, key, wrong_value(annotation)))
    return found


def optional_deletions(model: type[BaseModel], data: Any) -> list[Path]:
    """Keys that may be left out; leaving one out must never be an exception."""
    return [path for path, _, required, _ in grammar_keys(model, data) if not required]


def dangling(data: Any, patterns: Sequence[str]) -> list[Breakage]:
    """Every reference that fits one of ``patterns`` (such as ``scales.*.items.*``) made to refer to nothing."""
    document = Document("", data)
    return [
        Breakage("dangling", path, path, False, NOWHERE, NOWHERE)
        for pattern in patterns
        for path, value in _find(document.data, pattern.split("."), ())
        if isinstance(value, str)
    ]


def grammar_keys(model: Any, data: Any, path: Path = ()) -> Iterator[tuple[Path, Any, bool, str]]:
    """Every key of the grammar in ``data``: its path, its value's annotation, whether it is required, whose it is."""
    annotation = _fitting(model, data)
    if shapes.is_model(annotation) and isinstance(data, dict):
        fields = {info.alias or name: info for name, info in shapes.strip(annotation).model_fields.items()}
        for key, value in data.items():
            wanted = shapes.child(annotation, key)
            yield (*path, key), wanted, fields[key].is_required(), shapes.strip(annotation).__name__
            yield from grammar_keys(wanted, value, (*path, key))
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from grammar_keys(shapes.child(annotation, key), value, (*path, key))
    elif isinstance(data, list):
        for i, value in enumerate(data):
            yield from grammar_keys(shapes.child(annotation, i), value, (*path, i))


def misspell(key: str) -> str:
    """A key with two letters swapped, or one changed where that makes no difference."""
    at = max(len(key) // 2 - 1, 0)
    swapped = key[:at] + key[at : at + 2][::-1] + key[at + 2 :]
    return swapped if swapped != key and len(key) > 2 else key + "x"


def wrong_value(annotation: Any) -> Any:
    """A value that cannot stand where ``annotation`` is wanted."""
    members = shapes.members(annotation)
    if any(shapes.is_mapping(m) or shapes.is_model(m) for m in members):
        return 7
    if any(shapes.is_list(m) for m in members):
        return {"what": "this"}
    return ["this"]


def apply(data: Any, made: Sequence[Breakage]) -> tuple[str, Document]:
    """The text of a file with some mistakes in it, and its document."""
    broken = copy.deepcopy(data)
    # Values before keys, so that every path still leads somewhere.
    for breakage in sorted(made, key=lambda b: (b.kind == "misspelt", b.kind == "deleted", -len(b.path))):
        breakage.apply(broken)
    text = yaml_of(broken)
    return text, read_yaml(text, "broken.yaml")


def due_place(breakage: Breakage, document: Document, made: Sequence[Breakage]) -> tuple[int, int]:
    """Line and column at which the problem of a breakage is due, misspelt keys above it included."""
    renamed = {b.path: b.value for b in made if b.kind == "misspelt"}
    due = tuple(renamed.get(breakage.due[: i + 1], part) for i, part in enumerate(breakage.due))
    return document.place(due, breakage.due_key)


def named(breakage: Breakage, place: tuple[int, int], problems: Sequence[Problem]) -> bool:
    """Whether one of the problems stands at ``place`` and names what is broken."""
    return any((p.line, p.column) == place and breakage.word in p.what for p in problems)


def groups(made: Sequence[Breakage], seed: int) -> list[list[Breakage]]:
    """Breakages put together into few files: at most one a group of keys, and none inside another."""
    order = list(made)
    random.Random(seed).shuffle(order)
    found: list[tuple[list[Breakage], set[Path], set[Path], set[Path]]] = []
    for breakage in order:
        prefixes = {breakage.path[:i] for i in range(len(breakage.path))}
        for members, paths, above, parents in found:
            inside = paths & prefixes or breakage.path in above or breakage.path in paths
            if not inside and breakage.path[:-1] not in parents:
                break
        else:
            members, paths, above, parents = [], set(), set(), set()
            found.append((members, paths, above, parents))
        members.append(breakage)
        paths.add(breakage.path)
        above |= prefixes
        parents.add(breakage.path[:-1])
    return [members for members, *_ in found]


def _fitting(annotation: Any, data: Any) -> Any:
    members = shapes.members(annotation)
    if len(members) == 1:
        return members[0]
    if isinstance(data, dict):
        for member in members:
            if shapes.is_model(member):
                for key, value in shapes.field_annotations(member).items():
                    if shapes.is_literal(value) and data.get(key) in shapes.allowed(value) and data.get(key) is not None:
                        return member
    kinds = (dict, shapes.is_mapping), (list, shapes.is_list)
    for kind, fits in kinds:
        if isinstance(data, kind):
            return next((m for m in members if fits(m)), members[0])
    return members[0]


def _find(value: Any, pattern: list[str], path: Path) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if pattern[0] in ("*", str(key)):
                yield from _find(inner, pattern[1:], (*path, key))


def _at(data: Any, path: Path) -> Any:
    for part in path:
        data = data[part]
    return data
