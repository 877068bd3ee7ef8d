"""The browser's front door: ``streamlit run app.py`` and ``uvicorn app:app`` both serve it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import streamlit as st
import streamlit.config as settings
from starlette.middleware import Middleware

from views.collector import COLLECTOR, Noticed
from views.components import asset_routes
from views.database import forget_in_time
from views.doors import Doors
from views.logs import set_up
from views.middleware import CompressedFiles, SecurityHeaders
from views.plain.auth import auth_routes
from views.plain.html import warm
from views.plain.operating import operating_routes
from views.plain.preview import preview_routes
from views.plain.survey import survey_routes
from views.researcher.rounds import stop_all

HERE = Path(__file__).resolve().parent

if settings._main_script_path is None:
    # Under plain uvicorn the settings beside this file are to be found from any working directory.
    settings._main_script_path = str(HERE / "app.py")


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[dict[str, Any]]:
    """Load what pages use before the first respondent comes, then keep the collector away from page turns.

    Streamlit runs a full collection after every script run unless told otherwise; at 500 respondents that froze the
    server. ``views.collector`` runs it when nobody waits.
    """
    import views.respondent.page  # noqa: F401  (loaded for its effect: the first page turn is as fast as the others)

    warm()
    settings.set_option("runner.postScriptGC", False)
    set_up()
    COLLECTOR.begin()
    kept_up = [asyncio.create_task(work) for work in (forget_in_time(), COLLECTOR.run())]
    yield {}
    for task in kept_up:
        task.cancel()
    await asyncio.to_thread(stop_all)


app = st.App(
    HERE / "views" / "main.py",
    routes=[*operating_routes(), *auth_routes(), *asset_routes(), *survey_routes(), *preview_routes()],
    middleware=[Middleware(Noticed), Middleware(SecurityHeaders), Middleware(Doors), Middleware(CompressedFiles)],
    lifespan=lifespan,
)
