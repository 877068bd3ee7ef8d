"""Scoring: declared ranges, missing answers, categories, derived variables, and one order of rows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.scoring import canonical_order, reverse, scale_score, score
from survey.dataset.model import Dataset
from survey.dataset.read import read_frame
from survey.instrument.load import load
from survey.instrument.model import Instrument, Scale

TEXT = """\
format: twofold/1
id: small
version: 1.0.0
formats:
  five: {type: likert, from: 1, labels: [a, b, c, d, e]}
  line: {type: slider, min: 0, max: 10}
  years: {type: number, min: 0, max: 100}
  free: {type: number}
  graded: {type: choice, choices: {low: {label: Low, score: 2}, high: {label: High, score: 6}}}
  sex: {type: choice, choices: {male: {label: Man}, female: {label: Woman}, other: {label: Other}}}
  many: {type: multichoice, choices: {red: {label: Red}, blue: {label: Blue}}}
  words: {type: text}
  day: {type: date}
items:
  a: {format: five}
  b: {format: five}
  c: {format: five}
  d: {format: five}
  slide: {format: line}
  grade: {format: graded}
  age: {format: years}
  money: {format: free}
  sex: {format: sex}
  likes: {format: many}
  note: {format: words}
  born: {format: day}
scales:
  mean: {label: Mean, items: [a, b, -c, -d], min_answered: 0.75}
  sum: {label: Sum, items: [a, b, -c, -d], score: sum, min_answered: 0.5}
  mixed: {label: Mixed, items: [-slide, -grade, -age]}
fields:
  team: {type: group}
  wage: {type: number}
  who: {type: id}
  remark: {type: text}
  colour: {type: category}
"""
INSTRUMENT = load(TEXT, "small.yaml")


def dataset(instrument: Instrument = INSTRUMENT, **columns: list[object]) -> Dataset:
    n = len(next(iter(columns.values())))
    frame = pd.DataFrame({name: columns.get(name, [None] * n) for name in columns_of(instrument)})
    return read_frame(frame.astype(object), instrument, "test")


def columns_of(instrument: Instrument) -> list[str]:
    from survey.dataset.columns import columns_of as all_columns

    return [column.name for column in all_columns(instrument)]


def by_id(data: Dataset, name: str, derive: dict[str, str] | None = None) -> list[float]:
    return score(data, derive).frame[name].sort_index().tolist()


def test_items_are_reversed_over_the_declared_range_and_never_the_observed_one() -> None:
    data = dataset(a=[3, 3], b=[3, 3], c=[2, 3], d=[2, 3])
    assert by_id(data, "mean") == [3.5, 3.0]
    items = score(data).items("mean").sort_index()
    assert items["c"].tolist() == [4.0, 3.0]
    assert list(items.columns) == ["a", "b", "c", "d"]


def test_sliders_numbers_and_choices_reverse_over_what_they_declare() -> None:
    data = dataset(slide=[2.5], grade=["low"], age=[30])
    assert score(data).items("mixed").iloc[0].tolist() == [7.5, 6.0, 70.0]
    assert by_id(data, "grade") == [2.0]
    with pytest.raises(ValueError, match="declares no range"):
        reverse(INSTRUMENT, "money", pd.Series([1.0]))


def test_a_score_needs_its_share_of_answers() -> None:
    data = dataset(a=[5, 5, None, None], b=[4, 4, 4, None], c=[3, None, None, None], d=[None, None, None, None])
    np.testing.assert_allclose(by_id(data, "mean"), [4.0, np.nan, np.nan, np.nan])
    np.testing.assert_allclose(by_id(data, "sum"), [16.0, 18.0, np.nan, np.nan])


@pytest.mark.parametrize(("share", "needed"), [(0.75, 6), (0.7, 6), (0.0, 1), (1.0, 8), (0.125, 1)])
def test_how_many_answers_a_share_asks_for(share: float, needed: int) -> None:
    scale = Scale(label="s", items=("x",) * 8, score="mean", min_answered=share, formative=False)
    for answered in range(9):
        row = pd.DataFrame([[1.0] * answered + [np.nan] * (8 - answered)])
        assert bool(scale_score(row, scale).isna()[0]) == (answered < needed)


def test_what_is_a_number_a_category_or_nothing() -> None:
    data = dataset(
        sex=["female", "male"], likes=[None, None], note=["x", "y"], born=["2000-01-01", None],
        team=["t2", "t10"], wage=[1.5, None], who=["p", "q"], remark=["r", "s"], colour=["b", "a"],
        **{"likes.red": [1, 0], "likes.blue": [0, None]},
    )  # fmt: skip
    frame = score(data).frame
    assert frame["sex"].cat.categories.tolist() == ["male", "female", "other"]
    assert frame["team"].cat.categories.tolist() == ["t10", "t2"]
    assert frame["wage"].dtype == frame["likes.red"].dtype == np.float64
    assert not {"note", "born", "who", "remark", "likes"} & set(frame.columns)


def test_groups_that_are_numbers_sort_as_numbers() -> None:
    assert score(dataset(team=["10", "9", "2"])).frame["team"].cat.categories.tolist() == ["2", "9", "10"]


def test_derived_variables_build_on_each_other_and_infinities_are_missing() -> None:
    data = dataset(money=[0, 3, None], sex=["female", None, "male"])
    derive = {"lmoney": "log(money)", "twice": "2 * lmoney", "woman": "sex == 'female'"}
    np.testing.assert_allclose(by_id(data, "lmoney", derive), [np.nan, np.log(3), np.nan])
    np.testing.assert_allclose(by_id(data, "twice", derive), [np.nan, 2 * np.log(3), np.nan])
    assert by_id(data, "woman", derive) == [1.0, 0.0, 0.0]


def test_conditions_on_several_answers_can_be_derived() -> None:
    data = dataset(**{"likes.red": [1, 0], "likes.blue": [0, 0]})
    assert by_id(data, "red", {"red": "'red' in likes"}) == [1.0, 0.0]


def test_a_scale_without_its_columns_has_no_scores_and_says_so() -> None:
    data = dataset(a=[1.0], b=[1.0], c=[1.0], d=[1.0])
    left = replace(data, respondents=data.respondents.drop(columns=["c"]))
    scored = score(left)
    assert "mean" not in scored.frame.columns
    assert any("no column c" in note for note in scored.notes)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_the_order_of_the_file_does_not_matter(data: st.DataObject) -> None:
    cell = st.sampled_from([None, 1, 2])
    n = data.draw(st.integers(2, 25))
    columns = {name: data.draw(st.lists(cell, min_size=n, max_size=n)) for name in ("a", "b", "c")}
    columns["sex"] = data.draw(st.lists(st.sampled_from([None, "male", "other"]), min_size=n, max_size=n))
    columns["wage"] = data.draw(st.lists(st.sampled_from([None, 0.5, -3.0]), min_size=n, max_size=n))
    given_order = dataset(**columns)
    shuffle = np.random.default_rng(data.draw(st.integers(0, 99))).permutation(n)
    other = replace(
        given_order, respondents=given_order.respondents.iloc[shuffle], missing=given_order.missing.iloc[shuffle]
    )
    one, two = score(given_order).frame, score(other).frame
    pd.testing.assert_frame_equal(one.reset_index(drop=True), two.reset_index(drop=True))
    assert sorted(canonical_order(given_order)) == list(range(n))


def test_rows_are_sorted_by_items_in_the_instrument_s_order_with_missing_last() -> None:
    scored = score(dataset(a=[2, 1, None, 1], b=[1, 2, 1, 1]))
    assert scored.frame["a"].tolist()[:3] == [1.0, 1.0, 2.0]
    assert scored.frame["b"].tolist()[:2] == [1.0, 2.0]
    assert np.isnan(scored.frame["a"].iloc[3])


def test_many_rows_that_differ_late_are_sorted_alike() -> None:
    rng = np.random.default_rng(0)
    n = 3000
    columns = {name: rng.integers(1, 3, n).tolist() for name in ("a", "b", "c", "d")}
    columns["wage"] = rng.standard_normal(n).round(1).tolist()
    data = dataset(**columns)
    frame = data.respondents[["a", "b", "c", "d", "wage"]]
    expected = frame.sort_values(["a", "b", "c", "d", "wage"]).reset_index(drop=True)
    pd.testing.assert_frame_equal(frame.iloc[canonical_order(data)].reset_index(drop=True), expected)
