"""Contrasts, dominance and response surfaces held to R, and to what must not matter."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.contrast import Contrast, coefficients, outcomes, paired
from analysis.dominance import Dominance, dominance
from analysis.missing.pool import Estimates, rubin
from analysis.names import CLAIM, KINDS, POOLED
from analysis.result import NotApplicable
from analysis.surface import ResponseSurface, response_surface
from tests.support.reference import Case, cases, data, differences


def frame_of(case: Case) -> pd.DataFrame:
    return data(case.input)


def listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def contrast_of(case: Case) -> Contrast | NotApplicable:
    o = case.options
    margin = nan if o.get("equivalence") in (None, {}) else float(o["equivalence"])
    more = {"standardised": o["standardised"], "level": o["level"], "equivalence": margin}
    frame = frame_of(case)
    if o["which"] == "paired":
        return paired([frame], tuple(o["paired"]), **more)
    blocks = [listed(o["predictors"])]
    if o["which"] == "outcomes":
        return outcomes([frame], tuple(o["outcomes"]), blocks, listed(o["terms"])[0], o["errors"], **more)
    return coefficients([frame], o["outcome"], blocks, tuple(o["terms"]), o["errors"], **more)


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("differences", "contrast"), ids=str)
def test_every_contrast_is_r_s(case: Case) -> None:
    found = contrast_of(case)
    assert isinstance(found, Contrast), found
    assert not differences(found.numbers(), case.numbers, 1e-6, around=1e-9, of=case)


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("differences", "dominance"), ids=str)
def test_every_weight_is_that_of_all_subsets(case: Case) -> None:
    found = dominance([frame_of(case)], case.options["outcome"], listed(case.options["predictors"]))
    assert isinstance(found, Dominance), found
    assert not differences(found.numbers(), case.numbers, 1e-6, around=1e-9, of=case)
    assert sum(one.weight for one in found.weights) == pytest.approx(found.r2)
    assert {n.statistic for n in found.numbers()} == set(KINDS["dominance"])
    assert list(found.frame()["predictor"]) == listed(case.options["predictors"])


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("differences", "response_surface"), ids=str)
def test_every_term_of_a_surface_is_r_s(case: Case) -> None:
    o = case.options
    found = response_surface([frame_of(case)], o["outcome"], o["x"], o["y"], o["level"])
    assert isinstance(found, ResponseSurface), found
    assert not differences(found.numbers(), case.numbers, 1e-6, around=1e-9, of=case)
    assert found.at(found.centre, found.centre) == pytest.approx(found.term("b0").b)
    assert [test.term for test in found.tests(None)] == ["a1", "a2", "a3", "a4"]
    assert [test.term for test in found.tests(["b3"])] == ["b3"]
    listed_ = set(KINDS["response_surface"]) - {*POOLED, *CLAIM}
    assert {n.statistic for n in found.numbers()} == listed_


def sample(n: int = 80, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(rng.normal(size=(n, 3)), columns=["x", "z", "w"])
    frame["y"] = frame["x"] - 0.5 * frame["z"] + rng.normal(size=n)
    frame["v"] = 0.3 * frame["z"] + rng.normal(size=n)
    frame["team"] = [f"t{i % 10}" for i in range(n)]
    return frame


@settings(max_examples=30, deadline=None)
@given(scale=st.floats(0.05, 20), shift=st.floats(-100, 100), seed=st.integers(0, 99))
def test_units_and_order_do_not_matter(scale: float, shift: float, seed: int) -> None:
    frame = sample(60, seed)
    other = frame.assign(z=scale * frame["z"] + shift, y=3 * frame["y"] - 2).sample(frac=1, random_state=seed)
    for errors in ("classical", "HC3", {"cluster": "team"}, {"cr2": "team"}):
        one = coefficients([frame], "y", [["x"], ["z", "w"]], ("x", "z"), errors)
        two = coefficients([other], "y", [["w"], ["z", "x"]], ("x", "z"), errors)
        turned = coefficients([frame], "y", [["x", "z", "w"]], ("z", "x"), errors)
        assert isinstance(one, Contrast)
        assert isinstance(two, Contrast)
        assert isinstance(turned, Contrast)
        assert (two.b, two.se, two.df, two.p) == pytest.approx((one.b, one.se, one.df, one.p), rel=1e-6, abs=1e-9)
        assert (turned.b, turned.se, turned.p) == pytest.approx((-one.b, one.se, one.p), rel=1e-6)
    a, b = dominance([frame], "y", ["x", "z", "w"]), dominance([other], "y", ["w", "x", "z"])
    assert isinstance(a, Dominance)
    assert isinstance(b, Dominance)
    assert {w.predictor: w.weight for w in b.weights} == pytest.approx({w.predictor: w.weight for w in a.weights})
    c = response_surface([frame], "y", "x", "z")
    moved = frame.assign(x=scale * frame["x"] + shift, z=scale * frame["z"] + shift)
    d = response_surface([moved.sample(frac=1, random_state=seed)], "y", "x", "z")
    assert isinstance(c, ResponseSurface)
    assert isinstance(d, ResponseSurface)
    for name, power in (("a1", 1), ("a2", 2), ("a3", 1), ("a4", 2)):
        assert d.term(name).b * scale**power == pytest.approx(c.term(name).b, rel=1e-5, abs=1e-7)
        assert d.term(name).p == pytest.approx(c.term(name).p, rel=1e-5, abs=1e-9)


def test_completed_sets_are_pooled_by_rubins_rules() -> None:
    frame = sample()
    rng = np.random.default_rng(2)
    sets = [frame.assign(x=frame["x"] + 0.2 * rng.normal(size=len(frame))) for _ in range(4)]
    single = [coefficients([one], "y", [["x", "z"]], ("x", "z")) for one in sets]
    found = coefficients(sets, "y", [["x", "z"]], ("x", "z"))
    assert isinstance(found, Contrast)
    known = [one for one in single if isinstance(one, Contrast)]
    expected = rubin([Estimates(("b",), np.array([c.b]), np.array([[c.se**2]]), c.df) for c in known])
    assert (found.b, found.se, found.df) == pytest.approx(
        (float(expected.estimate[0]), float(expected.se[0]), float(expected.df[0]))
    )
    assert (found.missing, found.imputations) == ("mi", 4)
    assert found.riv > 0
    assert 0 < found.fmi < 1
    weights = dominance(sets, "y", ["x", "z"])
    assert isinstance(weights, Dominance)
    each = [dominance([one], "y", ["x", "z"]) for one in sets]
    mean = np.mean([one.weights[0].weight for one in each if isinstance(one, Dominance)])
    assert weights.weights[0].weight == pytest.approx(mean)
    surface = response_surface(sets, "y", "x", "z")
    assert isinstance(surface, ResponseSurface)
    assert surface.term("a1").fmi > 0
    assert {n.statistic for n in surface.numbers()} >= set(POOLED)
    same = response_surface([frame, frame], "y", "x", "z")
    one = response_surface([frame], "y", "x", "z")
    assert isinstance(same, ResponseSurface)
    assert isinstance(one, ResponseSurface)
    assert (same.term("a3").b, same.term("a3").se, same.term("a3").p) == pytest.approx(
        (one.term("a3").b, one.term("a3").se, one.term("a3").p)
    )


def test_what_cannot_be_done_says_why() -> None:
    frame = sample().assign(c=1.0, two=lambda d: (d["x"] > 0) * 1.0, same=lambda d: d["y"] - 1)

    def why(found: object) -> str:
        assert isinstance(found, NotApplicable), found
        return found.reason

    assert "no term nobody" in why(coefficients([frame], "y", [["x", "z"]], ("x", "nobody")))
    assert "constant" in why(coefficients([frame], "y", [["x", "c"]], ("x", "c")))
    assert "no variable q" in why(outcomes([frame], ("y", "q"), [["x"]], "x"))
    assert "constant" in why(outcomes([frame], ("y", "c"), [["x"]], "x"))
    assert "no term z" in why(outcomes([frame], ("y", "v"), [["x"]], "z"))
    assert "same for everybody" in why(paired([frame], ("y", "same")))
    assert "too few cases" in why(paired([frame.head(1)], ("x", "y")))
    assert "no variable q" in why(paired([frame], ("x", "q")))
    assert "two predictors or more" in why(dominance([frame], "y", ["x"]))
    assert "too many subsets" in why(dominance([frame], "y", [f"p{i}" for i in range(16)]))
    assert "collinear" in why(dominance([frame], "w", ["y", "same"]))
    assert "two other scores" in why(response_surface([frame], "y", "x", "x"))
    assert "no variable q" in why(response_surface([frame], "y", "x", "q"))
    assert "the square of two is collinear" in why(response_surface([frame], "y", "x", "two"))
    apart = frame.assign(pay=1e9 + frame["x"] ** 3)
    assert "x and pay have no range in common: are they in the same units?" in why(
        response_surface([apart], "y", "x", "pay")
    )
    assert "too few" in why(response_surface([frame.head(5)], "y", "x", "z"))


def test_equivalence_is_two_one_sided_tests_and_claims_rest_on_the_difference() -> None:
    found = coefficients([sample()], "y", [["x", "z"]], ("x", "z"), equivalence=5.0)
    assert isinstance(found, Contrast)
    assert found.tost_p < 0.001
    (test,) = found.tests(None)
    assert (test.symbol, test.estimate, test.p) == ("Δβ", found.b, found.p)
    assert found.tests(["other"]) == ()
    assert test.p_equivalent(5.0) == found.tost_p
