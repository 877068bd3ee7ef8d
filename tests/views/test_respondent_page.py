"""The page that Streamlit runs, by Streamlit's own test harness: who sees which page, and what travels."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.testing.v1 import AppTest

from survey.store import Store
from tests.support.browser import ROOT
from views import database, limits
from views.components import survey_module, survey_path
from views.respondent.page import turn_of
from views.respondent.turn import Press
from views.respondent.visit import Visit, arrive

LITTLE = (ROOT / "tests" / "support" / "little.yaml").read_text("utf-8")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setenv("TWOFOLD_DATABASE", f"sqlite:///{tmp_path / 'page.db'}")
    opened = database.store()
    opened.studies.create("little", LITTLE)
    opened.studies.set_status("little", "live")
    yield opened
    opened.close()


def run(**query: str) -> AppTest:
    app = AppTest.from_file(str(ROOT / "views" / "main.py"), default_timeout=30)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def shown(app: AppTest) -> dict[str, Any]:
    """The view that the component was given."""
    (element,) = [node for node in app.main.children.values() if isinstance(node.proto, BidiComponent)]
    proto = element.proto
    return dict(json.loads(proto.mixed.json or proto.json))


def test_without_a_link_there_is_a_way_to_sign_in_and_nothing_else(store: Store) -> None:
    view = shown(run())
    assert view["heading"] == "For researchers"
    assert view["link_to"]["href"] == "/auth/login"
    assert "next" not in view


def test_an_open_link_shows_consent_and_counts_one_opening(store: Store) -> None:
    app = run(study="little")
    view = shown(app)
    assert view["page"] == "consent"
    assert view["title"] == "A little survey"
    assert view["back"] is None
    assert view["link"] is None
    assert app.query_params["p"] == "consent"
    assert app.query_params["v"]
    app.run()
    assert store.studies.get("little").opened == 1
    run(study="little", v=app.query_params["v"], p="consent")  # a reload is not another opening
    assert store.studies.get("little").opened == 1
    assert store.results.counts("little").started == 0


def test_a_token_shows_where_its_respondent_goes_on(store: Store) -> None:
    ((_, token),) = store.invitations.create("little", 1)
    view = shown(run(s=token))
    assert view["page"] == "consent"


@pytest.mark.parametrize("page", ["studies", "data", "account"])
def test_no_researchers_page_exists_for_a_respondent(store: Store, page: str) -> None:
    app = run(study="little", page=page)
    assert shown(app)["page"] == "consent"


def test_an_unknown_link_is_explained(store: Store) -> None:
    assert shown(run(s="x"))["heading"] == "We cannot find this page"
    assert shown(run(preview="little"))["heading"] == "We cannot find this page"


def test_what_travels_with_a_page_is_small(store: Store) -> None:
    app = run(study="little")
    (element,) = [node for node in app.main.children.values() if isinstance(node.proto, BidiComponent)]
    assert len(element.proto.SerializeToString()) < 4000
    assert survey_path() in element.proto.js_content


def test_the_component_writes_no_markup_from_data() -> None:
    source = survey_module().split("\n", 1)[1]
    for risky in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert risky not in source


def test_the_front_door_is_found_by_streamlit_and_by_uvicorn() -> None:
    from streamlit.web.server.app_discovery import discover_asgi_app

    assert discover_asgi_app(ROOT / "app.py").import_string == "app:app"
    told = (
        "import app, streamlit.config as settings;"
        "print(settings.get_option('server.fileWatcherType'), app.app.script_path.is_absolute())"
    )
    made = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {told}"],
        cwd=ROOT.anchor, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert made.stdout.split() == ["none", "True"]


def test_pages_in_a_flood_are_not_saved_and_stay_with_what_was_picked(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = limits.Budget(1, 60)
    monkeypatch.setattr(limits, "sent_pages", lambda: budget)
    visit = arrive({"study": "little"}, store, researcher=False)
    assert isinstance(visit, Visit)
    page = visit.page(None)

    def press(number: int) -> Press:
        return Press(str(number), "next", page, number - 1, {"consent": "yes"}, False, 1.0)

    saved = turn_of(visit, press(1), "192.0.2.7")
    assert (saved.notice, saved.session.submitted) == (None, {"consent"})
    held = turn_of(visit, press(2), "192.0.2.7")
    assert (held.page, held.notice, held.session.submitted) == (page, ("error", "not_saved"), frozenset())
    assert turn_of(visit, press(1), "192.0.2.8").session.submitted == {"consent"}  # another network; saved already
    assert store.results.counts("little").started == 1
