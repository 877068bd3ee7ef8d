"""What the shipped plan finds in fresh clean answers is what the simulator's reference run stores, for every row."""

from __future__ import annotations

import json
from math import sqrt

import pytest
from scipy.special import ndtr

from analysis.plan import load_plan
from analysis.regression import INTERCEPT
from analysis.run import run
from analysis.simulate import reference, simulate
from analysis.simulate.reference import CONDITIONAL, PEOPLE, WITH_TIES
from analysis.simulate.truth import COMPOSITE_STRESS, NO_TRUTH
from survey.instrument.load import shipped, shipped_plan_text
from tests.support.truth import EACH, Plans, part, plan_of_truths, plans

INSTRUMENT = shipped("two-supports")
PLAN = load_plan(shipped_plan_text("two-supports") or "", "plan", INSTRUMENT)
OVER_WAVES = {"C3_trend", "C9_reversed", "C14", "C15_path"}
STORED = {1: reference.ONE, 3: reference.THREE}
FRESH = {1: (20_000, 4_000, 1_500), 3: (7_000, 1_500, 600)}
"""People, those with networks, those whom conditional models are of; by the number of waves."""


@pytest.fixture(scope="module", params=[1, 3])
def waves(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(scope="module")
def of(waves: int) -> Plans:
    return plans(waves)


def test_every_estimate_comes_back_within_its_error(waves: int, of: Plans) -> None:
    """Of some three hundred estimates a world. se · √(1 + N/n) is the error of the difference; bands of 4.5 of them.

    Conditional models are of few parts, whose spread says little of their error: it is no less than the marginal one's.
    """
    people, with_ties, twins = FRESH[waves]
    found = part(of, waves, 7, people, with_ties, twins)
    by_ties = {str(one.id) for one in of.of_ties.analyses}
    stored = {
        (analysis, what, name): value
        for analysis, statistics in STORED[waves].items()
        for what, values in statistics.items()
        for name, value in values.items()
    }
    assert found.keys() == stored.keys()
    far = {}
    for key, (value, se) in stored.items():
        whole, n = PEOPLE[waves], people
        if key[0].endswith(CONDITIONAL):
            whole, n = WITH_TIES[waves] / EACH, twins
            se = max(se, sqrt(EACH) * stored[key[0].removesuffix(CONDITIONAL), *key[1:]][1])
        elif key[0] in by_ties:
            whole, n = WITH_TIES[waves], with_ties
        distance = abs(found[key] - value) / (se * sqrt(1 + whole / n))
        if distance > 4.5:
            far[key] = (found[key], value, distance)
    assert not far


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_every_row_of_the_plan_has_a_truth_or_says_that_none_is_known(count: int) -> None:
    truth = simulate(INSTRUMENT, 10, 1, waves=count, networks=False).truth["reference"]
    json.dumps(truth)
    assert {*PLAN.ids(), "reliability"} <= truth.keys()
    unknown = {name for name, told in truth.items() if told == NO_TRUTH}
    assert {name.removesuffix(CONDITIONAL) for name in unknown} == (set() if count == 3 else OVER_WAVES)
    for name, one in zip(PLAN.ids(), PLAN.analyses, strict=True):
        if name not in unknown:
            known = {of: value["se"] for values in truth[name].values() for of, value in values.items()}
            assert known.keys() >= set(getattr(one, "tests", None) or ()), name
            assert min(known.values()) > 0, name


def test_of_several_waves_the_first_is_not_a_study_of_one_wave() -> None:
    """Half of each latent variable's variance is drawn anew, so that a product shrinks by √2."""
    one, three = (STORED[waves]["C9_interaction"]["beta"]["demands:psychosocial"] for waves in (1, 3))
    assert one[0] == pytest.approx(COMPOSITE_STRESS["demands:psychosocial"], abs=3 * one[1])
    assert three[0] == pytest.approx(one[0] / sqrt(2), abs=3 * three[1])


def test_paths_within_persons_are_near_those_behind_them_and_a_plain_model_s_are_not() -> None:
    """.35, −.10, −.05, .40 within persons; scores show them with their errors of measurement."""
    paths = reference.THREE["C9_reversed"]["b"]
    for cause, effect, b in (
        ("stress", "stress", 0.35),
        ("psychosocial", "stress", -0.10),
        ("stress", "psychosocial", -0.05),
        ("psychosocial", "psychosocial", 0.40),
    ):
        within, plain = (paths[f"{model}{cause}@1->{effect}@2"][0] for model in ("", "cross_lagged/"))
        assert within * b > 0
        assert abs(within) < abs(b)
        assert cause != effect or plain > 1.5 * within


def test_the_null_world_s_zeros_are_zero() -> None:
    """In 2,000 people no test of a model whose truth is 0 lies 4.5 errors from it."""
    made = simulate(INSTRUMENT, 2_000, 5, null=True, clean=True)
    truth = made.truth["reference"]
    told = {name for name, known in truth.items() if known != NO_TRUTH}
    assert told == reference.ONE.keys() - reference.FROM_CONSTANTS
    assert {value["value"] for name in told for values in truth[name].values() for value in values.values()} == {0.0}
    plan = plan_of_truths()
    plan = plan.model_copy(update={"reliability": None, "analyses": tuple(a for a in plan.analyses if a.id in told)})
    frame = run(plan, made.dataset).frame()
    tests = frame[(frame["statistic"] == "p") & ~frame["term"].isin([INTERCEPT, "b0"])]
    assert len(tests) > 150
    assert tests["value"].min() > 2 * ndtr(-4.5)
