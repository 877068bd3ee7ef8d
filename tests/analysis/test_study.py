"""The shipped plan on a simulated study, from a CSV of answers to every number, equals R (scoring included).

Without its imputation, which is held to R where it is: chance would come in between.
"""

from __future__ import annotations

import pandas as pd
import pytest

from analysis.findings import COLUMNS, Findings
from analysis.plan import load_plan
from analysis.result import Number
from analysis.run import run
from survey.dataset.read import read_data
from survey.instrument.load import shipped, shipped_plan_text
from tests.support.reference import Case, cases, differences
from tests.support.study import PATH

CASES = {case.case: case for case in cases("study")}
LOOSER = {"omega": 1e-4, "loading": 1e-4, "alpha_ordinal": 1e-6, "omega_total": 1e-6, "omega_h": 1e-6}
BY_RESAMPLING = {"alpha_boot_low", "alpha_boot_high"}
CLAIM = {"p_family", "supported", "p_equivalent"}
BY_KIND = {
    "C1",
    "C2",
    "C4",
    "C8_compared",
    "C9_compared",
    "C16_surface",
    "C9_interaction",
    "C9_latent",
    "C9_rival",
    "C15_days",
}
"""Analyses whose numbers are held to R where their kind is (the p of their claims here too)."""
WITHOUT_TIES = {
    "C2_balance",
    "C4_weak",
    "C5_outside",
    "C5_novelty",
    "C5_news_between",
    "C5_slightly_known",
    "C5_level",
    "C5_family",
    "C6",
    "C9_exchange",
    "C12",
    "C17",
    "C13_size",
    "C13",
    "C16_weak",
    "C16_strong",
}
"""Analyses of ties: the file has none, so that they are not applicable, and their claims count in their family."""

OF_WAVES = {"C3_trend", "C9_reversed", "C14", "C15_path"}
"""Likewise of several waves."""

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def findings() -> Findings:
    instrument = shipped("two-supports")
    plan = load_plan(shipped_plan_text("two-supports") or "", "plan.yaml", instrument)
    listwise = plan.robustness.model_copy(update={"missing": ("listwise",)}) if plan.robustness else None
    plan = plan.model_copy(update={"missing": None, "robustness": listwise})
    return run(plan, read_data(PATH, instrument))


def numbers(frame: pd.DataFrame) -> list[Number]:
    return [Number(row.target, row.term, row.statistic, row.value) for row in frame.itertuples()]


@pytest.mark.parametrize("case", [c for c in CASES.values() if c.kind not in ("counts", "claims")], ids=str)
def test_every_number_of_every_analysis_is_r_s(case: Case, findings: Findings) -> None:
    table = findings.frame()
    beside = table["statistic"].isin(BY_RESAMPLING | CLAIM) | table["statistic"].str.startswith("spec_")
    own = table[(table["analysis"] == case.case) & ~beside]
    assert not differences(numbers(own), case.numbers, 1e-6, LOOSER, around=1e-6, of=case)


def test_every_analysis_was_checked(findings: Findings) -> None:
    assert set(findings.frame()["analysis"]) == set(CASES) - {"counts", "claims"} | BY_KIND | WITHOUT_TIES | OF_WAVES
    assert {name for name, _ in findings.failures()} == WITHOUT_TIES | OF_WAVES


def test_exclusions_are_r_s(findings: Findings) -> None:
    (_, by_checks), (_, by_time) = findings.excluded
    found = {"n_read": findings.n_read, "by_checks": by_checks, "by_time": by_time, "n_used": findings.n_used}
    assert found == {name: value for (_, _, name), value in CASES["counts"].numbers.items()}
    assert min(by_checks, by_time) > 0


def test_claims_are_corrected_and_judged_as_by_r(findings: Findings) -> None:
    table = findings.frame()
    claims = table[table["statistic"].isin(CLAIM)]
    found = [Number(row.analysis, row.term, row.statistic, row.value) for row in claims.itertuples()]
    assert not differences(found, CASES["claims"].numbers, 1e-6, around=1e-30, of=CASES["claims"])
    assert {f.tier for f in findings.analyses} == {"primary", "secondary", ""}


def test_the_table_has_its_columns_and_no_row_twice(findings: Findings) -> None:
    table = findings.frame()
    assert tuple(table.columns) == COLUMNS
    assert not table.duplicated(list(COLUMNS[:5])).any()
    assert (table["value"].notna() | (table["statistic"] == "not_applicable")).all()
