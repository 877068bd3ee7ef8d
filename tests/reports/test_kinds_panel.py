"""Panels as tables, diagrams and sentences."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.panel import panel
from analysis.panel.result import Panel
from analysis.result import NotApplicable
from reports.figure import Diagram, Lines
from reports.labels import Labels
from reports.numbers import BETA, show
from reports.table import Value, shown
from reports.text import plain
from reports.verbs import figure, figures, sentence, table, tables
from reports.write import FORMATS, render
from tests.analysis.test_panel import names, wide

LABELS = Labels({"stress": "Stress", "support": "Support", "age": "Age"})


@pytest.fixture(scope="module")
def three() -> Panel:
    found = panel(wide(), *names(1, 2, 3), ["age"])
    assert isinstance(found, Panel)
    return found


def test_tables_hold_every_path_at_full_precision(three: Panel) -> None:
    made = tables([three], labels=LABELS)
    assert [plain(one.title) for one in made] == [
        "Random-intercept cross-lagged model", "Cross-lagged model", "Linear Growth Over Waves",
        "Who Stayed and Who Left", "Robustness to Attrition",
    ]  # fmt: skip
    for one, model in zip(made, three.models, strict=False):
        rows = [row for row in one.rows if row.kind == "data"]
        held = {row.cells[1].value for row in rows if isinstance(row.cells[1], Value)}
        assert held == {path.b for path in model.paths}
    first = [shown(row.cells[0]) for row in made[0].rows]
    assert first[:2] == ["Stability", "Stress, wave 1 → Stress, wave 2"]
    assert "Random intercepts" in first
    assert "Stress and Support" in first
    assert "within persons" in plain(made[0].general)
    assert "Of 260 in the first wave 159" in plain(made[3].general)
    weighted = [row.cells[1].value for row in made[4].rows if row.kind == "data" and isinstance(row.cells[1], Value)]
    assert sorted(weighted) == sorted(path.b for path in three.attrition.paths)
    assert table(three, labels=LABELS) == table(three, labels=LABELS)


def test_sentence_and_figures_say_the_same(three: Panel) -> None:
    text = sentence(three, labels=LABELS)
    assert text.startswith("Random-intercept cross-lagged model of Stress and Support (n = 260): χ²(")
    crossed = next(path for path in three.main.paths if path.term == "support@1->stress@2")
    assert f"Support, wave 1 → Stress, wave 2 β = {show(crossed.beta, BETA)}" in text
    assert "If the paths were held equal over time: Δχ²(4)" in text
    drawn = figures([three], labels=LABELS)
    assert [type(one) for one in drawn] == [Diagram, Diagram, Lines, Lines]
    diagram = figure(three, labels=LABELS)
    assert isinstance(diagram, Diagram)
    assert len(diagram.nodes) == 6
    assert len(diagram.arrows) == 8 + 3
    assert "Support, wave 1 to Stress, wave 2 " + show(crossed.beta, BETA) in diagram.alt


def test_two_waves_and_what_failed_in_words() -> None:
    two = panel(wide(), *names(1, 2))
    assert isinstance(two, Panel)
    assert "just identified" in sentence(two, labels=LABELS)
    assert "no degrees of freedom" in plain(tables([two], labels=LABELS)[0].general)
    failed = NotApplicable("panel", "", "x@1 is constant")
    assert "Not applicable" in shown(tables([two, failed], labels=LABELS)[-1].rows[0].cells[0])
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(30, 6)), columns=[*names(1, 2, 3)[0], *names(1, 2, 3)[1]])
    weak = panel(frame, *names(1, 2, 3))
    assert isinstance(weak, Panel)
    assert len(tables([weak], labels=LABELS)) >= 4
    assert sentence(weak, labels=LABELS)
    assert len(figures([weak], labels=LABELS)) >= 1


@pytest.mark.parametrize("ending", FORMATS)
def test_every_writer_takes_them(three: Panel, ending: str) -> None:
    for made in tables([three], labels=LABELS):
        assert len(render(made, ending)) > 100
