"""What every test shares: databases of both kinds; under continuous integration nothing may be skipped in silence."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import postgres, proof

ALLOWED_SKIP = "shared"
"""Tests against data that live beside the project skip, with this word in the reason, where that folder is absent."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where what the oracle tests compared is written: as the page (.md), or as data (.json)."""
    parser.addoption("--proof", type=Path, metavar="FILE", help="write what oracle tests compared (.md, .json)")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Write it, unless a test failed: a page of half the comparisons would look like a whole one."""
    path: Path | None = session.config.getoption("--proof")
    if path is not None and exitstatus == 0:
        if path.suffix == ".json":
            proof.dump(path)
        else:
            path.write_text(proof.page(proof.seen()), encoding="utf-8")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """What a test compared before it failed is not proved."""
    before = len(proof.seen())
    try:
        return (yield)
    except BaseException:
        proof.forget(before)
        raise


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Turn a skip into a failure in CI: a check that did not run is not a check that passed."""
    report = yield
    if os.environ.get("CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if ALLOWED_SKIP not in reason:
            report.outcome = "failed"
            report.longrepr = f"skipped under CI: {reason}"
    return report


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[postgres.Cluster]:
    """A PostgreSQL server that lives as long as the tests."""
    reason = postgres.missing()
    if reason is None and postgres.binaries() is None:
        reason = "no PostgreSQL: its programs are not installed here (initdb, postgres)"
    if reason is not None:
        pytest.skip(reason)
    with postgres.cluster(*postgres.FAST) as made:
        yield made


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[postgres.Databases]:
    """Where databases on PostgreSQL are made: on the server that is named, else on one that ends with the tests."""
    reason = postgres.missing()
    if reason is not None:
        pytest.skip(reason)
    named = os.environ.get(postgres.NAMED)
    made = postgres.Databases(named or request.getfixturevalue("postgres_cluster").url("postgres"))
    yield made
    made.close()


@pytest.fixture(scope="session")
def new_database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """A function that gives the URL of a new database: of ``sqlite``, not made yet, or of ``postgresql``, empty tables.

    For fixtures that live longer than a test; a test takes ``database_url``.
    """

    def new(kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp('database')}/study.db"
        return str(request.getfixturevalue("databases").new())  # which takes them away at its end

    return new


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database for one test, which runs once on each kind.

    What is about one kind alone says ``@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)``.
    """
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/study.db"
        return
    databases: postgres.Databases = request.getfixturevalue("databases")
    url = databases.new()
    yield url
    databases.give_back(url)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test of the proof after all that it is made of; browser tests last.

    Quick tests tell sooner, and Playwright's event loop lives on once its fixture began.
    """
    items.sort(key=lambda item: (item.get_closest_marker("browser") is not None, item.path.name == "test_proof.py"))
