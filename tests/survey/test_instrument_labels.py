"""Codes, labels, ranges and scores of every format."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from survey.instrument import labels as of
from survey.instrument.model import Format


def fmt(**keys: Any) -> Format:
    return TypeAdapter(Format).validate_python(keys)


AGREE = fmt(type="likert", **{"from": 1}, labels={"en": ["No", "Yes", "Very"], "fr": ["Non", "Oui", "Très"]})
OFTEN = fmt(type="likert", **{"from": 0}, labels=["Never", "Often"])
SCORED = fmt(
    type="choice", choices={"hi": {"label": {"en": "High", "fr": "Haut"}, "score": 3}, "lo": {"label": "L", "score": 1}}
)
PLAIN = fmt(type="choice", choices={"a": {"label": "A", "score": 3}, "b": {"label": "B"}})
MANY = fmt(type="multichoice", choices={"a": {"label": "A"}, "b": {"label": "B"}})
NUMBER = fmt(type="number", min=0, max=10, integer=True)
OPEN = fmt(type="number", min=0)
LINE = fmt(type="slider", min=-5, max=5)
TEXT, DATE = fmt(type="text"), fmt(type="date")


def test_codes_stand_in_order() -> None:
    assert of.codes(AGREE) == (1, 2, 3)
    assert of.codes(OFTEN) == (0, 1)
    assert of.codes(SCORED) == ("hi", "lo")
    assert of.codes(MANY) == ("a", "b")
    assert of.codes(NUMBER) == of.codes(TEXT) == of.codes(DATE) == of.codes(LINE) == ()


def test_labels_fall_back_to_the_first_language_and_to_the_code() -> None:
    assert of.label(AGREE, 2, "fr") == "Oui"
    assert of.label(AGREE, 2.0, "de") == "Yes"
    assert of.label(AGREE, 7, "en") == "7"
    assert of.label(AGREE, 1.5, "en") == "1.5"
    assert of.label(OFTEN, 0) == "Never"
    assert of.label(SCORED, "hi", "fr") == "Haut"
    assert of.label(SCORED, "lo", "fr") == "L"
    assert of.label(SCORED, "other") == "other"
    assert of.label(NUMBER, 4.0) == "4"
    assert of.labels(OFTEN) == {0: "Never", 1: "Often"}
    assert of.labels(TEXT) == {}
    assert of.labels_in(None, "en") == ()


@pytest.mark.parametrize(
    ("format_", "limits", "numeric"),
    [
        (AGREE, (1.0, 3.0), True),
        (OFTEN, (0.0, 1.0), True),
        (SCORED, (1.0, 3.0), True),
        (PLAIN, None, False),
        (MANY, None, False),
        (NUMBER, (0.0, 10.0), True),
        (OPEN, None, True),
        (LINE, (-5.0, 5.0), True),
        (TEXT, None, False),
        (DATE, None, False),
    ],
)
def test_ranges_and_numbers(format_: Format, limits: tuple[float, float] | None, numeric: bool) -> None:
    assert of.range_of(format_) == limits
    assert of.is_numeric(format_) is numeric


def test_scores() -> None:
    assert of.score_of(AGREE, 3) == 3.0
    assert of.score_of(SCORED, "hi") == 3.0
    assert of.score_of(SCORED, "nothing") is None
    assert of.score_of(PLAIN, "b") is None
    assert of.score_of(LINE, -2.5) == -2.5
    assert of.score_of(TEXT, "5") is None
    assert of.is_integer(AGREE)
    assert of.is_integer(NUMBER)
    assert not of.is_integer(LINE)
