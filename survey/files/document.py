"""A YAML 1.2 file read into plain data, with the line and column of every key and value."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from survey.files.problems import FileProblems, Problem

Path = tuple[str | int, ...]
Place = tuple[int, int]

MAX_CHARACTERS = 1_000_000
MAX_VALUES = 100_000
MAX_DEPTH = 30

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}

# What ruamel says, and what a researcher can do with it.
_SYNTAX = (
    (
        "cannot start any token",
        "this character may not begin a value",
        "Indent with spaces, not tabs, and put a text that begins with a special character in quotes.",
    ),
    (
        "mapping values are not allowed",
        "there is a ':' where none may be",
        "Put a text that contains ': ' in quotes, and check the indentation.",
    ),
    (
        "expected <block end>",
        "this does not fit what stands before it",
        "Check the indentation, and put a text that contains quotes or ':' wholly in quotes.",
    ),
    ("could not find expected ':'", "a ':' is missing after the key on this or the line above", "Write 'key: value'."),
    ("unexpected end of stream", "a quotation mark or bracket is opened and never closed", "Close it."),
    (
        "',' or ']'",
        "a list in square brackets goes wrong here",
        "Separate its entries by commas and close it with ']'.",
    ),
    (
        "',' or '}'",
        "a group in curly brackets goes wrong here",
        "Separate its entries by commas and close it with '}'.",
    ),
    ("while scanning a double-quoted", "this text in double quotes goes wrong here", "Use single quotes instead."),
    ("special characters are not allowed", "a control character is not allowed", "Delete it."),
)


class _RefusedError(Exception):
    """Reading cannot go on past this place."""

    def __init__(self, place: Place, what: str, remedy: str) -> None:
        super().__init__(what)
        self.place, self.what, self.remedy = place, what, remedy


@dataclass
class _Node:
    """A value of the file: a scalar, a list of nodes, or a list of (key text, key's place, node)."""

    place: Place
    value: Any = None
    entries: list[_Node] | None = None
    pairs: list[tuple[str, Place, _Node]] | None = None


@dataclass(frozen=True)
class Document:
    """A file's content as plain dicts, lists and scalars (every key is text), and where each part of it stands."""

    name: str
    data: Any
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    lines: tuple[str, ...] = ()

    def place(self, path: Path, key: bool = False) -> Place:
        """Line and column, from 1, of the value at ``path`` or of its key; of the nearest parent if it is not there."""
        here = tuple(path)
        if here in self.values:
            return self.keys.get(here, self.values[here]) if key else self.values[here]
        while here and here not in self.values:
            here = here[:-1]
        return self.values.get(here, (1, 1))

    def within(self, path: Path, offset: int) -> Place:
        """The place of the character at ``offset`` of the text at ``path``; its start if it goes over several lines."""
        line, column = self.place(path)
        source = self.lines[line - 1][column - 1 :] if 0 < line <= len(self.lines) else ""
        at, quote = 0, source[:1] if source[:1] in ("'", '"') else ""
        if source[:1] in ("|", ">", "&", "*", "!"):
            return line, column
        at = len(quote)
        for _ in range(offset):
            escaped = (quote == "'" and source[at : at + 2] == "''") or (quote == '"' and source[at : at + 1] == "\\")
            at += 2 if escaped else 1
        return (line, column + at) if at <= len(source) else (line, column)

    def problem(self, path: Path, what: str, remedy: str = "", *, key: bool = False) -> Problem:
        """A problem at the place of ``path``."""
        return Problem(self.name, *self.place(path, key), what, remedy)


def decode(raw: bytes, name: str) -> str:
    """The text of a file's bytes, which must be UTF-8; raises ``FileProblems`` otherwise."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = raw[: error.start]
        line = before.count(b"\n") + 1
        column = error.start - (before.rfind(b"\n") + 1) + 1
        what = "the file is not UTF-8 text: this byte cannot be read."
        raise FileProblems([Problem(name, line, column, what, "Save it as UTF-8.")]) from None


def read_yaml(text: str, name: str) -> Document:
    """Read YAML 1.2 text; raises ``FileProblems`` on bad syntax, and on duplicate keys (all of them)."""
    document, problems = scan_yaml(text, name)
    if problems:
        raise FileProblems(problems)
    return document


def scan_yaml(text: str, name: str) -> tuple[Document, list[Problem]]:
    """Read YAML 1.2 text as far as that can be done: the document, and its duplicate keys.

    Raises ``FileProblems`` with one problem where nothing can be read: bad syntax, an empty or too large file.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MAX_CHARACTERS:
        what = f"the file is too large: {len(text):,} characters."
        raise FileProblems([Problem(name, 0, 0, what, f"At most {MAX_CHARACTERS:,} can be read.")])
    problems: list[Problem] = []
    values: dict[Path, Place] = {}
    keys: dict[Path, Place] = {}
    try:
        root = _tree(text)
        data = _plain(root, (), values, keys, problems, name)
    except _RefusedError as refused:
        raise FileProblems([Problem(name, *refused.place, refused.what, refused.remedy)]) from None
    except ReaderError as error:
        raise FileProblems([_unreadable(error, text, name)]) from None
    except YAMLError as error:
        raise FileProblems([_syntax(error, name)]) from None
    return Document(name, data, values, keys, tuple(text.splitlines())), problems


def _tree(text: str) -> _Node:
    events: Iterator[Any] = iter(YAML(typ="safe", pure=True).parse(text))
    anchors: dict[str, _Node] = {}
    root: _Node | None = None
    documents = 0
    for event in events:
        if isinstance(event, DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise _RefusedError(
                    _at(event), "a second document begins here.", "Keep one document a file: delete '---'."
                )
        elif isinstance(event, ScalarEvent | SequenceStartEvent | MappingStartEvent | AliasEvent):
            root = _node(event, events, anchors, 0)
    if root is None or (root.entries is None and root.pairs is None and root.value is None):
        raise _RefusedError((0, 0), "the file is empty.", "Write 'key: value' lines into it.")
    return root


def _node(event: Any, events: Iterator[Any], anchors: dict[str, _Node], depth: int) -> _Node:
    place = _at(event)
    if depth > MAX_DEPTH:
        raise _RefusedError(place, "this is nested too deeply.", f"At most {MAX_DEPTH} levels can be read.")
    if isinstance(event, AliasEvent):
        if event.anchor not in anchors:
            remedy = f"Mark a value above with '&{event.anchor}'."
            raise _RefusedError(place, f"'*{event.anchor}' refers to nothing.", remedy)
        return anchors[event.anchor]
    tag = str(event.tag or "")
    if tag and tag != "tag:yaml.org,2002:str" and tag != "!":
        short = tag.replace("tag:yaml.org,2002:", "!!")
        raise _RefusedError(place, f"the type tag '{short}' is not allowed here.", "Delete it.")
    if isinstance(event, ScalarEvent):
        plain = bool(event.implicit[0]) and not tag
        node = _Node(place, scalar(event.value) if plain else _whole(event.value, place))
    elif isinstance(event, SequenceStartEvent):
        entries = []
        while not isinstance(inner := next(events), SequenceEndEvent):
            entries.append(_node(inner, events, anchors, depth + 1))
        node = _Node(place, entries=entries)
    else:
        node = _Node(place, pairs=_pairs(events, anchors, depth))
    if event.anchor:
        anchors[event.anchor] = node
    return node


def _whole(text: str, place: Place) -> str:
    """Characters that JSON escapes in two halves put together again; a half alone is no character."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    try:
        return text.encode("utf-16", "surrogatepass").decode("utf-16")
    except UnicodeDecodeError:
        raise _RefusedError(
            place, "this text holds half of an escaped character.", "Write the character itself."
        ) from None


def _pairs(events: Iterator[Any], anchors: dict[str, _Node], depth: int) -> list[tuple[str, Place, _Node]]:
    pairs = []
    while not isinstance(key := next(events), MappingEndEvent):
        if not isinstance(key, ScalarEvent):
            raise _RefusedError(_at(key), "a list or group cannot be a key.", "Write a plain word before the ':'.")
        value = next(events)
        node = _node(value, events, anchors, depth + 1)
        if isinstance(value, ScalarEvent) and value.value == "" and value.implicit[0]:
            node.place = _at(key)  # an absent value has no place of its own
        pairs.append((_whole(str(key.value), _at(key)), _at(key), node))
    return pairs


def _plain(
    node: _Node, path: Path, values: dict[Path, Place], keys: dict[Path, Place], problems: list[Problem], name: str
) -> Any:
    if len(values) >= MAX_VALUES or len(path) > MAX_DEPTH:
        raise _RefusedError(node.place, "the file holds too many values.", f"At most {MAX_VALUES:,} can be read.")
    values[path] = node.place
    if node.entries is not None:
        return [_plain(entry, (*path, i), values, keys, problems, name) for i, entry in enumerate(node.entries)]
    if node.pairs is None:
        return node.value
    data: dict[str, Any] = {}
    for key, place, value in node.pairs:
        if key in data:
            first = keys[(*path, key)][0]
            what = f"key '{key}' is already there in line {first}."
            problems.append(Problem(name, *place, what, "Delete or rename one."))
        else:
            keys[(*path, key)] = place
            data[key] = _plain(value, (*path, key), values, keys, problems, name)
    return data


def scalar(text: str) -> Any:
    """What an unquoted scalar means by the core schema of YAML 1.2 (``no`` and ``2020-01-01`` are texts)."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.fullmatch(text):
        # Python refuses to read integers of thousands of digits; nobody means one.
        return float("inf") if len(text) > 300 else int(text, 0 if text[:2] in ("0o", "0x") else 10)
    return float(text) if _FLOAT.fullmatch(text) else text


def _at(event: Any) -> Place:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _unreadable(error: ReaderError, text: str, name: str) -> Problem:
    at = int(error.position)
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
    return Problem(name, line, column, f"a control character (U+{ord(text[at]):04X}) is not allowed.", "Delete it.")


def _syntax(error: YAMLError, name: str) -> Problem:
    if not isinstance(error, MarkedYAMLError):
        return Problem(name, 0, 0, "the file is not YAML.", "Write 'key: value' lines.")
    # What is never closed is told where it was opened, and not at the end of the file.
    unclosed = "unexpected end of stream" in (error.problem or "")
    mark = (unclosed and error.context_mark) or error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)
    said = f"{error.problem or ''} {error.context or ''}"
    for part, what, remedy in _SYNTAX:
        if part in said:
            return Problem(name, line, column, f"{what}.", remedy)
    what = str(error.problem or error.context or "the file is not YAML").strip().rstrip(".")
    return Problem(name, line, column, f"not YAML: {what}.", "Check the indentation, quotes and brackets.")
