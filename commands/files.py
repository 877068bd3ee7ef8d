"""Commands on files alone: instruments and plans, and made-up data."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import exceptions

from commands.shared import AsJson, InstrumentName, MistakeError, find_instrument

if TYPE_CHECKING:
    from survey.files.problems import Problem

app = typer.Typer()


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
        for line in () if problems else forecasts(files):
            print(line)
    raise exceptions.Exit(2 if problems else 0)


def forecasts(files: list[Path]) -> list[str]:
    """A line for each instrument among sound files: how many minutes it will take."""
    from survey.files.problems import FileProblems
    from survey.forecast import forecast, waves_named
    from survey.instrument.load import load_path

    found = []
    for file in files:
        with suppress(FileProblems):  # a plan, which was found to be sound already
            instrument = load_path(file)
            if instrument.pages:
                waves = waves_named(instrument)
                for wave in waves:
                    minutes = forecast(instrument, wave)
                    where = f"{file}: " if len(waves) == 1 else f"{file}, wave {wave}: "
                    found.append(f"{where}about {minutes.usual:.0f} minutes to answer, at most {minutes.most:.0f}.")
    return found


@app.command()
def simulate(
    instrument: InstrumentName,
    n: Annotated[int, typer.Option("-n", min=1, help="How many respondents.")] = 480,
    seed: Annotated[int, typer.Option("--seed", min=0, help="The same seed gives the same data.")] = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder to write into.")] = Path("simulated"),
    null: Annotated[bool, typer.Option("--null", help="A world in which every coefficient is 0.")] = False,
    waves: Annotated[int, typer.Option("--waves", min=1, max=20, help="How often everybody is asked.")] = 1,
) -> None:
    """Write data with known truth: respondents.csv, ties.csv, between.csv, what is missing of each, truth.json."""
    from analysis.simulate import simulate as run
    from reports.console import progress
    from survey.dataset.write import write_csv_folder
    from survey.instrument.canonical import to_yaml

    asked = find_instrument(instrument)
    with progress() as tell:
        tell(0.0, f"Simulating {n} respondents")
        simulated = run(asked, n, seed, null=null, waves=waves)
        tell(0.6, f"Writing {out}")
        write_csv_folder(simulated.dataset, out)
        (out / "truth.json").write_text(json.dumps(simulated.truth, indent=2) + "\n", encoding="utf-8")
        if waves > 1:
            (out / "instrument.yaml").write_text(to_yaml(simulated.dataset.instrument), encoding="utf-8")
    print(f"Wrote {n} respondents into {out}.")
    if waves > 1:
        print(f"With the field that says of which wave a row is, they belong to {out / 'instrument.yaml'}.")


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="The id of the instrument; it goes into NAME.yaml and NAME.plan.yaml.")],
    languages: Annotated[str, typer.Option("--languages", help="Codes of languages, such as en,fr.")] = "",
    origin: Annotated[
        str, typer.Option("--from", help="Begin with a copy: two-supports, or a ready definition such as pss-10.")
    ] = "",
) -> None:
    """Make an instrument and a plan to start from, with comments."""
    from survey.instrument.starter import start

    files = (Path(f"{name}.yaml"), Path(f"{name}.plan.yaml"))
    for file in files:
        if file.exists():
            raise MistakeError(f"{file}: this file is there already. Choose another name, or delete it.")
    codes = tuple(code.strip() for code in languages.split(",") if code.strip())
    for file, text in zip(files, start(name, codes, origin), strict=True):
        file.write_text(text, encoding="utf-8")
    print(f"Wrote {files[0]} and {files[1]}. Edit them, then: twofold check {files[0]} {files[1]}")
