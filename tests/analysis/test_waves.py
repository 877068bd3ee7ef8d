"""One variable over waves, from long data to a column a wave; and a plan's agreement and retest from end to end."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.agreement import Agreement
from analysis.findings import Findings
from analysis.plan import load_plan
from analysis.result import NotApplicable
from analysis.retest import Retest, retest
from analysis.run import run
from analysis.scoring import score
from analysis.waves import by_wave, over_waves
from survey.dataset.model import Dataset
from survey.dataset.read import read_frame
from survey.instrument.load import load
from tests.support.reference import data

INSTRUMENT = load(
    """
format: twofold/1
id: panel
version: 1.0.0
formats: {f: {type: likert, labels: [a, b, c, d, e]}, n: {type: number}}
items: {t1: {format: f}, t2: {format: f}, t3: {format: f}, a: {format: n}}
scales:
  s: {label: s, items: [t1, t2, t3], min_answered: 1}
  total: {label: total, items: [t1, t2, t3], score: sum, min_answered: 1}
fields: {team: {type: group}, wave: {type: wave}}
""",
    "panel.yaml",
)
PLAN = """
format: twofold-plan/1
instrument: panel
analyses:
  - {id: g, kind: agreement, scale: s, group: team}
  - {id: sum, kind: agreement, scale: total, group: team}
  - {id: one, kind: agreement, scale: t1, group: team}
  - {id: number, kind: agreement, scale: a, group: team, null: 0.5}
  - {id: w, kind: retest, scale: a, waves: [1, 2, 3]}
  - {id: no, kind: retest, scale: a, waves: [1, 4]}
  - {id: none, kind: retest, scale: s}
"""


@pytest.fixture(scope="module")
def dataset() -> Dataset:
    """People in three waves, and others in teams, as one file may hold them."""
    long = data("waves").drop(columns="b").assign(wave=lambda frame: frame["wave"].astype(str))
    teams = data("grouped")[["team", "t1", "t2", "t3"]].assign(id=lambda frame: [f"t{i}" for i in range(len(frame))])
    both = pd.concat([long, teams], ignore_index=True)
    both["team"] = both["team"].map(lambda code: "" if pd.isna(code) else f"team {code:g}")
    return read_frame(both, INSTRUMENT, "panel")


@pytest.fixture(scope="module")
def findings(dataset: Dataset) -> Findings:
    return run(load_plan(PLAN, "plan.yaml", INSTRUMENT), dataset)


def test_rows_of_one_person_become_one_row_of_waves(dataset: Dataset) -> None:
    found = by_wave(score(dataset), "a", [3, 1])
    assert isinstance(found, pd.DataFrame)
    wanted = data("waves").astype({"wave": str}).pivot(index="id", columns="wave", values="a")[["3", "1"]]
    assert found.sort_index().index.tolist() == wanted.sort_index().index.tolist()
    np.testing.assert_array_equal(found.sort_index().to_numpy(), wanted.sort_index().to_numpy())


def test_a_plan_s_retest_is_that_of_its_table(findings: Findings, dataset: Dataset) -> None:
    by_id = {finding.id: finding.results[0] for finding in findings.analyses}
    table = by_wave(score(dataset), "a", [1, 2, 3])
    assert isinstance(table, pd.DataFrame)
    direct, planned = retest(table, scale="a"), by_id["w"]
    assert isinstance(planned, Retest)
    assert isinstance(direct, Retest)
    assert planned == direct
    assert planned.waves == ("1", "2", "3")
    for name, reason in (("no", "no wave 4"), ("none", "only 0 people have a score")):
        failed = by_id[name]
        assert isinstance(failed, NotApplicable), failed
        assert reason in failed.reason or "nobody has a score" in failed.reason


def test_a_plan_s_agreement_knows_items_options_and_sums(findings: Findings) -> None:
    by_id = {finding.id: finding.results[0] for finding in findings.analyses}
    mean, total, one, number = (by_id[name] for name in ("g", "sum", "one", "number"))
    assert isinstance(mean, Agreement)
    assert isinstance(total, Agreement)
    assert isinstance(one, Agreement)
    assert isinstance(number, Agreement | NotApplicable)
    assert mean.main.variance == 2.0
    assert (mean.items, one.items) == (3, 1)
    assert mean.icc1 == pytest.approx(total.icc1, rel=1e-12)
    assert mean.main.rwg_mean == pytest.approx(total.main.rwg_mean, rel=1e-12)
    assert mean.omega_within == pytest.approx(total.omega_within, rel=1e-12)
    assert one.main.rwg_mean > 0
    table = findings.frame()
    assert not table.duplicated(["analysis", "kind", "target", "term", "statistic"]).any()
    assert np.isfinite(table.loc[table["statistic"] != "not_applicable", "value"]).all()


def test_data_of_one_time_say_so() -> None:
    frame = pd.DataFrame({"id": ["x", "y"], "t1": ["1", "2"], "t2": ["1", "2"], "t3": ["1", "2"], "a": ["1", "2"]})
    found = by_wave(score(read_frame(frame, INSTRUMENT, "one")), "a", [1, 2])
    assert isinstance(found, str)
    assert "no column wave" in found
    other = load(
        "format: twofold/1\nid: o\nversion: 1.0.0\nformats: {n: {type: number}}\nitems: {a: {format: n}}\nscales: {}\n"
        "fields: {wave: {type: wave}, person: {type: id}}\n",
        "o.yaml",
    )
    rows = pd.DataFrame({"person": ["x", "x"], "wave": ["1", "1"], "a": ["1", "2"]})
    doubled = by_wave(score(read_frame(rows, other, "two")), "a", [1])
    assert isinstance(doubled, str)
    assert "another row in the same wave" in doubled


WAVED = """
format: twofold-plan/1
instrument: panel
derive: {twice: 2 * a}
analyses:
  - {id: both, kind: descriptives, variables: [a@1, twice@3]}
  - {id: r, kind: correlation, variables: [a@1, a@2, a]}
  - {id: on, kind: regression, outcome: a@3, blocks: [[a@1], [a@2]], errors: classical, tests: [a@2]}
  - {id: no, kind: descriptives, variables: [a@9]}
"""


def test_variables_of_waves_stand_beside_each_other_in_any_analysis(dataset: Dataset) -> None:
    found = {one.id: one for one in run(load_plan(WAVED, "plan.yaml", INSTRUMENT), dataset).analyses}
    wide = data("waves").pivot(index="id", columns="wave", values="a")
    numbers = {(n.target, n.statistic): n.value for n in found["both"].results[0].numbers()}
    assert numbers["a@1", "mean"] == pytest.approx(wide[1].mean(), rel=1e-12)
    assert numbers["twice@3", "mean"] == pytest.approx(2 * wide[3].mean(), rel=1e-12)
    assert numbers["twice@3", "n"] == wide[3].notna().sum()
    r = {(n.target, n.statistic): n.value for n in found["r"].results[0].numbers()}
    assert r["a@1~a@2", "r"] == pytest.approx(wide[1].corr(wide[2]), rel=1e-9)
    first = wide.bfill(axis=1)[1]
    assert r["a@2~a", "r"] == pytest.approx(wide[2].corr(first), rel=1e-9)
    whole = wide.dropna()
    design = np.column_stack([np.ones(len(whole)), whole[[1, 2]]])
    b = np.linalg.lstsq(design, whole[3].to_numpy(), rcond=None)[0]
    on = {(n.term, n.statistic): n.value for n in found["on"].results[0].numbers()}
    assert (on["a@1", "b"], on["a@2", "b"]) == (pytest.approx(b[1]), pytest.approx(b[2]))
    assert found["on"].claim is not None
    assert found["on"].claim.terms == ("a@2",)
    assert isinstance(found["no"].results[0], NotApplicable)
    assert "no wave 9 in column wave" in found["no"].results[0].reason


def test_rows_of_people_are_one_row_each_whatever_their_order(dataset: Dataset) -> None:
    scored = score(dataset)
    found = over_waves(scored, ["a@1", "a@3"])
    assert not isinstance(found, str)
    assert found.frame.index.is_unique
    assert "wave" not in found.frame.columns
    assert over_waves(scored, ["nothing@1"]) == "the data have no variable nothing"
