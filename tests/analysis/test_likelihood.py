"""Logistic, ordinal and count regression held to R, and to what must not matter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.likelihood import Count, Fitted, Logistic, Ordinal, count, logistic, ordinal
from analysis.likelihood.pooled import pooled_fit
from analysis.names import CLAIM, KINDS, POOLED
from analysis.result import NotApplicable
from tests.support.reference import FOLDER, Case, cases, data, differences

FIT: dict[str, Callable[..., Any]] = {"logistic": logistic, "ordinal": ordinal, "count": count}
CASES = cases("likelihood")


def fitted(kind: str, frame: pd.DataFrame, outcome: str, blocks: list[list[str]], **options: Any) -> Fitted:
    found = FIT[kind](frame, outcome, blocks, **options)
    assert isinstance(found, Fitted), found
    return found


def reason(kind: str, frame: pd.DataFrame, outcome: str, blocks: list[list[str]], **options: Any) -> str:
    found = FIT[kind](frame, outcome, blocks, **options)
    assert isinstance(found, NotApplicable), found
    assert (found.kind, found.target) == (kind, outcome)
    return found.reason


def sample(n: int = 200, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.standard_normal((n, 2)), columns=["x", "z"])
    eta = 0.8 * frame["x"] - 0.4 * frame["z"] + rng.logistic(size=n)
    frame["logistic"] = (eta > 0).astype(float)
    frame["ordinal"] = np.digitize(eta, [-1.0, 0.5, 1.5]).astype(float)
    frame["count"] = rng.negative_binomial(2, 2 / (2 + np.exp(0.5 + 0.4 * frame["x"]))).astype(float)
    frame["team"] = [f"t{i % 20}" for i in range(n)]
    return frame


@pytest.mark.oracle
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}: {case.case}")
def test_every_number_is_r_s(case: Case) -> None:
    blocks = [[block] if isinstance(block, str) else list(block) for block in case.options["blocks"]]
    options = {"errors": case.options["errors"], "level": case.options["level"]}
    found = fitted(case.kind, data(case.input), case.options["outcome"], blocks, **options)
    assert not differences(found.numbers(), case.numbers, 1e-6, around=1e-9, of=case)


def completed() -> list[pd.DataFrame]:
    long = pd.read_csv(FOLDER / "imputed.csv").astype({"x": float, "w": float, "y": float})
    long["high"] = (long["y"] > 0) * 1.0
    return [part.reset_index(drop=True) for _, part in long.groupby("imputation")]


@pytest.mark.oracle
def test_pooled_numbers_are_those_of_mice() -> None:
    case = cases("pooling", "logistic")[0]
    found = pooled_fit("logistic", logistic, completed(), "high", [["x"], ["w"]])
    assert isinstance(found, Logistic)
    assert not differences(found.numbers(), case.numbers, 1e-6, around=1e-9, of=case)
    assert "pooled over 8 imputed data sets" in found.method
    assert found.df_of(found.coefficients[1]) == found.coefficients[1].df


@pytest.mark.parametrize("kind", list(FIT))
def test_sets_that_agree_give_the_single_result(kind: str) -> None:
    frame = sample()
    one = fitted(kind, frame, kind, [["x"], ["z"]])
    pooled = pooled_fit(kind, FIT[kind], [frame, frame, frame], kind, [["x"], ["z"]])
    assert isinstance(pooled, Fitted)
    for a, b in zip(one.coefficients, pooled.coefficients, strict=True):
        assert (a.b, a.se, a.p, a.ci_low, a.ratio_high) == pytest.approx((b.b, b.se, b.p, b.ci_low, b.ratio_high))
        assert (b.df, b.fmi) == (np.inf, 0)
    assert pooled.r2_nagelkerke == pytest.approx(one.r2_nagelkerke)
    assert pooled.steps[1].chi2_change == pytest.approx(one.coefficient("z").z ** 2)
    absent = pooled_fit(kind, FIT[kind], [frame, frame], kind, [["nobody"]])
    assert isinstance(absent, NotApplicable)


@pytest.mark.parametrize("kind", list(FIT))
def test_a_result_names_its_numbers_as_the_list_of_kinds_does(kind: str) -> None:
    found = fitted(kind, sample(), kind, [["x"], ["z"]])
    named = {number.statistic for number in found.numbers()}
    assert named == set(KINDS[kind]) - {*POOLED, *CLAIM} | {"df"}
    keys = [(n.target, n.term, n.statistic) for n in found.numbers()]
    assert len(keys) == len(set(keys))
    assert [test.term for test in found.tests(["z"])] == ["z"]
    assert len(found.tests(None)) == 2
    assert list(found.frame()["term"])[-2:] == ["x", "z"]
    with pytest.raises(KeyError):
        found.coefficient("nobody")


@settings(max_examples=40, deadline=None)
@given(
    kind=st.sampled_from(list(FIT)), scale=st.floats(0.05, 20), shift=st.floats(-1000, 1000), seed=st.integers(0, 99),
    errors=st.sampled_from(["classical", "HC3", "cluster"]),
)  # fmt: skip
def test_units_order_and_origin_do_not_matter(kind: str, scale: float, shift: float, seed: int, errors: str) -> None:
    frame = sample(150, seed)
    options: Any = {"cluster": "team"} if errors == "cluster" else errors
    options = "classical" if kind == "ordinal" and errors == "HC3" else options
    plain = fitted(kind, frame, kind, [["x"], ["z"]], errors=options)
    other = frame.assign(z=scale * frame["z"] + shift).sample(frac=1, random_state=seed)
    moved = fitted(kind, other, kind, [["x"], ["z"]], errors=options)
    one, two = plain.coefficient("z"), moved.coefficient("z")
    assert (two.b * scale, two.se * scale) == pytest.approx((one.b, one.se), rel=1e-6, abs=1e-9)
    assert (two.z, two.p) == pytest.approx((one.z, one.p), rel=1e-6, abs=1e-9)
    assert (moved.loglik, moved.chi2, moved.r2_mcfadden) == pytest.approx(
        (plain.loglik, plain.chi2, plain.r2_mcfadden), rel=1e-7
    )
    assert moved.steps[1].chi2_change == pytest.approx(plain.steps[1].chi2_change, rel=1e-6, abs=1e-9)
    if isinstance(plain, Ordinal) and isinstance(moved, Ordinal):
        assert [t.p for t in moved.brant] == pytest.approx([t.p for t in plain.brant], rel=1e-6, abs=1e-9)


def test_turned_answers_turn_every_sign() -> None:
    frame = sample()
    for kind, top in (("logistic", 1), ("ordinal", 3)):
        one = fitted(kind, frame, kind, [["x", "z"]])
        two = fitted(kind, frame.assign(**{kind: top - frame[kind]}), kind, [["x", "z"]])
        for term in ("x", "z"):
            assert two.coefficient(term).b == pytest.approx(-one.coefficient(term).b, rel=1e-8)
        assert two.loglik == pytest.approx(one.loglik)


def test_an_ordinal_outcome_of_categories_goes_by_their_order_and_a_choice_of_two_by_its_later() -> None:
    frame = sample()
    words = pd.Categorical.from_codes(frame["ordinal"].astype(int), ["none", "a little", "some", "much"])
    one, two = fitted("ordinal", frame, "ordinal", [["x"]]), fitted("ordinal", frame.assign(w=words), "w", [["x"]])
    assert two.coefficient("x").b == pytest.approx(one.coefficient("x").b)
    assert [row.term for row in two.coefficients][:3] == ["none|a little", "a little|some", "some|much"]
    assert isinstance(two, Ordinal)
    assert two.categories == ("none", "a little", "some", "much")
    choice = pd.Categorical.from_codes(frame["logistic"].astype(int), ["no", "yes"])
    found = fitted("logistic", frame.assign(c=choice), "c", [["x"]])
    assert isinstance(found, Logistic)
    assert (found.event, found.share) == ("yes", pytest.approx(frame["logistic"].mean()))


def test_separation_is_named_and_no_number_is_given() -> None:
    frame = sample(60)
    frame["sign"] = frame["logistic"] * 2 + 0.1 * frame["x"].clip(-3, 3)
    assert "sign separates the answers of logistic" in reason("logistic", frame, "logistic", [["z", "sign"]])
    frame["rare"] = np.where(frame["logistic"] > 0, (np.arange(60) % 7 == 0) * 1.0, 0.0)
    assert "rare separates" in reason("logistic", frame, "logistic", [["z"], ["rare"]])
    frame["top"] = (frame["ordinal"] == 3) * 1.0
    assert "top separates" in reason("ordinal", frame, "ordinal", [["x", "top"]])
    frame["never"] = np.where(frame["count"] == 0, (np.arange(60) % 3 == 0) * 1.0, 0.0)
    assert "never separates" in reason("count", frame, "count", [["x", "never"]])


def test_what_cannot_be_done_says_why() -> None:
    frame = sample().assign(half=0.5, text="a", less=-1.0, many=np.arange(200.0))
    frame["double"] = 2 * frame["x"]
    assert "two values, and ordinal has 4" in reason("logistic", frame, "ordinal", [["x"]])
    assert "has 1" in reason("logistic", frame, "text", [["x"]])
    assert "take logistic for two" in reason("ordinal", frame, "logistic", [["x"]])
    assert "200 different values" in reason("ordinal", frame, "many", [["x"]])
    assert "not whole" in reason("count", frame, "half", [["x"]])
    assert "negative" in reason("count", frame, "less", [["x"]])
    assert "holds categories" in reason("count", frame, "team", [["x"]])
    for kind in FIT:
        assert "double is collinear" in reason(kind, frame, kind, [["x", "double"]])
        assert "constant" in reason(kind, frame, kind, [["half"]])
        assert "too few" in reason(kind, frame.head(4), kind, [["x", "z", "many"]]) or kind != "count"
        assert "no variable nobody" in reason(kind, frame, kind, [["nobody"]])
        assert "two clusters" in reason(kind, frame.assign(team="t"), kind, [["x"]], errors={"cluster": "team"})
        with pytest.raises(ValueError, match="errors must be"):
            FIT[kind](frame, kind, [["x"]], errors={"cr2": "team"})
    with pytest.raises(ValueError, match="level"):
        logistic(frame, "logistic", [["x"]], level=95)


def test_counts_that_vary_less_than_poisson_are_said_to_be_poisson() -> None:
    import statsmodels.api as sm

    frame = sample()
    frame["even"] = np.round(3 + 0.5 * frame["x"]).clip(0)
    found = fitted("count", frame, "even", [["x"]])
    assert isinstance(found, Count)
    assert found.theta == np.inf
    assert "Poisson" in found.method
    assert any("limit" in note for note in found.notes)
    expected = sm.GLM(frame["even"], sm.add_constant(frame[["x"]]), family=sm.families.Poisson()).fit()
    np.testing.assert_allclose(found.frame()["b"], expected.params, rtol=1e-8)
    np.testing.assert_allclose(found.frame()["se"], expected.bse, rtol=1e-6)
    assert found.aic == pytest.approx(expected.aic)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(list(FIT)), n=st.integers(0, 25), seed=st.integers(0, 500), levels=st.integers(1, 6),
    errors=st.sampled_from(["classical", "HC3", "cluster"]),
)  # fmt: skip
def test_whatever_the_data_it_is_a_result_or_a_reason(kind: str, n: int, seed: int, levels: int, errors: str) -> None:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "x": rng.integers(0, levels, n).astype(float), "z": rng.normal(size=n),
        "c": rng.choice(["a", "b", "c"], n), "y": rng.integers(0, levels, n).astype(float),
        "team": [f"t{i // 4}" for i in range(n)],
    })  # fmt: skip
    options: Any = {"cluster": "team"} if errors == "cluster" else errors
    options = "classical" if kind == "ordinal" and errors == "HC3" else options
    found = FIT[kind](frame, "y", [["x"], ["z", "c"]], options)
    if isinstance(found, NotApplicable):
        assert found.reason
    else:
        assert all(not np.isnan(number.value) for number in found.numbers())
        assert max(abs(row.b) for row in found.predictors()) < 1e4
