"""Descriptive statistics: every number against R, few values, and what is no number."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from analysis.descriptives import Descriptives, descriptives, kurtosis, skewness
from analysis.names import KINDS, POOLED
from analysis.result import NotApplicable, Result
from tests.support.reference import Case, cases, data, differences

NONE = np.nan
FEW = pd.DataFrame(
    {
        "one": [4.2, NONE, NONE, NONE, NONE],
        "two": [1, 2.5, NONE, NONE, NONE],
        "three": [1, 2, 7, NONE, NONE],
        "four": [1, 2, 7, 9, NONE],
        "flat": [0.1] * 5,
        "large": [1e9 + 2**i for i in range(5)],
    }
)


@pytest.mark.oracle
@pytest.mark.parametrize("case", cases("descriptives"), ids=str)
def test_every_number_is_that_of_r(case: Case) -> None:
    frame = FEW if case.input == "few" else data(case.input)
    found = descriptives(frame[case.options["items"]])
    assert differences(found.numbers(), case.numbers, 1e-12, of=case) == []
    assert len(found.notes) == (4 if case.input == "few" else 0)


def test_a_result_names_its_numbers_as_the_list_of_kinds_does() -> None:
    found = descriptives(FEW)
    assert isinstance(found, Result)
    assert {number.statistic for number in found.numbers()} == set(KINDS["descriptives"]) - set(POOLED)
    assert found.frame()["variable"].tolist() == list(FEW.columns)
    assert found.frame()["missing"].tolist() == [4, 3, 2, 1, 0, 0]


def test_columns_without_numbers_are_named_and_left_out() -> None:
    frame = pd.DataFrame(
        {"x": [1.0, 2.0, 3.0], "word": ["a", "b", "c"], "empty": [np.nan] * 3, "odd": [1.0, np.inf, 2]}
    )
    found = descriptives(frame)
    assert isinstance(found, Descriptives)
    assert [one.variable for one in found.variables] == ["x", "empty", "odd"]
    assert (found.variables[1].n, found.variables[1].missing) == (0, 3)
    assert (found.variables[2].n, found.variables[2].missing, found.variables[2].mean) == (2, 1, 1.5)
    assert any("word is left out" in note for note in found.notes)
    assert any("empty is not applicable, because it has no value" in note for note in found.notes)
    empty = [number.statistic for number in found.numbers() if number.target == "empty"]
    assert empty == ["n", "missing", "not_applicable"]
    nothing = descriptives(frame[["word"]])
    assert isinstance(nothing, NotApplicable)
    assert "word" in nothing.notes[0]


@settings(deadline=None, max_examples=50)
@given(
    values=st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), min_size=4, max_size=40),
    scale=st.sampled_from([0.5, 4.0, 1e8]),
)
def test_shape_is_scipys_and_has_no_unit(values: list[float], scale: float) -> None:
    x = np.array(values)
    if x.std() < 1e-3 * max(1.0, np.abs(x).max()):
        return
    assert skewness(x) == pytest.approx(stats.skew(x, bias=False), rel=1e-8, abs=1e-10)
    assert kurtosis(x) == pytest.approx(stats.kurtosis(x, bias=False), rel=1e-8, abs=1e-8)
    assert skewness(-x * scale) == pytest.approx(-skewness(x), rel=1e-8, abs=1e-10)
    assert kurtosis(x * scale + 1) == pytest.approx(kurtosis(x), rel=1e-6, abs=1e-8)


def test_large_and_tiny_values_do_not_overflow() -> None:
    x = np.array([1.0, 2, 4, 8, 9])
    assert skewness(x * 1e120) == pytest.approx(skewness(x))
    assert kurtosis(x * 1e-120) == pytest.approx(kurtosis(x))
