"""Backups: of one moment, read back, brought into either kind of database, and refused where they are not whole."""

from __future__ import annotations

import json
import os
import stat
import threading
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, Float, Interval, Table, func, insert, select, text
from sqlalchemy.types import NullType

from survey.errors import StoreError
from survey.store import Store, open_store, schema
from survey.store.backup import back_up, name_in, thin_out
from survey.store.engine import Database
from survey.store.keys import Keys
from survey.store.migrate import HEAD, bring_to, current
from survey.store.portable import LEFT_OUT, TableCopy, decode, encode, kind_of, tables_at
from survey.store.restore import restore
from tests.survey.conftest import KEY
from tests.survey.store_support import go_through, send

NewDatabase = Callable[[str], str]
TABLES = {table.name for table in schema.metadata.sorted_tables} - set(LEFT_OUT)


@pytest.fixture
def filled(live: Store) -> Store:
    """Answers with every sign that a file could spoil, an account, a lock, an invitation, somebody signed in."""
    live.studies.set_plan("small", "format: twofold-plan/1\n# «é» \u2028 😀\n")
    live.plans.lock("small", "at 100")
    user = live.accounts.add_user("p01", "owner", "a long password")
    live.accounts.issue(user)
    live.invitations.create("small", 2)
    for i in range(4):
        go_through(live, live.respond.begin("small", f"someone {i}"))
    session = live.respond.begin("small", "last")
    send(live, send(live, session, "consent").session, "rest", {"remark": 'quote " back\\slash \t tab «é» 😀'})
    return live


def rows(database: Database, table: Table) -> list[tuple[object, ...]]:
    found = database.read(lambda c: [tuple(row) for row in c.execute(select(table))])
    return sorted(found, key=str)


def altered(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """The same archive with other contents."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
    return target


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_everything_arrives_in_either_kind_of_database(
    filled: Store, tmp_path: Path, databases: object, to: str
) -> None:
    made = back_up(filled.database, tmp_path / "b.zip")
    assert {copy.name for copy in made.tables} == TABLES
    assert made.database == filled.database.url.get_backend_name()
    bare: Callable[[], str] = databases.bare  # type: ignore[attr-defined] # tests.support.postgres.Databases
    target = Database(f"sqlite:///{tmp_path}/new.db" if to == "sqlite" else bare())
    done = restore(tmp_path / "b.zip", target)
    assert done.manifest == made
    again = back_up(target, tmp_path / "again.zip")
    audit = {"audit"}  # which tells of the backup and of the restore themselves
    assert {c.name: (c.rows, c.hash) for c in again.tables if c.name not in audit} == {
        c.name: (c.rows, c.hash) for c in made.tables if c.name not in audit
    }
    for table in schema.metadata.sorted_tables:
        if table.name not in {*LEFT_OUT, "audit"}:
            assert rows(target, table) == rows(filled.database, table), table.name
    assert rows(target, schema.login) == []
    assert rows(filled.database, schema.login) != []
    # It goes on living: the next page has the next number.
    url = target.url.render_as_string(hide_password=False)
    target.close()
    opened = open_store(url, key=KEY)
    assert opened.results.counts("small").completed == 4
    go_through(opened, opened.respond.begin("small", "afterwards"))
    assert opened.results.counts("small").completed == 5
    assert [line[3] for line in rows(opened.database, schema.audit)].count("restore") == 1
    opened.close()


def test_a_backup_is_private_and_its_making_is_noted(filled: Store, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "b.zip"
    back_up(filled.database, path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [child.name for child in path.parent.iterdir()] == ["b.zip"]
    noted = filled.database.read(
        lambda c: c.execute(select(schema.audit.c.subject).where(schema.audit.c.action == "back up")).scalars().all()
    )
    assert noted == ["b.zip"]
    with pytest.raises(StoreError, match="there already"):
        back_up(filled.database, path)


def test_names_and_contacts_are_not_in_it_without_the_key(live: Store, tmp_path: Path) -> None:
    live.invitations.create("small", [("planted-contact-7", {})])
    session = go_through(live, live.respond.begin("small", "someone"), stop="people.g1")
    named = send(live, session, "people.g1", {"ties.g1": [("", "planted-name-7")]}).session
    assert live.respond.names(named) == {"ties": {"T1": "planted-name-7"}}
    path = tmp_path / "b.zip"
    back_up(live.database, path)
    whole = b"".join(zipfile.ZipFile(path).read(name) for name in zipfile.ZipFile(path).namelist())
    assert KEY not in whole
    assert b"planted" not in whole
    assert Keys(KEY).fingerprint().encode() in whole


def test_a_backup_made_while_pages_come_in_is_of_one_moment(live: Store, tmp_path: Path, url: str) -> None:
    stop = threading.Event()
    other = open_store(url, key=KEY)

    def write() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            go_through(other, other.respond.begin("small", f"someone {number}"))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        made = [back_up(live.database, tmp_path / f"{i}.zip") for i in range(4)]
    finally:
        stop.set()
        writer.join()
    other.close()
    for i, one in enumerate(made):
        target = Database("sqlite://")
        restore(tmp_path / f"{i}.zip", target)  # foreign keys are checked: no page without its response
        begun = len(rows(target, schema.response))
        pages = next(copy.rows for copy in one.tables if copy.name == "submission")
        # One writer, eight pages each: all but the last response are whole.
        assert (begun - 1) * 8 <= pages <= begun * 8 or begun == pages == 0
        target.close()


def test_what_is_not_whole_is_refused_and_nothing_is_written(filled: Store, tmp_path: Path) -> None:
    good, bad = tmp_path / "b.zip", tmp_path / "bad.zip"
    back_up(filled.database, good)
    content = good.read_bytes()
    broken = {
        "cut": content[: len(content) // 2],
        "text": b"not a backup " * 99,
        "empty": b"",
    }
    for middle in range(200, len(content), max(1, len(content) // 23)):
        broken[f"byte {middle}"] = content[:middle] + bytes([content[middle] ^ 0x55]) + content[middle + 1 :]
    for what, spoiled in broken.items():
        bad.write_bytes(spoiled)
        target = Database(f"sqlite:///{tmp_path}/target.db")
        told = ""
        try:
            restore(bad, target)
        except StoreError as error:
            told = str(error)
        if told:
            assert "damaged" in told or "no backup" in told, what
            assert not (tmp_path / "target.db").exists(), what
        else:
            # A byte that says nothing, such as a time of the archive: everything arrived all the same.
            assert what.startswith("byte")
            assert rows(target, schema.submission) == rows(filled.database, schema.submission), what
            target.close()
            for path in tmp_path.glob("target.db*"):
                path.unlink()
    with pytest.raises(StoreError, match="no such file"):
        restore(tmp_path / "none.zip", Database("sqlite://"))


@pytest.mark.parametrize(
    ("place", "number", "said"),
    [
        (10, 98, "compression method is not supported"),  # how the first entry is packed
        (10, 14, "damaged"),  # as if by LZMA
        (10, 12, "damaged"),  # as if by bzip2
        (8, 0b1, "encrypted"),  # a mark that it needs a password
        (42, 0xFFFF, "damaged"),  # where it begins
        (6, 99, "version 9.9"),  # the version of ZIP
    ],
)
def test_a_wrong_byte_of_the_archive_s_list_is_told_as_damage(
    filled: Store, tmp_path: Path, place: int, number: int, said: str
) -> None:
    back_up(filled.database, tmp_path / "b.zip")
    content = bytearray((tmp_path / "b.zip").read_bytes())
    first = content.index(b"PK\x01\x02") + place
    content[first : first + 2] = number.to_bytes(2, "little")
    (tmp_path / "bad.zip").write_bytes(content)
    with pytest.raises(StoreError, match=said) as told:
        restore(tmp_path / "bad.zip", Database(f"sqlite:///{tmp_path}/target.db"))
    assert "the backup is damaged or no backup at all" in str(told.value)
    assert not (tmp_path / "target.db").exists()


@pytest.mark.parametrize(
    ("entry", "before", "after", "said"),
    [
        ("tables/submission.jsonl", b"work", b"play", "not the"),
        ("tables/submission.jsonl", b"[", b"(", "damaged"),
        ("tables/response.jsonl", None, None, "damaged"),
        ("manifest.json", None, None, "no backup"),
        ("manifest.json", b"twofold-backup/1", b"twofold-backup/2", "newer Twofold"),
        ("manifest.json", f'"migration": "{HEAD}"'.encode(), b'"migration": "9999"', "newer Twofold"),
        ("manifest.json", b'"rows"', b'"lines"', "manifest is damaged"),
        ("manifest.json", b'"uuid"', b'"other"', "damaged"),
    ],
)
def test_what_was_altered_is_refused(
    filled: Store, tmp_path: Path, entry: str, before: bytes | None, after: bytes | None, said: str
) -> None:
    back_up(filled.database, tmp_path / "b.zip")

    def change(name: str, content: bytes) -> bytes | None:
        if name != entry:
            return content
        if before is None or after is None:
            return None
        assert before in content
        return content.replace(before, after)

    bad = altered(tmp_path / "b.zip", tmp_path / "bad.zip", change)
    with pytest.raises(StoreError, match=said):
        restore(bad, Database(f"sqlite:///{tmp_path}/target.db"))
    assert not (tmp_path / "target.db").exists()


def test_only_an_empty_database_is_filled(filled: Store, tmp_path: Path) -> None:
    back_up(filled.database, tmp_path / "b.zip")
    before = rows(filled.database, schema.submission)
    with pytest.raises(StoreError, match="holds a Twofold already"):
        restore(tmp_path / "b.zip", filled.database)
    assert rows(filled.database, schema.submission) == before
    theirs = Database(f"sqlite:///{tmp_path}/theirs.db")
    theirs.write(lambda c: c.exec_driver_sql("CREATE TABLE theirs (x)"))
    with pytest.raises(StoreError, match="not Twofold's"):
        restore(tmp_path / "b.zip", theirs)
    assert theirs.read(lambda c: c.exec_driver_sql("SELECT name FROM sqlite_master").scalars().all()) == ["theirs"]


def test_a_database_that_an_app_makes_meanwhile_is_left_alone(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(filled.database, tmp_path / "b.zip")
    url = f"sqlite:///{tmp_path}/target.db"
    target, write = Database(url), Database.write

    def after_the_app(database: Database, work: Any, **how: Any) -> Any:
        monkeypatch.undo()
        open_store(url).close()
        return write(database, work, **how)

    monkeypatch.setattr(Database, "write", after_the_app)
    with pytest.raises(StoreError, match="holds a Twofold already"):
        restore(tmp_path / "b.zip", target)
    store = open_store(url)
    assert store.studies.list() == []
    store.close()


def test_nothing_to_back_up_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no Twofold database yet"):
        back_up(Database("sqlite://"), tmp_path / "b.zip")
    newer = Database("sqlite://")
    newer.write(lambda c: c.execute(text("CREATE TABLE alembic_version (version_num TEXT)")))
    newer.write(lambda c: c.execute(text("INSERT INTO alembic_version VALUES ('9999')")))
    with pytest.raises(StoreError, match="newer Twofold"):
        back_up(newer, tmp_path / "b.zip")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_old_database_is_backed_up_as_it_is_and_brought_up_to_date_when_restored(
    tmp_path: Path, databases: object, kind: str
) -> None:
    bare: Callable[[], str] = databases.bare  # type: ignore[attr-defined] # tests.support.postgres.Databases
    old = Database(f"sqlite:///{tmp_path}/old.db" if kind == "sqlite" else bare())

    def fill(connection: Connection) -> None:
        bring_to(connection, "0001")
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        table = {copy.name: copy.clause for copy in tables_at("0001")}
        study = UUID("0123456789abcdef0123456789abcdef")
        connection.execute(
            insert(table["instrument"]).values(hash="h", canonical="{}", model="{}", original="", created_at=moment)
        )
        more = {"title": "Old", "status": "draft", "instrument_hash": "h", "instrument_version": "1"}
        more |= {"opened_pilot": 3, "opened_live": 0, "created_at": moment}
        connection.execute(insert(table["study"]).values(id=study, slug="old", **more))

    old.write(fill)
    made = back_up(old, tmp_path / "b.zip")
    assert made.migration == "0001"
    assert old.read(current) == "0001"
    target = Database("sqlite://")
    restore(tmp_path / "b.zip", target)
    assert target.read(current) == HEAD
    kept = target.read(
        lambda c: c.execute(
            select(schema.study.c.slug, schema.study.c.opened_pilot, schema.study.c.visitors_pilot)
        ).one()
    )
    assert kept == ("old", 3, 0)
    old.close()


def test_the_key_that_a_restored_database_needs(filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWOFOLD_KEY", raising=False)
    back_up(filled.database, tmp_path / "b.zip")
    found = []
    for name, given in (("a", None), ("b", os.urandom(32)), ("c", KEY)):
        if given is not None:
            import base64

            (tmp_path / f"{name}.db.key").write_bytes(base64.urlsafe_b64encode(given))
        found.append(restore(tmp_path / "b.zip", Database(f"sqlite:///{tmp_path}/{name}.db")).key)
    assert found == ["missing", "wrong", "right"]


def test_every_column_has_a_kind_and_comes_back_as_it_was() -> None:
    for table in schema.metadata.sorted_tables:
        for column in table.columns:
            assert kind_of(column.type), f"{table.name}.{column.name}"
        assert next(iter(table.columns)).primary_key, f"rows of {table.name} are written in the order of their key"
    with pytest.raises(StoreError, match="cannot be backed up"):
        kind_of(Interval())
    with pytest.raises(StoreError, match="cannot be backed up"):
        kind_of(NullType())
    assert kind_of(Float()) == "number"
    moment = datetime(2026, 3, 1, 9, 0, 0, 123456, tzinfo=UTC)
    row = (UUID(int=7), moment, moment.date(), "é\n", 2**40, 0.1, True, b"\x00\xff", None)
    kinds = ("uuid", "instant", "day", "text", "integer", "number", "truth", "bytes", "text")
    copy = TableCopy("t", tuple((f"c{i}", kind) for i, kind in enumerate(kinds)))
    assert tuple(decode(encode(row, kinds), copy).values()) == row


def test_an_older_version_has_the_tables_that_it_had() -> None:
    names = [copy.name for copy in tables_at("0001")]
    assert "study" in names
    assert "quota_place" not in names
    assert names.index("study") < names.index("response") < names.index("submission")
    # What is learned from an empty database and what the models say are the same.
    from survey.store import portable

    learned = {
        table.name: [(column.name, kind_of(column.type)) for column in table.columns]
        for table in portable._older(HEAD).sorted_tables
        if table.name not in LEFT_OUT
    }
    assert {copy.name: sorted(copy.columns) for copy in tables_at(HEAD)} == {
        name: sorted(columns) for name, columns in learned.items()
    }


def test_old_backups_of_a_folder_go(tmp_path: Path) -> None:
    for day in range(5):
        (tmp_path / f"twofold-2026010{day}-000000.zip").touch()
    (tmp_path / "other.zip").touch()
    assert [path.name for path in thin_out(tmp_path, 3)] == [f"twofold-2026010{day}-000000.zip" for day in (0, 1)]
    assert len(list(tmp_path.iterdir())) == 4
    assert name_in(tmp_path).match("twofold-*.zip")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_large_database_is_copied_and_brought_back_in_little_memory(
    live: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("survey.store.portable._BATCH", 50)
    monkeypatch.setattr("survey.store.restore._BATCH", 50)
    session = go_through(live, live.respond.begin("small", "someone"))
    line = live.database.read(lambda c: dict(c.execute(select(schema.submission)).mappings().first() or {}))
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    wide = "x" * 50_000

    def fill(connection: Connection) -> None:
        for chunk in range(6):
            lines = [
                {**line, "id": None, "uuid": UUID(int=n), "sequence": n, "answers": wide, "received_at": moment}
                for n in range(1_000 + 100 * chunk, 1_100 + 100 * chunk)
            ]
            for one in lines:
                del one["id"]
            connection.execute(insert(schema.submission), lines)

    live.database.write(fill)
    assert session.sequence == 8
    tracemalloc.start()
    try:
        made = back_up(live.database, tmp_path / "b.zip")
        written = tracemalloc.get_traced_memory()[1]
        tracemalloc.reset_peak()
        restore(tmp_path / "b.zip", Database(f"sqlite:///{tmp_path}/target.db"))
        brought = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert made.rows > 600
    # 30 MB of answers; what is held at once is one batch of them.
    assert written < 15e6
    assert brought < 15e6
    count = select(func.count()).select_from(schema.submission)
    assert live.database.read(lambda c: c.execute(count).scalar_one()) == 608
    assert timedelta(0) < datetime.fromisoformat(made.made_at) - moment
    assert json.loads(zipfile.ZipFile(tmp_path / "b.zip").read("manifest.json"))["program"]
