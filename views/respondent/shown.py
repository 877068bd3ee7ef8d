"""What a visit shows now: the one place where both renderers, Streamlit's and plain HTML, get their page from."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from survey import flow
from survey.feedback import result_of
from survey.store import Session
from views.respondent.result import later_view, result_view, scales_of
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
    waiting_view,
)
from views.respondent.visit import Visit
from views.words import speak


def shown(visit: Visit, page: str) -> dict[str, Any]:
    """The view of a page that ``visit.page`` gave, with what came of the last press."""
    turn, session = visit.turn, visit.session
    if turn is not None and turn.closed:
        view = shut_view(session)
    elif page == END:
        view = _end(visit)
    else:
        view = asked(visit, page)
    if turn is not None:
        view |= came_of(turn)
    trial = session.study.status == "pilot" and not visit.keeper.preview
    return view | {
        "languages": languages_of(session),
        "pilot": speak(session.language, "pilot") if trial else None,
    }


def shut_view(session: Session) -> dict[str, Any]:
    """What a respondent reads in a page's place where it could not be saved because the study or the wave is over."""
    if session.study.accepts_answers and session.place is not None and session.place.state in ("early", "between"):
        return waiting_view(session)
    if session.gone:
        return message(session.language, "left_again", title=title_of(session))
    name = "stopped" if session.stopped else "closed_partly" if session.persisted else "closed"
    return message(session.language, name, title=title_of(session))


def _end(visit: Visit) -> dict[str, Any]:
    session = visit.session
    early = session.way.early
    if early is not None:
        return closed_early_view(session, early)
    if not session.completed:
        return declined_view(session)
    return {**thanks_view(session), "result": own_result(visit), "claim": claim(visit)}


def claim(visit: Visit) -> dict[str, str] | None:
    """The way to the form on which a respondent says where something should go; None where nothing is owed there."""
    session = visit.session
    what = visit.keeper.owed(session)
    if not what:
        return None
    return {
        "text": speak(session.language, "claim_offer", what=what),
        "label": speak(session.language, "claim_open"),
        "href": f"/s/{quote(session.token, safe='')}/thanks",
    }


def own_result(visit: Visit) -> dict[str, Any] | None:
    """The respondent's own result as the study lets them see it now; None where it shows none."""
    session = visit.session
    moment = visit.keeper.moment(session) if session.completed else None
    result = result_of(session.study.instrument)
    if moment is None or result is None:
        return None
    if moment == "later":
        return later_view(session)
    names = visit.keeper.names(session) if result.network is not None else {}
    others = visit.keeper.others(session, scales_of(result)) if result.compare else {}
    view = result_view(session, result, names, others)
    if session.persisted and session.token:
        view["keep"] = {
            "href": f"/s/{quote(session.token, safe='')}/result.pdf?{urlencode({'lang': session.language})}",
            "label": speak(session.language, "result_keep"),
            "hint": speak(session.language, "result_keep_hint") if result.network is not None else "",
        }
    return view


def asked(visit: Visit, page: str) -> dict[str, Any]:
    """The view of a page of the questionnaire, as the log has it."""
    session = visit.session
    own = flow.find_page(session.study.instrument, page)
    named = visit.keeper.names(session) if own.network is not None else {}
    hand_on = visit.keeper.nominee_token(session, page) if own.nominate is not None else ""
    return page_view(session, page, named, hand_on)
