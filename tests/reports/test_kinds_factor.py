"""Exploratory factors as tables, figure and sentence, and partial correlations as people read them."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.correlation import Correlation, correlation
from analysis.factor import Factor, factor
from analysis.result import NotApplicable
from reports.figure import Lines
from reports.labels import Labels
from reports.numbers import BOUNDED, show
from reports.table import EMPTY, Table, Value, shown
from reports.text import plain
from reports.verbs import figure, options, sentence, table, tables
from reports.write import FORMATS, render

LABELS = Labels({"a": "First", "z": "Age"}, {"a": "How is it going?"}, {}, frozenset())


@pytest.fixture(scope="module")
def six() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    common = rng.normal(size=(250, 2)) @ np.array([[1, 0.3], [0, 0.9]])
    rows = common[:, [0, 1, 0, 1, 0, 1]] * [1, 1.4, 0.8, 1, 0.6, 0.7] + rng.normal(size=(250, 6))
    rows[3, 2] = np.nan
    return pd.DataFrame(rows, columns=list("abcdef"))


@pytest.fixture(scope="module")
def found(six: pd.DataFrame) -> Factor:
    made = factor(six, 2, seed=1)
    assert isinstance(made, Factor)
    return made


def cells(made: Table, key: str) -> list[object]:
    place = [one.key for one in made.columns].index(key)
    return [row.cells[place] for row in made.rows]


def test_the_pattern_is_sorted_and_small_loadings_are_blank(found: Factor) -> None:
    pattern, correlations, number = tables([found], labels=LABELS)
    assert plain(pattern.title) == "Factor Loadings of 6 Items"
    names = [shown(cell) for cell in cells(pattern, "item")]
    strongest = [int(np.argmax(np.abs(row))) for row in found.loadings]
    assert sorted(names[:3]) == sorted(
        LABELS.wording(item) for item, j in zip(found.items, strongest, strict=True) if j == 0
    )
    assert names[-1] == "Share of variance"
    assert "How is it going?" in names
    first = [cell.value for cell in cells(pattern, "F1")[:3] if isinstance(cell, Value)]
    assert first == sorted(first, reverse=True)
    for j, factor_name in enumerate(found.factors):
        for name, cell in zip(names[:-1], cells(pattern, factor_name)[:-1], strict=True):
            item = "a" if name == "How is it going?" else name
            value = found.loadings[found.items.index(item)][j]
            assert cell == EMPTY if abs(value) < 0.3 else isinstance(cell, Value) and cell.value == value
    note = plain(pattern.general)
    assert "Extraction by minimum residuals from Pearson correlations; oblimin rotation." in note
    assert "within ±.30 are left blank" in note
    assert "Bartlett" not in note
    assert "1 of 250 cases were left out" in note
    assert isinstance(correlations.rows[1].cells[1], Value)
    assert correlations.rows[1].cells[1].value == found.factor_r[1][0]
    assert [cell.value for cell in cells(number, "observed") if isinstance(cell, Value)] == [
        rank.observed for rank in found.parallel
    ]
    assert cells(number, "map")[-1] == EMPTY
    assert "Parallel analysis suggests 2 factors" in plain(number.general)


def test_bartletts_test_is_printed_when_asked_for(found: Factor) -> None:
    note = plain(table(found, options=options(LABELS, {"bartlett"})).general)
    assert "Bartlett's test: χ" in note
    assert "p < .001" in note


def test_the_figure_is_the_scree_of_data_and_chance(found: Factor) -> None:
    drawn = figure(found, labels=LABELS)
    assert isinstance(drawn, Lines)
    assert drawn.series == ("Data", "Chance: mean", "Chance: 95th percentile")
    assert drawn.values[0] == tuple(rank.observed for rank in found.parallel)
    assert drawn.values[2] == tuple(rank.percentile for rank in found.parallel)


def test_the_sentence_says_how_many_and_how_much(found: Factor) -> None:
    text = sentence(found, labels=LABELS)
    assert text.startswith(f"6 items (N = 249, Kaiser–Meyer–Olkin measure = {show(found.kmo, BOUNDED)}): the parallel")
    assert "suggests 2 factors, the minimum average partial 2 factors." in text
    share = f"{100 * sum(found.variance):.0f}%"
    assert f"2 factors by minimum residuals (oblimin rotation) explain {share} of the variance" in text
    assert text.endswith(f"and correlate with r = {show(found.factor_r[0][1], BOUNDED)}.")
    three = factor(pd.DataFrame(np.random.default_rng(2).normal(size=(90, 7))).set_axis(list("abcdefg"), axis=1), 3)
    assert " and correlate with r from " in sentence(three)
    plainly = replace(found, rotate="varimax")
    assert sentence(plainly).endswith("of the variance.")


def test_what_has_no_factors_shows_the_rest(six: pd.DataFrame) -> None:
    many = factor(six, 4)
    assert isinstance(many, Factor)
    (only,) = tables([many], labels=LABELS)
    assert "Factors are not applicable, because 4 factors of 6 items are not identified" in plain(only.general)
    assert table(many) == replace(only, number=0)
    assert "not identified" in sentence(many)
    none = factor(six.assign(a=1.0))
    assert isinstance(none, NotApplicable)
    (bare,) = tables([none])
    assert "item a is constant" in shown(bare.rows[0].cells[0])


@pytest.mark.parametrize("ending", FORMATS)
def test_every_writer_takes_it(ending: str, found: Factor) -> None:
    for made in tables([found], labels=LABELS):
        assert render(made, ending)


def test_heywood_loadings_above_one_keep_their_zero(found: Factor) -> None:
    loadings = ((1.2, 0.0), *found.loadings[1:])
    made = tables([replace(found, loadings=loadings, communality=(1.44, *found.communality[1:]))])[0]
    row = next(row for row in made.rows if shown(row.cells[0]) == "a")
    assert shown(row.cells[1]) == "1.20"
    assert shown(row.cells[3]) == "1.44"


def test_partial_correlations_say_what_is_held_constant(six: pd.DataFrame) -> None:
    made = correlation(six.assign(z=np.arange(250.0)), partial=["z"])
    assert isinstance(made, Correlation)
    assert "Partial correlations: Age is held constant." in plain(table(made, labels=LABELS).general)
    pair = correlation(six[["a", "b"]].assign(z=np.arange(250.0), y=six["c"]), partial=["z", "y"])
    assert isinstance(pair, Correlation)
    text = sentence(pair, labels=LABELS)
    assert text.startswith("Age and y are held constant. First and b were")
    assert f"r({pair.pairs[0].n - 4})" in text
    assert math.isfinite(pair.pairs[0].p)
