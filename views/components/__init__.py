"""Our own Streamlit components: written by hand, no build step; the browser fetches each once and keeps it."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

HERE = Path(__file__).resolve().parent


def _read(*names: str) -> str:
    return "\n".join((HERE / name).read_text(encoding="utf-8") for name in names)


@cache
def survey_module() -> str:
    """The survey component as one JavaScript module, its styles inside."""
    style = _read("survey.css", "network.css", "result.css")
    scripts = _read("inputs.js", "network.js", "result.js", "survey.js")
    return "\n".join([f"const STYLE = {json.dumps(style)};", scripts])


@cache
def editor_module() -> str:
    """The editor of questionnaires as one module, its styles and the published schema of instruments inside."""
    from survey.instrument.schema import json_schema

    known = {"STYLE": _read("editor.css"), "SCHEMA": json_schema()}
    return "\n".join([*(f"const {name} = {json.dumps(value)};" for name, value in known.items()), _read("editor.js")])


@cache
def survey_path() -> str:
    """Where the survey's module is served: its name holds its hash, so that it can be kept for ever."""
    return _path("survey", survey_module())


@cache
def editor_path() -> str:
    """Where the editor's module is served."""
    return _path("editor", editor_module())


def _path(name: str, module: str) -> str:
    return f"/assets/{name}-{hashlib.sha256(module.encode()).hexdigest()[:16]}.js"


def loader(path: str | None = None) -> str:
    """What travels with each page turn: a line that fetches the module (the survey's), which would itself be 20 kB."""
    return (
        f"const found = import(new URL('.{path or survey_path()}', document.baseURI).href);\n"
        "export default async (component) => (await found).default(component);\n"
    )


def asset_routes() -> list[Route]:
    """The routes under /assets/, for ``app.py``."""
    return [Route(survey_path(), _serve(survey_module)), Route(editor_path(), _serve(editor_module))]


def _serve(module: Callable[[], str]) -> Callable[[Request], Response]:
    @cache
    def packed() -> bytes:
        return gzip.compress(module().encode(), 9, mtime=0)

    def serve(request: Request) -> Response:
        small = "gzip" in request.headers.get("accept-encoding", "")
        headers = {"Cache-Control": "public, immutable, max-age=31536000", "Vary": "Accept-Encoding"}
        if small:
            headers["Content-Encoding"] = "gzip"
        return Response(packed() if small else module(), media_type="text/javascript", headers=headers)

    return serve
