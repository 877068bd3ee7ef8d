"""Measurement models from a plan to findings."""

from __future__ import annotations

import pytest

from analysis.cfa import CFA, cfa
from analysis.findings import Findings
from analysis.invariance import Invariance
from analysis.names import KINDS
from analysis.plan import check_plan, load_plan
from analysis.result import NotApplicable
from analysis.run import run
from analysis.scoring import score
from analysis.simulate import simulate
from survey.instrument.load import load, shipped

INSTRUMENT = shipped("two-supports")
HEAD = "format: twofold-plan/1\ninstrument: two-supports\n"
DATA = simulate(INSTRUMENT, 400, 11).dataset
DEMANDS = [f"dem{i}" for i in range(1, 5)]


def found(text: str) -> Findings:
    return run(load_plan(HEAD + text, "plan.yaml", INSTRUMENT), DATA)


def only(findings: Findings) -> CFA | Invariance | NotApplicable:
    result = findings.analyses[0].results[0]
    assert isinstance(result, CFA | Invariance | NotApplicable)
    return result


def test_a_plan_fits_keyed_items() -> None:
    findings = found("analyses: [{kind: cfa, scales: [demands, stress], rival: true}]")
    result = only(findings)
    assert isinstance(result, CFA)
    scored = score(DATA, {})
    items = scored.items("demands").join(scored.items("stress"))
    scales = {"demands": DEMANDS, "stress": [f"str{i}" for i in range(1, 9)]}
    assert cfa(items, scales, rival=True) == result
    assert all(row.loading > 0 for row in result.loadings)
    table = findings.frame()
    assert set(table["statistic"]) <= set(KINDS["cfa"])
    assert not table.duplicated(["analysis", "kind", "target", "term", "statistic"]).any()


def test_a_method_factor_takes_the_reversed_items_or_those_listed() -> None:
    one = only(found("analyses: [{kind: cfa, scales: [instrumental, psychosocial], method_factor: reversed}]"))
    two = only(
        found("analyses: [{kind: cfa, scales: [instrumental, psychosocial], method_factor: [ins7, ins8, psy7, psy8]}]")
    )
    assert isinstance(one, CFA)
    assert one == two
    assert [row.item for row in one.loadings if row.factor == "method"] == ["ins7", "ins8", "psy7", "psy8"]


def test_the_plan_s_word_on_missing_answers_counts() -> None:
    full = only(found("missing: fiml\nanalyses: [{kind: cfa, scales: [demands]}]"))
    kept = only(found("missing: fiml\nanalyses: [{kind: cfa, scales: [demands], missing: listwise}]"))
    assert isinstance(full, CFA)
    assert isinstance(kept, CFA)
    assert (full.missing, kept.missing) == ("fiml", "listwise")
    assert full.fit.n > kept.fit.n
    ordered = only(found("missing: fiml\nanalyses: [{kind: cfa, scales: [demands], estimator: wlsmv}]"))
    assert isinstance(ordered, CFA)
    assert ordered.missing == "listwise"


def test_invariance_over_a_field() -> None:
    entry = "{kind: invariance, scales: [demands], group: has_mentor, free: [dem2]}"
    result = only(found(f"derive: {{has_mentor: mentor != 'no'}}\nanalyses: [{entry}]"))
    assert isinstance(result, Invariance)
    assert (result.group, result.groups, result.free) == ("has_mentor", ("0", "1"), ("dem2",))


def test_mistakes_are_told_with_their_place() -> None:
    for entry, message in (
        ("kind: cfa, scales: [demands, strss]", "there is no scale 'strss'"),
        ("kind: cfa, scales: [demands], method_factor: reversed", "none of the scales has a reversed item"),
        ("kind: cfa, scales: [demands, stress], method_factor: [ins1]", "'ins1' is no item of these scales"),
        ("kind: cfa, scales: [demands, stress], second_order: top", "a second-order factor needs three scales or more"),
        (
            "kind: cfa, scales: [demands, stress, networking], second_order: stress",
            "already one of the scales or items",
        ),
        ("kind: cfa, scales: [demands], estimator: wlsmv, missing: fiml", "wlsmv leaves out whoever lacks an answer"),
        ("kind: invariance, scales: [demands], group: nobody", "there is no variable 'nobody'"),
        ("kind: invariance, scales: [demands], group: gender, free: [dem1, dem1]", "'dem1' is named twice"),
    ):
        problems = check_plan(f"{HEAD}analyses: [{{{entry}}}]", "plan.yaml", INSTRUMENT)
        assert len(problems) == 1, entry
        assert message in problems[0].what


def test_an_item_with_two_signs_is_refused() -> None:
    text = """\
format: twofold/1
id: odd
version: 1.0.0
formats: {agree: {type: likert, from: 1, labels: [no, perhaps, yes]}}
items: {a: {format: agree}, b: {format: agree}, c: {format: agree}, d: {format: agree}}
scales:
  one: {label: One, items: [a, b, c]}
  two: {label: Two, items: [-a, b, d]}
"""
    instrument = load(text, "odd.yaml")
    data = simulate(instrument, 60, 1).dataset
    plan = load_plan(
        "format: twofold-plan/1\ninstrument: odd\nanalyses: [{kind: cfa, scales: [one, two]}]", "p.yaml", instrument
    )
    result = run(plan, data).analyses[0].results[0]
    assert isinstance(result, NotApplicable)
    assert "item a is reversed in one of the scales and not in another" in result.reason


@pytest.mark.parametrize("kind", ["cfa", "invariance"])
def test_the_measures_section_of_the_report_has_them(kind: str) -> None:
    from reports.contents import document
    from reports.document import Heading

    entry = {"cfa": "kind: cfa, scales: [demands]", "invariance": "kind: invariance, scales: [demands], group: level"}
    made = document(found(f"analyses: [{{{entry[kind]}}}, {{kind: descriptives, variables: [stress]}}]"))
    heads = [block.text for block in made.blocks if isinstance(block, Heading) and block.level == 1]
    assert heads.index("Participants") < heads.index("Measures")
    assert heads[-1].startswith("Appendix")
