"""Commands on who may sign in, and on whether everything here is in order."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from typer import exceptions

from commands.shared import AsJson, Database, MistakeError, open_database, show_rows

app = typer.Typer()
user_app = typer.Typer(help="Add and list the people who may sign in.", no_args_is_help=True)


@user_app.command("list")
def list_users(database: Database = None, as_json: AsJson = False) -> None:
    """List the people who may sign in."""
    rows = [{"name": user.name, "role": user.role} for user in open_database(database).accounts.list()]
    show_rows(rows, as_json, empty="Nobody yet: twofold serve prints the link that makes the owner.")


@user_app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[str, typer.Option("--role", help="owner, analyst or recruiter.")] = "analyst",
    database: Database = None,
) -> None:
    """Add a person; the password is asked for and never shown."""
    password = typer.prompt("Password (at least 10 characters)", hide_input=True, confirmation_prompt=True)
    user = open_database(database).accounts.add_user(name, role, password)
    print(f"{user.name} may now sign in as {user.role}.")


@user_app.command("password")
def set_password(name: Annotated[str, typer.Argument(help="Whose.")], database: Database = None) -> None:
    """Give a person a new password, also to an owner who has lost theirs; it signs them out everywhere."""
    accounts = open_database(database).accounts
    user = next((user for user in accounts.list() if user.name == name), None)
    if user is None:
        raise MistakeError(f"nobody is named {name!r}. List them with: twofold user list")
    accounts.set_password(user, typer.prompt("New password", hide_input=True, confirmation_prompt=True))
    print(f"{user.name} has a new password.")


@app.command()
def doctor(database: Database = None, as_json: AsJson = False) -> None:
    """Look at versions, the database and write access; say what is wrong and how to mend it."""
    from survey.doctor import examine
    from survey.store import default_url

    findings = examine(database or default_url())
    if as_json:
        print(json.dumps([vars(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            print(f"{'ok   ' if finding.ok else 'WRONG'} {finding.what}" + ("" if finding.ok else f" {finding.remedy}"))
    raise exceptions.Exit(0 if all(finding.ok for finding in findings) else 2)
