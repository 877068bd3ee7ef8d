"""Agreement in groups: every number against multilevel and lavaan, what cannot be had and why, what changes nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.agreement import Agreement, agreement
from analysis.agreement.twolevel import NotFitted, TwoLevel, two_level
from analysis.agreement.within import SLIGHTLY_SKEWED, chance_variance, rwg, rwgj
from analysis.names import KINDS, POOLED
from analysis.result import NotApplicable, Result
from tests.support.reference import Case, cases, data, differences

FITTED = {"omega_within": 1e-5, "omega_between": 1e-4}
"""lavaan's search stops at about 1e-6 in the loadings, and the likelihood between 40 groups is flat."""


def done(*args: Any, **options: Any) -> Agreement:
    found = agreement(*args, scale="s", **options)
    assert isinstance(found, Agreement), found
    return found


def made(case: Case) -> tuple[pd.Series, pd.Series, pd.DataFrame]:
    options, frame = case.options, data(case.input)
    items = frame[options["items"]]
    score = items.mean(axis=1, skipna=False) * (len(options["items"]) if options["sum"] else 1)
    return score, frame["team"], items


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("agreement"), ids=str)
def test_every_number_is_that_of_r(case: Case) -> None:
    score, groups, items = made(case)
    k = items.shape[1]
    found = done(
        score, groups, items if k > 1 else None, group="team", options=case.options["options"],
        null=case.options["null"], unit=1 / k if case.options["sum"] else 1.0,
    )  # fmt: skip
    assert differences(found.numbers(), case.numbers, 1e-10, FITTED, of=case) == []
    runs_away = case.case.startswith("four items")
    assert runs_away == any("did not converge" in note for note in found.notes)
    assert (found.group, found.items, found.dropped) == ("team", k, int(score.isna().sum()))
    assert found.n_items == (len(items.dropna()) if k > 1 else 0)
    sizes = groups[score.notna()].value_counts()
    assert (found.size_min, found.size_max, found.alone) == (sizes.min(), sizes.max(), (sizes == 1).sum())
    assert (found.alone > 2) == (case.input == "grouped")


def sample(seed: int = 1, groups: int = 12, size: int = 6, k: int = 4) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(seed)
    member = np.repeat(np.arange(groups), size)
    common = rng.normal(size=(groups, 1))[member] + rng.normal(size=(len(member), 1))
    rows = common * 0.8 + rng.normal(size=(len(member), k))
    return pd.DataFrame(np.clip(np.round(rows + 3), 1, 5), columns=[f"i{j}" for j in range(k)]), member


def test_a_result_names_its_numbers_as_the_list_of_kinds_does() -> None:
    items, member = sample(groups=40)
    found = done(items.mean(axis=1), member, items, options=5)
    assert isinstance(found, Result)
    pooled = {"icc1_low", "icc1_high", *POOLED}
    assert {number.statistic for number in found.numbers()} == set(KINDS["agreement"]) - pooled
    assert found.frame()["null"].tolist() == ["uniform", "slightly_skewed"]
    assert found.main.variance == 2.0
    assert found.nulls[1].variance == 1.34
    keys = [(number.term, number.statistic) for number in found.numbers()]
    assert len(set(keys)) == len(keys)


def test_the_variance_by_chance_is_that_of_the_tables() -> None:
    assert [round(chance_variance(a, "uniform"), 2) for a in range(2, 12)] == [
        0.25, 0.67, 1.25, 2.0, 2.92, 4.0, 5.25, 6.67, 8.25, 10.0,
    ]  # fmt: skip
    # the slightly skewed one of five options, from its shares in James, Demaree & Wolf (1984)
    shares, points = np.array([0.05, 0.15, 0.20, 0.35, 0.25]), np.arange(1, 6)
    assert shares @ points**2 - (shares @ points) ** 2 == pytest.approx(SLIGHTLY_SKEWED[5])
    assert np.isnan(chance_variance(4, "slightly_skewed"))
    assert all(SLIGHTLY_SKEWED[a] < chance_variance(a, "uniform") for a in SLIGHTLY_SKEWED)


def test_agreement_is_held_between_nothing_and_all() -> None:
    assert rwg(np.array([0.0, 1.0, 2.0, 5.0, np.nan]), 2.0).tolist()[:4] == [1.0, 0.5, 0.0, 0.0]
    joint = rwgj(np.array([[0.0, 0.0], [1.0, 1.0], [4.0, 4.0]]), 2.0)
    assert joint.tolist() == [1.0, pytest.approx(2 / 3), 0.0]


@pytest.mark.parametrize(
    ("score", "groups", "reason"),
    [
        ([1.0, 2, 3], ["a", "a", "a"], "no two groups"),
        ([1.0, 2, 3], ["a", "b", "c"], "two members"),
        ([1.0, 1, 1, 1], ["a", "a", "b", "b"], "the same"),
        ([np.nan, np.nan, 1.0, 2.0], ["a", "a", "b", "b"], "no two groups with a score"),
        ([np.nan] * 4, ["a", "a", "b", "b"], "no two groups with a score"),
        ([1.0, 2, 3], [None, None, None], "no two groups"),
    ],
)
def test_what_cannot_be_had_says_why(score: list[float], groups: list[Any], reason: str) -> None:
    found = agreement(pd.Series(score), groups, scale="s")
    assert isinstance(found, NotApplicable)
    assert reason in found.reason


def test_groups_that_agree_wholly_and_groups_of_one_are_named() -> None:
    found = done(pd.Series([1.0, 1, 2, 2, 3]), ["a", "a", "b", "b", "c"], options=5)
    assert (found.icc1, found.icc2, found.f, found.p) == (1.0, 1.0, np.inf, 0.0)
    assert found.main.rwg_mean == 1.0
    assert found.ad_mean == 0.0
    said = " ".join(found.notes)
    assert "1 of 3 groups have one member" in said
    assert "the same" in said
    assert "rwgj_mean" not in {number.statistic for number in found.numbers()}


def test_an_unknown_number_of_options_and_a_rare_one_are_named() -> None:
    items, member = sample()
    unknown = done(items["i0"], member)
    assert any("response options is not known" in note for note in unknown.notes)
    assert "rwg_mean" not in {number.statistic for number in unknown.numbers()}
    four = done(items["i0"], member, options=4)
    assert any("5 to 11" in note for note in four.notes)
    assert np.isnan(four.nulls[1].rwg_mean)
    given = done(items["i0"], member, null=1.5)
    assert given.main.null == "given"
    assert given.main.variance == 1.5
    empty = done(items["i0"], member, items.assign(i1=np.nan), options=5)
    assert any("answered all items" in note for note in empty.notes)
    assert np.isnan(empty.ad_mean)
    few = done(items["i0"], member, items[["i0", "i1"]], options=5)
    assert any("not identified" in note for note in few.notes)


def test_the_two_level_model_says_what_it_cannot_fit() -> None:
    items, member = sample()
    rows = items.to_numpy()
    for matrix, groups, reason in (
        (rows[:, :2], member, "not identified"),
        (rows, member % 3, "needs more than 4 groups"),
        (rows[:9], np.array([0, 0, 1, 1, 2, 3, 4, 5, 5]), "two members or more"),
        (np.column_stack([rows[:, :3], np.ones(len(rows))]), member, "constant"),
        (np.column_stack([rows[:, :3], rows[:, 0]]), member, "singular"),
    ):
        found = two_level(matrix, groups)
        assert isinstance(found, NotFitted)
        assert reason in found.reason


def test_the_two_level_model_finds_what_made_the_data() -> None:
    rng = np.random.default_rng(8)
    member = np.repeat(np.arange(400), rng.integers(3, 15, 400))
    within, between = np.array([0.8, 0.7, 0.6, 0.9]), np.array([0.5, 0.4, 0.5, 0.3])
    rows = rng.normal(size=(400, 1))[member] * between + rng.normal(size=(len(member), 1)) * within
    rows = rows + rng.normal(size=(400, 4))[member] * 0.3 + rng.normal(size=(len(member), 4)) * 0.7 + [1, 2, 3, 4]
    found = two_level(rows, member)
    assert isinstance(found, TwoLevel)
    np.testing.assert_allclose(found.within, within, atol=0.05)
    np.testing.assert_allclose(found.between, between, atol=0.07)
    np.testing.assert_allclose(found.unique_within, np.full(4, 0.49), atol=0.05)
    np.testing.assert_allclose(found.unique_between, np.full(4, 0.09), atol=0.04)
    np.testing.assert_allclose(found.mean, [1, 2, 3, 4], atol=0.1)
    assert found.omega_within == pytest.approx(9 / (9 + 1.96), abs=0.02)
    assert found.omega_between == pytest.approx(2.89 / (2.89 + 0.36), abs=0.04)
    assert found.steps < 100
    # the likelihood itself, from the joint normal distribution of each group
    total = 0.0
    for size in np.unique(np.bincount(member)):
        v_w = np.outer(found.within, found.within) + np.diag(found.unique_within)
        v_b = np.outer(found.between, found.between) + np.diag(found.unique_between)
        cov = np.kron(np.eye(size), v_w) + np.kron(np.ones((size, size)), v_b)
        sign, log = np.linalg.slogdet(cov)
        assert sign == 1
        groups = np.flatnonzero(np.bincount(member) == size)
        off = np.array([(rows[member == g] - found.mean).ravel() for g in groups])
        total += -0.5 * (len(groups) * (log + off.shape[1] * np.log(2 * np.pi)))
        total += -0.5 * float(np.sum(off * np.linalg.solve(cov, off.T).T))
    assert found.loglik == pytest.approx(total, rel=1e-10)


def values_of(found: Agreement) -> dict[tuple[str, str], float]:
    return {(number.term, number.statistic): number.value for number in found.numbers()}


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0.01, -2.0, 300.0]), shift=st.sampled_from([0.0, 1e4]))
def test_units_order_and_names_of_groups_change_nothing(seed: int, scale: float, shift: float) -> None:
    items, member = sample(seed)
    rng = np.random.default_rng(seed)
    member = np.where(rng.random(len(member)) < 0.1, 50 + np.arange(len(member)), member)
    items = items[["i0", "i2"]]
    first = done(items.mean(axis=1), member, items, null=1.2)
    order = rng.permutation(len(items))
    names = np.array([f"g{9999 - code}" for code in member])[order]
    moved = items.iloc[order] * scale + shift
    second = done(moved.mean(axis=1), names, moved, null=1.2 * scale**2)
    for key, value in values_of(first).items():
        wanted = value * abs(scale) if key[1] == "ad_mean" else value
        assert values_of(second)[key] == pytest.approx(wanted, rel=1e-6, abs=1e-7), key


@settings(deadline=None, max_examples=8)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0.01, -2.0, 300.0]))
def test_units_and_order_change_no_omega(seed: int, scale: float) -> None:
    items, member = sample(seed, groups=80)
    rows, order = items.to_numpy(), np.random.default_rng(seed).permutation(len(items))
    first, second = two_level(rows, member), two_level(rows[order][:, ::-1] * scale + 7, member[order])
    assert isinstance(first, TwoLevel)
    assert isinstance(second, TwoLevel)
    np.testing.assert_allclose(second.within, first.within[::-1] * abs(scale), rtol=1e-3)
    assert second.omega_within == pytest.approx(first.omega_within, rel=1e-5)
    assert second.omega_between == pytest.approx(first.omega_between, rel=1e-4)
    assert second.loglik == pytest.approx(first.loglik - rows.size * np.log(abs(scale)), rel=1e-9)
