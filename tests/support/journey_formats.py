"""Six more respondents with known answers, to the instrument that asks in every format which two-supports lacks."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from survey.dataset.missing import Missing
from tests.support.journey import Given, Person, Step

TEXT = (Path(__file__).parent / "every_format.yaml").read_text("utf-8")
REFUSED, NOT_MINE = Missing.REFUSED, Missing.DOES_NOT_APPLY
OWN = 'On a boat, "mostly"; <i>at sea</i>'
Known = dict[str, Given | Missing]

ANSWERS: tuple[Known, ...] = (
    {"place": "else", "place.other_text": OWN, "ways": ("mail", "visit"), "hours": 37.5, "calm": 5.0, "tense": 2.0}
    | {"mood": 57.0, "began": "2020-02-29", "called": "Skipper's mate", "matters": ("time", "people", "pay")}
    | {"remark": "one, two\nthree"},
    {"place": REFUSED, "ways": ("none",), "hours": 0.0, "calm": NOT_MINE, "tense": REFUSED, "mood": REFUSED}
    | {"began": NOT_MINE, "called": "a", "matters": ("pay", "time", "people"), "remark": REFUSED},
    {"place": "home", "ways": ("phone", "own"), "ways.other_text": "par pigeon", "hours": 168.0, "calm": 1.0}
    | {"tense": 4.0, "mood": 44.0, "began": "2000-01-01", "called": NOT_MINE, "matters": None, "remark": None},
    {"place": "office", "ways": ("mail",), "hours": 12.25, "calm": 3.0, "tense": NOT_MINE, "mood": 50.0}
    | {"began": "2030-12-31", "called": REFUSED, "matters": NOT_MINE, "remark": "é — “ß” 漢字"},
    {"place": "else", "place.other_text": "x", "ways": ("own",), "ways.other_text": "=1+1", "hours": 40.0}
    | {"calm": REFUSED, "tense": 1.0, "mood": None, "began": None, "called": "0"}
    | {"matters": ("people", "pay", "time"), "remark": "No."},
    {"place": "home", "ways": ("mail", "phone", "visit"), "hours": 1.0, "calm": 2.0, "tense": 5.0, "mood": 61.0}
    | {"began": "2024-11-05", "called": "b, c", "matters": REFUSED, "remark": NOT_MINE},
)

# hands, width, where they begin, language, the page on which they change sides
TABLE: tuple[tuple[str, int, str, str, str], ...] = (
    ("careful", 1280, "full", "en", ""),
    ("quick", 360, "plain", "fr", "rest"),
    ("keyboard", 1280, "plain", "en", ""),
    ("keyboard", 360, "full", "fr", "feelings"),
    ("careful", 360, "full", "en", "work"),
    ("quick", 1280, "plain", "fr", ""),
)
PAGES = {
    "work": ("place", "place.other_text", "ways", "ways.other_text", "hours"),
    "feelings": ("calm", "tense"),
    "rest": ("mood", "began", "called", "matters", "remark"),
}


def people() -> tuple[Person, ...]:
    """The six, numbered after those of the journey."""
    return tuple(_person(30 + n, *row, given) for n, (row, given) in enumerate(zip(TABLE, ANSWERS, strict=True), 1))


def _person(number: int, hands: str, width: int, side: str, language: str, at: str, given: Known) -> Person:
    answers: dict[str, Known] = {"consent": {"consent": "yes"}}
    answers |= {page: {name: given[name] for name in names if name in given} for page, names in PAGES.items()}
    steps = [Step(page, known, frozenset({"switch"} if page == at else ())) for page, known in answers.items()]  # type: ignore[arg-type]
    writes: Literal["plain", "comma"] = "comma" if number % 2 else "plain"
    return Person(number, hands, width, False, "", writes, "thanks", side, language, tuple(steps))  # type: ignore[arg-type]


def fold(person: Person) -> dict[str, object]:
    """What the respondent's log must add up to."""
    said = person.said
    names = ("consent", *(name for names in PAGES.values() for name in names))
    return {name: Missing.SKIPPED if (given := said.get(name, Missing.NOT_SHOWN)) is None else given for name in names}


def cells(person: Person) -> dict[str, tuple[object, str]]:
    """The respondent's row of the Dataset, written down by hand: the value, and else why there is none."""
    known = fold(person)
    row: dict[str, tuple[object, str]] = {}
    for name in (name for names in PAGES.values() for name in names):
        given = known.get(name, Missing.NOT_SHOWN)
        value, why = (None, given.value) if isinstance(given, Missing) else (given, "")
        picked = value if isinstance(value, tuple) else None
        if name == "ways":
            choices = ("mail", "phone", "visit", "own", "none")
            row |= {f"ways.{c}": (None if picked is None else float(c in picked), why) for c in choices}
        elif name == "matters":
            ranked = ("pay", "time", "people")
            row |= {f"matters.{c}": (None if picked is None else float(picked.index(c) + 1), why) for c in ranked}
        else:
            row[name] = (value, why)
    return row
