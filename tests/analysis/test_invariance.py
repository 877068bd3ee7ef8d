"""Measurement invariance: every step against lavaan, partial invariance, and groups that cannot be compared."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.errors import AnalysisError
from analysis.invariance import STEPS, Invariance, invariance, invariance_of, over_waves
from analysis.moments import moments
from analysis.names import KINDS
from analysis.plan import load_plan
from analysis.result import NotApplicable, Result
from analysis.run import run
from reports.text import plain
from reports.verbs import sentence, table
from survey.dataset.read import read_frame
from survey.instrument.load import load
from tests.analysis.test_cfa import ITERATIVE, SCALES, simulated
from tests.support.reference import FOLDER, Case, cases, data, differences

SMALL = ("cfi_change", "rmsea_change")
"""Differences of numbers near 1, which keep the absolute error of those."""


def done(frame: pd.DataFrame, groups: object, **options: object) -> Invariance:
    found = invariance(frame, groups, SCALES, **options)  # type: ignore[arg-type] # options vary
    assert isinstance(found, Invariance), found
    return found


def two_groups(n: int = 300, shift: float = 0.0, weaker: float = 1.0) -> tuple[pd.DataFrame, pd.Series]:
    """The same model in both groups; in the second, item c is shifted and loads ``weaker`` times as high."""
    one, two = simulated(1, n), simulated(2, n)
    two["c"] = two["c"] * weaker + shift
    return pd.concat([one, two], ignore_index=True), pd.Series(["x"] * n + ["y"] * n)


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("cfa", "invariance"), ids=str)
def test_every_number_is_that_of_lavaan(case: Case) -> None:
    frame = pd.read_csv(FOLDER / "study.csv")
    young = frame["age"].isin(["age_18_24", "age_25_34"])
    groups = pd.Series(np.where(young, "young", "old"), dtype=object).where(frame["age"].notna(), None)
    options = dict(case.options)
    options.pop("group")
    found = invariance(frame, groups, options.pop("scales"), **options)
    assert isinstance(found, Invariance)
    usual = {key: value for key, value in case.numbers.items() if key[2] not in SMALL}
    small = {key: value for key, value in case.numbers.items() if key[2] in SMALL}
    ours = found.numbers()
    assert differences([n for n in ours if n.statistic not in SMALL], usual, 1e-6, ITERATIVE, of=case) == []
    assert differences([n for n in ours if n.statistic in SMALL], small, 1e-6, around=0.1, of=case) == []


def test_a_result_names_its_numbers_as_the_list_of_kinds_does() -> None:
    frame, groups = two_groups()
    named: set[str] = set()
    cut = frame.round().clip(-2, 2)
    for estimator in ("ml", "mlr", "fiml", "wlsmv"):
        found = done(cut if estimator == "wlsmv" else frame, groups, estimator=estimator)
        assert isinstance(found, Result)
        numbers = found.numbers()
        assert len({(n.target, n.term, n.statistic) for n in numbers}) == len(numbers)
        assert all(np.isfinite(number.value) for number in numbers)
        named |= {number.statistic for number in numbers}
    assert named == set(KINDS["invariance"])
    assert found.frame()["step"].tolist() == list(STEPS)
    assert found.sizes == (300, 300)


def test_steps_see_what_differs() -> None:
    same = done(*two_groups())
    assert all(step.change is None or step.change.p_change > 0.01 for step in same.steps)
    loads = done(*two_groups(weaker=0.2))
    assert loads.steps[1].change is not None
    assert loads.steps[1].change.p_change < 1e-4
    shifted = done(*two_groups(shift=0.5))
    metric, scalar = shifted.steps[1].change, shifted.steps[2].change
    assert metric is not None
    assert scalar is not None
    assert metric.p_change > 0.01
    assert scalar.p_change < 1e-6
    free = done(*two_groups(shift=0.5), free=["c"])
    assert free.free == ("c",)
    assert free.steps[2].change is not None
    assert free.steps[2].change.p_change > 0.01
    assert free.steps[2].change.df_change == shifted.steps[2].change.df_change - 1  # type: ignore[union-attr] # not None


def test_labels_their_order_and_units_change_nothing() -> None:
    frame, groups = two_groups(shift=0.2)
    first = done(frame, groups)
    order = np.random.default_rng(3).permutation(len(frame))
    other = done(frame.iloc[order] * 10.0 + 5.0, groups.map({"x": 2.0, "y": 1.0}).iloc[order])
    assert other.groups == ("1", "2")
    units = ("loglik", "aic", "bic")
    for one, two in zip(first.numbers(), other.numbers(), strict=True):
        if one.statistic not in units:
            np.testing.assert_allclose(two.value, one.value, rtol=1e-5, atol=1e-7, err_msg=one.statistic)


def test_moments_of_groups_are_enough() -> None:
    frame, groups = two_groups(shift=0.2)
    whole = done(frame, groups)
    found = invariance_of({name: moments(part) for name, part in frame.groupby(groups)}, SCALES)
    assert isinstance(found, Invariance)
    for one, two in zip(whole.numbers(), found.numbers(), strict=True):
        np.testing.assert_allclose(two.value, one.value, rtol=1e-7, atol=1e-9)
    assert replace(found, steps=()) == replace(whole, steps=())


def test_what_cannot_be_compared_says_why() -> None:
    frame, groups = two_groups(50)
    for labels, reason in (
        (pd.Series(["x"] * 100), "fewer than two groups"),
        (pd.Series(["x"] * 95 + ["y"] * 5), "1 of the 2 groups are singular"),
    ):
        found = invariance(frame, labels, SCALES)
        assert isinstance(found, NotApplicable)
        assert reason in found.reason
    missing = done(frame, groups.where(groups.index > 9, None))
    assert (missing.sizes, missing.dropped) == ((40, 50), 10)
    for options, message in (
        ({"free": ["zz"]}, "in no scale of the model: zz"),
        ({"estimator": "gls"}, "no estimator 'gls'"),
    ):
        with pytest.raises(AnalysisError, match=message):
            done(frame, groups, **options)
    with pytest.raises(AnalysisError, match="group labels"):
        done(frame, groups.head(3))


def test_many_groups_are_fitted() -> None:
    frame = pd.concat([simulated(seed, 60) for seed in range(12)], ignore_index=True)
    found = done(frame, np.repeat(np.arange(12), 60))
    assert [step.fit.df for step in found.steps if step.fit is not None] == [228, 294, 360, 448]
    assert found.notes == ()


def waved() -> pd.DataFrame:
    long = data("longitudinal")
    wide = long.pivot(index="id", columns="wave", values=["i1", "i2", "i3", "i4"])
    wide.columns = pd.Index([f"{item}@{wave}" for item, wave in wide.columns])
    return wide


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("longitudinal"), ids=str)
def test_over_waves_every_number_is_that_of_lavaan(case: Case) -> None:
    options = case.options
    waves = [str(wave) for wave in options["waves"]]
    scales = {"s": ["i1", "i2", "i3", "i4"]}
    found = over_waves(waved(), waves, scales, estimator=options["estimator"], free=options["free"])
    assert isinstance(found, Invariance), found
    usual = {key: value for key, value in case.numbers.items() if key[2] not in SMALL}
    near = {key: value for key, value in case.numbers.items() if key[2] in SMALL}
    numbers = found.numbers()
    assert differences([n for n in numbers if n.statistic not in SMALL], usual, 1e-6, ITERATIVE, of=case) == []
    assert differences([n for n in numbers if n.statistic in SMALL], near, 1e-6, around=0.1, of=case) == []
    assert found.waves
    assert found.items == ("i1", "i2", "i3", "i4")
    assert found.free == tuple(options["free"])
    if options["estimator"] == "fiml":
        assert found.sizes == tuple(data("longitudinal").groupby("wave").size())


def test_waves_that_cannot_be_compared_say_why_and_units_change_nothing() -> None:
    scales = {"s": ["i1", "i2", "i3", "i4"]}
    one = over_waves(waved(), ["1"], scales)
    assert isinstance(one, NotApplicable)
    assert "fewer than two waves" in one.reason
    flat = over_waves(waved().assign(**{"i1@2": 1.0}), ["1", "2"], scales)
    assert isinstance(flat, NotApplicable)
    assert "constant" in flat.reason
    with pytest.raises(AnalysisError, match="no column i1@9"):
        over_waves(waved(), ["1", "9"], scales)
    first, second = over_waves(waved(), ["1", "2"], scales), over_waves(waved() * 10 + 4, ["1", "2"], scales)
    assert isinstance(first, Invariance)
    assert isinstance(second, Invariance)
    for a, b in zip(first.steps, second.steps, strict=True):
        assert a.fit is not None
        assert b.fit is not None
        assert b.fit.chi2 == pytest.approx(a.fit.chi2, rel=1e-6)


def test_a_plan_asks_for_waves_of_a_scale() -> None:
    instrument = load(
        "format: twofold/1\nid: w\nversion: 1.0.0\nformats: {n: {type: number}}\n"
        "items: {i1: {format: n}, i2: {format: n}, i3: {format: n}, i4: {format: n}}\n"
        "scales: {s: {label: S, items: [i1, i2, i3, i4]}}\nfields: {wave: {type: wave}}\n",
        "w.yaml",
    )
    frame = data("longitudinal")
    texts = pd.DataFrame({c: [None if pd.isna(v) else f"{v}" for v in frame[c]] for c in frame.columns})
    entry = "{kind: invariance, scales: [s], waves: [1, 2, 3], estimator: fiml}"
    plan = load_plan(f"format: twofold-plan/1\ninstrument: w\nanalyses: [{entry}]\n", "p", instrument)
    (finding,) = run(plan, read_frame(texts, instrument, "w")).analyses
    (found,) = finding.results
    direct = over_waves(waved(), ["1", "2", "3"], {"s": ["i1", "i2", "i3", "i4"]})
    assert isinstance(found, Invariance)
    assert isinstance(direct, Invariance)
    for a, b in zip(found.steps, direct.steps, strict=True):
        assert a.fit is not None
        assert b.fit is not None
        assert a.fit.chi2 == pytest.approx(b.fit.chi2, rel=1e-8)
    assert "Over Waves" in plain(table(found).title)
    assert "Waves: 1 (n = 240)" in plain(table(found).general)
    assert sentence(found).startswith("3 waves, 1 (n = 240)")
