"""Writing a questionnaire in the app: drafts, mistakes, saving, beginning anew from every source."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.testing.v1 import AppTest

from survey.exchange.convert import convert
from survey.instrument.load import shipped_text
from survey.store import Store, User
from tests.views.researcher_support import FILLED, again, fill, open_page, people, temporary_store, words
from views.components import editor_module, editor_path
from views.researcher import editor as editing
from views.researcher.editor import Edited
from views.researcher.preview import place_name
from views.respondent.drafts import Drafts

Patch = pytest.MonkeyPatch
SUPPORT = Path(__file__).resolve().parent.parent / "support"
LITTLE = (SUPPORT / "little.yaml").read_text("utf-8")
EVERY = (SUPPORT / "every_key.yaml").read_text("utf-8")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: Patch) -> Iterator[Store]:
    yield from temporary_store(tmp_path, monkeypatch)


@pytest.fixture
def owner(store: Store) -> User:
    return people(store)["owner"]


@pytest.fixture(autouse=True)
def drafts(monkeypatch: Patch) -> Drafts:
    own = Drafts()
    for module in ("pages.edit", "begin", "revise"):
        monkeypatch.setattr(f"views.researcher.{module}.DRAFTS", own)
    return own


def typing(monkeypatch: Patch, text: str = "", page: str | None = None) -> None:
    """What the editor gives back in the runs to come: as if this had been typed, or this page been asked for."""

    def typed(draft: object) -> Edited:
        return Edited(text or draft.text, page)  # type: ignore[attr-defined]

    monkeypatch.setattr("views.researcher.pages.edit.editor", typed)


def shown(page: AppTest, name: str) -> dict[str, object]:
    """The data of one of our components on the page."""

    def walk(node: object) -> Iterator[BidiComponent]:
        for child in getattr(node, "children", {}).values():
            if isinstance(child.proto, BidiComponent) and child.proto.component_name.endswith(name):
                yield child.proto
            yield from walk(child)

    (found,) = walk(page.main)
    return json.loads(found.json)  # type: ignore[no-any-return]


def press(page: AppTest, label: str) -> AppTest:
    return again(next(b for b in page.button if b.label == label).click())


# --- editing ---


def test_the_editor_gets_every_problem_with_its_page(owner: User, monkeypatch: Patch) -> None:
    broken = EVERY.replace("items: [works, reach, often]", "items: [works, nowhere, reach, often]").replace(
        "licence: CC0-1.0", "license: CC0-1.0"
    )
    draft = Drafts().begin(owner, broken)
    got: dict[str, object] = {}

    def component(**given: object) -> dict[str, object]:
        got.update(given["data"])  # type: ignore[call-overload]
        return {"text": {"text": "typed", "revision": draft.key}, "look": {"page": "job"}}

    monkeypatch.setattr(editing, "_component", lambda: component)
    monkeypatch.setattr(editing, "st", SimpleNamespace(session_state={}))
    assert editing.editor(draft) == Edited("typed", "job")
    assert got["status"] == "2 mistakes."
    line = next(n for n, text in enumerate(broken.splitlines(), 1) if "nowhere" in text)
    told = [(p["line"], p["page"], p["text"].split()[0]) for p in got["problems"]]  # type: ignore[attr-defined]
    assert told == [(7, None, "Key"), (line, "job", "Item")]

    def other(**given: object) -> dict[str, object]:
        return {"text": {"text": "of an earlier draft", "revision": "older"}, "look": {"line": line}}

    monkeypatch.setattr(editing, "_component", lambda: other)
    assert editing.editor(draft) == Edited(broken, "job")


def test_a_draft_is_saved_only_as_something_valid(owner: User, store: Store, monkeypatch: Patch) -> None:
    store.studies.create("s", LITTLE, "S")
    before = store.studies.get("s").instrument_hash
    typing(monkeypatch, LITTLE.replace("format: twofold/1", "format: twofold/9"))
    page = open_page("edit", owner, monkeypatch, name="s")
    assert "Not saved yet" in words(page)
    press(page, "Save")
    assert "nothing was changed" in words(page)
    assert store.studies.get("s").instrument_hash == before
    typing(monkeypatch, LITTLE.replace("version: 1.0.0", "version: 1.0.1"))
    press(again(page), "Save")
    assert store.studies.get("s").instrument.version == "1.0.1"
    assert "Not saved yet" not in words(again(page))


def test_changes_that_are_not_saved_wait_and_can_be_discarded(
    owner: User, store: Store, drafts: Drafts, monkeypatch: Patch
) -> None:
    store.studies.create("s", LITTLE, "S")
    changed = LITTLE.replace("version: 1.0.0", "version: 1.0.1")
    typing(monkeypatch, changed)
    open_page("edit", owner, monkeypatch, name="s")
    typing(monkeypatch)
    page = open_page("edit", owner, monkeypatch, name="s")  # another tab, or the same after a reload
    waiting = drafts.of(owner, "s")
    assert waiting is not None
    assert waiting.text == changed
    press(page, "Discard the changes")
    fresh = drafts.of(owner, "s")
    assert fresh is not None
    assert fresh.text == LITTLE
    assert store.studies.get("s").instrument.version == "1.0.0"


def test_a_live_study_changes_only_after_its_effects_were_seen(owner: User, store: Store, monkeypatch: Patch) -> None:
    fill(store)
    text = store.studies.instrument_text(FILLED)
    before = store.studies.get(FILLED).instrument_hash
    newer = text.replace("version: 1.0.0", "version: 1.1.0").replace(", -psy8]", "]", 1)
    assert newer != text
    typing(monkeypatch, newer)
    page = open_page("edit", owner, monkeypatch, name=FILLED)
    press(page, "See what it changes")
    assert store.studies.get(FILLED).instrument_hash == before, "nothing changes unseen"
    assert "answered so far" in words(page)
    changes = page.dataframe[-1].value
    assert "Scored otherwise" in set(changes["Change"])
    again(page.button(key="accept_version").click())
    assert store.studies.get(FILLED).instrument.version == "1.1.0"
    assert not [b for b in page.button if b.key == "accept_version"]


@pytest.mark.parametrize("status", ["pilot", "closed"])
def test_a_fixed_questionnaire_can_be_looked_at_and_not_saved(
    status: str, owner: User, store: Store, monkeypatch: Patch
) -> None:
    store.studies.create("s", LITTLE, "S")
    for step in ("pilot",) if status == "pilot" else ("live", "closed"):
        store.studies.set_status("s", step)
    page = open_page("edit", owner, monkeypatch, name="s")
    assert "Save" not in [b.label for b in page.button]
    assert shown(page, "twofold_frame")["src"]


# --- looking ---


def test_a_page_is_shown_in_each_language_width_and_version(owner: User, store: Store, monkeypatch: Patch) -> None:
    store.studies.create("s", EVERY, "S")
    page = open_page("edit", owner, monkeypatch, name="s")
    box = page.selectbox(key="place_shown")
    assert box.options[:3] == ["1. Welcome", "1. Welcome: consent refused", "2. feelings"]
    assert box.options[-2:] == ["After a full quota: workers", "The end"]
    again(box.set_value("people.between"))
    again(page.segmented_control(key="preview_language").set_value("fr"))
    again(page.segmented_control(key="preview_width").set_value("desktop"))
    frame = shown(page, "twofold_frame")
    assert (frame["width"], str(frame["src"]).split("&n=")[0].split("?")[1]) == (960, "at=people.between&lang=fr")
    assert str(frame["src"]).startswith("/preview/~")
    again(page.segmented_control(key="preview_version").set_value("full"))
    assert str(shown(page, "twofold_frame")["src"]).startswith("/?preview=~")
    assert "minutes to answer" in words(page)


def test_a_page_that_is_asked_for_is_shown_and_leads_back_to_its_line(
    owner: User, store: Store, monkeypatch: Patch
) -> None:
    store.studies.create("s", EVERY, "S")
    typing(monkeypatch, page="job")
    page = open_page("edit", owner, monkeypatch, name="s")
    assert page.selectbox(key="place_shown").value == "job"
    again(page.button(key="go_to_line").click())
    line = next(n for n, text in enumerate(EVERY.splitlines(), 1) if text.strip() == "- id: job")
    assert page.session_state["line_wanted"] == (1, line)


def test_a_page_that_nobody_can_reach_says_so(owner: User, store: Store, monkeypatch: Patch) -> None:
    store.studies.create("s", LITTLE.replace("employed == 'yes'", "employed == 'yes' and employed == 'no'"), "S")
    typing(monkeypatch, page="work")
    page = open_page("edit", owner, monkeypatch, name="s")
    assert next(o for o in page.selectbox(key="place_shown").options if "work" in o.lower()).endswith(
        "cannot be reached"
    )
    assert "Nobody can ever come here" in "".join(w.value for w in page.warning)
    assert "employed == 'yes' and employed == 'no'" in [c.value for c in page.code]
    assert [b.label for b in page.button if b.key == "go_to_line"] == ["Go to its line"]


def test_with_mistakes_the_last_whole_version_is_shown_and_the_page_is_marked(
    owner: User, store: Store, monkeypatch: Patch
) -> None:
    store.studies.create("s", LITTLE, "S")
    page = open_page("edit", owner, monkeypatch, name="s")
    typing(monkeypatch, LITTLE.replace("items: [tenure, boss]", "items: [tenure, nobody]"))
    again(page)
    assert "last version without any" in "".join(w.value for w in page.warning)
    (marked,) = [o for o in page.selectbox(key="place_shown").options if "has mistakes" in o]
    assert "Your work" in marked


def test_nothing_is_written_on_where_nothing_is_named(owner: User, store: Store, monkeypatch: Patch) -> None:
    for query in ({}, {"draft": "gone"}, {"name": "nothing"}):
        assert "nothing to write on" in words(open_page("edit", owner, monkeypatch, **query))


# --- beginning ---


def begin(page: AppTest, source: str) -> AppTest:
    return again(page.segmented_control(key="source").set_value(source))


@pytest.mark.parametrize("source", ["small", "ready"])
def test_a_study_begins_small_or_around_a_ready_definition_with_its_plan(
    source: str, owner: User, store: Store, monkeypatch: Patch
) -> None:
    page = begin(open_page("new", owner, monkeypatch), source)
    again(page.text_input(key="languages").set_value("en, fr"))
    page.button(key="create").click().run()
    (study,) = store.studies.list()
    assert study.instrument.languages == ("en", "fr")
    assert study.plan_text
    assert f"instrument: {study.instrument.id}\n" in study.plan_text
    assert bool(study.instrument.sources) == (source == "ready")


def test_a_name_that_cannot_be_is_refused_in_words(owner: User, store: Store, monkeypatch: Patch) -> None:
    page = begin(open_page("new", owner, monkeypatch), "small")
    again(page.text_input(key="id_").set_value("no spaces"))
    assert "cannot be the id of an instrument" in words(page).replace("\\", "")
    again(page.button(key="create").click())
    assert not store.studies.list()


def test_it_can_be_edited_and_looked_at_before_anything_is_stored(
    owner: User, store: Store, drafts: Drafts, monkeypatch: Patch
) -> None:
    page = begin(open_page("new", owner, monkeypatch), "small")
    page.text_input(key="title").set_value("Later")
    page.button(key="write").click().run()
    draft = drafts.of(owner, "")
    assert draft is not None
    assert not store.studies.list()
    page = open_page("edit", owner, monkeypatch, draft=draft.key)
    assert page.text_input(key="draft_title").value == "Later"
    assert shown(page, "twofold_frame")["src"]
    assert "Still to write" in words(page)
    page.button(key="create").click().run()
    (study,) = store.studies.list()
    assert (study.title, bool(study.plan_text)) == ("Later", True)


@pytest.mark.parametrize("ending", ["xlsx", "csv", "tsv"])
def test_a_file_of_another_platform_comes_in_with_what_was_not_carried(
    ending: str, owner: User, store: Store, monkeypatch: Patch
) -> None:
    made = convert(LITTLE.encode(), Path("little.yaml"), Path(f"little.{ending}"), partial=True, language="en")
    page = begin(open_page("new", owner, monkeypatch), "file")
    again(page.file_uploader(key="file").upload(f"little.{ending}", made.content, "application/octet-stream"))
    page.button(key="create").click().run()
    (study,) = store.studies.list()
    assert {"employed", "tenure"} <= set(study.instrument.items)


def test_a_broken_file_of_another_platform_is_refused_in_words(owner: User, store: Store, monkeypatch: Patch) -> None:
    page = begin(open_page("new", owner, monkeypatch), "file")
    again(page.file_uploader(key="file").upload("bad.xlsx", b"not a workbook", "application/octet-stream"))
    assert "bad" in words(page)
    again(page.button(key="create").click())
    assert not store.studies.list()


# --- the component ---


def test_the_editor_writes_no_markup_from_data_and_holds_the_published_schema() -> None:
    source = editor_module()
    for risky in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert risky not in source
    assert "The most names accepted." in source
    assert editor_path().startswith("/assets/editor-")


def test_places_are_named_by_number_heading_and_screen() -> None:
    from survey.instrument.load import load
    from survey.madeup.lead import Place

    instrument = load(shipped_text("two-supports"), "x")
    number = [page.id for page in instrument.pages].index("people") + 1
    title = instrument.pages[number - 1].title
    assert title is not None
    heading = title if isinstance(title, str) else title["en"]
    assert place_name(instrument, Place("people.about.T2.2", "screen", "people")) == f"{number}. {heading}: about T2 2"
    assert place_name(instrument, Place("people.same", "screen", "people")) == f"{number}. {heading}: who is the same"
