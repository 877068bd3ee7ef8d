"""What others have scored is worked out by one of those who finish, and keeps nobody else waiting."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from analysis.own import FEWEST_OTHERS
from views.respondent import others


def test_while_scores_are_worked_out_anew_others_get_what_was_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """At ten thousand respondents it takes seconds, and nobody who finishes meanwhile is to wait for them."""
    fresh: dict[str, dict[str, float]] = {"instrumental": {"a": 2.0}}
    inside, go = threading.Event(), threading.Event()

    class Slow:
        completed = FEWEST_OTHERS + 1

        def counts(self, slug: str, wave: int | None) -> Slow:
            return self

        def dataset(self, slug: str, wave: int | None) -> None:
            inside.set()
            assert go.wait(30)

    made: Any = SimpleNamespace(url="x", results=Slow())
    study: Any = SimpleNamespace(id="s", phase="live", slug="s")
    monkeypatch.setattr(others, "scores_of", lambda data, scales: fresh)
    one = others.Others()
    go.set()
    assert one._of(made, study, ("instrumental",), None) == (FEWEST_OTHERS + 1, fresh)
    go.clear()
    inside.clear()
    monkeypatch.setattr(others, "KEPT_FOR", 0.0)
    known, fresh = fresh, {"instrumental": {"a": 3.0}}
    found: list[Any] = []
    first = threading.Thread(target=lambda: found.append(one._of(made, study, ("instrumental",), None)))
    first.start()
    assert inside.wait(30)
    assert one._of(made, study, ("instrumental",), None)[1] == known
    go.set()
    first.join(30)
    assert found[0][1] == fresh
