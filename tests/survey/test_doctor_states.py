"""Each state of a database that an operator may meet, produced for real: found, and said what to do."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from survey import doctor, doctor_postgres
from survey.doctor import examine
from survey.finding import Finding
from survey.store import engine, open_store, schema
from survey.store.engine import ALONE, Database
from survey.store.migrate import bring_to
from tests.support.browser import free_port
from tests.support.postgres import FAST, Cluster, cluster
from tests.support.terminal import ROOT, twofold


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(doctor, "PATIENCE", 0.3)
    monkeypatch.delenv("TWOFOLD_KEY", raising=False)
    monkeypatch.chdir(tmp_path)


def wrong(url: str) -> list[Finding]:
    found = [finding for finding in examine(url) if not finding.ok]
    assert all(finding.what and finding.remedy for finding in found)
    return found


def only(url: str) -> str:
    """The one thing that is wrong, with its remedy."""
    [found] = wrong(url)
    return f"{found.what} {found.remedy}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    open_store(f"sqlite:///{tmp_path}/a.db").close()
    return tmp_path / "a.db"


@contextlib.contextmanager
def small_disc(folder: Path) -> Iterator[bool]:
    """A disc of two megabytes at a folder; whether this user may make one."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "twofold-test", str(folder)]
    made = shutil.which("mount") and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        yield bool(made)
    finally:
        if made:
            subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "LEAST_FREE_MB", 0)
    with small_disc(tmp_path / "small") as made:
        url = f"sqlite:///{tmp_path}/small/a.db"
        open_store(url).close()
        if made:
            with contextlib.suppress(OSError), (tmp_path / "small" / "filler").open("wb", buffering=0) as filler:
                while True:
                    filler.write(bytes(4096))
        else:  # no rights to make a disc: the system's answer is played

            def full(*_: object, **__: object) -> None:
                raise OSError(28, "No space left on device")

            monkeypatch.setattr("survey.doctor.tempfile.TemporaryFile", full)
        said = [f"{found.what} {found.remedy}" for found in wrong(url)]
    assert any("The disc is full" in words and "Free some space" in words for words in said)


def test_a_database_that_may_not_grow(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pragmas = engine._set_pragmas

    def limited(connection: sqlite3.Connection, record: object, patience: float | None) -> None:
        pragmas(connection, record, patience)
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    monkeypatch.setattr(engine, "_set_pragmas", limited)
    assert "the disc is full" in only(f"sqlite:///{file}")


def test_a_locked_file(file: Path) -> None:
    holder = sqlite3.connect(file, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    said = only(f"sqlite:///{file}")
    holder.close()
    assert "stayed locked by another program. Close it" in said
    assert wrong(f"sqlite:///{file}") == []


def test_a_file_that_may_only_be_read(file: Path) -> None:
    assert "may not be written to. Check the rights" in only(f"sqlite:///file:{file}?mode=ro&uri=true")


def test_rights_that_are_missing_for_an_ordinary_user(file: Path) -> None:
    if os.geteuid() != 0:
        file.chmod(0o444)
        assert any("may not be written to" in found.what for found in wrong(f"sqlite:///{file}"))
        return
    # No mode stops root: another process looks, as somebody else.
    place = Path(tempfile.mkdtemp())
    look = (
        "import os, pwd; from pathlib import Path; from survey.doctor import _disc\n"
        "os.setuid(pwd.getpwnam('nobody').pw_uid)\n"
        f"print([found.what for found in _disc(Path({str(place / 'a.db')!r})) if not found.ok])"
    )
    try:
        place.chmod(0o755)
        shutil.copy(file, place / "a.db")
        done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=False, cwd=ROOT)
    finally:
        shutil.rmtree(place)
    assert "may not be written to" in done.stdout, done.stderr
    assert "Nothing can be written into" in done.stdout


def test_an_older_and_a_newer_database(tmp_path: Path, file: Path) -> None:
    old = Database(f"sqlite:///{tmp_path}/old.db")
    old.write(lambda connection: bring_to(connection, "0003"))
    old.close()
    said = [f"{found.what} {found.remedy}" for found in wrong(f"sqlite:///{tmp_path}/old.db")]
    assert any("older Twofold (migration 0003" in words and "Make a backup" in words for words in said)
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    assert "newer Twofold (migration 9999). Install the newer" in only(f"sqlite:///{file}")


def test_a_clock_that_went_back(file: Path) -> None:
    database = Database(f"sqlite:///{file}")
    line = {"actor": "", "action": "x", "subject": "", "detail": "{}"}
    for lead, found in ((timedelta(seconds=30), 0), (timedelta(days=3), 1)):
        moment = datetime.now(UTC) + lead
        database.write(lambda c, moment=moment: c.execute(insert(schema.audit).values(at=moment, **line)))
        assert len(wrong(f"sqlite:///{file}")) == found
    assert "The clock is wrong" in only(f"sqlite:///{file}")
    database.close()


@pytest.fixture
def served(postgres_cluster: Cluster) -> Iterator[tuple[Cluster, str]]:
    """A server and a database of one's own on it, in use, by the network."""
    name = f"doctor_{os.urandom(4).hex()}"
    administrator = Database(postgres_cluster.url("postgres"))
    with administrator.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
        open_store(postgres_cluster.network_url(name)).close()
        yield postgres_cluster, name
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    administrator.close()


def as_administrator(cluster: Cluster, name: str, *statements: str) -> None:
    database = Database(cluster.url(name))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    database.close()


def test_a_server_where_all_is_well(served: tuple[Cluster, str]) -> None:
    server, name = served
    url = server.network_url(name)
    assert wrong(url) == []
    said = " ".join(finding.what for finding in examine(url))
    for words in ("PostgreSQL 1", "encoding is UTF8", "clocks", "every right", "migration", "trial transaction"):
        assert words in said
    assert server.password not in said


def test_a_server_that_cannot_be_used(served: tuple[Cluster, str]) -> None:
    server, name = served
    nobody = free_port()
    for url, what, remedy in (
        (f"postgresql://a:planted-word-7@127.0.0.1:{nobody}/x", "PostgreSQL does not answer there", "Start it"),
        (server.network_url(name, password="planted-word-7"), "refuses this user's password", "Check user and"),
        (server.network_url("none"), "no such database", "createdb --owner tester none"),
        (server.url(name, user="stranger"), "no such user", "createuser --pwprompt stranger"),
        ("postgresql://a:planted-word-7@no.such.host.invalid/x", "name is not known", "Check the host"),
    ):
        said = only(url)
        assert what in said, said
        assert remedy in said, said
        assert "planted-word-7" not in said


def test_too_few_rights(served: tuple[Cluster, str]) -> None:
    server, name = served
    as_administrator(
        server,
        name,
        f"CREATE ROLE {name} LOGIN",
        f"REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}",
    )
    said = [f"{found.what} {found.remedy}" for found in wrong(server.url(name, user=name))]
    assert any(f"The user {name} lacks rights: INSERT on account" in words for words in said)
    assert any(f"ALTER DATABASE {name} OWNER TO {name}" in words for words in said)
    as_administrator(server, name, f"DROP OWNED BY {name}; DROP ROLE {name}")


def test_a_server_that_only_reads(postgres_cluster: Cluster) -> None:
    with cluster(*FAST) as standby:
        open_store(standby.network_url("postgres")).close()
        standby.stop()
        signal = standby.folder / "data" / "standby.signal"
        signal.touch()
        shutil.chown(signal, standby.folder.owner())
        standby.start()
        assert "only reads at the moment" in only(standby.network_url("postgres"))


def test_a_server_that_another_holds(served: tuple[Cluster, str], monkeypatch: pytest.MonkeyPatch) -> None:
    server, name = served
    monkeypatch.setattr(doctor_postgres, "LONG_HELD", 0.0)
    holder = Database(server.url(name))
    with holder.engine.begin() as connection:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({ALONE})"))
        said = " ".join(f"{found.what} {found.remedy}" for found in wrong(server.network_url(name)))
    holder.close()
    assert "twofold (process" in said
    assert "pg_terminate_backend" in said
    assert "stayed locked" in said


def test_a_server_that_is_too_old_whose_clock_differs_and_that_cannot_hold_every_letter(
    served: tuple[Cluster, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, name = served
    monkeypatch.setattr(doctor_postgres, "OLDEST", 99)
    assert "Upgrade it to 99 or newer" in only(server.network_url(name))
    monkeypatch.setattr(doctor_postgres, "OLDEST", 13)
    monkeypatch.setattr(doctor_postgres, "now", lambda: datetime.now(UTC) + timedelta(seconds=90))
    assert "90 s ahead of the server's. Set both by a time server" in only(server.network_url(name))
    monkeypatch.undo()
    ascii_only = f"{name}_ascii"
    as_administrator(
        server, "postgres", f"CREATE DATABASE {ascii_only} ENCODING SQL_ASCII TEMPLATE template0 LOCALE 'C'"
    )
    assert "encoding is SQL_ASCII" in only(server.network_url(ascii_only))
    as_administrator(server, "postgres", f"DROP DATABASE {ascii_only}")


def test_the_command_ends_with_2_where_something_is_wrong(tmp_path: Path) -> None:
    nobody = free_port()
    url = f"postgresql://a:planted-word-7@127.0.0.1:{nobody}/x"
    done = twofold("doctor", "--database", url, "--json", cwd=tmp_path)
    assert done.returncode == 2
    found = json.loads(done.stdout)
    assert [one["ok"] for one in found].count(False) == 1
    assert set(found[0]) == {"ok", "what", "remedy"}
    assert "planted-word-7" not in done.stdout + done.stderr
