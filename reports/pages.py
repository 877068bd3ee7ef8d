"""HTML pages from templates: every value escaped, everything in one file."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import figure as colours
from reports.document import Picture
from reports.table import Table
from reports.text import Rich
from reports.write import html

_ID = re.compile(r'\b(id="|href="#|url\(#)([^")]+)')
_SIZE = re.compile(r'<svg([^>]*?) width="[^"]*"([^>]*?)>|<svg([^>]*?) height="[^"]*"([^>]*?)>')


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"rich": _rich, "apa": _apa, "drawn": drawn}
    environment.globals["apa_css"] = Markup(html.CSS)
    return environment


def page(template: str, **values: Any) -> str:
    """A template of ``reports/templates`` with its values; an unknown name in it is an error."""
    return _environment().get_template(template).render(**values)


def _rich(text: Rich) -> Markup:
    return Markup(html.rich(text))


def _apa(table: Table) -> Markup:
    return Markup(html.fragment(table))


def drawn(picture: Picture) -> Markup:
    """A figure as inline SVG that follows the page's light or dark ground, with its words for those who see none."""
    from reports.draw_matplotlib import GRID, INK, draw

    svg = draw(picture.figure, "svg").decode("utf-8")
    svg = svg[svg.index("<svg") :]
    svg = _ID.sub(lambda found: f"{found[1]}f{picture.number}-{found[2]}", svg)
    opening, rest = svg.split(">", 1)
    box = re.search(r'viewBox="[^"]*"', opening)
    width = re.search(r'width="([\d.]+)pt"', opening)
    size = f"max-width:{float(width[1]) * 1.34:.0f}px" if width else ""
    words = Markup.escape(picture.figure.alt)
    swaps = {INK: "ink", GRID: "grid"} | {c: f"series-{place + 1}" for place, c in enumerate(colours.PALETTE)}
    for colour, name in swaps.items():
        rest = re.sub(f"(fill|stroke): {colour}", rf"\1: var(--{name}, {colour.lower()})", rest, flags=re.IGNORECASE)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" {box[0] if box else ""}'
    return Markup(f'{head} role="img" aria-label="{words}" style="{size}">{rest}')
