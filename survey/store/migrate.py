"""Bringing a database to the version of this program, or refusing one that is newer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import IntegrityError

from survey import migrations
from survey.errors import StoreError
from survey.store.engine import Database

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

HEAD = "0011"
"""The newest migration; a test holds it to the folder, so that opening a database up to date needs no Alembic."""


VERSION_TABLE = "alembic_version"


def current(connection: Connection) -> str | None:
    """The migration that a database stands at; None for an empty one. Raises StoreError for a stranger's database."""
    tables = set(inspect(connection).get_table_names())
    if VERSION_TABLE in tables:
        return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()
    if tables:
        raise StoreError(
            "the database holds tables that are not Twofold's. Give the URL of an empty or of a Twofold database."
        )
    return None


def upgrade(database: Database) -> None:
    """Bring a database to the newest migration, all in one transaction. Raises StoreError."""
    if database.read(current) == HEAD:
        return
    try:
        database.rebuild(_upgrade)
    except IntegrityError as error:
        raise StoreError(f"the database could not be brought up to date ({error.orig}). Run: twofold doctor") from error


def _upgrade(connection: Connection) -> None:
    at = current(connection)
    if at == HEAD:
        return
    if at is not None and at not in known_revisions():
        raise StoreError(
            f"the database was made by a newer Twofold (its version is {at!r}, the newest known here {HEAD!r})."
            " Install the newer Twofold, or restore a backup."
        )
    bring_to(connection, HEAD)


def bring_to(connection: Connection, migration: str) -> None:
    """Run the migrations up to one of them."""
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, migration)


@lru_cache(maxsize=1)
def known_revisions() -> frozenset[str]:
    """Every migration that this program has."""
    return frozenset(script.revision for script in scripts().walk_revisions())


def scripts() -> ScriptDirectory:
    """The folder of migrations, as Alembic sees it."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__path__[0])).replace("%", "%%"))
    return config
