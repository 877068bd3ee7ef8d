"""Leaving a study at /s/TOKEN/leave, the same from both renderers: choose, confirm once, and keep a receipt.

Nothing happens by opening an address, whoever opens it: what is confirmed is sent by a form of ours, whose token only a
page that was shown to this respondent holds.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from survey.errors import NotFoundError
from survey.store import Session
from survey.store.retention import withdrawable
from views.database import forget_answers, store
from views.plain import drawing, guard
from views.respondent.view import message, title_of
from views.respondent.visit import COOKIE
from views.words import LANGUAGES, speak
from views.words.choose import accepted
from views.words.shown import spell

HEADERS = {
    "Cache-Control": "no-store",
    # No token in a Referer, not even our own: a log may hold it. 'no-referrer' would make the browser's Origin 'null'.
    "Referrer-Policy": "strict-origin",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Language, Cookie",
}
WAYS = ("stop", "delete")
Data = dict[str, Any]
_log = logging.getLogger(__name__)


def leave_routes() -> list[Route]:
    """The routes of this module, for ``app.py``."""
    return [
        Route("/s/{s}/leave", _page, methods=["GET", "POST"]),
        Route("/study/{study}/leave", _open_link, methods=["GET"]),
        Route("/left/{receipt}", _receipt, methods=["GET"]),
    ]


async def _page(request: Request) -> Response:
    token, wanted = request.path_params["s"], request.query_params
    language = wanted.get("lang") or accepted(request.headers.get("accept-language"), tuple(LANGUAGES)) or "en"
    try:
        if request.method != "POST":
            return await run_in_threadpool(_shown, token, wanted.get("do"), language, wanted.get("lang"))
        fields = await guard.read_form(request)
        if guard.foreign(request):
            return _said("elsewhere", language, 403)
        answer = await run_in_threadpool(_done, token, fields, language)
    except guard.TooLargeError:
        return _said("too_much", language, 413)
    except Exception:  # a respondent reads a sentence; whoever runs the server reads the log
        _log.exception("a respondent's leaving failed")
        return _said("error", language, 500)
    if request.cookies.get(COOKIE) and answer.status_code == 303:
        answer.delete_cookie(COOKIE, path="/")
    return answer


def _shown(token: str, do: str | None, language: str, asked: str | None) -> Response:
    """The ways to leave, or the one that was chosen, to be confirmed; nothing is written."""
    session = store().respond.enter(token)
    if session is None:
        return _said("left_again", language, 404)
    language = asked or (session.language if session.persisted else language)
    may_delete = withdrawable(session.study, datetime.now(UTC).date())
    here = f"/s/{quote(token, safe='')}"
    if do in WAYS and (do == "stop" or may_delete):
        return _confirm(session, token, do, language)
    view = message(language, "leave", title=title_of(session))
    ways = [way for way in WAYS if (way != "stop" or not session.stopped) and (way != "delete" or may_delete)]
    view["leaving"] = {
        "ways": [
            {
                "label": speak(language, f"leave_{way}"),
                "text": speak(language, f"leave_{way}_text"),
                "choose": speak(language, f"leave_choose_{way}"),
                "href": f"{here}/leave?{urlencode({'do': way, 'lang': language})}",
            }
            for way in ways
        ],
        "confirm": None,
        "back": _back(here, language),
    }
    if (until := session.study.withdraw_until) is not None:
        name = "leave_until" if may_delete else "leave_late"
        view["text"] = [*view["text"], speak(language, name, day=spell(language, until.isoformat()))]
    return _html(view)


def _confirm(session: Session, token: str, do: str, language: str) -> Response:
    here = f"/s/{quote(token, safe='')}"
    view = message(language, "leave", title=title_of(session))
    view |= {"id": f"message/leave_{do}", "heading": speak(language, f"leave_{do}_heading")}
    view["text"] = [speak(language, f"leave_{do}_text")]
    if do == "delete" and store().mailing.settings(session.study.slug).incentive:
        view["text"] = [*view["text"], speak(language, "leave_owed")]
    view["leaving"] = {
        "ways": (),
        "confirm": speak(language, f"leave_{do}_yes"),
        "fields": {"do": do, "lang": language, "token": _form_token(session, do)},
        "back": _back(here, language),
    }
    return _html(view, f"{here}/leave")


def _back(here: str, language: str) -> Data:
    return {"href": f"{here}?{urlencode({'lang': language})}", "label": speak(language, "leave_nothing")}


def _form_token(session: Session, do: str) -> str:
    """What a form of ours holds: nobody who has not been shown this respondent's page can make it."""
    return guard.form_token(store().secret("leaving"), session.token, do)


def _done(token: str, fields: dict[str, str], language: str) -> Response:
    """Do what was confirmed; twice is as once. The answer is the address of a receipt."""
    language, do = fields.get("lang") or language, fields.get("do", "")
    session = store().respond.enter(token)
    if session is None:
        return _said("left_again", language, 404)
    if do not in WAYS or not guard.same_token(fields.get("token", ""), _form_token(session, do)):
        return _said("elsewhere", language, 403)
    if do == "stop":
        store().erasures.stop(session)
    else:
        if not withdrawable(session.study, datetime.now(UTC).date()):
            return RedirectResponse(f"/s/{quote(token, safe='')}/leave", 303, headers=HEADERS)
        store().erasures.withdraw(session)
        forget_answers()
    day = datetime.now(UTC).date().isoformat()
    receipt = guard.sign(store().secret("leaving"), "receipt", f"{do}.{day}.{language}")
    return RedirectResponse(f"/left/{quote(receipt, safe='')}", 303, headers=HEADERS)


async def _receipt(request: Request) -> Response:
    """What was done and when; it names nobody and no study, and holds as long as the key does."""
    signed = guard.unsign(store().secret("leaving"), "receipt", request.path_params["receipt"])
    if signed is None:
        return _said("unknown", "en", 404)
    do, day, language = signed.split(".", 2)
    view = message(language, f"left_{do}", values={"day": spell(language, day)}, tone="warm")
    if do == "delete":
        view["text"] = [*view["text"], speak(language, "left_delete_traces")]
    return _html({**view, "ends": True})


async def _open_link(request: Request) -> Response:
    """On an open link: the browser that began it is sent on to its own page."""
    language = accepted(request.headers.get("accept-language"), tuple(LANGUAGES)) or "en"
    begun = request.cookies.get(COOKIE)
    try:
        slug = request.path_params["study"]
        session = await run_in_threadpool(store().respond.visit, slug, begun) if begun else None
    except NotFoundError:
        return _said("unknown", language, 404)
    if session is None:
        return _said("left_again", language, 404)
    return RedirectResponse(f"/s/{quote(session.token, safe='')}/leave", 303, headers=HEADERS)


def _said(name: str, language: str, status: int) -> Response:
    return _html(message(language, name), status=status)


def _html(view: Data, action: str = "", status: int = 200) -> Response:
    return HTMLResponse(drawing.draw(view, action), status, headers=HEADERS)
