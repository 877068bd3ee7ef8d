"""Earlier answers in texts: said in words, escaped, checked when the file is loaded, and never run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answers import Answer
from survey.dataset.missing import Missing
from survey.instrument.load import check, load
from survey.instrument.pipes import PipeError, bare, filled, pieces
from survey.store import Store, open_store
from tests.support.browser import ROOT
from tests.views.test_plain_survey import Browser
from views.plain import survey
from views.respondent.piped import told
from views.respondent.view import page_view

TEXT = (ROOT / "tests" / "support" / "every_format.yaml").read_text("utf-8")
KINDS = load(TEXT, "kinds")
PIPED = (
    TEXT.replace("title: {en: Your feelings", "title: {en: 'Feelings {place}'")
    .replace("en: I am calm.", "en: 'I am calm in {hours} hours {{so}}.'")
    .replace("title: {en: The rest", "title: {en: 'Rest of {ways}'")
    .replace("en: [Very bad, Very good]", "en: ['Bad {hours}', 'Good {place}']")
)


@pytest.mark.parametrize(
    ("answers", "item", "english", "french"),
    [
        ({"place": "home"}, "place", "At home", "À la maison"),
        ({"place": "else", "place.other_text": "a\n b"}, "place", "a\n b", "a\n b"),
        ({"place": "else", "place.other_text": Missing.SKIPPED}, "place", "Somewhere else, please specify", None),
        ({"ways": ("mail", "none")}, "ways", "By mail, None of these", "Par courrier, Aucune de ces réponses"),
        ({"hours": 12345.5}, "hours", "12\u202f345.5", "12\u202f345,5"),
        ({"calm": 5.0}, "calm", "Strongly agree", "Tout à fait d’accord"),
        ({"began": "2020-02-01"}, "began", "1 February 2020", "1er février 2020"),
        ({"called": " two\n\nlines "}, "called", "two lines", "two lines"),
        ({"matters": ("time", "pay", "people")}, "matters", "Time, Pay, People", "Temps, Salaire, Les gens"),
        ({"place": Missing.REFUSED}, "place", "…", "…"),
        ({}, "place", "…", "…"),
    ],
)
def test_an_answer_in_words(answers: dict[str, Answer], item: str, english: str, french: str | None) -> None:
    assert told(KINDS, item, answers, "en") == english
    if french is not None:
        assert told(KINDS, item, answers, "fr") == french


@given(st.text(alphabet="{}ab 1_", max_size=30))
def test_a_text_is_cut_into_pieces_that_cover_it(text: str) -> None:
    stray = _stray(text)
    if stray is not None:
        assert filled(text, lambda name: "X") == text
        assert text[stray] in "{}"
        return
    cut = list(pieces(text))
    starts = [at for _, _, at in cut]
    assert starts == sorted(set(starts))
    for (words, name, at), end in zip(cut, [*starts, len(text)][1:], strict=True):
        assert text[at:end] in (words, words * 2) if name is None else text[at:end].strip("{} ") == name
    assert bare(text) == "".join(words if name is None else f"[{name}]" for words, name, _ in cut)


def _stray(text: str) -> int | None:
    try:
        list(pieces(text))
    except PipeError as error:
        return error.at
    return None


@given(st.text(max_size=40))
def test_braces_that_are_doubled_come_out_single(text: str) -> None:
    assert filled(text.replace("{", "{{").replace("}", "}}"), lambda name: "X") == text


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'piped.db'}", key=b"k" * 32)
    opened.studies.create("piped", PIPED)
    opened.studies.set_status("piped", "live")
    monkeypatch.setattr(survey, "store", lambda: opened)
    monkeypatch.setenv("TWOFOLD_TRUST_PROXY", "1")
    yield opened
    opened.close()


NASTY = "<script>alert(1)</script>{{ 7919*7907 }}{hours}"


def test_answers_stand_escaped_in_both_renderers(store: Store) -> None:
    there = Browser(**{"Accept-Language": "en"}).open("/study/piped").send({"consent": "yes"})
    work = {"place": "else", "place.other_text": NASTY, "ways": ["own", "mail"], "ways.other_text": "by {place}"}
    there.send({**work, "hours": "37,5"})
    assert there.page == "feelings"
    assert "<script>" not in there.text
    assert "Feelings &lt;script&gt;alert(1)&lt;/script&gt;{{ 7919*7907 }}{hours}" in there.text
    assert "I am calm in 37.5 hours {so}." in there.text
    assert str(7919 * 7907) not in there.text
    session = store.respond.enter(there.token)
    assert session is not None
    view = page_view(session, "rest")
    # The component puts every text in by textContent; what an answer holds is never filled in turn.
    assert view["heading"] == "Rest of By mail, by {place}"
    assert view["blocks"][0]["items"][0]["ends"] == ["Bad 37.5", f"Good {NASTY}"]


def test_an_answer_that_is_hidden_counts_as_none(store: Store) -> None:
    session = store.respond.begin("piped", "n")
    assert page_view(session, "feelings")["heading"] == "Feelings …"


@pytest.mark.parametrize(
    ("old", "new", "told_"),
    [
        ("en: Your work", "en: 'Your {hours}'", "not surely known yet"),
        ("en: Your work", "en: 'Your {place}'", "not surely known yet"),
        ("en: The rest", "en: 'The {remark}'", "not surely known yet"),
        ("en: The rest", "en: 'The {plaice}'", "is not defined"),
        ("fr: Le reste", "fr: 'Le { reste'", "opens no name"),
        ("en: The rest", "en: 'The }'", "opens no name"),
        ("en: The rest", "en: 'The {a.b}'", "opens no name"),
        ("en: The rest", "en: 'The {}'", "opens no name"),
        ("en: Strongly disagree, Disagree", "en: Strongly disagree, Disagree", ""),
        ("unit: {en: hours", "unit: {en: '{calm}'", "not surely known yet"),
        ("label: {en: By mail", "label: {en: '{nobody}'", "is not defined"),
    ],
)
def test_what_cannot_be_known_is_told_with_its_place(old: str, new: str, told_: str) -> None:
    if not told_:
        assert check(PIPED, "piped.yaml") == []
        return
    broken = TEXT.replace(old, new, 1)
    assert broken != TEXT
    found = [problem for problem in check(broken, "piped.yaml") if told_ in problem.what]
    assert found
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if new in text)
    assert found[0].line == line
    at = broken.splitlines()[line - 1][found[0].column - 1]
    assert at in "{}"


def test_people_of_a_network_are_never_put_into_texts() -> None:
    little = (ROOT / "tests" / "support" / "little.yaml").read_text("utf-8")
    for name in ("ties", "g1"):
        broken = little.replace("title: {en: Last}", f"title: {{en: 'Last {{{name}}}'}}")
        told_ = [problem.what for problem in check(broken, "l.yaml")]
        assert told_ == [f"'{{{name}}}' on page 'end' is about people who were named."]
