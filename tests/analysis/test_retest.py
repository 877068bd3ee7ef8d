"""Stability over waves: every number against psych and lme4, what cannot be had and why, and what changes nothing."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.names import KINDS, POOLED
from analysis.result import NotApplicable, Result
from analysis.retest import Retest, retest
from analysis.retest.icc import FORMS, MEANING
from analysis.retest.variance import components, from_squares, mean_squares
from tests.support.proof import compared, relative
from tests.support.reference import SHARED, Case, cases, data, differences

NO_SEARCH = 1e-9
SEARCH = 1e-4
"""lme4's default search, which psych::ICC uses, stops at about 1e-6 in the ratios of variances."""


def done(table: pd.DataFrame, **options: float) -> Retest:
    found = retest(table, scale="s", **options)
    assert isinstance(found, Retest), found
    return found


def made(case: Case) -> pd.DataFrame:
    frame = data(case.input)
    waves = [str(wave) for wave in case.options["waves"]]
    frame["wave"] = frame["wave"].astype(str)
    wide = frame.pivot(index="id", columns="wave", values=case.options["variable"])[waves]
    return wide.dropna() if case.options["whole"] else wide


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("retest"), ids=str)
def test_every_number_is_that_of_r(case: Case) -> None:
    found = done(made(case), level=case.options["level"])
    tolerance = NO_SEARCH if case.options["whole"] else SEARCH
    exact = dict.fromkeys(("n", "r", "rci", "rci_up", "rci_down"), NO_SEARCH)
    assert differences(found.numbers(), case.numbers, tolerance, exact, of=case) == []
    assert (found.complete == found.n) == case.options["whole"]
    wide = made(case)
    np.testing.assert_allclose(found.means, wide.mean().to_numpy(), rtol=1e-12)
    np.testing.assert_allclose(found.sds, wide.std().to_numpy(), rtol=1e-12)
    assert [pair.n for pair in found.pairs] == [len(wide[[pair.first, pair.second]].dropna()) for pair in found.pairs]


@pytest.mark.oracle
def test_shrout_and_fleiss_is_as_published() -> None:
    folder = SHARED / "14_shrout_fleiss_icc"
    if not folder.exists():
        pytest.skip("needs the shared data")
    table = pd.read_csv(folder / "data.csv").drop(columns="subject")
    wanted = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    found = {one.form: one for one in done(table).iccs}
    for row in wanted["results"]:
        one = found[row["type"]]
        for name, ours in (("ICC", one.icc), ("lower bound", one.low), ("upper bound", one.high)):
            statistic = {"ICC": "icc", "lower bound": "icc_low", "upper bound": "icc_high"}[name]
            off = relative(ours, row[name], 1e-3)
            compared("retest", statistic, "Shrout & Fleiss", off, wanted["tolerance"]["closed_form"], committed=False)
        assert round(one.icc, 2) == wanted["published"][row["type"]]


def test_the_table_of_shrout_and_fleiss_gives_their_six_numbers() -> None:
    """Table 2 of Shrout & Fleiss (1979): six targets, four judges; their Table 4 has the coefficients."""
    table = pd.DataFrame([[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]])
    table.columns = list("abcd")
    found = done(table.astype(float))
    assert [round(one.icc, 2) for one in found.iccs] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


def sample(seed: int = 3, n: int = 40, k: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 1)) + 0.3 * rng.normal(size=k) + 0.6 * rng.normal(size=(n, k))
    return pd.DataFrame(rows, columns=[str(i + 1) for i in range(k)])


def test_a_result_names_its_numbers_as_the_list_of_kinds_does() -> None:
    found = done(sample())
    assert isinstance(found, Result)
    assert {number.statistic for number in found.numbers()} == set(KINDS["retest"]) - {"r_low", "r_high", *POOLED}
    keys = [(number.term, number.statistic) for number in found.numbers()]
    assert len(set(keys)) == len(keys)
    assert found.frame()["form"].tolist() == list(FORMS) == list(MEANING)
    assert [pair.name for pair in found.pairs] == ["1~2", "1~3", "2~3"]
    two = done(sample(k=2))
    assert [(number.term, number.value) for number in two.numbers() if number.statistic == "r"] == [("", two.r)]


def test_components_of_whole_tables_are_those_that_the_search_finds() -> None:
    """One empty cell hardly changes a large table: the search and the closed form meet."""
    table = sample(n=400).to_numpy(copy=True)
    whole = components(table)
    table[0, 0] = np.nan
    searched = components(table)
    for name in ("person", "wave", "residual"):
        assert getattr(searched, name) == pytest.approx(getattr(whole, name), rel=0.02)


def test_a_component_below_zero_is_zero_and_pooled() -> None:
    person, wave, residual = from_squares(
        np.array([3.0, 0.5, 5.0, 1.0]), np.array([0.4, 0.2, 9.0, 0.9]), np.ones(4), 5, 3
    )
    assert person.tolist() == [pytest.approx((3 - 8.8 / 10) / 3), 0.0, pytest.approx(4 / 3), pytest.approx(0.02 / 3)]
    assert wave.tolist() == [0.0, 0.0, pytest.approx(8 / 5), 0.0]
    assert residual.tolist() == [
        pytest.approx(8.8 / 10), pytest.approx((0.4 + 8 + 2) / 14), 1.0, pytest.approx((8 + 1.8) / 10),
    ]  # fmt: skip
    found = done(pd.DataFrame(np.random.default_rng(2).normal(size=(30, 2)), columns=["1", "2"]))
    assert any("estimated as zero" in note for note in found.notes)


def test_mean_squares_are_those_of_the_analysis_of_variance() -> None:
    table = sample(n=20).to_numpy()
    people, waves, rest = mean_squares(table)
    whole = ((table - table.mean()) ** 2).sum()
    assert people * 19 + waves * 2 + rest * 38 == pytest.approx(whole)
    assert people * 19 == pytest.approx(3 * ((table.mean(axis=1) - table.mean()) ** 2).sum())


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ({"1": [1.0, 2, 3]}, "two waves"),
        ({"1": [1.0, 2, 3], "2": [np.nan] * 3}, "nobody has a score in wave 2"),
        ({"1": [1.0, 2, np.nan], "2": [1.0, np.nan, 3]}, "only 1 people"),
        ({"1": [2.0] * 4, "2": [2.0] * 4}, "the same"),
    ],
)
def test_what_cannot_be_had_says_why(table: dict[str, list[float]], reason: str) -> None:
    found = retest(pd.DataFrame(table), scale="s")
    assert isinstance(found, NotApplicable)
    assert reason in found.reason


def test_perfect_stability_and_reliable_change() -> None:
    same = done(pd.DataFrame({"1": [1.0, 2, 3, 4], "2": [2.0, 3, 4, 5]}))
    assert same.r == pytest.approx(1)
    assert (same.sem, same.sdc) == (0.0, 0.0)
    assert [one.icc for one in same.iccs][2] == pytest.approx(1)
    assert np.isnan([one.low for one in same.iccs]).all()
    rng = np.random.default_rng(1)
    first = rng.normal(size=200)
    second = first + 0.3 * rng.normal(size=200)
    second[:10], second[10:15] = first[:10] + 3, first[10:15] - 3
    moved = done(pd.DataFrame({"1": first, "2": second}))
    assert moved.rci_up >= 0.05
    assert moved.rci_down >= 0.025
    assert 0.5 < moved.rci < 3
    assert moved.sdc == pytest.approx(1.959964 * np.sqrt(2) * moved.sem, rel=1e-6)


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0.01, -3.0, 500.0]), empty=st.booleans())
def test_units_and_order_of_people_change_nothing(seed: int, scale: float, empty: bool) -> None:
    table, rng = sample(seed), np.random.default_rng(seed)
    if empty:
        table = table.mask(rng.random(table.shape) < 0.1)
    first = done(table)
    second = done(table.iloc[rng.permutation(len(table))] * scale + 11)
    in_units = {"sem", "sdc", "rci"}
    turned = {"rci_up": "rci_down", "rci_down": "rci_up"} if scale < 0 else {}
    ours = {(number.term, turned.get(number.statistic, number.statistic)): number.value for number in second.numbers()}
    for number in first.numbers():
        wanted = number.value * (abs(scale) if number.statistic in in_units else 1)
        assert ours[number.term, number.statistic] == pytest.approx(wanted, rel=1e-4, abs=1e-6), number
