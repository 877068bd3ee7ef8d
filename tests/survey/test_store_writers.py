"""Writers of one process on SQLite wait for each other, and not without end."""

from __future__ import annotations

import threading
from pathlib import Path

from survey.errors import StoreError
from survey.store.engine import Database


def test_many_writers_at_once_are_served_and_none_is_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db")
    database.write(lambda connection: connection.exec_driver_sql("CREATE TABLE t (a)"))
    faults = []

    def work() -> None:
        try:
            for _ in range(10):
                database.write(lambda connection: connection.exec_driver_sql("INSERT INTO t VALUES (1)"))
        except StoreError as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert database.read(lambda connection: connection.exec_driver_sql("SELECT count(*) FROM t").scalar()) == 120
    database.close()


def test_a_database_whose_writers_queue_for_too_long_says_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/x.db", patience=0.05)
    held, go, told = threading.Event(), threading.Event(), []

    def hold() -> None:
        database.write(lambda connection: (held.set(), go.wait(30)))

    holder = threading.Thread(target=hold)
    holder.start()
    assert held.wait(30)
    try:
        database.write(lambda connection: None)
    except StoreError as error:
        told.append(str(error))
    go.set()
    holder.join(30)
    assert len(told) == 1
    assert "too much is being saved at once" in told[0]
    assert database.write(lambda connection: connection.exec_driver_sql("SELECT 1").scalar()) == 1
    database.close()
