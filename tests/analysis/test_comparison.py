"""Comparisons of groups held to R and pingouin, and to what must not matter; what cannot be compared says why."""

from __future__ import annotations

from math import nan
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.comparison import compare_groups
from analysis.comparison.effects import bayes_factor, explained, noncentral_t, ranks
from analysis.comparison.result import Comparison
from analysis.comparison.studentized import tukey_p, tukey_q
from analysis.missing.pool import Estimates, joint_test, rubin
from analysis.names import CLAIM, KINDS
from analysis.plan import check_plan, load_plan
from analysis.result import NotApplicable
from analysis.run import run
from analysis.simulate import simulate
from survey.instrument.load import shipped
from tests.support.reference import Case, cases, data, differences


def held(found: Comparison | NotApplicable) -> Comparison:
    assert isinstance(found, Comparison), found
    return found


def of(case: Case) -> Comparison:
    o: dict[str, Any] = dict(case.options)
    margin = nan if o["equivalence"] in (None, {}) else float(o["equivalence"])
    frame = data(case.input)
    found = compare_groups(
        [frame], o["outcome"], o["by"], level=o["level"], equivalence=margin, student=o["student"]
    )  # fmt: skip
    return held(found)


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("compare"), ids=str)
def test_every_number_is_r_s(case: Case) -> None:
    assert not differences(of(case).numbers(), case.numbers, 1e-6, around=1e-4, of=case)


def test_every_name_is_given() -> None:
    given_ = {number.statistic for case in cases("compare") for number in of(case).numbers()}
    assert given_ == set(KINDS["compare"]) - {"riv", "fmi", *CLAIM}


@pytest.mark.oracle
@pytest.mark.parametrize(("t", "n1", "n2"), [(3.5, 20, 20), (0.0, 5, 7), (0.3, 3, 100), (-2.0, 15, 20), (12, 200, 300)])
def test_bayes_factors_are_pingouins(t: float, n1: int, n2: int) -> None:
    import pingouin

    assert bayes_factor(t, n1, n2) == pytest.approx(float(pingouin.bayesfactor_ttest(t, n1, n2)), rel=1e-9)


@pytest.mark.oracle
def test_pingouin_agrees_on_penguins() -> None:
    import pingouin

    penguins = data("penguins")
    found = held(compare_groups([penguins], "body_mass_g", "species"))
    games = pingouin.pairwise_gameshowell(penguins, "body_mass_g", "species")
    assert [one.p_gh for one in found.pairs] == pytest.approx(list(games["pval"]), rel=1e-6, abs=1e-10)
    welch = pingouin.welch_anova(penguins, "body_mass_g", "species").iloc[0]
    assert found.whole is not None
    assert (found.whole.f_welch, found.whole.df2_welch) == pytest.approx((welch["F"], welch["ddof2"]))
    whole = pingouin.anova(penguins, "body_mass_g", "species", detailed=True).iloc[0]
    assert (found.whole.f, found.whole.eta2) == pytest.approx((whole["F"], whole["np2"]))


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("q", "k", "df"), [(3.5, 3, 20.0), (1.0, 2, 1.5), (12.0, 5, 4.2), (30.0, 3, 2.0), (0.2, 12, 9.0)]
)
def test_the_studentized_range_is_scipys(q: float, k: int, df: float) -> None:
    from scipy.stats import studentized_range

    assert tukey_p(q, k, df) == pytest.approx(float(studentized_range.sf(q, k, df)), rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(k=st.integers(2, 12), df=st.floats(1, 500), level=st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_a_quantile_of_the_range_is_exceeded_as_often_as_it_says(k: int, df: float, level: float) -> None:
    q = tukey_q(level, k, df)
    assert tukey_p(q, k, df) == pytest.approx(1 - level, rel=1e-6)
    assert tukey_p(q, k + 1, df) > tukey_p(q, k, df)


def test_two_means_have_the_range_of_a_t() -> None:
    from scipy import stats

    for t, df in ((0.5, 3.0), (2.1, 17.3), (4.0, 250.0)):
        assert tukey_p(t * 2**0.5, 2, df) == pytest.approx(2 * stats.t.sf(t, df), rel=1e-9)
    assert tukey_p(2.0 * 2**0.5, 2, np.inf) == pytest.approx(2 * stats.norm.sf(2.0), rel=1e-9)
    assert tukey_p(0.0, 4, 9.0) == 1.0


@settings(max_examples=60, deadline=None)
@given(t=st.floats(-30, 30), df=st.floats(2, 2000), level=st.sampled_from([0.8, 0.95, 0.99]))
def test_noncentral_bounds_put_t_at_the_tails(t: float, df: float, level: float) -> None:
    low, high = noncentral_t(t, df, level)
    assert low < high
    turned = noncentral_t(-t, df, level)
    assert (-turned[1], -turned[0]) == pytest.approx((low, high), rel=1e-6, abs=1e-6)


def sample(seed: int = 1, n: int = 60, k: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    group = np.array(["a", "b", "c", "d"])[:k][np.arange(n) % k]
    spread = np.where(group == "a", 1.0, 2.0)
    return pd.DataFrame({"y": rng.normal(size=n) * spread + (group == "b"), "g": group})


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 99), k=st.integers(2, 4), scale=st.floats(0.01, 50), shift=st.floats(-1000, 1000))
def test_units_order_and_names_do_not_matter(seed: int, k: int, scale: float, shift: float) -> None:
    frame = sample(seed, 40, k)
    one = held(compare_groups([frame], "y", "g"))
    moved = frame.assign(y=frame["y"] * scale + shift).sample(frac=1, random_state=seed)
    two = held(compare_groups([moved], "y", "g"))
    for a, b in zip(one.pairs, two.pairs, strict=True):
        assert (b.t, b.df, b.p, b.d, b.g, b.u, b.bf10) == pytest.approx(
            (a.t, a.df, a.p, a.d, a.g, a.u, a.bf10), rel=1e-6, abs=1e-9
        )
        assert (b.b, b.ci_low) == pytest.approx((a.b * scale, a.ci_low * scale), rel=1e-6, abs=1e-8 * scale)
        assert a.ci_low < a.b < a.ci_high
        assert a.g_ci_low < a.g < a.g_ci_high
        assert abs(a.g) < abs(a.d)
    turned = frame.assign(g=pd.Categorical(frame["g"], sorted(frame["g"].unique())[::-1]))
    back = held(compare_groups([turned], "y", "g"))
    first, last = one.pair("a~b"), back.pair("b~a")
    assert (last.b, last.d, last.rank_biserial) == pytest.approx((-first.b, -first.d, -first.rank_biserial))
    assert (last.p, last.p_u, last.bf10) == pytest.approx((first.p, first.p_u, first.bf10))
    if one.whole is not None and back.whole is not None:
        assert back.whole.f_welch == pytest.approx(one.whole.f_welch)
        assert 0 <= one.whole.omega2 <= one.whole.eta2 <= 1


def test_completed_sets_are_pooled_by_rubins_rules() -> None:
    frame = sample()
    rng = np.random.default_rng(2)
    sets = [frame.assign(y=frame["y"] + 0.3 * rng.normal(size=len(frame))) for _ in range(5)]
    each = [held(compare_groups([one], "y", "g")) for one in sets]
    found = held(compare_groups(sets, "y", "g", equivalence=0.5))
    by_hand = rubin([
        Estimates(("b",), np.array([e.pair("a~b").b]), np.array([[e.pair("a~b").se ** 2]]), e.pair("a~b").df)
        for e in each
    ])  # fmt: skip
    pair = found.pair("a~b")
    assert (pair.b, pair.se, pair.df) == pytest.approx(
        (float(by_hand.estimate[0]), float(by_hand.se[0]), float(by_hand.df[0]))
    )
    assert pair.d == pytest.approx(np.mean([e.pair("a~b").d for e in each]))
    assert pair.riv > 0
    assert pair.p < pair.p_gh < 1
    assert 0 < pair.tost_p < 1
    assert np.isnan([pair.g_ci_low, pair.bf10, pair.p_u, pair.p_tukey]).all()
    assert (found.missing, found.imputations) == ("mi", 5)
    assert found.whole is not None
    from analysis.regression import regression
    from analysis.regression.result import Regression

    fits = [regression(one, "y", [["g"]], "classical") for one in sets]
    assert all(isinstance(fit, Regression) for fit in fits)
    joint = joint_test(
        [
            Estimates(
                ("b", "c"), np.array([fit.coefficient("g[b]").b, fit.coefficient("g[c]").b]), fit.covariance[1:, 1:],
                fit.df,
            )
            for fit in fits if isinstance(fit, Regression)
        ],
        ("b", "c"),
    )  # fmt: skip
    assert (found.whole.f, found.whole.p) == pytest.approx((joint.f, joint.p))
    same = held(compare_groups([frame, frame], "y", "g"))
    plain = held(compare_groups([frame], "y", "g"))
    assert (same.pair("a~c").se, same.pair("a~c").p) == pytest.approx((plain.pair("a~c").se, plain.pair("a~c").p))
    assert same.groups[0].ci_low == pytest.approx(plain.groups[0].ci_low)
    fewer = frame.assign(g=frame["g"].where(frame["g"] != "c", "a"))
    why = compare_groups([frame, fewer], "y", "g")
    assert isinstance(why, NotApplicable)
    assert "not the same groups" in why.reason


def test_what_cannot_be_compared_says_why() -> None:
    frame = sample().assign(c=1.0, text="x", tiny=1e12)
    frame["apart"] = frame["g"].map({"a": 1.0, "b": 2.0, "c": 3.0})
    frame["single"] = ["only", *["rest"] * (len(frame) - 1)]
    frame["many"] = np.arange(len(frame)) // 4

    def why(outcome: str, by: str) -> str:
        found = compare_groups([frame], outcome, by)
        assert isinstance(found, NotApplicable), found
        return found.reason

    assert why("y", "q") == "there is no variable q in the data"
    assert "its own groups" in why("y", "y")
    assert "holds categories" in why("g", "text")
    assert why("y", "text") == "text has fewer than two groups among the complete cases (only x occurs)"
    assert why("y", "single") == "the group only of single has one case, and a mean with an error needs two"
    frame["pair"] = ["one", "two", *["rest"] * (len(frame) - 2)]
    assert why("y", "pair") == "groups of pair (one, two) have one case, and a mean with an error needs two"
    assert "15 groups" in why("y", "many")
    assert why("c", "g") == "c is the same for everybody"
    assert why("tiny", "g") == "tiny is the same for everybody"
    assert "does not vary within the groups" in why("apart", "g")
    nothing = compare_groups([frame.assign(y=np.nan)], "y", "g")
    assert isinstance(nothing, NotApplicable)
    assert "none occurs" in nothing.reason


def test_groups_that_do_not_vary_are_named_and_have_no_test() -> None:
    frame = sample()
    frame.loc[frame["g"] != "a", "y"] = frame.loc[frame["g"] != "a", "g"].map({"b": 1.0, "c": 2.0})
    found = held(compare_groups([frame], "y", "g"))
    assert "y does not vary in b, c." in found.notes
    pair = found.pair("b~c")
    assert (pair.b, pair.rank_biserial) == (-1.0, -1.0)
    assert np.isnan([pair.t, pair.p, pair.d, pair.p_gh]).all()
    assert found.whole is not None
    assert np.isnan(found.whole.f_welch)
    assert found.whole.f > 0
    assert not any(np.isnan(number.value) for number in found.numbers())
    two = held(compare_groups([frame.assign(y=(frame["y"] > 0.5) * 1.0)], "y", "g"))
    assert "y has two values: a logistic regression is the model for it." in two.notes
    column = pd.Categorical(frame["g"], ["a", "b", "c", "z"])
    assert (
        "g: left out, as no complete case has it: z." in held(compare_groups([frame.assign(g=column)], "y", "g")).notes
    )


def test_claims_rest_on_welch_and_on_games_and_howell() -> None:
    two = held(compare_groups([sample(k=2)], "y", "g"))
    (test,) = two.tests(None)
    assert (test.term, test.symbol, test.p, test.estimate) == ("a~b", "d", two.pairs[0].p, two.pairs[0].d)
    assert test.estimate / test.se == pytest.approx(two.pairs[0].t)
    assert test.p_equivalent(10.0) < 1e-6
    three = held(compare_groups([sample()], "y", "g"))
    assert three.whole is not None
    (whole,) = three.tests(None)
    assert (whole.term, whole.p) == ("", three.whole.p_welch)
    assert np.isnan(whole.p_equivalent(0.5))
    (named,) = three.tests(["b~c"])
    assert named.p == three.pair("b~c").p_gh
    assert three.tests(["b~z"]) == ()
    with pytest.raises(KeyError):
        three.pair("c~b")
    equal = pd.DataFrame({"y": [0.0, 1, 0, 1], "g": ["a", "a", "b", "b"]})
    (none,) = held(compare_groups([equal], "y", "g")).tests(None)
    assert (none.estimate, none.p) == (0.0, 1.0)
    assert none.se > 0


def test_what_has_no_number_has_none() -> None:
    assert np.isnan(explained(1.0, 2, 10, 0.9)).all()
    u, p, r = ranks(np.ones(3), np.ones(4))
    assert (u, r) == (6.0, 0.0)
    assert np.isnan(p)
    assert bayes_factor(80.0, 5000, 5000) == np.inf


HEAD = "format: twofold-plan/1\ninstrument: two-supports\nanalyses:\n  - {id: h, kind: compare, "


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("outcome: stress, by: mentor, expect: negative}", "'mentor' has 3 groups, and a test of all of them has no"),
        ("outcome: stress, by: mentor, expect: negative, tests: [no~one]}", ""),
        ("outcome: stress, by: mentor, expect: difference}", ""),
        ("outcome: stress, by: mentor, tests: [no~none]}", "'no~none' is no pair of groups."),
        ("outcome: stress, by: team, tests: [one~two~three]}", "'one~two~three' is no pair of groups."),
        ("outcome: stress, by: team, tests: [t1~t2]}", ""),
        ("outcome: stress, by: stress}", "'stress' is the outcome, and cannot tell its own groups apart."),
        ("outcome: mentor, by: team}", "'mentor' holds categories, and a number is needed here."),
        ("outcome: stress, by: mentr}", "there is no variable 'mentr'."),
        ("outcome: stress, by: mentor, equivalence: -1}", "equivalence"),
        ("outcome: stress}", "key 'by' is missing in entry 1 of 'analyses'."),
    ],
)
def test_a_plan_says_what_is_wrong_with_a_comparison(keys: str, said: str) -> None:
    found = [problem.what for problem in check_plan(HEAD + keys, "plan.yaml", shipped("two-supports"))]
    assert said in found[0] if said else not found, found


def test_a_plan_compares_groups_and_claims() -> None:
    instrument = shipped("two-supports")
    text = HEAD + "outcome: instrumental, by: mentor, tests: [no~one], expect: negative, equivalence: 0.2}"
    dataset = simulate(instrument, 400, seed=3).dataset
    for missing in ("", "missing: {mi: {imputations: 2, iterations: 2}}\n"):
        findings = run(load_plan(missing + text, "plan.yaml", instrument), dataset)
        (finding,) = findings.analyses
        (found,) = finding.results
        assert isinstance(found, Comparison), found
        assert [one.level for one in found.groups] == ["no", "one", "several"]
        assert finding.claim is not None
        assert finding.claim.supported
        assert finding.claim.p == found.pair("no~one").p_gh
