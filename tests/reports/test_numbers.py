"""APA-7 numbers: what is printed, and what must hold for every number."""

from __future__ import annotations

import math
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.numbers import (
    BOUNDED,
    BRACKETED,
    COUNT,
    DASH,
    DECIMAL,
    DEGREES,
    HUGE,
    PERCENT,
    P,
    Style,
    decimals,
    declared,
    equals,
    exact,
    interval,
    level,
    measured,
    rounded,
    show,
    stars,
)


@pytest.mark.parametrize(
    ("value", "style", "text"),
    [
        (0.456, BOUNDED, ".46"),
        (-0.456, BOUNDED, "−.46"),
        (1.0, BOUNDED, "1.00"),
        (-0.999, BOUNDED, "−1.00"),
        (0.995, BOUNDED, "1.00"),
        (0.456, DECIMAL, "0.46"),
        (-1.005, DECIMAL, "−1.01"),
        (0.125, DECIMAL, "0.13"),
        (2.675, DECIMAL, "2.68"),
        (-0.125, DECIMAL, "−0.13"),
        (-0.004, DECIMAL, "0.00"),
        (-0.004, BOUNDED, ".00"),
        (0.0, DECIMAL, "0.00"),
        (-0.0, DECIMAL, "0.00"),
        (1234.5, DECIMAL, "1,234.50"),
        (1234567, COUNT, "1,234,567"),
        (480.0, COUNT, "480"),
        (12.0, DEGREES, "12"),
        (12.345, DEGREES, "12.35"),
        (0.1234, PERCENT, "12.3%"),
        (0.032, P, ".032"),
        (0.001, P, ".001"),
        (0.00099, P, "< .001"),
        (0.0, P, "< .001"),
        (0.9996, P, "> .999"),
        (1.0, P, "> .999"),
        (0.9994, P, ".999"),
        (math.nan, P, DASH),
        (math.nan, BRACKETED, DASH),
        (0.85, BRACKETED, "(.85)"),
        (math.inf, DECIMAL, "∞"),
        (-math.inf, DECIMAL, "−∞"),
        (-2.5e15, DECIMAL, "−2.50 × 10¹⁵"),
        (0.00123, decimals(4), "0.0012"),
        (5e-324, DECIMAL, "0.00"),
    ],
)
def test_a_number_is_printed_as_apa_does(value: float, style: Style, text: str) -> None:
    assert show(value, style) == text


def test_a_sentence_has_its_sign_of_equality_or_of_order() -> None:
    assert equals(0.03, P) == "= .030"
    assert equals(1e-9, P) == "< .001"
    assert equals(0.9999, P) == "> .999"


def test_an_interval_has_both_ends() -> None:
    assert interval(0.12, 0.34, BOUNDED) == "[.12, .34]"
    assert interval(-0.12, 0.34) == "[−0.12, 0.34]"
    assert interval(math.nan, math.nan) == DASH
    assert interval(math.nan, 0.3, BOUNDED) == f"[{DASH}, .30]"


def test_levels_stars_and_exact_numbers() -> None:
    assert (level(0.95), level(0.999), level(0.9)) == ("95%", "99.9%", "90%")
    assert [stars(p) for p in (0.05, 0.049, 0.0099, 0.0009, math.nan)] == ["", "*", "**", "***", ""]
    assert (exact(480.0), exact(0.1), exact(math.nan), exact(-0.25)) == ("480", "0.1", "", "-0.25")


def test_a_small_standard_error_is_never_printed_as_nothing() -> None:
    assert show(0.1256, measured([0.5, 0.031])) == "0.13"
    assert show(0.1256, measured([0.5, 0.0031])) == "0.126"
    assert show(0.1256, measured([0.01])) == "0.13"
    assert show(0.1256, measured([0.0, math.nan])) == "0.13"
    assert show(0.1256, measured([0.5], 3)) == "0.126"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3.2e-8, "3.20 × 10⁻⁸"),
        (-9.996e-10, "−1.00 × 10⁻⁹"),
        (0.0, "0.00000"),
        (0.00012, "0.00012"),
        (84_064.85422, "84,064.85"),
        (-1.0e-4, "−0.00010"),
        (5e-324, "5.00 × 10⁻³²⁴"),
    ],
)
def test_what_is_measured_in_small_units_is_printed_by_its_power_of_ten(value: float, text: str) -> None:
    style = measured([84_064.9, 1e-8])
    assert show(value, style) == text
    assert equals(value, style) == f"= {text}"


def test_a_margin_is_printed_with_all_its_decimals() -> None:
    assert [declared(margin) for margin in (0.1, 0.25, 0.125, 0.005, 2.0)] == ["0.10", "0.25", "0.125", "0.005", "2.00"]


finite = st.floats(allow_nan=False, allow_infinity=False)
SHAPE = re.compile(r"−?(\d{1,3}(,\d{3})*|)(\.\d+)?$")


@given(finite, st.integers(0, 6), st.booleans())
def test_what_is_printed_reads_back_as_the_rounded_number(value: float, digits: int, bounded: bool) -> None:
    text = show(value, Style("fixed", digits, bounded))
    if abs(value) >= HUGE:
        assert "×" in text
        return
    assert SHAPE.match(text), text
    assert "-" not in text, "a hyphen is no minus"
    back = Decimal(text.replace("−", "-").replace(",", ""))
    assert back == rounded(value, digits)
    assert abs(back - Decimal(repr(value))) <= Decimal(5).scaleb(-digits - 1)
    assert not (text.startswith("−") and back == 0), "minus zero"


@given(finite.filter(lambda value: abs(value) < HUGE), st.integers(0, 6))
def test_signs_are_symmetrical(value: float, digits: int) -> None:
    there, back = show(value, decimals(digits)), show(-value, decimals(digits))
    assert there.lstrip("−") == back.lstrip("−")


@given(st.floats(-1, 1), st.integers(1, 4))
def test_a_bounded_number_has_no_zero_before_its_point(value: float, digits: int) -> None:
    text = show(value, Style("fixed", digits, True)).lstrip("−")
    assert text.startswith((".", "1."))


@given(st.floats(0, 1))
def test_a_p_is_exact_or_below_or_above_the_printable(p: float) -> None:
    text = show(p, P)
    assert re.fullmatch(r"\.\d{3}|< \.001|> \.999", text)
    assert text not in (".000", "1.000")
    assert (text == "< .001") == (p < 0.001)


@given(finite)
def test_exact_text_gives_the_number_back(value: float) -> None:
    assert float(exact(value)) == value
