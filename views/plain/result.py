"""A respondent's own result as a PDF file at /s/TOKEN/result.pdf, for whoever has finished and may see it."""

from __future__ import annotations

import logging
from dataclasses import asdict

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from reports.own_result import pdf
from views.database import store
from views.respondent.shown import own_result
from views.respondent.view import title_of
from views.respondent.visit import Visit, arrive
from views.theme import LIGHT
from views.words import speak

HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "strict-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "X-Robots-Tag": "noindex",
}
_log = logging.getLogger(__name__)


def result_routes() -> list[Route]:
    """The one route of this module."""
    return [Route("/s/{s}/result.pdf", _serve, methods=["GET"])]


async def _serve(request: Request) -> Response:
    language = request.query_params.get("lang")
    try:
        return await run_in_threadpool(_made, request.path_params["s"], language)
    except Exception:  # a respondent reads a sentence; whoever runs the server reads the log
        _log.exception("a respondent's own result failed")
        return PlainTextResponse(speak(language or "en", "error"), 500, headers=HEADERS)


def _made(token: str, language: str | None) -> Response:
    visit = arrive({"s": token, **({"lang": language} if language else {})}, store(), researcher=False)
    result = own_result(visit) if isinstance(visit, Visit) else None
    if not isinstance(visit, Visit) or result is None or not result["parts"]:
        return PlainTextResponse(speak(language or "en", "unknown"), 404, headers=HEADERS)
    body = pdf(result, title_of(visit.session), {**asdict(LIGHT), "quiet": LIGHT.quiet})
    named = {**HEADERS, "Content-Disposition": 'attachment; filename="result.pdf"'}
    return Response(body, media_type="application/pdf", headers=named)
