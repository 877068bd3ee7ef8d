"""Commands on who may sign in and who did what, and on whether everything here is in order."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from typer import exceptions

from commands.shared import AsJson, Database, MistakeError, open_database, show_rows

if TYPE_CHECKING:
    from survey.store.accounts import Accounts
    from survey.store.logins import User

app = typer.Typer()
user_app = typer.Typer(help="Add and list the people who may sign in, and end sign-ins.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="Whose.")]


@user_app.command("list")
def list_users(database: Database = None, as_json: AsJson = False) -> None:
    """List the people who may sign in."""
    rows = [{"name": user.name, "role": user.role} for user in open_database(database).accounts.list()]
    show_rows(rows, as_json, empty="Nobody yet: twofold serve prints the link that makes the owner.")


@user_app.command("add")
def add_user(
    name: Annotated[str, typer.Argument(help="Name to sign in with.")],
    role: Annotated[str, typer.Option("--role", help="owner, analyst or recruiter.")] = "analyst",
    email: Annotated[
        str, typer.Option("--email", help="Their address at the institution: they sign in through it, by no password.")
    ] = "",
    database: Database = None,
) -> None:
    """Add a person; the password is asked for and never shown."""
    words = "Password (at least 10 characters)"
    password = "" if email else typer.prompt(words, hide_input=True, confirmation_prompt=True)
    user = open_database(database).accounts.add_user(name, role, password, email=email)
    print(f"{user.name} may now sign in as {user.role}.")


@user_app.command("password")
def set_password(name: Name, database: Database = None) -> None:
    """Give a person a new password, also to an owner who has lost theirs; it signs them out everywhere."""
    accounts = open_database(database).accounts
    user = named(accounts, name)
    accounts.set_password(user, typer.prompt("New password", hide_input=True, confirmation_prompt=True))
    print(f"{user.name} has a new password.")


@user_app.command("address")
def set_address(
    name: Name,
    email: Annotated[str, typer.Argument(help="Their address at the institution; '' takes it away.")],
    database: Database = None,
) -> None:
    """Say by which address the institution's sign-in knows a person; it signs them out everywhere."""
    accounts = open_database(database).accounts
    accounts.set_email(named(accounts, name), email)
    print(f"{name} may sign in through the institution as {email}." if email else f"{name} has no address now.")


@user_app.command("logins")
def list_logins(database: Database = None, as_json: AsJson = False) -> None:
    """List who is signed in: since when, last seen when, and on what."""
    rows = [
        {"name": one.name, "role": one.role, "since": moment(one.created_at), "seen": moment(one.seen_at),
         "device": one.device, "by": one.via}
        for one in open_database(database).accounts.logins()
    ]  # fmt: skip
    show_rows(rows, as_json, empty="Nobody is signed in.")


@user_app.command("revoke")
def revoke_logins(name: Name, database: Database = None) -> None:
    """End every sign-in of a person; who has the app open meets the sign-in page at their next click."""
    accounts = open_database(database).accounts
    ended = accounts.end_logins(named(accounts, name))
    print(f"{ended} sign-in{'' if ended == 1 else 's'} of {name} ended.")


def named(accounts: Accounts, name: str) -> User:
    """The person of this name. Raises MistakeError."""
    user = next((user for user in accounts.list() if user.name == name), None)
    if user is None:
        raise MistakeError(f"nobody is named {name!r}. List them with: twofold user list")
    return user


@app.command()
def audit(
    who: Annotated[str, typer.Option("--who", help="Only what this person did.")] = "",
    what: Annotated[str, typer.Option("--what", help="Only this act, such as 'export answers'.")] = "",
    of: Annotated[str, typer.Option("--of", help="Only on this study or account.")] = "",
    days: Annotated[int, typer.Option("--days", min=1, help="How far back.")] = 30,
    most: Annotated[int, typer.Option("--most", min=1, help="At most so many lines, the newest.")] = 200,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Who looked at data, took them away or changed something, and when; the newest first."""
    from survey.store.audit import Wanted

    wanted = Wanted(who, what, of, datetime.now(UTC) - timedelta(days=days))
    rows = [
        {"at": moment(line.at), "who": line.actor or "Twofold", "what": line.action, "of": line.subject,
         "detail": line.said}
        for line in open_database(database).audit.lines(wanted, most)
    ]  # fmt: skip
    show_rows(rows, as_json, empty="Nothing of this kind was done.")


def moment(at: datetime) -> str:
    """A time as the terminal prints it, in UTC."""
    return f"{at:%Y-%m-%d %H:%M}"


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
