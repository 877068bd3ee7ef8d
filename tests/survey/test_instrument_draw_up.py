"""Instruments drawn up for data collected elsewhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.files.problems import FileProblems
from survey.instrument.canonical import to_yaml
from survey.instrument.draw_up import ColumnSpec, ScaleSpec, draw_up, ids_of
from survey.instrument.labels import codes, label, range_of
from survey.instrument.load import load
from survey.instrument.model import Likert


def problems(columns: list[ColumnSpec], scales: list[ScaleSpec]) -> str:
    with pytest.raises(FileProblems) as caught:
        draw_up("mine", columns, scales)
    assert all(problem.line == 0 for problem in caught.value.problems)
    return str(caught.value)


def test_columns_become_items_formats_and_fields() -> None:
    columns = [
        ColumnSpec("id", "id"),
        ColumnSpec("A1", "likert", 1, 6, text="I like people."),
        ColumnSpec("A2", "likert", 1, 6),
        ColumnSpec("Mood", "likert", 0, 2, {0: "Bad", 2: "Good"}),
        ColumnSpec("calm", "likert", 1, 2, ["No", "Yes"]),
        ColumnSpec("sex", "choice", labels={1: "Male", "2": "Female"}),
        ColumnSpec("ways", "multichoice", labels=["mail", "phone"]),
        ColumnSpec("age", "number", 0, 120),
        ColumnSpec("pay", "number"),
        ColumnSpec("why", "text"),
        ColumnSpec("begun", "date"),
        ColumnSpec("team", "group"),
        ColumnSpec("w", "weight"),
        ColumnSpec("wave", "wave"),
        ColumnSpec("rest", "ignore"),
    ]
    instrument = draw_up("mine", columns, [ScaleSpec("agreeable", ("-A1", "A2"), "Agreeableness")], title="Mine")
    assert instrument.items["A1"].format == instrument.items["A2"].format
    assert range_of(instrument.format_of("A1")) == (1, 6)
    assert instrument.items["A1"].text == "I like people."
    mood = instrument.format_of("Mood")
    assert isinstance(mood, Likert)
    assert [label(mood, code) for code in codes(mood)] == ["Bad", "1", "Good"]
    assert label(instrument.format_of("calm"), 2) == "Yes"
    assert codes(instrument.format_of("sex")) == ("1", "2")
    assert codes(instrument.format_of("ways")) == ("mail", "phone")
    assert range_of(instrument.format_of("age")) == (0, 120)
    assert range_of(instrument.format_of("pay")) is None
    assert "rest" not in {*instrument.items, *instrument.fields}
    assert instrument.title == "Mine"
    fields = {name: field.type for name, field in instrument.fields.items()}
    assert fields == {"team": "group", "w": "weight", "wave": "wave"}
    assert instrument.scales["agreeable"].label == "Agreeableness"
    assert instrument.scales["agreeable"].items == ("-A1", "A2")
    assert load(to_yaml(instrument), "again") == instrument


def test_scales_may_be_summed_and_may_be_left_out() -> None:
    columns = [ColumnSpec("a", "likert", 0, 4), ColumnSpec("b", "likert", 0, 4)]
    scale = draw_up("mine", columns, [ScaleSpec("s", ("a", "b"), score="sum", min_answered=0.5)]).scales["s"]
    assert (scale.score, scale.min_answered, scale.label) == ("sum", 0.5, "s")
    assert draw_up("mine", columns, []).scales == {}


def test_every_mistake_is_told_at_once_and_without_places() -> None:
    columns = [
        ColumnSpec("A 1", "likert", 1, 6),
        ColumnSpec("b", "likert", 1),
        ColumnSpec("c", "choice"),
        ColumnSpec("d", "likert", 5, 1),
        ColumnSpec("e", "number"),
        ColumnSpec("e", "text"),
        ColumnSpec("f", "likert", 0, 1000),
        ColumnSpec("g", "number"),
    ]
    told = problems(columns, [ScaleSpec("s", ("b", "nothing")), ScaleSpec("r", ("-g",)), ScaleSpec("g", ("b",))])
    for part in (
        "'A 1' cannot be a name",
        "column 'b' has no declared range",
        "column 'c' has no choices",
        "column 'd' cannot go from 5 to 1",
        "column 'e' is there twice",
        "column 'f' cannot go from 0 to 1000",
        "item 'nothing' in scale 's' is not defined",
        "item 'g' in scale 'r' cannot be reversed",
        "'g' cannot name a scale",
    ):
        assert part in told


def test_words_of_other_programs_are_never_taken_for_html() -> None:
    columns = [ColumnSpec("a", "likert", 1, 2, {1: "<1 year", 2: "<b>2</b>"}, text="<b>How long?</b>")]
    instrument = draw_up("mine", columns, [ScaleSpec("s", ("a",), "<i>S</i>")], title="<i>")
    assert instrument.items["a"].text == "< b>How long?< /b>"
    assert label(instrument.format_of("a"), 1) == "< 1 year"


def test_formats_are_shared_and_named_after_what_they_are() -> None:
    columns = [
        ColumnSpec("a", "likert", 1, 5),
        ColumnSpec("b", "likert", 1, 5),
        ColumnSpec("c", "likert", 1, 5, {1: "No"}),
        ColumnSpec("d", "likert", -2, 2),
    ]
    formats = draw_up("mine", columns, []).formats
    assert list(formats) == ["steps_1_to_5", "steps_1_to_5_2", "steps_minus_2_to_2"]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=12))
def test_ids_are_always_allowed_and_never_twice(names: list[str]) -> None:
    ids = ids_of(names)
    assert len(set(ids)) == len(ids) == len(names)
    assert all(i[0].isascii() and i[0].isalpha() and i.replace("_", "a").isalnum() and len(i) <= 64 for i in ids)
