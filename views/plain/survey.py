"""The survey as plain HTML at /s/TOKEN and /study/SLUG: forms that need no JavaScript, on the same flow as Streamlit's.

A page is sent by POST and answered by a redirect, to the next page or to itself with what is wrong and what was typed,
so that Reload and Back are safe. Our script gets the address in a redirect's place, and a refused page as HTML.
"""

from __future__ import annotations

import gzip
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from survey import flow
from survey.store import Circumstances, Study
from views.database import store
from views.plain import drawing, guard
from views.plain.fields import Fields, items_of, one, read_fields, read_press, shown_again
from views.plain.leave import leave_routes
from views.plain.mail import mail_routes
from views.plain.refused import Refused
from views.plain.result import result_routes
from views.respondent.private import ORIGIN
from views.respondent.shown import asked, shown, shut_view
from views.respondent.turn import END, Turn, reach, take
from views.respondent.view import message, waiting_view
from views.respondent.visit import COOKIE, LEAVABLE, Gone, Visit, Waiting, arrive, leave, seen_cookie
from views.words import LANGUAGES, speak
from views.words.choose import accepted

REFUSED = Refused()
NOTICES = frozenset({"other_tab", "changed", "saved_already"})
"""What the address may say after '&n=': the page is shown with this notice."""
STATUS = {
    "unknown": 404,
    "draft": 404,
    "closed": 410,
    "closed_partly": 410,
    "stopped": 410,
    "elsewhere": 403,
    "too_much": 413,
}
HEADERS = {
    "Cache-Control": "no-store",
    # No token in a Referer, not even our own: a log may hold it. 'no-referrer' would make the browser's Origin 'null'.
    "Referrer-Policy": "strict-origin",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Vary": "Accept-Encoding, Accept-Language, Cookie",
}
Data = dict[str, Any]
_log = logging.getLogger(__name__)


def survey_routes() -> list[Route]:
    """The respondents' routes in plain HTML, for ``app.py``."""
    return [
        *drawing.asset_routes(),
        *result_routes(),
        *leave_routes(),
        *mail_routes(),
        Route("/s/{s}", _page, methods=["GET", "POST"]),
        Route("/study/{study}", _page, methods=["GET", "POST"]),
        Route("/s/{s}/opened", _page, methods=["POST"]),
        Route("/study/{study}/opened", _page, methods=["POST"]),
    ]


@dataclass(frozen=True)
class Asked:
    """What a request asks for, read before any work begins."""

    address: dict[str, str]
    wanted: str | None
    notice: str | None
    again: str | None
    begun: str | None
    accept: str | None
    fields: Fields
    origin: str
    by_script: bool
    secure: bool
    seen: frozenset[str]
    circumstances: Circumstances

    @property
    def language(self) -> str:
        return self.address.get("lang") or accepted(self.accept, tuple(LANGUAGES)) or "en"


async def _page(request: Request) -> Response:
    """One request: read it whole, then do the work in a thread, since the store waits for the disc."""
    try:
        fields = await read_fields(request) if request.method == "POST" else {}
    except guard.TooLargeError:
        return _said("en", "too_much")
    query = request.query_params
    ask = Asked(
        address={**request.path_params, **{key: query[key] for key in ("v", "c", "lang") if key in query}},
        wanted=query.get("p"),
        notice=query.get("n"),
        again=query.get("r"),
        begun=request.cookies.get(COOKIE),
        accept=request.headers.get("accept-language"),
        fields=fields,
        origin=f"{'https' if guard.is_https(request) else 'http'}://{request.headers.get('host', request.url.netloc)}",
        by_script=request.headers.get("x-twofold") == "fetch",
        secure=guard.is_https(request),
        seen=frozenset(request.cookies),
        circumstances=Circumstances("html", device_of(request), address=guard.address(request)),
    )
    if request.method == "POST" and guard.foreign(request):
        return _said(ask.language, "elsewhere")
    try:
        opened = request.url.path.endswith("/opened")
        work = _shown if request.method != "POST" else _opened if opened else _sent
        answer = await run_in_threadpool(work, ask)
    except Exception:  # a respondent reads a sentence; whoever runs the server reads the log
        _log.exception("a respondent's plain page failed")
        return _said(ask.language, "error", 500)
    return _packed(request, answer)


def device_of(request: Request) -> str:
    """A class of device from what the browser says of itself, which is then forgotten."""
    agent = request.headers.get("user-agent", "")
    if "iPad" in agent or "Tablet" in agent or ("Android" in agent and "Mobile" not in agent):
        return "tablet"
    return "phone" if request.headers.get("sec-ch-ua-mobile") == "?1" or "Mobi" in agent else "desktop"


def _visit(ask: Asked, address: dict[str, str], nonce: str | None, *, sending: bool = False) -> Visit | Waiting | Gone:
    return arrive(
        address,
        store(),
        researcher=False,
        begun=nonce,
        sending=sending,
        circumstances=ask.circumstances,
        accept=ask.accept,
    )


def _shown(ask: Asked) -> Response:
    """A page that is asked for: nothing is written, whoever asks."""
    visit = _visit(ask, ask.address, ask.begun)
    if not isinstance(visit, Visit):
        return _gone(ask, visit)
    page = visit.page(ask.wanted)
    if ask.notice in NOTICES:
        visit.turn = Turn(visit.session, page, notice=("asked", ask.notice), discard=True)
    refused = REFUSED.find(ask.again, visit.session.response_id, page)
    if refused is not None:
        visit.turn = replace(refused.turn, session=visit.session)
        again = shown_again(shown(visit, page), refused.fields)
        return _html(visit, again, page, ask, saved=asked(visit, page))
    # Each page has an address of its own, so that the browser's Back leads to the page before.
    if ask.wanted != page or ("study" in ask.address and "v" not in ask.address):
        return _remember(RedirectResponse(_address(visit, page), 303, headers=HEADERS), visit, ask)
    return _remember(_html(visit, shown(visit, page), page, ask), visit, ask)


def _sent(ask: Asked) -> Response:
    """A page that was sent: saved, and the address of the next one; or shown again with what is wrong."""
    key = store().secret("open links")
    nonce = guard.unsign(key, "visit", one(ask.fields, "_v"))
    address = {**ask.address, "v": nonce} if nonce else {k: v for k, v in ask.address.items() if k != "v"}
    visit = _visit(ask, address, nonce, sending=True)
    if not isinstance(visit, Visit):
        return _gone(ask, visit)
    view = sent_page(visit, one(ask.fields, "_page"))
    if (language := one(ask.fields, "_lang")) is not None:
        return _spoken(visit, view, language, ask)
    before = visit.session
    turn = take(before, visit.keeper, read_press(ask.fields, view, ask.circumstances.device))
    visit.took(turn)
    if turn.session.persisted and not before.persisted and not one(ask.fields, "_elapsed"):
        _count(before.study, ask)  # no script has told that it was opened
    if turn.closed:
        view = shut_view(visit.session)
        return _plainly({**view, "leave": leave(visit.address, visit.session.language)}, 410)
    if turn.notice is not None and turn.notice[1] not in NOTICES and view is not None:
        # A browser that keeps no cookie would not find an open link's page again under the address of the refused one.
        findable = not ask.by_script and turn.notice[1] != "not_saved" and ("s" in visit.address or nonce == ask.begun)
        kept = REFUSED.keep(turn, ask.fields) if findable else None
        if kept is not None:
            return RedirectResponse(_address(visit, turn.page, r=kept), 303, headers=HEADERS)
        again = shown_again(shown(visit, turn.page), ask.fields)
        status = 503 if turn.notice[1] == "not_saved" else 422
        return _html(visit, again, turn.page, ask, saved=view, status=status)
    to = _address(visit, turn.page, **({"n": turn.notice[1]} if turn.notice is not None else {}))
    if ask.by_script:
        return _remember(Response(status_code=204, headers={**HEADERS, "X-Twofold-Next": to}), visit, ask)
    return _remember(RedirectResponse(to, 303, headers=HEADERS), visit, ask)


def _spoken(visit: Visit, view: Data | None, language: str, ask: Asked) -> Response:
    """The same page in another language, with what was picked and not yet sent; nothing is saved."""
    page = view["page"] if view is not None else visit.page(None)
    visit.speak(language, page)
    kept = REFUSED.keep(visit.turn, ask.fields) if visit.turn is not None and view is not None else None
    to = _address(visit, page, **({"r": kept} if kept is not None else {}))
    if ask.by_script:
        return _remember(Response(status_code=204, headers={**HEADERS, "X-Twofold-Next": to}), visit, ask)
    return _remember(RedirectResponse(to, 303, headers=HEADERS), visit, ask)


def _opened(ask: Asked) -> Response:
    """A browser tells that it has opened a link: an anonymous count, and a cookie by which it is not new next time."""
    visit = _visit(ask, ask.address, ask.begun)
    answer = Response(status_code=204, headers=HEADERS)
    if isinstance(visit, Visit) and not visit.session.persisted:
        _count(visit.session.study, ask)
        answer.set_cookie(seen_cookie(visit.session.study), "1", path="/", samesite="lax", secure=ask.secure)
    return answer


def _count(study: Study, ask: Asked) -> None:
    store().paradata.opened(study.slug, first=seen_cookie(study) not in ask.seen)


def sent_page(visit: Visit, page: str | None) -> Data | None:
    """The page that was sent as it stood, or None where the respondent cannot have been shown it."""
    if page is None or page == END or reach(visit.session, page) != page:
        return None
    return asked(visit, page) if flow.find_page(visit.session.study.instrument, page).type != "feedback" else None


def _address(visit: Visit, page: str, **more: str) -> str:
    """The path of a page: by personal token as soon as anything is saved under it; ``more`` goes into the query."""
    query = visit.query(page)
    kind = "s" if "s" in query else "study"
    rest = {key: value for key, value in query.items() if key != kind} | more
    return f"/{kind}/{quote(query[kind], safe='')}?{urlencode(rest)}"


def _html(visit: Visit, view: Data, page: str, ask: Asked, *, saved: Data | None = None, status: int = 200) -> Response:
    """A page of a visit: its address, its links, and what its form carries."""
    session = visit.session
    query = visit.query(page)
    view = {
        **view,
        "link": f"{ask.origin}/s/{quote(session.token, safe='')}" if view.get("link") else None,
        "other_side": {"href": f"/?{urlencode(query)}", "label": speak(session.language, "full")},
        "leave": leave(query, session.language),
        "ends": view["kind"] == "message",
        "summary": summary(view),
        "text": [text.replace(ORIGIN, ask.origin) for text in view["text"]],
    }
    nonce = query.get("v")
    hidden = {"_v": guard.sign(store().secret("open links"), "visit", nonce)} if nonce else {}
    kind = "s" if "s" in query else "study"
    opened = "" if session.persisted else f"/{kind}/{quote(query[kind], safe='')}/opened"
    text = drawing.draw(view, _address(visit, page), saved, hidden, opened)
    return HTMLResponse(text, status, headers=HEADERS)


def summary(view: Data) -> list[Data]:
    """What the notice lists: each question that needs attention, as a link to it."""
    problems: Mapping[str, str] = view.get("problems", {})
    rows: list[Data] = []
    for item in items_of(view):
        other = item.get("other") or {}
        rows += [{"id": name, "text": item["text"]} for name in (item["id"], other.get("id")) if name in problems]
    return rows


def _gone(ask: Asked, found: Waiting | Gone) -> Response:
    """Why a link leads to no page now, and where it is known, when to come back."""
    if isinstance(found, Waiting):
        return _plainly({**waiting_view(found.session), "leave": leave(ask.address, found.session.language)}, 404)
    if found not in LEAVABLE:
        return _said(ask.language, found)
    return _plainly({**message(ask.language, found), "leave": leave(ask.address, ask.language)}, STATUS[found])


def _said(language: str, name: str, status: int | None = None) -> Response:
    """A page of its own that asks nothing."""
    return _plainly(message(language, name) | {"ends": False}, status or STATUS[name])


def _plainly(view: Data, status: int) -> Response:
    return HTMLResponse(drawing.draw({"ends": True, **view}, ""), status, headers=HEADERS)


def _remember(answer: Response, visit: Visit, ask: Asked) -> Response:
    """Keep an open link's nonce in this browser, until its response is finished."""
    nonce = visit.address.get("v")
    if nonce is not None and nonce != ask.begun:
        answer.set_cookie(COOKIE, nonce, path="/", samesite="lax", secure=ask.secure)
    elif visit.session.completed and ask.begun is not None:
        answer.delete_cookie(COOKIE, path="/")
    return answer


def _packed(request: Request, answer: Response) -> Response:
    """The answer in fewer bytes, where the browser takes gzip."""
    if "gzip" not in request.headers.get("accept-encoding", "") or not isinstance(answer, HTMLResponse):
        return answer
    body = gzip.compress(bytes(answer.body), 6, mtime=0)
    answer.body = body
    answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Content-Length"] = str(len(body))
    return answer
