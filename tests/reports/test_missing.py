"""Missing values in the report: shares, patterns, Little's test, and how pooled results are told from others."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.findings import Findings
from analysis.missing.result import Missingness, missingness
from analysis.plan import load_plan
from analysis.regression import Regression
from analysis.run import run
from analysis.simulate import simulate
from reports.figure import Coefficients
from reports.labels import Labels
from reports.table import Table, Value, shown
from reports.text import plain
from reports.treatment import treatment
from reports.verbs import figure, options, sentence, table, tables
from survey.instrument.load import shipped

INSTRUMENT = shipped("two-supports")
DATA = simulate(INSTRUMENT, 200, 3).dataset
LABELS = Labels({"x": "Pressure", "y": "Sleep"}, {}, {}, frozenset())
CHOSEN = options(LABELS)


def findings(missing: str, errors: str = "classical") -> Findings:
    text = f"""format: twofold-plan/1
instrument: two-supports
missing: {missing}
analyses:
  - {{id: d, kind: descriptives, variables: [stress, age]}}
  - {{id: c, kind: correlation, variables: [stress, demands]}}
  - {{id: r, kind: regression, outcome: stress, blocks: [[age], [demands, psychosocial]], errors: {errors}}}
"""
    return run(load_plan(text, "p.yaml", INSTRUMENT), DATA)


@pytest.fixture(scope="module")
def pooled() -> Findings:
    return findings("{mi: {imputations: 4, iterations: 2}}", "HC3")


@pytest.fixture(scope="module")
def likely() -> Findings:
    return findings("fiml")


def grid(made: Table) -> list[list[str]]:
    return [[shown(cell) for cell in row.cells] for row in made.rows]


def gaps() -> Missingness:
    frame = pd.DataFrame({"x": [1.0, np.nan, 3.0, np.nan, 2.5], "y": [2.0, 1.0, np.nan, 4.0, 3.0], "z": np.arange(5.0)})
    found = missingness(
        frame, {"x": ["", "skipped", "", "refused", ""]}, pd.Series(["1", "1", "1", "2", "2"], dtype="str")
    )
    assert isinstance(found, Missingness)
    return found


def test_shares_and_patterns_are_tables() -> None:
    shares, patterns = tables([gaps()], options=CHOSEN, first=1)
    assert [column.key for column in shares.columns] == [
        "variable", "missing", "rate", "refused", "skipped", "wave1", "wave2",
    ]  # fmt: skip
    assert grid(shares) == [
        ["Pressure", "2", "40.0%", "1", "1", "33.3%", "50.0%"],
        ["Sleep", "1", "20.0%", "", "", "33.3%", "0.0%"],
    ]
    assert "1 of 3 variables had no missing value" in plain(shares.general)
    assert "Little's test" in plain(shares.general)
    assert grid(patterns) == [
        ["Nothing", "0", "2", "40.0%"],
        ["Pressure", "1", "2", "40.0%"],
        ["Sleep", "1", "1", "20.0%"],
    ]
    drawn = figure(gaps(), options=CHOSEN)
    assert isinstance(drawn, Coefficients)
    assert [(point.label, point.estimate) for point in drawn.points] == [("Pressure", 40.0), ("Sleep", 20.0)]
    assert "Pressure 40.00" in drawn.alt


def test_the_sentence_says_what_littles_test_says() -> None:
    said = sentence(gaps(), options=CHOSEN)
    assert said.startswith("Of 5 respondents 2 (40.0%) had every value; 20.0% of all values were missing.")
    assert "Most were missing in Pressure (40.0%)." in said
    rng = np.random.default_rng(2)
    frame = pd.DataFrame(rng.normal(size=(200, 2)), columns=["x", "y"])
    by_chance = frame.assign(y=frame["y"].mask(frame["x"].rank() % 5 == 0))
    by_x = frame.assign(y=frame["y"].mask(frame["x"] > 0.5))
    assert "gave no sign" in sentence(missingness(by_chance), options=CHOSEN)
    assert "complete cases may mislead" in sentence(missingness(by_x), options=CHOSEN)
    whole = missingness(frame)
    assert "Little's test: Not applicable, because no value is missing." in sentence(whole, options=CHOSEN)
    assert grid(table(whole, options=CHOSEN)) == [["Nothing is missing", "0", "0.0%"]]
    assert figure(whole, options=CHOSEN) is None


def test_a_pooled_regression_shows_what_is_lost_and_the_complete_cases(pooled: Findings) -> None:
    (found,) = pooled.analyses[2].results
    assert isinstance(found, Regression)
    made = table(found, options=CHOSEN)
    place = [column.key for column in made.columns].index("fmi")
    shown_fmi = [cell.value for row in made.rows if isinstance(cell := row.cells[place], Value)]
    assert shown_fmi == [row.fmi for row in found.coefficients]
    note = plain(made.general)
    assert "pooled over 4 imputed data sets" in note
    assert "FMI = fraction of missing information" in note
    assert found.listwise is not None
    assert f"Listwise (n = {found.listwise.n})" in note
    assert all(len(row.cells) == len(made.columns) for row in made.rows if row.kind == "data")


def test_maximum_likelihood_is_told_by_z_and_chi2(likely: Findings) -> None:
    (found,) = likely.analyses[2].results
    said = sentence(found, options=CHOSEN)
    assert "χ²(3)" in said
    assert "z = " in said
    assert "t(" not in said
    assert "t is a z (large samples)" in plain(table(found, options=CHOSEN).general)
    assert treatment(likely) == "Correlations and regressions by full-information maximum likelihood"


def test_the_method_states_the_imputation_model(pooled: Findings) -> None:
    said = treatment(pooled)
    made = pooled.imputed
    assert made is not None
    assert said.startswith("Descriptives, correlations and regressions pooled over multiple imputations. ")
    assert f"{made.gaps} of {made.cells:,} values" in said
    assert "imputed 4 times by chained equations (2 rounds, by the plan's seed)" in said
    assert "predictive mean matching with 5 donors for" in said
    assert "Rubin's rules" in said


def test_correlations_say_how_missing_values_were_treated(pooled: Findings, likely: Findings) -> None:
    for found, said in ((pooled, "after multiple imputation"), (likely, "maximum likelihood uses all")):
        first, *_ = tables(found.analyses[1].results, options=CHOSEN, first=1)
        assert said in plain(first.general)
