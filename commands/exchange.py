"""Commands on what other platforms have: instruments to and from their formats, and answers collected there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer()


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="The file to read: .yaml, .xlsx, .csv or .tsv.")],
    target: Annotated[Path, typer.Argument(help="The file to write; its ending says in which format.")],
    partial: Annotated[
        bool, typer.Option("--partial", help="Convert what can be mapped, and list the rest in a file beside it.")
    ] = False,
    language: Annotated[str, typer.Option("--language", help="The one language to write; REDCap has only one.")] = "",
) -> None:
    """Turn an instrument into XLSForm (.xlsx), a REDCap dictionary (.csv) or LimeSurvey (.tsv), or back (.yaml)."""
    from survey.exchange.convert import convert as run

    done = run(source.read_bytes(), source, target, partial=partial, language=language)
    target.write_bytes(done.content)
    for line in done.report.lines():
        print(line)
    if done.report.refused:
        rest = target.with_name(f"{target.name}.notes.txt")
        rest.write_text("\n".join(done.report.lines()) + "\n", encoding="utf-8")
        print(f"{len(done.report.refused)} thing(s) were not mapped: they are listed in {rest}.")
    asked = sum(len(page.items) for page in done.instrument.pages) or len(done.instrument.items)
    print(f"Wrote {target}, from an instrument of {asked} items.")
