"""The command that erases what is kept of people."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from commands.shared import AsJson, Database, MistakeError, open_database

if TYPE_CHECKING:
    from survey.store import Store
    from survey.store.erase import Erasure, Extent, Whom

app = typer.Typer()

NOT_FINISHED = (
    "not finished: another program has the database open, or it cannot be written anew, so that traces may still"
    " be in its files. Close other programs (twofold doctor looks for more), then run: twofold erase --finish"
    " (the app also tries by itself while it runs)"
)


@app.command()
def erase(
    study: Annotated[str | None, typer.Argument(help="The study's short name.")] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", help="Whom: address, label or id of an invitation, or id of a response; - asks."),
    ] = None,
    response: Annotated[str | None, typer.Option("--response", help="One response, by its id in exports.")] = None,
    pilot: Annotated[bool, typer.Option("--pilot", help="All answers of the pilot.")] = False,
    everybody: Annotated[bool, typer.Option("--all", help="Everybody in a study that is not live.")] = False,
    finish: Annotated[bool, typer.Option("--finish", help="Finish erasures that could not be finished.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask: what goes was looked at.")] = False,
    wait: Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for others to let go.")] = 30.0,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Erase a person, a response, the pilot or all of a study's data, out of the database's files too."""
    if finish:
        if study or person or response or pilot or everybody:
            raise MistakeError("--finish stands alone: it goes on with what was erased before.")
        _finish(open_database(database), wait)
        return
    if study is None:
        raise MistakeError("say which study: twofold erase STUDY --person LABEL")
    if sum((person is not None, response is not None, pilot, everybody)) != 1:
        raise MistakeError("say what to erase: one of --person, --response, --pilot and --all.")
    store = open_database(database)
    whom = _whom(store, study, person, response, pilot)
    extent = store.erasures.extent(study, whom)
    if not yes:
        print("\n".join(told(study, extent)), file=sys.stderr)
        typer.confirm("This cannot be taken back. Erase it?", abort=True, err=True)
    done = store.erasures.erase(study, whom, wait=wait)
    if as_json:
        print(json.dumps({"study": study, "kind": done.kind, "finished": done.finished, "rows": dict(extent.rows)}))
    else:
        print(outcome(done))
    if not done.finished:
        raise MistakeError(NOT_FINISHED)


def told(study: str, extent: Extent) -> list[str]:
    """What would go, line by line."""
    lines = [f"  {words}: {n:,}" for words, n in extent.rows.items()]
    return [f"From the study {study} will go:", *(lines or ["  nothing"])]


def _whom(store: Store, study: str, person: str | None, response: str | None, pilot: bool) -> Whom:
    from uuid import UUID

    from survey.store.erase import EVERYBODY, PILOT, Whom

    if person is not None:
        # What is typed as an option stays in the shell's history: a name need not.
        words = typer.prompt("Label or id", hide_input=True, err=True) if person == "-" else person
        return store.erasures.person(study, words)
    if response is not None:
        try:
            return Whom("response", UUID(response))
        except ValueError:
            raise MistakeError(f"{response!r} is not the id of a response, as exports have it.") from None
    return PILOT if pilot else EVERYBODY


def outcome(done: Erasure) -> str:
    """What came of an erasure."""
    responses = "1 response" if done.responses == 1 else f"{done.responses:,} responses"
    if done.finished:
        return f"Erased from {done.study}: {responses}. What remains is a count."
    return f"The rows of {responses} are deleted from {done.study}."


def _finish(store: Store, wait: float) -> None:
    waiting = len(store.erasures.unfinished())
    if not store.erasures.finish(wait):
        raise MistakeError(NOT_FINISHED)
    print(f"Finished: {waiting}." if waiting else "No erasure was left unfinished.")
