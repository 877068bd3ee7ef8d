"""Checks of pages: their order, what stands on them, and the conditions under which they show."""

from __future__ import annotations

from typing import Any

from survey.files.document import Path
from survey.files.problems import Problem
from survey.files.shapes import meant
from survey.instrument.check_ends import blocks_of, check_ends
from survey.instrument.check_parts import at_name, parse_at, references
from survey.instrument.check_pipes import check_pipes
from survey.instrument.check_private import ROLE, check_private
from survey.instrument.draft import Draft
from survey.instrument.formats import specified
from survey.instrument.model import ChoiceFormat, Likert
from survey.waves import WAVE

MAX_ITEMS = 200


def check_pages(draft: Draft) -> list[Problem]:
    """Every problem of the pages; none where there are no pages."""
    if not draft.pages:
        return []
    problems = [*_ids(draft), *_consent(draft), *_asked_once(draft), *_asked_at_all(draft)]
    for number, page in draft.pages:
        problems += references(draft, f"pages.{number}.items.#", "item", _called(page, number))
    before = surely_before(draft)
    for number, page in draft.pages:
        problems += _content(draft, number, page)
        problems += _matrix(draft, number, page)
        problems += _show_if(draft, number, page, before[number])
    return [*problems, *check_private(draft), *check_pipes(draft, before), *check_ends(draft, before)]


def surely_before(draft: Draft) -> dict[int, set[str]]:
    """By the number of each page: the items on pages that come before it whatever order a respondent meets."""
    blocks = blocks_of(draft)
    before: dict[int, set[str]] = {}
    for number, page in draft.pages:
        mine = next((block for block in blocks if page.get("id") in block), ())
        others = [p for n, p in draft.pages if n < number and p.get("id") not in mine]
        before[number] = {name for other in others for name in _items(other)}
    return before


def _items(page: dict[str, Any]) -> list[str]:
    raw = page.get("items")
    return [name for name in raw if isinstance(name, str)] if isinstance(raw, list) else []


def _all_known(draft: Draft) -> bool:
    """Whether the items of every page can be read; else what seems to be on no page may be on a broken one."""
    lists = [page.get("items", []) for _, page in draft.pages]
    whole = all(isinstance(given, list) and all(isinstance(name, str) for name in given) for given in lists)
    return whole and len(draft.pages) == len(draft.data["pages"])


def _called(page: dict[str, Any], number: int) -> str:
    return f"page '{page['id']}'" if isinstance(page.get("id"), str) else f"page {number + 1}"


def _ids(draft: Draft) -> list[Problem]:
    problems, seen = [], set()
    for number, page in draft.pages:
        name = page.get("id")
        if not isinstance(name, str):
            continue
        if name in seen:
            problems.append(draft.problem(("pages", number, "id"), f"page '{name}' is there twice.", "Rename one."))
        seen.add(name)
    return problems


def _consent(draft: Draft) -> list[Problem]:
    kinds = [(number, page.get("type", "questions")) for number, page in draft.pages]
    # A broken page may be the consent page: its own problem comes first.
    if not all(kind in ("questions", "consent", "feedback", "text", "code", "nomination") for _, kind in kinds):
        return []
    if len(kinds) != len(draft.data["pages"]):
        return []
    consents = [number for number, kind in kinds if kind == "consent"]
    if not consents:
        remedy = "Begin with {id: consent, type: consent, text: '…', required: true}."
        return [draft.problem(("pages",), "no page asks for consent.", remedy, key=True)]
    problems = []
    if consents[0] != 0:
        what = f"{_called(draft.pages[consents[0]][1], consents[0])} asks for consent, but is not the first page."
        problems.append(draft.problem(("pages", consents[0]), what, "Move it to the top."))
    for number in consents[1:]:
        problems.append(draft.problem(("pages", number), "consent is asked for twice.", "Keep one consent page."))
    for number in consents:
        if isinstance(draft.data["pages"][number].get("show_if"), str):
            path: Path = ("pages", number, "show_if")
            problems.append(draft.problem(path, "the consent page is always shown.", "Delete 'show_if'.", key=True))
    return problems


def _asked_once(draft: Draft) -> list[Problem]:
    """An item or network that is asked twice would have two answers."""
    problems: list[Problem] = []
    where: dict[tuple[str, str], str] = {}
    for number, page in draft.pages:
        called = _called(page, number)
        asked: list[tuple[str, str, Path]] = [
            ("item", name, path)
            for path, name in draft.texts("pages.*.items.#")
            if path[1] == number and name in draft.section("items")
        ]
        if isinstance(page.get("network"), str):
            asked.append(("network", page["network"], ("pages", number, "network")))
        for kind, name, path in asked:
            first = where.setdefault((kind, name), called)
            if first != called:
                problems.append(draft.problem(path, f"{kind} '{name}' is on {first} and on {called}.", "Keep one."))
            if kind == "item" and name in draft.interpreters:
                what = f"item '{name}' on {called} is asked about each person of a network already."
                problems.append(draft.problem(path, what, "Take it off the page or out of 'interpreters'."))
    return problems


def _asked_at_all(draft: Draft) -> list[Problem]:
    """What a check or a page needs must be there: items on pages, and words for everything asked."""
    problems = []
    asked = {name for _, page in draft.pages for name in _items(page)}
    items = draft.section("items")
    for path, name in draft.texts("checks.*.item"):
        if _all_known(draft) and name in items and name not in asked | draft.interpreters:
            what = f"item '{name}' of check '{path[1]}' is on no page."
            problems.append(draft.problem(path, what, "Put it on a page."))
    shown = {page.get("network") for _, page in draft.pages if isinstance(page.get("network"), str)}
    told = {name for path, name in draft.texts("networks.*.interpreters.#") if path[1] in shown}
    for name, raw in items.items():
        if name in asked | told and isinstance(raw, dict) and "text" not in raw:
            problems.append(draft.problem(("items", name), f"item '{name}' is asked but has no text.", "Add 'text'."))
    return problems


def _content(draft: Draft, number: int, page: dict[str, Any]) -> list[Problem]:
    """Each kind of page has what it shows, and nothing that it would silently ignore."""
    path: Path = ("pages", number)
    called = _called(page, number)
    problems = []
    name = page.get("network")
    known = draft.has("networks") or "networks" not in draft.data
    if isinstance(name, str) and known and name not in draft.section("networks"):
        problems.append(draft.undefined((*path, "network"), "network", name, called, "networks"))
    kind = page.get("type", "questions")
    items = page.get("items", [])
    if kind == "questions":
        if items == [] and "network" not in page:
            problems.append(draft.problem(path, f"{called} asks nothing.", "Give it 'items' or a 'network'."))
    elif kind in ("consent", "feedback", "text", "code", "nomination"):
        for key in ("items", "network"):
            if page.get(key):
                what = f"{called} is of type {kind} and asks nothing."
                problems.append(draft.problem((*path, key), what, f"Move '{key}' to another page.", key=True))
    if kind in ("consent", "text") and "text" not in page:
        problems.append(draft.problem(path, f"{called} is of type {kind} but has no text.", "Add 'text'."))
    if kind == "questions" and "text" in page:
        problems.append(draft.problem((*path, "text"), f"{called} shows no 'text'.", "Call it 'intro'.", key=True))
    if kind != "consent" and page.get("required") is True:
        what = f"'required' is for consent pages, not for {called}."
        problems.append(draft.problem((*path, "required"), what, "Write 'require: hard' instead.", key=True))
    if isinstance(items, list) and len(items) > MAX_ITEMS:
        what = f"{called} has {len(items)} items."
        problems.append(draft.problem((*path, "items"), what, f"At most {MAX_ITEMS} are allowed."))
    return problems


def _matrix(draft: Draft, number: int, page: dict[str, Any]) -> list[Problem]:
    """The rows of a grid share its columns."""
    if page.get("layout") != "matrix":
        return []
    called, first, problems = _called(page, number), None, []
    for path, name in draft.texts("pages.*.items.#"):
        raw = draft.section("items").get(name)
        given = raw.get("format") if isinstance(raw, dict) else None
        if path[1] != number or not isinstance(given, str) or given not in draft.formats:
            continue
        fmt = draft.formats.get(given)
        if fmt is not None and not isinstance(fmt, Likert | ChoiceFormat):
            what = f"item '{name}' cannot stand in the matrix of {called}: it is answered by {fmt.type}."
            problems.append(draft.problem(path, what, "Use likert or choice items, or 'layout: list'."))
        elif fmt is not None and specified(fmt) is not None:
            what = f"item '{name}' cannot stand in the matrix of {called}: one of its choices opens a line for words."
            problems.append(draft.problem(path, what, "Move it to another page, or use 'layout: list'."))
        elif first is None:
            first = given
        elif given != first:
            what = f"item '{name}' has format '{given}', but the matrix of {called} has '{first}'."
            problems.append(draft.problem(path, what, "Move it to another page, or use 'layout: list'."))
    return problems


def _show_if(draft: Draft, number: int, page: dict[str, Any], earlier: set[str]) -> list[Problem]:
    text, path = page.get("show_if"), ("pages", number, "show_if")
    if not isinstance(text, str):
        return []
    parsed, problems = parse_at(draft, path, text)
    items, called = draft.section("items"), _called(page, number)
    move = "Ask it on an earlier page."
    later = {name for _, other in draft.pages for name in _items(other)} - earlier
    for name in parsed.names if parsed is not None else ():
        if name in earlier or name == WAVE or (name == ROLE and name in draft.section("fields")):
            continue
        if name not in items:
            if not draft.has("items"):
                continue
            what, remedy = f"item '{name}' in 'show_if' of {called} is not defined.", meant(name, set(items))
            remedy = remedy or "Define it under 'items', and ask it on an earlier page."
        elif name in _items(page):
            what, remedy = f"'show_if' of {called} refers to '{name}', which is on that very page.", move
        elif name in later:
            when = "may be" if draft.data.get("shuffle") else "is"
            what, remedy = f"'show_if' of {called} refers to '{name}', which {when} asked later.", move
        elif _all_known(draft):
            what, remedy = f"'show_if' of {called} refers to '{name}', which is on no page.", move
        else:
            continue
        problems.append(at_name(draft, path, text, name, what, remedy))
    return problems
