"""The editor of questionnaires, as a page puts it: the text, its mistakes at their lines, and where it is to go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import streamlit as st

from survey.instrument.whereabouts import Whereabouts
from views import state
from views.components import editor_path, loader

if TYPE_CHECKING:
    from views.respondent.drafts import Draft


@dataclass(frozen=True)
class Edited:
    """What came of the editor: the text as it stands there, and the id of the page that its author asks to see."""

    text: str
    page: str | None = None


@cache
def _component() -> Callable[..., Any]:
    return st.components.v2.component("twofold_editor", js=loader(editor_path()))


def editor(draft: Draft) -> Edited:
    """Show the editor on a draft; what was typed comes back with the run that it brings about."""
    where = Whereabouts(draft.text)
    pages = where.pages_of(draft.problems)
    problems = [
        {
            "line": problem.line,
            "column": problem.column,
            "text": f"{problem.what[:1].upper()}{problem.what[1:]} {problem.remedy}".strip(),
            "page": pages.get(problem),
        }
        for problem in draft.problems
    ]
    wish, line = st.session_state.get(state.GO_TO, (0, 0))
    data = {
        "text": draft.text,
        "revision": draft.key,
        "problems": problems,
        "status": _status(len(problems)),
        "goto": {"id": wish, "line": line},
    }
    came = _component()(key=state.EDITOR, data=data, on_text_change=_nothing, on_look_change=_nothing)
    typed, look = came.get("text"), came.get("look")
    mine = isinstance(typed, dict) and typed.get("revision") == draft.key and isinstance(typed.get("text"), str)
    return Edited(typed["text"] if mine else draft.text, _page(look, where))


def _nothing() -> None:
    """Streamlit asks for a callback of everything that a component may send."""


def _status(mistakes: int) -> str:
    return {0: "No mistakes.", 1: "One mistake."}.get(mistakes, f"{mistakes} mistakes.")


def _page(look: object, where: Whereabouts) -> str | None:
    if not isinstance(look, dict):
        return None
    if isinstance(look.get("page"), str):
        return str(look["page"])
    line = look.get("line")
    return where.page_at(line) if isinstance(line, int) else None


def go_to(line: int) -> None:
    """Ask the editor to go to a line when it is drawn next."""
    wish, _ = st.session_state.get(state.GO_TO, (0, 0))
    st.session_state[state.GO_TO] = (wish + 1, line)
