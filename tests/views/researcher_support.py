"""For the tests of researchers' pages: a store in a folder of its own, and a page run as a person of some role."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Widget

from analysis.simulate import simulate
from survey.dataset.model import Dataset
from survey.instrument.load import shipped, shipped_plan_text, shipped_text
from survey.store import Store, User, open_store

PASSWORD = "correct horse battery"
FILLED = "demo"


@lru_cache(maxsize=1)
def simulated() -> Dataset:
    """120 simulated respondents of the shipped questionnaire."""
    return simulate(shipped("two-supports"), 120, 7).dataset


def fill(store: Store, slug: str = FILLED, phase: str = "live", lock: bool = True) -> None:
    """A study of the shipped questionnaire with simulated answers, its plan locked before they came."""
    store.studies.create(slug, shipped_text("two-supports"), "Demo: simulated")
    store.studies.set_plan(slug, shipped_plan_text("two-supports"))
    if lock:
        store.plans.lock(slug, "at 120 simulated respondents")
    store.studies.set_status(slug, phase)
    store.respond.load_simulated(slug, simulated())


def people(store: Store) -> dict[str, User]:
    """One person of each role."""
    owner = store.accounts.create_owner(store.accounts.setup_code() or "", "Ada", PASSWORD)
    analyst = store.accounts.add_user("Anna", "analyst", PASSWORD)
    recruiter = store.accounts.add_user("Rob", "recruiter", PASSWORD)
    return {"owner": owner, "analyst": analyst, "recruiter": recruiter}


def temporary_store(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the pages meet, by the environment as in life."""
    url = f"sqlite:///{folder / 'test.db'}"
    monkeypatch.setenv("TWOFOLD_DATABASE", url)
    monkeypatch.setenv("TWOFOLD_KEY", "a" * 44)
    opened = open_store(url)
    yield opened
    opened.close()


def _script(path: str) -> None:
    from importlib import import_module

    import streamlit as st

    from views.researcher.pages import researcher_pages
    from views.session import current_user

    user = current_user()
    st.navigation(researcher_pages(user) if user else [st.Page(lambda: None, title="Out")], position="hidden")
    import_module(f"views.researcher.pages.{path}").show()


def open_page(path: str, user: User | None, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    """A page run once as this person; an exception in it fails the test."""
    monkeypatch.setattr("views.session.current_user", lambda: user)
    page = AppTest.from_function(_script, default_timeout=90, kwargs={"path": path})
    for name, value in query.items():
        page.query_params[name] = value
    return again(page)


def again(touched: AppTest | Widget) -> AppTest:
    """Run a page again, by itself or after one of its widgets was touched."""
    page: AppTest = touched.run()
    assert not page.exception, [e.message for e in page.exception]
    return page


def look_at(page: AppTest, view: str) -> AppTest:
    """Another view of the explorer: first what it is about, then the view."""
    from views.researcher.pages.results import GROUPS

    group = next(group for group, views in GROUPS.items() if view in views)
    if page.segmented_control(key="about").value != group:
        again(page.segmented_control(key="about").set_value(group))
    return again(page.segmented_control(key="view").set_value(view))


def words(page: AppTest) -> str:
    """Everything that a page says, in one text."""
    kinds = (page.title, page.header, page.markdown, page.caption, page.text, page.error, page.info, page.success)
    said = [str(element.value) for kind in kinds for element in kind]
    return "\n".join([*said, *(str(e.proto.body) for e in page.get("html"))])
