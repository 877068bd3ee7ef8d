"""Each kind of result as table, figure and sentence: the numbers of the result, in APA's form, in plain words."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.correlation import Correlation, correlation
from analysis.descriptives import Descriptives, descriptives
from analysis.regression import Regression, regression
from analysis.reliability import Reliability, reliability
from analysis.result import NotApplicable
from reports.figure import Coefficients, Heatmap
from reports.labels import Labels
from reports.numbers import BOUNDED, decimals, show
from reports.table import Interval, Table, Value, shown
from reports.text import plain
from reports.verbs import figure, figures, options, sentence, table, tables
from reports.write import FORMATS, render

LABELS = Labels(
    {"support": "Support", "stress": "Reported stress", "demands": "Demands", "sex": "Gender"},
    {"s1": "Somebody helps me."},
    {("sex", "f"): "Woman", ("sex", "m"): "Man"},
    frozenset({("support", "s2")}),
)


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    rng = np.random.default_rng(7)
    common = rng.normal(size=(120, 1))
    frame = pd.DataFrame(
        np.clip(np.round(3 + common + rng.normal(size=(120, 4))), 1, 5), columns=["s1", "s2", "s3", "s4"]
    )
    frame.loc[:4, "s3"] = np.nan
    return frame


@pytest.fixture(scope="module")
def data(items: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame({"support": items.mean(axis=1), "demands": rng.normal(size=120)})
    frame["stress"] = 0.6 * frame["demands"] - 0.5 * frame["support"] + rng.normal(size=120)
    frame["sex"] = pd.Categorical(rng.choice(["f", "m"], 120), categories=["f", "m"])
    return frame


@pytest.fixture(scope="module")
def scale(items: pd.DataFrame) -> Reliability:
    found = reliability(items, scale="support")
    assert isinstance(found, Reliability)
    return found


@pytest.fixture(scope="module")
def model(data: pd.DataFrame) -> Regression:
    found = regression(data, "stress", [["sex"], ["demands", "support"]], errors="HC3")
    assert isinstance(found, Regression)
    return found


@pytest.fixture(scope="module")
def pairs(data: pd.DataFrame) -> Correlation:
    found = correlation(data[["support", "demands", "stress"]], adjust="holm")
    assert isinstance(found, Correlation)
    return found


def values(made: Table, key: str) -> list[float]:
    place = [column.key for column in made.columns].index(key)
    return [cell.value for row in made.rows if row.kind == "data" and isinstance(cell := row.cells[place], Value)]


def grid(made: Table) -> list[list[str]]:
    return [[shown(cell) for cell in row.cells] for row in made.rows]


def test_scales_stand_together_and_cells_keep_full_precision(scale: Reliability) -> None:
    failed = NotApplicable("reliability", "demands", "a scale of 1 item has no reliability; it needs 2 items or more")
    made = tables([scale, failed], labels=LABELS)
    assert [one.number for one in made] == [1, 2]
    assert values(made[0], "alpha") == [scale.alpha]
    assert values(made[0], "omega") == [scale.omega]
    assert grid(made[0])[0][0] == "Support"
    assert grid(made[0])[1] == [
        "Demands",
        "Not applicable, because a scale of 1 item has no reliability; it needs 2 items or more.",
    ]
    interval = made[0].rows[0].cells[6]
    assert isinstance(interval, Interval)
    assert (interval.low, interval.high) == (scale.alpha_low, scale.alpha_high)


def test_the_mean_and_sd_are_those_of_the_score(scale: Reliability, items: pd.DataFrame) -> None:
    scores = items.dropna().mean(axis=1)
    made = table(scale, labels=LABELS)
    assert values(made, "mean")[0] == pytest.approx(scores.mean(), rel=1e-12)
    assert values(made, "sd")[0] == pytest.approx(scores.std(), rel=1e-12)
    total = reliability(items, scale="support", score="sum")
    assert isinstance(total, Reliability)
    assert values(table(total), "sd")[0] == pytest.approx(items.dropna().sum(axis=1).std(), rel=1e-12)


def test_alpha_if_dropped_is_shown_only_when_asked_for(scale: Reliability) -> None:
    usual = tables([scale], labels=LABELS)[1]
    asked = tables([scale], options=options(LABELS, asked=["alpha_if_dropped", "lambda6"]))
    assert [column.key for column in usual.columns] == ["item", "mean", "sd", "r_drop", "loading"]
    assert values(asked[1], "alpha_if_dropped") == [item.alpha_if_dropped for item in scale.items]
    assert values(asked[0], "lambda6") == [scale.lambda6]
    assert [row[0] for row in grid(usual)] == ["Somebody helps me.", "s2 (R)", "s3", "s4"]
    assert "reverse-scored" in plain(usual.general)


def test_reliability_says_alpha_never_without_omega(scale: Reliability) -> None:
    text = sentence(scale, labels=LABELS)
    assert text.startswith("Support (4 items, n = 115): Cronbach's α = ")
    assert f"ω = {show(scale.omega, BOUNDED)}" in text
    assert "95% CI [" in text


def test_correlations_make_a_lower_triangle_with_reliabilities_on_the_diagonal(pairs: Correlation) -> None:
    chosen = options(LABELS, moments={"support": (3.0, 0.9)}, reliability={"support": 0.81})
    made, listed = tables([pairs], options=chosen)
    lines = grid(made)
    assert [column.key for column in made.columns] == ["variable", "mean", "sd", "support", "demands", "stress"]
    assert lines[0][3:] == ["(.81)", "", ""]
    assert lines[1][4] == "—"
    assert lines[2][0] == "3. Reported stress"
    assert lines[1][3] == show(pairs.pairs[0].r, BOUNDED)
    assert "Holm" in plain(made.general)
    assert plain(made.probability).startswith("*p < .05.")
    assert values(listed, "p_adjusted") == [pair.p_adjusted for pair in pairs.pairs]
    bare = table(pairs)
    assert [column.key for column in bare.columns] == ["variable", "support", "demands"]


def test_a_correlation_that_does_not_exist_is_a_dash() -> None:
    frame = pd.DataFrame({"x": [1.0, 2, 3, 4, 5], "y": [1.0, 1, 1, 1, 1], "z": [2.0, 1, 4, 3, 5]})
    made = table(correlation(frame))
    assert grid(made)[1][1] == "—"
    assert "could not be computed" in plain(made.notes[0])


def test_regression_shows_steps_and_every_coefficient(model: Regression) -> None:
    made = table(model, labels=LABELS)
    assert [column.key for column in made.columns] == [
        "term", "b", "se", "ci", "beta", "t", "p", "sr2", "r2", "r2_change",
    ]  # fmt: skip
    assert [row[0] for row in grid(made)] == [
        "Intercept", "Step 1", "Gender: Man", "Step 2", "Demands", "Support",
    ]  # fmt: skip
    assert values(made, "b") == [row.b for row in model.coefficients]
    assert values(made, "r2_change") == [block.r2_change for block in model.blocks]
    assert "Gender (Woman)" in plain(made.general)
    assert "HC3" in plain(made.general)
    assert plain(made.specific[1]).startswith("Step 2: ΔR² = ")


def test_regression_claims_no_cause(model: Regression) -> None:
    text = sentence(model, labels=LABELS)
    assert "Higher Demands was associated with higher Reported stress, the other predictors held equal: b = " in text
    assert "Higher Support was associated with lower Reported stress" in text
    for word in ("cause", "effect", "reduce", "increase", "impact", "leads to", "predicts", "lowers"):
        assert word not in text.lower()


def test_a_regression_without_a_joint_test_says_so(data: pd.DataFrame) -> None:
    found = regression(data, "stress", [["demands", "support"]], errors={"cluster": "sex"})
    assert isinstance(found, Regression)
    assert "no joint F test" in plain(table(found).general)
    assert "nan" not in sentence(found)


def test_figures_hold_the_numbers_of_the_result(model: Regression, pairs: Correlation, scale: Reliability) -> None:
    drawn = figure(model, labels=LABELS)
    assert isinstance(drawn, Coefficients)
    assert [point.label for point in drawn.points] == ["Gender: Man", "Demands", "Support"]
    for point, row in zip(drawn.points, model.coefficients[1:], strict=True):
        assert point.estimate == row.beta
        assert point.low < point.estimate < point.high
    assert "Demands" in drawn.alt
    heat = figure(pairs, labels=LABELS)
    assert isinstance(heat, Heatmap)
    assert heat.values[1][0] == pairs.pairs[0].r
    both = figures([scale, scale, model], labels=LABELS)
    assert [one.name for one in both] == ["reliability", "regression-stress"]


def test_descriptives_are_printed_by_their_own_units() -> None:
    found = descriptives(pd.DataFrame({"count": [1.0, 2, 3, 10], "share": [0.001, 0.002, 0.004, 0.003]}))
    assert isinstance(found, Descriptives)
    made = table(found)
    assert grid(made)[0][:3] == ["count", "4", "0"]
    assert grid(made)[1][4] == show(found.variables[1].sd, decimals(3))
    assert "count had a mean of 4.00" in sentence(found)


def test_what_is_not_applicable_is_shown_in_words_and_never_raises() -> None:
    failed = NotApplicable("regression", "stress", "demands is constant.")
    made = table(failed, labels=LABELS)
    assert grid(made) == [["Not applicable, because demands is constant."]]
    assert figure(failed) is None
    assert sentence(failed, labels=LABELS) == "Reported stress: Not applicable, because demands is constant."
    for ending in FORMATS:
        assert render(made, ending)
    assert [plain(one.title) for one in tables([failed])] == ["Regression of stress"]


def test_no_result_and_no_kind_are_refused() -> None:
    with pytest.raises(ValueError, match="no result"):
        tables([])
    with pytest.raises(TypeError, match="no table for a str"):
        table("something")  # type: ignore[arg-type]


def test_labels_read_terms_pairs_and_products() -> None:
    assert LABELS("sex[f]") == "Gender: Woman"
    assert LABELS("sex[other]") == "Gender: other"
    assert LABELS("stress~demands") == "Reported stress and Demands"
    assert LABELS("demands:support") == "Demands × Support"
    assert LABELS("(intercept)") == "Intercept"
    assert LABELS("unknown") == "unknown"
