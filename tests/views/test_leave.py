"""Leaving a study by one's own link: nothing by opening an address, once by confirming, and a receipt that stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from survey.errors import Closed
from survey.store import Store, open_store, schema
from survey.store.erase import OF_A_PERSON
from tests.survey.store_support import TEXT, go_through, send
from tests.views.test_plain_survey import Browser
from views.plain import leave, survey
from views.respondent.shown import shown
from views.respondent.turn import Press, take
from views.respondent.visit import COOKIE, Visit, arrive


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'leave.db'}", key=b"k" * 32)
    opened.studies.create(
        "small", TEXT.replace("languages: [en]", "languages: [en, fr]").replace("{en: A sm", "{fr: X, en: A sm")
    )
    opened.studies.set_status("small", "live")
    go_through(opened, opened.respond.begin("small", "somebody else"))
    monkeypatch.setattr(survey, "store", lambda: opened)
    monkeypatch.setattr(leave, "store", lambda: opened)
    monkeypatch.setenv("TWOFOLD_TRUST_PROXY", "1")
    yield opened
    opened.close()


@pytest.fixture
def token(store: Store) -> str:
    """The link of somebody who was invited and has answered two pages."""
    [(_, made)] = store.invitations.create("small", [("planted-label-7", {})])
    session = store.respond.enter(made)
    assert session is not None
    go_through(store, session, stop="support")
    return made


def rows(store: Store) -> dict[str, int]:
    found = {}
    for name in (*OF_A_PERSON, "erasure", "audit"):
        query = select(func.count()).select_from(schema.metadata.tables[name])
        found[name] = store.database.read(lambda connection, query=query: connection.execute(query).scalar_one())  # type: ignore[misc]
    return found


def choose(token: str, do: str, **headers: str) -> Browser:
    """A browser that stands before the last question."""
    return Browser(**headers).open(f"/s/{token}/leave?do={do}")


def test_opening_any_address_changes_nothing(store: Store, token: str) -> None:
    before = rows(store)
    there = Browser().open(f"/s/{token}")
    assert f'href="/s/{token}/leave?lang=en"' in there.text
    for query in ("", "?do=stop", "?do=delete", "?do=delete&confirm=yes&token=1", "?do=nothing"):
        assert there.open(f"/s/{token}/leave{query}").answer.status_code == 200
        assert there.answer.headers["cache-control"] == "no-store"
    assert there.open(f"/s/{'x' * 24}/leave?do=delete").answer.status_code == 404
    assert rows(store) == before
    session = store.respond.enter(token)
    assert session is not None
    assert (session.sequence, session.stopped) == (2, False)


def test_stopping_keeps_what_was_said_and_asks_no_more(store: Store, token: str) -> None:
    before, open_tab = rows(store), store.respond.enter(token)
    assert open_tab is not None
    there = choose(token, "stop")
    assert "Shall we stop asking you?" in there.text
    there.send()
    assert there.answer.history[-1].status_code == 303
    assert there.page == "message/left_stop"
    again = there.open(str(there.answer.url))  # the receipt can be opened again
    assert again.page == "message/left_stop"
    assert rows(store) == {**before, "audit": before["audit"] + 1}
    there.open(f"/s/{token}")
    assert (there.answer.status_code, there.page) == (410, "message/stopped")
    assert arrive({"s": token}, store, researcher=False) == "stopped"
    with pytest.raises(Closed, match="not to be asked"):
        send(store, open_tab, "support")
    assert store.results.counts("small").started == 2
    there.open(f"/s/{token}/leave")
    assert "leave?do=delete" in there.text
    assert "leave?do=stop" not in there.text
    choose(token, "stop").send()  # once more is as once
    assert rows(store)["audit"] == before["audit"] + 1
    choose(token, "delete").send()
    assert store.respond.enter(token) is None


def test_deleting_takes_everything_and_no_open_tab_brings_it_back(store: Store, token: str) -> None:
    before, open_tab = rows(store), store.respond.enter(token)
    assert open_tab is not None
    there = choose(token, "delete").send()
    assert there.page == "message/left_delete"
    assert "What you said is deleted" in there.text
    assert token not in str(there.answer.url)
    after = rows(store)
    assert {name: before[name] - after[name] for name in OF_A_PERSON if before[name] != after[name]} == {
        "submission": 2,
        "response": 1,
        "invitation": 1,
    }
    [left] = store.erasures.list("small")
    assert (left.kind, left.people, left.responses, left.actor, left.finished) == (
        "withdrawal",
        1,
        1,
        "respondent",
        False,
    )
    assert store.erasures.finish()
    assert Browser().open(f"/s/{token}").page == "message/unknown"
    assert Browser().open(f"/s/{token}/leave").page == "message/left_again"
    for page, sequence in (("support", None), ("consent", 0)):  # a tab that goes on, and one that begins again
        with pytest.raises(Closed, match="not there any more"):
            send(store, open_tab, page, sequence=sequence)
    assert rows(store) == after


def test_what_is_owed_is_told_where_a_study_gives_something(store: Store, token: str) -> None:
    assert "is owed to you" not in choose(token, "delete").text
    store.mailing.set("small", incentive="A pen")
    assert "is owed to you" in choose(token, "delete").text
    assert "is owed to you" not in choose(token, "stop").text


def test_who_was_erased_while_a_page_was_open_reads_why_it_is_not_saved(store: Store, token: str) -> None:
    there = Browser().open(f"/s/{token}")
    store.erasures.erase("small", store.erasures.person("small", "planted-label-7"), "lead")
    there.send({"a1": "1", "a2": "2", "a3": "3", "a4": "4", "att1": "4"})
    assert (there.page, there.answer.status_code) == ("message/unknown", 404)


def test_somebody_invited_who_has_not_answered_can_leave_too(store: Store) -> None:
    [(_, made)] = store.invitations.create("small", 1)
    choose(made, "delete").send()
    assert store.respond.enter(made) is None
    [left] = store.erasures.list("small")
    assert (left.people, left.responses) == (1, 0)


@pytest.mark.parametrize(
    ("headers", "changed", "status"),
    [
        ({"sec-fetch-site": "cross-site"}, {}, 403),
        ({"origin": "https://elsewhere.example.org"}, {}, 403),
        ({}, {"token": "0" * 64}, 403),
        ({}, {"token": ""}, 403),
        ({}, {"do": "stop"}, 403),  # the token is of the other way
        ({}, {"do": "everything"}, 403),
        ({}, {"more": "x" * 20_000}, 413),
    ],
)
def test_a_form_that_is_not_ours_does_nothing(
    store: Store, token: str, headers: dict[str, str], changed: dict[str, Any], status: int
) -> None:
    before = rows(store)
    there = choose(token, "delete")
    there.client.headers.update(headers)
    assert there.send(**changed).answer.status_code == status
    assert rows(store) == before


def test_a_form_of_one_respondent_does_nothing_to_another(store: Store, token: str) -> None:
    [(_, other)] = store.invitations.create("small", 1)
    fields = choose(token, "delete").form()
    there = Browser()
    there.answer = there.client.post(f"/s/{other}/leave", data=fields)
    assert there.answer.status_code == 403
    assert store.respond.enter(other) is not None


def test_after_the_day_that_the_consent_names_answers_are_no_longer_deleted(store: Store, token: str) -> None:
    today = datetime.now(UTC).date()
    store.retention.set_days("small", today, None)
    there = choose(token, "delete")
    store.retention.set_days("small", today - timedelta(days=1), None)
    assert there.send().page == "message/leave"  # the day passed while the page was open
    assert "Answers could be deleted by this link until" in there.text
    assert "leave?do=delete" not in there.text
    assert choose(token, "delete").page == "message/leave"
    assert store.respond.enter(token) is not None
    assert choose(token, "stop").send().page == "message/left_stop"


def test_the_last_day_is_told_in_the_respondents_language(store: Store, token: str) -> None:
    store.retention.set_days("small", date(2999, 1, 31), None)
    there = Browser().open(f"/s/{token}/leave?lang=fr")
    assert "Vous pouvez faire effacer vos réponses jusqu’au 31 janvier 2999." in there.text
    there.open(f"/s/{token}/leave?do=delete&lang=fr").send()
    assert "Ce que vous avez dit est effacé" in there.text
    assert '<html lang="fr"' in there.text


@pytest.mark.parametrize("status", ["closed", "pilot"])
def test_it_works_whatever_the_study_does(store: Store, status: str) -> None:
    slug = "small"
    if status == "pilot":
        slug = "tried"
        store.studies.create(slug, TEXT)
        store.studies.set_status(slug, "pilot")
    [(_, made)] = store.invitations.create(slug, 1)
    session = store.respond.enter(made)
    assert session is not None
    go_through(store, session, stop="rest")
    if status == "closed":
        store.studies.set_status(slug, "closed")
        there = Browser().open(f"/s/{made}")
        assert there.page == "message/closed_partly"
        assert f"/s/{made}/leave" in there.text
    assert choose(made, "delete").send().page == "message/left_delete"
    assert store.respond.enter(made) is None


def test_an_open_link_is_left_in_the_browser_that_began_it(store: Store) -> None:
    stranger = Browser().open("/study/small")
    assert "/leave" not in stranger.text  # nothing of theirs is kept yet
    assert stranger.open("/study/small/leave").page == "message/left_again"
    there = Browser().open("/study/small").send({"consent": "yes"})
    assert store.results.counts("small").started == 2
    token = there.token
    assert there.open("/study/small/leave").page == "message/leave"
    assert f"/s/{token}/leave?do=delete" in there.text
    there.open(f"/s/{token}/leave?do=delete").send()
    assert there.page == "message/left_delete"
    assert store.results.counts("small").started == 1
    assert COOKIE not in there.client.cookies
    assert Browser().open("/study/none/leave").answer.status_code == 404
    begins = there.open("/study/small")  # whoever comes back by the open link is somebody new
    assert begins.page == "consent"
    assert begins.send({"consent": "yes"}).page == "about"


def test_a_receipt_cannot_be_made_up(store: Store) -> None:
    assert Browser().open("/left/delete.2026-11-26.en.made-up").answer.status_code == 404


def test_an_open_tab_of_who_was_erased_says_so(store: Store, token: str) -> None:
    """In Streamlit a session lives on in memory: what a press brings about is a page that says why."""
    visit = arrive({"s": token}, store, researcher=False)
    assert isinstance(visit, Visit)
    store.erasures.erase("small", store.erasures.person("small", "planted-label-7"), "lead")
    pressed = Press("1", "next", "support", 2, {"a1": "1", "a2": "2", "a3": "3", "a4": "4", "att1": "4"}, False, 1.0)
    visit.took(take(visit.session, visit.keeper, pressed))
    assert shown(visit, "support")["id"] == "message/left_again"
