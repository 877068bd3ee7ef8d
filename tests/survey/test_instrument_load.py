"""Loading instruments: what is sound loads, and each kind of mistake is named with its place and a remedy."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey.files.document import read_yaml
from survey.files.problems import FileProblems
from survey.instrument.canonical import yaml_of
from survey.instrument.load import (
    check,
    load,
    load_path,
    read_text,
    shipped,
    shipped_ids,
    shipped_plan_text,
    shipped_text,
)
from survey.instrument.model import say
from tests.support.breakage import JARGON

BASE = """\
format: twofold/1
id: small
version: 1.0.0
formats:
  agree: {type: likert, from: 1, labels: [No, Somewhat, Yes]}
  often: {type: likert, from: 0, labels: [Never, Often]}
  yesno: {type: choice, choices: {yes: {label: 'Yes'}, no: {label: 'No'}}}
  count: {type: number}
  words: {type: text}
items:
  a: {text: Item a, format: agree}
  b: {text: Item b, format: agree}
  c: {text: Item c, format: often}
  job: {text: Job?, format: yesno}
  n: {text: How many?, format: count}
  why: {text: Why?, format: words}
  near: {text: How near?, format: agree}
scales:
  ab: {label: AB, items: [a, -b]}
networks:
  ties:
    generators: {g: {text: Who?}}
    interpreters: [near]
    weak: near < 2
checks:
  att: {item: c, pass: 1}
pages:
  - {id: consent, type: consent, text: You may stop., required: true}
  - {id: one, items: [a, b], layout: matrix}
  - {id: two, items: [c, job, n, why], show_if: a > 1}
  - {id: three, network: ties, show_if: job == 'yes'}
  - {id: bye, type: feedback}
"""


def changed(*changes: tuple[str, str]) -> str:
    text = BASE
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def told(*changes: tuple[str, str]) -> list[str]:
    return [str(problem) for problem in check(changed(*changes), "s.yaml")]


def test_a_sound_file_loads_and_cannot_change() -> None:
    instrument = load(BASE, "s.yaml")
    assert check(BASE, "s.yaml") == []
    assert instrument.languages == ("en",)
    assert instrument.scales["ab"].items == ("a", "-b")
    assert instrument.format_of("c") is instrument.formats["often"]
    with pytest.raises(Exception, match="frozen"):
        instrument.id = "other"  # type: ignore[misc]
    with pytest.raises(TypeError, match="cannot change"):
        instrument.items["x"] = instrument.items["a"]  # type: ignore[index]
    with pytest.raises(TypeError, match="cannot change"):
        instrument.scales.clear()  # type: ignore[attr-defined]
    assert hash(instrument) == hash(load(BASE, "again"))
    assert pickle.loads(pickle.dumps(instrument)) == instrument


def test_an_instrument_for_data_collected_elsewhere_needs_no_texts_and_no_pages() -> None:
    instrument = load(
        "{format: twofold/1, id: data, version: '1', formats: {f: {type: number}}, items: {A1: {format: f}}, "
        "scales: {}}",
        "data.yaml",
    )
    assert instrument.pages == ()
    assert instrument.items["A1"].text is None


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "[a, -b]",
            "[a, ¦bb]",
            "item 'bb' in scale 'ab' is not defined. Define it under 'items', or did you mean 'b'?",
        ),
        ("[a, -b]", "[a, ¦-zzz]", "item 'zzz' in scale 'ab' is not defined. Define it under 'items'."),
        ("[a, -b]", "[a, b, ¦-a]", "item 'a' is twice in scale 'ab'. Delete one."),
        (
            "[a, -b]",
            "[a, ¦why]",
            "item 'why' in scale 'ab' is answered by a text: it has no number to score. Take it out.",
        ),
        (
            "[a, -b]",
            "[a, ¦job]",
            "item 'job' in scale 'ab' is answered by choices without scores: it has no number to score. "
            "Give every choice a 'score', or take it out.",
        ),
        (
            "[a, -b]",
            "[a, ¦-n]",
            "item 'n' in scale 'ab' cannot be reversed: its format declares no range. Give the format 'min' and 'max'.",
        ),
        (
            "[a, -b]",
            "[a, ¦near]",
            "item 'near' in scale 'ab' is asked about each person of a network, not once. Take it out of the scale.",
        ),
        (
            "Item a, format: agree",
            "Item a, format: ¦agre",
            "format 'agre' in item 'a' is not defined. Define it under 'formats', or did you mean 'agree'?",
        ),
        (
            "  ab: {",
            "  job: {",
            "s.yaml:19:3: 'job' cannot name a scale: it is already the name of an item. Choose another name.",
        ),
        (
            "  ab: {",
            "  wave: {",
            "s.yaml:19:3: 'wave' cannot name a scale: it is kept for the data's own columns. Choose another name.",
        ),
        (
            "scales:\n",
            "fields: {ab: {type: group}}\nscales:\n",
            "s.yaml:18:10: 'ab' cannot name a field: it is already the name of a scale. Choose another name.",
        ),
        (
            "interpreters: [near]",
            "interpreters: [near, far]",
            "s.yaml:23:26: item 'far' in the interpreters of network 'ties' is not defined. Define it under 'items'",
        ),
        (
            "interpreters: [near]",
            "interpreters: [near, near]",
            "s.yaml:23:26: item 'near' is twice in the interpreters of network 'ties'. Delete one.",
        ),
        (
            "weak: near < 2",
            "weak: near < 9",
            "s.yaml:24:18: 'weak': 9 is outside of the range of 'near'. It goes from 1 to 3.",
        ),
        (
            "weak: near < 2",
            "weak: near + 2",
            "s.yaml:24:11: 'weak': a condition is needed. Compare it with something, such as x == 1.",
        ),
        ("weak: near < 2", "weak: a < 2", "s.yaml:24:11: 'a' in 'weak' is no interpreter of network 'ties'."),
        (
            "item: c, pass: 1",
            "item: cc, pass: 1",
            "s.yaml:26:15: item 'cc' in check 'att' is not defined. Define it under 'items', or did you mean 'c'?",
        ),
        (
            "item: c, pass: 1",
            "item: c, pass: 2",
            "s.yaml:26:24: 'pass' is 2, which is no answer of item 'c'. Its answers are 0 to 1.",
        ),
        (
            "item: c, pass: 1",
            "item: job, pass: maybe",
            "s.yaml:26:26: 'pass' is 'maybe', which is no answer of item 'job'. Its answers are yes, no.",
        ),
        (
            "item: c, pass: 1",
            "item: n, pass: few",
            "s.yaml:26:24: 'pass' is a text, but item 'n' is a number. Write a number.",
        ),
        (
            "item: c, pass: 1",
            "item: why, pass: 1",
            "s.yaml:26:26: 'pass' is a number, but item 'why' is a text. Put it in quotes: '1'.",
        ),
        ("[c, job, n, why]", "[job, n, why]", "s.yaml:26:15: item 'c' of check 'att' is on no page. Put it on a page."),
        (
            "[c, job, n, why]",
            "[c, job, n, why, ¦a]",
            "item 'a' is on page 'one' and on page 'two'. Keep one.",
        ),
        ("[c, job, n, why]", "[c, job, n, ¦c, why]", "item 'c' is twice in page 'two'. Delete one."),
        (
            "[c, job, n, why]",
            "[c, job, n, ¦wy]",
            "item 'wy' in page 'two' is not defined. Define it under 'items', or did you mean 'why'?",
        ),
        (
            "[c, job, n, why]",
            "[c, job, ¦near]",
            "item 'near' on page 'two' is asked about each person of a network already. "
            "Take it off the page or out of 'interpreters'.",
        ),
        (
            "network: ties, show",
            "network: ¦tie, show",
            "network 'tie' in page 'three' is not defined. Define it under 'networks', or did you mean 'ties'?",
        ),
        ("{id: three", "{id: two", "s.yaml:31:10: page 'two' is there twice. Rename one."),
        (
            "show_if: a > 1",
            "show_if: ¦job == 'yes'",
            "'show_if' of page 'two' refers to 'job', which is on that very page. Ask it on an earlier page.",
        ),
        (
            "layout: matrix}",
            "show_if: job == 'yes'}",
            "s.yaml:29:39: 'show_if' of page 'one' refers to 'job', which is asked later. Ask it on an earlier page.",
        ),
        (
            "show_if: a > 1",
            "show_if: ¦near > 1",
            "'show_if' of page 'two' refers to 'near', which is on no page. Ask it on an earlier page.",
        ),
        (
            "show_if: a > 1",
            "show_if: ¦aa > 1",
            "item 'aa' in 'show_if' of page 'two' is not defined. Did you mean 'a'?",
        ),
        (
            "show_if: a > 1",
            "show_if: a ¦= 1",
            "'show_if': '=' is not a comparison: write '=='.",
        ),
        (
            "show_if: job == 'yes'",
            'show_if: "job == ¦1"',
            "'show_if': 'job' is not a number: it cannot be compared with 1. "
            "Compare it with a text in quotes, such as 'yes'.",
        ),
        (
            "show_if: job == 'yes'",
            "show_if: job == ¦'yess'",
            "'show_if': 'yess' is not a choice of 'job'. Did you mean 'yes'?",
        ),
        (
            "[a, b], layout",
            "[a, ¦c], layout",
            "item 'c' has format 'often', but the matrix of page 'one' has 'agree'. "
            "Move it to another page, or use 'layout: list'.",
        ),
        (
            "[a, b], layout",
            "[¦n, b], layout",
            "item 'n' cannot stand in the matrix of page 'one': it is answered by number. "
            "Use likert or choice items, or 'layout: list'.",
        ),
        (
            "type: consent, text: You may stop., required: true",
            "type: text, text: Hello",
            "s.yaml:27:1: no page asks for consent. "
            "Begin with {id: consent, type: consent, text: '…', required: true}.",
        ),
        ("text: You may stop., ", "", "s.yaml:28:5: page 'consent' is of type consent but has no text. Add 'text'."),
        (
            "required: true}",
            "required: true, ¦items: [near]}",
            "page 'consent' is of type consent and asks nothing. Move 'items' to another page.",
        ),
        (
            "{id: one, items: [a, b], layout: matrix}",
            "{id: one}",
            "s.yaml:29:5: page 'one' asks nothing. Give it 'items' or a 'network'.",
        ),
        (
            "{id: one, ",
            "{id: one, required: true, ",
            "s.yaml:29:15: 'required' is for consent pages, not for page 'one'. Write 'require: hard' instead.",
        ),
        ("{id: one, ", "{id: one, text: Hi, ", "s.yaml:29:15: page 'one' shows no 'text'. Call it 'intro'."),
        ("a: {text: Item a, ", "a: {", "s.yaml:11:6: item 'a' is asked but has no text. Add 'text'."),
        ("near: {text: How near?, ", "near: {", "s.yaml:17:9: item 'near' is asked but has no text. Add 'text'."),
        (
            "{type: number}",
            "{type: number, min: 5, max: 5}",
            "s.yaml:8:30: 'min' in 'count' is not below 'max': 5 and 5.",
        ),
        (
            "{type: text}",
            "{type: date, min: ¦'2020-01-01', max: '2019-01-01'}",
            "'min' in 'words' is not below 'max': 2020-01-01 and 2019-01-01. Make 'min' the smaller one.",
        ),
        ("[Never, Often]", "[Never]", "s.yaml:6:42: 'labels' in 'often' has only one label. Write two or more."),
        ("[Never, Often]", "[]", "s.yaml:6:42: 'labels' in 'often' is empty. Write at least one entry there."),
        ("[Never, Often]", "[Never, '']", "s.yaml:6:50: entry 2 of 'labels' in 'often' is empty. Write a text there."),
        ("[Never, Often]", "[Never, ' ']", "s.yaml:6:50: entry 2 of 'labels' in 'often' is empty. Write a text there."),
        (
            "text: Item a,",
            "text: a <b>bold</b> word,",
            "s.yaml:11:13: 'text' in 'a' looks like HTML: '<b>bold</b>'. "
            "Write plain text; put a space after '<' if it means 'less than'.",
        ),
        (
            "text: Item a,",
            'text: "Item\\ta\\u0007",',
            "s.yaml:11:13: 'text' in 'a' holds a control character (U+0007). Delete it.",
        ),
        (
            "text: Item a,",
            f"text: {'a' * 20_001},",
            "s.yaml:11:13: 'text' in 'a' is too long: 20,001 characters. At most 20,000",
        ),
        (
            "generators: {g: {text: Who?}}",
            "generators: {g: {text: Who?}}\n    between: {text: T, levels: [x, y], tied_from: 2}",
            "s.yaml:23:51: 'tied_from' is 2, but the levels go from 0 to 1. Choose one of the levels.",
        ),
        (
            "version: 1.0.0",
            "version: 1.0",
            "s.yaml:3:10: 'version' must be a text such as '1.0.0', not the number 1.0. Put it in quotes",
        ),
        (
            "version: 1.0.0",
            "version: new",
            "s.yaml:3:10: 'version' cannot be the text 'new'. It must be a text such as '1.0.0'.",
        ),
        (
            "id: small",
            "id: a study",
            "s.yaml:2:5: 'id' cannot be the text 'a study'. It must be a name of letters, digits,",
        ),
        (
            "format: twofold/1",
            "format: twofold/2",
            "s.yaml:1:9: 'format' cannot be the text 'twofold/2'. Did you mean 'twofold/1'?",
        ),
        (
            "{id: bye, type: feedback}",
            "{id: bye, type: fedback}",
            "s.yaml:32:21: 'type' in entry 5 of 'pages' cannot be the text 'fedback'. Did you mean 'feedback'?",
        ),
        (
            "{label: 'No'}",
            "{label: 'No', score: ¦yes}",
            "'score' in 'no' must be a number, not the text 'yes'.",
        ),
        ("scales:", "title:\nscales:", "s.yaml:18:1: 'title' has no value. Write one, or delete it."),
        ("  b: {", "  a: {", "s.yaml:12:3: key 'a' is already there in line 11. Delete or rename one."),
    ],
)
def test_each_mistake_is_named(old: str, new: str, problem: str) -> None:
    """``¦`` marks the place at which the problem is due, where it is not counted out."""
    if "¦" in new:
        before = changed((old, new)).split("¦")[0]
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        problem = f"s.yaml:{line}:{column}: {problem}"
    problems = told((old, new.replace("¦", "")))
    assert any(p.startswith(problem) for p in problems), problems
    assert not [p for p in problems if JARGON.search(p)]


LANGUAGES = BASE.replace("version: 1.0.0\n", "version: 1.0.0\nlanguages: [en, fr]\n")


def test_every_declared_language_must_be_there() -> None:
    assert check(LANGUAGES, "s") == []  # a plain text serves all languages
    text = LANGUAGES.replace("text: Item a,", "text: {en: Item a},").replace("[Never, Often]", "{en: [N, O], fr: [J]}")
    assert [str(p) for p in check(text, "s")] == [
        "s:7:59: 'fr' in 'labels' has 1 labels, but 'en' has 2. Write as many in every language.",
        "s:7:59: 'fr' in 'labels' has only one label. Write two or more.",
        "s:12:13: 'text' in 'a' has no text in language 'fr'. Add 'fr: …', or take it out of 'languages'.",
    ]
    text = LANGUAGES.replace("[en, fr]", "[en, en]").replace("Item a,", "{en: A, de: B},")
    assert [str(p) for p in check(text, "s")] == [
        "s:4:17: language 'en' is declared twice. Delete one.",
        "s:12:21: language 'de' of 'text' in 'a' is not declared. Add de to 'languages'.",
    ]


def test_consent_comes_first_and_once() -> None:
    page = "  - {id: consent, type: consent, text: You may stop., required: true}\n"
    moved = BASE.replace(page, "") + page
    assert "asks for consent, but is not the first page" in str(check(moved, "s")[0])
    twice = BASE + page.replace("id: consent", "id: again")
    assert [p.what for p in check(twice, "s")] == ["consent is asked for twice."]
    hidden = BASE.replace("required: true}", "required: true, show_if: a == 1}")
    assert any(p.what == "the consent page is always shown." for p in check(hidden, "s"))


def test_all_mistakes_come_at_once() -> None:
    problems = told(
        ("format: twofold/1", "fromat: twofold/1"),
        ("[No, Somewhat, Yes]", "[1, Somewhat, Yes]"),
        ("  b: {", "  a: {"),
        ("[a, -b]", "[a, -n]"),
        ("pass: 1", "pass: 9"),
        ("show_if: a > 1", "show_if: a >"),
        ("{id: bye, type: feedback}", "{id: bye, typo: feedback}"),
    )
    lines = [int(p.split(":")[1]) for p in problems]
    assert lines == sorted(lines)
    assert {1, 5, 12, 19, 26, 30, 32} <= set(lines)


def test_load_raises_with_every_problem_in_its_text() -> None:
    with pytest.raises(FileProblems) as caught:
        load(changed(("[a, -b]", "[x1, x2]")), "s.yaml")
    assert str(caught.value).count("is not defined") == 2


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    for path, word in ((tmp_path / "none.yaml", "no such file"), (tmp_path, "folder")):
        with pytest.raises(FileProblems, match=word):
            load_path(path)
    latin = tmp_path / "latin.yaml"
    latin.write_bytes(BASE.replace("Item a", "Itém a").encode("latin-1"))
    with pytest.raises(FileProblems, match="not UTF-8"):
        load_path(latin)
    huge = tmp_path / "huge.yaml"
    huge.write_bytes(b"a" * 4_000_001)
    with pytest.raises(FileProblems, match="too large"):
        read_text(huge)
    good = tmp_path / "good.yaml"
    good.write_text(BASE, encoding="utf-8")
    assert load_path(good) == load(BASE, "x")


def test_shipped_instruments_by_name() -> None:
    assert "two-supports" in shipped_ids()
    assert shipped("two-supports") is shipped("two-supports")
    assert shipped_text("two-supports").startswith("#")
    plan = shipped_plan_text("two-supports")
    assert plan is None or "twofold-plan/1" in plan
    assert shipped_plan_text("nothing") is None
    with pytest.raises(FileProblems, match="Did you mean 'two-supports'"):
        shipped("two-support")
    with pytest.raises(FileProblems):
        shipped_text("../secrets")


def test_texts_by_language() -> None:
    assert say("plain", "fr", ("en",)) == "plain"
    assert say({"en": "a", "fr": "b"}, "fr", ("en", "fr")) == "b"
    assert say({"en": "a"}, "fr", ("en", "fr")) == "a"
    assert say(None, "en", ("en",)) == ""


def parts() -> Any:
    words = st.sampled_from(["a", "b", "c", "job", "x", "-a", "yes", "agree", "likert", "a == 1", "ties", "", "<b>"])
    scalars = st.none() | st.booleans() | st.integers(-3, 9) | st.floats(-9, 9) | words
    keys = st.sampled_from(
        ["a", "text", "format", "type", "items", "label", "labels", "choices", "from", "min", "en", "id"]
    )
    keys |= st.sampled_from(
        ["interpreters", "weak", "network", "show_if", "pass", "item", "generators", "levels", "between"]
    )
    return st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4), max_leaves=10
    )


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from([*read_yaml(BASE, "x").data]),
    st.sampled_from(["", "a", "one"]),
    parts(),
)
def test_no_content_whatever_raises(section: str, key: str, content: Any) -> None:
    data = read_yaml(BASE, "x").data
    if key and isinstance(data[section], dict):
        data[section][key] = content
    elif key and isinstance(data[section], list):
        data[section].append(content)
    else:
        data[section] = content
    problems = check(yaml_of(data), "x")
    assert not [p for p in problems if JARGON.search(str(p))]
