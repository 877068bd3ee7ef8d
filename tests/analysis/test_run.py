"""The runner: exclusions, failures that stop nothing, seeds, claims, and findings in their columns."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis.claims import claim_of
from analysis.correlation import Correlation, correlation
from analysis.errors import PlanDataError
from analysis.factor import Factor, factor
from analysis.findings import COLUMNS, Findings
from analysis.names import KINDS
from analysis.plan import Plan, default_plan, load_plan
from analysis.plan.kinds import CorrelationOf, RegressionOf
from analysis.polychoric import polychoric
from analysis.regression import Regression, regression
from analysis.result import NotApplicable, Result
from analysis.run import run
from analysis.runners.task import seed_of
from analysis.simulate import simulate
from survey.dataset.model import Dataset
from survey.files.problems import FileProblems
from survey.instrument.load import load, shipped
from survey.instrument.model import FieldOf

INSTRUMENT = shipped("two-supports")
HEAD = "format: twofold-plan/1\ninstrument: two-supports\n"
DATA = simulate(INSTRUMENT, 160, 11).dataset


def plan_of(text: str) -> Plan:
    return load_plan(HEAD + text, "plan.yaml", INSTRUMENT)


def found(text: str, data: Dataset = DATA) -> Findings:
    return run(plan_of(text), data)


def value(findings: Findings, analysis: str, term: str, statistic: str) -> float:
    table = findings.frame()
    row = table[(table["analysis"] == analysis) & (table["term"] == term) & (table["statistic"] == statistic)]
    assert len(row) == 1
    return float(row["value"].iloc[0])


EVERYTHING = """\
seed: 5
derive: {lonline: log1p(online)}
exclude: [{checks_failed: {at_least: 1}}, {seconds_per_item: {below: 2}}]
reliability: {scales: all, resamples: 300}
analyses:
  - {kind: descriptives, variables: [stress, lonline]}
  - {kind: correlation, variables: [stress, demands, networking]}
  - {id: M, kind: regression, outcome: stress, blocks: [[age, level], [demands, psychosocial]], tier: primary}
  - {id: G, kind: regression, outcome: stress, blocks: [[demands]], errors: {cluster: team}, where: remote >= 10}
"""


def test_everything_from_plan_to_table() -> None:
    told: list[tuple[float, str]] = []
    findings = run(plan_of(EVERYTHING), DATA, progress=lambda share, what: told.append((share, what)))
    table = findings.frame()
    assert tuple(table.columns) == COLUMNS
    assert not table.duplicated(list(COLUMNS[:5])).any()
    assert table["value"].dtype == np.float64
    assert list(table["analysis"].unique()) == ["descriptives", "reliability", "correlation", "M", "G"]
    for kind, statistics in table.groupby("kind")["statistic"]:
        assert set(statistics) <= set(KINDS[str(kind)])
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[0][0] == 0.0
    assert told[-1] == (1.0, "Done")
    assert any("M (regression)" in what for _, what in told)
    assert all(isinstance(result, Result) for f in findings.analyses for result in f.results)
    with pytest.raises(FrozenInstanceError):
        findings.seed = 1  # type: ignore[misc]


def test_each_respondent_is_excluded_once_under_the_first_rule_that_fits() -> None:
    findings = found(EVERYTHING)
    respondents = DATA.respondents
    failed = (respondents["att1"] != 4) | (respondents["att2"] != 3)
    fast = respondents["seconds_per_item"] < 2
    counts = (int(failed.sum()), int((fast & ~failed).sum()))
    assert tuple(count for _, count in findings.excluded) == counts
    assert findings.n_used == 160 - sum(counts) == len(findings.scored.frame)
    assert findings.n_read == 160
    assert [reason for reason, _ in findings.excluded] == [
        "an instructed item failed",
        "under 2 seconds an item",
    ]


def test_unanswered_checks_and_unknown_times_exclude_nobody() -> None:
    respondents = DATA.respondents.assign(att1=4.0, att2=np.nan)
    respondents["seconds_per_item"] = np.where(np.arange(160) < 3, 1.0, np.nan)
    findings = found(EVERYTHING, replace(DATA, respondents=respondents, missing=DATA.missing.assign(att2="skipped")))
    assert [count for _, count in findings.excluded] == [0, 3]


@pytest.mark.parametrize("column", ["seconds_per_item", "att2"])
def test_an_exclusion_without_its_column_is_an_error(column: str) -> None:
    dropped = replace(DATA, respondents=DATA.respondents.drop(columns=[column]))
    with pytest.raises(PlanDataError, match=f"excludes by '{column}'"):
        found(EVERYTHING, dropped)
    empty = replace(DATA, respondents=DATA.respondents.assign(**{column: np.nan}))
    with pytest.raises(PlanDataError, match=f"excludes by '{column}'"):
        found(EVERYTHING, empty)


def test_a_derivation_without_its_column_is_an_error() -> None:
    dropped = replace(DATA, respondents=DATA.respondents.drop(columns=["online"]))
    with pytest.raises(PlanDataError, match="derived from 'online'"):
        found(EVERYTHING, dropped)


def test_what_fails_is_a_row_and_the_rest_goes_on() -> None:
    respondents = DATA.respondents.assign(dem1=2.0, dem2=2.0, dem3=2.0, dem4=2.0)
    findings = found(EVERYTHING, replace(DATA, respondents=respondents))
    table = findings.frame()
    failures = {name: reason.reason for name, reason in findings.failures()}
    assert set(failures) == {"reliability", "M", "G"}
    assert "demands is constant" in failures["M"]
    row = table[table["analysis"] == "M"]
    assert row[["target", "term", "statistic"]].to_numpy().tolist() == [["stress", "", "not_applicable"]]
    assert row["value"].isna().all()
    failed = table[table["value"].isna()]
    assert (failed["statistic"] == "not_applicable").all()
    pairs = failed.loc[failed["kind"] == "correlation", "target"].tolist()
    assert len(failed) == 3 + len(pairs)
    assert pairs
    assert all("demands" in pair for pair in pairs)
    assert not table.duplicated(list(COLUMNS[:5])).any()


def test_no_respondents_at_all_is_no_exception() -> None:
    empty = replace(DATA, respondents=DATA.respondents.head(0), missing=DATA.missing.head(0))
    findings = found(EVERYTHING, empty)
    assert findings.n_read == findings.n_used == 0
    assert {f.id for f in findings.analyses} <= set(findings.frame()["analysis"])


def test_columns_that_the_data_lack_are_reasons() -> None:
    dropped = replace(DATA, respondents=DATA.respondents.drop(columns=["str1", "age", "net1"]))
    findings = found(EVERYTHING, dropped)
    reasons = {name: reason.reason for name, reason in findings.failures()}
    assert "stress" in reasons["descriptives"]
    assert "no variable stress" in reasons["M"]
    without = replace(DATA, respondents=DATA.respondents.drop(columns=["remote"]))
    assert dict(found(EVERYTHING, without).failures())["G"].reason == "the data have no variable remote"
    assert "str1" in reasons["reliability"]
    assert any("stress has no scores" in note for note in findings.notes)


def test_weights_that_weigh_nothing_are_told() -> None:
    fields = {**INSTRUMENT.fields, "design": FieldOf.model_validate({"type": "weight"})}
    instrument = INSTRUMENT.model_copy(update={"fields": fields})
    data = replace(DATA, instrument=instrument, respondents=DATA.respondents.assign(design=2.0))
    plan = "analyses: [{kind: descriptives, variables: [stress]}]\n"
    assert run(plan_of(plan), data).notes == ("design: no analysis is weighted by a field of type weight.",)
    assert found(plan).notes == ()


def test_the_order_of_the_file_changes_no_bit() -> None:
    shuffle = np.random.default_rng(1).permutation(160)
    other = replace(DATA, respondents=DATA.respondents.iloc[shuffle], missing=DATA.missing.iloc[shuffle])
    pd.testing.assert_frame_equal(found(EVERYTHING).frame(), found(EVERYTHING, other).frame(), check_exact=True)


def test_adding_an_analysis_changes_no_other() -> None:
    more = EVERYTHING.replace(
        "  - {id: M", "  - {id: R, kind: reliability, scales: [marker], resamples: 300}\n  - {id: M"
    )
    one, two = found(EVERYTHING).frame(), found(more).frame()
    rest = two[two["analysis"] != "R"].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, rest, check_exact=True)
    boot = two[(two["target"] == "marker") & (two["statistic"] == "alpha_boot_low")].set_index("analysis")["value"]
    assert boot["R"] != boot["reliability"]


def test_seeds_depend_on_the_plan_s_seed_and_the_name_alone() -> None:
    plan = plan_of(EVERYTHING)
    assert seed_of(plan, "a", "b") == seed_of(plan_of(EVERYTHING.replace("300", "20")), "a", "b")
    assert len({seed_of(plan, "a"), seed_of(plan, "b"), seed_of(plan, "a", "b"), seed_of(plan, "ab")}) == 4
    assert seed_of(plan, "a") != seed_of(plan_of(EVERYTHING.replace("seed: 5", "seed: 6")), "a")


def test_reliability_of_all_leaves_out_what_is_formative_unless_it_is_named() -> None:
    findings = found("reliability: {scales: all}\nanalyses: [{id: n, kind: reliability, scales: [networking]}]\n")
    targets = findings.frame().groupby("analysis")["target"].unique()
    assert not {"networking", "checklist_i", "checklist_p"} & set(targets["reliability"])
    assert list(targets["n"]) == ["networking"]


def test_correlations_are_corrected_for_unreliability_where_both_are_reflective() -> None:
    table = found(EVERYTHING).frame()
    pairs = table[table["statistic"] == "r_disattenuated"]["target"].tolist()
    assert pairs == ["stress~demands"]


def test_missing_is_pairwise_for_correlations_unless_the_plan_says_listwise() -> None:
    pairwise = found("analyses: [{kind: correlation, variables: [stress, demands, age]}]\n").frame()
    listwise = found("missing: listwise\nanalyses: [{kind: correlation, variables: [stress, demands, age]}]\n").frame()
    assert pairwise.loc[pairwise["statistic"] == "n", "value"].nunique() > 1
    assert listwise.loc[listwise["statistic"] == "n", "value"].nunique() == 1


def test_alpha_sets_the_level_of_every_interval() -> None:
    ninety = "alpha: 0.10\nanalyses: [{id: M, kind: regression, outcome: stress, blocks: [[demands]]}]\n"
    ninety_five = ninety.replace("0.10", "0.05")
    width = [
        value(f, "M", "demands", "ci_high") - value(f, "M", "demands", "b") for f in (found(ninety), found(ninety_five))
    ]
    assert width[0] / width[1] == pytest.approx(1.655 / 1.976, rel=0.01)


CLAIMS = """\
analyses:
  - id: A
    kind: regression
    outcome: stress
    blocks: [[age], [demands, psychosocial]]
    tier: primary
    tests: [demands]
    expect: positive
  - {id: B, kind: regression, outcome: stress, blocks: [[demands]], tier: primary, expect: negative}
  - {id: C, kind: regression, outcome: health, blocks: [[stress, age]], tests: [stress, age]}
  - {id: D, kind: correlation, variables: [stress, demands, age], tests: [stress~demands], expect: positive}
  - {id: E, kind: correlation, variables: [stress, age], expect: {equivalent: 0.3}}
  - {id: F, kind: regression, outcome: stress, blocks: [[demands]]}
  - {id: G, kind: regression, outcome: health, blocks: [[gender]], tests: [gender]}
"""


def test_claims_take_their_largest_p_are_corrected_by_tier_and_judged_by_direction() -> None:
    findings = found(CLAIMS)
    claims = {f.id: f.claim for f in findings.analyses if f.claim is not None}
    assert list(claims) == ["A", "B", "C", "D", "E", "G"]
    assert {name: c.tier for name, c in claims.items() if c} == {
        "A": "primary", "B": "primary", "C": "secondary", "D": "secondary", "E": "secondary", "G": "secondary",
    }  # fmt: skip
    a, b, c = value(findings, "A", "demands", "p"), value(findings, "B", "demands", "p"), claims["C"]
    low, high = sorted([a, b])
    expected = {low: min(1, 2 * low), high: max(min(1, 2 * low), high)}
    assert value(findings, "A", "", "p_family") == pytest.approx(expected[a])
    assert value(findings, "B", "", "p_family") == pytest.approx(expected[b])
    assert value(findings, "A", "", "supported") == 1.0
    assert value(findings, "B", "", "supported") == 0.0  # significant, in the wrong direction
    assert c is not None
    assert c.p == max(value(findings, "C", "stress", "p"), value(findings, "C", "age", "p"))
    table = findings.frame()
    assert table[(table["analysis"] == "D") & (table["statistic"] == "supported")]["target"].tolist() == [
        "stress~demands"
    ]
    assert "p_family" not in set(table[table["analysis"] == "F"]["statistic"])
    g = claims["G"]
    assert g is None or all(term.startswith("gender[") for term in g.terms)
    assert not table.duplicated(list(COLUMNS[:5])).any()


def test_a_claim_that_fails_still_counts_in_its_family() -> None:
    text = CLAIMS.replace(
        "{id: B, kind: regression, outcome: stress, blocks: [[demands]]",
        "{id: B, kind: regression, outcome: stress, blocks: [[dem1]]",
    )
    respondents = DATA.respondents.assign(dem1=2.0)
    findings = found(text, replace(DATA, respondents=respondents))
    assert value(findings, "A", "", "p_family") == pytest.approx(2 * value(findings, "A", "demands", "p"))
    (failed,) = [f for f in findings.analyses if f.id == "B"]
    assert failed.claim is not None
    assert failed.claim.numbers() == ()
    assert not failed.claim.supported


def test_equivalence_is_two_one_sided_tests() -> None:
    text = "analyses: [{id: E, kind: regression, outcome: health, blocks: [[tenure]], expect: {equivalent: 0.2}}]\n"
    findings = found(text)
    (result,) = findings.analyses[0].results
    assert isinstance(result, Regression)
    row = result.coefficient("tenure")
    se = row.se * row.beta / row.b
    p = max(stats.t.sf((row.beta + 0.2) / se, result.df), stats.t.cdf((row.beta - 0.2) / se, result.df))
    assert value(findings, "E", "", "p_family") == pytest.approx(p)
    tight = found(text.replace("0.2", "0.0001"))
    assert value(tight, "E", "", "supported") == 0.0


def test_a_correlation_s_equivalence_is_on_fisher_s_scale() -> None:
    findings = found(
        "analyses: [{id: E, kind: correlation, variables: [stress, tenure], expect: {equivalent: 0.25}}]\n"
    )
    (result,) = findings.analyses[0].results
    assert isinstance(result, Correlation)
    pair = result.pairs[0]
    z = (np.arctanh(0.25) - np.arctanh(abs(pair.r))) * np.sqrt(pair.n - 3)
    table = findings.frame()
    p = table[table["statistic"] == "p_family"]["value"].iloc[0]
    assert p == pytest.approx(stats.norm.sf(z))


def test_the_default_plan_runs_on_any_instrument() -> None:
    findings = run(default_plan(INSTRUMENT), DATA)
    assert {f.kind for f in findings.analyses} == {"descriptives", "correlation", "reliability"}
    assert not findings.failures()
    text = (
        "format: twofold/1\nid: tiny\nversion: 1.0.0\nformats: {f: {type: likert, labels: [a, b, c]}}\n"
        "items: {q: {format: f}, r: {format: f}}\nscales: {}\n"
    )
    tiny = load(text, "tiny.yaml")
    findings = run(default_plan(tiny), simulate(tiny, 30, 1).dataset)
    assert [f.id for f in findings.analyses] == ["descriptives", "correlation"]
    assert set(findings.frame()["target"]) == {"q", "r", "q~r"}


def test_a_numerical_failure_inside_an_analysis_is_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise np.linalg.LinAlgError("did not converge")

    monkeypatch.setattr("analysis.runners.regression.regression", fails)
    findings = found(EVERYTHING)
    failures = dict(findings.failures())
    assert isinstance(failures["M"], NotApplicable)
    assert str(failures["M"]) == "Not applicable, because it failed: did not converge"
    assert failures["M"].target == "stress"


def test_alpha_s_bootstrap_keeps_teams_together() -> None:
    """Copies of each respondent under one team's name add no information, and only whole teams show that."""
    people = DATA.respondents.assign(team=[f"t{i}" for i in range(len(DATA.respondents))])
    copies = pd.concat([people.set_axis([f"{name}-{k}" for name in people.index]) for k in range(4)]).rename_axis("id")
    missing = pd.concat([DATA.missing] * 4).set_axis(copies.index)
    widths = {}
    for label, rows in {"teams": copies, "alone": copies.assign(team=np.nan)}.items():
        plan = load_plan(HEAD + "reliability: {scales: [stress], resamples: 1000}\n", "plan.yaml", INSTRUMENT)
        table = run(plan, replace(DATA, respondents=rows, missing=missing)).frame().set_index("statistic")["value"]
        widths[label] = table["alpha_boot_high"] - table["alpha_boot_low"]
    assert widths["teams"] / widths["alone"] == pytest.approx(2, rel=0.15)


def test_a_slope_of_exactly_nothing_is_equivalent_to_nothing() -> None:
    data = pd.DataFrame({"x": [-1.0, 1] * 20, "y": [-1.0, -1, 1, 1] * 10})
    result = regression(data, "y", [["x"]], "classical")
    assert isinstance(result, Regression)
    assert result.coefficient("x").b == 0
    planned = RegressionOf.model_validate(
        {"kind": "regression", "outcome": "y", "blocks": [["x"]], "expect": {"equivalent": 0.5}}
    )
    claim = claim_of(planned, "E", result)
    assert claim.p == pytest.approx(stats.t.sf(0.5 * np.sqrt(38), 38), rel=1e-12)


def test_a_polychoric_equivalence_uses_its_own_error() -> None:
    rng = np.random.default_rng(4)
    data = pd.DataFrame(rng.integers(0, 2, (200, 2)).astype(float), columns=["a", "b"])
    planned = CorrelationOf.model_validate(
        {"kind": "correlation", "variables": ["a", "b"], "method": "polychoric", "expect": {"equivalent": 0.4}}
    )
    result = correlation(data, "polychoric", level=0.9)
    assert isinstance(result, Correlation)
    pair, matrix = result.pairs[0], polychoric(data.to_numpy())
    se = matrix.se[0, 1] / (1 - pair.r**2)
    wanted = stats.norm.sf((np.arctanh(0.4) - np.arctanh(abs(pair.r))) / se)
    assert claim_of(planned, "E", result).p == pytest.approx(wanted, rel=1e-9)


def test_factors_of_scales_are_those_of_their_keyed_items() -> None:
    plan = """
analyses:
  - {id: two, kind: factor, scales: [instrumental, psychosocial], n_factors: 2, method: ml, rotate: varimax}
  - {id: all, kind: factor, scales: all, missing: pairwise}
  - {id: raw, kind: factor, items: [ins7, ins8, psy7, psy8], n_factors: 1, correlation: polychoric}
"""
    findings = found(plan)
    scored = findings.scored
    items = pd.concat([scored.items("instrumental"), scored.items("psychosocial")], axis=1)
    wanted = factor(items, 2, "ml", "varimax", seed=seed_of(findings.plan, "two"))
    two, everything, raw = (finding.results[0] for finding in findings.analyses)
    assert isinstance(wanted, Factor)
    assert two == replace(wanted, notes=(*wanted.notes, "Reversed, as their scales key them: ins7, ins8, psy7, psy8."))
    assert isinstance(everything, Factor)
    reflective = [scale for scale in INSTRUMENT.scales.values() if not scale.formative]
    assert len(everything.items) == len({item.lstrip("-") for scale in reflective for item in scale.items})
    assert everything.missing == "pairwise"
    assert isinstance(raw, Factor)
    assert raw.correlation == "polychoric"
    assert not any("Reversed" in note for note in raw.notes)
    assert raw.items == ("ins7", "ins8", "psy7", "psy8")
    dropped = replace(DATA, respondents=DATA.respondents.drop(columns=["ins7"]))
    failures = {name: reason.reason for name, reason in found(plan, dropped).failures()}
    assert failures["two"] == "the data have no column ins7"
    assert failures["raw"] == "the data have no variable ins7"


def test_partial_correlations_from_a_plan() -> None:
    text = "analyses: [{kind: correlation, variables: [stress, demands], partial: [age]}]"
    findings = found(text)
    wanted = correlation(findings.scored.frame[["stress", "demands", "age"]], partial=["age"])
    assert isinstance(wanted, Correlation)
    assert value(findings, "correlation", "", "r") == wanted.pairs[0].r
    pooled = found(f"missing: mi\n{text}").analyses[0].results[0]
    assert isinstance(pooled, Correlation)
    assert pooled.partial == ("age",)
    assert pooled.pairs[0].r == pytest.approx(wanted.pairs[0].r, abs=0.1)
    with pytest.raises(FileProblems, match="'missing: fiml' gives no partial correlations"):
        plan_of(f"missing: fiml\n{text}")
    by_hand = plan_of(text).model_copy(update={"missing": "fiml"})
    refused = run(by_hand, DATA).analyses[0].results[0]
    assert isinstance(refused, NotApplicable)
    assert "impute instead" in refused.reason
    lacking = replace(DATA, respondents=DATA.respondents.drop(columns=["age"]))
    (failure,) = found(text, lacking).failures()
    assert failure[1].reason == "the data have no variable age"


def test_what_is_derived_from_ties_is_left_out_where_there_are_none() -> None:
    text = HEADLESS_TIES
    plan = load_plan(text, "plan", INSTRUMENT)
    bare = type(DATA)(DATA.instrument, DATA.respondents, DATA.missing, DATA.source)
    found = run(plan, bare)
    assert {name for name, _ in found.failures()} == {"b"}
    assert "Not derived, as the data have no table of ties or no column of waves: few, fewer." in found.notes
    assert not run(plan, DATA).failures()


HEADLESS_TIES = """\
format: twofold-plan/1
instrument: two-supports
derive: {few: log1p(ties.n_weak), fewer: few * 2, half: stress / 2}
analyses:
  - {id: a, kind: correlation, variables: [half, demands]}
  - {id: b, kind: correlation, variables: [fewer, demands]}
"""
