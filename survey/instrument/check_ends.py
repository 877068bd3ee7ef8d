"""Checks of the order of pages and of early ends: blocks that are shuffled, screening out, quotas."""

from __future__ import annotations

from typing import Any

from survey.files.problems import Problem
from survey.files.shapes import meant
from survey.instrument.check_parts import at_name, parse_at
from survey.instrument.draft import Draft


def blocks_of(draft: Draft) -> list[tuple[str, ...]]:
    """The blocks of pages that are shuffled, as far as they can be read."""
    raw = draft.data.get("shuffle")
    lists = [block for block in raw if isinstance(block, list)] if isinstance(raw, list) else []
    return [tuple(name for name in block if isinstance(name, str)) for block in lists]


def check_ends(draft: Draft, before: dict[int, set[str]]) -> list[Problem]:
    """Every problem of shuffled blocks, of screening out and of quotas. before: as ``surely_before`` gives it."""
    return [*_blocks(draft), *_screening(draft, before), *_quotas(draft)]


def _blocks(draft: Draft) -> list[Problem]:
    problems: list[Problem] = []
    numbers = {page["id"]: number for number, page in draft.pages if isinstance(page.get("id"), str)}
    whole = len(numbers) == len(draft.data["pages"])
    kinds = {page["id"]: page.get("type") for _, page in draft.pages if isinstance(page.get("id"), str)}
    seen: set[str] = set()
    found: dict[int, list[int]] = {}
    for path, name in draft.texts("shuffle.#.#"):
        if name not in numbers:
            if whole:
                what = f"page '{name}' in 'shuffle' is not defined."
                problems.append(draft.problem(path, what, meant(name, set(numbers)) or "Name a page by its id."))
        elif kinds[name] in ("consent", "feedback"):
            what = f"page '{name}' cannot change places: it is of type {kinds[name]}."
            problems.append(draft.problem(path, what, "Take it out of 'shuffle'."))
        elif name in seen:
            problems.append(draft.problem(path, f"page '{name}' is twice in 'shuffle'.", "Delete one."))
        else:
            found.setdefault(int(path[1]), []).append(numbers[name])
        seen.add(name)
    for block, at in found.items():
        if not problems and max(at) - min(at) + 1 != len(at):
            what = "the pages of a block in 'shuffle' do not follow each other."
            remedy = "Only pages that stand together can change places: move them, or name all between."
            problems.append(draft.problem(("shuffle", block), what, remedy))
    return problems


def _screening(draft: Draft, before: dict[int, set[str]]) -> list[Problem]:
    problems: list[Problem] = []
    for path, text in draft.texts("pages.*.screen_out.when"):
        number = int(path[1])
        page = dict(draft.pages).get(number, {})
        own = set(_items(page))
        parsed, wrong = parse_at(draft, path, text)
        problems += wrong
        if parsed is None:
            continue
        for name in parsed.names:
            if name not in own | before.get(number, set()) and draft.has("items"):
                what = f"'{name}' in 'screen_out' is not surely answered once this page is sent."
                remedy = meant(name, own | before.get(number, set())) or "Name items of this page or of earlier ones."
                problems.append(at_name(draft, path, text, name, what, remedy))
        if not own & set(parsed.names) and not wrong:
            what = "'screen_out' says nothing of this page's own items, so it would have held before."
            problems.append(draft.problem(path, what, "Put it on the page that asks what decides."))
    return problems


def _quotas(draft: Draft) -> list[Problem]:
    problems: list[Problem] = []
    asked = {name for _, page in draft.pages for name in _items(page)}
    for path, text in draft.texts("quotas.*.when"):
        parsed, wrong = parse_at(draft, path, text)
        problems += wrong
        names = parsed.names if parsed is not None else ()
        for name in names:
            if name not in asked and draft.has("items"):
                what = f"'{name}' in quota '{path[1]}' is an item of no page."
                problems.append(at_name(draft, path, text, name, what, meant(name, asked) or "Ask it on a page."))
        if parsed is not None and not wrong and not names:
            problems.append(draft.problem(path, f"quota '{path[1]}' names no item.", "Say whom it counts."))
    return problems


def _items(page: dict[str, Any]) -> list[str]:
    raw = page.get("items")
    return [name for name in raw if isinstance(name, str)] if isinstance(raw, list) else []
