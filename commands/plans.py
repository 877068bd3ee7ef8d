"""What commands do with a study's plan: show it, keep it, lock it, open it; and run it within its lock."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from commands.shared import AsJson, Database, MistakeError, Slug, open_database

if TYPE_CHECKING:
    from analysis.plan import Plan
    from analysis.plan.relations import Relations
    from survey.registration import PlanEvent, Registration
    from survey.store import Store

app = typer.Typer()


@app.command("plan")
def keep(
    slug: Slug,
    file: Annotated[
        Path | None, typer.Argument(help="A plan (YAML) to keep with the study; without, it is shown.")
    ] = None,
    reason: Annotated[str, typer.Option("--reason", help="Why a locked plan is changed: kept for good.")] = "",
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show a study's plan and its lock, or keep another; of a locked plan that is a dated deviation."""
    from analysis.plan import load_plan
    from survey.instrument.load import read_text

    store = open_database(database)
    if file is not None:
        text = read_text(file)
        load_plan(text, str(file), store.studies.get(slug).instrument)
        if store.plans.registration(slug).lock is not None:
            event = store.plans.deviate(slug, text, reason)
            print(f"Kept as a deviation of {event.at:%d %B %Y}, after {event.n} live responses.")
            return
        store.studies.set_plan(slug, text)
        print(f"{slug} has this plan now. Lock it before data are looked at: twofold study lock {slug} --stopping RULE")
        return
    show(slug, store, as_json)


@app.command()
def lock(
    slug: Slug,
    stopping: Annotated[str, typer.Option("--stopping", help="When data collection ends, in words.")],
    database: Database = None,
) -> None:
    """Lock a study's plan, before its data are looked at: hash, time, n, views and exports so far are kept."""
    event = open_database(database).plans.lock(slug, stopping)
    print(f"The plan of {slug} is locked: {event.hash}")
    print(f"{event.n} live responses, {event.views} views and {event.exports} exports by now.")


@app.command()
def unlock(
    slug: Slug,
    reason: Annotated[str, typer.Option("--reason", help="Why: kept for good, and in every report.")],
    database: Database = None,
) -> None:
    """Open a study's relations without a lock, or take its lock off; that stays on record for good."""
    event = open_database(database).plans.unlock(slug, reason)
    print(f"{slug} is open without a lock, after {event.n} live responses. This stays on record.")


def show(slug: str, store: Store, as_json: bool) -> None:
    """The plan's lock, its deviations, and its text."""
    study, registration = store.studies.get(slug), store.plans.registration(slug)
    if as_json:
        facts: dict[str, Any] = {"study": slug, "locked": registration.lock is not None, "closed": registration.closed}
        facts["events"] = [as_row(event) for event in registration.events]
        print(json.dumps({**facts, "plan": study.plan_text}, ensure_ascii=False, indent=2))
        return
    print(standing(registration))
    for event in registration.events:
        print(f"{event.at:%Y-%m-%d %H:%M} UTC  {event.kind}  n = {event.n}  {event.words}")
    if study.plan_text:
        print(f"\n{study.plan_text}")


def as_row(event: PlanEvent) -> dict[str, Any]:
    """One act on a plan, ready for JSON."""
    return {**vars(event), "at": event.at.isoformat(timespec="seconds")}


def standing(registration: Registration) -> str:
    """In one line: locked, open, or closed."""
    if registration.lock is not None:
        return f"Locked since {registration.lock.at:%Y-%m-%d %H:%M} UTC: {registration.lock.hash}"
    if registration.events:
        return "Open without a lock."
    if registration.closed:
        return "Not locked: relations of outcomes with predictors are closed."
    return "Not locked yet."


@dataclass(frozen=True)
class Within:
    """What a run must respect: the plan as it was locked, and the relations that are closed."""

    locked: Plan | None
    closed: Relations | None


def within(slug: str, store: Store) -> Within:
    """The lock of a study's live answers. Raises MistakeError where the locked plan can no longer be read."""
    from analysis.plan import load_plan
    from analysis.plan.relations import relations
    from survey.files.problems import FileProblems

    study, registration = store.studies.get(slug), store.plans.registration(slug)
    lock_ = registration.lock
    if registration.phase == "live" and lock_ is not None and lock_.plan is not None:
        return Within(load_plan(lock_.plan, "the locked plan", study.instrument), None)
    if not registration.closed:
        return Within(None, None)
    try:
        plan = load_plan(study.plan_text, "the study's plan", study.instrument) if study.plan_text else None
    except FileProblems as error:
        raise MistakeError(str(error)) from None
    return Within(None, relations(plan, study.instrument))
