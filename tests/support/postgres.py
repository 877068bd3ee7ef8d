"""A PostgreSQL server of the tests' own: a private cluster in a temporary folder, ended with them."""

from __future__ import annotations

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from survey.store.engine import Database, read_url
from survey.store.migrate import upgrade
from survey.store.schema import metadata
from tests.support.browser import free_port

NAMED = "TWOFOLD_TEST_POSTGRES"
"""URL of a server that is there already; its user must be allowed to make databases."""

FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
"""For tests that end with the server: nothing of it has to outlive a crash of the machine."""


def binaries() -> Path | None:
    """The folder of a server's programs, or None where none is installed; Debian keeps them off the path."""
    places = [path.resolve().parent for path in map(Path, filter(None, [shutil.which("initdb")]))]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: path.parent.name.zfill(4))[::-1]
    return next((place for place in places if (place / "postgres").exists() and (place / "initdb").exists()), None)


def missing() -> str | None:
    """Why there is no PostgreSQL to test on, or None where there is."""
    try:
        import psycopg  # noqa: F401  (only whether it is there)
    except ImportError:
        return "no PostgreSQL: its driver is not installed (psycopg)"
    if not os.environ.get(NAMED) and binaries() is None:
        return f"no PostgreSQL: neither is a server installed (initdb, postgres), nor does {NAMED} name one"
    return None


def _servant() -> dict[str, Any]:
    """As whom the server runs: it refuses to be root."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and neither user postgres nor nobody exists")


@dataclass
class Cluster:
    """A server on a free port of this machine and on a socket; after ``kill`` it can ``start`` again."""

    folder: Path
    settings: Sequence[str] = ()
    port: int = field(default_factory=free_port)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(12))
    process: subprocess.Popen[bytes] | None = None

    def make(self) -> Cluster:
        """Lay the cluster's files down: by the socket without a password, by the network with one."""
        self.folder.chmod(0o755)
        given = self.folder / "password"
        given.write_text(self.password, "utf-8")
        servant = _servant()
        if servant:
            os.chown(self.folder, servant["user"], servant["group"])
            os.chown(given, servant["user"], servant["group"])
        command = [str(self._bin / "initdb"), "-D", str(self.folder / "data"), "-U", "tester", "-E", "UTF8", "-N"]
        command += ["--locale=C", "-A", "trust", "--auth-host=scram-sha-256", f"--pwfile={given}"]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False, **servant)
        if done.returncode:
            raise RuntimeError(f"initdb: {done.stderr}")
        return self

    @property
    def _bin(self) -> Path:
        found = binaries()
        assert found is not None
        return found

    def start(self, patience: float = 60) -> Cluster:
        """Start, and wait until it answers."""
        command = [str(self._bin / "postgres"), "-D", str(self.folder / "data"), "-p", str(self.port)]
        command += ["-k", str(self.folder), "-h", "127.0.0.1"]
        command += [part for setting in self.settings for part in ("-c", setting)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log, **_servant())
        until = time.monotonic() + patience
        engine = create_engine(read_url(self.url("postgres")))
        try:
            while True:
                try:
                    engine.connect().close()
                    return self
                except OperationalError:
                    if self.process.poll() is not None or time.monotonic() > until:
                        told = (self.folder / "log").read_text("utf-8", "replace")[-2000:]
                        raise RuntimeError(f"PostgreSQL did not start:\n{told}") from None
                    time.sleep(0.05)
        finally:
            engine.dispose()

    def url(self, database: str, user: str = "tester") -> str:
        """By the socket."""
        return f"postgresql://{user}@/{database}?host={self.folder}&port={self.port}"

    def network_url(self, database: str, user: str = "tester", password: str | None = None) -> str:
        """By the network, with a password."""
        word = self.password if password is None else password
        return f"postgresql://{user}:{word}@127.0.0.1:{self.port}/{database}"

    def kill(self) -> None:
        """SIGKILL to the server and to all its processes at once: a crash."""
        assert self.process is not None
        children = _children(self.process.pid)
        for one in (self.process.pid, *children):
            with contextlib.suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        self.process.wait(20)
        # Until the last of them is gone a new server finds their shared memory in use, and does not start.
        until = time.monotonic() + 20
        while any(Path(f"/proc/{one}").exists() for one in children) and time.monotonic() < until:
            time.sleep(0.02)
        self.process = None

    def stop(self) -> None:
        """End it in good order, clients or not."""
        if self.process is not None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.kill()
            self.process = None


def _children(parent: int) -> list[int]:
    found: list[int] = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = status.read_text("ascii", "replace").rsplit(")", 1)[1].split()
            if int(fields[1]) == parent:
                found.append(int(status.parent.name))
    return found


@contextlib.contextmanager
def cluster(*settings: str) -> Iterator[Cluster]:
    """A running server of one's own; its files are gone afterwards."""
    # Not in pytest's folder: that is closed to the user whom the server runs as.
    folder = Path(tempfile.mkdtemp(prefix="twofold_pg_"))
    made = Cluster(folder, settings)
    try:
        yield made.make().start()
    finally:
        made.stop()
        shutil.rmtree(folder, ignore_errors=True)


SHAPE = """
SELECT (SELECT version_num FROM alembic_version),
       (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
       (SELECT count(*) FROM pg_attribute JOIN pg_class ON attrelid = pg_class.oid
          WHERE relnamespace = 'public'::regnamespace AND NOT attisdropped),
       (SELECT count(*) FROM pg_trigger),
       (SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace)
"""
"""What tells a database whose tables a test has altered."""


EMPTIED = (
    *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)),
    "SELECT setval(quote_ident(sequencename)::regclass, 1, false) FROM pg_sequences"
    " WHERE schemaname = 'public' AND last_value IS NOT NULL",
)
"""Empties all tables and counts from 1 again: TRUNCATE would make a hundred files anew for a few rows."""


class Databases:
    """Databases with all tables and nothing in them, each for one test at a time.

    Emptying one takes a fifth of the time of making one, so they are lent again, unless a test altered the tables.
    """

    def __init__(self, url: str) -> None:
        self._url: URL = make_url(url)
        self._engine: Engine = create_engine(read_url(url), isolation_level="AUTOCOMMIT")
        self._made: list[str] = []
        self._free: list[str] = []
        self._shape: object = None

    def new(self) -> str:
        """The URL of one with all tables, empty."""
        if self._free:
            return self._free.pop()
        url = self.bare()
        database = Database(url)
        upgrade(database)
        self._shape = database.read(lambda connection: tuple(connection.exec_driver_sql(SHAPE).one()))
        database.close()
        return url

    def bare(self) -> str:
        """The URL of one without tables."""
        name = f"twofold_test_{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name}")
        self._made.append(self._url.set(database=name).render_as_string(hide_password=False))
        return self._made[-1]

    def give_back(self, url: str) -> None:
        """Empty it for the next test, whoever is still connected."""
        name = make_url(url).database
        self._run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        engine = create_engine(read_url(url), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            whole = tuple(connection.exec_driver_sql(SHAPE).one()) == self._shape
            if whole:
                connection.exec_driver_sql(";".join(EMPTIED))
        engine.dispose()
        if whole:
            self._free.append(url)
        else:
            self.drop(url)

    def drop(self, url: str) -> None:
        """Away with it, whoever is still connected."""
        self._run(f"DROP DATABASE IF EXISTS {make_url(url).database} WITH (FORCE)")
        self._made.remove(url)

    def close(self) -> None:
        for url in list(self._made):
            self.drop(url)
        self._engine.dispose()

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)
