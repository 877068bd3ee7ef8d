"""Rendering of the plain HTML pages: templates that escape everything, and answers that no cache keeps."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from starlette.responses import HTMLResponse

from views.theme import DARK, LIGHT, MARK, Palette

EMPTY = {
    "problem": "",
    "heading": "",
    "name": "",
    "code": "",
    "link": "",
    "link_text": "",
    "new_label": "",
    "back": False,
    "institution": "",
    "lines": (),
}
"""What a template may mention without being given it; anything else that is missing is an error."""


@cache
def templates() -> Environment:
    """The templates' environment, built once."""
    folder = Path(__file__).parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    mark = MARK.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)
    environment.globals.update(palette=custom_properties, light=LIGHT, dark=DARK, mark=Markup(mark))
    environment.globals["slot"] = "\0"
    return environment


def warm() -> None:
    """Compile every template, so that nobody waits for it."""
    environment = templates()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


def custom_properties(palette: Palette) -> str:
    """A palette as CSS custom properties."""
    colours = {**asdict(palette), "quiet": palette.quiet, "control": palette.control}
    return " ".join(f"--{name}: {colour};" for name, colour in colours.items())


def page(template: str, title: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """An HTML page from a template; ``values`` are escaped wherever the template shows them."""
    text = templates().get_template(template).render({**EMPTY, "title": title, **values})
    return HTMLResponse(
        text, status_code=status, headers={"Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
    )
