"""Plans: what is wrong is said with its place, all in one go; defaults, the shipped plan, the published schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analysis.errors import AnalysisError, PlanDataError
from analysis.names import AVAILABLE, KINDS
from analysis.plan import Plan, check_plan, default_plan, load_plan
from analysis.plan.kinds import GroupErrors, RegressionOf
from analysis.plan.parts import Claim, Equivalent
from analysis.plan.schema import json_schema
from analysis.plan.variables import variables_of
from survey.files.problems import FileProblems
from survey.instrument.load import load, shipped, shipped_plan_text
from survey.instrument.schema import schema_text

ROOT = Path(__file__).parents[2]
INSTRUMENT = shipped("two-supports")
HEAD = "format: twofold-plan/1\ninstrument: two-supports\n"


def said(text: str) -> list[str]:
    return [f"{p.line}:{p.column} {p.what} {p.remedy}".strip() for p in check_plan(text, "plan.yaml", INSTRUMENT)]


def one(entry: str, head: str = HEAD) -> list[str]:
    return said(f"{head}analyses:\n  - {entry}\n")


def test_the_example_of_the_design_in_its_present_kinds_is_read() -> None:
    plan = load_plan(
        HEAD
        + """\
seed: 20160930
alpha: 0.05
derive: {lonline: log1p(online)}
exclude: [{checks_failed: {at_least: 2}}, {seconds_per_item: {below: 2}}]
reliability: {scales: all, resamples: 5000}
analyses:
  - {id: H1, kind: regression, outcome: stress, blocks: [[age, gender], [demands, psychosocial]], errors: HC3, tier: primary, tests: [psychosocial], expect: negative}
  - {kind: regression, outcome: stress, blocks: [[lonline]], errors: {cluster: team}, expect: {equivalent: 0.10}}
correction: {primary: holm, secondary: bh}
""",  # noqa: E501 - one line, as the design has it
        "plan.yaml",
        INSTRUMENT,
    )
    first, second = plan.analyses
    assert isinstance(first, RegressionOf)
    assert isinstance(second, RegressionOf)
    assert (first.errors, second.errors) == ("HC3", GroupErrors(cluster="team"))
    assert second.expect == Equivalent(equivalent=0.1)
    assert plan.ids() == ("H1", "regression")
    assert first.is_claim
    with pytest.raises(ValueError, match="frozen"):
        plan.seed = 3  # type: ignore[misc]


def test_what_is_wrong_is_said_all_at_once_with_its_place() -> None:
    text = (
        HEAD
        + """\
missing: fiml
derive: {a: log1p(onlin), stress: demands + 1, b: gender + 1, c: log(d), d: sqrt(a)}
exclude:
  - {checks_failed: {at_least: 3}}
  - {checks_failed: {at_least: 1}, seconds_per_item: {below: 2}}
analyses:
  - {id: x, kind: power, outcome: stress, fixed: [a]}
  - {id: x, kind: regresion, outcome: stres, blocks: [[ins]]}
  - {id: y, kind: regression, outcome: stress, blocks: [[demands]], errors: {cr2: teem}}
  - {id: z, kind: regression, outcome: stress, blocks: [[demands]], errors: {cluster: age}}
"""
    )
    problems = said(text)
    for expected in (
        "12:77 'missing: fiml' gives classical errors alone, and this regression asks for others. Write",
        "4:19 there is no variable 'onlin'. Did you mean 'online'?",
        "4:27 'stress' is already a variable of the instrument. Choose another name.",
        "4:51 'gender' is not a number.",
        "4:70 there is no variable 'd'.",
        "6:32 at_least 3 can never be reached: the instrument has 2 checks. Write a number up to 2.",
        "7:5 a rule of exclusion holds one index.",
        "9:19 kind 'power' is not available in this version; available: descriptives, ",
        "10:19 'kind' in entry 2 of 'analyses' cannot be the text 'regresion'. Did you mean 'regression'?",
        "10:39 there is no variable 'stres'. Did you mean 'stress'?",
        "10:56 there is no variable 'ins'. Did you mean",
        "11:83 'teem' is no field that groups respondents. Did you mean 'team'?",
        "12:87 'age' is no field that groups respondents. Fields that can: team.",
    ):
        assert any(problem.startswith(expected) for problem in problems), (expected, problems)
    with pytest.raises(FileProblems) as caught:
        load_plan(text, "plan.yaml", INSTRUMENT)
    assert [str(p) for p in caught.value.problems] == [str(p) for p in sorted(caught.value.problems)]
    assert len(caught.value.problems) == len(problems)


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ("{kind: descriptives, variables: [gender]}", "'gender' holds categories"),
        ("{kind: descriptives, variables: [gender_text]}", "its answers are of type text"),
        ("{kind: descriptives, variables: [closeness]}", "asked about each tie"),
        ("{kind: descriptives, variables: [ties.sise]}", "there is no variable 'ties.sise'. Did you mean 'ties.size'"),
        ("{kind: descriptives, variables: [strss@2]}", "there is no variable 'strss'"),
        ("{kind: descriptives, variables: [gender@2]}", "'gender' holds categories"),
        ("{kind: descriptives, variables: ['stress@']}", "'stress@' does not say of which wave it is"),
        ("{kind: descriptives, variables: ['stress@1@2']}", "'stress@1@2' does not say of which wave it is"),
        ("{kind: regression, outcome: stress@2, blocks: [[gender@1]], tests: ['gender@1[x]']}", "'gender@1[x]' is no"),
        ("{kind: descriptives, variables: [stress, stress]}", "'stress' is named twice"),
        ("{kind: descriptives, variables: []}", "variables"),
        ("{kind: correlation, variables: [stress]}", "variables"),
        ("{kind: correlation, variables: [stress, demands], tests: [demands~stress]}", "'demands~stress' is no pair"),
        ("{kind: reliability, scales: [strss]}", "there is no scale 'strss'"),
        ("{kind: correlation, variables: [stress, demands], partial: [demands]}", "cannot be held constant as well"),
        ("{kind: correlation, variables: [stress, demands], partial: [gender]}", "'gender' holds categories"),
        (
            "{kind: correlation, variables: [ins1, ins2], partial: [ins3], method: polychoric}",
            "polychoric correlations cannot be partial",
        ),
        ("{kind: factor}", "either 'items' or 'scales'"),
        ("{kind: factor, items: [ins1, ins2, ins3], scales: all}", "either 'items' or 'scales'"),
        ("{kind: factor, items: [ins1, ins2]}", "items"),
        ("{kind: factor, items: [ins1, ins2, gender]}", "'gender' holds categories"),
        ("{kind: factor, scales: [strss]}", "there is no scale 'strss'"),
        ("{kind: factor, scales: all, n_factors: 0}", "n_factors"),
        ("{kind: factor, scales: all, rotate: promax}", "rotate"),
        ("{kind: agreement, scale: strss, group: team}", "there is no variable 'strss'"),
        ("{kind: agreement, scale: stress, group: gender}", "'gender' is no field that groups respondents"),
        ("{kind: agreement, scale: stress, group: team, null: -1}", "null"),
        ("{kind: agreement, scale: team, group: team}", "'team' holds categories"),
        ("{kind: retest, scale: stress, waves: [1, 1]}", "'1' is named twice"),
        ("{kind: retest, scale: stress, waves: [1]}", "waves"),
        ("{kind: retest, scale: gender}", "'gender' holds categories"),
        ("{kind: invariance, scales: [stress]}", "either a 'group' or 'waves'"),
        ("{kind: invariance, scales: [stress], group: gender, waves: [1, 2]}", "either a 'group' or 'waves'"),
        ("{kind: invariance, scales: [stress], waves: [1, 1]}", "'1' is named twice"),
        ("{kind: panel, x: [stress@1, stress@2], y: [age@1]}", "y"),
        ("{kind: dyad, outcome: stress, predictors: [age], dyad: gender}", "'gender' is no field that groups"),
        ("{kind: dyad, outcome: stress, predictors: [age, stress], dyad: team}", "'stress' is the outcome"),
        ("{kind: dyad, outcome: stress, predictors: [age], dyad: team, role: demands}", "'demands' is a number"),
        ("{kind: dyad, outcome: stress, predictors: [age], dyad: team, tests: ['age[other]']}", "is no effect"),
        ("{kind: panel, x: [a@1, stress@2], y: [demands@1, demands@2]}", "there is no variable 'a'"),
        ("{kind: panel, x: [stress@1, stress@2], y: [demands@1, demands@2, demands@3]}", "'y' has 3"),
        ("{kind: panel, x: [stress@1, stress@2], y: [stress@1, demands@2]}", "'stress@1' is named twice"),
        ("{kind: panel, x: [stress@1, stress@2], y: [age@1, age@2], covariates: [gender]}", "'gender' holds"),
        ("{kind: panel, x: [stress@1, stress@2], y: [age@1, age@2], times: [0, 1, 2]}", "3 numbers for 2 waves"),
        ("{kind: panel, x: [stress@1, stress@2], y: [age@1, age@2], times: [1, 1]}", "must rise"),
        ("{kind: panel, x: [stress@1, stress@2], y: [age@1, age@2], tests: ['age@2->age@1']}", "no path from"),
        ("{kind: regression, outcome: gender, blocks: [[stress]]}", "'gender' holds categories"),
        ("{kind: regression, outcome: stress, blocks: [[stress]]}", "'stress' is the outcome"),
        ("{kind: regression, outcome: stress, blocks: [[age], [age]]}", "'age' is named twice"),
        ("{kind: regression, outcome: stress, blocks: [[age]], tests: [aeg]}", "'aeg' is no term of the blocks"),
        ("{kind: regression, outcome: stress, blocks: [[gender]], tests: ['gender[x]']}", "'gender[x]' is no term"),
        ("{kind: regression, outcome: stress, blocks: [[age]], expect: {equivalent: -1}}", "equivalent"),
        ("{kind: regression, outcome: stress, blocks: [[age]], where: age}", "'age' is not a condition"),
        ("{kind: regression, outcome: stress, blocks: [[age]], where: team > 3}", "'team' is not a number"),
        ("{kind: regression, outcome: stress, blocks: [[age]], where: age = 3}", "'=' is not a comparison"),
        ("{kind: regression, outcome: stress, blocks: [[age]], where: gender == 'femal'}", "'femal' is not a choice"),
    ],
)  # fmt: skip
def test_each_mistake_in_words(entry: str, expected: str) -> None:
    problems = one(entry)
    assert len(problems) == 1, problems
    assert expected in problems[0]


@pytest.mark.parametrize(
    "entry",
    [
        "{kind: regression, outcome: stress, blocks: [[gender, team]], tests: ['gender[male]', 'team[t001]']}",
        "{kind: regression, outcome: stress, blocks: [[age]], where: \"gender in ('female', 'male')\"}",
        "{kind: correlation, variables: [seconds_per_item, ck1, age], tests: [ck1~age]}",
        "{kind: reliability, scales: [networking]}",
        "{kind: reliability}",
        "{kind: agreement, scale: age, group: team, null: 2.5}",
        "{kind: retest, scale: stress}",
        "{kind: factor, scales: all}",
        "{kind: factor, items: [ins1, ins2, age], n_factors: 1, method: ml, rotate: none}",
        "{kind: correlation, variables: [stress, demands], partial: [age, neg1]}",
        "{kind: dyad, outcome: stress, predictors: [age], dyad: team, role: gender, tests: ['age[actor, male]', age]}",
        "{kind: correlation, variables: [stress@1, stress@2], tests: [stress@1~stress@2]}",
        "{kind: regression, outcome: stress@2, blocks: [[gender@1, team@2]], tests: ['gender@1[male]', 'team@2[t1]']}",
    ],
)
def test_what_is_right_is_accepted(entry: str) -> None:
    assert one(entry) == []


def test_ids_are_their_own_and_kinds_stand_in_for_them() -> None:
    two = "  - {kind: descriptives, variables: [stress]}\n"
    problems = said(f"{HEAD}reliability: {{}}\nanalyses:\n{two}{two}  - {{kind: reliability}}\n")
    assert problems == [
        "6:12 an analysis called 'descriptives' is already there in line 5. Give each an 'id' of its own.",
        "7:12 an analysis called 'reliability' is already there in line 3. Give each an 'id' of its own.",
    ]


def test_a_plan_for_another_instrument_or_with_nothing_to_do_is_refused() -> None:
    (problem,) = one("{kind: reliability}", "format: twofold-plan/1\ninstrument: other\n")
    assert problem.startswith("2:13 the plan is for instrument 'other', and the instrument given is 'two-supports'")
    assert any("nothing to do" in problem for problem in said(HEAD))


def test_variables_of_waves_are_not_imputed() -> None:
    head = HEAD + "missing: {mi: {}}\n"
    (problem,) = one("{kind: correlation, variables: [stress@1, stress@2]}", head)
    assert problem.startswith(
        "5:36 'stress@1' is of one wave, and multiple imputation is of the wave that the plan names"
    )
    assert one("{kind: correlation, variables: [stress, demands]}", head) == []
    (problem,) = one("{kind: dyad, outcome: stress@2, predictors: [demands], dyad: team}", head)
    assert "'stress@2' is of one wave" in problem
    assert one("{kind: panel, x: [stress@1, stress@2], y: [demands@1, demands@2]}", head) == []
    assert one("{kind: correlation, variables: [stress@1, stress@2]}", HEAD + "wave: 1\nmissing: {mi: {}}\n") == []


def test_checks_cannot_be_failed_where_there_are_none() -> None:
    tiny = load(
        "format: twofold/1\nid: tiny\nversion: 1.0.0\nformats: {f: {type: likert, labels: [a, b]}}\n"
        "items: {q: {format: f}}\nscales: {}\n",
        "tiny.yaml",
    )
    text = "format: twofold-plan/1\ninstrument: tiny\nexclude: [{checks_failed: {at_least: 1}}]\n"
    text += "analyses: [{kind: descriptives, variables: [q]}]\n"
    assert "no checks that could be failed" in check_plan(text, "p", tiny)[0].what


@pytest.mark.parametrize("text", ["", "- 1\n", "just text\n", "format: twofold-plan/1\nformat: x\n", "a: [\n", "\x00"])
def test_what_is_no_plan_at_all_is_a_problem_and_no_exception(text: str) -> None:
    assert said(text)
    with pytest.raises(FileProblems):
        load_plan(text, "p", INSTRUMENT)


def test_the_shipped_plan_is_sound_and_tests_what_it_can() -> None:
    plan = load_plan(shipped_plan_text("two-supports") or "", "plan.yaml", INSTRUMENT)
    assert {analysis.kind for analysis in plan.analyses} | {"reliability"} <= set(AVAILABLE)
    assert plan.reliability is not None
    assert plan.reliability.resamples == 5000
    claims = {a.id for a in plan.analyses if isinstance(a, Claim) and a.is_claim}
    rows = {"C2", "C3", *(f"C{row}" for row in range(4, 19))}
    assert {(name or "").partition("_")[0] for name in claims} >= rows
    primary = [a for a in plan.analyses if isinstance(a, Claim) and a.tier == "primary"]
    assert [(a.id, a.subject, a.expect) for a in primary] == [
        ("C2", "gap_psychosocial~gap_instrumental", "positive"),
        ("C4", "instrumental~psychosocial", "positive"),
        ("C9", "stress", "negative"),
        ("C9_interaction", "stress", "negative"),
    ]
    by_team = {"cr2": "team", "otherwise": "HC3"}
    least_squares = [a for a in plan.analyses if isinstance(a, RegressionOf)]
    assert all(a.model_dump(include={"errors"}, exclude_none=True)["errors"] == by_team for a in least_squares)
    assert plan.treatment == "mi"
    assert plan.wave == 1


def test_the_default_plan_names_only_what_the_instrument_has() -> None:
    plan = default_plan(INSTRUMENT)
    assert check_plan(json.dumps(plan.model_dump(mode="json", by_alias=True, exclude_none=True)), "p", INSTRUMENT) == []


def test_the_published_schema_is_current_and_whole() -> None:
    assert (ROOT / "docs" / "plan.schema.json").read_text(encoding="utf-8") == schema_text(json_schema())
    schema = json_schema()
    assert set(schema["properties"]) == set(Plan.model_fields)
    parts = [schema, *schema["$defs"].values()]
    assert all(part.get("additionalProperties") is False for part in parts)
    assert all("description" in key for part in parts for key in part["properties"].values())


def test_every_kind_is_known_and_the_available_ones_are_the_plan_s() -> None:
    schema = json_schema()
    assert set(schema["properties"]["analyses"]["items"]["discriminator"]["mapping"]) == set(AVAILABLE)
    assert set(AVAILABLE) < set(KINDS)
    assert all(len(set(statistics)) == len(statistics) for statistics in KINDS.values())


def test_variables_are_those_of_the_instrument() -> None:
    variables = variables_of(INSTRUMENT, ["new"])
    assert {"stress", "ins1", "new", "seconds_per_item", "age"} <= set(variables.numbers())
    assert {variables.roles["gender"], variables.roles["team"], variables.roles["mentor"]} == {"category"}
    assert variables.wrong("stress") is None


def test_errors_of_the_data_are_values_that_front_doors_know() -> None:
    assert issubclass(PlanDataError, AnalysisError)
    assert issubclass(AnalysisError, ValueError)


def test_the_plan_in_the_documentation_is_sound_and_names_every_key() -> None:
    text = (ROOT / "docs" / "plan.md").read_text(encoding="utf-8")
    blocks = text.split("```yaml\n")[1:]
    assert check_plan("".join(block.partition("```")[0] for block in blocks), "plan.md", INSTRUMENT) == []
    schema = json_schema()
    keys = {key for part in [schema, *schema["$defs"].values()] for key in part["properties"]}
    assert not {key for key in keys if key not in text}
