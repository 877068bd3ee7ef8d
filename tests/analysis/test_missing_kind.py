"""What is missing: rates, reasons, patterns and Little's test, against R; maximum likelihood against lavaan."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from analysis.correlation import Correlation
from analysis.missing.em import em_moments
from analysis.missing.fiml import fiml_correlation, fiml_regression
from analysis.missing.little import little_test
from analysis.missing.result import Missingness, missingness, reasons_of
from analysis.regression import Regression, regression
from analysis.result import NotApplicable, Number
from analysis.scoring import score
from analysis.simulate import simulate
from survey.instrument.load import shipped
from tests.support.reference import SHARED, Case, cases, data, differences


def listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


@pytest.mark.oracle
def test_counts_and_littles_test_are_those_of_r() -> None:
    case = cases("pooling", "missing")[0]
    found = missingness(data(case.input))
    assert isinstance(found, Missingness)
    assert differences(found.numbers(), case.numbers, 1e-8, of=case) == []
    assert sum(one.count for one in found.patterns) == found.n
    assert found.complete == next(one.count for one in found.patterns if one.name == "complete")


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("missing", "little"), ids=str)
def test_littles_test_is_the_formula_written_in_r(case: Case) -> None:
    found = little_test(em_moments(data(case.input)[list(case.options["variables"])]))
    numbers = [Number("", "", f"little_{name}", getattr(found, name)) for name in ("chi2", "df", "p")]
    assert differences(numbers, case.numbers, 1e-8) == []


@pytest.mark.oracle
@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data are not here")
def test_airquality_is_not_missing_completely_at_random() -> None:
    folder = SHARED / "13_airquality_mcar"
    wanted = json.loads((folder / "values.json").read_text(encoding="utf-8"))["little_ml"]
    found = missingness(pd.read_csv(folder / "data.csv").astype(float))
    assert isinstance(found, Missingness)
    assert found.little is not None
    np.testing.assert_allclose(
        [found.little.chi2, found.little.df, found.little.p, found.little.patterns],
        [wanted["d2"], wanted["df"], wanted["p"], wanted["patterns"]],
        rtol=1e-9,
    )


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("missing", "fiml_correlation"), ids=str)
def test_correlations_by_maximum_likelihood_are_lavaans(case: Case) -> None:
    frame = data(case.input)[list(case.options["variables"])]
    found = fiml_correlation(frame)
    assert isinstance(found, Correlation)
    wanted = {key: value for key, value in case.numbers.items() if key[2] not in ("loglik", "se")}
    ours = [number for number in found.numbers() if number.statistic != "n"]
    # lavaan stops when its gradient is small (r good to 1e-7; our moments agree with EM in R to 1e-9, see above), and
    # differentiates that gradient numerically: its errors are good to about 1e-5.
    assert differences(ours, wanted, 1e-6, {"p": 1e-4, "ci_low": 1e-5, "ci_high": 1e-5}) == []
    both = {pair.name: int(frame[[pair.a, pair.b]].notna().all(axis=1).sum()) for pair in found.pairs}
    assert {pair.name: pair.n for pair in found.pairs} == both
    assert found.missing == "fiml"


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("missing", "fiml_regression"), ids=str)
def test_regressions_by_maximum_likelihood_are_lavaans(case: Case) -> None:
    found = fiml_regression(data(case.input), case.options["outcome"], [listed(case.options["predictors"])])
    assert isinstance(found, Regression)
    ours = [n for n in found.numbers() if (n.target, n.term, n.statistic) in case.numbers]
    assert differences(ours, case.numbers, 1e-6, {"se": 1e-5, "t": 1e-5, "p": 1e-4}) == []


def test_without_gaps_maximum_likelihood_is_least_squares() -> None:
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(80, 3)), columns=["x", "w", "y"])
    frame["y"] += frame["x"]
    frame["g"] = pd.Categorical(np.resize(["a", "b", "c"], 80))
    found = fiml_regression(frame, "y", [["x"], ["w", "g"]])
    plain = regression(frame, "y", [["x"], ["w", "g"]], "classical")
    assert isinstance(found, Regression)
    assert isinstance(plain, Regression)
    assert dict(found.references) == dict(plain.references) == {"g": "a"}
    n, df = 80, plain.df
    for ours, theirs in zip(found.coefficients, plain.coefficients, strict=True):
        assert ours.term == theirs.term
        for name in ("b", "beta", "sr2", "vif", "unit"):
            assert getattr(ours, name) == pytest.approx(getattr(theirs, name), rel=1e-8, nan_ok=True)
        if theirs.term != "(intercept)":
            # ML divides by n where least squares divides by its df.
            assert ours.se == pytest.approx(theirs.se * np.sqrt(df / n), rel=1e-8)
    assert [found.r2, found.adj_r2, found.f2, found.sigma] == pytest.approx(
        [plain.r2, plain.adj_r2, plain.f2, plain.sigma], rel=1e-8
    )
    assert found.f == pytest.approx(plain.f * n / df, rel=1e-8)
    for ours, theirs in zip(found.blocks, plain.blocks, strict=True):
        assert (ours.name, ours.terms, ours.df1_change) == (theirs.name, theirs.terms, theirs.df1_change)
        assert (ours.r2, ours.r2_change) == pytest.approx((theirs.r2, theirs.r2_change), rel=1e-8)
        assert ours.f_change == pytest.approx(theirs.f_change * n / theirs.df2_change, rel=1e-8)
        assert np.isinf(ours.df2_change)
        assert 0 < ours.p_change < 1
    assert (found.n, found.dropped) == (80, 0)


def test_reasons_waves_and_categories() -> None:
    frame = pd.DataFrame(
        {
            "x": [1.0, np.nan, 3.0, np.nan, 2.0, 4.0],
            "g": pd.Categorical(["a", None, "b", "a", None, "b"]),
            "y": [1.0, 2.0, 2.5, 4.0, np.nan, 3.0],
        }
    )
    waves = pd.Series(pd.Categorical(["1", "1", "1", "2", "2", "2"]))
    found = missingness(frame, {"x": ["", "skipped", "", "refused", "", ""], "y": [""] * 6}, waves)
    assert isinstance(found, Missingness)
    numbers = {(n.target, n.term): n.value for n in found.numbers() if n.statistic == "rate"}
    assert numbers == {
        ("", ""): pytest.approx(5 / 18), ("x", ""): 2 / 6, ("x", "reason:refused"): 1 / 6,
        ("x", "reason:skipped"): 1 / 6, ("x", "wave:1"): 1 / 3, ("x", "wave:2"): 1 / 3, ("g", ""): 2 / 6,
        ("g", "wave:1"): 1 / 3, ("g", "wave:2"): 1 / 3, ("y", ""): 1 / 6, ("y", "reason:no_reason"): 1 / 6,
        ("y", "wave:1"): 0.0, ("y", "wave:2"): 1 / 3,
    }  # fmt: skip
    patterns = {n.term: n.value for n in found.numbers() if n.statistic == "pattern"}
    assert patterns == {"complete": 3, "x+g": 1, "x": 1, "g+y": 1}
    assert found.tested == ("x", "y")
    assert any("leaves out what is constant or a category: g" in note for note in found.notes)
    assert found.frame()["refused"].tolist() == [1, 0, 0]


def test_gaps_in_categories_alone_are_told_apart_from_none() -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0, 4.0], "g": pd.Series(["a", None, "b"])})
    for one, reason in (
        (frame, "values are missing only where it cannot test: in categories or constants"),
        (frame.assign(g="a"), "no value is missing"),
    ):
        found = missingness(one, {})
        assert isinstance(found, Missingness)
        assert found.little is None
        assert found.untested == reason


def test_reasons_of_scores_are_those_of_their_items() -> None:
    instrument = shipped("two-supports")
    dataset = simulate(instrument, 150, 7).dataset
    some = [key.lstrip("-") for key in instrument.scales["stress"].items[:6]]
    dataset.respondents.loc["r0001", some] = np.nan
    dataset.missing.loc["r0001", some] = "skipped"
    scored = score(dataset)
    found = reasons_of(scored, ["mentor_psychosocial", "stress", "str1", "seconds_per_item"])
    assert set(found) == {"mentor_psychosocial", "stress", "str1"}
    items = scored.dataset.missing.reindex(scored.frame.index)[list(scored.items("mentor_psychosocial").columns)]
    unshown = (items == "not_shown").all(axis=1).to_numpy()
    assert [reason == "not_shown" for reason in found["mentor_psychosocial"]] == unshown.tolist()
    account = missingness(scored.frame[["mentor_psychosocial", "stress", "str1"]], found)
    assert isinstance(account, Missingness)
    assert set(account.variables[0].reasons) <= {"not_shown", "skipped", "too_few_items"}
    assert account.variables[1].reasons["too_few_items"] > 0
    assert account.variables[0].reasons["not_shown"] == unshown.sum() > 0
    assert set(account.variables[2].reasons) == {"skipped"}
    assert all(sum(one.reasons.values()) == one.missing for one in account.variables)


def test_what_cannot_be_tested_says_why() -> None:
    whole = missingness(pd.DataFrame({"x": [1.0, 2.0, 3.0]}))
    assert isinstance(whole, Missingness)
    assert (whole.little, whole.untested) == (None, "no value is missing")
    apart = missingness(pd.DataFrame({"x": [1.0, 2, 3, np.nan, np.nan], "y": [np.nan, np.nan, np.nan, 4.0, 5]}))
    assert isinstance(apart, Missingness)
    assert apart.untested == "no case has both x and y"
    empty = missingness(pd.DataFrame({"x": [np.nan, np.nan]}))
    assert isinstance(empty, Missingness)
    assert empty.variables[0].rate == 1.0
    assert empty.patterns[0].name == "x"
    assert empty.untested == "no variable holds numbers that vary"
    assert isinstance(missingness(pd.DataFrame()), NotApplicable)
    assert isinstance(missingness(pd.DataFrame({"x": []}, dtype=float)), NotApplicable)
    for bad in (fiml_correlation(pd.DataFrame({"x": [1.0, 1, 1], "y": [1.0, 2, 3]})),
                fiml_regression(pd.DataFrame({"x": [1.0, 1, 1], "y": [1.0, 2, 3]}), "y", [["x"]])):  # fmt: skip
        assert isinstance(bad, NotApplicable)
        assert bad.reason == "x is constant"
    lost = fiml_regression(pd.DataFrame({"y": [1.0, 2.0]}), "y", [["x"]])
    assert isinstance(lost, NotApplicable)
    assert lost.reason == "there is no variable x in the data"
