"""Actor-partner models as table, figure and sentence."""

from __future__ import annotations

import pytest

from analysis.dyad import Dyad, dyad
from reports.figure import Coefficients, Diagram
from reports.labels import Labels
from reports.numbers import BETA, show
from reports.table import Value, shown
from reports.text import plain
from reports.verbs import figure, sentence, table
from reports.write import FORMATS, render
from tests.support.reference import data

LABELS = Labels({"y": "Stress", "x": "Support", "role": "Role"}, levels={("role", "protege"): "Protégé"})


def made(predictors: list[str], role: str = "") -> Dyad:
    found = dyad(data("dyads"), "y", predictors, "dyad", role, resamples=200)
    assert isinstance(found, Dyad)
    return found


def test_the_table_stands_by_role_with_the_own_effect_first() -> None:
    found = made(["x"], "role")
    one = table(found, labels=LABELS)
    assert plain(one.title) == "Actor and Partner Effects on Stress"
    assert [shown(row.cells[0]) for row in one.rows] == [
        "mentor", "Intercept", "Support: own", "Support: partner’s", "Protégé", "Intercept", "Support: own",
        "Support: partner’s",
    ]  # fmt: skip
    by_term = {e.term: e.b for e in found.effects}
    cell = one.rows[6].cells[1]
    assert isinstance(cell, Value)
    assert cell.value == by_term["x[actor, protege]"]
    note = plain(one.general)
    assert "104 complete dyads" in note
    assert "Left out: dyads of one member (2)." in note
    assert "k of Support, Protégé = " in note


def test_sentence_and_figures() -> None:
    found = made(["x"], "role")
    text = sentence(found, labels=LABELS)
    assert text.startswith("Actor–partner model of Stress in 104 dyads of mentor and Protégé.")
    drawn = figure(found, labels=LABELS)
    assert isinstance(drawn, Diagram)
    partner = next(e for e in found.effects if e.term == "x[partner, mentor]")
    assert f"Support, Protégé to Stress, mentor {show(partner.beta, BETA)}" in drawn.alt
    alike = made(["x", "z"])
    drawn = figure(alike, labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert [point.estimate for point in drawn.points] == [
        next(e.b for e in alike.effects if e.term == term)
        for term in ("x[actor]", "x[partner]", "z[actor]", "z[partner]")
    ]
    assert "t(" in sentence(alike, labels=LABELS)


@pytest.mark.parametrize("ending", FORMATS)
def test_every_writer_takes_them(ending: str) -> None:
    assert len(render(table(made(["x"], "role"), labels=LABELS), ending)) > 100
