"""The researcher's pages by name: who may open each, and how one page leads to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

from views.researcher.look import dress
from views.theme import MARK

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

OWNER, ANALYST, RECRUITER = "owner", "analyst", "recruiter"
EVERYBODY = (OWNER, ANALYST, RECRUITER)
SEES_ANSWERS = (OWNER, ANALYST)
INVITES = (OWNER, RECRUITER)
"""An analyst never meets contact details; a recruiter never meets answers."""


@dataclass(frozen=True)
class Place:
    """A page: its address, its name in the menu, who may open it, and whether the menu lists it.

    No icons: Streamlit makes a page's icon the favicon too, and fetches that from another site.
    """

    path: str
    title: str
    roles: tuple[str, ...]
    listed: bool = True


PLACES = (
    Place("studies", "Studies", EVERYBODY),
    Place("new", "New study", (OWNER,), listed=False),
    Place("study", "One study", EVERYBODY, listed=False),
    Place("edit", "Questionnaire", (OWNER,), listed=False),
    Place("data", "Data", SEES_ANSWERS),
    Place("results", "Results", SEES_ANSWERS),
    Place("upload", "Your own data", SEES_ANSWERS),
    Place("plan", "Run a plan", SEES_ANSWERS),
    Place("design", "How many people", SEES_ANSWERS),
    Place("account", "Account", EVERYBODY),
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
    return tuple(p for p in PLACES if role in p.roles)


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
