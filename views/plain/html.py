"""Rendering of the plain HTML pages: templates that escape everything, and answers that no cache keeps."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.responses import HTMLResponse

EMPTY = {"problem": "", "heading": "", "name": "", "code": "", "link": "", "link_text": "", "new_label": "", "back": False, "lines": ()}
"""What a template may mention without being given it; anything else that is missing is an error."""


@cache
def templates() -> Environment:
    """The templates' environment, built once."""
    folder = Path(__file__).parent / "templates"
    return Environment(
        loader=FileSystemLoader(folder), autoescape=select_autoescape(default=True), undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )


def page(template: str, title: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """An HTML page from a template; ``values`` are escaped wherever the template shows them."""
    text = templates().get_template(template).render({**EMPTY, "title": title, **values})
    return HTMLResponse(text, status_code=status, headers={"Cache-Control": "no-store", "Referrer-Policy": "same-origin"})
