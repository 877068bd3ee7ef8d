"""From places in an instrument's file to the pages on which respondents meet them, and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from survey.files.document import Document, Path, scan_yaml
from survey.files.problems import FileProblems, Problem
from survey.instrument.draft import Draft


class Whereabouts:
    """What stands where in a text; nothing, where the text cannot be read as YAML."""

    def __init__(self, text: str) -> None:
        try:
            document = scan_yaml(text, "")[0]
        except FileProblems:
            document = Document("", {})
        self._document = document
        self._draft = Draft(document) if isinstance(document.data, dict) else Draft(Document("", {}))
        places = {path: place for path, place in document.values.items() if path}
        places |= document.keys
        self._places = sorted(((place, len(path), path) for path, place in places.items()), key=lambda one: one[:2])

    def page_at(self, line: int, column: int = 0) -> str | None:
        """The id of the page that a line concerns, from 1, or None; without a column, by what ends the line."""
        until = (line, column or 1_000_000)
        path: Path = next((path for place, _, path in reversed(self._places) if place <= until), ())
        return self._page_of(path)

    def line_of(self, page: str) -> int | None:
        """The line at which a page of this id begins."""
        number = next((number for number, one in self._draft.pages if one.get("id") == page), None)
        return None if number is None else self._document.place(("pages", number))[0]

    def pages_of(self, problems: Iterable[Problem]) -> dict[Problem, str]:
        """Of each problem that concerns a page, the page's id."""
        found = {problem: self.page_at(problem.line, problem.column) for problem in problems if problem.line}
        return {problem: page for problem, page in found.items() if page is not None}

    def _page_of(self, path: Path) -> str | None:
        match path:
            case ("pages", int(number), *_):
                page = dict(self._draft.pages).get(number, {}).get("id")
                return page if isinstance(page, str) else None
            case ("items", name, *_):
                return self._asking(name)
            case ("formats", name, *_):
                answered = (i for i, raw in self._draft.section("items").items() if _get(raw, "format") == name)
                return next((page for item in answered if (page := self._asking(item)) is not None), None)
            case ("networks", name, *_):
                return self._first(lambda page: page.get("network") == name)
            case ("checks", name, *_):
                return self._asking(_get(self._draft.section("checks").get(str(name)), "item"))
        return None

    def _asking(self, item: Any) -> str | None:
        """The page that asks an item, or that asks it about each person of a network."""
        of = {str(path[1]) for path, name in self._draft.texts("networks.*.interpreters.#") if name == item}
        return self._first(lambda page: item in _list(page.get("items")) or page.get("network") in of)

    def _first(self, fits: Any) -> str | None:
        pages = (page for _, page in self._draft.pages if fits(page))
        return next((page["id"] for page in pages if isinstance(page.get("id"), str)), None)


def _get(raw: Any, key: str) -> Any:
    return raw.get(key) if isinstance(raw, dict) else None


def _list(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else []
