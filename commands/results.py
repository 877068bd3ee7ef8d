"""Commands that turn answers into results and files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from commands.plans import Within, within
from commands.shared import AsJson, Database, MistakeError, Slug, find_instrument, open_database

if TYPE_CHECKING:
    from analysis.plan import Plan
    from survey.dataset.model import Dataset
    from survey.instrument.model import Instrument

app = typer.Typer()


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
        chosen = find_plan(plan, stored_plan, dataset.instrument)
        participation = registration = None
        held = Within(None, None)
        if study:
            store = open_database(database)
            held, registration = within(study, store), store.plans.registration(study)
            participation = store.paradata.participation(study)
            store.plans.met(study, "run", "whole plan", registration.phase)
        findings = run(chosen, dataset, progress=tell, locked=held.locked, closed=held.closed)
        target = out or Path("reports/output") / (study or (data.stem if data else "data"))
        tell(0.95, f"Writing {target}")
        write_report(
            findings,
            target,
            inputs=contents(data, instrument, plan),
            participation=participation,
            registration=registration,
        )
    if held.closed is not None:
        print(closed_words(str(study)), file=sys.stderr)
    if as_json:
        print(findings.frame().to_json(orient="records", indent=2))
    else:
        print(f"{findings.n_used} of {findings.n_read} respondents analysed. The report is in {target}.")


@app.command()
def export(
    study: Slug,
    to: Annotated[
        str, typer.Option("--to", help="Format: csv, xlsx, sav, dta, parquet, egor, graphml, ddi or bundle.")
    ],
    out: Annotated[Path, typer.Option("--out", help="Where to write.")],
    database: Database = None,
) -> None:
    """Write a study's data with codebook and typed missing values."""
    from reports.apart import write_apart
    from reports.export import export as write

    dataset, _ = from_study(study, database)
    store = open_database(database)
    held, phase = within(study, store), store.plans.registration(study).phase
    if held.closed is not None:
        if to != "csv":
            raise MistakeError(f"{closed_words(study)} Until then only --to csv, which gives each scale by itself.")
        write_apart(dataset, out)
        print(closed_words(study), file=sys.stderr)
        print(f"Wrote the answers of {len(dataset.respondents)} respondents, each scale by itself, into {out}.")
    else:
        written = write(dataset, to, out)
        where = f"into {out}" if out.is_dir() else "into " + " and ".join(str(path) for path in written)
        print(f"Wrote {len(dataset.respondents)} respondents {where}.")
    store.plans.met(study, "export", f"{to}, apart" if held.closed is not None else to, phase)


def closed_words(slug: str) -> str:
    """What is closed and how it is opened."""
    return (
        f"{slug} is live and its plan is not locked: relations of outcomes with predictors are closed. "
        f"Lock the plan: twofold study lock {slug} --stopping RULE "
        f"(or open it for good, on record: twofold study unlock {slug} --reason TEXT)."
    )


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
