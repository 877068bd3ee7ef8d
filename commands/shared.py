"""What several commands share: their options, the mistakes of who gave them, opening a database or an instrument."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from survey.instrument.model import Instrument
    from survey.store import Store

Database = Annotated[
    str | None,
    typer.Option("--database", help="URL of the database; by default $TWOFOLD_DATABASE, else data/twofold.db."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON where a person would read a table.")]
Slug = Annotated[str, typer.Argument(help="The study's short name, as in its link.")]
InstrumentName = Annotated[str, typer.Argument(help="A file (YAML), or the id of an instrument that ships.")]


class MistakeError(Exception):
    """Something that was given to a command is wrong; the message is for the person who gave it."""


def open_database(url: str | None, *, needs_key: bool = False) -> Store:
    """The store at a URL, or the default one; acts are noted under the name of the terminal's user.

    needs_key: whether to stop at once where the key is missing, and not only when something needs it.
    """
    from survey.store import audit, default_url, open_store

    audit.speak_for(terminal_user())
    return open_store(url or default_url(), without_key=not needs_key)


def terminal_user() -> str:
    """Who the operating system says is at the terminal: there is no sign-in here, so that is who acts."""
    import getpass

    try:
        return f"terminal: {getpass.getuser()}"[:120]
    except (KeyError, OSError, ImportError):
        return "terminal"


def instrument_text(name: str) -> str:
    """The text of an instrument that ships, or of a file."""
    from survey.instrument.load import read_text, ready_ids, shipped_ids, shipped_text

    known = (*shipped_ids(), *ready_ids())
    if name in known:
        return shipped_text(name)
    if not Path(name).exists():
        raise MistakeError(f"{name}: no such file, nor an instrument that ships ({', '.join(known)}).")
    return read_text(name)


def find_instrument(name: str) -> Instrument:
    """An instrument that ships, or one in a file."""
    from survey.instrument.load import load

    return load(instrument_text(name), name)


def show_rows(rows: list[dict[str, Any]], as_json: bool, empty: str) -> None:
    """Rows as columns that line up, or as JSON."""
    from reports.console import columns

    print(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else columns(rows) or empty)
