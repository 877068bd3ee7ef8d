"""Saving pages: once, wholly, or not at all; two tabs, resends, resume, and kills midway."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import Connection, select

from survey.dataset.missing import Missing
from survey.errors import AnswerError, Closed, Conflict, NoConsentError, NotFoundError, Stale, StoreError
from survey.store import Saved, Session, Store, open_store, schema
from tests.survey.conftest import KEY
from tests.survey.store_support import ANSWERS, START, TEXT, go_through, send

ROOT = Path(__file__).parents[2]


def rows(store: Store, table: str) -> list[dict[str, Any]]:
    def work(connection: Connection) -> list[dict[str, Any]]:
        return [dict(row._mapping) for row in connection.execute(select(schema.metadata.tables[table]))]

    return store.database.read(work)


def at_once(n: int, work: Callable[[int], object]) -> list[object]:
    """Run ``work`` in n threads that start together; give what each returned or raised."""
    gate = threading.Barrier(n)

    def one(i: int) -> object:
        gate.wait()
        try:
            return work(i)
        except Exception as error:
            return error

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(one, range(n)))


def test_opening_a_link_writes_nothing_but_a_count(live: Store) -> None:
    session = live.respond.begin("small", "someone")
    live.paradata.opened("small")
    assert live.respond.visit("small", "someone") is None
    assert not session.persisted
    assert [len(rows(live, name)) for name in ("response", "invitation", "submission")] == [0, 0, 0]
    assert live.studies.get("small").opened == 1
    with pytest.raises(NotFoundError):
        live.respond.begin("none", "someone")


def test_a_whole_questionnaire_is_in_the_log_as_it_was_sent(live: Store) -> None:
    start = live.respond.begin("small", "someone")
    end = go_through(live, start)
    assert end.completed
    assert end.consented
    log = sorted(rows(live, "submission"), key=lambda row: row["sequence"])
    assert [row["page"] for row in log] == list(ANSWERS)
    assert [row["sequence"] for row in log] == list(range(8))
    assert {row["instrument_hash"] for row in log} == {start.study.instrument_hash}
    assert log[0]["shown_at"] == START
    assert log[0]["sent_at"] == START + timedelta(seconds=10)
    assert log[0]["uuid"] == uuid5(start.response_id, "consent/0")
    assert '"a1":1' in str(log[2]["answers"])
    assert {"a1", "att1"} < set(str(log[2]["item_order"]).strip('[]"').split('", "'))


def test_the_session_is_the_fold_of_the_log_wherever_it_is_read(live: Store) -> None:
    end = go_through(live, live.respond.begin("small", "someone"), stop="people.g1")
    assert live.respond.visit("small", "someone") == end
    assert live.respond.enter(end.token) == end
    assert live.respond.reload(end) == end
    other = open_store(str(live.database.url.render_as_string(hide_password=False)), key=KEY)
    assert other.respond.enter(end.token) == end
    assert live.respond.visit("small", "somebody else") is None
    assert live.respond.enter("no such token") is None


def test_going_back_and_changing_a_branch_keeps_what_was_answered(live: Store) -> None:
    end = go_through(live, live.respond.begin("small", "someone"))
    changed = send(live, end, "about", {"age": 41, "employed": "no"}).session
    assert changed.completed
    data = live.results.dataset("small")
    assert data.missing[["d1", "d2", "far"]].iloc[0].tolist() == ["not_shown"] * 3
    assert data.respondents["age"].tolist() == [41.0]
    back = send(live, changed, "about").session
    assert back.completed
    assert back.answers["far"] == 1.5
    assert live.results.dataset("small").respondents["far"].tolist() == [1.5]


def test_an_identical_resend_succeeds_and_adds_nothing(live: Store) -> None:
    session = live.respond.begin("small", "someone")
    first = send(live, session, "consent")
    again = send(live, session, "consent", sent_at=START + timedelta(hours=1))
    assert (first.already, again.already) == (False, True)
    assert again.session == first.session
    key = uuid4()
    saved = send(live, first.session, "about", uuid=key)
    resent = send(live, saved.session, "about", uuid=key)
    assert resent.already
    assert len(rows(live, "submission")) == 2


def test_another_body_under_the_same_uuid_is_refused(live: Store) -> None:
    session = live.respond.begin("small", "someone")
    send(live, session, "consent")
    with pytest.raises(Conflict) as refused:
        send(live, session, "consent", {"consent": "no"})
    assert refused.value.session.consented
    elsewhere = live.respond.begin("small", "somebody else")
    taken = uuid5(session.response_id, "consent/0")
    with pytest.raises(Conflict):
        send(live, elsewhere, "consent", uuid=taken)
    assert len(rows(live, "submission")) == 1


def test_a_tab_that_is_behind_is_told_where_the_other_is(live: Store) -> None:
    old = send(live, live.respond.begin("small", "someone"), "consent").session
    ahead = send(live, send(live, old, "about").session, "support").session
    with pytest.raises(Stale) as refused:
        send(live, old, "support", {"a1": 5})
    assert refused.value.session == ahead
    with pytest.raises(Stale):
        send(live, replace(ahead, sequence=9), "work")
    assert len(rows(live, "submission")) == 3


def test_the_same_page_eight_times_at_once_is_one_line(live: Store) -> None:
    session = live.respond.begin("small", "someone")
    results = at_once(8, lambda _: send(live, session, "consent"))
    assert sorted(getattr(saved, "already", saved) for saved in results) == [False] + [True] * 7
    assert [len(rows(live, name)) for name in ("response", "invitation", "submission")] == [1, 1, 1]


def test_first_pages_of_two_tabs_make_one_response(live: Store) -> None:
    tabs = [live.respond.begin("small", "someone") for _ in range(6)]
    results = at_once(6, lambda i: send(live, tabs[i], "consent", {"consent": "yes" if i % 2 else "no"}))
    saved = [result for result in results if not isinstance(result, Exception)]
    assert all(isinstance(result, Conflict) for result in results if result not in saved)
    assert sum(not result.already for result in saved) == 1  # type: ignore[attr-defined]
    assert [len(rows(live, name)) for name in ("response", "submission")] == [1, 1]


def test_many_respondents_at_once_lose_nothing(live: Store) -> None:
    results = at_once(6, lambda i: [go_through(live, live.respond.begin("small", f"{i}/{j}")) for j in range(2)])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert live.results.counts("small").completed == 12
    assert len(rows(live, "submission")) == 12 * 8


WRITER = """
import sys
from survey.store import open_store
from tests.survey.store_support import START, go_through
from tests.survey import store_support
store = open_store(sys.argv[1], key=b"0123456789abcdef0123456789abcdef")
send = store_support.send
def told(*args, **more):
    saved = send(*args, **more)
    print(saved.session.response_id, args[2], flush=True)
    return saved
store_support.send = told
for i in range(10_000):
    go_through(store, store.respond.begin("small", f"{sys.argv[2]} {i}"))
"""


def test_a_kill_loses_nothing_that_was_acknowledged(live: Store, url: str) -> None:
    acknowledged: set[tuple[UUID, str]] = set()
    for turn in range(2):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, url, str(turn)], stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        assert writer.stdout is not None
        first = "".join(writer.stdout.readline() for _ in range(12))  # however busy the machine is
        time.sleep(0.1)
        writer.send_signal(signal.SIGKILL)
        said, _ = writer.communicate()
        lines = [line.split() for line in (first + said).split("\n")[:-1]]
        assert len(lines) > 10
        acknowledged |= {(UUID(response), page) for response, page in lines}
    log = rows(live, "submission")
    kept = {(row["response_id"], row["page"]) for row in log}
    assert acknowledged <= kept
    # A page that was written and not yet acknowledged may be there too, wholly: at most one a kill.
    assert len(kept - acknowledged) <= 2
    assert len(log) == len(kept)
    assert live.results.counts("small").started == len({response for response, _ in kept})
    if live.database.is_sqlite:
        assert live.database.read(lambda c: c.exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_locked_database_is_waited_for(live: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("survey.store.engine.BUSY_TIMEOUT_MS", 10)
    monkeypatch.setattr("survey.store.engine.PATIENCE_SECONDS", 0.3)
    impatient = open_store(live.url, key=KEY)
    session = impatient.respond.begin("small", "someone")
    with live.database.engine.connect() as holder:
        holder.exec_driver_sql("COMMIT")
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"):
            send(impatient, session, "consent")
        monkeypatch.setattr("survey.store.engine.PATIENCE_SECONDS", 10.0)
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(send, impatient, session, "consent")
            time.sleep(0.2)
            assert not waiting.done()
            holder.exec_driver_sql("ROLLBACK")
            assert not waiting.result(timeout=10).already
        holder.exec_driver_sql("BEGIN")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disc_accepts_nothing_and_says_so(live: Store) -> None:
    session = go_through(live, live.respond.begin("small", "someone"), stop="rest")
    small = open_store(live.url, key=KEY)
    pages = small.database.read(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar())
    small.database.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar())

    def fill() -> None:
        for i in range(200):
            assert go_through(small, small.respond.begin("small", f"filler {i}")).completed

    with pytest.raises(StoreError, match="disc is full"):
        fill()
    assert live.respond.reload(session) == session


def test_a_closed_study_takes_nothing_more_but_knows_what_it_took(live: Store) -> None:
    early = live.respond.begin("small", "someone")
    session = send(live, early, "consent").session
    live.studies.set_status("small", "closed")
    with pytest.raises(Closed, match="closed") as refused:
        send(live, session, "about")
    assert refused.value.session.sequence == 1
    assert send(live, early, "consent").already
    with pytest.raises(Closed):
        send(live, live.respond.begin("small", "late"), "consent")
    live.paradata.opened("small")
    assert live.studies.get("small").opened == 0
    live.studies.set_status("small", "live")
    assert not send(live, session, "about").already
    assert len(rows(live, "response")) == 1


def test_a_draft_takes_nothing(store: Store) -> None:
    store.studies.create("small", TEXT)
    with pytest.raises(Closed, match="not open yet"):
        send(store, store.respond.begin("small", "someone"), "consent")


def test_without_consent_no_answer_is_kept(live: Store) -> None:
    session = live.respond.begin("small", "someone")
    with pytest.raises(NoConsentError):
        send(live, session, "about")
    refused = send(live, session, "consent", {"consent": "no"}).session
    assert (refused.consented, refused.completed) == (False, False)
    with pytest.raises(NoConsentError):
        send(live, refused, "about")
    counts = live.results.counts("small")
    assert (counts.started, counts.consented, counts.leaving) == (1, 0, {"consent": 1})
    data = live.results.dataset("small")
    assert data.respondents.empty
    assert "1 who did not consent" in data.notes[0]


def test_what_does_not_fit_is_refused_whole(live: Store) -> None:
    session = send(live, live.respond.begin("small", "someone"), "consent").session
    for answers in ({"age": 1000}, {"a1": 3}, {"employed": "maybe"}):
        with pytest.raises(AnswerError):
            send(live, session, "about", answers)
    with pytest.raises(AnswerError):
        live.respond.submit(session, "none", {}, order=(), shown_at=START, sent_at=START)
    assert len(rows(live, "submission")) == 1


def test_typed_missing_stays_in_the_log(live: Store) -> None:
    session = send(live, live.respond.begin("small", "someone"), "consent").session
    session = send(live, session, "about", {"age": Missing.REFUSED, "employed": "no"}).session
    session = send(live, session, "support", {"a1": 3}).session
    assert session.answers["a2"] is Missing.SKIPPED
    missing = live.results.dataset("small").missing.iloc[0]
    wanted = {
        "age": "refused",
        "a1": "",
        "a2": "skipped",
        "d1": "not_shown",
        "far": "not_shown",
        "remark": "not_reached",
    }
    assert missing[list(wanted)].to_dict() == wanted


def test_personal_links_are_one_respondent_on_every_device(live: Store) -> None:
    [(_, token)] = live.invitations.create("small", [("ann@example.org", {"team": "7", "level": 2})])
    phone, desk = live.respond.enter(token), live.respond.enter(token)
    assert phone is not None
    assert phone == desk
    assert not phone.persisted
    assert phone.token == token
    saved = send(live, phone, "consent").session
    assert live.respond.enter(token) == saved
    results = at_once(4, lambda i: send(live, saved, "about", {"age": 20 + i, "employed": "no"}))
    assert sum(isinstance(result, Conflict) for result in results) == 3
    go_through(live, live.respond.reload(saved))
    row = live.results.dataset("small").respondents.iloc[0]
    assert (row["team"], row["level"]) == ("7", 2.0)
    assert len(rows(live, "response")) == 1


def test_only_hashes_of_tokens_and_ciphers_of_people_are_in_the_file(live: Store, tmp_path: Path) -> None:
    [(invitation, token)] = live.invitations.create("small", [("ann@example.org", {})])
    session = live.respond.enter(token)
    assert session is not None
    session = go_through(live, session, stop="people.g1")
    session = send(live, session, "people.g1", {"ties.g1": ["Bartholomew", "Cy"]}).session
    assert session.answers["ties.g1"] == ("T1", "T2")
    session = send(live, session, "people.g2").session
    assert session.answers["ties.g2"] == ()
    assert live.respond.names(session) == {"ties": {"T1": "Bartholomew", "T2": "Cy"}}
    assert [i.label for i in live.invitations.list("small")] == ["ann@example.org"]
    assert live.invitations.token(invitation) == token
    assert len(token) == 24
    if live.database.is_sqlite:
        live.close()
        content = b"".join(path.read_bytes() for path in tmp_path.iterdir())
        for secret in (token, "ann@example.org", "Bartholomew", "bartholomew"):
            assert secret.encode() not in content


def test_names_are_saved_with_their_page_or_not_at_all(live: Store) -> None:
    session = go_through(live, live.respond.begin("small", "someone"), stop="people.g1")

    def name(at: Session, *names: object, **more: object) -> Saved:
        return send(live, at, "people.g1", {"ties.g1": names}, **more)

    named = name(session, "Bo", "Cy").session
    assert name(session, "Bo", "Cy").already
    with pytest.raises(Conflict):
        name(session, "Bo", "Di")
    with pytest.raises(AnswerError):
        name(named, "A", "B", "C", "D")
    with pytest.raises(AnswerError):
        live.respond.submit(named, "people.g9", {"ties.g9": ["A"]}, order=(), shown_at=START, sent_at=START)
    with pytest.raises(AnswerError):
        send(live, named, "people.g1", {"ties.g2": ["A"]})
    with pytest.raises(Stale):
        name(session, "Di", uuid=uuid4())
    assert live.respond.names(named) == {"ties": {"T1": "Bo", "T2": "Cy"}}
    name(named, ("T2", "Cy"))
    assert live.respond.names(named) == {"ties": {"T2": "Cy"}}


def test_a_revoked_or_reissued_link_works_no_more(live: Store) -> None:
    made = live.invitations.create("small", 3)
    assert [invitation.label for invitation, _ in made] == ["1", "2", "3"]
    assert len({token for _, token in made}) == 3
    invitation, token = made[0]
    session = live.respond.enter(token)
    assert session is not None
    saved = send(live, session, "consent").session
    fresh = live.invitations.reissue(invitation)
    assert live.respond.enter(token) is None
    again = live.respond.enter(fresh)
    assert again == replace(saved, token=fresh)
    live.invitations.revoke(made[1][0])
    assert live.respond.enter(made[1][1]) is None


def test_a_change_of_language_is_remembered(live: Store) -> None:
    session: Session = replace(live.respond.begin("small", "someone"), language="fr")
    saved = send(live, session, "consent").session
    assert live.respond.visit("small", "someone") == saved
    assert saved.language == "fr"
