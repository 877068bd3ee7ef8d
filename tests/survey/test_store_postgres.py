"""What PostgreSQL could do and SQLite could not: writers side by side, connections that break, a server that goes."""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from survey.errors import NotFoundError, StoreError, StudyError
from survey.store import Store, engine, open_store, schema
from survey.store.trouble import in_words, is_busy, is_lost
from tests.support.postgres import Databases
from tests.survey import test_early_ends as ends
from tests.survey.conftest import KEY
from tests.survey.store_support import ANSWERS, TEXT, go_through, send

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


def at_once(n: int, work: Callable[[int], object]) -> list[object]:
    """What ``n`` threads give that begin at the same moment; an exception is a result too."""
    gate = threading.Barrier(n)

    def one(i: int) -> object:
        gate.wait()
        try:
            return work(i)
        except Exception as error:
            return error

    with ThreadPoolExecutor(n) as pool:
        return list(pool.map(one, range(n)))


def end_others(connection: Connection) -> None:
    """What a restart of the server does to connections."""
    connection.exec_driver_sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_two_workers_that_save_the_same_page_save_it_once(live: Store, url: str) -> None:
    workers = [open_store(url, key=KEY) for _ in range(2)]
    session = live.respond.begin("small", "someone")
    for page in ("consent", "about", "support", "work"):
        results = at_once(6, lambda i, page=page, session=session: send(workers[i % 2], session, page))
        assert sorted(getattr(saved, "already", saved) for saved in results) == [False] + [True] * 5
        session = live.respond.reload(session)
    count = live.database.read(lambda c: c.execute(select(func.count()).select_from(schema.submission)).scalar_one())
    assert (session.sequence, count) == (4, 4)
    for worker in workers:
        worker.close()


def test_a_quota_of_two_lets_two_in_of_eight_who_come_at_the_same_moment(store: Store) -> None:
    store.studies.create("ends", ends.TEXT)
    store.studies.set_status("ends", "live")
    results = at_once(8, lambda i: ends.standing(ends.come(store, str(i))))
    assert sorted(map(str, results)) == ["open"] * 2 + ["over_quota"] * 6


def test_of_acts_that_look_before_they_write_one_succeeds(live: Store) -> None:
    live.studies.set_plan("small", "format: twofold-plan/1\n")
    results = at_once(6, lambda i: live.plans.lock("small", f"at {i}"))
    refused = [result for result in results if isinstance(result, StudyError)]
    assert len(refused) == 5
    assert len(live.plans.registration("small").events) == 1


def test_a_reader_sees_one_moment(live: Store) -> None:
    def work(connection: Connection) -> tuple[int, int]:
        count = select(func.count()).select_from(schema.submission)
        before = connection.execute(count).scalar_one()
        go_through(live, live.respond.begin("small", "meanwhile"), stop="about")
        return before, connection.execute(count).scalar_one()

    assert live.database.read(work) == (0, 0)
    assert live.results.counts("small").started == 1


@on_postgresql
def test_reading_cannot_write(live: Store) -> None:
    line = insert(schema.setting).values(name="x", value="y")
    with pytest.raises(StoreError, match="only reads"):
        live.database.read(lambda connection: connection.execute(line))


@on_postgresql
def test_pages_go_side_by_side_and_an_act_waits_for_them(live: Store) -> None:
    order: list[str] = []
    inside, leave = threading.Barrier(3), threading.Event()

    def page(_: Connection) -> None:
        inside.wait(10)  # passes only when both pages are in their transactions
        leave.wait(10)
        order.append("page")

    def act() -> None:
        live.database.write(lambda _: order.append("act"))

    with ThreadPoolExecutor(3) as pool:
        pages = [pool.submit(live.database.write, page, alone=False) for _ in range(2)]
        inside.wait(10)
        waiting = pool.submit(act)
        time.sleep(0.2)
        assert order == []
        leave.set()
        for done in (*pages, waiting):
            done.result(10)
    assert order == ["page", "page", "act"]


@on_postgresql
def test_work_is_repeated_when_its_connection_breaks_midway(live: Store, url: str) -> None:
    other = open_store(url, key=KEY)
    turns: list[int] = []

    def work(connection: Connection) -> None:
        turns.append(1)
        connection.execute(insert(schema.setting).values(name=f"turn {len(turns)}", value=""))
        if len(turns) == 1:
            other.database.engine.dispose()
            with other.database.engine.begin() as administrator:
                end_others(administrator)
            connection.exec_driver_sql("SELECT 1")

    live.database.write(work)
    kept = live.database.read(lambda c: c.execute(select(schema.setting.c.name).order_by("name")).scalars().all())
    assert [name for name in kept if name.startswith("turn")] == ["turn 2"]
    other.close()


@on_postgresql
def test_nobody_is_told_that_all_is_well_when_the_commit_broke(live: Store, url: str) -> None:
    other = open_store(url, key=KEY)
    turns: list[int] = []

    def work(connection: Connection) -> None:
        turns.append(1)
        connection.execute(insert(schema.setting).values(name=f"turn {len(turns)}", value=""))
        if len(turns) == 1:
            other.database.engine.dispose()
            with other.database.engine.begin() as administrator:
                end_others(administrator)

    with pytest.raises(StoreError, match="Look whether it was"):
        live.database.write(work)
    assert len(turns) == 1
    turns.clear()
    live.database.write(work, again=True)
    assert len(turns) == 2
    other.close()


@on_postgresql
def test_a_page_whose_commit_broke_is_there_once(live: Store, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import psycopg

    session = live.respond.begin("small", "someone")
    broken: list[int] = []
    other = open_store(url, key=KEY)
    real = live.database.engine.dialect.do_commit

    def lost(connection: object) -> None:
        real(connection)  # type: ignore[arg-type] # as it came
        if not broken:
            broken.append(1)
            raise psycopg.OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(live.database.engine.dialect, "do_commit", lost)
    saved = send(live, session, "consent")
    assert broken == [1]
    assert saved.already
    count = other.database.read(lambda c: c.execute(select(func.count()).select_from(schema.submission)).scalar_one())
    assert count == 1
    other.close()


@on_postgresql
@pytest.mark.parametrize("table", ["submission", "plan_event"])
def test_what_is_kept_for_good_refuses_to_be_altered(live: Store, table: str) -> None:
    live.studies.set_plan("small", "format: twofold-plan/1\n")
    live.plans.lock("small", "at 100")
    go_through(live, live.respond.begin("small", "someone"))
    with pytest.raises(StoreError, match="never altered"):
        live.database.write(lambda c: c.execute(text(f"UPDATE {table} SET id = id")))


def test_a_character_that_postgresql_refuses_fails_no_page(live: Store) -> None:
    with pytest.raises(NotFoundError):
        live.respond.begin("a\0b", "someone")
    live.paradata.opened("a\0b")
    assert live.accounts.verify("a\0b", "a long password") is None
    session = go_through(live, live.respond.begin("small", "\0"), {**ANSWERS, "rest": {"remark": "a\0b"}})
    assert live.respond.reload(session).answers["remark"] == "ab"
    live.paradata.went_back(session, "a\0b", "\0", "html")
    assert live.studies.create("other", TEXT, "A\0B").title in ("A\0B", "A\ufffdB")


@on_postgresql
def test_no_failure_tells_what_was_answered(live: Store) -> None:
    session = go_through(live, live.respond.begin("small", "someone"), stop="rest")
    planted = "planted-answer-7"
    refuse = """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'refused' USING DETAIL = 'Failing row contains ' || NEW.answers; END $$;
        CREATE TRIGGER refuse BEFORE INSERT ON submission FOR EACH ROW EXECUTE FUNCTION refuse()
        """
    live.database.write(lambda connection: connection.exec_driver_sql(refuse))
    with pytest.raises(StoreError, match="refused") as found:
        send(live, session, "rest", {"remark": planted})
    told = "".join(traceback.format_exception(found.value))
    assert "INSERT INTO submission" in told
    assert planted not in told


def test_a_migration_from_the_first_version(databases: Databases) -> None:
    """Every migration runs on PostgreSQL, one after the other, and an old study is still there."""
    from survey.store.engine import Database
    from survey.store.migrate import HEAD, _config, current, upgrade

    url = databases.bare()
    old = Database(url)

    def first(connection: Connection) -> None:
        from alembic import command

        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(text("INSERT INTO instrument VALUES ('h', '{}', '{}', '', '2026-01-01Z')"))
        connection.execute(
            text(
                "INSERT INTO study (id, slug, title, status, instrument_hash, instrument_version, opened_pilot,"
                " opened_live, created_at) VALUES ('01234567-89ab-cdef-0123-456789abcdef', 'old', 'Old', 'draft', 'h',"
                " '1', 3, 0, '2026-01-01Z')"
            )
        )

    old.write(first)
    upgrade(old)
    assert old.read(current) == HEAD
    kept = old.read(lambda c: c.execute(select(schema.study.c.slug, schema.study.c.opened_pilot)).one())
    assert kept == ("old", 3)
    old.close()
    databases.drop(url)


def test_workers_that_start_together_on_a_new_database_make_its_tables_once(databases: Databases) -> None:
    url = databases.bare()
    results = at_once(4, lambda _: open_store(url, key=KEY))
    stores = [result for result in results if isinstance(result, Store)]
    assert len(stores) == 4, results
    stores[0].studies.create("small", TEXT)
    assert [study.slug for study in stores[-1].studies.list()] == ["small"]
    for store in stores:
        store.close()
    databases.drop(url)


class SaidError(Exception):
    """An error of a driver, by its words and state."""

    def __init__(self, words: str, sqlstate: str | None = None) -> None:
        super().__init__(words)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("words", "state", "busy", "lost", "told"),
    [
        ("could not serialize access", "40001", True, False, "stayed locked"),
        ("deadlock detected", "40P01", True, False, "stayed locked"),
        ("sorry, too many clients already", None, False, False, "max_connections"),
        ("remaining connection slots are reserved", "53300", True, False, "max_connections"),
        ("terminating connection due to administrator command", "57P01", False, True, "does not answer"),
        ("the database system is starting up", "57P03", False, True, "does not answer"),
        ("connection failed: Connection refused", None, False, True, "does not answer"),
        ('FATAL: password authentication failed for user "a"', None, False, False, "refuses this user's password"),
        ('FATAL: database "x" does not exist', None, False, False, "createdb --owner ann x"),
        ('FATAL: role "ann" does not exist', None, False, False, "createuser --pwprompt ann"),
        ("permission denied for table study", "42501", False, False, "rights do not suffice"),
        ("could not extend file: No space left on device", "53100", False, False, "the disc is full"),
        ("cannot execute INSERT in a read-only transaction", "25006", False, False, "only reads"),
        ("failed to resolve host 'nowhere'", None, False, False, "name is not known"),
    ],
)
def test_what_postgresql_says_in_words(words: str, state: str | None, busy: bool, lost: bool, told: str) -> None:
    error = DBAPIError("SELECT 1", None, SaidError(words, state))
    assert (is_busy(error), is_lost(error)) == (busy, lost)
    said = in_words(error, engine.read_url("postgresql://ann:secret@localhost/x"))
    assert told in said
    assert "secret" not in said


def test_what_stood_in_the_way_is_passed_on(live: Store) -> None:
    with pytest.raises(IntegrityError):
        live.database.write(lambda c: c.execute(insert(schema.setting), [{"name": "a", "value": ""}] * 2))
