"""Commands on who is asked: people from a CSV, their letters and reminders, what comes back, what is owed."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import exceptions

from commands.shared import AsJson, Database, MistakeError, Slug, open_database, show_rows

if TYPE_CHECKING:
    from survey.mail.letter import Kind
    from survey.mail.sending import Tally, Which
    from survey.store import Store

app = typer.Typer(
    help="Invite people from a list, write to them, remind them, note what comes back, and list what is owed.",
    no_args_is_help=True,
)
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show how many and the first letter; send nothing.")]
Out = Annotated[Path, typer.Option("--out", help="The file to write (CSV).")]


@app.command("add")
def add_people(
    slug: Slug,
    contacts: Annotated[Path, typer.Option("--contacts", help="CSV with a column 'email'.")],
    skip_known: Annotated[bool, typer.Option("--skip-known", help="Leave out who is in the study already.")] = False,
    database: Database = None,
) -> None:
    """Add people from a CSV: all of them, or, where a row is wrong, none and every mistake at once."""
    from survey.mail.people import read_people

    store = open_database(database, needs_key=True)
    people = read_people(contacts.read_bytes(), contacts.name, store.studies.get(slug).instrument)
    n = store.contacts.add(slug, people, source=contacts.name, skip_known=skip_known)
    print(f"{n} of {len(people)} people were added to {slug}. Nothing was sent.")
    print(f"Next: twofold invite send {slug} --dry-run")


@app.command("list")
def list_people(
    slug: Slug,
    addresses: Annotated[bool, typer.Option("--addresses", help="With their addresses; it is noted.")] = False,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """List the people with how far they have come and what was sent to them."""
    from survey.mail.merge import STANDINGS

    store = open_database(database, needs_key=True)
    mail = store.letters.correspondence(slug)
    rows: list[dict[str, object]] = []
    for number, person in enumerate(mail.people, 1):
        last = person.letters[-1] if person.letters else None
        row: dict[str, object] = {"n": number}
        if addresses:
            row["email"] = person.contact.address
        row["language"] = person.contact.language or ""
        if mail.study.tells_who:
            letter = "" if last is None else f"{_name(last.number)} {last.state}"
            row |= {"standing": STANDINGS[person.standing], "letter": letter, "letters": _reach(person)}
        rows.append(row)
    if addresses:
        store.contacts.note_look(slug, "", "list")
    show_rows(rows, as_json, empty=f"Nobody yet. Add people with: twofold invite add {slug} --contacts FILE")


@app.command("settings")
def settings(
    slug: Slug,
    sender: Annotated[str | None, typer.Option("--sender", help="'Name <address>' that letters come from.")] = None,
    reply_to: Annotated[str | None, typer.Option("--reply-to", help="Where answers go, if elsewhere.")] = None,
    link: Annotated[str | None, typer.Option("--link", help="full or light: which version links lead to.")] = None,
    deadline: Annotated[str | None, typer.Option("--deadline", help="Last day for {deadline}, as 2026-12-31.")] = None,
    remind_after: Annotated[int | None, typer.Option("--remind-after", help="Days from a letter to the next.")] = None,
    remind_at_most: Annotated[int | None, typer.Option("--remind-at-most", help="Reminders a person and wave.")] = None,
    incentive: Annotated[
        str | None, typer.Option("--incentive", help="What whoever completes gets; '' nothing.")
    ] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Show how a study writes, after changing what is given."""
    store = open_database(database, needs_key=True)
    if link not in (None, "full", "light"):
        raise MistakeError(f"--link {link!r}: give full or light.")
    given: dict[str, Any] = {
        "sender": sender,
        "reply_to": reply_to,
        "light": None if link is None else link == "light",
        "deadline": deadline,
        "remind_after": remind_after,
        "remind_at_most": remind_at_most,
        "incentive": incentive,
    }
    changes = {name: value for name, value in given.items() if value is not None}
    now = store.mailing.set(slug, **changes) if changes else store.mailing.settings(slug)
    rows: list[dict[str, object]] = [
        {"setting": "sender", "value": now.sender or "none yet: letters need one"},
        {"setting": "reply-to", "value": now.reply_to or "the sender"},
        {"setting": "link", "value": "light" if now.light else "full"},
        {"setting": "deadline", "value": now.deadline or "none"},
        {"setting": "remind-after", "value": f"{now.remind_after} days"},
        {"setting": "remind-at-most", "value": str(now.remind_at_most)},
        {"setting": "incentive", "value": now.incentive or "none"},
        {"setting": "address of the server", "value": store.mailing.address() or "not said yet"},
    ]
    show_rows(rows, as_json, empty="")


@app.command("address")
def server_address(
    url: Annotated[str, typer.Argument(help="As people reach this server: https://survey.example.org")],
    database: Database = None,
) -> None:
    """Say at which address people reach this server; it stands in every link of a letter."""
    print(f"Links in letters begin with {open_database(database, needs_key=True).mailing.set_address(url)}/")


@app.command("letters")
def letters(
    slug: Slug,
    kind: Annotated[str, typer.Option("--kind", help="invitation, next_wave or reminder.")] = "invitation",
    language: Annotated[str | None, typer.Option("--language", help="By default the questionnaire's first.")] = None,
    file: Annotated[
        Path | None, typer.Option("--set", help="Text file: the subject, an empty line, the letter.")
    ] = None,
    reset: Annotated[bool, typer.Option("--reset", help="Go back to the words that Twofold brings.")] = False,
    database: Database = None,
) -> None:
    """Print a letter's words, or set them from a file; its placeholders are checked."""
    from survey.instrument.load import read_text

    store = open_database(database, needs_key=True)
    tongue = language or store.studies.get(slug).instrument.languages[0]
    which = _kind(kind)
    if reset:
        store.mailing.reset_words(slug, which, tongue)
    if file is not None:
        subject, _, body = read_text(file).replace("\r\n", "\n").partition("\n\n")
        store.mailing.set_words(slug, which, tongue, subject, body)
    words = store.mailing.words(slug, which, tongue)
    print(f"{words.subject}\n\n{words.body}", end="")


@app.command("send")
def send(
    slug: Slug,
    dry_run: DryRun = False,
    test_to: Annotated[str | None, typer.Option("--test", help="Send one letter to this address instead.")] = None,
    database: Database = None,
) -> None:
    """Send the invitation of the wave that is open for each person, to all who have not had it."""
    _go(slug, "invitation", dry_run, test_to, database)


@app.command("remind")
def remind(
    slug: Slug,
    dry_run: DryRun = False,
    test_to: Annotated[str | None, typer.Option("--test", help="Send one letter to this address instead.")] = None,
    database: Database = None,
) -> None:
    """Send the reminders that are due now, to those alone who have not finished; made for a timer."""
    _go(slug, "reminder", dry_run, test_to, database)


def _go(slug: str, which: Which, dry_run: bool, test_to: str | None, database: str | None) -> None:
    from survey.mail.sending import plan_round, send_round, send_test
    from survey.store.schema import now

    store = open_database(database, needs_key=True)
    if test_to is not None:
        language = store.studies.get(slug).instrument.languages[0]
        send_test(store, slug, which, test_to, language, now())
        print("The test letter was taken by the mail server. Its links lead nowhere.")
        return
    plan = plan_round(store, slug, which, now())
    what = "invitation" if which == "invitation" else "reminder"
    if dry_run:
        print(f"{_many(len(plan.people), what)} would go out now.")
        if plan.letters and (which == "invitation" or store.studies.get(slug).tells_who):
            first = plan.letters[0]
            print(f"The first, in {first.language}:\n\n{first.subject}\n\n{_without_secrets(first.body)}", end="")
        return
    _warn_unknown(store, slug)
    with _stopping(plan.stop):
        tally = send_round(store, plan, progress=_progress)
    _told(tally, what)
    if tally.ended or tally.failed or tally.unknown:
        raise exceptions.Exit(2)


@app.command("resolve")
def resolve(
    slug: Slug,
    take_as: Annotated[str, typer.Option("--as", help="sent: leave them; again: send them once more.")],
    database: Database = None,
) -> None:
    """Decide on letters of which it is not known whether they went out, because the server or Twofold broke off."""
    if take_as not in ("sent", "again"):
        raise MistakeError(f"--as {take_as!r}: give sent or again.")
    n = open_database(database, needs_key=True).letters.resolve(slug, again=take_as == "again")
    print(f"{_many(n, 'letter')} {'will be sent again' if take_as == 'again' else 'count as sent'}.")


@app.command("bounces")
def bounces(
    files: Annotated[list[Path], typer.Argument(help=".eml files, mboxes, Maildirs or folders of .eml files.")],
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Read delivery reports: whose letter came back for good gets no more; a full box is noted."""
    from survey.mail.bounces import read_reports

    store = open_database(database, needs_key=True)
    read = read_reports(files, store.keys)
    new = dict.fromkeys(("hard", "soft", "delayed"), 0)
    known = 0
    for report in read.reports:
        if store.letters.note_bounce(report.letter, report.verdict, report.code):
            new[report.verdict] += 1
        else:
            known += 1
    told = {"came back for good": new["hard"], "for now": new["soft"], "delayed": new["delayed"]}
    told |= {"known already": known, "of other letters": read.strangers, "no report": read.others}
    show_rows([{"reports": name, "n": n} for name, n in told.items()], as_json, empty="")


@app.command("merge")
def merge(slug: Slug, out: Out, database: Database = None) -> None:
    """Write everybody who may be written to as a CSV for a mail merge: address, language, link, words, fields."""
    from survey.mail.merge import merge_csv
    from survey.mail.sending import base_address

    store = open_database(database, needs_key=True)
    mail = store.letters.correspondence(slug)
    text = merge_csv(store, mail, base_address(store), progress=mail.study.tells_who)
    store.contacts.note_look(slug, "", "mail merge")
    _write(out, text)
    print(f"{out} holds a secret link for each person. Delete it when the letters are out.")


@app.command("owed")
def owed(slug: Slug, out: Out, database: Database = None) -> None:
    """Write who is owed what for taking part as a CSV; nothing in it leads to an answer."""
    from survey.mail.merge import owed_csv

    debts = open_database(database, needs_key=True).owed.list(slug)
    _write(out, owed_csv(debts))
    print(f"{out}: {_many(len(debts), 'line')}, {sum(one.paid for one in debts)} of them paid.")


def _kind(text: str) -> Kind:
    from survey.mail.letter import KINDS

    if text not in KINDS:
        raise MistakeError(f"--kind {text!r}: give one of {', '.join(KINDS)}.")
    return text


def _name(number: int) -> str:
    return "invitation" if number == 0 else f"reminder {number}"


def _reach(person: Any) -> str:
    one = person.contact
    if one.revoked_at:
        return "link revoked"
    if one.unsubscribed_at:
        return "unsubscribed"
    return "may be sent" if one.reachable else "came back"


def _many(n: int, what: str) -> str:
    return f"1 {what}" if n == 1 else f"{n} {what}s"


def _without_secrets(body: str) -> str:
    """A letter for a terminal's scroll-back: what its links open stays out of it."""
    import re

    return re.sub(r"(/\?s=|/s/|/u/)[A-Za-z0-9_%-]+", r"\1…", body)


def _progress(tally: Tally) -> None:
    import sys

    if sys.stderr.isatty():
        print(f"\r{tally.done} of {tally.of}", end="", file=sys.stderr, flush=True)


def _told(tally: Tally, what: str) -> None:
    print(f"\n{_many(tally.sent, what)} sent." if tally.of else f"No {what} is due.")
    for n, words in (
        (tally.refused, "refused: the address does not exist; nothing more goes there until it is changed"),
        (tally.failed, "not taken this time: run the command again later"),
        (tally.unknown, "not known whether sent: decide with twofold invite resolve"),
        (tally.skipped, "left out: somebody else has sent it, or it is not wanted any more"),
    ):
        if n:
            print(f"{n} {words}.")
    if tally.ended:
        print(f"Ended early: {tally.ended}. The rest goes out when the command runs again.")


def _warn_unknown(store: Store, slug: str) -> None:
    n = len(store.letters.correspondence(slug).unknown)
    if n:
        print(f"It is not known whether {_many(n, 'earlier letter')} went out. Decide with:")
        print(f"twofold invite resolve {slug} --as sent (or: again)")


@contextmanager
def _stopping(stop: Event) -> Iterator[None]:
    """Ctrl-C and a timer's SIGTERM end a round after the letter that is under way."""

    def ask(*_: object) -> None:
        stop.set()

    before = {one: signal.signal(one, ask) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _write(out: Path, text: str) -> None:
    """A file of addresses or links is for whoever wrote it alone."""
    import os

    if out.is_file():
        out.chmod(0o600)  # one that was there already keeps its rights otherwise
    with open(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="") as file:
        file.write(text)
