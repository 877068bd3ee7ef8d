"""Measurement pooled over imputed data sets, held to semTools, mice and base R on the same completed sets."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import inf, isnan, nan

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.agreement import Agreement, agreement
from analysis.agreement.pooled import pooled_agreement
from analysis.cfa import cfa
from analysis.cfa.pooled import pooled_cfa
from analysis.cfa.result import CFA
from analysis.factor import Factor, factor, factor_of_imputed
from analysis.invariance import Invariance, invariance
from analysis.invariance.pooled import pooled_invariance
from analysis.missing.pool import pool_likelihoods, pool_tests
from analysis.names import KINDS, POOLED
from analysis.reliability import Reliability, reliability
from analysis.reliability.pooled import pooled_reliability
from analysis.result import NotApplicable, Number
from analysis.retest import Retest, retest
from analysis.retest.pooled import pooled_retest
from tests.support.reference import FOLDER, Case, Key, cases, differences

SCALES = {"f": ["x1", "x2", "x3"], "g": ["x4", "x5", "x6"]}
AS_LAVAAN_STOPS = 1e-4
"""How near lavaan's search comes to the maximum; lmer's as well. What differs between data sets keeps less of it."""


@cache
def completed() -> tuple[pd.DataFrame, ...]:
    long = pd.read_csv(FOLDER / "measured.csv")
    return tuple(part.reset_index(drop=True) for _, part in long.groupby("imputation"))


def case_of(kind: str, name: str) -> Case:
    return next(case for case in cases("measured", kind) if case.case == name)


def held(numbers: tuple[Number, ...], case: Case, tolerance: float) -> list[str]:
    """Differences of the numbers that R was asked for; each of them must be given."""
    wanted: dict[Key, float] = dict(case.numbers)
    ours = [one for one in numbers if (one.target, one.term, one.statistic) in wanted]
    assert len(wanted) > 5
    return differences(ours, wanted, tolerance, dict.fromkeys(POOLED, max(tolerance, 1e-3)), of=case)


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("measured", "cfa"), ids=str)
def test_pooled_factor_models_are_those_of_semtools(case: Case) -> None:
    found = pooled_cfa([cfa(frame, SCALES, **case.options) for frame in completed()])
    assert isinstance(found, CFA)
    assert held(found.numbers(), case, AS_LAVAAN_STOPS) == []
    assert (found.missing, found.imputations, found.modifications) == ("mi", 5, ())
    assert ("D3" if case.options["estimator"] == "ml" else "D2") in found.notes[-1]
    named = {number.statistic for number in found.numbers()}
    assert set(POOLED) < named <= set(KINDS["cfa"])
    each = [cfa(frame, SCALES, **case.options) for frame in completed()]
    aves = [one.validity[0].ave for one in each if isinstance(one, CFA)]
    assert found.validity[0].ave == pytest.approx(np.mean(aves))
    assert list(found.frame().columns)[-3:] == list(POOLED)


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("measured", "invariance"), ids=str)
def test_pooled_invariance_is_that_of_semtools(case: Case) -> None:
    each = [invariance(f, f["sex"], SCALES, estimator=case.options["estimator"]) for f in completed()]
    found = pooled_invariance(each)
    assert isinstance(found, Invariance)
    assert held(found.numbers(), case, AS_LAVAAN_STOPS) == []
    assert [step.name for step in found.steps] == ["configural", "metric", "scalar", "strict"]
    assert found.imputations == 5
    broken = [replace(one, steps=(one.steps[0], replace(one.steps[1], fit=None, change=None, reason="it ran away"),
                                  *one.steps[2:])) for one in each[:1] if isinstance(one, Invariance)]  # fmt: skip
    partly = pooled_invariance([*broken, *each[1:]])
    assert isinstance(partly, Invariance)
    assert [step.fit is None for step in partly.steps] == [False, True, False, False]
    assert partly.steps[2].change is None
    assert partly.notes[0] == "Metric: not applicable, because it ran away."


@pytest.mark.oracle
def test_pooled_reliability_is_bonetts_and_the_logits() -> None:
    case = case_of("reliability", "pooled, alpha and omega")
    found = pooled_reliability([reliability(f[case.options["items"]], scale="s") for f in completed()])
    assert isinstance(found, Reliability)
    assert held(found.numbers(), case, 1e-6) == []
    assert (found.missing, found.imputations, found.resamples) == ("mi", 5, 0)
    assert found.omega_low < found.omega < found.omega_high
    named = {number.statistic for number in found.numbers()}
    assert named == set(KINDS["reliability"]) - {"alpha_boot_low", "alpha_boot_high"}
    shares = dict(found.items[0].frequencies)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert shares[1.0] == pytest.approx(np.mean([(f["x1"] == 1).mean() for f in completed()]))


@pytest.mark.oracle
def test_omega_has_the_error_of_lavaan() -> None:
    case = case_of("reliability", "omega with its error")
    found = reliability(completed()[0][case.options["items"]], scale="s")
    assert isinstance(found, Reliability)
    wanted = {key[2]: value for key, value in case.numbers.items()}
    for name in ("omega", "omega_se", "omega_low", "omega_high"):
        assert getattr(found, name) == pytest.approx(wanted[name], rel=1e-5)


@pytest.mark.oracle
def test_pooled_agreement_is_fishers_z() -> None:
    case = case_of("agreement", "pooled, groups")
    items = case.options["items"]
    each = [agreement(f[items].mean(axis=1), f["team"], f[items], scale="s", options=5) for f in completed()]
    found = pooled_agreement(each)
    assert isinstance(found, Agreement)
    assert held(found.numbers(), case, 1e-9) == []
    assert found.imputations == 5
    assert found.main.rwgj_mean == pytest.approx(
        np.mean([one.main.rwgj_mean for one in each if isinstance(one, Agreement)])
    )
    assert {number.statistic for number in found.numbers()} == set(KINDS["agreement"])


@pytest.mark.oracle
def test_pooled_stability_has_the_errors_of_its_own_intervals() -> None:
    case = case_of("retest", "pooled, waves")
    names = [item.replace("x", "z") for item in case.options["items"]]
    tables = [
        pd.DataFrame({"1": f[case.options["items"]].mean(axis=1), "2": f[names].mean(axis=1)}) for f in completed()
    ]
    each = [retest(table, scale="s") for table in tables]
    found = pooled_retest(each)
    assert isinstance(found, Retest)
    assert held(found.numbers(), case, 1e-5) == []
    assert {number.statistic for number in found.numbers()} == set(KINDS["retest"])
    assert found.sem == pytest.approx(np.sqrt(np.mean([one.sem**2 for one in each if isinstance(one, Retest)])))


@pytest.mark.oracle
def test_factors_are_of_the_mean_covariance() -> None:
    case = case_of("factor", "pooled, factors")
    frames = [frame[case.options["items"]] for frame in completed()]
    found = factor_of_imputed(frames, case.options["n_factors"], rotate=case.options["rotate"])
    assert isinstance(found, Factor)
    assert held(found.numbers(), case, 1e-6) == []
    assert found.missing == "mi"
    one = factor_of_imputed([frames[0]] * 3, 2, correlation="polychoric")
    other = factor(frames[0], 2, correlation="polychoric")
    assert isinstance(one, Factor)
    assert isinstance(other, Factor)
    np.testing.assert_allclose(one.loadings, other.loadings, atol=1e-9)


@pytest.mark.oracle
def test_parallel_analysis_by_factors_is_psychs() -> None:
    case = case_of("factor", "parallel analysis by factors")
    found = factor(completed()[0][case.options["items"]], parallel="factors", seed=1)
    assert isinstance(found, Factor)
    assert found.n_factors == case.numbers["", "", "n_factors"] == 2
    assert found.parallel_by == "factors"
    assert "communalities of one factor" in found.notes[0]
    for place, rank in enumerate(found.parallel):
        term = str(place + 1)
        # psych stops at about 1e-4 from the minimum of its factor, where eigenvalues are flat
        assert rank.observed == pytest.approx(case.numbers["", term, "parallel_observed"], abs=1e-5)
        error = case.numbers["", term, "parallel_simulated_sd"] * np.sqrt(1 / case.options["runs"] + 1 / 1000)
        assert abs(rank.simulated - case.numbers["", term, "parallel_simulated"]) < 4.5 * error
        assert rank.percentile == pytest.approx(case.numbers["", term, "parallel_percentile"], abs=0.05)
    other = factor(completed()[0][case.options["items"]], parallel="factors", seed=1, draws=50)
    assert isinstance(other, Factor)
    assert other.parallel[0].observed == found.parallel[0].observed


def test_data_sets_that_agree_change_nothing() -> None:
    same = [completed()[0]] * 4
    items = ["x1", "x2", "x3"]
    model, one = pooled_cfa([cfa(f, SCALES) for f in same]), cfa(same[0], SCALES)
    assert isinstance(model, CFA)
    assert isinstance(one, CFA)
    assert model.fit.chi2 == pytest.approx(one.fit.chi2, rel=1e-8)
    assert model.fit.p == pytest.approx(one.fit.p, rel=1e-8)
    assert model.fit.aic == pytest.approx(one.fit.aic, rel=1e-10)
    assert [row.se for row in model.loadings] == pytest.approx([row.se for row in one.loadings])
    assert [row.fmi for row in model.loadings] == [0.0] * 6
    alpha, plain = (
        pooled_reliability([reliability(f[items], scale="s") for f in same]),
        reliability(same[0][items], scale="s"),
    )
    assert isinstance(alpha, Reliability)
    assert isinstance(plain, Reliability)
    assert (alpha.alpha, alpha.omega) == (pytest.approx(plain.alpha), pytest.approx(plain.omega))
    assert alpha.omega_low == pytest.approx(plain.omega_low)
    assert alpha.df == inf
    table = pd.DataFrame({"1": same[0]["x1"], "2": same[0]["z1"]})
    stable, once = pooled_retest([retest(table, scale="s")] * 3), retest(table, scale="s")
    assert isinstance(stable, Retest)
    assert isinstance(once, Retest)
    # the error is that of the interval, which is not symmetric about the estimate
    assert [icc.icc for icc in stable.iccs] == pytest.approx([icc.icc for icc in once.iccs])
    assert [icc.high - icc.low for icc in stable.iccs] == pytest.approx(
        [icc.high - icc.low for icc in once.iccs], rel=0.05
    )


def test_what_one_data_set_cannot_give_the_pooled_one_cannot() -> None:
    no = NotApplicable("cfa", "", "it ran away")
    good = cfa(completed()[0], SCALES)
    assert pooled_cfa([good, no]) is no
    assert pooled_reliability([NotApplicable("reliability", "s", "r")]).reason == "r"  # type: ignore[union-attr] # it is none
    assert pooled_agreement([NotApplicable("agreement", "s", "r")]).reason == "r"  # type: ignore[union-attr] # it is none
    assert pooled_retest([NotApplicable("retest", "s", "r")]).reason == "r"  # type: ignore[union-attr] # it is none
    assert pooled_invariance([NotApplicable("invariance", "", "r")]).reason == "r"  # type: ignore[union-attr] # it is none
    assert isinstance(good, CFA)
    upside = replace(good, loadings=tuple(replace(row, loading=-row.loading) for row in good.loadings))
    turned = pooled_cfa([good, upside])
    assert isinstance(turned, NotApplicable)
    assert turned.reason == "the factor of f points up in some of the imputed data sets and down in others"


def test_pooled_tests_have_their_limits() -> None:
    """The same tests pool to chi-squared; ones that differ wildly to nothing; without df there is none."""
    same = pool_tests([9.0, 9.0, 9.0], 3)
    assert (same.f * 3, same.p) == (9.0, pytest.approx(stats.chi2.sf(9, 3)))
    assert pool_tests([0.0, 90.0, 1.0], 3).f == 0.0
    assert isnan(pool_tests([1.0, 2.0], 0).f)
    assert isnan(pool_tests([1.0, nan], 2).f)
    exact = pool_likelihoods(9.0, 9.0, 3, 5)
    assert (exact.f * 3, exact.df2) == (9.0, inf)
    less = pool_likelihoods(9.0, 6.0, 3, 5)
    assert less.riv == pytest.approx(6 / 12 * 3)
    assert less.f == pytest.approx(6 / (3 * 2.5))
    few = pool_likelihoods(9.0, 6.0, 1, 3)
    assert few.df2 == pytest.approx(2 * 2 * (1 + 1 / few.riv) ** 2 / 2)
