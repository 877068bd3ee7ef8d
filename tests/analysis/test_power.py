"""Power: closed forms held to R, the simulation held to closed forms, the same numbers for any number of workers."""

from __future__ import annotations

import json
import math
import sys
from math import isnan, sqrt
from types import ModuleType

import numpy as np
import pytest
from scipy import stats

from analysis.errors import SimulationError
from analysis.plan import Plan, load_plan
from analysis.power import grid, power, power_of_correlation, power_of_f2
from analysis.power.needed import needed
from analysis.power.result import Hypothesis, Point, Power
from reports import verbs
from reports.text import plain
from survey.instrument.load import load, shipped
from tests.support.reference import SHARED, Case, cases

INSTRUMENT = shipped("two-supports")
HEAD = "format: twofold-plan/1\ninstrument: two-supports\n"
FIELD = HEAD + "exclude: [{checks_failed: {at_least: 2}}, {seconds_per_item: {below: 2}}]\n"
HEALTH = "analyses: [{id: C15, kind: regression, outcome: health, blocks: [[stress]], expect: negative}]\n"


def plan(text: str) -> Plan:
    return load_plan(text, "plan", INSTRUMENT)


@pytest.mark.parametrize("case", cases("power", "power_f2"), ids=str)
def test_power_of_f_tests_is_r_s(case: Case) -> None:
    found = power_of_f2(case.options["u"], case.options["v"], case.options["f2"], case.options["alpha"])
    assert found == pytest.approx(case.numbers["", "", "power"], rel=1e-6)


@pytest.mark.parametrize("case", cases("power", "power_r"), ids=str)
def test_power_of_correlations_is_r_s(case: Case) -> None:
    found = power_of_correlation(case.options["n"], case.options["r"], case.options["alpha"])
    assert found == pytest.approx(case.numbers["", "", "power"], rel=1e-6)
    assert power_of_correlation(case.options["n"], -case.options["r"], case.options["alpha"]) == found


@pytest.mark.skipif(not SHARED.exists(), reason="the shared data are not here")
def test_power_of_f2_is_that_of_the_shared_values() -> None:
    known = json.loads((SHARED / "20_effect_sizes_power" / "values.json").read_text("utf-8"))["f2_power"]
    assert power_of_f2(3, 73, 0.15) == pytest.approx(known["power_N77_u3"], rel=1e-6)


def test_too_few_cases_have_no_power_to_speak_of() -> None:
    assert isnan(power_of_f2(1, 0, 0.1))
    assert isnan(power_of_correlation(3, 0.5))


def test_simulated_power_agrees_with_the_closed_form_of_the_known_correlation() -> None:
    """Clean data: health on stress, β −.294 by the reference run; 80 studies, four Monte-Carlo errors and .02 for
    HC3 and for answers in five steps."""
    found = power(plan(HEAD + HEALTH), INSTRUMENT, [80], runs=80, clean=True)
    (one,) = found.hypotheses
    for point in one.points:
        closed = power_of_correlation(point.n, 0.294)
        assert point.supported == pytest.approx(closed, abs=4 * sqrt(closed * (1 - closed) / 80) + 0.02)
        assert point.mcse == pytest.approx(sqrt(point.supported * (1 - point.supported) / 80))


def test_any_number_of_workers_gives_the_same_numbers() -> None:
    text = FIELD + (
        "correction: {primary: holm}\nanalyses:\n"
        "  - {id: A, kind: regression, outcome: health, blocks: [[stress]], tier: primary, expect: negative}\n"
        "  - {id: B, kind: regression, outcome: stress, blocks: [[instrumental]], tier: primary, expect: positive}\n"
        "  - {id: C, kind: correlation, variables: [demands, stress]}\n"
        "  - {id: D, kind: correlation, variables: [demands, stress], expect: positive}\n"
    )
    one = power(plan(text), INSTRUMENT, [30, 60], runs=6, seed=5)
    assert one == power(plan(text), INSTRUMENT, [30, 60], runs=6, seed=5, workers=2)
    assert one != power(plan(text), INSTRUMENT, [30, 60], runs=6, seed=6)
    assert [h.analysis for h in one.hypotheses] == ["A", "B", "D"]
    assert one.hypotheses[1].points[1].supported < 0.2, "the wrong direction is no support"
    for hypothesis in one.hypotheses:
        for point in hypothesis.points:
            assert point.family <= point.supported
            assert isnan(point.first) == (hypothesis.tier == "secondary")
            assert isnan(point.first) or point.first <= point.supported
    numbers = {(n.target, n.term, n.statistic): n.value for n in one.numbers()}
    assert numbers["A", "30", "power"] == one.hypotheses[0].points[0].supported
    assert one.frame().shape == (6, 9)


def test_workers_do_not_care_what_the_program_was_started_as(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of an app is the main module while it runs, and may be no file at all."""
    page = ModuleType("__main__")
    page.__file__ = "/not/there/page.py"
    alone = power(plan(HEAD + HEALTH), INSTRUMENT, [30], runs=6, seed=5)
    monkeypatch.setitem(sys.modules, "__main__", page)
    assert power(plan(HEAD + HEALTH), INSTRUMENT, [30], runs=6, seed=5, workers=2) == alone
    assert sys.modules["__main__"] is page


def test_what_is_needed_comes_back_from_powers_that_are_known() -> None:
    """Hits drawn from a known line: the interval holds its root, and the estimate its place."""
    rng = np.random.default_rng(3)
    ns = grid(100, 2000)
    a, b = -0.9, 0.06
    truth = ((stats.norm.ppf(0.8) - a) / b) ** 2
    inside = 0
    for _ in range(300):
        hits = rng.binomial(500, stats.norm.cdf(a + b * np.sqrt(ns)))
        found, low, high, beyond = needed(ns, [int(h) for h in hits], 500, 0.8)
        assert beyond == ""
        assert found == pytest.approx(truth, rel=0.25)
        inside += low <= truth <= high
    assert 0.91 < inside / 300 < 0.985


def test_beyond_what_was_simulated_nothing_is_guessed() -> None:
    assert needed([100, 200], [10, 20], 100, 0.8)[3] == "more"
    assert needed([100, 200], [95, 99], 100, 0.8)[3] == "fewer"
    assert needed([100, 200], [50, 40], 100, 0.8)[3] == "more"
    assert needed([480], [50], 100, 0.8)[3] == "more"
    assert needed([480], [90], 100, 0.8)[3] == "fewer"
    assert all(isnan(value) for value in needed([100, 200], [10, 20], 100, 0.8)[:3])
    assert needed([100, 200], [100, 100], 100, 0.8)[3] == "fewer"
    assert needed([100, 200], [0, 0], 100, 0.8)[3] == "more"


def test_imputation_is_not_simulated_and_that_is_said() -> None:
    found = power(plan(FIELD + "missing: {mi: {imputations: 5}}\n" + HEALTH), INSTRUMENT, [40], runs=3)
    assert "Imputation is not simulated" in found.notes[0]


def test_what_cannot_be_simulated_is_refused() -> None:
    nothing = HEAD + "analyses: [{kind: descriptives, variables: [stress]}]\n"
    with pytest.raises(SimulationError, match="makes no claim"):
        power(plan(nothing), INSTRUMENT, [100])
    for ns, more in (([5], {}), ([], {}), ([100], {"target": 1.0}), ([100], {"runs": 1})):
        with pytest.raises(SimulationError, match="from 20 on"):
            power(plan(HEAD + HEALTH), INSTRUMENT, ns, **more)
    text = (
        "format: twofold/1\nid: tiny\nversion: 1.0.0\nformats: {f: {type: likert, labels: [a, b]}}\n"
        "items: {q: {format: f}, r: {format: f}}\nscales: {}\n"
    )
    other = load(text, "t")
    own = (
        "format: twofold-plan/1\ninstrument: tiny\nanalyses: [{kind: correlation, variables: [q, r], tier: primary}]\n"
    )
    with pytest.raises(SimulationError, match="has none"):
        power(load_plan(own, "p", other), other, [100])


def test_it_is_read_as_a_table_a_picture_and_a_sentence() -> None:
    text = HEAD + HEALTH.replace("expect:", "tier: primary, expect:")
    found = power(plan(text), INSTRUMENT, [40, 80], runs=4)
    assert verbs.sentence(found).startswith("C15 has power ")
    table = verbs.table(found)
    assert [column.key for column in table.columns] == ["claim", "tier", "n40", "n80", "needed", "needed_ci"]
    figure = verbs.figure(found)
    assert figure is not None
    assert "n = 80" in figure.alt


def test_claims_of_one_tier_alone_and_as_many_waves_as_asked() -> None:
    text = HEAD + (
        "analyses:\n"
        "  - {id: A, kind: regression, outcome: health, blocks: [[stress]], tier: primary, expect: negative}\n"
        "  - {id: B, kind: correlation, variables: [stress@1, stress@2], expect: positive}\n"
    )
    (one,) = power(plan(text), INSTRUMENT, [40], runs=2, tier="primary").hypotheses
    assert (one.analysis, one.tier) == ("A", "primary")
    (two,) = power(plan(text), INSTRUMENT, [40], runs=2, tier="secondary", clean=True).hypotheses
    assert (two.analysis, two.points[0].failed) == ("B", 0)
    (once,) = power(plan(text), INSTRUMENT, [40], runs=2, tier="secondary", waves=1).hypotheses
    assert once.points[0].failed == 2, "one wave has no second"
    secondary = HEAD + "analyses: [{kind: regression, outcome: health, blocks: [[stress]], expect: negative}]\n"
    with pytest.raises(SimulationError, match="the plan makes no primary claim"):
        power(plan(secondary), INSTRUMENT, [40], runs=2, tier="primary")


def test_primary_claims_are_told_before_and_after_their_correction() -> None:
    def one(name: str, tier: str, first: float) -> Hypothesis:
        return Hypothesis(
            name, "stress", ("demands",), tier, "positive", (Point(80, 0.9, 0.01, first, 0.7, 0),), 70, 60, 80
        )

    def told(*hypotheses: Hypothesis) -> list[list[str]]:
        table = verbs.table(Power(hypotheses, 0.05, 0.8, 100, 1, False, ()))
        shown = table.rows
        return [[plain(row.cells[0].text), f"{row.cells[2].value:.2f}"] for row in shown]  # type: ignore[union-attr]

    two = told(one("A", "primary", 0.6), one("B", "primary", math.nan), one("C", "secondary", math.nan))
    assert two == [
        ["A: stress with demands, expected positive", "0.90"], ["after correction", "0.70"],
        ["at Holm's first step", "0.60"],
        ["B: stress with demands, expected positive", "0.90"], ["after correction", "0.70"],
        ["C: stress with demands, expected positive", "0.90"],
    ]  # fmt: skip
    assert len(told(one("A", "primary", 0.6))) == 1
