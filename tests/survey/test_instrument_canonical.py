"""The canonical form: what changes a hash and what does not, and the way to YAML and back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from survey.files.document import read_yaml
from survey.instrument.canonical import canonical, sha256, to_yaml, yaml_of
from survey.instrument.load import load, shipped, shipped_text
from survey.instrument.model import Instrument
from tests.survey.test_instrument_load import BASE

# A change of this hash would orphan the submissions of every study that pins it.
BASE_HASH = "0a2ef2316b5dec24e5eaaf54aaac832fa1a35071b461f9bf2ef60a79b4247fda"


def loaded(text: str) -> Instrument:
    return load(text, "x.yaml")


def test_the_hash_of_a_known_file_is_pinned() -> None:
    assert sha256(loaded(BASE)) == BASE_HASH
    assert len(sha256(shipped("two-supports"))) == 64


def turned(value: Any, keep: tuple[str, ...] = ("choices", "generators")) -> Any:
    """All groups with their keys the other way round, except where the order is what people see."""
    if isinstance(value, dict):
        return {
            key: {k: turned(v) for k, v in inner.items()} if key in keep else turned(inner)
            for key, inner in reversed(value.items())
        }
    return [turned(inner) for inner in value] if isinstance(value, list) else value


def test_the_order_of_keys_quotes_and_comments_do_not_matter() -> None:
    for text in (BASE, shipped_text("two-supports")):
        first = loaded(text)
        again = loaded(yaml_of(turned(read_yaml(text, "x").data)))
        assert again == first
        assert sha256(again) == sha256(first)
        assert sha256(
            loaded("# a comment\n" + text.replace("format: twofold/1", "format: 'twofold/1'  # so"))
        ) == sha256(first)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{type: number}", "{type: number, integer: false}"),
        ("{label: AB, items", "{label: AB, score: mean, min_answered: 1, formative: false, items"),
        ("from: 0, ", "from: 0x0, "),
        ("id: small", "id: small\nlanguages: [en]"),
        ("{id: one,", "{id: one, type: questions, order: fixed,"),
        ("pass: 1}", "pass: 1.0}"),
        ("generators: {g: {text: Who?}}", "generators: {g: {text: Who?, max: 5}}"),
    ],
)
def test_defaults_written_out_and_other_ways_to_write_a_number_do_not_matter(old: str, new: str) -> None:
    assert BASE.count(old) == 1
    assert sha256(loaded(BASE.replace(old, new))) == BASE_HASH


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Item a", "Item A"),
        ("[a, -b]", "[-b, a]"),
        ("[c, job, n, why]", "[job, c, n, why]"),
        ("[No, Somewhat, Yes]", "[Yes, Somewhat, No]"),
        ("from: 0", "from: 1"),
        ("pass: 1}", "pass: 0}"),
        ("version: 1.0.0", "version: 1.0.1"),
        ("{yes: {label: 'Yes'}, no: {label: 'No'}}", "{no: {label: 'No'}, yes: {label: 'Yes'}}"),
        ("show_if: a > 1", "show_if: a >= 1"),
    ],
)
def test_what_people_are_asked_and_in_which_order_does_matter(old: str, new: str) -> None:
    assert BASE.count(old) == 1
    assert sha256(loaded(BASE.replace(old, new).replace("pass: 1}", "pass: 1}"))) != BASE_HASH


def test_pages_in_another_order_are_another_instrument() -> None:
    lines = BASE.splitlines(keepends=True)
    lines[-1], lines[-2] = lines[-2], lines[-1]
    assert sha256(loaded("".join(lines))) != BASE_HASH


def test_the_canonical_form_is_json_with_sorted_keys() -> None:
    data = json.loads(canonical(loaded(BASE)))
    assert list(data) == sorted(data)
    assert data["formats"]["yesno"]["choices"] == [["yes", {"label": "Yes"}], ["no", {"label": "No"}]]
    assert data["checks"]["att"] == {"item": "c", "pass": 1}
    assert b" :" not in canonical(loaded(BASE))


def test_items_may_bear_the_grammars_own_names() -> None:
    text = (
        "{format: twofold/1, id: x, version: '1', formats: {choices: {type: text}, generators: {type: text}}, "
        "items: {choices: {format: choices}, generators: {format: generators}}, scales: {}}"
    )
    data = json.loads(canonical(loaded(text)))
    assert data["items"] == {"choices": {"format": "choices"}, "generators": {"format": "generators"}}
    assert loaded(to_yaml(loaded(text))) == loaded(text)


def test_the_shipped_instrument_survives_the_way_to_yaml_and_back() -> None:
    first = shipped("two-supports")
    again = loaded(to_yaml(first))
    assert again == first
    assert canonical(again) == canonical(first)


WORDS = st.text(
    alphabet=st.one_of(
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp", "Co", "Cn")),
        st.sampled_from("abc :#-'\"\n\t\\{}[]&*!|>%@`,?~0123456789.eE+xno"),
    ),
    min_size=1,
    max_size=30,
).filter(lambda words: words.strip() != "" and "<" not in words and "\ufeff" not in words)
NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{0,6}", fullmatch=True)
NUMBERS = st.one_of(st.integers(-1000, 1000), st.floats(-1e6, 1e6, allow_nan=False).filter(lambda x: x == x))


@st.composite
def instruments(draw: st.DrawFn) -> dict[str, Any]:
    """Data of a sound instrument without pages."""
    codes = st.from_regex(r"[A-Za-z0-9_.+-]{1,6}", fullmatch=True)
    low = draw(st.integers(-100, 100))
    choice = st.fixed_dictionaries({"label": WORDS}, optional={"score": NUMBERS})
    formats = {
        "l": {
            "type": "likert",
            "from": draw(st.integers(-3, 3)),
            "labels": draw(st.lists(WORDS, min_size=2, max_size=5)),
        },
        "c": {"type": "choice", "choices": draw(st.dictionaries(codes, choice, min_size=1, max_size=4))},
        "n": {"type": "number", "min": low, "max": low + draw(st.integers(1, 50)), "integer": draw(st.booleans())},
        "t": {"type": "text", "max_length": draw(st.integers(1, 500))},
    }
    reserved = {"id", "wave", "seconds_per_item", "missing", "channel", "device", "back_steps", "minutes", "s"}
    names = draw(st.lists(NAMES.filter(lambda n: n not in reserved), min_size=1, max_size=5, unique=True))
    items = {name: {"text": draw(WORDS), "format": draw(st.sampled_from("lcnt"))} for name in names}
    scored = [name for name in names if items[name]["format"] in "ln"]
    scales = {"s": {"label": {"en": draw(WORDS)}, "items": scored}} if scored else {}
    data = {"format": "twofold/1", "id": "x", "version": draw(st.sampled_from(["1", "1.0", "2.0.1-beta"]))}
    return {**data, "title": draw(WORDS), "formats": formats, "items": items, "scales": scales}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(instruments())
def test_any_instrument_survives_the_way_to_yaml_and_back(data: dict[str, Any]) -> None:
    first = loaded(json.dumps(data))
    again = loaded(to_yaml(first))
    assert again == first
    assert sha256(again) == sha256(first)
