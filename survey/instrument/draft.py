"""An instrument's file as far as it can be understood, for the checks that look across its parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter, ValidationError

from survey.files.document import Document, Path
from survey.files.problems import Problem
from survey.files.shapes import closest
from survey.instrument.model import Format

_FORMAT: TypeAdapter[Format] = TypeAdapter(Format)
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


class Draft:
    """Raw data with lenient access: what is missing or of a wrong type is passed over, it has its own problem."""

    def __init__(self, document: Document, guessed: frozenset[Path] = frozenset()) -> None:
        self.document, self.guessed = document, guessed
        self.data: dict[str, Any] = document.data

    def find(self, pattern: str) -> Iterator[tuple[Path, Any]]:
        """Every value whose path fits a pattern such as ``items.*.text``; ``#`` stands for entries of lists alone."""
        yield from _walk(self.data, pattern.split("."), ())

    def texts(self, pattern: str) -> list[tuple[Path, str]]:
        """Every text whose path fits a pattern."""
        return [(path, value) for path, value in self.find(pattern) if isinstance(value, str)]

    def section(self, name: str) -> dict[str, Any]:
        """A section by name, {} if it is not there or no group."""
        found = self.data.get(name)
        return found if isinstance(found, dict) else {}

    def has(self, name: str) -> bool:
        """Whether a section is there and can be looked into."""
        return isinstance(self.data.get(name), dict)

    @cached_property
    def formats(self) -> dict[str, Format | None]:
        """Formats by name; None where one is broken."""
        found: dict[str, Format | None] = {}
        for name, raw in self.section("formats").items():
            found[name] = None
            # A kind that was only guessed must not be held against the items that use it.
            if ("formats", name, "type") not in self.guessed:
                with suppress(ValidationError):
                    found[name] = _FORMAT.validate_python(raw)
        return found

    def format_of(self, item: str) -> Format | None:
        """The format of an item; None where either is missing or broken."""
        raw = self.section("items").get(item)
        name = raw.get("format") if isinstance(raw, dict) else None
        return self.formats.get(name) if isinstance(name, str) else None

    @cached_property
    def pages(self) -> list[tuple[int, dict[str, Any]]]:
        """Number and content of the pages that can be looked into."""
        raw = self.data.get("pages")
        return [(i, page) for i, page in enumerate(raw) if isinstance(page, dict)] if isinstance(raw, list) else []

    @cached_property
    def interpreters(self) -> set[str]:
        """The defined items that are asked about each person of a network."""
        named = {name for _, name in self.texts("networks.*.interpreters.#")}
        return named & set(self.section("items"))

    def problem(self, path: Path, what: str, remedy: str = "", *, key: bool = False) -> Problem:
        """A problem at the place of ``path``."""
        return self.document.problem(path, what, remedy, key=key)

    def undefined(self, path: Path, kind: str, name: str, inside: str, section: str) -> Problem:
        """The problem of a name that nothing defines."""
        match = closest(name, set(self.section(section)))
        hint = f", or did you mean '{match}'?" if match else "."
        what = f"{kind} '{name}' in {inside} is not defined."
        return self.problem(path, what, f"Define it under '{section}'{hint}")


def is_name(text: str) -> bool:
    """Whether a text can be a name at all."""
    return _NAME.fullmatch(text) is not None


def _walk(value: Any, pattern: list[str], path: Path) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, value
    elif pattern[0] in ("*", "#"):
        groups: Any = value.items() if isinstance(value, dict) and pattern[0] == "*" else ()
        entries = enumerate(value) if isinstance(value, list) else groups
        for key, inner in entries:
            yield from _walk(inner, pattern[1:], (*path, key))
    elif isinstance(value, list) and pattern[0].isdigit() and int(pattern[0]) < len(value):
        yield from _walk(value[int(pattern[0])], pattern[1:], (*path, int(pattern[0])))
    elif isinstance(value, dict) and pattern[0] in value:
        yield from _walk(value[pattern[0]], pattern[1:], (*path, pattern[0]))
