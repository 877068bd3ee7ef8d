"""LimeSurvey's survey structure, written: tab-separated rows of the classes S, SL, G, Q, SQ and A."""

from __future__ import annotations

import csv
import html
import io
import re

from survey.exchange.cleaning import decimal
from survey.exchange.languages import agree
from survey.exchange.logic import Dialect, from_ours
from survey.exchange.names import Names, letters
from survey.exchange.outline import Outline, Question, Sheet, Texts, labels_of, page_called, texts_of
from survey.exchange.report import UnmappedError
from survey.instrument.formats import ChoiceFormat, Date, Format, FreeText, Likert, MultiChoice, Number, Rank, Slider

COLUMNS = (
    "id",
    "class",
    "type/scale",
    "name",
    "relevance",
    "text",
    "help",
    "language",
    "validation",
    "mandatory",
    "other",
    "default",
    "same_default",
    "cssclass",
    "min_num_value_n",
    "max_num_value_n",
    "num_value_int_only",
    "suffix",
    "maximum_chars",
    "display_rows",
    "date_format",
    "date_min",
    "date_max",
    "slider_layout",
    "slider_min",
    "slider_max",
    "slider_separator",
)
MARK = "twofold-"
"""Begins a style class of ours on a question: what a text is, and how choices are meant."""

SLIDE = "value"
"""The one line of a slider, which LimeSurvey counts as one of several."""

_LONGEST, _LONGEST_CODE = 20, 5

Line = tuple[dict[str, str], dict[str, Texts]]
"""A row, and its texts by column that change with the language."""


def write(outline: Outline) -> bytes:
    """The file, in all of the outline's languages. What cannot be mapped is refused in ``outline.report``."""
    return _Writer(outline).file()


class _Writer:
    def __init__(self, outline: Outline) -> None:
        self.outline, self.report, self.languages = outline, outline.report, outline.languages
        self.lines: list[Line] = []
        self.asked: dict[str, Format] = {}
        self.variables: dict[str, str] = {}
        """How conditions call an item."""
        self.codes: dict[str, Names] = {}
        self.count = 0
        self.end: Texts | None = None
        self.names = Names(lambda name: _lettered(letters(name)), _LONGEST, self.report)
        self.names.reserve(question.name for sheet in outline.sheets for question in sheet.questions)
        self.dialect = Dialect(
            ref=lambda name: f"{self.variables[name]}.NAOK",
            text=_quoted,
            code=lambda name, code: self.code(name, code) if isinstance(self.asked[name], ChoiceFormat) else code,
            picked=lambda name, code, yes: f'{self.variables[name]}_{self.code(name, code)}.NAOK {_is(yes)} "Y"',
            given=lambda name, yes: f"{'!' if yes else ''}is_empty({self.variables[name]}.NAOK)",
            signs={sign: sign for sign in ("==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/")},
            no=lambda words: f"!({words})",
        )

    def file(self) -> bytes:
        """The file's bytes."""
        for number, sheet in enumerate(self.outline.sheets, 1):
            self.sheet(number, sheet)
        first, *others = self.languages
        rows = [
            {"class": "S", "name": "language", "text": first},
            {"class": "S", "name": "additional_languages", "text": " ".join(others)},
            {"class": "S", "name": "format", "text": "G"},
        ]
        for language in self.languages:
            title = html.escape(self.outline.title[language], quote=False)
            rows.append({"class": "SL", "name": "surveyls_title", "text": title, "language": language})
            if self.end is not None:
                end = _html(self.end[language])
                rows.append({"class": "SL", "name": "surveyls_endtext", "text": end, "language": language})
        for language in self.languages:
            for row, texts in self.lines:
                said = {column: _html(text[language]) for column, text in texts.items()}
                rows.append({**row, **said, "language": language})
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, COLUMNS, restval="", delimiter="\t")
        writer.writeheader()
        writer.writerows(rows)
        return out.getvalue().encode("utf-8-sig")

    def code(self, item: str, code: str) -> str:
        """The code of an answer as LimeSurvey allows it: letters and digits, at most five of them."""
        name = self.outline.instrument.items[item].format
        if name not in self.codes:
            kind = f"code of format '{name}':"
            self.codes[name] = Names(letters, _LONGEST_CODE, self.report, kind)
        return self.codes[name](code)

    def sheet(self, number: int, sheet: Sheet) -> None:
        """A page as a group; the last page's words are those after the end."""
        page, called = sheet.page, page_called(sheet.page)
        condition = self.condition(sheet)
        if page.type == "feedback":
            if condition:
                self.report.refuse(called, "the words at the end are shown to everybody.")
            parts = [part for part in (sheet.title, sheet.text) if part is not None]
            joined = {code: "\n\n".join(part[code] for part in parts) for code in self.languages}
            self.end = self.texts(joined, called) if parts else None
            return
        title = sheet.title or dict.fromkeys(self.languages, page.id)
        texts = {"name": self.texts(title, called)}
        if sheet.intro is not None:
            texts["text"] = self.texts(sheet.intro, called)
        head: Line = ({"class": "G", "type/scale": f"G{number}", "relevance": condition or "1"}, texts)
        start = len(self.lines)
        self.lines.append(head)
        if sheet.text is not None:
            self.ask("X", self.names.fresh(_lettered(letters(page.id))[:16] + "text"), self.texts(sheet.text, called))
        if page.type == "consent":
            name = self.names.fresh(_lettered(letters(page.id))[:15] + "agree")
            words = agree(self.languages)
            self.ask("M", name, words, mandatory="Y" if page.required else "N", cssclass=f"{MARK}agree")
            self.below("SQ", "agree", words)
        table = page.layout == "matrix"
        if table and sheet.questions:
            self.table(sheet)
        for question in sheet.questions if not table else ():
            try:
                self.question(question, page.require == "hard")
            except UnmappedError as error:
                self.report.refuse(f"item '{question.name}'", f"{error}.")
        if len(self.lines) == start + 1:
            self.lines.pop()

    def condition(self, sheet: Sheet) -> str:
        """The condition of a page."""
        if sheet.page.show_if is None:
            return ""
        try:
            return self.dialect.write(from_ours(sheet.page.show_if, self.asked))
        except UnmappedError as error:
            self.report.refuse(page_called(sheet.page), f"its condition cannot be mapped: {error}.")
            return ""

    def texts(self, texts: Texts, where: str) -> Texts:
        """A text, with what LimeSurvey would compute refused."""
        if any(re.search(r"\{(?=\S)", text) for text in texts.values()):
            self.report.refuse(where, "a text holds '{…}', which LimeSurvey would compute.")
        return {code: re.sub(r"\{(?=\S)", "{ ", text) for code, text in texts.items()}

    def ask(self, kind: str, name: str, text: Texts, **more: str) -> None:
        """A row of a question."""
        self.count += 1
        row = {"id": str(self.count), "class": "Q", "type/scale": kind, "name": name, "relevance": "1", **more}
        self.lines.append((row, {"text": text}))

    def below(self, sort: str, name: str, text: Texts) -> None:
        """A row of a subquestion or an answer, below its question."""
        scale = "0" if sort == "A" else ""
        self.lines.append(({"id": str(self.count), "class": sort, "type/scale": scale, "name": name}, {"text": text}))

    def table(self, sheet: Sheet) -> None:
        """Items that share a format, as one question with a row for each."""
        name = self.names.fresh(_lettered(letters(sheet.page.id)))
        must = "Y" if sheet.page.require == "hard" else "N"
        fmt = sheet.questions[0].fmt
        try:
            _no_negative(fmt)
        except UnmappedError as error:
            for question in sheet.questions:
                self.report.refuse(f"item '{question.name}'", f"{error}.")
            return
        mark = f"{MARK}{'likert' if isinstance(fmt, Likert) else 'choice'}"
        self.ask("F", name, dict.fromkeys(self.languages, ""), mandatory=must, cssclass=mark)
        for question in sheet.questions:
            self.below("SQ", self.names(question.name), self.texts(question.text, f"item '{question.name}'"))
            self.variables[question.name] = f"{name}_{self.names(question.name)}"
            self.asked[question.name] = question.fmt
        self.answers(sheet.questions[0], "A")

    def answers(self, question: Question, sort: str) -> None:
        """The answers of a question, or the rows to tick."""
        fmt, where = question.fmt, f"format '{question.format_name}'"
        if isinstance(fmt, Likert):
            labels = labels_of(fmt, self.languages)
            for at in range(len(next(iter(labels.values())))):
                text = {code: labels[code][at] for code in self.languages}
                self.below(sort, self.code(question.name, str(fmt.from_ + at)), self.texts(text, where))
        elif isinstance(fmt, ChoiceFormat | MultiChoice | Rank):
            for code, choice in fmt.choices.items():
                text = dict(texts_of(choice.label, self.outline.instrument, self.languages) or {})
                self.below(sort, self.code(question.name, code), self.texts(text, where))

    def question(self, question: Question, must: bool) -> None:
        """An item as a question of its own. Raises UnmappedError."""
        fmt, where = question.fmt, f"item '{question.name}'"
        _no_negative(fmt)
        name, text = self.names(question.name), self.texts(question.text, where)
        more = {"mandatory": "Y" if must else "N"}
        self.variables[question.name] = name
        match fmt:
            case Likert() | ChoiceFormat():
                mark = f"{MARK}likert" if isinstance(fmt, Likert) else ""
                self.ask("L", name, text, cssclass=mark, **more)
                self.answers(question, "A")
            case MultiChoice():
                self.ask("M", name, text, **more)
                self.answers(question, "SQ")
            case Rank():
                self.ask("R", name, text, **more)
                self.answers(question, "A")
            case Number():
                more |= {"min_num_value_n": _limit(fmt.min), "max_num_value_n": _limit(fmt.max)}
                self.ask("N", name, text, num_value_int_only="1" if fmt.integer else "0", **more)
                self.unit(fmt, where)
            case Slider():
                self.slider(question, fmt, text, more)
            case Date():
                limits = {"date_min": fmt.min or "", "date_max": fmt.max or ""}
                self.ask("D", name, text, date_format="yyyy-mm-dd", **limits, **more)
            case FreeText():
                most = "" if fmt.max_length is None else str(fmt.max_length)
                rows = "" if fmt.lines == 1 else str(fmt.lines)
                self.ask("S" if fmt.lines == 1 else "T", name, text, maximum_chars=most, display_rows=rows, **more)
            case _:
                raise UnmappedError(f"answers of type '{fmt.type}' have no counterpart")
        self.asked[question.name] = fmt

    def unit(self, fmt: Number | Slider, where: str) -> None:
        """What a number counts, beside the field of the question just asked."""
        unit = texts_of(fmt.unit, self.outline.instrument, self.languages)
        if unit is not None:
            self.lines[-1][1]["suffix"] = self.texts(unit, where)

    def slider(self, question: Question, fmt: Slider, text: Texts, more: dict[str, str]) -> None:
        """A line: in LimeSurvey a number with one row, whose words stand between bars."""
        name, where = self.names(question.name), f"item '{question.name}'"
        labels = labels_of(fmt, self.languages)
        count = len(next(iter(labels.values())))
        if count not in (0, 2):
            self.report.refuse(where, "a slider has words at its two ends alone in LimeSurvey.")
        ends = {code: [labels[code][0], labels[code][-1]] if count > 1 else [] for code in self.languages}
        if any("|" in word for words in ends.values() for word in words):
            self.report.refuse(where, "a word at an end holds '|', which parts the ends in LimeSurvey.")
            ends = {code: [word.replace("|", "/") for word in words] for code, words in ends.items()}
        limits = {"slider_min": decimal(fmt.min), "slider_max": decimal(fmt.max)}
        self.ask("K", name, text, slider_layout="1", slider_separator="|", **limits, **more)
        self.unit(fmt, where)
        said = {code: "|".join(["", *words]) if words else "" for code, words in ends.items()}
        self.below("SQ", SLIDE, self.texts(said, where))
        self.variables[question.name] = f"{name}_{SLIDE}"


def _no_negative(fmt: Format) -> None:
    if isinstance(fmt, Likert) and fmt.from_ < 0:
        raise UnmappedError("LimeSurvey has no codes below 0: let the format begin at 0")


def _lettered(name: str) -> str:
    """A name that begins with a letter."""
    return name if name[0].isalpha() else f"x{name}"


def _html(text: str) -> str:
    return html.escape(text.strip(), quote=False).replace("\n", "<br />")


def _is(yes: bool) -> str:
    return "==" if yes else "!="


def _limit(value: float | None) -> str:
    return "" if value is None else decimal(value)


def _quoted(text: str) -> str:
    if '"' in text:
        raise UnmappedError("a text with a quotation mark cannot be compared with")
    return f'"{text}"'
