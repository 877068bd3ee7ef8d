"""Commands on what other platforms have: instruments to and from their formats, and answers collected there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from commands.shared import MistakeError, find_instrument

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


@app.command(name="import")
def import_answers(
    data: Annotated[Path, typer.Argument(help="A CSV of REDCap, LimeSurvey, Qualtrics …, or an SPSS .sav.")],
    instrument: Annotated[str, typer.Option("--instrument", help="What was asked: a file, or an id that ships.")],
    mapping: Annotated[Path, typer.Option("--mapping", help="Which column holds which item (YAML).")],
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write into.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Write a first draft of the mapping instead.")] = False,
    header_rows: Annotated[
        int, typer.Option("--header-rows", min=1, max=10, help="With --draft: rows above the data; Qualtrics has 3.")
    ] = 1,
) -> None:
    """Bring answers of another platform into respondents.csv and missing.csv by a mapping file."""
    from survey.dataset.write import write_csv_folder
    from survey.instrument.load import read_text
    from survey.mapping.apply import apply
    from survey.mapping.draft import draft as draw_up
    from survey.mapping.model import load_mapping
    from survey.mapping.table import read_raw

    asked = find_instrument(instrument)
    if draft:
        if mapping.exists():
            raise MistakeError(f"{mapping}: this file is there already. Give another name, or delete it.")
        mapping.write_text(draw_up(read_raw(data, header_rows), asked, header_rows), encoding="utf-8")
        print(f"Wrote a draft to {mapping}. Read it line by line, then run this without --draft.")
        return
    if out is None:
        raise MistakeError("give a folder to write into: --out FOLDER.")
    known = load_mapping(read_text(mapping), str(mapping), asked)
    dataset = apply(read_raw(data, known.header_rows), known, asked)
    write_csv_folder(dataset, out)
    for note in dataset.notes:
        print(note)
    print(f"Wrote {len(dataset.respondents)} respondents into {out}. Analyse them with: twofold analyze --data {out}")
