"""The door of each route, as ``survey.access`` has it: who comes in, whose forms are taken, and how many at a time."""

from __future__ import annotations

import asyncio
import hmac
import os
import time

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from survey.access import OWNER, Door, door
from survey.store.logins import User
from views import counters, limits, logs
from views.database import store
from views.plain import drawing, guard
from views.plain.keys import cookie_key
from views.respondent.view import message
from views.words import LANGUAGES
from views.words.choose import accepted

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
TOKEN = "TWOFOLD_METRICS_TOKEN"
NOT_KEPT = {"Cache-Control": "no-store"}


class Doors:
    """Pure ASGI: refuses what the table refuses before any route sees it, and counts what was answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        found, request, began = door(scope["path"]), Request(scope), time.perf_counter()
        told: list[int] = []
        refused = await refusal(found, request)
        if refused is not None:
            told.append(refused.status_code)
            await refused(scope, receive, send)
        else:
            limited = found if found is not None and found.limited else None
            await self.app(scope, receive, _watched(send, told, limited, request))
        seconds, route = time.perf_counter() - began, found.path if found is not None else "page and files"
        counters.answered(route, scope["method"], told[0] if told else 500, seconds)
        logs.answered(route, scope["method"], told[0] if told else 500, seconds)


async def refusal(found: Door | None, request: Request) -> Response | None:
    """Why a request does not come in, as an answer; None where it does.

    What somebody may not see is answered as what is not there.
    """
    if found is not None and not await _let_in(found, request):
        return PlainTextResponse("Not found", 404, headers=NOT_KEPT)
    if request.method in SAFE:
        return None
    if guard.foreign(request):
        return said(request, "elsewhere", 403)
    if found is not None and found.limited:
        wait = limits.sent_pages().spend(limits.network_of(guard.address(request)))
        return too_many(request, wait) if wait else None
    return None


async def _let_in(found: Door, request: Request) -> bool:
    if found.who in ("anyone", "link"):
        return True  # the token of a link is looked up by its route
    if found.who == "nobody":
        return False
    if found.path.startswith("/auth/"):
        return True  # these send whoever is not signed in to the sign-in page
    if found.who == "operator" and _has_token(request):
        return True
    user = await signed_in(request)
    return user is not None and (found.who == "signed in" or user.role == OWNER)


def _has_token(request: Request) -> bool:
    wanted = os.environ.get(TOKEN, "")
    kind, _, given = request.headers.get("authorization", "").partition(" ")
    return len(wanted) >= 16 and kind.lower() == "bearer" and hmac.compare_digest(given.encode(), wanted.encode())


async def signed_in(request: Request) -> User | None:
    """The researcher from whose browser a request comes, if they are signed in."""
    session = guard.cookie(cookie_key(), "session", request.cookies)
    return await asyncio.to_thread(store().accounts.check, session) if session else None


def _watched(send: Send, told: list[int], limited: Door | None, request: Request) -> Send:
    """``send``, noting the status; of links that lead nowhere, once there were too many, only that is said."""
    instead: list[Response] = []

    async def watched(msg: Message) -> None:
        if msg["type"] == "http.response.start":
            if limited is not None and msg["status"] == 404:
                wait = limits.wrong_links().spend(limits.network_of(guard.address(request)))
                if wait:
                    instead.append(too_many(request, wait))
            told.append(instead[0].status_code if instead else msg["status"])
        if not instead:
            await send(msg)
        elif msg["type"] == "http.response.start":
            await instead[0](request.scope, request.receive, send)

    return watched


def said(request: Request, name: str, status: int) -> Response:
    """A page in words, in the language that the browser asks for."""
    language = accepted(request.headers.get("accept-language"), tuple(LANGUAGES)) or "en"
    return HTMLResponse(drawing.draw(message(language, name), ""), status, headers=NOT_KEPT)


def too_many(request: Request, wait: int) -> Response:
    """The page that says to wait, and for how long to the browser."""
    answer = said(request, "too_many", 429)
    answer.headers["Retry-After"] = str(wait)
    return answer
