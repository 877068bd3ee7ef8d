"""Versions of an instrument: what a change does, and one instrument for the answers to all of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.dataset.harmonise import VERSION, Harmonised, harmonise
from survey.instrument.canonical import sha256, to_yaml
from survey.instrument.compare import Change, compare, recoded
from survey.instrument.load import load
from survey.instrument.merge import span, together
from survey.instrument.model import Instrument
from tests.survey.store_support import TEXT as WITH_MATRIX

TEXT = WITH_MATRIX.replace("layout: matrix, ", "")
FIRST = load(TEXT, "first")


def changed(*edits: tuple[str, str], version: str = "1.1.0") -> Instrument:
    text = TEXT.replace("version: 1.0.0", f"version: {version}")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    return load(text, "changed")


def told(after: Instrument) -> set[tuple[str, str, str]]:
    return {(change.kind, change.part, change.name) for change in compare(FIRST, after)}


def test_the_same_instrument_has_no_changes() -> None:
    assert compare(FIRST, FIRST) == ()
    assert compare(FIRST, changed()) == ()


def test_an_item_reworded_added_or_removed() -> None:
    after = changed(
        ("a1: {text: First,", "a1: {text: The first,"),
        ("  remark: {text: Anything else?, format: words}\n", "  note: {text: A note?, format: words}\n"),
        ("remark]", "note]"),
    )
    assert {("reworded", "item", "a1"), ("added", "item", "note"), ("removed", "item", "remark")} <= told(after)
    removed = next(change for change in compare(FIRST, after) if change.kind == "removed")
    assert removed == Change("removed", "item", "remark", item="remark")


def test_a_choice_removed_keeps_the_column_and_another_range_makes_a_new_one() -> None:
    fewer = changed(("peer: {label: Peer}, ", ""))
    assert told(fewer) == {("removed", "choice", "roles.peer")}
    assert [c.code for c in compare(FIRST, fewer)] == ["peer"]
    both = harmonise([FIRST, fewer])
    assert list(both.instrument.format_of("roles").choices) == ["friend", "other", "peer"]  # type: ignore[union-attr]
    longer = changed(
        ("[Never, Rarely, Sometimes, Often, Always]", "[Never, Rarely, Sometimes, Often, Very often, Always]")
    )
    assert recoded(FIRST, longer) == {"a1", "a2", "a3", "a4", "att1", "d1"}
    assert "likert (1 to 5) before, likert (1 to 6) now" in {c.detail for c in compare(FIRST, longer)}


def test_labels_in_another_order_recode_and_labels_in_other_words_do_not() -> None:
    turned = changed(("[Never, Rarely, Sometimes, Often, Always]", "[Always, Often, Sometimes, Rarely, Never]"))
    assert "a1" in recoded(FIRST, turned)
    words = changed(("[Never, Rarely, Sometimes, Often, Always]", "[Not once, Rarely, Sometimes, Often, Always]"))
    assert recoded(FIRST, words) == frozenset()
    assert ("reworded", "labels", "a1") in told(words)


def test_wider_bounds_hold_both_and_a_score_changed_recodes() -> None:
    after = changed(("{type: number, min: 16, max: 99, integer: true}", "{type: number, min: 18, max: 120}"))
    assert told(after) == {("changed", "format", "age")}
    held = harmonise([FIRST, after]).instrument.format_of("age")
    assert (held.min, held.max, held.integer) == (16, 120, False)  # type: ignore[union-attr]
    assert recoded(FIRST, changed(("score: 1}, no", "score: 2}, no"))) == {"employed", "d2"}


def test_a_scale_with_another_key_is_there_once_a_key() -> None:
    after = changed(("items: [a1, a2, a3, -a4]", "items: [a1, a2, a3]"))
    assert told(after) == {("rescored", "scale", "a")}
    assert next(iter(compare(FIRST, after))).detail == "without -a4"
    both = harmonise([FIRST, after])
    assert {n: s.versions for n, s in both.instrument.scales.items()} == {"a": ("1.1.0",), "a_v1_0_0": ("1.0.0",)}
    assert both.instrument.scales["a_v1_0_0"].items == ("a1", "a2", "a3", "-a4")
    assert any("a_v1_0_0" in note for note in both.notes)


def test_recoded_items_get_columns_of_their_own_and_their_scale_follows() -> None:
    after = changed(("a1: {text: First, format: agree5}", "a1: {text: First, format: yn}"))
    both = harmonise([FIRST, after])
    assert both.columns[sha256(FIRST)]["a1"] == "a1_v1_0_0"
    assert both.columns[sha256(after)]["a1"] == "a1"
    assert both.instrument.scales["a"].items[0] == "a1"
    assert both.instrument.scales["a_v1_0_0"].items[0] == "a1_v1_0_0"
    assert both.instrument.fields[VERSION].type == "category"
    assert both.names == {sha256(FIRST): "1.0.0", sha256(after): "1.1.0"}


def test_one_version_is_left_as_it_is_and_two_of_one_number_are_told_apart() -> None:
    assert harmonise([FIRST]).instrument == FIRST
    assert harmonise([FIRST, FIRST]).instrument == FIRST
    again = changed(("a1: {text: First, format: agree5}", "a1: {text: First, format: yn}"), version="1.0.0")
    both = harmonise([FIRST, again])
    assert len(set(both.names.values())) == 2
    assert all(name.startswith("1.0.0+") for name in both.names.values())


def test_what_only_an_earlier_version_asked_keeps_its_name() -> None:
    after = changed(("  remark: {text: Anything else?, format: words}\n", ""), (", remark]", "]"))
    both = harmonise([FIRST, after])
    assert "remark" in both.instrument.items
    assert both.columns[sha256(FIRST)]["remark"] == "remark"
    assert "remark" not in both.columns[sha256(after)]


EDITS: tuple[tuple[str, str], ...] = (
    ("[Never, Rarely, Sometimes, Often, Always]", "[No, Yes]"),
    ("peer: {label: Peer}, ", ""),
    ("a1: {text: First, format: agree5}", "a1: {text: First, format: hours}"),
    ("min: 16, max: 99, integer: true", "min: 10, max: 90"),
    ("items: [a1, a2, a3, -a4]", "items: [a1, -a2]"),
    ("d1: {text: Work is hard, format: agree5}", "d1: {text: Work is hard, format: roles}"),
    ("far: {text: How many hours away?, format: hours}", "far: {text: How many hours away?, format: words}"),
)


@given(st.lists(st.sets(st.integers(0, len(EDITS) - 1)), min_size=1, max_size=4))
def test_any_sequence_of_versions_has_one_place_for_every_answer(history: list[set[int]]) -> None:
    versions = []
    for number, edits in enumerate(history):
        text = TEXT.replace("version: 1.0.0", f"version: 1.{number}.0").replace("pass: 4", "pass: 1")
        for edit in sorted(edits):
            text = text.replace(*EDITS[edit])
        text = text.replace("min: 16, max: 99, integer: true", "min: 16, max: 99") if 3 in edits else text
        versions.append(load(text, "version"))
    both = harmonise(versions)
    _holds_every_answer(both, versions)
    assert load(to_yaml(both.instrument), "again") == both.instrument


def _holds_every_answer(both: Harmonised, versions: list[Instrument]) -> None:
    for version in versions:
        columns = both.columns[sha256(version)]
        assert set(columns) == set(version.items)
        assert len(set(columns.values())) == len(columns)
        for item, column in columns.items():
            fmt = version.format_of(item)
            assert together(fmt, both.instrument.format_of(column)) is not None, (item, column)
    assert set(versions[-1].items) <= set(both.instrument.items)


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ("a1", "1 to 5"),
        ("age", "16 to 99"),
        ("roles", "'peer', 'friend', 'other'"),
        ("since", "any"),
        ("remark", "words"),
    ],
)
def test_what_a_format_allows_in_words(item: str, words: str) -> None:
    assert span(FIRST.format_of(item)) == words
