"""Commands that copy the whole database into one file, and bring it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.shared import AsJson, Database, MistakeError, show_rows

if TYPE_CHECKING:
    from survey.store.engine import Database as Opened
    from survey.store.portable import Manifest

app = typer.Typer()

KEY_WORDS = {
    "right": "Its key is in place.",
    "missing": "Its key is missing: put a copy of it at {place}, or set TWOFOLD_KEY, before the app is opened.",
    "wrong": "The key at {place} (or in TWOFOLD_KEY) is another one: put a copy of the old one there.",
}


def _opened(url: str | None, must_exist: bool) -> Opened:
    from survey.store import default_url
    from survey.store.engine import Database as Engine

    database = Engine(url or default_url())
    file = database.url.database
    if must_exist and database.is_sqlite and not Path(file or "").is_file():
        raise MistakeError(f"{file}: there is no such database. Check --database.")
    if not must_exist and database.is_sqlite and file:
        Path(file).parent.mkdir(parents=True, exist_ok=True)
    return database


def _rows(manifest: Manifest) -> list[dict[str, Any]]:
    return [{"table": copy.name, "rows": copy.rows, "content": copy.hash[:16]} for copy in manifest.tables]


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="A new file, or a folder: its name is then made from the time.")] = Path(
        "data/backups"
    ),
    keep: Annotated[
        int | None, typer.Option("--keep", min=1, help="In a folder: delete all but so many of the newest.")
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Copy the whole database, while it is in use, into one file that is read back before it counts."""
    from reports.console import progress
    from survey.store.backup import back_up, name_in, thin_out
    from survey.store.keys import ENVIRONMENT, key_path

    folder = file if file.is_dir() or not file.suffix else None
    if keep is not None and folder is None:
        raise MistakeError("--keep is for a folder of backups: give a folder, such as data/backups.")
    path = file if folder is None else name_in(folder)
    opened = _opened(database, must_exist=True)
    try:
        with progress() as tell:
            manifest = back_up(opened, path, tell)
    finally:
        opened.close()
    gone = thin_out(folder, keep) if folder is not None and keep is not None else []
    place = f"{key_path(opened.url)} or the variable {ENVIRONMENT}"
    if as_json:
        told = {"file": str(path), "key": place, "deleted": [str(old) for old in gone]}
        print(json.dumps({**told, "migration": manifest.migration, "tables": _rows(manifest)}, indent=2))
        return
    show_rows(_rows(manifest), False, empty="")
    print(f"\n{path}: {manifest.rows:,} rows, read back and found equal ({path.stat().st_size / 1e6:,.1f} MB).")
    print(f"The key is not in it. It lies in {place}: keep a copy of it, in another place than the backups.")
    if gone:
        print(f"Deleted: {', '.join(old.name for old in gone)}.")


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="What 'twofold backup' made.")],
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Bring a backup into an empty database, of SQLite or PostgreSQL, and prove that everything arrived."""
    from reports.console import progress
    from survey.store.keys import key_path
    from survey.store.restore import restore as bring

    if not file.is_file():
        raise MistakeError(f"{file}: no such file.")
    opened = _opened(database, must_exist=False)
    try:
        with progress() as tell:
            done = bring(file, opened, tell)
    finally:
        opened.close()
    words = KEY_WORDS[done.key].format(place=key_path(opened.url))
    if as_json:
        print(json.dumps({"key": done.key, "made_at": done.manifest.made_at, "tables": _rows(done.manifest)}, indent=2))
        return
    show_rows(_rows(done.manifest), False, empty="")
    print(f"\n{done.manifest.rows:,} rows arrived; rows and content of every table equal those of {file.name}.")
    print(f"{words} Whoever was signed in signs in again.")
    print(
        f"What happened after {done.manifest.made_at} is not in it. Erase again what was erased since. Before letters"
        " go out, look into the mail server's log: whoever got one since, or ended the letters, would get another."
    )
