"""Checks of earlier answers within texts: each of an item surely asked before, and never a person's name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.shapes import meant
from survey.instrument.draft import Draft
from survey.instrument.pipes import PipeError, pieces

_ON_FORMATS = ("labels", "unit")


def check_pipes(draft: Draft, before: dict[int, set[str]]) -> list[Problem]:
    """Every problem of names in braces. before: by the number of each page, the items surely asked on earlier pages."""
    problems: list[Problem] = []
    for number, page in draft.pages:
        called = f"page '{page['id']}'" if isinstance(page.get("id"), str) else f"page {number + 1}"
        for path, text in _on_page(draft, number, page):
            problems += _text(draft, path, text, called, before.get(number, set()))
    return list(dict.fromkeys(problems))


def _on_page(draft: Draft, number: int, page: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Every text that a page shows, in all languages."""
    for key in ("title", "text", "intro"):
        yield from _strings(("pages", number, key), page.get(key))
    raw = page.get("items")
    items = [name for name in raw if isinstance(name, str)] if isinstance(raw, list) else []
    name = page.get("network")
    network = draft.section("networks").get(name) if isinstance(name, str) else None
    if isinstance(network, dict):
        asked = network.get("interpreters")
        items += [item for item in asked if isinstance(item, str)] if isinstance(asked, list) else []
        generators = network.get("generators")
        for generator, inner in generators.items() if isinstance(generators, dict) else ():
            text = inner.get("text") if isinstance(inner, dict) else None
            yield from _strings(("networks", str(name), "generators", generator, "text"), text)
        between = network.get("between")
        if isinstance(between, dict):
            for key in ("text", "levels"):
                yield from _strings(("networks", str(name), "between", key), between.get(key))
    for item in items:
        inner = draft.section("items").get(item)
        if isinstance(inner, dict):
            yield from _strings(("items", item, "text"), inner.get("text"))
            yield from _on_format(draft, inner.get("format"))


def _on_format(draft: Draft, name: Any) -> Iterator[tuple[Path, str]]:
    raw = draft.section("formats").get(name) if isinstance(name, str) else None
    if not isinstance(raw, dict):
        return
    for key in _ON_FORMATS:
        yield from _strings(("formats", str(name), key), raw.get(key))
    choices = raw.get("choices")
    for code, choice in choices.items() if isinstance(choices, dict) else ():
        if isinstance(choice, dict):
            yield from _strings(("formats", str(name), "choices", code, "label"), choice.get("label"))


def _strings(path: Path, value: Any) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _strings((*path, key), inner)


def _text(draft: Draft, path: Path, text: str, called: str, before: set[str]) -> Iterator[Problem]:
    if "{" not in text and "}" not in text:
        return
    try:
        named = [(name, at) for _, name, at in pieces(text) if name is not None]
    except PipeError as error:
        remedy = "Write the name of an earlier item within {…}, or {{ and }} for the braces themselves."
        yield _at(draft, path, error.at, f"a brace on {called} opens no name.", remedy)
        return
    items = draft.section("items")
    for name, at in named:
        if name in before or (name not in items and not draft.has("items")):
            continue
        if name in draft.interpreters or name in draft.section("networks") or _names_people(draft, name):
            what, remedy = f"'{{{name}}}' on {called} is about people who were named.", "They are never put into texts."
        elif name not in items:
            what = f"item '{name}' in braces on {called} is not defined."
            remedy = meant(name, before or set(items)) or "Name an item of an earlier page, or write {{ for a brace."
        else:
            what = f"the answer to '{name}' is not surely known yet on {called}."
            remedy = "Ask it on an earlier page that does not change places with this one."
        yield _at(draft, path, at, what, remedy)


def _names_people(draft: Draft, name: str) -> bool:
    return any(path[-1] == name for path, _ in draft.find("networks.*.generators.*"))


def _at(draft: Draft, path: Path, at: int, what: str, remedy: str) -> Problem:
    line, column = draft.document.within(path, at)
    return Problem(draft.document.name, line, column, what, remedy)
