"""Agreement and stability as table, figure and sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.agreement import Agreement, agreement
from analysis.result import NotApplicable
from analysis.retest import Retest, retest
from reports.figure import Coefficients
from reports.labels import Labels
from reports.numbers import BOUNDED, show
from reports.table import Interval, Table, Value, shown
from reports.text import plain
from reports.verbs import figure, figures, sentence, table, tables
from reports.write import FORMATS, render

LABELS = Labels({"help": "Support", "team": "Team"}, {}, {}, frozenset())


@pytest.fixture(scope="module")
def teams() -> Agreement:
    rng = np.random.default_rng(4)
    member = np.repeat(np.arange(30), 6)
    common = rng.normal(size=(30, 1))[member] + rng.normal(size=(180, 1))
    items = pd.DataFrame(np.clip(np.round(3 + 0.8 * common + rng.normal(size=(180, 3))), 1, 5), columns=list("abc"))
    found = agreement(items.mean(axis=1), member, items, scale="help", group="team", options=5)
    assert isinstance(found, Agreement)
    return found


@pytest.fixture(scope="module")
def waves() -> Retest:
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(60, 1)) + 0.5 * rng.normal(size=(60, 3))
    rows[0, 2] = np.nan
    found = retest(pd.DataFrame(rows, columns=["1", "2", "3"]), scale="help")
    assert isinstance(found, Retest)
    return found


def column(made: Table, key: str) -> list[object]:
    place = [one.key for one in made.columns].index(key)
    return [row.cells[place] for row in made.rows]


def test_agreement_shows_both_nulls_at_full_precision(teams: Agreement) -> None:
    made = table(teams, labels=LABELS)
    assert plain(made.title) == "Agreement on Support Within Team"
    assert [shown(row.cells[0]) for row in made.rows] == ["Uniform", "Slightly skewed"]
    for key in ("variance", "rwg_mean", "rwg_median", "rwgj_mean", "rwgj_median"):
        assert [cell.value for cell in column(made, key) if isinstance(cell, Value)] == [
            getattr(one, key) for one in teams.nulls
        ]
    text = sentence(teams, labels=LABELS)
    assert text.startswith("Support in 30 groups (Team, n = 180): ICC(1) = " + show(teams.icc1, BOUNDED))
    assert "F(29, 150) = " in text
    assert "Against a uniform null distribution the mean rWG(J)" in text.replace("_", "") or "WG(J)" in text
    assert f"ω was {show(teams.omega_within, BOUNDED)} within groups" in text
    drawn = figure(teams, labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert [point.estimate for point in drawn.points][:2] == [teams.nulls[0].rwg_mean, teams.nulls[0].rwgj_mean]


def test_agreement_of_one_item_and_a_given_null(teams: Agreement) -> None:
    score = pd.Series([1.0, 2, 2, 3, 4, 4, 5, 3])
    one = agreement(score, list("aabbccdd"), scale="help", group="team", null=1.5)
    assert isinstance(one, Agreement)
    made = table(one, labels=LABELS)
    assert [item.key for item in made.columns] == ["null", "variance", "rwg_mean", "rwg_median"]
    assert "given (σ² = 1.50) null" in sentence(one, labels=LABELS)
    bare = agreement(score, list("aabbccdd"), scale="help", group="team")
    assert isinstance(bare, Agreement)
    assert figure(bare, labels=LABELS) is None
    assert "null distribution the mean" not in sentence(bare, labels=LABELS)
    failed = NotApplicable("agreement", "help", "no group of 'team' has two members with a score")
    assert [len(each.rows) for each in tables([teams, failed], labels=LABELS)] == [2, 1]


def test_stability_shows_six_forms_and_the_waves(waves: Retest) -> None:
    first, second = tables([waves], labels=LABELS)
    assert plain(first.title) == "Stability of Support Over Waves 1, 2, 3"
    assert [cell.value for cell in column(first, "icc") if isinstance(cell, Value)] == [one.icc for one in waves.iccs]
    assert [(cell.low, cell.high) for cell in column(first, "icc_ci") if isinstance(cell, Interval)] == [
        (one.low, one.high) for one in waves.iccs
    ]
    assert [one.key for one in second.columns] == ["wave", "mean", "sd", "r_2", "r_3"]
    assert [cell.value for cell in column(second, "r_3") if isinstance(cell, Value)] == [
        waves.pairs[1].r, waves.pairs[2].r,
    ]  # fmt: skip
    text = sentence(waves, labels=LABELS)
    assert text.startswith(f"Support over waves 1, 2, 3 (n = 60): ICC2 = {show(waves.iccs[1].icc, BOUNDED)}, 95% CI [")
    assert f"a change under {show(waves.sdc)}" in text
    assert "% rose and" in text
    assert "%%" not in text
    (drawn,) = figures([waves], labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert [point.low for point in drawn.points] == [one.low for one in waves.iccs]
    failed = NotApplicable("retest", "help", "stability needs two waves or more")
    assert "two waves or more" in shown(tables([failed], labels=LABELS)[0].rows[0].cells[0])


@pytest.mark.parametrize("ending", FORMATS)
def test_every_writer_takes_them(teams: Agreement, waves: Retest, ending: str) -> None:
    for made in tables([teams], labels=LABELS) + tables([waves], labels=LABELS):
        assert len(render(made, ending)) > 100
