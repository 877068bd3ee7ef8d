"""The report folder: every number, table, figure and sentence of some findings, and a manifest of it all."""

from __future__ import annotations

import csv
import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.appendices import software
from reports.contents import counts, document
from reports.document import Document
from reports.errors import ReportError
from reports.numbers import exact
from reports.places import settle
from reports.registration import lock_facts
from reports.write import FORMATS, render
from reports.write.csv import safe

if TYPE_CHECKING:
    from analysis.findings import Findings
    from survey.registration import Registration
    from survey.store.participation import Participation

OUTPUTS = (
    *("results.csv", "report.html", "report.docx", "report.pdf", "tables", "figures", "codebook.html"),
    "manifest.json",
)
"""What a report folder holds; ``tables`` and ``figures`` are folders."""
Progress = Callable[[float, str], None]


def write_report(
    findings: Findings,
    directory: Path | str,
    *,
    only: Collection[str] | None = None,
    inputs: Mapping[str, bytes] | None = None,
    language: str = "en",
    participation: Participation | None = None,
    registration: Registration | None = None,
    now: datetime | None = None,
    progress: Progress | None = None,
) -> tuple[Path, ...]:
    """Write a report into a folder, whole or not at all.

    findings: of ``analysis.run``. directory: made where it is not there; in one that is, what an earlier report wrote
    is replaced and every other file is left alone. only: names of ``OUTPUTS`` to write (by default all; the manifest
    always). inputs: name and content of the files that were read, for their hashes. language: of labels and items.
    participation, registration: of the study that the data come from.
    now: the time that the report bears (by default the present). progress: called with the share done and what is done.

    Returns the files written. Everything but ``manifest.json`` and the time in the head of the reports depends on the
    data and the plan alone, to the byte. Raises ReportError (a ValueError) for an unknown name in ``only``, OSError
    where the folder cannot be written.
    """
    chosen = set(OUTPUTS if only is None else only)
    if unknown := sorted(chosen - set(OUTPUTS)):
        raise ReportError(f"A report has no part {unknown[0]!r}; there are: {', '.join(OUTPUTS)}.")
    tell = progress or (lambda share, what: None)
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    target = Path(directory)
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as name:
        folder = Path(name)
        _fill(folder, findings, chosen, language, moment, tell, participation, registration)
        _write(folder / "manifest.json", manifest(findings, folder, moment, inputs or {}, registration))
        return settle(folder, target)


def _fill(
    folder: Path,
    findings: Findings,
    chosen: set[str],
    language: str,
    moment: datetime,
    tell: Progress,
    participation: Participation | None,
    registration: Registration | None,
) -> None:
    from reports import pdf, word
    from reports.codebook import codebook
    from reports.pages import page

    report = document(findings, f"{moment.day} {moment:%B %Y, %H:%M} UTC", language, participation, registration)
    tell(0.1, "Writing numbers")
    if "results.csv" in chosen:
        _write(folder / "results.csv", results_csv(findings))
    if "codebook.html" in chosen:
        _write(
            folder / "codebook.html",
            codebook(findings.scored.dataset, language, participation.assurances if participation else ()),
        )
    if "tables" in chosen:
        tell(0.2, "Writing tables")
        _tables(folder / "tables", report)
    if "figures" in chosen:
        tell(0.4, "Drawing figures")
        _figures(folder / "figures", report)
    if "report.html" in chosen:
        tell(0.6, "Writing report.html")
        _write(folder / "report.html", page("report.html", document=report, language=language))
    if "report.docx" in chosen:
        tell(0.8, "Writing report.docx")
        _write(folder / "report.docx", word.write(report))
    if "report.pdf" in chosen:
        tell(0.9, "Writing report.pdf")
        _write(folder / "report.pdf", pdf.write(report))


def _write(path: Path, content: str | bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)


def results_csv(findings: Findings) -> str:
    """Every number at full precision, a row each; lines end in ``\\n``, a missing value is ''."""
    frame = findings.frame()
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(frame.columns)
    for *names, value in frame.itertuples(index=False, name=None):
        writer.writerow([*(name if _NUMERIC.fullmatch(name) else safe(name) for name in names), exact(value)])
    return stream.getvalue()


_NUMERIC = re.compile(r"-?[0-9.]+(~-?[0-9.]+)?")
"""A group, or a pair of groups, that is told apart by numbers: no formula, though it may begin with a minus."""


def _file_name(place: int, name: str) -> str:
    return f"{place:02d}-{re.sub(r'[^A-Za-z0-9_.-]+', '-', name).strip('-.')[:60] or 'item'}"


def _tables(folder: Path, report: Document) -> None:
    for table in report.tables:
        for ending in FORMATS:
            _write(folder / f"{_file_name(table.number, table.name)}.{ending}", render(table, ending))
    if report.tables:
        _write(folder / "all-tables.docx", render(report.tables, "docx"))
        _write(folder / "all-tables.xlsx", render(report.tables, "xlsx"))


def _figures(folder: Path, report: Document) -> None:
    from reports.draw_matplotlib import draw

    for picture in report.pictures:
        name = _file_name(picture.number, picture.figure.name)
        _write(folder / f"{name}.svg", draw(picture.figure, "svg"))
        _write(folder / f"{name}.png", draw(picture.figure, "png"))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def manifest(
    findings: Findings,
    folder: Path,
    moment: datetime,
    inputs: Mapping[str, bytes],
    registration: Registration | None = None,
) -> str:
    """Hashes of what went in and of what came out, versions, seed, time and plan, as JSON."""
    from survey.instrument.canonical import sha256

    plan: Any = findings.plan.model_dump(mode="json", by_alias=True, exclude_none=True)
    data = findings.scored.dataset.respondents.sort_index()
    outputs = {
        path.relative_to(folder).as_posix(): _hash(path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    content = {
        "made": moment.isoformat(timespec="seconds"),
        "source": findings.source,
        "instrument": {
            "id": findings.instrument.id,
            "version": findings.instrument.version,
            "sha256": sha256(findings.instrument),
        },
        "inputs": {name: _hash(content) for name, content in sorted(inputs.items())},
        "data_used_sha256": _hash(data.to_csv(lineterminator="\n").encode("utf-8")),
        "respondents": counts(findings),
        "plan": plan,
        "plan_sha256": _hash(json.dumps(plan, sort_keys=True, ensure_ascii=False).encode("utf-8")),
        "lock": lock_facts(registration),
        "seed": findings.seed,
        "versions": software(),
        "outputs": outputs,
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
