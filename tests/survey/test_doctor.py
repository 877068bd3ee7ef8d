"""The doctor: well where all is well, and a remedy wherever it is not."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from survey import doctor
from survey.doctor import examine
from survey.store import open_store
from survey.store.erase import Whom
from tests.survey.store_support import TEXT, go_through


def wrong(url: str) -> list[str]:
    findings = examine(url)
    for finding in findings:
        assert finding.what
        assert finding.ok or finding.remedy
    return [finding.what for finding in findings if not finding.ok]


@pytest.fixture
def url(tmp_path: Path) -> str:
    open_store(f"sqlite:///{tmp_path}/a.db").close()
    return f"sqlite:///{tmp_path}/a.db"


def test_all_is_well(url: str) -> None:
    assert wrong(url) == []
    said = " ".join(finding.what for finding in examine(url))
    for word in ("Python", "streamlit", "WAL", "integrity_check", "migration", "MB are free", "only its owner"):
        assert word in said


def test_looking_makes_nothing(tmp_path: Path) -> None:
    assert wrong(f"sqlite:///{tmp_path}/new.db") == []
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_others_may_read(url: str, tmp_path: Path) -> None:
    (tmp_path / "a.db.key").chmod(0o644)
    [found] = wrong(url)
    assert "others may read it (644)" in found


def test_a_key_that_is_gone_or_broken(url: str, tmp_path: Path) -> None:
    (tmp_path / "a.db.key").write_text("?")
    assert "not a key" in wrong(url)[0]
    open_store(f"sqlite:///{tmp_path}/other.db").close()
    (tmp_path / "a.db.key").write_bytes((tmp_path / "other.db.key").read_bytes())
    assert "is not the one of this database" in wrong(url)[0]
    (tmp_path / "a.db.key").unlink()
    [found] = wrong(url)
    assert "is missing" in found


def test_a_newer_database(url: str) -> None:
    store = open_store(url)
    store.database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
    store.close()
    assert wrong(url) == ["The database was made by a newer Twofold (migration 9999)."]


def test_a_strangers_and_a_damaged_file(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "theirs.db") as connection:
        connection.execute("CREATE TABLE theirs (x)")
    assert "not Twofold's" in wrong(f"sqlite:///{tmp_path}/theirs.db")[0]
    (tmp_path / "text.db").write_text("no database " * 500)
    assert "not a database" in wrong(f"sqlite:///{tmp_path}/text.db")[0]


def test_damage_inside_is_found(url: str, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    content = bytearray(path.read_bytes())
    for page in range(2, len(content) // 4096):
        content[page * 4096 : page * 4096 + 64] = b"\xff" * 64
    path.write_bytes(content)
    assert any("damaged" in found for found in wrong(url))


def test_little_room_and_a_bad_url(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_MB", 10**12)
    assert "MB are free" in wrong(url)[0]
    assert "not the URL" in wrong("nonsense")[0]
    assert wrong("sqlite://") == []


def test_what_should_be_gone_by_now(url: str, tmp_path: Path) -> None:
    store = open_store(url)
    store.studies.create("small", TEXT)
    store.studies.set_status("small", "live")
    store.retention.set_days("small", None, date(2020, 1, 31))
    assert wrong(url) == []  # nothing is kept of anybody
    session = go_through(store, store.respond.begin("small", "someone"))
    assert wrong(url) == ["The data of the study small were to be erased by now."]
    reader = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM submission").fetchone()
    assert not store.erasures.erase("small", Whom("response", session.response_id), wait=0).finished
    [left] = wrong(url)
    assert "1 erasure(s) are not finished" in left
    reader.close()
    assert store.erasures.finish()
    assert wrong(url) == []
    store.close()
