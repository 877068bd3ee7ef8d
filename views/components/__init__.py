"""Our own Streamlit components: written by hand, no build step; the browser fetches each once and keeps it."""

from __future__ import annotations

import gzip
import hashlib
import json
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HERE = Path(__file__).resolve().parent


@cache
def survey_module() -> str:
    """The survey component as one JavaScript module, its styles inside."""
    style = "".join((HERE / name).read_text(encoding="utf-8") for name in ("survey.css", "network.css"))
    parts = [(HERE / name).read_text(encoding="utf-8") for name in ("inputs.js", "network.js", "survey.js")]
    return "\n".join([f"const STYLE = {json.dumps(style)};", *parts])


@cache
def survey_path() -> str:
    """Where the module is served: its name holds its hash, so that it can be kept for ever."""
    return f"/assets/survey-{hashlib.sha256(survey_module().encode()).hexdigest()[:16]}.js"


def loader() -> str:
    """What travels with each page turn: a line that fetches the module, where the module itself would be 20 kB."""
    return (
        f"const found = import(new URL('.{survey_path()}', document.baseURI).href);\n"
        "export default async (component) => (await found).default(component);\n"
    )


def asset_routes() -> list[Route]:
    """The routes under /assets/, for ``app.py``."""
    body = gzip.compress(survey_module().encode(), 9, mtime=0)

    def survey(request: Request) -> Response:
        packed = "gzip" in request.headers.get("accept-encoding", "")
        headers = {"Cache-Control": "public, immutable, max-age=31536000", "Vary": "Accept-Encoding"}
        if packed:
            headers["Content-Encoding"] = "gzip"
        return Response(body if packed else survey_module(), media_type="text/javascript", headers=headers)

    return [Route(survey_path(), survey)]
