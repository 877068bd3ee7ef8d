"""Reliability: every number against R, what cannot be had and why, and what must change nothing."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.moments import moments, moments_from_correlation
from analysis.names import KINDS, POOLED
from analysis.reliability import (
    Reliability,
    alpha_of,
    feldt_interval,
    guttman_lambdas,
    reliability,
    reliability_of_moments,
)
from analysis.reliability.hierarchical import best_split, hierarchical_omega
from analysis.reliability.onefactor import NotFitted, OneFactor, one_factor
from analysis.result import NotApplicable, Result
from tests.support.reference import SHARED, Case, cases, data, differences

ITERATIVE = {
    "omega": 1e-7, "omega_se": 1e-7, "omega_low": 1e-7, "omega_high": 1e-7, "loading": 1e-7, "alpha_ordinal": 1e-7,
    "omega_total": 1e-6, "omega_h": 1e-6,
}  # fmt: skip
SCALES = ("A", "C", "E", "N", "O")


def done(items: pd.DataFrame, **options: object) -> Reliability:
    found = reliability(items, scale="s", **options)  # type: ignore[arg-type] # options come from a file
    assert isinstance(found, Reliability)
    return found


@pytest.fixture(scope="module")
def simulated() -> pd.DataFrame:
    rng = np.random.default_rng(12)
    common = rng.normal(size=(200, 1))
    rows = common * [0.9, 0.8, 0.7, 0.6] + rng.normal(size=(200, 4))
    return pd.DataFrame(np.clip(np.round(rows + 3), 1, 5), columns=list("abcd"))


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("reliability"), ids=str)
def test_every_number_is_that_of_r(case: Case) -> None:
    options = dict(case.options)
    found = done(data(case.input)[options.pop("items")], **options)
    wanted = {key: value for key, value in case.numbers.items() if key[2] != "alpha_ordinal_polychor"}
    if case.input == "cronbach_wide_missing":
        # nine cases: every table of two answers has an empty cell, and R's search stops anywhere on a flat likelihood
        assert any("at its bound" in note for note in found.notes)
        found = replace(found, alpha_ordinal=float("nan"))
    assert differences(found.numbers(), wanted, 1e-9, ITERATIVE, of=case) == []
    for key, value in case.numbers.items():
        if key[2] == "alpha_ordinal_polychor":
            assert found.alpha_ordinal == pytest.approx(value, abs=1e-4)


@pytest.mark.oracle
def test_the_omegas_of_all_of_bfi_are_those_of_psych() -> None:
    folder = SHARED / "01_bfi_reliability"
    if not folder.exists():
        pytest.skip("needs the shared data")
    wanted = json.loads((folder / "values.json").read_text(encoding="utf-8"))["omega_25"]
    frame = pd.read_csv(folder / "data.csv").dropna()
    found = hierarchical_omega(np.corrcoef(frame.to_numpy().T), 5)
    assert len(frame) == wanted["n"]
    # psych stops a little before the minimum
    assert found.omega_total == pytest.approx(wanted["omega_total"], rel=1e-6)
    assert found.omega_h == pytest.approx(wanted["omega_h"], rel=1e-5)
    assert [frame.columns[i] for i in found.turned] == ["N1", "N2", "N3", "N4", "N5", "O4"]
    assert (found.reason, found.note) == ("", "")


@pytest.mark.oracle
@pytest.mark.parametrize("letter", SCALES)
def test_bfi_has_the_values_that_psych_gives(letter: str) -> None:
    folder = SHARED / "01_bfi_reliability"
    if not folder.exists():
        pytest.skip("needs the shared data")
    frame = pd.read_csv(folder / "data.csv")[[f"{letter}{i}" for i in range(1, 6)]]
    scales = json.loads((folder / "values.json").read_text(encoding="utf-8"))["scales"]
    given_ = next(value for name, value in scales.items() if name[0].upper() == letter)
    wanted, found = given_["listwise"], done(frame)
    closed = {
        "alpha": found.alpha, "std_alpha": found.alpha_std, "lambda2_cor": found.lambda2, "lambda6_cor": found.lambda6,
        "mean_inter_item_r": found.mean_inter_item_r, "sem": found.sem, "n": found.n, "k": len(found.items),
    }  # fmt: skip
    for name, value in closed.items():
        assert value == pytest.approx(wanted[name], rel=1e-10), name
    assert [found.alpha_low, found.alpha_high] == pytest.approx(wanted["feldt95"], rel=1e-10)
    assert found.omega == pytest.approx(wanted["omega_closed"], rel=1e-5)
    # of five items psych 2.2 looks at five of the ten splits: of C it misses the best
    best = 0.744146504059953 if letter == "C" else wanted["lambda4_max_split_cor"]
    assert found.lambda4 == pytest.approx(best, rel=1e-10)
    assert best >= wanted["lambda4_max_split_cor"]
    for item in found.items:
        assert item.r_drop == pytest.approx(wanted["item_rest"][item.item], rel=1e-10)
        assert item.alpha_if_dropped == pytest.approx(wanted["alpha_if_dropped"][item.item], rel=1e-10)
        raw, unique = wanted["loadings"][item.item], wanted["uniqueness"][item.item]
        assert item.loading == pytest.approx(raw / np.sqrt(raw**2 + unique), rel=1e-5)
    pairwise = done(frame, missing="pairwise")
    assert pairwise.alpha == pytest.approx(given_["pairwise"]["alpha"], rel=1e-10)
    assert pairwise.alpha_std == pytest.approx(given_["pairwise"]["std_alpha"], rel=1e-10)
    assert pairwise.n == given_["pairwise"]["n_rows"]


def test_a_result_names_its_numbers_as_the_list_of_kinds_does(simulated: pd.DataFrame) -> None:
    found = done(simulated, resamples=250, seed=1)
    assert isinstance(found, Result)
    numbers = found.numbers()
    assert {number.statistic for number in numbers} == set(KINDS["reliability"]) - set(POOLED)
    assert len({(n.target, n.term, n.statistic) for n in numbers}) == len(numbers)
    assert {number.target for number in numbers} == {"s"}
    without = {number.statistic for number in done(simulated, ordinal=False).numbers()}
    assert not without & {"alpha_ordinal", "alpha_boot_low", "alpha_boot_high"}
    frame, items = found.frame(), found.item_frame()
    assert frame.loc[0, "alpha"] == found.alpha
    assert frame.loc[0, "items"] == 4
    assert items["item"].tolist() == list("abcd")
    assert items["r_drop"].tolist() == [item.r_drop for item in found.items]
    with pytest.raises(FrozenInstanceError):
        found.alpha = 1.0  # type: ignore[misc] # that it cannot be set is what is tested


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ({"a": [1, 2, 3.0]}, "1 item has no reliability"),
        ({}, "0 items has no reliability"),
        ({"a": [1, 2, 3.0], "b": [2, 2, 2.0]}, "item b is constant"),
        ({"a": [1, 1, 1.0], "b": [2, 2, 2.0]}, "items a and b are constant"),
        ({"a": [1, 2, np.nan], "b": [2, np.nan, 1]}, "there is 1 complete case; 3 or more"),
        ({"a": [1, 2, 3.0], "b": [np.nan] * 3}, "item b has no answer"),
        ({"a": [1, 2, 3.0], "b": [3, 2, 1.0]}, "cancel each other out"),
        ({"a": [1, 2, 3.0], "b": ["x", "y", "z"]}, "column 'b' holds something that is not a number"),
    ],
)
def test_what_has_no_reliability_says_why(items: dict[str, list[object]], reason: str) -> None:
    found = reliability(pd.DataFrame(items), scale="s")
    assert isinstance(found, NotApplicable)
    assert reason in found.reason
    assert found.target == "s"


def test_pairwise_needs_every_pair_and_an_item_only_once() -> None:
    apart = pd.DataFrame({"a": [1, 2, 3, np.nan, np.nan], "b": [np.nan, np.nan, np.nan, 1, 2.0]})
    found = reliability(apart, scale="s", missing="pairwise")
    assert isinstance(found, NotApplicable)
    assert "fewer than two cases answered both" in found.reason
    twice = reliability(pd.DataFrame([[1, 2.0], [2, 1], [3, 3]], columns=["a", "a"]), scale="s")
    assert isinstance(twice, NotApplicable)
    assert "item a stands in the scale twice" in twice.reason


def test_a_mistaken_option_is_an_error(simulated: pd.DataFrame) -> None:
    with pytest.raises(AnalysisError, match="missing='fiml'"):
        reliability(simulated, scale="s", missing="fiml")  # type: ignore[arg-type] # the mistake is meant
    with pytest.raises(AnalysisError, match="group labels"):
        reliability(simulated, scale="s", resamples=10, groups=[1, 2])


def test_two_items_have_alpha_but_no_factor(simulated: pd.DataFrame) -> None:
    found = done(simulated[["a", "b"]])
    assert found.alpha == pytest.approx(float(alpha_of(np.cov(simulated[["a", "b"]].T))))
    assert np.isnan([found.omega, found.items[0].loading, found.items[0].alpha_if_dropped]).all()
    assert any("not identified" in note for note in found.notes)
    assert any("one item alone has no alpha" in note for note in found.notes)


def test_an_item_against_its_key_is_named(simulated: pd.DataFrame) -> None:
    turned = simulated.assign(b=6 - simulated["b"])
    found = done(turned)
    assert any("Item b runs against the others" in note for note in found.notes)
    both = done(turned[["a", "b"]])
    assert both.alpha < 0
    assert both.sem > np.sqrt(turned[["a", "b"]].mean(axis=1).var())
    assert any("Alpha is negative" in note for note in both.notes)


def test_a_doubled_item_is_singular_and_says_so(simulated: pd.DataFrame) -> None:
    found = done(simulated.assign(e=simulated["a"]))
    assert np.isnan(found.omega)
    assert np.isfinite([found.alpha, found.lambda2, found.lambda6]).all()
    assert any("singular" in note for note in found.notes)


def test_many_values_have_no_ordinal_alpha(simulated: pd.DataFrame) -> None:
    rng = np.random.default_rng(1)
    found = done(simulated + rng.normal(size=simulated.shape))
    assert found.alpha_ordinal is not None
    assert np.isnan(found.alpha_ordinal)
    assert any("more than 20 different values" in note for note in found.notes)


def test_a_heywood_case_is_reported() -> None:
    # correlations that only a loading above 1 can reproduce: r12 r13 / r23 = 1.5
    r = np.array([[1, 0.6, 0.5], [0.6, 1, 0.2], [0.5, 0.2, 1.0]])
    found = one_factor(r)
    assert isinstance(found, OneFactor)
    assert found.heywood == (0,)
    assert found.loading[0] == pytest.approx(np.sqrt(1.5))
    rows = np.random.default_rng(2).normal(size=(100, 3))
    rows = (rows - rows.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(np.cov(rows.T))).T @ np.linalg.cholesky(r).T
    assert any("Heywood" in note for note in done(pd.DataFrame(rows)).notes)


@pytest.mark.parametrize("k", [3, 4, 8, 25])
def test_one_factor_gives_back_an_exact_model(k: int) -> None:
    rng = np.random.default_rng(k)
    loading, unique = rng.uniform(0.3, 2, k), rng.uniform(0.2, 3, k)
    found = one_factor(np.outer(loading, loading) + np.diag(unique))
    assert isinstance(found, OneFactor)
    np.testing.assert_allclose(found.loading, loading, rtol=1e-7)
    np.testing.assert_allclose(found.unique, unique, rtol=1e-7)
    assert found.discrepancy == pytest.approx(0, abs=1e-12)
    assert found.gradient < 1e-9
    assert found.omega == pytest.approx(loading.sum() ** 2 / (loading.sum() ** 2 + unique.sum()), rel=1e-8)


def test_what_cannot_be_fitted_says_why() -> None:
    negative = np.array([[1, 0.3, 0.3], [0.3, 1, -0.3], [0.3, -0.3, 1.0]])
    for cov, reason in ((np.eye(2), "not identified"), (np.ones((3, 3)), "singular"), (negative, "converge")):
        found = one_factor(cov)
        assert isinstance(found, NotFitted)
        assert reason in found.reason
    flat = one_factor(np.diag([1.0, 1.0, 0.0]))
    assert isinstance(flat, NotFitted)
    assert "constant" in flat.reason


def test_cancelling_items_have_no_lambdas() -> None:
    assert np.isnan(guttman_lambdas(np.array([[1.0, -1.0], [-1.0, 1.0]]))).all()


@pytest.mark.parametrize("k", [2, 3, 4, 7, 8])
def test_the_best_split_is_the_best_of_all(k: int) -> None:
    rng = np.random.default_rng(k)
    r = np.corrcoef((rng.normal(size=(50, 1)) + rng.normal(size=(50, k))).T)
    values = [4 * r[np.ix_(a, np.setdiff1d(range(k), a))].sum() / r.sum() for a in combinations(range(k), k // 2)]
    found, turned = best_split(r)
    assert (found, turned) == (pytest.approx(max(values), rel=1e-12), ())
    sign = np.where(np.arange(k) == 1, -1.0, 1.0)
    again, turned = best_split(r * np.outer(sign, sign))
    assert again == pytest.approx(found, rel=1e-12)
    assert turned == ((1,) if k > 2 else turned)


def test_a_general_factor_over_three_groups_is_found_from_exact_correlations() -> None:
    """Nine items made of a general factor and three groups: omega_h is that of the truth itself."""
    general = np.array([0.6, 0.5, 0.7, 0.4, 0.6, 0.5, 0.7, 0.6, 0.5])
    share = np.array([0.5, 0.8, 0.6]).repeat(3)  # of each group's loadings to the general ones
    own = general * share
    group = np.eye(3).repeat(3, axis=0) * own[:, None]
    r = np.outer(general, general) + group @ group.T
    np.fill_diagonal(r, 1.0)
    found = hierarchical_omega(r)
    assert found.omega_h == pytest.approx(general.sum() ** 2 / r.sum(), rel=1e-6)
    unique = 9 - np.sum(general**2 + own**2)
    assert found.omega_total == pytest.approx(1 - unique / r.sum(), rel=1e-8)
    sign = np.where(np.arange(9) < 2, -1.0, 1.0)
    turned = hierarchical_omega(r * np.outer(sign, sign))
    assert turned.turned == (0, 1)
    assert turned.omega_h == pytest.approx(found.omega_h, rel=1e-8)


def test_omegas_that_cannot_be_had_say_why() -> None:
    r = np.full((9, 9), 0.3) + 0.7 * np.eye(9)
    assert "needs 6 items" in hierarchical_omega(r[:5, :5]).reason
    assert "three group factors" in hierarchical_omega(r, 2).reason
    assert np.isnan(hierarchical_omega(r[:5, :5]).omega_total)
    five = done(data("ordinal")[[f"q{i}" for i in range(1, 6)]])
    assert any(note.startswith("Omega total and omega hierarchical are not applicable") for note in five.notes)
    many = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 21)) + np.random.default_rng(2).normal(size=(60, 1)))
    wide = done(many.set_axis([f"i{j}" for j in range(21)], axis=1))
    assert np.isnan(wide.lambda4)
    assert any("too many halves" in note for note in wide.notes)
    twice = data("ordinal")[[f"q{i}" for i in range(1, 7)]].assign(q7=lambda f: f["q1"])
    assert any("singular" in note for note in done(twice).notes)


def test_items_against_their_key_are_named_where_they_were_turned() -> None:
    frame = data("ordinal_q3_turned")[[f"q{i}" for i in range(1, 7)]]
    notes = " ".join(done(frame).notes)
    assert "Item q3 runs against the others" in notes
    assert "Lambda 4 takes item q3 turned round" in notes
    assert "Omega total and omega hierarchical take item q3 turned round" in notes


@pytest.mark.parametrize("score", ["mean", "sum"])
def test_moments_of_a_published_table_give_the_same(score: str) -> None:
    frame = data("ordinal")[[f"q{i}" for i in range(1, 7)]].dropna()
    m = moments(frame)
    table = moments_from_correlation(m.correlation, float(m.n), m.sd, m.names, m.mean)
    one = done(frame, score=score, level=0.9, ordinal=False)
    two = reliability_of_moments(table, scale="s", level=0.9, score=score)  # type: ignore[arg-type] # a text
    assert isinstance(two, Reliability)
    numbers = [number for number in one.numbers() if number.statistic != "frequency"]
    for a, b in zip(numbers, two.numbers(), strict=True):
        assert (a.target, a.term, a.statistic) == (b.target, b.term, b.statistic)
        assert b.value == pytest.approx(a.value, rel=1e-7), a
    assert (two.mean, two.sd) == pytest.approx((one.mean, one.sd))
    assert (two.dropped, two.resamples, two.failed, two.interval) == (0, 0, 0, "")
    assert two.notes == one.notes
    for bad, reason in (
        (moments_from_correlation(np.eye(1), 50, [1], ["a"]), "it needs 2 items or more"),
        (moments_from_correlation(np.eye(2), 2, [1, 1], ["a", "b"]), "3 or more are needed"),
        (moments_from_correlation(np.eye(2), 50, [1, 0], ["a", "b"]), "item b is constant"),
        (moments_from_correlation([[1, -1], [-1, 1]], 50, [1, 1], ["a", "b"]), "cancel each other out"),
    ):
        refused = reliability_of_moments(bad, scale="s")
        assert isinstance(refused, NotApplicable)
        assert reason in refused.reason
    with pytest.raises(AnalysisError):
        reliability_of_moments(table, scale="s", score="median")  # type: ignore[arg-type] # wrong on purpose


def test_frequencies_are_shares_of_those_who_answered() -> None:
    frame = pd.DataFrame({"a": [1, 1, 2, 5, np.nan], "b": [2, 1, 2, 4, 5.0], "many": np.arange(5) + 0.1})
    found = done(pd.concat([frame] * 6, ignore_index=True).assign(many=np.arange(30.0)), missing="pairwise")
    assert found.items[0].frequencies == ((1.0, 0.5), (2.0, 0.25), (5.0, 0.25))
    assert found.items[2].frequencies == ()
    assert ("a=5", "frequency") in values_of(found)
    table = found.frequency_frame()
    assert table.columns.tolist() == ["scale", "item", "answer", "share"]
    assert table.loc[table["item"] == "b", "share"].sum() == pytest.approx(1.0)


def test_feldt_holds_alpha_and_widens_with_the_level() -> None:
    narrow, wide = feldt_interval(0.8, 100, 5, 0.9), feldt_interval(0.8, 100, 5, 0.99)
    assert wide[0] < narrow[0] < 0.8 < narrow[1] < wide[1]


def test_scores_in_sums_have_a_larger_error_of_measurement(simulated: pd.DataFrame) -> None:
    assert done(simulated, score="sum").sem == pytest.approx(4 * done(simulated).sem)


# what must change nothing, or change it in a known way


def values_of(found: Reliability) -> dict[tuple[str, str], float]:
    return {(number.term, number.statistic): number.value for number in found.numbers()}


@settings(deadline=None, max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    scale=st.sampled_from([0.01, 3.0, 1000.0]),
    shift=st.sampled_from([-7.0, 0.0, 1e4]),
)
def test_shifting_scaling_and_turning_all_items(seed: int, scale: float, shift: float) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(80, 1)) * rng.uniform(0.5, 1.5, 4) + rng.normal(size=(80, 4))
    first = values_of(done(pd.DataFrame(np.round(rows), columns=list("abcd"))))
    second = values_of(done(pd.DataFrame(np.round(rows) * -scale + shift, columns=list("abcd"))))
    for key, value in first.items():
        statistic = key[1]
        if statistic == "frequency":  # its term is the answer itself
            item, _, answer = key[0].partition("=")
            key = (f"{item}={-scale * float(answer) + shift + 0.0:.10g}", statistic)
        wanted = (
            value * scale if statistic in ("sd", "sem") else -value * scale + shift if statistic == "mean" else value
        )
        np.testing.assert_allclose(second[key], wanted, rtol=1e-6, atol=1e-7, err_msg=str(key))


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_order_of_rows_items_and_their_names(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(60, 1)) + rng.normal(size=(60, 4))
    rows[rng.random(rows.shape) < 0.03] = np.nan
    frame = pd.DataFrame(rows.round(), columns=list("abcd"))
    first = values_of(done(frame, missing="pairwise"))
    mixed = values_of(done(frame.iloc[rng.permutation(60)][list("cadb")], missing="pairwise"))
    renamed = values_of(done(frame.rename(columns={"a": "zz"}), missing="pairwise"))
    for key, value in first.items():
        np.testing.assert_allclose(mixed[key], value, rtol=1e-6, atol=1e-9, err_msg=str(key))
        item, equals, answer = key[0].partition("=")
        name = f"{'zz' if item == 'a' else item}{equals}{answer}"
        assert renamed[name, key[1]] == pytest.approx(value, rel=1e-12, nan_ok=True)


def test_pairwise_is_listwise_where_nothing_is_missing(simulated: pd.DataFrame) -> None:
    one = values_of(done(simulated, resamples=500, seed=3))
    two = values_of(done(simulated, resamples=500, seed=3, missing="pairwise"))
    for key, value in one.items():
        assert two[key] == pytest.approx(value, rel=1e-12, nan_ok=True), key


def test_the_bootstrap_takes_seed_workers_and_groups(simulated: pd.DataFrame) -> None:
    first = done(simulated, resamples=800, seed=5)
    assert done(simulated, resamples=800, seed=5, workers=3) == first
    assert done(simulated, resamples=800, seed=6).alpha_boot_low != first.alpha_boot_low
    assert first.interval == "bca"
    assert first.alpha_boot_low < first.alpha < first.alpha_boot_high
    alone = done(simulated, resamples=800, seed=5, groups=np.arange(200))
    assert alone.alpha_boot_low == pytest.approx(first.alpha_boot_low, rel=1e-12)
    teams = done(simulated, resamples=800, seed=5, groups=np.arange(200) // 10)
    assert teams.alpha_boot_low != first.alpha_boot_low


def test_the_pairwise_bootstrap_resamples_pairs() -> None:
    frame = data("ordinal")[[f"q{i}" for i in range(1, 7)]]
    found = done(frame, resamples=600, seed=2, missing="pairwise", ordinal=False)
    drawn = np.random.default_rng(0).integers(0, len(frame), size=(600, len(frame)))
    loop = [float(alpha_of(frame.iloc[rows].cov().to_numpy())) for rows in drawn]
    sd = np.std(loop)
    assert abs(found.alpha_boot_low - np.quantile(loop, 0.025)) < sd
    assert abs(found.alpha_boot_high - np.quantile(loop, 0.975)) < sd
    grouped = done(
        frame, resamples=600, seed=2, missing="pairwise", ordinal=False, groups=np.arange(300), interval="percentile"
    )
    whole = done(frame, resamples=600, seed=2, missing="pairwise", ordinal=False, interval="percentile")
    assert grouped.alpha_boot_low == pytest.approx(whole.alpha_boot_low, rel=1e-10)


def test_resamples_without_variance_are_counted() -> None:
    few = pd.DataFrame({"a": [1, 1, 1, 2.0], "b": [1, 1, 1, 3.0], "c": [2, 2, 2, 3.0]})
    found = done(few, resamples=500, seed=1, interval="percentile", ordinal=False)
    # all four draws hit the three equal cases with probability (3/4)^4, or the fourth each time
    assert found.failed == pytest.approx(500 * (0.75**4 + 0.25**4), abs=4 * np.sqrt(500 * 0.32 * 0.68))
    assert any("gave no alpha" in note for note in found.notes)


@pytest.mark.parametrize(("score", "unit"), [("mean", 1), ("sum", 4)])
def test_mean_and_sd_are_those_of_the_score(simulated: pd.DataFrame, score: str, unit: int) -> None:
    means = simulated.mean(axis=1) * unit
    found = done(simulated, score=score)
    assert (found.mean, found.sd) == pytest.approx((means.mean(), means.std()), rel=1e-12)
    same = done(pd.DataFrame({"a": [1.0, 2, 3, 4], "b": [1.0, 2, 3, 4]}))
    assert same.alpha == pytest.approx(1)
    assert same.sd == pytest.approx(np.std([1, 2, 3, 4], ddof=1))
