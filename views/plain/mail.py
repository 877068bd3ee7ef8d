"""What letters lead to besides the questionnaire: their end at /u/TOKEN, and the form at /s/TOKEN/thanks on which those
who came by an open link say where something should go that they were promised.

Opening an address changes nothing, whoever opens it: scanners of mail follow every link. A mail programme that ends the
letters by itself (RFC 8058) sends a POST, as our button does.
"""

from __future__ import annotations

import logging
from typing import Any
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from survey.errors import MailError, StudyError
from survey.store.contacts import OptOut
from views.database import store
from views.plain import drawing, guard
from views.plain.leave import HEADERS
from views.respondent.view import message, title_of
from views.words import LANGUAGES, speak
from views.words.choose import accepted

LONGEST_ADDRESS = 254
Data = dict[str, Any]
_log = logging.getLogger(__name__)


def mail_routes() -> list[Route]:
    """The routes of this module, for ``app.py``."""
    return [
        Route("/u/{u}", _letters, methods=["GET", "POST"]),
        Route("/s/{s}/thanks", _thanks, methods=["GET", "POST"]),
    ]


async def _letters(request: Request) -> Response:
    token, language = request.path_params["u"], _language(request)
    try:
        if request.method != "POST":
            found = await run_in_threadpool(store().contacts.opt_out, token)
            return _said("unknown", language, 404) if found is None else _html(_end(found), _here(token))
        fields = await guard.read_form(request)
        found = await run_in_threadpool(store().contacts.set_opt_out, token, fields.get("do") != "again")
        if found is None:
            return _said("unknown", language, 404)
        return RedirectResponse(_here(token), 303, headers=HEADERS)
    except guard.TooLargeError:
        return _said("too_much", language, 413)
    except Exception:  # a respondent reads a sentence; whoever runs the server reads the log
        _log.exception("the page that ends letters failed")
        return _said("error", language, 500)


def _end(found: OptOut) -> Data:
    """The page with its one button: to end the letters, or to get them again."""
    language, name = found.language, "letters_ended" if found.out else "letters_end"
    view = message(language, name, title=found.study, values={"study": found.study})
    do = "again" if found.out else "end"
    button = speak(language, f"letters_{do}_yes")
    return {**view, "mail_form": {"button": button, "fields": {"do": do}, "quiet": found.out, "ask": None}}


async def _thanks(request: Request) -> Response:
    token, language = request.path_params["s"], _language(request)
    try:
        if request.method != "POST":
            return await run_in_threadpool(_asked, token, language)
        fields = await guard.read_form(request)
        if guard.foreign(request):
            return _said("elsewhere", language, 403)
        return await run_in_threadpool(_given, token, language, fields.get("address", ""))
    except guard.TooLargeError:
        return _said("too_much", language, 413)
    except Exception:  # a respondent reads a sentence; whoever runs the server reads the log
        _log.exception("the form for what is owed failed")
        return _said("error", language, 500)


def _asked(token: str, language: str, wrong: str = "", given: str = "") -> Response:
    session = store().respond.enter(token)
    what = "" if session is None else store().owed.asks(session)
    if session is None or not what:
        return _said("claim_none", language, 404)
    language = session.language
    view = message(language, "claim", title=title_of(session), values={"what": what})
    view["mail_form"] = {
        "button": speak(language, "claim_send"),
        "fields": {},
        "quiet": False,
        "ask": {
            "label": speak(language, "claim_label"),
            "hint": speak(language, "claim_hint"),
            "wrong": wrong and speak(language, wrong),
            "value": given,
            "longest": LONGEST_ADDRESS,
        },
    }
    return _html(view, f"/s/{quote(token, safe='')}/thanks", 422 if wrong else 200)


def _given(token: str, language: str, address: str) -> Response:
    session = store().respond.enter(token)
    if session is None:
        return _said("claim_none", language, 404)
    try:
        store().owed.ask(session, address[:1000])
    except MailError:
        return _asked(token, language, "claim_wrong", address[:LONGEST_ADDRESS])
    except StudyError:
        return _said("claim_none", session.language, 404)
    # An answer of its own and no redirect: the page that said it again would have to know whose address was noted.
    return _html(message(session.language, "claimed", title=title_of(session), tone="warm") | {"ends": True})


def _language(request: Request) -> str:
    return (
        request.query_params.get("lang") or accepted(request.headers.get("accept-language"), tuple(LANGUAGES)) or "en"
    )


def _here(token: str) -> str:
    return f"/u/{quote(token, safe='')}"


def _said(name: str, language: str, status: int) -> Response:
    return _html(message(language, name), status=status)


def _html(view: Data, action: str = "", status: int = 200) -> Response:
    return HTMLResponse(drawing.draw(view, action), status, headers=HEADERS)
