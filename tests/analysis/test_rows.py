"""Which rows of data of several waves an analysis is of; and errors by groups where there are none."""

from __future__ import annotations

from typing import Any

import pytest

from analysis.findings import Findings
from analysis.mixed import mixed
from analysis.plan import load_plan
from analysis.prepared import NOT_IMPUTED
from analysis.regression import Regression, regression
from analysis.result import NotApplicable
from analysis.rows import of_wave, wave_of, with_person
from analysis.run import run
from analysis.scoring import score
from analysis.simulate import simulate
from survey.dataset.model import Dataset
from survey.instrument.load import shipped

INSTRUMENT = shipped("two-supports")
HEAD = "format: twofold-plan/1\ninstrument: two-supports\n"
SLOPE = "{id: slope, kind: regression, outcome: stress, blocks: [[demands]]%s}"


@pytest.fixture(scope="module")
def waves() -> Dataset:
    return simulate(INSTRUMENT, 120, 5, waves=3).dataset


def plan_of(*analyses: str, head: str = "") -> Any:
    return load_plan(HEAD + head + "analyses:\n" + "".join(f"  - {one}\n" for one in analyses), "p", INSTRUMENT)


def found(dataset: Dataset, *analyses: str, head: str = "") -> Findings:
    return run(plan_of(*analyses, head=head), dataset)


def b_of(findings: Findings, name: str) -> tuple[float, float]:
    table = findings.frame().set_index(["analysis", "term", "statistic"])["value"]
    return float(table[name, "demands", "b"]), float(table[name, "", "n"])


def test_a_plan_s_wave_is_that_of_all_analyses_which_name_none(waves: Dataset) -> None:
    frame = score(waves).frame
    for wave in ("1", "2"):
        own = regression(frame[frame["wave"] == wave], "stress", [["demands"]])
        assert isinstance(own, Regression)
        b, n = b_of(found(waves, SLOPE % "", head=f"wave: {wave}\n"), "slope")
        assert n == own.n
        assert b == pytest.approx(own.coefficients[1].b, rel=1e-12)
    whole = regression(frame, "stress", [["demands"]])
    assert isinstance(whole, Regression)
    assert b_of(found(waves, SLOPE % ""), "slope")[1] == whole.n
    assert b_of(found(waves, SLOPE % ", wave: all", head="wave: 1\n"), "slope")[1] == whole.n
    assert b_of(found(waves, SLOPE % ", wave: 2", head="wave: 1\n"), "slope") == b_of(
        found(waves, SLOPE % "", head="wave: 2\n"), "slope"
    )


def test_data_of_one_time_are_of_every_wave() -> None:
    once = simulate(INSTRUMENT, 80, 6).dataset
    once = Dataset(INSTRUMENT, once.respondents.drop(columns="wave"), once.missing, "once")
    assert b_of(found(once, SLOPE % "", head="wave: 1\n"), "slope") == b_of(found(once, SLOPE % ""), "slope")
    assert len(of_wave(score(once), 7).frame) == 80


def test_a_wave_that_is_not_there_has_a_reason(waves: Dataset) -> None:
    (result,) = found(waves, SLOPE % "", head="wave: 9\n").analyses[0].results
    assert isinstance(result, NotApplicable)


def test_imputation_is_of_the_plan_s_wave_and_others_have_complete_cases(waves: Dataset) -> None:
    head = "wave: 1\nmissing: {mi: {imputations: 2, iterations: 1}}\n"
    later = "{id: later, kind: regression, outcome: stress@2, blocks: [[demands@1]]}"
    trend = "{id: trend, kind: mixed, wave: all, outcome: stress, fixed: [demands], group: person}"
    gaps = "{id: gaps, kind: missing, variables: [stress, demands]}"
    findings = found(waves, SLOPE % "", later, trend, gaps, head=head)
    slope, after, over, holes = (finding.results[0] for finding in findings.analyses)
    assert findings.imputed is not None
    frame = score(waves).frame
    assert len(findings.imputed.sets[0].frame) == (frame["wave"] == "1").sum()
    assert isinstance(slope, Regression)
    assert (slope.missing, slope.n) == ("mi", (frame["wave"] == "1").sum())
    assert isinstance(after, Regression)
    assert after.missing != "mi"
    assert NOT_IMPUTED in after.notes
    assert NOT_IMPUTED in getattr(over, "notes", ())
    assert NOT_IMPUTED not in getattr(holes, "notes", ())
    assert dict.fromkeys(row.statistic for row in holes.numbers())  # type: ignore[union-attr]


def test_rows_of_one_person_are_a_group(waves: Dataset) -> None:
    trend = "{id: trend, kind: mixed, outcome: stress, fixed: [demands], group: person}"
    (result,) = found(waves, trend).analyses[0].results
    scored = with_person(score(waves))
    assert scored.frame["person"].nunique() == len({name.split("@")[0] for name in scored.frame.index})
    own = mixed(scored.frame, "stress", ["demands"], "person")
    assert result.numbers() == own.numbers()  # type: ignore[union-attr]
    assert with_person(scored) is scored


def test_who_tells_waves_apart_by_itself_has_all_of_them() -> None:
    plan = plan_of(
        "{kind: retest, scale: stress, waves: [1, 2]}", "{kind: missing}", "{kind: screening}",
        "{kind: invariance, scales: [stress], waves: [1, 2]}", "{kind: regression, outcome: stress@2, blocks: [[age]]}",
        "{kind: descriptives, variables: [stress]}", head="wave: 1\n",
    )  # fmt: skip
    assert [wave_of(analysis, plan) for analysis in plan.analyses] == [None, None, None, None, None, 1]


ROBUST = ", errors: {cr2: team, otherwise: HC3}"


def test_errors_by_groups_where_there_are_groups_and_others_where_there_are_none() -> None:
    data = simulate(INSTRUMENT, 200, 8).dataset
    frame = score(data).frame
    for team, errors in ((data.respondents["team"], {"cr2": "team"}), (None, "HC3"), ("one", "HC3")):
        respondents = data.respondents.assign(team=team)
        of = Dataset(INSTRUMENT, respondents, data.missing, "teams")
        (result,) = found(of, SLOPE % ROBUST).analyses[0].results
        own = regression(frame, "stress", [["demands"]], errors)  # type: ignore[arg-type]
        assert isinstance(result, Regression)
        assert isinstance(own, Regression)
        assert [row.se for row in result.coefficients] == pytest.approx([row.se for row in own.coefficients], rel=1e-12)
        said = [note for note in result.notes if "Errors are HC3" in note]
        assert len(said) == (errors == "HC3")


def test_errors_by_nothing_otherwise_are_refused() -> None:
    from analysis.plan import check_plan

    text = HEAD + "analyses:\n  - " + SLOPE % ", errors: {otherwise: HC3}" + "\n"
    (problem,) = check_plan(text, "p", INSTRUMENT)
    assert problem.what == "errors by groups have either 'cluster' or 'cr2'."


def test_waves_of_an_instrument_without_them_are_refused() -> None:
    from analysis.plan import check_plan
    from survey.instrument.load import load

    tiny = load(
        "format: twofold/1\nid: tiny\nversion: 1.0.0\nformats: {n: {type: number}}\nitems: {q: {format: n}}\n"
        "scales: {}\n", "tiny.yaml",
    )  # fmt: skip
    text = (
        "format: twofold-plan/1\ninstrument: tiny\nwave: 1\nanalyses: [{kind: descriptives, variables: [q], wave: 2}]\n"
    )
    said = [str(problem) for problem in check_plan(text, "p", tiny)]
    assert [one.split(": ")[0] for one in said] == ["p:3:7", "p:4:55"]
    assert all("the instrument declares no field of type wave." in one for one in said)
