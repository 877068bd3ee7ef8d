"""Panels: every number against lavaan, sandwich and effectsize; what changes nothing; what cannot be had and why."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import AnalysisError
from analysis.names import CLAIM, KINDS
from analysis.panel import panel
from analysis.panel.attrition import staying
from analysis.panel.result import CROSS_LAGGED, RANDOM_INTERCEPT, Panel
from analysis.plan import load_plan
from analysis.result import NotApplicable, Result
from analysis.run import run
from survey.dataset.read import read_frame
from survey.instrument.load import load
from tests.support.reference import Case, cases, data, differences

EXACT = dict.fromkeys(
    (
        "n",
        "df",
        "rci",
        "rci_up",
        "rci_down",
        "stayed",
        "mean_stayed",
        "mean_left",
        "t",
        "d",
        "weight_min",
        "weight_max",
    ),
    1e-6,
)
INSTRUMENT = load(
    "format: twofold/1\nid: p\nversion: 1.0.0\nformats: {n: {type: number}}\nscales: {}\n"
    "items: {stress: {format: n}, support: {format: n}, age: {format: n}}\nfields: {wave: {type: wave}}\n",
    "p.yaml",
)


def wide() -> pd.DataFrame:
    long = data("panel")
    table = long.pivot(index="id", columns="wave", values=["stress", "support"])
    table.columns = pd.Index([f"{name}@{wave}" for name, wave in table.columns])
    return table.assign(age=long.groupby("id")["age"].first())


def names(*waves: int) -> tuple[list[str], list[str]]:
    return [f"stress@{wave}" for wave in waves], [f"support@{wave}" for wave in waves]


def done(frame: pd.DataFrame, *waves: int, **options: object) -> Panel:
    found = panel(frame, *names(*waves), **options)  # type: ignore[arg-type] # options vary
    assert isinstance(found, Panel), found
    return found


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("panel"), ids=str)
def test_every_number_is_that_of_lavaan(case: Case) -> None:
    options = case.options  # bounds near 0 keep the error of b, some 1e-6, of lavaan's search
    found = done(wide(), *options["waves"], covariates=options["covariates"], equal=options["equal"])
    assert differences(found.numbers(), case.numbers, 1e-4, EXACT, around=0.01, of=case) == []


def test_a_result_names_its_numbers_as_the_list_of_kinds_does() -> None:
    found = done(wide(), 1, 2, 3)
    assert isinstance(found, Result)
    numbers = found.numbers()
    assert {number.statistic for number in numbers} == set(KINDS["panel"]) - set(CLAIM)
    keys = [(number.target, number.term, number.statistic) for number in numbers]
    assert len(set(keys)) == len(keys)
    assert [model.name for model in found.models] == [RANDOM_INTERCEPT, CROSS_LAGGED]
    assert set(found.frame()["model"]) == {RANDOM_INTERCEPT, CROSS_LAGGED}
    assert found.frame().columns.tolist()[:3] == ["model", "path", "b"]
    crossed = [test.term for test in found.tests(None)]
    assert crossed == [
        "support@1->stress@2", "stress@1->support@2", "support@2->stress@3", "stress@2->support@3",
    ]  # fmt: skip
    (one,) = found.tests(["support@1->stress@2"])
    path = next(path for path in found.main.paths if path.term == one.term)
    assert (one.estimate, one.p, one.symbol) == (path.beta, path.p, "β")
    assert abs(one.estimate / one.se) == pytest.approx(abs(path.z))
    grown = found.growth[0]
    assert grown.line == pytest.approx([grown.parameters[0].b + grown.parameters[1].b * time for time in grown.times])
    assert grown.means == pytest.approx(wide()[[*names(1, 2, 3)[0]]].mean().tolist())
    assert (found.n, found.dropped) == (260, 0)


def test_two_waves_are_cross_lagged_and_say_so() -> None:
    found = done(wide(), 1, 2)
    assert [model.name for model in found.models] == [CROSS_LAGGED]
    assert found.growth == ()
    assert any("no degrees of freedom" in note for note in found.notes)
    assert found.main.change is None


def test_a_plan_runs_a_panel_and_its_claim() -> None:
    frame = data("panel").astype(object)
    frame = frame.where(frame.notna(), "").astype(str)
    text = """
format: twofold-plan/1
instrument: p
missing: {mi: {imputations: 2}}
analyses:
  - {kind: panel, x: [support@1, support@2, support@3], y: [stress@1, stress@2, stress@3], covariates: [age],
     tests: ['support@2->stress@3'], expect: negative}
"""
    (finding,) = run(load_plan(text, "p", INSTRUMENT), read_frame(frame, INSTRUMENT, "panel")).analyses
    (found,) = finding.results
    assert isinstance(found, Panel)
    direct = panel(wide(), *reversed(names(1, 2, 3)), ["age"])
    assert isinstance(direct, Panel)
    assert found.main.fit is not None
    assert direct.main.fit is not None
    assert found.main.fit.chi2 == pytest.approx(direct.main.fit.chi2, rel=1e-6)
    assert finding.claim is not None
    (path,) = [path for path in found.main.paths if path.term == "support@2->stress@3"]
    assert finding.claim.p == path.p


@settings(deadline=None, max_examples=4)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0.01, 3.0, 500.0]))
def test_units_and_order_of_people_change_nothing(seed: int, scale: float) -> None:
    table, rng = wide(), np.random.default_rng(seed)
    moved = table.iloc[rng.permutation(len(table))].copy()
    for name in names(1, 2, 3)[0]:
        moved[name] = moved[name] * scale + 7
    one, two = done(table, 1, 2, 3), done(moved, 1, 2, 3)
    ours = {(n.target, n.term, n.statistic): n.value for n in two.numbers()}
    free = {"z", "p", "beta", "chi2", "cfi", "rmsea", "srmr", "t", "d", "rci_up", "rci_down", "stayed", "n", "df"}
    for number in one.numbers():
        key = (number.target, number.term, number.statistic)
        if number.statistic in free and not (number.target == "stress" and number.term == "intercept"):
            assert ours[key] == pytest.approx(number.value, rel=1e-4, abs=1e-5), key
        if number.statistic in ("b", "se") and key[:2] in (("", "support@1->stress@2"), ("stress", "slope")):
            assert ours[key] == pytest.approx(number.value * scale, rel=1e-4, abs=1e-7 * scale), key


def test_what_cannot_be_had_says_why() -> None:
    table = wide()
    for frame, reason in (
        (table.assign(**{"stress@2": 3.0}), "constant"),
        (table.assign(**{"stress@2": table["stress@1"]}), "singular"),
        (table.assign(**{"stress@2": np.nan}), "never answered"),
    ):
        found = panel(frame, *names(1, 2))
        assert isinstance(found, NotApplicable)
        assert reason in found.reason
    with pytest.raises(AnalysisError, match="no column nothing"):
        panel(table, ["nothing", "stress@2"], names(1, 2)[1])
    with pytest.raises(AnalysisError, match="two waves or more"):
        panel(table, ["stress@1"], ["support@1"])
    empty = pd.concat([table, pd.DataFrame(np.nan, index=["x", "y"], columns=table.columns)])
    assert done(empty, 1, 2).dropped == 2


def test_improper_solutions_and_models_that_fail_are_named() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(size=(60, 6))  # nothing in common between waves: no between-person variance to be found
    frame = pd.DataFrame(rows, columns=[*names(1, 2, 3)[0], *names(1, 2, 3)[1]])
    found = done(frame, 1, 2, 3)
    said = " ".join(found.notes)
    assert found.main.improper or found.main.reason
    assert "improper" in said or "not applicable" in said
    assert found.models[1].fit is not None
    assert found.attrition.reason == "nobody left"
    assert (found.attrition.stayed, found.attrition.paths) == (60, ())
    if found.main.fit is None:
        assert ("", "", "not_applicable") in {(n.target, n.term, n.statistic) for n in found.numbers()}


def test_staying_that_is_told_exactly_has_no_weights() -> None:
    x = np.arange(20.0)[:, None]
    assert "tells exactly" in str(staying(x, (x[:, 0] > 9).astype(float)))
    assert "collinear" in str(staying(np.column_stack([x, x]), (x[:, 0] % 2).astype(float)))
    assert "too few" in str(staying(x[:1], np.ones(1)))
