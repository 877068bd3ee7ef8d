"""The safe language of conditions: what it understands, what it refuses and where, and its values."""

from __future__ import annotations

import math
import pickle
from enum import StrEnum

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.instrument.expression_types import Kind, kind_of, type_errors
from survey.instrument.expressions import MAX_LENGTH, Expression, ExpressionError, parse
from survey.instrument.model import ChoiceFormat, Date, FreeText, Likert, MultiChoice, Number


class Why(StrEnum):
    SKIPPED = "skipped"


VALUES = {
    "age": 40.0,
    "kids": 2,
    "employed": "yes",
    "ways": ("mail", "phone"),
    "start": "2024-05-01",
    "gone": None,
    "skipped": Why.SKIPPED,
    "nan": math.nan,
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("employed == 'yes'", True),
        ('employed != "yes"', False),
        ("age >= 40 and kids < 3", True),
        ("age > 40 or kids == 2", True),
        ("not (age > 40)", True),
        ("not age > 40 and kids == 2", True),
        ("18 <= age < 65", True),
        ("18 <= age < 40", False),
        ("employed in ('yes', 'maybe')", True),
        ("employed not in ['yes', 'maybe']", False),
        ("kids in (1, 2)", True),
        ("kids in (-1, +3)", False),
        ("'mail' in ways", True),
        ("'post' in ways", False),
        ("'post' not in ways", True),
        ("answered(age)", True),
        ("answered(gone) or answered(skipped) or answered(nan) or answered(absent)", False),
        ("start >= '2024-01-01'", True),
        ("age - kids * 2 == 36", True),
        ("(age + 2) / 2 == 21", True),
        ("-age < 0", True),
        ("age == kids", False),
        ("40 == age", True),
    ],
)
def test_values(text: str, value: bool) -> None:
    assert parse(text).evaluate(VALUES) is value
    assert parse(text).holds(VALUES) is value


@pytest.mark.parametrize("name", ["gone", "skipped", "nan", "absent"])
def test_a_comparison_with_an_unanswered_item_is_false(name: str) -> None:
    for text in ("{} == 1", "{} != 1", "{} < 1", "{} in (1, 2)", "{} not in (1, 2)", "'a' in {}", "'a' not in {}"):
        assert parse(text.format(name)).evaluate(VALUES) is False
    assert parse(f"not ({name} == 1)").evaluate(VALUES) is True
    assert parse(f"{name} + 1").evaluate(VALUES) is None
    assert parse(f"{name} + 1 > 0").evaluate(VALUES) is False


def test_numbers_that_do_not_exist_are_missing() -> None:
    assert parse("age / (kids - 2)").evaluate(VALUES) is None
    assert parse("log(kids - 2)", functions=True).evaluate(VALUES) is None
    assert parse("sqrt(-kids)", functions=True).evaluate(VALUES) is None
    assert parse("log1p(kids)", functions=True).evaluate(VALUES) == math.log1p(2)
    assert parse("abs(-kids)", functions=True).evaluate(VALUES) == 2
    assert parse("employed + 1").evaluate(VALUES) is None


def test_names_in_the_order_they_appear() -> None:
    assert parse("b == 1 and a < b and 'x' in c and answered(d)").names == ("b", "a", "c", "d")
    assert parse("ties.size >= 2 and stress@2 > 1").names == ("ties.size", "stress@2")
    assert parse("Age == 1").is_condition
    assert not parse("age + 1").is_condition


def test_an_expression_is_a_value() -> None:
    first, second = parse("a == 1"), parse("a == 1")
    assert first == second
    assert hash(first) == hash(second)
    assert pickle.loads(pickle.dumps(first)) == first
    with pytest.raises(AttributeError):
        first.text = "b"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("text", "column", "word"),
    [
        ("", 1, "empty"),
        ("   ", 1, "empty"),
        ("a = 1", 3, "write '=='"),
        ("a == 'x", 6, "never closed"),
        ("a == 1 or", 9, "cannot be understood"),
        ("((a == 1)", 1, "brackets"),
        ("a ** 2 > 1", 1, "+ - * /"),
        ("a // 2 > 1", 1, "+ - * /"),
        ("a == 1 and b % 2 == 1", 14, "%"),
        ("a & b", 3, "write 'and'"),
        ("a == 1 | b == 2", 8, "write 'or'"),
        ("__import__('os')", 1, "not a function"),
        ("open('x')", 1, "not a function"),
        ("log1p(a) > 1", 1, "not a function"),
        ("a.b.c == 1", 1, "not a name"),
        ("().__class__ == 1", 1, "not a name"),
        ("a.__class__() == 1", 1, "not a function"),
        ("[x for x in y]", 4, "'for'"),
        ("lambda: 1", 1, "'lambda'"),
        ("class == 1", 1, "'class'"),
        ("a is None", 3, "'is'"),
        ("a == None", 6, "'None'"),
        ("a == True", 6, "'True'"),
        ("a == 1j", 6, "cannot be used"),
        ("a == b'x'", 6, "cannot be used"),
        ("f'{a}' == a", 1, "cannot be used"),
        ("a[0] == 1", 1, "cannot be used"),
        ("{'a': 1} == a", 1, "cannot be used"),
        ("a == 1e999", 6, "too large"),
        ("a in ()", 6, "empty"),
        ("a in (b, 1)", 7, "only numbers and texts"),
        ("a in b", 6, "needs a list"),
        ("a == (1, 2)", 1, "write 'in'"),
        ("(a == 1) == 1", 2, "joined|cannot be compared"),
        ("a and b == 1", 1, "condition is needed"),
        ("not a", 5, "condition is needed"),
        ("-(a == 1) > 0", 3, "number is needed"),
        ("a + 'x' == 1", 5, "number is needed"),
        ("1 == 1", 1, "refers to nothing"),
        ("5", 1, "refers to nothing"),
        ("answered(1)", 1, "takes a name"),
        ("answered(a, b)", 1, "exactly one"),
        ("answered()", 1, "exactly one"),
        ("a @ b == 1", 1, "wave"),
        ("é == 1 and b ** 2 > 1", 12, "+ - * /"),
        ("  a = 1", 5, "write '=='"),
        ("  a ** 2 > 1", 3, "+ - * /"),
        ("a := 1", 3, ":"),
        ("a == 1; b", 7, ";"),
        ("-" * 900 + "a > 1", 21, "nested"),
        ("(" * 300 + "a", 201, "nested"),
        ("a" * (MAX_LENGTH + 1), 1, "too long"),
    ],
)
def test_what_is_refused_and_where(text: str, column: int, word: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert any(part in caught.value.what for part in word.split("|")), caught.value.what
    assert caught.value.column == column


@settings(max_examples=400, deadline=None)
@given(st.text(alphabet="ab1.0 ()[]{}'\"=<>!+-*/%&|,@:;\\\n\t_é\x00", max_size=60))
def test_no_text_raises_anything_else(text: str) -> None:
    try:
        expression = parse(text, functions=True)
    except ExpressionError as error:
        found = error
    else:
        found = None
        expression.evaluate({"a": 1.0, "b": "x"})
    assert found is None or found.column >= 1


FRAME = {
    "x": np.array([1.0, 2.0, np.nan, -4.0]),
    "y": np.array([0.0, 2.0, 3.0, np.nan]),
    "s": np.array(["a", "b", None, "a"], dtype=object),
    "m.p": np.array([1.0, 0.0, np.nan, 0.0]),
}
ROWS = [
    {"x": 1.0, "y": 0.0, "s": "a", "m": ("p",)},
    {"x": 2.0, "y": 2.0, "s": "b", "m": ("q",)},
    {"x": None, "y": 3.0, "s": None, "m": None},
    {"x": -4.0, "y": None, "s": "a", "m": ("q",)},
]


@pytest.mark.parametrize(
    "text",
    [
        "x > 1",
        "x == y",
        "x != 1",
        "s == 'a'",
        "s != 'a'",
        "'a' == s",
        "s in ('a', 'c')",
        "s not in ('a', 'c')",
        "x in (1, -4)",
        "x in ('a', 1)",
        "s in ('a', 1)",
        "'p' in m",
        "'p' not in m",
        "answered(x) and not answered(y)",
        "not (x > 1)",
        "x > 0 or y > 2",
        "-3 < x < 2",
        "x + y * 2 - 1",
        "x / y",
        "-x",
        "log1p(x)",
        "log(x)",
        "sqrt(x) + abs(y)",
        "log(x) > 0",
        "s == x",
        "s != x",
    ],
)
def test_columns_agree_with_single_values(text: str) -> None:
    expression = parse(text, functions=True)
    columns = expression.column(FRAME)
    assert columns.dtype == np.float64
    assert columns.shape == (4,)
    single = [expression.evaluate(row) for row in ROWS]
    expected = [math.nan if value is None else float(value) for value in single]
    np.testing.assert_allclose(columns, expected, rtol=1e-15)


def test_columns_that_are_not_there_or_are_texts() -> None:
    with pytest.raises(KeyError):
        parse("nothing > 1").column(FRAME)
    with pytest.raises(TypeError):
        parse("s + 1").column(FRAME)


KINDS = {
    "agree": kind_of(Likert(type="likert", from_=1, labels=("a", "b", "c"))),
    "job": kind_of(
        ChoiceFormat.model_validate({"type": "choice", "choices": {"yes": {"label": "Y"}, "no": {"label": "N"}}})
    ),
    "ways": kind_of(MultiChoice.model_validate({"type": "multichoice", "choices": {"mail": {"label": "M"}}})),
    "age": kind_of(Number(type="number", min=18, max=99)),
    "any": kind_of(Number(type="number")),
    "word": kind_of(FreeText(type="text")),
    "day": kind_of(Date(type="date")),
}


@pytest.mark.parametrize(
    "text",
    [
        "agree >= 2",
        "agree > 1.5",
        "job == 'yes'",
        "job in ('yes', 'no')",
        "'mail' in ways",
        "age == 18",
        "any == -7",
        "word == 'x'",
        "day > '2024-01-01'",
        "age + agree > 300",
        "unknown == 'x'",
        "job == job",
        "answered(ways) and answered(word)",
        "18 <= age <= 99",
    ],
)
def test_sound_comparisons(text: str) -> None:
    assert type_errors(parse(text), KINDS) == []


@pytest.mark.parametrize(
    ("text", "column", "word"),
    [
        ("agree == 'yes'", 10, "is a number"),
        ("agree == 4", 10, "outside"),
        ("agree <= 9", 10, "outside"),
        ("agree == 1.5", 10, "whole number"),
        ("4 == agree", 1, "outside"),
        ("agree in (1, 7)", 10, "outside"),
        ("job == 1", 8, "not a number"),
        ("job == 'yess'", 8, "not a choice"),
        ("job in ('yes', 'nope')", 8, "not a choice"),
        ("job > 'yes'", 7, "no order"),
        ("job + 1 == 2", 1, "not a number"),
        ("-word == 2", 2, "not a number"),
        ("ways == 'mail'", 1, "several answers"),
        ("'post' in ways", 1, "not a choice"),
        ("'yes' in job", 10, "one answer"),
        ("age == 17", 8, "outside"),
        ("word > 'a'", 8, "no order"),
        ("word == 1", 9, "not a number"),
        ("day == 'soon'", 8, "not a day"),
        ("day == 5", 8, "not a number"),
        ("job == age", 1, "different kinds"),
        ("word < word", 1, "no order"),
    ],
)
def test_comparisons_that_make_no_sense(text: str, column: int, word: str) -> None:
    errors = type_errors(parse(text), KINDS)
    assert len(errors) == 1
    assert word in errors[0].what
    assert errors[0].column == column


def test_a_choice_with_scores_is_a_number_in_analyses_alone() -> None:
    level = ChoiceFormat.model_validate(
        {"type": "choice", "choices": {"low": {"label": "L", "score": 1}, "high": {"label": "H", "score": 3}}}
    )
    assert kind_of(level) == Kind("code", ("low", "high"))
    assert kind_of(level, scored=True) == Kind("number", low=1, high=3)
    assert type_errors(parse("level >= 2"), {"level": kind_of(level, scored=True)}) == []


def test_a_remedy_names_the_likely_code() -> None:
    error = type_errors(parse("job == 'yess'"), KINDS)[0]
    assert error.remedy == "Did you mean 'yes'?"
    assert isinstance(parse("a == 1"), Expression)
