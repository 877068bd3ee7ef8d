"""Contrasts, dominance and response surfaces as table, figure and sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.contrast import coefficients, paired
from analysis.dominance import dominance
from analysis.surface import ResponseSurface, response_surface
from reports.figure import Coefficients, Contour
from reports.labels import Labels
from reports.table import shown
from reports.text import plain
from reports.verbs import figure, figures, sentence, table
from reports.write import FORMATS, render

LABELS = Labels({"x": "Support", "z": "Demands", "y": "Stress"})


def sample() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(200, 2)), columns=["x", "z"])
    return frame.assign(y=0.2 * frame["x"] + 0.9 * frame["z"] + rng.normal(size=200))


def test_each_says_what_it_found_and_is_written_in_every_format() -> None:
    frame = sample()
    contrast = coefficients([frame], "y", [["x", "z"]], ("z", "x"), equivalence=0.1)
    said = sentence(contrast, labels=LABELS)
    assert "The coefficient of Demands (on Stress) exceeded that of Support (on Stress): Δβ =" in said
    assert "Two one-sided tests that it lies within ±0.10" in said
    assert sentence(paired([frame], ("x", "z")), labels=LABELS).startswith(
        "Support did not clearly differ from Demands: "
    )
    weights = dominance([frame], "y", ["x", "z"])
    assert [shown(row.cells[0]) for row in table(weights, labels=LABELS).rows] == ["Demands", "Support"]
    assert "Complete dominance: Demands over Support." in plain(table(weights, labels=LABELS).general)
    assert "the shares were: Demands" in sentence(weights, labels=LABELS)
    surface = response_surface([frame], "y", "x", "z")
    assert "Along the line of agreement Stress had a clear slope: a₁ =" in sentence(surface, labels=LABELS)
    assert "the mean of their means" in plain(table(surface, labels=LABELS).general)
    assert figure(contrast, labels=LABELS) is None
    assert figure(weights, labels=LABELS) is not None
    drawn = figure(surface, labels=LABELS)
    assert isinstance(drawn, Contour)
    assert isinstance(surface, ResponseSurface)
    assert drawn.values[3][8] == surface.at(drawn.at[8], drawn.at[3])
    assert drawn.middle == pytest.approx(surface.centre)
    assert [type(spec) for spec in figures([surface], labels=LABELS)] == [Contour, Coefficients]
    for found in (contrast, weights, surface):
        for name in FORMATS:
            assert render([table(found, labels=LABELS)], name)
