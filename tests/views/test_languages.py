"""Languages: the browser's choice at first, the respondent's from then on, and nothing lost over a change of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from survey.store import Store, open_store
from tests.support.browser import ROOT
from tests.views.test_plain_survey import SITE, Browser
from views.plain import survey
from views.respondent.keeper import StoreKeeper
from views.respondent.shown import shown
from views.respondent.turn import Press, take
from views.respondent.visit import Visit, arrive
from views.words.choose import accepted, own_name

SUPPORT = ROOT / "tests" / "support"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'languages.db'}", key=b"k" * 32)
    for name in ("every_format", "hebrew"):
        slug = name.replace("_", "-")
        opened.studies.create(slug, (SUPPORT / f"{name}.yaml").read_text("utf-8"))
        opened.studies.set_status(slug, "live")
    monkeypatch.setattr(survey, "store", lambda: opened)
    monkeypatch.setenv("TWOFOLD_TRUST_PROXY", "1")
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("fr-CH, fr;q=0.9, en;q=0.8", "fr"),
        ("de, en;q=0.5, fr;q=0.7", "fr"),
        ("EN-gb", "en"),
        ("de", None),
        ("fr;q=0, en", "en"),
        ("*", None),
        ("", None),
        (None, None),
        ("fr;q=x,,;q=1,en;q=nan", None),
        ("x" * 5000 + ", fr", None),
    ],
)
def test_the_browser_asks_for_a_language(header: str | None, language: str | None) -> None:
    assert accepted(header, ["en", "fr"]) == language


def test_the_very_tag_goes_before_its_relatives() -> None:
    assert accepted("fr-CA", ["fr-FR", "fr-CA"]) == "fr-CA"
    assert [own_name(code, ["fr-FR", "fr-CA"]) for code in ("fr-FR", "fr-CA")] == ["Français (FR)", "Français (CA)"]


def visit(store: Store, address: dict[str, str], accept: str | None = None) -> Visit:
    found = arrive(address, store, researcher=False, accept=accept)
    assert isinstance(found, Visit)
    return found


def test_the_first_language_is_the_browsers_then_the_log_decides(store: Store) -> None:
    first = visit(store, {"study": "every-format"}, "fr-CH")
    assert first.session.language == "fr"
    assert visit(store, {"study": "every-format"}, "de").session.language == "en"
    assert visit(store, {"study": "every-format", "lang": "en"}, "fr").session.language == "en"
    press = Press("1", "next", "consent", 0, {"consent": "yes"}, False, 1.0)
    first.took(take(first.session, StoreKeeper(store), press))
    assert visit(store, {"s": first.session.token}, "en").session.language == "fr"


def test_a_change_of_language_keeps_page_notices_and_answers(store: Store) -> None:
    there = visit(store, {"study": "every-format"}, "en")
    there.took(
        take(there.session, StoreKeeper(store), Press("1", "next", "consent", 0, {"consent": "yes"}, False, 1.0))
    )
    there.took(take(there.session, StoreKeeper(store), Press("2", "next", "work", 1, {"hours": "3"}, False, 1.0)))
    english = shown(there, "work")
    assert english["notice"]["text"] == "2 questions need your attention."
    there.speak("fr", "work", "3")
    french = shown(there, "work")
    assert (french["id"], french["echo"], french["lang"]) == (english["id"], "3", "fr")
    assert french["notice"]["text"] == "2 questions demandent votre attention."
    assert [one["current"] for one in french["languages"]] == [False, True]
    assert there.query("work")["lang"] == "fr"
    # The next page goes into the log in the language in which it was read.
    given = {"place": "home", "ways": ["mail"], "hours": "3"}
    there.took(take(there.session, StoreKeeper(store), Press("4", "next", "work", 1, given, False, 1.0)))
    assert (there.page(None), there.session.language) == ("feelings", "fr")
    assert visit(store, {"s": there.session.token}).session.language == "fr"
    there.speak("xx", "feelings")
    assert there.session.language == "fr"


def test_without_a_choice_there_is_no_switch(store: Store) -> None:
    store.studies.create("little", (SUPPORT / "little.yaml").read_text("utf-8"))
    store.studies.set_status("little", "live")
    assert shown(visit(store, {"study": "little"}), "consent")["languages"] == []


def test_plain_html_follows_the_browser_and_keeps_what_is_not_yet_sent(store: Store) -> None:
    there = Browser(**{"Accept-Language": "fr-CH"}).open("/study/every-format")
    assert '<html lang="fr" dir="ltr">' in there.text
    there.send({"consent": "yes"})
    assert "Votre travail" in there.text
    picked = {"place": "else", "place.other_text": "Sur un bateau", "ways": ["mail", "own"], "hours": "37,5"}
    there.answer = there.client.post(there.action, data={**there.form(), **picked, "_lang": "en"})
    assert "Your work" in there.text
    form = there.form()
    assert (form["place"], sorted(form["ways"]), form["hours"]) == (["else"], ["mail", "own"], ["37,5"])
    assert form["place.other_text"] == ["Sur un bateau"]
    assert store.results.counts("every-format").started == 1
    data = store.respond.enter(there.token)
    assert data is not None
    assert data.submitted == {"consent"}
    there.send({"ways.other_text": "By boat"})
    assert there.page == "feelings"
    assert "lang=en" in str(there.answer.url)
    assert store.results.dataset("every-format").respondents["hours"].tolist() == [37.5]


def test_enter_in_a_field_sends_the_page_and_not_a_language(store: Store) -> None:
    """The first submit button of a form is the one that Enter presses."""
    there = Browser().open("/study/every-format")
    buttons = re.findall(r'<button[^>]*name="(_\w+)"', there.text)
    assert buttons[0] == "_action"
    assert "_lang" in buttons


def test_what_we_say_in_another_language_is_marked_as_such(store: Store) -> None:
    there = visit(store, {"study": "hebrew"}, "he")
    view = shown(there, "consent")
    assert (view["lang"], view["dir"], view["spoken"], view["spoken_dir"]) == ("he", "rtl", "en", "ltr")
    page = Browser(**{"Accept-Language": "he-IL"}).open("/study/hebrew")
    assert '<html lang="he" dir="rtl">' in page.text
    assert re.search(r'<button lang="en" dir="ltr" name="_action" value="next"[^>]*>Continue</button>', page.text)
    assert SITE in str(page.answer.url)
