"""Several waves: paths within persons, who leaves, ties that last, and data that read back."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.errors import SimulationError
from analysis.scoring import score
from analysis.simulate import latents, simulate, waves
from analysis.simulate.ties import over_waves
from analysis.waves import by_wave
from survey.dataset.read import read_data
from survey.dataset.write import write_csv_folder
from survey.instrument.load import load, shipped

INSTRUMENT = shipped("two-supports")
N = 200_000
BAND = 4 / np.sqrt(N)


@pytest.fixture(scope="module")
def drawn() -> list[latents.Latents]:
    return waves.draw(N, 3, np.random.default_rng(4), null=False)


def slopes(y: np.ndarray, *x: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(np.column_stack([np.ones(len(y)), *x]), y, rcond=None)[0][1:]


def test_every_wave_has_unit_variances_and_half_of_them_between_persons(drawn: list[latents.Latents]) -> None:
    for name in ("INS", "PSY", "NET", "DEM", "STR", "JOB"):
        for wave in drawn:
            assert wave[name].var() == pytest.approx(1, abs=0.015), name
    for name in ("INS", "DEM", "NET", "MRK"):
        assert np.corrcoef(drawn[0][name], drawn[2][name])[0, 1] == pytest.approx(waves.BETWEEN, abs=0.012)


def test_paths_within_persons_come_back_by_differences_from_the_person(drawn: list[latents.Latents]) -> None:
    """What lasts is drawn first from the same stream, so that it can be taken away."""
    lasting = latents.draw(N, np.random.default_rng(4), null=False)
    within = [
        {name: (wave[name] - np.sqrt(0.5) * lasting[name]) / np.sqrt(0.5) for name in ("STR", "PSY")} for wave in drawn
    ]
    for before, after in pairwise(within):
        for row, name in enumerate(("STR", "PSY")):
            np.testing.assert_allclose(
                slopes(after[name], before["STR"], before["PSY"]), waves.PATHS[row], atol=2 * BAND
            )
        assert np.corrcoef(after["STR"], after["PSY"])[0, 1] == pytest.approx(waves.WITHIN, abs=2 * BAND)


def test_a_plain_cross_lagged_model_shows_something_else(drawn: list[latents.Latents]) -> None:
    found = slopes(drawn[1]["STR"], drawn[0]["STR"], drawn[0]["PSY"])
    np.testing.assert_allclose(found, [0.67, -0.07], atol=0.012)


def test_who_is_under_stress_leaves_more_often_and_does_not_come_back() -> None:
    stress = [np.random.default_rng(i).standard_normal(N) for i in range(3)]
    there = waves.stays(stress, np.random.default_rng(9), null=False)
    assert there[0].all()
    assert not (there[2] & ~there[1]).any()
    for low, high in ((-2, -1), (1, 2)):
        some = (stress[0] > low) & (stress[0] < high)
        expected = expit(waves.DROPOUT[0] + waves.DROPOUT[1] * stress[0][some]).mean()
        assert 1 - there[1][some].mean() == pytest.approx(expected, abs=0.01)


@pytest.fixture(scope="module")
def three() -> pd.DataFrame:
    return simulate(INSTRUMENT, 1500, 3, waves=3).dataset.respondents


def test_data_are_long_and_what_lasts_does_not_change(three: pd.DataFrame) -> None:
    assert three.index[0] == "r0001@1"
    assert three.index.is_unique
    person, wave = three.index.str.rsplit("@", n=1).str[0], three.index.str.rsplit("@", n=1).str[1]
    assert (three["wave"] == wave).all()
    for name in ("age", "gender", "tenure", "team", "mentor"):
        assert (three[name].groupby(person).nunique() <= 1).all(), name
    assert (three["str1"].groupby(person).nunique() > 1).any()
    counts = three.groupby("wave").size()
    assert counts["1"] == 1500 > counts["2"] > counts["3"] > 0.5 * 1500


def test_scores_over_waves_read_back_from_files(tmp_path: Path) -> None:
    made = simulate(INSTRUMENT, 200, 3, waves=2).dataset
    write_csv_folder(made, tmp_path)
    read = read_data(tmp_path, made.instrument)
    one, two = by_wave(score(made), "stress", (1, 2)), by_wave(score(read), "stress", (1, 2))
    assert isinstance(one, pd.DataFrame)
    assert isinstance(two, pd.DataFrame)
    pd.testing.assert_frame_equal(one.sort_index(), two.sort_index(), check_dtype=False, check_index_type=False)
    assert one["1"].corr(one["2"]) > 0.4
    assert set(read.ties["id"]) <= set(read.respondents.index)


def test_ties_last_and_exchange_brings_them_closer() -> None:
    """c(t+1) = .6 c + .10 given×received + e: seen in the five steps of closeness."""
    n = 12_000
    drawn = waves.draw(n, 2, np.random.default_rng(1), null=False)
    ids = [pd.Index([f"r{i}@{wave}" for i in range(n)], dtype="str") for wave in (1, 2)]
    first, second = over_waves(
        INSTRUMENT, ids, np.random.default_rng(2), latents=[one.values for one in drawn], null=False, at_random=0.0
    )
    a, b = first.ties, second.ties
    assert (a["tie"] == b["tie"]).all()
    assert (a["context"].fillna("") == b["context"].fillna("")).all()
    asked = a["interpreted"] == 1
    both = ((a["given_ins"] + a["given_psy"] > 0) & (a["received_ins"] + a["received_psy"] > 0))[asked]
    close, later = a["closeness"][asked], b["closeness"][asked]
    assert close.corr(later) == pytest.approx(0.555, abs=0.01)  # .6 between the values behind the steps
    at = close == 3
    assert later[at & both].mean() - later[at & ~both].mean() > 0.05


def test_the_null_world_carries_nothing_over() -> None:
    drawn = waves.draw(N, 2, np.random.default_rng(8), null=True)
    found = slopes(drawn[1]["STR"], drawn[0]["STR"], drawn[0]["PSY"])
    np.testing.assert_allclose(found, [0.5, 0.0], atol=0.012)
    truth = simulate(INSTRUMENT, 10, 1, null=True, waves=2).truth["over_waves"]
    assert set(truth["within"].values()) == {0.0}
    assert truth["dropout_logit"] == {"constant": -1.4, "STR": 0.0}


def test_another_instrument_has_waves_without_a_known_truth() -> None:
    text = (
        "format: twofold/1\nid: tiny\nversion: 1.0.0\nformats: {f: {type: likert, labels: [a, b]}}\n"
        "items: {q: {format: f}}\nscales: {}\nfields: {time: {type: wave}}\n"
    )
    made = simulate(load(text, "t"), 50, 0, waves=2)
    assert made.truth["over_waves"] == "no known truth"
    assert set(made.dataset.respondents["time"]) == {"1", "2"}
    assert "wave" not in made.dataset.instrument.fields


@pytest.mark.parametrize("count", [0, 21])
def test_impossible_numbers_of_waves_are_refused(count: int) -> None:
    with pytest.raises(SimulationError, match="between 1 and 20"):
        simulate(INSTRUMENT, 10, 1, waves=count)
