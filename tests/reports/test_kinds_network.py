"""Measures of networks as table, figure and sentence."""

from __future__ import annotations

import pytest

from analysis.network import Networks, networks
from analysis.network.result import called
from analysis.simulate import simulate
from reports.figure import Bars
from reports.labels import labels_of
from reports.numbers import show
from reports.table import Value, shown
from reports.text import plain
from reports.verbs import figure, sentence, table
from reports.write import FORMATS, render
from survey.instrument.load import shipped

INSTRUMENT = shipped("two-supports")


@pytest.fixture(scope="module")
def result() -> Networks:
    found = networks(simulate(INSTRUMENT, 60, 4).dataset, "ties")
    assert isinstance(found, Networks)
    return found


def test_the_table_has_a_row_a_measure(result: Networks) -> None:
    made = table(result)
    assert [shown(row.cells[0]) for row in made.rows] == [called(row.measure) for row in result.spreads]
    for place, name in enumerate(("n", "mean", "sd", "min", "max"), start=1):
        cells = [row.cells[place] for row in made.rows]
        assert [c.value for c in cells if isinstance(c, Value)] == [getattr(row, name) for row in result.spreads]
    note = plain(made.general)
    assert "Balance: 1 = all named for instrumental, −1 = all for psychosocial support." in note
    assert "E-I index" in note
    assert "were asked about, a sample" in note
    assert all(len(render(made, ending)) > 100 for ending in FORMATS)


def test_the_figure_counts_the_people_named(result: Networks) -> None:
    drawn = figure(result)
    assert isinstance(drawn, Bars)
    sizes = result.values["size"]
    assert sum(drawn.counts) == len(sizes)
    assert drawn.counts[int(sizes.max())] == (sizes == sizes.max()).sum()


def test_the_sentence_says_every_measure(result: Networks) -> None:
    text = sentence(result)
    assert text.startswith(f"60 respondents named {result.people} people.")
    size = result.spreads[0]
    assert f"People named: M = {show(size.mean)}, SD = {show(size.sd)}" in text


def test_measures_have_labels_where_they_are_variables() -> None:
    labels = labels_of(INSTRUMENT)
    assert labels("ties.size") == "People named"
    assert labels("ties.n_instrumental") == "People named (instrumental)"
