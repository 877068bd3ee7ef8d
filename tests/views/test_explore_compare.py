"""The explorer's view of groups, on a study."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.store import Store
from tests.views.researcher_support import FILLED, again, fill, look_at, open_page, people, temporary_store, words


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


def test_groups_are_compared_at_once(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = people(store)["owner"]
    fill(store)
    page = open_page("results", owner, monkeypatch, name=FILLED)
    look_at(page, "compare")
    assert "Pick an outcome and what tells the groups apart" in words(page)
    again(page.selectbox(key="c_outcome").set_value("stress"))
    again(page.selectbox(key="c_by").set_value("ck1"))
    said = words(page)
    assert "Compared by" in said
    assert "Welch" in said
