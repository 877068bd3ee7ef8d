"""What a visit shows now: the one place where both renderers, Streamlit's and plain HTML, get their page from."""

from __future__ import annotations

from typing import Any

from survey import flow
from survey.store import Session
from views.respondent.turn import END
from views.respondent.view import (
    came_of,
    closed_early_view,
    declined_view,
    languages_of,
    message,
    page_view,
    thanks_view,
    title_of,
)
from views.respondent.visit import Visit


def shown(visit: Visit, page: str) -> dict[str, Any]:
    """The view of a page that ``visit.page`` gave, with what came of the last press."""
    turn, session = visit.turn, visit.session
    if turn is not None and turn.closed:
        view = message(session.language, "closed_partly" if session.persisted else "closed", title=title_of(session))
    elif page == END:
        view = _end(session)
    else:
        view = asked(visit, page)
    if turn is not None:
        view |= came_of(turn)
    return view | {"languages": languages_of(session)}


def _end(session: Session) -> dict[str, Any]:
    early = flow.closing(session.study.instrument, session.answers)
    if early is not None:
        return closed_early_view(session, early)
    return thanks_view(session) if session.completed else declined_view(session)


def asked(visit: Visit, page: str) -> dict[str, Any]:
    """The view of a page of the questionnaire, as the log has it."""
    session = visit.session
    asks_names = flow.find_page(session.study.instrument, page).network is not None
    named = visit.keeper.names(session) if asks_names else {}
    return page_view(session, page, named)
