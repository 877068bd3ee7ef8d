"""Files broken by generation: every key deleted, misspelt or given a wrong type, every reference made dangling.

A breakage knows what it changes in plain data and where the problem is then due. ``write`` turns broken data into YAML
and knows the line and column of everything that it writes, whatever the reader under test says of them.
"""

from __future__ import annotations

import copy
import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from survey.files import shapes
from survey.files.document import Path
from survey.files.problems import Problem

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
    return [
        Breakage("dangling", path, path, False, NOWHERE, NOWHERE)
        for pattern in patterns
        for path, value in _find(data, pattern.split("."), ())
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


@dataclass
class Written:
    """A YAML file as it was written, and the place (line, column) of every value and key in it."""

    lines: list[str]
    values: dict[Path, tuple[int, int]]
    keys: dict[Path, tuple[int, int]]

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"


def write(data: Any) -> Written:
    """Plain data as YAML, one key or entry a line."""
    written = Written([], {(): (1, 1)}, {})
    _write(data, (), 0, written)
    return written


def _write(data: Any, path: Path, indent: int, out: Written) -> None:
    """Write the keys or entries of a group, each on a line of its own or behind the '- ' of the entry that holds it."""
    entries = list(data.items() if isinstance(data, dict) else enumerate(data))
    for key, value in entries:
        here = (*path, key)
        # A group inside a list begins on the line of its '- ', which is the last line so far.
        if not (out.lines and out.lines[-1].endswith("- ") and len(out.lines[-1]) == indent):
            out.lines.append(" " * indent)
        at = len(out.lines), indent + 1
        if isinstance(data, dict):
            out.keys[here] = at
            out.lines[-1] += f"{_scalar(key)}: "
        else:
            out.keys[here] = at[0], indent + 3
            out.lines[-1] += "- "
        if isinstance(value, dict | list) and value:
            in_line = isinstance(data, list)
            out.values[here] = (at[0], indent + 3) if in_line else (at[0] + 1, indent + 3)
            _write(value, here, indent + 2, out)
        else:
            out.values[here] = at[0], len(out.lines[-1]) + 1
            out.lines[-1] += _scalar(value) if not isinstance(value, dict | list) else json.dumps(value)


def _scalar(value: Any) -> str:
    plain = isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_ ]*[A-Za-z0-9]", value)
    if plain and value.lower() not in ("true", "false", "null"):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def apply(data: Any, made: Sequence[Breakage]) -> Written:
    """The file with some mistakes in it."""
    broken = copy.deepcopy(data)
    # Values before keys, so that every path still leads somewhere.
    for breakage in sorted(made, key=lambda b: (b.kind == "misspelt", b.kind == "deleted", -len(b.path))):
        breakage.apply(broken)
    return write(broken)


def due_place(breakage: Breakage, written: Written, made: Sequence[Breakage]) -> tuple[int, int]:
    """Line and column at which the problem of a breakage is due, misspelt keys above it included."""
    renamed = {b.path: b.value for b in made if b.kind == "misspelt"}
    due = tuple(renamed.get(breakage.due[: i + 1], part) for i, part in enumerate(breakage.due))
    return (written.keys if breakage.due_key else written.values)[due]


def named(breakage: Breakage, place: tuple[int, int], problems: Sequence[Problem]) -> bool:
    """Whether one of the problems stands at ``place`` and names what is broken."""
    return any((p.line, p.column) == place and breakage.word in p.what for p in problems)


def groups(made: Sequence[Breakage], seed: int) -> list[list[Breakage]]:
    """Breakages put together into few files: at most one a group of keys, and none inside another."""
    order = list(made)
    random.Random(seed).shuffle(order)
    found: list[_Group] = []
    for breakage in order:
        group = next((g for g in found if g.takes(breakage)), None)
        if group is None:
            found.append(group := _Group())
        group.add(breakage)
    return [group.members for group in found]


@dataclass
class _Group:
    members: list[Breakage] = field(default_factory=list)
    paths: set[Path] = field(default_factory=set)
    above: set[Path] = field(default_factory=set)
    parents: set[Path] = field(default_factory=set)

    def takes(self, breakage: Breakage) -> bool:
        path = breakage.path
        inside = any(path[:i] in self.paths for i in range(len(path) + 1))
        return not inside and path not in self.above and path[:-1] not in self.parents

    def add(self, breakage: Breakage) -> None:
        path = breakage.path
        self.members.append(breakage)
        self.paths.add(path)
        self.above |= {path[:i] for i in range(len(path))}
        self.parents.add(path[:-1])


def _fitting(annotation: Any, data: Any) -> Any:
    members = shapes.members(annotation)
    if len(members) == 1:
        return members[0]
    if isinstance(data, dict):
        for member in members:
            if shapes.is_model(member):
                literals = {k: v for k, v in shapes.field_annotations(member).items() if shapes.is_literal(v)}
                present = [key for key in literals if data.get(key) is not None]
                if present and all(data[key] in shapes.allowed(literals[key]) for key in present):
                    return member
    kinds = (dict, lambda m: shapes.is_mapping(m) or shapes.is_model(m)), (list, shapes.is_list)
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
