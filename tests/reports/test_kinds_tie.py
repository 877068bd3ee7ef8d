"""Models of ties as table, figure and sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.tie import Ties, tie_model
from reports.figure import Coefficients
from reports.labels import Labels
from reports.table import Interval, Table, Value, shown
from reports.text import plain
from reports.verbs import figure, sentence, table
from reports.write import FORMATS, render

LABELS = Labels({"y": "Novelty", "yes": "Support", "x": "Closeness", "k": "Context"}, levels={("k", "b"): "home"})


def fitted(model: str, family: str) -> Ties:
    rng = np.random.default_rng(2)
    member = np.repeat(np.arange(50), 5)
    x = rng.normal(size=250)
    u = rng.normal(size=50)[member]
    yes = (rng.random(250) < 1 / (1 + np.exp(-x - u))).astype(float)
    frame = pd.DataFrame({"id": member, "x": x, "y": x + u + rng.normal(size=250), "yes": yes})
    frame["k"] = rng.choice(["a", "b"], 250)
    frame.loc[3, "x"] = np.nan
    found = tie_model(frame, "y" if family == "gaussian" else "yes", ["x", "k"], model=model, family=family,
                      centred=["x"])  # fmt: skip
    assert isinstance(found, Ties)
    return found


def cells(made: Table, key: str) -> list[object]:
    place = [one.key for one in made.columns].index(key)
    return [row.cells[place] for row in made.rows]


@pytest.mark.parametrize("model", ["marginal", "conditional"])
@pytest.mark.parametrize("family", ["gaussian", "binomial"])
def test_the_table_holds_every_number_and_says_which_it_is(model: str, family: str) -> None:
    found = fitted(model, family)
    made = table(found, labels=LABELS)
    names = [shown(row.cells[0]) for row in made.rows]
    assert names == ["Intercept", "Closeness (within)", "Closeness (between)", "Context: home"]
    for key in ("b", "se", "z", "p"):
        assert [c.value for c in cells(made, key) if isinstance(c, Value)] == [getattr(r, key) for r in found.terms]
    assert [(c.low, c.high) for c in cells(made, "ci") if isinstance(c, Interval)] == [
        (row.ci_low, row.ci_high) for row in found.terms
    ]
    keys = [one.key for one in made.columns]
    assert ("odds_ratio" in keys) == (family == "binomial")
    assert ("df" in keys) == (model == "conditional" and family == "gaussian")
    note = plain(made.general)
    assert note.startswith("249 ties of 50 respondents (1 left out because a value was missing).")
    assert f": {model}, differences" in note
    assert ("Working correlation" in note) == (model == "marginal")
    assert ("Variance of respondents' intercepts" in note) == (model == "conditional")
    assert "Categories are compared with: Context (a)." in note
    assert all(len(render(made, ending)) > 100 for ending in FORMATS)


def test_the_sentence_says_odds_and_direction() -> None:
    text = sentence(fitted("marginal", "binomial"), labels=LABELS)
    assert text.startswith("A marginal model of Support, over 249 ties of 50 respondents.")
    assert "Higher Closeness (within) was associated with higher odds of Support: b = " in text
    assert ", OR = " in text
    assert ", z = " in text
    number = sentence(fitted("conditional", "gaussian"), labels=LABELS)
    assert "Higher Closeness (within) was associated with higher Novelty: b = " in number
    assert ", t(" in number


def test_coefficients_are_drawn() -> None:
    found = fitted("conditional", "binomial")
    drawn = figure(found, labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert [point.estimate for point in drawn.points] == [row.b for row in found.terms[1:]]
    assert "Logarithm of the odds ratio" in drawn.axis
