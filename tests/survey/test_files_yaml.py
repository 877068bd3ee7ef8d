"""Reading YAML: values by the core schema, every place, and one clear problem for each file that cannot be read."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field

from survey.files import document as reader
from survey.files.problems import FileProblems, Problem
from survey.files.yaml import decode, read_yaml, scan_yaml, validate
from tests.support.breakage import JARGON


def refused(text: str) -> tuple[Problem, ...]:
    with pytest.raises(FileProblems) as caught:
        read_yaml(text, "x.yaml")
    return caught.value.problems


def one(text: str) -> Problem:
    problems = refused(text)
    assert len(problems) == 1
    return problems[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("12", 12),
        ("-3", -3),
        ("0o17", 15),
        ("0x1F", 31),
        ("017", 17),
        ("1.50", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1_000", "1_000"),
        ("2026-01-31", "2026-01-31"),
        ("12:30", "12:30"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("!!str 12", "12"),
        ('"\\ud83d\\ude00"', "\U0001f600"),
        ("a # comment", "a"),
        ("9" * 400, float("inf")),
    ],
)
def test_scalars_follow_the_core_schema(written: str, value: object) -> None:
    assert read_yaml(f"key: {written}", "x").data == {"key": value}


def test_keys_are_text_as_written() -> None:
    assert read_yaml("{-99: a, yes: b, 1: c}", "x").data == {"-99": "a", "yes": "b", "1": "c"}


def test_every_value_and_key_has_its_place() -> None:
    text = "a: 1\nb:\n  - x\n  - {c: [y, 'zé'], d: 2}\ne:\n"
    document = read_yaml(text, "x")
    assert document.data == {"a": 1, "b": ["x", {"c": ["y", "zé"], "d": 2}], "e": None}
    assert document.place(("a",)) == (1, 4)
    assert document.place(("a",), key=True) == (1, 1)
    assert document.place(("b", 0)) == (3, 5)
    assert document.place(("b", 1)) == (4, 5)
    assert document.place(("b", 1, "c", 1)) == (4, 13)
    assert document.place(("b", 1, "d"), key=True) == (4, 20)
    assert document.place(("e",)) == (5, 1)
    assert document.place(("b", 1, "not there", "nor this")) == (4, 5)
    assert document.place(("nothing",)) == (1, 1)


def test_places_within_a_text_know_quotes_and_escapes() -> None:
    document = read_yaml("a: 'it''s x'\nb: plain x\nc: \"a\\\"b x\"\nd: |\n  many\n  lines\n", "x")
    for key, line in (("a", 1), ("b", 2), ("c", 3)):
        at = document.data[key].index("x")
        place = document.within((key,), at)
        assert place[0] == line
        assert document.lines[line - 1][place[1] - 1] == "x"
    assert document.within(("d",), 3) == document.place(("d",))


def test_all_duplicate_keys_are_named() -> None:
    problems = refused("a: 1\nb: {c: 1, c: 2}\na: 3\n")
    assert [(p.line, p.column) for p in problems] == [(2, 11), (3, 1)]
    assert str(problems[1]) == "x.yaml:3:1: key 'a' is already there in line 1. Delete or rename one."
    document, found = scan_yaml("a: 1\na: 2\n", "x")
    assert document.data == {"a": 1}
    assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("a: [1", 1, 6, "bracket"),
        ('a: "x', 1, 4, "quotation mark"),
        ("a: 1\nb: 'x\nc: 2\n", 2, 4, "quotation mark"),
        ("a: b: c", 1, 5, "':'"),
        ("a:\n\tb: 1", 2, 1, "tabs"),
        ("a: 1\n b: 2", 2, 3, "':'"),
        ("a: 'x' y\n", 1, 8, "stands before"),
        ("a: *b", 1, 4, "refers to nothing"),
        ("a: &x [*x]", 1, 8, "refers to nothing"),
        ("a: !!python/object x", 1, 4, "type tag"),
        ("a: !new x", 1, 4, "type tag"),
        ("a: 1\n---\nb: 2", 2, 1, "second document"),
        ("a: b\x07", 1, 5, "control character"),
        ("? [a]\n: b", 1, 3, "cannot be a key"),
        ("@x: 1", 1, 1, "special character"),
        ('a: "\\ud800x"', 1, 4, "half"),
        ("[" * 100, 1, 32, "nested"),
        ("", 0, 0, "empty"),
        ("# only this\n", 0, 0, "empty"),
        ("---\n...\n", 0, 0, "empty"),
    ],
)
def test_what_cannot_be_read_is_one_clear_problem(text: str, line: int, column: int, word: str) -> None:
    problem = one(text)
    assert (problem.line, problem.column) == (line, column)
    assert word in str(problem)
    assert problem.remedy
    assert not JARGON.search(str(problem).replace("the type tag", ""))


def test_aliases_may_repeat_but_not_explode() -> None:
    assert read_yaml("a: &x {b: 1}\nc: *x", "x").data == {"a": {"b": 1}, "c": {"b": 1}}
    bomb = "a: &a [1, 1]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 20)}]\n" for old, new in zip("abcde", "bcdef", strict=True)
    )
    assert "too many values" in one(bomb).what


def test_a_file_may_not_be_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_CHARACTERS", 20)
    assert "too large" in one("a: this is much too long").what


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read_yaml("\ufeffa: 1", "x").data == {"a": 1}
    assert decode(b"\xef\xbb\xbfa: 1", "x") == "a: 1"


def test_bytes_that_are_not_utf8_are_named_with_their_place() -> None:
    with pytest.raises(FileProblems) as caught:
        decode("a: 1\nb: é".encode("latin-1"), "x.yaml")
    assert str(caught.value) == "x.yaml:2:4: the file is not UTF-8 text: this byte cannot be read. Save it as UTF-8."


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab:-[]{}'\"#&*!|>\n\t ,?@%é\x00\x85\u2028", max_size=40))
def test_no_text_whatever_raises_anything_else(text: str) -> None:
    with suppress(FileProblems):
        read_yaml(text, "x")


class Leaf(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["leaf"]
    size: float = Field(1, gt=0, le=10)
    colour: Literal["red", "green"] | None = None


class Twig(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["twig"]
    leaves: list[Leaf] = Field(min_length=1)


class Tree(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=2, max_length=8)
    height: float | str
    flag: bool = False
    parts: list[Leaf | Twig] = []
    errors: Literal["HC3"] | dict[str, str] | None = None
    either: list[str] | Literal["all"] = "all"


def problems_of(text: str) -> list[str]:
    document = read_yaml(text, "t")
    model, problems = validate(document, Tree)
    assert (model is None) == bool(problems)
    assert not [p for p in problems if JARGON.search(str(p))]
    return [str(p) for p in problems]


def test_a_sound_file_gives_the_model() -> None:
    assert problems_of("{name: oak, height: 3, errors: {cluster: team}, either: [a], parts: [{kind: leaf}]}") == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{name: oak}", "t:1:1: key 'height' is missing. Add 'height': a number or a text."),
        ("{name: oak, heigth: 3}", "t:1:13: key 'heigth' is not known. Did you mean 'height'?"),
        ("{name: oak, height: [1]}", "t:1:21: 'height' must be a number or a text, not a list."),
        ("{name: 7, height: 1}", "t:1:8: 'name' must be a text, not the number 7. Put it in quotes: '7'."),
        ("{name: o, height: 1}", "t:1:8: 'name' is too short."),
        ("{name: ooooooooooo, height: 1}", "t:1:8: 'name' is too long: 11 characters. At most 8 are allowed."),
        ("{name: '', height: 1}", "t:1:8: 'name' is empty. Write a text there."),
        ("{name: oak, height: 1, flag: 1}", "t:1:30: 'flag' must be true or false, not the number 1."),
        ("{name: oak, height: 1, either: any}", "t:1:32: 'either' must be a list or 'all', not the text 'any'."),
        ("{name: oak, height: 1, errors: HC4}", "t:1:32: 'errors' must be 'HC3' or a group of"),
        (
            "{name: oak, height: 1, errors: {cluster: 1}}",
            "t:1:42: 'cluster' in 'errors' must be a text, not the number 1.",
        ),
        ("{name: oak, height: 1, either: [1]}", "t:1:33: entry 1 of 'either' must be a text, not the number 1."),
        ("{name: oak, height: .nan, flag:}", "t:1:27: 'flag' must be true or false, not nothing."),
        ("{name: oak, height: 1, errors: }", "t:1:24: 'errors' has no value. Write one, or delete it."),
        ("[a]", "t:1:1: the file must be a group of 'key: value' entries, not a list."),
        ("just words", "t:1:1: the file must be a group of 'key: value' entries, not the text 'just words'."),
    ],
)
def test_problems_are_plain(text: str, told: str) -> None:
    assert any(problem.startswith(told) for problem in problems_of(text)), problems_of(text)


def test_alternatives_without_a_discriminator_name_the_one_that_was_meant() -> None:
    told = problems_of("{name: oak, height: 1, parts: [{kind: twig, leaves: [{kind: leaf, size: 11}]}]}")
    assert told == ["t:1:73: 'size' in entry 1 of 'leaves' in entry 1 of 'parts' is 11. It must be at most 10."]


def test_what_stands_under_a_misspelt_key_is_checked_too() -> None:
    told = problems_of("nmae: 7\nheight: 1\npartz:\n- kind: leaf\n  sise: 0\n")
    assert [t.split(":")[1] for t in told] == ["1", "1", "3", "5", "5"]


def test_a_problem_says_where() -> None:
    assert str(Problem("f", 0, 0, "it is bad.")) == "f: it is bad."
    assert str(Problem("f", 2, 3, "it is bad.", "Mend it.")) == "f:2:3: it is bad. Mend it."
    error = FileProblems([Problem("f", 9, 1, "b"), Problem("f", 2, 1, "a")])
    assert [p.line for p in error.problems] == [2, 9]
    assert isinstance(error, ValueError)


def any_data() -> Any:
    scalars = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-9, 9) | st.text("abkindlefszw ", max_size=6)
    names = st.sampled_from(["name", "height", "flag", "parts", "kind", "leaves", "size", "errors", "either", "x"])
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4), max_leaves=12
    )


@settings(max_examples=200, deadline=None)
@given(any_data())
def test_no_data_whatever_raises_or_speaks_jargon(data: Any) -> None:
    from survey.files.document import Document

    model, problems = validate(Document("x", data), Tree)
    assert (model is None) == bool(problems)
    assert not [p for p in problems if JARGON.search(str(p))]
