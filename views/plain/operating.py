"""For whoever runs the server: /health for a load balancer, which tells nothing else, and /metrics in numbers alone."""

from __future__ import annotations

from sqlalchemy import Connection, text
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from survey.errors import SurveyError
from views import counters
from views.database import store

NOT_KEPT = {"Cache-Control": "no-store"}


def operating_routes() -> list[Route]:
    """The two routes, for ``app.py``; ``views.doors`` keeps the second for the owner and the operator's token."""
    return [Route("/health", health, methods=["GET"]), Route("/metrics", metrics, methods=["GET"])]


async def health(request: Request) -> Response:
    """200 where the database answers, else 503."""
    well = await run_in_threadpool(_reads)
    return JSONResponse({"status": "ok" if well else "unwell"}, 200 if well else 503, headers=NOT_KEPT)


def _reads() -> bool:
    def work(connection: Connection) -> int:
        return int(connection.execute(text("SELECT 1")).scalar_one())

    try:
        return store().database.read(work) == 1
    except (SurveyError, OSError):
        return False


async def metrics(request: Request) -> Response:
    """Answers by route and status, how long they took, connected tabs and memory."""
    return PlainTextResponse(counters.exposition(_connected()), headers=NOT_KEPT)


def _connected() -> int | None:
    """Browser tabs that are connected now; None where Streamlit does not run, as in a test of the routes alone."""
    from streamlit import runtime

    if not runtime.exists():
        return None
    return runtime.get_instance()._session_mgr.num_active_sessions()
