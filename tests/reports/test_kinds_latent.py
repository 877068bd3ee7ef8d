"""Moderation between factors as table, figure and sentence."""

from __future__ import annotations

from analysis.moderation.latent import latent_moderation
from reports.figure import Coefficients
from reports.labels import Labels
from reports.table import shown
from reports.text import plain
from reports.verbs import figure, figures, sentence, table
from reports.write import FORMATS, render
from tests.analysis.test_latent import NAMES, SCALES, held, sample

LABELS = Labels({"x": "Demands", "w": "Support", "y": "Stress"})


def test_paths_slopes_and_fit_are_told_and_written_in_every_format() -> None:
    found = held(latent_moderation(sample(), SCALES, *NAMES))
    said = sentence(found, labels=LABELS)
    assert said.startswith("Between the factors, the slope of Stress on Demands depended on Support: product β = ")
    assert "The slope was β = " in said
    assert " at low Support, 95% CI [" in said
    shown_ = table(found, labels=LABELS)
    assert [shown(row.cells[0]) for row in shown_.rows] == [
        "Demands", "Support", "Demands × Support", "Slope of Demands", "At low Support", "At mean Support",
        "At high Support",
    ]  # fmt: skip
    note = plain(shown_.general)
    assert "3 products of items, matched by their loadings: x1 × w1" in note
    assert "CFI = " in note
    assert "Huber and White" in note
    drawn = figure(found, labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert len(drawn.points) == 6
    assert figures([found], labels=LABELS) == (drawn,)
    for name in FORMATS:
        assert render([shown_], name)
    weak = held(latent_moderation(sample(effect=0.0), SCALES, *NAMES, pairs="all"))
    assert "did not clearly depend on" in sentence(weak, labels=LABELS)
    assert "each with each" in plain(table(weak, labels=LABELS).general)
