"""Simulated networks: the tables fit the instrument, the truths come back, and the null world relates nothing."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest

from analysis.simulate import simulate
from analysis.simulate.ties import CONTEXTS, TRUTH
from survey.dataset.ties import generators, interpreter_columns
from survey.instrument.load import load, shipped
from tests.support.browser import ROOT

INSTRUMENT = shipped("two-supports")
NETWORK = INSTRUMENT.networks["ties"]
MANY = simulate(INSTRUMENT, 6_000, 11)
TIES, BETWEEN = MANY.dataset.ties, MANY.dataset.between
ASKED = TIES[TIES["interpreted"] == 1]


def test_the_tables_are_as_the_survey_gives_them() -> None:
    columns = [column.name for column in interpreter_columns(INSTRUMENT)]
    own = ["id", "tie", *generators(INSTRUMENT), "interpreted", "probability", "weight"]
    assert list(TIES.columns) == [*own, *columns, "weak", "strong"]
    assert not TIES.duplicated(["id", "tie"]).any()
    named = TIES[["g1", "g2", "g3"]]
    assert (named.sum(axis=1) >= 1).all()
    assert TIES.groupby("id")[["g1", "g2", "g3"]].sum().to_numpy().max() == 5
    assert TIES.groupby("id")["interpreted"].sum().max() == NETWORK.interpret_at_most
    sampled = TIES.groupby("id")["probability"].sum()
    pd.testing.assert_series_equal(sampled, TIES.groupby("id")["interpreted"].sum(), check_names=False)
    types = MANY.dataset.missing_ties[columns].to_numpy()
    values = TIES[columns].isna().to_numpy()
    assert ((types != "") == values).all()
    assert (types[(TIES["interpreted"] == 0).to_numpy()] == "not_shown").all()
    skipped = (types[(TIES["interpreted"] == 1).to_numpy()] == "skipped").mean()
    assert skipped == pytest.approx(0.03, abs=0.002)
    pairs = [
        (id_, a, b)
        for id_, ties in ASKED.groupby("id")["tie"]
        for a, b in itertools.combinations(sorted(ties, key=lambda tie: int(tie[1:])), 2)
    ]
    assert list(BETWEEN[["id", "tie_a", "tie_b"]].itertuples(index=False, name=None)) == pairs
    assert set(BETWEEN["level"].dropna()) == {0.0, 1.0, 2.0}


def test_size_density_and_multiplexity_are_about_what_the_model_gives() -> None:
    assert TIES.groupby("id").size().mean() == pytest.approx(5.6, abs=0.15)
    assert (BETWEEN["level"] >= 1).mean() == pytest.approx(0.27, abs=0.02)
    both = (ASKED["received_ins"] > 0) & (ASKED["received_psy"] > 0)
    known = ASKED[["received_ins", "received_psy"]].notna().all(axis=1)
    assert np.average(both[known], weights=ASKED.loc[known, "weight"]) == pytest.approx(0.22, abs=0.02)
    shares = np.array([np.average(ASKED["context"] == c, weights=ASKED["weight"]) for c in CONTEXTS])
    assert shares / shares.sum() == pytest.approx([0.30, 0.25, 0.15, 0.30], abs=0.03)


def test_weak_and_strong_are_what_the_instrument_says() -> None:
    known = ASKED[["closeness", "contact"]].notna().all(axis=1)
    weak = (ASKED["closeness"] <= 2) & (ASKED["contact"] >= 4)
    assert (ASKED.loc[known, "weak"] == weak[known]).all()
    assert ASKED.loc[~known, "weak"].isna().all()
    strong = ASKED.dropna(subset="closeness")
    assert (strong["strong"] == (strong["closeness"] >= 4)).all()


def test_the_truth_comes_back_and_the_null_world_has_none() -> None:
    from statsmodels.api import Logit, add_constant

    assert MANY.truth["ties"]["similar_family"] == TRUTH["similar_family"]
    null = simulate(INSTRUMENT, 6_000, 11, null=True)
    assert null.truth["ties"]["similar_family"] == {"constant": -0.8, "closeness": 0.0}
    slopes = []
    for data in (MANY.dataset, null.dataset):
        rows = data.ties.dropna(subset=["closeness", "similar_family"])
        outcome = (rows["similar_family"] == "yes").to_numpy(dtype=float)
        slopes.append(Logit(outcome, add_constant(rows["closeness"].to_numpy())).fit(disp=0))
    # A step of closeness is about 0.95 of the value behind it; four standard errors.
    assert slopes[0].params[1] == pytest.approx(0.5 * 0.95, abs=4 * slopes[0].bse[1])
    assert slopes[1].params[1] == pytest.approx(0.0, abs=4 * slopes[1].bse[1])


def test_the_same_seed_gives_the_same_ties_and_respondents_are_as_they_were_without() -> None:
    again = simulate(INSTRUMENT, 300, 4)
    for part in ("ties", "between", "missing_ties", "missing_between"):
        pd.testing.assert_frame_equal(getattr(again.dataset, part), getattr(simulate(INSTRUMENT, 300, 4).dataset, part))
    without = INSTRUMENT.model_copy(update={"networks": {}})
    columns = again.dataset.respondents.columns
    pd.testing.assert_frame_equal(again.dataset.respondents, simulate(without, 300, 4).dataset.respondents[columns])


def test_any_other_instrument_gets_plain_ties() -> None:
    other = load((ROOT / "tests" / "support" / "network.yaml").read_text("utf-8"), "network.yaml")
    data = simulate(other, 200, 3)
    assert "ties" not in data.truth
    assert data.dataset.ties["context"].dropna().isin(["work", "home", "else"]).all()
    assert data.dataset.ties.groupby("id")["interpreted"].sum().between(1, 5).all()
    assert not data.dataset.between.empty
