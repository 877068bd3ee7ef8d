"""Commands on studies: create, publish, list, close, and their links."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.plans import app as plans
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
from survey.errors import StudyError

app = typer.Typer(help="Create, publish, list and close studies; keep and lock their plans.", no_args_is_help=True)
app.add_typer(plans)

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


@app.command()
def update(
    slug: Slug,
    instrument: InstrumentName,
    accept: Annotated[str, typer.Option("--accept", help="The hash of a change that was looked at.")] = "",
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Change a study's questionnaire: first see what that does to its answers, then accept it by its hash."""
    from survey.instrument.compare import EFFECTS

    studies = open_database(database).studies
    text = instrument_text(instrument)
    proposal = studies.propose(slug, text)
    if accept:
        if len(accept) < 8 or not proposal.hash.startswith(accept):
            raise StudyError(f"{accept!r} is not the hash of this change, which begins with {proposal.hash[:12]}.")
        study = studies.update_instrument(slug, text, accept=proposal.hash)
        print(
            f"{slug} now asks version {study.instrument.version}. Every answer stays under the version it was given to."
        )
        return
    rows: list[dict[str, object]] = []
    for effect in proposal.effects:
        change = effect.change
        row = {"change": change.kind, "of": change.part, "name": change.name, "answers": effect.answers}
        rows.append({**row, "how": change.detail})
    show_rows(rows, as_json, empty="This asks the same in the same words: there is nothing to change.")
    if rows and not as_json:
        for kind in dict.fromkeys(effect.change.kind for effect in proposal.effects):
            print(f"{kind}: {EFFECTS[kind]}")
        print(f"{proposal.respondents} have answered. Nothing was changed. To accept: --accept {proposal.hash[:12]}")
