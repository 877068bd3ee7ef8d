"""The researcher's pages by name: who may open each, and how one page leads to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from survey.access import PAGES
from views.researcher.look import dress
from views.theme import MARK

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage


@dataclass(frozen=True)
class Place:
    """A page: its address, its name in the menu, and whether the menu lists it; ``survey.access`` says who opens it.

    No icons: Streamlit makes a page's icon the favicon too, and fetches that from another site.
    """

    path: str
    title: str
    listed: bool = True


PLACES = (
    Place("studies", "Studies"),
    Place("new", "New study", listed=False),
    Place("study", "One study", listed=False),
    Place("edit", "Questionnaire", listed=False),
    Place("people", "People"),
    Place("data", "Data"),
    Place("results", "Results"),
    Place("upload", "Your own data"),
    Place("plan", "Run a plan"),
    Place("design", "How many people"),
    Place("log", "Log"),
    Place("account", "Account"),
)


def place(path: str) -> StreamlitPage:
    """The Streamlit page at ``path``; the module is imported when the page runs, not before."""
    found = next(p for p in PLACES if p.path == path)
    return st.Page(
        _runner(path, found.title),
        title=found.title,
        url_path=path,
        default=path == "studies",
        visibility="visible" if found.listed else "hidden",
    )


def allowed(role: str) -> tuple[Place, ...]:
    """The pages that exist for a role: one that is not among them cannot be reached by its address either."""
    return tuple(p for p in PLACES if role in PAGES[p.path])


def places(role: str) -> list[StreamlitPage]:
    """The pages of a role, for ``st.navigation``."""
    return [place(p.path) for p in allowed(role)]


def _runner(path: str, title: str) -> Callable[[], None]:
    def run() -> None:
        st.set_page_config(page_title=f"{title} · Twofold", page_icon=MARK, layout="wide")
        dress()
        import_module(f"views.researcher.pages.{path}").show()

    run.__name__ = path
    return run
