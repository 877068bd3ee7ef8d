"""Logistic, ordinal and count models as table, figure and sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.likelihood import Count, Fitted, Ordinal, count, logistic, ordinal
from analysis.likelihood.pooled import pooled_fit
from reports.figure import Coefficients
from reports.labels import Labels
from reports.table import shown
from reports.text import plain
from reports.verbs import figure, sentence, table
from reports.write import FORMATS, render

LABELS = Labels({"x": "Support", "z": "Demands", "y": "Mentor"}, {}, {("y", "1"): "Yes", ("y", "0"): "No"})


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame(rng.normal(size=(300, 2)), columns=["x", "z"])
    eta = 0.9 * frame["x"] + rng.logistic(size=300)
    frame["y"] = (eta > 0).astype(float)
    frame["o"] = np.digitize(eta, [-1.0, 0.5]).astype(float)
    frame["n"] = rng.negative_binomial(1, 1 / (1 + np.exp(0.5 + 0.4 * frame["x"]))).astype(float)
    frame["g"] = rng.choice(["a", "b"], 300)
    return frame


def models(data: pd.DataFrame) -> list[Fitted]:
    found = [
        logistic(data, "y", [["z"], ["x", "g"]]), ordinal(data, "o", [["x", "z"]]),
        count(data, "n", [["x"], ["z"]], {"cluster": "g"}), count(data.assign(n=data["x"].abs().round()), "n", [["z"]]),
        pooled_fit("logistic", logistic, [data, data.assign(x=data["x"] + 0.1 * data["z"])], "y", [["x", "z"]]),
    ]  # fmt: skip
    assert all(isinstance(one, Fitted) for one in found)
    return [one for one in found if isinstance(one, Fitted)]


def test_a_logistic_model_says_odds_ratios_and_no_cause(data: pd.DataFrame) -> None:
    found = models(data)[0]
    said = sentence(found, labels=LABELS)
    row = found.coefficient("x")
    assert (
        "Higher Support was associated with higher odds of Mentor = Yes, the other predictors held equal: "
        f"OR = {row.ratio:.2f}" in said
    )
    assert "Demands was not clearly associated with Mentor" in said
    made = table(found, labels=LABELS)
    assert plain(made.title) == "Logistic Regression Predicting Mentor"
    notes = " ".join(plain(note) for note in made.notes)
    assert "The odds are those of Yes" in notes
    assert "Nagelkerke" in notes
    assert "Step 2: χ²(2)" in notes
    text = [shown(cell) for line in made.rows for cell in line.cells]
    assert f"{row.ratio:.2f}" in text
    drawn = figure(found, labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert [point.label for point in drawn.points][:2] == ["Demands", "Support"]


def test_an_ordinal_model_shows_thresholds_and_brants_test(data: pd.DataFrame) -> None:
    found = models(data)[1]
    assert isinstance(found, Ordinal)
    made = table(found, labels=LABELS)
    names = [shown(line.cells[0]) for line in made.rows]
    assert names == ["Threshold 0 | 1", "Threshold 1 | 2", "Support", "Demands"]
    assert "Proportional odds (Brant)" in " ".join(plain(note) for note in made.notes)
    assert "Higher Support was associated with higher o" in sentence(found, labels=LABELS)


def test_a_count_says_how_far_it_is_from_poisson(data: pd.DataFrame) -> None:
    _, _, spread, even, _ = models(data)
    assert isinstance(spread, Count)
    notes = " ".join(plain(note) for note in table(spread, labels=LABELS).notes)
    assert "improves on it" in notes
    assert "clustered by g (CR1, 2 clusters)" in notes
    assert "was associated with more n" in sentence(spread, labels=LABELS) or "not clearly" in sentence(
        spread, labels=LABELS
    )
    notes = " ".join(plain(note) for note in table(even, labels=LABELS).notes)
    assert "which is the Poisson model" in notes
    assert figure(even, labels=LABELS) is None


def test_every_model_is_written_in_every_format(data: pd.DataFrame) -> None:
    for found in models(data):
        for name in FORMATS:
            assert render([table(found, labels=LABELS)], name)
