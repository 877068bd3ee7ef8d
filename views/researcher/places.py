"""The researcher's pages by name: who may open each, and how one page leads to another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

import streamlit as st

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

OWNER, ANALYST, RECRUITER = "owner", "analyst", "recruiter"
EVERYBODY = (OWNER, ANALYST, RECRUITER)
SEES_ANSWERS = (OWNER, ANALYST)
INVITES = (OWNER, RECRUITER)
"""An analyst never meets contact details; a recruiter never meets answers."""


@dataclass(frozen=True)
class Place:
    """A page: its address, its name in the menu, its icon, who may open it, and whether the menu lists it."""

    path: str
    title: str
    icon: str
    roles: tuple[str, ...]
    listed: bool = True


PLACES = (
    Place("studies", "Studies", ":material/folder_open:", EVERYBODY),
    Place("new", "New study", ":material/add:", (OWNER,), listed=False),
    Place("study", "One study", ":material/assignment:", EVERYBODY, listed=False),
    Place("data", "Data", ":material/bar_chart:", SEES_ANSWERS),
    Place("results", "Results", ":material/query_stats:", SEES_ANSWERS),
    Place("upload", "Your own data", ":material/upload_file:", SEES_ANSWERS),
    Place("plan", "Run a plan", ":material/checklist:", SEES_ANSWERS),
    Place("account", "Account", ":material/person:", EVERYBODY),
)


def place(path: str) -> StreamlitPage:
    """The Streamlit page at ``path``; the module is imported when the page runs, not before."""
    found = next(p for p in PLACES if p.path == path)
    return st.Page(
        _runner(path),
        title=found.title,
        icon=found.icon,
        url_path=path,
        default=path == "studies",
        visibility="visible" if found.listed else "hidden",
    )


def places(role: str) -> list[StreamlitPage]:
    """The pages that exist for a role: a page that is not in this list cannot be reached by its address either."""
    return [place(p.path) for p in PLACES if role in p.roles]


def _runner(path: str) -> Callable[[], None]:
    def run() -> None:
        import_module(f"views.researcher.pages.{path}").show()

    run.__name__ = path
    return run
