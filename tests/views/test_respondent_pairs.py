"""A self-made code, a nomination and the people of earlier waves, as both renderers show them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey.store import Store, open_store
from survey.waves import Wave
from tests.support.browser import ROOT
from tests.views.test_plain_survey import SITE, Browser
from views.plain import survey
from views.respondent.shown import shown
from views.respondent.visit import Visit, arrive

PAIRS = (ROOT / "tests" / "support" / "pairs.yaml").read_text("utf-8")
NETWORK = (ROOT / "tests" / "support" / "network.yaml").read_text("utf-8")
ADDRESS = "planted-name-7@example.org"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'pairs.db'}", key=b"k" * 32)
    for slug, text in (("mail", PAIRS), ("link", PAIRS.replace("by: email", "by: link")), ("network", NETWORK)):
        opened.studies.create(slug, text)
        opened.studies.set_status(slug, "live")
    monkeypatch.setattr(survey, "store", lambda: opened)
    monkeypatch.setenv("TWOFOLD_TRUST_PROXY", "1")
    yield opened
    opened.close()


def at_the_code(slug: str, **headers: str) -> Browser:
    there = Browser(**headers).open(f"/study/{slug}").send({"consent": "yes"})
    assert there.page == "code"
    return there


def test_a_code_is_asked_for_and_never_shown_again(store: Store) -> None:
    there = at_the_code("mail")
    assert "Letters: 2" in there.text
    assert "data-count" not in there.text
    wrong = there.send({"code.1": "p7", "code.2": "31", "code.3": ""})
    assert wrong.page == "code"
    assert "Please give 2 letters here." in wrong.text
    assert "The code needs this part too." in wrong.text
    there = wrong.send({"code.1": "qz", "code.2": "31", "code.3": "wv"})
    assert there.page == "mentor"
    back = there.send(press="back")
    assert back.page == "code"
    assert "Your code is kept." in back.text
    assert "qz" not in back.text
    assert back.send({}).page == "mentor"
    assert store.codes.report("mail").with_code == 1


def test_an_address_is_asked_for_and_never_shown_again(store: Store) -> None:
    there = at_the_code("mail").send({})
    assert "They do not see your answers, and you do not see theirs." in there.text
    wrong = there.send({"mentor.address": "no address"})
    assert "Please give an e-mail address, such as name@example.org." in wrong.text
    there = wrong.send({"mentor.address": ADDRESS})
    assert there.page == "both"
    back = there.send(press="back")
    assert "The address you gave is kept." in back.text
    assert "planted" not in back.text
    assert back.send({}).page == "both"
    [contact] = store.contacts.list("mail")
    assert contact.address == ADDRESS
    nominee = Browser().open(f"/s/{contact.token}").send({"consent": "yes"}).send({})
    assert nominee.page == "both"


def test_a_link_to_hand_on_is_shown_whole(store: Store) -> None:
    there = at_the_code("link", **{"Accept-Language": "fr"}).send({})
    session = store.respond.enter(there.token)
    assert session is not None
    token = store.nominations.token(session, "mentor")
    assert f"{SITE}/s/{token}" in there.text
    assert "Ce lien est pour cette personne seule" in there.text
    visit = arrive({"s": there.token}, store, researcher=False)
    assert isinstance(visit, Visit)
    assert f"{{origin}}/s/{token}" in shown(visit, "mentor")["text"]
    assert Browser().open(f"/s/{token}").answer.status_code == 404
    assert there.send({"mentor.handed_on": "yes"}).page == "both"
    assert Browser().open(f"/s/{token}").page == "consent"


def test_people_of_earlier_waves_are_shown_confirmed_and_offered(store: Store) -> None:
    token = store.invitations.create("network", 1)[0][1]
    store.waves.set("network", [Wave(1), Wave(2, opens_at=datetime(2090, 1, 1, tzinfo=UTC))])
    there = Browser().open(f"/s/{token}").send({"consent": "yes"})
    there = there.send({"ties.g1": ["Anna", "Bob"]}).send({"ties.g2": ["Cy"]})
    store.waves.set("network", [Wave(1), Wave(2, opens_at=datetime.now(UTC) - timedelta(days=1))])
    # The first wave is in the middle and may be finished for an hour: whoever comes anew begins the second.
    store.waves.set("network", [Wave(1), Wave(2, opens_at=datetime(2090, 1, 1, tzinfo=UTC))])
    while there.page != "thanks" and "Thank you" not in there.text:
        there = there.send({})
        if "data-anyway" in there.text or "go on without" in there.text:
            there = there.send({}, _insist="1")
    store.waves.set("network", [Wave(1), Wave(2, opens_at=datetime.now(UTC) - timedelta(days=1))])
    there = Browser().open(f"/s/{token}").send({"consent": "yes"})
    assert there.page == "people.still"
    assert all(word in there.text for word in ("People you have named before", "Anna", "Bob", "Cy"))
    there = there.send({"ties.still.T1": "yes", "ties.still.T2": "no", "ties.still.T3": "yes"})
    assert there.page == "people.g1"
    assert there.form()["ties.g1"]
    assert "Bob" not in there.text
    there = there.send({})
    assert there.page == "people.g2"
    session = store.respond.enter(token)
    assert session is not None
    assert session.answers["ties.g1"] == ("T1",)
    assert store.respond.names(session)["ties"]["T1"] == "Anna"
