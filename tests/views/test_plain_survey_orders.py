"""Whatever is pressed, in whatever order, in two tabs: the log folds to the answers that were acknowledged last."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from survey.answers import Answers
from survey.store import Store, open_store
from tests.support.browser import ROOT
from tests.views.test_plain_survey import Browser
from views.plain import survey

KEY = b"k" * 32
ASKED = {
    "about": ("employed", "weekly"),
    "support": ("s1", "s2", "s3"),
    "work": ("tenure", "boss"),
}
STEP = st.tuples(
    st.sampled_from(("send", "send", "send", "resend", "back", "reload", "restart")),
    st.integers(0, 1),  # which tab
    st.integers(1, 5),  # what is answered
)


class Run:
    """One respondent with two tabs, and what the server has acknowledged to them."""

    def __init__(self, url: str, patch: pytest.MonkeyPatch) -> None:
        self.url, self.patch = url, patch
        self.store = self._open()
        self.tabs = [Browser().open("/study/little").send({"consent": "yes"})]
        self.token = self.tabs[0].token
        self.tabs.append(Browser().open(f"/s/{self.token}"))
        self.bodies: list[tuple[int, str, dict[str, Any]]] = []
        self.acknowledged: dict[str, object] = {"consent": "yes"}
        self.heard: set[str] = set()

    def _open(self) -> Store:
        opened = open_store(self.url, key=KEY)
        self.patch.setattr(survey, "store", lambda: opened)
        return opened

    def step(self, what: str, which: int, value: int) -> None:
        tab = self.tabs[which]
        if what == "restart":
            self.store.close()
            self.store = self._open()
        elif what == "reload":
            tab.open(str(tab.answer.url))
        elif what == "back" and 'data-press="back"' in tab.text:
            tab.send({}, "back")
        elif what == "send" and tab.page in ASKED:
            given = {name: str(value) for name in ASKED[tab.page]}
            if "employed" in given:
                given["employed"] = "yes" if value % 2 else "no"
            self.bodies.append((which, tab.action, {**tab.form(), **given, "_action": "next"}))
            self.post(*self.bodies[-1])
        elif what == "resend" and self.bodies:
            self.post(*self.bodies[value % len(self.bodies)])

    def post(self, which: int, action: str, body: dict[str, Any]) -> None:
        tab = self.tabs[which]
        tab.answer = tab.client.post(action, data=body)
        query = parse_qs(urlsplit(str(tab.answer.url)).query)
        uuid = body["_uuid"][0]
        if "n" in query or "r" in query or uuid in self.heard:
            return  # refused with words, or heard before: a page sent twice undoes nothing that came since
        self.heard.add(uuid)
        self.acknowledged.update({name: body[name] for names in ASKED.values() for name in names if name in body})

    def saved(self) -> Answers:
        session = self.store.respond.enter(self.token)
        assert session is not None
        return {name: value for name, value in session.answers.items() if name in self.acknowledged}


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


_numbers = itertools.count()


@example(steps=[("send", 0, 1), ("back", 0, 1), ("send", 0, 2), ("resend", 0, 2)])  # an old page comes again
@example(steps=[("send", 0, 1), ("send", 1, 2), ("send", 1, 4), ("resend", 0, 5)])  # a tab that has fallen behind
@example(steps=[("send", 0, 3), ("restart", 0, 1), ("send", 0, 2), ("send", 0, 1), ("back", 1, 1), ("resend", 1, 1)])
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=3, max_size=14))
def test_any_order_folds_to_what_was_acknowledged_last(steps: list[tuple[str, int, int]], folder: Path) -> None:
    url = f"sqlite:///{folder / f'{next(_numbers)}.db'}"
    made = open_store(url, key=KEY)
    made.studies.create("little", (ROOT / "tests" / "support" / "little.yaml").read_text("utf-8"))
    made.studies.set_status("little", "live")
    made.close()
    with pytest.MonkeyPatch.context() as patch:
        run = Run(url, patch)
        for step in steps:
            run.step(*step)
        expected = {
            name: value if name in ("consent", "employed") else float(str(value))
            for name, value in run.acknowledged.items()
        }
        assert run.saved() == expected
        run.store.close()
