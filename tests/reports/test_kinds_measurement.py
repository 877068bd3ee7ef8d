"""Confirmatory factor analysis and invariance as table, figure and sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.cfa import CFA, cfa
from analysis.invariance import Invariance, invariance
from analysis.result import NotApplicable
from reports.figure import Coefficients
from reports.labels import Labels
from reports.numbers import BOUNDED, P, show
from reports.table import Interval, Table, Value, shown
from reports.text import plain
from reports.verbs import figure, options, sentence, table, tables
from reports.write import FORMATS, render

LABELS = Labels(
    {"help": "Support", "load": "Demands", "half": "Half"}, {"a": "Somebody helps me."}, {}, frozenset({("help", "b")})
)
SCALES = {"help": list("abcd"), "load": list("efgh")}


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    common = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], size=240)
    parts = [common[:, [0]] * [0.9, 0.8, 0.7, 0.6], common[:, [1]] * [0.9, 0.8, 0.7, 0.6]]
    return pd.DataFrame(np.hstack(parts) + 0.7 * rng.normal(size=(240, 8)), columns=list("abcdefgh"))


def fitted(rows: pd.DataFrame, **extra: object) -> CFA:
    found = cfa(rows, SCALES, **extra)  # type: ignore[arg-type] # options vary
    assert isinstance(found, CFA)
    return found


@pytest.fixture(scope="module")
def model(rows: pd.DataFrame) -> CFA:
    return fitted(rows, rival=True)


@pytest.fixture(scope="module")
def steps(rows: pd.DataFrame) -> Invariance:
    found = invariance(rows, ["x", "y"] * 120, SCALES, free=["c"], group="half")
    assert isinstance(found, Invariance)
    return found


def values(made: Table, key: str) -> list[float]:
    place = [column.key for column in made.columns].index(key)
    return [cell.value for row in made.rows if row.kind == "data" and isinstance(cell := row.cells[place], Value)]


def test_tables_keep_full_precision(model: CFA) -> None:
    fit, loadings, factors = tables([model], labels=LABELS)
    assert model.rival is not None
    assert values(fit, "chi2") == [model.fit.chi2, model.rival.fit.chi2]
    for name in ("df", "p", "cfi", "tli", "rmsea", "srmr"):
        assert values(fit, name) == [getattr(model.fit, name), getattr(model.rival.fit, name)]
    ends = fit.rows[0].cells[7]
    assert isinstance(ends, Interval)
    assert (ends.low, ends.high) == (model.fit.rmsea_low, model.fit.rmsea_high)
    for name in ("loading", "se", "z", "p", "std"):
        assert values(loadings, name) == [getattr(row, name) for row in model.loadings]
    assert [shown(row.cells[0]) for row in loadings.rows][:3] == ["Support", "Somebody helps me.", "b (R)"]
    assert "reverse-scored" in plain(loadings.general)
    assert values(factors, "cr") == [row.cr for row in model.validity]
    assert values(factors, "ave") == [row.ave for row in model.validity]
    assert values(factors, "help") == [model.correlations[0].factor_r]
    assert values(factors, "load") == [model.correlations[0].htmt]


def test_modification_indices_are_shown_only_when_asked_for(model: CFA) -> None:
    assert [one.name for one in tables([model])] == ["cfa-fit", "cfa-loadings", "cfa-factors"]
    made = tables([model], options=options(LABELS, asked=["mi"]))[3]
    assert values(made, "mi") == sorted((one.mi for one in model.modifications), reverse=True)[:10]
    assert any(" with " in shown(row.cells[0]) for row in made.rows)


def test_the_sentence_is_apa(model: CFA) -> None:
    text = sentence(model, labels=LABELS)
    fit = model.fit
    assert text.startswith("A model of 2 factors (Support and Demands; n = 240, maximum likelihood) gave χ²(19) = ")
    p = show(fit.p, P)
    assert f"χ²(19) = {show(fit.chi2)}, p {p if p.startswith('<') else '= ' + p}, CFI = " in text
    assert f"90% CI [{show(fit.rmsea_low, BOUNDED)}, {show(fit.rmsea_high, BOUNDED)}]" in text
    assert "One factor for all items against the model: Δχ²(1) = " in text
    assert "The factors correlated at r = " in text


def test_robust_estimators_show_what_they_corrected(rows: pd.DataFrame) -> None:
    robust = fitted(rows, estimator="mlr")
    made = table(robust)
    assert values(made, "chi2") == [robust.fit.chi2_scaled]
    assert values(made, "p") == [robust.fit.p_scaled]
    assert values(made, "cfi") == [robust.fit.cfi_robust]
    assert values(made, "rmsea") == [robust.fit.rmsea_robust]
    assert "Yuan–Bentler" in plain(made.general)
    ordered = fitted(rows.round().clip(-2, 2), estimator="wlsmv", rival=True)
    made = table(ordered)
    assert values(made, "cfi")[0] == ordered.fit.cfi_scaled
    assert "polychoric" in plain(made.general)
    assert "One factor for all items against the model: Δχ²(1) = " in sentence(ordered)
    assert "was not tested" not in sentence(ordered)


def test_a_second_order_factor_has_a_name() -> None:
    rng = np.random.default_rng(3)
    general = rng.normal(size=(300, 1))
    parts = [(0.7 * general + 0.7 * rng.normal(size=(300, 1))) * 0.8 + 0.6 * rng.normal(size=(300, 4)) for _ in "abc"]
    three = cfa(
        pd.DataFrame(np.hstack(parts), columns=list("abcdefghijkl")),
        SCALES | {"third": list("ijkl")},
        higher="all_of_it",
    )
    assert isinstance(three, CFA)
    made = tables([three], labels=LABELS)
    assert shown(made[0].rows[0].cells[0]) == "3 factors and a second-order factor"
    assert [shown(row.cells[0]) for row in made[1].rows][-4:] == ["All of it", "Support", "Demands", "third"]
    drawn = figure(three, labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert drawn.series == ("Support", "Demands", "third", "All of it")


def test_the_figure_holds_standardised_loadings(model: CFA) -> None:
    drawn = figure(model, labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert [point.estimate for point in drawn.points] == [row.std for row in model.loadings]
    for point, row in zip(drawn.points, model.loadings, strict=True):
        assert point.high - point.estimate == pytest.approx(1.959963984540054 * row.std_se)
    assert drawn.points[0].label == "Somebody helps me."


def test_invariance_shows_each_step_and_its_change(steps: Invariance) -> None:
    made = table(steps, labels=LABELS)
    assert plain(made.title) == "Measurement Invariance Over Half"
    fits = [step.fit for step in steps.steps if step.fit is not None]
    changes = [step.change for step in steps.steps if step.change is not None]
    assert values(made, "chi2") == [fit.chi2 for fit in fits]
    for name in ("chi2_change", "df_change", "p_change", "cfi_change", "rmsea_change"):
        assert values(made, name) == [getattr(change, name) for change in changes]
    assert "x (n = 120), y (n = 120)" in plain(made.general)
    assert "Let differ between groups: c." in plain(made.general)
    text = sentence(steps, labels=LABELS)
    assert "Metric (equal loadings): Δχ²(5) = " in text
    assert figure(steps) is None


def test_every_format_writes_them_and_what_failed_says_why(model: CFA, steps: Invariance) -> None:
    failed = NotApplicable("cfa", "", "the model is not identified: it has 1 more parameters than moments")
    assert plain(table(failed).title) == "Confirmatory factor analysis"
    assert "not identified" in sentence(failed)
    for made in (*tables([model, failed]), table(steps)):
        for ending in FORMATS:
            assert render(made, ending)
