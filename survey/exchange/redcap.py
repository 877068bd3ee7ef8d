"""REDCap's data dictionary, written: a CSV of 18 columns, one row a field, in one language."""

from __future__ import annotations

import csv
import io
import re

from survey.exchange.cleaning import decimal
from survey.exchange.languages import agree
from survey.exchange.logic import Dialect, from_ours
from survey.exchange.names import Names, small
from survey.exchange.outline import Outline, Question, Sheet, labels_of, page_called, texts_of
from survey.exchange.report import UnmappedError
from survey.instrument.formats import ChoiceFormat, Date, Format, FreeText, Likert, MultiChoice, Number, Rank, Slider

COLUMNS = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
NAME, FORM, HEADER, TYPE, LABEL, CHOICES, NOTE, VALIDATION, LOW, HIGH = COLUMNS[:10]
BRANCHING, REQUIRED, MATRIX, ANNOTATION = COLUMNS[11], COLUMNS[12], COLUMNS[15], COLUMNS[17]
RECORD = "record_id"
MARK = "twofold: "
"""Begins an annotation of ours: what a descriptive field is, and how choices are meant."""

_ADVISED = 26
_PIPED = re.compile(r"\[(?=[a-z][a-z0-9_]*(\([^)]*\))?(:[a-z]+)?\])")


def write(outline: Outline) -> bytes:
    """The dictionary in the outline's only language. What cannot be mapped is refused in ``outline.report``."""
    return _Writer(outline).dictionary()


class _Writer:
    def __init__(self, outline: Outline) -> None:
        self.outline, self.report = outline, outline.report
        (self.language,) = outline.languages
        self.rows: list[dict[str, str]] = []
        self.asked: dict[str, Format] = {}
        self.codes: dict[str, Names] = {}
        self.names = Names(small_letter_first, 100, self.report, taken={RECORD})
        self.names.reserve(question.name for sheet in outline.sheets for question in sheet.questions)
        self.forms = Names(small_letter_first, 60, self.report, "page")
        self.dialect = Dialect(
            ref=lambda name: f"[{self.names(name)}]",
            text=_quoted,
            code=lambda name, code: self.code(name, code) if isinstance(self.asked[name], ChoiceFormat) else code,
            picked=lambda name, code, yes: f"[{self.names(name)}({self.code(name, code)})] {'=' if yes else '<>'} '1'",
            given=lambda name, yes: f"[{self.names(name)}] {'<>' if yes else '='} ''",
            signs={"==": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="} | {sign: sign for sign in "+-*/"},
            no=None,
            quote_equal=True,
        )

    def dictionary(self) -> bytes:
        """The file's bytes."""
        for sheet in self.outline.sheets:
            self.sheet(sheet)
        first = self.rows[0][FORM] if self.rows else "form"
        record = {NAME: RECORD, FORM: first, TYPE: "text", LABEL: "Record ID"}
        if long := [row[NAME] for row in self.rows if len(row[NAME]) > _ADVISED]:
            self.report.leave(f"short names: REDCap advises at most {_ADVISED} characters, against {', '.join(long)}")
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows([record, *self.rows])
        return out.getvalue().encode("utf-8")

    def code(self, item: str, code: str) -> str:
        """The code of a choice as REDCap allows it."""
        fmt = self.outline.instrument.items[item].format
        if fmt not in self.codes:
            kind = f"code of format '{fmt}':"
            self.codes[fmt] = Names(lambda text: re.sub(r"[^A-Za-z0-9_-]", "_", text), 64, self.report, kind)
        return self.codes[fmt](code)

    def sheet(self, sheet: Sheet) -> None:
        """A page as a form."""
        page, rows = sheet.page, list[dict[str, str]]()
        form = self.forms(page.id)
        condition = self.condition(sheet)
        for key, words in (("intro", sheet.intro), ("text", sheet.text)):
            if words is not None:
                text = self.text(words[self.language], page_called(page))
                mark = key if page.type in ("questions", "consent") else page.type
                name = self.names.fresh(f"{form}_{key}")
                rows.append({NAME: name, TYPE: "descriptive", LABEL: text, ANNOTATION: f"{MARK}{mark}"})
        if page.type == "consent":
            asked = agree(self.outline.languages)[self.language]
            row = {NAME: self.names.fresh(f"{form}_agree"), TYPE: "radio", LABEL: asked, CHOICES: f"1, {asked}"}
            rows.append({**row, REQUIRED: "y" if page.required else "", ANNOTATION: f"{MARK}agree"})
        for question in sheet.questions:
            try:
                row = self.question(question, page.layout == "matrix")
            except UnmappedError as error:
                self.report.refuse(f"item '{question.name}'", f"{error}.")
                continue
            if page.layout == "matrix":
                row[MATRIX] = f"{form[:50]}_grid"
            rows.append({**row, REQUIRED: "y" if page.require == "hard" else ""})
            self.asked[question.name] = question.fmt
        title = self.text(sheet.title[self.language], page_called(page)) if sheet.title is not None else ""
        for at, row in enumerate(rows):
            self.rows.append({**row, FORM: form, HEADER: "" if at else title, BRANCHING: condition})

    def condition(self, sheet: Sheet) -> str:
        """The condition of a page, for each of its fields."""
        if sheet.page.show_if is None:
            return ""
        try:
            return self.dialect.write(from_ours(sheet.page.show_if, self.asked))
        except UnmappedError as error:
            self.report.refuse(page_called(sheet.page), f"its condition cannot be mapped: {error}.")
            return ""

    def text(self, text: str, where: str) -> str:
        """A text, with what REDCap would take for a piped answer refused."""
        if _PIPED.search(text):
            self.report.refuse(where, "a text holds '[name]', which REDCap would read as a field's answer.")
            text = _PIPED.sub("[ ", text)
        return text.strip()

    def label(self, text: str, where: str) -> str:
        """The label of a choice: on one line, without the sign between choices."""
        if "|" in text:
            self.report.refuse(where, "a label holds '|', which parts the choices in REDCap.")
        return " ".join(self.text(text.replace("|", "/"), where).split())

    def question(self, question: Question, matrix: bool) -> dict[str, str]:
        """An item as a field. Raises UnmappedError."""
        where, fmt = f"item '{question.name}'", question.fmt
        row = {NAME: self.names(question.name), LABEL: self.text(question.text[self.language], where)}
        match fmt:
            case Rank():
                raise UnmappedError("REDCap has no question in which things are put in order")
            case Likert():
                labels = labels_of(fmt, self.outline.languages)[self.language]
                pairs = [(str(fmt.from_ + at), text) for at, text in enumerate(labels)]
                row |= {TYPE: "radio", CHOICES: self.choices(pairs, question)}
                row[ANNOTATION] = "" if matrix else f"{MARK}likert"
            case ChoiceFormat() | MultiChoice():
                texts = [(code, self.said(choice.label)) for code, choice in fmt.choices.items()]
                pairs = [(self.code(question.name, code), text) for code, text in texts]
                row |= {TYPE: "radio" if isinstance(fmt, ChoiceFormat) else "checkbox"}
                row[CHOICES] = self.choices(pairs, question)
                row[ANNOTATION] = f"{MARK}choice" if matrix else ""
            case Number():
                row |= {TYPE: "text", VALIDATION: "integer" if fmt.integer else "number", NOTE: self.said(fmt.unit)}
                row |= {LOW: _limit(fmt.min), HIGH: _limit(fmt.max)}
            case Slider():
                row |= {TYPE: "slider", VALIDATION: "number", NOTE: self.said(fmt.unit), CHOICES: self.ends(fmt, where)}
                row |= {LOW: _limit(fmt.min), HIGH: _limit(fmt.max)}
            case Date():
                row |= {TYPE: "text", VALIDATION: "date_ymd", LOW: fmt.min or "", HIGH: fmt.max or ""}
            case FreeText():
                row[TYPE] = "text" if fmt.lines == 1 else "notes"
                if fmt.max_length is not None:
                    self.report.leave("the most characters of a text ('max_length')")
                if fmt.lines > 1:
                    self.report.leave("the number of lines of a text field")
        return row

    def said(self, text: object) -> str:
        """A text of a format in the one language."""
        texts = texts_of(text, self.outline.instrument, self.outline.languages)  # type: ignore[arg-type]
        return "" if texts is None else texts[self.language].strip()

    def choices(self, pairs: list[tuple[str, str]], question: Question) -> str:
        where = f"format '{question.format_name}'"
        return " | ".join(f"{code}, {self.label(text, where)}" for code, text in pairs)

    def ends(self, fmt: Slider, where: str) -> str:
        """The words at the left, the middle and the right of a line."""
        labels = [self.label(text, where) for text in labels_of(fmt, self.outline.languages)[self.language]]
        if len(labels) not in (0, 2, 3):
            self.report.refuse(where, "a slider has at most three words in REDCap.")
            labels = [labels[0], labels[-1]]
        return " | ".join([labels[0], "", labels[1]] if len(labels) == 2 else labels)


def small_letter_first(name: str) -> str:
    """A name in small letters that begins with one.

    >>> small_letter_first("2nd"), small_letter_first("Age")
    ('x2nd', 'age')
    """
    low = small(name)
    return low if low[0].isalpha() else f"x{low}"


def _limit(value: float | None) -> str:
    return "" if value is None else decimal(value)


def _quoted(text: str) -> str:
    if "'" in text:
        raise UnmappedError("a text with a quotation mark cannot be compared with")
    return f"'{text}'"
