"""What a respondent reads before, between and after waves: the same in both renderers, in English and French."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from survey.errors import Closed
from survey.instrument.load import shipped_text
from survey.store import Session, Store, open_store
from survey.waves import Wave
from tests.support.browser import ROOT
from tests.survey.test_early_ends import TEXT as ENDING
from tests.survey.test_early_ends import finish
from tests.views.test_plain_survey import Browser
from tests.views.test_respondent_turn import on
from views.plain import survey
from views.respondent.shown import shown
from views.respondent.turn import END
from views.respondent.view import waiting_view
from views.respondent.visit import Visit, Waiting, arrive

LITTLE = (ROOT / "tests" / "support" / "little.yaml").read_text("utf-8")
DAY = timedelta(days=1)
FAR = datetime(2090, 3, 1, tzinfo=UTC)
AGO = datetime.now(UTC) - 9 * DAY


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path / 'waves.db'}", key=b"k" * 32)
    opened.studies.create("little", LITTLE)
    opened.studies.set_status("little", "live")
    monkeypatch.setattr(survey, "store", lambda: opened)
    monkeypatch.setenv("TWOFOLD_TRUST_PROXY", "1")
    yield opened
    opened.close()


@pytest.fixture
def token(store: Store) -> str:
    return store.invitations.create("little", 1)[0][1]


def finished(store: Store, token: str) -> Session:
    session = store.respond.enter(token)
    assert session is not None
    for page, answers in (
        ("consent", {"consent": "yes"}),
        ("about", {"employed": "no"}),
        ("support", {"s1": 1, "s2": 2, "s3": 3}),
        ("people.g1", {"ties.g1": []}),
        ("end", {}),
    ):
        session = on(session, store, page, answers, insist=True).session
    assert session.completed
    return session


@pytest.mark.parametrize(
    ("waves", "heading", "words"),
    [
        ([Wave(1, opens_at=FAR)], "Not open yet", "This study begins on 1 March 2090."),
        (
            [Wave(1, opens_at=AGO, window_days=2), Wave(2, opens_at=FAR + timedelta(hours=8, minutes=30))],
            "The next part is not open yet",
            "The next part of this study opens on 1 March 2090, 08:30 UTC. Please come back then with the same link.",
        ),
    ],
)
def test_when_to_come_back_is_said(store: Store, token: str, waves: list[Wave], heading: str, words: str) -> None:
    store.waves.set("little", waves)
    found = arrive({"s": token}, store, researcher=False)
    assert isinstance(found, Waiting)
    view = waiting_view(found.session)
    assert view["heading"] == heading
    assert words in view["text"][0]
    there = Browser().open(f"/s/{token}")
    assert there.answer.status_code == 404
    assert heading in there.text
    assert words in there.text
    assert "<form" not in there.text
    assert store.results.counts("little").started == 0


def test_it_is_said_in_french_too(store: Store, token: str) -> None:
    store.studies.create("deux", shipped_text("two-supports"))
    store.studies.set_status("deux", "live")
    own = store.invitations.create("deux", 1)[0][1]
    store.waves.set("deux", [Wave(1, opens_at=AGO, window_days=2), Wave(2, opens_at=FAR)])
    there = Browser(**{"Accept-Language": "fr"}).open(f"/s/{own}")
    assert "ouvre le 1er mars 2090. Merci de revenir ce jour-là avec le même lien." in there.text
    assert 'lang="fr"' in there.text


def test_after_the_last_wave_the_study_has_ended(store: Store, token: str) -> None:
    store.waves.set("little", [Wave(1, opens_at=AGO, window_days=2)])
    assert arrive({"s": token}, store, researcher=False) == "closed"
    there = Browser().open(f"/s/{token}")
    assert there.answer.status_code == 410
    assert "This study has ended" in there.text


def test_whoever_has_finished_reads_when_the_next_part_opens(store: Store, token: str) -> None:
    store.waves.set("little", [Wave(1), Wave(2, opens_at=FAR)])
    finished(store, token)
    words = "This study has another part. It opens on 1 March 2090: please come back then with the same link."
    visit = arrive({"s": token}, store, researcher=False)
    assert isinstance(visit, Visit)
    assert words in shown(visit, END)["text"]
    assert words in Browser().open(f"/s/{token}").text
    # And also once the first part is closed.
    store.waves.set("little", [Wave(1, opens_at=AGO, window_days=2), Wave(2, opens_at=FAR)])
    there = Browser().open(f"/s/{token}")
    assert there.answer.status_code == 200
    assert words in there.text
    refused = there.open(f"/s/{token}?p=about").send({"employed": "yes"})
    assert refused.answer.status_code == 410
    assert "The next part of this study opens on 1 March 2090." in refused.text


def test_a_page_sent_after_the_wave_closed_is_answered_in_words(store: Store, token: str) -> None:
    there = Browser().open(f"/s/{token}")
    store.waves.set("little", [Wave(1), Wave(2, opens_at=FAR)])
    here = arrive({"s": token}, store, researcher=False)
    assert isinstance(here, Visit)
    store.waves.set("little", [Wave(1, opens_at=AGO, window_days=2), Wave(2, opens_at=FAR)])
    turn = on(here.session, store, "consent", {"consent": "yes"})
    assert turn.closed
    here.took(turn)
    assert shown(here, "consent")["heading"] == "The next part is not open yet"
    assert there.send({"consent": "yes"}).answer.status_code == 404
    assert "The next part is not open yet" in there.text


@pytest.mark.parametrize(
    ("consent", "age", "gender", "words"),
    [
        ("no", None, None, "You have chosen not to take part"),
        ("yes", 17, "m", "For adults."),
        ("yes", 30, "f", "Enough women."),
    ],
)
def test_whoever_declined_or_was_not_taken_in_reads_it_again_and_has_no_next_wave(
    store: Store, consent: str, age: int | None, gender: str | None, words: str
) -> None:
    store.studies.create("ends", ENDING.replace("max: 2", "max: 1"))
    store.studies.set_status("ends", "live")
    first, own = (token for _, token in store.invitations.create("ends", 2))
    store.waves.set("ends", [Wave(1), Wave(2, opens_at=FAR)])
    for token, answers in ((first, {"age": 40, "gender": "f"}), (own, {"age": age, "gender": gender})):
        session = store.respond.enter(token)
        assert session is not None
        session = on(session, store, "consent", {"consent": "yes" if token == first else consent}).session
        if session.consented:
            session = on(session, store, "who", answers).session
        if token == first:
            finish(store, session)
    assert words in Browser().open(f"/s/{own}").text
    store.waves.set("ends", [Wave(1), Wave(2, opens_at=AGO)])
    assert Browser().open(f"/s/{first}").page == "consent"
    visit = arrive({"s": own}, store, researcher=False)
    assert isinstance(visit, Visit)
    view = shown(visit, visit.page(None))
    assert words in " ".join([view["heading"], *view["text"]])
    assert not view.get("back")
    there = Browser().open(f"/s/{own}")
    assert there.answer.status_code == 200
    assert words in there.text
    assert "<form" not in there.text
    with pytest.raises(Closed):
        store.respond.submit(visit.session, "consent", {"consent": "yes"}, order=["consent"], shown_at=AGO, sent_at=AGO)
    counts = store.results.watch("ends", wave=2)
    assert counts.tally.started == 0
    there_is = {"no": "refused", "yes": "over_quota" if gender == "f" else "screened_out"}[consent]
    assert counts.invited.nothing_came == {"silent": 1, there_is: 1}


def test_the_next_wave_begins_anew(store: Store, token: str) -> None:
    store.waves.set("little", [Wave(1), Wave(2, opens_at=FAR)])
    done = finished(store, token)
    there = Browser().open(f"/s/{token}?p=about")
    store.waves.set("little", [Wave(1), Wave(2, opens_at=AGO)])
    stale = there.send({"employed": "yes"})
    assert stale.page == "consent"
    assert Browser().open(f"/s/{token}").page == "consent"
    again = finished(store, token)
    assert (again.wave, again.response_id == done.response_id) == (2, False)
    assert store.results.counts("little", wave=2).completed == 1
