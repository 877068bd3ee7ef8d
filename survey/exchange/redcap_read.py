"""REDCap's data dictionary, read: each form becomes a page, and each section header begins one."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

from survey.dataset.table import decode
from survey.errors import DataProblems
from survey.exchange.build import Builder, Grouper, code_of
from survey.exchange.logic import Test
from survey.exchange.reading import Reader, Word, words_of
from survey.exchange.redcap import (
    ANNOTATION,
    BRANCHING,
    CHOICES,
    COLUMNS,
    FORM,
    HEADER,
    HIGH,
    LABEL,
    LOW,
    MARK,
    MATRIX,
    NAME,
    NOTE,
    REQUIRED,
    TYPE,
    VALIDATION,
)
from survey.exchange.report import Report, UnmappedError, UnreadableError
from survey.instrument.model import Instrument

Row = dict[str, str]

_TOKENS = re.compile(
    r"\[(?P<ref>[a-z0-9_]+)(?:\((?P<code>[^)\]]+)\))?\]|'(?P<one>[^']*)'|\"(?P<two>[^\"]*)\""
    r"|(?P<number>\d+\.?\d*|\.\d+)|(?P<sign><>|!=|<=|>=|[=<>+*/-])|(?P<word>[A-Za-z][\w-]*)|(?P<mark>[(),])",
    re.I,
)
_PIPED = re.compile(r"\[[a-z][a-z0-9_]*(\([^)]*\))?(:[a-z]+)?\]")
_DATES = ("date_ymd", "date_mdy", "date_dmy")


def read(content: bytes, source: str, language: str = "en") -> tuple[Instrument, Report]:
    """The instrument in a dictionary, whose texts are in ``language``. Raises UnreadableError, FileProblems."""
    reader = _Reader(content, source, language)
    return reader.instrument(), reader.builder.report


def rows_of(content: bytes, source: str) -> list[Row]:
    """The fields of a dictionary. Raises UnreadableError where the file is none."""
    try:
        lines = list(csv.reader(io.StringIO(decode(content, source), newline="")))
    except (DataProblems, csv.Error) as error:
        raise UnreadableError(str(error)) from None
    head = [name.strip() for name in lines[0]] if lines else []
    if len(head) != len(COLUMNS) or head[0] != NAME:
        raise UnreadableError(
            f"{source}: this is no REDCap data dictionary: it has {len(head)} columns and begins with"
            f" '{head[0] if head else ''}', where there are {len(COLUMNS)} and the first is '{NAME}'."
        )
    return [dict(zip(COLUMNS, [*line, *[""] * len(COLUMNS)], strict=False)) for line in lines[1:] if any(line)]


class _Reader:
    def __init__(self, content: bytes, source: str, language: str) -> None:
        self.rows, self.language = rows_of(content, source), language
        self.builder = Builder(source.rsplit(".", 1)[0], (language,))

    def instrument(self) -> Instrument:
        """The whole dictionary."""
        if self.rows:
            self.builder.report.leave(f"the record's own id, the field '{self.rows[0][NAME]}'")
        header = self.rows[0][HEADER] if self.rows else ""
        group: Grouper | None = None
        form, kind = "", ""
        for row in self.rows[1:]:
            title = row[HEADER] or header
            header = ""
            if group is None or row[FORM] != form or title:
                self.close(group, kind)
                group = Grouper(self.builder, row[FORM], {self.language: title} if title else None)
                form, kind = row[FORM], ""
            kind = self.row(row, group) or kind
        self.close(group, kind)
        return self.builder.finish()

    def close(self, group: Grouper | None, kind: str) -> None:
        """A form's end: one without questions is a page of words, or of consent."""
        if group is None or group.page is not None:
            return
        if group.agrees is not None:
            group.agree()
        elif group.texts:
            group.only_words("feedback" if kind == "feedback" else "text")

    def row(self, row: Row, group: Grouper) -> str:
        """A field; the mark on it, if we wrote it."""
        where = f"field '{row[NAME]}'"
        mark = match.group(1) if (match := re.search(rf"{MARK}(\w+)", row[ANNOTATION])) else ""
        if row[ANNOTATION] and not mark:
            self.builder.report.leave("annotations and action tags of fields")
        if row["Identifier?"].strip().lower() == "y":
            self.builder.report.leave("which fields identify a person")
        own = self.builder.condition(where, lambda: self.branching(row))
        if row[TYPE] == "descriptive":
            group.say(where, {self.language: row[LABEL]})
            if group.page is None and own is not None and mark in ("text", "feedback"):
                group.condition = own
        elif mark == "agree":
            group.agrees = row[REQUIRED].strip().lower() == "y"
        else:
            try:
                if _PIPED.search(row[LABEL]):
                    raise UnmappedError("its text shows another answer ('[name]')")
                answers = self.answers(row, mark)
                must = row[REQUIRED].strip().lower() == "y"
                group.ask(row[NAME], {self.language: row[LABEL]}, answers, own, must, row[MATRIX])
            except UnmappedError as error:
                self.builder.report.refuse(where, f"{error}.")
        return mark

    def branching(self, row: Row) -> Test | None:
        """The condition of a field."""
        text = row[BRANCHING].strip()
        return Reader(words_of(text, _TOKENS, self.word)).read() if text else None

    def word(self, match: re.Match[str]) -> Word:
        if (name := match["ref"]) is not None:
            item = self.builder.names.given.get(name.lower(), name)
            return Word("pick", item, code_of(match["code"])) if match["code"] else Word("ref", item)
        for group in ("one", "two"):
            if match[group] is not None:
                return Word("text", match[group])
        sort = next(group for group in ("number", "sign", "word", "mark") if match[group] is not None)
        return Word(match[sort] if sort == "mark" else sort, match[sort])

    def answers(self, row: Row, mark: str) -> tuple[str, dict[str, Any]]:
        """The name and the data of a field's format. Raises UnmappedError."""
        kind, name = row[TYPE].strip(), row[NAME]
        validation = row[VALIDATION].strip()
        if row["Matrix Ranking?"].strip().lower() == "y":
            raise UnmappedError("a matrix in which things are put in order has no counterpart")
        unit = self.builder.words({self.language: row[NOTE]})
        note = {"unit": unit} if unit is not None else {}
        if note and not (kind == "slider" or validation in ("integer", "number")):
            self.builder.report.refuse(f"field '{name}'", "its note has no counterpart.")
        match kind:
            case "radio" | "dropdown" | "yesno" | "truefalse" | "checkbox":
                choices = self.builder.choices(self.pairs(row))
                if kind == "checkbox":
                    return f"choices_{name}", {"type": "multichoice", "choices": choices}
                meant = mark == "likert" or (row[MATRIX] and mark != "choice")
                likert = self.builder.graded(choices) if meant else None
                return ("steps", likert) if likert else (f"choices_{name}", {"type": "choice", "choices": choices})
            case "slider":
                low, high = self.limit(row, LOW, 0.0), self.limit(row, HIGH, 100.0)
                labels = [part.strip() for part in row[CHOICES].split("|")]
                found = [self.builder.words({self.language: part}) for part in labels if part]
                labels = [words[self.language] for words in found if words is not None]
                data: dict[str, Any] = {"type": "slider", "min": low, "max": high, **note}
                return "slider", {**data, "labels": {self.language: labels}} if len(labels) > 1 else data
            case "text" if validation in _DATES:
                limits = {key: row[column] for key, column in (("min", LOW), ("max", HIGH)) if row[column]}
                return "date", {"type": "date", **limits}
            case "text" if validation in ("integer", "number") or validation.startswith("number_"):
                limits_ = {key: self.limit(row, column) for key, column in (("min", LOW), ("max", HIGH))}
                data = {"type": "number", **{key: value for key, value in limits_.items() if value is not None}, **note}
                return "number", {**data, "integer": True} if validation == "integer" else data
            case "text" | "notes":
                if validation:
                    raise UnmappedError(f"texts of the kind '{validation}' have no counterpart")
                return "text", {"type": "text", **({"lines": 4} if kind == "notes" else {})}
        raise UnmappedError(f"fields of type '{kind}' have no counterpart")

    def pairs(self, row: Row) -> list[tuple[str, dict[str, str]]]:
        """The codes and labels of a field."""
        fixed = {"yesno": "1, Yes | 0, No", "truefalse": "1, True | 0, False"}.get(row[TYPE], row[CHOICES])
        found = []
        for part in filter(str.strip, re.split(r"[|\n]", fixed)):
            code, _, label = part.partition(",")
            found.append((code.strip(), {self.language: label.strip() or code.strip()}))
        return found

    def limit(self, row: Row, column: str, default: float | None = None) -> float | None:
        """A limit that is a number; one that is not is refused."""
        if not row[column].strip():
            return default
        try:
            return float(row[column])
        except ValueError:
            self.builder.report.refuse(f"field '{row[NAME]}'", f"its limit '{row[column]}' is no number.")
            return default
