"""XLSForm, written: the workbook that ODK, KoboToolbox, SurveyCTO and Enketo read."""

from __future__ import annotations

import io
import re
from typing import Any

from survey.exchange.cleaning import decimal
from survey.exchange.languages import agree, named
from survey.exchange.logic import Dialect, from_ours
from survey.exchange.names import Names, same
from survey.exchange.outline import Outline, Question, Sheet, Texts, labels_of, page_called, texts_of
from survey.exchange.report import UnmappedError
from survey.instrument.formats import ChoiceFormat, Date, Format, FreeText, Likert, MultiChoice, Number, Rank, Slider

MARK = "twofold"
"""A column of ours, which other tools pass over: what a group or a note is, and how choices in a table are meant."""

COLUMNS = ("type", "name", "appearance", "relevant", "constraint", "required", "parameters", MARK)
_PIPED = re.compile(r"\$\{")


def write(outline: Outline) -> bytes:
    """The workbook. What cannot be mapped is refused in ``outline.report``."""
    return _Writer(outline).workbook()


class _Writer:
    def __init__(self, outline: Outline) -> None:
        self.outline, self.report = outline, outline.report
        self.rows: list[dict[str, str]] = []
        self.lists: dict[str, Format] = {}
        self.asked: dict[str, Format] = {}
        self.names = Names(lambda name: "meta_" if name.lower() == "meta" else name, 64, self.report)
        self.names.reserve(question.name for sheet in outline.sheets for question in sheet.questions)
        self.pages = Names(same, 64, self.report, "page", taken=self.names.taken)
        self.dialect = Dialect(
            ref=lambda name: f"${{{self.names(name)}}}",
            text=_quoted,
            picked=lambda name, code, yes: _maybe(yes, f"selected(${{{self.names(name)}}}, '{code}')"),
            given=lambda name, yes: f"${{{self.names(name)}}} {'!=' if yes else '='} ''",
            signs={"==": "=", "!=": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">=", "+": "+", "-": "-", "*": "*"}
            | {"/": "div"},
            no=lambda words: f"not({words})",
        )

    def workbook(self) -> bytes:
        """The file's bytes."""
        import openpyxl

        for sheet in self.outline.sheets:
            self.sheet(sheet)
        if len(set(self.outline.title.values())) > 1:
            self.report.leave("the title in other languages than the first")
        heads = [named(code) for code in self.outline.languages]
        book = openpyxl.Workbook()
        book.remove(book.worksheets[0])
        survey = book.create_sheet("survey")
        columns = [
            *COLUMNS[:2],
            *(f"label::{head}" for head in heads),
            *(f"hint::{head}" for head in heads),
            *COLUMNS[2:],
        ]
        _fill(survey, columns, self.rows)
        choices = [
            {"list_name": name, "name": str(code), **{f"label::{named(lang)}": text for lang, text in label.items()}}
            for name, fmt in self.lists.items()
            for code, label in self.pairs(fmt)
        ]
        _fill(book.create_sheet("choices"), ["list_name", "name", *(f"label::{head}" for head in heads)], choices)
        first = self.outline.languages[0]
        settings = {
            "form_title": self.outline.title[first],
            "form_id": self.outline.instrument.id,
            "version": self.outline.instrument.version,
            "default_language": named(first),
        }
        _fill(book.create_sheet("settings"), list(settings), [settings])
        out = io.BytesIO()
        book.save(out)
        return out.getvalue()

    def pairs(self, fmt: Format) -> list[tuple[int | str, Texts]]:
        """Codes and labels of a list."""
        languages = self.outline.languages
        if isinstance(fmt, Likert):
            labels = labels_of(fmt, languages)
            count = len(next(iter(labels.values())))
            return [(fmt.from_ + at, {code: labels[code][at] for code in languages}) for at in range(count)]
        if isinstance(fmt, ChoiceFormat | MultiChoice | Rank):
            texts = {
                code: texts_of(choice.label, self.outline.instrument, languages) for code, choice in fmt.choices.items()
            }
            return [(code, text or {}) for code, text in texts.items()]
        return []

    def sheet(self, sheet: Sheet) -> None:
        """A page as a group."""
        page = sheet.page
        row = {
            "type": "begin group",
            "name": self.pages(page.id),
            **self.texts("label", sheet.title, page_called(page)),
        }
        matrix = page.layout == "matrix"
        row["appearance"] = "table-list" if matrix else "field-list"
        row["relevant"] = self.relevant(sheet)
        row[MARK] = "" if page.type == "questions" else page.type
        self.rows.append(row)
        start = len(self.rows)
        for key, words in (("intro", sheet.intro), ("text", sheet.text)):
            if words is not None:
                name = self.names.fresh(f"{self.pages(page.id)}_{key}")
                note = {"type": "note", "name": name, MARK: key}
                self.rows.append({**note, **self.texts("label", words, page_called(page))})
        if page.type == "consent":
            name = self.names.fresh(f"{self.pages(page.id)}_agree")
            row = {"type": "acknowledge", "name": name, "required": "yes" if page.required else "", MARK: "agree"}
            self.rows.append({**row, **self.texts("label", agree(self.outline.languages), "")})
        for question in sheet.questions:
            try:
                self.question(question, matrix, page.require == "hard")
            except UnmappedError as error:
                self.report.refuse(f"item '{question.name}'", f"{error}.")
        if len(self.rows) == start:
            self.rows.pop()
        else:
            self.rows.append({"type": "end group"})

    def relevant(self, sheet: Sheet) -> str:
        """The condition of a page."""
        if sheet.page.show_if is None:
            return ""
        try:
            return self.dialect.write(from_ours(sheet.page.show_if, self.asked))
        except UnmappedError as error:
            self.report.refuse(page_called(sheet.page), f"its condition cannot be mapped: {error}.")
            return ""

    def texts(self, column: str, texts: Texts | None, where: str) -> dict[str, str]:
        """A text in the columns of its languages."""
        if texts is None:
            return {}
        if any(_PIPED.search(text) for text in texts.values()):
            self.report.refuse(where, "a text holds '${', which XLSForm would read as a question's answer.")
            texts = {code: text.replace("${", "$ {") for code, text in texts.items()}
        return {f"{column}::{named(code)}": text.strip() for code, text in texts.items()}

    def question(self, question: Question, matrix: bool, must: bool) -> None:
        """An item as a row."""
        where, fmt = f"item '{question.name}'", question.fmt
        row = {"name": self.names(question.name), "required": "yes" if must else ""}
        row |= self.texts("label", question.text, where)
        match fmt:
            case Likert() | ChoiceFormat():
                row["type"] = f"select_one {question.format_name}"
                row["appearance"] = "likert" if isinstance(fmt, Likert) and not matrix else ""
                row[MARK] = "choice" if isinstance(fmt, ChoiceFormat) and matrix else ""
            case MultiChoice() | Rank():
                row["type"] = f"{'select_multiple' if isinstance(fmt, MultiChoice) else 'rank'} {question.format_name}"
            case Number():
                row["type"] = "integer" if fmt.integer else "decimal"
                row["constraint"] = _between(fmt.min, fmt.max)
            case Slider():
                row |= self.slider(fmt, where)
            case Date():
                row["type"] = "date"
                limits = ((">=", fmt.min), ("<=", fmt.max))
                row["constraint"] = " and ".join(f". {sign} date('{day}')" for sign, day in limits if day is not None)
            case FreeText():
                row["type"] = "text"
                row["constraint"] = "" if fmt.max_length is None else f"string-length(.) <= {fmt.max_length}"
                if fmt.lines > 1:
                    row |= {"appearance": "multiline", "parameters": f"rows={fmt.lines}"}
        if isinstance(fmt, Number | Slider):
            unit = texts_of(fmt.unit, self.outline.instrument, self.outline.languages)
            row |= self.texts("hint", unit, where)
        if isinstance(fmt, Likert | ChoiceFormat | MultiChoice | Rank):
            self.lists[question.format_name] = fmt
            for _, label in self.pairs(fmt):
                self.texts("label", label, f"format '{question.format_name}'")
        self.rows.append(row)
        self.asked[question.name] = fmt

    def slider(self, fmt: Slider, where: str) -> dict[str, str]:
        """A line; XLSForm has steps where ours has none, and no words at its ends."""
        if fmt.labels is not None:
            self.report.refuse(where, "the words along a slider have no counterpart.")
        whole = float(fmt.min).is_integer() and float(fmt.max).is_integer()
        step = 1.0 if whole else (fmt.max - fmt.min) / 100
        values = {"start": fmt.min, "end": fmt.max, "step": step}
        return {"type": "range", "parameters": " ".join(f"{key}={decimal(value)}" for key, value in values.items())}


def _maybe(yes: bool, words: str) -> str:
    return words if yes else f"not({words})"


def _quoted(text: str) -> str:
    if "'" not in text:
        return f"'{text}'"
    if '"' in text:
        raise UnmappedError("a text with both kinds of quotation marks cannot be compared with")
    return f'"{text}"'


def _between(low: float | None, high: float | None) -> str:
    limits = ((">=", low), ("<=", high))
    return " and ".join(f". {sign} {decimal(value)}" for sign, value in limits if value is not None)


def _fill(sheet: Any, columns: list[str], rows: list[dict[str, str]]) -> None:
    """Write rows as texts: what begins with '=' is no formula here."""
    for number, row in enumerate([dict(zip(columns, columns, strict=True)), *rows], 1):
        for at, column in enumerate(columns, 1):
            if text := row.get(column, ""):
                cell = sheet.cell(row=number, column=at)
                cell.value = text
                cell.data_type = "s"
