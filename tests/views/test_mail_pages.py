"""The pages that letters lead to: nothing by opening an address, and one press ends the letters."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

import app
from survey.mail.people import NewContact
from survey.store import Store, open_store, schema
from tests.survey.store_support import TEXT, go_through
from tests.views.test_plain_survey import Browser
from views.respondent.shown import shown
from views.respondent.visit import Visit, arrive

FRENCH = TEXT.replace("languages: [en]", "languages: [en, fr]").replace(
    "{en: A small study}", "{en: A study, fr: Une étude}"
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'mail.db'}"
    monkeypatch.setenv("TWOFOLD_DATABASE", url)
    monkeypatch.setenv("TWOFOLD_KEY", "a" * 44)
    monkeypatch.setenv("TWOFOLD_TRUST_PROXY", "1")
    opened = open_store(url)
    opened.studies.create("small", FRENCH)
    opened.studies.set_status("small", "live")
    opened.mailing.set("small", incentive="A pen")
    people = [NewContact(2, "a@example.org", "fr", {}, {}), NewContact(3, "b@example.org", None, {}, {})]
    opened.contacts.add("small", people)
    yield opened
    opened.close()


@pytest.fixture
def client(store: Store) -> TestClient:
    return TestClient(app.app._build_starlette_app(), base_url="https://survey.example.org")


def ends(store: Store, address: str) -> str:
    """The address on which this person's letters are ended."""
    one = next(one for one in store.contacts.list("small") if one.address == address)
    return f"/u/{store.contacts.opt_out_token(one.invitation_id)}"


def rows(store: Store) -> dict[str, int]:
    tables = {name: select(func.count()).select_from(table) for name, table in schema.metadata.tables.items()}
    return store.database.read(lambda c: {name: c.execute(query).scalar_one() for name, query in tables.items()})


def reachable(store: Store) -> dict[str, bool]:
    return {one.address: one.reachable for one in store.contacts.list("small")}


def test_opening_the_address_changes_nothing(store: Store, client: TestClient) -> None:
    before, path = rows(store), ends(store, "b@example.org")
    for method in ("GET", "HEAD"):
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "no more messages about “A study”" in client.get(path).text
    assert client.get("/u/" + "x" * 24).status_code == 404
    assert client.post("/u/" + "x" * 24).status_code == 404
    assert (rows(store), reachable(store)) == (before, {"a@example.org": True, "b@example.org": True})


def test_a_press_ends_the_letters_in_the_persons_language_and_another_begins_them_again(
    store: Store, client: TestClient
) -> None:
    path = ends(store, "a@example.org")
    asked = client.get(path).text
    assert 'lang="fr"' in asked
    assert "Arrêter les messages" in asked
    ended = client.post(path, data={"do": "end"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert [one.status_code for one in ended.history] == [303]
    assert "Vous ne recevrez plus de messages" in ended.text
    assert "continue de fonctionner" in ended.text
    assert reachable(store) == {"a@example.org": False, "b@example.org": True}
    token = next(one.token for one in store.contacts.list("small") if one.address == "a@example.org")
    assert client.get(f"/s/{token}").status_code == 200
    again = client.post(path, data={"do": "again"})
    assert "Arrêter les messages" in again.text
    assert reachable(store) == {"a@example.org": True, "b@example.org": True}


def test_a_mail_programme_ends_them_by_one_click(store: Store, client: TestClient) -> None:
    path = ends(store, "b@example.org")
    for _ in range(2):
        answer = client.post(path, data={"List-Unsubscribe": "One-Click"}, follow_redirects=False)
        assert answer.status_code == 303
    assert reachable(store) == {"a@example.org": True, "b@example.org": False}


def test_another_sites_form_ends_nobodys_letters(store: Store, client: TestClient) -> None:
    path = ends(store, "b@example.org")
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://elsewhere.example.org"}):
        assert client.post(path, data={"do": "end"}, headers=headers).status_code == 403
    assert client.post(path, content=b"x" * 20_000).status_code == 413
    assert reachable(store) == {"a@example.org": True, "b@example.org": True}


def test_whoever_completes_an_open_link_says_once_where_it_goes(store: Store, client: TestClient) -> None:
    session = store.respond.begin("small", "somebody")
    path = f"/s/{session.token}/thanks"
    assert client.get(path).status_code == 404
    session = go_through(store, session)
    there = Browser().open(f"/s/{session.token}")
    assert f'href="{path}"' in there.text
    assert "For taking part you get: A pen." in there.text
    before = rows(store)
    assert "Where should it go?" in client.get(path).text
    wrong = client.post(path, data={"address": "<nowhere>"})
    assert wrong.status_code == 422
    assert 'value="&lt;nowhere&gt;"' in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    assert client.post(path, data={"address": "x@example.org"}, headers={"Origin": "https://e.org"}).status_code == 403
    assert rows(store) == before
    assert "apart from your answers" in client.post(path, data={"address": "me@example.org"}).text
    assert client.post(path, data={"address": "again@example.org"}).status_code == 404
    assert client.get(path).status_code == 404
    assert [one.recipient for one in store.owed.list("small")] == ["me@example.org"]
    assert f'href="{path}"' not in Browser().open(f"/s/{session.token}").text


def test_both_renderers_offer_it_and_a_personal_link_does_not(store: Store) -> None:
    token = next(one.token for one in store.contacts.list("small") if one.address == "b@example.org")
    personal = store.respond.enter(token)
    assert personal is not None
    go_through(store, personal)
    opened = go_through(store, store.respond.begin("small", "somebody"))
    views = []
    for one in (opened.token, token):
        visit = arrive({"s": one}, store, researcher=False)
        assert isinstance(visit, Visit)
        views.append(shown(visit, visit.page(None))["claim"])
    assert views[0] == {
        "text": "For taking part you get: A pen. Tell us where it should go.",
        "label": "Say where it should go",
        "href": f"/s/{opened.token}/thanks",
    }
    assert views[1] is None
    assert [one.recipient for one in store.owed.list("small")] == ["b@example.org"]
