"""The shipped instrument holds everything that it is said to hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from survey.instrument.expressions import parse
from survey.instrument.labels import codes, is_numeric, label, range_of
from survey.instrument.load import shipped
from survey.instrument.model import say

INSTRUMENT = shipped("two-supports")
CONTRACT = Path(__file__).parent.parent.parent.parent / "shared" / "INSTRUMENT.md"

BLOCKS = {"ins": 8, "psy": 8, "net": 6, "dem": 4, "str": 8, "neg": 4, "mrk": 3, "mi": 4, "mp": 4, "ck": 6, "att": 2}
SINGLE = [
    "need_i",
    "get_i",
    "need_p",
    "get_p",
    "job",
    "career",
    "health",
    "sick_days",
    "no_time",
    "hours",
    "online",
    "call_today",
    "known_teams",
    "known_firms",
    "known_fields",
    "five_year",
    "groups",
    "age",
    "gender",
    "gender_text",
    "tenure",
    "level",
    "remote",
    "mentor",
    "mentor_formal",
    "mentor_months",
    "mentor_contact",
    "mentees",
]
RANGES = {
    "ins": (1, 5),
    "psy": (1, 5),
    "net": (0, 4),
    "dem": (0, 4),
    "str": (0, 4),
    "neg": (0, 4),
    "mrk": (1, 5),
    "mi": (1, 5),
    "mp": (1, 5),
    "ck": (0, 1),
}


def test_every_item_is_there() -> None:
    blocks = [f"{name}{i}" for name, count in BLOCKS.items() for i in range(1, count + 1)]
    asked = [item for page in INSTRUMENT.pages for item in page.items]
    assert sorted(asked) == sorted([*blocks, *SINGLE])
    assert set(INSTRUMENT.items) == set(asked) | set(INSTRUMENT.networks["ties"].interpreters)


def test_ranges_are_those_of_the_scales() -> None:
    for name, limits in RANGES.items():
        for i in range(1, BLOCKS[name] + 1):
            assert range_of(INSTRUMENT.format_of(f"{name}{i}")) == limits
    singles = {
        "job": (1, 7),
        "career": (1, 5),
        "health": (1, 5),
        "need_p": (1, 5),
        "five_year": (1, 5),
        "no_time": (1, 5),
    }
    for item, limits in singles.items():
        assert range_of(INSTRUMENT.format_of(item)) == limits
    assert all(
        is_numeric(INSTRUMENT.format_of(item)) for item in ("age", "level", "tenure", "remote", "online", "hours")
    )


def test_scales_reverse_what_is_reversed() -> None:
    reversed_items = {item[1:] for scale in INSTRUMENT.scales.values() for item in scale.items if item.startswith("-")}
    assert reversed_items == {"ins7", "ins8", "psy7", "psy8", "str6", "str7"}
    assert set(INSTRUMENT.scales) == {
        "instrumental",
        "psychosocial",
        "networking",
        "demands",
        "stress",
        "negative_affect",
        "marker",
        "mentor_instrumental",
        "mentor_psychosocial",
        "checklist_i",
        "checklist_p",
    }
    assert {name for name, scale in INSTRUMENT.scales.items() if scale.formative} == {
        "networking",
        "checklist_i",
        "checklist_p",
    }
    assert {name for name, scale in INSTRUMENT.scales.items() if scale.score == "sum"} == {"checklist_i", "checklist_p"}


def test_instructed_items_stand_within_long_matrices_and_pass_by_the_answer_they_name() -> None:
    for name in ("att1", "att2"):
        page = next(page for page in INSTRUMENT.pages if name in page.items)
        assert page.layout == "matrix"
        assert len(page.items) > 6
        assert 0 < page.items.index(name) < len(page.items) - 1
        answer = INSTRUMENT.checks[name].pass_
        words = say(INSTRUMENT.items[name].text, "en", ("en",))
        assert f"choose {label(INSTRUMENT.format_of(name), answer)} here" in words


def french() -> list[str]:
    """Every French string of the instrument."""

    def strings(value: object) -> Iterator[str]:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if isinstance(inner, dict) or (isinstance(inner, list) and key != "fr"):
                yield from strings(inner)
            elif key == "fr":
                yield from inner if isinstance(inner, list) else [inner]

    return list(strings(INSTRUMENT.model_dump(mode="json")))


def test_it_comes_in_english_and_french_whole() -> None:
    """Loading refuses a text that lacks a language; a text without languages would be the same in both."""
    assert INSTRUMENT.languages == ("en", "fr")
    bare = [item.text for item in INSTRUMENT.items.values() if not isinstance(item.text, Mapping)]
    assert not bare
    assert len(french()) > 200
    for name in ("att1", "att2"):
        answer = label(INSTRUMENT.format_of(name), INSTRUMENT.checks[name].pass_, "fr")
        assert f"«\xa0{answer}\xa0»" in say(INSTRUMENT.items[name].text, "fr", ("en",))


def test_french_is_polite_and_asks_women_and_men_alike() -> None:
    """No 'tu', no participle or adjective that would fit one gender only, and no sign parted from its word."""
    familiar = re.compile(r"\b(tu|te|toi|ton|ta|tes|t')\b", re.I)
    gendered = re.compile(r"\b(je suis|j'étais|me sens|me sentais|suis) \w+(é|i|u|if|eux)\b", re.I)
    for words in french():
        assert not familiar.search(words.replace("t-il", "").replace("t-elle", "")), words
        assert not gendered.search(words), words
        assert not re.search(r" [?!:;»]|« ", words), words


def test_pages_are_short_and_mentors_pages_depend_on_having_one() -> None:
    first, last = INSTRUMENT.pages[0], INSTRUMENT.pages[-1]
    assert (first.type, first.required, last.type) == ("consent", True, "feedback")
    assert all(len(page.items) <= 10 for page in INSTRUMENT.pages)
    for item in ("mentor_formal", "mi1", "mp4"):
        page = next(page for page in INSTRUMENT.pages if item in page.items)
        condition = parse(page.show_if or "")
        assert condition.names == ("mentor",)
        shown = {code: condition.holds({"mentor": code}) for code in codes(INSTRUMENT.format_of("mentor"))}
        assert shown == {"no": False, "one": True, "several": True}
    people = [page.id for page in INSTRUMENT.pages if page.network == "ties"]
    assert people == [INSTRUMENT.pages[-2].id]


def test_consent_says_what_it_must() -> None:
    text = say(INSTRUMENT.pages[0].text, "en", ("en",)).lower()
    for part in ("voluntary", "stop at any time", "no names of your contacts leave", "researcher"):
        assert part in text
    note = say(INSTRUMENT.note, "en", ("en",))
    for part in ("original", "CC0", "unvalidated until piloted"):
        assert part in note
    assert INSTRUMENT.licence == "CC0-1.0"


def test_ties_are_weak_or_strong_as_defined() -> None:
    network = INSTRUMENT.networks["ties"]
    assert list(network.generators) == ["g1", "g2", "g3"]
    assert {generator.max for generator in network.generators.values()} == {5}
    weak, strong = parse(network.weak or ""), parse(network.strong or "")
    assert weak.holds({"closeness": 2, "contact": 4})
    assert not weak.holds({"closeness": 2, "contact": 3})
    assert not weak.holds({"closeness": 3, "contact": 6})
    assert strong.holds({"closeness": 4})
    assert label(INSTRUMENT.format_of("contact"), 4) == "Some times a year"


@pytest.mark.skipif(not CONTRACT.is_file(), reason="the project's shared papers are not beside this checkout")
def test_item_texts_are_those_of_the_contract() -> None:
    contract = CONTRACT.read_text(encoding="utf-8")
    for name in ("ins", "psy", "net", "dem", "str", "neg", "mrk", "mi", "mp"):
        for i in range(1, BLOCKS[name] + 1):
            words = say(INSTRUMENT.items[f"{name}{i}"].text, "en", ("en",))
            assert re.search(rf"\b{i}R? {re.escape(words)}", contract), words
    for generator in INSTRUMENT.networks["ties"].generators.values():
        assert say(generator.text, "en", ("en",)).removesuffix(".") in contract
