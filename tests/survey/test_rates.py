"""Outcome rates by AAPOR's formulas, against numbers that were worked out by hand."""

from __future__ import annotations

import pytest

from survey.rates import DISPOSITIONS, SHOWN_FIRST, Letters, completion_rate, letters, participation_rate, rates

COUNTS = Letters(complete=50, partial=5, refusal=15, non_contact=3, other=2, unknown=20, not_eligible=5)
# Known to be eligible: 50 + 5 + 15 + 3 + 2 = 75; known in all: 80; e = 75 / 80 = .9375; e × U = 18.75.


def test_every_rate_of_a_worked_example() -> None:
    assert COUNTS.eligible_share == pytest.approx(0.9375)
    found = {rate.name: rate for rate in rates(COUNTS)}
    expected = {
        "RR1": (50, 95, 0.5263157895),
        "RR2": (55, 95, 0.5789473684),
        "RR3": (50, 93.75, 0.5333333333),
        "RR4": (55, 93.75, 0.5866666667),
        "RR5": (50, 75, 0.6666666667),
        "RR6": (55, 75, 0.7333333333),
        "COOP1": (50, 72, 0.6944444444),
        "COOP2": (55, 72, 0.7638888889),
        "COOP3": (50, 70, 0.7142857143),
        "COOP4": (55, 70, 0.7857142857),
        "REF1": (15, 95, 0.1578947368),
        "REF2": (15, 93.75, 0.16),
        "REF3": (15, 75, 0.2),
        "CON1": (72, 95, 0.7578947368),
        "CON2": (72, 93.75, 0.768),
        "CON3": (72, 75, 0.96),
    }
    assert list(found) == list(expected)
    for name, (above, below, value) in expected.items():
        assert (found[name].numerator, found[name].denominator) == (above, below), name
        assert found[name].value == pytest.approx(value, abs=1e-10), name
    assert set(SHOWN_FIRST) < set(found)


def test_formulas_are_written_as_they_are_worked_out() -> None:
    formulas = {rate.name: rate.formula for rate in rates(COUNTS)}
    assert formulas["RR1"] == "I / (I + P + R + NC + O + U)"
    assert formulas["RR4"] == "(I + P) / (I + P + R + NC + O + e × U)"
    assert formulas["RR5"] == "I / (I + P + R + NC + O)"
    assert formulas["COOP3"] == "I / (I + P + R)"
    assert formulas["CON2"] == "(I + P + R + O) / (I + P + R + O + NC + e × U)"
    for rate in rates(COUNTS):
        known = {"I": 50, "P": 5, "R": 15, "NC": 3, "O": 2, "U": 20, "e": 0.9375}
        assert eval(rate.formula.replace("×", "*"), {}, known) == pytest.approx(rate.value), rate.name


def test_without_anybody_of_whom_it_is_known_no_rate_takes_a_share() -> None:
    alone = rates(Letters(unknown=4))
    assert [rate.name for rate in alone] == [
        "RR1", "RR2", "RR5", "RR6", "COOP1", "COOP2", "COOP3", "COOP4", "REF1", "REF3", "CON1", "CON3",
    ]  # fmt: skip
    values = {rate.name: rate.value for rate in alone}
    assert values["RR1"] == 0.0
    assert values["RR5"] is None
    assert values["COOP1"] is None
    assert Letters().eligible_share is None


def test_outcomes_add_up_to_letters() -> None:
    outcomes = dict.fromkeys(DISPOSITIONS, 1)
    assert letters(outcomes) == Letters(
        complete=1, partial=1, refusal=2, non_contact=1, other=1, unknown=3, not_eligible=2
    )
    with pytest.raises(KeyError):
        letters({"nowhere": 1})


def test_codes_and_names_are_those_of_the_standard() -> None:
    codes = {name: (one.code, one.group, one.name) for name, one in DISPOSITIONS.items()}
    assert codes == {
        "complete": ("1.1", "I", "Complete"),
        "partial": ("1.2", "P", "Partial or break-off with sufficient information"),
        "refused": ("2.11", "R", "Refusal"),
        "break_off": ("2.12", "R", "Break-off or partial with insufficient information"),
        "non_contact": ("2.20", "NC", "Non-contact"),
        "other": ("2.30", "O", "Other"),
        "silent": ("3.19", "U", "Nothing ever returned"),
        "not_invited": ("3.11", "U", "No invitation sent"),
        "bounced": ("3.30", "U", "Invitation returned undelivered"),
        "screened_out": ("4.10", "NE", "Selected respondent screened out of sample"),
        "over_quota": ("4.80", "NE", "Quota filled"),
    }


def test_an_open_link_has_a_participation_and_a_completion_rate() -> None:
    assert (participation_rate(30, 40).value, completion_rate(24, 30).value) == (0.75, 0.8)
    assert participation_rate(30, 29).value is None
    assert (participation_rate(0, 0).value, completion_rate(0, 0).value) == (None, None)
