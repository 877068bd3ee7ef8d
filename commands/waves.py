"""The command that sets the waves of a study, or shows them with how many came to each."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from typing import Annotated

import typer

from commands.shared import AsJson, Database, MistakeError, Slug, open_database, show_rows
from survey.waves import Wave

app = typer.Typer()
_WAVE = re.compile(r"(launch|\+\d{1,4}|\d{4}-\d\d-\d\d)(?::(\d{1,4}))?")


@app.command()
def waves(
    slug: Slug,
    wave: Annotated[
        list[str] | None,
        typer.Option(
            "--wave",
            help="When a wave opens and for how many days, in the order of the waves: launch, 2026-03-01 or +14"
            " (days after the one before), then :7 for a week. Repeatable.",
        ),
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Set when a study's waves open and close; without options, show them and how many came to each."""
    store = open_database(database)
    if wave:
        store.waves.set(slug, [read_wave(number, words) for number, words in enumerate(wave, 1)])
    rows = []
    for one in store.waves.list(slug):
        counts = store.results.counts(slug, wave=one.number)
        rows.append(
            {
                "wave": one.number,
                "opens": one.opens_at.isoformat(timespec="minutes") if one.opens_at else _begins(one),
                "window_days": one.window_days,
                "started": counts.started,
                "completed": counts.completed,
            }
        )
    show_rows(rows, as_json, empty="")


def _begins(wave: Wave) -> str:
    return "launch" if wave.after_days is None else f"+{wave.after_days}"


def read_wave(number: int, words: str) -> Wave:
    """A wave as it is written on the command line.

    >>> read_wave(2, "+14:7")
    Wave(number=2, opens_at=None, after_days=14, window_days=7)
    """
    found = _WAVE.fullmatch(words.strip())
    if found is None:
        raise MistakeError(f"{words!r} says no wave. Give launch, a day such as 2026-03-01 or +14; then :7 for a week.")
    when, window = found[1], int(found[2]) if found[2] else None
    if when == "launch":
        return Wave(number, window_days=window)
    if when.startswith("+"):
        return Wave(number, after_days=int(when[1:]), window_days=window)
    try:
        day = date.fromisoformat(when)
    except ValueError:
        raise MistakeError(f"{when} is no day. Give it as 2026-03-01.") from None
    return Wave(number, opens_at=datetime.combine(day, time(), UTC), window_days=window)
