"""Checks of pages whose answers are kept apart: a self-made code, and a nomination."""

from __future__ import annotations

from typing import Any

from survey.files.problems import Problem
from survey.instrument.draft import Draft

ROLE = "role"
_KEYS = {"code": "code", "nomination": "nominate"}
_SHORTEST = 6
"""Letters and digits that a code needs: of fewer too many people would have the same one."""


def check_private(draft: Draft) -> list[Problem]:
    """Every problem of such pages."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for number, page in draft.pages:
        kind = str(page.get("type", "questions"))
        called = f"page '{page.get('id', number + 1)}'"
        for own, key in _KEYS.items():
            path = ("pages", number, key)
            if kind != own and key in page:
                what = f"'{key}' is for pages of type {own}, not for {called}."
                problems.append(draft.problem(path, what, f"Write 'type: {own}', or delete '{key}'.", key=True))
            elif kind == own and not page.get(key):
                problems.append(
                    draft.problem(("pages", number), f"{called} is of type {own} but has no '{key}'.", f"Add '{key}'.")
                )
        if kind in _KEYS and kind in seen:
            problems.append(draft.problem(("pages", number), f"a second page is of type {kind}.", "Keep one."))
        seen.add(kind)
        if kind == "code" and isinstance(page.get("code"), list):
            problems += _code(draft, number, called, page["code"])
        if kind == "nomination" and isinstance(page.get("nominate"), dict):
            problems += _nominate(draft, number, called, page["nominate"])
    return problems


def _code(draft: Draft, number: int, called: str, parts: list[Any]) -> list[Problem]:
    problems = []
    length = 0
    for place, part in enumerate(parts):
        if not isinstance(part, dict):
            return []
        if ("letters" in part) == ("digits" in part):
            what = f"part {place + 1} of the code on {called} needs either 'letters' or 'digits'."
            problems.append(draft.problem(("pages", number, "code", place), what, "Say how many."))
        counts = [part[key] for key in ("letters", "digits") if isinstance(part.get(key), int)]
        length += sum(counts)
    if not problems and length < _SHORTEST:
        what = f"the code on {called} has {length} letters and digits: too many people would have the same one."
        problems.append(draft.problem(("pages", number, "code"), what, f"Ask for at least {_SHORTEST}.", key=True))
    return problems


def _nominate(draft: Draft, number: int, called: str, asked: dict[str, Any]) -> list[Problem]:
    path = ("pages", number, "nominate")
    problems = []
    fields = draft.section("fields")
    if not any(isinstance(field, dict) and field.get("type") == "dyad" for field in fields.values()):
        what = f"{called} makes pairs, but no field says who belongs together."
        problems.append(draft.problem(path, what, "Add to 'fields': dyad: {type: dyad}", key=True))
    role = fields.get(ROLE)
    if not isinstance(role, dict) or role.get("type") not in ("category", "text"):
        what = f"{called} makes pairs, but no field '{ROLE}' says who is what in them."
        problems.append(draft.problem(path, what, f"Add to 'fields': {ROLE}: {{type: category}}", key=True))
    if asked.get("role") is not None and asked.get("role") == asked.get("own"):
        what = f"'role' and 'own' of {called} are the same: nothing would tell the two apart."
        problems.append(draft.problem(path, what, "Name two roles, such as mentor and protege.", key=True))
    if asked.get("by") == "link" and asked.get("invite", "agreed") != "at_once":
        what = f"{called} gives a link to hand on, which works at once or not at all."
        problems.append(draft.problem(path, what, "Write 'invite: at_once', or 'by: email'.", key=True))
    return problems
