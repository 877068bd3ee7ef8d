"""Commands on studies: create, publish, list, close, and their links."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.erase import NOT_FINISHED, outcome
from commands.plans import app as plans
from commands.shared import (
    AsJson,
    Database,
    InstrumentName,
    MistakeError,
    Slug,
    find_instrument,
    instrument_text,
    open_database,
    show_rows,
)
from commands.waves import app as waves
from survey.errors import StudyError

if TYPE_CHECKING:
    from survey.assurance import Assured

app = typer.Typer(help="Create, publish, list and close studies; keep and lock their plans.", no_args_is_help=True)
app.add_typer(plans)
app.add_typer(waves)

State = Annotated[str, typer.Argument(help="pilot, live or closed.")]
Ethics = Annotated[str, typer.Option("--ethics", help="The number of the ethics approval.")]
NoEthics = Annotated[str, typer.Option("--no-ethics", help="Why no ethics approval is needed.")]
Distress = Annotated[str, typer.Option("--distress", help="Whom respondents can turn to in distress.")]
Translation = Annotated[
    list[str] | None,
    typer.Option(
        "--translation",
        help="How a further language was reviewed, as fr=METHOD:WORDS; METHOD: back-translation, committee,"
        " native-speaker or none. Repeatable.",
    ),
]


def assured(ethics: str, no_ethics: str, distress: str, translation: list[str] | None) -> Assured:
    """What the options say."""
    from survey.assurance import Assured

    if ethics and no_ethics:
        raise MistakeError("give --ethics or --no-ethics, not both.")
    reviewed: dict[str, tuple[str, str]] = {}
    for one in translation or ():
        language, is_, rest = one.partition("=")
        method, colon, words = rest.partition(":")
        if not (is_ and colon and words.strip()):
            raise MistakeError(f"{one!r} does not say how a translation was reviewed. Give it as fr=committee:WORDS.")
        reviewed[language.strip()] = (method.strip(), words)
    return Assured(ethics, no_ethics, distress, reviewed)


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
    ethics: Ethics = "",
    no_ethics: NoEthics = "",
    distress: Distress = "",
    translation: Translation = None,
    erase_pilot: Annotated[
        bool,
        typer.Option("--erase-pilot", help="With a launch: erase the pilot's answers, which stay apart otherwise."),
    ] = False,
    database: Database = None,
) -> None:
    """Publish a study as a pilot, launch it, or close it; a launch asks for ethics, help and translations."""
    from survey.assurance import Assured
    from survey.instrument.reachable import without_contact
    from survey.store.erase import PILOT

    if erase_pilot and to != "live":
        raise MistakeError("--erase-pilot goes with a launch: twofold study status STUDY live --erase-pilot")
    store = open_database(database)
    studies = store.studies
    said = assured(ethics, no_ethics, distress, translation)
    if to == "live":
        study = studies.launch(slug, said, permissions=permission or ())
    elif said != Assured():
        raise MistakeError(f"what a launch asks for goes with a launch, or into: twofold study assure {slug}")
    else:
        study = studies.set_status(slug, to, permissions=permission or ())
    link = f" Its link ends in /?study={slug}" if study.status in ("pilot", "live") else ""
    print(f"{study.slug} is now {study.status}.{link}")
    if erase_pilot and store.erasures.extent(slug, PILOT).responses:
        done = store.erasures.erase(slug, PILOT)
        print(outcome(done) if done.finished else f"{outcome(done)} {NOT_FINISHED[:1].upper()}{NOT_FINISHED[1:]}")
    if study.status == "live" and (silent := without_contact(study.instrument)):
        print(
            f"In {', '.join(silent)} no page says whom to write to or call: add that to the consent page or the last."
        )


@app.command()
def assure(
    slug: Slug,
    ethics: Ethics = "",
    no_ethics: NoEthics = "",
    distress: Distress = "",
    translation: Translation = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Say or correct what a launch asks for; without options, show what was said."""
    from survey.assurance import latest

    store = open_database(database)
    said = assured(ethics, no_ethics, distress, translation)
    lines = store.assurances.add(slug, said) if said.lines() else store.assurances.list(slug)
    rows = [
        {
            "what": one.kind,
            "language": one.language,
            "answer": one.answer,
            "words": one.words,
            "at": f"{one.at:%Y-%m-%d}",
        }
        for one in latest(lines).values()
    ]
    show_rows(rows, as_json, empty=f"Nothing was said of {slug} yet. See: twofold study assure --help")


@app.command()
def days(
    slug: Slug,
    withdraw_until: Annotated[
        str | None, typer.Option("--withdraw-until", help="Last day of withdrawal by link (YYYY-MM-DD); none: always.")
    ] = None,
    delete_after: Annotated[
        str | None, typer.Option("--delete-after", help="Day after which the data go (YYYY-MM-DD); none: not said.")
    ] = None,
    database: Database = None,
) -> None:
    """Set until when respondents may withdraw their answers, and after which day a study's data are to be erased."""
    store = open_database(database)
    study = store.studies.get(slug)
    until = study.withdraw_until if withdraw_until is None else _day(withdraw_until)
    after = study.delete_after if delete_after is None else _day(delete_after)
    study = store.retention.set_days(slug, until, after)
    print(
        f"Withdrawal until: {study.withdraw_until or 'always'}. Data to be erased after: {study.delete_after or '-'}."
    )


def _day(text: str) -> date | None:
    if text == "none":
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise MistakeError(f"{text!r} is no day. Give it as 2027-01-31, or none.") from None


@app.command()
def protect(
    slug: Slug,
    smallest: Annotated[int, typer.Option("--smallest", min=5, help="People that a group needs to be told apart.")] = 5,
    off: Annotated[bool, typer.Option("--off", help="It is no employer's study; not once it is live.")] = False,
    database: Database = None,
) -> None:
    """Say that this is an employer's study: nobody sees who answered, and small groups are not told apart."""
    study = open_database(database).studies.set_smallest_group(slug, None if off else smallest)
    if study.smallest_group is None:
        print(f"{slug} protects no groups.")
    else:
        print(f"{slug} tells apart groups of {study.smallest_group} people or more, once it is closed.")


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
