"""The section on the survey's method: every number that was recorded stands in it, and what was not says so."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from reports.cherries import cherries_table
from reports.table import shown
from survey.assurance import Assurance
from survey.instrument.load import load
from survey.store.participation import Participation
from survey.store.results import Counts
from tests.support.browser import ROOT

LITTLE = load((ROOT / "tests" / "support" / "little.yaml").read_text("utf-8"), "little.yaml")
DAY = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
FOUND = Participation(
    study="little",
    title="Little",
    phase="live",
    instrument=LITTLE,
    counts=Counts(opened=1400, started=1010, consented=1000, completed=800, median_minutes=12.34, leaving={}),
    visitors=1250,
    invited=300,
    revoked=1,
    by_invitation=210,
    declined=10,
    first_sent=DAY,
    last_sent=DAY.replace(day=31),
    launched_at=DAY.replace(month=2, day=28),
    closed_at=DAY.replace(month=4, day=2),
    answered=9_500,
    shown=10_000,
    edits=77,
    back_presses=60,
    went_back=41,
    alike=2,
    address_days=7,
    same_address=5,
    channels={"streamlit": 700, "html": 300, "several": 10},
    devices={"phone": 600, "desktop": 400, "several": 10},
    sources={"newsletter": 500},
    languages={"en": 1010},
    assurances=(
        Assurance("ethics", "", "approved", "REC 2026/12", "lead", DAY),
        Assurance("distress", "", "", "The study's team", "lead", DAY),
    ),
)


def told(found: Participation) -> dict[str, str]:
    rows = [row for row in cherries_table(found).rows if row.kind == "data"]
    return {shown(row.cells[0]): shown(row.cells[1]) for row in rows}


def test_every_number_is_told() -> None:
    rows = told(FOUND)
    assert (rows["Ethics approval"], rows["Help for respondents"]) == ("REC 2026/12", "The study's team")
    assert rows["Open or closed survey"] == "800 by the open link, 210 by a personal link"
    assert rows["Invitations"] == "300 personal links made, 1 revoked"
    assert rows["Source of the open link"] == "newsletter: 500"
    assert rows["Dates of data collection"] == (
        "launched 28 February 2026; first answer 1 March 2026, last answer 31 March 2026; closed 2 April 2026"
    )
    assert rows["Web pages and items"] == "6 pages; items on a page: 1 to 3, 9 in all"
    assert rows["Randomisation of items"] == "on 1 page, the order recorded"
    assert rows["Adaptive questioning"] == "1 page shown only where a condition held"
    assert "on 2 pages answers were required, on 1 asked for once" in rows["Completeness checks"]
    assert "41 did so, 60 presses of Back, 77 answers changed" in rows["Review step"]
    assert rows["Version of the pages"] == "full version: 700, lighter version (plain HTML): 300, more than one: 10"
    assert rows["Devices"] == "phone: 600, desktop: 400, more than one: 10"
    assert rows["Languages"] == "en: 1,010"
    assert rows["Unique visitors"].startswith("1,250: browsers")
    assert rows["Views"] == "1,400 openings of the first page"
    assert rows["Participation rate"] == "80.0% (1,000 agreed of 1,250 unique visitors; 10 declined)"
    assert rows["Completion rate"] == "80.0% (800 of 1,000 who agreed)"
    assert "kept for 7 days; among the hashes kept now, 5 responses came" in rows["IP check"]
    assert rows["Log file analysis"] == "2 responses with the same answers as an earlier one"
    assert rows["Incomplete questionnaires"] == "200 of those who agreed"
    assert rows["Items answered"] == "95.0% of the items shown to those who completed (9,500 of 10,000)"
    assert rows["Time to complete"] == "12.3 minutes (median)"


def test_what_was_not_recorded_says_so() -> None:
    counts = Counts(opened=0, started=0, consented=0, completed=0, median_minutes=None, leaving={})
    empty = replace(FOUND, counts=counts, visitors=0, invited=0, by_invitation=0, first_sent=None, last_sent=None)
    rows = told(replace(empty, address_days=None, same_address=None, answered=0, shown=0, channels={}, devices={}))
    assert "Invitations" not in rows
    assert rows["Dates of data collection"] == "not recorded"
    assert rows["Participation rate"].startswith("not recorded (0 agreed")
    assert rows["Completion rate"].startswith("not recorded (0 of 0")
    assert rows["Devices"] == rows["Version of the pages"] == rows["Time to complete"] == "not recorded"
    assert "were not recorded, not even as hashes" in rows["IP check"]


def test_who_took_back_what_they_said_is_counted() -> None:
    assert not [name for name in told(FOUND) if name.startswith("Withdrawals")]
    rows = told(replace(FOUND, stopped=2, withdrawn=1, erased=3))
    assert rows["Withdrawals, in the whole study"] == (
        "2 people asked not to be asked any further; what they said stays; 1 person had their data deleted by their "
        "own link; 3 people had theirs deleted by the researchers"
    )


def test_ethics_and_translations_are_told_and_what_was_not_said_is_not_left_out() -> None:
    two = LITTLE.model_copy(update={"languages": ("en", "fr", "de")})
    review = Assurance("translation", "fr", "back-translation", "By two people.", "lead", DAY)
    none = Assurance("ethics", "", "not-needed", "Simulated.", "lead", DAY)
    rows = told(replace(FOUND, instrument=two, assurances=(none, review)))
    assert rows["Ethics approval"] == "none needed: Simulated."
    assert rows["Translation (fr)"] == "translated back and compared: By two people."
    assert rows["Translation (de)"] == rows["Help for respondents"] == "not recorded"


@pytest.mark.parametrize("phase", ["live", "pilot"])
def test_a_pilot_was_not_launched(phase: str) -> None:
    assert ("launched" in told(replace(FOUND, phase=phase))["Dates of data collection"]) == (phase == "live")
