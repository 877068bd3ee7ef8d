"""A list of people to invite, out of a CSV: every mistake in it at once, each with its row, or all of its people."""

from __future__ import annotations

import csv
import difflib
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from survey.dataset.columns import NUMBER_FIELDS
from survey.errors import DataProblems, MailError
from survey.instrument.model import FieldOf, Instrument
from survey.mail.address import read_address, same_for
from survey.mail.letter import PLACEHOLDERS

ADDRESS, LANGUAGE, NAME = "email", "language", "name"
MOST_PEOPLE = 100_000
LONGEST_CELL = 500
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)


@dataclass(frozen=True)
class NewContact:
    """Somebody to invite. words: what letters may call by the column's name; fields: what goes into the data."""

    row: int
    address: str = field(repr=False)
    language: str | None
    words: Mapping[str, str] = field(repr=False)
    fields: Mapping[str, str | float] = field(repr=False)


class ContactProblems(DataProblems):
    """Every mistake in a list of people; ``lines`` has one for each."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(lines))


def read_people(content: bytes, source: str, instrument: Instrument) -> tuple[NewContact, ...]:
    """The people in a CSV (UTF-8; comma, semicolon or tab) with a column ``email``.

    ``language`` is one of the instrument's; a column that the instrument declares as a field goes into the data; any
    other is a word for letters, as ``name`` is. Raises ContactProblems with every mistake: nothing is half taken in.
    """
    rows = _rows(content, source)
    header = [cell.strip() for cell in rows[0]]
    wrong = list(_wrong_header(header, source, instrument))
    if wrong:
        raise ContactProblems(wrong)
    people: list[NewContact] = []
    met: dict[str, int] = {}
    for number, cells in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in cells):
            continue
        where = f"{source}, row {number}"
        if len(cells) > len(header):
            wrong.append(f"{where}: there are {len(cells)} cells under {len(header)} headers. Quote cells with commas.")
            continue
        given = {name: cell.strip() for name, cell in zip(header, [*cells, *[""] * len(header)], strict=False)}
        wrong += [f"{where}, {name}: longer than {LONGEST_CELL} characters." for name in _too_long(given)]
        wrong += [f"{where}, {name}: a line break or control character. Take it out." for name in _broken(given)]
        address = _address(given[ADDRESS], where, met, number, wrong)
        language = _language(given.get(LANGUAGE, ""), where, instrument, wrong)
        fields = _fields(given, where, instrument, wrong)
        words = {
            n: c
            for n, c in given.items()
            if c and n not in (ADDRESS, LANGUAGE) and n not in given_beforehand(instrument)
        }
        people.append(NewContact(number, address, language, words, fields))
    if not people and not wrong:
        wrong.append(f"{source}: there is a header but nobody below it. Give one row a person.")
    if len(people) > MOST_PEOPLE:
        wrong.append(f"{source}: {len(people)} people are too many at once. Give at most {MOST_PEOPLE}.")
    if wrong:
        raise ContactProblems(wrong)
    return tuple(people)


def _rows(content: bytes, source: str) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ContactProblems(
            [f"{source}, row {line}: not UTF-8. In a spreadsheet save it as 'CSV UTF-8', then give it again."]
        ) from None
    if "\0" in text:
        raise ContactProblems([f"{source}: this is no text file. Save the list as 'CSV UTF-8'."])
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise ContactProblems(
            [f"{source}: the file cannot be read as CSV ({error}). Check its quotation marks."]
        ) from None
    if not rows or not any(cell.strip() for cell in rows[0]):
        raise ContactProblems([f"{source}: the file is empty. Its first row names the columns: {ADDRESS}, …"])
    return rows


def _wrong_header(header: Sequence[str], source: str, instrument: Instrument) -> Iterator[str]:
    where = f"{source}, row 1"
    known = (ADDRESS, LANGUAGE, NAME, *given_beforehand(instrument))
    if ADDRESS not in header:
        near = next((name for name in header if name.lower().replace("-", "") in ("email", "mail", "address")), "")
        yield f"{where}: there is no column {ADDRESS!r}." + (
            f" Rename {near!r} to {ADDRESS!r}." if near else " Add it."
        )
    for name in dict.fromkeys(header):
        if not name:
            yield f"{where}: a column has no name. Name it, or take it out."
        elif header.count(name) > 1:
            yield f"{where}: the column {name!r} is there {header.count(name)} times. Keep one."
        elif name in known:
            continue
        elif near := _nearly(name, known):
            yield f"{where}: the column {name!r} is unknown; is it {near!r}? Rename it, to that or to another word."
        elif name in PLACEHOLDERS:
            yield f"{where}: {name!r} is a word that Twofold itself puts into letters. Name the column otherwise."
        elif not _WORD.fullmatch(name):
            yield (
                f"{where}: {name!r} can be no word for letters: it takes small letters, digits and '_', a letter first."
                f" The instrument declares these fields: {', '.join(given_beforehand(instrument)) or 'none'}."
            )


def _nearly(name: str, known: Sequence[str]) -> str:
    lower = {one.lower(): one for one in known}
    found = difflib.get_close_matches(name.lower(), list(lower), 1, cutoff=0.85)
    return lower[found[0]] if found and name != NAME else ""


def _too_long(given: Mapping[str, str]) -> list[str]:
    return [name for name, cell in given.items() if len(cell) > LONGEST_CELL]


def _broken(given: Mapping[str, str]) -> list[str]:
    # Lines break in more ways than by a control character: a spreadsheet's may be U+2028 or U+0085.
    return [name for name, cell in given.items() if any(unicodedata.category(c) in ("Cc", "Zl", "Zp") for c in cell)]


def _address(cell: str, where: str, met: dict[str, int], number: int, wrong: list[str]) -> str:
    if not cell:
        wrong.append(f"{where}, {ADDRESS}: there is no address. Give one, or take the row out.")
        return ""
    try:
        address = read_address(cell)
    except MailError as error:
        wrong.append(f"{where}, {ADDRESS}: {error}")
        return ""
    if (before := met.setdefault(same_for(address), number)) != number:
        wrong.append(f"{where}, {ADDRESS}: the same address as in row {before}. Keep one of the two.")
    return address


def _language(cell: str, where: str, instrument: Instrument, wrong: list[str]) -> str | None:
    if not cell:
        return None
    exact = {language.lower(): language for language in instrument.languages}
    if cell.lower() not in exact:
        has = ", ".join(instrument.languages)
        wrong.append(f"{where}, {LANGUAGE}: the questionnaire has no {cell!r}. Give one of {has}, or leave it empty.")
    return exact.get(cell.lower())


def given_beforehand(instrument: Instrument) -> dict[str, FieldOf]:
    """The fields that whoever invites may fill in: not those that the study itself fills in, wave by wave."""
    return {name: one for name, one in instrument.fields.items() if one.type not in ("wave", "id", "time")}


def _fields(given: Mapping[str, str], where: str, instrument: Instrument, wrong: list[str]) -> dict[str, str | float]:
    fields: dict[str, str | float] = {}
    for name, declared in given_beforehand(instrument).items():
        cell = given.get(name, "")
        if not cell:
            continue
        if declared.type in NUMBER_FIELDS and cell not in declared.missing:
            if not _NUMBER.fullmatch(cell):
                wrong.append(f"{where}, {name}: {cell[:40]!r} is no number, as the field's type says. Write 12 or 7.5.")
                continue
            fields[name] = float(cell)
        else:
            fields[name] = cell
    return fields
