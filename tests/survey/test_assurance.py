"""What a launch asks for: kept with who said it, refused where something is left open, corrected by a later word."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from survey.assurance import LONGEST, SIMULATED, Assured, latest, needed, words_of
from survey.errors import NotFoundError, StudyError
from survey.instrument.load import load
from survey.instrument.reachable import without_contact
from survey.store import Store
from tests.support.browser import ROOT
from tests.survey.store_support import TEXT

THREE = TEXT.replace("languages: [en]", "languages: [en, fr, de]").replace("title: {en: A small study}", "title: Small")
SAID = Assured(
    ethics=" REC 2026/12 ",
    distress="The study's team",
    translations={"fr": ("committee", "Three people."), "de": ("none", "A native speaker will read it.")},
)


@pytest.fixture
def draft(store: Store) -> Store:
    store.studies.create("small", THREE)
    return store


def test_a_launch_is_refused_until_all_is_said_and_says_all_that_is_missing(draft: Store) -> None:
    with pytest.raises(StudyError) as found:
        draft.studies.launch("small", Assured(ethics="  "), "lead")
    told = str(found.value)
    assert len(told.splitlines()) == 1
    for part in ("(--ethics NUMBER)", "(--no-ethics REASON)", "(--distress WORDS)", "translation into fr", "into de"):
        assert part in told
    half = {"fr": SAID.translations["fr"], "de": ("none", " ")}
    with pytest.raises(StudyError, match=r"Still to be said: how the translation into de was reviewed \(--tr\S+ de="):
        draft.studies.launch("small", replace(SAID, translations=half), "lead")
    assert draft.studies.get("small").status == "draft"
    assert draft.assurances.list("small") == ()  # nothing is kept of a step that was refused
    assert draft.studies.launch("small", SAID, "lead").status == "live"
    kept = draft.assurances.list("small")
    assert [(one.kind, one.language, one.answer, one.words, one.actor) for one in kept] == [
        ("ethics", "", "approved", "REC 2026/12", "lead"),
        ("distress", "", "", "The study's team", "lead"),
        ("translation", "fr", "committee", "Three people.", "lead"),
        ("translation", "de", "none", "A native speaker will read it.", "lead"),
    ]
    assert [words_of(one) for one in kept[2:]] == [
        "discussed in a committee: Three people.",
        "not reviewed yet: A native speaker will read it.",
    ]


def test_a_pilot_asks_for_nothing_and_what_was_said_before_counts(draft: Store) -> None:
    draft.studies.set_status("small", "pilot")
    draft.assurances.add("small", replace(SAID, ethics="", distress=""))
    with pytest.raises(StudyError, match=r"number of the ethics approval.*distress") as found:
        draft.studies.launch("small", Assured())
    assert "translation" not in str(found.value)
    draft.studies.launch("small", SIMULATED)
    assert [one.answer for one in draft.assurances.list("small")] == ["committee", "none", "not-needed", ""]
    draft.studies.set_status("small", "closed")
    assert draft.studies.launch("small", Assured()).status == "live"  # opened again: said already


def test_a_later_word_holds_and_the_earlier_one_stays(draft: Store) -> None:
    draft.assurances.add("small", SAID, "lead")
    assert len(draft.assurances.add("small", SAID, "lead")) == 4  # the same once more is nothing new
    reviewed = Assured(no_ethics="It was withdrawn.", translations={"de": ("native-speaker", "Read by one.")})
    every = draft.assurances.add("small", reviewed, "second")
    assert len(every) == 6
    now = latest(every)
    assert (now["ethics", ""].answer, words_of(now["ethics", ""])) == ("not-needed", "none needed: It was withdrawn.")
    assert (now["translation", "de"].words, now["translation", "de"].actor) == ("Read by one.", "second")
    assert set(now) == set(needed(draft.studies.get("small").instrument))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (Assured(translations={"en": ("none", "x")}), "'en' is no further language"),
        (Assured(translations={"es": ("none", "x")}), "There are: fr, de"),
        (Assured(translations={"fr": ("guess", "x")}), "'guess' is no way to review"),
        (Assured(distress="x" * (LONGEST + 1)), "distress is longer than 2,000"),
    ],
)
def test_what_cannot_be_said(draft: Store, said: Assured, told: str) -> None:
    with pytest.raises(StudyError, match=told):
        draft.assurances.add("small", said)
    assert draft.assurances.list("small") == ()
    with pytest.raises(NotFoundError):
        draft.assurances.add("none", said)


def test_a_draft_goes_with_what_was_said_of_it(draft: Store) -> None:
    draft.assurances.add("small", SAID)
    draft.studies.delete("small")
    assert draft.studies.list() == []


@pytest.mark.parametrize(
    ("words", "reached"),
    [
        ("Write to study@example.org.", True),
        ("See https://example.org/help", True),
        ("Call 116 123, day and night.", True),
        ("Call +33 (0)1 23 45.", True),
        ("It takes 18 minutes and ends in 2026, on 2026-12-31, for 10,000 people.", False),
        ("Write to [your name and e-mail address].", False),
    ],
)
def test_whom_respondents_can_reach_is_looked_for(words: str, reached: bool) -> None:
    for at in ("text: Do you agree?", "{id: thanks, type: feedback"):
        new = f"text: '{words}'" if at.startswith("text") else f"{at}, text: '{words}'"
        assert without_contact(load(TEXT.replace(at, new), "small")) == (() if reached else ("en",))


def test_each_language_must_say_whom_to_reach() -> None:
    consent = "text: {en: 'Do you agree? study@example.org', fr: 'D’accord ?'}"
    two = THREE.replace(", de]", "]")
    assert without_contact(load(two.replace("text: Do you agree?", consent), "small")) == ("fr",)


def test_no_command_and_no_page_takes_a_step_without_knowing_of_launches() -> None:
    """Only a program whose respondents are made up may go live by ``set_status``."""
    found = {}
    for path in [*(ROOT / "commands").glob("*.py"), *(ROOT / "views").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef):
                called = {getattr(one.func, "attr", "") for one in ast.walk(node) if isinstance(one, ast.Call)}
                if called & {"set_status", "launch"}:
                    found[path.name] = called & {"set_status", "launch"}
    assert found == {
        "study.py": {"set_status", "launch"},
        "steps.py": {"set_status", "launch"},
        "opening.py": {"launch"},
    }
