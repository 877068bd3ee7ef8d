"""Numbers within notes are as people write them, at any size."""

from __future__ import annotations

import pytest

from analysis.wording import by_power, readable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (3.0, "3"),
        (-2.34567, "−2.346"),
        (999.96, "1,000"),
        (45_123.4, "45,123"),
        (-3_083_417.1, "−3,083,417"),
        (0.00012345, "0.0001234"),
        (3.0279e-9, "3.028 × 10⁻⁹"),
        (2.5e15, "2.500 × 10¹⁵"),
    ],
)
def test_a_note_has_no_notation_of_computers(value: float, text: str) -> None:
    assert readable(value) == text


def test_what_is_rounded_up_to_ten_has_the_next_power() -> None:
    assert by_power(9.999e-10, 2) == "1.00 × 10⁻⁹"
