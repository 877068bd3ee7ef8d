"""Erasing: everything of whom it is, nothing of anybody else, out of the bytes as well; a count remains."""

from __future__ import annotations

import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Select, Table, func, insert, select, text

from survey.errors import NotFoundError, StoreError, StudyError
from survey.mail.people import NewContact
from survey.store import Circumstances, Session, Store, erase, mail_tables, open_store, pair_tables, schema, watch
from survey.store.backup import back_up
from survey.store.erase import EVERYBODY, EXEMPT, OF_A_PERSON, PILOT, Whom
from survey.store.retention import overdue, withdrawable
from tests.survey.conftest import KEY
from tests.survey.store_support import ANSWERS, START, TEXT, go_through, send

LABEL, TIE, WORDS, SOURCE = "planted-label-7", "planted-name-7", "planted-words-7", "planted-source-7"
MAIL, MAIL_NAME = "planted-mail-7@example.org", "planted-person-7"
FIELD, ADDRESS = "planted-team-7", "203.0.113.77"
QUOTAS = TEXT.replace(
    "checks:", "quotas:\n  workers: {max: 50, when: employed == 'yes', text: {en: Enough of them.}}\nchecks:"
)


def answers(words: str, tie: str) -> dict[str, dict[str, object]]:
    rest = {**ANSWERS["rest"], "remark": words}
    return {**ANSWERS, "rest": rest, "people.g1": {"ties.g1": [["", tie]]}}


def planted(store: Store) -> Session:
    """Somebody invited, with something of theirs in every table."""
    store.mailing.set("small", incentive="A pen")
    [(invitation, token)] = store.invitations.create("small", [(LABEL, {"team": FIELD})])
    contact = NewContact(2, MAIL, "en", {"name": MAIL_NAME}, {})
    store.database.write(lambda c: store.contacts.insert(c, store.studies.get("small"), [(invitation.id, contact)]))
    mail = store.letters.correspondence("small")
    made = store.letters.begin(mail.study, next(one for one in mail.people if one.contact.address == MAIL))
    assert made is not None
    session = store.respond.enter(token)
    assert session is not None
    came = Circumstances("html", "phone", source=SOURCE, address=ADDRESS)
    first = send(store, session, "consent", circumstances=came).session
    done = go_through(store, first, answers(WORDS, TIE))
    store.database.write(lambda c: paired(c, store, done))
    store.paradata.went_back(done, "rest", "planted-press-7", "html")
    assert done.completed
    return done


def paired(connection: Connection, store: Store, session: Session) -> None:
    """What a page with a self-made code and one with a nomination would have left."""
    person = session.invitation_id
    whose = {"study_id": session.study.id, "response_id": session.response_id}
    code = {"invitation_id": person, "phase": "live", "place": 0, "mac": store.keys.mac("code", WORDS)}
    connection.execute(insert(pair_tables.code_mac).values(**whose, **code))
    whom = {"id": uuid4(), "nominator_id": person, "dyad": "d1", "role": "mentor", "state": "waiting", "at": START}
    address = store.keys.encrypt(f"nominee-{MAIL}")
    connection.execute(insert(pair_tables.nomination).values(**whose, **whom, address=address))


def other(store: Store, number: int) -> Session:
    """Somebody else, by the open link."""
    return go_through(store, store.respond.begin("small", f"other {number}"), answers(f"kept {number}", f"K {number}"))


@pytest.fixture
def study(store: Store) -> Store:
    store.studies.create("small", QUOTAS)
    store.paradata.set_address_days("small", 30)
    store.studies.set_status("small", "live")
    return store


def rows(store: Store) -> dict[str, int]:
    """How many rows each table of a person has."""

    def count(connection: Connection) -> dict[str, int]:
        tables = ((name, schema.metadata.tables[name]) for name in OF_A_PERSON)
        return {n: connection.execute(select(func.count()).select_from(table)).scalar_one() for n, table in tables}

    return store.database.read(count)


def found_in(folder: Path, tokens: tuple[str, ...]) -> list[tuple[str, str]]:
    """Which of the tokens stand in the bytes of which file."""
    return sorted(
        (path.name, token) for path in folder.iterdir() for token in tokens if token.encode() in path.read_bytes()
    )


def sealed(store: Store) -> tuple[str, ...]:
    """What is kept of the planted person, as it stands in the bytes: in plain, encrypted, hashed, or by its id."""
    invitation = schema.invitation.c
    row = store.database.read(
        lambda c: c.execute(select(schema.invitation).where(invitation.fields.like(f"%{FIELD}%"))).one()
    )
    response = schema.response.c
    mine = select(response.id).where(response.invitation_id == row.id)
    names = select(schema.tie_name.c.name).where(schema.tie_name.c.response_id.in_(mine))
    macs = select(schema.address_hash.c.mac).where(schema.address_hash.c.response_id.in_(mine))
    own = schema.submission.c.page.in_(["people.g1", "rest"])  # whoever answers alike has the same hash elsewhere
    bodies = select(schema.submission.c.body_hash).where(schema.submission.c.response_id.in_(mine), own)
    queries: tuple[Select[Any], ...] = (names, macs, bodies, mine)
    kept = store.database.read(lambda c: [list(c.execute(query).scalars()) for query in queries])
    contact = mail_tables.contact
    mail = store.database.read(lambda c: c.execute(select(contact).where(contact.c.invitation_id == row.id)).one())
    owed = store.database.read(lambda c: list(c.execute(select(mail_tables.owed.c.recipient)).scalars()))
    plain = (WORDS, SOURCE, FIELD, row.contact, row.token_hash, row.id.hex)
    kept_apart = (select(pair_tables.code_mac.c.mac), select(pair_tables.nomination.c.address))
    pairs = store.database.read(lambda c: [one for query in kept_apart for one in c.execute(query).scalars()])
    letters = (*pairs, mail.address, mail.address_mac, mail.attributes, mail.opt_out_hash, *owed)
    return (*plain, *letters, *kept[0], *kept[1], *kept[2], *[one.hex for one in kept[3]])


def paths(table: Table, seen: frozenset[str] = frozenset()) -> bool:
    """Whether foreign keys lead from a table to a person."""
    if table.name in ("invitation", "response"):
        return True
    targets = {key.column.table for key in table.foreign_keys} - {table}
    return any(paths(target, seen | {table.name}) for target in targets if target.name not in seen)


def test_every_table_is_either_a_persons_or_named_as_exempt_with_a_reason() -> None:
    every = set(schema.metadata.tables)
    assert set(OF_A_PERSON) | set(EXEMPT) == every
    assert not set(OF_A_PERSON) & set(EXEMPT)
    assert {name for name, table in schema.metadata.tables.items() if paths(table)} == set(OF_A_PERSON)
    named = {
        c for t in schema.metadata.tables.values() for c in t.columns if c.name in ("response_id", "invitation_id")
    }
    assert not [str(column) for column in named if not column.foreign_keys]
    assert all(EXEMPT.values())
    assert all(OF_A_PERSON.values())


def test_a_person_goes_from_every_table_and_nobody_else_does(study: Store) -> None:
    for number in range(3):
        other(study, number)
    before = rows(study)
    session = planted(study)
    grown = rows(study)
    assert all(grown[name] > before[name] for name in OF_A_PERSON)
    whom = study.erasures.person("small", f"  {LABEL.upper()} ")
    assert whom == Whom("person", session.invitation_id)
    extent = study.erasures.extent("small", whom)
    assert (extent.people, extent.responses) == (1, 1)
    assert extent.rows == {words: grown[name] - before[name] for name, words in OF_A_PERSON.items()}
    done = study.erasures.erase("small", whom, "lead")
    assert rows(study) == before
    assert (done.kind, done.people, done.responses, done.actor, done.finished) == ("person", 1, 1, "lead", True)
    assert study.erasures.list("small") == [done]
    assert study.results.counts("small").completed == 3
    assert study.respond.enter(session.token) is None


@pytest.mark.parametrize("by", ["invitation", "response", "wave", "token", "address"])
def test_a_person_is_found_by_what_there_is_of_them(study: Store, by: str) -> None:
    session = planted(study)
    words = {"invitation": str(session.invitation_id), "response": str(session.response_id), "token": session.token}
    words["wave"] = f"{session.response_id}@2"
    words["address"] = f" {MAIL.upper()}"
    assert study.erasures.person("small", words[by]) == Whom("person", session.invitation_id)
    study.studies.create("another", TEXT)
    with pytest.raises(StudyError, match="nobody in 'another'"):
        study.erasures.person("another", words[by])


def test_who_is_not_found_or_not_told_apart_is_not_erased(study: Store) -> None:
    study.invitations.create("small", [("the same", {}), ("The same", {})])
    for words, told in (("the same", "2 people in"), ("nobody", "nobody in"), ("", "nobody in")):
        with pytest.raises(StudyError, match=told):
            study.erasures.person("small", words)
    with pytest.raises(NotFoundError):
        study.erasures.erase("none", EVERYBODY)
    with pytest.raises(StudyError, match="nothing to erase"):
        study.erasures.erase("small", Whom("person", uuid4()))
    assert study.erasures.list() == []


def test_a_response_goes_and_the_invitation_of_a_person_stays(study: Store) -> None:
    session, stranger = planted(study), other(study, 1)
    study.erasures.erase("small", Whom("response", session.response_id))
    again = study.respond.enter(session.token)
    assert again is not None
    assert (again.persisted, again.answers) == (False, {})
    assert rows(study)["invitation"] == 2
    gone = study.erasures.erase("small", Whom("response", stranger.response_id))
    assert (gone.people, gone.responses) == (1, 1)
    assert {name: n for name, n in rows(study).items() if n} == {"invitation": 1, "contact": 1, "letter": 1}


def test_pilot_data_go_by_themselves(store: Store) -> None:
    store.studies.create("small", QUOTAS)
    store.studies.set_status("small", "pilot")
    mine = planted(store)
    for number in range(2):
        other(store, number)
    store.studies.set_status("small", "live")
    live = store.respond.enter(mine.token)
    assert live is not None
    go_through(store, live, answers("live words", "L"))
    other(store, 3)
    kept = store.results.dataset("small", "live").respondents
    done = store.erasures.erase("small", PILOT, "lead")
    assert (done.kind, done.people, done.responses) == ("pilot", 3, 3)
    assert store.results.counts("small", "pilot").started == 0
    assert store.results.dataset("small", "live").respondents.equals(kept)
    assert (rows(store)["invitation"], rows(store)["response"]) == (2, 2)
    with pytest.raises(StudyError, match="nothing to erase"):
        store.erasures.erase("small", PILOT)


def test_a_whole_study_goes_once_it_is_closed(study: Store) -> None:
    planted(study)
    other(study, 1)
    study.studies.create("another", TEXT)
    study.studies.set_status("another", "live")
    go_through(study, study.respond.begin("another", "someone"))
    with pytest.raises(StudyError, match="close it before"):
        study.erasures.erase("small", EVERYBODY)
    study.studies.set_status("small", "closed")
    done = study.erasures.erase("small", EVERYBODY, "lead")
    assert (done.kind, done.people, done.responses) == ("study", 2, 2)
    assert study.results.counts("another").completed == 1
    assert {name: n for name, n in rows(study).items() if n} == {"submission": 8, "response": 1, "invitation": 1}
    assert study.studies.get("small").status == "closed"


def test_what_is_made_from_the_log_is_made_anew_after_an_erasure(study: Store) -> None:
    """The number of a line that is gone may be given again: that must not look like the log of before."""
    other(study, 1)
    mine = other(study, 2)
    before = study.results.version("small")
    study.erasures.erase("small", Whom("response", mine.response_id))
    other(study, 3)
    after = study.results.version("small")
    assert before.split()[:-1] == after.split()[:-1] or not study.database.is_sqlite
    assert before != after


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Store]:
    """A study in a file with so many others that its tables have pages within pages."""
    opened = open_store(f"sqlite:///{tmp_path}/study.db", key=KEY)
    opened.studies.create("small", QUOTAS)
    opened.paradata.set_address_days("small", 30)
    opened.studies.set_status("small", "live")
    for number in range(15):
        other(opened, number)
    yield opened
    opened.close()


def backed_up(store: Store, to: Path) -> None:
    """A copy made by the database itself, and a backup of ours, taken out of its archive."""
    with sqlite3.connect(str(store.database.url.database)) as source, sqlite3.connect(to / "copy.db") as target:
        source.backup(target)
    source.close()
    target.close()
    back_up(store.database, to / "backup.zip")
    with zipfile.ZipFile(to / "backup.zip") as archive:
        (to / "backup.txt").write_bytes(b"\n".join(archive.read(name) for name in archive.namelist()))


def test_no_byte_of_a_person_is_left_in_any_file(file: Store, tmp_path: Path) -> None:
    planted(file)
    tokens = sealed(file)
    for number in range(15, 25):
        other(file, number)
    assert {token for _, token in found_in(tmp_path, tokens)} >= {WORDS, SOURCE, FIELD}
    done = file.erasures.erase("small", file.erasures.person("small", LABEL), "lead")
    assert done.finished
    backed_up(file, tmp_path)
    assert found_in(tmp_path, (*tokens, LABEL, TIE, ADDRESS, MAIL, MAIL_NAME)) == []
    assert (tmp_path / "copy.db").stat().st_size > 50_000
    assert b"kept 7" in (tmp_path / "backup.txt").read_bytes()
    assert file.results.counts("small").completed == 25


def test_with_a_reader_the_erasure_says_that_it_is_not_finished_and_finishes_later(file: Store, tmp_path: Path) -> None:
    planted(file)
    tokens = sealed(file)
    reader = sqlite3.connect(tmp_path / "study.db", isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute("SELECT count(*) FROM submission").fetchone()[0] > 100
    done = file.erasures.erase("small", file.erasures.person("small", LABEL), "lead", wait=0.3)
    assert not done.finished
    assert file.erasures.unfinished() == [done]
    assert file.results.counts("small").completed == 15  # the rows are gone at once
    assert found_in(tmp_path, tokens)
    grown = (tmp_path / "study.db-wal").stat().st_size
    for _ in range(3):  # while the reader stays, trying again makes no file longer
        assert not file.erasures.finish(wait=0)
    assert (tmp_path / "study.db-wal").stat().st_size <= grown
    other(file, 30)  # and pages are saved meanwhile
    reader.execute("ROLLBACK")
    assert file.erasures.finish(wait=5)
    [finished] = file.erasures.list()
    assert finished.finished_at is not None
    assert timedelta(0) <= finished.finished_at - finished.at < timedelta(minutes=5)
    backed_up(file, tmp_path)
    reader.close()
    assert found_in(tmp_path, tokens) == []
    assert file.erasures.finish(wait=0)


def on_disc(store: Store, tokens: tuple[str, ...]) -> set[str]:
    """Which of the tokens stand in the files of the tables and indexes of a database on PostgreSQL."""
    files = text(
        "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
        " WHERE relkind IN ('r', 'i', 't') AND relnamespace IN ('public'::regnamespace, 'pg_toast'::regnamespace)"
    )
    with store.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))  # what is in memory alone is not in the files yet
        written = b"".join(bytes(content) for content in connection.execute(files).scalars())
    return {token for token in tokens if token.encode() in written}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_no_byte_of_a_person_is_left_in_the_tables_of_postgresql(study: Store) -> None:
    planted(study)
    for number in range(5):
        other(study, number)
    tokens = sealed(study)
    there = on_disc(study, tokens)
    assert there >= {WORDS, SOURCE, FIELD}
    whom = study.erasures.person("small", MAIL)
    reader = study.database.engine.connect().execution_options(isolation_level="REPEATABLE READ")
    assert reader.execute(select(func.count()).select_from(schema.submission)).scalar_one() > 40
    done = study.erasures.erase("small", whom, "lead", wait=0.3)
    assert not done.finished
    assert on_disc(study, tokens) == there
    reader.close()
    assert study.erasures.finish(wait=5)
    assert on_disc(study, tokens) == set()
    assert study.results.counts("small").completed == 5


def test_a_disc_that_is_full_leaves_an_erasure_unfinished(study: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    session = planted(study)

    def full(*_: object) -> bool:
        raise StoreError("the disc is full")

    with monkeypatch.context() as patched:
        patched.setattr(erase, "scrub", full)
        done = study.erasures.erase("small", Whom("person", session.invitation_id))
        assert not done.finished
        with pytest.raises(StoreError, match="full"):
            study.erasures.finish()
    assert study.respond.enter(session.token) is None
    assert study.erasures.finish()


def test_the_numbers_of_a_report_say_how_many_are_gone(study: Store) -> None:
    session, kept = planted(study), other(study, 1)
    study.erasures.stop(kept)
    study.erasures.withdraw(other(study, 2))
    study.erasures.erase("small", Whom("person", session.invitation_id))
    found = study.paradata.participation("small")
    assert (found.stopped, found.withdrawn, found.erased, found.counts.started) == (1, 1, 1, 1)


def test_nothing_that_was_read_is_kept_in_memory(study: Store) -> None:
    other(study, 1)
    assert watch.watch_of(study.database).look("small").tally.started == 1
    assert watch.watch_of(study.database)._states
    watch.forget(study.database)
    assert not watch.watch_of(study.database)._states


def test_what_is_remembered_tells_of_nobody(study: Store) -> None:
    session = planted(study)
    tokens = (*sealed(study), LABEL, TIE, ADDRESS, str(session.response_id), str(session.invitation_id), session.token)
    study.invitations.revoke(study.invitations.list("small")[0])
    study.erasures.erase("small", study.erasures.person("small", LABEL), "lead")
    told = study.database.read(
        lambda c: str([tuple(row) for table in EXEMPT for row in c.execute(select(schema.metadata.tables[table]))])
    )
    assert [token for token in tokens if token in told] == [str(session.invitation_id)]  # see EXEMPT, of the audit log
    acts = study.database.read(lambda c: list(c.execute(select(schema.audit.c.action, schema.audit.c.detail))))
    assert ("erase", '{"kind": "person", "people": 1, "responses": 1}') in [tuple(act) for act in acts]


def test_days_of_a_study(store: Store) -> None:
    store.studies.create("small", TEXT)
    study = store.studies.get("small")
    assert (study.withdraw_until, study.delete_after) == (None, None)
    assert withdrawable(study, date(2999, 1, 1))
    assert not overdue(study, date(2999, 1, 1))
    study = store.retention.set_days("small", date(2027, 1, 31), date(2028, 1, 31), "lead")
    assert (withdrawable(study, date(2027, 1, 31)), withdrawable(study, date(2027, 2, 1))) == (True, False)
    assert (overdue(study, date(2028, 1, 31)), overdue(study, date(2028, 2, 1))) == (False, True)
    assert store.studies.get("small") == study
    with pytest.raises(StudyError, match="in the other order"):
        store.retention.set_days("small", date(2028, 1, 1), date(2027, 1, 1))
    with pytest.raises(NotFoundError):
        store.retention.set_days("none", None, None)
    assert store.studies.get("small") == study
