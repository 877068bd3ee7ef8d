"""Erasing in the browser: what goes is named first, by whom may know it; and what was erased is told."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from survey.store import Store, User
from survey.store.erase import EVERYBODY, PILOT, Whom
from tests.survey.store_support import TEXT, go_through
from tests.views.researcher_support import again, open_page, people, temporary_store, words
from views.database import store as shared
from views.researcher import erasing

Patch = pytest.MonkeyPatch


@pytest.fixture
def store(tmp_path: Path, monkeypatch: Patch) -> Iterator[Store]:
    for opened in temporary_store(tmp_path, monkeypatch):
        opened.studies.create("small", TEXT)
        opened.studies.set_status("small", "pilot")
        go_through(opened, opened.respond.begin("small", "somebody"))
        opened.studies.set_status("small", "live")
        [(_, token)] = opened.invitations.create("small", [("planted-label-7", {})])
        session = opened.respond.enter(token)
        assert session is not None
        go_through(opened, session)
        yield opened


@pytest.fixture
def users(store: Store) -> dict[str, User]:
    return people(store)


def warnings(page: AppTest) -> str:
    return "\n".join(one.value for one in page.warning)


def press(page: AppTest, label: str) -> AppTest:
    """Press the button of this label."""
    return again(next(button for button in page.button if button.label == label).click())


@pytest.mark.parametrize(("role", "told"), [("owner", "pages of answers: 8"), ("recruiter", "pages of answers")])
def test_what_goes_is_named_first_and_numbers_to_whom_may_know_them(
    role: str, told: str, users: dict[str, User], store: Store, monkeypatch: Patch
) -> None:
    page = open_page("study", users[role], monkeypatch, name="small")
    field = next(one for one in page.text_input if one.label.startswith("Their address, the label or id"))
    field.set_value("planted-label-7")
    press(page, "Look them up")
    said = words(page)
    assert f"- {told}" in said
    assert "- names of people whom they named" in said or role == "owner"
    assert ("answers: 8" in said) == (role == "owner")
    assert page.button(key="confirm_erase")
    assert "**planted\\-label\\-7**" in said
    assert store.erasures.list() == []


def test_who_is_not_found_is_said(users: dict[str, User], store: Store, monkeypatch: Patch) -> None:
    page = open_page("study", users["owner"], monkeypatch, name="small")
    press(page, "Look them up")
    assert "nobody in" in words(page)


def test_an_analyst_is_not_offered_any_of_it(users: dict[str, User], store: Store, monkeypatch: Patch) -> None:
    labels = [button.label for button in open_page("study", users["analyst"], monkeypatch, name="small").button]
    assert "Look them up" not in labels
    labels = [button.label for button in open_page("study", users["recruiter"], monkeypatch, name="small").button]
    assert "Look them up" in labels
    assert not {"Keep these days", "Erase the pilot's answers", "Erase all data of this study"} & set(labels)


def test_pilot_and_everybody_ask_first(users: dict[str, User], store: Store, monkeypatch: Patch) -> None:
    page = open_page("study", users["owner"], monkeypatch, name="small")
    assert "Erase all data of this study" not in [button.label for button in page.button]  # it is live
    again(page.button(key="erase_pilot").click())
    assert "- responses: 1" in words(page)
    store.studies.set_status("small", "closed")
    page = open_page("study", users["owner"], monkeypatch, name="small")
    again(page.button(key="erase_all").click())
    assert page.button(key="confirm_erase").disabled
    assert store.erasures.list() == []


def test_what_was_erased_is_told_and_finished_when_it_can_be(
    users: dict[str, User], store: Store, monkeypatch: Patch, tmp_path: Path
) -> None:
    study = store.studies.get("small")
    monkeypatch.setattr(erasing, "WAIT", 0.0)
    assert erasing.erase(study, PILOT, "Ada") == ""
    reader = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM submission").fetchone()
    whom = store.erasures.person("small", "planted-label-7")
    assert "it is not finished" in erasing.erase(study, whom, "Ada")
    assert "nothing to erase" in erasing.erase(study, whom, "Ada")
    page = open_page("study", users["owner"], monkeypatch, name="small")
    said = words(page)
    assert "the pilot (1 response), by Ada; finished" in said
    assert "a person (1 response), by Ada; **not finished:** traces are still in" in said
    again(page.button(key="erase_finish").click())
    assert "still has the database open" in warnings(page)
    reader.close()
    again(page.button(key="erase_finish").click())
    assert "**not finished:**" not in words(page)
    shared().close()


def test_days_are_kept_and_reminded_of(users: dict[str, User], store: Store, monkeypatch: Patch) -> None:
    page = open_page("study", users["owner"], monkeypatch, name="small")
    until, after = page.date_input
    until.set_value(date(2027, 1, 31))
    after.set_value(date(2026, 1, 31))
    press(page, "Keep these days")
    assert "in the other order" in words(page)
    page.date_input[0].set_value(date(2020, 1, 31))
    page.date_input[1].set_value(date(2020, 12, 31))
    press(page, "Keep these days")
    study = store.studies.get("small")
    assert (study.withdraw_until, study.delete_after) == (date(2020, 1, 31), date(2020, 12, 31))
    page = open_page("study", users["owner"], monkeypatch, name="small")
    assert "were to be erased by 31 December 2020" in warnings(page)
    store.studies.set_status("small", "closed")
    store.erasures.erase("small", EVERYBODY)
    assert "were to be erased" not in warnings(open_page("study", users["owner"], monkeypatch, name="small"))


def test_a_launch_asks_whether_the_pilot_goes(users: dict[str, User], store: Store, monkeypatch: Patch) -> None:
    store.studies.create("tried", TEXT)
    store.studies.set_status("tried", "pilot")
    go_through(store, store.respond.begin("tried", "somebody"))
    page = open_page("study", users["owner"], monkeypatch, name="tried")
    again(page.button(key="step_live").click())
    asked = page.checkbox(key="launch_without_pilot")
    assert "the 1 response(s) of the pilot" in asked.label
    assert asked.value is False


def test_a_response_is_erased_by_its_id(store: Store) -> None:
    [only] = store.results.dataset("small").respondents.index
    whom = store.erasures.person("small", str(only))
    assert whom == Whom("person", store.invitations.list("small")[0].id)
