"""Commands on studies: create, publish, list, close, and their links."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.shared import (
    AsJson,
    Database,
    InstrumentName,
    Slug,
    find_instrument,
    instrument_text,
    open_database,
    show_rows,
)

app = typer.Typer(help="Create, publish, list and close studies.", no_args_is_help=True)

State = Annotated[str, typer.Argument(help="pilot, live or closed.")]


@app.command("list")
def list_studies(database: Database = None, as_json: AsJson = False) -> None:
    """List the studies with their state and counts."""
    store = open_database(database)
    rows = []
    for study in store.studies.list():
        counts = store.results.counts(study.slug)
        row = {"study": study.slug, "status": study.status, "opened": counts.opened, "started": counts.started}
        rows.append({**row, "completed": counts.completed, "title": study.title})
    show_rows(rows, as_json, empty="No study yet. Make one with: twofold study create SLUG INSTRUMENT")


@app.command()
def create(
    slug: Slug,
    instrument: InstrumentName,
    title: Annotated[str | None, typer.Option("--title", help="What respondents read at the top.")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="The plan of analysis (YAML).")] = None,
    database: Database = None,
) -> None:
    """Make a draft study from an instrument."""
    from analysis.plan import load_plan
    from survey.instrument.load import read_text, shipped_plan_text

    store = open_database(database)
    text = instrument_text(instrument)
    known = find_instrument(instrument)
    plan_text = read_text(plan) if plan else shipped_plan_text(known.id)
    if plan_text is not None:
        load_plan(plan_text, str(plan or known.id), known)
    store.studies.create(slug, text, title)
    if plan_text is not None:
        store.studies.set_plan(slug, plan_text)
    print(f"Made the draft study {slug}. Try it with: twofold study status {slug} pilot")


@app.command()
def status(
    slug: Slug,
    to: State,
    permission: Annotated[
        list[str] | None,
        typer.Option("--permission", help="A source of the instrument whose owner's permission you have; repeatable."),
    ] = None,
    database: Database = None,
) -> None:
    """Publish a study as a pilot, launch it, or close it."""
    study = open_database(database).studies.set_status(slug, to, permissions=permission or ())
    link = f" Its link ends in /?study={slug}" if study.status in ("pilot", "live") else ""
    print(f"{study.slug} is now {study.status}.{link}")


@app.command()
def links(
    slug: Slug,
    n: Annotated[int, typer.Option("-n", min=1, max=100_000, help="How many personal links.")],
    database: Database = None,
) -> None:
    """Make personal links, printed as CSV: who has a link may answer in its owner's place."""
    print("label,link")
    for invitation, token in open_database(database).invitations.create(slug, n):
        print(f"{invitation.label},/?s={token}")
