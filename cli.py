"""The terminal's front door: each command translates its words into one call, and what comes back into lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer import exceptions

if TYPE_CHECKING:
    from analysis.plan import Plan
    from survey.dataset.model import Dataset
    from survey.files.problems import Problem
    from survey.instrument.model import Instrument
    from survey.store import Store

app = typer.Typer(
    help="From questionnaire to published table, for research on mentoring, networking and stress.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
study_app = typer.Typer(help="Create, publish, list and close studies.", no_args_is_help=True)
user_app = typer.Typer(help="Add and list the people who may sign in.", no_args_is_help=True)
app.add_typer(study_app, name="study")
app.add_typer(user_app, name="user")

Database = Annotated[
    str | None,
    typer.Option("--database", help="URL of the database; by default $TWOFOLD_DATABASE, else data/twofold.db."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON where a person would read a table.")]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help="Port to listen on.")]
Slug = Annotated[str, typer.Argument(help="The study's short name, as in its link.")]
State = Annotated[str, typer.Argument(help="pilot, live or closed.")]
InstrumentName = Annotated[str, typer.Argument(help="A file (YAML), or the id of an instrument that ships.")]

DEMO_DATABASE = Path("data/demo.db")
DEMO_STUDY = "demo"
DEMO_SEED = 20160930


class MistakeError(Exception):
    """Something that was given to a command is wrong; the message is for the person who gave it."""


def main() -> None:
    """Run the command line: 0 done, 1 a fault of ours, 2 a mistake in what was given."""
    try:
        code: Any = app(standalone_mode=False)
    except exceptions.Exit as end:
        code = end.exit_code
    except exceptions.Abort:
        say_error("stopped")
        code = 130
    except exceptions.TyperException as error:
        say_error(error.format_message())
        code = 2
    except Exception as error:
        if not is_mistake(error):
            raise
        say_error(describe(error))
        code = 2
    sys.exit(code)


def is_mistake(error: Exception) -> bool:
    """Whether the error tells of what was given (and says so in words), rather than of a fault of ours."""
    from analysis.errors import AnalysisError
    from reports.errors import ReportError
    from survey.errors import SurveyError
    from survey.files.problems import FileProblems

    return isinstance(error, MistakeError | AnalysisError | ReportError | SurveyError | FileProblems | OSError)


def describe(error: Exception) -> str:
    """The error's words; those of the system with the name of the file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename or 'system'}: {error.strerror}."
    return str(error)


def say_error(message: str) -> None:
    """One mistake a line, on standard error."""
    for line in message.splitlines():
        print(f"twofold: {line}", file=sys.stderr)


# --- opening the app -------------------------------------------------------------------------------------------------


@app.command()
def demo(port: Port = 8501) -> None:
    """Open the app on a simulated study of 480 respondents in data/demo.db."""
    from analysis.simulate import simulate
    from reports.console import progress
    from survey.instrument.load import shipped, shipped_plan_text, shipped_text

    url = f"sqlite:///{DEMO_DATABASE}"
    DEMO_DATABASE.parent.mkdir(exist_ok=True)
    store = open_database(url)
    if DEMO_STUDY not in {study.slug for study in store.studies.list()}:
        with progress() as tell:
            tell(0.0, "Simulating 480 respondents")
            data = simulate(shipped("two-supports"), 480, DEMO_SEED).dataset
            store.studies.create(DEMO_STUDY, shipped_text("two-supports"), "Demo: simulated respondents")
            store.studies.set_plan(DEMO_STUDY, shipped_plan_text("two-supports") or "")
            store.studies.set_status(DEMO_STUDY, "live")
            tell(0.3, "Writing their answers into data/demo.db")
            store.respond.load_simulated(DEMO_STUDY, data)
    open_app(url, port, store.accounts.demo_path())


@app.command()
def serve(database: Database = None, port: Port = 8501) -> None:
    """Open the app on a database; the first start prints the link that sets up its owner."""
    from survey.store import default_url

    url = database or default_url()
    open_app(url, port, open_database(url).accounts.setup_path())


def open_app(url: str, port: int, path: str | None) -> None:
    """Serve the app until it is stopped, after printing where it can be opened."""
    import os

    from streamlit.web.cli import main as streamlit

    os.environ["TWOFOLD_DATABASE"] = url
    print(f"\nTwofold is at http://localhost:{port}", flush=True)
    if path:
        print(f"To sign in, open this link once: http://localhost:{port}{path}", flush=True)
    script = str(Path(__file__).resolve().parent / "app.py")
    streamlit(["run", script, "--server.port", str(port), "--server.headless", "true"])


# --- files -----------------------------------------------------------------------------------------------------------


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="Instruments and plans (YAML).")], as_json: AsJson = False
) -> None:
    """Name every problem of instruments and plans, with file, line and what to do."""
    from analysis.plan.files import check_files
    from survey.instrument.load import read_text

    problems: list[Problem] = check_files([str(file) for file in files], read_text)
    if as_json:
        print(json.dumps([vars(problem) for problem in problems], ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"{len(problems)} problem(s) found." if problems else "No problem found.")
    raise exceptions.Exit(2 if problems else 0)


@app.command()
def simulate(
    instrument: InstrumentName,
    n: Annotated[int, typer.Option("-n", min=1, help="How many respondents.")] = 480,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same data.")] = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")] = Path("simulated"),
    null: Annotated[bool, typer.Option("--null", help="A world in which every coefficient is 0.")] = False,
) -> None:
    """Write a data set with known truth: respondents.csv, missing.csv, truth.json."""
    from analysis.simulate import simulate as run
    from reports.console import progress
    from survey.dataset.write import write_csv_folder

    with progress() as tell:
        tell(0.0, f"Simulating {n} respondents")
        simulated = run(find_instrument(instrument), n, seed, null=null)
        tell(0.6, f"Writing {out}")
        write_csv_folder(simulated.dataset, out)
        (out / "truth.json").write_text(json.dumps(simulated.truth, indent=2) + "\n", encoding="utf-8")
    print(f"Wrote {n} respondents into {out}.")


@app.command()
def analyze(
    study: Annotated[str | None, typer.Argument(help="A study in the database; or give --data.")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="A CSV file, an SPSS .sav, or a folder of CSV.")] = None,
    instrument: Annotated[str | None, typer.Option("--instrument", help="With --data: what was asked.")] = None,
    plan: Annotated[Path | None, typer.Option("--plan", help="The plan (YAML); by default the study's own.")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="Folder for the report.")] = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Do everything in the plan and write results.csv, report.html, tables and figures."""
    from analysis.run import run
    from reports.console import progress
    from reports.report import write_report

    with progress() as tell:
        tell(0.0, "Reading the data")
        if (study is None) == (data is None):
            raise MistakeError("give either the name of a study, or --data FILE with --instrument FILE.")
        dataset, stored_plan = from_study(study, database) if study else from_file(data, instrument)
        findings = run(find_plan(plan, stored_plan, dataset.instrument), dataset, progress=tell)
        target = out or Path("reports/output") / (study or (data.stem if data else "data"))
        tell(0.95, f"Writing {target}")
        write_report(findings, target, inputs=contents(data, instrument, plan))
    if as_json:
        print(findings.frame().to_json(orient="records", indent=2))
    else:
        print(f"{findings.n_used} of {findings.n_read} respondents analysed. The report is in {target}.")


@app.command()
def export(
    study: Slug,
    to: Annotated[str, typer.Option("--to", help="Format: csv.")],
    out: Annotated[Path, typer.Option("--out", help="Where to write.")],
    database: Database = None,
) -> None:
    """Write a study's data with codebook and typed missing values."""
    from reports.export import export as write

    dataset, _ = from_study(study, database)
    write(dataset, to, out)
    print(f"Wrote {len(dataset.respondents)} respondents into {out}.")


# --- administration --------------------------------------------------------------------------------------------------


@study_app.command("list")
def list_studies(database: Database = None, as_json: AsJson = False) -> None:
    """List the studies with their state and counts."""
    store = open_database(database)
    rows = []
    for study in store.studies.list():
        counts = store.results.counts(study.slug)
        row = {"study": study.slug, "status": study.status, "opened": counts.opened, "started": counts.started}
        rows.append({**row, "completed": counts.completed, "title": study.title})
    show_rows(rows, as_json, empty="No study yet. Make one with: twofold study create SLUG INSTRUMENT")


@study_app.command()
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


@study_app.command()
def status(slug: Slug, to: State, database: Database = None) -> None:
    """Publish a study as a pilot, launch it, or close it."""
    study = open_database(database).studies.set_status(slug, to)
    link = f" Its link ends in /?study={slug}" if study.status in ("pilot", "live") else ""
    print(f"{study.slug} is now {study.status}.{link}")


@study_app.command()
def links(
    slug: Slug,
    n: Annotated[int, typer.Option("-n", min=1, max=100_000, help="How many personal links.")],
    database: Database = None,
) -> None:
    """Make personal links, printed as CSV: who has a link may answer in its owner's place."""
    print("label,link")
    for invitation, token in open_database(database).invitations.create(slug, n):
        print(f"{invitation.label},/?s={token}")


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


def open_database(url: str | None) -> Store:
    """The store at a URL, or the default one."""
    from survey.store import default_url, open_store

    return open_store(url or default_url())


def instrument_text(name: str) -> str:
    """The text of an instrument that ships, or of a file."""
    from survey.instrument.load import read_text, shipped_ids, shipped_text

    if name in shipped_ids():
        return shipped_text(name)
    if not Path(name).exists():
        raise MistakeError(f"{name}: no such file, nor an instrument that ships ({', '.join(shipped_ids())}).")
    return read_text(name)


def find_instrument(name: str) -> Instrument:
    """An instrument that ships, or one in a file."""
    from survey.instrument.load import load

    return load(instrument_text(name), name)


def from_study(slug: str, database: str | None) -> tuple[Dataset, str | None]:
    """A study's answers and its plan."""
    store = open_database(database)
    return store.results.dataset(slug), store.studies.get(slug).plan_text


def from_file(data: Path | None, instrument: str | None) -> tuple[Dataset, None]:
    """Data collected elsewhere."""
    from survey.dataset.read import read_data

    if data is None or instrument is None:
        raise MistakeError("--data needs --instrument: a file (YAML), or the id of an instrument that ships.")
    return read_data(data, find_instrument(instrument)), None


def contents(*given: Path | str | None) -> dict[str, bytes]:
    """The files that were given, by name, for their hashes; of a folder those in it."""
    named = [Path(one) for one in given if one is not None]
    files = [file for path in named for file in (sorted(path.glob("*.csv")) if path.is_dir() else [path])]
    return {str(file): file.read_bytes() for file in files if file.is_file()}


def find_plan(path: Path | None, stored: str | None, instrument: Instrument) -> Plan:
    """The plan that was given, else the study's own, else the one that ships with the instrument."""
    from analysis.plan import load_plan
    from survey.instrument.load import read_text, shipped_plan_text

    if path is not None:
        return load_plan(read_text(path), str(path), instrument)
    text = stored or shipped_plan_text(instrument.id)
    if text is None:
        raise MistakeError(f"no plan ships for the instrument {instrument.id}: give one with --plan FILE.")
    return load_plan(text, "the study's plan" if stored else f"{instrument.id}.plan.yaml", instrument)


def show_rows(rows: list[dict[str, Any]], as_json: bool, empty: str) -> None:
    """Rows as columns that line up, or as JSON."""
    from reports.console import columns

    print(json.dumps(rows, ensure_ascii=False, indent=2) if as_json else columns(rows) or empty)
