"""The page that says how many people a plan needs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.instrument.load import shipped_text
from survey.store import Store, User
from tests.views.researcher_support import again, open_page, people, temporary_store, words

Patch = pytest.MonkeyPatch
PRIMARY = "{id: A, kind: regression, outcome: health, blocks: [[stress]], tier: primary, expect: negative}"
SECONDARY = "{id: B, kind: correlation, variables: [demands, stress], expect: positive}"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: Patch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


@pytest.fixture
def owner(store: Store) -> User:
    return people(store)["owner"]


def study(store: Store, *analyses: str) -> None:
    store.studies.create("planned", shipped_text("two-supports"), "Planned")
    text = "format: twofold-plan/1\ninstrument: two-supports\nanalyses:\n"
    store.studies.set_plan("planned", text + "".join(f"  - {one}\n" for one in analyses))


@pytest.mark.parametrize(
    ("analyses", "alone", "told"),
    [((PRIMARY, SECONDARY), True, {"A"}), ((PRIMARY, SECONDARY), False, {"A", "B"}), ((SECONDARY,), True, {"B"})],
)
def test_the_claims_that_are_asked_for_get_their_power(
    analyses: tuple[str, ...], alone: bool, told: set[str], store: Store, owner: User, monkeypatch: Patch
) -> None:
    """Primary claims alone where the plan has some; every claim where it has none, or all are wanted."""
    monkeypatch.setattr("views.researcher.design.RUNS", {2: "2"})
    study(store, *analyses)
    page = open_page("design", owner, monkeypatch, name="planned")
    assert page.checkbox(key="d_primary").value
    page.checkbox(key="d_primary").set_value(alone)
    page.number_input(key="d_low").set_value(50)
    page.number_input(key="d_high").set_value(50)
    assert "What the plan needs" not in words(page)
    page = again(page.button(key="simulate").click())
    assert "What the plan needs" in words(page)
    found = page.session_state["power"][1]
    assert {one.analysis for one in found.hypotheses} == told
    assert [point.n for point in found.hypotheses[0].points] == [50]
    page = again(page.number_input(key="d_high").set_value(60))
    assert "What the plan needs" not in words(page), "other settings have another answer"


def test_a_plan_without_a_claim_says_so(store: Store, owner: User, monkeypatch: Patch) -> None:
    monkeypatch.setattr("views.researcher.design.RUNS", {2: "2"})
    study(store, "{kind: descriptives, variables: [stress]}")
    page = open_page("design", owner, monkeypatch, name="planned")
    page = again(page.button(key="simulate").click())
    assert "the plan makes no claim" in words(page)
