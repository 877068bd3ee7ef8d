"""Made-up answers: they lead to every page, whatever it depends on, and nobody is said to be barred who is not."""

from __future__ import annotations

from itertools import chain, combinations, product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from survey import flow
from survey.dataset.missing import Missing
from survey.instrument.expressions import parse
from survey.instrument.load import load, load_path, shipped
from survey.instrument.model import Instrument
from survey.madeup.lead import DECLINED, FULL, OUT, THANKS, Led, NoWay, lead, places, sent
from survey.madeup.search import Wanted, seek
from survey.madeup.values import made_up, on_page
from survey.order import arranged

SUPPORT = Path(__file__).resolve().parent.parent / "support"
SEED = 20_26
KNOWN = ("every_key", "every_format", "formats", "little", "network", "hebrew")
KINDS = """\
format: twofold/1
id: kinds
version: 1.0.0
formats:
  three: {type: likert, labels: [A, B, C]}
  yes_no: {type: choice, choices: {yes: {label: 'Yes'}, no: {label: 'No'}}}
  ways: {type: multichoice, choices: {mail: {label: Mail}, phone: {label: Phone}, none: {label: None, exclusive: true}}}
  count: {type: number, min: 0, max: 99, integer: true}
  hours: {type: number, min: 0}
  day: {type: date, min: '2020-01-01', max: '2030-12-31'}
  words: {type: text}
items:
  a: {text: A, format: three}
  b: {text: B, format: yes_no}
  c: {text: C, format: ways}
  n: {text: N, format: count}
  h: {text: H, format: hours}
  d: {text: D, format: day}
  t: {text: T, format: words}
  z: {text: Z, format: three}
scales: {}
pages:
  - {id: consent, type: consent, text: Yes or no., required: true}
  - {id: asked, items: [a, b, c, n, h, d, t], require: REQUIRE}
  - {id: there, items: [z], show_if: "CONDITION"}
"""


def instrument_of(name: str) -> Instrument:
    return arranged(shipped(name) if name == "two-supports" else load_path(SUPPORT / f"{name}.yaml"), SEED)


def kinds(condition: str, require: str = "none") -> Instrument:
    return load(KINDS.replace("CONDITION", condition).replace("REQUIRE", require), "kinds")


@pytest.mark.parametrize("name", [*KNOWN, "two-supports"])
def test_somebody_comes_to_every_place_by_pages_that_could_be_sent(name: str) -> None:
    instrument = instrument_of(name)
    found = places(instrument, SEED)
    assert {p.page for p in found} >= {page.id for page in instrument.pages}
    assert [p.id for p in found][-1] == THANKS
    for place in found:
        assert place.barred is None, place
        led = lead(instrument, place.id, SEED)
        assert isinstance(led, Led), place
        now = flow.first_open(instrument, led.answers, led.submitted)
        early = flow.closing(instrument, led.answers)
        standing = flow.standing(instrument, led.answers, led.submitted)
        if place.kind in ("page", "screen"):
            assert now == place.id
            assert early is None
            assert place.id in flow.visible_pages(instrument, led.answers)
        expected = {"thanks": "completed", "declined": "declined", "out": "screened_out", "full": "over_quota"}
        assert standing == expected.get(place.kind, "open"), place
        assert lead(instrument, place.id, SEED) == led, "the same every time"


@pytest.mark.parametrize("name", [*KNOWN, "two-supports"])
def test_no_page_on_the_way_would_be_refused(name: str) -> None:
    instrument = instrument_of(name)
    led, asked = Led(), 0
    while (now := flow.first_open(instrument, led.answers, led.submitted)) is not None:
        if flow.find_page(instrument, now).type == "feedback":
            break
        raw = on_page(instrument, now, led.answers)
        assert not flow.problems_of(instrument, now, raw, led.answers)
        led = sent(instrument, led, now, SEED)
        asked += len(raw)
    assert asked > 5
    assert flow.standing(instrument, led.answers, led.submitted) in ("completed", "screened_out")


def test_a_network_is_met_whole_with_somebody_named_twice() -> None:
    instrument = instrument_of("network")
    screens = [p.id for p in places(instrument, SEED) if p.kind == "screen"]
    assert screens[:3] == ["people.g1", "people.g2", "people.same"]
    assert screens[-1] == "people.between"
    led = lead(instrument, "people.same", SEED)
    assert isinstance(led, Led)
    assert led.names == {"ties": {"T1": "A.", "T2": "B.", "T3": "C.", "T4": "A.", "T5": "D.", "T6": "E."}}


def test_a_place_that_the_instrument_does_not_have_is_an_error() -> None:
    instrument = instrument_of("little")
    for place in ("nowhere", "people.g9", f"{OUT}about", f"{OUT}nowhere", f"{FULL}nobody"):
        with pytest.raises(KeyError):
            lead(instrument, place, SEED)


@pytest.mark.parametrize(
    "condition",
    [
        "a == 3",
        "a != 1 and a < 3",
        "b == 'no'",
        "b != 'yes' and a == 2",
        "'mail' in c and 'phone' in c",
        "'mail' in c and 'phone' not in c",
        "'none' in c",
        "'mail' not in c and 'none' not in c",
        "n > 40 and n < 42",
        "n == 99",
        "h > 0.25 and h < 0.5",
        "h > 1000",
        "d < '2021-03-04' and d > '2021-03-02'",
        "t == 'nurse'",
        "t != '[t]' and answered(t)",
        "not answered(a) and answered(b)",
        "not (a == 1 or a == 2 or a == 3)",
        "a == 2 and (b == 'no' or n == 7) and not (n == 7 and 'mail' in c)",
        "n + a == 44",
        "n > 2 * a and a == 3",
        "n == h",
        "a in (2, 3) and n not in (40, 39)",
        "3 < n < 5",
    ],
)
def test_a_condition_is_made_to_hold(condition: str) -> None:
    led = lead(kinds(condition), "there", SEED)
    assert isinstance(led, Led)
    assert parse(condition).holds(led.answers)


@pytest.mark.parametrize(
    ("condition", "require"),
    [
        ("a == 1 and a == 2", "none"),
        ("'none' in c and 'mail' in c", "none"),
        ("n > 4 and n < 5", "none"),
        ("d > '2030-12-30' and d < '2030-12-31'", "none"),
        ("not answered(a)", "hard"),
        ("b == 'no' and not (b == 'no')", "soft"),
    ],
)
def test_a_page_that_nobody_can_reach_is_said_to_be_so(condition: str, require: str) -> None:
    instrument = kinds(condition, require)
    assert lead(instrument, "there", SEED) == NoWay(sure=True)
    assert {p.id: p.barred for p in places(instrument, SEED)} == {
        "consent": None, DECLINED: None, "asked": None, "there": NoWay(sure=True), THANKS: None,
    }  # fmt: skip


def test_what_is_not_found_among_sums_is_not_said_to_be_impossible() -> None:
    assert lead(kinds("n * h == 77 and n > 50 and h > 1"), "there", SEED) == NoWay(sure=False)


def test_conditions_are_followed_from_page_to_page_and_early_ends_avoided() -> None:
    text = KINDS.replace(
        "  - {id: there", "  - {id: there, items: [z], show_if: b == 'no' and a == 3}\n  - {id: last", 1
    )
    text = text.replace("  z: {text: Z", "  y: {text: Y, format: three}\n  z: {text: Z").replace(
        'items: [z], show_if: "CONDITION"', "items: [y], show_if: z == 2"
    )
    text = text.replace("require: REQUIRE}", "screen_out: {when: n > 3 or a == 3 and t != 'x', text: Bye.}}")
    instrument = load(text, "chain")
    led = lead(instrument, "last", SEED)
    assert isinstance(led, Led)
    assert (led.answers["b"], led.answers["a"], led.answers["z"], led.answers["t"]) == ("no", 3.0, 2.0, "x")
    assert flow.first_open(instrument, led.answers, led.submitted) == "last"
    out = lead(instrument, f"{OUT}asked", SEED)
    assert isinstance(out, Led)
    assert flow.standing(instrument, out.answers, out.submitted) == "screened_out"


def test_who_is_always_sent_away_never_comes_further() -> None:
    text = KINDS.replace("require: REQUIRE}", "require: hard, screen_out: {when: answered(a), text: Bye.}}")
    instrument = load(text.replace("CONDITION", "b == 'no'"), "out")
    assert lead(instrument, "there", SEED) == NoWay(sure=True)
    assert lead(instrument, THANKS, SEED) == NoWay(sure=True)


SIMPLE = ["a == 1", "a >= 2", "a != 3", "b == 'yes'", "b != 'yes'", "'mail' in c", "'phone' not in c", "'none' in c",
          "answered(a)", "answered(c)"]  # fmt: skip
CONDITIONS = some.recursive(
    some.sampled_from(SIMPLE),
    lambda inner: some.one_of(
        some.tuples(inner, some.sampled_from(["and", "or"]), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
        inner.map(lambda t: f"not ({t})"),
    ),
    max_leaves=8,
)
SETS = [Missing.SKIPPED, ("none",), *chain.from_iterable(combinations(("mail", "phone"), n) for n in (1, 2))]
EVERYBODY = [
    dict(zip("abc", given, strict=True))
    for given in product([1.0, 2.0, 3.0, Missing.SKIPPED], ["yes", "no", Missing.SKIPPED], SETS)
]


@settings(max_examples=80, deadline=None)
@given(CONDITIONS)
def test_the_search_finds_somebody_exactly_where_there_is_somebody(condition: str) -> None:
    instrument = kinds(condition)
    found = seek(instrument, Wanted(2, shown=2))
    anybody = any(parse(condition).holds(answers) for answers in EVERYBODY)
    assert (found.answers is not None) == anybody
    assert found.sure
    if found.answers is not None:
        assert parse(condition).holds(found.answers)


def test_made_up_answers_differ_from_question_to_question() -> None:
    instrument = instrument_of("two-supports")
    given = {made_up(item, instrument.format_of(item)) for item in instrument.items if item.startswith("ins")}
    assert len(given) > 2
