"""A questionnaire as plain HTML for those who make it, at /preview/STUDY or /preview/~DRAFT: nothing is saved.

``?at=PLACE`` begins there, with made-up answers up to it. Who is on the way stays in the server's memory for a while.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from survey.errors import NotFoundError
from survey.store.logins import User
from views.database import store
from views.plain import drawing, guard
from views.plain.fields import Fields, one, read_fields, read_press, shown_again
from views.plain.keys import cookie_key
from views.plain.survey import HEADERS, sent_page, summary
from views.respondent.drafts import DRAFTS
from views.respondent.shown import shown
from views.respondent.turn import take
from views.respondent.view import message
from views.respondent.visit import Visit, preview
from views.words import speak

MINUTES = 60
MOST = 300
FRAMED = {
    **HEADERS,
    "X-Frame-Options": "SAMEORIGIN",  # an author sees it beside the text, in a frame of a phone's width or a desk's
    "Content-Security-Policy": HEADERS["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
}


class Visits:
    """Who is on the way through a preview, each for the researcher who began it; threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[UUID, str, Visit, float]] = OrderedDict()

    def begin(self, author: UUID, name: str, visit: Visit) -> str:
        """A key for a new visit to the preview of this name."""
        key, now = secrets.token_urlsafe(9), time.monotonic()
        with self._lock:
            self._kept[key] = (author, name, visit, now + 60 * MINUTES)
            while len(self._kept) > MOST or next(iter(self._kept.values()))[3] < now:
                self._kept.popitem(last=False)
        return key

    def find(self, key: str, author: UUID, name: str) -> Visit | None:
        """The visit of this key, for its researcher alone."""
        with self._lock:
            found = self._kept.get(key)
        return found[2] if found is not None and found[:2] == (author, name) else None


VISITS = Visits()


def preview_routes() -> list[Route]:
    """The routes under /preview/, for ``app.py``."""
    return [
        Route("/preview/{preview}", _preview, methods=["GET"]),
        Route("/preview/{preview}/{visit}", _preview, methods=["GET", "POST"]),
    ]


async def _preview(request: Request) -> Response:
    if request.method == "POST" and guard.foreign(request):
        return _said("elsewhere", 403)
    try:
        fields = await read_fields(request) if request.method == "POST" else {}
    except guard.TooLargeError:
        return _said("too_much", 413)
    return await run_in_threadpool(_answer, request, fields)


def _answer(request: Request, fields: Fields) -> Response:
    session = guard.cookie(cookie_key(), "session", request.cookies)
    author = store().accounts.check(session) if session else None
    name, key = request.path_params["preview"], request.path_params.get("visit", "")
    if author is None:
        return _said("unknown", 404)
    visit = VISITS.find(key, author.id, name)
    if visit is None:
        return _begun(author, name, request.query_params)
    return _sent(visit, name, key, request, fields) if request.method == "POST" else _shown(visit, name, key, request)


def _begun(author: User, name: str, query: Any) -> Response:
    """A new visit, and the way to its first page; also where the server has forgotten the one that is asked for."""
    draft = DRAFTS.find(name, author)
    try:
        study = store().studies.get(name) if draft is None else draft.as_study()
    except NotFoundError:
        study = None
    if study is None:
        return _said("unknown", 404)
    known = {"preview": name, **({"lang": query["lang"]} if "lang" in query else {})}
    visit = preview(known, study, query.get("at"))
    return _to(name, VISITS.begin(author.id, name, visit), visit.page(None))


def _shown(visit: Visit, name: str, key: str, request: Request) -> Response:
    page = visit.page(request.query_params.get("p"))
    return _html(visit, shown(visit, page), _address(name, key, page))


def _sent(visit: Visit, name: str, key: str, request: Request, fields: Fields) -> Response:
    view = sent_page(visit, one(fields, "_page"))
    if (language := one(fields, "_lang")) is not None:
        page = view["page"] if view is not None else visit.page(None)
        visit.speak(language, page)
        return _onward(request, _address(name, key, page))
    turn = take(visit.session, visit.keeper, read_press(fields, view))
    visit.took(turn)
    if turn.notice is not None and view is not None:
        again = shown_again(shown(visit, turn.page), fields)
        return _html(visit, again, _address(name, key, turn.page), 422)
    return _onward(request, _address(name, key, turn.page))


def _address(name: str, key: str, page: str) -> str:
    return f"/preview/{quote(name, safe='~')}/{key}?{urlencode({'p': page})}"


def _to(name: str, key: str, page: str) -> Response:
    return RedirectResponse(_address(name, key, page), 303, headers=FRAMED)


def _onward(request: Request, address: str) -> Response:
    if request.headers.get("x-twofold") == "fetch":
        return Response(status_code=204, headers={**FRAMED, "X-Twofold-Next": address})
    return RedirectResponse(address, 303, headers=FRAMED)


def _html(visit: Visit, view: dict[str, Any], action: str, status: int = 200) -> Response:
    told = {"preview": speak(visit.session.language, "preview"), "link": None, "other_side": None}
    text = drawing.draw({**view, **told, "summary": summary(view)}, action, keep=False)
    return HTMLResponse(text, status, headers=FRAMED)


def _said(name: str, status: int) -> Response:
    return HTMLResponse(drawing.draw(message("en", name), ""), status, headers=FRAMED)
