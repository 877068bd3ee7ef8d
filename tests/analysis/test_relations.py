"""Which relations a plan closes, what a run then leaves out, what a lock makes exploratory, and how plans differ."""

from __future__ import annotations

import pytest

from analysis.plan import Plan, load_plan
from analysis.plan.differences import differences
from analysis.plan.relations import CLOSED, relations
from analysis.result import NotApplicable
from analysis.run import run
from analysis.simulate import simulate
from survey.instrument.load import shipped

INSTRUMENT = shipped("two-supports")
DATA = simulate(INSTRUMENT, 150, 3).dataset
HEAD = "format: twofold-plan/1\ninstrument: two-supports\nderive: {half: demands / 2, far: log1p(online)}\nanalyses:\n"
REGRESSION = "  - {id: H1, kind: regression, outcome: stress, blocks: [[half, psychosocial]], tier: primary}\n"


def plan(*analyses: str, head: str = HEAD) -> Plan:
    return load_plan(head + REGRESSION + "".join(f"  - {one}\n" for one in analyses), "plan", INSTRUMENT)


KNOWN = relations(plan(), INSTRUMENT)


@pytest.mark.parametrize(
    ("a", "b", "closed"),
    [
        ("stress", "psychosocial", True),
        ("psychosocial", "stress", True),
        ("stress", "demands", True),
        ("str3", "dem1", True),
        ("stress@2", "half", True),
        ("psychosocial", "demands", False),
        ("str1", "str2", False),
        ("stress", "str1", False),
        ("stress", "age", False),
        ("networking", "instrumental", False),
        ("stress", "no such", False),
    ],
)
def test_an_outcome_with_a_predictor_is_closed_and_nothing_else(a: str, b: str, closed: bool) -> None:
    assert (KNOWN.closed((a, b)) is not None) == closed
    assert KNOWN.closed((a, b)) == ((a, b) if closed else None)


def test_without_a_plan_all_relations_are_closed_but_those_within_a_scale() -> None:
    without = relations(None, INSTRUMENT)
    assert without.closed(("age", "networking")) == ("age", "networking")
    assert without.closed(("str1", "str2")) is None
    assert without.closed(("stress", "psychosocial"), within=False) is None


@pytest.mark.parametrize(
    ("analysis", "closed"),
    [
        ("{id: a, kind: descriptives, variables: [stress, psychosocial]}", False),
        ("{id: a, kind: descriptives, variables: [stress], where: demands >= 2}", True),
        ("{id: a, kind: descriptives, variables: [stress], where: networking >= 2}", False),
        ("{id: a, kind: missing}", False),
        ("{id: a, kind: screening}", False),
        ("{id: a, kind: reliability, scales: [stress, psychosocial]}", False),
        ("{id: a, kind: reliability, scales: [stress], where: psychosocial >= 2}", True),
        ("{id: a, kind: cfa, scales: [stress]}", False),
        ("{id: a, kind: cfa, scales: [instrumental, psychosocial]}", False),
        ("{id: a, kind: cfa, scales: [stress, psychosocial]}", True),
        ("{id: a, kind: factor, scales: [stress, demands]}", True),
        ("{id: a, kind: factor, scales: all}", True),
        ("{id: a, kind: agreement, scale: stress, group: team}", False),
        ("{id: a, kind: correlation, variables: [stress, psychosocial]}", True),
        ("{id: a, kind: correlation, variables: [networking, psychosocial]}", False),
        ("{id: a, kind: regression, outcome: str1, blocks: [[dem1]]}", True),
    ],
)
def test_each_kind_is_open_or_closed_by_what_it_relates(analysis: str, closed: bool) -> None:
    whole = plan(analysis)
    assert KNOWN.of(whole.analyses[1]) == (CLOSED if closed else "")


def test_a_run_leaves_out_what_is_closed_and_says_why() -> None:
    whole = plan("{id: look, kind: descriptives, variables: [stress]}")
    found = run(whole, DATA, closed=relations(whole, INSTRUMENT))
    assert found.failures() == (("H1", NotApplicable("regression", "stress", CLOSED)),)
    assert set(found.frame()["analysis"]) == {"H1", "look"}
    assert found.frame().query("analysis == 'H1'")["statistic"].tolist() == ["not_applicable"]


def test_what_was_not_in_the_locked_plan_explores_and_makes_no_claim() -> None:
    locked = plan()
    later = plan("{id: H2, kind: regression, outcome: stress, blocks: [[instrumental]], tier: primary}")
    found = {one.id: one for one in run(later, DATA, locked=locked).analyses}
    assert (found["H1"].planned, found["H1"].tier) == (True, "primary")
    assert (found["H2"].planned, found["H2"].tier, found["H2"].claim) == (False, "", None)
    alone = {one.id: one for one in run(locked, DATA).analyses}
    assert found["H1"].claim == alone["H1"].claim, "an exploration does not widen the family"
    changed = plan().model_copy(update={"analyses": (locked.analyses[0].model_copy(update={"errors": "classical"}),)})
    assert not run(changed, DATA, locked=locked).analyses[0].planned


def test_differences_name_every_key_and_analysis() -> None:
    one = plan("{id: a, kind: missing}", "{id: b, kind: screening}")
    two = plan(
        "{id: a, kind: missing, variables: [stress]}",
        "{id: c, kind: cfa, scales: [stress]}",
        head=HEAD.replace("analyses:", "alpha: 0.01\nanalyses:").replace("demands / 2", "demands / 3"),
    )
    assert differences(one, one) == ()
    assert differences(one, two) == (
        "alpha: 0.05 became 0.01.",
        'derive: {"half": "demands / 2", "far": "log1p(online)"} became '
        '{"half": "demands / 3", "far": "log1p(online)"}.',
        "b: left out.",
        "c: added (cfa).",
        'a: variables all became ["stress"].',
    )
