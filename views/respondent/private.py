"""Pages whose answers are kept apart, as plain data: a self-made code, and whom the respondent nominates."""

from __future__ import annotations

from typing import Any

from survey import private
from survey.instrument.model import Page
from survey.store import Session
from views.respondent.piped import said
from views.words import speak

Data = dict[str, Any]
ORIGIN = "{origin}"
"""In a text: the address of this server, which each renderer knows for itself."""


def private_blocks(session: Session, page: Page) -> list[Data]:
    """What such a page asks. What was given before is never shown again: it is not there to be shown."""
    given = session.answers.get(page.id) == "yes"
    required = page.require == "hard" and not given
    if page.code:
        return [{"items": [item]} for item in _code(session, page, required)]
    if given or page.nominate is None:
        return []
    return [{"items": [_nominee(session, page, name, required)]} for name in private.names_of(page)]


def private_text(session: Session, page: Page, hand_on: str = "") -> list[str]:
    """What stands above it. hand_on: the token of the link for the nominee."""
    language, given = session.language, session.answers.get(page.id) == "yes"
    if page.code:
        return [speak(language, "code_kept" if given else "code_why")]
    if page.nominate is None or page.type != "nomination":
        return []
    if page.nominate.by == "link":
        return [speak(language, "nominee_link"), f"{ORIGIN}/s/{hand_on}"] if hand_on else []
    return [speak(language, "nominee_kept" if given else "nominee_why")]


def _code(session: Session, page: Page, required: bool) -> list[Data]:
    items = []
    for name, part in zip(private.names_of(page), page.code, strict=True):
        kind, count = ("code_letters", part.letters) if part.letters is not None else ("code_digits", part.digits)
        items.append(_line(session, name, said(part.text, session), required, 40))
        items[-1]["hint"] = speak(session.language, f"{kind}_hint", count=count or 0)
    return items


def _nominee(session: Session, page: Page, name: str, required: bool) -> Data:
    language = session.language
    if name.endswith(".address"):
        return _line(session, name, speak(language, "nominee_address"), required, 254)
    return {
        "id": name,
        "type": "choice",
        "text": speak(language, "nominee_handed_on"),
        "required": required,
        "value": None,
        "options": [{"code": code, "label": speak(language, f"nominee_{code}")} for code in ("yes", "no")],
    }


def _line(session: Session, name: str, text: str, required: bool, longest: int) -> Data:
    line = {"id": name, "type": "text", "text": text, "required": required, "value": None}
    return {**line, "lines": 1, "max_length": longest, "uncounted": True}
