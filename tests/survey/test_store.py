"""Opening a store: migrations, keys, and databases that cannot be used."""

from __future__ import annotations

import base64
import os
import sqlite3
import stat
import threading
import traceback
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from survey.errors import StoreError
from survey.store import Store, default_url, open_store
from survey.store.migrate import HEAD, scripts
from survey.store.schema import metadata
from tests.survey.conftest import KEY
from tests.survey.store_support import TEXT, go_through, send


def test_models_and_migrations_agree(store: Store) -> None:
    differences = store.database.read(lambda c: compare_metadata(MigrationContext.configure(c), metadata))
    assert differences == []


def test_the_newest_migration_is_the_one_that_opening_looks_for() -> None:
    assert scripts().get_heads() == [HEAD]


def test_every_connection_is_set_up(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/a.db")
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "busy_timeout": 5000}
    for name, value in wanted.items():
        assert store.database.read(lambda c, name=name: c.exec_driver_sql(f"PRAGMA {name}").scalar()) == value


def test_the_log_refuses_to_be_altered(live: Store) -> None:
    go_through(live, live.respond.begin("small", "someone"))
    with pytest.raises((StoreError, DatabaseError), match="never altered"):
        live.database.write(lambda c: c.execute(text("UPDATE submission SET answers = '{}'")))
    assert live.results.counts("small").completed == 1


def test_a_newer_database_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    store = open_store(url)
    store.database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    store.close()
    with pytest.raises(StoreError, match="newer Twofold"):
        open_store(url)


def test_a_strangers_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "a.db") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(StoreError, match="not Twofold's"):
        open_store(f"sqlite:///{tmp_path}/a.db")
    with sqlite3.connect(tmp_path / "a.db") as connection:
        assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master")] == ["theirs"]


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("nonsense", "not the URL"),
        ("mysql://localhost/x", "not known"),
        ("postgresql://ann:secret@host:port/x", "^what was given is not the URL"),
        ("sqlite:////proc/none/a.db", "cannot be made"),
    ],
)
def test_a_url_that_cannot_be_used_is_said_in_words(url: str, word: str) -> None:
    with pytest.raises(StoreError, match=word):
        open_store(url)


def test_a_file_that_is_no_database_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("This is not a database, however long it may be. " * 50)
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{tmp_path}/a.db")


def test_no_failure_of_the_database_tells_what_was_answered(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/a.db")
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "live")
    session = go_through(store, store.respond.begin("small", "someone"), stop="rest")
    refuse = "CREATE TRIGGER refuse BEFORE INSERT ON submission BEGIN SELECT no_such_function(); END"
    store.database.write(lambda connection: connection.exec_driver_sql(refuse))
    answer = "private " * 3
    with pytest.raises(StoreError) as found:
        send(store, session, "rest", {"remark": answer})
    told = "".join(traceback.format_exception(found.value))
    assert "INSERT INTO submission" in told
    assert answer.strip() not in told


def test_the_key_file_is_private_and_made_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    first = open_store(url)
    path = tmp_path / "a.db.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = path.read_bytes()
    first.close()
    again = open_store(url)
    assert path.read_bytes() == kept
    assert again.secret("cookies") == first.secret("cookies") != first.secret("tokens")
    assert sorted(p.name for p in tmp_path.iterdir() if "key" in p.name) == ["a.db.key"]


def test_a_lost_or_a_wrong_key_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    open_store(url).close()
    (tmp_path / "a.db.key").rename(tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="missing"):
        open_store(url)
    assert not (tmp_path / "a.db.key").exists()
    monkeypatch.setenv("TWOFOLD_KEY", base64.urlsafe_b64encode(os.urandom(32)).decode())
    with pytest.raises(StoreError, match="does not belong"):
        open_store(url)
    monkeypatch.setenv("TWOFOLD_KEY", (tmp_path / "elsewhere").read_text())
    open_store(url).close()
    monkeypatch.setenv("TWOFOLD_KEY", "secret")
    with pytest.raises(StoreError, match="not a key"):
        open_store(url)


def test_many_may_open_a_new_database_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/a.db"
    stores: list[Store] = []
    failures: list[Exception] = []

    def work() -> None:
        try:
            stores.append(open_store(url))
        except Exception as error:  # whatever it is, it fails the test below
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len({opened.secret("x") for opened in stores}) == 1
    stores[0].studies.create("small", TEXT)
    assert [study.slug for study in stores[-1].studies.list()] == ["small"]


def test_the_default_is_a_file_or_what_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TWOFOLD_DATABASE", raising=False)
    assert default_url() == "sqlite:///data/twofold.db"
    monkeypatch.setenv("TWOFOLD_DATABASE", "sqlite://")
    assert default_url() == "sqlite://"
    assert open_store(default_url(), key=KEY).studies.list() == []


def test_a_database_that_may_not_be_written_is_said_in_words(tmp_path: Path) -> None:
    open_store(f"sqlite:///{tmp_path}/a.db", key=KEY).close()
    store = open_store(f"sqlite:///file:{tmp_path}/a.db?mode=ro&uri=true", key=KEY)
    assert store.studies.list() == []
    with pytest.raises(StoreError, match="may not be written"):
        store.studies.create("small", TEXT)
