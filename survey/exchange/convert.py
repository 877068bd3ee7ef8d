"""From one file to another: which format a file has is told by its ending."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from survey.exchange.outline import outline
from survey.exchange.report import ExchangeProblems, Report, UnreadableError
from survey.instrument.canonical import to_yaml
from survey.instrument.load import load
from survey.instrument.model import Instrument

KINDS = {
    ".yaml": "twofold",
    ".yml": "twofold",
    ".xlsx": "XLSForm",
    ".csv": "REDCap",
    ".tsv": "LimeSurvey",
    ".txt": "LimeSurvey",
}
"""Ending to format."""


@dataclass(frozen=True)
class Converted:
    """The bytes of the new file, the instrument that they hold, and what happened on the way."""

    content: bytes
    instrument: Instrument
    report: Report


def kind_of(path: Path) -> str:
    """The format of a file. Raises UnreadableError for an ending that is none."""
    kind = KINDS.get(path.suffix.lower())
    if kind is None:
        known = ", ".join(f"{ending} ({name})" for ending, name in KINDS.items())
        raise UnreadableError(f"{path}: its format is not known by its ending. There are: {known}.")
    return kind


def convert(content: bytes, source: Path, target: Path, *, partial: bool = False, language: str = "") -> Converted:
    """An instrument in another format.

    language: of a REDCap dictionary, which has one. partial: convert what can be mapped, and list the rest.
    Raises ExchangeProblems with all that cannot be mapped, UnreadableError, FileProblems.
    """
    kind_of(target)
    instrument, report = read(content, source, language)
    made, written = write(instrument, target, language)
    report.refused += written.refused
    report.left_behind += [what for what in written.left_behind if what not in report.left_behind]
    report.renamed |= written.renamed
    if report.refused and not partial:
        raise ExchangeProblems(source.name, report)
    return Converted(made, instrument, report)


def read(content: bytes, source: Path, language: str = "") -> tuple[Instrument, Report]:
    """The instrument in a file of any of the formats, and what of it was not mapped."""
    from survey.exchange import limesurvey_read, redcap_read, xlsform_read
    from survey.files.document import decode

    match kind_of(source):
        case "twofold":
            return load(decode(content, str(source)), str(source)), Report()
        case "XLSForm":
            return xlsform_read.read(content, source.name)
        case "REDCap":
            return redcap_read.read(content, source.name, language or "en")
        case _:
            return limesurvey_read.read(content, source.name)


def write(instrument: Instrument, target: Path, language: str = "") -> tuple[bytes, Report]:
    """The bytes of an instrument in the format of a file, and what of it was not mapped."""
    from survey.exchange import limesurvey, redcap, xlsform

    kind = kind_of(target)
    if language and language not in instrument.languages:
        known = ", ".join(instrument.languages)
        raise UnreadableError(f"{instrument.id}: there is no language '{language}' in it. It has: {known}.")
    if kind == "twofold":
        return to_yaml(instrument).encode("utf-8"), Report()
    if kind == "REDCap":
        only = outline(instrument, (language or instrument.languages[0],))
        if len(instrument.languages) > 1 and not language:
            others = ", ".join(instrument.languages[1:])
            only.report.refuse(
                "languages", f"a dictionary has one language: {others} would be lost. Choose: --language"
            )
        return redcap.write(only), only.report
    whole = outline(instrument, (language,) if language else ())
    return (xlsform.write(whole) if kind == "XLSForm" else limesurvey.write(whole)), whole.report
